"""Running text with the way back to the page."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.text.page_text import TextStream, join_lines
from schemas.layout import Line
from tests.layouts import line


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        (["上海市徐汇区龙吴路13", "33弄40号"], "上海市徐汇区龙吴路1333弄40号"),
        (["同意 推荐", "。"], "同意推荐。"),
        (["Six Sigma", "Black Belt"], "Six Sigma Black Belt"),
        (["", "  "], ""),
    ],
)
def test_wrapped_lines_become_one_text(lines: list[str], joined: str) -> None:
    assert join_lines(lines) == joined


def test_a_passage_leads_back_to_its_lines_and_their_least_confidence() -> None:
    stream = TextStream([line("公民身份 号码", 0.1, confidence=0.99), line("３１０", 0.2, confidence=0.8), line("其他", 0.3)])
    start = stream.text.index("号码")
    passage = stream.passage(start, start + 5)
    assert passage.text == "号码310"
    assert passage.raw == "号码\n３１０"
    assert passage.confidence == 0.8
    assert passage.box is not None and (passage.box.y0, passage.box.y1) == (0.1, 0.22)


@given(st.lists(st.text(max_size=12), max_size=6))
def test_every_position_of_the_stream_lies_in_a_line(texts: list[str]) -> None:
    stream = TextStream([Line(text=text) for text in texts])
    position = 0
    while position < len(stream.text):
        end = stream.line_end(position)
        assert end > position
        position = end
    assert position == len(stream.text)
