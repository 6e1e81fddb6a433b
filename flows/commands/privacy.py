"""`gongjiang purge`, `gongjiang export-person` and `gongjiang audit verify`.

Comes in: what a person typed. Goes out: a protocol, a file, sentences; exit status 1 where something remains or a log was tampered with.
Registered in `flows.cli`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.commands.options import ByOption, WarehouseOption, person, put_on_record, settings_from
from flows.usage import Command, Group
from schemas.errors import GongjiangError

audit = typer.Typer(cls=Group, help="操作记录。", no_args_is_help=True, rich_markup_mode=None, add_completion=False)


@audit.command(cls=Command)
def verify(warehouse: WarehouseOption = None) -> None:
    """核对操作记录是否被改动：行数、最后一行的校验值、有问题的行。"""
    from flows.console import say
    from flows.review.audit import audit_path, last_hash
    from flows.review.audit import verify as check

    path = audit_path(settings_from(warehouse=warehouse).warehouse)
    count, faults = check(path)
    say(f"{path}：{count} 行，最后一行校验值 {last_hash(path)}。")
    for fault in faults:
        say(f"第 {fault.line} 行：{fault.wrong}。")
    if faults:
        raise typer.Exit(1)
    say("没有发现改动。末尾的行是否被整行删去，请与另处记下的行数和校验值对照。")


@audit.callback()
def _log() -> None:
    """操作记录。"""


def purge(
    applicant: Annotated[str | None, typer.Option("--applicant", metavar="申报人", help="姓名、身份证号或申报人编号。")] = None,
    keep_shared: Annotated[
        bool, typer.Option("--keep-shared", help="与他人共用、不能分割的原件保留，其余照删；这些原件会逐一列出。")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="确认删除；不加则只列出将要删除什么。")] = False,
    by: ByOption = None,
    warehouse: WarehouseOption = None,
) -> None:
    """删除一位申报人的全部资料（原件、页面图像、库中记录、决定、备份），并逐字节核查有无残留。"""
    from flows.console import say
    from flows.purge import plan_lines, planned, protocol_lines, purge_applicant

    if not applicant:
        raise GongjiangError("请写明删除谁的资料。", "例如：gongjiang purge --applicant 张三")
    settings, who = settings_from(warehouse=warehouse), person(by)
    plan = planned(settings, applicant)
    say("\n".join(plan_lines(plan)))
    if not yes:
        say("以上只是预告，没有删除任何内容；确认删除请加 --yes。")
        return
    if plan.shared and not keep_shared:
        raise GongjiangError(
            "有原件与他人共用，没有删除任何内容。", "请先向推荐单位换得不含此人的文件，或加 --keep-shared 保留这些原件、删除其余内容。"
        )
    put_on_record(settings, who, "purge", " ".join(plan.applicant_ids))
    protocol = purge_applicant(settings, plan)
    say("\n".join(protocol_lines(protocol)))
    if protocol.remains:
        raise typer.Exit(1)


def export_person(
    applicant: Annotated[str, typer.Argument(metavar="申报人", help="姓名、身份证号或申报人编号。")],
    target: Annotated[Path, typer.Argument(metavar="文件", help="写到哪个 zip 文件。")],
    by: ByOption = None,
    warehouse: WarehouseOption = None,
) -> None:
    """导出一位申报人的全部资料（库中记录、原件、页面图像），用于答复本人的查阅请求。"""
    from flows.console import say
    from flows.export_person import export

    settings, who = settings_from(warehouse=warehouse), person(by)
    made = export(settings, applicant, target, lambda about: put_on_record(settings, who, "export-person", about))
    say(f"已导出到 {target}：记录 {made.rows} 条，原件 {made.originals} 个，页面图像 {made.pages} 张。")
    for path in made.withheld:
        say(f"没有附上与他人共用的原件：{path}。")
