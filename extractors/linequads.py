"""Quadrilaterals of text lines: as rectangles, and mended where the detector left out characters.

Comes in: what the detector found, and the page's ink. Goes out: the same lines, neighbours bridged and ends extended over ink that no line
covers; called by
`textlines` and `paper`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from extractors.ocr import Quad
from extractors.raster import Mask, Rectangle, longest_run

_CHARACTER = 0.3  # width of the narrowest character in line heights
_SHORT = 4  # line heights; a skewed line longer than that has no level edge to cut at
_APART = 0.45  # how far from its line, in line heights, a left-out character stands


def rectangle_of(quad: Quad) -> Rectangle:
    """The axis-aligned rectangle around a quadrilateral."""
    low, high = quad.min(axis=0), quad.max(axis=0)
    return Rectangle(float(low[0]), float(low[1]), float(high[0]), float(high[1]))


def quad_of(box: Rectangle) -> Quad:
    """The four corners of an axis-aligned rectangle in pixels, clockwise from the top left: shape (4, 2)."""
    return np.array([[box.x0, box.y0], [box.x1, box.y0], [box.x1, box.y1], [box.x0, box.y1]], dtype=np.float32)


def parted(quads: Sequence[Quad], ink: Mask) -> list[Quad]:
    """The lines with short ones cut free of the lines above and below them.

    Around one or two characters the detector's quadrilateral is so high that it holds the feet of the row above: 人 below 要 reads as 大.
    The cut is the emptiest row of pixels where the two overlap.
    """
    boxes = [rectangle_of(quad) for quad in quads]
    result = list(quads)
    for index, box in enumerate(boxes):
        if box.width > _SHORT * box.height:
            continue
        top, bottom = box.y0, box.y1
        for other in boxes:
            common = box.overlap(other)
            if other is box or common.width < 0.5 * box.width or not 0 < common.height < 0.6 * min(box.height, other.height):
                continue
            # What reaches up into a line below it is that line's to give up, as far as its own characters begin.
            profile = (Rectangle(box.x0, common.y0, box.x1, common.y1).cut(ink) > 0).sum(axis=1)
            if len(profile) == 0:
                continue
            emptiest = np.flatnonzero(profile == profile.min())
            cut = common.y0 + float(emptiest[len(emptiest) // 2]) + 0.5
            top, bottom = (max(top, cut), bottom) if other.centre[1] < box.centre[1] else (top, min(bottom, cut))
        if (top, bottom) != (box.y0, box.y1) and bottom - top > 0.4 * box.height:
            result[index] = quad_of(Rectangle(box.x0, top, box.x1, bottom))
    return result


def single_rows(quads: Sequence[Quad], ink: Mask, text_height: float) -> list[Quad]:
    """The lines with those cut in two that hold two rows: where all of a level row of pixels between two bands of text is empty.

    A band must be as high as text by itself: 二, 三 and 吕 are parted as well. Vertical lines stay as they are.
    """
    result = []
    for quad in quads:
        box = rectangle_of(quad)
        if box.height < 1.2 * text_height or box.height > 1.2 * box.width or abs(float(quad[1][1] - quad[0][1])) > 0.2 * text_height:
            result.append(quad)
            continue
        inked = (box.cut(ink) > 0).sum(axis=1) > 0.01 * box.width
        edges = np.flatnonzero(np.diff(np.concatenate([[False], inked, [False]]).astype(np.int8)))
        bands = [(top, bottom) for top, bottom in zip(edges[::2], edges[1::2], strict=True) if bottom - top >= 0.4 * text_height]
        if len(bands) != 2:
            result.append(quad)
            continue
        cut = box.y0 + (float(bands[0][1]) + float(bands[1][0])) / 2
        result += [quad_of(Rectangle(box.x0, box.y0, box.x1, cut)), quad_of(Rectangle(box.x0, cut, box.x1, box.y1))]
    return result


def mended(quads: Sequence[Quad], ink: Mask) -> list[Quad]:
    """The lines with what the detector missed: flat characters between (二〇二一) and single ones before and after. Vertical lines stay as
    they are.
    """
    return _extended(_bridged(quads, ink), ink)


def _bridged(quads: Sequence[Quad], ink: Mask) -> list[Quad]:
    """Neighbours on a row made one line where ink stands in the gap between them."""
    order = sorted(quads, key=lambda quad: float(quad[:, 0].min()))
    result: list[Quad] = []
    while order:
        quad = order.pop(0)
        box = rectangle_of(quad)
        partner = next((other for other in order if _is_bridge(box, rectangle_of(other), ink)), None)
        if partner is None:
            result.append(quad)
        else:
            order = [quad_of(box.union(rectangle_of(partner)))] + [other for other in order if other is not partner]
    return result


def _is_bridge(left: Rectangle, right: Rectangle, ink: Mask) -> bool:
    height = min(left.height, right.height)
    gap = right.x0 - left.x1
    level = min(left.y1, right.y1) - max(left.y0, right.y0) > 0.65 * max(left.height, right.height)
    if not level or not 0.3 * height < gap < 1.8 * height or min(left.width, right.width) < height:
        return False
    part = Rectangle(left.x1, max(left.y0, right.y0) + 0.2 * height, right.x0, min(left.y1, right.y1) - 0.2 * height).cut(ink)
    return part.size > 0 and longest_run(_inked(part)) > _CHARACTER * height


def _extended(quads: Sequence[Quad], ink: Mask) -> list[Quad]:
    """Lines made longer over characters that stand close to their ends and belong to no line."""
    free = ink.copy()
    for quad in quads:
        rectangle_of(quad).cut(free)[:] = 0
    result = list(quads)
    # First to the right, where a line is cut off more often: a character between two lines ends the first rather than begins the second.
    for to_the_right in (True, False):
        for index, quad in enumerate(result):
            box = rectangle_of(quad)
            if box.width < 1.5 * box.height:
                continue
            reach, inset = 1.4 * box.height, 0.15 * box.height
            if to_the_right:
                width = _character_width(Rectangle(box.x1, box.y0 + inset, box.x1 + reach, box.y1 - inset).cut(free), box.height)
            else:
                before = Rectangle(max(0.0, box.x0 - reach), box.y0 + inset, box.x0, box.y1 - inset).cut(free)
                width = _character_width(before[:, ::-1], box.height)
            if width:
                result[index] = _longer(quad, 0.0, width) if to_the_right else _longer(quad, width, 0.0)
                rectangle_of(result[index]).cut(free)[:] = 0  # a character belongs to one line only
    return result


def _character_width(part: Mask, height: float) -> float:
    """How far one character reaches into a part beside a line, in pixels from the line; 0 where there is none, or a ruling, or more than a
    character.
    """
    if part.size == 0:
        return 0.0
    columns = np.flatnonzero(_inked(part))
    if len(columns) == 0 or columns[0] > _APART * height:
        return 0.0
    breaks = np.flatnonzero(np.diff(columns) > 0.25 * height)
    end = int(columns[breaks[0]] if len(breaks) else columns[-1])
    width = end - int(columns[0]) + 1
    upright = float(np.max((part[:, columns[0] : end + 1] > 0).mean(axis=0))) > 0.92
    if not _CHARACTER * height <= width <= 1.1 * height or end >= part.shape[1] - 2 or (upright and width < 0.4 * height):
        return 0.0
    return end + 0.1 * height


def _longer(quad: Quad, left: float, right: float) -> Quad:
    along = (quad[1] - quad[0]) / max(1.0, float(np.linalg.norm(quad[1] - quad[0])))
    return np.asarray(quad + np.array([-left * along, right * along, right * along, -left * along]), dtype=np.float32)


def _inked(part: Mask) -> npt.NDArray[np.bool_]:
    return np.asarray((part > 0).sum(axis=0) >= 2)
