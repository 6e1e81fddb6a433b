"""Publishing while somebody holds the warehouse: a thread looks every few seconds whether anything was committed, and publishes it.

Comes in: an open warehouse and the settings. Goes out: the snapshot, at most ten seconds behind, and once more at the end. Called by
whoever holds the warehouse for writing: `ingest`, `review.lease`, `rejudge`. A snapshot that could not be published never stops a run.
"""

from __future__ import annotations

import logging
import threading
import time
from datetime import datetime
from types import TracebackType

from flows.inbox import SHANGHAI
from schemas.errors import GongjiangError
from schemas.settings import Settings
from warehouse.connection import Warehouse
from warehouse.snapshot import Snapshot, publish

log = logging.getLogger(__name__)
# Publishing shall take little from the reading, but what readers see may not grow older than ten seconds: the wait, the publishing under
# way when something is committed, and the next one (2 s each at 5,000 applicants on a machine that has six times too much to do).
_SHARE = 4.0
_LONGEST_WAIT = 5.0


class Publisher:
    """A context manager inside the warehouse's own; leaving it publishes what is new and ends the thread."""

    def __init__(self, warehouse: Warehouse, settings: Settings) -> None:
        self._warehouse = warehouse
        self._target = settings.snapshot_file
        self._every = settings.snapshot_seconds
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._work, name="snapshot", daemon=True)
        self._failing = False

    def __enter__(self) -> Publisher:
        if self._every > 0:
            self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._every > 0:
            self._ended.set()
            self._thread.join()
            self.publish()

    def publish(self) -> Snapshot | None:
        """Publish now what was committed since the last time; None where nothing was, or where it did not succeed. Never raises."""
        try:
            made = publish(self._warehouse, self._target, datetime.now(SHANGHAI))
        except GongjiangError as error:
            if not self._failing:  # once, not every few seconds
                log.warning("no snapshot was published: %s", error)
            self._failing = True
            return None
        except Exception:  # a surprise in what is done for readers must not reach the loading
            log.exception("no snapshot was published")
            return None
        self._failing = False
        return made

    def _work(self) -> None:
        wait = self._every
        while not self._ended.wait(wait):
            began = time.monotonic()
            self.publish()
            wait = min(max(self._every, _SHARE * (time.monotonic() - began)), _LONGEST_WAIT)
