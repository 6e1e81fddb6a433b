"""What is missing is named, what was not seen is not called missing."""

from __future__ import annotations

import pytest

from schemas.codes import DocType, Source
from schemas.records import FiledDocument
from schemas.rules import Rulebook
from tests.pipeline.filed import FORM, ROW, UNIT, Value, filed, form, id_card, summary, union_card, value, whole_dossier
from tests.pipeline.test_judge import codes, judged


def without(doc_type: DocType, source: Source | None = None) -> list[FiledDocument]:
    return [
        each for each in whole_dossier() if each.document.doc_type != doc_type or (source is not None and each.document.source != source)
    ]


@pytest.mark.parametrize(
    ("documents", "expected"),
    [
        (without(DocType.APPLICATION_FORM), ("FORM_MISSING", "")),
        (without(DocType.APPLICATION_FORM, Source.PAPER), ("PAPER_FORM_MISSING", "")),
        (without(DocType.APPLICATION_FORM, Source.ELECTRONIC), ("ELECTRONIC_FORM_MISSING", "")),
        (without(DocType.ID_CARD), ("ID_CARD_MISSING", "")),
        (without(DocType.UNION_CARD), ("UNION_CARD_MISSING", "")),
        (without(DocType.RECOMMENDATION_SUMMARY), ("SUMMARY_ROW_MISSING", "")),
    ],
)
def test_each_missing_piece_of_material_is_named_and_nothing_else(
    rulebook: Rulebook, documents: list[FiledDocument], expected: tuple[str, str]
) -> None:
    assert codes(judged(documents, rulebook)) == {expected}


def test_someone_only_on_a_summary_lacks_the_form_and_the_cards(rulebook: Rulebook) -> None:
    found = codes(judged([summary()], rulebook))
    assert found == {("FORM_MISSING", ""), ("ID_CARD_MISSING", ""), ("UNION_CARD_MISSING", ""), ("NO_QUALIFYING_HONOUR", "")}


def test_a_summary_that_does_not_list_the_applicant_is_told_from_one_that_never_came(rulebook: Rulebook) -> None:
    other = summary("汇总表.docx", ROW | {"name": "李秀英", "id_number": "", "phone": ""})
    messages = [
        next(finding.message for finding in judged(documents, rulebook).findings if finding.code == "SUMMARY_ROW_MISSING")
        for documents in ([form(), other], [form()])
    ]
    assert "其中没有张建国" in messages[0]
    assert "没有收到" in messages[1]


def test_a_row_that_cannot_be_read_may_be_the_applicants(rulebook: Rulebook) -> None:
    dim: dict[str, Value] = {"name": value("name", "张廷国", review=True, confidence=0.5), "employer": "某厂"}
    found = codes(judged([form(), summary("汇总表.pdf", dim, source=Source.PAPER, seal_summary=UNIT)], rulebook))
    assert not any(code == "SUMMARY_ROW_MISSING" for code, _ in found)
    assert ("LOW_CONFIDENCE", "name") in found


def test_a_direct_application_lacks_its_recommender(rulebook: Rulebook) -> None:
    found = codes(judged([form(recommending_unit="")], rulebook))
    assert ("RECOMMENDER_MISSING", "") in found
    assert ("FIELD_MISSING", "recommending_unit") in found


@pytest.mark.parametrize("field", ["phone", "cv", "declared_leader", "leading_role"])
def test_a_blank_required_field_is_missing(rulebook: Rulebook, field: str) -> None:
    assert codes(judged(whole_dossier(changes={field: ""}), rulebook)) == {("FIELD_MISSING", field)}


def test_a_field_that_one_of_the_two_forms_fills_in_is_not_missing(rulebook: Rulebook) -> None:
    documents = [form(cv=""), *whole_dossier()[1:]]
    assert codes(judged(documents, rulebook)) == set()


def test_a_field_without_a_trace_on_an_otherwise_complete_form_is_missing(rulebook: Rulebook) -> None:
    assert codes(judged(whole_dossier(cv=None), rulebook)) == {("FIELD_MISSING", "cv")}


def test_nothing_is_called_missing_on_a_page_that_was_not_scanned(rulebook: Rulebook) -> None:
    some = {name: FORM[name] for name in ("name", "id_number", "employer", "phone", "recommending_unit")}
    torn = filed(DocType.APPLICATION_FORM, "扫描.pdf", some)
    assert not any(code == "FIELD_MISSING" for code, _ in codes(judged([torn], rulebook)))


def test_a_blank_that_is_in_doubt_is_shown_to_a_person(rulebook: Rulebook) -> None:
    dim = form("扫描.pdf", source=Source.PAPER, cv=value("cv", "", review=True, confidence=0.4))
    found = codes(judged([dim], rulebook))
    assert ("LOW_CONFIDENCE", "cv") in found
    assert ("FIELD_MISSING", "cv") not in found


def test_unreadable_ink_in_a_field_is_not_a_blank(rulebook: Rulebook) -> None:
    dim = form("扫描.pdf", source=Source.PAPER, birth_date=value("birth_date", "", raw="一九八▨年", review=True, confidence=0.4))
    found = codes(judged([dim], rulebook))
    assert ("FIELD_MISSING", "birth_date") not in found
    assert ("LOW_CONFIDENCE", "birth_date") in found


FRONT = {"authority": None, "valid_from": None, "valid_to": None}
BACK = {"name": None, "sex": None, "ethnicity": None, "birth_date": None, "address": None, "id_number": None}


def id_findings(documents: list[FiledDocument], rulebook: Rulebook) -> set[tuple[str, str]]:
    return {found for found in codes(judged([form(), *documents], rulebook)) if found[0].startswith("ID_CARD")}


def test_a_missing_side_of_the_id_card_is_named(rulebook: Rulebook) -> None:
    assert id_findings([id_card(changes=FRONT)], rulebook) == {("ID_CARD_SIDE_MISSING", "back")}
    assert id_findings([id_card(changes=BACK)], rulebook) == {("ID_CARD_SIDE_MISSING", "front")}


def test_sides_on_two_pages_are_apart_and_on_one_page_are_not(rulebook: Rulebook) -> None:
    front, back = id_card("张建国/1.jpg", changes=FRONT), id_card("张建国/2.jpg", changes=BACK)
    assert id_findings([front, back], rulebook) == {("ID_CARD_SIDES_APART", "")}
    assert id_findings([id_card()], rulebook) == set()
    assert id_findings([front, back, id_card()], rulebook) == set()


def test_sides_on_two_pages_of_one_document_are_apart(rulebook: Rulebook) -> None:
    fields = [value("name", "张建国", page=2), value("card_side", "front", row=1, page=2), value("card_side", "back", row=2, page=3)]
    assert id_findings([filed(DocType.ID_CARD, "张建国/卡.pdf", fields)], rulebook) == {("ID_CARD_SIDES_APART", "")}


def test_a_card_of_which_nothing_could_be_read_has_no_missing_side(rulebook: Rulebook) -> None:
    assert id_findings([filed(DocType.ID_CARD, "张建国/卡.jpg")], rulebook) == set()


def test_what_an_edition_does_not_require_is_not_missed(rulebook: Rulebook) -> None:
    edition = rulebook.edition.model_copy(update={"required_material": ("application_form",), "required_fields": ("name",)})
    lenient = rulebook.model_copy(update={"edition": edition})
    assert codes(judged([form(cv="")], lenient)) == {("NO_QUALIFYING_HONOUR", "")}
    assert codes(judged([union_card("单/1.jpg"), summary("单/表.docx")], lenient)) == {("FORM_MISSING", ""), ("NO_QUALIFYING_HONOUR", "")}
