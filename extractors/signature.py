"""Signatures: ink to the right of a label that asks for one.

Comes in: a page's ink mask and its text lines with their cells. Goes out: for each label with ink beside it, the rectangle of the ink and
the text that was read there; called by `paper`. Who signed is for others to judge.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np

from extractors.grid import RuledTable
from extractors.raster import Mask, Rectangle
from extractors.textlines import TextLine

# What a line that asks for a signature ends with, on any form: a property of the script, not of this edition.
_LABEL = re.compile(r"(签\s*名|签\s*字|签\s*署|签\s*章)\s*(处|栏)?\s*(（[^）]*）|\([^)]*\))?\s*[:：]?")
_DATE_CHARACTERS = re.compile(r"[\d一二三四五六七八九十〇○年月日./\-]")


class Signature(NamedTuple):
    """Ink beside a label, in pixels; `text` is what recognition made of it."""

    box: Rectangle
    text: str
    confidence: float


def find_signatures(ink: Mask, lines: Sequence[TextLine], tables: Sequence[RuledTable], text_height: float) -> list[Signature]:
    """One for each label that has ink to its right, up to the next printed text or the edge of the cell."""
    found = []
    for line in lines:
        match = _LABEL.search(line.reading.text)
        if match is None:
            continue
        signature = _beside(ink, line, match.end(), lines, _limit(line, tables, ink.shape[1]), text_height)
        if signature is not None:
            found.append(signature)
    return found


def _limit(line: TextLine, tables: Sequence[RuledTable], width: int) -> Rectangle:
    if line.cell is None:
        return Rectangle(0, 0, width, 1e9)
    return tables[line.cell[0]].cells[line.cell[1]].box


def _beside(ink: Mask, label: TextLine, end: int, lines: Sequence[TextLine], limit: Rectangle, text_height: float) -> Signature | None:
    places, text = label.reading.places, label.reading.text
    left = label.box.x1 if end >= len(text) or end >= len(places) else label.box.x0 + places[end - 1] * label.box.width + 0.4 * text_height
    rest = text[end:].strip()
    if _is_printed(rest):
        return None
    top, bottom = label.box.y0 - 0.7 * text_height, label.box.y1 + 0.7 * text_height
    others = [line for line in lines if line is not label and line.box.x1 > left]
    beside = [line for line in others if line.box.x0 >= left - 0.5 * text_height and label.box.y0 < line.box.centre[1] < label.box.y1]
    below = [line for line in others if line.box.centre[1] >= label.box.y1 and _is_printed(line.reading.text)]
    bottom = min([bottom] + [line.box.y0 for line in below])
    right = min([limit.x1 - 3, left + 14 * text_height] + [line.box.x0 for line in beside if _is_printed(line.reading.text)])
    stretch = Rectangle(left, max(top, limit.y0 + 3), right, min(bottom, limit.y1 - 3))
    if stretch.width < text_height:
        return None
    box = _written(stretch, ink, text_height)
    if box is None:
        return None
    texts = [rest] + [line.reading.text for line in sorted(beside, key=lambda line: line.box.x0) if box.grown(4).holds(line.box.centre)]
    size = min(1.0, box.width / (2.5 * text_height)) * min(1.0, box.height / (0.8 * text_height))
    return Signature(box, "".join(texts).strip(), round(0.5 + 0.45 * size, 2))


def _is_printed(text: str) -> bool:
    """Whether text beside the label is a date or the next label's bracket rather than a name."""
    squeezed = text.replace(" ", "")
    return bool(squeezed) and (squeezed[0] in "（(" or len(_DATE_CHARACTERS.findall(squeezed)) >= 0.7 * len(squeezed))


def _written(stretch: Rectangle, ink: Mask, text_height: float) -> Rectangle | None:
    """The rectangle of the strokes within a stretch; None where there is only an underline or dust."""
    part = np.ascontiguousarray(stretch.cut(ink))
    if part.size == 0:
        return None
    underline = cv2.morphologyEx(part, cv2.MORPH_OPEN, np.ones((1, max(3, round(text_height * 2.5))), np.uint8))
    part = np.asarray(cv2.subtract(part, cv2.dilate(underline, np.ones((3, 3), np.uint8))), dtype=np.uint8)
    count, _, stats, _ = cv2.connectedComponentsWithStats(part, connectivity=8)
    boxes = [
        Rectangle(float(x), float(y), float(x + width), float(y + height))
        for x, y, width, height, area in stats[1:count]
        if max(width, height) >= 0.3 * text_height and area >= 0.01 * text_height**2
    ]
    if not boxes:
        return None
    whole = boxes[0]
    for box in boxes[1:]:
        whole = whole.union(box)
    if whole.width < text_height or whole.height < 0.5 * text_height:
        return None
    x0, y0 = max(0.0, round(stretch.x0)), max(0.0, round(stretch.y0))
    return Rectangle(whole.x0 + x0, whole.y0 + y0, whole.x1 + x0, whole.y1 + y0)
