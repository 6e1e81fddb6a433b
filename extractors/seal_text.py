"""What is written on a seal: its ring unrolled, or its square set in lines, and recognised several ways.

Comes in: the page's BGR image and the `Frame` of a seal on it. Goes out: the best reading and the other ones that differ; called by
`seal`. Ring text is easily misread, and each way of reading it errs elsewhere: whoever compares it with a name should look at all.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
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
_SQUEEZES = (1.0, 0.8, 0.62)  # seal characters stand apart: squeezed strips bring them together as in print
_ALTERNATIVES = 5
_LONGEST_LINES = 6  # rows or columns on a square seal
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
    ink = 255 - pictures[-1] if colour == "red" else ink_of(grey_of(picture))
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
    """Each picture's band cut open at its widest gap and, where print below a grey seal may fill that, at the bottom."""
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
            crops += [
                _bgr(np.asarray(cv2.resize(strip, (max(8, round(strip.shape[1] * squeeze)), strip.shape[0])))) for squeeze in _SQUEEZES
            ]
    return readings_of(engine, crops)


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
    # Digits stand close to the ring, so the gap is looked for in the inner part of the band.
    inner = dark[round(height * 0.42) : round(height * 0.85)].mean(axis=0)
    doubled = (np.concatenate([inner, inner]) > 0.05).astype(np.uint8)[None]
    smooth = cv2.morphologyEx(doubled, cv2.MORPH_OPEN, np.ones((1, max(2, length // 150)), np.uint8)).ravel()
    edges = np.flatnonzero(np.diff(np.concatenate([[1], smooth.astype(np.int8), [1]])))
    gaps = [(int(end - start), int(start)) for start, end in zip(edges[::2], edges[1::2], strict=False) if start < length]
    width, start = max(gaps, default=(0, length // 4))
    return start, min(width, length - 8)


def _within(column: int, start: int, width: int, length: int) -> bool:
    return (column - start) % length <= width


def _opened(band: Mask, start: int, width: int) -> Mask:
    """The band from the end of a gap to its beginning, with a little of the gap on both sides."""
    height, length = band.shape
    margin = min(width // 4, height // 3)
    rolled = np.roll(band, -(start + width - margin) % length, axis=1)
    return np.asarray(rolled[round(height * 0.06) :, : length - width + 2 * margin], dtype=np.uint8)


def _square_readings(engine: Engine, pictures: Sequence[Mask], frame: Frame) -> list[Reading]:
    """Each picture read in rows, and in columns from right to left, whose characters are set side by side first."""
    found = []
    for grey in pictures:
        flat = _levelled(grey, frame)
        ink = ink_of(flat, contrast=25) > 0
        rows, columns = _stretches(ink.mean(axis=1)), _stretches(ink.mean(axis=0))
        if not (1 <= len(rows) <= 2 * _LONGEST_LINES and 1 <= len(columns) <= 2 * _LONGEST_LINES):
            continue
        if len(rows) <= _LONGEST_LINES:
            found.append(_joined(readings_of(engine, [_bgr(_cut(flat, top, bottom, axis=0)) for top, bottom in rows])))
        if len(columns) <= _LONGEST_LINES:
            found.append(_joined(readings_of(engine, [_bgr(_laid(_cut(flat, *column, axis=1))) for column in reversed(columns)])))
    return found


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


def _stretches(inked: npt.NDArray[np.float64]) -> list[tuple[int, int]]:
    """Where ink lies along an axis, as (first, last + 1); stretches much narrower than the others are parts of characters."""
    flags = inked > 0.02
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(np.int8), [0]])))
    found = list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))
    widest = max((end - start for start, end in found), default=0)
    return [(start, end) for start, end in found if end - start >= 0.35 * widest]


def _cut(flat: Mask, start: int, end: int, axis: int) -> Mask:
    margin = max(2, round(0.08 * (end - start)))
    low, high = max(0, start - margin), end + margin
    return np.ascontiguousarray(flat[low:high] if axis == 0 else flat[:, low:high], dtype=np.uint8)


def _laid(column: Mask) -> Mask:
    """A column's characters side by side; each as wide as the column."""
    stretches = _stretches((ink_of(column, contrast=25) > 0).mean(axis=1)) or [(0, column.shape[0])]
    width = column.shape[1]
    tiles = []
    for start, end in stretches:
        for piece in np.array_split(np.arange(start, end), max(1, round((end - start) / width))):
            tile = column[max(0, int(piece[0]) - 2) : int(piece[-1]) + 3]
            tiles.append(cv2.resize(tile, (width, max(8, width)), interpolation=cv2.INTER_CUBIC))
    return np.ascontiguousarray(np.hstack(tiles), dtype=np.uint8)


def _joined(parts: Sequence[Reading]) -> Reading:
    read = [part for part in parts if part.text]
    if not read:
        return NOTHING
    length = sum(len(part.text) for part in read)
    score = sum(part.score * len(part.text) for part in read) / length
    return Reading("".join(part.text for part in read), score, min(part.least for part in read))
