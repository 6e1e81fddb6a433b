"""A sheet or card photographed on a desk: found by its outline and laid flat.

Comes in: a BGR picture. Goes out: the sheet alone, seen from straight above, or None where there is no clear sheet (a scan, a screenshot,
several cards); called by `paper`.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from extractors.ocr import Engine
from extractors.raster import Image, grey_of, resized

_SIDE = 800  # pixels, when looking for the outline
_SMALLEST, _LARGEST = 0.2, 0.97  # of the picture's area
_CONTRAST = 18  # grey levels by which the sheet is lighter than the desk
_LOOK_SIDE = 736  # pixels, when looking for text beside the sheet

Corners = npt.NDArray[np.float32]  # (4, 2): top left, top right, bottom right, bottom left


def flattened(picture: Image, engine: Engine) -> Image | None:
    """The sheet with its perspective removed, if there is one, lighter than what it lies on, and no text beside it."""
    small = resized(picture, _SIDE)
    corners = sheet_corners(small)
    if corners is None or _text_outside(engine, small, corners):
        return None
    corners *= max(picture.shape[:2]) / max(small.shape[:2])
    sides = [float(np.linalg.norm(corners[index] - corners[(index + 1) % 4])) for index in range(4)]
    width, height = round(max(sides[0], sides[2])), round(max(sides[1], sides[3]))
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    matrix = cv2.getPerspectiveTransform(corners, target)
    return np.asarray(
        cv2.warpPerspective(picture, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE), dtype=np.uint8
    )


def sheet_corners(small: Image) -> Corners | None:
    """The corners of the largest light quadrilateral; None where nothing fits."""
    grey = np.asarray(cv2.GaussianBlur(grey_of(small), (5, 5), 0), dtype=np.uint8)
    lightness = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)[1]
    edges = cv2.dilate(cv2.Canny(grey, 40, 120), np.ones((3, 3), np.uint8))
    kernel = np.ones((9, 9), np.uint8)
    best: Corners | None = None
    best_area = 0.0
    for mask in (cv2.morphologyEx(lightness, cv2.MORPH_OPEN, kernel), edges):
        contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
        for contour in contours:
            hull = cv2.convexHull(contour)
            quadrilateral = cv2.approxPolyDP(hull, 0.02 * cv2.arcLength(hull, True), True)
            area = cv2.contourArea(hull)
            if len(quadrilateral) != 4 or not _SMALLEST < area / grey.size < _LARGEST or area <= best_area:
                continue
            corners = _ordered(quadrilateral.reshape(4, 2).astype(np.float32))
            if _is_sheet(corners, grey):
                best, best_area = corners, area
    return best


def _ordered(points: Corners) -> Corners:
    sums, differences = points.sum(axis=1), points[:, 1] - points[:, 0]
    chosen = points[[int(np.argmin(sums)), int(np.argmin(differences)), int(np.argmax(sums)), int(np.argmax(differences))]]
    return np.ascontiguousarray(chosen, dtype=np.float32)


def _is_sheet(corners: Corners, grey: npt.NDArray[np.uint8]) -> bool:
    """Corners near right angles, not all of the picture, and lighter inside than outside along at least three sides."""
    if len(np.unique(corners, axis=0)) < 4:
        return False
    for index in range(4):
        before, after = corners[index - 1] - corners[index], corners[(index + 1) % 4] - corners[index]
        cosine = float(np.dot(before, after) / (np.linalg.norm(before) * np.linalg.norm(after)))
        if abs(cosine) > 0.42:  # 65-115 degrees
            return False
    height, width = grey.shape
    at_edge = sum(1 for x, y in corners if min(x, width - 1 - x) < 0.01 * width and min(y, height - 1 - y) < 0.01 * height)
    if at_edge >= 2:
        return False
    centre = corners.mean(axis=0)
    lighter = 0
    for index in range(4):
        along = np.linspace(corners[index], corners[(index + 1) % 4], 42)[1:-1]
        outward = (along - centre) / np.linalg.norm(along - centre, axis=1, keepdims=True) * (0.02 * min(grey.shape))
        levels = []
        for points in (along - outward, along + outward):
            xs, ys = np.round(points).astype(int).T
            inside = (xs >= 0) & (xs < width) & (ys >= 0) & (ys < height)
            levels.append(float(np.median(grey[ys[inside], xs[inside]])) if inside.sum() >= 10 else float("nan"))
        lighter += bool(levels[0] - levels[1] >= _CONTRAST)
    return lighter >= 3


def _text_outside(engine: Engine, small: Image, corners: Corners) -> bool:
    """Whether text lies beside the sheet: then it is one of several, or no sheet at all."""
    for quad in engine.detect(small, _LOOK_SIDE):
        x, y = quad.mean(axis=0)
        if cv2.pointPolygonTest(corners.reshape(-1, 1, 2), (float(x), float(y)), True) < -3:
            return True
    return False
