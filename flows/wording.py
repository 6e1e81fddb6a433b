"""Wording for people outside the house: findings without the advice that is meant for reviewers, and no whole personal numbers.

Comes in: messages of findings and the rules. Goes out: text. Called by `notices` and the papers.
"""

from __future__ import annotations

import re
import string
from datetime import date

from schemas.rules import FindingRule, Findings

# Numbers of eleven places and more are telephone, identity or card numbers: in one piece, or in groups as cards print them.
_LONG_NUMBER = re.compile(r"(?<!\d)\d(?:[ \-]?\d){9,18}[\dXx×](?!\d)")
_MASK = "＊"
# Where the advice begins in a message: a sentence “请……”, or the end of one that leads up to it (“如……，请……”, “……，请核实”).
_ADVICE = re.compile("。如[^。{}]*，请|[。，]请")
# Two readings that differ in more places than this are not variants of one number: showing them would show the numbers.
_SHOWN_DIFFERENCES = 4


def masked_numbers(text: str) -> str:
    """A text whose long numbers show the first three places and the last two (a mobile number: the last four).

    Where a text holds several numbers of one length, the places in which they differ are shown too: a contradiction that nobody can see
    could not be put right.
    """
    numbers = [re.sub(r"[ \-]", "", found[0]) for found in _LONG_NUMBER.finditer(text)]
    return _LONG_NUMBER.sub(lambda found: _masked(re.sub(r"[ \-]", "", found[0]), numbers), text)


def _masked(number: str, numbers: list[str]) -> str:
    alike = [one for one in numbers if len(one) == len(number)]
    differing = {place for place in range(len(number)) if len({one[place] for one in alike}) > 1}
    tail = 4 if len(number) == 11 else 2
    shown = {0, 1, 2, *range(len(number) - tail, len(number))} | (differing if len(differing) <= _SHOWN_DIFFERENCES else set())
    return "".join(digit if place in shown else _MASK for place, digit in enumerate(number))


def problem(code: str, message: str, findings: Findings) -> str:
    """What a finding says is wrong, without the sentences at its end that tell a reviewer what to do; personal numbers are masked."""
    rule = next((one for one in findings.findings if one.code == code), None)
    for advice in () if rule is None else _advices(rule):
        found = advice.search(message)
        if found and found.start():
            message = message[: found.start()] + "。"
            break
    return masked_numbers(message)


def _advices(rule: FindingRule) -> tuple[re.Pattern[str], ...]:
    """For each wording of a rule that ends in advice, a pattern of that advice as it reads when filled in; longest first."""
    found = [(wording, _ADVICE.search(wording)) for wording in (rule.message, *rule.variants.values())]
    endings = {wording[place.start() :] for wording, place in found if place}
    patterns = []
    for ending in sorted(endings, key=len, reverse=True):
        parts = string.Formatter().parse(ending)
        patterns.append("".join(re.escape(text) + ("" if field is None else ".*?") for text, field, _, _ in parts) + "$")
    return tuple(re.compile(pattern, re.DOTALL) for pattern in patterns)


def chinese_date(day: date) -> str:
    """A date as letters write it: 2024年4月10日."""
    return f"{day.year}年{day.month}月{day.day}日"


def chinese_number(number: int) -> str:
    """One to ninety-nine in Chinese: 一, 十二, 二十."""
    digits = "零一二三四五六七八九"
    if not 0 < number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else f"{digits[tens]}十") + (digits[ones] if ones or not tens else "")
