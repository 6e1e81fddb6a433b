"""PDF files that a lenient reader opens and nobody should; and good ones that look a little like them."""

from __future__ import annotations

import zlib
from pathlib import Path

import pytest

from extractors import pdf, pdf_structure
from schemas.errors import RejectedFile, RejectionCode
from schemas.settings import Limits, Settings
from tests.extractors.paper_golden import PAPER

SETTINGS = Settings()
_BOX = b"/MediaBox[0 0 612 792]"


def _file(path: Path, *, page: bytes = b"", pages: bytes = _BOX, content: bytes = b"", extra: bytes = b"", trailer: bytes = b"") -> Path:
    """A one-page PDF; `content` is its content stream, dictionary included."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count 1/Kids[3 0 R]" + pages + b">>",
        b"<</Type/Page/Parent 2 0 R/Contents 4 0 R" + page + b">>",
        content or _stream(b"", b"0 0 m"),
        extra or b"null",
    ]
    written, places = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, start=1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    start = len(written)
    written += b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    path.write_bytes(written + b"trailer\n" + (trailer or b"<</Size 6/Root 1 0 R>>") + b"\nstartxref\n%d\n%%%%EOF\n" % start)
    return path


def _stream(dictionary: bytes, data: bytes) -> bytes:
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (dictionary, len(data), data)


def _refused(path: Path, **limits: int) -> RejectionCode:
    with pytest.raises(RejectedFile) as caught:
        pdf.count_pages(path, Settings(limits=Limits(**limits)))  # type: ignore[arg-type]  # numbers, whatever the field
    return caught.value.rejection


def test_an_ordinary_file_is_not_refused(tmp_path: Path) -> None:
    assert pdf.count_pages(_file(tmp_path / "a.pdf"), SETTINGS) == 1
    assert pdf.count_pages(PAPER / "typed.pdf", SETTINGS) == 2


def test_objects_nested_without_end_would_stop_other_readers(tmp_path: Path) -> None:
    deep = b"<<" * 5_000 + b"/Size 6/Root 1 0 R" + b">>" * 5_000
    assert _refused(_file(tmp_path / "a.pdf", trailer=deep)) == RejectionCode.CORRUPT
    assert _refused(_file(tmp_path / "b.pdf", extra=b"[ " * 5_000 + b"]" * 5_000)) == RejectionCode.CORRUPT


def test_a_picture_whose_pixels_look_like_brackets_is_not_taken_for_nesting(tmp_path: Path) -> None:
    picture = _stream(b"/Type/XObject/Subtype/Image/Width 100/Height 100/BitsPerComponent 8/ColorSpace/DeviceGray", b"[" * 10_000)
    assert pdf.count_pages(_file(tmp_path / "a.pdf", extra=picture), SETTINGS) == 1


def test_a_stream_that_expands_without_end_would_fill_the_memory(tmp_path: Path) -> None:
    once = zlib.compress(b" " * 4_000_000)
    assert _refused(_file(tmp_path / "a.pdf", content=_stream(b"/Filter/FlateDecode", once)), stream_bytes=1_000_000) == "TOO_LARGE"
    twice = _stream(b"/Filter[/FlateDecode/FlateDecode]", zlib.compress(once))
    assert _refused(_file(tmp_path / "b.pdf", content=twice), stream_bytes=1_000_000) == "TOO_LARGE"
    assert pdf.count_pages(_file(tmp_path / "c.pdf", content=_stream(b"/Filter/FlateDecode", once)), SETTINGS) == 1


def test_a_large_scan_stored_without_loss_is_not_taken_for_a_bomb(tmp_path: Path) -> None:
    blank = zlib.compress(b"\xff" * 4_000_000)
    head = b"/Subtype /Image/Width 2000/Height 2000/BitsPerComponent 8/ColorSpace/DeviceGray/Filter/FlateDecode"
    path = _file(tmp_path / "a.pdf", extra=_stream(head, blank))
    pdf_structure.check(path, Limits(stream_bytes=1_000_000))
    assert pdf.count_pages(path, SETTINGS) == 1


def test_a_damaged_stream_is_left_to_the_reader(tmp_path: Path) -> None:
    broken = zlib.compress(b" " * 400_000)[:100] + b"rubbish" * 1_000
    assert pdf.count_pages(_file(tmp_path / "a.pdf", content=_stream(b"/Filter/FlateDecode", broken)), SETTINGS) == 1


def test_a_page_that_never_says_how_large_it_is_is_no_page(tmp_path: Path) -> None:
    assert _refused(_file(tmp_path / "a.pdf", pages=b"")) == RejectionCode.CORRUPT
    assert pdf.count_pages(_file(tmp_path / "b.pdf", pages=b"", page=_BOX), SETTINGS) == 1
    assert pdf.count_pages(_file(tmp_path / "c.pdf", pages=_BOX), SETTINGS) == 1
