"""Excel workbooks (xlsx, xlsm, xls): each visible sheet as a page, its filled area as a table, what stands above and below as lines.

Comes in: a path. Goes out: `Page` records with method `xlsx`, numbered by the sheets that hold something; called by `reading`.

A spreadsheet has no paper: no boxes, and nothing says where its table begins. The rows above the first well-filled one are taken as what
they look like, a title and lines of labels; so are those below the last. What Excel keeps as a number or a date is written as people see
it, and never more exactly than they typed it.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from io import SEEK_CUR
from pathlib import Path
from typing import TypeAlias
from zipfile import BadZipFile

import olefile
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from extractors.archive import open_checked
from extractors.ticks import normalise
from schemas.errors import RejectedFile, RejectionCode
from schemas.layout import Cell, Line, Method, Page, Table
from schemas.settings import Limits, Settings

Value: TypeAlias = int | float | str | bool | time | date | datetime | timedelta
Grid: TypeAlias = list[list[Value]]
Span: TypeAlias = tuple[int, int]

# No list that people keep comes near this; calamine keeps every cell up to the last filled one, empty ones too.
_CELLS = 1_000_000
# Excel keeps numbers with 15 digits; the rest of an identity number typed as a number is lost for good.
_SAFE_DIGITS = 15
# A row that is filled like a table's row: at least so much of the fullest one.
_TABLE_ROW = 0.5
_COLON = re.compile("[:：]")
_COUNTER = re.compile(r"\d{1,3}[.、]?")
_IDEOGRAPH = re.compile("[\u3400-\u9fff]")
_REFERENCE = re.compile(rb"""\br=["']([A-Z]{1,3})(\d{1,7})["']""")
_ESCAPED = re.compile(r"_x000[0-9A-Fa-f]_")
_DOCTYPES = tuple("<!DOCTYPE".encode(coding) for coding in ("ascii", "utf-16-le", "utf-16-be"))
_HARMFUL = "文件内含 Excel 不会写入的内容（实体定义），可能有害，没有打开。请对方用 Excel 打开，“另存为”新的 xlsx 后重新发送。"
_RECORD = struct.Struct("<HH")
_FILE_PASS = 0x2F
_FIRST_RECORDS = 30  # only a few may stand before it
_NO_SHEET = "Excel 文件里没有填写内容的工作表（隐藏的工作表不读）。请对方检查后重新发送。"


def count_pages(path: Path, settings: Settings) -> int:
    """The number of visible sheets that hold something.

    Raises `RejectedFile`: ENCRYPTED, EMPTY where no visible sheet holds anything, TOO_LARGE, CORRUPT.
    """
    with _opened(path, settings.limits) as workbook:
        count = sum(1 for _ in _sheets(workbook))
    if count == 0:
        raise RejectedFile(RejectionCode.EMPTY, "no visible sheet with content", note=_NO_SHEET)
    return count


def read(path: Path, first: int, last: int, settings: Settings) -> tuple[Page, ...]:
    """Sheets `first`..`last` (from 1, inclusive) of those that hold something. Raises `RejectedFile` as `count_pages`."""
    with _opened(path, settings.limits) as workbook:
        pages = []
        for number, sheet in enumerate(_sheets(workbook), start=1):
            if first <= number <= last:
                pages.append(_page(number, sheet))
        return tuple(pages)


@contextmanager
def _opened(path: Path, limits: Limits) -> Iterator[CalamineWorkbook]:
    with path.open("rb") as file:
        if file.read(2) == b"PK":
            _check_parts(path, limits)
        else:
            _check_password(path)
        file.seek(0)
        try:
            with CalamineWorkbook.from_filelike(file) as workbook:  # by content: given a path, calamine goes by the name
                yield workbook
        except PasswordError as error:
            raise RejectedFile(RejectionCode.ENCRYPTED, f"workbook: {error}") from error
        except CalamineError as error:
            raise RejectedFile(RejectionCode.CORRUPT, f"workbook: {error}") from error


def _check_parts(path: Path, limits: Limits) -> None:
    """What calamine takes on trust: entities, and how far a sheet reaches."""
    with open_checked(path, limits) as archive:
        for entry in archive.infolist():
            if not entry.filename.lower().endswith((".xml", ".rels")):
                continue
            try:
                data = archive.read(entry)
            except (BadZipFile, EOFError, NotImplementedError, ValueError) as error:
                raise RejectedFile(RejectionCode.CORRUPT, f"{entry.filename}: {error}") from error
            if any(mark in data for mark in _DOCTYPES):
                raise RejectedFile(RejectionCode.CORRUPT, f"document type in {entry.filename}", note=_HARMFUL)
            if "worksheets/" in entry.filename:
                _check_extent(data, entry.filename)


def _check_password(path: Path) -> None:
    """An encrypted xls has a FilePass record (MS-XLS 2.4.117) among its first; calamine would read what follows as an empty workbook."""
    try:
        with olefile.OleFileIO(str(path), raise_defects=olefile.DEFECT_INCORRECT) as file:
            name = next((name for name in ("Workbook", "Book") if file.exists(name)), "")
            with file.openstream(name) as stream:
                for _ in range(_FIRST_RECORDS):
                    kind, length = _RECORD.unpack(stream.read(_RECORD.size))
                    if kind == _FILE_PASS:
                        raise RejectedFile(RejectionCode.ENCRYPTED, "xls: encrypted")
                    stream.seek(length, SEEK_CUR)
    except struct.error:
        return  # fewer records than that
    except OSError as error:
        if error.errno is not None:
            raise
        raise RejectedFile(RejectionCode.CORRUPT, f"xls: {error}") from error


def _check_extent(data: bytes, name: str) -> None:
    columns: set[bytes] = set()
    last = 0
    for column, row in _REFERENCE.findall(data):
        columns.add(column)
        last = max(last, int(row))
    width = max((_column_number(column) for column in columns), default=0)
    if last * width > _CELLS:
        raise RejectedFile(RejectionCode.TOO_LARGE, f"{name}: {last} x {width} cells")


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _sheets(workbook: CalamineWorkbook) -> Iterator[CalamineSheet]:
    for index, described in enumerate(workbook.sheets_metadata):
        if described.visible == SheetVisibleEnum.Visible and described.typ == SheetTypeEnum.WorkSheet:
            sheet = workbook.get_sheet_by_index(index)
            if sheet.height * sheet.width > _CELLS:
                raise RejectedFile(RejectionCode.TOO_LARGE, f"{sheet.height} x {sheet.width} cells")
            if any(_is_filled(value) for row in sheet.iter_rows() for value in row):
                yield sheet


def _page(number: int, sheet: CalamineSheet) -> Page:
    grid, spans = _grid(sheet)
    start, end = _table_rows(grid)
    dates = _month_columns(grid[start:end])
    above = [block for row in range(start) for block in _loose_row(grid, row, dates)]
    below = [block for row in range(end, len(grid)) for block in _loose_row(grid, row, dates)]
    table = [_table(grid, start, end, spans, dates)] if end > start else []
    name = [Line(text=sheet.name)] if _says_something(sheet.name, grid) else []
    return Page(number=number, method=Method.XLSX, blocks=(*name, *above, *table, *below))


def _grid(sheet: CalamineSheet) -> tuple[Grid, dict[Span, Span]]:
    """The filled area without empty rows and columns at its end, and the (rows, columns) that merged cells span, by their top left."""
    grid = sheet.to_python(skip_empty_area=True)
    top, left = sheet.start or (0, 0)
    while grid and not any(_is_filled(value) for value in grid[-1]):
        grid.pop()
    width = max((column + 1 for row in grid for column, value in enumerate(row) if _is_filled(value)), default=0)
    spans: dict[Span, Span] = {}
    for (row, column), (last_row, last_column) in sheet.merged_cell_ranges or ():
        place = row - top, column - left
        if 0 <= place[0] < len(grid) and 0 <= place[1] < width:
            spans[place] = min(last_row - row + 1, len(grid) - place[0]), min(last_column - column + 1, width - place[1])
    return [row[:width] for row in grid], spans


def _table_rows(grid: Grid) -> tuple[int, int]:
    """The first row of the table and the one after its last."""
    filled = [sum(1 for value in row if _is_filled(value)) for row in grid]
    least = max(2, _TABLE_ROW * max(filled, default=0))
    rows = [row for row, count in enumerate(filled) if count >= least]
    if not rows:
        return len(grid), len(grid)
    end = len(grid)
    while end > rows[-1] + 1 and _is_loose(grid[end - 1]):
        end -= 1
    return rows[0], end


def _is_loose(row: Sequence[Value]) -> bool:
    """Whether a row below the table is a note rather than an entry: a single text, or labels with a colon.

    A bare number is a row to fill in.
    """
    texts = [value.strip() if isinstance(value, str) else _shown(value, months=True) for value in row if _is_filled(value)]
    if not texts:
        return True
    return any(_COLON.search(text) for text in texts) or (len(texts) == 1 and not _COUNTER.fullmatch(texts[0]))


def _loose_row(grid: Grid, row: int, dates: Mapping[int, bool]) -> list[Line | Table]:
    """A row outside the table: a line where it is a title or says its labels with a colon, else a table of its own, label beside value."""
    lines = [(column, _lines(value, dates.get(column, True))) for column, value in enumerate(grid[row]) if _is_filled(value)]
    if not lines:
        return []
    if len(lines) == 1:
        return list(lines[0][1])
    if any(_COLON.search(line.text) for _, part in lines for line in part):
        text = ""
        for _, part in lines:
            text += ("" if not text or _COLON.fullmatch(text[-1]) else "　　") + " ".join(line.text for line in part)
        return [Line(text=text, confidence=min(line.confidence for _, part in lines for line in part))]
    cells = tuple(Cell(row=0, col=place, lines=part) for place, (_, part) in enumerate(lines))
    return [Table(rows=1, cols=len(cells), cells=cells)]


def _table(grid: Grid, start: int, end: int, spans: Mapping[Span, Span], dates: Mapping[int, bool]) -> Table:
    covered = {
        (row + down, column + right)
        for (row, column), (rows, columns) in spans.items()
        for down in range(rows)
        for right in range(columns)
        if down or right
    }
    cells = []
    for row in range(start, end):
        for column, value in enumerate(grid[row]):
            if (row, column) in covered:
                continue
            rows, columns = spans.get((row, column), (1, 1))
            lines = _lines(value, dates.get(column, True))
            cells.append(Cell(row=row - start, col=column, row_span=min(rows, end - row), col_span=columns, lines=lines))
    return Table(rows=end - start, cols=len(grid[start]), cells=tuple(cells))


def _month_columns(grid: Grid) -> dict[int, bool]:
    """Of each column with dates, whether they are months: Excel keeps 1990年5月 as the first of May.

    A column in which every date is the first of its month was typed as months. How a cell is displayed, calamine does not say; the day may
    be lost here for one who was indeed born on the first, but none is invented for the others.
    """
    days: dict[int, list[int]] = {}
    for row in grid:
        for column, value in enumerate(row):
            if isinstance(value, date):
                days.setdefault(column, []).append(value.day)
    return {column: set(found) == {1} for column, found in days.items()}


def _lines(value: Value, months: bool) -> tuple[Line, ...]:
    """A cell's value as lines; a number whose last digits Excel could not keep has confidence 0, so that a person looks at it."""
    if isinstance(value, str):
        texts = [line.strip() for line in _ESCAPED.sub("", value).splitlines()]
        return tuple(Line(text=text) for text in normalise([text for text in texts if text]))
    spoilt = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) >= 10**_SAFE_DIGITS
    return (Line(text=_shown(value, months), confidence=0.0 if spoilt else 1.0),)


def _shown(value: Value, months: bool) -> str:
    """A number, date or time as people see it."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        return f"{value:.14E}" if abs(value) >= 10**_SAFE_DIGITS else f"{value:.15g}"
    if isinstance(value, datetime):
        day = _shown(value.date(), months and value.time() == time())
        return day if value.time() == time() else f"{day} {value:%H:%M}"
    if isinstance(value, date):
        return f"{value.year}年{value.month}月" if months and value.day == 1 else value.isoformat()
    return f"{value:%H:%M}" if isinstance(value, time) else str(value)


def _is_filled(value: Value) -> bool:
    return bool(value.strip()) if isinstance(value, str) else True


def _says_something(name: str, grid: Grid) -> bool:
    """Whether the sheet's name says what nothing in the sheet says: the title, on many a list."""
    return bool(_IDEOGRAPH.search(name)) and not any(isinstance(value, str) and name in value for row in grid for value in row)
