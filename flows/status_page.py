"""`状态.html`: the desk's whole view of the watch, rewritten at every change; and the watch's state for other commands.

Comes in: what the watch says (looks, batches, pauses), and after each batch the warehouse. Goes out: one self-contained page beside the
watched folder, never inside it, so that it can never be taken for an arrival; replaced whole, after it is on the disk. Called by `serve`.

A page that cannot be written is told once and stops nothing.
"""

from __future__ import annotations

import logging
import os
import re
import threading
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from flows.console import Progress, complain
from flows.inbox import SHANGHAI, readable_name
from flows.privacy import masked
from flows.processes import own_mark
from flows.watch_state import Desk, WatchState
from schemas.errors import GongjiangError
from schemas.records import FileRecord
from schemas.settings import Settings
from warehouse.connection import open_read_only
from warehouse.day import Day, day_at_desk

log = logging.getLogger(__name__)
NAME = "状态.html"
REFRESH_SECONDS = 10
_LISTED = 20  # waiting files by name
_ROWS = 300  # of a table; a page must open at once on an old machine
_QUIET_SECONDS = 2.0  # between two pages that differ in a count only
# What would write to a terminal, break a line or turn the direction of writing.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")


def shown_name(path: str) -> str:
    """A file name as it may stand on the page: nothing personal, nothing that plays with the text around it."""
    return masked(_CONTROL.sub("�", path)).replace("!/", " › ")


def page_of(folder: Path, settings: Settings) -> Path:
    """Where the page for a watched folder lies.

    Raises:
        GongjiangError: inside the watched folder, where it would be taken for an arrival.
    """
    page = (settings.status_page or folder.absolute().parent / NAME).absolute()
    if page.resolve().is_relative_to(folder.resolve()):
        raise GongjiangError(
            "状态页不能放在被监视的文件夹里面。", "请用环境变量 GONGJIANG_STATUS_PAGE 指定收件文件夹以外的位置。", path=str(page)
        )
    return page


class Board:
    """Keeps the page and the state. Its methods may be called from any thread; none of them raises."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        self._folder = folder
        self._settings = settings
        self._page = page_of(folder, settings)
        self._desk = Desk(settings)
        self._turn = threading.RLock()
        self._state = WatchState(process=own_mark(), folder=shown_name(folder.name), began_at=_now())
        self._day: Day | None = None
        self._written_at = float("-inf")
        self._faults: set[str] = set()
        self._notices: dict[str, str] = {}

    @property
    def page(self) -> Path:
        """Where the page lies."""
        return self._page

    def looked(self, waiting: Sequence[Path]) -> None:
        """The watch has looked at the folder; these files are still to be taken."""
        names = tuple(shown_name(readable_name(path.name)) for path in waiting[:_LISTED])
        if self._day is None or self._day.day != _now().date():
            self.refresh()
        self._say(soon=names != self._state.waiting, looked_at=_now(), waiting=names, more_waiting=max(0, len(waiting) - _LISTED))

    def progress(self) -> Progress:
        """The progress of a batch, shown on the page as well as on the terminal."""
        return BoardProgress(self)

    def counted(self, done: int, total: int) -> None:
        """So many arrivals of the batch under way have reached their final state."""
        self._say(soon=done in (0, total), done=done, total=total)

    def finished(self) -> None:
        """A batch is done and the warehouse is closed."""
        self._say(soon=False, done=0, total=0, paused=None)
        self.refresh()
        self._write()

    def paused(self, error: GongjiangError | str) -> None:
        """The work does not go on, for a reason that a person can read."""
        self._say(soon=True, paused=shown_name(str(error)), done=0, total=0)

    def resumed(self) -> None:
        """The work goes on."""
        self._say(soon=True, paused=None)

    def notice(self, topic: str, text: str | None) -> None:
        """Something beside the work went wrong (a notification, a backup), or no longer does (None)."""
        with self._turn:
            if text is None:
                self._notices.pop(topic, None)
            else:
                self._notices[topic] = shown_name(text)
            notice = " ".join(self._notices.values()) or None
            if notice != self._state.notice:
                self._say(soon=True, notice=notice)

    def stop(self) -> None:
        """The watch has ended in order."""
        self._say(soon=True, ended_at=_now(), done=0, total=0)

    def refresh(self) -> None:
        """Read the day anew; what cannot be read leaves the page as it was."""
        if not self._settings.warehouse.exists():
            return
        try:
            with open_read_only(self._settings.warehouse) as warehouse:
                day = day_at_desk(warehouse, _now().date())
        except GongjiangError as error:  # somebody's query has it, or the watch is in a batch: the next time will do
            log.info("the page keeps its figures: %s", error)
        except Exception:
            log.exception("the page keeps its figures")
        else:
            with self._turn:
                self._day = day

    def _say(self, *, soon: bool, **change: object) -> None:
        with self._turn:
            self._state = self._state.model_copy(update=change)
            if soon or time.monotonic() - self._written_at >= _QUIET_SECONDS:
                self._write()

    def _write(self) -> None:
        with self._turn:
            self._written_at = time.monotonic()
            try:
                self._desk.keep_state(self._state)
                _replace(self._page, render(self._state, self._day, _now()))
                self._faults.clear()
            except OSError as error:
                self._fault(f"状态页写不进去（{self._page}：{error.strerror}），收件不受影响。可用 GONGJIANG_STATUS_PAGE 指定别的位置。")
            except Exception:  # the page is for people's convenience; nothing about it may stop the work
                log.exception("the page could not be made")

    def _fault(self, text: str) -> None:
        log.warning("%s", text)
        if text not in self._faults:
            self._faults.add(text)
            complain(text)


class BoardProgress(Progress):
    """Progress on the terminal and on the page."""

    def __init__(self, board: Board) -> None:
        super().__init__()
        self._board = board

    def begin(self, total: int, known: int) -> None:
        """See `Progress`."""
        super().begin(total, known)
        self._board.counted(0, total)

    def loaded(self, record: FileRecord) -> None:
        """See `Progress`."""
        super().loaded(record)
        self._board.counted(self._done, self._total)


def render(state: WatchState, day: Day | None, now: datetime) -> str:
    """The page."""
    environment = Environment(
        loader=PackageLoader("flows", "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["shown_name"] = shown_name
    environment.filters["masked"] = masked
    environment.filters["clock"] = lambda moment: moment.astimezone(SHANGHAI).strftime("%H:%M")
    environment.filters["moment"] = lambda moment: moment.astimezone(SHANGHAI).strftime("%m月%d日 %H:%M")
    return environment.get_template("status.html").render(
        state=state,
        day=day,
        now=now.astimezone(SHANGHAI).strftime("%Y年%m月%d日 %H:%M:%S"),
        today=now.astimezone(SHANGHAI).date(),
        recent=now - timedelta(days=1),
        rows=_ROWS,
        refresh=REFRESH_SECONDS,
        style=files("flows").joinpath("templates/status.css").read_text(encoding="utf-8"),
    )


def _replace(page: Path, text: str) -> None:
    """Write beside, to the disk, then rename: a browser sees the old page or the new one."""
    unfinished = page.with_name(f".{page.name}.{os.getpid()}.tmp")
    try:
        with unfinished.open("wb") as file:
            file.write(text.encode("utf-8", "replace"))
            file.flush()
            os.fsync(file.fileno())
        os.replace(unfinished, page)
    finally:
        unfinished.unlink(missing_ok=True)


def _now() -> datetime:
    return datetime.now(SHANGHAI)
