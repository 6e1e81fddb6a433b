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
_APART = 0.45  # how far from its line, in line heights, a left-out character stands


def rectangle_of(quad: Quad) -> Rectangle:
    """The axis-aligned rectangle around a quadrilateral."""
    low, high = quad.min(axis=0), quad.max(axis=0)
    return Rectangle(float(low[0]), float(low[1]), float(high[0]), float(high[1]))


def quad_of(box: Rectangle) -> Quad:
    """The four corners of an axis-aligned rectangle in pixels, clockwise from the top left: shape (4, 2)."""
    return np.array([[box.x0, box.y0], [box.x1, box.y0], [box.x1, box.y1], [box.x0, box.y1]], dtype=np.float32)


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
