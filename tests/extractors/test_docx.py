"""The Word reader: nothing that stands visibly in a form may be lost, and nothing that does not may appear."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from lxml.etree import XMLSyntaxError

from extractors import docx, image
from schemas.errors import RejectedFile, RejectionCode
from schemas.layout import Line, Method, Page, Table
from schemas.settings import Limits, Settings
from tests.extractors.make_sources import (
    DATA,
    MAIN_TYPE,
    NAMESPACES,
    cell,
    complex_field,
    control,
    everything_docx,
    paragraph,
    photo,
    picture,
    row,
    table,
    text_run,
    tick_control,
    word_file,
    zip_file,
)

SETTINGS = Settings()

_TYPES_WITH_STYLES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    f'<Default Extension="xml" ContentType="{MAIN_TYPE.replace("document.main", "styles")}"/>'
    f'<Override PartName="/word/document.xml" ContentType="{MAIN_TYPE}"/></Types>'
).encode()


def _read(tmp_path: Path, content: bytes, settings: Settings = SETTINGS) -> Page:
    path = tmp_path / "a.docx"
    path.write_bytes(content)
    return docx.read_body(path, settings)


def _table(page: Page) -> Table:
    return next(page.tables())


def _refused(tmp_path: Path, content: bytes, settings: Settings = SETTINGS) -> str:
    with pytest.raises(RejectedFile) as caught:
        _read(tmp_path, content, settings)
    return caught.value.code


def test_golden_every_construct_of_word_is_read_as_it_is_seen() -> None:
    page = docx.read_body(DATA / "everything.docx", SETTINGS)
    golden = json.loads((DATA / "everything.json").read_text(encoding="utf-8"))
    assert page.model_dump(mode="json", exclude_defaults=True) == golden


def test_the_source_of_the_golden_is_what_its_script_makes(tmp_path: Path) -> None:
    assert docx.read_body(DATA / "everything.docx", SETTINGS) == _read(tmp_path, everything_docx())


def test_a_content_control_around_a_cell_does_not_shift_the_values_of_its_row(tmp_path: Path) -> None:
    form = table(
        row(control(cell(paragraph(text_run("姓名")))), cell(paragraph(text_run("赵喆"))), cell(paragraph(text_run("男")))), columns=3
    )
    assert [(c.col, c.text) for c in _table(_read(tmp_path, word_file(form))).cells] == [(0, "姓名"), (1, "赵喆"), (2, "男")]


def test_rows_in_a_content_control_are_rows(tmp_path: Path) -> None:
    form = table(row(cell(paragraph(text_run("a")))), control(row(cell(paragraph(text_run("b"))))), columns=1)
    assert [(c.row, c.text) for c in _table(_read(tmp_path, word_file(form))).cells] == [(0, "a"), (1, "b")]


def test_the_prompt_of_an_empty_control_is_no_value_and_its_cell_keeps_its_place(tmp_path: Path) -> None:
    prompt = control(cell(paragraph(text_run("请输入"))), "<w:showingPlcHdr/>")
    cells = _table(_read(tmp_path, word_file(table(row(prompt, cell(paragraph(text_run("x")))), columns=2)))).cells
    assert [(c.col, c.text) for c in cells] == [(0, ""), (1, "x")]


def test_merged_cells_stand_once_with_their_spans(tmp_path: Path) -> None:
    def down(kind: str, text: str = "") -> str:
        return cell(paragraph(text_run(text)), properties=f'<w:gridSpan w:val="2"/><w:vMerge w:val="{kind}"/>')

    form = table(
        *(row(down("restart" if n == 0 else "continue", "个人简历" if n == 0 else ""), cell(paragraph(text_run(str(n))))) for n in range(3))
    )
    cells = _table(_read(tmp_path, word_file(form))).cells
    assert [(c.row, c.col, c.row_span, c.col_span, c.text) for c in cells] == [
        (0, 0, 3, 2, "个人简历"),
        (0, 2, 1, 1, "0"),
        (1, 2, 1, 1, "1"),
        (2, 2, 1, 1, "2"),
    ]


def test_a_merge_that_was_never_begun_loses_no_text(tmp_path: Path) -> None:
    form = table(row(cell(paragraph(text_run("赵喆")), properties="<w:vMerge/>")), columns=1)
    assert [c.text for c in _table(_read(tmp_path, word_file(form))).cells] == ["赵喆"]


@pytest.mark.parametrize(("ticked", "shown", "read"), [(True, "☒", "☑"), (False, "☐", "□"), (True, "☐", "▨"), (False, "☑", "▨")])
def test_a_tick_control_whose_sign_contradicts_its_state_is_not_decided(ticked: bool, shown: str, read: str, tmp_path: Path) -> None:
    assert _read(tmp_path, word_file(paragraph(tick_control(ticked, shown), text_run("是")))).text == f"{read}是"


def test_a_tick_control_around_a_whole_cell_or_paragraph_is_one_box(tmp_path: Path) -> None:
    properties = '<w14:checkbox><w14:checked w14:val="1"/></w14:checkbox>'
    around_cell = table(row(control(cell(paragraph(text_run("☒"))), properties), cell(paragraph(text_run("是")))), columns=2)
    around_paragraph = control(paragraph(text_run("☒")), properties)
    page = _read(tmp_path, word_file(around_cell + around_paragraph))
    assert [line.text for line in page.lines()] == ["☑", "是", "☑"]


def test_a_field_that_never_ends_does_not_swallow_the_rest_of_the_form(tmp_path: Path) -> None:
    broken = paragraph('<w:r><w:fldChar w:fldCharType="begin"/></w:r>', text_run("指令")) + paragraph(
        "<w:r><w:instrText>PAGE</w:instrText></w:r>"
    )
    assert _read(tmp_path, word_file(broken + paragraph(text_run("姓名：赵喆")))).text == "姓名：赵喆"


def test_a_circled_character_is_read_although_word_stores_it_as_a_formula(tmp_path: Path) -> None:
    content = word_file(paragraph(complex_field(r"eq \o\ac(○,3)"), text_run("质量"), complex_field(r"eq \o\ac(□,√)"), text_run("是")))
    assert _read(tmp_path, content).text == "③质量☑是"


def test_strict_ooxml_is_read_too(tmp_path: Path) -> None:
    strict = "http://purl.oclc.org/ooxml/wordprocessingml/main"
    document = f'<w:document xmlns:w="{strict}"><w:body>{paragraph(text_run("赵喆"))}</w:body></w:document>'.encode()
    assert _read(tmp_path, word_file("", document=document)).text == "赵喆"


@pytest.mark.parametrize(
    ("parts", "relations", "main_type"),
    [
        ({}, {"a": ("image", "../NULL"), "b": ("header", "header9.xml")}, MAIN_TYPE),
        ({"word/styles.xml": b"<w:styles", "[Content_Types].xml": _TYPES_WITH_STYLES}, {"a": ("styles", "styles.xml")}, MAIN_TYPE),
        ({"WORD/Media/A.JPEG": b"x"}, {"a": ("image", "media/a.jpeg")}, MAIN_TYPE),
        ({}, {}, MAIN_TYPE.replace("document.main", "template.main")),
    ],
    ids=["relations to nothing", "broken style sheet", "letter case and no content type", "template"],
)
def test_what_word_overlooks_does_not_cost_the_form(
    parts: dict[str, bytes], relations: dict[str, tuple[str, str]], main_type: str, tmp_path: Path
) -> None:
    content = word_file(paragraph(text_run("赵喆")), parts=parts, relations=relations, main_type=main_type)
    assert _read(tmp_path, content).text == "赵喆"
    # When python-docx opens all of these by itself, `open_document` can be its `Document`.
    with pytest.raises((KeyError, ValueError, XMLSyntaxError)):
        Document(BytesIO(content))


def test_the_name_of_a_picture_is_found_in_any_letter_case(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(word_file(paragraph(picture("a")), parts={"WORD/A.JPEG": photo(500, 700)}, relations={"a": ("image", "a.jpeg")}))
    assert docx.count_pages(path, SETTINGS) == 2


def test_a_comment_in_the_xml_takes_neither_text_nor_rows_with_it(tmp_path: Path) -> None:
    hidden = "<!-- x -->"
    rows = f"<mc:AlternateContent>{hidden}<mc:Choice>{row(cell(paragraph(text_run(f'赵{hidden}喆'))))}</mc:Choice></mc:AlternateContent>"
    page = _read(tmp_path, word_file(table(rows, columns=1)))
    assert [(line.text, line.confidence) for line in page.lines()] == [("赵喆", 1.0)]


def test_a_web_page_that_an_office_system_put_in_whole_is_read(tmp_path: Path) -> None:
    page = (
        "<html><body><p>姓名：赵喆</p><table><tr><td rowspan=2>简历</td><td>a</td></tr><tr><td>b</td></tr></table></body></html>".encode()
    )
    content = word_file('<w:altChunk r:id="rId5"/>', parts={"word/chunk.html": page}, relations={"rId5": ("aFChunk", "chunk.html")})
    read = _read(tmp_path, content)
    assert isinstance(read.blocks[0], Line) and read.blocks[0].text == "姓名：赵喆"
    assert [(c.row, c.col, c.row_span, c.text) for c in _table(read).cells] == [(0, 0, 2, "简历"), (0, 1, 1, "a"), (1, 1, 1, "b")]


def test_large_pictures_become_pages_once_each_in_order_and_small_ones_do_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The picture reader has its own tests; here it is only asked which pictures arrive, in which order.
    monkeypatch.setattr(
        image, "read_picture", lambda data, number, settings: Page(number=number, method=Method.OCR, width=float(len(data)))
    )
    pictures = {"a": photo(500, 700), "b": photo(700, 500, 90), "icon": photo(60, 60)}
    body = paragraph(picture("a")) + table(row(cell(paragraph(picture("icon"), picture("b"), picture("a")))), columns=1)
    content = word_file(
        body,
        parts={f"word/media/{name}.jpeg": data for name, data in pictures.items()},
        relations={name: ("image", f"media/{name}.jpeg") for name in pictures},
    )
    path = tmp_path / "a.docx"
    path.write_bytes(content)
    assert docx.count_pages(path, SETTINGS) == 3
    pages = docx.read(path, 2, 3, SETTINGS)
    assert [(page.number, page.width) for page in pages] == [(2, len(pictures["a"])), (3, len(pictures["b"]))]


def test_a_broken_picture_does_not_take_the_form_with_it(tmp_path: Path) -> None:
    broken = b"\xff\xd8\xff" + bytes(30_000)
    content = word_file(paragraph(text_run("姓名"), picture("a")), parts={"word/a.jpeg": broken}, relations={"a": ("image", "a.jpeg")})
    path = tmp_path / "a.docx"
    path.write_bytes(content)
    pages = docx.read(path, 1, docx.count_pages(path, SETTINGS), SETTINGS)
    assert pages[0].text == "姓名"
    assert (pages[1].number, pages[1].quality) == (2, 0.0)


@pytest.mark.parametrize(
    "entity",
    ['<!ENTITY x "y">', '<!ENTITY x SYSTEM "file:///etc/hostname">', '<!ENTITY % x SYSTEM "http://example.com/x.dtd">%x;'],
    ids=["bomb", "file", "parameter"],
)
def test_an_entity_that_would_lose_text_in_silence_refuses_the_file(entity: str, tmp_path: Path) -> None:
    document = f"<!DOCTYPE d [{entity}]><w:document {NAMESPACES}><w:body>{paragraph(text_run('张&x;三'))}</w:body></w:document>".encode()
    assert _refused(tmp_path, word_file("", document=document)) == RejectionCode.CORRUPT


_REMOTE = '<!DOCTYPE d [<!ENTITY x SYSTEM "http://example.com/">]>'


@pytest.mark.parametrize(
    ("part", "content"),
    [
        ("word/styles.xml", f"{_REMOTE}<w:styles {NAMESPACES}/>".encode()),
        ("docProps/app.xml", b"<!DOCTYPE d><Properties/>"),
        ("word/header1.xml", f"{_REMOTE}<w:hdr {NAMESPACES}/>".encode("utf-16")),
        ("customXml/_rels/item1.xml.rels", _REMOTE.encode()),
        ("word/drawing1.vml", b"<!DOCTYPE d><xml/>"),
    ],
)
def test_a_document_type_in_any_other_part_refuses_the_file(part: str, content: bytes, tmp_path: Path) -> None:
    assert _refused(tmp_path, word_file(paragraph(text_run("张三")), parts={part: content})) == RejectionCode.CORRUPT


def test_a_document_type_hidden_by_its_encoding_refuses_the_file(tmp_path: Path) -> None:
    head = '<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE d +AFsAPAAh-ENTITY x "y"+AD4AXQA+-'
    document = f"{head}<w:document {NAMESPACES}><w:body>{paragraph(text_run('a'))}</w:body></w:document>".encode("ascii")
    assert b"<!DOCTYPE" not in document
    assert _refused(tmp_path, word_file("", document=document)) == RejectionCode.CORRUPT


def test_an_entity_that_points_to_the_web_is_not_fetched_and_its_line_is_not_trusted(tmp_path: Path) -> None:
    document = f"{_REMOTE}<w:document {NAMESPACES}><w:body>{paragraph(text_run('张&x;三'))}</w:body></w:document>".encode()
    assert [(line.text, line.confidence) for line in _read(tmp_path, word_file("", document=document)).lines()] == [("张&x;三", 0.0)]


def test_a_word_file_that_expands_beyond_all_measure_is_never_parsed(tmp_path: Path) -> None:
    assert _refused(tmp_path, word_file(paragraph(text_run("a" * 3_000_000)))) == RejectionCode.ARCHIVE_BOMB


def test_the_limit_on_expanded_bytes_holds_for_word_files(tmp_path: Path) -> None:
    settings = Settings(limits=Limits(expanded_bytes=500))
    assert _refused(tmp_path, word_file(paragraph(text_run("a" * 1_000))), settings) == RejectionCode.ARCHIVE_BOMB


def test_half_a_word_file_is_called_corrupt() -> None:
    with pytest.raises(RejectedFile) as caught:
        docx.read_body(DATA / "truncated.docx", SETTINGS)
    assert caught.value.code == RejectionCode.CORRUPT


@pytest.mark.parametrize(
    "content",
    [zip_file([("[Content_Types].xml", b"<Types/>")]), word_file("", document=b"<w:document"), word_file("", document=b"<a/>")],
    ids=["no main part", "broken XML", "no body"],
)
def test_a_word_file_without_its_essentials_is_called_corrupt(content: bytes, tmp_path: Path) -> None:
    assert _refused(tmp_path, content) == RejectionCode.CORRUPT
