"""Round seals: found as thin rings, their text unrolled and recognised, and red ones lifted off the text below.

Comes in: an upright BGR image. Goes out: `Seal`s in pixels, and the image with the red ink inside their circles taken away; called by
`paper`. Oval and square seals are not looked for. What is not surely a seal gets a low confidence, or, without colour, is left out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt

from extractors.ocr import NOTHING, Engine, Reading, crop
from extractors.raster import Image, Mask, Rectangle, grey_of, ink_of, resized
from extractors.textlines import UNREAD, TextLine, readings_of

_SIDE = 1200  # pixels of the longer side when looking for circles: about 100 dpi on A4
_SMALLEST, _LARGEST = (
    0.028,
    0.2,
)  # radius as a share of the longer side (a seal is 35-58 mm across; a certificate may be photographed close up)
_COLOURLESS = 0.001  # share of reddish pixels that a grey scan may have
_CANDIDATES = 16
_ANGLES = 720
_RADII = 100  # steps from the centre to 1.25 radii, see `_polar`
_REACH = 1.25
_RIM, _BAND = 0.985, 0.42  # where the text band begins inside the ring, and how deep it is, in radii
_STRIP = 64  # pixels, least height of the unrolled band: enlarging it afterwards loses strokes
_DISPUTED = 0.6  # what a reading is worth that no second one confirms, or that passes over ink
_UNDER_GREY = 0.8  # what a reading is worth through a grey seal's strokes
_LIFT = 0.72  # from where between black and pure red a pixel counts as paper
_DATED = re.compile("[0-9〇一二三四五六七八九十][年月日]|[0-9]{4}[.-]")
_LETTERS = re.compile("[0-9A-Za-z\u3400-\u9fff〇]")
_CHINESE = re.compile("[\u3400-\u9fff〇]")

Colour = Literal["red", "grey"]
Polar = npt.NDArray[np.float32]  # (angle, radius), 0-1; angles clockwise from 3 o'clock


@dataclass(frozen=True)
class Seal:
    """A ring in pixels of the page image, what was read on it and how sure that it is a seal (0-1)."""

    x: float
    y: float
    radius: float
    colour: Colour
    coverage: float
    reading: Reading = NOTHING

    @property
    def box(self) -> Rectangle:
        return Rectangle(self.x - self.radius, self.y - self.radius, self.x + self.radius, self.y + self.radius)

    @property
    def confidence(self) -> float:
        legible = (
            (self.reading.score + min(self.reading.score, self.reading.least)) / 2 if len(_CHINESE.findall(self.reading.text)) >= 4 else 0.0
        )
        return round(self.coverage * (0.3 + 0.7 * legible), 4)


def find_seals(image: Image, engine: Engine) -> list[Seal]:
    """The seals on a page, top to bottom; red ones first looked for in the red ink, grey ones only on pages without colour."""
    small = resized(image, _SIDE)
    scale = max(image.shape[:2]) / max(small.shape[:2])
    red = red_ink(small)
    found = _rings(red, "red")
    if not found and np.count_nonzero(red) < _COLOURLESS * red.size:
        found = [seal for seal in _rings(_large_strokes(ink_of(grey_of(small))), "grey") if seal.coverage >= 0.8]
    seals = []
    for seal in found:
        larger = replace(seal, x=(seal.x + 0.5) * scale - 0.5, y=(seal.y + 0.5) * scale - 0.5, radius=seal.radius * scale)
        larger = replace(larger, reading=_read_ring(engine, image, larger))
        # Without colour a ring may be a logo, a round frame or a coffee cup: only its text makes it a seal.
        if larger.colour == "red" or len(_CHINESE.findall(larger.reading.text)) >= 4:
            seals.append(larger)
    return sorted(seals, key=lambda seal: (seal.y, seal.x))


def red_ink(image: Image) -> Mask:
    """255 where a pixel is redder than its surroundings: paper under warm light and brown desks are not."""
    blue, green, red = (channel.astype(np.int16) for channel in cv2.split(image))
    redness = np.clip(red - np.maximum(blue, green), 0, 255).astype(np.uint8)
    eighth = cv2.resize(redness, None, fx=0.125, fy=0.125, interpolation=cv2.INTER_AREA)
    around = cv2.resize(cv2.medianBlur(eighth, 31 if min(eighth.shape) > 31 else 5), redness.shape[::-1], interpolation=cv2.INTER_LINEAR)
    return np.asarray((cv2.subtract(redness, around) > 18).astype(np.uint8) * 255, dtype=np.uint8)


def lifted(image: Image, seals: Sequence[Seal]) -> Image:
    """The page with the red ink inside the seals' circles turned to paper; black text below stays. Nothing else changes."""
    clean = image.copy()
    for seal in seals:
        if seal.colour != "red":
            continue
        box = seal.box.grown(seal.radius * 0.06)
        part = box.cut(clean)
        pure = red_ink(part) > 0
        if not pure.any():
            continue
        # JPEG spreads colour: about the red ink lies a dark rim that is no longer red.
        ink = cv2.dilate(pure.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
        height, width = ink.shape
        ys, xs = np.mgrid[0:height, 0:width]
        inside = ink & (np.hypot(xs - (seal.x - max(0.0, round(box.x0))), ys - (seal.y - max(0.0, round(box.y0)))) <= seal.radius * 1.06)
        paper = np.percentile(part[~ink], 60, axis=0) if (~ink).any() else np.array([255.0, 255.0, 255.0])
        # Red ink hardly dims the red channel, black ink does: stretch so that all that is not near black becomes paper.
        red = part[:, :, 2].astype(np.float32)
        dark, light = min(float(np.percentile(red, 1)), 90.0), float(np.percentile(red[pure], 50))
        share = np.clip((red - dark) / max(1.0, _LIFT * (light - dark)), 0, 1)
        part[inside] = (share[:, :, None] * paper)[inside].astype(np.uint8)
    return clean


def read_again_below(engine: Engine, image: Image, lines: Sequence[TextLine], seals: Sequence[Seal]) -> list[TextLine]:
    """Lines that meet a seal: below red ones the better of two readings, with and without the red; below grey ones doubt, and no scraps of
    the ring's text.

    `image` is the page with its seals, `lines` were read on the page without the red.
    """
    result: list[TextLine] = []
    for line in lines:
        over = next((seal for seal in seals if (common := seal.box.overlap(line.box)).width > 0 and common.height > 0), None)
        if over is None or line.quad is None:
            result.append(line)
        elif _is_scrap(line, over):
            continue
        elif over.colour == "red":
            raw = replace(line, reading=readings_of(engine, [crop(image, line.quad)])[0], alternative=line.reading.text)
            result.append(raw if raw.confidence > line.confidence + 0.02 else line)
        else:
            dimmed = line.reading._replace(score=line.reading.score * _UNDER_GREY, least=line.reading.least * _UNDER_GREY)
            result.append(replace(line, reading=dimmed))
    return result


def _is_scrap(line: TextLine, seal: Seal) -> bool:
    """Whether a line is a piece of the seal itself: within its circle, and no date, which may well stand there."""
    box, text = line.box, line.reading.text
    if seal.box.overlap(box).area < 0.85 * box.area or _DATED.search(text):
        return False
    nearest = np.hypot(max(box.x0 - seal.x, seal.x - box.x1, 0.0), max(box.y0 - seal.y, seal.y - box.y1, 0.0)) / seal.radius
    in_band = nearest > 0.36 and (seal.colour == "grey" or line.reading.score < 0.9)
    # Of a lifted seal little is left; of a grey one the star, and single characters that a ruling cut off.
    return bool(in_band or len(_LETTERS.findall(text)) <= (2 if seal.colour == "grey" else 0))


def _rings(mask: Mask, colour: Colour) -> list[Seal]:
    """Thin closed rings in an ink mask that hold something, best first, overlapping ones once."""
    longest = max(mask.shape)
    smallest, largest = max(12, round(longest * _SMALLEST)), min(round(longest * _LARGEST), min(mask.shape) // 2)
    if longest < 500:  # a picture of little but the seal
        largest = min(mask.shape) // 2 + 2
    if largest <= smallest or not mask.any():
        return []
    soft = np.asarray(cv2.GaussianBlur(mask, (0, 0), 1.2), dtype=np.uint8)
    circles = cv2.HoughCircles(
        soft, cv2.HOUGH_GRADIENT, dp=2, minDist=smallest * 0.8, param1=120, param2=28, minRadius=smallest, maxRadius=largest
    )
    found: list[Seal] = []
    for x, y, radius in [] if circles is None else circles[0][:_CANDIDATES]:
        seal = _refined(soft, float(x), float(y), float(radius), colour)
        if seal is not None:
            found.append(seal)
    chosen: list[Seal] = []
    for seal in sorted(found, key=lambda seal: -seal.coverage * seal.radius**0.5):
        if all(np.hypot(seal.x - other.x, seal.y - other.y) > 0.5 * max(seal.radius, other.radius) for other in chosen):
            chosen.append(seal)
    return chosen


def _refined(soft: Mask, x: float, y: float, radius: float, colour: Colour) -> Seal | None:
    """The circle moved to where its ring is most complete; None if that is no seal's ring."""
    best, step = (_ring_coverage(soft, x, y, radius), x, y, radius), max(2.0, radius * 0.04)
    while step >= 0.5:
        tries = [
            (best[1] + dx * step, best[2] + dy * step, best[3] + dr * step)
            for dx, dy, dr in (
                (1, 0, 0),
                (-1, 0, 0),
                (0, 1, 0),
                (0, -1, 0),
                (0, 0, 1),
                (0, 0, -1),
                (1, 0, 1),
                (-1, 0, 1),
                (0, 1, 1),
                (0, -1, 1),
            )
        ]
        better = max((_ring_coverage(soft, *circle), *circle) for circle in tries)
        if better[0] > best[0] + 1e-6:
            best = better
        else:
            step /= 2
    coverage, x, y, radius = best
    if coverage < 0.55:
        return None
    ring = _polar(soft, x, y, radius)
    return Seal(x, y, radius, colour, min(1.0, coverage)) if _looks_like_a_seal(ring, certain=colour == "red" and coverage >= 0.7) else None


def _ring_coverage(soft: Mask, x: float, y: float, radius: float) -> float:
    """The share of the circle's directions in which there is ink at the radius, less what is there just outside."""
    angles = np.linspace(0, 2 * np.pi, 240, endpoint=False)
    height, width = soft.shape
    levels = []
    for factor in (1.0, 1.09):
        xs = np.clip(np.round(x + factor * radius * np.cos(angles)), 0, width - 1).astype(np.int32)
        ys = np.clip(np.round(y + factor * radius * np.sin(angles)), 0, height - 1).astype(np.int32)
        levels.append(np.mean(soft[ys, xs] > 70))
    return float(levels[0] - 0.3 * levels[1])


def _polar(picture: Mask, x: float, y: float, radius: float) -> Polar:
    unrolled = cv2.warpPolar(picture, (_RADII, _ANGLES), (x, y), radius * _REACH, cv2.INTER_LINEAR)
    return np.asarray(unrolled, dtype=np.float32) / np.float32(255)


def _looks_like_a_seal(ring: Polar, certain: bool) -> bool:
    """A thin line with little outside and a gap inside it, and characters in the band below: not a disc, an emblem or a round frame.

    Of a `certain` ring, red and nearly closed, the characters may be worn away.
    """

    def share(low: float, high: float) -> float:
        return float((ring[:, round(low / _REACH * _RADII) : round(high / _REACH * _RADII)] > 0.3).mean())

    gap = min(share(float(at), float(at) + 0.025) for at in np.arange(0.84, 0.97, 0.0125))
    band = (ring[:, round(0.58 / _REACH * _RADII) : round(0.88 / _REACH * _RADII)] > 0.3).mean(axis=1) > 0.08
    characters = int(np.sum(np.diff(cv2.erode(band.astype(np.uint8), np.ones((3, 1), np.uint8)).ravel().astype(np.int8)) == 1))
    filled = share(0.55, 0.9)
    if gap >= 0.4 or share(1.07, 1.2) >= 0.3 or filled >= 0.62 or share(0.0, 0.95) >= 0.55:
        return False
    return (filled > 0.06 and characters >= 4) or (certain and gap < 0.1)


def _read_ring(engine: Engine, image: Image, seal: Seal) -> Reading:
    """The text that runs clockwise along the ring."""
    part = seal.box.grown(seal.radius * 0.3)
    picture = np.ascontiguousarray(part.cut(image))
    if min(picture.shape[:2]) < 20:
        return NOTHING
    x, y = seal.x - max(0.0, round(part.x0)), seal.y - max(0.0, round(part.y0))
    readings: list[Reading] = []
    gap_ink = red_ink(picture) if seal.colour == "red" else ink_of(grey_of(picture))
    for grey in _ring_pictures(picture, seal.colour):
        strip = _strip(grey, gap_ink, x, y, seal.radius)
        # Seal characters stand apart: squeezed strips bring them together as in print.
        crops = [cv2.resize(strip, (max(8, round(strip.shape[1] * squeeze)), strip.shape[0])) for squeeze in (1.0, 0.8, 0.62)]
        readings += readings_of(engine, [np.asarray(cv2.cvtColor(crop, cv2.COLOR_GRAY2BGR), dtype=np.uint8) for crop in crops])
    cleaned = [_chinese_only(reading) for reading in readings]
    # A score cannot see a dropped character, so a longer reading of nearly the same score is the better one.
    best = max(cleaned, key=lambda reading: min(reading.score, 0.97) + 0.03 * len(reading.text) + 0.1 * reading.least, default=NOTHING)
    agreed = sum(1 for reading in cleaned if reading.text == best.text) >= (3 if seal.colour == "red" else 2)
    doubted = not agreed or best.least <= UNREAD
    return best._replace(score=best.score * _DISPUTED) if doubted else best


def _chinese_only(reading: Reading) -> Reading:
    """The reading with what is not Chinese at its ends (stars, numbers, the ring itself) cut off."""
    text = re.sub("^[^\u3400-\u9fff〇]+|[^\u3400-\u9fff〇）)]+$", "", reading.text)
    return reading._replace(text=text, places=(), certainties=()) if text else NOTHING


def _ring_pictures(picture: Image, colour: Colour) -> list[Mask]:
    """Greyscale pictures with the seal dark on light: the plain one, and for red seals one of their redness, in which black text fades."""
    green = np.asarray(picture[:, :, 1] if colour == "red" else grey_of(picture), dtype=np.uint8)
    if colour == "grey":
        return [green]
    redness = np.clip(picture[:, :, 2].astype(np.float32) - picture[:, :, :2].max(axis=2), 0, 255)
    top = max(20.0, float(np.percentile(redness, 96)))
    return [green, np.asarray(255 - np.clip(redness / top, 0, 1) * 255, dtype=np.uint8)]


def _strip(grey: Mask, ink: Mask, x: float, y: float, radius: float) -> Mask:
    """The ring's text band unrolled, reading left to right, cut open at its widest gap (the bottom, if the seal stands upright)."""
    height = max(_STRIP, round(radius * _BAND))
    length = round(2 * np.pi * 0.76 * height / _BAND)
    band, dark = (_band(picture, x, y, radius, height, length) for picture in (grey, ink))
    # Digits stand close to the ring, so the gap is looked for in the inner part of the band.
    inner = (dark[round(height * 0.42) : round(height * 0.9)] > 127).mean(axis=0)
    doubled = (np.concatenate([inner, inner]) > 0.05).astype(np.uint8)[None]
    smooth = cv2.morphologyEx(doubled, cv2.MORPH_OPEN, np.ones((1, max(2, length // 150)), np.uint8)).ravel()
    edges = np.flatnonzero(np.diff(np.concatenate([[1], smooth.astype(np.int8), [1]])))
    gaps = [(int(end - start), int(start)) for start, end in zip(edges[::2], edges[1::2], strict=False) if start < length]
    if not gaps:
        return np.asarray(np.roll(band, -length // 4, axis=1), dtype=np.uint8)
    width, start = max(gaps)
    width = min(width, length - 8)
    margin = min(width // 4, height // 3)
    rolled = np.roll(band, -(start + width - margin) % length, axis=1)
    return np.asarray(rolled[round(height * 0.06) :, : length - width + 2 * margin], dtype=np.uint8)


def _band(picture: Mask, x: float, y: float, radius: float, height: int, length: int) -> Mask:
    """The outer part of the circle, (height, length): outermost on top, clockwise to the right, from 3 o'clock."""
    depth = round(height * _RIM / _BAND)
    unrolled = cv2.warpPolar(picture, (depth, length), (x, y), radius * _RIM, cv2.INTER_CUBIC | cv2.WARP_POLAR_LINEAR)
    return np.asarray(np.flipud(unrolled.T)[:height], dtype=np.uint8)


def _large_strokes(ink: Mask) -> Mask:
    """What may be part of a ring: neither long straight strokes nor characters nor rows of them, which vote for circles without end."""
    size = max(25, max(ink.shape) // 25)
    for kernel in (np.ones((1, size), np.uint8), np.ones((size, 1), np.uint8)):
        ink = np.asarray(
            cv2.subtract(ink, cv2.dilate(cv2.morphologyEx(ink, cv2.MORPH_OPEN, kernel), np.ones((3, 3), np.uint8))), dtype=np.uint8
        )
    closed = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(closed, connectivity=8)
    sides = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]]
    large = (sides.max(axis=1) >= max(ink.shape) * _SMALLEST) & (sides.min(axis=1) * 6 > sides.max(axis=1))
    # Characters run together are dense; a ring or a piece of one is mostly empty.
    large &= stats[:, cv2.CC_STAT_AREA] < 0.33 * sides.prod(axis=1)
    large[0] = False
    # The text inside the ring is needed to judge it: what lies within a large stroke's rectangle is kept.
    kept = np.zeros_like(ink)
    for label in np.flatnonzero(large):
        x, y, width, height, _ = stats[label]
        if min(width, height) > max(ink.shape) * _SMALLEST * 1.5:
            kept[y : y + height, x : x + width] = 255
    return np.asarray(cv2.bitwise_and(ink, np.maximum(kept, large.astype(np.uint8)[labels] * 255)), dtype=np.uint8)
