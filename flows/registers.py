"""The registers that the secretariat keeps as CSV or Excel: earlier titles, bans, and units that may recommend.

Comes in: a file (`gongjiang register`) or a folder of them (`--registers`), headings in English (`name`) or Chinese (`姓名`). Goes out:
records, or every mistake with its line at once. Called by `ingest`, `register` and `doctor`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from flows.tabular import EXCEL_ENDINGS, TableUnreadable, read_table
from schemas.errors import GongjiangError
from schemas.records import Ban, PriorTitle, RecommendingUnit, Registers

# Name of the register on the command line and of its file → where its entries stand in `Registers`, what an entry is.
KINDS: dict[str, tuple[str, type[BaseModel]]] = {
    "prior-titles": ("prior_titles", PriorTitle),
    "bans": ("bans", Ban),
    "units": ("units", RecommendingUnit),
}
_ENDINGS = (".csv", *EXCEL_ENDINGS)


class RegisterInvalid(GongjiangError):
    """A register has mistakes; `message` lists all of them with file and line."""

    code = "REGISTER_INVALID"


def load_registers(folder: Path | None) -> Registers:
    """All registers of a folder; empty without a folder, and where a file is absent.

    Raises:
        RegisterInvalid: the folder is missing or a file has mistakes; all of them are named at once.
    """
    found: dict[str, Sequence[BaseModel]] = {}
    mistakes: list[str] = []
    for kind, path in register_files(folder).items():
        entries, wrong = _entries(kind, path)
        found[KINDS[kind][0]] = entries
        mistakes += wrong
    if mistakes:
        raise _invalid(mistakes)
    return Registers(**found)


def register_files(folder: Path | None) -> dict[str, Path]:
    """The register files that a folder holds, by kind.

    Raises:
        RegisterInvalid: there is no such folder, or it holds one register twice.
    """
    if folder is None:
        return {}
    if not folder.is_dir():
        raise RegisterInvalid(f"没有名册文件夹 {folder}。", "请检查 --registers 的路径；没有名册时去掉这个参数。")
    files: dict[str, Path] = {}
    for kind in KINDS:
        there = [path for ending in _ENDINGS if (path := folder / f"{kind}{ending}").exists()]
        if len(there) > 1:
            names = "、".join(path.name for path in there)
            raise RegisterInvalid(f"同一名册有两份：{names}。", "请只保留一份。")
        if there:
            files[kind] = there[0]
    return files


def read_register(kind: str, path: Path) -> Registers:
    """One register, the others empty.

    Raises:
        RegisterInvalid: the file has mistakes; all of them are named at once.
    """
    entries, mistakes = _entries(kind, path)
    if mistakes:
        raise _invalid(mistakes)
    return Registers(**{KINDS[kind][0]: entries})


def _invalid(mistakes: Sequence[str]) -> RegisterInvalid:
    return RegisterInvalid("名册有误：\n" + "\n".join(mistakes) + "\n", "请改正后重新运行。")


def _entries(kind: str, path: Path) -> tuple[list[BaseModel], list[str]]:
    model = KINDS[kind][1]
    try:
        table = read_table(path)
    except TableUnreadable as error:
        return [], [f"{error.message}{error.remedy}"]
    columns = {name: _heading(name, field.title, table.heading) for name, field in model.model_fields.items()}
    missing = [name for name, field in model.model_fields.items() if field.is_required() and columns[name] is None]
    if missing:
        titled = "、".join(f"{field.title or name}（{name}）" for name, field in model.model_fields.items())
        return [], [f"{path.name}：缺少列 {'、'.join(missing)}（第一行应为列名：{titled}）"]
    entries: list[BaseModel] = []
    mistakes = [f"{path.name} 第 {line} 行：{fault}" for line, fault in table.faults]
    for line, row in table.rows:
        values = {name: row[column] for name, column in columns.items() if column is not None and row.get(column)}
        try:
            entries.append(model.model_validate(values))
        except ValidationError as error:
            mistakes += [f"{path.name} 第 {line} 行：{_sentence(fault, values, model)}" for fault in error.errors()]
    return entries, mistakes


def _heading(name: str, title: str | None, heading: Sequence[str]) -> str | None:
    """The column of a field: headed by its name or its Chinese title."""
    return next((column for column in heading if column in (name, title)), None)


_EXPECTED = {"year": "年份应为四位数字", "banned_on": "日期应写成 2023-05-01 的形式", "kind": "应为 个人（person）或 单位（unit）"}


def _sentence(fault: Any, values: dict[str, str], model: type[BaseModel]) -> str:
    name = str(fault["loc"][0]) if fault.get("loc") else ""
    field = model.model_fields.get(name)
    title = field.title if field is not None and field.title else name
    if not values.get(name):
        return f"{title}（{name}）没有填写"
    return f"{title}（{name}）的内容“{values[name]}”不对，{_EXPECTED.get(name, '请检查')}"
