"""Watching a folder: what lay there before and what arrives while it runs is ingested once it is whole.

Comes in: a folder. Goes out: a call of `ingest` for each batch of whole files. Called by `cli`; `batches` is what `ingest` usually is.

The operating system's notices only wake the watcher; what counts is a look at the whole folder. So files that were there before, folders
that were moved in, and whatever the notices miss (or crash on, such as a name that is not UTF-8) are found all the same. On a share that
sends no notices (`watch_polling`) the looks alone do it.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from pathlib import Path

import watchfiles

from flows.inbox import Found, own_places, walk
from flows.shelf import Shelf
from schemas.errors import GongjiangError, WarehouseDamaged
from schemas.settings import Settings

log = logging.getLogger(__name__)
# How soon a batch is tried again that the machine could not do (warehouse locked, disk full): as long as a person waits for a screen.
_RETRY_SECONDS = 5.0


class Watcher:
    """Watches one folder until `stop`; `ingest` is called with each batch of whole files, in the calling thread, and once at the
    start even if there are none: it also takes up what an earlier run left over. It returns the paths of files that could not be taken.

    `idle` is called when there is nothing to take; it may do other work and returns in how many seconds it wants to be called again.
    `looked` is told after each look what lies there and is still to be taken.
    """

    def __init__(
        self,
        folder: Path,
        settings: Settings,
        ingest: Callable[[Sequence[Found]], Collection[str] | None],
        complain: Callable[[GongjiangError], None],
        *,
        idle: Callable[[], float | None] = lambda: None,
        tell: Callable[[str], None] = lambda text: None,
        looked: Callable[[Sequence[Path]], None] = lambda waiting: None,
    ) -> None:
        self._folder = folder
        self._settings = settings
        self._ingest = ingest
        self._complain = complain
        self._idle = idle
        self._tell = tell
        self._looked = looked
        self._shelf = Shelf(settings.settle_seconds, settings.rescan_seconds)
        self._left_over = True
        self._began = time.monotonic()
        self._trouble = ""
        self._closed: list[tuple[str, str]] = []
        self._wake = threading.Event()
        self._stop = threading.Event()

    def run(self) -> None:
        """Watch until `stop` is called. An error that ends one batch is told once, and the batch tried again until it is done.

        Raises WarehouseDamaged: a person must put a backup in its place first.
        """
        if not self._settings.watch_polling:
            threading.Thread(target=self._listen, daemon=True).start()
        while not self._stop.is_set():
            try:
                patience = self._turn()
                self._recovered()
            except WarehouseDamaged:
                raise  # no waiting makes it whole
            except GongjiangError as error:
                patience = self._troubled(error)
            except Exception as error:
                log.exception("a batch failed")
                patience = self._troubled(
                    GongjiangError(f"程序遇到了没有料到的问题（{type(error).__name__}），会自动再试。", "一直不好时请把日志交给维护人员。")
                )
            self._wake.wait(patience)
            self._wake.clear()

    def stop(self) -> None:
        """End the watch after the batch under way; safe to call from a signal handler."""
        self._stop.set()
        self._wake.set()

    def _turn(self) -> float:
        """Look, and take one batch if there is any; returns how long to wait for the next look (seconds)."""
        ready = self._shelf.whole(self._look())
        batch = ready[: self._settings.batch_files]
        self._looked(self._shelf.waiting)
        if batch or (self._left_over and not (self._shelf.unsettled and self._hopeful())):
            self._left_over = True  # until it is known that nothing of the batch is
            refused = set(self._ingest(batch) or ())
            self._left_over = False
            self._shelf.take([found for found in batch if found.path not in refused])
            self._shelf.refuse([found for found in batch if found.path in refused])
        if len(ready) > len(batch):
            return 0.0
        waits = [self._settings.rescan_seconds]
        if self._shelf.unsettled:
            waits.append(self._settings.settle_seconds / 2)
        if self._settings.watch_polling:
            waits.append(self._settings.settle_seconds)
        if not batch and (due := self._idle()) is not None:
            waits.append(due)
        return 0.0 if batch else min(waits)

    def _hopeful(self) -> bool:
        """Whether what is not whole yet may soon be: then one run does for it and for what was left over."""
        return time.monotonic() < self._began + 3 * self._settings.settle_seconds

    def _look(self) -> list[Found]:
        ours = own_places(self._settings)
        closed: list[tuple[str, str]] = []
        try:
            found = list(walk([self._folder], leave_out=ours, closed=closed))
        except OSError as error:
            raise GongjiangError(
                f"看不到文件夹 {self._folder}（{error.strerror}）。", "请检查它是否还在、是否可以读取；恢复后会自动继续。"
            ) from error
        for name, reason in closed:
            if (name, reason) not in self._closed:
                self._complain(
                    GongjiangError(f"文件夹“{name}”打不开（{reason}），里面的文件没有读入。", "请检查读取权限；改好后会自动读入。")
                )
        self._closed = closed
        return found

    def _troubled(self, error: GongjiangError) -> float:
        """Tell an error that is not the one told last."""
        if str(error) != self._trouble:
            self._trouble = str(error)
            with suppress(OSError):  # the output may go to the very disk that is full
                self._complain(error)
        return min(_RETRY_SECONDS, self._settings.rescan_seconds)

    def _recovered(self) -> None:
        if self._trouble:
            self._trouble = ""
            with suppress(OSError):
                self._tell("问题已解决，继续收件。")

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
