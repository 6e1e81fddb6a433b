"""Titles: tolerant of abbreviations, strict about years, sessions, grades and scopes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.catalogue.awards import contradicts, core_likeness, known_award, nearest_awards, normal_level, title_key, usual_issuers
from schemas.rules import Rulebook

_SAME = [
    ("2021年度上海市优秀质量管理小组", "二〇二一年上海市优秀QC小组"),
    ("2021年上海市质量协会质量技术奖一等奖", "上海市质量技术奖一等奖（2021年度）"),
    ("“2022年上海市质量信得过班组”称号", "2022年质量信得过班组"),
    ("第三届上海质量品牌故事大赛二等奖", "第3届上海市质量品牌故事大赛二等奖"),
    ("2021年全国机械工业优秀质量管理小组活动成果一等奖", "2021年全国机械工业优秀QC小组一等奖"),
]
_OTHER = [
    ("2021年度上海市优秀质量管理小组", "2022年度上海市优秀质量管理小组", "year"),
    ("上海市质量协会质量技术奖一等奖", "上海市质量协会质量技术奖二等奖", "grade"),
    ("第二届上海质量品牌故事大赛", "第三届上海质量品牌故事大赛", "session"),
    ("上海市优秀质量管理小组", "全国优秀质量管理小组", "scope"),
    ("2023年上海市现场管理创新活动成果优秀级", "2023年上海市现场管理创新活动成果标杆级", "grade"),
    ("上海市质量管理小组活动优秀推进者", "全国质量管理小组活动优秀推进者", "scope"),
]


@pytest.mark.parametrize(("left", "right"), _SAME)
def test_an_abbreviated_title_is_the_same_honour(left: str, right: str, rulebook: Rulebook) -> None:
    first, second = title_key(left, rulebook.awards), title_key(right, rulebook.awards)
    assert not contradicts(first, second) and core_likeness(first, second) >= 0.85


@pytest.mark.parametrize(("left", "right", "what"), _OTHER)
def test_another_year_session_grade_or_scope_is_another_honour(left: str, right: str, what: str, rulebook: Rulebook) -> None:
    assert what in contradicts(title_key(left, rulebook.awards), title_key(right, rulebook.awards))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("上海质量工匠", "上海工匠"),
        ("上海质量工匠", "上海质量工匠创新工作室"),
        ("全国质量奖", "全国用户满意服务明星"),
        ("上海工匠", "嘉定工匠"),
    ],
)
def test_two_awards_with_like_names_are_not_taken_for_one(left: str, right: str, rulebook: Rulebook) -> None:
    assert core_likeness(title_key(left, rulebook.awards), title_key(right, rulebook.awards)) < 0.75


def test_what_only_one_title_states_is_no_contradiction(rulebook: Rulebook) -> None:
    assert (
        contradicts(title_key("上海市优秀质量管理小组", rulebook.awards), title_key("2021年上海市优秀质量管理小组", rulebook.awards)) == ()
    )


def test_a_grade_that_is_part_of_an_awards_name_is_no_grade(rulebook: Rulebook) -> None:
    assert title_key("2021年度上海市质量金奖", rulebook.awards).grades == frozenset()
    assert title_key("上海市优秀发明选拔赛金奖", rulebook.awards).grades == {"金"}


def test_the_catalogue_knows_its_titles_with_year_and_grade(rulebook: Rulebook) -> None:
    for award in rulebook.awards.awards:
        for title in (award.title, *award.aliases):
            found = known_award(f"2021年度{title}", rulebook.awards)
            assert found is not None and found.id == award.id, (title, found)
    assert known_award("公司先进工作者标兵", rulebook.awards) is None


def test_who_confers_an_award_may_change_with_the_years(rulebook: Rulebook) -> None:
    award = known_award("上海市质量金奖", rulebook.awards)
    assert award is not None
    assert "上海市质量技术监督局" in usual_issuers(award, "2008-11") and usual_issuers(award, "2016") == ("上海市人民政府",)
    assert set(usual_issuers(award, None)) == {"上海市质量技术监督局", "上海市人民政府"}


def test_punctuation_inside_a_title_does_not_hide_it(rulebook: Rulebook) -> None:
    award = known_award("2025年上海市质量管理小组活动-群众性质量攻关成果 标杆级", rulebook.awards)
    assert award is not None and award.id == "shanghai-mass-breakthrough"


def test_an_unknown_title_comes_with_what_it_is_near_to(rulebook: Rulebook) -> None:
    assert "上海市用户满意服务明星" in nearest_awards("上海市用户满意明星服务", rulebook.awards)


@pytest.mark.parametrize(
    ("text", "level"), [("市级", "市级"), ("上海市", "市级"), ("市", "市级"), ("全国", "国家级"), ("行业", "行业级"), ("宇宙级", None)]
)
def test_levels_are_compared_by_meaning(text: str, level: str | None, rulebook: Rulebook) -> None:
    assert normal_level(text, rulebook.awards) == level


@settings(derandomize=True, deadline=None)
@given(st.text(max_size=40))
def test_no_text_breaks_the_taking_apart_of_titles(rulebook: Rulebook, text: str) -> None:
    key = title_key(text, rulebook.awards)
    assert not contradicts(key, key) and title_key(f" {text}\n", rulebook.awards).years == key.years
