"""Seals as organisations really have them: round, oval or square, well or badly inked; a name and a look in, a transparent picture out.

Called by the population's forms and certificates. `seals.round_seal` stays the one of the shipped sample.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from samples.fonts import face_for

_INKS = {"red": ((206, 28, 36), (188, 20, 40), (222, 48, 40), (196, 36, 60)), "blue": ((40, 62, 150),), "grey": ((70, 70, 74),)}
# Real sizes in millimetres: width, height.
_SIZES = {"round": ((38, 38), (42, 42), (45, 45)), "oval": ((45, 30), (50, 34)), "square": ((36, 36), (40, 40), (32, 32))}
_DRAWN = 640  # pixels across, before it is brought to size


@dataclass(frozen=True)
class SealLook:
    """How a seal looks. `shape`: round, oval, square; `colour`: red, blue, grey; `wear`: 0 well inked to 1 badly smudged."""

    shape: str
    colour: str
    wear: float
    size: tuple[int, int]
    code: bool = False


def draw_look(rng: np.random.Generator, plain: float = 0.82) -> SealLook:
    """A look by chance: mostly a red round seal; `plain` is the share of round ones."""
    shape = "round" if rng.random() < plain else "oval" if rng.random() < 0.55 else "square"
    sizes = _SIZES[shape]
    wear = float(rng.uniform(0, 0.35)) if rng.random() < 0.8 else float(rng.uniform(0.4, 0.8))
    return SealLook(shape, "red", wear, sizes[int(rng.integers(len(sizes)))], bool(rng.random() < 0.3))


def _star(draw: ImageDraw.ImageDraw, x: float, y: float, radius: float) -> None:
    points = []
    for step in range(10):
        reach, angle = radius if step % 2 == 0 else radius * 0.382, math.radians(-90 + step * 36)
        points.append((x + reach * math.cos(angle), y + reach * math.sin(angle)))
    draw.polygon(points, fill=255)


def _put(mask: Image.Image, char: str, at: tuple[float, float], size: int, degrees: float, narrow: float) -> None:
    glyph = Image.new("L", (size * 2, size * 2), 0)
    ImageDraw.Draw(glyph).text((size, size), char, fill=255, font=face_for(char, "song_bold", size), anchor="mm")
    glyph = glyph.resize((max(2, int(size * 2 * narrow)), size * 2)).rotate(degrees, expand=True, resample=Image.Resampling.BICUBIC)
    mask.paste(255, (int(at[0] - glyph.width / 2), int(at[1] - glyph.height / 2)), glyph)


def _along(mask: Image.Image, text: str, axes: tuple[float, float], span: float, size: int, below: bool = False) -> None:
    """Set `text` evenly along an ellipse around the middle, `span` degrees wide on top (or below, read from left to right)."""
    middle = (mask.width / 2, mask.height / 2)
    angles = np.radians(np.linspace(-span / 2, span / 2, 721))
    xs, ys = axes[0] * np.sin(angles), -axes[1] * np.cos(angles)
    lengths = np.concatenate([[0], np.cumsum(np.hypot(np.diff(xs), np.diff(ys)))])
    places = np.linspace(0, lengths[-1], len(text)) if len(text) > 1 else np.array([lengths[-1] / 2])
    narrow = min(0.82, lengths[-1] / max(len(text) - 1, 1) / size * 1.02)
    for char, place in zip(text, places, strict=True):
        angle = float(np.interp(place, lengths, angles))
        x, y = axes[0] * math.sin(angle), -axes[1] * math.cos(angle)
        normal = math.degrees(math.atan2(x / axes[0] ** 2, -y / axes[1] ** 2))
        at = (middle[0] + x, middle[1] + (-y if below else y))
        _put(mask, char, at, size, normal if below else -normal, narrow)


def _round_mask(name: str, code: str) -> Image.Image:
    mask = Image.new("L", (_DRAWN, _DRAWN), 0)
    draw = ImageDraw.Draw(mask)
    draw.ellipse((8, 8, _DRAWN - 9, _DRAWN - 9), outline=255, width=16)
    _star(draw, _DRAWN / 2, _DRAWN / 2, 96)
    size = 80 if len(name) <= 12 else 70 if len(name) <= 17 else 58
    reach = _DRAWN / 2 - 30 - size / 2
    _along(mask, name, (reach, reach), min(282.0, 21.0 * len(name) + 8), size)
    if code and len(name) <= 12:
        _along(mask, code, (_DRAWN / 2 - 42, _DRAWN / 2 - 42), 62, 26, below=True)
    return mask


def _oval_mask(name: str, code: str) -> Image.Image:
    height = _DRAWN * 2 // 3
    mask = Image.new("L", (_DRAWN, height), 0)
    draw = ImageDraw.Draw(mask)
    draw.ellipse((6, 6, _DRAWN - 7, height - 7), outline=255, width=13)
    size = 66 if len(name) <= 12 else 58 if len(name) <= 17 else 50
    _along(mask, name, (_DRAWN / 2 - 24 - size / 2, height / 2 - 22 - size / 2), min(250.0, 17.0 * len(name) + 20), size)
    _star(draw, _DRAWN / 2, height / 2 + 4, 50)
    if code:
        _along(mask, code, (_DRAWN / 2 - 36, height / 2 - 34), 50, 24, below=True)
    return mask


def _square_mask(name: str) -> Image.Image:
    """The name in two to five rows inside a frame."""
    mask = Image.new("L", (_DRAWN, _DRAWN), 0)
    draw = ImageDraw.Draw(mask)
    draw.rectangle((10, 10, _DRAWN - 11, _DRAWN - 11), outline=255, width=20)
    rows = max(2, round(math.sqrt(len(name) / 1.6)))
    length = math.ceil(len(name) / rows)
    rows = math.ceil(len(name) / length)
    width, height = (_DRAWN - 76) / length, (_DRAWN - 76) / rows
    size = int(min(height * 0.94, width * 1.2))
    for index, char in enumerate(name):
        row, column = divmod(index, length)
        count = min(length, len(name) - row * length)
        x = _DRAWN / 2 + (column - (count - 1) / 2) * width
        _put(mask, char, (x, 38 + height * (row + 0.5)), size, 0, min(1.0, width * 0.98 / size))
    return mask


def _inked(mask: Image.Image, look: SealLook, rng: np.random.Generator) -> npt.NDArray[np.float32]:
    """What the stamp pad leaves: uneven pressure, grain, at worst a side missing or the whole slipped."""
    ink = np.asarray(mask, dtype=np.float32) / 255
    shape = ink.shape
    patches = cv2.GaussianBlur(rng.normal(0, 1, shape).astype(np.float32), (0, 0), 14)
    patches = patches / (np.abs(patches).max() + 1e-6)
    side = cv2.resize(rng.uniform(-1, 1, (2, 2)).astype(np.float32), (shape[1], shape[0]), interpolation=cv2.INTER_LINEAR)
    pressure = 0.9 - 0.28 * look.wear + 0.3 * patches + 0.35 * look.wear * side - 0.25 * (rng.random(shape) > 0.94 - 0.2 * look.wear)
    ink = ink * np.clip(pressure, 0.12, 1).astype(np.float32)
    if look.wear > 0.55:
        slip = int(rng.integers(3, 8))
        ink = np.maximum(ink, 0.5 * np.roll(ink, (slip, -slip), axis=(0, 1)))
    return np.asarray(cv2.GaussianBlur(ink, (0, 0), 0.6 + 1.2 * look.wear), dtype=np.float32)


def draw_seal(name: str, look: SealLook, dpi: float, rng: np.random.Generator) -> Image.Image:
    """The impression at `dpi` pixels an inch: RGBA, turned a little as a hand does."""
    code = "".join(str(rng.integers(10)) for _ in range(13)) if look.code else ""
    mask = _square_mask(name) if look.shape == "square" else (_oval_mask if look.shape == "oval" else _round_mask)(name, code)
    inks = _INKS[look.colour]
    colour = inks[int(rng.integers(len(inks)))]
    alpha = Image.fromarray((np.clip(_inked(mask, look, rng), 0, 1) * 235).astype(np.uint8))
    seal = Image.merge("RGBA", [*(Image.new("L", mask.size, part) for part in colour), alpha])
    size = (max(8, int(look.size[0] / 25.4 * dpi)), max(8, int(look.size[1] / 25.4 * dpi)))
    # Twice the size until it is turned: the letters stay sharp at 300 dpi too.
    seal = seal.rotate(float(rng.normal(0, 7)), expand=True, resample=Image.Resampling.BICUBIC)
    scale = size[0] / mask.width
    return seal.resize((max(8, int(seal.width * scale)), max(8, int(seal.height * scale))), Image.Resampling.LANCZOS)
