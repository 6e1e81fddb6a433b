"""One certificate in the material of two people: kept for a team that lists both, flagged otherwise."""

from __future__ import annotations

import pytest

from pipeline.applicants.dossier import Dossier
from pipeline.honours.honour_case import HonourCase
from pipeline.honours.match_honours import match_honours
from pipeline.honours.shared_certificates import mark_shared
from schemas.codes import Truth
from schemas.records import stable_id
from schemas.rules import Rulebook
from tests.pipeline.honour_material import certificate, personal

Y, N, U = Truth.YES, Truth.NO, Truth.UNCLEAR
TEAM = "荣誉证书\n{number}星火QC小组：\n你小组被评为“2022年上海市优秀质量管理小组”。\n{members}\n上海市质量协会\n2022年8月"


def _marked(rulebook: Rulebook, *material: tuple[str, str], persons: tuple[str, ...] = ()) -> list[HonourCase]:
    """The one case of each (name, certificate), every applicant a person of their own unless `persons` says otherwise."""
    dossiers = [
        Dossier(
            applicant_id=stable_id("applicant", index),
            name=name,
            id_number=None,
            recommending_unit=f"第{index}推荐单位",
            documents=(certificate(text, rulebook, path=f"{index}.jpg"),),
            person_id=stable_id(persons[index]) if persons else None,
        )
        for index, (name, text) in enumerate(material)
    ]
    cases = mark_shared(dossiers, {one.applicant_id: match_honours(one, rulebook) for one in dossiers}, rulebook)
    return [cases[one.applicant_id][0] for one in dossiers]


def _team(members: str, number: str = "") -> str:
    return TEAM.format(members=members, number=f"证书编号：{number}\n" if number else "")


def test_both_members_of_a_team_may_use_its_certificate(rulebook: Rulebook) -> None:
    both = _marked(rulebook, ("张三", _team("小组成员：张三、李四")), ("李四", _team("小组成员：张三、李四")))
    assert [case.honour.qualifies for case in both] == [Y, Y]
    assert not any("同一张证书" in reason for case in both for reason in case.honour.reasons)


def test_whoever_is_not_on_the_team_is_told_who_else_uses_the_certificate(rulebook: Rulebook) -> None:
    member, stranger = _marked(rulebook, ("张三", _team("小组成员：张三、李四")), ("王五", _team("小组成员：张三、李四")))
    assert (member.honour.qualifies, stranger.honour.qualifies) == (Y, N)
    assert "张三（第0推荐单位）" in stranger.honour.reasons[3]


def test_a_certificate_without_a_list_that_two_people_use_is_flagged_for_both(rulebook: Rulebook) -> None:
    for case in _marked(rulebook, ("张三", _team("")), ("李四", _team(""))):
        assert case.honour.qualifies == U and "同一张证书" in case.honour.reasons[3]


def test_one_name_on_a_certificate_does_not_prove_the_honour_of_two_namesakes(rulebook: Rulebook) -> None:
    both = _marked(rulebook, ("张三", personal()), ("张三", personal()))
    assert [(case.recipient_ok, case.honour.qualifies) for case in both] == [(U, U), (U, U)]


def test_one_person_through_two_units_shares_with_nobody(rulebook: Rulebook) -> None:
    both = _marked(rulebook, ("张三", personal()), ("张三", personal()), persons=("one", "one"))
    assert [case.honour.qualifies for case in both] == [Y, Y]


@pytest.mark.parametrize(("numbers", "verdict"), [(("A1", "A2"), Y), (("A1", ""), U), (("A1", "A1"), U)])
def test_certificates_with_different_numbers_are_two(numbers: tuple[str, str], verdict: Truth, rulebook: Rulebook) -> None:
    material = [("张三", _team("小组成员：张三、李四", number)) for number in numbers]
    assert [case.honour.qualifies for case in _marked(rulebook, *material)] == [verdict, verdict]
