"""Receiving: files and folders → arrivals, each with its id, its time and what it is; containers are opened and their members arrive as
well.

Comes in: originals, each lying in the archive. Goes out: a `Delivery`, every arrival once, in a fixed order: what lies loose before
what lies in containers, then by path. So the first copy of a content is the same one in every run. Called by `ingest`.

Files are looked at and containers opened in the reading pool, never here: a hostile archive must not stop a run.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from flows.fault_injection import reached
from flows.reading_jobs import FileUnreachable, Inspected
from flows.reading_pool import Pending, ReadingPool
from schemas.codes import FileStatus
from schemas.errors import REMEDIES, RejectedFile, RejectionCode
from schemas.records import FileRecord, Id, stable_id
from warehouse.intake import Original

if TYPE_CHECKING:
    from extractors.members import Member

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Ledger:
    """What the warehouse already has: the arrival with this path and content, the first arrival with this content."""

    known_file: Callable[[str, str], Id | None]
    first_copy: Callable[[str], Id | None]


@dataclass(frozen=True)
class Arrival:
    """A file that arrived. `record` is final unless `to_read`: then it holds what will be stored if reading succeeds."""

    record: FileRecord
    location: Path
    container: bool = False

    @property
    def to_read(self) -> bool:
        """Whether the file has pages of its own that must be read."""
        return self.record.status is FileStatus.LOADED and not self.container


@dataclass
class Delivery:
    """All that arrived in one run: new arrivals, how many were already known, and files that this machine may not read (path, reason)."""

    arrivals: list[Arrival] = field(default_factory=list)
    known: int = 0
    unreadable: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class _Budget:
    """What one outermost container may still expand to, nested containers included."""

    bytes_left: int
    members_left: int


@dataclass
class _Candidate:
    """A file on its way to becoming an arrival."""

    path: str
    location: Path
    sha256: str
    received_at: datetime
    parent: Id | None = None
    budget: _Budget | None = None
    inspection: Pending[Inspected] | None = None


class Receiver:
    """Receives one delivery: `receive` looks at everything below the roots, one nesting depth after the other."""

    def __init__(self, pool: ReadingPool, ledger: Ledger, work_folder: Path) -> None:
        self._pool = pool
        self._ledger = ledger
        self._work_folder = work_folder
        self._limits = pool.settings.limits
        self._taken: set[tuple[str, str]] = set()
        self._first: dict[str, Id] = {}
        self._inspections: dict[str, Pending[Inspected]] = {}
        self._delivery = Delivery()

    def receive(self, originals: Iterable[Original], location: Callable[[str], Path]) -> Delivery:
        """Every original, and what is inside it, as an arrival; `location` tells where the content with a hash lies.

        May be called again: what comes later is added to the delivery, behind what came first.
        """
        candidates = [_Candidate(one.path, location(one.sha256), one.sha256, one.received_at) for one in originals]
        depth = 0
        while candidates:
            candidates = self._round(sorted(candidates, key=lambda candidate: candidate.path), depth)
            depth += 1
        return self._delivery

    def _round(self, candidates: list[_Candidate], depth: int) -> list[_Candidate]:
        """Receive the candidates of one nesting depth and return those that lie one deeper."""
        new = [candidate for candidate in candidates if self._is_new(candidate)]
        for candidate in new:  # all are being looked at before the first is waited for
            if candidate.sha256 not in self._inspections:
                self._inspections[candidate.sha256] = self._pool.inspect(candidate.location)
            candidate.inspection = self._inspections[candidate.sha256]
        expansions: list[tuple[Arrival, _Candidate, Pending[tuple[Member, ...]]]] = []
        for candidate in new:
            try:
                arrival = self._arrival(candidate)
            except FileUnreachable as error:
                self._delivery.unreadable.append((candidate.path, str(error)))
                continue
            if arrival.container and arrival.record.status is FileStatus.LOADED:
                if depth >= self._limits.depth:
                    arrival = rejected(arrival, RejectedFile(RejectionCode.ARCHIVE_BOMB, f"nested {depth} deep"))
                else:
                    folder = self._work_folder / arrival.record.file_id
                    expansions.append((arrival, candidate, self._pool.expand(candidate.location, arrival.record.media_type, folder)))
                    continue
            self._delivery.arrivals.append(arrival)
        return [member for expansion in expansions for member in self._members(*expansion)]

    def _is_new(self, candidate: _Candidate) -> bool:
        key = (candidate.path, candidate.sha256)
        if key in self._taken:
            return False
        self._taken.add(key)
        if self._ledger.known_file(*key) is not None:
            self._delivery.known += 1
            return False
        return True

    def _arrival(self, candidate: _Candidate) -> Arrival:
        inspected, fault = _outcome(candidate)
        reached("inspected")
        if candidate.parent is None and inspected.dated is not None:
            candidate.received_at = inspected.dated
        original = self._first.get(candidate.sha256) or self._ledger.first_copy(candidate.sha256)
        file_id = stable_id(candidate.sha256) if original is None else stable_id(candidate.sha256, candidate.path)
        self._first.setdefault(candidate.sha256, file_id)
        record = FileRecord(
            file_id=file_id,
            path=candidate.path,
            parent_file_id=candidate.parent,
            sha256=candidate.sha256,
            media_type=inspected.media_type,
            received_at=candidate.received_at,
            status=FileStatus.LOADED if original is None else FileStatus.DUPLICATE,
            pages=inspected.pages,
            duplicate_of=original,
        )
        arrival = Arrival(record=record, location=candidate.location, container=inspected.container)
        # A copy of something unreadable is as unreadable: its sender must hear of it too.
        return arrival if fault is None else rejected(arrival, fault)

    def _members(self, arrival: Arrival, candidate: _Candidate, expansion: Pending[tuple[Member, ...]]) -> list[_Candidate]:
        """Take the container in with what came out of it, or reject it and leave its members alone."""
        record = arrival.record
        budget = candidate.budget or _Budget(self._limits.expanded_bytes, self._limits.members)
        try:
            members = expansion.result()
            reached("expanded")
            budget.bytes_left -= sum(member.location.stat().st_size for member in members)
            budget.members_left -= len(members)
            if budget.bytes_left < 0 or budget.members_left < 0:
                raise RejectedFile(RejectionCode.ARCHIVE_BOMB, "the nested containers expand to too much")
        except RejectedFile as error:
            self._delivery.arrivals.append(rejected(arrival, error))
            return []
        self._delivery.arrivals.append(arrival)
        return [
            _Candidate(f"{record.path}!/{member.name}", member.location, member.sha256, record.received_at, record.file_id, budget)
            for member in members
        ]


def rejected(arrival: Arrival, error: RejectedFile) -> Arrival:
    """The same arrival, recorded as rejected; the reader's own words go to the log."""
    log.info("rejected %s: %s %s", arrival.record.file_id, error.code, error.detail)
    changes = {
        "status": FileStatus.REJECTED,
        "error_code": error.rejection,
        "error": error.message or REMEDIES[error.rejection],
        "pages": None,
        "duplicate_of": None,
    }
    return Arrival(record=arrival.record.model_copy(update=changes), location=arrival.location, container=arrival.container)


def _outcome(candidate: _Candidate) -> tuple[Inspected, RejectedFile | None]:
    assert candidate.inspection is not None
    try:
        inspected = candidate.inspection.result()
    except RejectedFile as error:  # the worker was killed: not even the type is known
        return Inspected(), error
    if inspected.rejected is None:
        return inspected, None
    code, sentence, detail = inspected.rejected
    fault = RejectedFile(code, detail)
    fault.message = sentence
    return inspected, fault
