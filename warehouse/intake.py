"""What was handed in: noted once its copy lies in the archive, struck off when its row in `core.files` is there.

Comes in: an open warehouse. Goes out: rows of `core.intake`, and those still to be read. Called by `flows.intake`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from schemas.base import Frozen
from schemas.records import Sha256
from warehouse.bulk import TableShape, insert, storable
from warehouse.connection import Warehouse

INTAKE = TableShape(
    "core.intake",
    "path, sha256",
    {"path": "VARCHAR", "sha256": "VARCHAR", "bytes": "BIGINT", "received_at": "TIMESTAMPTZ", "taken_at": "TIMESTAMPTZ"},
)


class Original(Frozen):
    """A file that was handed in and lies in the archive: its path as the contract states it, its content's hash and size in bytes."""

    path: str
    sha256: Sha256
    bytes: int
    received_at: datetime
    taken_at: datetime


def note_originals(warehouse: Warehouse, originals: Sequence[Original]) -> int:
    """Note what was handed in, all of it or nothing; what is noted already stays as it is. Returns how many were new."""
    with warehouse.transaction():
        warehouse.execute("CREATE OR REPLACE TEMP TABLE handed_in AS FROM core.intake LIMIT 0")
        insert(warehouse, INTAKE, [original.model_dump(mode="json") for original in originals], into="handed_in")
        noted = warehouse.execute("INSERT OR IGNORE INTO core.intake FROM handed_in RETURNING 1")
        warehouse.execute("DROP TABLE handed_in")
    return len(noted)


def pending_originals(warehouse: Warehouse) -> list[Original]:
    """What was handed in and not read to its end, oldest first."""
    names = list(Original.model_fields)
    rows = warehouse.execute(f"SELECT {', '.join(names)} FROM core.pending ORDER BY taken_at, path, sha256")
    return [Original(**dict(zip(names, row, strict=True))) for row in rows]


def known_path(warehouse: Warehouse, path: str) -> bool:
    """Whether a file of this path, with whatever content, was handed in before."""
    return bool(warehouse.execute("SELECT 1 FROM core.intake WHERE path = ? LIMIT 1", [storable(path)]))
