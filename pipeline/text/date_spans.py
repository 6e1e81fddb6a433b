"""Dates as precise as they are known, as spans of days.

Comes in: a date in normal form (`YYYY`, `YYYY-MM`, `YYYY-MM-DD`). Goes out: its first and last day, and three-valued answers about windows.
Called by `issuers` (years of a name) and `honour_rule` (the five-year window).
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

from schemas.codes import Truth

_NORMAL = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


def span_of(value: str) -> tuple[date, date] | None:
    """First and last day that a date in normal form may mean; None for any other text (`长期`, ''), and for impossible dates."""
    match = _NORMAL.fullmatch(value)
    if match is None:
        return None
    year, month, day = int(match[1]), match[2], match[3]
    try:
        if month is None:
            return date(year, 1, 1), date(year, 12, 31)
        if day is None:
            return date(year, int(month), 1), date(year, int(month), monthrange(year, int(month))[1])
        return date(year, int(month), int(day)), date(year, int(month), int(day))
    except ValueError:
        return None


def within(value: str, first: date, last: date) -> Truth:
    """Whether a date lies from `first` to `last`, both days in: UNCLEAR where it is too coarse to say, or no date."""
    span = span_of(value)
    if span is None:
        return Truth.UNCLEAR
    if span[1] < first or span[0] > last:
        return Truth.NO
    return Truth.YES if first <= span[0] and span[1] <= last else Truth.UNCLEAR


def overlaps(value: str, first: date | None, last: date | None) -> bool:
    """Whether a date may lie in a span whose ends may be open; a text that is no date may lie anywhere."""
    return within(value, first or date.min, last or date.max) != Truth.NO
