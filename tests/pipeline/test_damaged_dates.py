"""Dates of which a seal hid numerals: one choice left is proposed, two are none."""

from __future__ import annotations

import pytest

from pipeline.certificates.damaged_dates import damaged_date


@pytest.mark.parametrize(
    ("line", "years", "date"),
    [
        ("二三年十月", (2022, 2023, 2024), "2023-10"),  # 二〇二三: the thin 〇 is lost, the doubled 二 read once
        ("二二二年五月", (2021, 2022, 2023), "2022-05"),
        ("二〇二年十二月二十五日", (2019, 2020, 2021, 2022), "2020-12-25"),
        ("一五年八月", (2014, 2015, 2016), "2015-08"),
        ("二〇一年九月十一日", (2020, 2021, 2022, 2023), "2021-09-11"),
        ("二〇二〇年八月一十一日", (), "2020-08-21"),  # nobody writes 一十一
        ("二〇二三年十一月二十五申", (2023,), "2023-11-25"),
    ],
)
def test_a_date_with_lost_numerals_is_proposed_where_one_choice_is_left(line: str, years: tuple[int, ...], date: str) -> None:
    assert damaged_date(line, years) == date


@pytest.mark.parametrize(
    ("line", "years"),
    [
        ("二二年五月", ()),  # no year to hold it against
        ("二年五月", (2021, 2022)),
        ("一二年五月", (2021, 2022)),
        ("二〇二〇年八月三十五日", ()),
        ("在二〇二二年五月举行的全国质量管理小组代表会议上", (2022,)),
        ("二二年五月", (2020, 2002)),  # both lost two zeros
    ],
)
def test_a_date_that_may_be_several_is_not_guessed(line: str, years: tuple[int, ...]) -> None:
    assert damaged_date(line, years) is None
