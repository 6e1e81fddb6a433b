"""Signatures: found right of their label or below it, and neither print nor blots taken for one."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from extractors.ocr import Reading
from extractors.raster import Mask, Rectangle
from extractors.signature import Signature, find_signatures
from extractors.textlines import TextLine
from samples.seals import handwriting

HEIGHT = 32.0


def line(text: str, x: float, y: float) -> TextLine:
    return TextLine(Rectangle(x, y, x + HEIGHT * len(text), y + HEIGHT), Reading(text, 0.99, 0.98))


def found(ink: Mask, *lines: TextLine) -> Signature | None:
    signatures = find_signatures(ink, [line("签名：", 100, 200), *lines], [], HEIGHT)
    return signatures[0] if signatures else None


def page() -> Mask:
    return np.zeros((500, 900), dtype=np.uint8)


def written(text: str, x: int, y: int, size: int = 40) -> Mask:
    ink = page()
    pen = np.asarray(handwriting(text, size, np.random.default_rng(3)))[:, :, 3]
    ink[y : y + pen.shape[0], x : x + pen.shape[1]] = (pen > 90) * np.uint8(255)
    return ink


@pytest.mark.parametrize("place", [(230, 195), (230, 180), (110, 245)])
def test_a_signature_is_found_right_of_its_label_and_below(place: tuple[int, int]) -> None:
    signature = found(written("赵景琛", *place), line("赵景琛", *place))
    assert signature is not None
    assert (signature.text, signature.confidence >= 0.9) == ("赵景琛", True)
    assert signature.box.x0 >= place[0] - 2 and signature.box.x1 <= place[0] + 150


def test_writing_that_nobody_can_read_is_there_without_a_name() -> None:
    signature = found(written("赵景琛", 230, 195))
    assert signature is not None
    assert signature.text == ""
    assert 0.5 <= signature.confidence < 0.95


@pytest.mark.parametrize("radius", [20, 34])
def test_a_blot_is_never_a_signature(radius: int) -> None:
    ink = page()
    cv2.ellipse(ink, (290, 215), (radius + 20, radius), 10, 0, 360, (255,), -1)
    signature = found(ink, line("一", 280, 200))
    assert signature is None or (signature.text == "" and signature.confidence < 0.5)


def test_a_single_stroke_is_never_a_signature() -> None:
    ink = page()
    cv2.line(ink, (240, 230), (290, 200), (255,), 3)
    signature = found(ink)
    assert signature is None or signature.confidence < 0.5


@pytest.mark.parametrize("text", ["单位盖章：", "2024年3月1日", "（盖章）", "年月日", "情况属实同意申报特此推荐"])
def test_print_beside_or_below_the_label_is_no_signature(text: str) -> None:
    for x, y in ((260, 200), (110, 245)):
        ink = page()
        for place in range(len(text)):
            left = int(x + place * HEIGHT) + 4
            cv2.rectangle(ink, (left, y + 3), (left + 24, y + 28), (255,), 2)
            cv2.line(ink, (left, y + 15), (left + 24, y + 15), (255,), 2)
        assert found(ink, line(text, x, y)) is None


def test_an_empty_line_to_sign_on_is_not_signed() -> None:
    ink = page()
    cv2.line(ink, (210, 236), (520, 236), (255,), 2)
    assert found(ink) is None
