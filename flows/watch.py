"""Watching a folder: what lay there before and what arrives while it runs is ingested once it is whole.

Comes in: a folder. Goes out: a call of `ingest` for each batch of whole files. Called by `cli`.

The operating system's notices only wake the watcher; what counts is a look at the whole folder. So files that were there before, folders
that were moved in, and whatever the notices miss (or crash on, such as a name that is not UTF-8) are found all the same.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import watchfiles

from flows.inbox import Found, walk
from schemas.errors import GongjiangError
from schemas.settings import Settings

log = logging.getLogger(__name__)
_Shape = tuple[int, int]  # size in bytes, time of the last change in nanoseconds


@dataclass
class Shelf:
    """What lies in a folder and since when it has not changed. `now` is a monotonic clock in seconds: the wall clock may be set back."""

    settle_seconds: float
    now: Callable[[], float] = time.monotonic
    _since: dict[Path, tuple[_Shape, float]] = field(default_factory=dict)
    _taken: dict[Path, _Shape] = field(default_factory=dict)

    def whole(self, files: Sequence[Found]) -> list[Found]:
        """The files that have been the same for `settle_seconds` and were not taken as they are now."""
        ready, seen = [], {}
        for found in files:
            shape = _shape(found.location)
            if shape is None:
                continue
            before = self._since.get(found.location)
            seen[found.location] = before if before is not None and before[0] == shape else (shape, self.now())
            if self._taken.get(found.location) != shape and self.now() - seen[found.location][1] >= self.settle_seconds:
                ready.append(found)
        self._since = seen
        self._taken = {location: shape for location, shape in self._taken.items() if location in seen}
        return ready

    def take(self, files: Sequence[Found]) -> None:
        """Note that these files were ingested as they are."""
        for found in files:
            if found.location in self._since:
                self._taken[found.location] = self._since[found.location][0]

    @property
    def unsettled(self) -> bool:
        """Whether something lies there that was not taken yet."""
        return any(self._taken.get(location) != shape for location, (shape, _) in self._since.items())


class Watcher:
    """Watches one folder until `stop`; `ingest` is called with each batch of whole files, in the calling thread."""

    def __init__(
        self, folder: Path, settings: Settings, ingest: Callable[[Sequence[Found]], None], complain: Callable[[GongjiangError], None]
    ) -> None:
        self._folder = folder
        self._settings = settings
        self._ingest = ingest
        self._complain = complain
        self._shelf = Shelf(settings.settle_seconds)
        self._wake = threading.Event()
        self._stop = threading.Event()

    def run(self) -> None:
        """Watch until `stop` is called. An error that ends one batch is told and the batch tried again at the next look."""
        threading.Thread(target=self._listen, daemon=True).start()
        while not self._stop.is_set():
            patience = self._settings.rescan_seconds
            try:
                ready = self._shelf.whole(self._look())
                if ready:
                    self._ingest(ready)
                    self._shelf.take(ready)
                if self._shelf.unsettled:
                    patience = self._settings.settle_seconds / 2
            except GongjiangError as error:
                self._complain(error)
            self._wake.wait(patience)
            self._wake.clear()

    def stop(self) -> None:
        """End the watch after the batch under way; safe to call from a signal handler."""
        self._stop.set()
        self._wake.set()

    def _look(self) -> list[Found]:
        try:
            return list(walk([self._folder]))
        except OSError as error:
            raise GongjiangError(
                f"看不到文件夹 {self._folder}（{error.strerror}）。", "请检查它是否还在、是否可以读取；恢复后会自动继续。"
            ) from error

    def _listen(self) -> None:
        """Wake the watch at every change; a listener that breaks is started again."""
        while not self._stop.is_set():
            try:
                for _ in watchfiles.watch(self._folder, watch_filter=None, stop_event=self._stop, raise_interrupt=False):
                    self._wake.set()
            except (
                BaseException
            ) as error:  # the notifier is native code: a name it cannot decode ends it with a panic, which is no Exception
                log.warning("the notifier broke and is started again: %r", error)
                self._wake.set()
                self._stop.wait(1.0)


def _shape(location: Path) -> _Shape | None:
    try:
        status = location.stat()
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns
