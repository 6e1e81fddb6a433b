"""A sheet or card photographed on a desk: found by its outline and laid flat.

Comes in: a BGR picture. Goes out: the sheet alone, seen from straight above, or None where there is no clear sheet (a scan, a screenshot,
several cards); called by `paper`.
"""

from __future__ import annotations

import cv2
import numpy as np

from extractors.ocr import Engine
from extractors.outline import Corners, sheet_corners
from extractors.raster import Image, resized

_SIDE = 800  # pixels, when looking for the outline
_A4, _NEARLY = 2**0.5, 0.07
_LOOK_SIDE = 736  # pixels, when looking for text beside the sheet


def flattened(picture: Image, engine: Engine) -> Image | None:
    """The sheet with its perspective removed, if there is one, lighter than what it lies on, and no text beside it."""
    small = resized(picture, _SIDE)
    corners = sheet_corners(small)
    if corners is None or _text_outside(engine, small, corners):
        return None
    corners *= max(picture.shape[:2]) / max(small.shape[:2])
    sides = [float(np.linalg.norm(corners[index] - corners[(index + 1) % 4])) for index in range(4)]
    width, height = _proportioned(max(sides[0], sides[2]), max(sides[1], sides[3]))
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    matrix = cv2.getPerspectiveTransform(corners, target)
    return np.asarray(
        cv2.warpPerspective(picture, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE), dtype=np.uint8
    )


def _proportioned(width: float, height: float) -> tuple[int, int]:
    """A sheet's size in pixels: what is nearly A4 is A4, foreshortened; else round seals would come out oval."""
    longer, shorter = max(width, height), min(width, height)
    if abs(longer / shorter / _A4 - 1) < _NEARLY:
        shorter = longer / _A4
    return (round(shorter), round(longer)) if height >= width else (round(longer), round(shorter))


def _text_outside(engine: Engine, small: Image, corners: Corners) -> bool:
    """Whether text lies beside the sheet: then it is one of several, or no sheet at all."""
    for quad in engine.detect(small, _LOOK_SIDE):
        x, y = quad.mean(axis=0)
        if cv2.pointPolygonTest(corners.reshape(-1, 1, 2), (float(x), float(y)), True) < -3:
            return True
    return False
