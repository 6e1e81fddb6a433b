"""What is written on a seal: its ring unrolled, or its square set in lines, and recognised several ways.

Comes in: the page's BGR image and the `Frame` of a seal on it. Goes out: the best reading and the other ones that differ; called by
`seal`. Ring text is easily misread, and each way of reading it errs elsewhere: whoever compares it with a name should look at all.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt

from extractors.ocr import NOTHING, Engine, Reading
from extractors.raster import Image, Mask, grey_of, ink_of
from extractors.seal_frames import Frame
from extractors.textlines import UNREAD, readings_of

Colour = Literal["red", "grey"]

_RIM, _BAND = 0.985, 0.42  # where the text band begins inside the ring, and how deep it is, in radii
_STRIP = 64  # pixels, least height of the unrolled band: enlarging it afterwards loses strokes
_DISPUTED = 0.6  # what a reading is worth that no second one confirms, or that passes over ink
_ALTERNATIVES = 5
_MOST_LINES = 8  # rows or columns of characters on a square seal
_EMPTY = 0.03  # share of ink in a cell without a character
_CHINESE = re.compile("[\u3400-\u9fff〇]")
_NOT_AT_ENDS = re.compile("^[^\u3400-\u9fff〇]+|[^\u3400-\u9fff〇）)]+$")


@dataclass(frozen=True)
class SealText:
    """The best reading, and other readings' texts, better ones first, that differ from it."""

    reading: Reading = NOTHING
    alternatives: tuple[str, ...] = ()


def characters_in(text: str) -> int:
    """How many Chinese characters a text holds."""
    return len(_CHINESE.findall(text))


def read_seal(engine: Engine, image: Image, frame: Frame, colour: Colour) -> SealText:
    """The name on a seal; nothing where it is too small to be read. `frame` is in pixels of `image`."""
    part = frame.box.grown(frame.radius * 0.1)
    picture = np.ascontiguousarray(part.cut(image))
    if min(picture.shape[:2]) < 20:
        return SealText()
    placed = frame.moved(1.0, max(0.0, round(part.x0)), max(0.0, round(part.y0)))
    pictures = _pictures(picture, colour)
    if frame.shape == "square":
        return _chosen(_square_readings(engine, pictures, placed), needed=1)
    # A quarter of full ink: the pad leaves whole characters pale, and what looks like a gap would be cut open.
    ink = np.asarray((pictures[-1] < 190) * 255, dtype=np.uint8) if colour == "red" else ink_of(grey_of(picture))
    return _chosen(_ring_readings(engine, pictures, ink, placed, colour), needed=3 if colour == "red" else 2)


def _chosen(readings: Sequence[Reading], needed: int) -> SealText:
    """The longest of the good readings; doubted unless it was read alike `needed` times."""
    cleaned = [_chinese_only(reading) for reading in readings]
    # A score cannot see a dropped character, so a longer reading of nearly the same score is the better one.
    ranked = sorted(cleaned, key=lambda reading: -(min(reading.score, 0.97) + 0.03 * len(reading.text) + 0.1 * reading.least))
    if not ranked or not ranked[0].text:
        return SealText()
    best = ranked[0]
    others = dict.fromkeys(reading.text for reading in ranked[1:] if characters_in(reading.text) >= 3 and reading.text != best.text)
    doubted = sum(1 for reading in cleaned if reading.text == best.text) < needed or best.least <= UNREAD
    return SealText(best._replace(score=best.score * _DISPUTED) if doubted else best, tuple(others)[:_ALTERNATIVES])


def _chinese_only(reading: Reading) -> Reading:
    """The reading with what is not Chinese at its ends (stars, numbers, the ring itself) cut off."""
    text = _NOT_AT_ENDS.sub("", reading.text)
    return reading._replace(text=text, places=(), certainties=()) if text else NOTHING


def _pictures(picture: Image, colour: Colour) -> list[Mask]:
    """Greyscale pictures with the seal dark on light: the plain one, and for red seals one of their redness, in which black text fades."""
    if colour == "grey":
        return [grey_of(picture)]
    redness = np.clip(picture[:, :, 2].astype(np.float32) - picture[:, :, :2].max(axis=2), 0, 255)
    paper, top = float(np.percentile(redness, 30)), max(20.0, float(np.percentile(redness, 97)))
    faded = 255 - np.clip((redness - paper) / max(15.0, top - paper), 0, 1) * 255
    return [np.asarray(picture[:, :, 1], dtype=np.uint8), np.asarray(faded, dtype=np.uint8)]


def _bgr(grey: Mask) -> Image:
    return np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR), dtype=np.uint8)


def _ring_readings(engine: Engine, pictures: Sequence[Mask], ink: Mask, frame: Frame, colour: Colour) -> list[Reading]:
    """Each picture's band cut open at its widest gap and, where print below a grey seal may fill that, at the bottom.

    Seal characters stand apart: squeezed strips bring them together as in print.
    """
    height = max(_STRIP, round(frame.radius * _BAND))
    xs, ys, bottom = _band(frame, height)
    dark = cv2.remap(ink, xs, ys, cv2.INTER_LINEAR) > 127
    start, width = _widest_gap(dark, height)
    cuts = [(start, width)]
    if colour == "grey" and not _within(bottom, start, width, dark.shape[1]):
        cuts.append(((bottom - height // 4) % dark.shape[1], height // 2))
    crops = []
    for grey in pictures:
        band = np.asarray(cv2.remap(grey, xs, ys, cv2.INTER_CUBIC), dtype=np.uint8)
        for cut in cuts:
            strip = _opened(band, *cut)
            tight = strip[slice(*_text_rows(_opened(np.asarray(dark * 255, dtype=np.uint8), *cut) > 127))]
            for picked, squeeze in ((tight, 1.0), (tight, 0.8), (strip, 0.8), (strip, 0.62)):
                size = max(8, round(picked.shape[1] * squeeze)), picked.shape[0]
                crops.append(_bgr(np.asarray(cv2.resize(picked, size), dtype=np.uint8)))
    return readings_of(engine, crops)


def _text_rows(dark: npt.NDArray[np.bool_]) -> tuple[int, int]:
    """First and last + 1 row of a strip's characters, below the ring itself; the whole strip where they do not stand out."""
    height = dark.shape[0]
    rows = dark.mean(axis=1)
    ring = np.flatnonzero(rows[: height // 4] > 0.5)
    top = int(ring[-1]) + 1 if ring.size else 0
    text = np.flatnonzero(rows[top:] > 0.35 * float(np.percentile(rows[top:], 80))) + top
    margin = round(0.06 * height)
    if text.size == 0 or text[-1] - text[0] < 0.35 * height:
        return 0, height
    return max(top, int(text[0]) - margin), min(height, int(text[-1]) + 1 + margin)


def _band(frame: Frame, height: int) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32], int]:
    """Where in the picture each pixel of the unrolled band comes from, outermost on top, clockwise to the right; and the column that is
    lowest. Columns are equally far apart half way down the characters, whatever the curve."""
    turn = np.linspace(0, 2 * np.pi, 2880, endpoint=False)
    cos, sin = np.cos(frame.angle), np.sin(frame.angle)
    u, v = frame.a * _RIM * np.cos(turn), frame.b * _RIM * np.sin(turn)
    # The inward normal of the ellipse: characters stand on it, not on the radius.
    across = np.stack([-np.cos(turn) / frame.a, -np.sin(turn) / frame.b])
    across /= np.hypot(across[0], across[1])
    depth = _BAND * frame.radius
    middle = np.stack([u, v]) + across * depth * 0.55
    steps = np.hypot(*np.diff(np.concatenate([middle, middle[:, :1]], axis=1), axis=1))
    way = np.concatenate([[0.0], np.cumsum(steps)])
    length = max(16, round(way[-1] * height / depth))
    at = np.interp(np.linspace(0, way[-1], length, endpoint=False), way, np.concatenate([turn, [2 * np.pi]]))
    outer = np.stack([frame.a * _RIM * np.cos(at), frame.b * _RIM * np.sin(at)])
    inward = np.stack([-np.cos(at) / frame.a, -np.sin(at) / frame.b])
    inward /= np.hypot(inward[0], inward[1])
    down = np.linspace(0, depth, height)[:, None]
    us, vs = outer[0] + inward[0] * down, outer[1] + inward[1] * down
    xs, ys = frame.x + us * cos - vs * sin, frame.y + us * sin + vs * cos
    return xs.astype(np.float32), ys.astype(np.float32), int(np.argmax(ys[0]))


def _widest_gap(dark: npt.NDArray[np.bool_], height: int) -> tuple[int, int]:
    """First column and width of the longest stretch of the band without characters (the bottom, if the seal stands upright)."""
    length = dark.shape[1]
    # Digits stand close to the ring, and on oval seals words within reach of the band's inner edge.
    inner = dark[round(height * 0.48) : round(height * 0.75)].mean(axis=0)
    doubled = (np.concatenate([inner, inner]) > 0.05).astype(np.uint8)[None]
    smooth = cv2.morphologyEx(doubled, cv2.MORPH_OPEN, np.ones((1, max(2, length // 150)), np.uint8)).ravel()
    edges = np.flatnonzero(np.diff(np.concatenate([[1], smooth.astype(np.int8), [1]])))
    gaps = [(int(end - start), int(start)) for start, end in zip(edges[::2], edges[1::2], strict=False) if start < length]
    width, start = max(gaps, default=(0, length // 4))
    return start, min(width, length - 8)


def _within(column: int, start: int, width: int, length: int) -> bool:
    return (column - start) % length <= width


def _opened(band: Mask, start: int, width: int) -> Mask:
    """The band from the end of a gap to its beginning, with paper at both ends: characters at the very edge go unread."""
    height, length = band.shape
    margin = min(width // 4, height // 4)
    rolled = np.roll(band, -(start + width - margin) % length, axis=1)
    strip = rolled[round(height * 0.06) :, : length - width + 2 * margin]
    paper = int(np.percentile(strip, 90))
    return np.asarray(cv2.copyMakeBorder(strip, 0, 0, height // 3, height // 3, cv2.BORDER_CONSTANT, value=(paper,)), dtype=np.uint8)


def _square_readings(engine: Engine, pictures: Sequence[Mask], frame: Frame) -> list[Reading]:
    """Each picture's characters set side by side, taken in rows from the left and in columns from the right; the likelier order first."""
    orders: list[list[Image]] = [[], []]
    for grey in pictures:
        flat = _levelled(grey, frame)
        ink = ink_of(flat, contrast=25) > 0
        rows, columns = _spans(ink.mean(axis=1)), _spans(ink.mean(axis=0))
        cells = [[(row, column) for column in columns] for row in rows]
        filled = [[float(ink[slice(*row), slice(*column)].mean()) > _EMPTY for row, column in line] for line in cells]
        tiles = [[_tile(flat, row, column) for row, column in line] for line in cells]
        across = [tile for line, full in zip(tiles, filled, strict=True) for tile, there in zip(line, full, strict=True) if there]
        down = [tiles[row][column] for column in reversed(range(len(columns))) for row in range(len(rows)) if filled[row][column]]
        if not across:
            continue
        # The last line may be shorter: at its right end in rows, at the lower end of the leftmost column otherwise.
        in_columns = not filled[-1][0] or (all(filled[-1]) and frame.b > frame.a)
        for order, tiles_in_order in zip(orders, (down, across) if in_columns else (across, down), strict=True):
            order.append(_bgr(np.hstack(tiles_in_order)))
    likelier, other = readings_of(engine, orders[0]), readings_of(engine, orders[1])
    return [*likelier, *(reading._replace(score=reading.score * _DISPUTED) for reading in other)]


def _spans(inked: npt.NDArray[np.float64]) -> list[tuple[int, int]]:
    """Where the lines of a grid of equal characters lie along an axis: as many as leave the cuts between them emptiest."""
    there = np.flatnonzero(inked > 0.02)
    if there.size < 8:
        return [(0, len(inked))]
    low, high = int(there[0]), int(there[-1]) + 1
    best, lines = 0.0, 1
    for count in range(2, _MOST_LINES + 1):
        edges = low + (high - low) * np.arange(count + 1) / count
        slack = 0.12 * (high - low) / count
        valleys = [float(inked[int(edge - slack) : int(edge + slack) + 1].min()) for edge in edges[1:-1]]
        hills = [float(inked[int(left + 2 * slack) : int(right - 2 * slack) + 1].mean()) for left, right in pairwise(edges)]
        # Few lines have few valleys that chance can deepen; more lines explain more of the profile.
        standing_out = float(np.median(hills)) - float(np.mean(valleys)) - 0.5 * float(np.max(valleys))
        if standing_out > best:
            best, lines = standing_out, count
    edges = low + (high - low) * np.arange(lines + 1) / lines
    return [(int(left), int(right)) for left, right in pairwise(np.round(edges))]


def _tile(flat: Mask, row: tuple[int, int], column: tuple[int, int]) -> Mask:
    """One character's cell as a square of 56 pixels with a little room around it."""
    cell = cv2.resize(flat[slice(*row), slice(*column)], (48, 48), interpolation=cv2.INTER_CUBIC)
    paper = int(np.percentile(cell, 92))
    return np.asarray(cv2.copyMakeBorder(cell, 6, 6, 4, 4, cv2.BORDER_CONSTANT, value=(paper,)), dtype=np.uint8)


def _levelled(grey: Mask, frame: Frame) -> Mask:
    """The inside of a rectangle, level, without its frame, at least 40 pixels a character high."""
    scale = max(1.0, 240 / (2 * max(frame.a, frame.b)))
    width, height = round(2 * frame.a * scale), round(2 * frame.b * scale)
    cos, sin = np.cos(frame.angle) / scale, np.sin(frame.angle) / scale
    us, vs = np.meshgrid(np.arange(width) - width / 2, np.arange(height) - height / 2)
    xs, ys = frame.x + us * cos - vs * sin, frame.y + us * sin + vs * cos
    flat = cv2.remap(grey, xs.astype(np.float32), ys.astype(np.float32), cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    inset = round(0.035 * max(width, height)) + 1
    return np.ascontiguousarray(flat[inset:-inset, inset:-inset], dtype=np.uint8)
