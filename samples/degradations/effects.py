"""What glass, toner and light do to a whole picture: elementary effects, each with its chance from the generator handed in.

Called by the other modules of this package and by `samples.paper`. Pictures are float32, 0-255, (height, width, 3) RGB or (height, width).
"""

from __future__ import annotations

import io
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

Pixels = npt.NDArray[np.float32]
Chance = np.random.Generator


def pixels_of(image: Image.Image) -> Pixels:
    """A Pillow picture as RGB numbers."""
    return np.asarray(image.convert("RGB"), dtype=np.float32)


def jpeg(pixels: npt.NDArray[Any], quality: int, grey: bool = False, dpi: int = 150) -> bytes:
    """Encode pixel values 0-255 as JPEG, without a time stamp, so that equal pixels give equal bytes."""
    image = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
    buffer = io.BytesIO()
    (image.convert("L") if grey else image).save(buffer, "JPEG", quality=quality, dpi=(dpi, dpi), optimize=True)
    return buffer.getvalue()


def skewed(pixels: Pixels, degrees: float, background: tuple[float, float, float]) -> Pixels:
    """Turned by `degrees` counter-clockwise about the middle, same size, the corners filled with `background`."""
    height, width = pixels.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    turned = cv2.warpAffine(pixels, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=background)
    return np.asarray(turned, dtype=np.float32)


def slow_light(shape: tuple[int, ...], rng: Chance, depth: float) -> Pixels:
    """Uneven light: a smooth field around 1, at most `depth` away from it; (height, width, 1)."""
    coarse = rng.uniform(-1, 1, (4, 4)).astype(np.float32)
    field = cv2.resize(coarse, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC)
    field = np.clip(field, -1, 1) * depth + 1
    return np.asarray(field[:, :, None], dtype=np.float32)


def noise(shape: tuple[int, ...], rng: Chance, sigma: float) -> Pixels:
    """The sensor's grain, a little soft; (height, width, 1)."""
    grain = rng.normal(0, sigma, shape[:2]).astype(np.float32)
    return np.asarray(cv2.GaussianBlur(grain, (0, 0), 0.7)[:, :, None] * 1.6, dtype=np.float32)


def blurred(pixels: Pixels, sigma: float) -> Pixels:
    """Out of focus by `sigma` pixels."""
    return np.asarray(cv2.GaussianBlur(pixels, (0, 0), sigma), dtype=np.float32)


def greyed(pixels: Pixels) -> Pixels:
    """Without colour, as a black-and-white drum sees it: red is nearly black to it; (height, width)."""
    return np.asarray(pixels @ np.array([0.2, 0.62, 0.18], dtype=np.float32), dtype=np.float32)


def coloured(grey: Pixels) -> Pixels:
    """A grey picture as three equal channels."""
    return np.asarray(np.repeat(grey[:, :, None], 3, axis=2), dtype=np.float32)


def resampled(pixels: Pixels, scale: float) -> Pixels:
    """Enlarged or reduced, averaging where reduced."""
    size = max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR), dtype=np.float32)


def patches(shape: tuple[int, ...], rng: Chance, size: float) -> Pixels:
    """A random field of patches about `size` pixels wide, mean 0, deviation 1; (height, width)."""
    rows, columns = max(3, round(shape[0] / size)), max(3, round(shape[1] / size))
    coarse = rng.normal(0, 1, (rows, columns)).astype(np.float32)
    field = cv2.resize(coarse, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC)
    return np.asarray((field - field.mean()) / (field.std() + 1e-6), dtype=np.float32)


def speckled(grey: Pixels, rng: Chance, share: float, size: int) -> Pixels:
    """Grains of toner on the paper and, half as many, missing from the print: `share` of all pixels, up to `size` pixels wide."""
    result = grey.copy()
    for amount, sign in ((share, -1.0), (share / 2, 1.0)):
        seeds = (rng.random(grey.shape) < amount).astype(np.float32) * rng.uniform(80, 210, grey.shape).astype(np.float32)
        kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
        grains = cv2.dilate(seeds, kernel) if size > 1 else seeds
        result = np.asarray(result + sign * grains, dtype=np.float32)
    return np.asarray(np.clip(result, 0, 255), dtype=np.float32)


def copied(grey: Pixels, rng: Chance, dpi: int, strength: float) -> tuple[Pixels, float]:
    """Once through a photocopier: softer, harder in contrast, a little larger or smaller, speckled, the lid's shadow along an edge.

    With the picture, by how many degrees clockwise it came out askew.
    """
    height, width = grey.shape
    scale, askew = float(rng.uniform(0.975, 1.01)), float(rng.normal(0, 0.25))
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -askew, scale)
    grey = np.asarray(cv2.warpAffine(grey, matrix, (width, height), borderMode=cv2.BORDER_CONSTANT, borderValue=(252.0,)), dtype=np.float32)
    grey = blurred(grey, dpi / 200 * (0.55 + 0.35 * strength))
    # The charge of the drum differs from place to place: thin pale strokes sink into the paper here and grow fat there.
    level = float(rng.uniform(150, 185)) + 9 * patches(grey.shape, rng, dpi * 1.5)
    grey = np.asarray(np.clip((grey - level) * (1.25 + 0.6 * strength) + level, 0, 255), dtype=np.float32)
    grey = speckled(grey, rng, float(rng.uniform(2e-5, 1.6e-4)) * (0.5 + strength), max(1, round(dpi / 110)))
    edge = max(2, int(dpi * rng.uniform(0.02, 0.14)))
    if rng.random() < 0.6:
        side = int(rng.integers(4))
        ramp = np.linspace(rng.uniform(0.1, 0.4), 1, edge, dtype=np.float32)
        turned = np.rot90(grey, side)
        turned[:, :edge] *= ramp[None, :]
    return grey, askew


def faded(grey: Pixels, rng: Chance) -> tuple[Pixels, float]:
    """Toner at its end: pale print, paler stripes along the paper's way, crumbling strokes; with the share of ink that is left."""
    left = float(rng.uniform(0.34, 0.6))
    stripes = np.ones(grey.shape[1], dtype=np.float32)
    for _ in range(int(rng.integers(2, 7))):
        centre, reach = rng.uniform(0, grey.shape[1]), rng.uniform(0.004, 0.035) * grey.shape[1]
        stripes -= np.exp(-(((np.arange(grey.shape[1]) - centre) / reach) ** 2)).astype(np.float32) * float(rng.uniform(0.2, 0.55))
    crumbs = 1 - 0.22 * np.clip(patches(grey.shape, rng, 2.5), 0, 2.5)
    ink = (255 - grey) * left * np.clip(stripes, 0.25, 1)[None, :] * crumbs
    return np.asarray(255 - ink, dtype=np.float32), left


def one_bit(grey: Pixels, rng: Chance) -> Pixels:
    """Black or white, as a fax machine decides it: an uneven threshold, ragged edges, lines of the picture lost or sent twice."""
    level = float(rng.uniform(140, 190)) + 6 * patches(grey.shape, rng, 300)
    grain = blurred(rng.normal(0, 1, grey.shape).astype(np.float32), 0.6)
    black = grey + grain * float(rng.uniform(16, 30)) < level
    result = np.where(black, 0, 255).astype(np.float32)
    flips = rng.random(grey.shape)
    result[flips < 1.2e-4] = 0
    height = grey.shape[0]
    for _ in range(int(rng.poisson(3))):
        row, count = int(rng.integers(height)), int(rng.integers(1, 4))
        start = 0 if rng.random() < 0.5 else int(rng.integers(grey.shape[1]))
        if rng.random() < 0.6:
            result[row : row + count, start:] = 255
        else:
            result[row : row + count, start:] = result[max(0, row - count) : max(0, row - count) + 1, start:]
    return result
