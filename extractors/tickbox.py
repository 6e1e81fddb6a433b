"""Tick boxes on paper: drawn squares beside text, found by their outline, their state judged by the ink within.

Comes in: an upright page image with its recognised lines. Goes out: the lines that hold boxes, cut at them, recognised piece by piece and
put together again with CHECKED, UNCHECKED or UNCLEAR at each box; called by `paper`. The recogniser alone reads □ as 口 or 日 or nothing,
and ☑ as □, 区 or 回.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from extractors import circled, option_slots
from extractors.ocr import Engine, Reading
from extractors.raster import Grey, Image, Mask, Rectangle, grey_of, ink_of
from extractors.textlines import CellPlace, TextLine, joined_rows, rows_of
from extractors.ticks import normalise
from schemas.layout import CHECKED, UNCHECKED, UNCLEAR

# What the recogniser makes of a box, for certain and by mistake. The mistakes are real characters as well (市、区, 回族): they count as a
# box only where a drawn square lies and, since only the outline of 口 is that of a box, where the recogniser was in doubt.
_CERTAIN = "□☐☑☒■▣◻◼▢⬜⬛"
_ALIKE = "口囗√✓✔vV"
_MISTAKEN = "日曰回区凶図囚因团冈网"
_IN_DOUBT = 0.9
_HOLDS_BOX = re.compile(f"[{_CERTAIN}√✓✔]")
# Two alternatives side by side: where one follows the other so closely there are boxes between, whatever was read.
_ALTERNATIVES = re.compile(
    r"是.{0,3}否|否.{0,3}是|有.{0,3}无|无.{0,3}有|男.{0,3}女|(符合|属于|属实|同意).{0,4}不\1|不(符合|属于|属实|同意).{0,4}\2"
)
_TICKS = "√✓✔"
_LEFTOVERS = re.compile(rf"^[{_CERTAIN}|丨\[\]]+|[{_CERTAIN}|丨\[\]]+$")
# A tick typed or drawn in place of a box is often read as a letter.
_LETTER_TICK = re.compile("(?<![A-Za-z0-9])[Vv](?=[\u4e00-\u9fff])")
_BESIDE = 0.6  # box widths between a box and a tick that belongs to it
_LIKE_FRAME = 0.7  # inked share that each side of a further box must have
_EMPTY, _FULL = 0.05, 0.1  # ink share inside the frame: below it is empty, above it is ticked


class TickBox(NamedTuple):
    """A drawn square in pixels of the page, and CHECKED, UNCHECKED or UNCLEAR."""

    box: Rectangle
    state: str


def with_boxes(engine: Engine, image: Image, lines: Sequence[TextLine], text_height: float) -> list[TextLine]:
    """The lines, those with tick boxes rebuilt around them; other lines stay as they are."""
    chosen, result = _rows_with_boxes(lines)
    if not chosen:
        return list(lines)
    grey = grey_of(image)
    ink = ink_of(grey, contrast=20)
    unruled = circled.without_rulings(ink, text_height)
    answers = [circled.answers_in(unruled, line, text_height) for line in chosen]
    ringed = [answer for line in answers for answer in line if answer.touched]
    bare, rest = circled.without_rings(grey, ink, ringed) if ringed else (grey, ink)
    found = [[frame for frame in find_frames(rest, line.box, text_height) if is_free(line, frame, 0.3 * frame.width)] for line in chosen]
    sizes = [side for frames in found for frame in frames for side in (frame.width, frame.height)]
    boxes = []
    for line, frames in zip(chosen, found, strict=True):
        if sizes:
            # All boxes of a form are of one size: with it those are found whose frame a bold tick breaks up.
            size = float(np.median(sizes))
            more = like_frames(rest, line.box, size, frames)
            frames = sorted(frames + [frame for frame in more if is_free(line, frame, 0.8 * size)])
        boxes.append([TickBox(frame, state_of(bare, rest, frame)) for frame in frames])
    slots = option_slots.slots_of((answer for line in answers for answer in line), [box.box for line in boxes for box in line])
    for line, marked, known in zip(chosen, answers, boxes, strict=True):
        lacking = [] if slots is None else [option_slots.missing_boxes(bare, rest, answer, line, known, slots) for answer in marked]
        further = [TickBox(*box) for boxes_of_pair in lacking for box in boxes_of_pair]
        if further or any(answer.touched for answer in marked):
            result.append(circled.with_answers(line, marked, [*known, *further]))
        elif known:
            rebuilt = _rebuilt(engine, image, ink, line, known)
            # A word below the end of a tick may be lost when it is read alone; it was read before.
            result.append(rebuilt if circled.holds(rebuilt, marked) else circled.with_answers(line, marked, known))
        else:
            result.append(doubted(line, ink))
    return result


def _rows_with_boxes(lines: Sequence[TextLine]) -> tuple[list[TextLine], list[TextLine]]:
    """Rows that may hold boxes, as one line where their fragments are not far apart; and all other lines."""
    groups: dict[CellPlace | None, list[TextLine]] = {}
    for line in lines:
        groups.setdefault(line.cell, []).append(line)
    chosen, others = [], []
    for row in (row for group in groups.values() for row in rows_of(group)):
        if any(_may_hold_boxes(line.reading.text) or _may_hold_boxes(line.alternative or "") for line in row):
            chosen += joined_rows(row, widest_gap=4.0)
        else:
            others += row
    return chosen, others


def _may_hold_boxes(text: str) -> bool:
    return bool(_HOLDS_BOX.search(text) or _ALTERNATIVES.search(text))


def find_frames(ink: Mask, line: Rectangle, text_height: float) -> list[Rectangle]:
    """The drawn squares in a line's rectangle, left to right."""
    height = min(line.height, 1.6 * text_height)
    part, x0, y0 = _surroundings(ink, line, height)
    if part.size == 0:
        return []
    # A tick is slanted: what is left after opening along the axes is the frame alone.
    length = max(5, round(height * 0.28))
    upright, level = (cv2.morphologyEx(part, cv2.MORPH_OPEN, np.ones(shape, np.uint8)) for shape in ((length, 1), (1, length)))
    frames = np.asarray(cv2.bitwise_or(upright, level), dtype=np.uint8)
    # A frame's corners may be rounded or worn.
    joined = cv2.morphologyEx(frames, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    found = [Rectangle(float(x), float(y), float(x + width), float(y + high)) for x, y, width, high, _ in stats[1:count]]
    return sorted(Rectangle(f.x0 + x0, f.y0 + y0, f.x1 + x0, f.y1 + y0) for f in found if _is_square(frames, f, height))


def _surroundings(ink: Mask, line: Rectangle, height: float) -> tuple[Mask, float, float]:
    """The ink in and close about a line, and the pixel where that part begins."""
    area = Rectangle(line.x0 - 0.8 * height, line.y0 - 0.15 * height, line.x1 + 0.8 * height, line.y1 + 0.15 * height)
    return np.ascontiguousarray(area.cut(ink)), max(0.0, float(round(area.x0))), max(0.0, float(round(area.y0)))


def like_frames(ink: Mask, line: Rectangle, size: float, known: Sequence[Rectangle]) -> list[Rectangle]:
    """Further squares of about a given size in a line: wherever all four sides are inked, whatever lies on and between them."""
    part, x0, y0 = _surroundings(ink, line, line.height)
    thick = (cv2.dilate(part, np.ones((3, 3), np.uint8)) > 0).astype(np.float32) if part.size else np.zeros((0, 0), np.float32)
    candidates: list[tuple[float, Rectangle]] = []
    for side in sorted({round(size * 0.9), round(size), round(size * 1.08)}):
        worst = _sides(thick, side)
        while worst.size and worst.max() >= _LIKE_FRAME:
            y, x = (int(value) for value in np.unravel_index(int(np.argmax(worst)), worst.shape))
            candidates.append((float(worst[y, x]), Rectangle(x + x0, y + y0, x + x0 + side, y + y0 + side)))
            worst[max(0, y - side) : y + side, max(0, x - side // 2) : x + side // 2 + 1] = 0
    found: list[Rectangle] = []
    for _, frame in sorted(candidates, key=lambda candidate: -candidate[0]):
        if all(frame.overlap(other).width < 0.3 * size for other in [*known, *found]):
            found.append(frame)
    return found


def _sides(thick: npt.NDArray[np.float32], side: int) -> npt.NDArray[np.float32]:
    """For each place a square of `side` pixels could begin at, the inked share (0-1) of its least inked side."""
    rows, columns = thick.shape[0] - side, thick.shape[1] - side
    if rows <= 0 or columns <= 0:
        return np.zeros((0, 0), np.float32)
    # The filtered value at (y, x) is the inked share of the side that begins there.
    level = cv2.boxFilter(thick, -1, (side, 1), anchor=(0, 0), borderType=cv2.BORDER_CONSTANT)
    upright = cv2.boxFilter(thick, -1, (1, side), anchor=(0, 0), borderType=cv2.BORDER_CONSTANT)
    top, bottom = level[:rows, :columns], level[side - 1 : side - 1 + rows, :columns]
    left, right = upright[:rows, :columns], upright[:rows, side - 1 : side - 1 + columns]
    return np.asarray(np.minimum.reduce((top, bottom, left, right)), dtype=np.float32)


def _is_square(frames: Mask, frame: Rectangle, height: float) -> bool:
    """Four sides of about equal length, each of unbroken ink, as high as a character; between them nothing, or nothing but ink."""
    if not (0.36 * height <= frame.width <= 1.05 * height and 0.76 <= frame.width / frame.height <= 1.32):
        return False
    inside = np.asarray(frame.cut(frames)) > 0
    depth = max(2, round(frame.width * 0.16))
    sides = (inside[:depth].any(axis=0), inside[-depth:].any(axis=0), inside[:, :depth].any(axis=1), inside[:, -depth:].any(axis=1))
    if min(float(side.mean()) for side in sides) < 0.84:
        return False
    inset = max(depth, round(frame.width * 0.24))
    core = float(inside[inset:-inset, inset:-inset].mean()) if inside.shape[0] > 2 * inset < inside.shape[1] else 0.0
    return core < 0.06 or core > 0.9


def state_of(grey: Grey, ink: Mask, frame: Rectangle) -> str:
    """By the share of dark pixels within the frame, away from its lines; a tick that mostly misses the frame shows by what sticks out of
    it.
    """
    around, core = frame.grown(frame.width).cut(grey), frame.grown(-max(2.0, frame.width * 0.22)).cut(grey)
    if core.size == 0:
        return UNCLEAR
    # Against paper and ink close by: inside a filled box the ink mask is hollow.
    paper, dark = (float(value) for value in np.percentile(around, (75, 2)))
    share = float((core < paper - max(18.0, 0.35 * (paper - dark))).mean())
    if share > _FULL or _overhang(ink, frame)[0] > 0.2:
        return CHECKED
    return UNCHECKED if share < _EMPTY else UNCLEAR


def _overhang(ink: Mask, frame: Rectangle) -> tuple[float, npt.NDArray[np.bool_]]:
    """How far ink that is connected with the frame reaches beyond it, in frame widths, and that ink (a mask of the frame grown by its
    width).

    (0, nothing) if a whole character or a ruling hangs on it.
    """
    around = frame.grown(frame.width)
    part = np.ascontiguousarray(around.cut(ink))
    x0, y0 = max(0.0, float(round(around.x0))), max(0.0, float(round(around.y0)))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(part, connectivity=8)
    inside = Rectangle(frame.x0 - x0, frame.y0 - y0, frame.x1 - x0, frame.y1 - y0).grown(1)
    numbers = np.bincount(np.asarray(labels[_slices(inside)], dtype=np.int64).ravel(), minlength=2)
    label = int(numbers[1:].argmax()) + 1  # the component most of the frame belongs to
    x, y, width, height, _ = stats[min(label, len(stats) - 1)]
    furthest = float(max(inside.x0 - x, inside.y0 - y, x + width - inside.x1, y + height - inside.y1)) / frame.width
    if furthest >= 0.75:
        return 0.0, np.zeros(part.shape, dtype=np.bool_)
    return furthest, np.asarray(labels == label)


def _slices(box: Rectangle) -> tuple[slice, slice]:
    return slice(max(0, round(box.y0)), round(box.y1)), slice(max(0, round(box.x0)), round(box.x1))


def is_free(line: TextLine, box: Rectangle, distance: float) -> bool:
    """Whether the recogniser read no character within `distance` pixels of the box's centre, save such as boxes are mistaken for."""
    reading = line.reading
    if not len(reading.places) == len(reading.certainties) == len(reading.text):
        return False
    for character, place, certainty in zip(reading.text, reading.places, reading.certainties, strict=True):
        near = abs(line.box.x0 + place * line.box.width - box.centre[0]) < distance
        mistaken = character in _CERTAIN + _ALIKE or (character in _MISTAKEN and certainty < _IN_DOUBT)
        if near and character.isalnum() and not mistaken:
            return False
    return True


def doubted(line: TextLine, ink: Mask) -> TextLine:
    """A line in which boxes were read and none was found: without ink nothing was there, elsewhere the state is UNCLEAR."""
    reading = line.reading
    if not _HOLDS_BOX.search(reading.text) or len(reading.places) != len(reading.text):
        return line
    reading = reading._replace(text=_LETTER_TICK.sub(_TICKS[0], reading.text))
    kept = ""
    for character, place in zip(reading.text, reading.places, strict=True):
        if character not in _CERTAIN:
            kept += character
            continue
        x, reach = line.box.x0 + place * line.box.width, 0.35 * line.box.height
        part = Rectangle(x - reach, line.box.y0, x + reach, line.box.y1).cut(ink)
        kept += UNCLEAR if part.size and float((part > 0).mean()) > 0.05 else ""
    return replace(line, reading=Reading(normalise([kept])[0], reading.score, reading.least), alternative=None)


def _rebuilt(engine: Engine, image: Image, ink: Mask, line: TextLine, boxes: Sequence[TickBox]) -> TextLine:
    """The line read piece by piece between its boxes and its wide gaps."""
    bare, ink = _without_ticks(image, ink, boxes)
    edges = [line.box.x0] + [edge for box in boxes for edge in (box.box.x0, box.box.x1)] + [max(line.box.x1, boxes[-1].box.x1)]
    spans = [Rectangle(left + 1, line.box.y0, right - 1, line.box.y1) for left, right in zip(edges[::2], edges[1::2], strict=True)]
    pieces = [(number, piece) for number, span in enumerate(spans) for piece in _stretches(ink, span)]
    readings = engine.recognise([_with_margin(piece, bare, line.box.height) for _, piece in pieces])
    said = [
        (number, piece, words, reading)
        for (number, piece), reading in zip(pieces, readings, strict=True)
        if (words := _LETTER_TICK.sub(_TICKS[0], _LEFTOVERS.sub("", reading.text).strip()))
    ]
    text = " ".join(words for number, _, words, _ in said if number == 0)
    for number, box in enumerate(boxes, 1):
        left = max((piece.x1 for place, piece, _, _ in said if place == number - 1), default=line.box.x0)
        beside = text.endswith(tuple(_TICKS)) and box.box.x0 - left < _BESIDE * box.box.width
        last = next((words for place, _, words, _ in reversed(said) if place == number - 1), "")
        if number > 1 and last.endswith(tuple(_TICKS)) and len(last) > 1:
            # Read in one stretch with the option before it, the tick may be that one's.
            text, box, beside = text[:-1], box._replace(state=UNCLEAR), False
        text += ("" if beside or not text else " ") + box.state
        text += " ".join(words for place, _, words, _ in said if place == number)
    read = [(len(words), reading.score, reading.least) for _, _, words, reading in said]
    score = sum(length * score for length, score, _ in read) / max(1, sum(length for length, _, _ in read))
    least = min((least for _, _, least in read), default=0.0)
    around = line.box.union(boxes[0].box).union(boxes[-1].box)
    return replace(line, box=around, reading=Reading(normalise([text])[0].strip(), score, least), alternative=None, quad=None)


def _without_ticks(image: Image, ink: Mask, boxes: Sequence[TickBox]) -> tuple[Image, Mask]:
    """The picture and its ink without what sticks out of the boxes: the end of a tick beside a word reads as a stroke of it."""
    bare, rest = image, ink
    for box in boxes:
        reach, strokes = _overhang(ink, box.box)
        if reach <= 0.1:
            continue
        if bare is image:
            bare, rest = image.copy(), ink.copy()
        around = box.box.grown(box.box.width)
        part = around.cut(bare)
        wiped = cv2.dilate(strokes.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
        part[wiped] = np.percentile(part.reshape(-1, part.shape[2]), 75, axis=0).astype(np.uint8)
        around.cut(rest)[wiped] = 0
    return bare, rest


def _stretches(ink: Mask, span: Rectangle) -> list[Rectangle]:
    """The inked parts of a span of a line, parted where a gap is wider than the line is high."""
    part = span.cut(ink)
    columns = np.flatnonzero((part > 0).sum(axis=0) >= 2) if part.size else np.zeros(0, dtype=np.int64)
    if len(columns) == 0:
        return []
    cuts = np.flatnonzero(np.diff(columns) > 0.8 * span.height)
    starts, ends = [columns[0], *columns[cuts + 1]], [*columns[cuts], columns[-1]]
    x0 = max(0.0, float(round(span.x0)))
    return [
        Rectangle(x0 + start - 2, span.y0, x0 + end + 3, span.y1)
        for start, end in zip(starts, ends, strict=True)
        if end - start > 0.2 * span.height
    ]


def _with_margin(piece: Rectangle, image: Image, height: float) -> Image:
    """The piece's pixels with a margin of its own paper colour: single characters at the very edge are read badly."""
    inner = piece.cut(image)
    if inner.size == 0:
        return np.zeros((1, 1, 3), dtype=np.uint8)
    margin = round(height * 0.3)
    paper = [float(value) for value in np.percentile(inner.reshape(-1, 3), 80, axis=0)]
    return np.asarray(
        cv2.copyMakeBorder(np.ascontiguousarray(inner), 0, 0, margin, margin, cv2.BORDER_CONSTANT, value=paper), dtype=np.uint8
    )
