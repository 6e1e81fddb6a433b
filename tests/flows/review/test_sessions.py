"""Sessions end when nobody uses them, and at the end of a day whoever uses them; what is revealed is hidden again."""

from __future__ import annotations

import pytest

from flows.review.sessions import IDLE_SECONDS, LONGEST_SECONDS, REVEAL_SECONDS, Sessions
from tests.flows.review.test_accounts import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sessions(clock: Clock) -> Sessions:
    return Sessions(clock)


def test_a_browser_left_alone_is_signed_out(sessions: Sessions, clock: Clock) -> None:
    token = sessions.begin("王审核", "reviewer")
    clock.now += IDLE_SECONDS - 1
    assert sessions.visitor(token) is not None
    clock.now += IDLE_SECONDS - 1
    assert sessions.visitor(token) is not None, "using it starts the hour anew"
    clock.now += IDLE_SECONDS + 1
    assert sessions.visitor(token) is None


def test_a_session_that_is_used_all_the_time_ends_all_the_same(sessions: Sessions, clock: Clock) -> None:
    token = sessions.begin("王审核", "reviewer")
    for _ in range(int(LONGEST_SECONDS // IDLE_SECONDS) * 2):
        clock.now += IDLE_SECONDS / 2
        assert sessions.visitor(token) is not None
    clock.now += 1
    assert sessions.visitor(token) is None


def test_nobody_can_guess_a_session_or_use_one_that_was_ended(sessions: Sessions) -> None:
    first, second = sessions.begin("王审核", "reviewer"), sessions.begin("王审核", "reviewer")
    assert first != second and len(first) >= 40
    tokens = {sessions.visitor(one).csrf for one in (first, second)}  # type: ignore[union-attr]
    assert len(tokens) == 2, "one page's token is of no use in another session"
    assert sessions.visitor("") is None and sessions.visitor(first[:-1]) is None
    sessions.end(first)
    assert sessions.visitor(first) is None and sessions.visitor(second) is not None
    sessions.end_all_of("王审核")
    assert sessions.visitor(second) is None


def test_what_was_revealed_is_hidden_again_after_a_quarter_of_an_hour_and_only_that_person_was_shown(
    sessions: Sessions, clock: Clock
) -> None:
    visitor = sessions.visitor(sessions.begin("王审核", "reviewer"))
    other = sessions.visitor(sessions.begin("李审核", "reviewer"))
    assert visitor is not None and other is not None
    visitor.reveal("甲")
    assert visitor.reveals("甲") and not visitor.reveals("乙") and not other.reveals("甲")
    clock.now += REVEAL_SECONDS + 1
    assert not visitor.reveals("甲")
