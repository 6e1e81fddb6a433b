"""Contradictions between documents are found; two ways of writing one thing are none; what was read in doubt accuses nobody."""

from __future__ import annotations

from datetime import datetime

import pytest

from schemas.codes import Source
from schemas.records import FiledDocument
from schemas.rules import Rulebook
from tests.pipeline.filed import NONE, ROW, ZHANG, Changes, Value, form, id_card, id_number, summary, union_card, value, whole_dossier
from tests.pipeline.test_judge import codes, judged


def with_twin(changes: Changes = NONE, **more: Value | None) -> list[FiledDocument]:
    """A faultless dossier but for the paper form's changes."""
    return [form(), form("张建国/审批表扫描.pdf", source=Source.PAPER, changes={**changes, **more}), *whole_dossier()[2:]]


def replaced(document: FiledDocument) -> list[FiledDocument]:
    return [each for each in whole_dossier() if each.path != document.path] + [document]


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("phone", "13800138001"),
        ("employer", "上海浦光仪表有限公司"),
        ("birth_date", "1985-04"),
        ("post", "钳工"),
        ("address", "上海市宝山区友谊路2号"),
        ("political_status", "中共党员"),
        ("district", "黄浦区"),
        ("declared_leader", "yes"),
    ],
)
def test_a_value_that_differs_between_form_and_paper_is_found(rulebook: Rulebook, field: str, text: str) -> None:
    judgement = judged(with_twin(changes={field: text}), rulebook)
    assert codes(judgement) == {("FIELD_MISMATCH", field)}
    finding = judgement.findings[0]
    assert text in finding.message
    assert len({evidence.document_id for evidence in finding.evidence}) >= 2


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("birth_date", "1985-03-12"),
        ("ethnicity", "汉"),
        ("employer", "上海申江重工 有限公司"),
        ("address", "上海市宝山区友谊路１号。"),
        ("nationality", "中华人民共和国"),
        ("education", "大学专科"),
        ("district", "宝山"),
        ("name", "张　建国"),
    ],
)
def test_another_way_to_write_the_same_is_no_contradiction(rulebook: Rulebook, field: str, text: str) -> None:
    assert codes(judged(with_twin(changes={field: text}), rulebook)) == set()


def test_a_value_read_in_doubt_contradicts_nothing(rulebook: Rulebook) -> None:
    dim = value("phone", "13800138001", review=True, confidence=0.7)
    assert codes(judged(with_twin(phone=dim), rulebook)) == {("LOW_CONFIDENCE", "phone")}
    unflagged = value("phone", "13800138001", confidence=0.7)
    assert codes(judged(with_twin(phone=unflagged), rulebook)) == set()


def test_the_address_on_the_id_card_is_another_address(rulebook: Rulebook) -> None:
    assert codes(judged(replaced(id_card(address="安徽省某县某村")), rulebook)) == set()


@pytest.mark.parametrize(("field", "text"), [("sex", "女"), ("ethnicity", "回族"), ("birth_date", "1985-03-13")])
def test_a_form_that_contradicts_the_id_card_is_found(rulebook: Rulebook, field: str, text: str) -> None:
    assert ("FIELD_MISMATCH", field) in codes(judged(replaced(id_card(changes={field: text})), rulebook))


def test_birth_date_and_sex_are_compared_with_the_id_number(rulebook: Rulebook) -> None:
    found = codes(judged([form(birth_date="1986-03", sex="女")], rulebook))
    assert {("FIELD_MISMATCH", "birth_date"), ("FIELD_MISMATCH", "sex")} <= found


def test_another_number_on_the_union_card_is_found(rulebook: Rulebook) -> None:
    card = union_card(card_number="3101202400054321")
    assert codes(judged(replaced(card), rulebook)) == {("FIELD_MISMATCH", "union_card_number")}


def test_another_holders_union_card_is_found(rulebook: Rulebook) -> None:
    card = union_card(name="王大力")
    assert codes(judged(replaced(card), rulebook)) == {("FIELD_MISMATCH", "name")}


def test_a_summary_column_that_holds_post_and_duty_agrees_with_either(rulebook: Rulebook) -> None:
    assert codes(judged(replaced(summary("汇总表.docx", ROW | {"post": "班长/焊工"})), rulebook)) == set()
    assert codes(judged(replaced(summary("汇总表.docx", ROW | {"post": "会计"})), rulebook)) == {("FIELD_MISMATCH", "post")}


def test_the_wrong_persons_card_contradicts_the_form(rulebook: Rulebook) -> None:
    found = codes(judged(replaced(id_card(id_number=id_number("34010119720704118"))), rulebook))
    assert ("FIELD_MISMATCH", "id_number") in found


def test_two_numbers_two_slips_apart_in_one_dossier_are_one_person_with_a_contradiction(rulebook: Rulebook) -> None:
    near = id_number("31010119850312003")
    found = codes(judged([form(), id_card(id_number=near), form("张建国/扫描.pdf", source=Source.PAPER, id_number=near)], rulebook))
    assert ("FIELD_MISMATCH", "id_number") in found


@pytest.mark.parametrize(
    ("field", "text"), [("id_number", ZHANG[:-1] + ("0" if ZHANG[-1] != "0" else "1")), ("phone", "1380013800"), ("postcode", "20094")]
)
def test_an_impossible_value_is_found_when_certain_and_doubted_when_not(rulebook: Rulebook, field: str, text: str) -> None:
    assert ("FIELD_INVALID", field) in codes(judged([form(changes={field: text})], rulebook))
    dim = form("扫描.pdf", source=Source.PAPER, changes={field: value(field, text, confidence=0.6)})
    found = codes(judged([dim], rulebook))
    assert ("FIELD_INVALID", field) not in found
    assert ("LOW_CONFIDENCE", field) in found


@pytest.mark.parametrize("phone", ["13800138000", "02156781234", "01012345678"])
def test_mobile_and_landline_numbers_are_valid(rulebook: Rulebook, phone: str) -> None:
    assert ("FIELD_INVALID", "phone") not in codes(judged([form(phone=phone)], rulebook))


def test_a_date_that_does_not_exist_is_invalid_and_not_missing(rulebook: Rulebook) -> None:
    found = codes(judged([form(birth_date=value("birth_date", "", raw="1985年13月"))], rulebook))
    assert ("FIELD_INVALID", "birth_date") in found
    assert ("FIELD_MISSING", "birth_date") not in found


@pytest.mark.parametrize(
    ("valid_to", "expired"), [("2024-03-24", True), ("2024-03-25", False), ("2023", True), ("2024", False), ("长期", False), ("", False)]
)
def test_an_id_card_is_expired_only_before_the_deadline(rulebook: Rulebook, valid_to: str, expired: bool) -> None:
    found = codes(judged(replaced(id_card(valid_to=valid_to)), rulebook))
    assert (("ID_CARD_EXPIRED", "") in found) == expired


def test_an_expiry_read_in_doubt_expires_nobody(rulebook: Rulebook) -> None:
    dim = id_card(valid_to=value("valid_to", "2014-03-24", review=True, confidence=0.6))
    assert codes(judged(replaced(dim), rulebook)) == {("LOW_CONFIDENCE", "valid_to")}


@pytest.mark.parametrize(
    ("moment", "late"),
    [
        ("2024-03-25T23:59:59+08:00", False),
        ("2024-03-26T00:00:00+08:00", True),
        ("2024-03-25T15:59:59+00:00", False),
        ("2024-03-25T16:00:00+00:00", True),
    ],
)
def test_the_deadline_day_ends_at_midnight_in_shanghai(rulebook: Rulebook, moment: str, late: bool) -> None:
    document = id_card(received=datetime.fromisoformat(moment))
    assert (("LATE_SUBMISSION", "") in codes(judged(replaced(document), rulebook))) == late


def test_a_number_that_two_applicants_bear_is_told_to_both(rulebook: Rulebook) -> None:
    other = form("李/表.docx", name="李秀英", phone="13900139000")
    findings = judged([form(), id_card(), other], rulebook).findings
    invalid = [finding for finding in findings if (finding.code, finding.field) == ("FIELD_INVALID", "id_number")]
    assert len({finding.applicant_id for finding in invalid}) == 2
    assert not any(finding.code == "DUPLICATE_APPLICATION" for finding in findings)


def test_one_person_through_two_units_is_told_in_both_dossiers(rulebook: Rulebook) -> None:
    judgement = judged([form("a/1.docx"), form("b/2.docx", recommending_unit="宝山区总工会")], rulebook)
    assert [finding.code for finding in judgement.findings].count("DUPLICATE_APPLICATION") == 2


@pytest.mark.parametrize(
    ("typed", "read"), [("顾喆", "顾吉吉"), ("顾喆", "顾□"), ("周䶮", "周龙天"), ("周䶮", "周奥"), ("阿依古丽·买买提", "阿依古丽.买买提")]
)
def test_a_rare_character_that_fell_apart_makes_no_second_person_and_no_contradiction(rulebook: Rulebook, typed: str, read: str) -> None:
    scan = form("张建国/审批表扫描.pdf", source=Source.PAPER, name=value("name", read, confidence=0.99))
    documents = [form(name=typed), scan, id_card(name=read), union_card(name=typed), summary("汇总表.docx", {**ROW, "name": typed})]
    judgement = judged(documents, rulebook)
    assert [applicant.name for applicant in judgement.applicants] == [typed]
    assert ("FIELD_MISMATCH", "name") not in codes(judgement)


def test_a_common_character_that_differs_is_a_contradiction(rulebook: Rulebook) -> None:
    assert ("FIELD_MISMATCH", "name") in codes(judged(with_twin(name="张建田"), rulebook))
