"""What lies in a watched folder, and since when it has not changed.

Comes in: the files found at each look. Goes out: those that are whole and were not taken as they are now. Used by `watch`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from flows.inbox import Found
from flows.original_archive import being_written

# Size in bytes, time of the last change (ns), and what tells a file from another one that was moved into its place (inode, ns).
_Shape = tuple[int, int, int, int]
# A file that some program holds open for writing is not whole, however long nothing was written (a copy that pauses). A program that never
# lets go, such as an editor left open, must not keep it out for ever.
WRITER_PATIENCE_SECONDS = 600.0


@dataclass
class Shelf:
    """`settle_seconds`: how long a whole file has not changed. `refused_seconds`: how soon a file is tried again that could not be taken.
    `now` is a monotonic clock in seconds: the wall clock may be set back. `in_use` tells whether somebody has a file open for writing."""

    settle_seconds: float
    refused_seconds: float = 30.0
    now: Callable[[], float] = time.monotonic
    in_use: Callable[[Path], bool] = being_written
    _since: dict[Path, tuple[_Shape, float]] = field(default_factory=dict)
    _taken: dict[Path, _Shape] = field(default_factory=dict)
    _refused: dict[Path, tuple[_Shape, float]] = field(default_factory=dict)

    def whole(self, files: Sequence[Found]) -> list[Found]:
        """The files that have been the same for `settle_seconds` and were not taken as they are now."""
        ready, seen = [], {}
        for found in files:
            shape = _shape(found.location)
            if shape is None:
                continue
            before = self._since.get(found.location)
            seen[found.location] = before if before is not None and before[0] == shape else (shape, self.now())
            if (
                self._taken.get(found.location) != shape
                and not self._waits(found.location, shape)
                and self._settled(found, *seen[found.location])
            ):
                ready.append(found)
        self._since = seen
        self._taken = {location: shape for location, shape in self._taken.items() if location in seen}
        self._refused = {location: until for location, until in self._refused.items() if location in seen}
        return ready

    def take(self, files: Sequence[Found]) -> None:
        """Note that these files were ingested as they are."""
        for found in files:
            if found.location in self._since:
                self._taken[found.location] = self._since[found.location][0]

    def refuse(self, files: Sequence[Found]) -> None:
        """Note that these files could not be taken: they are tried again later, or when they change."""
        for found in files:
            if found.location in self._since:
                self._refused[found.location] = (self._since[found.location][0], self.now() + self.refused_seconds)

    @property
    def unsettled(self) -> bool:
        """Whether something lies there that is still to be taken and may be whole soon."""
        return any(self._taken.get(location) != shape and not self._waits(location, shape) for location, (shape, _) in self._since.items())

    @property
    def waiting(self) -> list[Path]:
        """What lies there and is still to be taken, in the order of the last look."""
        return [location for location, (shape, _) in self._since.items() if self._taken.get(location) != shape]

    def _settled(self, found: Found, shape: _Shape, since: float) -> bool:
        still = self.now() - since
        return still >= self.settle_seconds and (still >= WRITER_PATIENCE_SECONDS or not self.in_use(found.location))

    def _waits(self, location: Path, shape: _Shape) -> bool:
        refused = self._refused.get(location)
        return refused is not None and refused[0] == shape and self.now() < refused[1]


def _shape(location: Path) -> _Shape | None:
    try:
        status = location.stat()
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns, status.st_ino, status.st_ctime_ns
