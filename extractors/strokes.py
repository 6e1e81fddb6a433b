"""How the strokes of each line run: print stands level and upright, handwriting slants.

Comes in: a page as it was read and its upright picture. Goes out: the same page, each recognised line with the share of its ink's edges
that run level or upright. Called by `paper`; `pipeline.confidence` makes of it whether a document was filled in by hand.

Measured on drawn forms through every degradation there is: the median over a form was 0.16-0.24 for hands and 0.24-0.45 for print; held
against the form's own printed words, 0.42-0.66 and 0.89-1.12 of theirs. Edges in all directions alike would give 0.16.
"""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np

from extractors.raster import Grey, Image, Rectangle, grey_of
from schemas.layout import Box, Cell, Line, Page, Table

_TOLERANCE = 7.0  # degrees: what is left of a page's skew or curl, and the rise of level strokes in Kai type
_SMALLEST = 12  # pixels; in less a stroke has no direction
_FAINTEST = 25.0  # grey levels between ink and paper
# An edge counts from half the contrast of the line's strongest ones, single specks aside: weaker ones are noise and blur.
_STRONGEST, _CLEAR = 97, 0.5


def with_strokes(page: Page, image: Image) -> Page:
    """The page with `Line.axial` stated for its recognised lines. `image`: BGR, upright, of which the boxes are fractions."""
    grey = grey_of(image)
    return page.model_copy(update={"blocks": tuple(_measured(block, grey) for block in page.blocks)})


def axial_share(picture: Grey) -> float | None:
    """The share (0-1) of a line's edges that run level or upright, by their strength; None where too little is to be seen."""
    if min(picture.shape, default=0) < _SMALLEST:
        return None
    low, high = np.percentile(picture, (2, 85))
    if high - low < _FAINTEST:
        return None
    across = cv2.Sobel(picture, cv2.CV_32F, 1, 0, ksize=3)
    down = cv2.Sobel(picture, cv2.CV_32F, 0, 1, ksize=3)
    strength = np.hypot(across, down)
    clear = strength > np.percentile(strength, _STRONGEST) * _CLEAR
    angle = np.degrees(np.arctan2(down[clear], across[clear])) % 90
    axial = np.minimum(angle, 90 - angle) < _TOLERANCE
    total = float(strength[clear].sum())
    return round(float(strength[clear][axial].sum()) / total, 4) if total > 0 else None


def _measured(block: Line | Table, grey: Grey) -> Line | Table:
    if isinstance(block, Table):
        return block.model_copy(update={"cells": tuple(_in_cell(cell, grey) for cell in block.cells)})
    return _of_line(block, grey)


def _in_cell(cell: Cell, grey: Grey) -> Cell:
    if not cell.lines:
        return cell
    return cell.model_copy(update={"lines": tuple(_of_lines(cell.lines, grey))})


def _of_lines(lines: Iterable[Line], grey: Grey) -> Iterable[Line]:
    return (_of_line(line, grey) for line in lines)


def _of_line(line: Line, grey: Grey) -> Line:
    return line if line.box is None else line.model_copy(update={"axial": axial_share(_pixels(line.box, grey))})


def _pixels(box: Box, grey: Grey) -> Grey:
    height, width = grey.shape
    return Rectangle(box.x0 * width, box.y0 * height, box.x1 * width, box.y1 * height).cut(grey)
