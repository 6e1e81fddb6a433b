"""Reading in worker processes that can be killed: no file, however hostile, can stop a run or take another file with it.

Comes in: files to inspect, containers to expand, pages to read. Goes out: pending results, in whatever order they are asked for; a worker
that hangs is killed at its time limit and costs its file a TIMEOUT, one that dies costs its file a CORRUPT, and a new worker takes its
place. Called by `receive` and `ingest`.

Processes rather than threads: a native reader that hangs cannot be stopped otherwise, and a process a core reads faster than two threads.
"""

from __future__ import annotations

import itertools
import logging
import multiprocessing
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pebble import ProcessExpired, ProcessFuture, ProcessPool

from flows.reading_jobs import Answer, Inspected, InstallationBroken, answer, expand_container, inspect_file, read_pages, start_worker
from schemas.errors import GongjiangError, RejectedFile, RejectionCode
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


class Pending(Generic[T]):
    """A result that is being worked on."""

    def __init__(self, future: ProcessFuture[Answer[T]]) -> None:
        self._future = future

    def result(self) -> T:
        """Wait for the result.

        Raises:
            RejectedFile: the file cannot be read (TIMEOUT, CORRUPT, or what the reader says).
            GongjiangError: reading could not be tried; nothing is wrong with the file.
        """
        try:
            given = self._future.result()
        except TimeoutError as error:
            raise RejectedFile(RejectionCode.TIMEOUT, str(error)) from error
        except ProcessExpired as error:
            raise RejectedFile(RejectionCode.CORRUPT, f"the reading process ended with status {error.exitcode}") from error
        except (BrokenProcessPool, CancelledError) as error:
            raise InstallationBroken(
                "读取进程无法启动或已被系统终止。", "请关闭其他占用内存的程序后重试；仍不行时运行 gongjiang doctor。"
            ) from error
        if given.rejection is not None:
            raise given.rejection
        if given.failure is not None:
            raise given.failure
        return given.value  # type: ignore[return-value]  # an answer without a rejection or failure has a value

    def cancel(self) -> None:
        """Give up: work not begun is dropped, work under way is killed."""
        self._future.cancel()  # type: ignore[no-untyped-call]


class PendingLayout:
    """The pages of one file, being read in pieces by several workers."""

    def __init__(self, sha256: str, media_type: str, pieces: Sequence[Pending[tuple[Page, ...]]]) -> None:
        self._sha256 = sha256
        self._media_type = media_type
        self._pieces = pieces

    def result(self) -> Layout:
        """The whole file in page order. Errors as for `Pending.result`; the first one gives up the rest."""
        pages: list[Page] = []
        try:
            for piece in self._pieces:
                pages.extend(piece.result())
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
        self._pool: ProcessPool | None = None

    def __enter__(self) -> ReadingPool:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Kill the workers, whatever they are doing."""
        if self._pool is not None:
            self._pool.stop()  # type: ignore[no-untyped-call]
            self._pool.join()
            self._pool = None

    def call(self, seconds: float, job: Callable[..., T], *arguments: Any) -> Pending[T]:
        """Run `job(*arguments)` in a worker, for at most `seconds` from its start; job and arguments must be picklable."""
        return Pending(self._workers().schedule(answer, args=(job, *arguments), timeout=seconds))

    def inspect(self, path: Path) -> Pending[Inspected]:
        """Learn what a file is."""
        return self.call(self.settings.limits.seconds, inspect_file, path, self.settings)

    def expand(self, path: Path, media_type: str, folder: Path) -> Pending[tuple[Member, ...]]:
        """Write the members of an archive or e-mail below `folder`."""
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
        return PendingLayout(sha256, media_type, pieces)

    def _workers(self) -> ProcessPool:
        if self._pool is not None and not self._pool.active:  # a worker that was killed while idle ends the whole pool
            log.warning("the reading pool broke and is started again")
            self.close()
        if self._pool is None:
            logs = self.settings.cache_dir / "logs"
            logs.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._pool = ProcessPool(
                max_workers=self.settings.workers,
                max_tasks=JOBS_A_WORKER,
                initializer=start_worker,
                initargs=(self.settings.limits.memory_bytes, str(logs / "reading.log")),
                context=multiprocessing.get_context("spawn"),
            )
        return self._pool


def chunks(pages: int) -> list[tuple[int, int]]:
    """First and last page (1-based, inclusive) of each piece of a file: as even as can be, none above `CHUNK_PAGES`."""
    count = -(-pages // CHUNK_PAGES)
    edges = [round(number * pages / count) for number in range(count + 1)] if count else []
    return [(first + 1, last) for first, last in itertools.pairwise(edges)]
