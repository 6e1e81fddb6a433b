"""Cells that spill over the end of a page: a long entry whose rest stands in the first row of the next page's table.

Comes in: a document's tables with their pages, in order. Goes out: for each cell that goes on, the cell in which it does. Called by
`map_fields`. Word repeats the ruling and leaves the label's part of the row empty, so the rest stands beside a blank cell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from pipeline.text.normal_forms import squeeze
from schemas.layout import Cell, Page, Table

# Left and right edges of both parts lie as close together as this (page fraction): the sheets were laid in one by one.
_EDGE = 0.03


def spilled_cells(tables: Sequence[tuple[Page, Table]]) -> Mapping[int, Cell]:
    """`id` of a cell in the last row of a page's last table → the cell of the next page's first table in which its text goes on.

    Only where that table's first row is a blank cell and one with text, below a label and its value; elsewhere nothing.
    """
    found: dict[int, Cell] = {}
    for (page, above), (following, below) in pairwise(tables):
        if following.number != page.number + 1:
            continue
        last = sorted((cell for cell in above.cells if cell.row + cell.row_span == above.rows), key=lambda cell: cell.col)
        first = sorted((cell for cell in below.cells if cell.row == 0), key=lambda cell: cell.col)
        if len(last) != 2 or len(first) != 2 or squeeze(first[0].text) or not squeeze(first[1].text) or not squeeze(last[0].text):
            continue
        if all(_same_place(one, other) for one, other in zip(last, first, strict=True)):
            found[id(last[1])] = first[1]
    return found


def _same_place(cell: Cell, other: Cell) -> bool:
    if cell.box is None or other.box is None:
        return False  # a Word body has no page breaks
    return abs(cell.box.x0 - other.box.x0) <= _EDGE and abs(cell.box.x1 - other.box.x1) <= _EDGE
