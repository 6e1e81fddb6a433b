"""Which way up a page is, and by what small angle it lies askew.

Comes in: a BGR image. Goes out: the clockwise turn (0, 90, 180, 270) that makes it upright with the classifier's score, and the skew in
degrees; called by `paper` before anything is read.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import cv2
import numpy as np
import onnxruntime

from extractors.raster import Image, grey_of, ink_of, resized

Turn = Literal[0, 90, 180, 270]

_SHORT_SIDE, _CROP = 256, 224
_MEAN = np.array([0.485, 0.456, 0.406], dtype=np.float32)
_DEVIATION = np.array([0.229, 0.224, 0.225], dtype=np.float32)
_LARGEST_SKEW = 8.0  # degrees
_TURNS: tuple[Turn, ...] = (0, 90, 180, 270)
_ROTATIONS = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}


def ranked_turns(image: Image, model: Path) -> list[tuple[Turn, float]]:
    """The clockwise turns that would make the page upright, likeliest first, with the classifier's probabilities (0-1)."""
    scale = _SHORT_SIDE / min(image.shape[:2])
    size = max(_CROP, round(image.shape[1] * scale)), max(_CROP, round(image.shape[0] * scale))
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    top, left = (small.shape[0] - _CROP) // 2, (small.shape[1] - _CROP) // 2
    rgb = cv2.cvtColor(small[top : top + _CROP, left : left + _CROP], cv2.COLOR_BGR2RGB).astype(np.float32)
    batch = ((rgb / 255 - _MEAN) / _DEVIATION).transpose(2, 0, 1)[None]
    scores = _session(model).run(None, {"x": np.ascontiguousarray(batch)})[0][0]
    # Class k means: the page has been turned by k x 90 degrees clockwise; turning on by the rest of the circle undoes it.
    order = np.argsort(scores)[::-1]
    return [(_TURNS[-int(index) % 4], float(scores[index])) for index in order]


def turned(image: Image, turn: Turn) -> Image:
    """The image turned clockwise."""
    return image if turn == 0 else np.asarray(cv2.rotate(image, _ROTATIONS[turn]), dtype=np.uint8)


def skew_of(image: Image) -> float:
    """The angle in degrees by which lines fall to the right (positive: clockwise), within 8 degrees either way; 0 where there is nothing to
    measure.

    The angle at which the ink, projected along the lines, has the sharpest profile.
    """
    ink = ink_of(grey_of(resized(image, 1200)))
    ys, xs = np.nonzero(ink)
    if len(xs) < 200:
        return 0.0
    if len(xs) > 60_000:
        chosen = np.linspace(0, len(xs) - 1, 60_000).astype(np.int64)
        ys, xs = ys[chosen], xs[chosen]
    ys, xs = ys.astype(np.float32), xs.astype(np.float32) - ink.shape[1] / 2

    def sharpness(degrees: float) -> float:
        rows = np.bincount((ys - xs * np.float32(np.tan(np.radians(degrees))) + ink.shape[1]).astype(np.int32)).astype(np.float64)
        return float(np.sum(np.diff(rows) ** 2))

    best = 0.0
    for width, step in ((_LARGEST_SKEW, 0.4), (0.4, 0.1), (0.1, 0.025)):
        best = max((float(angle) for angle in np.arange(best - width, best + width + step / 2, step)), key=sharpness)
    return 0.0 if sharpness(best) < 1.02 * sharpness(0.0) else round(best, 3)


def straightened(image: Image, degrees: float) -> Image:
    """The image turned by -`degrees` about its centre, same size, its edges filled with their neighbours."""
    height, width = image.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    return np.asarray(
        cv2.warpAffine(image, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE), dtype=np.uint8
    )


@lru_cache(maxsize=1)
def _session(model: Path) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
