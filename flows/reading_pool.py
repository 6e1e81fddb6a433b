"""Reading in worker processes that can be killed: no file, however hostile, can stop a run or take another file with it.

Comes in: files to inspect, containers to expand, pages to read. Goes out: pending results, in whatever order they are asked for; a worker
that hangs is killed at its time limit and costs its file a TIMEOUT, one that dies costs its file a CORRUPT, and a new worker takes its
place. Called by `receive` and `ingest`.

Processes rather than threads: a native reader that hangs cannot be stopped otherwise, and a process a core reads faster than two threads.
"""

from __future__ import annotations

import contextlib
import itertools
import logging
import os
import queue
import shutil
import tempfile
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Future
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from flows.logs import keep_lines
from flows.page_store import PageStore
from flows.reading_jobs import Answer, Inspected, InstallationBroken, PagesRead, expand_container, inspect_file, read_pages
from flows.reading_worker import ReadingWorker, Workplace, cannot_start
from schemas.errors import GongjiangError
from schemas.layout import Layout, Page
from schemas.settings import Settings

if TYPE_CHECKING:
    from extractors.members import Member

T = TypeVar("T")
log = logging.getLogger(__name__)
# Pages in one piece of work: small enough that both cores work on a long scan, large enough that opening the file again does not matter.
CHUNK_PAGES = 4
# Recognition's memory grows slowly with varying page shapes; a fresh worker starts small again.
JOBS_A_WORKER = 200
_WORKERS_TRIED = 3  # one that the system killed while it was idle says nothing about a file


class Pending(Generic[T]):
    """A result that is being worked on."""

    def __init__(self, seconds: float, job: Callable[..., T], arguments: tuple[Any, ...]) -> None:
        self._future: Future[Answer[T]] = Future()
        self._given_up = threading.Event()
        self._seconds, self._job, self._arguments = seconds, job, arguments

    def result(self) -> T:
        """Wait for the result.

        Raises:
            RejectedFile: the file cannot be read (TIMEOUT, CORRUPT, TOO_LARGE, or what the reader says).
            GongjiangError: reading could not be tried; nothing is wrong with the file.
        """
        try:
            given = self._future.result()
        except CancelledError as error:
            raise InstallationBroken("读取已被中断。", "请再次运行。") from error
        if given.rejection is not None:
            raise given.rejection
        if given.failure is not None:
            raise given.failure
        return given.value  # type: ignore[return-value]  # an answer without a rejection or failure has a value

    def cancel(self) -> None:
        """Give up: work not begun is dropped, work under way is killed."""
        self._given_up.set()
        self._future.cancel()

    def work(self, worker: Callable[[], ReadingWorker], closing: threading.Event) -> None:
        """Have it done by a worker that the call yields. For the pool's threads; everything that goes wrong is part of the result."""
        if not self._future.set_running_or_notify_cancel():
            return
        given: Answer[Any] | None = None
        try:
            for _ in range(_WORKERS_TRIED):
                asked = worker()
                given = asked.ask(self._seconds, lambda: self._given_up.is_set() or closing.is_set(), self._job, self._arguments)
                if given is not None and not asked.burdened:
                    break
            self._future.set_result(given or Answer(failure=cannot_start()))
        except GongjiangError as error:
            self._future.set_result(Answer(failure=error))
        except BaseException as error:
            self._future.set_exception(error)


class PendingLayout:
    """The pages of one file, being read in pieces by several workers."""

    def __init__(self, sha256: str, media_type: str, pieces: Sequence[Pending[PagesRead]], store: PageStore) -> None:
        self._sha256 = sha256
        self._media_type = media_type
        self._pieces = pieces
        self._store = store

    def result(self) -> Layout:
        """The whole file in page order; their pictures go to the store. Errors as for `Pending.result`; the first gives up the rest."""
        pages: list[Page] = []
        try:
            for piece in self._pieces:
                read = piece.result()
                pages.extend(read.pages)
                self._store.keep(self._sha256, read.pictures)
        except GongjiangError:
            self.cancel()
            raise
        return Layout(sha256=self._sha256, media_type=self._media_type, pages=tuple(sorted(pages, key=lambda page: page.number)))

    def cancel(self) -> None:
        """Give up the file."""
        for piece in self._pieces:
            piece.cancel()


class ReadingPool:
    """The workers; a context manager. They start with the first piece of work and live until it is left."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._waiting: queue.SimpleQueue[Pending[Any] | None] = queue.SimpleQueue()
        self._readers: list[_Reader] = []
        self._temporary: Path | None = None
        self._held_open: int | None = None
        self._starting = threading.Lock()

    def __enter__(self) -> ReadingPool:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Kill the workers, whatever they are doing; what was still waiting is given up."""
        with self._starting:
            while not self._waiting.empty():
                pending = self._waiting.get()
                if pending is not None:
                    pending.cancel()
            for reader in self._readers:
                reader.closing.set()
                self._waiting.put(None)
            for reader in self._readers:
                reader.join()
            self._readers, self._waiting = [], queue.SimpleQueue()
            if self._held_open is not None:
                os.close(self._held_open)
                self._held_open = None
            if self._temporary is not None:
                shutil.rmtree(self._temporary, ignore_errors=True)
                self._temporary = None

    def call(self, seconds: float, job: Callable[..., T], *arguments: Any) -> Pending[T]:
        """Run `job(*arguments)` in a worker, for at most `seconds` from its start; job and arguments must be picklable."""
        pending = Pending(seconds, job, arguments)
        with self._starting:
            if not self._readers:
                self._start()
            self._waiting.put(pending)
        return pending

    def inspect(self, path: Path) -> Pending[Inspected]:
        """Learn what a file is."""
        return self.call(self.settings.limits.seconds, inspect_file, path, self.settings)

    def expand(self, path: Path, media_type: str, folder: Path) -> Pending[tuple[Member, ...]]:
        """Write the members of an archive or e-mail below `folder`, which lies below `settings.work_dir`: workers write nowhere else."""
        if not folder.is_relative_to(self.settings.work_dir):
            raise ValueError(f"{folder} is not below {self.settings.work_dir}")
        return self.call(self.settings.limits.seconds, expand_container, path, media_type, folder, self.settings)

    def read(self, path: Path, sha256: str, media_type: str, pages: int) -> PendingLayout:
        """Begin to read a file of `pages` pages."""
        limits = self.settings.limits
        pieces = [
            self.call(
                limits.seconds + (last - first + 1) * limits.seconds_per_page, read_pages, path, media_type, first, last, self.settings
            )
            for first, last in chunks(pages)
        ]
        return PendingLayout(sha256, media_type, pieces, PageStore(self.settings.pages_dir))

    def read_page(self, path: Path, sha256: str, media_type: str, number: int) -> PendingLayout:
        """Begin to read one page (from 1) of a file."""
        limits = self.settings.limits
        piece = self.call(limits.seconds + limits.seconds_per_page, read_pages, path, media_type, number, number, self.settings)
        return PendingLayout(sha256, media_type, [piece], PageStore(self.settings.pages_dir))

    def _start(self) -> None:
        work, logs = self.settings.work_dir, self.settings.cache_dir / "logs"
        for folder in (work, logs):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Named as `work_folder` names its own, so that it is swept up after a run that was killed.
        self._temporary = Path(tempfile.mkdtemp(prefix=f"{os.getpid()}-", dir=work))
        place = Workplace(work.resolve(), self._temporary.resolve(), self._output(logs / "reading.log"), self.settings.limits)
        self._readers = [_Reader(place, self._waiting) for _ in range(self.settings.workers)]
        for reader in self._readers:
            reader.start()
        from extractors.models import prepare

        # Workers may not write there. What is wrong with the models is told to the first page that needs them.
        with contextlib.suppress(GongjiangError):
            prepare(self.settings)

    def _output(self, log: Path) -> Path:
        """Where workers write what their libraries print: a pipe whose lines come to the log without personal numbers."""
        if self._temporary is None or not hasattr(os, "mkfifo"):
            return Path(os.devnull)
        pipe = self._temporary.resolve() / "output"
        os.mkfifo(pipe, 0o600)
        reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
        os.set_blocking(reading, True)
        self._held_open = os.open(pipe, os.O_WRONLY)  # between two workers it must not end
        keep_lines(os.fdopen(reading, "rb"), log)
        return pipe


class _Reader(threading.Thread):
    """One worker after the other, and the thread that asks them: a worker is replaced when it is dead or has done enough."""

    def __init__(self, place: Workplace, waiting: queue.SimpleQueue[Pending[Any] | None]) -> None:
        super().__init__(name="reader", daemon=True)
        self._place = place
        self._waiting = waiting
        self._worker: ReadingWorker | None = None
        self.closing = threading.Event()

    def run(self) -> None:
        try:
            with contextlib.suppress(GongjiangError):  # ready before the first job; a fault is told to the job that meets it
                self._living()
            while not self.closing.is_set():
                pending = self._waiting.get()
                if pending is not None:
                    pending.work(self._living, self.closing)
        finally:
            if self._worker is not None:
                self._worker.kill()

    def _living(self) -> ReadingWorker:
        if self._worker is not None and (not self._worker.alive or self._worker.jobs >= JOBS_A_WORKER or self._worker.grown):
            self._worker.kill()
            self._worker = None
        if self._worker is None:
            self._worker = ReadingWorker(self._place)
        return self._worker


def chunks(pages: int) -> list[tuple[int, int]]:
    """First and last page (1-based, inclusive) of each piece of a file: as even as can be, none above `CHUNK_PAGES`."""
    count = -(-pages // CHUNK_PAGES)
    edges = [round(number * pages / count) for number in range(count + 1)] if count else []
    return [(first + 1, last) for first, last in itertools.pairwise(edges)]
