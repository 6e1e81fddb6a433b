"""Handwriting is told from print by how its strokes run; lost, forms filled in with a pen pass as printed ones."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from extractors.raster import Grey
from extractors.strokes import axial_share, with_strokes
from schemas.layout import Box, Cell, Line, Method, Page, Table


def strokes(tilt: float) -> Grey:
    """A line of crossed strokes on white paper, each turned by so many degrees, one way and the other."""
    picture = np.full((48, 480), 255, dtype=np.uint8)
    for number in range(10):
        turn = np.radians(tilt if number % 2 else -tilt)
        centre = np.array([24 + 48 * number, 24])
        for along in (np.array([np.cos(turn), np.sin(turn)]), np.array([-np.sin(turn), np.cos(turn)])):
            ends = [tuple(int(place) for place in np.round(centre + way * 16 * along)) for way in (-1, 1)]
            cv2.line(picture, ends[0], ends[1], (20.0,), 3, cv2.LINE_AA)
    return picture


def test_level_strokes_are_print_and_slanting_ones_are_not() -> None:
    upright, slanting = axial_share(strokes(0)), axial_share(strokes(20))
    assert upright is not None and slanting is not None
    assert upright > 0.6 and slanting < 0.25


@pytest.mark.parametrize("picture", [np.full((48, 300), 250, dtype=np.uint8), strokes(0)[:6]])
def test_where_nothing_is_to_be_seen_nothing_is_said(picture: Grey) -> None:
    assert axial_share(picture) is None


def test_every_line_of_a_page_is_measured_those_in_cells_too() -> None:
    place = Box(x0=0.0, y0=0.0, x1=1.0, y1=0.5)
    below = Box(x0=0.0, y0=0.5, x1=1.0, y1=1.0)
    grey = np.vstack([strokes(0), strokes(20)])
    table = Table(rows=1, cols=1, cells=(Cell(row=0, col=0, lines=(Line(text="工作单位", box=below),)),))
    page = Page(number=1, method=Method.OCR, blocks=(Line(text="岗位", box=place), table))
    printed, written = with_strokes(page, np.repeat(grey[:, :, None], 3, axis=2)).lines()
    assert printed.axial is not None and written.axial is not None and printed.axial > 2 * written.axial
