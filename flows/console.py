"""What a person sees on the terminal: tables, progress, sentences. Plain lines where there is no terminal.

Comes in: summaries, records, errors. Goes out: text; results on standard output, progress and errors on standard error. Called by `cli`,
`watch` and `ingest`.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar
from rich.table import Table

from flows.privacy import masked
from flows.summary import RunSummary
from schemas.codes import FileStatus
from schemas.errors import GongjiangError
from schemas.records import FileRecord

# Where there is no terminal, lines must not be broken at a guessed width.
_PIPE_WIDTH = 160
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_STATES = {FileStatus.LOADED: "已读入", FileStatus.DUPLICATE: "重复", FileStatus.REJECTED: "未能读取"}


def _console(*, stderr: bool) -> Console:
    console = Console(stderr=stderr, highlight=False, emoji=False)
    return console if console.is_terminal else Console(stderr=stderr, highlight=False, emoji=False, width=_PIPE_WIDTH)


def visible(text: object) -> str:
    """Text from outside made harmless for a terminal: no control characters, no writing-direction tricks, no markup."""
    return escape(_CONTROL.sub("�", str(text)))


def say(text: str) -> None:
    """A sentence of a result."""
    _console(stderr=False).print(visible(text), soft_wrap=True)


def note(text: str) -> None:
    """A sentence beside the result. Where it ends in a file (a service's log, a redirection), nothing personal is in it."""
    console = _console(stderr=True)
    console.print(visible(text if console.is_terminal else masked(text)), soft_wrap=True)


def complain(error: GongjiangError | str) -> None:
    """An error: what happened, where, what to do."""
    console = _console(stderr=True)
    console.print(f"[red]错误：[/]{visible(error if console.is_terminal else masked(str(error)))}", soft_wrap=True)


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, title: str | None = None, right: Sequence[int] = ()) -> None:
    """A table; `right` are the columns (from 0) whose content stands at the right."""
    shown = Table(title=None if title is None else visible(title), title_justify="left", header_style="bold")
    for number, column in enumerate(columns):
        shown.add_column(visible(column), justify="right" if number in right else "left", overflow="fold")
    for row in rows:
        shown.add_row(*(visible("" if value is None else value) for value in row))
    _console(stderr=False).print(shown)


def show_summary(summary: RunSummary) -> None:
    """The outcome of a run."""
    rows, section_before = [], ""
    for section, what, count in summary.rows():
        rows.append(("" if section == section_before else section, what, count))
        section_before = section
    table(("类别", "内容", "数量"), rows, right=(2,))
    if summary.rejected:
        table(("未能读取的文件", "原因与办法"), [(file.path, file.error) for file in summary.rejected])
    if summary.unreadable:
        table(("无法打开的文件", "原因"), summary.unreadable)
    say(f"{summary.headline()}用时 {summary.seconds:.0f} 秒。")


class Progress:
    """How far a run is: a bar on a terminal, a line a file elsewhere. Safe to use from several threads; a context manager."""

    def __init__(self) -> None:
        self._console = _console(stderr=True)
        self._lock = threading.Lock()
        self._done = 0
        self._total = 0
        self._bar: Bar | None = None

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def begin(self, total: int, known: int) -> None:
        """Say how many arrivals there are and how many were known already."""
        self._total = total
        note(f"收到 {total} 个新文件" + (f"，另有 {known} 个此前已入库" if known else "") + ("，开始识读……" if total else "。"))
        if total and self._console.is_terminal:
            columns = (TextColumn("[progress.description]{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
            self._bar = Bar(*columns, console=self._console, transient=True)
            self._task = self._bar.add_task("识读", total=total)
            self._bar.start()

    def loaded(self, record: FileRecord) -> None:
        """Say that an arrival has reached its final state."""
        with self._lock:
            self._done += 1
            if self._bar is not None:
                self._bar.update(self._task, completed=self._done, description=visible(record.path.rpartition("/")[2][:24]))
                return
            pages = f"（{record.pages} 页）" if record.pages else ""
            note(f"[{self._done}/{self._total}] {_STATES[record.status]} {record.path}{pages}")
