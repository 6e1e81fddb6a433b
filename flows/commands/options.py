"""What several commands have in common: options, and the settings with what was typed.

Comes in: what a person typed. Goes out: `Settings`. Called by `cli` and the modules beside this one.
"""

from __future__ import annotations

import getpass
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from flows.inbox import SHANGHAI
from flows.review.audit import AuditLog, audit_path
from schemas.errors import GongjiangError
from schemas.settings import Settings

WarehouseOption = Annotated[
    Path | None,
    typer.Option("--warehouse", metavar="文件", help="仓库文件（DuckDB）。默认取设置，未设置时为当前文件夹的 gongjiang.duckdb。"),
]
RegistersOption = Annotated[
    Path | None,
    typer.Option(
        "--registers",
        metavar="文件夹",
        help="名册文件夹，内有 prior-titles（既往称号）、bans（限制申报）、units（推荐单位），CSV 或 Excel 文件均可。",
    ),
]
CalibrationOption = Annotated[
    Path | None, typer.Option("--calibration", metavar="文件", help="校准文件；默认用规则文件夹里的 calibration.json。")
]
EditionOption = Annotated[
    str | None, typer.Option("--edition", metavar="年度", help="按哪一年度的通知审查，如 2024；也可给出年度规则文件的路径。")
]
WorkersOption = Annotated[int | None, typer.Option("--workers", min=1, metavar="个数", help="同时识读的进程数，默认 2。")]
ByOption = Annotated[str | None, typer.Option("--by", metavar="姓名", help="经办人，记入操作记录；默认为登录本机的用户名。")]


def person(by: str | None) -> str:
    """Who does it: as typed, else the user of this computer. Raises GongjiangError where neither is known."""
    try:
        name = (by if by is not None else getpass.getuser()).strip()
    except (OSError, KeyError):
        name = ""
    if not name:
        raise GongjiangError("没有写明经办人。", "请加上 --by 姓名。")
    return name


def put_on_record(settings: Settings, who: str, what: str, about: str = "", detail: str = "") -> None:
    """A line in the audit log of the warehouse, before the thing is done. Raises AuditUnwritable."""
    AuditLog(audit_path(settings.warehouse)).append(who, what, about, detail, at=datetime.now(SHANGHAI))


def settings_from(**given: object) -> Settings:
    """The settings with what was typed; a setting that cannot be understood is a sentence, not a traceback."""
    from pydantic import ValidationError

    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        faults = "；".join(f"{'.'.join(str(part) for part in fault['loc'])} 的值 {fault['input']!r} 不对" for fault in error.errors())
        raise GongjiangError(f"设置有误：{faults}。", "请检查环境变量 GONGJIANG_… 和 .env 文件。") from error
