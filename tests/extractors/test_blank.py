"""Blank backs: told from pages that say little, whatever the paper went through."""

from __future__ import annotations

import io

import cv2
import numpy as np
import pytest
from PIL import Image as Pillow
from PIL import ImageDraw

from extractors import ocr
from extractors.blank import is_blank
from extractors.ocr import Engine
from extractors.raster import Image
from samples.degradations import degrade
from samples.fonts import face
from samples.seals import handwriting, press
from samples.sheets import blank_page
from schemas.settings import Settings
from tests.extractors.paper_golden import PAPER, settings
from tests.extractors.paper_pictures import noisy, opened, sheet

__all__ = ["settings"]


@pytest.fixture(scope="module")
def engine(settings: Settings) -> Engine:
    return ocr.engine(settings)


def arrived(page: Pillow.Image, kind: str, seed: int, back: Pillow.Image | None = None) -> Image:
    content, _ = degrade(page, kind, 100, np.random.default_rng(seed), back=back)
    decoded = cv2.imdecode(np.frombuffer(content, dtype=np.uint8), cv2.IMREAD_COLOR)
    return np.asarray(decoded, dtype=np.uint8)


def test_blank_page_with_scan_border_and_specks_is_blank(engine: Engine) -> None:
    assert is_blank(opened(PAPER / "blank.jpg"), engine)
    assert is_blank(noisy(sheet()), engine)


@pytest.mark.parametrize("kind", ["office", "copy2", "poor", "fax", "punched", "folded", "uneven"])
def test_blank_back_is_blank_whatever_the_paper_went_through(engine: Engine, kind: str) -> None:
    assert is_blank(arrived(blank_page(100), kind, 3), engine)


def test_print_that_shines_through_from_the_back_is_not_read_as_a_page(engine: Engine) -> None:
    with Pillow.open(PAPER / "form.jpg") as form:
        assert is_blank(arrived(blank_page(100), "showthrough", 5, back=form.convert("RGB")), engine)


@pytest.mark.parametrize("name", ["form.jpg", "opinions_copy.jpg", "id_card_photo.jpg", "ticks.jpg", "certificate_turned.jpg"])
def test_page_with_text_is_never_taken_for_blank(engine: Engine, name: str) -> None:
    assert not is_blank(opened(PAPER / name), engine)


@pytest.mark.parametrize("kind", ["clean", "faint", "folded", "fax"])
def test_page_with_only_a_signature_or_one_line_is_not_thrown_away_as_blank(engine: Engine, kind: str) -> None:
    signed, line = blank_page(100), blank_page(100)
    press(signed, handwriting("沈嘉禾", 34, np.random.default_rng(1)), 560, 600)
    ImageDraw.Draw(line).text((120, 160), "以上材料属实，特此证明。", fill="black", font=face("song", 20))
    assert not is_blank(arrived(signed, kind, 2), engine)
    assert not is_blank(arrived(line, kind, 2), engine)


def test_faint_line_is_not_thrown_away_with_the_print_from_the_back(engine: Engine) -> None:
    page = blank_page(100)
    ImageDraw.Draw(page).text((120, 160), "以上材料属实，特此证明。", fill=(170, 170, 170), font=face("song", 22))
    buffer = io.BytesIO()
    page.save(buffer, "PNG")
    assert not is_blank(np.asarray(cv2.imdecode(np.frombuffer(buffer.getvalue(), np.uint8), cv2.IMREAD_COLOR), dtype=np.uint8), engine)
