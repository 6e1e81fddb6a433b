"""Reading ahead: the workers always have enough to do, and no more is held in memory than they need for that.

Comes in: the arrivals of a run, in order. Goes out: the layout of each, once. Called by the tasks of `ingest`, from several threads.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable

from flows.reading_jobs import InstallationBroken
from flows.reading_pool import PendingLayout, ReadingPool
from flows.receive import Arrival
from schemas.layout import Layout
from schemas.records import Id

# Files given to the workers before the first of them is asked for: many times the number of workers, few enough to hold.
_AHEAD = 32


class ReadAhead:
    """Begins to read files in order; `layout` waits for one, `done` lets go of it."""

    def __init__(self, pool: ReadingPool, arrivals: Iterable[Arrival]) -> None:
        self._pool = pool
        self._waiting = deque(arrival for arrival in arrivals if arrival.to_read)
        self._begun: dict[Id, PendingLayout] = {}
        self._turn = threading.Lock()
        with self._turn:
            self._begin_more()

    def layout(self, file_id: Id) -> Layout:
        """Wait for a file's pages. Errors as for `Pending.result`."""
        with self._turn:
            while file_id not in self._begun:
                if not self._waiting:
                    raise InstallationBroken("本次运行已中止。", "再次运行会接着处理。")
                self._begin(self._waiting.popleft())
            pending = self._begun[file_id]
        return pending.result()

    def done(self, file_id: Id) -> None:
        """Let go of a file that has been dealt with."""
        with self._turn:
            self._begun.pop(file_id, None)
            self._begin_more()

    def cancel(self) -> None:
        """Give up everything that was not asked for yet."""
        with self._turn:
            self._waiting.clear()
            for pending in self._begun.values():
                pending.cancel()

    def _begin_more(self) -> None:
        while self._waiting and len(self._begun) < _AHEAD:
            self._begin(self._waiting.popleft())

    def _begin(self, arrival: Arrival) -> None:
        record = arrival.record
        self._begun[record.file_id] = self._pool.read(arrival.location, record.sha256, record.media_type, record.pages or 1)
