"""Cards copied against each other: each is read at its own turn, what lies as the page does stays."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from extractors import ocr, orientation, photo
from extractors.orientation import Turn
from extractors.paper import read_paper
from extractors.raster import Image, Rectangle
from extractors.turned_parts import _clusters, _on_page
from schemas.settings import Settings
from tests.extractors.paper_golden import PAPER, golden, plain, settings
from tests.extractors.paper_pictures import opened

__all__ = ["settings"]


@pytest.fixture(scope="module")
def card(settings: Settings) -> Image:
    """The golden card laid flat, as large as on a copy of 200 dpi."""
    flat = photo.flattened(opened(PAPER / "id_card_photo.jpg"), ocr.engine(settings))
    assert flat is not None
    return np.asarray(cv2.resize(flat, (674, 425), interpolation=cv2.INTER_AREA), dtype=np.uint8)


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_card_turned_against_the_one_above_it_is_read_like_it(settings: Settings, card: Image, turn: Turn) -> None:
    page = np.full((1700, 1200, 3), 250, dtype=np.uint8)
    for top, part in ((120, card), (800, orientation.turned(card, turn))):
        page[top : top + part.shape[0], 200 : 200 + part.shape[1]] = part
    read = [plain(line.text) for line in read_paper(page, 1, settings).lines()]
    entries = golden("id_card_photo")["blocks"]
    wanted = "".join(entries)
    assert "".join(read).count(wanted) == 2, read


def test_boxes_of_a_turned_part_lie_on_the_page_where_its_lines_stand(settings: Settings, card: Image) -> None:
    page = np.full((1500, 1200, 3), 250, dtype=np.uint8)
    page[120:545, 200:874] = card
    page[800:1225, 200:874] = orientation.turned(card, 180)
    read = read_paper(page, 1, settings)
    lines = [line for line in read.lines() if "31022819901123162X" in line.text]
    middles = sorted(line.box.centre[1] * 1500 for line in lines if line.box is not None)
    # The number stands at the foot of the card, which is the top of the one upside down; the page may have been turned as a whole.
    assert read.turned in (0, 180)
    expected = [500, 845] if read.turned == 0 else [1500 - 845, 1500 - 500]
    assert middles == pytest.approx(expected, abs=40)


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_box_goes_back_to_where_it_was_cut_from(turn: Turn) -> None:
    page = np.zeros((40, 60, 3), dtype=np.uint8)
    page[12:18, 25:45] = 255
    area = Rectangle(10, 5, 50, 35)
    cutting = orientation.turned(np.ascontiguousarray(area.cut(page)), turn)
    ys, xs = np.nonzero(cutting[:, :, 0])
    inside = Rectangle(float(xs.min()), float(ys.min()), float(xs.max() + 1), float(ys.max() + 1))
    assert _on_page(inside, area, turn) == Rectangle(25, 12, 45, 18)


def test_lines_of_two_cards_that_touch_make_two_clusters() -> None:
    upper = [Rectangle(0, 30.0 * row, 200, 30.0 * row + 20) for row in range(3)]
    lower = [Rectangle(0, 300 + 30.0 * row, 200, 320 + 30.0 * row) for row in range(3)]
    assert sorted(_clusters([*upper, *lower], 80)) == [Rectangle(0, 0, 200, 80), Rectangle(0, 300, 200, 380)]
    assert len(_clusters([*upper, *lower], 300)) == 1
