"""Slashes between two entries of one cell: without them 岗位／职务 are one word."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from extractors.grid import GridCell, RuledTable
from extractors.ocr import Reading
from extractors.raster import Mask, Rectangle
from extractors.slashes import with_slashes
from extractors.textlines import TextLine

CELL = Rectangle(100, 100, 400, 200)
TABLE = RuledTable(CELL, 1, 1, (GridCell(CELL, 0, 0, 1, 1),))


def page(*strokes: tuple[int, int, int, int]) -> Mask:
    ink = np.zeros((300, 500), dtype=np.uint8)
    for x0, y0, x1, y1 in strokes:
        cv2.line(ink, (x0, y0), (x1, y1), (255,), 2)
    return ink


def text_line(text: str, *, x0: float, centres: list[float], cell: tuple[int, int] | None = (0, 0)) -> TextLine:
    box = Rectangle(x0, 120, centres[-1] + 15, 154)
    places = tuple((centre - box.x0) / box.width for centre in centres)
    return TextLine(box, Reading(text, 0.99, 0.98, places, (0.99,) * len(text)), cell)


@pytest.mark.parametrize(
    ("stroke", "text", "centres", "expected"),
    [
        ((207, 148, 227, 126), "钳工班长", [145.0, 172.0, 244.0, 271.0], "钳工/班长"),
        ((117, 148, 137, 126), "班组长", [155.0, 182.0, 209.0], "/班组长"),
        ((223, 148, 243, 126), "检验员", [155.0, 182.0, 209.0], "检验员/"),
    ],
)
def test_slash_that_was_passed_over_is_not_lost(stroke: tuple[int, int, int, int], text: str, centres: list[float], expected: str) -> None:
    (line,) = with_slashes(page(stroke), [TABLE], [text_line(text, x0=centres[0] - 15, centres=centres)])
    assert line.reading.text == expected
    assert len(line.reading.places) == len(line.reading.certainties) == len(expected)


@pytest.mark.parametrize(
    "stroke",
    [
        (150, 148, 165, 126),  # the sweep of a character
        (223, 126, 243, 148),  # falls to the right
        (233, 126, 233, 148),  # a ruling
    ],
)
def test_other_strokes_are_no_slash(stroke: tuple[int, int, int, int]) -> None:
    (line,) = with_slashes(page(stroke), [TABLE], [text_line("检验员", x0=140, centres=[155.0, 182.0, 209.0])])
    assert line.reading.text == "检验员"


def test_a_pens_tick_beside_a_box_stays_a_tick() -> None:
    lines = [text_line("□是", x0=140, centres=[155.0, 182.0])]
    assert with_slashes(page((196, 148, 216, 126)), [TABLE], lines) == lines
