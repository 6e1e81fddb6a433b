"""Slashes that the recogniser passed over: thin diagonal strokes that stand in a character's place of their own.

Comes in: the recognised lines within tables and the page's ink. Goes out: the same lines with 前厅服务员／车间副主任 whole again. Called by
`paper`. A full-width slash is a hairline: the detector leaves it out at a line's ends, the recogniser between two characters. Its shape
leaves no doubt, where no character was read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np

from extractors.grid import RuledTable
from extractors.raster import Mask, Rectangle
from extractors.textlines import TextLine
from schemas.layout import CHECKED, UNCHECKED, UNCLEAR

_REACH = 1.2  # line heights beyond a line's ends in which one is looked for
_STRAIGHT = 0.95  # correlation of a straight stroke's columns and rows; a tick or a character's sweep has less
_THIN = 0.4  # share of its bounding rectangle that a diagonal hairline fills at most
_APART = 0.6  # of the characters' pitch: nearer to a character's middle a stroke is part of it
_CERTAIN = 0.9
_BOXES = frozenset(CHECKED + UNCHECKED + UNCLEAR)


def with_slashes(ink: Mask, tables: Sequence[RuledTable], lines: Sequence[TextLine]) -> list[TextLine]:
    """The lines with slashes where such a stroke stands alone. Cells with tick boxes are left as they are: a pen's tick may be a slash."""
    ticked = {line.cell for line in lines if _BOXES & set(line.reading.text)}
    return [line if line.cell is None or line.cell in ticked else _with_slashes(ink, tables, lines, line) for line in lines]


def _with_slashes(ink: Mask, tables: Sequence[RuledTable], lines: Sequence[TextLine], line: TextLine) -> TextLine:
    text, places, box = line.reading.text, line.reading.places, line.box
    if line.inverted or line.cell is None or len(places) != len(text) or not any("\u4e00" <= sign <= "\u9fff" for sign in text):
        return line
    cell = tables[line.cell[0]].cells[line.cell[1]].box
    reach = _REACH * box.height
    area = Rectangle(box.x0 - reach, box.y0, box.x1 + reach, box.y1).overlap(cell.grown(-3))
    centres = np.array([box.x0 + place * box.width for place in places])
    pitch = float(np.median(np.diff(centres))) if len(centres) > 2 else 0.75 * box.height
    others = [other.box for other in lines if other is not line and other.cell == line.cell]
    for x in _diagonals(ink, area, box.height):
        beside = np.abs(centres - x)
        middle = (x, box.centre[1])
        if beside.min() < _APART * pitch or beside.min() > 1.6 * pitch or any(other.holds(middle) for other in others):
            continue
        near = [text[index] for index in np.flatnonzero(beside < 1.2 * pitch)]
        if not any(sign in "/／" for sign in near):
            line = _inserted(line, x)
    return line


def _diagonals(ink: Mask, area: Rectangle, height: float) -> list[float]:
    """Where straight thin strokes stand that rise to the right: the x of their middles, left to right."""
    part = area.cut(ink)
    if part.size == 0:
        return []
    left = max(0, round(area.x0))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(np.ascontiguousarray(part), connectivity=8)
    found = []
    for label in range(1, count):
        x, y, width, tall, pixels = (int(value) for value in stats[label])
        if not (0.4 * height <= tall <= 1.05 * height and 0.3 * height <= width <= 1.1 * height) or pixels > _THIN * width * tall:
            continue
        rows, columns = np.nonzero(labels[y : y + tall, x : x + width] == label)
        if float(np.corrcoef(columns, rows)[0, 1]) <= -_STRAIGHT:
            found.append(left + x + width / 2)
    return sorted(found)


def _inserted(line: TextLine, x: float) -> TextLine:
    """The line with a slash at x; a wider box where it stands beyond its ends."""
    reading, box = line.reading, line.box
    wider = Rectangle(min(box.x0, x - 0.4 * box.height), box.y0, max(box.x1, x + 0.4 * box.height), box.y1)
    centres = [box.x0 + place * box.width for place in reading.places]
    index = sum(1 for centre in centres if centre < x)
    centres.insert(index, x)
    certainties = reading.certainties
    if len(certainties) == len(reading.text):
        certainties = (*certainties[:index], _CERTAIN, *certainties[index:])
    whole = reading._replace(
        text=reading.text[:index] + "/" + reading.text[index:],
        places=tuple((centre - wider.x0) / max(1.0, wider.width) for centre in centres),
        certainties=certainties,
    )
    return replace(line, box=wider, reading=whole, quad=None)
