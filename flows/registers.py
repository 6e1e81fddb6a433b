"""The registers that the secretariat keeps as CSV: earlier titles and bans.

Comes in: a folder with `prior-titles.csv` (name, id_number, title, year) and `bans.csv` (kind, name, id_number, banned_on, reason), each
optional, as Excel writes them (UTF-8 with or without mark, or GB18030). Goes out: `Registers`. Called by `ingest` and `doctor`.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from schemas.errors import GongjiangError
from schemas.records import Ban, PriorTitle, Registers

PRIOR_TITLES = "prior-titles.csv"
BANS = "bans.csv"
_Record = TypeVar("_Record", bound=BaseModel)


class RegisterInvalid(GongjiangError):
    """A register has mistakes; `message` lists all of them with file and line."""

    code = "REGISTER_INVALID"


def load_registers(folder: Path | None) -> Registers:
    """Both registers; empty without a folder, and where a file is absent.

    Raises:
        RegisterInvalid: the folder is missing or a file has mistakes; all of them are named at once.
    """
    if folder is None:
        return Registers()
    if not folder.is_dir():
        raise RegisterInvalid(f"没有名册文件夹 {folder}。", "请检查 --registers 的路径；没有名册时去掉这个参数。")
    mistakes: list[str] = []
    titles = _read(folder / PRIOR_TITLES, PriorTitle, mistakes)
    bans = _read(folder / BANS, Ban, mistakes)
    if mistakes:
        raise RegisterInvalid("名册有误：\n" + "\n".join(mistakes) + "\n", "请改正后重新运行。")
    return Registers(prior_titles=tuple(titles), bans=tuple(bans))


def _read(path: Path, model: type[_Record], mistakes: list[str]) -> list[_Record]:
    if not path.exists():
        return []
    text = _decoded(path, mistakes)
    if text is None:
        return []
    reader = csv.DictReader(io.StringIO(text, newline=""))
    missing = [name for name, field in model.model_fields.items() if field.is_required() and name not in (reader.fieldnames or ())]
    if missing:
        mistakes.append(f"{path.name}：缺少列 {'、'.join(missing)}（第一行应为 {','.join(model.model_fields)}）")
        return []
    records = []
    for row in reader:
        values = {name: (row.get(name) or "").strip() for name in model.model_fields}
        if not any(values.values()):
            continue
        try:
            records.append(model.model_validate({name: value for name, value in values.items() if value}))
        except ValidationError as error:
            mistakes += [f"{path.name} 第 {reader.line_num} 行：{_sentence(fault, values)}" for fault in error.errors()]
    return records


def _decoded(path: Path, mistakes: list[str]) -> str | None:
    try:
        raw = path.read_bytes()
    except OSError as error:
        mistakes.append(f"{path.name}：无法读取（{error.strerror}）")
        return None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    mistakes.append(f"{path.name}：文字编码无法识别，请在 Excel 中另存为“CSV UTF-8”")
    return None


_EXPECTED = {"year": "年份应为四位数字", "banned_on": "日期应写成 2023-05-01 的形式", "kind": "应为 person（个人）或 unit（单位）"}


def _sentence(fault: object, values: dict[str, str]) -> str:
    place = fault["loc"][0] if isinstance(fault, dict) and fault.get("loc") else ""
    name = str(place)
    if not values.get(name):
        return f"{name} 没有填写"
    return f"{name} 的内容“{values[name]}”不对，{_EXPECTED.get(name, '请检查')}"
