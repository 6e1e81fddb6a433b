"""Who is signed in: sessions in memory, each with its CSRF token and the dossiers whose personal numbers are revealed.

Comes in: an account that has proved itself, later its cookie. Goes out: the `Visitor`. Called by `guard`. A restart signs everybody out.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from flows.review.accounts import ROLE_TITLES, Role

IDLE_SECONDS = 3_600.0
LONGEST_SECONDS = 10 * 3_600.0
REVEAL_SECONDS = 900.0


@dataclass
class Visitor:
    """A signed-in person. Times are monotonic seconds."""

    name: str
    role: Role
    csrf: str
    since: float
    used: float
    now: Callable[[], float] = time.monotonic
    proof: str = ""  # the hash of the password that the person signed in with
    revealed: dict[str, float] = field(default_factory=dict)

    @property
    def role_title(self) -> str:
        """The role in Chinese."""
        return ROLE_TITLES[self.role]

    def reveal(self, applicant_id: str) -> None:
        """Show this applicant's personal numbers for a while."""
        self.revealed[applicant_id] = self.now() + REVEAL_SECONDS

    def reveals(self, applicant_id: str) -> bool:
        """Whether this applicant's personal numbers are shown now."""
        return self.revealed.get(applicant_id, 0.0) > self.now()


class Sessions:
    """The sessions of one running page; safe for several threads."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._turn = threading.Lock()
        self._sessions: dict[str, Visitor] = {}

    def begin(self, name: str, role: Role, proof: str = "") -> str:
        """Sign somebody in who proved to be the owner of the account with this hash; returns the cookie's secret."""
        token, now = secrets.token_urlsafe(32), self._now()
        with self._turn:
            self._sessions[token] = Visitor(name, role, secrets.token_urlsafe(24), now, now, self._now, proof)
        return token

    def visitor(self, token: str) -> Visitor | None:
        """Who a cookie belongs to; None where it is unknown or has run out."""
        now = self._now()
        with self._turn:
            found = self._sessions.get(token)
            if found is None:
                return None
            if now - found.used > IDLE_SECONDS or now - found.since > LONGEST_SECONDS:
                del self._sessions[token]
                return None
            found.used = now
            return found

    def end(self, token: str) -> None:
        """Sign somebody out."""
        with self._turn:
            self._sessions.pop(token, None)

    def end_all_of(self, name: str) -> None:
        """Sign a person out everywhere: the account was taken away or changed."""
        with self._turn:
            self._sessions = {token: one for token, one in self._sessions.items() if one.name != name}
