"""Numbered SQL migrations: bring a warehouse to the structure that this code knows.

Comes in: an open DuckDB connection and the files `migrations/NNN_name.sql` of this package. Goes out: a warehouse at the newest version,
each migration with its record (number, name, checksum) in one transaction. Called by `connection` whenever a warehouse is opened.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

import duckdb

from schemas.errors import WarehouseDamaged, WarehouseUnavailable

_NAME = re.compile(r"^(\d{3})_([a-z0-9_]+)\.sql$")


@dataclass(frozen=True)
class Migration:
    """One step: its number (from 1, without gaps), name, SQL and the SHA-256 of the SQL with line ends made equal."""

    version: int
    name: str
    sql: str

    @property
    def checksum(self) -> str:
        # A checkout on Windows turns line ends into CRLF; that is not another migration.
        return hashlib.sha256(self.sql.replace("\r\n", "\n").encode()).hexdigest()


def known_migrations() -> tuple[Migration, ...]:
    """The migrations of this package in order.

    Raises:
        ValueError: the numbers do not run 1, 2, 3, … (a mistake of ours, not of the user's).
    """
    found = []
    for entry in files("warehouse").joinpath("migrations").iterdir():
        if matched := _NAME.match(entry.name):
            found.append(Migration(int(matched[1]), matched[2], entry.read_text(encoding="utf-8")))
    found.sort(key=lambda migration: migration.version)
    if [migration.version for migration in found] != list(range(1, len(found) + 1)):
        raise ValueError(f"migrations are not numbered without gaps: {[migration.version for migration in found]}")
    return tuple(found)


def applied_migrations(connection: duckdb.DuckDBPyConnection) -> dict[int, str] | None:
    """Version → checksum of what the warehouse has; None if the file has never been a warehouse of ours."""
    exists = connection.execute("FROM duckdb_tables() WHERE schema_name = 'core' AND table_name = 'migrations'").fetchone()
    if exists is None:
        return None
    return dict(connection.execute("SELECT version, checksum FROM core.migrations ORDER BY version").fetchall())


def migrate(connection: duckdb.DuckDBPyConnection, migrations: Sequence[Migration] | None = None) -> int:
    """Apply what is missing and return how many migrations that was.

    Raises:
        WarehouseDamaged: the warehouse is newer than this code, or an applied migration differs from ours.
        duckdb.Error: a migration failed; it and its record are rolled back together.
    """
    known = known_migrations() if migrations is None else tuple(migrations)
    applied = applied_migrations(connection)
    if applied is None:
        connection.execute(
            "CREATE SCHEMA IF NOT EXISTS core;"
            "CREATE TABLE core.migrations "
            "(version INTEGER PRIMARY KEY, name VARCHAR NOT NULL, checksum VARCHAR NOT NULL, applied_at TIMESTAMPTZ NOT NULL)"
        )
        applied = {}
    _verify(applied, known)
    pending = [migration for migration in known if migration.version not in applied]
    for migration in pending:
        _apply(connection, migration)
    if pending:
        # A damaged write-ahead log with DDL in it can make the file unreadable: put the structure into the file itself at once.
        connection.execute("CHECKPOINT")
    return len(pending)


def verify(connection: duckdb.DuckDBPyConnection) -> None:
    """Check, without changing anything, that a warehouse has exactly the structure this code knows.

    Raises:
        WarehouseDamaged: not a warehouse of ours, newer than this code, or altered.
        WarehouseUnavailable: older than this code; opening it for writing once brings it up to date.
    """
    known = known_migrations()
    applied = applied_migrations(connection)
    if applied is None:
        raise WarehouseDamaged("这个文件不是质量工匠申报材料的仓库。", "请检查 --warehouse 指向的文件是否正确。")
    _verify(applied, known)
    if len(applied) < len(known):
        raise WarehouseUnavailable("仓库由较早的版本创建，还没有升级。", "请先运行一次 gongjiang ingest，它会自动升级仓库。")


def _verify(applied: dict[int, str], known: Sequence[Migration]) -> None:
    ours = {migration.version: migration for migration in known}
    for version, checksum in applied.items():
        if version not in ours:
            raise WarehouseDamaged("仓库由更新的版本创建，当前程序读不懂它的结构。", "请先升级本程序，再打开这个仓库。")
        if ours[version].checksum != checksum:
            raise WarehouseDamaged(
                f"仓库的结构记录与程序不一致（第 {version} 号迁移“{ours[version].name}”被改动过）。",
                "请使用创建该仓库的程序版本，或从备份恢复仓库后再试。",
            )


def _apply(connection: duckdb.DuckDBPyConnection, migration: Migration) -> None:
    connection.begin()
    try:
        connection.execute(migration.sql)
        connection.execute(
            "INSERT INTO core.migrations VALUES (?, ?, ?, now())",
            [migration.version, migration.name, migration.checksum],
        )
        connection.commit()
    except BaseException:
        connection.rollback()
        raise
