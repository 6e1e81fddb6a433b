"""A moment as a person types it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from flows.inbox import SHANGHAI
from flows.moments import moment_typed, understood
from schemas.errors import GongjiangError


def test_a_mere_date_means_the_whole_of_that_day() -> None:
    assert timedelta() < datetime(2024, 3, 21, tzinfo=SHANGHAI) - moment_typed("2024-03-20") < timedelta(seconds=1)


def test_a_time_is_shanghais_unless_it_says_otherwise() -> None:
    assert moment_typed("2024-03-20T18:00") == datetime(2024, 3, 20, 18, tzinfo=SHANGHAI) == moment_typed("2024-03-20T10:00+00:00")


@pytest.mark.parametrize("text", ["昨天", "2024-13-01", "w.duckdb", ""])
def test_what_is_no_moment_is_said_to_be_none(text: str) -> None:
    assert understood(text) is None
    with pytest.raises(GongjiangError, match="看不懂时间"):
        moment_typed(text)
