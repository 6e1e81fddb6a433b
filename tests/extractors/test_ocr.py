"""Recognition: texts in order, with the least certain character, and without text no reading."""

from __future__ import annotations

import numpy as np
import pytest

from extractors import ocr, textlines
from extractors.linequads import mended, quad_of, rectangle_of
from extractors.ocr import CharacterScores, Reading, crop
from extractors.raster import Image, Rectangle, grey_of, ink_of
from schemas.settings import Settings
from tests.extractors.paper_golden import PAPER, settings
from tests.extractors.paper_pictures import opened

__all__ = ["settings"]


@pytest.fixture(scope="module")
def card() -> Image:
    return opened(PAPER / "certificate_turned.jpg", quarter_turns=1)


def test_character_scores_keep_the_least_certain_character() -> None:
    # Steps: blank, 工, 工 (the same character held), 匠, blank.
    output = np.full((1, 5, 3), 0.01, dtype=np.float32)
    for step, (index, probability) in enumerate([(0, 0.9), (1, 0.98), (1, 0.97), (2, 0.41), (0, 0.9)]):
        output[0, step, index] = probability
    texts, scores = CharacterScores(["blank", "工", "匠"])([output])
    probabilities, steps, count = scores[0]
    assert texts == ["工匠"]
    assert [round(float(value), 2) for value in probabilities] == [0.98, 0.41]
    assert list(steps) == [1, 3] and count == 5


def test_lines_come_back_in_the_order_they_were_given(settings: Settings, card: Image) -> None:
    engine = ocr.engine(settings)
    quads = engine.detect(card, 1280)
    readings = engine.recognise([crop(card, quad) for quad in quads])
    alone = [engine.recognise([crop(card, quad)])[0].text for quad in quads]
    assert [reading.text for reading in readings] == alone
    assert any("优秀成果一等奖" in text for text in alone)


def test_characters_lie_where_their_places_say(settings: Settings, card: Image) -> None:
    engine = ocr.engine(settings)
    quads = engine.detect(card, 1280)
    readings = engine.recognise([crop(card, quad) for quad in quads])
    quad, reading = next((quad, reading) for quad, reading in zip(quads, readings, strict=True) if reading.text.startswith("优秀成果"))
    at = reading.places[4]  # cut the line before 一等奖: the rest must still read
    box = rectangle_of(quad)
    pitch = (reading.places[4] - reading.places[0]) / 4 * box.width
    rest = Rectangle(box.x0 + at * box.width - pitch / 2, box.y0, box.x1, box.y1)
    assert engine.recognise([crop(card, quad_of(rest))])[0].text.startswith("一等奖")


def test_paper_without_text_gives_no_reading(settings: Settings) -> None:
    engine = ocr.engine(settings)
    empty = np.full((48, 200, 3), 245, dtype=np.uint8)
    nothing = engine.recognise([empty, np.zeros((1, 1, 3), dtype=np.uint8)])
    assert [reading.text for reading in nothing] == ["", ""]
    assert [reading.score for reading in nothing] == [0.0, 0.0]


def test_very_long_line_is_read_to_its_end(settings: Settings, card: Image) -> None:
    engine = ocr.engine(settings)
    quads = engine.detect(card, 1280)
    line = next(crop(card, quad) for quad in quads if engine.recognise([crop(card, quad)])[0].text.startswith("优秀成果"))
    gap = np.full((line.shape[0], line.shape[0], 3), line.max(axis=(0, 1)), dtype=np.uint8)
    long = np.hstack([line, gap] * 5)
    reading = engine.recognise([np.ascontiguousarray(long)])[0]
    assert reading.text.count("一等奖") == 5
    assert len(reading.places) == len(reading.text)


def test_dropped_character_lowers_confidence_though_every_score_is_high(settings: Settings, card: Image) -> None:
    engine = ocr.engine(settings)
    quads = engine.detect(card, 1280)
    picture = next(crop(card, quad) for quad in quads if engine.recognise([crop(card, quad)])[0].text.startswith("优秀成果"))
    whole = engine.recognise([picture])[0]
    dropped = Reading(
        whole.text[:3] + whole.text[4:], 0.99, 0.98, whole.places[:3] + whole.places[4:], whole.certainties[:3] + whole.certainties[4:]
    )
    assert textlines.doubting_gaps(whole, picture).least == whole.least
    assert textlines.doubting_gaps(dropped, picture).least <= textlines.UNREAD


def test_flat_character_that_the_detector_missed_is_read(settings: Settings, card: Image) -> None:
    # 二〇二一年: the detector is made to leave out 一 by taking the line apart around it.
    engine = ocr.engine(settings)
    quads = engine.detect(card, 1280)
    quad, reading = next(
        (quad, reading)
        for quad, reading in zip(quads, engine.recognise([crop(card, quad) for quad in quads]), strict=True)
        if "二〇二一年度" in reading.text
    )
    box = rectangle_of(quad)
    at = reading.text.index("一年度")
    pitch = (reading.places[at + 1] - reading.places[at - 1]) * box.width / 2
    x = box.x0 + reading.places[at] * box.width
    parts = [quad_of(Rectangle(box.x0, box.y0, x - 0.6 * pitch, box.y1)), quad_of(Rectangle(x + 0.6 * pitch, box.y0, box.x1, box.y1))]
    mended_lines = mended(parts, ink_of(grey_of(card), contrast=30))
    assert len(mended_lines) == 1
    assert "一年度" in engine.recognise([crop(card, mended_lines[0])])[0].text


def test_a_doubtful_space_makes_no_value_doubtful() -> None:
    probabilities = np.array([0.99, 0.98, 0.31, 0.97], dtype=np.float32)
    reading = ocr._reading("姓名 李", (probabilities, np.arange(4), 4), 1.0)
    assert reading.least == pytest.approx(0.97) and reading.score == pytest.approx(0.98)
    assert len(reading.places) == len(reading.text)
