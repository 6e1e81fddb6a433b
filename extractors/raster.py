"""Pixels: the image type of the paper readers, rectangles in it, and the ink on it.

Comes in: BGR or grey images (numpy, uint8, origin top left). Goes out: rectangles in pixels, ink masks. Called by every module that
looks at pictures; nothing here recognises anything.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from schemas.layout import Box

Image = npt.NDArray[np.uint8]  # (height, width, 3) BGR
Grey = npt.NDArray[np.uint8]  # (height, width)
Mask = npt.NDArray[np.uint8]  # (height, width), 0 or 255


class Rectangle(NamedTuple):
    """An axis-aligned rectangle in pixels, right and bottom edges excluded."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def width(self) -> float:
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        return self.y1 - self.y0

    @property
    def centre(self) -> tuple[float, float]:
        return (self.x0 + self.x1) / 2, (self.y0 + self.y1) / 2

    @property
    def area(self) -> float:
        return max(0.0, self.width) * max(0.0, self.height)

    def overlap(self, other: Rectangle) -> Rectangle:
        """The common part; its width or height is negative where there is none."""
        return Rectangle(max(self.x0, other.x0), max(self.y0, other.y0), min(self.x1, other.x1), min(self.y1, other.y1))

    def union(self, other: Rectangle) -> Rectangle:
        return Rectangle(min(self.x0, other.x0), min(self.y0, other.y0), max(self.x1, other.x1), max(self.y1, other.y1))

    def grown(self, pixels: float) -> Rectangle:
        return Rectangle(self.x0 - pixels, self.y0 - pixels, self.x1 + pixels, self.y1 + pixels)

    def holds(self, point: tuple[float, float]) -> bool:
        return self.x0 <= point[0] < self.x1 and self.y0 <= point[1] < self.y1

    def cut(self, image: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
        """The part of an image below this rectangle (a view; empty where they do not meet)."""
        height, width = image.shape[:2]
        x0, x1 = (int(np.clip(round(x), 0, width)) for x in (self.x0, self.x1))
        y0, y1 = (int(np.clip(round(y), 0, height)) for y in (self.y0, self.y1))
        return image[y0:y1, x0:x1]

    def fraction(self, shape: tuple[int, ...]) -> Box:
        """This rectangle as page fractions, `shape` being the image's (height, width, …); clipped to the page, six decimals."""
        height, width = shape[:2]
        x0, x1 = (round(float(np.clip(x / width, 0.0, 1.0)), 6) for x in (self.x0, self.x1))
        y0, y1 = (round(float(np.clip(y / height, 0.0, 1.0)), 6) for y in (self.y0, self.y1))
        return Box(x0=x0, y0=y0, x1=x1, y1=y1)


def grey_of(image: Image) -> Grey:
    """The grey picture in which red ink stays visible."""
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), dtype=np.uint8)


def ink_of(grey: Grey, contrast: int = 14) -> Mask:
    """255 where a pixel is darker than its neighbourhood by `contrast` grey levels at least; even across shadows and grey paper."""
    block = max(15, min(grey.shape) // 40) | 1
    return np.asarray(cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, block, contrast), dtype=np.uint8)


def dark_of(grey: Grey, share: float = 0.15) -> Mask:
    """255 where a pixel is darker than the paper around it by `share` of the paper's lightness.

    Weaker than `ink_of` and noisier, but text beside a thin line does not hide it: that darkens the neighbourhood, not the paper.
    """
    height, width = grey.shape
    small = cv2.resize(grey, (max(1, width // 4), max(1, height // 4)), interpolation=cv2.INTER_AREA)
    reach = max(5, min(small.shape) // 20) | 1
    paper = cv2.blur(cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8)), (reach, reach))
    level = cv2.resize(paper, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.compare(grey, cv2.convertScaleAbs(level, alpha=1 - share), cv2.CMP_LT), dtype=np.uint8)


def resized(image: Image, longest: int) -> Image:
    """The image with its longer side at most `longest` pixels."""
    scale = longest / max(image.shape[:2])
    if scale >= 1:
        return image
    size = max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def longest_run(flags: npt.NDArray[np.bool_]) -> int:
    """The length of the longest run of true values."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    return int((edges[1::2] - edges[::2]).max(initial=0))
