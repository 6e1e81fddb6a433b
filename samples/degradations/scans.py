"""The kinds of pages that arrive, from a clean scan to a fax, each put together from the effects beside it.

Called through the package. One function a kind; the table at the end names them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import cv2
import numpy as np
from PIL import Image, ImageDraw

from samples.degradations import damage, lens
from samples.degradations.effects import (
    Chance,
    Pixels,
    blurred,
    coloured,
    copied,
    faded,
    greyed,
    jpeg,
    noise,
    one_bit,
    patches,
    pixels_of,
    resampled,
    skewed,
    slow_light,
)
from samples.degradations.fate import PageFate
from samples.fonts import face

_PHOTO_SIDE = (2200, 3000)  # pixels of the longer side: what messengers leave of a telephone's picture


@dataclass
class _Job:
    """A page on its way. `pixels` change from step to step; `skew` in degrees clockwise; `applied` is what the fate will say."""

    pixels: Pixels
    dpi: int
    rng: Chance
    back: Pixels | None
    skew: float = 0.0
    corners: tuple[tuple[float, float], ...] | None = None
    applied: dict[str, float | str] = field(default_factory=dict)

    def chance(self, low: float, high: float) -> float:
        return float(self.rng.uniform(low, high))

    def lean(self, most: float, background: float = 249.0) -> None:
        """Lay the sheet askew by at most `most` degrees."""
        degrees = self.chance(-most, most)
        self.skew += degrees
        self.pixels = skewed(self.pixels, -degrees, (background,) * 3)


def degrade(
    page: Image.Image,
    kind: str,
    dpi: int,
    rng: Chance,
    *,
    turn: int | None = None,
    turn_chance: float = 0.0,
    back: Image.Image | None = None,
) -> tuple[bytes, PageFate]:
    """A clean colour rendering of a page at `dpi` as it arrives: JPEG bytes and the page's fate.

    `kind` is one of `KINDS` (KeyError otherwise). `turn`: degrees clockwise that the page lies wrong; where None, 90, 180 or 270
    by lot with probability `turn_chance`, else 0. `back`: what is printed on the other side, for `showthrough` (where None, the page).
    """
    if turn is None:
        turn = int(rng.choice([90, 180, 270])) if rng.random() < turn_chance else 0
    job = _Job(pixels_of(page), dpi, rng, None if back is None else pixels_of(back))
    make, finish = _MAKERS[kind]
    make(job)
    if turn:
        job.pixels = np.ascontiguousarray(np.rot90(job.pixels, -turn // 90))
    content = finish(job)
    job.applied["dpi"] = float(job.dpi)
    return content, PageFate(turn, round(job.skew, 3), job.dpi, _turned_corners(job.corners, turn), job.applied)


def _turned_corners(corners: tuple[tuple[float, float], ...] | None, turn: int) -> tuple[tuple[float, float], ...] | None:
    """Where the sheet's corners are after the picture has been turned clockwise; the first is still the sheet's own top left."""
    if corners is None:
        return None
    moves: dict[int, Callable[[float, float], tuple[float, float]]] = {
        0: lambda x, y: (x, y),
        90: lambda x, y: (1 - y, x),
        180: lambda x, y: (1 - x, 1 - y),
        270: lambda x, y: (y, 1 - x),
    }
    return tuple(moves[turn](x, y) for x, y in corners)


# --- on the glass ----------------------------------------------------------------------------------------------------------------


def _scanned(job: _Job, quality: tuple[int, int], grain: float, light: float, soft: float, grey: bool) -> bytes:
    """The scanner's own part: soft optics, uneven lamp, grain, JPEG."""
    pixels = blurred(job.pixels, soft * job.dpi / 200)
    tint = np.ones(3) if grey else 1 - job.rng.uniform(0, 0.035, 3)
    pixels = pixels * np.asarray(tint * job.chance(0.965, 1.0), dtype=np.float32) * slow_light(pixels.shape, job.rng, light)
    pixels = pixels + noise(pixels.shape, job.rng, grain)
    job.applied["quality"] = float(job.rng.integers(*quality))
    return jpeg(pixels, int(job.applied["quality"]), grey=grey, dpi=job.dpi)


def _good_colour(job: _Job) -> bytes:
    return _scanned(job, (74, 90), 1.4, 0.01, 0.35, grey=False)


def _office_colour(job: _Job) -> bytes:
    return _scanned(job, (50, 80), job.chance(1.5, 3.2), 0.02, job.chance(0.35, 0.7), grey=False)


def _any_scanner(job: _Job) -> bytes:
    return _office_grey(job) if job.rng.random() < 0.35 else _office_colour(job)


def _office_grey(job: _Job) -> bytes:
    job.pixels = coloured(greyed(job.pixels))
    return _scanned(job, (48, 78), job.chance(1.5, 3.2), 0.025, job.chance(0.35, 0.75), grey=True)


def _worst_scanner(job: _Job) -> bytes:
    """Reduced to 150 dpi, out of focus, pressed to quality 30."""
    job.pixels = resampled(job.pixels, min(1.0, 150 / job.dpi))
    job.dpi = min(job.dpi, 150)
    pixels = blurred(job.pixels, job.chance(0.6, 1.1)) * slow_light(job.pixels.shape, job.rng, 0.04)
    job.applied["quality"] = float(job.rng.integers(24, 34))
    return jpeg(pixels + noise(pixels.shape, job.rng, job.chance(3, 6)), int(job.applied["quality"]), dpi=job.dpi)


# --- kinds -----------------------------------------------------------------------------------------------------------------------


def _clean(job: _Job) -> None:
    job.lean(0.5)


def _office(job: _Job) -> None:
    job.lean(3.0)


def _grey(job: _Job) -> None:
    job.lean(1.5)


def _copy(job: _Job) -> None:
    _copied(job, job.chance(0.1, 0.7))
    job.lean(2.0)


def _copy2(job: _Job) -> None:
    _copied(job, job.chance(0.3, 0.8))
    _copied(job, job.chance(0.5, 1.0))
    job.lean(2.0)


def _copied(job: _Job, strength: float) -> None:
    grey, askew = copied(greyed(job.pixels), job.rng, job.dpi, strength)
    job.pixels, job.skew = coloured(grey), job.skew + askew


def _poor(job: _Job) -> None:
    job.lean(2.0)


def _faint(job: _Job) -> None:
    grey, job.applied["ink"] = faded(greyed(job.pixels), job.rng)
    job.pixels = coloured(grey)
    job.lean(1.5)


def _uneven(job: _Job) -> None:
    """Light from one side, the rest of the sheet in the dark, as under a scanning app or beside a book's spine."""
    height, width = job.pixels.shape[:2]
    darkest = job.applied["darkest"] = job.chance(0.35, 0.65)
    angle = job.chance(0, 2 * np.pi)
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    ramp = xs / width * np.cos(angle) + ys / height * np.sin(angle)
    ramp = (ramp - ramp.min()) / (ramp.max() - ramp.min())
    light = darkest + (1 - darkest) * ramp ** job.chance(0.6, 1.6) + 0.04 * patches((height, width), job.rng, width / 4)
    job.lean(1.5)
    job.pixels = np.asarray(job.pixels * np.clip(light, 0.2, 1.02)[:, :, None], dtype=np.float32)


def _showthrough(job: _Job) -> None:
    back = job.pixels if job.back is None else job.back
    job.pixels, job.applied["share"] = damage.shown_through(job.pixels, back, job.rng)
    job.lean(1.5)


def _fax(job: _Job) -> None:
    """204 x 196 dots an inch, black or white, the sender's line at the top of most."""
    if job.rng.random() < 0.6:
        _fax_header(job)
    job.lean(1.2, 255.0)
    height, width = job.pixels.shape[:2]
    size = round(width * 204 / job.dpi), round(height * 196 / job.dpi)
    grey = np.asarray(cv2.resize(greyed(job.pixels), size, interpolation=cv2.INTER_AREA), dtype=np.float32)
    black = one_bit(grey, job.rng)
    # Viewers make the dots square again.
    even = cv2.resize(black, (round(width * 200 / job.dpi), round(height * 200 / job.dpi)), interpolation=cv2.INTER_NEAREST)
    job.pixels, job.dpi = coloured(np.asarray(even, dtype=np.float32)), 200


def _fax_header(job: _Job) -> None:
    rng = job.rng
    text = f"2024-03-{int(rng.integers(1, 26)):02d} {int(rng.integers(8, 18)):02d}:{int(rng.integers(60)):02d}"
    text += f"   FROM: 021-{int(rng.integers(10**7, 10**8))}   P.{int(rng.integers(1, 5)):02d}"
    picture = Image.fromarray(np.clip(job.pixels, 0, 255).astype(np.uint8))
    ImageDraw.Draw(picture).text((job.dpi * 0.6, job.dpi * 0.08), text, fill="black", font=face("hei", max(8, int(job.dpi * 0.11))))
    job.pixels, job.applied["header"] = pixels_of(picture), text


def _fax_file(job: _Job) -> bytes:
    return jpeg(job.pixels, 90, grey=True, dpi=job.dpi)


def _folded(job: _Job) -> None:
    job.pixels, job.applied["creases"] = damage.folded(job.pixels, job.rng)
    job.lean(1.5)


def _stained(job: _Job) -> None:
    job.pixels, job.applied["stains"] = damage.stained(job.pixels, job.rng)
    job.lean(1.5)


def _curled(job: _Job) -> None:
    job.pixels, job.applied["arch"] = lens.bent(job.pixels, job.rng, 0.018)
    job.lean(1.0)


def _punched(job: _Job) -> None:
    job.pixels, job.applied["punched"] = damage.punched(job.pixels, job.rng, job.dpi)
    if job.rng.random() < 0.6:
        _black_borders(job)
    else:
        job.lean(1.5)


def _black_borders(job: _Job) -> None:
    """A sheet smaller than the glass, the lid open: black on one to four sides, the sheet askew in it."""
    sides = job.rng.random(4) < 0.6
    widths = [int(job.dpi * job.chance(0.08, 0.45)) if side else 0 for side in sides]
    top, right, bottom, left = widths
    black = job.chance(4, 40)
    padded = cv2.copyMakeBorder(job.pixels, top, bottom, left, right, cv2.BORDER_CONSTANT, value=(black,) * 3)
    job.pixels = np.asarray(padded, dtype=np.float32)
    job.applied["borders"] = "-".join(str(width) for width in widths)
    job.lean(2.0, black)


def _stamped(job: _Job) -> None:
    job.pixels, job.applied["stamps"] = damage.stamped(job.pixels, job.rng, job.dpi)
    job.lean(1.5)


def _photo(job: _Job) -> None:
    _taken(job, lens.STEADY)


def _handphoto(job: _Job) -> None:
    _taken(job, lens.SHAKY)


def _taken(job: _Job, hand: lens.Hand) -> None:
    before = max(job.pixels.shape[:2])
    # No telephone makes more of a picture than was in it: twice a small rendering is enough.
    longest = min(int(job.rng.integers(*_PHOTO_SIDE)), 2 * before)
    job.pixels, corners = lens.photographed(job.pixels, hand, job.rng, longest)
    height, width = job.pixels.shape[:2]
    job.corners = tuple((round(float(x / width), 5), round(float(y / height), 5)) for x, y in corners)
    top, foot = corners[1] - corners[0], corners[2] - corners[3]
    job.skew = float(np.degrees((np.arctan2(top[1], top[0]) + np.arctan2(foot[1], foot[0])) / 2))
    job.dpi = round(job.dpi * longest / before)


def _camera(job: _Job) -> bytes:
    job.applied["quality"] = float(job.rng.integers(55, 86))
    return jpeg(job.pixels, int(job.applied["quality"]), dpi=72)


_Maker = tuple[Callable[[_Job], None], Callable[[_Job], bytes]]
_MAKERS: dict[str, _Maker] = {
    "clean": (_clean, _good_colour),
    "office": (_office, _office_colour),
    "grey": (_grey, _office_grey),
    "copy": (_copy, _office_grey),
    "copy2": (_copy2, _office_grey),
    "poor": (_poor, _worst_scanner),
    "faint": (_faint, _office_grey),
    "uneven": (_uneven, _any_scanner),
    "photo": (_photo, _camera),
    "handphoto": (_handphoto, _camera),
    "showthrough": (_showthrough, _any_scanner),
    "fax": (_fax, _fax_file),
    "folded": (_folded, _any_scanner),
    "stained": (_stained, _any_scanner),
    "curled": (_curled, _any_scanner),
    "punched": (_punched, _any_scanner),
    "stamped": (_stamped, _any_scanner),
}
KINDS: tuple[str, ...] = tuple(_MAKERS)
