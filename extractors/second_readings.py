"""Second readings: rows of text that may have been misread are recognised once more, from other pixels and in their context.

Comes in: the recognised lines of an upright page, its ink and tables. Goes out: the same lines; those that two readings agree on are worth
more, where two differ the better one stays and the other is kept as `alternative`. Called by `paper`.

A second reading sees something else than the first: the row's whole ink within its cell rather than the detector's quadrilateral (which
leaves out flat and lone characters), stretched to full contrast, and a lone wrapped character behind the end of the row above it, since the
recogniser takes 人 alone for 大 and 1 alone for 丨.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from extractors.grid import RuledTable
from extractors.linequads import quad_of
from extractors.ocr import Engine, Quad, Reading, crop
from extractors.raster import Image, Mask, Rectangle
from extractors.textlines import STROKES, CellPlace, TextLine, doubting_gaps, joined_line, rows_of
from schemas.layout import CHECKED, UNCHECKED, UNCLEAR

_DOUBTFUL = 0.9  # least character probability below which a row is read twice
_SHORT = 4  # characters; a row so short is read with the end of the row above
_TAIL = 6.0  # row heights of the row above that give the context
_HEIGHT = 48  # pixels, the recogniser's input
_GAP = 10  # pixels of paper between the row above and a wrapped rest: a character's spacing
_LEGIBLE = 0.5  # mean score from which a differing second reading is worth keeping
_SURE, _SURE_STROKE = 0.6, 0.95  # certainty of a character that only the second reading has
# Dates and numbers are read twice always: a digit that was passed over lowers no score, and no dictionary of words tells.
_NUMBER = re.compile(r"\d|[〇○零一二三四五六七八九十]{2}|[年月日]")
_BOXES = frozenset(CHECKED + UNCHECKED + UNCLEAR)
# Two signs that differ by a hair of ink; that readings differ in them alone casts no doubt on the words.
_POINTS = str.maketrans(
    {"，": ",", "、": ",", "。": ".", "．": ".", "·": ".", "：": ":", "；": ";", "（": "(", "）": ")", "—": "-", "－": "-", "–": "-"}
)


@dataclass(frozen=True)
class _Row:
    """Lines side by side, by their numbers; `quad`: their ink's quadrilateral; `above`: the row before it in the same cell."""

    members: tuple[int, ...]
    cell: CellPlace | None
    quad: Quad
    above: Quad | None


def with_second_readings(
    engine: Engine, image: Image, ink: Mask, tables: Sequence[RuledTable], lines: Sequence[TextLine], text_height: float
) -> list[TextLine]:
    """The lines after a second look at those that are in doubt, short, or numbers."""
    rows = [row for row in _rows(lines, tables, ink, text_height) if _to_be_read_again(row, lines)]
    strips = [_strip(image, row, lines) for row in rows]
    result: dict[int, TextLine] = dict(enumerate(lines))
    for row, (strip, start), reading in zip(rows, strips, engine.recognise([strip for strip, _ in strips]), strict=True):
        first = lines[row.members[0]]
        for index in row.members[1:]:
            first = joined_line(first, lines[index], "")
        settled = _settled(first, _part(reading, strip, start))
        if settled is None:
            continue
        if settled.reading is first.reading and settled.alternative is None:
            result.update({index: replace(lines[index], agreed=True) for index in row.members})
            continue
        for index in row.members[1:]:
            result.pop(index)
        result[row.members[0]] = settled
    return list(result.values())


def _rows(lines: Sequence[TextLine], tables: Sequence[RuledTable], ink: Mask, text_height: float) -> list[_Row]:
    """The rows of every cell, top to bottom, and each line outside tables as a row of its own."""
    number = {id(line): index for index, line in enumerate(lines)}
    held: dict[CellPlace, list[TextLine]] = {}
    rows: list[_Row] = []
    for line in lines:
        if line.inverted:
            continue
        if line.cell is not None:
            held.setdefault(line.cell, []).append(line)
        elif line.quad is not None:
            rows.append(_Row((number[id(line)],), None, line.quad, None))
    for cell, members in held.items():
        within = tables[cell[0]].cells[cell[1]].box.grown(-max(3.0, text_height * 0.12))
        above: Quad | None = None
        grouped = rows_of(members)
        free = _without(ink, members, within)
        for row in grouped:
            quad = _whole(row, free, within)
            rows.append(_Row(tuple(number[id(line)] for line in row), cell, quad, above))
            above = quad
    return rows


def _without(ink: Mask, members: Sequence[TextLine], within: Rectangle) -> Mask:
    """The ink of a cell that no line covers, as a mask of the cell."""
    part = np.ascontiguousarray(within.cut(ink))
    x0, y0 = max(0.0, float(round(within.x0))), max(0.0, float(round(within.y0)))
    for line in members:
        box = Rectangle(line.box.x0 - x0, line.box.y0 - y0, line.box.x1 - x0, line.box.y1 - y0)
        box.cut(part)[:] = 0
    return part


def _whole(row: Sequence[TextLine], free: Mask, within: Rectangle) -> Quad:
    """The row with what stands before and behind its lines in the same cell: within two row heights, in the middle of its band."""
    box = row[0].box
    for line in row[1:]:
        box = box.union(line.box)
    quad = row[0].quad if len(row) == 1 and row[0].quad is not None else quad_of(box)
    x0, y0 = max(0.0, float(round(within.x0))), max(0.0, float(round(within.y0)))
    inset, reach = 0.25 * box.height, 2.2 * box.height
    sides = []
    for left, right in ((max(within.x0, box.x0 - reach), box.x0), (box.x1, min(within.x1, box.x1 + reach))):
        part = Rectangle(left - x0, box.y0 + inset - y0, right - x0, box.y1 - inset - y0).cut(free) if right > left else free[:0, :0]
        columns = np.flatnonzero((part > 0).sum(axis=0) >= 2) if part.size else np.zeros(0, dtype=np.int64)
        sides.append((columns, right - left))
    (before, width), (behind, _) = sides
    left = width - float(before[0]) if len(before) >= 0.15 * box.height else 0.0
    right = float(behind[-1]) + 1 if len(behind) >= 0.15 * box.height else 0.0
    along = (quad[1] - quad[0]) / max(1.0, float(np.linalg.norm(quad[1] - quad[0])))
    margin = 0.12 * box.height
    left, right = left + margin, right + margin
    return np.asarray(quad + np.array([-left * along, right * along, right * along, -left * along]), dtype=np.float32)


def _to_be_read_again(row: _Row, lines: Sequence[TextLine]) -> bool:
    members = [lines[index] for index in row.members]
    text = "".join(line.reading.text for line in members).strip()
    if any(line.alternative is not None for line in members) or _BOXES.intersection(text) or not text:
        return False
    least = min(line.reading.least for line in members)
    return least < _DOUBTFUL or len(text) <= 2 or bool(_NUMBER.search(text))


def _strip(image: Image, row: _Row, lines: Sequence[TextLine]) -> tuple[Image, int]:
    """The row's picture at the recogniser's height, behind the end of the row above where it is short; and where it begins in it."""
    own = _levelled(_stretched(crop(image, _taller(row.quad))))
    text = "".join(lines[index].reading.text for index in row.members).strip()
    if row.above is None or len(text) > _SHORT:
        return own, 0
    above = _levelled(_stretched(crop(image, _taller(row.above))))
    tail = _tail(above)
    gap = np.full((_HEIGHT, _GAP, 3), 255, dtype=np.uint8)
    return np.ascontiguousarray(np.hstack([tail, gap, own])), tail.shape[1] + _GAP // 2


def _tail(picture: Image) -> Image:
    """The end of a row, cut in its emptiest column."""
    width, longest = picture.shape[1], round(_TAIL * _HEIGHT)
    if width <= longest:
        return picture
    start = width - longest
    darkness = 255.0 - cv2.cvtColor(picture[:, start : start + _HEIGHT], cv2.COLOR_BGR2GRAY).mean(axis=0)
    return np.asarray(picture[:, start + int(np.argmin(darkness)) :], dtype=np.uint8)


def _levelled(picture: Image) -> Image:
    width = max(4, round(picture.shape[1] * _HEIGHT / picture.shape[0]))
    return np.asarray(cv2.resize(picture, (width, _HEIGHT), interpolation=cv2.INTER_CUBIC), dtype=np.uint8)


def _part(reading: Reading, strip: Image, start: int) -> Reading:
    """What was read right of a pixel of the strip, its places counted from there; doubted where ink was passed over."""
    if start == 0 or len(reading.places) != len(reading.text):
        return doubting_gaps(reading, strip)
    width = strip.shape[1]
    kept = [index for index, place in enumerate(reading.places) if place * width >= start]
    if not kept:
        return Reading("", 0.0, 0.0)
    certainties = tuple(reading.certainties[index] for index in kept)
    places = tuple((reading.places[index] * width - start) / (width - start) for index in kept)
    return Reading("".join(reading.text[index] for index in kept), float(np.mean(certainties)), min(certainties), places, certainties)


def _settled(line: TextLine, second: Reading) -> TextLine | None:
    """The line with both readings weighed: the same text without alternative where they agree, None where the second says nothing."""
    first = line.reading
    mine, other = _bare(first.text), _bare(second.text)
    if not other:
        return None
    if mine == other:
        return line
    if mine.translate(_POINTS) == other.translate(_POINTS):
        return replace(line, reading=_surer_signs(first, second))
    richer = len(other) > len(mine) and _holds(other, mine) and _well_read(second, mine)
    if richer or (second.least > first.least + 0.1 and len(other) >= len(mine)):
        return replace(line, reading=second, alternative=first.text, quad=None)
    if second.score > _LEGIBLE and len(other) * 2 > len(mine):
        return replace(line, alternative=second.text)
    return None


def _surer_signs(first: Reading, second: Reading) -> Reading:
    """The reading whose least certain character is surer: both say the same but for a sign."""
    return second if second.least > first.least and len(second.text) == len(first.text) else first


def _bare(text: str) -> str:
    return "".join(text.split())


def _holds(longer: str, shorter: str) -> bool:
    """Whether the shorter text is the longer one with characters left out."""
    rest = iter(longer)
    return all(character in rest for character in shorter)


def _well_read(longer: Reading, shorter: str) -> bool:
    """Whether what the longer reading adds is a character for certain: the edge of a stain or a crease reads as 1, 7, 一 or a letter.

    A stroke, a letter or a digit counts only when it is quite certain and its neighbour is of its kind.
    """
    text, certainties = longer.text, longer.certainties
    if len(certainties) != len(text):
        return False
    left = 0
    for place, character in enumerate(text):
        if character.isspace() or (left < len(shorter) and character == shorter[left]):
            left += not character.isspace()
            continue
        beside = text[max(0, place - 1) : place] + text[place + 1 : place + 2]
        stroke = character in STROKES or character.isascii()
        kin = any(near.isascii() == character.isascii() and near.isalnum() for near in beside)
        if certainties[place] < (_SURE_STROKE if stroke else _SURE) or (stroke and not kin):
            return False
    return True


def _taller(quad: Quad) -> Quad:
    up = (quad[0] - quad[3]) * 0.06
    return np.asarray(quad + np.array([up, up, -up, -up]), dtype=np.float32)


def _stretched(picture: Image) -> Image:
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY).astype(np.float32)
    low, high = np.percentile(grey, (2, 90))
    even = (np.clip((grey - low) / max(20.0, high - low), 0, 1) * 255).astype(np.uint8)
    return np.asarray(cv2.cvtColor(even, cv2.COLOR_GRAY2BGR), dtype=np.uint8)
