"""The window's boundary days and dates that are too coarse."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.text.date_spans import overlaps, span_of, within
from schemas.codes import Truth
from schemas.rules import Rulebook


@pytest.mark.parametrize(
    ("value", "truth"),
    [
        ("2019-03-24", Truth.NO),
        ("2019-03-25", Truth.YES),
        ("2024-03-25", Truth.YES),
        ("2024-03-26", Truth.NO),
        ("2020-02-29", Truth.YES),
        ("2019", Truth.UNCLEAR),
        ("2019-03", Truth.UNCLEAR),
        ("2019-04", Truth.YES),
        ("2019-02", Truth.NO),
        ("2020", Truth.YES),
        ("2023", Truth.YES),
        ("2024", Truth.UNCLEAR),
        ("2024-03", Truth.UNCLEAR),
        ("2024-02", Truth.YES),
        ("2018", Truth.NO),
        ("2025", Truth.NO),
        ("", Truth.UNCLEAR),
        ("长期", Truth.UNCLEAR),
        ("2021-02-29", Truth.UNCLEAR),
        ("2021-13", Truth.UNCLEAR),
    ],
)
def test_an_honour_counts_on_the_first_and_last_day_and_a_coarse_date_is_not_guessed(value: str, truth: Truth, rulebook: Rulebook) -> None:
    assert within(value, *rulebook.edition.window_bounds()) == truth


@settings(derandomize=True, deadline=None)
@given(
    st.dates(date(1990, 1, 1), date(2060, 1, 1)), st.dates(date(1990, 1, 1), date(2060, 1, 1)), st.dates(date(1990, 1, 1), date(2060, 1, 1))
)
def test_a_coarser_date_never_decides_against_the_exact_one(day: date, one: date, other: date) -> None:
    first, last = min(one, other), max(one, other)
    exact = within(day.isoformat(), first, last)
    assert exact == (Truth.YES if first <= day <= last else Truth.NO)
    for coarse in (day.isoformat()[:7], day.isoformat()[:4]):
        assert within(coarse, first, last) in (exact, Truth.UNCLEAR)


def test_open_ends_of_a_names_years_shut_nothing_out() -> None:
    assert overlaps("1950", None, None) and overlaps("2030-01-01", date(2018, 1, 1), None)
    assert not overlaps("2017-12-31", date(2018, 1, 1), None)
    assert span_of("2024-02") == (date(2024, 2, 1), date(2024, 2, 29))
