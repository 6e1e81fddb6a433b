"""The long texts of file and paper: a passage added, dropped or changed is told; a slip of the recogniser goes to a person."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.findings.check_texts import passages
from schemas.codes import Source
from schemas.rules import Rulebook
from tests.pipeline.filed import Value, form, value, whole_dossier
from tests.pipeline.test_judge import codes, judged

TYPED = "从事埋弧焊二十年，完成工艺改进12项，带领班组把一次合格率由96%提高到99%，获上海市优秀质量管理小组。"


def messages(printed: Value, rulebook: Rulebook) -> list[str]:
    """What is said about the text, and about nothing else."""
    paper = form("张建国/审批表扫描.pdf", source=Source.PAPER, contribution=printed)
    judgement = judged([form(contribution=TYPED), paper, *whole_dossier()[2:]], rulebook)
    assert {field for _, field in codes(judgement)} <= {"contribution"}
    return [f"{finding.code} {finding.message}" for finding in judgement.findings]


@pytest.mark.parametrize(
    ("printed", "told"),
    [
        (TYPED.replace("，获上海市优秀质量管理小组", ""), "纸质件少了“获上海市优秀质量管理小组”"),
        (TYPED.replace("完成工艺", "牵头并独立完成工艺"), "纸质件多了“牵头并独立”"),
        (TYPED.replace("带领班组把", "指导兄弟单位将"), "的“带领班组把”在纸质件上为“指导兄弟单位将”"),
        (TYPED.replace("12项", "18项"), "的“2”在纸质件上为“8”"),
    ],
)
def test_a_passage_that_differs_is_told_with_its_place(rulebook: Rulebook, printed: str, told: str) -> None:
    (message,) = messages(printed, rulebook)
    assert message.startswith("FIELD_MISMATCH")
    assert told in message


@pytest.mark.parametrize("printed", [TYPED, TYPED.replace("，", "， "), TYPED.replace("。", "")])
def test_other_spaces_and_punctuation_are_no_difference(rulebook: Rulebook, printed: str) -> None:
    assert messages(printed, rulebook) == []


def test_a_character_that_may_be_misread_is_for_a_person_to_look_at(rulebook: Rulebook) -> None:
    (message,) = messages(TYPED.replace("班组", "斑组"), rulebook)
    assert message.startswith("LOW_CONFIDENCE")


def test_a_text_that_was_read_in_doubt_is_not_accused_of_differing(rulebook: Rulebook) -> None:
    (message,) = messages(value("contribution", TYPED[:20], confidence=0.6, review=True), rulebook)
    assert message.startswith("LOW_CONFIDENCE")


@given(st.text("甲乙丙丁12", max_size=30), st.text("甲乙丙丁12", max_size=30))
def test_the_passages_turn_the_one_text_into_the_other(first: str, second: str) -> None:
    found = list(passages(first, second))
    assert bool(found) == (first != second)
    assert sum(len(one.second) - len(one.first) for one in found) == len(second) - len(first)
    assert all(one.first in first and one.second in second and one.first != one.second for one in found)
