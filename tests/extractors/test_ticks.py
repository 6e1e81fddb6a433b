"""Tick boxes as people write them: a misread box turns a declaration into its opposite."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors import ticks
from schemas.layout import UNCHECKED


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("☑是 ☐否", "☑是 □否"),
        ("☒是 □否", "☑是 □否"),
        ("■是 □否", "☑是 □否"),
        ("□√是 □否", "☑是 □否"),
        ("√□是 □否", "☑是 □否"),
        ("是□√ 否□", "是☑ 否□"),
        ("☑️是 🗹否", "☑是 ☑否"),
        ("√⃞是", "☑是"),
        ("（√）是（　）否", "（☑）是（　）否"),
        ("囗是", "□是"),
        ("是□√□否", "是▨▨否"),
        ("□×是", "▨是"),
        ("■工艺专长", "▨工艺专长"),
        ("3×4=12，√2", "3×4=12，√2"),
    ],
)
def test_every_way_of_ticking_a_box_is_read_and_an_undecidable_one_stays_undecided(written: str, read: str) -> None:
    assert ticks.normalise([written]) == [read]


def test_a_filled_square_counts_as_a_tick_where_the_other_option_stands_in_the_next_line() -> None:
    assert ticks.normalise(["■是", "□否"]) == ["☑是", "□否"]


@pytest.mark.parametrize(("font", "code", "seen"), [("Wingdings 2", 0x52, "☑"), ("Wingdings", 0xF0A8, UNCHECKED), ("宋体", 0x53F7, "号")])
def test_a_symbol_font_is_read_as_it_looks(font: str, code: int, seen: str) -> None:
    assert ticks.normalise([ticks.glyph(font, code)]) == [seen]


@given(st.text(alphabet="□☐☑☒■√✓×是否 a1", max_size=12))
def test_reading_boxes_twice_changes_nothing(text: str) -> None:
    once = ticks.normalise([text])
    assert ticks.normalise(once) == once


@given(st.text(alphabet=st.characters(exclude_characters="□☐▢◻◽⬜❏❐❑❒🗆囗√✓✔✅🗸☑☒🗹🗷⊠■◼⬛\ufe0e\ufe0f\u20de\u20e3")))
def test_text_without_boxes_is_left_alone(text: str) -> None:
    assert ticks.normalise([text]) == [text]
