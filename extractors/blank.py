"""Whether a side of paper is blank: the back of a sheet, with whatever specks, holes, stains and print from the other side it shows.

Comes in: a BGR page in any turn. Goes out: yes or no; called by `paper` before a page is read. The doubt goes one way: what might be a
signature, a stamp or a line of text is not blank.

A look at the ink settles most pages. The rest are looked at by the text detector; where all ink is pale, its lines are read as they stand
and in a mirror: print that shines through from the back reads better in the mirror.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from extractors.ocr import Engine, crop
from extractors.raster import Image, Rectangle, grey_of, resized

_SIDE = 1100  # pixels: about 94 dpi on A4; thin strokes still stand out, grains of toner do not
_LOWEST = 10  # pixels; nothing legible is lower
_MARGIN = 0.03  # of the page: borders, the lid's shadow, dog ears
_PALEST = 0.05  # of the paper's lightness: the palest stroke that counts, three times what a scanner's grain reaches here
_DARK = 0.42  # print from the back reaches a quarter of the paper's lightness, coffee a third; ink on the page mostly more
_FEW, _PALE = 4, 0.1  # fewer strokes, all paler than the worst print, are a fold's rest or a shadow
_PLENTY = 40  # dark strokes: a page with so many is not blank whatever they are; a stained or punched one has a dozen
_LOOK_SIDE, _LOOK_LINES = 736, 6
_MIRRORED = 0.08  # by which the mean score in the mirror must be better


class _Strokes(NamedTuple):
    """What stands out from the paper, without borders, holes, folds and grains: boxes in the reduced picture and their darkness (0-1)."""

    boxes: list[Rectangle]
    darkness: list[float]


def is_blank(page: Image, engine: Engine) -> bool:
    """Whether nothing was written, printed or stamped on this side of the paper."""
    small = resized(page, _SIDE)
    if min(small.shape[:2]) < _LOWEST:
        return True
    depth = _depth(grey_of(small))
    if _is_full(depth):
        return False
    strokes = _strokes(depth)
    dark = sum(darkness >= _DARK for darkness in strokes.darkness)
    if len(strokes.boxes) < _FEW and max(strokes.darkness, default=0.0) < _PALE:
        return True
    quads = [quad for quad in engine.detect(small, _LOOK_SIDE) if _is_of(strokes, quad)]
    if dark and (quads or _is_drawn(strokes)):
        return False
    if not quads:
        return True
    longest = sorted(quads, key=lambda quad: -float(cv2.contourArea(quad)))[:_LOOK_LINES]
    return _shines_through(engine, [crop(small, quad) for quad in longest])


def _is_full(depth: npt.NDArray[np.float32]) -> bool:
    """Whether there is so much dark ink that nothing else need be asked: the common case, settled in a hundredth of a second."""
    count, _, stats, _ = cv2.connectedComponentsWithStats(np.asarray(depth > _DARK, dtype=np.uint8), connectivity=8)
    sizes = stats[1:count, cv2.CC_STAT_WIDTH : cv2.CC_STAT_HEIGHT + 1].max(axis=1)
    return bool(np.sum((sizes >= 5) & (sizes < 0.1 * max(depth.shape))) >= _PLENTY)


def _strokes(depth: npt.NDArray[np.float32]) -> _Strokes:
    mask = _without_lines(np.asarray(depth > _PALEST, dtype=np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    height, width = mask.shape
    found = _Strokes([], [])
    deepest = np.zeros(count, dtype=np.float32)
    np.maximum.at(deepest, labels.ravel().astype(np.int64), depth.ravel())
    for label in range(1, count):
        x, y, w, h, area = (int(value) for value in stats[label])
        inside = x > _MARGIN * width and y > _MARGIN * height and x + w < (1 - _MARGIN) * width and y + h < (1 - _MARGIN) * height
        if inside and _is_stroke(w, h, area, max(height, width)):
            found.boxes.append(Rectangle(x, y, x + w, y + h))
            found.darkness.append(float(deepest[label]))
    return found


def _without_lines(mask: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Folds, streaks and rulings taken out, so that a signature across a fold is a signature still.

    What is straight for 11 mm is a line; so is what goes on from it, up to another 11 mm and 1 mm to either side.
    """
    result = mask.copy()
    for run, reach in (((1, 41), (9, 121)), ((41, 1), (121, 9))):
        lines = np.asarray(cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones(run, np.uint8)), dtype=np.uint8)
        along = np.asarray(cv2.dilate(lines, np.ones(reach, np.uint8)), dtype=np.uint8)
        count, labels, stats, _ = cv2.connectedComponentsWithStats(np.asarray(mask & along & ~lines, dtype=np.uint8), connectivity=8)
        across = stats[:, cv2.CC_STAT_HEIGHT if run[0] == 1 else cv2.CC_STAT_WIDTH]
        thin = np.flatnonzero((across <= 5) & (np.arange(count) > 0))
        result[(lines > 0) | np.isin(labels, thin)] = 0
    return result


def _depth(grey: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """By how much each pixel is darker than the paper around it, as a share of the paper's lightness; grains are taken out."""
    smooth = np.asarray(cv2.medianBlur(grey, 3), dtype=np.float32)
    # The paper's own lightness changes slowly: the lightest in a neighbourhood wider than any stroke, evened out.
    coarse = cv2.resize(smooth, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    paper = cv2.GaussianBlur(cv2.morphologyEx(coarse, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8)), (0, 0), 3)
    paper = cv2.resize(paper, (grey.shape[1], grey.shape[0]), interpolation=cv2.INTER_LINEAR)
    return np.asarray(np.clip(1 - smooth / np.maximum(paper, 20), 0, 1), dtype=np.float32)


def _is_stroke(width: int, height: int, area: int, page: int) -> bool:
    """Neither a grain (under 1.3 mm), nor the rest of a fold (long and thin), nor a hole or a drop (a full disc or block)."""
    least, most = min(width, height), max(width, height)
    if most < 5 or area < 8:
        return False
    if most > 0.12 * page and least < 0.02 * page:
        return False
    return not (least >= 6 and most < 1.6 * least and area > 0.68 * width * height)


def _is_of(strokes: _Strokes, quad: npt.NDArray[np.float32]) -> bool:
    """Whether a line that the detector saw holds a stroke: it sees lines in holes and borders as well."""
    x0, y0 = quad.min(axis=0)
    x1, y1 = quad.max(axis=0)
    around = Rectangle(float(x0), float(y0), float(x1), float(y1)).grown(3)
    return any(around.holds(box.centre) for box in strokes.boxes)


def _is_drawn(strokes: _Strokes) -> bool:
    """Whether dark strokes are as large as a signature or a stamp (5 mm together), where the detector sees no text."""
    return sum(max(box.width, box.height) for box, dark in zip(strokes.boxes, strokes.darkness, strict=True) if dark >= _DARK) > 20


def _shines_through(engine: Engine, crops: list[Image]) -> bool:
    """Whether lines read better in a mirror than as they stand, whichever end is up."""
    turned = [np.ascontiguousarray(piece[::-1, ::-1]) for piece in crops]
    mirrored = [np.ascontiguousarray(piece[:, ::-1]) for piece in crops]
    both = [np.ascontiguousarray(piece[::-1]) for piece in crops]
    readings = engine.recognise([*crops, *turned, *mirrored, *both])
    scores = np.array([reading.score if len(reading.text) > 1 else 0.0 for reading in readings]).reshape(4, len(crops)).mean(axis=1)
    plain, mirror = float(scores[:2].max()), float(scores[2:].max())
    return mirror > plain + _MIRRORED
