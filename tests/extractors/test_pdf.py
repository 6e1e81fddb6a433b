"""PDF files: typed pages by their text, scanned ones by OCR, page by page; and those that cannot or must not be opened."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest
from PIL import Image as Pillow

from extractors import pdf, pdf_text, text_layer
from schemas.errors import RejectedFile, RejectionCode
from schemas.layout import MarkKind, Method
from schemas.settings import Limits, Settings
from tests.extractors.paper_golden import PAPER, described, golden, plain, settings

__all__ = ["settings"]


def scanned(name: str, path: Path) -> Path:
    """A PDF whose only page is a picture."""
    with Pillow.open(PAPER / name) as picture:
        picture.save(path, "PDF", resolution=150)
    return path


def joined(parts: list[Path], path: Path) -> Path:
    whole = pypdfium2.PdfDocument.new()
    for part in parts:
        whole.import_pages(pypdfium2.PdfDocument(part))
    whole.save(path)
    return path


def test_typed_pages_keep_text_cells_and_spans(settings: Settings) -> None:
    pages = pdf.read(PAPER / "typed.pdf", 1, 2, settings)
    assert [described(page) for page in pages] == golden("typed")
    assert all(page.method is Method.PDF_TEXT for page in pages)
    assert all(line.confidence == 1 and line.box is not None for page in pages for line in page.lines())


def test_mixed_file_is_read_page_by_page(settings: Settings, tmp_path: Path) -> None:
    path = joined([PAPER / "typed.pdf", scanned("ticks.jpg", tmp_path / "scan.pdf")], tmp_path / "mixed.pdf")
    assert pdf.count_pages(path, settings) == 3
    typed, paper = pdf.read(path, 2, 3, settings)
    assert (typed.method, paper.method) == (Method.PDF_TEXT, Method.OCR)
    assert (typed.number, paper.number) == (2, 3)
    assert [described(typed), described(paper)] == [golden("typed")[1], golden("ticks")]


def test_scan_with_an_invisible_text_layer_is_recognised_anew(settings: Settings, tmp_path: Path) -> None:
    # What some scanner's OCR laid under the picture is not to be trusted: here it says something else.
    document = pypdfium2.PdfDocument(scanned("ticks.jpg", tmp_path / "scan.pdf"))
    page = document[0]
    font = pypdfium2.raw.FPDFText_LoadStandardFont(document, b"Helvetica")
    text = pypdfium2.raw.FPDFPageObj_CreateTextObj(document, font, 12)
    words = "some other words of a bad text layer\0".encode("utf-16-le")
    pypdfium2.raw.FPDFText_SetText(text, (pypdfium2.raw.FPDF_WCHAR * (len(words) // 2)).from_buffer_copy(words))
    pypdfium2.raw.FPDFTextObj_SetTextRenderMode(text, pypdfium2.raw.FPDF_TEXTRENDERMODE_INVISIBLE)
    pypdfium2.raw.FPDFPage_InsertObject(page, text)
    pypdfium2.raw.FPDFPage_GenerateContent(page)
    document.save(tmp_path / "layered.pdf")
    (read,) = pdf.read(tmp_path / "layered.pdf", 1, 1, settings)
    assert read.method is Method.OCR
    assert described(read) == golden("ticks")


def lettered(path: Path, table: bytes | None) -> Path:
    """A typed page of Latin capitals whose font, with a table, says that they are something else."""
    lines = [b"GENERAL MACHINERY WORKS", b"QUALITY TECHNOLOGY PRIZE", b"AWARDED IN MARCH", b"SHANGHAI QUALITY SOCIETY"]
    shown = b" ".join(b"1 0 0 1 72 %d Tm (%s) Tj" % (700 - 60 * number, line) for number, line in enumerate(lines))
    content = b"BT /F 20 Tf " + shown + b" ET"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding%s>>" % (b"/ToUnicode 6 0 R" if table else b""),
        b"<</Length %d>>stream\n%s\nendstream" % (len(table or b""), table or b""),
    ]
    body, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(body))
        body += b"%d 0 obj%s endobj\n" % (number, content)
    entries = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    path.write_bytes(
        body + b"xref\n0 7\n0000000000 65535 f \n" + entries + b"trailer<</Size 7/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % len(body)
    )
    return path


def test_font_that_lies_about_its_letters_is_not_believed(settings: Settings, tmp_path: Path) -> None:
    # A becomes 一, B 丁 and so on: sound Chinese characters, and every one of them wrong.
    table = (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def 1 begincodespacerange <00> <FF> endcodespacerange "
        b"1 beginbfrange <41> <5A> <4E00> endbfrange endcmap end end"
    )
    (honest,) = pdf.read(lettered(tmp_path / "honest.pdf", None), 1, 1, settings)
    (liar,) = pdf.read(lettered(tmp_path / "liar.pdf", table), 1, 1, settings)
    assert (honest.method, liar.method) == (Method.PDF_TEXT, Method.OCR)
    assert plain(liar.text).upper() == plain(honest.text)


@pytest.mark.parametrize("text", ["(cid:12)(cid:7)", "ÉÏº£ÖÊÁ¿", "ä¸Šæµ·è´¨é‡"])
def test_text_in_the_wrong_coding_is_garbled(text: str) -> None:
    assert text_layer.is_garbled(text)


@pytest.mark.parametrize("text", ["赟翀旻琇", "姓名 古丽娜尔·艾山", "±0.5 ℃", "Müller", "陈赟 13812345678"])
def test_rare_names_and_signs_are_not_garbled(text: str) -> None:
    assert not text_layer.is_garbled(text)


def test_picture_on_a_typed_page_is_read_too(settings: Settings, tmp_path: Path) -> None:
    document = pypdfium2.PdfDocument(PAPER / "typed.pdf")
    page = document[1]
    picture = pypdfium2.PdfImage.new(document)
    picture.load_jpeg(str(PAPER / "id_card_photo.jpg"), inline=True)
    picture.set_matrix(pypdfium2.PdfMatrix().scale(300, 225).translate(150, 60))
    page.insert_obj(picture)
    page.gen_content()
    document.save(tmp_path / "card.pdf")
    (read,) = pdf.read(tmp_path / "card.pdf", 2, 2, settings)
    assert read.method is Method.PDF_TEXT
    assert "31022819901123162X" in plain(read.text)
    assert "杨浦区人民政府" in plain(read.text)
    assert [mark.kind for mark in read.marks] == [MarkKind.PICTURE]


def test_share_of_meaningless_characters_is_measured() -> None:
    assert pdf_text.unsound_share("申报审批表") == 0
    assert pdf_text.unsound_share("\ufffd\ue123申报") == 0.5
    assert pdf_text.unsound_share("\uf0fe是\uf0a8否") == 0  # ticked and empty box of a symbol font


def rejected(path: Path, settings: Settings) -> RejectionCode:
    with pytest.raises(RejectedFile) as caught:
        pdf.count_pages(path, settings)
    return caught.value.rejection


def test_encrypted_file_is_rejected_as_encrypted(settings: Settings) -> None:
    assert rejected(PAPER / "encrypted.pdf", settings) is RejectionCode.ENCRYPTED


def test_broken_file_is_rejected_as_corrupt(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "broken.pdf"
    path.write_bytes((PAPER / "typed.pdf").read_bytes()[:3000])
    assert rejected(path, settings) is RejectionCode.CORRUPT


def test_too_many_pages_are_rejected(settings: Settings) -> None:
    assert rejected(PAPER / "typed.pdf", settings.model_copy(update={"limits": Limits(pages=1)})) is RejectionCode.TOO_LARGE


def test_giant_page_is_rejected_before_it_is_rendered(settings: Settings, tmp_path: Path) -> None:
    document = pypdfium2.PdfDocument.new()
    document.new_page(2_000_000_000, 800)
    document.save(tmp_path / "giant.pdf")
    assert rejected(tmp_path / "giant.pdf", settings) is RejectionCode.TOO_LARGE
    with pytest.raises(RejectedFile):
        pdf.read(tmp_path / "giant.pdf", 1, 1, settings)


def test_merely_large_page_is_read_at_a_lower_resolution(settings: Settings, tmp_path: Path) -> None:
    document = pypdfium2.PdfDocument.new()
    document.new_page(10_000, 8_000)
    document.save(tmp_path / "poster.pdf")
    few = settings.model_copy(update={"limits": Limits(pixels=2_000_000)})
    (page,) = pdf.read(tmp_path / "poster.pdf", 1, 1, few)
    assert page.blank


def test_sliver_of_a_page_is_blank_and_crashes_nothing(settings: Settings, tmp_path: Path) -> None:
    document = pypdfium2.PdfDocument.new()
    document.new_page(10_000, 1)
    document.save(tmp_path / "sliver.pdf")
    assert pdf.read(tmp_path / "sliver.pdf", 1, 1, settings)[0].blank
