"""Pictures for the tests of the paper readers: sources opened, small pages drawn.

Called by those tests. Drawn pages hold lines and shapes only, so that no font is needed.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from extractors.raster import Image


def opened(path: Path, quarter_turns: int = 0) -> Image:
    """A picture as BGR, turned counter-clockwise by quarter turns."""
    image = cv2.imread(str(path), cv2.IMREAD_COLOR)
    assert image is not None, path
    return np.ascontiguousarray(np.rot90(image, quarter_turns), dtype=np.uint8)


def sheet(height: int = 1000, width: int = 800) -> Image:
    """An empty light grey sheet."""
    return np.full((height, width, 3), 240, dtype=np.uint8)


def ruled(image: Image, lines: list[tuple[int, int, int, int]], thickness: int = 2, grey: int = 40) -> Image:
    """Draw rulings (x0, y0, x1, y1)."""
    for x0, y0, x1, y1 in lines:
        cv2.line(image, (x0, y0), (x1, y1), (grey, grey, grey), thickness)
    return image


def noisy(image: Image, sigma: float = 6.0, seed: int = 1) -> Image:
    """Scanner noise added."""
    noise = np.random.default_rng(seed).normal(0, sigma, image.shape)
    return np.clip(image.astype(np.float64) + noise, 0, 255).astype(np.uint8)
