"""What is compared with a truth: the machine's own reading, and what people stated by correcting it."""

from __future__ import annotations

from schemas.calibration import Signals
from schemas.codes import DocType, Source
from tests.warehouse import records as make
from warehouse.connection import Warehouse
from warehouse.decisions import correct
from warehouse.load import load_file
from warehouse.outcome import corrected_truth, outcome
from warehouse.read import filed_documents
from warehouse.restate import restate


def test_a_correction_does_not_hide_what_the_machine_read(season: Warehouse) -> None:
    form = next(one for one in outcome(season).documents if any(value.field == "phone" for value in one.fields))
    correct(season, form.document_id, "phone", "13800000002", by="王审核", at=make.DECIDED)
    again = next(one for one in outcome(season).documents if one.document_id == form.document_id)
    assert again == form
    (value,) = (value for value in again.fields if value.field == "phone")
    assert (value.value, value.needs_review) == ("13800000001", True)


def test_corrections_and_confirmations_are_a_truth_of_their_own(season: Warehouse) -> None:
    form = next(one for one in outcome(season).documents if any(value.field == "phone" for value in one.fields))
    correct(season, form.document_id, "phone", "13800000002", by="王审核", at=make.DECIDED)
    correct(season, form.document_id, "name", "张三", by="王审核", at=make.DECIDED)
    truth = corrected_truth(season)
    assert truth.partial
    (document,) = truth.documents
    assert (document.file, document.page_from, document.doc_type) == (form.file, form.page_from, form.doc_type)
    assert {(entry.field, entry.value) for entry in document.fields} == {("phone", "13800000002"), ("name", "张三")}


def test_a_picture_in_a_word_file_has_the_same_page_on_both_sides(warehouse: Warehouse) -> None:
    word = make.a_file("附件.docx", pages=3)
    card = make.a_document(word, DocType.ID_CARD, make.a_value("name", "李四", page=3), pages=(3, 3), source=Source.PAPER)
    load_file(warehouse, word, [card])
    correct(warehouse, card.document_id, "name", "李泗", by="王审核", at=make.DECIDED)
    (found,) = outcome(warehouse).documents
    (true,) = corrected_truth(warehouse).documents
    assert found.pages() == true.pages() == (2,)


def test_everything_that_is_compared_is_there(season: Warehouse) -> None:
    result = outcome(season)
    counts = [
        season.execute(f"SELECT count(*) FROM review.{view}")[0][0] for view in ("files", "documents", "applicants", "honours", "findings")
    ]
    assert counts == [len(result.files), len(result.documents), len(result.applicants), len(result.honours), len(result.findings)]
    assert all(counts)


def test_a_value_comes_back_with_its_signals_and_a_corrected_one_without(season: Warehouse) -> None:
    found = Signals(score=0.8, line=0.9, least=0.4, disputed=True, check="failed", length=3, quality=0.7, doubtful=True)
    file = make.a_file("另一份.pdf")
    value = make.a_value("employer", "某厂", confidence=0.6).model_copy(update={"signals": found})
    document = make.a_document(file, DocType.APPLICATION_FORM, value)
    load_file(season, file, [document])
    assert season.execute("SELECT score FROM review.fields WHERE document_id = ?", [document.document_id]) == [(0.8,)]
    (filed,) = (one for one in filed_documents(season) if one.path == file.path)
    assert filed.document.fields == (value,)
    correct(season, document.document_id, "employer", "某公司", by="王审核", at=make.DECIDED)
    (filed,) = (one for one in filed_documents(season) if one.path == file.path)
    assert (filed.document.fields[0].signals, filed.document.fields[0].confidence) == (None, 1.0)


def test_restating_changes_confidences_and_nothing_that_people_said(season: Warehouse) -> None:
    file = make.a_file("另一份.pdf")
    values = [make.a_value(name, "某厂").model_copy(update={"signals": Signals(score=0.8)}) for name in ("employer", "post")]
    document = make.a_document(file, DocType.APPLICATION_FORM, *values)
    load_file(season, file, [document])
    correct(season, document.document_id, "post", "车工", by="王审核", at=make.DECIDED)
    untouched = "SELECT * FROM review.fields WHERE document_id <> ? ORDER BY ALL"
    before = season.execute(untouched, [document.document_id])
    assert restate(season, lambda value: value.model_copy(update={"confidence": 0.5, "needs_review": True})) == 2
    assert restate(season, lambda value: value) == 0
    assert season.execute(untouched, [document.document_id]) == before
    own = season.execute(
        "SELECT field, confidence, needs_review FROM review.fields WHERE document_id = ? ORDER BY field", [document.document_id]
    )
    assert own == [("employer", 0.5, True), ("post", 1.0, False)]
