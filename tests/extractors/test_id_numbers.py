"""ID numbers from the recogniser's probabilities: borne out by the pixels, beside the raw reading, never invented."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from stdnum.cn import ric

from extractors.id_numbers import is_valid, valid_number
from extractors.ocr import engine
from extractors.raster import Image
from schemas.settings import Settings
from tests.extractors.paper_golden import settings

__all__ = ["settings"]

NUMBER = "310101198503121244"
CLASSES = list(range(12))  # blank, 0-9, X


def probabilities(*steps: dict[str, float]) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """One step a character, each followed by a blank; what a step leaves over goes to the blank."""
    table = np.full((2 * len(steps), 12), 1e-6, dtype=np.float32)
    for index, step in enumerate(steps):
        for character, probability in step.items():
            table[2 * index, 1 + "0123456789X".index(character)] = probability
        table[2 * index, 0] = max(1e-6, 1 - sum(step.values()))
        table[2 * index + 1, 0] = 1.0
    return table


def sure(number: str) -> list[dict[str, float]]:
    return [{character: 0.99} for character in number]


def test_a_digit_in_doubt_is_settled_by_the_check_digit() -> None:
    steps = sure(NUMBER)
    steps[12] = {"7": 0.55, "1": 0.44}  # the likelier one makes no valid number
    assert valid_number(probabilities(*steps), CLASSES) == NUMBER


def test_a_number_that_is_clearly_wrong_on_the_card_is_not_put_right() -> None:
    wrong = NUMBER[:5] + "7" + NUMBER[6:]
    assert not is_valid(wrong)
    assert valid_number(probabilities(*sure(wrong)), CLASSES) is None


def test_a_number_that_lacks_a_digit_on_the_card_is_not_filled_up() -> None:
    assert valid_number(probabilities(*sure(NUMBER[:12] + NUMBER[13:])), CLASSES) is None


@pytest.mark.parametrize("seed", range(8))
def test_illegible_strokes_give_no_number(seed: int) -> None:
    noise = np.random.default_rng(seed).random((36, 12)).astype(np.float32)
    assert valid_number(noise / noise.sum(axis=1, keepdims=True), CLASSES) is None


def test_two_valid_numbers_of_like_probability_are_left_to_a_person() -> None:
    pairs = ((a, b) for a in "0123456789" for b in "0123456789" if a != NUMBER[3] and b != NUMBER[5])
    a, b = next((a, b) for a, b in pairs if is_valid(NUMBER[:3] + a + NUMBER[4] + b + NUMBER[6:]))
    steps = sure(NUMBER)
    steps[3] = {NUMBER[3]: 0.5, a: 0.49}
    steps[5] = {NUMBER[5]: 0.5, b: 0.49}
    assert valid_number(probabilities(*steps), CLASSES) is None


@pytest.mark.parametrize("number", [NUMBER, "110101194912310027"])
def test_validity_is_that_of_the_standard(number: str) -> None:
    assert is_valid(number[:17] + ric.calc_check_digit(number))
    assert not is_valid(number[:17])
    assert not is_valid(number[:10] + "13" + number[12:])  # no thirteenth month


def test_a_blurred_number_gets_the_valid_one_beside_its_raw_reading_or_none(settings: Settings) -> None:
    recogniser = engine(settings)
    picture: Image = np.full((60, 18 * 30 + 40, 3), 255, dtype=np.uint8)
    for index, character in enumerate(NUMBER):
        cv2.putText(picture, character, (20 + 30 * index, 45), cv2.FONT_HERSHEY_SIMPLEX, 1.3, (30, 30, 30), 3)
    table = recogniser.probabilities(picture)
    classes = [0, *(recogniser.characters.index(character) for character in "0123456789X")]
    assert valid_number(table, classes) == NUMBER
    assert valid_number(recogniser.probabilities(np.full_like(picture, 255)), classes) is None
    assert recogniser.probabilities(picture[:1]).size == 0
