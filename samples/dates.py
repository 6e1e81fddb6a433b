"""Dates as people write them: a raw text in, the contract's normal form (`YYYY-MM-DD`, `YYYY-MM`, `YYYY`) out.

Called by `truth` and `scenario`. Knows only the ways of writing that the generator itself uses, and refuses all others, so that a slip
in the scenario is noticed at once.
"""

from __future__ import annotations

import re

_NUMERALS = {"〇": 0, "零": 0, "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}


def _numeral(text: str) -> int:
    if text.isdigit():
        return int(text)
    if "十" not in text:
        return int("".join(str(_NUMERALS[char]) for char in text))
    tens, _, units = text.partition("十")
    return (_NUMERALS[tens] if tens else 1) * 10 + (_NUMERALS[units] if units else 0)


def normal_date(raw: str) -> str:
    """`2021年6月`, `2021.6`, `2021-06-18`, `二〇二一年六月` and the like as an ISO date of the same precision; ValueError otherwise."""
    digits = r"[0-9〇零一二三四五六七八九十]+"
    match = re.fullmatch(rf"({digits})(?:[年.\-/]({digits})(?:[月.\-/]({digits}))?)?[年月日]?", raw.replace(" ", ""))
    if match is None:
        raise ValueError(f"no date the generator writes: {raw!r}")
    parts = [_numeral(part) for part in match.groups() if part]
    return "-".join(f"{part:04d}" if index == 0 else f"{part:02d}" for index, part in enumerate(parts))
