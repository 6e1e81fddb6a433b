"""Batches: the runs that a watch makes, and when among them everything is judged.

Comes in: whole files, or the news that there are none. Goes out: runs of `ingest_files`, each summary handed on. Used by `watch` and
`serve` through the command line.

Judging looks at everything that is in, so it takes longer the more there is, however few files came: while files wait it may take one
part in twenty of the time, so that ten thousand files arrive as fast at the end as at the beginning, and one in ten while none do. What is
loaded but not judged yet is judged when that time has passed, or at the next start.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from flows.console import Progress
from flows.inbox import Found
from flows.ingest import ingest_files
from flows.orchestration import Orchestration
from flows.reading_pool import ReadingPool
from flows.summary import RunSummary
from schemas.settings import Settings

_BUSY_SHARE, _IDLE_SHARE = 20, 10  # judging may take one part in so many


class Batches:
    """Makes a run of each batch. `after` is called with the summary of each run, while the warehouse is closed."""

    def __init__(
        self,
        settings: Settings,
        pool: ReadingPool,
        orchestration: Orchestration,
        after: Callable[[RunSummary], None],
        progress: Callable[[], Progress] = Progress,
    ) -> None:
        self._settings = settings
        self._pool = pool
        self._orchestration = orchestration
        self._after = after
        self._progress = progress
        self._unjudged = True  # an earlier watch may have ended between loading and judging
        self._judged_at = 0.0
        self._judging_seconds = 0.0

    def __call__(self, files: Sequence[Found]) -> set[str]:
        """Ingest a batch; returns the paths of the files that could not be taken. Errors as for `ingest_files`."""
        return self._run(files, judging=self._wait(_BUSY_SHARE) <= 0)

    def idle(self) -> float | None:
        """Judge what was loaded, if it is time; else return in how many seconds it is. None when there is nothing to judge."""
        if not self._unjudged:
            return None
        wait = self._wait(_IDLE_SHARE)
        if wait > 0:
            return wait
        self._run([], judging=True)
        return None

    def _wait(self, share: int) -> float:
        """In how many seconds judging has taken no more than its share since it was last done."""
        return self._judged_at + (share - 1) * self._judging_seconds - time.monotonic()

    def _run(self, files: Sequence[Found], *, judging: bool) -> set[str]:
        unjudged, self._unjudged = self._unjudged, True  # whatever happens in between
        with self._progress() as progress:
            summary = ingest_files(files, None, self._settings, self._pool, self._orchestration, progress, judging=judging)
        self._unjudged = not judging and (unjudged or summary.arrived > 0)
        if judging:
            self._judged_at, self._judging_seconds = time.monotonic(), summary.judging_seconds
        self._after(summary)
        return {path for path, _ in summary.unreadable}
