"""Notices to recommending units: what goes in, what stays out, and that material which answers one closes the very findings it cures."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from docx import Document

from flows.cli import run
from flows.wording import chinese_number, masked_numbers, problem
from pipeline.rulebook import load_rulebook
from schemas.codes import DocType, FileStatus
from schemas.records import FiledDocument, FileRecord
from tests.pipeline.filed import UNIT, whole_dossier
from warehouse.connection import open_read_only, open_warehouse
from warehouse.load import load_file
from warehouse.notices import past_notices

ROOT = Path(__file__).resolve().parents[2]


def load(path: Path, documents: list[FiledDocument]) -> None:
    with open_warehouse(path) as warehouse:
        for document in documents:
            record = FileRecord(
                file_id=document.document.file_id,
                path=document.path,
                sha256=document.document.file_id * 4,
                media_type="application/pdf",
                received_at=document.received_at,
                status=FileStatus.LOADED,
                pages=document.document.page_to or 1,
            )
            load_file(warehouse, record, [document.document])
    assert run(["replay", "--apply", "--warehouse", str(path)]) == 0


def words_of(path: Path) -> str:
    document = Document(str(path))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def test_material_that_answers_a_notice_cures_its_findings_and_the_next_notice_lists_what_remains(tmp_path: Path) -> None:
    path, out = tmp_path / "w.duckdb", tmp_path / "out"
    late = (DocType.ID_CARD, DocType.UNION_CARD)
    whole = list(whole_dossier())
    load(path, [one for one in whole if one.document.doc_type not in late])
    arguments = ["notice", UNIT, "--out", str(out), "--by", "秘书", "--warehouse", str(path)]
    assert run([*arguments, "--due", "2024-04-10"]) == 0
    (first,) = out.glob("*第1次.docx")
    text = words_of(first)
    assert "请提交身份证复印件" in text and "工会会员服务卡" in text and "2024年4月10日" in text and "通知二3" in text
    assert "ID_CARD_MISSING" not in text and "notice:" not in text
    load(path, [one for one in whole if one.document.doc_type == DocType.ID_CARD])
    with open_read_only(path) as warehouse:
        (notice,) = past_notices(warehouse, UNIT)
    states = {one.asked.problem: one.state for one in notice.findings if one.asked}
    assert {state for said, state in states.items() if "身份证" in said} == {"cured"}
    assert {state for said, state in states.items() if "工会会员服务卡" in said} == {"open"}
    assert run(arguments) == 0
    second = words_of(next(iter(out.glob("*第2次.docx"))))
    assert "第二次通知" in second and "第一次通知已提出" in second and "已经补正的" in second
    assert notice.due == date(2024, 4, 10) and notice.issued_by == "秘书"


def test_a_draft_leaves_no_record_and_a_unit_without_faults_gets_no_notice(tmp_path: Path) -> None:
    path, whole = tmp_path / "w.duckdb", list(whole_dossier())
    load(path, [one for one in whole if one.document.doc_type != DocType.ID_CARD])
    assert run(["notice", UNIT, "--draft", "--out", str(tmp_path), "--by", "甲", "--warehouse", str(path)]) == 0
    with open_read_only(path) as warehouse:
        assert past_notices(warehouse, UNIT) == []
    load(path, [one for one in whole if one.document.doc_type == DocType.ID_CARD])
    assert run(["notice", UNIT, "--out", str(tmp_path), "--by", "甲", "--warehouse", str(path)]) == 1
    assert run(["notice", "没有的单位", "--by", "甲", "--warehouse", str(path)]) == 1


def test_numbers_are_masked_but_a_contradiction_between_two_stays_visible() -> None:
    shown = masked_numbers("申报表为“330282198812241553”，身份证为“330282198812241554”，电话13764905312")
    assert "330282198812241553" not in shown and "13764905312" not in shown
    assert "53”" in shown and "54”" in shown and "5312" in shown
    middle = masked_numbers("“330282198812241553”与“330282198912241553”")
    assert "8＊" in middle and "9＊" in middle
    assert "3302 8219 8812 2415 53" not in masked_numbers("3302 8219 8812 2415 53")
    assert masked_numbers("2019-03-25至2024-03-25，通知四(三)") == "2019-03-25至2024-03-25，通知四(三)"


@pytest.mark.parametrize("number", [(1, "一"), (10, "十"), (12, "十二"), (20, "二十"), (21, "二十一")])
def test_numbers_of_sections_read_as_people_write_them(number: tuple[int, str]) -> None:
    assert chinese_number(number[0]) == number[1]


def test_advice_to_reviewers_does_not_go_to_the_unit() -> None:
    findings = load_rulebook(ROOT / "rulebook", ROOT / "editions" / "2024.yaml").findings
    message = "没有收到张三的申报审批表（附件1），目前只有：身份证。请向某工会索取申报审批表电子版和原件。"
    assert problem("FORM_MISSING", message, findings) == "没有收到张三的申报审批表（附件1），目前只有：身份证。"
    assert problem("UNION_CARD_MISSING", "没有收到张三的工会会员服务卡（或工会电子会员证）复印件。请补交。", findings).endswith("复印件。")
