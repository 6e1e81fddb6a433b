"""The published copy of the warehouse: what reviewers query while files are being loaded.

Comes in: an open warehouse and the place of the snapshot. Goes out: one read-only DuckDB file with everything committed at one
moment, told in `review.snapshot`; written beside, checked, renamed over. Called by `flows.snapshots`; read by `query` and any client.

The whole file is copied, not the views: at 5,000 applicants the bytes take a fifth of a second, writing the views out as tables three
seconds of computing. A reader keeps the state that it opened until it opens the file again.
"""

from __future__ import annotations

import os
import threading
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import duckdb

from schemas.base import Frozen
from schemas.errors import GongjiangError, WarehouseBusy
from warehouse.connection import CLOSED_WORLD, Warehouse, open_as_it_is
from warehouse.copying import copied, flush_folder
from warehouse.query import Result, run_query
from warehouse.review_catalog import SCHEMA, moved_to_main

_ATTEMPTS = 3
_WRITABLE = 0o222
_one_at_a_time = threading.Lock()


class SnapshotFailed(GongjiangError):
    """No snapshot was published; readers keep the earlier one."""

    code = "SNAPSHOT_FAILED"
    retryable = True


class Snapshot(Frozen):
    """A published state: of which warehouse (its file name), as of when, and how many files are in it."""

    warehouse: str
    taken_at: datetime
    files: int


class _Signature(NamedTuple):
    """Changes whenever something is committed, by whatever connection: times (ns) and sizes of the file and of its log."""

    changed_at: int
    bytes: int
    log_changed_at: int
    log_bytes: int


_published: dict[tuple[Path, Path], _Signature | None] = {}


def publish(warehouse: Warehouse, target: Path, now: datetime) -> Snapshot | None:
    """Publish what is committed now; None where nothing was since the last time. The warehouse stops only while it writes its log into
    its file. Threads may share this, several connections to one warehouse as well.

    Raises:
        SnapshotFailed: the disk is full, the place may not be written to, a reader on Windows holds the file. The earlier one stays.
        WarehouseUnavailable, WarehouseDamaged: the warehouse itself cannot write.
    """
    with _one_at_a_time:
        key = (warehouse.path.absolute(), target.absolute())
        if target.is_file() and _published.get(key) == _signature(warehouse.path):
            return None
        beside = target.with_name(f".new-{warehouse.path.stem}-{target.name}")  # always the same: a killed process leaves one, not many
        try:
            state = _copy_whole(warehouse, beside)
            files = _sign(beside, target, warehouse.path.name, now)
            _put_in_place(beside, target, warehouse.path)
        except (OSError, duckdb.Error) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise SnapshotFailed(
                f"没有发布供查询的副本（{reason}）。", "请检查磁盘空间和权限；查询仍使用上一份。", path=str(target)
            ) from error
        finally:
            for leftover in (beside, Path(f"{beside}.wal")):
                leftover.unlink(missing_ok=True)
        _published[key] = state
        return Snapshot(warehouse=warehouse.path.name, taken_at=now, files=files)


def snapshot_of(target: Path, warehouse: Path) -> Snapshot | None:
    """The snapshot at `target` if it is one of this warehouse, else None."""
    if not target.is_file():
        return None
    try:
        with open_as_it_is(target, read_only=True) as copy:
            ((name, taken_at, files),) = copy.execute("SELECT warehouse, taken_at, files FROM review.snapshot")
    except (GongjiangError, duckdb.Error, ValueError):
        return None
    return Snapshot(warehouse=name, taken_at=taken_at, files=files) if name == warehouse.name else None


def query_newest(warehouse: Path, target: Path, sql: str) -> tuple[Result, Snapshot | None]:
    """A user's SQL on the warehouse where it is free, else on its snapshot, which is returned as well. Errors as for `run_query`."""
    try:
        return run_query(warehouse, sql), None
    except WarehouseBusy:
        snapshot = snapshot_of(target, warehouse)
        if snapshot is None:
            raise
        return run_query(target, sql), snapshot


def _copy_whole(warehouse: Warehouse, beside: Path) -> _Signature | None:
    """Copy one committed state; returns the signature that belongs to it, None where somebody has committed more by now."""
    for _ in range(_ATTEMPTS):
        with warehouse.still():
            state = _signature(warehouse.path)
            rows = _rows(warehouse)
        if not copied(warehouse.path, beside, durable=False)[1]:
            continue
        with open_as_it_is(beside, read_only=True) as copy:
            if _rows(copy) == rows:
                return state if state.log_bytes == 0 else None
    raise SnapshotFailed("仓库一直在写入，没有得到完整的副本。", "程序稍后会自动再试。", path=str(beside))


def _rows(warehouse: Warehouse) -> list[tuple[str, int]]:
    names = warehouse.execute("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'core' AND NOT temporary ORDER BY table_name")
    counts = " UNION ALL ".join(f"SELECT '{name}', count(*) FROM core.\"{name}\"" for (name,) in names)
    return sorted(warehouse.execute(counts))


def _signature(warehouse: Path) -> _Signature:
    def of(path: Path) -> tuple[int, int]:
        try:
            status = path.stat()  # nothing is opened
        except OSError:
            return 0, 0
        return status.st_mtime_ns, status.st_size

    log_changed_at, log_bytes = of(Path(f"{warehouse}.wal"))
    return _Signature(*of(warehouse), log_changed_at if log_bytes else 0, log_bytes)


def _sign(copy: Path, target: Path, name: str, now: datetime) -> int:
    """Write into the copy, which nobody else knows yet, whose state it is and as of when; returns how many files are in it."""
    connection = duckdb.connect(str(copy), config=CLOSED_WORLD)
    try:
        connection.begin()  # one: each commit waits for the disk
        schema = SCHEMA
        if target.stem.lower() == SCHEMA:
            moved_to_main(connection)
            schema = "main"
        connection.execute(
            f"CREATE OR REPLACE TABLE {schema}.snapshot AS SELECT ?::VARCHAR AS warehouse, ?::TIMESTAMPTZ AS taken_at, "
            "count(*)::INTEGER AS files FROM core.files",
            [name, now],
        )
        connection.execute(f"COMMENT ON TABLE {schema}.snapshot IS '这份副本：哪个仓库、什么时刻的内容、共多少个文件'")
        connection.commit()
        connection.execute("CHECKPOINT")
        ((files,),) = connection.execute(f"SELECT files FROM {schema}.snapshot").fetchall()
        return int(files)
    finally:
        connection.close()


def _put_in_place(copy: Path, target: Path, warehouse: Path) -> None:
    if os.name != "nt":  # there a file without write permission could not be replaced
        # Who may read the warehouse may read the snapshot; nobody writes it, or it would be locked for the others.
        copy.chmod(warehouse.stat().st_mode & 0o777 & ~_WRITABLE)
    with copy.open("rb") as file:
        os.fsync(file.fileno())
    Path(f"{target}.wal").unlink(missing_ok=True)  # of a client that opened the earlier one for writing: it would be played into this one
    copy.replace(target)
    flush_folder(target.parent)
