"""The outline of a sheet, card or certificate in a photograph: four straight sides, lighter or paler within than without.

Comes in: a reduced BGR picture. Goes out: the four corners, or None where there is no such outline (a scan, a screenshot, several cards);
called by `photo`. Sides are put together from straight segments, not from closed contours: a pen that touches the sheet, a shadow across
it or a desk as bright as paper break a contour, but leave most of each side where it was.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from extractors.raster import Grey, Image, grey_of

Corners = npt.NDArray[np.float32]  # (4, 2): top left, top right, bottom right, bottom left
Floats = npt.NDArray[np.float64]

_SMALLEST, _LARGEST = 0.2, 0.985  # of the picture's area
_SLANT = 40.0  # degrees by which a side may differ from level or upright: beyond it nobody can tell a top from a side
_SHORTEST_SEGMENT = 0.05  # of the longer side; shorter ones are strokes of characters
_CANDIDATES = 6  # lines tried for each side, besides the picture's own edge
_STEP = 4  # pixels to either side of an edge where lightness is compared: a shadow's edge is wider than that, a sheet's is not
_BEYOND = (4, 10, 16, 24)  # pixels outside a side: past a printed frame the paper goes on, past a sheet the desk does
_LIGHTER = 0.055  # of the inside's lightness: in shade the contrast shrinks with the light
_COVERED = 0.55  # of a side along which the inside must be lighter
_BORDER_COVER = 0.6  # what a side counts for that lies beyond the picture
_SAMPLES = 64
_TOWARDS_LIGHT = np.array([(0, 1), (-1, 0), (0, -1), (1, 0)], dtype=np.float64)  # for top, right, bottom and left side


def sheet_corners(small: Image) -> Corners | None:
    """The corners of the largest light quadrilateral in a picture of about 800 pixels; None where nothing fits."""
    levels = [np.asarray(cv2.GaussianBlur(level, (0, 0), 1.2), dtype=np.uint8) for level in (grey_of(small), _paleness(small))]
    lines = np.concatenate([_directed_lines(level) for level in levels])
    sides = [_candidates(lines, direction, small.shape) for direction in _TOWARDS_LIGHT]
    if sum(len(side) > 1 for side in sides) < 3:
        return None
    quadrilaterals, borders = _quadrilaterals(sides, small.shape)
    best: Corners | None = None
    best_worth = 0.0
    for corners, border in zip(quadrilaterals, borders, strict=True):
        area = float(cv2.contourArea(corners)) / levels[0].size
        if area <= best_worth:  # they come largest first, and no cover makes one worth more than its area
            break
        covers = []
        for index in range(4):
            covers.append(_BORDER_COVER if border[index] else max(_cover(level, corners, index) for level in levels))
            if covers[-1] < _COVERED:
                break
        else:
            # Of a lit half of a sheet and the sheet, the larger is meant, unless its sides are much worse.
            worth = area * float(np.mean(covers)) ** 2
            if worth > best_worth and _lies_on_something(levels, corners):
                best, best_worth = corners, worth
    return best


def _paleness(small: Image) -> Grey:
    """The darkest of the three colours: paper is pale whatever the light, wood and cloth are not."""
    return np.asarray(small.min(axis=2), dtype=np.uint8)


def _directed_lines(level: Grey) -> Floats:
    """Straight segments along which one side is lighter: rows of (a, b, c, length), a*x + b*y = c, (a, b) pointing to the light."""
    segments = cv2.createLineSegmentDetector(cv2.LSD_REFINE_STD).detect(level)[0]
    if segments is None:
        return np.empty((0, 4))
    ends = np.asarray(segments, dtype=np.float64).reshape(-1, 2, 2)
    lengths = np.linalg.norm(ends[:, 1] - ends[:, 0], axis=1)
    long = lengths >= _SHORTEST_SEGMENT * max(level.shape)
    ends, lengths = ends[long], lengths[long]
    if not len(ends):
        return np.empty((0, 4))
    along = (ends[:, 1] - ends[:, 0]) / lengths[:, None]
    normals = np.stack([-along[:, 1], along[:, 0]], axis=1)
    points = ends[:, None, 0] + np.linspace(0.1, 0.9, 12)[None, :, None] * (ends[:, 1] - ends[:, 0])[:, None, :]
    ahead, behind = (_levels(level, points + sign * _STEP * normals[:, None, :]) for sign in (1, -1))
    differences = np.median(ahead - behind, axis=1)
    normals *= np.where(differences > 0, 1, -1)[:, None]
    offsets = (normals * ends.mean(axis=1)).sum(axis=1)
    return np.asarray(np.column_stack([normals, offsets, lengths])[np.abs(differences) >= 4], dtype=np.float64)


def _levels(level: Grey, points: Floats) -> Floats:
    """Lightness at points (..., 2) as (x, y), the nearest pixel's; those outside take the edge's."""
    xs = np.clip(np.rint(points[..., 0]).astype(int), 0, level.shape[1] - 1)
    ys = np.clip(np.rint(points[..., 1]).astype(int), 0, level.shape[0] - 1)
    return np.asarray(level[ys, xs], dtype=np.float64)


def _candidates(lines: Floats, direction: Floats, shape: tuple[int, ...]) -> Floats:
    """Lines for one side, the best supported first, the picture's own edge last.

    Segments of one line count together: within 1.5 degrees and 5 pixels, seen from the picture's middle, of the longest of them.
    """
    height, width = shape[:2]
    facing = lines[lines[:, :2] @ direction > np.cos(np.radians(_SLANT))]
    facing = facing[np.argsort(-facing[:, 3], kind="stable")]
    reach = facing[:, 2] - facing[:, :2] @ np.array([width / 2, height / 2])
    merged: list[Floats] = []
    free = np.ones(len(facing), dtype=bool)
    for index in range(len(facing)):
        if free[index]:
            same = free & (facing[:, :2] @ facing[index, :2] > np.cos(np.radians(1.5))) & (np.abs(reach - reach[index]) < 5)
            merged.append(np.array([*facing[index, :3], facing[same, 3].sum()]))
            free &= ~same
    merged.sort(key=lambda line: -line[3])
    offset = -float(max(0.0, -direction[0]) * (width - 1) + max(0.0, -direction[1]) * (height - 1))
    return np.array([*merged[:_CANDIDATES], [*direction, offset, 0.0]])


def _quadrilaterals(sides: Sequence[Floats], shape: tuple[int, ...]) -> tuple[Corners, npt.NDArray[np.bool_]]:
    """Corners (count, 4, 2) of all sheets that the candidates can make, the largest first, and which of their sides are the picture's edge.

    A sheet has corners near right angles (65-115 degrees) and in the picture or a hair outside.
    """
    height, width = shape[:2]
    grid = np.meshgrid(*[np.arange(len(side)) for side in sides], indexing="ij")
    chosen = [side[index.ravel()] for side, index in zip(sides, grid, strict=True)]
    border = np.stack([line[:, 3] == 0 for line in chosen], axis=1)
    corners = np.stack([_crossings(chosen[one], chosen[other]) for one, other in ((3, 0), (0, 1), (1, 2), (2, 3))], axis=1)
    before, after = np.roll(corners, 1, axis=1) - corners, np.roll(corners, -1, axis=1) - corners
    lengths = np.linalg.norm(after, axis=2)
    cosines = (before * after).sum(axis=2) / np.maximum(1e-6, lengths * np.roll(lengths, 1, axis=1))
    slack = 0.03 * max(height, width)
    inside = ((corners > -slack) & (corners < np.array([width + slack, height + slack]))).all(axis=(1, 2))
    upright = (corners[:, 1, 0] > corners[:, 0, 0]) & (corners[:, 2, 0] > corners[:, 3, 0]) & (corners[:, 3, 1] > corners[:, 0, 1])
    x, y = corners[..., 0], corners[..., 1]
    areas = np.abs((x * np.roll(y, -1, axis=1) - y * np.roll(x, -1, axis=1)).sum(axis=1)) / 2 / (height * width)
    fit = inside & upright & (np.abs(cosines) < 0.42).all(axis=1) & (border.sum(axis=1) <= 1) & (areas > _SMALLEST) & (areas < _LARGEST)
    order = np.flatnonzero(fit)[np.argsort(-areas[fit], kind="stable")]
    return corners[order].astype(np.float32), border[order]


def _crossings(ones: Floats, others: Floats) -> Floats:
    """Where pairs of lines meet, (count, 2); far outside where they are parallel."""
    determinants = ones[:, 0] * others[:, 1] - ones[:, 1] * others[:, 0]
    safe = np.where(np.abs(determinants) < 0.3, 1e-9, determinants)
    xs = (ones[:, 2] * others[:, 1] - ones[:, 1] * others[:, 2]) / safe
    ys = (ones[:, 0] * others[:, 2] - ones[:, 2] * others[:, 0]) / safe
    return np.stack([xs, ys], axis=1)


def _lies_on_something(levels: Sequence[Grey], corners: Corners) -> bool:
    """Whether the picture's own edge is darker than the sheet, beyond two sides at least: past a frame printed on a page is paper again."""
    height, width = levels[0].shape
    sides = 0
    for index in range(4):
        points, inward = _along(corners, index)
        # How far it is, against `inward`, to each of the picture's four edges.
        with np.errstate(divide="ignore"):
            reach = np.stack([points[:, 0] / inward[0], (points[:, 0] - width + 1) / inward[0]])
            reach = np.concatenate([reach, np.stack([points[:, 1] / inward[1], (points[:, 1] - height + 1) / inward[1]])])
        far = np.where(reach > 0, reach, np.inf).min(axis=0, initial=2.0 * max(height, width))
        edge = points - np.maximum(0.0, far - 2)[:, None] * inward
        sides += any(float(np.mean(_darker(_levels(level, points + _STEP * inward), _levels(level, edge)))) >= 0.5 for level in levels)
    return sides >= 2


def _darker(inside: Floats, outside: Floats) -> npt.NDArray[np.bool_]:
    return np.asarray(inside - outside >= np.maximum(4.0, _LIGHTER * inside), dtype=np.bool_)


def _along(corners: Corners, index: int) -> tuple[Floats, Floats]:
    """Points along a side, (count, 2), and the direction in which the sheet lies from them."""
    start, end = corners[index].astype(np.float64), corners[(index + 1) % 4].astype(np.float64)
    along = (end - start) / max(1.0, float(np.linalg.norm(end - start)))
    return start + np.linspace(0.03, 0.97, _SAMPLES)[:, None] * (end - start), np.array([-along[1], along[0]])


def _cover(level: Grey, corners: Corners, index: int) -> float:
    """The share of a side (0: top, 1: right, 2: bottom, 3: left) along which the inside is lighter than what lies beyond.

    A sheet that does not lie flat has bent sides: the edge may stand a few pixels off the straight line.
    """
    points, inward = _along(corners, index)
    seen = np.zeros(_SAMPLES, dtype=bool)
    for shift in (0, -3, 3):
        inside = _levels(level, points + (shift + _STEP) * inward)
        beyond = np.stack([_levels(level, points + (shift - step) * inward) for step in _BEYOND])
        darker = _darker(inside, beyond)
        seen |= darker[0] & (darker.sum(axis=0) >= len(_BEYOND) - 1)
    return float(seen.mean())
