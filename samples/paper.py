"""What scanners, copiers and telephones do to a page: a clean picture in, JPEG bytes with all their faults out.

Called by `inbox`. Every effect takes its chance from the generator handed in, so that a run can be repeated.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from samples.degradations.effects import Pixels, jpeg, noise, pixels_of, skewed, slow_light


def scan(page: Image.Image, kind: str, dpi: int, rng: np.random.Generator) -> bytes:
    """A page on the glass. `kind`: `clean` (colour scan), `grey` (grey scan), `copy` (scan of a copy), `faint` (toner at its end)."""
    pixels = pixels_of(page)
    pixels = skewed(pixels, float(rng.uniform(-1.5, 1.5)), (250.0, 250.0, 250.0))
    if kind == "clean":
        pixels = pixels * np.array([0.985, 0.98, 0.965], dtype=np.float32) * slow_light(pixels.shape, rng, 0.015)
        pixels = np.asarray(cv2.GaussianBlur(pixels, (0, 0), 0.45), dtype=np.float32) + noise(pixels.shape, rng, 2.2)
        return jpeg(pixels, int(rng.integers(44, 62)), dpi=dpi)
    grey = np.asarray(cv2.cvtColor(pixels.astype(np.uint8), cv2.COLOR_RGB2GRAY), dtype=np.float32)[:, :, None]
    if kind == "faint":
        grey = 255 - (255 - grey) * 0.62
    if kind == "copy":
        grey = np.asarray(cv2.GaussianBlur(grey, (0, 0), 0.8), dtype=np.float32)[:, :, None]
        grey = np.clip((grey - 70) * 1.45, 0, 255)
        specks = cv2.dilate((rng.random(grey.shape[:2]) > 0.99993).astype(np.uint8), np.ones((2, 2), np.uint8))
        grey = grey - specks[:, :, None] * 150
        edge = int(dpi * rng.uniform(0.03, 0.1))
        grey[:, :edge] = grey[:, :edge] * np.linspace(0.25, 1, edge, dtype=np.float32)[None, :, None]
    grey = grey * 0.97 * slow_light(grey.shape, rng, 0.02) + noise(grey.shape, rng, 2.6)
    return jpeg(np.asarray(np.repeat(grey, 3, axis=2)), int(rng.integers(42, 60)), grey=True, dpi=dpi)


_DESKS = ((152, 118, 84), (196, 190, 180), (92, 98, 108), (176, 148, 112), (214, 210, 202))


def _desk(width: int, height: int, rng: np.random.Generator) -> Pixels:
    colour = np.array(_DESKS[int(rng.integers(len(_DESKS)))], dtype=np.float32)
    streaks = cv2.resize(rng.normal(0, 1, (90, 5)).astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
    return np.asarray(colour[None, None, :] + streaks[:, :, None] * 4, dtype=np.float32)


def _turn(corners: npt.NDArray[Any], degrees: float) -> npt.NDArray[Any]:
    """Turn four corners around their middle."""
    radians = np.radians(degrees)
    middle = corners.mean(axis=0)
    turned = (corners - middle) @ np.array([[np.cos(radians), np.sin(radians)], [-np.sin(radians), np.cos(radians)]])
    return np.asarray(turned + middle)


def photograph(items: list[Image.Image], rng: np.random.Generator, width: int = 1800, tilt: float = 0.035) -> bytes:
    """A telephone's picture of `items` lying one below the other on a desk: perspective, shadow, uneven light. `width` in pixels."""
    gap = 0.05
    widest = max(item.width for item in items)
    scale = width * float(rng.uniform(0.8, 0.88)) / widest
    heights = [item.height * scale for item in items]
    height = int(sum(heights) + width * gap * (len(items) + 1) * 1.3)
    canvas = _desk(width, height, rng)
    top = width * gap * 1.3
    for item, item_height in zip(items, heights, strict=True):
        item_width = item.width * scale
        left = (width - item_width) / 2 + rng.uniform(-0.01, 0.01) * width
        corners = np.array([[left, top], [left + item_width, top], [left + item_width, top + item_height], [left, top + item_height]])
        corners = _turn(corners, float(rng.uniform(-2.5, 2.5)))
        corners = corners + rng.uniform(-tilt, tilt, corners.shape) * np.array([min(item_width, 900), min(item_height, 900)])
        corners = np.clip(corners, 2, [width - 3, height - 3]).astype(np.float32)
        source = np.array([[0, 0], [item.width, 0], [item.width, item.height], [0, item.height]], dtype=np.float32)
        matrix = cv2.getPerspectiveTransform(source, corners)
        picture = cv2.warpPerspective(np.asarray(item.convert("RGBA")), matrix, (width, height), flags=cv2.INTER_AREA)
        alpha = picture[:, :, 3:].astype(np.float32) / 255
        shadow = np.roll(cv2.GaussianBlur(alpha[:, :, 0], (0, 0), 9), (8, 6), axis=(0, 1))[:, :, None]
        canvas = np.asarray(canvas * (1 - 0.45 * shadow), dtype=np.float32)
        canvas = np.asarray(canvas * (1 - alpha) + picture[:, :, :3] * alpha, dtype=np.float32)
        top += item_height + width * gap * 1.3
    canvas = canvas * slow_light(canvas.shape, rng, 0.16) * np.array([1.0, 0.985, 0.955], dtype=np.float32)
    canvas = np.asarray(cv2.GaussianBlur(canvas.astype(np.float32), (0, 0), 0.8), dtype=np.float32) + noise(canvas.shape, rng, 2.0)
    return jpeg(canvas, int(rng.integers(46, 62)), dpi=72)


def photograph_page(page: Image.Image, rng: np.random.Generator, width: int) -> bytes:
    """A sheet photographed instead of scanned: little desk around it, strong fall-off of light."""
    return photograph([page], rng, width, tilt=0.02)
