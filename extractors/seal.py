"""Seals: found by their outline, their text read, and red ones lifted off the text below.

Comes in: an upright BGR image. Goes out: `Seal`s in pixels, and the image with the red ink inside their outlines taken away; called by
`paper`. Round, oval and square ones, red and on grey copies. What is not surely a seal gets a low confidence, or, without colour, is left
out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from extractors.ocr import NOTHING, Engine, Reading, crop
from extractors.raster import Image, Mask, Rectangle, grey_of, ink_of, resized
from extractors.seal_frames import LARGEST, SMALLEST, Frame, Shape, frames, profile
from extractors.seal_text import Colour, characters_in, read_seal
from extractors.textlines import TextLine, readings_of

_SIDE = 1200  # pixels of the longer side when looking for outlines: about 100 dpi on A4
_UNDER_GREY = 0.8  # what a reading is worth through a grey seal's strokes
_LIFT = 0.72  # from where between black and pure red a pixel counts as paper
# Without colour only text makes a ring a seal: four characters; and five a rectangle, since a person's own seal has four at most.
_NAMED = {"round": 4, "oval": 4, "square": 5}
_GREY_COVERAGE = 0.7
_SPECK = 6  # pixels at about 100 dpi; the smallest piece of a seal's character is larger
_DATED = re.compile("[0-9〇一二三四五六七八九十][年月日]|[0-9]{4}[.-]")
_LETTERS = re.compile("[0-9A-Za-z\u3400-\u9fff〇]")


@dataclass(frozen=True)
class Seal:
    """A seal in pixels of the page image, what was read on it and how sure that it is a seal (0-1).

    `alternatives` are other readings of the same text, better ones first.
    """

    frame: Frame
    colour: Colour
    reading: Reading = NOTHING
    alternatives: tuple[str, ...] = ()

    @property
    def shape(self) -> Shape:
        return self.frame.shape

    @property
    def box(self) -> Rectangle:
        return self.frame.box

    @property
    def confidence(self) -> float:
        readable = characters_in(self.reading.text) >= 4
        legible = (self.reading.score + min(self.reading.score, self.reading.least)) / 2 if readable else 0.0
        return round(max(0.0, min(1.0, self.frame.coverage)) * (0.3 + 0.7 * legible), 4)


def find_seals(image: Image, engine: Engine) -> list[Seal]:
    """The seals on a page, top to bottom: red ones in the red ink, and grey ones in what is not red."""
    small = resized(image, _SIDE)
    scale = max(image.shape[:2]) / max(small.shape[:2])
    red = _without_specks(red_ink(small))
    found: list[tuple[Frame, Colour]] = [(frame, "red") for frame in frames(red, red) if _looks_like_a_seal(red, frame, "red")]
    black = cv2.subtract(ink_of(grey_of(small)), cv2.dilate(red, np.ones((5, 5), np.uint8)))
    dark = _large_strokes(np.asarray(black, dtype=np.uint8))
    for frame in frames(dark, np.asarray(black, dtype=np.uint8)):
        # What a red seal leaves when its red is taken away is no seal of its own.
        near = any(np.hypot(frame.x - other.x, frame.y - other.y) < 0.6 * max(frame.radius, other.radius) for other, _ in found)
        ink = black if frame.shape == "square" else dark
        if not near and frame.coverage >= _GREY_COVERAGE and _looks_like_a_seal(np.asarray(ink, dtype=np.uint8), frame, "grey"):
            found.append((frame, "grey"))
    seals = [_read(engine, image, frame.moved(scale), colour) for frame, colour in found]
    return sorted((seal for seal in seals if seal is not None), key=lambda seal: (seal.frame.y, seal.frame.x))


def _read(engine: Engine, image: Image, frame: Frame, colour: Colour) -> Seal | None:
    text = read_seal(engine, image, frame, colour)
    seal = Seal(frame, colour, text.reading, text.alternatives)
    named = characters_in(text.reading.text) >= _NAMED[frame.shape]
    # Without colour a ring may be a logo, a round frame or a coffee cup.
    return seal if named or (colour == "red" and frame.shape != "square") else None


def red_ink(image: Image) -> Mask:
    """255 where a pixel is redder than its surroundings: paper under warm light and brown desks are not."""
    blue, green, red = (channel.astype(np.int16) for channel in cv2.split(image))
    redness = np.clip(red - np.maximum(blue, green), 0, 255).astype(np.uint8)
    eighth = cv2.resize(redness, None, fx=0.125, fy=0.125, interpolation=cv2.INTER_AREA)
    around = cv2.resize(cv2.medianBlur(eighth, 31 if min(eighth.shape) > 31 else 5), redness.shape[::-1], interpolation=cv2.INTER_LINEAR)
    return np.asarray((cv2.subtract(redness, around) > 18).astype(np.uint8) * 255, dtype=np.uint8)


def lifted(image: Image, seals: Sequence[Seal]) -> Image:
    """The page with the red ink inside the seals' outlines turned to paper; black text below stays. Nothing else changes."""
    clean = image.copy()
    for seal in seals:
        if seal.colour != "red":
            continue
        box = seal.box.grown(seal.frame.radius * 0.06)
        part = box.cut(clean)
        pure = red_ink(part) > 0
        if not pure.any():
            continue
        # JPEG spreads colour: about the red ink lies a dark rim that is no longer red.
        ink = cv2.dilate(pure.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
        height, width = ink.shape
        ys, xs = np.mgrid[0:height, 0:width].astype(np.float64)
        inside = ink & seal.frame.moved(1.0, max(0.0, round(box.x0)), max(0.0, round(box.y0))).holds(xs, ys, 1.06)
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
    """Whether a line is a piece of the seal itself: within its outline, and no date, which may well stand there."""
    box, text, frame = line.box, line.reading.text, seal.frame
    if seal.box.overlap(box).area < 0.85 * box.area or _DATED.search(text):
        return False
    nearest = np.hypot(max(box.x0 - frame.x, frame.x - box.x1, 0.0) / frame.a, max(box.y0 - frame.y, frame.y - box.y1, 0.0) / frame.b)
    in_band = (nearest > 0.36 or frame.shape == "square") and (seal.colour == "grey" or line.reading.score < 0.9)
    # Of a lifted seal little is left; of a grey one the star, and single characters that a ruling cut off.
    return bool(in_band or len(_LETTERS.findall(text)) <= (2 if seal.colour == "grey" else 0))


def _looks_like_a_seal(mask: Mask, frame: Frame, colour: Colour) -> bool:
    """A thin line with little outside and a gap inside it, and characters in the band below: not a disc, an emblem or a round frame.

    Of a red and nearly closed outline the characters may be worn away.
    """
    ring = profile(np.asarray(cv2.GaussianBlur(mask, (0, 0), 1.2), dtype=np.uint8), frame)
    step = 0.0125  # of a profile's column, in radii

    def share(low: float, high: float) -> float:
        return float((ring[:, round(low / step) : round(high / step)] > 0.3).mean())

    if frame.shape == "square":  # its characters reach to the frame; whether they are any, reading must tell
        return share(1.12, 1.2) < 0.3 and 0.08 < share(0.0, 0.8) < 0.85
    gap = min(share(float(at), float(at) + 0.025) for at in np.arange(0.84, 0.97, step))
    band = (ring[:, round(0.58 / step) : round(0.88 / step)] > 0.3).mean(axis=1) > 0.08
    characters = int(np.sum(np.diff(cv2.erode(band.astype(np.uint8), np.ones((3, 1), np.uint8)).ravel().astype(np.int8)) == 1))
    filled = share(0.55, 0.9)
    if gap >= 0.4 or share(1.07, 1.2) >= 0.3 or filled >= 0.62 or share(0.0, 0.95) >= 0.55:
        return False
    certain = colour == "red" and frame.coverage >= 0.7 and gap < 0.1
    return (filled > 0.06 and characters >= 4) or (certain and filled > 0.02 and characters >= 2)


def _without_specks(ink: Mask) -> Mask:
    """The ink without single pixels: colour noise of telephones, which votes for circles without end."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    kept = stats[:, cv2.CC_STAT_AREA] >= _SPECK
    kept[0] = False
    return np.asarray(kept.astype(np.uint8)[labels] * 255, dtype=np.uint8)


def _large_strokes(ink: Mask) -> Mask:
    """What may be part of a ring: neither long straight strokes nor characters nor rows of them, which vote for circles without end."""
    size = max(25, max(ink.shape) // 15)
    for kernel in (np.ones((1, size), np.uint8), np.ones((size, 1), np.uint8)):
        ink = np.asarray(
            cv2.subtract(ink, cv2.dilate(cv2.morphologyEx(ink, cv2.MORPH_OPEN, kernel), np.ones((3, 3), np.uint8))), dtype=np.uint8
        )
    closed = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(closed, connectivity=8)
    sides = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]]
    longest = max(ink.shape)
    # Larger than any seal is what is left of a table or of writing run together; but a picture may show little but the seal.
    largest = longest if longest < 500 else longest * 2.5 * LARGEST
    large = (sides.max(axis=1) >= longest * SMALLEST) & (sides.max(axis=1) <= largest) & (sides.min(axis=1) * 6 > sides.max(axis=1))
    # Characters run together are dense; a ring or a piece of one is mostly empty.
    large &= stats[:, cv2.CC_STAT_AREA] < 0.33 * sides.prod(axis=1)
    large[0] = False
    # The text inside the ring is needed to judge it: what lies within a large stroke's rectangle is kept.
    kept = np.zeros_like(ink)
    for label in np.flatnonzero(large):
        x, y, width, height, _ = stats[label]
        if min(width, height) > longest * SMALLEST * 1.5:
            kept[y : y + height, x : x + width] = 255
    return np.asarray(cv2.bitwise_and(ink, np.maximum(kept, large.astype(np.uint8)[labels] * 255)), dtype=np.uint8)
