"""Normal forms: dates in every form in use, Chinese numerals, ID numbers, phones, names."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric

from pipeline.text import normal_forms as nf

_DIGITS = "〇一二三四五六七八九"


def _small(number: int) -> str:
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else _DIGITS[tens] + "十") + (_DIGITS[ones] if ones else "")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1985年3月12日", "1985-03-12"),
        ("1985.03", "1985-03"),
        ("1985 年 3 月", "1985-03"),
        ("2021/06/18", "2021-06-18"),
        ("20210618", "2021-06-18"),
        ("２０２１年６月", "2021-06"),
        ("二〇二一年六月十八日", "2021-06-18"),
        ("二零一九年十二月三十一日", "2019-12-31"),
        ("二O二一年", "2021"),
        ("二OO八年六月二十日", "2008-06-20"),
        ("2021年度", "2021"),
        ("长期", "长期"),
        ("2015.07.15-长期", "长期"),
    ],
)
def test_a_date_written_in_a_usual_form_is_understood(text: str, expected: str) -> None:
    assert nf.normal_date(text) == expected


@pytest.mark.parametrize(
    "text", ["二〇二〇年八月一十一日", "2023.2.30", "2021年13月", "十二月", "2O21", "", "2015.07.15-2035.07.15", "13800138000"]
)
def test_an_impossible_or_ambiguous_date_is_never_guessed(text: str) -> None:
    assert nf.normal_date(text) is None


@given(st.dates(date(1930, 1, 1), date(2035, 12, 31)))
def test_every_day_reads_the_same_in_all_its_spellings(day: date) -> None:
    chinese = "".join(_DIGITS[int(c)] for c in str(day.year)) + f"年{_small(day.month)}月{_small(day.day)}日"
    spellings = [day.isoformat(), f"{day.year}年{day.month}月{day.day}日", f"{day.year}.{day.month}.{day.day}", f"{day:%Y%m%d}", chinese]
    assert {nf.normal_date(text) for text in spellings} == {day.isoformat()}


@given(st.text(max_size=40))
def test_positions_of_found_dates_lie_in_the_text_and_do_not_overlap(text: str) -> None:
    found = nf.find_dates(text)
    ends = 0
    for start, end, value in found:
        assert ends <= start < end <= len(text)
        assert nf.normal_date(value) == value
        ends = end


@given(st.integers(110000, 659999), st.dates(date(1930, 1, 1), date(2010, 12, 31)), st.integers(0, 999))
def test_a_number_with_its_check_digit_is_faultless_and_any_other_digit_is_not(region: int, born: date, order: int) -> None:
    stem = f"{region}{born:%Y%m%d}{order:03d}"
    check = ric.calc_check_digit(stem + "0")
    assert nf.id_number_fault(stem + check) is None
    assert nf.id_number_birth_date(stem + check) == born.isoformat()
    assert nf.id_number_sex(stem + check) == ("男" if order % 2 else "女")
    wrong = "0" if check != "0" else "1"
    assert nf.id_number_fault(stem + wrong) == "check_digit"


@given(st.integers(110000, 659999), st.dates(date(1930, 1, 1), date(1999, 12, 31)), st.integers(0, 999))
def test_an_old_15_digit_number_equals_its_18_digit_form(region: int, born: date, order: int) -> None:
    long_form = nf.long_id_number(f"{region}{born:%y%m%d}{order:03d}")
    assert len(long_form) == 18
    assert nf.id_number_fault(long_form) is None
    assert nf.long_id_number(long_form) == long_form


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        ("31010119850312", "length"),
        ("310101198513121234", "birth_date"),
        ("310101198502301234", "birth_date"),
        ("31O101198503121234", "length"),
    ],
)
def test_a_malformed_id_number_is_named_by_its_fault(number: str, fault: str) -> None:
    assert nf.id_number_fault(number) == fault


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("138 0013 8000", "13800138000"),
        ("+86 138-0013-8000", "13800138000"),
        ("021-58881234", "02158881234"),
        ("021-58881234 / 13800138000", "13800138000"),
        ("１３８００１３８０００", "13800138000"),
        ("1380013800\n0", "13800138000"),
        ("无", None),
    ],
)
def test_a_phone_number_is_its_digits(raw: str, expected: str | None) -> None:
    assert nf.normal_phone(raw) == expected


@pytest.mark.parametrize(("raw", "expected"), [("6210 3100 0048", "621031000048"), ("无", "无"), ("编号12", None), ("", None)])
def test_a_card_number_is_its_digits_or_the_word_that_there_is_none(raw: str, expected: str | None) -> None:
    assert nf.normal_digits(raw) == expected


@pytest.mark.parametrize("other", ["阿依古丽•买买提", "阿依古丽．买买提", "阿依古丽・买买提", "阿依古丽 · 买买提"])
def test_a_name_with_any_middle_dot_is_one_name(other: str) -> None:
    assert nf.name_key(other) == nf.name_key("阿依古丽·买买提")


@pytest.mark.parametrize(("raw", "expected"), [("汉", "汉族"), ("汉 族", "汉族"), ("维吾尔族", "维吾尔族"), ("", None), ("汉/回", None)])
def test_ethnicity_ends_in_zu(raw: str, expected: str | None) -> None:
    assert nf.normal_ethnicity(raw) == expected


@pytest.mark.parametrize(("raw", "expected"), [("男", "男"), (" 女 ", "女"), ("男女", None), ("", None)])
def test_sex_is_stated_once_or_not_at_all(raw: str, expected: str | None) -> None:
    assert nf.normal_sex(raw) == expected


@given(st.integers(1, 31))
def test_a_chinese_numeral_up_to_31_is_its_number(number: int) -> None:
    assert nf.chinese_number(_small(number)) == number


@pytest.mark.parametrize(
    ("left", "right", "same"), [("1985-03", "1985-03-12", True), ("1985-03", "1985-04-01", False), ("1985", "1985-03", True)]
)
def test_dates_agree_as_far_as_both_are_precise(left: str, right: str, same: bool) -> None:
    assert nf.same_date(left, right) is same
