"""The journal of decisions: what people said, on disk before it is in the warehouse, so that no crash and no restored backup loses it.

Comes in: one `Entry` for each decision. Goes out: a text file beside the warehouse (`….decisions.jsonl`), one JSON object a line, only ever
appended to (and rewritten only to forget a person). Called by `decisions`, and by `flows` when a person's data is removed.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from schemas.base import Frozen
from schemas.codes import FindingStatus
from schemas.records import Evidence


class FindingEntry(Frozen):
    """A decision about a finding, with what the machine had said about it."""

    kind: Literal["finding"] = "finding"
    decision_id: str
    finding_id: str
    applicant_id: str | None
    code: str
    field: str
    message: str
    status: FindingStatus
    decided_by: str
    decided_at: datetime
    reason: str
    evidence: tuple[Evidence, ...]


class ValueEntry(Frozen):
    """A correction or confirmation of a value; `value` None takes the correction back. `machine_value` is None where nothing was read."""

    kind: Literal["value"] = "value"
    decision_id: str
    document_id: str
    field: str
    row: int
    machine_value: str | None
    value: str | None
    decided_by: str
    decided_at: datetime
    reason: str = ""


class StageEntry(Frozen):
    """The outcome of one of the six stages for an applicant (notice:三)."""

    kind: Literal["stage"] = "stage"
    decision_id: str
    applicant_id: str
    stage: int
    outcome: Literal["passed", "failed", "withdrawn"]
    decided_by: str
    decided_at: datetime
    reason: str = ""


class CopiesEntry(Frozen):
    """How many paper copies lie here of an applicant's material (`subject` an id) or of a unit's summary table (its name)."""

    kind: Literal["copies"] = "copies"
    decision_id: str
    subject: str
    copies: int
    decided_by: str
    decided_at: datetime
    reason: str = ""


class AskedFinding(Frozen):
    """What a notice said about a finding: kept, because a finding that is cured is no longer stated anywhere else."""

    finding_id: str
    applicant_id: str | None
    name: str
    problem: str


class NoticeEntry(Frozen):
    """A notice that went out to a unit: which findings it asks to be put right (in words in `asked`), and by when."""

    kind: Literal["notice"] = "notice"
    decision_id: str
    recommending_unit: str
    finding_ids: tuple[str, ...]
    due: date
    decided_by: str
    decided_at: datetime
    asked: tuple[AskedFinding, ...] = ()


Entry = FindingEntry | ValueEntry | StageEntry | CopiesEntry | NoticeEntry


class _Line(Frozen):
    entry: Annotated[Entry, Field(discriminator="kind")]


def journal_of(warehouse: Path) -> Path:
    """Where the journal of a warehouse lies."""
    return warehouse.with_name(f"{warehouse.name}.decisions.jsonl")


def append(journal: Path, entry: Entry) -> None:
    """Write an entry so that it is on disk when this returns. Raises OSError where the disk cannot take it."""
    line = _Line(entry=entry).model_dump_json().encode() + b"\n"
    descriptor = os.open(journal, os.O_CREAT | os.O_RDWR | os.O_APPEND, 0o600)
    try:
        size = os.fstat(descriptor).st_size
        if size and os.pread(descriptor, 1, size - 1) != b"\n":
            line = b"\n" + line  # a line that a crash cut short stays one line, and this one stays whole
        if os.write(descriptor, line) != len(line):  # a disk that fills up takes a part without complaint
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def entries(journal: Path) -> Iterator[Entry]:
    """All entries in the order in which they were made; a line that a crash cut short was never acknowledged and is passed over."""
    if not journal.exists():
        return
    with journal.open("rb") as lines:
        for line in lines:
            try:
                yield _Line.model_validate_json(line).entry
            except ValidationError:
                continue


def forget(journal: Path, concerns: Callable[[Entry], bool]) -> int:
    """Rewrite the journal without the entries that concern somebody; returns how many went."""
    return rewrite(journal, lambda entry: None if concerns(entry) else entry)


def rewrite(journal: Path, change: Callable[[Entry], Entry | None]) -> int:
    """Rewrite the journal with every entry as `change` returns it, None for not at all; returns how many changed or went."""
    if not journal.exists():
        return 0
    known = list(entries(journal))
    changed = [change(entry) for entry in known]
    kept = [entry for entry in changed if entry is not None]
    beside = journal.with_name(f"{journal.name}.new")
    with beside.open("wb") as file:
        for entry in kept:
            file.write(_Line(entry=entry).model_dump_json().encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
    beside.replace(journal)
    return sum(before != after for before, after in zip(known, changed, strict=True))
