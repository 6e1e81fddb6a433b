"""Taking in: files that lie in an inbox → originals in the archive, noted in the warehouse. From then on nothing that happens to the
inbox or to this process can lose them.

Comes in: files found by `inbox`. Goes out: the originals that a run must read, and the files that could not be taken, with the reason.
Called by `ingest` before anything is read.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from flows.fault_injection import reached
from flows.inbox import SHANGHAI, Found, sha256_of
from flows.original_archive import DiskFull, OriginalArchive, StillChanging, require_room
from warehouse.connection import Warehouse
from warehouse.intake import Original, known_path, note_originals, pending_originals


@dataclass
class TakenIn:
    """What a run has to read, and what could not be taken: (path, reason)."""

    originals: list[Original] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)


def take_in(files: Iterable[Found], received_at: datetime | None, warehouse: Warehouse, archive: OriginalArchive) -> TakenIn:
    """Archive the files and note them; `received_at` stands for their own times where given. The files themselves are only read.

    Raises:
        DiskFull: there is no room for any of them, or none left for the warehouse.
        WarehouseUnavailable: they could not be noted; the next run takes them again.
    """
    require_room(warehouse.path.parent)
    taken = TakenIn()
    full: DiskFull | None = None
    for found in files:
        reached("seen")
        try:
            sha256, size = _kept(found, warehouse, archive)
        except (StillChanging, DiskFull) as error:
            full = error if isinstance(error, DiskFull) else full
            taken.refused.append((found.path, str(error)))
        except OSError as error:
            taken.refused.append((found.path, error.strerror or type(error).__name__))
        else:
            when = received_at or found.changed_at
            taken.originals.append(Original(path=found.path, sha256=sha256, bytes=size, received_at=when, taken_at=datetime.now(SHANGHAI)))
    if full is not None and not taken.originals:
        raise full
    if taken.originals:
        note_originals(warehouse, taken.originals)
    reached("recorded")
    return taken


def left_over(warehouse: Warehouse, archive: OriginalArchive) -> TakenIn:
    """What earlier runs took in and did not read to the end."""
    taken = TakenIn()
    for original in pending_originals(warehouse):
        if archive.has(original.sha256, original.bytes):
            taken.originals.append(original)
        else:
            taken.refused.append((original.path, f"留存的原件不见了（{archive.location(original.sha256)}），请重新放入该文件。"))
    return taken


def _kept(found: Found, warehouse: Warehouse, archive: OriginalArchive) -> tuple[str, int]:
    """The file's hash and size in bytes, its content in the archive. What is there already is only read, not copied once more."""
    if known_path(warehouse, found.path):
        before = found.location.stat()
        sha256 = sha256_of(found.location)
        after = found.location.stat()
        if archive.has(sha256, after.st_size) and (before.st_mtime_ns, before.st_size) == (after.st_mtime_ns, after.st_size):
            return sha256, after.st_size
    return archive.keep(found.location)
