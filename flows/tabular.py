"""A small table as an office keeps it: CSV in any Chinese encoding, or the first sheet of an Excel workbook.

Comes in: the path of a file. Goes out: its heading and its rows as text, each with the line on which a person finds it. Called by
`registers`.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from schemas.errors import GongjiangError

EXCEL_ENDINGS = (".xlsx", ".xls", ".xlsm", ".ods")
# Excel keeps numbers with 15 digits; the rest of an identity number typed as a number is lost for good.
_SAFE_DIGITS = 15


class TableUnreadable(GongjiangError):
    """The file is no table that can be read; `message` says why."""

    code = "TABLE_UNREADABLE"


@dataclass(frozen=True)
class TableFile:
    """The heading, the rows as (line in the file, values by heading), and what is wrong with single cells (line, sentence)."""

    heading: tuple[str, ...]
    rows: tuple[tuple[int, dict[str, str]], ...]
    faults: tuple[tuple[int, str], ...] = ()


def read_table(path: Path) -> TableFile:
    """Read the table in `path`; blank rows are left out.

    Raises:
        TableUnreadable: absent, not readable, of an unknown encoding, or no workbook.
    """
    try:
        return _workbook(path) if path.suffix.lower() in EXCEL_ENDINGS else _csv(path)
    except OSError as error:
        raise TableUnreadable(
            f"无法读取 {path.name}（{error.strerror or error}）。", "请检查文件是否存在、是否正被别的程序占用。"
        ) from error
    except CalamineError as error:
        raise TableUnreadable(f"{path.name} 不是可以读取的 Excel 文件。", "请用 Excel 打开后另存为 xlsx 或“CSV UTF-8”再试。") from error


def _csv(path: Path) -> TableFile:
    reader = csv.DictReader(io.StringIO(_decoded(path), newline=""))
    heading = tuple((name or "").strip() for name in reader.fieldnames or ())
    reader.fieldnames = list(heading)
    rows = []
    for row in reader:
        values = {name: (row.get(name) or "").strip() for name in heading if name}
        if any(values.values()):
            rows.append((reader.line_num, values))
    return TableFile(heading, tuple(rows))


def _decoded(path: Path) -> str:
    raw = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise TableUnreadable(f"{path.name}：文字编码无法识别。", "请在 Excel 中另存为“CSV UTF-8”。")


def _workbook(path: Path) -> TableFile:
    grid = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    start = next((number for number, cells in enumerate(grid) if any(_text(cell) for cell in cells)), None)
    if start is None:
        return TableFile((), ())
    heading = tuple(_text(cell) for cell in grid[start])
    rows, faults = [], []
    for number, cells in enumerate(grid[start + 1 :], start=start + 2):
        values = {name: _text(cell) for name, cell in zip(heading, cells, strict=False) if name}
        if not any(values.values()):
            continue
        rows.append((number, values))
        spoilt = [name for name, cell in zip(heading, cells, strict=False) if _is_spoilt(cell)]
        faults += [(number, f"{name} 被 Excel 存成了数字，后几位已经失真，请把该列设为“文本”后重新填写") for name in spoilt]
    return TableFile(heading, tuple(rows), tuple(faults))


def _text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell).strip()


def _is_spoilt(cell: Any) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool) and abs(cell) >= 10**_SAFE_DIGITS
