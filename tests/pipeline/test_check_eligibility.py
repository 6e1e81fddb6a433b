"""Who may not be recommended: kept, broken, undecidable for every rule of notice:一 and 四(二)."""

from __future__ import annotations

from datetime import date

import pytest

from schemas.codes import Source
from schemas.records import Ban, PriorTitle, Registers
from schemas.rules import Rulebook
from tests.pipeline.filed import EMPLOYER, NONE, UNIT, ZHANG, Changes, Value, form, union_card, value, whole_dossier
from tests.pipeline.test_judge import codes, judged

ELIGIBILITY = {"NOT_CHINESE_NATIONAL", "NOT_UNION_MEMBER", "NOT_IN_SERVICE", "LEADER_EXCLUDED", "PRIOR_TITLE", "BANNED"}


def eligibility(rulebook: Rulebook, registers: Registers | None = None, changes: Changes = NONE, **more: Value | None) -> set[str]:
    return {code for code, _ in codes(judged(whole_dossier(changes={**changes, **more}), rulebook, registers=registers))} & ELIGIBILITY


@pytest.mark.parametrize("nationality", ["中国", "中华人民共和国", "中国籍", "中 国", "中国（上海）", "汉", "汉族"])
def test_no_chinese_national_is_excluded_for_the_wording(rulebook: Rulebook, nationality: str) -> None:
    assert eligibility(rulebook, nationality=nationality) == set()


@pytest.mark.parametrize("nationality", ["美国", "日本", "新加坡籍", "加拿大", "法国国籍"])
def test_a_foreign_national_is_not_overlooked(rulebook: Rulebook, nationality: str) -> None:
    assert eligibility(rulebook, nationality=nationality) == {"NOT_CHINESE_NATIONAL"}


def test_an_unknown_word_on_paper_is_doubted_and_not_called_foreign(rulebook: Rulebook) -> None:
    judgement = judged([form("扫描.pdf", source=Source.PAPER, nationality="申周")], rulebook)
    assert ("LOW_CONFIDENCE", "nationality") in codes(judgement)
    assert not any(code == "NOT_CHINESE_NATIONAL" for code, _ in codes(judgement))


@pytest.mark.parametrize(
    ("field", "answer", "code"),
    [
        ("declared_in_service", "no", "NOT_IN_SERVICE"),
        ("declared_union_member", "no", "NOT_UNION_MEMBER"),
        ("declared_leader", "yes", "LEADER_EXCLUDED"),
        ("declared_managed_head", "yes", "LEADER_EXCLUDED"),
        ("declared_prior_title", "yes", "PRIOR_TITLE"),
    ],
)
def test_a_declaration_that_excludes_is_reported_only_when_certain(rulebook: Rulebook, field: str, answer: str, code: str) -> None:
    assert eligibility(rulebook, changes={field: answer}) == {code}
    assert eligibility(rulebook, changes={field: value(field, answer, review=True, confidence=0.6)}) == set()
    assert eligibility(rulebook, changes={field: None}) == set()


def test_forms_that_contradict_each_other_exclude_nobody_and_are_shown(rulebook: Rulebook) -> None:
    documents = [form(declared_in_service="no"), form("张建国/扫描.pdf", source=Source.PAPER)]
    found = codes(judged(documents, rulebook))
    assert ("FIELD_MISMATCH", "declared_in_service") in found
    assert not any(code == "NOT_IN_SERVICE" for code, _ in found)


@pytest.mark.parametrize(("status", "expected"), [("正常", set()), ("已注销", {"NOT_UNION_MEMBER"}), ("挂失", set())])
def test_a_union_card_that_was_cancelled_ends_the_membership(rulebook: Rulebook, status: str, expected: set[str]) -> None:
    documents = [document for document in whole_dossier() if document.path != "张建国/会员卡.jpg"] + [union_card(status=status)]
    found = codes(judged(documents, rulebook))
    assert {code for code, _ in found} & ELIGIBILITY == expected
    assert (("LOW_CONFIDENCE", "status") in found) == (status == "挂失")


def test_an_earlier_title_is_found_by_number(rulebook: Rulebook) -> None:
    entry = PriorTitle(name="张建囯", id_number=ZHANG, title="宝山工匠", year=2021)
    assert eligibility(rulebook, Registers(prior_titles=(entry,))) == {"PRIOR_TITLE"}


def test_a_namesake_with_another_number_in_the_register_harms_nobody(rulebook: Rulebook) -> None:
    entry = PriorTitle(name="张建国", id_number="310101197001010010", title="宝山工匠", year=2021)
    assert eligibility(rulebook, Registers(prior_titles=(entry,))) == set()


def test_a_name_without_number_in_the_register_asks_whether_it_is_the_same_person(rulebook: Rulebook) -> None:
    registers = Registers(prior_titles=(PriorTitle(name="张 建国", title="浦东工匠", year=2020),))
    found = [finding for finding in judged(whole_dossier(), rulebook, registers=registers).findings if finding.code == "PRIOR_TITLE"]
    assert len(found) == 1
    assert "是否同一人" in found[0].message


def test_a_number_that_was_not_read_with_certainty_hits_no_register(rulebook: Rulebook) -> None:
    registers = Registers(prior_titles=(PriorTitle(name="某人", id_number=ZHANG, title="宝山工匠", year=2021),))
    dim = form("扫描.pdf", source=Source.PAPER, id_number=value("id_number", ZHANG, review=True, confidence=0.8))
    assert not any(code == "PRIOR_TITLE" for code, _ in codes(judged([dim], rulebook, registers=registers)))


@pytest.mark.parametrize(
    ("banned_on", "expected"),
    [(date(2022, 5, 18), {"BANNED"}), (date(2021, 3, 25), {"BANNED"}), (date(2021, 3, 24), set()), (date(2024, 3, 26), set())],
)
def test_a_ban_counts_for_three_years_up_to_the_deadline(rulebook: Rulebook, banned_on: date, expected: set[str]) -> None:
    for ban in (
        Ban(kind="person", name="张建国", id_number=ZHANG, banned_on=banned_on),
        Ban(kind="unit", name=EMPLOYER, banned_on=banned_on),
        Ban(kind="unit", name=UNIT.replace("有限公司", ""), banned_on=banned_on),
    ):
        assert eligibility(rulebook, Registers(bans=(ban,))) == expected


def test_a_ban_of_a_person_does_not_hit_a_unit_of_that_name_nor_the_other_way(rulebook: Rulebook) -> None:
    bans = (Ban(kind="person", name=EMPLOYER, banned_on=date(2023, 1, 1)), Ban(kind="unit", name="张建国", banned_on=date(2023, 1, 1)))
    assert eligibility(rulebook, Registers(bans=bans)) == set()
