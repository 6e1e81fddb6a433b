"""The page's hold on the warehouse: opened when somebody asks, let go when nobody has for a while.

Comes in: the settings. Goes out: an open `Warehouse`. Called by `desk`, `page_images` and the handlers through them.

Between two requests an ingest, a backup or a stock client gets its turn; while the watch of the same process has it open, both share it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from flows.snapshots import Publisher
from schemas.settings import Settings
from warehouse.connection import Warehouse, open_warehouse
from warehouse.recording import take_up_journal

IDLE_SECONDS = 5.0


class WarehouseLease:
    """One warehouse for all threads of the page; a context manager that lets go at the end."""

    def __init__(self, settings: Settings) -> None:
        self.path = settings.warehouse
        self._settings = settings
        self._publisher: Publisher | None = None
        self._turn = threading.Lock()
        self._open: Warehouse | None = None
        self._used = 0.0
        self._ended = threading.Event()
        self._users = 0
        self.taken_up = 0  # entries of the journal that the warehouse lacked

    def __enter__(self) -> WarehouseLease:
        threading.Thread(target=self._let_go_when_idle, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        with self._turn:
            self._close()

    def get(self) -> Warehouse:
        """The open warehouse. Raises WarehouseUnavailable while another process writes it, WarehouseDamaged."""
        with self._turn:
            if self._open is None:
                opened = open_warehouse(self.path)
                self.taken_up += take_up_journal(opened)
                self._open = opened
                self._publisher = Publisher(opened, self._settings).__enter__()
            self._used = time.monotonic()
            return self._open

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """The warehouse stays open while this lasts, however long the work between two looks at it takes."""
        with self._turn:
            self._users += 1
        try:
            yield
        finally:
            with self._turn:
                self._users -= 1
                self._used = time.monotonic()

    def _let_go_when_idle(self) -> None:
        while not self._ended.wait(1.0):
            with self._turn:
                if not self._users and time.monotonic() - self._used > IDLE_SECONDS:
                    self._close()

    def _close(self) -> None:
        if self._open is None:
            return
        if self._publisher is not None:  # what was decided is in the snapshot before another process may take the warehouse
            self._publisher.__exit__(None, None, None)
            self._publisher = None
        self._open.close()
        self._open = None
