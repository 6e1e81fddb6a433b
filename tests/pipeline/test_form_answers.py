"""Answers in running text: the wrong word for a tick is a declaration turned into its opposite, and nobody would look."""

from __future__ import annotations

import pytest

from extractors.ticks import normalise
from pipeline.documents.form_declarations import declarations
from schemas.codes import DocType
from schemas.layout import Line, Method, Page
from schemas.rules import Rulebook


def answers(text: str, rulebook: Rulebook, method: Method = Method.DOCX) -> dict[str, tuple[str, bool]]:
    """What a text says: field without its prefix → value, whether a person must look."""
    rules = next(fields for fields in rulebook.documents.fields if fields.doc_type == DocType.APPLICATION_FORM)
    page = Page(number=1, method=method, blocks=tuple(Line(text=line) for line in normalise(text.split("\n"))))
    found = declarations([page], rules.declarations, rules.answers, 0.95)
    return {value.field.removeprefix("declared_"): (value.value, value.needs_review) for value in found}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("是否在职职工：是（√） 否（  ）", "yes"),
        ("是否在职职工：是（ ） 否（ V ）", "no"),
        ("是否在职职工：（√）是 （ ）否", "yes"),
        ("是否在职职工 【 】是 【√】否", "no"),
        ("是否在职职工：__√__是 ____否", "yes"),
        ("是否在职职工：[√]是 [×]否", "yes"),
        ("是否在职职工：是√  否", "yes"),
        ("是否在职职工：是  √否", "no"),
        ("是否在职职工：是 否√", "no"),
        ("是否在职职工：√是 否", "yes"),
        ("是否在职职工：□符合 ☑不符合", "no"),
        ("在职职工：符合☑ 不符合□", "yes"),
        ("是否在职职工： 是", "yes"),
    ],
)
def test_every_way_of_marking_says_what_it_says(text: str, value: str, rulebook: Rulebook) -> None:
    assert answers(text, rulebook) == {"in_service": (value, False)}


@pytest.mark.parametrize(
    "text",
    [
        "是否在职职工：是√否",
        "是否在职职工：是（×） 否（  ）",
        "是否在职职工：（√）是 （√）否",
        "是否在职职工：是 否",
        "本人不是在职职工：☑是 □否",
        "是否未在职职工：☑是 □否",
    ],
)
def test_what_could_mean_either_goes_to_a_person(text: str, rulebook: Rulebook) -> None:
    assert answers(text, rulebook) == {"in_service": ("", True)}


def test_ticks_after_the_words_do_not_answer_the_next_question(rulebook: Rulebook) -> None:
    text = "是否在职职工：是√  否\n是否工会会员：是  否√\n是否副局级：是  否√"
    assert answers(text, rulebook) == {"in_service": ("yes", False), "union_member": ("no", False), "leader": ("no", False)}


def test_answer_of_a_question_that_was_not_read_is_not_given_to_the_one_before(rulebook: Rulebook) -> None:
    assert answers("是否在职职工 是否三会会真 □是 ☑否", rulebook) == {}


def test_word_without_a_mark_on_paper_is_no_answer(rulebook: Rulebook) -> None:
    assert answers("是否在职职工：是", rulebook, Method.OCR)["in_service"][1]
    assert answers("是否在职职工：是 否", rulebook, Method.OCR) == {"in_service": ("", True)}


def test_trade_is_the_post(rulebook: Rulebook) -> None:
    rules = next(fields for fields in rulebook.documents.fields if fields.doc_type == DocType.APPLICATION_FORM)
    post = next(rule for rule in rules.fields if rule.field == "post")
    assert {"从事工种", "工种"} <= set(post.labels)
