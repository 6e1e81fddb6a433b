"""Opinions, seals and signatures: looked for on paper only, and only where their place was seen."""

from __future__ import annotations

import pytest

from schemas.codes import Source
from schemas.records import FieldValue, FiledDocument
from schemas.rules import Rulebook
from tests.pipeline.filed import EMPLOYER, NONE, ROW, UNIT, Changes, Value, form, summary, value, whole_dossier
from tests.pipeline.test_judge import codes, judged


def on_paper(changes: Changes = NONE, **more: Value | None) -> list[FiledDocument]:
    return [form(), form("张建国/审批表扫描.pdf", source=Source.PAPER, changes={**changes, **more}), *whole_dossier()[2:]]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, set()),
        ({"employer_opinion": ""}, {("OPINION_MISSING", "employer")}),
        ({"unit_opinion": ""}, {("OPINION_MISSING", "recommending_unit")}),
        ({"seal_employer": None}, {("SEAL_MISSING", "employer")}),
        ({"seal_recommending_unit": None}, {("SEAL_MISSING", "recommending_unit")}),
        ({"signature": ""}, {("SIGNATURE_MISSING", "")}),
        ({"seal_employer": "上海浦光仪表厂"}, {("SEAL_MISMATCH", "employer")}),
        ({"seal_recommending_unit": "宝山区总工会"}, {("SEAL_MISMATCH", "recommending_unit")}),
    ],
)
def test_each_fault_of_the_original_is_found(rulebook: Rulebook, changes: dict[str, str | None], expected: set[tuple[str, str]]) -> None:
    assert codes(judged(on_paper(changes=changes), rulebook)) == expected


def test_what_would_stand_on_a_page_that_was_not_scanned_is_not_missed(rulebook: Rulebook) -> None:
    gone = dict.fromkeys(("employer_opinion", "unit_opinion", "seal_employer", "seal_recommending_unit", "signature", "signed_on"))
    assert codes(judged(on_paper(changes=gone), rulebook)) == set()


def test_no_seal_or_signature_is_asked_of_a_word_file(rulebook: Rulebook) -> None:
    found = {code for code, _ in codes(judged([form()], rulebook))}
    assert not found & {"SEAL_MISSING", "SEAL_MISMATCH", "SIGNATURE_MISSING", "OPINION_MISSING"}


def test_a_seal_nobody_can_read_is_there_and_goes_to_a_person(rulebook: Rulebook) -> None:
    assert codes(judged(on_paper(seal_employer=""), rulebook)) == {("LOW_CONFIDENCE", "seal_employer")}


def test_the_right_name_in_another_reading_of_the_ring_matches(rulebook: Rulebook) -> None:
    several = value("seal_employer", "上海申土重正有限公", confidence=0.5).model_copy(update={"raw": f"上海申土重正有限公\n出{EMPLOYER}国"})
    assert codes(judged(on_paper(seal_employer=several), rulebook)) == set()


def test_a_name_that_a_person_put_in_is_compared_alone(rulebook: Rulebook) -> None:
    corrected = value("seal_employer", "上海浦光仪表厂").model_copy(update={"raw": f"上海申土重正有限公\n{EMPLOYER}"})
    assert codes(judged(on_paper(seal_employer=corrected), rulebook)) == {("SEAL_MISMATCH", "employer")}


@pytest.mark.parametrize("read", [EMPLOYER + "质量管理部", EMPLOYER.replace("有限公司", ""), EMPLOYER, EMPLOYER.replace("上海", "上海市")])
def test_a_seal_that_holds_the_expected_name_matches(rulebook: Rulebook, read: str) -> None:
    assert codes(judged(on_paper(seal_employer=read), rulebook)) == set()


def test_a_seal_that_is_a_character_off_goes_to_a_person_and_is_no_mismatch(rulebook: Rulebook) -> None:
    assert codes(judged(on_paper(seal_employer="上海申工重工有限公司"), rulebook)) == {("LOW_CONFIDENCE", "seal_employer")}


def test_a_seal_of_an_organisation_that_the_material_knows_is_that_organisations(rulebook: Rulebook) -> None:
    sister = "上海申工重工有限公司"
    other = form("李/表.docx", name="李秀英", id_number="", phone="13900139000", employer=sister)
    assert ("SEAL_MISMATCH", "employer") in codes(judged([*on_paper(seal_employer=sister), other], rulebook))


def test_another_name_on_a_dim_seal_goes_to_a_person(rulebook: Rulebook) -> None:
    dim = value("seal_employer", "上海浦光仪表厂", review=True, confidence=0.5)
    assert codes(judged(on_paper(seal_employer=dim), rulebook)) == {("LOW_CONFIDENCE", "seal_employer")}


def test_a_dim_seal_that_matches_needs_no_second_look(rulebook: Rulebook) -> None:
    dim = value("seal_employer", EMPLOYER, review=True, confidence=0.5)
    assert codes(judged(on_paper(seal_employer=dim), rulebook)) == set()


def test_one_right_seal_among_two_is_enough(rulebook: Rulebook) -> None:
    first = form("张建国/审批表扫描.pdf", source=Source.PAPER, seal_employer="上海浦光仪表厂")
    second: FieldValue = value("seal_employer", EMPLOYER, row=1)
    both = first.model_copy(update={"document": first.document.model_copy(update={"fields": (*first.document.fields, second)})})
    assert codes(judged([form(), both, *whole_dossier()[2:]], rulebook)) == set()


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (summary("汇总表.pdf", source=Source.PAPER, seal_summary=UNIT), set()),
        (summary("汇总表.pdf", source=Source.PAPER), {("SEAL_MISSING", "summary")}),
        (summary("汇总表.pdf", source=Source.PAPER, seal_summary="上海浦光仪表厂"), {("SEAL_MISMATCH", "summary")}),
        (summary("汇总表.docx", ROW), set()),
    ],
)
def test_a_units_paper_summary_must_bear_its_seal(rulebook: Rulebook, table: FiledDocument, expected: set[tuple[str, str]]) -> None:
    judgement = judged([*whole_dossier()[:-1], table], rulebook)
    assert codes(judgement) == expected
    assert all((finding.applicant_id, finding.recommending_unit) == (None, UNIT) for finding in judgement.findings)
