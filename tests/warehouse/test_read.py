"""Reading back: the records as they were loaded, with people's corrections over them."""

from __future__ import annotations

from schemas.codes import DocType, FileStatus, FindingStatus, Source
from schemas.layout import Box, Method
from tests.warehouse import records as make
from warehouse.connection import Warehouse, open_read_only
from warehouse.decisions import correct, decide, decisions
from warehouse.load import load_file, load_judgement
from warehouse.read import (
    ApplicantSummary,
    CodeCount,
    applicants,
    filed_documents,
    first_copy,
    known_file,
    status_summary,
    units,
)


def test_a_document_comes_back_exactly_as_it_was_loaded(warehouse: Warehouse) -> None:
    file = make.a_file(pages=3)
    document = make.a_document(
        file,
        DocType.ID_CARD,
        make.a_value("name", "张三", page=None, method=Method.DOCX),
        make.a_value("card_side", "front"),
        make.a_value("card_side", "back", needs_review=True),
        pages=(2, 3),
    ).model_copy(update={"box": Box(x0=0, y0=0.1, x1=1, y1=0.5)})
    load_file(warehouse, file, [document])
    (filed,) = filed_documents(warehouse)
    assert filed.document == document
    assert (filed.path, filed.parent_file_id, filed.received_at, filed.sequence) == (file.path, None, file.received_at, 0)


def test_documents_come_in_order_of_arrival_and_place(warehouse: Warehouse) -> None:
    late, early = make.a_file("a.pdf", pages=2), make.a_file("b.pdf", received_at=make.RECEIVED.replace(day=1))
    load_file(warehouse, late, [make.a_document(late, pages=(2, 2)), make.a_document(late, pages=(1, 1))])
    load_file(warehouse, early, [make.a_document(early)])
    assert [(filed.path, filed.sequence, filed.document.page_from) for filed in filed_documents(warehouse)] == [
        ("b.pdf", 0, 1),
        ("a.pdf", 0, 2),
        ("a.pdf", 1, 1),
    ]


def test_a_corrected_value_is_certain_and_a_value_added_by_a_person_is_there(warehouse: Warehouse) -> None:
    file = make.a_file()
    document = make.a_document(
        file,
        DocType.APPLICATION_FORM,
        make.a_value("phone", "1380000000l", confidence=0.4, needs_review=True),
        make.a_value("honour_title", "甲", row=1),
        make.a_value("honour_title", "乙", row=2),
    )
    load_file(warehouse, file, [document])
    for field, row, value in (("phone", 0, "13800000001"), ("honour_title", 2, "丙"), ("district", 0, "徐汇区")):
        correct(warehouse, document.document_id, field, value, row=row, by="王审核", at=make.DECIDED)
    (filed,) = filed_documents(warehouse)
    said = [(value.field, value.row, value.value, value.confidence, value.needs_review) for value in filed.document.fields]
    assert said == [
        ("phone", 0, "13800000001", 1.0, False),
        ("honour_title", 1, "甲", 0.97, False),
        ("honour_title", 2, "丙", 1.0, False),
        ("district", 0, "徐汇区", 1.0, False),
    ]
    assert (filed.document.fields[0].raw, filed.document.fields[3].raw) == (" 1380000000l", "")


def test_a_value_corrected_to_nothing_stays_nothing(warehouse: Warehouse) -> None:
    file = make.a_file()
    document = make.a_document(file, DocType.APPLICATION_FORM, make.a_value("duty", "污渍", needs_review=True))
    load_file(warehouse, file, [document])
    correct(warehouse, document.document_id, "duty", "", by="王审核", at=make.DECIDED)
    assert [(value.value, value.needs_review) for value in filed_documents(warehouse)[0].document.fields] == [("", False)]


def test_a_known_file_is_recognised_by_path_and_content_together(warehouse: Warehouse) -> None:
    file = make.a_file("a.pdf")
    load_file(warehouse, file)
    assert known_file(warehouse, "a.pdf", file.sha256) == file.file_id
    assert known_file(warehouse, "b.pdf", file.sha256) is None
    assert known_file(warehouse, "a.pdf", make.sha("other")) is None


def test_the_first_copy_is_never_itself_a_duplicate(warehouse: Warehouse) -> None:
    first = make.a_file("b.pdf", content="x")
    copy = make.a_file("a.pdf", content="x", status=FileStatus.DUPLICATE, duplicate_of=first.file_id)
    assert first_copy(warehouse, first.sha256) is None
    load_file(warehouse, first)
    load_file(warehouse, copy)
    assert first_copy(warehouse, first.sha256) == first.file_id


def test_decisions_can_be_asked_for_before_judging_again(season: Warehouse) -> None:
    ((finding_id,), *_) = season.execute("SELECT finding_id FROM review.findings")
    decide(season, finding_id, FindingStatus.WAIVED, by="甲", at=make.DECIDED, reason="核实")
    load_judgement(season, make.a_judgement())
    assert {finding: (one.status, one.decided_by, one.reason) for finding, one in decisions(season).items()} == {
        finding_id: (FindingStatus.WAIVED, "甲", "核实")
    }


def test_the_status_says_what_is_in_what_is_rejected_and_what_awaits_a_person(season: Warehouse) -> None:
    status = status_summary(season)
    assert [(count.code, count.title, count.count) for count in status.files] == [
        ("loaded", "已入库", 4),
        ("duplicate", "重复文件", 1),
        ("rejected", "无法读取", 1),
    ]
    assert [(rejected.path, rejected.error_code, rejected.error) for rejected in status.rejected] == [
        ("汇总.zip!/扫描.pdf", "ENCRYPTED", "ENCRYPTED 的说明")
    ]
    assert {count.code: count.count for count in status.documents} == {
        "application_form": 2,
        "id_card": 1,
        "union_card": 1,
        "certificate": 1,
        "other": 1,
        "blank": 1,
    }
    assert status.pages.complete and (status.pages.pages, status.pages.recognised, status.pages.other, status.pages.blank) == (7, 5, 1, 1)
    assert {count.code: count.count for count in status.applicants} == {"excluded": 1, "incomplete": 1, "review": 1, "ready": 1}
    assert status.open_findings == (
        CodeCount(code="blocker", title="必须解决", count=2),
        CodeCount(code="warning", title="需要核对", count=1),
        CodeCount(code="info", title="提示", count=1),
    )
    assert (status.failures, status.fields_to_review, status.unassigned_documents, status.broken_references) == (1, 1, 0, 0)


def test_the_status_of_an_empty_warehouse_is_all_nothing(warehouse: Warehouse) -> None:
    status = status_summary(warehouse)
    assert not (status.files or status.rejected or status.documents or status.applicants or status.open_findings)
    assert status.pages.complete and status.pages.pages == 0


def test_units_and_applicants_are_listed_with_those_without_a_unit_last(season: Warehouse) -> None:
    assert [(unit.recommending_unit, unit.applicants, unit.excluded, unit.ready) for unit in units(season)] == [
        ("上海市徐汇区总工会", 1, 0, 0),
        (make.UNIT, 2, 1, 0),
        (None, 1, 0, 1),
    ]
    assert [person.name for person in applicants(season)] == ["李四", "张三", "王五", "赵六"]
    assert applicants(season)[1] == ApplicantSummary(
        applicant_id=make.an_applicant("张三").applicant_id,
        name="张三",
        employer="上海某厂",
        recommending_unit=make.UNIT,
        verdict="review",
        verdict_title="待人工审核",
        blockers=1,
        warnings=2,
        to_review=1,
        qualifying_honours=1,
    )


def test_everything_can_be_read_from_a_warehouse_opened_read_only(season: Warehouse) -> None:
    season.close()
    with open_read_only(season.path) as reader:
        assert len(filed_documents(reader)) == 7
        assert {filed.document.source for filed in filed_documents(reader)} == {Source.PAPER, Source.ELECTRONIC}
        assert status_summary(reader).pages.complete
