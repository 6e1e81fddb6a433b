"""Who is working on which dossier: two reviewers never decide about the same one unawares.

Comes in: an applicant's id and a person. Goes out: whether the dossier is theirs, and whose it is otherwise. Called by `desk`. Kept in
memory: a restart frees everything, as does leaving a dossier alone for a while.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flows.inbox import SHANGHAI
from schemas.records import Id

# A reviewer who reads a long dossier does something at least this often: the page itself calls in every minute while it is open.
IDLE_SECONDS = 300.0


@dataclass
class Lock:
    """Somebody's hold on a dossier: since when (for people), and when it was last used (monotonic seconds)."""

    person: str
    since: datetime
    used: float


class DossierLocks:
    """The holds of one running review page; safe for several threads."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._turn = threading.Lock()
        self._locks: dict[Id, Lock] = {}

    def take(self, applicant_id: Id, person: str) -> Lock:
        """Hold a dossier if it is free; returns the hold that counts, one's own or another's."""
        with self._turn:
            lock = self._locks.get(applicant_id)
            if lock is None or self._now() - lock.used > IDLE_SECONDS or lock.person == person:
                since = lock.since if lock is not None and lock.person == person else datetime.now(SHANGHAI)
                lock = self._locks[applicant_id] = Lock(person, since, self._now())
            return lock

    def seize(self, applicant_id: Id, person: str) -> Lock:
        """Take a dossier over from whoever holds it: said and done by a person who knows."""
        with self._turn:
            lock = self._locks[applicant_id] = Lock(person, datetime.now(SHANGHAI), self._now())
            return lock

    def release(self, applicant_id: Id, person: str) -> None:
        """Let go of one's own hold."""
        with self._turn:
            lock = self._locks.get(applicant_id)
            if lock is not None and lock.person == person:
                del self._locks[applicant_id]

    def held(self) -> dict[Id, Lock]:
        """Every hold that still counts."""
        with self._turn:
            return {key: lock for key, lock in self._locks.items() if self._now() - lock.used <= IDLE_SECONDS}
