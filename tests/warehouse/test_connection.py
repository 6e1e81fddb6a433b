"""Opening and migrating: from nothing, twice, locked, damaged, too new."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from schemas.errors import WarehouseDamaged, WarehouseUnavailable
from tests.warehouse.conftest import dump
from warehouse.connection import open_read_only, open_warehouse
from warehouse.migrate import Migration, known_migrations, migrate

ROOT = Path(__file__).resolve().parents[2]
HOLD = "import duckdb, sys; held = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"
# Loads whole files; then either dies in the middle of the next one, or runs into the end of the disk.
WRITE = """
import os, resource, sys
from pathlib import Path
from schemas.codes import DocType
from schemas.errors import GongjiangError
from tests.warehouse import records as make
from warehouse.connection import open_warehouse
from warehouse.load import load_file

warehouse = open_warehouse(Path(sys.argv[1]))
if sys.argv[2] == "full":
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, 2_000_000))
try:
    for number in range(1000):
        file = make.a_file(f"{number}.pdf")
        values = [make.a_value("cv", os.urandom(300).hex(), row=row) for row in range(100)]
        load_file(warehouse, file, [make.a_document(file, DocType.OTHER, *values)])
        if sys.argv[2] == "killed" and number == 2:
            with warehouse.transaction():
                warehouse.execute("DELETE FROM core.files")
                os.kill(os.getpid(), 9)
except GongjiangError as error:
    print(number, error.code, error)
    os._exit(3)
"""


def test_an_empty_place_becomes_a_warehouse_and_opening_it_again_changes_nothing(path: Path) -> None:
    with open_warehouse(path) as first:
        before = dump(first)
    assert [row[0] for row in before["migrations"]] == [migration.version for migration in known_migrations()]
    with open_warehouse(path) as second:
        assert dump(second) == before


def test_a_plain_duckdb_client_opens_the_closed_file(season_path: Path) -> None:
    script = "import duckdb, sys; print(duckdb.connect(sys.argv[1]).execute('SELECT count(*) FROM review.applicants').fetchone()[0])"
    shown = subprocess.run([sys.executable, "-c", script, str(season_path)], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "4"


def test_a_migration_that_fails_leaves_neither_its_tables_nor_its_record() -> None:
    connection = duckdb.connect()
    broken = Migration(2, "broken", "CREATE TABLE core.half (a INTEGER); SELECT * FROM nowhere;")
    with pytest.raises(duckdb.CatalogException):
        migrate(connection, [Migration(1, "first", "CREATE TABLE core.one (a INTEGER)"), broken])
    assert connection.execute("SELECT table_name FROM duckdb_tables() ORDER BY ALL").fetchall() == [("migrations",), ("one",)]
    assert connection.execute("SELECT version FROM core.migrations").fetchall() == [(1,)]
    assert migrate(connection, [Migration(1, "first", "CREATE TABLE core.one (a INTEGER)"), replace(broken, sql="SELECT 1")]) == 1


def test_an_older_warehouse_gets_only_what_it_lacks(path: Path) -> None:
    steps = known_migrations()
    connection = duckdb.connect(str(path))
    assert migrate(connection, steps[:2]) == 2
    connection.close()
    with pytest.raises(WarehouseUnavailable, match="升级"):
        open_read_only(path)
    with open_warehouse(path) as warehouse:
        assert warehouse.execute("SELECT count(*) FROM core.migrations") == [(len(steps),)]


def test_a_warehouse_of_a_newer_version_is_refused_and_left_alone(path: Path) -> None:
    open_warehouse(path).close()
    _run(path, "INSERT INTO core.migrations VALUES (999, 'future', 'x', now())")
    for opening in (open_warehouse, open_read_only):
        with pytest.raises(WarehouseDamaged, match="更新的版本"):
            opening(path)


def test_an_altered_migration_is_noticed(path: Path) -> None:
    open_warehouse(path).close()
    _run(path, "UPDATE core.migrations SET checksum = 'other' WHERE version = 1")
    with pytest.raises(WarehouseDamaged, match="第 1 号迁移"):
        open_warehouse(path)


def test_line_ends_of_another_system_are_no_other_migration() -> None:
    assert Migration(1, "a", "SELECT 1;\r\nSELECT 2;").checksum == Migration(1, "a", "SELECT 1;\nSELECT 2;").checksum


def test_a_warehouse_held_by_another_process_is_reported_within_seconds_and_opens_afterwards(path: Path) -> None:
    open_warehouse(path).close()
    with subprocess.Popen([sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout and holder.stdout.readline() == "held\n"
        for opening in (open_warehouse, open_read_only):
            started = time.monotonic()
            with pytest.raises(WarehouseUnavailable, match="另一个程序") as refused:
                opening(path)
            assert time.monotonic() - started < 3.0
            assert refused.value.retryable
        holder.communicate()
    open_warehouse(path).close()


def test_readers_share_the_file(path: Path) -> None:
    open_warehouse(path).close()
    with open_read_only(path) as one, open_read_only(path) as other:
        assert one.execute("SELECT count(*) FROM review.files") == other.execute("SELECT count(*) FROM review.files")
        with pytest.raises(WarehouseUnavailable, match="另一种方式"):
            open_warehouse(path)
        with pytest.raises(duckdb.InvalidInputException, match="read-only"):
            one.execute("DELETE FROM core.files")


@pytest.mark.parametrize("damage", ["not a database", "cut", "torn"])
def test_a_damaged_file_is_named_as_such_and_not_overwritten(season_path: Path, damage: str) -> None:
    path = season_path
    whole = path.read_bytes()
    middle = len(whole) // 2
    broken = {
        "not a database": b"PK\x03\x04 something else entirely" * 500,
        "cut": whole[:6000],
        "torn": whole[:4096] + b"\xff" * 4096 + whole[8192:middle] + bytes(len(whole) - middle),
    }[damage]
    path.write_bytes(broken)
    for opening in (open_read_only, open_warehouse):
        with pytest.raises(WarehouseDamaged, match="备份") as refused:
            opening(path)
        assert refused.value.path == str(path)
    assert path.read_bytes() == broken


def test_a_database_of_somebody_else_is_no_warehouse(path: Path) -> None:
    _run(path, "CREATE TABLE theirs (a INTEGER)")
    with pytest.raises(WarehouseDamaged, match="不是"):
        open_read_only(path)


def test_missing_places_are_named_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(WarehouseUnavailable, match="gongjiang ingest"):
        open_read_only(tmp_path / "absent.duckdb")
    with pytest.raises(WarehouseUnavailable, match="文件夹不存在"):
        open_warehouse(tmp_path / "absent" / "w.duckdb")
    (tmp_path / "folder.duckdb").mkdir()
    with pytest.raises(WarehouseUnavailable):
        open_warehouse(tmp_path / "folder.duckdb")


def test_a_writer_killed_in_the_middle_of_a_transaction_leaves_what_was_whole(path: Path) -> None:
    assert _written(path, "killed").returncode == -9
    for opening in (open_read_only, open_warehouse):
        with opening(path) as warehouse:
            assert warehouse.execute("SELECT (SELECT count(*) FROM core.files), (SELECT count(*) FROM core.fields)") == [(3, 300)]


def test_a_full_disk_is_a_sentence_and_loses_no_whole_file(path: Path) -> None:
    written = _written(path, "full")
    assert written.returncode == 3, written.stderr
    number, code, sentence = written.stdout.split(maxsplit=2)
    assert code == WarehouseUnavailable.code and "磁盘空间不足" in sentence
    with open_warehouse(path) as warehouse:
        assert warehouse.execute("SELECT (SELECT count(*) FROM core.files), (SELECT count(*) FROM core.fields)") == [
            (int(number), 100 * int(number))
        ]


def test_closing_twice_is_harmless(path: Path) -> None:
    warehouse = open_warehouse(path)
    warehouse.close()
    warehouse.close()


def _written(path: Path, how: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", WRITE, str(path), how], capture_output=True, text=True, cwd=ROOT, check=False)


def _run(path: Path, sql: str) -> None:
    connection = duckdb.connect(str(path))
    connection.execute(sql)
    connection.close()
