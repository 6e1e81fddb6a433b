"""Safe copies of the warehouse, and the way back to one.

Comes in: an open warehouse and the folder that holds the backups; or a backup and the place of the warehouse that it is to become. Goes
out: `<folder>/<date>/warehouse.duckdb` with a `manifest.json` (hash, rows of each table, structure, time) and the journal of decisions;
or a warehouse in place of the broken one, which is kept beside it under a dated name. Called by `flows.backups`.

The file is copied by a child process: opening and closing it inside the process that has it open would drop its lock (see `connection`).
A copy counts only once it was opened and every row of it read: a backup of a damaged warehouse must never push out a sound one.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError

from schemas.base import Frozen
from schemas.errors import GongjiangError, WarehouseDamaged, WarehouseUnavailable
from warehouse.connection import Warehouse, open_as_it_is
from warehouse.copying import copied, flush_folder
from warehouse.journal import journal_of

MANIFEST = "manifest.json"
COPY = "warehouse.duckdb"
DECISIONS = "decisions.jsonl"
_UNFINISHED = ".part"
_STAMP = "%Y%m%d-%H%M%S"
_LOGS = (".wal", ".wal.checkpoint", ".wal.recovery")  # DuckDB's write-ahead logs beside the file


class BackupFailed(GongjiangError):
    """No backup was made; the earlier ones are as they were."""

    code = "BACKUP_FAILED"
    retryable = True


class BackupUnusable(GongjiangError):
    """A backup is incomplete or altered, or there is none; nothing was changed."""

    code = "BACKUP_UNUSABLE"


class TableRows(Frozen):
    """How many rows a table has, and the combined hash of all its rows whatever their order (0 for none)."""

    table: str
    rows: int
    content: str


class Manifest(Frozen):
    """What a backup holds. `structure` is the number of the newest migration, `program` the version that made the backup."""

    made_at: datetime
    program: str
    structure: int
    sha256: str
    bytes: int
    tables: tuple[TableRows, ...]

    @property
    def files(self) -> int:
        """How many arrivals the warehouse knew."""
        return next((table.rows for table in self.tables if table.table == "files"), 0)


class Backup(Frozen):
    """A finished backup."""

    folder: Path
    manifest: Manifest


def back_up(warehouse: Warehouse, folder: Path, made_at: datetime, program: str) -> Backup:
    """Copy an open warehouse into a new folder below `folder`, whole or not at all.

    Raises:
        BackupFailed: the place cannot be written to, or is full.
        WarehouseDamaged: the warehouse cannot be read to its end.
    """
    finished = _free_name(folder, made_at)
    unfinished = finished.with_name(finished.name + _UNFINISHED)
    with _place_explained(folder):
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True, mode=0o700)
        try:
            with warehouse.still():
                before = _tables(warehouse)
                digest, _ = copied(warehouse.path, unfinished / COPY)
            if (said := journal_of(warehouse.path)).exists():
                copied(said, unfinished / DECISIONS)  # for a lost disk; it is text that only grows, so that any moment of it is sound
            with open_as_it_is(unfinished / COPY, read_only=True) as copy:
                if _tables(copy) != before:
                    raise WarehouseDamaged("备份与仓库的内容不一致，没有采用。", "请检查磁盘后重试。", path=str(unfinished / COPY))
                structure = copy.execute("SELECT coalesce(max(version), 0) FROM core.migrations")[0][0]
            size = (unfinished / COPY).stat().st_size
            manifest = Manifest(made_at=made_at, program=program, structure=structure, sha256=digest, bytes=size, tables=before)
            _write_whole(unfinished / MANIFEST, manifest.model_dump_json(indent=2))
            unfinished.rename(finished)
            flush_folder(folder)
        except BaseException:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise
    return Backup(folder=finished, manifest=manifest)


def backups(folder: Path) -> list[Backup]:
    """The finished backups below a folder, the newest first; folders without a readable manifest are no backups."""
    found = []
    for entry in folder.iterdir() if folder.is_dir() else ():
        try:
            if not entry.name.endswith(_UNFINISHED):
                found.append(Backup(folder=entry, manifest=_manifest(entry)))
        except BackupUnusable:
            continue
    return sorted(found, key=lambda backup: (backup.manifest.made_at, backup.folder.name), reverse=True)


def prune(folder: Path, keep: int) -> int:
    """Remove all backups but the `keep` newest; returns how many went."""
    surplus = backups(folder)[keep:]
    for backup in surplus:
        shutil.rmtree(backup.folder, ignore_errors=True)
    return len(surplus)


def newest(place: Path) -> Backup:
    """The backup at a place: the folder of one backup, or the newest in a folder of backups.

    Raises:
        BackupUnusable: there is none.
    """
    if (place / MANIFEST).is_file():
        return Backup(folder=place, manifest=_manifest(place))
    found = backups(place)
    if not found:
        raise BackupUnusable("这里没有备份。", "请写出备份所在的文件夹，例如：gongjiang restore gongjiang-backups", path=str(place))
    return found[0]


def restore(backup: Backup, target: Path, now: datetime) -> Path | None:
    """Put the warehouse of a backup at `target`. What stood there is kept beside it under a dated name, which is returned.

    Raises:
        BackupUnusable: the backup is not what its manifest says. Nothing was changed.
        WarehouseUnavailable: somebody has the present warehouse open, or the place cannot be written to. Nothing was changed.
    """
    _refuse_if_in_use(target)
    arriving = target.with_name(f".{target.name}.restoring")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            if copied(backup.folder / COPY, arriving)[0] != backup.manifest.sha256:
                raise BackupUnusable("备份文件已损坏（校验不符），没有恢复。", "请改用另一份备份。", path=str(backup.folder))
            _require_same(arriving, backup)
            kept = _set_aside(target, now)
            arriving.replace(target)
            _return_decisions(backup.folder / DECISIONS, journal_of(target))
            flush_folder(target.parent)
        finally:
            arriving.unlink(missing_ok=True)
    except OSError as error:
        raise WarehouseUnavailable(f"无法恢复仓库（{error.strerror}）。", "请检查该位置的读写权限和磁盘空间。", path=str(target)) from error
    return kept


def copy_missing(source: Path, target: Path) -> int:
    """Copy every file below `source` that `target` lacks (hard links where both are on one disk); returns how many.

    For a content-addressed archive: a file once there never changes, so its presence under its name is enough.

    Raises:
        BackupFailed: a file cannot be read or written.
    """
    copied = 0
    with _place_explained(target):
        for parent, _, names in os.walk(source):
            for name in names:
                origin = Path(parent) / name
                goal = target / origin.relative_to(source)
                if goal.exists():
                    continue
                goal.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                try:
                    os.link(origin, goal)
                except OSError:  # another disk, or a file system without links
                    unfinished = goal.with_name(goal.name + _UNFINISHED)
                    shutil.copy2(origin, unfinished)
                    with unfinished.open("rb") as file:
                        os.fsync(file.fileno())
                    unfinished.replace(goal)
                copied += 1
    return copied


def _tables(warehouse: Warehouse) -> tuple[TableRows, ...]:
    """Every table with its rows; each block is read, so that the file's own checksums are verified."""
    names = warehouse.execute("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'core' ORDER BY table_name")
    counted = []
    for (name,) in names:
        rows, content = warehouse.execute(f'SELECT count(*), coalesce(bit_xor(hash(t)), 0) FROM core."{name}" AS t')[0]
        counted.append(TableRows(table=name, rows=rows, content=str(content)))
    return tuple(counted)


def _require_same(path: Path, backup: Backup) -> None:
    try:
        with open_as_it_is(path, read_only=True) as copy:
            rows = {table.table: table.rows for table in _tables(copy)}
    except WarehouseDamaged as error:
        raise BackupUnusable("备份里的仓库打不开，没有恢复。", "请改用另一份备份。", path=str(backup.folder)) from error
    if rows != {table.table: table.rows for table in backup.manifest.tables}:
        raise BackupUnusable("备份的内容与它的清单不符，没有恢复。", "请改用另一份备份。", path=str(backup.folder))


def _return_decisions(saved: Path, journal: Path) -> None:
    """The journal beside the warehouse is newer than any backup of it: only a lost one is put back."""
    if saved.exists() and not journal.exists():
        unfinished = journal.with_name(f".{journal.name}.restoring")
        try:
            copied(saved, unfinished)
            unfinished.replace(journal)
        finally:
            unfinished.unlink(missing_ok=True)


def _refuse_if_in_use(target: Path) -> None:
    """Opening for writing takes the lock, and puts a sound warehouse's log into its file."""
    if not target.exists():
        return
    try:
        open_as_it_is(target, read_only=False).close()
    except WarehouseDamaged:
        return  # what is damaged is why somebody restores


def _set_aside(target: Path, now: datetime) -> Path | None:
    """Keep the present file and its log under a dated name; the file itself stays in place until the new one replaces it."""
    aside: Path | None = None
    logs = [target.with_name(target.name + ending) for ending in _LOGS]
    if target.exists() or any(log.exists() for log in logs):
        stem = f"{target.stem}-停用-{now.strftime(_STAMP)}"
        aside = next(path for path in _numbered(target.with_name(stem), target.suffix) if not path.exists())
    for log, ending in zip(logs, _LOGS, strict=True):
        if aside is not None and log.exists():
            log.rename(aside.with_name(aside.name + ending))  # or it would be played into the restored file
    if aside is not None and target.exists():
        try:
            os.link(target, aside)
        except OSError:  # a file system without links
            target.rename(aside)
    return aside


def _numbered(path: Path, suffix: str) -> Iterator[Path]:
    yield path.with_name(path.name + suffix)
    for number in range(2, 1000):
        yield path.with_name(f"{path.name}-{number}{suffix}")


def _free_name(folder: Path, made_at: datetime) -> Path:
    return next(path for path in _numbered(folder / made_at.strftime(_STAMP), "") if not path.exists())


def _manifest(folder: Path) -> Manifest:
    try:
        return Manifest.model_validate_json((folder / MANIFEST).read_bytes())
    except (OSError, ValidationError) as error:
        raise BackupUnusable("备份的清单缺失或已损坏。", "请改用另一份备份。", path=str(folder)) from error


def _write_whole(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def _place_explained(folder: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, subprocess.TimeoutExpired) as error:
        reason = getattr(error, "strerror", None) or "太慢，已停止"
        raise BackupFailed(
            f"备份没有做成（{reason}）。", "请检查备份位置的读写权限和磁盘空间；原来的备份没有改动。", path=str(folder)
        ) from error
