"""Pictures: scans, photos, many-page TIFFs, and files that want to do harm."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from extractors import image, ocr, photo, reading
from extractors.signature import find_signatures
from schemas.errors import RejectedFile, RejectionCode
from schemas.layout import MarkKind, Method
from schemas.settings import Limits, Settings
from tests.extractors.paper_golden import PAPER, described, golden, settings
from tests.extractors.paper_pictures import opened, sheet

__all__ = ["settings"]


def test_scanned_form_says_the_same_as_the_file_it_was_printed_from(settings: Settings) -> None:
    page = image.read(PAPER / "form.jpg", 1, 1, settings)[0]
    assert described(page) == golden("form")
    assert page.method is Method.OCR
    assert page.skew == pytest.approx(-1.1, abs=0.2)
    assert page.quality > 0.95
    assert all(0 <= line.confidence <= 1 and line.box is not None for line in page.lines())


def test_opinions_with_seals_keep_their_cells_and_the_signature(settings: Settings) -> None:
    page = image.read(PAPER / "opinions.jpg", 1, 1, settings)[0]
    assert described(page) == golden("opinions")
    (signature,) = [mark for mark in page.marks if mark.kind is MarkKind.SIGNATURE]
    assert signature.text == "赵景琛"
    assert signature.confidence > 0.6


def test_unsigned_label_has_no_signature() -> None:
    assert find_signatures(np.zeros((100, 100), dtype=np.uint8), [], [], 20) == []


def test_certificate_on_its_side_is_read_upright(settings: Settings) -> None:
    page = image.read(PAPER / "certificate_turned.jpg", 1, 1, settings)[0]
    assert described(page) == golden("certificate_turned")
    assert page.width is not None and page.height is not None and page.width > page.height


def test_photographed_card_is_read(settings: Settings) -> None:
    page = image.read(PAPER / "id_card_photo.jpg", 1, 1, settings)[0]
    assert described(page) == golden("id_card_photo")


def test_card_on_a_desk_is_laid_flat(settings: Settings) -> None:
    flat = photo.flattened(opened(PAPER / "id_card_photo.jpg"), ocr.engine(settings))
    assert flat is not None
    assert flat.shape[1] / flat.shape[0] == pytest.approx(85.6 / 54, rel=0.08)


@pytest.mark.parametrize("name", ["form.jpg", "opinions.jpg", "certificate_turned.jpg", "ticks.jpg"])
def test_scan_is_not_cropped(settings: Settings, name: str) -> None:
    assert photo.flattened(opened(PAPER / name), ocr.engine(settings)) is None


def test_blank_page_is_blank(settings: Settings) -> None:
    page = image.read(PAPER / "blank.jpg", 1, 1, settings)[0]
    assert page.blank and not page.blocks


def test_picture_in_memory_reads_like_a_file(settings: Settings) -> None:
    page = image.read_picture((PAPER / "ticks.jpg").read_bytes(), 7, settings)
    assert page.number == 7
    assert described(page) == golden("ticks")


def test_tiff_pages_are_counted_and_read_by_number(settings: Settings, tmp_path: Path) -> None:
    with Pillow.open(PAPER / "ticks.jpg") as ticks, Pillow.open(PAPER / "blank.jpg") as blank:
        blank.convert("L").save(tmp_path / "two.tif", save_all=True, append_images=[ticks.convert("L")])
    assert image.count_pages(tmp_path / "two.tif", settings) == 2
    (page,) = image.read(tmp_path / "two.tif", 2, 9, settings)
    assert page.number == 2
    assert described(page) == golden("ticks")


def test_exif_orientation_is_obeyed(settings: Settings) -> None:
    stored = Pillow.fromarray(opened(PAPER / "ticks.jpg", quarter_turns=1)[:, :, ::-1])
    exif = Pillow.Exif()
    exif[0x0112] = 6  # "turn me 90 degrees clockwise"
    data = io.BytesIO()
    stored.save(data, "JPEG", exif=exif, quality=90)
    page = image.read_picture(data.getvalue(), 1, settings)
    assert page.turned == 0
    assert described(page) == golden("ticks")


def test_heic_photo_of_a_phone_is_read_upright(settings: Settings) -> None:
    assert image.count_pages(PAPER / "ticks.heic", settings) == 1
    page = image.read(PAPER / "ticks.heic", 1, 1, settings)[0]
    assert page.turned == 0
    assert described(page) == golden("ticks")


def test_half_a_heic_is_called_corrupt(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "half").write_bytes((PAPER / "ticks.heic").read_bytes()[:9_000])
    with pytest.raises(RejectedFile) as caught:
        image.read(tmp_path / "half", 1, 1, settings)
    assert caught.value.rejection is RejectionCode.CORRUPT


def test_heic_beyond_the_limit_of_pixels_is_not_decoded(settings: Settings) -> None:
    with pytest.raises(RejectedFile) as caught:
        image.count_pages(PAPER / "ticks.heic", settings.model_copy(update={"limits": Limits(pixels=100_000)}))
    assert caught.value.rejection is RejectionCode.TOO_LARGE


@pytest.mark.parametrize("format", ["GIF", "AVIF", "WEBP", "BMP"])
def test_pictures_in_other_formats_say_the_same(settings: Settings, format: str, tmp_path: Path) -> None:
    with Pillow.open(PAPER / "ticks.jpg") as ticks:
        ticks.convert("L").save(tmp_path / "x", format, **({"quality": 90} if format in ("AVIF", "WEBP") else {}))
    found = reading.inspect(tmp_path / "x", settings)
    assert (found.container, found.pages) == (False, 1)
    (page,) = reading.read_pages(tmp_path / "x", found.media_type, 1, 1, settings)
    assert described(page) == golden("ticks")


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGBA", "CMYK", "I;16"])
def test_every_pixel_format_becomes_colour(settings: Settings, mode: str, tmp_path: Path) -> None:
    source = Pillow.fromarray(sheet(60, 50)).convert("L")
    picture = source.convert("I").point(lambda value: value * 200).convert("I;16") if mode == "I;16" else source.convert(mode)
    path = tmp_path / ("x.tif" if mode in ("CMYK", "I;16") else "x.png")
    picture.save(path)
    assert image.read(path, 1, 1, settings)[0].blank


def test_truncated_picture_is_rejected_as_corrupt(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "cut.jpg"
    path.write_bytes((PAPER / "form.jpg").read_bytes()[:20_000])
    with pytest.raises(RejectedFile) as caught:
        image.read(path, 1, 1, settings)
    assert caught.value.rejection is RejectionCode.CORRUPT


def test_something_else_is_rejected_as_corrupt(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "x.jpg"
    path.write_bytes(b"no picture at all")
    with pytest.raises(RejectedFile) as caught:
        image.count_pages(path, settings)
    assert caught.value.rejection is RejectionCode.CORRUPT


def test_picture_bomb_is_rejected_before_it_is_decoded(settings: Settings, tmp_path: Path) -> None:
    small = settings.model_copy(update={"limits": Limits(pixels=100_000)})
    with pytest.raises(RejectedFile) as caught:
        image.read(PAPER / "form.jpg", 1, 1, small)
    assert caught.value.rejection is RejectionCode.TOO_LARGE


@pytest.mark.parametrize("size", [(1, 1), (3, 2), (6000, 20), (1, 5000)])
def test_picture_of_next_to_nothing_is_blank_and_crashes_nothing(settings: Settings, size: tuple[int, int]) -> None:
    data = io.BytesIO()
    Pillow.new("RGB", size, "black").save(data, "PNG")
    assert image.read_picture(data.getvalue(), 1, settings).blank
