"""Excel workbooks: the summary that a unit sends as a sheet says the same as the one it would have sent as a Word table.

`data/workbook/summary.*` are one invented summary, written by openpyxl and xlwt: dates shown as months, one identity number typed as a
number, a hidden sheet, an empty one.
"""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from extractors import reading, sniff
from pipeline.process import documents_of
from pipeline.rulebook import load_rulebook
from schemas.codes import DocType, Source
from schemas.errors import RejectedFile, RejectionCode
from schemas.layout import Layout, Line, Method, Page
from schemas.settings import Settings
from tests.extractors.compound_file import compound_file
from tests.extractors.make_sources import DATA, zip_file

SETTINGS = Settings()
SUMMARIES = [DATA / "workbook" / "summary.xlsx", DATA / "workbook" / "summary.xls"]
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
Rows = list[list[Any]]


def _workbook(*sheets: tuple[str, Rows], merged: str = "", state: str = "visible", parts: dict[str, bytes] | None = None) -> bytes:
    """A minimal xlsx; a date becomes a number with a date format, None an empty cell."""
    names = "".join(f'<sheet name="{name}" sheetId="{n}" state="{state}" r:id="rId{n}"/>' for n, (name, _) in enumerate(sheets, start=1))
    overrides = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
        for n in range(1, len(sheets) + 1)
    )
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{_LINKS}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in range(1, len(sheets) + 1)
    )
    relations = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
    contents = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" '
        f'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>{overrides}</Types>',
        "_rels/.rels": f'<Relationships {relations}><Relationship Id="rId1" Type="{_LINKS}/officeDocument" Target="xl/workbook.xml"/>'
        "</Relationships>",
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_LINKS}"><sheets>{names}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships {relations}>{links}<Relationship Id="rId99" Type="{_LINKS}/styles" '
        'Target="styles.xml"/></Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>',
        **{f"xl/worksheets/sheet{n}.xml": _sheet(rows, merged) for n, (_, rows) in enumerate(sheets, start=1)},
    }
    return zip_file([*((name, text.encode()) for name, text in contents.items()), *(parts or {}).items()])


def _sheet(rows: Rows, merged: str) -> str:
    lines = "".join(
        f'<row r="{number}">{"".join(_cell(chr(65 + column), number, value) for column, value in enumerate(row))}</row>'
        for number, row in enumerate(rows, start=1)
    )
    ranges = f'<mergeCells count="1"><mergeCell ref="{merged}"/></mergeCells>' if merged else ""
    return f'<worksheet xmlns="{_MAIN}"><sheetData>{lines}</sheetData>{ranges}</worksheet>'


def _cell(column: str, row: int, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        days = (datetime(value.year, value.month, value.day) - datetime(1899, 12, 30)).days
        return f'<c r="{column}{row}" s="1"><v>{days}</v></c>'
    if isinstance(value, int | float):
        return f'<c r="{column}{row}"><v>{value}</v></c>'
    return f'<c r="{column}{row}" t="inlineStr"><is><t xml:space="preserve">{value}</t></is></c>'


def _pages(path: Path) -> tuple[Page, ...]:
    found = reading.inspect(path, SETTINGS)
    assert found.pages is not None
    pages = reading.read_pages(path, found.media_type, 1, found.pages, SETTINGS)
    assert [page.number for page in pages] == list(range(1, found.pages + 1))
    return pages


def _read(tmp_path: Path, content: bytes) -> Page:
    (tmp_path / "无扩展名").write_bytes(content)
    (page,) = _pages(tmp_path / "无扩展名")
    return page


def _refused(tmp_path: Path, content: bytes) -> str:
    (tmp_path / "a").write_bytes(content)
    with pytest.raises(RejectedFile) as caught:
        _pages(tmp_path / "a")
    return caught.value.code


def _texts(page: Page) -> list[Any]:
    return [
        block.text if isinstance(block, Line) else [[cell.text for cell in block.cells if cell.row == row] for row in range(block.rows)]
        for block in page.blocks
    ]


def _column(page: Page, column: int) -> list[str]:
    (table,) = page.tables()
    return [cell.text for cell in table.cells if cell.col == column]


@pytest.mark.parametrize("path", SUMMARIES, ids=["xlsx", "xls"])
def test_golden_a_summary_keeps_its_heading_its_table_and_its_note(path: Path) -> None:
    (page,) = _pages(path)
    assert page.method is Method.XLSX
    heading = [
        "序号",
        "姓名",
        "性别",
        "出生年月",
        "身份证号",
        "工作单位",
        "岗位／职务",
        "技能等级／职称",
        "近五年主要质量荣誉",
        "联系电话",
        "备注",
    ]
    texts = _texts(page)
    assert texts[:3] == [
        "附件2",
        "第二届（2024年度）“上海质量工匠”培养选树推荐汇总表",
        "推荐单位（盖章）：上海市医务工会　　联系人：董悦蓉　　联系电话：021-59745459　　填报日期：2024年3月15日",
    ]
    assert texts[3][0] == heading
    assert texts[3][1][:5] == ["1", "薛宝国", "男", "1987年12月", "340111198712267352"]
    assert texts[3][2][9] == "18898073600"
    assert [row[0] for row in texts[3]] == ["序号", "1", "2", "3", "4"]
    assert texts[4:] == ["注：本表由推荐单位填写，加盖单位公章，一式一份，连同申报材料一并报送。"]


@pytest.mark.parametrize("path", SUMMARIES, ids=["xlsx", "xls"])
def test_the_summary_reader_finds_every_applicant_and_no_false_identity_number(path: Path) -> None:
    rulebook = load_rulebook(SETTINGS.rulebook_dir, SETTINGS.edition_file, SETTINGS.calibration)
    layout = Layout(sha256="0" * 64, media_type=sniff.media_type(path), pages=_pages(path))
    (document,) = documents_of(layout, "0" * 16, rulebook)
    assert (document.doc_type, document.source, document.page_from) == (DocType.RECOMMENDATION_SUMMARY, Source.ELECTRONIC, 1)
    values = {(value.field, value.row): value for value in document.fields}
    assert [values["name", row].value for row in (1, 2)] == ["薛宝国", "刘玉"]
    assert values["birth_date", 1].value == "1987-12"
    assert values["id_number", 1].value == "340111198712267352"
    assert values["recommending_unit", 0].value == "上海市医务工会"
    spoilt = values["id_number", 2]
    assert (spoilt.value, spoilt.needs_review) == ("", True)
    assert spoilt.raw.startswith("3.1010419650621")
    assert max(row for _, row in values) == 2


def test_a_column_of_first_days_is_months_and_one_with_other_days_is_days(tmp_path: Path) -> None:
    rows: Rows = [
        ["姓名", "出生年月", "填表日期"],
        ["甲", date(1990, 5, 1), date(2024, 3, 1)],
        ["乙", date(1985, 12, 1), date(2024, 3, 15)],
    ]
    page = _read(tmp_path, _workbook(("Sheet1", rows)))
    assert _column(page, 1) == ["出生年月", "1990年5月", "1985年12月"]
    assert _column(page, 2) == ["填表日期", "2024-03-01", "2024-03-15"]


def test_numbers_are_written_as_people_typed_them(tmp_path: Path) -> None:
    page = _read(tmp_path, _workbook(("Sheet1", [["a", "b"], [13812345678, "x"], [0.1, "x"], [12.0, "x"], [-3, "x"]])))
    assert _column(page, 0) == ["a", "13812345678", "0.1", "12", "-3"]


def test_a_merged_cell_spans_its_rows_and_columns(tmp_path: Path) -> None:
    page = _read(tmp_path, _workbook(("Sheet1", [["姓名", "荣誉", "年"], ["甲", "一等奖", 2020], [None, "二等奖", 2021]]), merged="A2:A3"))
    (table,) = page.tables()
    (name,) = [cell for cell in table.cells if cell.text == "甲"]
    assert (name.row, name.col, name.row_span, name.col_span) == (1, 0, 2, 1)
    assert sum(1 for cell in table.cells if cell.row == 2) == 2


def test_labels_beside_their_values_above_the_table_are_kept_together(tmp_path: Path) -> None:
    head = ["序号", "姓名", "性别", "身份证号", "工作单位", "电话"]
    rows: Rows = [["推荐汇总表"], ["推荐单位", "某工会"], ["联系人：", "李某"], head, [1, "甲", "男", "x", "y", "z"]]
    texts = _texts(_read(tmp_path, _workbook(("Sheet1", rows))))
    assert texts[:3] == ["推荐汇总表", [["推荐单位", "某工会"]], "联系人：李某"]
    assert texts[3][0] == head


def test_a_title_that_stands_only_on_the_tab_is_not_lost(tmp_path: Path) -> None:
    assert _texts(_read(tmp_path, _workbook(("推荐汇总表", [["姓名", "性别"], ["甲", "男"]]))))[0] == "推荐汇总表"


def test_each_filled_sheet_is_a_page_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(_workbook(("一", [["a", "b"]]), ("空", []), ("二", [["c", "d"]])))
    pages = _pages(tmp_path / "a")
    assert [_texts(page)[0] for page in pages] == ["一", "二"]


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_what_the_sender_hid_is_not_read(state: str, tmp_path: Path) -> None:
    assert _refused(tmp_path, _workbook(("一", [["a", "b"]]), state=state)) == RejectionCode.EMPTY


def test_an_empty_workbook_is_not_silent(tmp_path: Path) -> None:
    assert _refused(tmp_path, _workbook(("一", []))) == RejectionCode.EMPTY


@pytest.mark.parametrize("path", SUMMARIES, ids=["xlsx", "xls"])
def test_half_a_workbook_is_called_corrupt(path: Path, tmp_path: Path) -> None:
    content = path.read_bytes()
    assert _refused(tmp_path, content[: len(content) - 1_500]) == RejectionCode.CORRUPT


def test_a_workbook_with_a_password_is_reported_as_such(tmp_path: Path) -> None:
    begin = bytes.fromhex("09081000000605000000000000000000") + bytes(4)
    file_pass = bytes.fromhex("2f0006000000") + bytes(4)
    stream = begin + file_pass + bytes.fromhex("0a000000") + bytes(5_000)
    assert _refused(tmp_path, compound_file({"Workbook": stream})) == RejectionCode.ENCRYPTED
    assert _refused(tmp_path, compound_file({"EncryptedPackage": b"x"})) == RejectionCode.ENCRYPTED


def test_entities_and_cells_at_the_end_of_the_world_are_refused(tmp_path: Path) -> None:
    entity = {"xl/sharedStrings.xml": b'<!DOCTYPE x [<!ENTITY a "b">]><sst/>'}
    assert _refused(tmp_path, _workbook(("一", [["a", "b"]]), parts=entity)) == RejectionCode.CORRUPT
    rows: Rows = [["a"], ["b"]]
    sheet = _sheet(rows, "").replace('r="A2"', 'r="XFD1048576"').replace('row r="2"', 'row r="1048576"')
    (tmp_path / "far").mkdir()
    content = zip_file([(name, sheet.encode() if "worksheets" in name else data) for name, data in _unzipped(_workbook(("一", rows)))])
    assert _refused(tmp_path / "far", content) == RejectionCode.TOO_LARGE


def _unzipped(content: bytes) -> list[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return [(name, archive.read(name)) for name in archive.namelist()]


def test_ticks_in_a_sheet_are_ticks(tmp_path: Path) -> None:
    page = _read(tmp_path, _workbook(("Sheet1", [["是否会员", "☑是 □否"], ["甲", "■是 □否"]])))
    assert [cell.text for table in page.tables() for cell in table.cells][1::2] == ["☑是 □否", "☑是 □否"]
