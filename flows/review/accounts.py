"""Who may sign in: names, roles and Argon2 hashes in a file of the secretariat's.

Comes in: the users file and what somebody typed. Goes out: an `Account`, or nothing. Called by `guard` and the command `user`.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from pydantic import ValidationError

from schemas.base import Frozen
from schemas.errors import GongjiangError

Role = Literal["secretariat", "reviewer", "analyst"]
ROLE_TITLES: dict[str, str] = {"secretariat": "秘书处", "reviewer": "审查员", "analyst": "统计员"}
LEAST_LETTERS = 10
# After so many wrong passwords for a name, or from an address, the next try must wait; the wait doubles with each further one.
_FREE_TRIES = 5
_FIRST_WAIT, _LONGEST_WAIT = 15.0, 900.0


class Account(Frozen):
    """One person who may sign in."""

    name: str
    role: Role
    hash: str


class AccountsUnusable(GongjiangError):
    """The users file cannot be read, or says nothing that could be used."""

    code = "ACCOUNTS_UNUSABLE"


class Accounts:
    """The users file; read anew when it changes, so that a new password counts at once."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._hasher = PasswordHasher()
        # Verified against where there is no such name: the time taken does not tell whether a name exists.
        self._nobody = self._hasher.hash("nobody")
        self._read: tuple[float, dict[str, Account]] | None = None

    def all(self) -> dict[str, Account]:
        """Every account by name; empty where there is no file yet. Raises AccountsUnusable."""
        try:
            changed = self.path.stat().st_mtime
        except FileNotFoundError:
            return {}
        if self._read is None or self._read[0] != changed:
            try:
                listed = [Account.model_validate(one) for one in json.loads(self.path.read_text(encoding="utf-8"))]
            except (OSError, ValueError, ValidationError) as error:
                raise AccountsUnusable(f"用户文件 {self.path} 读不懂。", "请用 gongjiang user 命令修改，不要手工编辑。") from error
            self._read = (changed, {one.name: one for one in listed})
        return self._read[1]

    def verified(self, name: str, password: str) -> Account | None:
        """The account, if the password is its own. Raises AccountsUnusable."""
        account = self.all().get(name)
        try:
            self._hasher.verify(account.hash if account else self._nobody, password)
        except (VerificationError, InvalidHashError):
            return None
        return account

    def set(self, name: str, role: Role, password: str) -> None:
        """Add an account, or give it another password and role.

        Raises:
            AccountsUnusable: no name, or a password that is too short.
        """
        if not name.strip() or len(password) < LEAST_LETTERS:
            raise AccountsUnusable(f"口令至少要 {LEAST_LETTERS} 个字符，姓名不能空。", "请重新输入。")
        accounts = {**self.all(), name.strip(): Account(name=name.strip(), role=role, hash=self._hasher.hash(password))}
        self._write(accounts)

    def remove(self, name: str) -> bool:
        """Take an account away; False where there was none."""
        accounts = dict(self.all())
        found = accounts.pop(name, None) is not None
        if found:
            self._write(accounts)
        return found

    def _write(self, accounts: dict[str, Account]) -> None:
        beside = self.path.with_name(f"{self.path.name}.new")
        self.path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps([one.model_dump() for one in accounts.values()], ensure_ascii=False, indent=1)
        descriptor = os.open(beside, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self.path)
        self._read = None


class Throttle:
    """Slows down guessing: by name and by address, each wait longer than the last."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._turn = threading.Lock()
        self._failures: dict[str, tuple[int, float]] = {}

    def wait(self, *keys: str) -> float:
        """Seconds until the next try is allowed; 0 for at once."""
        with self._turn:
            return max(0.0, *(self._until(key) - self._now() for key in keys))

    def failed(self, *keys: str) -> None:
        """Note a wrong password."""
        with self._turn:
            for key in keys:
                self._failures[key] = (self._failures.get(key, (0, 0.0))[0] + 1, self._now())

    def succeeded(self, *keys: str) -> None:
        """Forget the failures."""
        with self._turn:
            for key in keys:
                self._failures.pop(key, None)

    def _until(self, key: str) -> float:
        count, last = self._failures.get(key, (0, 0.0))
        if count < _FREE_TRIES:
            return 0.0
        return last + min(_LONGEST_WAIT, _FIRST_WAIT * 2.0 ** (count - _FREE_TRIES))
