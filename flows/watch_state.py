"""What the watch is doing, where other commands and the status page can see it.

Comes in: what the watch says. Goes out: a `WatchState` in a small file under the cache folder, one for each warehouse, replaced whole;
requests of other commands to the watch, and its answers. Called by `status_page` (which writes), `reports` and `backups` (which read).
"""

from __future__ import annotations

import hashlib
import os
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from flows.processes import is_running
from schemas.base import Frozen
from schemas.settings import Settings

_Record = TypeVar("_Record", bound=Frozen)


class WatchState(Frozen):
    """What the watch is doing. Names are masked already; `waiting` are the files that are not yet whole, of which `more_waiting` are not
    listed; `done` of `total` are the batch under way (0 of 0: none); `paused` says why the work does not go on."""

    process: str
    folder: str
    began_at: datetime
    looked_at: datetime | None = None
    waiting: tuple[str, ...] = ()
    more_waiting: int = 0
    done: int = 0
    total: int = 0
    paused: str | None = None
    notice: str | None = None
    ended_at: datetime | None = None

    @property
    def alive(self) -> bool:
        """Whether the watch runs at this moment."""
        return self.ended_at is None and is_running(self.process)


class BackupRequest(Frozen):
    """Somebody wants a backup of a warehouse that the watch has open."""

    id: str
    folder: Path
    originals: Path | None = None


class BackupAnswer(Frozen):
    """What became of a request: the finished backup, or why there is none."""

    id: str
    folder: Path | None = None
    error: str | None = None


class Desk:
    """The files through which the commands that work on one warehouse know of each other."""

    def __init__(self, settings: Settings) -> None:
        name = hashlib.sha256(os.fsencode(settings.warehouse.absolute())).hexdigest()[:16]
        self.folder = settings.cache_dir / "watch" / name

    def state(self) -> WatchState | None:
        """The watch's last word, or None where there never was one."""
        return self._read("state.json", WatchState)

    def keep_state(self, state: WatchState) -> None:
        """Raises OSError."""
        self._write("state.json", state)

    def watched(self) -> WatchState | None:
        """The state of a watch that runs at this moment, or None."""
        state = self.state()
        return state if state is not None and state.alive else None

    def request(self) -> BackupRequest | None:
        """The request that is waiting."""
        return self._read("backup-request.json", BackupRequest)

    def ask(self, request: BackupRequest) -> None:
        """Leave a request for the watch; an earlier one is replaced. Raises OSError."""
        self._write("backup-request.json", request)

    def answer(self) -> BackupAnswer | None:
        """The last answer."""
        return self._read("backup-answer.json", BackupAnswer)

    def reply(self, answer: BackupAnswer) -> None:
        """Answer the request that is waiting, and forget it. Raises OSError."""
        self._write("backup-answer.json", answer)
        (self.folder / "backup-request.json").unlink(missing_ok=True)

    def _read(self, name: str, kind: type[_Record]) -> _Record | None:
        try:
            return kind.model_validate_json((self.folder / name).read_bytes())
        except (OSError, ValidationError):
            return None

    def _write(self, name: str, record: Frozen) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._replace(self.folder / name, record.model_dump_json())

    @staticmethod
    def _replace(path: Path, text: str) -> None:
        unfinished = path.with_name(f".{path.name}.{os.getpid()}")
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(path)
