"""Seals: found and read where they are, none invented, and the text below them not lost."""

from __future__ import annotations

import cv2
import numpy as np
import PIL.Image
import pytest

from extractors import image, ocr, seal
from extractors.raster import Image
from samples.seals import press
from samples.stamps import BLACK, RED, Shape, draw_seal
from schemas.layout import MarkKind, Page
from schemas.settings import Settings
from tests.extractors.paper_golden import PAPER, plain, settings
from tests.extractors.paper_pictures import opened, sheet

__all__ = ["settings"]


@pytest.fixture(scope="module")
def opinions(settings: Settings) -> Page:
    return image.read(PAPER / "opinions.jpg", 1, 1, settings)[0]


def test_red_seals_are_found_with_place_and_colour(opinions: Page) -> None:
    seals = [mark for mark in opinions.marks if mark.kind is MarkKind.SEAL]
    assert [mark.colour for mark in seals] == ["red", "red"]
    cells = [cell for table in opinions.tables() for cell in table.cells]
    for mark, label in zip(seals, ("所在单位", "推荐单位"), strict=True):
        row = next(cell.row for cell in cells if cell.text.startswith(label))
        opinion = next(cell for cell in cells if cell.row == row and cell.col == 1)
        assert opinion.box is not None and opinion.box.contains(mark.box.centre)


def test_seal_text_is_read_or_doubted(opinions: Page) -> None:
    for mark, truth in zip(
        (m for m in opinions.marks if m.kind is MarkKind.SEAL), ("上海申岚精密机械有限公司", "上海装备制造集团工会"), strict=True
    ):
        assert mark.text == truth or mark.confidence < 0.9
        assert len(set(mark.text) & set(truth)) >= 0.8 * len(set(truth))


def test_text_below_a_red_seal_is_read(opinions: Page) -> None:
    assert "2024年3月18日" in plain(opinions.text)
    assert "2024年3月14日" in plain(opinions.text)


def test_ring_text_is_not_mixed_into_the_form(opinions: Page) -> None:
    assert "集团工" not in plain(opinions.text)


def test_lifting_a_seal_changes_nothing_outside_it(settings: Settings) -> None:
    page = opened(PAPER / "opinions.jpg")
    found = seal.find_seals(page, ocr.engine(settings))
    clean = seal.lifted(page, found)
    ys, xs = np.nonzero((clean != page).any(axis=2))
    distances = [np.hypot(xs - one.frame.x, ys - one.frame.y) / one.frame.radius for one in found]
    assert len(xs) > 1000
    assert np.min(distances, axis=0).max() < 1.1


def test_seals_on_a_grey_copy_are_found(settings: Settings) -> None:
    found = seal.find_seals(opened(PAPER / "opinions_copy.jpg"), ocr.engine(settings))
    assert [one.colour for one in found] == ["grey", "grey"]
    assert all(one.confidence < 0.9 for one in found)


@pytest.mark.parametrize("name", ["form.jpg", "id_card_photo.jpg", "ticks.jpg", "blank.jpg"])
def test_no_seal_is_invented(settings: Settings, name: str) -> None:
    assert seal.find_seals(opened(PAPER / name), ocr.engine(settings)) == []


def emblem(page: Image) -> Image:
    cv2.circle(page, (400, 300), 90, (40, 40, 200), -1)
    cv2.circle(page, (400, 300), 60, (60, 180, 230), -1)
    return page


def red_title(page: Image) -> Image:
    for x in range(150, 650, 120):
        cv2.rectangle(page, (x, 200), (x + 80, 280), (40, 40, 200), 10)
        cv2.line(page, (x, 240), (x + 80, 240), (40, 40, 200), 10)
    return page


def red_wheel(page: Image) -> Image:
    for radius in (60, 75, 90):
        cv2.circle(page, (400, 300), radius, (40, 40, 200), 12)
    return page


def round_icons(page: Image) -> Image:
    for x in (200, 400, 600):
        cv2.circle(page, (x, 300), 60, (40, 40, 200), 4)
        cv2.line(page, (x - 20, 300), (x + 20, 300), (40, 40, 200), 6)
        cv2.line(page, (x, 280), (x, 320), (40, 40, 200), 6)
    return page


def coffee_ring(page: Image) -> Image:
    cv2.circle(page, (400, 500), 150, (90, 130, 185), 6)
    return page


@pytest.mark.parametrize("draw", [emblem, red_title, red_wheel, round_icons, coffee_ring])
def test_other_red_things_are_no_seals(settings: Settings, draw: object) -> None:
    assert callable(draw)
    assert [one for one in seal.find_seals(draw(sheet()), ocr.engine(settings)) if one.confidence >= 0.4] == []


@pytest.mark.parametrize("colour", [RED, BLACK])
@pytest.mark.parametrize("shape", ["round", "oval", "square"])
def test_seals_of_every_shape_and_colour_are_found_and_read(settings: Settings, shape: Shape, colour: tuple[int, int, int]) -> None:
    page = PIL.Image.fromarray(sheet())
    name = "上海申浦物流有限公司"
    size = 160 if shape == "square" else 260  # as on paper, square seals are the smaller ones
    stamp = draw_seal(name, shape, np.random.default_rng(4), colour[::-1], longest=size, wear=0.1, turn=6)
    press(page, stamp, page.width * 0.5, page.height * 0.6)
    (found,) = seal.find_seals(np.asarray(page), ocr.engine(settings))
    assert (found.shape, found.colour) == (shape, "red" if colour == RED else "grey")
    assert abs(found.box.centre[0] - page.width * 0.5) < 12
    assert abs(found.box.centre[1] - page.height * 0.6) < 12
    assert name in [found.reading.text, *found.alternatives]


def test_two_seals_that_overlap_are_two(settings: Settings) -> None:
    page = PIL.Image.fromarray(sheet())
    for x, name in ((300, "上海申浦物流有限公司"), (520, "上海市宝山区总工会")):
        press(page, draw_seal(name, "round", np.random.default_rng(4), RED[::-1], longest=250, wear=0.1), x, 600)
    found = seal.find_seals(np.asarray(page), ocr.engine(settings))
    assert [round(one.frame.x, -1) for one in sorted(found, key=lambda one: one.frame.x)] == [300, 520]


def test_a_table_cell_is_no_square_seal(settings: Settings) -> None:
    page = sheet()
    for offset in range(0, 400, 100):
        cv2.line(page, (100, 200 + offset), (700, 200 + offset), (30, 30, 30), 2)
    for x in range(100, 701, 150):
        cv2.line(page, (x, 200), (x, 500), (30, 30, 30), 2)
    assert seal.find_seals(page, ocr.engine(settings)) == []
