"""Seals of every kind: a name and a shape in, a transparent picture of the imprint out, as good or as bad as seals come.

Called by whatever draws paper for measuring the reading of seals. `seals.round_seal` stays as it is for the shipped material. Sizes of
seals are those of the State Council's rules for public seals (国发〔1999〕25号) and of the invoice seal: `MILLIMETRES`.
"""

from __future__ import annotations

import math
from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from samples.fonts import face_for

Shape = Literal["round", "oval", "square"]
Ink = npt.NDArray[np.float32]  # (height, width), 0 no ink to 1 full ink

RED = (206, 28, 36)
BLACK = (38, 38, 40)
# Longer side on paper.
MILLIMETRES: dict[Shape, tuple[float, float]] = {"round": (36.0, 45.0), "oval": (40.0, 48.0), "square": (20.0, 34.0)}
_CANVAS = 720  # pixels of the longer side while drawing


def draw_seal(
    name: str,
    shape: Shape,
    rng: np.random.Generator,
    colour: tuple[int, int, int] = RED,
    *,
    longest: int = 330,
    style: str = "song_bold",
    purpose: str = "",
    number: str = "",
    wear: float = 0.2,
    smudge: float = 0.0,
    missing: float = 0.0,
    turn: float = 14.0,
) -> Image.Image:
    """The imprint of a seal, RGBA, its longer side about `longest` pixels.

    `purpose` (合同专用章) stands below the middle, `number` along the lower edge. `wear` 0-1: how much the ink is blotched and broken;
    `smudge` 0-1: how far the stamp slid (1: 2 % of its size); `missing` 0-1: the share of the imprint that did not touch the paper, on one
    side; `turn`: the largest angle, in degrees, by which it stands askew.
    """
    mask = {"round": _round, "oval": _oval, "square": _square}[shape](name, style, purpose, number, rng)
    ink = np.asarray(np.asarray(mask, dtype=np.float32) / 255, dtype=np.float32)
    ink = _smeared(_worn(_pressed(ink, missing, rng), wear, rng), smudge, rng)
    alpha = Image.fromarray((np.clip(ink, 0, 1) * 255).astype(np.uint8))
    seal = Image.merge("RGBA", [*(Image.new("L", alpha.size, part) for part in colour), alpha])
    seal = seal.rotate(float(rng.uniform(-turn, turn)), expand=True, resample=Image.Resampling.BICUBIC)
    scale = longest / _CANVAS
    return seal.resize((max(1, round(seal.width * scale)), max(1, round(seal.height * scale))), Image.Resampling.LANCZOS)


def _glyph(char: str, style: str, width: float, height: float) -> Image.Image:
    """One character squeezed or stretched to a box, its ink white on black."""
    size = 96
    picture = Image.new("L", (size * 2, size * 2), 0)
    ImageDraw.Draw(picture).text((size, size), char, fill=255, font=face_for(char, style, size), anchor="mm")
    square = picture.crop((size // 2, size // 2, size * 3 // 2, size * 3 // 2))
    return square.resize((max(1, round(width)), max(1, round(height))), Image.Resampling.LANCZOS)


def _set(mask: Image.Image, glyph: Image.Image, x: float, y: float, turn: float) -> None:
    turned = glyph.rotate(turn, expand=True, resample=Image.Resampling.BICUBIC)
    mask.paste(255, (round(x - turned.width / 2), round(y - turned.height / 2)), turned)


def _along_ellipse(mask: Image.Image, text: str, style: str, axes: tuple[float, float], span: float, glyph: tuple[float, float]) -> None:
    """Set `text` clockwise along the upper arc of an ellipse (half axes), `span` degrees wide, at equal distances, feet inwards."""
    centre = mask.width / 2, mask.height / 2
    fine = np.radians(np.linspace(-span / 2, span / 2, 2000))
    xs, ys = axes[0] * np.sin(fine), -axes[1] * np.cos(fine)
    way = np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(xs), np.diff(ys)))])
    for index, char in enumerate(text):
        at = way[-1] * (index / max(len(text) - 1, 1))
        angle = float(np.interp(at, way, fine))
        # The normal of the ellipse, not its radius, is upright for the character.
        normal = math.degrees(math.atan2(math.sin(angle) / axes[0], math.cos(angle) / axes[1]))
        x, y = centre[0] + axes[0] * math.sin(angle), centre[1] - axes[1] * math.cos(angle)
        _set(mask, _glyph(char, style, *glyph), x, y, -normal)


def _below(mask: Image.Image, number: str, axes: tuple[float, float]) -> None:
    """The registration number, counter-clockwise along the lower edge."""
    for index, digit in enumerate(number):
        angle = math.radians(-(len(number) - 1) * 2.1 + index * 4.2)
        x, y = mask.width / 2 + axes[0] * math.sin(angle), mask.height / 2 + axes[1] * math.cos(angle)
        _set(mask, _glyph(digit, "hei", 30, 34), x, y, math.degrees(angle))


def _line(mask: Image.Image, text: str, style: str, y: float, widest: float, height: float) -> None:
    step = min(height, widest / max(len(text), 1))
    for index, char in enumerate(text):
        _set(mask, _glyph(char, style, step * 0.96, height), mask.width / 2 + (index - (len(text) - 1) / 2) * step, y, 0)


def _round(name: str, style: str, purpose: str, number: str, rng: np.random.Generator) -> Image.Image:
    mask = Image.new("L", (_CANVAS, _CANVAS), 0)
    draw = ImageDraw.Draw(mask)
    draw.ellipse((6, 6, _CANVAS - 7, _CANVAS - 7), outline=255, width=int(rng.integers(12, 21)))
    if rng.random() < 0.2:  # seals of companies with foreign capital have a second, thin line
        draw.ellipse((28, 28, _CANVAS - 29, _CANVAS - 29), outline=255, width=4)
    star = [
        (
            _CANVAS / 2 + 100 * (1 if step % 2 == 0 else 0.382) * math.sin(math.radians(step * 36)),
            _CANVAS / 2 - 100 * (1 if step % 2 == 0 else 0.382) * math.cos(math.radians(step * 36)),
        )
        for step in range(10)
    ]
    draw.polygon(star, fill=255)
    high = 92 if len(name) <= 14 else 84 if len(name) <= 18 else 74
    span = min(286.0, 20.0 * len(name) + 14)
    radius = _CANVAS / 2 - 46 - high / 2
    wide = min(high * 0.86, 0.94 * radius * math.radians(span) / max(len(name) - 1, 1))
    _along_ellipse(mask, name, style, (radius, radius), span, (wide, high))
    _line(mask, purpose, style, _CANVAS * 0.7, 330, 62)
    _below(mask, number, (_CANVAS / 2 - 52, _CANVAS / 2 - 52))
    return mask


def _oval(name: str, style: str, purpose: str, number: str, rng: np.random.Generator) -> Image.Image:
    height = int(_CANVAS * rng.uniform(0.66, 0.76))
    mask = Image.new("L", (_CANVAS, height), 0)
    ImageDraw.Draw(mask).ellipse((6, 6, _CANVAS - 7, height - 7), outline=255, width=int(rng.integers(10, 18)))
    high = 82 if len(name) <= 14 else 72 if len(name) <= 18 else 62
    span = min(270.0, 17.0 * len(name) + 20)
    axes = _CANVAS / 2 - 40 - high / 2, height / 2 - 40 - high / 2
    around = math.pi * (axes[0] + axes[1]) * span / 360
    wide = min(high * 0.86, 0.92 * around / max(len(name) - 1, 1))
    _along_ellipse(mask, name, style, axes, span, (wide, high))
    _line(mask, number, "hei", height * 0.52, _CANVAS * 0.5, 50)
    _line(mask, purpose, style, height * 0.74, _CANVAS * 0.46, 58)
    return mask


def _square(name: str, style: str, purpose: str, number: str, rng: np.random.Generator) -> Image.Image:
    """Two to four columns from right to left, or rows from left to right, as large as the frame allows; without number."""
    text = name + purpose
    rows = bool(rng.random() < 0.5)
    lines = 2 if len(text) <= 8 else 3 if len(text) <= 15 else 4
    each = math.ceil(len(text) / lines)
    shorter = int(_CANVAS * max(0.55, min(1.0, 1.1 * lines / each)))
    width, height = (_CANVAS, shorter) if rows else (shorter, _CANVAS)
    mask = Image.new("L", (width, height), 0)
    stroke = int(rng.integers(12, 22))
    ImageDraw.Draw(mask).rectangle((6, 6, width - 7, height - 7), outline=255, width=stroke)
    inner = width - 2 * (stroke + 22), height - 2 * (stroke + 22)
    cell = (inner[0] / each, inner[1] / lines) if rows else (inner[0] / lines, inner[1] / each)
    for index, char in enumerate(text):
        line, place = divmod(index, each)
        column, row = (place, line) if rows else (lines - 1 - line, place)
        x, y = stroke + 22 + (column + 0.5) * cell[0], stroke + 22 + (row + 0.5) * cell[1]
        _set(mask, _glyph(char, style, cell[0] * 0.92, cell[1] * 0.92), x, y, 0)
    return mask


def _pressed(ink: Ink, missing: float, rng: np.random.Generator) -> Ink:
    """The stamp held at a slant: on one side it hardly touches the paper."""
    if missing <= 0:
        return ink
    height, width = ink.shape
    angle = rng.uniform(0, 2 * np.pi)
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    along = (xs / width - 0.5) * np.cos(angle) + (ys / height - 0.5) * np.sin(angle)
    edge = float(np.quantile(along, 1 - missing))
    return np.asarray(ink * np.clip((edge - along) / 0.06, 0, 1), dtype=np.float32)


def _worn(ink: Ink, wear: float, rng: np.random.Generator) -> Ink:
    """Uneven pad, grain of the paper, and where `wear` is high, strokes that filled up or broke off."""
    noise = rng.normal(0, 1, ink.shape).astype(np.float32)
    patches = cv2.GaussianBlur(noise, (0, 0), 16)
    patches = patches / (np.abs(patches).max() + 1e-6)
    if wear > 0.5:
        filled = cv2.MORPH_DILATE if rng.random() < 0.5 else cv2.MORPH_ERODE
        ink = np.asarray(cv2.morphologyEx(ink, filled, np.ones((3, 3), np.uint8)), dtype=np.float32)
    strength = 0.92 - 0.3 * wear
    holes = cv2.GaussianBlur(rng.normal(0, 1, ink.shape).astype(np.float32), (0, 0), 3)
    broken = np.clip((holes / (holes.std() + 1e-6) + 2.6 - 1.6 * wear) / 0.8, 0, 1)
    return np.asarray(ink * np.clip(strength + (0.15 + 0.5 * wear) * patches, 0.08, 1) * broken, dtype=np.float32)


def _smeared(ink: Ink, smudge: float, rng: np.random.Generator) -> Ink:
    """The stamp slid while it touched the paper."""
    way = round(smudge * 0.02 * _CANVAS)
    if way < 1:
        return ink
    kernel = np.zeros((2 * way + 1, 2 * way + 1), np.float32)
    angle = rng.uniform(0, np.pi)
    end = round(way * math.cos(angle)), round(way * math.sin(angle))
    cv2.line(kernel, (way - end[0], way - end[1]), (way + end[0], way + end[1]), (1.0,))
    return np.asarray(np.maximum(ink * 0.7, cv2.filter2D(ink, -1, kernel / kernel.sum())), dtype=np.float32)
