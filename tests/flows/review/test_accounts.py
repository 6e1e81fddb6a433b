"""Who may sign in: passwords are kept as Argon2 hashes, guessing is slowed down, a damaged file is explained."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.review.accounts import Accounts, AccountsUnusable, Throttle

PASSWORD = "一个够长的口令 1234"


class Clock:
    """A clock that stands still until it is told otherwise."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_stolen_users_file_holds_no_password_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    accounts = Accounts(tmp_path / "users.json")
    accounts.set("王审核", "reviewer", PASSWORD)
    text = accounts.path.read_text(encoding="utf-8")
    assert PASSWORD not in text and "$argon2id$" in text
    assert accounts.path.stat().st_mode & 0o077 == 0


def test_only_the_right_password_of_the_right_person_gets_in(tmp_path: Path) -> None:
    accounts = Accounts(tmp_path / "users.json")
    accounts.set("王审核", "reviewer", PASSWORD)
    assert (account := accounts.verified("王审核", PASSWORD)) is not None and account.role == "reviewer"
    assert accounts.verified("王审核", PASSWORD + " ") is None
    assert accounts.verified("李审核", PASSWORD) is None


def test_a_new_password_and_a_removed_account_count_at_once_for_a_running_page(tmp_path: Path) -> None:
    running, command = Accounts(tmp_path / "users.json"), Accounts(tmp_path / "users.json")
    command.set("王审核", "reviewer", PASSWORD)
    assert running.verified("王审核", PASSWORD)
    command.set("王审核", "secretariat", "另一个口令 56789")
    assert running.verified("王审核", PASSWORD) is None
    assert command.remove("王审核") and running.all() == {}
    assert not command.remove("王审核")


@pytest.mark.parametrize(("name", "password"), [("王审核", "短"), ("  ", PASSWORD)])
def test_a_password_that_is_guessed_in_a_moment_is_not_taken(tmp_path: Path, name: str, password: str) -> None:
    accounts = Accounts(tmp_path / "users.json")
    with pytest.raises(AccountsUnusable, match="口令"):
        accounts.set(name, "reviewer", password)
    assert not accounts.path.exists()


@pytest.mark.parametrize("text", ["", "{", '[{"name": "王", "role": "king", "hash": ""}]', '{"name": 1}'])
def test_a_damaged_users_file_lets_nobody_in_and_says_what_to_do(tmp_path: Path, text: str) -> None:
    (tmp_path / "users.json").write_text(text, encoding="utf-8")
    with pytest.raises(AccountsUnusable, match="用户文件"):
        Accounts(tmp_path / "users.json").verified("王", PASSWORD)


def test_guessing_gets_slower_with_each_try_and_never_stops_waiting_less_than_a_quarter_of_an_hour() -> None:
    clock = Clock()
    throttle = Throttle(clock)
    waits = []
    for _ in range(15):
        throttle.failed("王审核", "@10.0.0.1")
        waits.append(throttle.wait("王审核", "@10.0.0.2"))
    assert waits[:4] == [0, 0, 0, 0] and waits[4:8] == [15, 30, 60, 120] and waits[-1] == 900
    assert throttle.wait("李审核", "@10.0.0.1") == 900, "another name from the same address waits as well"
    assert throttle.wait("李审核", "@10.0.0.3") == 0
    clock.now += 901
    assert throttle.wait("王审核") == 0
    throttle.succeeded("王审核")
    throttle.failed("王审核")
    assert throttle.wait("王审核") == 0
