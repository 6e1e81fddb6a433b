"""A doubtful reading that another document states with certainty is settled; nothing else is."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipeline.applicants.corroborate import corroborate
from pipeline.applicants.dossier import Dossier, Resolution, SummaryRow
from schemas.codes import DocType, Source
from schemas.layout import Method
from schemas.records import Corroboration, Document, FieldValue, FiledDocument, stable_id
from schemas.rules import Rulebook

DOUBT, SURE = 0.6, 0.99
Stated = dict[tuple[str, int] | str, tuple[str, float]]


def document(key: str, doc_type: DocType, stated: Stated) -> FiledDocument:
    fields = tuple(
        FieldValue(
            field=name if isinstance(name, str) else name[0],
            row=0 if isinstance(name, str) else name[1],
            value=value,
            raw=value,
            confidence=confidence,
            page=1,
            method=Method.OCR,
            needs_review=confidence < 0.95,
        )
        for name, (value, confidence) in stated.items()
    )
    made = Document(
        document_id=stable_id(key),
        file_id=stable_id("file"),
        doc_type=doc_type,
        page_from=1,
        page_to=1,
        confidence=1.0,
        source=Source.PAPER,
        fields=fields,
    )
    return FiledDocument(document=made, path=f"{key}.pdf", parent_file_id=None, received_at=datetime(2024, 3, 1, tzinfo=UTC), sequence=0)


def settled(
    rulebook: Rulebook, *documents: FiledDocument, rows: tuple[SummaryRow, ...] = ()
) -> tuple[Dossier, dict[tuple[str, int], Corroboration]]:
    dossier = Dossier(
        applicant_id=stable_id("a"), name="张三", id_number=None, recommending_unit="甲", documents=documents, summary_rows=rows
    )
    resolution = Resolution(dossiers=(dossier,), summaries={"甲": tuple(row.filed for row in rows)}, assignments={}, units={}, unplaced=())
    after, found = corroborate(resolution, rulebook)
    return after.dossiers[0], {(one.field, one.row): one for one in found}


FORM, CARD, UNION, CERTIFICATE = DocType.APPLICATION_FORM, DocType.ID_CARD, DocType.UNION_CARD, DocType.CERTIFICATE


@pytest.mark.parametrize(
    ("witness", "doubtful"),
    [
        ((FORM, {"phone": ("13800138000", SURE)}), (FORM, {"phone": ("13800138000", DOUBT)})),
        ((FORM, {"name": ("阿依古丽·买买提", SURE)}), (CARD, {"name": ("阿依古丽•买买提", DOUBT)})),
        ((FORM, {"union_card_number": ("6210310000482175", SURE)}), (UNION, {"card_number": ("6210310000482175", DOUBT)})),
        ((CARD, {"id_number": ("310110198503122462", SURE)}), (FORM, {"birth_date": ("1985-03-12", DOUBT)})),
        (
            (FORM, {("honour_date", 2): ("2022-08", SURE), ("honour_title", 2): ("甲奖", SURE)}),
            (CERTIFICATE, {"honour_date": ("2022-08", DOUBT), "honour_title": ("甲奖", SURE)}),
        ),
        (
            (FORM, {("honour_issuer", 1): ("甲协会、乙总工会", SURE), ("honour_title", 1): ("甲奖", SURE)}),
            (CERTIFICATE, {"honour_issuer": ("乙总工会、甲协会", DOUBT), "honour_title": ("甲奖", SURE)}),
        ),
    ],
)
def test_a_certain_equal_statement_elsewhere_settles_a_doubt(
    witness: tuple[DocType, Stated], doubtful: tuple[DocType, Stated], rulebook: Rulebook
) -> None:
    dossier, found = settled(rulebook, document("w", *witness), document("d", *doubtful))
    value = dossier.documents[1].document.fields[0]
    assert not value.needs_review and value.confidence >= rulebook.edition.review_below
    assert [one.by_document_id for one in found.values()] == [stable_id("w")]


@pytest.mark.parametrize(
    ("witness", "doubtful"),
    [
        ((FORM, {"phone": ("13800138000", SURE)}), (FORM, {"phone": ("13800138001", DOUBT)})),
        ((FORM, {"phone": ("13800138000", DOUBT)}), (FORM, {"phone": ("13800138000", DOUBT)})),
        ((FORM, {"birth_date": ("1985-03", SURE)}), (CARD, {"birth_date": ("1985-03-12", DOUBT)})),
        ((FORM, {"address": ("上海市某路1号", SURE)}), (CARD, {"address": ("上海市某路1号", DOUBT)})),
        ((FORM, {("honour_date", 1): ("2022-08", SURE)}), (FORM, {("honour_date", 2): ("2022-08", DOUBT)})),
        (
            (FORM, {("honour_issuer", 1): ("甲协会", SURE), ("honour_title", 1): ("乙奖", SURE)}),
            (CERTIFICATE, {"honour_issuer": ("甲协会", DOUBT), "honour_title": ("甲奖", SURE)}),
        ),
        ((CARD, {"id_number": ("310110198503122463", SURE)}), (FORM, {"birth_date": ("1985-03-12", DOUBT)})),
        ((FORM, {"cv": ("", SURE)}), (FORM, {"cv": ("", DOUBT)})),
    ],
)
def test_what_is_not_equal_not_certain_or_another_thing_settles_nothing(
    witness: tuple[DocType, Stated], doubtful: tuple[DocType, Stated], rulebook: Rulebook
) -> None:
    dossier, found = settled(rulebook, document("w", *witness), document("d", *doubtful))
    assert found == {}
    assert dossier.documents[1].document.fields[0].needs_review


def test_a_claim_does_not_vouch_for_an_issuer_that_was_put_right(rulebook: Rulebook) -> None:
    claim = document("w", FORM, {("honour_issuer", 1): ("上海市质量协会", SURE), ("honour_title", 1): ("甲奖", SURE)})
    read = document("d", CERTIFICATE, {"honour_issuer": ("上海市质量协会", DOUBT), "honour_title": ("甲奖", SURE)})
    repaired = [
        value.model_copy(update={"raw": "上海市质昰协会"}) if value.field == "honour_issuer" else value for value in read.document.fields
    ]
    guessed = read.model_copy(update={"document": read.document.model_copy(update={"fields": tuple(repaired)})})
    assert settled(rulebook, claim, read)[1] != {}
    assert settled(rulebook, claim, guessed)[1] == {}


def test_a_document_cannot_vouch_for_itself(rulebook: Rulebook) -> None:
    _, found = settled(rulebook, document("d", CERTIFICATE, {"name": ("张三", SURE), "recipient": ("张三", DOUBT)}))
    assert found == {}


@pytest.mark.parametrize(
    ("cell", "agrees"), [("高级技师／工程师", True), ("高级技师\n工程师", True), ("高级技师／高级工程师", False), ("高级技师工程师", False)]
)
def test_a_combined_summary_cell_is_settled_only_by_all_its_parts(cell: str, agrees: bool, rulebook: Rulebook) -> None:
    form = document("w", FORM, {"skill_level": ("高级技师", SURE), "professional_title": ("工程师", SURE)})
    summary = document("s", DocType.RECOMMENDATION_SUMMARY, {("skill_level", 1): (cell, DOUBT), ("skill_level", 2): (cell, DOUBT)})
    _, found = settled(rulebook, form, rows=(SummaryRow(filed=summary, row=1),))
    assert set(found) == ({("skill_level", 1)} if agrees else set())
