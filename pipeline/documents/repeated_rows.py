"""Tables with a header and repeated rows: the honours of a form, the applicants of a summary.

Comes in: the tables of a document and the column rules. Goes out: the values of each filled row, rows counted from 1, and which
cells were used. Called by `map_fields`. A table that goes on over the page without its header keeps the columns of the page before.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from pipeline.documents.field_values import cell_lines, field_value, lines_evidence
from pipeline.documents.label_values import Labels
from pipeline.text.normal_forms import squeeze
from schemas.layout import Box, Cell, Line, Method, Page, Table
from schemas.records import FieldValue
from schemas.rules import FieldRule

# So many different column labels in one row make it a header.
_HEADER_COLUMNS = 3
# A cell belongs to a column when it covers this share of the narrower one's width.
_COLUMN_OVERLAP = 0.7
# Heights of a row between two rows from which one is missing there: rulings of a curled page drift less.
_GAP = 0.5
_ROW_UNSURE = 0.5
# Normal forms that tell a field by its entries alone; a number of digits or a free text may be anything.
_TELLING_FORMS = {
    "sex": re.compile(r"[男女]"),
    "date": re.compile(r"(?:19|20)\d\d[\d年月日.,\-—/]*"),
    "id_number": re.compile(r"\d{17}[\dX]"),
}
_SLASH = re.compile(r"[/／]")


@dataclass
class RowsFound:
    """What a repeated table yielded: values, and the indexes of the cells it is made of, per table."""

    values: list[FieldValue] = field(default_factory=list)
    used: dict[int, frozenset[int]] = field(default_factory=dict)  # id(table) → cell indexes


@dataclass(frozen=True)
class _Part:
    """What stands of an entry on one page: a row may break over the end of a page."""

    lines: tuple[Line, ...]
    page: Page
    box: Box | None


@dataclass(frozen=True)
class _Columns:
    rules: tuple[tuple[Cell, FieldRule], ...]
    key: str  # the field that every row must have to count as filled
    table_columns: int


def repeated_rows(tables: Sequence[tuple[Page, Table]], rules: Sequence[FieldRule], review_below: float) -> RowsFound:
    """The rows of every table with a header of these columns; the first rule's column must be among them and marks a filled row."""
    found = RowsFound()
    columns: _Columns | None = None
    last_row, lost = 0, False
    entries: dict[tuple[int, str], tuple[int, list[_Part]]] = {}
    labels = Labels(rules)
    for page, table in tables:
        header_row, here = _header(table, labels, rules)
        if here is not None:
            here = _with_unread_heads(table, header_row, here, rules)
        if here is None and (columns is None or table.cols != columns.table_columns):
            continue
        columns = here or columns
        if columns is None:
            continue
        rows, used = _data_rows(table, columns, -1 if here is None else header_row)
        found.used[id(table)] = used
        bottom = _bottom([head for head, _ in columns.rules]) if here is not None else None
        for number, cells in enumerate(rows):
            lost = lost or _is_gap(bottom, [cell for cell, _ in cells])
            bottom = _bottom([cell for cell, _ in cells])
            if not any(squeeze(cell.text) for cell, _ in cells):
                continue
            goes_on = number == 0 and last_row > 0 and not any(squeeze(cell.text) for cell, rule in cells if rule.field == columns.key)
            last_row += not goes_on
            for cell, rule in cells:
                part = _Part(tuple(cell_lines([cell])), page, cell.box)
                if (last_row, rule.field) in entries:
                    place, parts = entries[last_row, rule.field]
                    found.values[place] = _value(rule, [*parts, part], last_row, lost, review_below)
                    parts.append(part)
                elif not goes_on:
                    entries[last_row, rule.field] = (len(found.values), [part])
                    found.values.append(_value(rule, [part], last_row, lost, review_below))
    return found


def _value(rule: FieldRule, parts: Sequence[_Part], row: int, lost: bool, review_below: float) -> FieldValue:
    """The value of an entry, placed where it begins; in doubt where rows were lost, or where a slash may have been at the line's end."""
    evidence = [lines_evidence(part.lines, part.page, part.box) for part in parts]
    whole = replace(evidence[0], confidence=min(one.confidence for one in evidence), disputed=any(one.disputed for one in evidence))
    texts = [line.text for part in parts for line in part.lines]
    value = field_value(rule, texts, whole, review_below, row=row)
    slash_lost = rule.parts and whole.method == Method.OCR and len(texts) > 1 and not _SLASH.search("".join(texts))
    return _doubted(value) if lost or slash_lost else value


def _bottom(cells: Sequence[Cell]) -> float | None:
    edges = [cell.box.y1 for cell in cells if cell.box is not None]
    return max(edges) if edges else None


def _is_gap(above: float | None, cells: Sequence[Cell]) -> bool:
    """Whether so much paper lies between a row and what is above it that a row of the table was not seen there."""
    boxes = [cell.box for cell in cells if cell.box is not None]
    if above is None or not boxes:
        return False
    top, height = min(box.y0 for box in boxes), max(box.height for box in boxes)
    return top - above > _GAP * height


def _doubted(value: FieldValue) -> FieldValue:
    """The value in doubt, its row or its parts: behind a row that was not seen, every number is one too low."""
    return value.model_copy(update={"needs_review": True, "confidence": min(value.confidence, _ROW_UNSURE)})


def _header(table: Table, labels: Labels, rules: Sequence[FieldRule]) -> tuple[int, _Columns | None]:
    key = rules[0].field
    for row in range(table.rows):
        hits: dict[str, tuple[Cell, FieldRule]] = {}
        for cell in table.cells:
            if cell.row == row and (rule := labels.match(cell.text, cell.confidence)) is not None:
                hits.setdefault(rule.field, (cell, rule))
        if len(hits) >= _HEADER_COLUMNS and key in hits:
            return row, _Columns(tuple(hits.values()), key, table.cols)
    return -1, None


def _with_unread_heads(table: Table, header_row: int, columns: _Columns, rules: Sequence[FieldRule]) -> _Columns:
    """The columns with those whose head could not be read, under a seal or on a fax, but whose entries can be nothing else.

    Only for fields that have a form of their own (a sex, a date, an identity number), where most entries of the column, and those of no
    other column without a head, have that form.
    """
    known = {rule.field for _, rule in columns.rules}
    missing = [rule for rule in rules if rule.field not in known and rule.form in _TELLING_FORMS]
    taken = [cell for cell, _ in columns.rules]
    claims: dict[str, list[Cell]] = {}
    by_field = {rule.field: rule for rule in missing}
    for head in table.cells:
        if head.row != header_row or any(head is cell for cell in taken):
            continue
        entries = [cell for cell in table.cells if cell.row > header_row and squeeze(cell.text) and _same_column(head, cell)]
        fitting = [rule.field for rule in missing if 2 * sum(_has_form(cell, rule) for cell in entries) > len(entries)]
        if len(fitting) == 1:
            claims.setdefault(fitting[0], []).append(head)
    found = tuple((heads[0], by_field[name]) for name, heads in claims.items() if len(heads) == 1)
    return replace(columns, rules=columns.rules + found)


def _has_form(cell: Cell, rule: FieldRule) -> bool:
    form = _TELLING_FORMS.get(rule.form)
    return form is not None and form.fullmatch(squeeze(cell.text).upper()) is not None


def _data_rows(table: Table, columns: _Columns, header_row: int) -> tuple[list[list[tuple[Cell, FieldRule]]], frozenset[int]]:
    """The rows below the header while they keep its columns, and the indexes of all cells that make up header and rows."""
    rows: list[list[tuple[Cell, FieldRule]]] = []
    used = {index for index, cell in enumerate(table.cells) if cell.row == header_row}
    for row in range(header_row + 1, table.rows):
        members = [(index, cell) for index, cell in enumerate(table.cells) if cell.row == row]
        placed = [(cell, rule) for head, rule in columns.rules for _, cell in members if _same_column(head, cell)]
        if members and not any(rule.field == columns.key for _, rule in placed):
            if not rows or not any(_reaches(cell, row) for cell, rule in rows[-1] if rule.field == columns.key):
                break
            # A stroke was taken for a ruling inside the row: its key cell goes on beside it.
            rows[-1] += placed
        elif placed:
            rows.append(placed)
        used.update(index for index, _ in members)
    return rows, frozenset(used)


def _reaches(cell: Cell, row: int) -> bool:
    return cell.row < row < cell.row + cell.row_span


def _same_column(head: Cell, cell: Cell) -> bool:
    if head.box is not None and cell.box is not None:
        overlap = min(head.box.x1, cell.box.x1) - max(head.box.x0, cell.box.x0)
        wider = max(head.box.width, cell.box.width)
        return overlap >= _COLUMN_OVERLAP * wider
    return head.col == cell.col and head.col_span == cell.col_span
