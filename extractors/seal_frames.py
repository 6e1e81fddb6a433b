"""Outlines of seals: rings, ovals and rectangles in an ink mask, and how much of each is really there.

Comes in: a mask of ink (red, or large dark strokes) at about 100 dpi. Goes out: `Frame`s in that mask's pixels with the share of their
outline that is inked; called by `seal`. What stands on a seal is for `seal_text`; whether it is one at all, for `seal`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt

from extractors.raster import Mask, Rectangle

Shape = Literal["round", "oval", "square"]
Points = npt.NDArray[np.float32]  # (number, 2): x, y in pixels
Profile = npt.NDArray[np.float32]  # (place along the outline, distance from the centre in 1/80 of the outline's), 0-1

# Radius as a share of the page's longer side: a seal is 35-58 mm across, and a certificate may be photographed close up. Square ones are
# smaller: 20 mm and more.
SMALLEST, LARGEST = 0.028, 0.2
_SMALLEST_SQUARE, _LARGEST_SQUARE = 0.018, 0.1
_FLATTEST_SQUARE = 0.4
_PLACES = 240  # along an outline
_STEPS, _REACH = 100, 1.25  # of a profile: outwards from the centre, in radii
_CIRCLES = 16  # candidates looked at
_WORTH_REFINING = 0.2  # coverage of a candidate that may only lie a little beside the ring
_DRAWS = 160  # random ellipses a component: with half the points off the ellipse, five good ones come up with 99 %
_GAPS = (5, 11)  # pixels of a broken outline that are closed: worn ink; a ruling that was taken away
_SQUARE_GAPS = (1, 5)  # characters on a square seal nearly touch the frame
_ROUNDEST = 0.93  # flatter ones are ovals
_INKED = 70  # level of the blurred mask that counts as ink
_FLATTEST = 0.55  # shorter by longer axis: invoice seals are 30 x 40 mm, seals for documents 30 x 45 mm


@lru_cache(maxsize=8)
def _unit(shape: Shape, places: int) -> tuple[Points, Points]:
    """x and y, (places,), along a circle or a square of half side 1."""
    turn = np.linspace(0, 2 * np.pi, places, endpoint=False, dtype=np.float32)
    along, across = np.cos(turn), np.sin(turn)
    if shape == "square":
        largest = np.maximum(np.abs(along), np.abs(across))
        along, across = along / largest, across / largest
    return along, across


@dataclass(frozen=True)
class Frame:
    """An outline: centre, half axes (`a` along `angle`, radians clockwise from the x axis), all in pixels; `coverage` 0-1 is the share of
    it that is inked, less what is inked just outside."""

    x: float
    y: float
    a: float
    b: float
    angle: float
    shape: Shape
    coverage: float = 0.0

    @property
    def radius(self) -> float:
        """The mean half axis."""
        return float(np.sqrt(self.a * self.b))

    @property
    def box(self) -> Rectangle:
        """The upright rectangle around the outline."""
        xs, ys = self.outline(np.array([1.0], dtype=np.float32))
        return Rectangle(float(xs.min()), float(ys.min()), float(xs.max()), float(ys.max()))

    def outline(self, factors: npt.NDArray[np.float32], places: int = _PLACES) -> tuple[Points, Points]:
        """x and y, (places, factors), of points clockwise along the outline shrunk or grown by each factor."""
        along, across = _unit(self.shape, places)
        u, v = self.a * along[:, None] * factors, self.b * across[:, None] * factors
        cos, sin = np.cos(self.angle), np.sin(self.angle)
        return np.asarray(self.x + u * cos - v * sin, dtype=np.float32), np.asarray(self.y + u * sin + v * cos, dtype=np.float32)

    def holds(self, xs: npt.NDArray[np.float64], ys: npt.NDArray[np.float64], factor: float = 1.0) -> npt.NDArray[np.bool_]:
        """Which points lie within the outline grown by `factor`."""
        cos, sin = np.cos(self.angle), np.sin(self.angle)
        u, v = ((xs - self.x) * cos + (ys - self.y) * sin) / self.a, ((ys - self.y) * cos - (xs - self.x) * sin) / self.b
        reach = np.maximum(np.abs(u), np.abs(v)) if self.shape == "square" else np.hypot(u, v)
        return np.asarray(reach <= factor)

    def moved(self, scale: float, left: float = 0.0, top: float = 0.0) -> Frame:
        """The frame in a picture `scale` times as large, of which (`left`, `top`) is the origin."""
        x, y = (self.x + 0.5) * scale - 0.5 - left, (self.y + 0.5) * scale - 0.5 - top
        return replace(self, x=x, y=y, a=self.a * scale, b=self.b * scale)


def frames(mask: Mask, straight: Mask) -> list[Frame]:
    """Outlines that may be seals', best first, each once. `mask` holds the ink in which rings are looked for, `straight` that in which
    rectangles are (for red ink the same)."""
    longest = max(mask.shape)
    sizes = max(12.0, longest * SMALLEST), min(longest * LARGEST, min(mask.shape) / 2)
    if longest < 500:  # a picture of little but the seal
        sizes = sizes[0], min(mask.shape) / 2 + 2
    if sizes[1] <= sizes[0] or not (mask.any() or straight.any()):
        return []
    soft, sharp = (np.asarray(cv2.GaussianBlur(ink, (0, 0), 1.2), dtype=np.uint8) for ink in (mask, straight))
    found = [frame for frame in _circles(soft, sizes) if frame.coverage >= 0.55]
    for gap in _GAPS:
        for component in _contours(mask, longest, gap):
            if not any(frame.coverage > 0.8 and _covers(frame, component) for frame in found):
                found += [frame for frame in [_oval(soft, component, sizes)] if frame is not None]
    for component in [component for gap in _SQUARE_GAPS for component in _contours(straight, longest, gap)]:
        found += [frame for frame in [_rectangle(sharp, component, longest)] if frame is not None]
    return _each_once(found)


def profile(soft: Mask, frame: Frame) -> Profile:
    """The ink along and across the outline, see `Profile`; a column is 1/80 of the way from the centre to the outline."""
    factors = np.linspace(0, _REACH, _STEPS, endpoint=False, dtype=np.float32)
    xs, ys = frame.outline(factors, places=720)
    return np.asarray(cv2.remap(soft, xs, ys, cv2.INTER_LINEAR), dtype=np.float32) / np.float32(255)


def _each_once(found: Iterable[Frame]) -> list[Frame]:
    """Of frames about the same place the best; a whole large one is better than a small one within it."""
    chosen: list[Frame] = []
    for frame in sorted(found, key=lambda frame: -frame.coverage * frame.radius**0.5):
        if not any(_holds_centre(frame, other) or _holds_centre(other, frame) for other in chosen):
            chosen.append(frame)
    return chosen


def _holds_centre(frame: Frame, other: Frame) -> bool:
    """Whether another outline's centre lies well within this one: seals pressed beside each other overlap by less."""
    return bool(frame.holds(np.array([other.x]), np.array([other.y]), 0.75)[0])


def _circles(soft: Mask, sizes: tuple[float, float]) -> list[Frame]:
    smallest, largest = round(sizes[0]), round(sizes[1])
    circles = cv2.HoughCircles(
        soft, cv2.HOUGH_GRADIENT, dp=2, minDist=smallest * 0.8, param1=120, param2=28, minRadius=smallest, maxRadius=largest
    )
    rows = [] if circles is None else circles[0][:_CIRCLES]
    candidates = [Frame(float(x), float(y), float(r), float(r), 0.0, "round") for x, y, r in rows]
    return [_refined(soft, frame) for frame in candidates if _coverage(soft, frame) >= _WORTH_REFINING]


def _contours(ink: Mask, longest: int, gap: int) -> list[Points]:
    """The contours of pieces of ink as large as a seal and of the holes in them, strokes broken by less than `gap` pixels joined first.

    A hole's contour follows the inside of a frame, even where text outside hangs on to the frame.
    """
    closed = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((gap, gap), np.uint8))
    contours, _ = cv2.findContours(closed, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    kept = []
    for contour in contours:
        _, _, width, height = cv2.boundingRect(contour)
        sides = max(width, height), min(width, height)
        if 2 * _SMALLEST_SQUARE * longest <= sides[0] <= 4 * LARGEST * longest and sides[1] >= 0.6 * _SMALLEST_SQUARE * longest:
            kept.append(np.asarray(contour.reshape(-1, 2), dtype=np.float32))
    return kept


def _covers(frame: Frame, component: Points) -> bool:
    inside = frame.holds(component[:, 0].astype(np.float64), component[:, 1].astype(np.float64), 1.1)
    return bool(inside.mean() > 0.7)


def _oval(soft: Mask, component: Points, sizes: tuple[float, float]) -> Frame | None:
    """The ellipse through most of a contour, found from random handfuls of its points: text that crosses the ring hangs on to it."""
    if min(np.ptp(component[:, 0]), np.ptp(component[:, 1])) < sizes[0]:
        return None
    rng = np.random.default_rng(len(component))  # the same picture always gives the same seals
    points = component[:: max(1, len(component) // 400)]
    if len(points) < 20:
        return None
    drawn = []
    for _ in range(_DRAWS):
        (x, y), (width, height), degrees = cv2.fitEllipseDirect(points[rng.choice(len(points), 6, replace=False)])
        a, b = max(width, height) / 2, min(width, height) / 2
        if sizes[0] <= a <= sizes[1] and b >= _FLATTEST * a:
            drawn.append((x, y, a, b, np.radians(degrees if width >= height else degrees + 90)))
    if not drawn:
        return None
    x, y, a, b, angle = _best_ellipse(soft, np.array(drawn, dtype=np.float32))
    best = Frame(x, y, a, b, angle, "oval" if b < _ROUNDEST * a else "round")
    frame = _refined(soft, best)
    return frame if frame.coverage >= 0.6 else None


def _best_ellipse(soft: Mask, drawn: Points) -> tuple[float, float, float, float, float]:
    """Of ellipses (number, 5) the one whose outline is most complete, larger ones preferred."""
    along, across = _unit("round", _PLACES // 4)
    cos, sin = np.cos(drawn[:, 4:]), np.sin(drawn[:, 4:])
    height, width = soft.shape
    covered = []
    for factor in (1.0, 1.09):
        u, v = drawn[:, 2:3] * along * factor, drawn[:, 3:4] * across * factor
        xs = np.clip(np.round(drawn[:, :1] + u * cos - v * sin), 0, width - 1).astype(np.int32)
        ys = np.clip(np.round(drawn[:, 1:2] + u * sin + v * cos), 0, height - 1).astype(np.int32)
        covered.append((soft[ys, xs] > _INKED).mean(axis=1))
    worth = (covered[0] - 0.3 * covered[1]) * np.sqrt(drawn[:, 2])
    x, y, a, b, angle = (float(value) for value in drawn[int(np.argmax(worth))])
    return x, y, a, b, angle


def _rectangle(soft: Mask, component: Points, longest: int) -> Frame | None:
    """The rectangle around a contour, where all four sides are inked and none goes on beyond the corners, as rulings do."""
    (x, y), (width, height), degrees = cv2.minAreaRect(component)
    a, b, angle = width / 2, height / 2, np.radians(degrees)
    # Turned so that `a` is nearest to level: what stands on it then reads upright.
    quarter = round(float(angle / (np.pi / 2)))
    angle -= quarter * np.pi / 2
    a, b = (b, a) if quarter % 2 else (a, b)
    if not (_SMALLEST_SQUARE * longest <= max(a, b) <= _LARGEST_SQUARE * longest and min(a, b) >= _FLATTEST_SQUARE * max(a, b)):
        return None
    frame = Frame(x, y, a, b, float(angle), "square")
    if _goes_on(soft, frame):
        return None
    frame = _refined(soft, frame)
    # Shifted by an eighth, so that each row is one side from corner to corner.
    sides = np.roll(_inked(soft, frame, 1.0)[:, 0], _PLACES // 8).reshape(4, -1).mean(axis=1)
    # One side may not have touched the paper.
    whole = frame.coverage >= 0.6 and sorted(sides)[1] >= 0.5
    return frame if whole and not _goes_on(soft, frame) else None


def _goes_on(soft: Mask, frame: Frame) -> bool:
    """Whether three of the eight ends of a rectangle's sides go on beyond its corners: it is a cell of a table."""
    beyond = np.linspace(8.0, 8.0 + 0.3 * frame.radius, 12)
    ends = [(right * (frame.a + beyond), lower * frame.b + 0 * beyond) for right in (1, -1) for lower in (1, -1)]
    ends += [(right * frame.a + 0 * beyond, lower * (frame.b + beyond)) for right in (1, -1) for lower in (1, -1)]
    u, v = np.array([end[0] for end in ends]), np.array([end[1] for end in ends])
    cos, sin = np.cos(frame.angle), np.sin(frame.angle)
    xs = np.clip(np.round(frame.x + u * cos - v * sin), 2, soft.shape[1] - 3).astype(np.int32)
    ys = np.clip(np.round(frame.y + u * sin + v * cos), 2, soft.shape[0] - 3).astype(np.int32)
    # A side is a few pixels thick and never quite straight.
    near = np.max([soft[ys + dy, xs + dx] for dx, dy in ((0, 0), (2, 0), (-2, 0), (0, 2), (0, -2))], axis=0)
    return int(((near > _INKED).mean(axis=1) > 0.8).sum()) >= 3


def _inked(soft: Mask, frame: Frame, *factors: float) -> npt.NDArray[np.bool_]:
    """Which places, (places, factors), of the outline grown by each factor are inked."""
    height, width = soft.shape
    xs, ys = frame.outline(np.array(factors, dtype=np.float32))
    # Adding a half and cutting off rounds; places beyond the page take its edge.
    columns, rows = (xs + 0.5).astype(np.int32).clip(0, width - 1), (ys + 0.5).astype(np.int32).clip(0, height - 1)
    return np.asarray(soft[rows, columns] > _INKED)


def _coverage(soft: Mask, frame: Frame) -> float:
    on, outside = _inked(soft, frame, 1.0, 1.09).mean(axis=0)
    return float(on - 0.3 * outside)


_ROUND_MOVES = ((1, 0, 0), (-1, 0, 0), (0, 1, 0), (0, -1, 0), (0, 0, 1), (0, 0, -1), (1, 0, 1), (-1, 0, 1), (0, 1, 1), (0, -1, 1))
_OTHER_MOVES = ((0, 0, 1, 0, 0), (0, 0, -1, 0, 0), (0, 0, 0, 1, 0), (0, 0, 0, -1, 0), (0, 0, 0, 0, 1), (0, 0, 0, 0, -1))


def _refined(soft: Mask, frame: Frame) -> Frame:
    """The frame moved to where its outline is most complete."""
    moves: Sequence[tuple[float, ...]] = [(dx, dy, dr, dr, 0) for dx, dy, dr in _ROUND_MOVES]
    if frame.a != frame.b or frame.shape == "square":
        moves = [*moves, *_OTHER_MOVES]
    best, step = replace(frame, coverage=_coverage(soft, frame)), max(2.0, frame.radius * 0.04)
    while step >= 0.5:
        tries = [
            replace(
                best,
                x=best.x + dx * step,
                y=best.y + dy * step,
                a=best.a + da * step,
                b=best.b + db * step,
                angle=best.angle + turn * step / best.radius,
            )
            for dx, dy, da, db, turn in moves
        ]
        scored = [(_coverage(soft, one), one) for one in tries if min(one.a, one.b) > 4] or [(0.0, best)]
        coverage, frame = max(scored, key=lambda pair: pair[0])
        if coverage > best.coverage + 1e-6:
            best = replace(frame, coverage=coverage)
        else:
            step /= 2
    return best
