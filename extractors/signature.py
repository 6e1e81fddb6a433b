"""Signatures: ink to the right of a label that asks for one, or below it.

Comes in: a page's ink mask and its text lines with their cells. Goes out: for each label with ink beside it, the rectangle of the ink, the
text that was read there and how sure that somebody wrote there; called by `paper`. Who signed is for others to judge. A blot or a single
stroke gives a low confidence and no text: whether it is a signature a person must see.
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
# What is printed beside or below a label, and no name: another label, a date, a sentence.
_PRINTED = re.compile(r"[:：。，；（(]|盖\s*章|公\s*章|日\s*期|电\s*话")
_NAME = re.compile(r"[\u3400-\u9fff]{2,4}|[\u3400-\u9fff]{1,8}(?:·[\u3400-\u9fff]{1,8})+")
_UNCLEAR = 0.4  # confidence of ink that may be a blot
_BELOW = 2.6  # text heights below a label within which a signature stands
_BLOT = 0.45  # thickness of a pen's stroke in text heights, at most
_LONGEST_PRINT = 8  # characters of what may still be a badly read signature
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
    others = [line for line in lines if line is not label]
    right = _stretch_right(label, left, others, limit, text_height)
    return _signed(ink, right, rest, others, text_height) or (
        None if rest else _signed(ink, _stretch_below(label, others, limit, text_height), "", others, text_height)
    )


def _stretch_right(label: TextLine, left: float, others: Sequence[TextLine], limit: Rectangle, text_height: float) -> Rectangle:
    """Where a signature may stand right of its label: up to the next printed text, higher and lower than the label itself."""
    right_of = [line for line in others if line.box.x1 > left]
    level = [line for line in right_of if line.box.x0 >= left - 0.5 * text_height and label.box.y0 < line.box.centre[1] < label.box.y1]
    below = [line.box.y0 for line in right_of if line.box.centre[1] >= label.box.y1 and _is_printed(line.reading.text)]
    above = [line.box.y1 for line in right_of if line.box.centre[1] <= label.box.y0 and _is_printed(line.reading.text)]
    top = max([label.box.y0 - 0.7 * text_height, *above])
    bottom = min([label.box.y1 + 0.7 * text_height, *below])
    right = min([limit.x1 - 3, left + 14 * text_height] + [line.box.x0 for line in level if _is_printed(line.reading.text)])
    return Rectangle(left, max(top, limit.y0 + 3), right, min(bottom, limit.y1 - 3))


def _stretch_below(label: TextLine, others: Sequence[TextLine], limit: Rectangle, text_height: float) -> Rectangle:
    """Where a signature may stand below its label: down to the next line that is no name."""
    top = label.box.y1 + 0.15 * text_height
    left, right = max(limit.x0 + 3, label.box.x0 - text_height), min(limit.x1 - 3, label.box.x1 + 8 * text_height)
    under = [line for line in others if line.box.centre[1] > label.box.y1 and line.box.x1 > left and line.box.x0 < right]
    printed = [line.box.y0 for line in under if not _is_name(line.reading.text)]
    return Rectangle(left, top, right, min([top + _BELOW * text_height, limit.y1 - 3, *printed]))


def _signed(ink: Mask, stretch: Rectangle, rest: str, others: Sequence[TextLine], text_height: float) -> Signature | None:
    if stretch.width < text_height or stretch.height < 0.5 * text_height:
        return None
    found = _written(stretch, ink, text_height)
    if found is None:
        return None
    box, written = found
    inside = [line for line in others if box.grown(4).holds(line.box.centre) and stretch.grown(4).holds(line.box.centre)]
    text = "".join([rest, *(line.reading.text for line in sorted(inside, key=lambda line: line.box.x0))]).strip()
    if not written:
        return Signature(box, "", _UNCLEAR)
    size = min(1.0, box.width / (2.5 * text_height)) * min(1.0, box.height / (0.8 * text_height))
    # A blot, too, is read as some character: what reads as a name is one.
    return Signature(box, text, round(0.5 + (0.45 if _is_name(text) else 0.2) * size, 2))


def _is_printed(text: str) -> bool:
    """Whether text beside the label is a date, the next label or a sentence rather than a name."""
    squeezed = text.replace(" ", "")
    if not squeezed or _is_name(squeezed):
        return False
    return _is_date(squeezed) or bool(_PRINTED.search(squeezed)) or len(squeezed) > _LONGEST_PRINT


def _is_name(text: str) -> bool:
    squeezed = text.replace(" ", "")
    return bool(_NAME.fullmatch(squeezed)) and not _is_date(squeezed) and not _PRINTED.search(squeezed)


def _is_date(text: str) -> bool:
    return len(_DATE_CHARACTERS.findall(text)) >= 0.7 * len(text)


def _written(stretch: Rectangle, ink: Mask, text_height: float) -> tuple[Rectangle, bool] | None:
    """The rectangle of the strokes within a stretch, and whether a pen wrote them; None where there is only an underline or dust."""
    part = np.ascontiguousarray(stretch.cut(ink))
    if part.size == 0:
        return None
    underline = cv2.morphologyEx(part, cv2.MORPH_OPEN, np.ones((1, max(3, round(text_height * 2.5))), np.uint8))
    part = np.asarray(cv2.subtract(part, cv2.dilate(underline, np.ones((3, 3), np.uint8))), dtype=np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(part, connectivity=8)
    large = (stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1) >= 0.3 * text_height) & (
        stats[:, cv2.CC_STAT_AREA] >= 0.01 * text_height**2
    )
    large[0] = False
    if not large.any():
        return None
    kept = np.asarray(large[labels].astype(np.uint8) * 255, dtype=np.uint8)
    x, y, width, height = cv2.boundingRect(kept)
    if width < text_height or height < 0.5 * text_height:
        return None
    x0, y0 = max(0.0, round(stretch.x0)), max(0.0, round(stretch.y0))
    return Rectangle(x0 + x, y0 + y, x0 + x + width, y0 + y + height), _is_pen(kept, text_height)


def _is_pen(kept: Mask, text_height: float) -> bool:
    """Whether ink consists of thin strokes, and of more of them than one line: a name of two characters has five strokes at least."""
    depth = cv2.distanceTransform(kept, cv2.DIST_L2, 3)
    thick = depth > _BLOT / 2 * text_height
    area = float(np.count_nonzero(kept))
    # Ink that lies around thick cores: a blot and its ragged edge.
    blot = float(np.count_nonzero(cv2.dilate(thick.astype(np.uint8), np.ones((3, 3), np.uint8), iterations=round(0.3 * text_height))))
    thickness = max(1.0, 4 * float(depth[kept > 0].mean()))
    return blot < 0.3 * area and area / thickness >= 3 * text_height
