"""Tick boxes on paper: a box read wrongly is a declaration turned into its opposite."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from extractors import image, tickbox
from extractors.ocr import Reading
from extractors.raster import Rectangle, grey_of, ink_of
from extractors.textlines import TextLine
from schemas.layout import CHECKED, UNCHECKED, UNCLEAR, Page
from schemas.settings import Settings
from tests.extractors.paper_golden import PAPER, described, golden, plain, settings
from tests.extractors.paper_pictures import sheet

__all__ = ["settings"]


@pytest.fixture(scope="module")
def ticks(settings: Settings) -> Page:
    return image.read(PAPER / "ticks.jpg", 1, 1, settings)[0]


def test_ticked_crossed_and_filled_boxes_read_as_on_the_form(ticks: Page) -> None:
    assert described(ticks) == golden("ticks")


def test_real_characters_that_look_like_boxes_stay(ticks: Page) -> None:
    text = plain(ticks.text)
    assert "出口业务在虹口区,户口" in text
    assert text.endswith("虹口区四川北路,回族")


def states(draw: list[tuple[int, int, int, int]], size: int = 30, thickness: int = 3) -> list[str]:
    """The states of two boxes on a line: one with strokes, given relative to its corner in hundredths of its size, and an empty one."""
    page = sheet(200, 400)
    for x in (100, 240):
        cv2.rectangle(page, (x, 80), (x + size, 80 + size), (30, 30, 30), 2)
    for x0, y0, x1, y1 in draw:
        start, end = (100 + x0 * size // 100, 80 + y0 * size // 100), (100 + x1 * size // 100, 80 + y1 * size // 100)
        cv2.line(page, start, end, (60, 30, 30), thickness)
    grey, line = grey_of(page), Rectangle(90, 75, 300, 116)
    ink = ink_of(grey, contrast=20)
    frames = tickbox.find_frames(ink, line, 36)
    frames = sorted(frames + tickbox.like_frames(ink, line, frames[-1].width, frames))
    return [tickbox.state_of(grey, ink, frame) for frame in frames]


@pytest.mark.parametrize(
    ("strokes", "state"),
    [
        ([], UNCHECKED),
        ([(20, 50, 45, 80), (45, 80, 90, 10)], CHECKED),
        ([(20, 50, 45, 80), (45, 80, 130, -40)], CHECKED),
        ([(15, 15, 85, 85), (15, 85, 85, 15)], CHECKED),
        ([(-30, 30, 5, 80), (5, 80, 40, -50)], CHECKED),
        ([(46, 50, 54, 50)], UNCLEAR),
    ],
    ids=["empty", "tick", "tick sticking out", "cross", "tick beside", "speck"],
)
def test_state_is_judged_by_the_ink(strokes: list[tuple[int, int, int, int]], state: str) -> None:
    assert states(strokes) == [state, UNCHECKED]


def test_box_that_was_read_but_not_found_is_never_taken_on_trust() -> None:
    page = sheet(100, 300)
    page[40:60, 100:103] = 30  # some ink, no square
    ink = ink_of(grey_of(page), contrast=20)
    reading = Reading("是☑否□", 0.99, 0.9, (0.1, 0.34, 0.6, 0.9), (0.99, 0.9, 0.99, 0.9))
    line = TextLine(Rectangle(0, 30, 300, 70), reading)
    assert tickbox.doubted(line, ink).reading.text == f"是{UNCLEAR}否"


def test_certain_character_is_not_covered_by_a_box() -> None:
    reading = Reading("虹口区", 0.99, 0.98, (0.17, 0.5, 0.83), (0.99, 0.99, 0.98))
    line = TextLine(Rectangle(0, 0, 90, 30), reading)
    assert not tickbox.is_free(line, Rectangle(62, 2, 88, 28), 8)  # 区, read with certainty
    assert not tickbox.is_free(line, Rectangle(2, 2, 28, 28), 8)
    doubtful = line.reading._replace(certainties=(0.99, 0.99, 0.5))
    assert tickbox.is_free(TextLine(line.box, doubtful), Rectangle(62, 2, 88, 28), 8)
    assert np.isclose(line.confidence, 0.985)


def test_tick_typed_in_place_of_a_box_counts_as_ticked() -> None:
    page = sheet(100, 300)
    page[40:60, 10:300:30] = 30
    ink = ink_of(grey_of(page), contrast=20)
    line = TextLine(Rectangle(0, 30, 300, 70), Reading("√是V否", 0.99, 0.9, (0.1, 0.34, 0.6, 0.9), (0.9, 0.99, 0.9, 0.99)))
    assert tickbox.doubted(line, ink).reading.text == f"{CHECKED}是{CHECKED}否"
