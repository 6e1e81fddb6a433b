"""Loading: all or nothing, twice is once, and people's words survive."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.codes import DocType, FindingStatus
from schemas.errors import UnknownRecord
from schemas.records import Failure
from tests.warehouse import records as make
from tests.warehouse.conftest import dump, load_season
from warehouse.bulk import TableShape, insert
from warehouse.connection import Warehouse, open_read_only, open_warehouse
from warehouse.decisions import correct, decide
from warehouse.load import FIELDS, FINDINGS, load_file, load_judgement
from warehouse.read import check_references, filed_documents, known_file


def test_loading_the_same_season_twice_changes_no_row(season: Warehouse) -> None:
    before = dump(season)
    said = load_season(season)
    assert said == [False] * 6 + [0, False]
    assert dump(season) == before
    assert all(before[table] for table in ("files", "documents", "fields", "failures", "applicants", "honours", "findings", "assignments"))


def test_a_season_that_was_closed_and_opened_again_is_still_known(path: Path) -> None:
    with open_warehouse(path) as first:
        assert load_season(first) == [True] * 6 + [16, True]
        before = dump(first)
    with open_warehouse(path) as second:
        assert load_season(second) == [False] * 6 + [0, False]
        assert dump(second) == before


def test_the_same_name_with_other_content_is_another_arrival(warehouse: Warehouse) -> None:
    assert load_file(warehouse, make.a_file("表.pdf", content="一"))
    assert load_file(warehouse, make.a_file("表.pdf", content="二"))
    assert warehouse.execute("SELECT count(*) FROM review.files") == [(2,)]


def test_a_crash_in_the_middle_of_a_file_leaves_nothing_of_it(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    file = make.a_file()
    document = make.a_document(file, DocType.APPLICATION_FORM, make.a_value("name", "张三"))
    before = dump(warehouse)

    def dies_at_the_fields(target: Warehouse, shape: TableShape, rows: list[dict[str, object]], *, into: str | None = None) -> None:
        insert(target, shape, rows, into=into)
        if shape is FIELDS:
            raise KeyboardInterrupt

    monkeypatch.setattr("warehouse.load.insert", dies_at_the_fields)
    with pytest.raises(KeyboardInterrupt):
        load_file(warehouse, file, [document])
    assert dump(warehouse) == before
    monkeypatch.undo()
    assert load_file(warehouse, file, [document])


def test_a_crash_in_the_middle_of_a_judgement_keeps_the_old_one(season: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    before = dump(season)

    def dies_at_the_findings(target: Warehouse, shape: TableShape, rows: list[dict[str, object]], *, into: str | None = None) -> None:
        if shape is FINDINGS:
            raise KeyboardInterrupt
        insert(target, shape, rows, into=into)

    monkeypatch.setattr("warehouse.load.insert", dies_at_the_findings)
    with pytest.raises(KeyboardInterrupt):
        load_judgement(season, make.a_judgement((make.an_applicant("新人"),)))
    assert dump(season) == before


def test_a_second_arrival_under_a_used_id_is_an_error_and_not_a_silence(warehouse: Warehouse) -> None:
    first = make.a_file("一.pdf")
    load_file(warehouse, first)
    with pytest.raises(duckdb.ConstraintException):
        load_file(warehouse, make.a_file("二.pdf").model_copy(update={"file_id": first.file_id}))
    assert warehouse.execute("SELECT path FROM review.files") == [("一.pdf",)]


def test_a_document_that_contradicts_its_file_is_kept_with_its_error_and_not_loaded(warehouse: Warehouse) -> None:
    file, other = make.a_file(pages=2), make.a_file("别的.pdf")
    sound = make.a_document(file)
    wrong = [
        make.a_document(other),
        sound,
        make.a_document(file, pages=(2, 3)),
        make.a_document(file, pages=(2, 1)),
    ]
    load_file(warehouse, file, [sound, *wrong], [Failure(kind="page", record="第2页", error="坏了")])
    assert warehouse.execute("SELECT document_id FROM review.documents") == [(sound.document_id,)]
    errors = [row[0] for row in warehouse.execute("SELECT error FROM review.failures ORDER BY ordinal")]
    assert errors[0] == "坏了"
    assert [word in error for word, error in zip(("另一个文件", "已被使用", "超出", "不成立"), errors[1:], strict=True)] == [True] * 4


def test_a_new_judgement_counts_and_touches_only_what_differs(season: Warehouse) -> None:
    kept, changed, added = make.an_applicant("赵六", None), make.an_applicant("张三"), make.an_applicant("钱七")
    changed = changed.model_copy(update={"blockers": 9})
    load_judgement(season, make.a_judgement((make.an_applicant("张三"), kept)))
    rows = load_judgement(season, make.a_judgement((changed, kept, added)))
    assert rows == 2  # one updated, one inserted
    assert load_judgement(season, make.a_judgement((kept,))) == 2  # two deleted
    assert season.execute("SELECT name FROM review.applicants") == [("赵六",)]


def test_two_different_findings_under_one_id_are_not_settled_by_chance(warehouse: Warehouse) -> None:
    person = make.an_applicant()
    first, second = make.a_finding(person, message="第一"), make.a_finding(person, message="第二")
    judgement = make.a_judgement((person,), (), (first, first, second))
    assert load_judgement(warehouse, judgement) == 3  # applicant, finding, failure
    assert warehouse.execute("SELECT message FROM review.findings") == [("第一",)]
    assert warehouse.execute("SELECT kind, contains(record, '第二') FROM review.failures") == [("findings", True)]
    assert load_judgement(warehouse, judgement) == 0


def test_decisions_and_corrections_survive_loading_again_and_a_new_judgement(season: Warehouse) -> None:
    (finding_id, applicant_id), *_ = season.execute("SELECT finding_id, applicant_id FROM review.findings WHERE code = 'LOW_CONFIDENCE'")
    ((document_id,),) = season.execute("SELECT document_id FROM review.fields WHERE field = 'phone'")
    assert season.execute("SELECT to_review FROM review.applicants WHERE applicant_id = ?", [applicant_id]) == [(1,)]
    decide(season, finding_id, FindingStatus.WAIVED, by="王审核", at=make.DECIDED, reason="已电话核实")
    correct(season, document_id, "phone", "13900000009", by="王审核", at=make.DECIDED)

    load_season(season)
    load_judgement(season, make.a_judgement())
    assert season.execute("SELECT count(*) FROM review.findings") == [(0,)]
    load_season(season)

    assert season.execute(
        "SELECT status, decided_by, reason, decided_at = ? FROM review.findings WHERE finding_id = ?", [make.DECIDED, finding_id]
    ) == [("waived", "王审核", "已电话核实", True)]
    assert season.execute(
        "SELECT value, raw, confidence, needs_review, corrected_by, corrected_at = ? FROM review.fields WHERE field = 'phone'",
        [make.DECIDED],
    ) == [("13900000009", " 13800000001", 1.0, False, "王审核", True)]
    assert season.execute("SELECT to_review FROM review.applicants WHERE applicant_id = ?", [applicant_id]) == [(0,)]


def test_a_later_decision_replaces_the_earlier_one(season: Warehouse) -> None:
    ((finding_id,), *_) = season.execute("SELECT finding_id FROM review.findings")
    for status in (FindingStatus.WAIVED, FindingStatus.CONFIRMED):
        decide(season, finding_id, status, by="甲", at=make.DECIDED, reason="复核")
    assert season.execute("SELECT status FROM review.findings WHERE finding_id = ?", [finding_id]) == [("confirmed",)]


@pytest.mark.parametrize(("finding", "by", "reason"), [("0" * 16, "甲", "理由"), (None, " ", "理由"), (None, "甲", "")])
def test_a_decision_without_finding_person_or_reason_is_refused(season: Warehouse, finding: str | None, by: str, reason: str) -> None:
    known = season.execute("SELECT finding_id FROM review.findings")[0][0]
    with pytest.raises(UnknownRecord):
        decide(season, finding or known, FindingStatus.WAIVED, by=by, at=make.DECIDED, reason=reason)
    assert season.execute("FROM core.decisions") == []


@pytest.mark.parametrize(("known", "field", "by"), [(False, "name", "甲"), (True, "nmae", "甲"), (True, "name", "")])
def test_a_correction_of_nothing_or_by_nobody_is_refused(season: Warehouse, known: bool, field: str, by: str) -> None:
    document = season.execute("SELECT document_id FROM review.documents")[0][0] if known else "0" * 16
    with pytest.raises(UnknownRecord):
        correct(season, document, field, "值", by=by, at=make.DECIDED)
    assert season.execute("FROM core.corrections") == []


def test_every_reference_of_a_season_leads_somewhere_and_a_broken_one_is_found(season: Warehouse) -> None:
    assert check_references(season) == []
    season.execute("DELETE FROM core.documents WHERE doc_type = 'certificate'")
    assert {broken.reference for broken in check_references(season)} == {
        "fields.document_id",
        "assignments.document_id",
        "honours.certificate_document_id",
    }


def test_characters_that_no_table_can_hold_do_not_stop_a_load_or_a_search(warehouse: Warehouse) -> None:
    file = make.a_file()
    document = make.a_document(file, DocType.OTHER, make.a_value("name", "张\x00三"))
    assert load_file(warehouse, file, [document])
    assert warehouse.execute("SELECT value FROM review.fields") == [("张\ufffd三",)]
    assert known_file(warehouse, "坏名\udcb1.pdf", file.sha256) is None


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=40), confidence=st.floats(0, 1))
def test_whatever_text_was_read_comes_back_as_it_was(warehouse: Warehouse, text: str, confidence: float) -> None:
    file = make.a_file(f"{text.encode('utf-8', 'replace').hex()}-{confidence}.pdf")
    document = make.a_document(file, DocType.OTHER, make.a_value("cv", text, confidence=confidence))
    load_file(warehouse, file, [document])
    assert load_file(warehouse, file, [document]) is False
    (back,) = [filed.document for filed in filed_documents(warehouse) if filed.document.file_id == file.file_id]
    expected = text.replace("\x00", "\ufffd")
    assert [(value.value, value.confidence, value.box) for value in back.fields] == [(expected, confidence, document.fields[0].box)]


def test_a_thousand_documents_load_within_seconds_and_can_be_read_by_another_opening(path: Path) -> None:
    file = make.a_file(pages=1000)
    values = [make.a_value("cv", "简历" * 50, row=row) for row in range(40)]
    documents = [make.a_document(file, DocType.OTHER, *values, pages=(page, page)) for page in range(1, 1001)]
    with open_warehouse(path) as warehouse:
        assert load_file(warehouse, file, documents)
    with open_read_only(path) as reader:
        assert reader.execute("SELECT count(*) FROM review.fields") == [(40_000,)]
