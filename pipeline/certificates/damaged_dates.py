"""Dates of conferral of which numerals were lost below a seal: 二三年十月, 二〇二〇年八月一十一日, 一五年八月.

Comes in: a squeezed line as read, and the years in which the honour may have been conferred. Goes out: the one date that the line can have
said, or None. Called by `read_certificate`, which marks such a date for review whatever its score: the raw reading stays beside it.

Recognisers drop the thin 〇 first, read a doubled numeral once, and see nothing where a seal's edge covers the line's beginning."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import combinations, groupby

from pipeline.text.normal_forms import chinese_number, find_dates

_DIGITS = "〇一二三四五六七八九"
_ZEROS = str.maketrans(dict.fromkeys("○零Oo0", "〇"))
_DATE = re.compile(
    r"(?P<y>[〇一二三四五六七八九]{2,4})年(?P<m>[一二三四五六七八九十]{1,2})月(?:(?P<d>[一二三四五六七八九十]{1,3})(?P<end>.?))?$"
)
_LEAST = 2  # numerals of the year; one alone says nothing


def damaged_date(line: str, years: Sequence[int]) -> str | None:
    """The date in normal form (`YYYY-MM-DD` or `YYYY-MM`) that a line with lost numerals can have said in one of the `years`; None where it
    says none, or where several fit equally well. Without `years` the year must be whole."""
    found = _DATE.search(line.translate(_ZEROS))
    if found is None or len(line) - (found.end() - found.start()) > 1:
        return None
    month, day = chinese_number(found["m"]), _day(found["d"])
    year = _year(found["y"], years)
    if year is None or month is None or (found["d"] and day is None):
        return None
    written = f"{year}年{month}月" + (f"{day}日" if day else "")
    dates = find_dates(written)  # an impossible date is left out, or loses its day
    return dates[0][2] if len(dates) == 1 and len(dates[0][2]) == (10 if day else 7) else None


def _day(numeral: str | None) -> int | None:
    """The day that a numeral names; nobody writes 一十一: a stroke of 二十一 was not seen."""
    if not numeral:
        return None
    return chinese_number(re.sub("^一十", "二十", numeral))


def _year(numerals: str, years: Sequence[int]) -> int | None:
    """The only one of the years that the numerals can be left of, by the least damage that explains them."""
    if not years and re.fullmatch("二〇..", numerals):
        return int("".join(str(_DIGITS.index(char)) for char in numerals))
    if len(numerals) < _LEAST:
        return None
    written = {year: "".join(_DIGITS[int(digit)] for digit in str(year)) for year in years}
    for damages in (_whole, _without_zeros, _doubles_once, _beginning_hidden, _one_lost):
        fitting = [year for year, text in written.items() if numerals in damages(text)]
        if fitting:
            return fitting[0] if len(fitting) == 1 else None
    return None


def _whole(text: str) -> set[str]:
    return {text}


def _without_zeros(text: str) -> set[str]:
    places = [place for place, char in enumerate(text) if char == "〇"]
    return {_left_out(text, lost) for size in (1, 2) for lost in combinations(places, size)}


def _doubles_once(text: str) -> set[str]:
    return {"".join(char for char, _ in groupby(left)) for left in (text, *_without_zeros(text))}


def _beginning_hidden(text: str) -> set[str]:
    return {text[1:], text[2:]}


def _one_lost(text: str) -> set[str]:
    return {_left_out(text, (place,)) for place in range(len(text))}


def _left_out(text: str, places: Sequence[int]) -> str:
    return "".join(char for place, char in enumerate(text) if place not in places)
