"""Circled options: a ring that is missed leaves a declaration blank, one that is imagined turns it into its opposite."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from extractors import circled, option_slots
from extractors.ocr import Reading
from extractors.raster import Image, Mask, Rectangle, grey_of, ink_of
from extractors.textlines import TextLine
from schemas.layout import CHECKED, UNCHECKED, UNCLEAR
from tests.extractors.paper_pictures import sheet

TEXT = "是否工会会员 是 否"
EM, LEFT, TOP = 32, 60, 84
INK = (40, 30, 60)


def line(text: str = TEXT) -> TextLine:
    """A line of full-width characters from LEFT on, a space as wide as one."""
    width = EM * len(text)
    places = tuple((index + 0.5) * EM / width for index in range(len(text)))
    return TextLine(Rectangle(LEFT, TOP, LEFT + width, TOP + EM), Reading(text, 0.99, 0.98, places, (0.99,) * len(text)))


def page(text: str = TEXT) -> Image:
    """A picture of the line; a plus within a square, narrower than the type, stands for every character."""
    picture = sheet(220, LEFT + EM * (len(text) + 3))
    for index, character in enumerate(text):
        x, y = LEFT + index * EM, TOP
        if character != " ":
            cv2.rectangle(picture, (x + 4, y + 4), (x + 27, y + 27), (30, 30, 30), 2)
            cv2.line(picture, (x + 4, y + 15), (x + 27, y + 15), (30, 30, 30), 2)
    return picture


def centre(index: int) -> tuple[int, int]:
    return LEFT + index * EM + EM // 2, TOP + EM // 2


def ring(picture: Image, index: int, wide: int = 24, high: int = 23, sweep: int = 370) -> None:
    cv2.ellipse(picture, centre(index), (wide, high), 0, 40, 40 + sweep, INK, 3)


def ink(picture: Image) -> Mask:
    return circled.without_rulings(ink_of(grey_of(picture), contrast=20), EM)


def read(picture: Image, text: str = TEXT, boxes: tuple[tuple[Rectangle, str], ...] = ()) -> str:
    return circled.with_answers(line(text), circled.answers_in(ink(picture), line(text), EM), boxes).reading.text


@pytest.mark.parametrize(
    ("wide", "high", "sweep"), [(24, 23, 370), (22, 21, 330), (28, 25, 700), (36, 24, 365)], ids=["closed", "open", "twice", "wide"]
)
def test_ring_around_one_word_is_its_tick(wide: int, high: int, sweep: int) -> None:
    first, second = page(), page()
    ring(first, 7, wide, high, sweep)
    ring(second, 9, wide, high, sweep)
    assert read(first) == f"是否工会会员 {CHECKED}是 {UNCHECKED}否"
    assert read(second) == f"是否工会会员 {UNCHECKED}是 {CHECKED}否"


def test_without_a_ring_nothing_is_ticked() -> None:
    assert read(page()) == TEXT


def test_rings_around_both_words_answer_nothing() -> None:
    picture = page()
    ring(picture, 7)
    ring(picture, 9)
    assert read(picture) == f"是否工会会员 {UNCLEAR}是 {UNCLEAR}否"


def test_rulings_close_to_the_words_are_no_rings() -> None:
    picture = page()
    for y in (TOP - 4, TOP + EM + 4):
        cv2.line(picture, (10, y), (picture.shape[1] - 10, y), (30, 30, 30), 2)
    for x in range(LEFT - 6, picture.shape[1], 3 * EM):
        cv2.line(picture, (x, TOP - 80), (x, TOP + 120), (30, 30, 30), 2)
    assert not any(answer.touched for answer in circled.answers_in(ink(picture), line(), EM))


def test_ring_and_the_other_words_ticked_box_contradict_each_other() -> None:
    text = "是否工会会员 □是 □否"
    picture = page(text)
    ring(picture, 8)
    boxes = tuple((Rectangle(centre(i)[0] - 12, TOP + 4, centre(i)[0] + 12, TOP + 28), s) for i, s in ((7, UNCHECKED), (10, CHECKED)))
    assert read(picture, text, boxes) == f"是否工会会员 {UNCLEAR}是 {UNCLEAR}否"
    untouched = tuple((box, UNCHECKED) for box, _ in boxes)
    assert read(picture, text, untouched) == f"是否工会会员 {CHECKED}是 {UNCHECKED}否"


def test_words_of_a_question_are_no_options() -> None:
    assert circled.option_pairs(line("是否在职职工"), EM) == []
    assert [pair.start for pair in circled.option_pairs(line("条件 符合 不符合"), EM)] == [3]
    assert [option.word for option in circled.option_pairs(line("条件 不符合 符合"), EM)[0].options] == ["不符合", "符合"]


def slot_states(draw: list[tuple[int, int]], typed: str, seen: bool) -> list[str]:
    """The states of the two boxes of TEXT that were not found, with ticks at some places."""
    picture = page(typed)
    for x, y in draw:
        cv2.polylines(picture, [np.array([(x - 9, y), (x - 3, y + 9), (x + 10, y - 12)], np.int32)], False, INK, 3)
    text = line(typed)
    answer = circled.answers_in(ink(picture), text, EM)[0]
    slots = option_slots.Slots(-0.6 * EM, 26, seen=seen)
    grey = grey_of(picture)
    return [state for _, state in option_slots.missing_boxes(grey, ink(picture), answer, text, [], slots)]


@pytest.mark.parametrize("seen", [True, False])
def test_tick_in_the_place_of_a_box_is_the_answer(seen: bool) -> None:
    typed = "是否工会会员  是  否"
    first, second = (LEFT + 8 * EM - 14, centre(7)[1]), (LEFT + 11 * EM - 14, centre(7)[1])
    assert slot_states([first], typed, seen) == [CHECKED, UNCHECKED]
    assert slot_states([second], typed, seen) == [UNCHECKED, CHECKED]


def test_boxes_that_cannot_be_seen_are_not_known_to_be_empty() -> None:
    assert slot_states([], "是否工会会员  是  否", seen=True) == [UNCLEAR, UNCLEAR]
    assert slot_states([], "是否工会会员  是  否", seen=False) == []


def test_tick_midway_between_two_words_belongs_to_neither() -> None:
    typed = "是否工会会员  是  否"
    assert slot_states([(LEFT + 10 * EM, centre(7)[1])], typed, seen=False) == []
