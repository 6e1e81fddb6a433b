"""Backups: a copy that is whole or none at all, a way back that loses nothing, and damage that is told with the way back."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from schemas.errors import WarehouseDamaged, WarehouseUnavailable
from tests.conftest import ROOT
from tests.warehouse import records as make
from warehouse.backup import COPY, MANIFEST, Backup, BackupFailed, BackupUnusable, back_up, backups, copy_missing, newest, prune, restore
from warehouse.connection import Warehouse, open_as_it_is, open_read_only, open_warehouse
from warehouse.journal import journal_of
from warehouse.load import load_file

NOW = datetime(2024, 3, 20, 10, 0, 0, tzinfo=UTC)
_HOLD = """
import sys
from pathlib import Path
from warehouse.connection import open_warehouse
with open_warehouse(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.readline()
"""
# A transaction that is in the log only: killed before the log could be put into the file.
_LEAVE_LOG = """
import os, signal, sys
from pathlib import Path
from warehouse.connection import open_warehouse
warehouse = open_warehouse(Path(sys.argv[1]))
warehouse.execute("SET wal_autocheckpoint = '1TB'")
with warehouse.transaction():
    warehouse.execute("CREATE TABLE core.late AS SELECT range AS a, repeat('x', 50) AS b FROM range(20000)")
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def made(season_path: Path, tmp_path: Path) -> Backup:
    """A backup of the small season."""
    with open_warehouse(season_path) as warehouse:
        return back_up(warehouse, tmp_path / "backups", NOW, "1.2.3")


def rows(path: Path) -> int:
    with open_read_only(path) as warehouse:
        return int(warehouse.execute("SELECT count(*) FROM core.fields")[0][0])


def test_a_backup_holds_every_row_and_says_so(made: Backup, season_path: Path) -> None:
    assert sorted(path.name for path in made.folder.iterdir()) == [MANIFEST, COPY]
    with open_read_only(season_path) as warehouse, open_read_only(made.folder / COPY) as copy:
        for table in made.manifest.tables:
            counted = f"SELECT count(*) FROM core.{table.table}"
            assert warehouse.execute(counted) == copy.execute(counted) == [(table.rows,)]
        assert {table.table for table in made.manifest.tables} >= {"files", "fields", "decisions", "corrections", "migrations"}
        assert copy.execute("FROM review.findings ORDER BY ALL") == warehouse.execute("FROM review.findings ORDER BY ALL")
    assert made.manifest.files > 5
    assert (made.manifest.made_at, made.manifest.program) == (NOW, "1.2.3")


def test_what_was_written_a_moment_before_is_in_the_backup(warehouse: Warehouse, tmp_path: Path) -> None:
    load_file(warehouse, make.a_file("刚到.docx"))
    made = back_up(warehouse, tmp_path / "b", NOW, "1")
    load_file(warehouse, make.a_file("更晚.docx"))
    with open_read_only(made.folder / COPY) as copy:
        assert copy.execute("SELECT path FROM core.files") == [("刚到.docx",)]


def test_a_backup_while_another_thread_writes_is_one_moment_and_loses_no_row(warehouse: Warehouse, tmp_path: Path) -> None:
    stop = threading.Event()
    written: list[str] = []

    def write() -> None:
        while not stop.is_set():
            name = f"{len(written)}.docx"
            load_file(warehouse, make.a_file(name))
            written.append(name)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        counts = [back_up(warehouse, tmp_path / "b", NOW + timedelta(seconds=number), "1").manifest.files for number in range(4)]
    finally:
        stop.set()
        thread.join()
    assert counts == sorted(counts) and counts[-1] > counts[0]
    assert warehouse.execute("SELECT count(*) FROM core.files") == [(len(written),)]


def test_making_a_backup_does_not_let_another_writer_in(warehouse: Warehouse, tmp_path: Path) -> None:
    back_up(warehouse, tmp_path / "b", NOW, "1")
    script = "import sys, duckdb; duckdb.connect(sys.argv[1])"
    other = subprocess.run([sys.executable, "-c", script, str(warehouse.path)], capture_output=True, text=True, check=False)
    assert other.returncode != 0 and "lock" in other.stderr


def test_the_newest_backups_stay_and_older_ones_go(warehouse: Warehouse, tmp_path: Path) -> None:
    folder = tmp_path / "b"
    for day in (2, 0, 3, 1, 3):
        back_up(warehouse, folder, NOW + timedelta(days=day), "1")
    (folder / "别人的文件夹").mkdir()
    (folder / "20990101-000000.part").mkdir()
    assert prune(folder, 2) == 3
    assert [backup.folder.name for backup in backups(folder)] == ["20240323-100000-2", "20240323-100000"]
    assert newest(folder).folder.name == "20240323-100000-2"
    assert (folder / "别人的文件夹").exists()


def test_a_place_that_cannot_be_written_leaves_no_half_backup(warehouse: Warehouse, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(BackupFailed, match="权限"):
        back_up(warehouse, tmp_path / "file" / "b", NOW, "1")


def test_a_damaged_warehouse_never_becomes_a_backup(season_path: Path, made: Backup) -> None:
    damage(season_path, "flipped")
    with pytest.raises(WarehouseDamaged), open_as_it_is(season_path, read_only=False) as warehouse:
        back_up(warehouse, made.folder.parent, NOW + timedelta(days=1), "1")
    assert [backup.folder for backup in backups(made.folder.parent)] == [made.folder]
    assert list(made.folder.parent.iterdir()) == [made.folder]


def damage(path: Path, how: str) -> None:
    """Break a warehouse file in one of the ways in which disks and people break them."""
    whole = bytearray(path.read_bytes())
    if how == "flipped":
        for place in range(100, len(whole), 4999):
            whole[place] ^= 0xFF
    elif how == "truncated":
        del whole[len(whole) // 2 :]
    elif how == "header":
        whole[:12288] = bytes(12288)
    elif how == "emptied":
        whole = bytearray(len(whole))
    else:
        done = subprocess.run([sys.executable, "-c", _LEAVE_LOG, str(path)], cwd=ROOT, capture_output=True, check=False)
        log = path.with_name(path.name + ".wal")
        assert done.returncode == -9 and log.exists()
        broken = bytearray(log.read_bytes())
        for place in range(40, len(broken), 997):
            broken[place] ^= 0xFF
        log.write_bytes(broken)
        return
    path.write_bytes(whole)


def unreadable(path: Path) -> WarehouseDamaged:
    """The error with which a damaged warehouse is met, at opening or at the first reading of all of it."""
    with pytest.raises(WarehouseDamaged) as told, open_warehouse(path) as warehouse:
        for (table,) in warehouse.execute("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'core'"):
            warehouse.execute(f"SELECT bit_xor(hash(t)) FROM core.{table} AS t")
    return told.value


@pytest.mark.parametrize("how", ["flipped", "truncated", "header", "emptied", "log"])
def test_a_damaged_warehouse_is_told_within_seconds_with_the_way_back_and_can_go_it(season_path: Path, made: Backup, how: str) -> None:
    before = rows(season_path)
    damage(season_path, how)
    broken = season_path.read_bytes()
    began = time.monotonic()
    error = unreadable(season_path)
    assert time.monotonic() - began < 5
    assert "gongjiang restore" in str(error)
    kept = restore(newest(made.folder.parent), season_path, NOW)
    assert kept is not None and kept.name == "gongjiang-停用-20240320-100000.duckdb"
    assert kept.read_bytes() == broken
    assert rows(season_path) == before
    with open_warehouse(season_path) as warehouse:  # no log of the broken file was played into the restored one
        assert warehouse.execute("FROM duckdb_tables() WHERE table_name = 'late'") == []
    assert not [path for path in season_path.parent.iterdir() if path.name.startswith(".")]


def test_what_came_after_the_backup_is_kept_aside_when_it_is_restored(season_path: Path, made: Backup) -> None:
    with open_warehouse(season_path) as warehouse:
        load_file(warehouse, make.a_file("备份之后.docx"))
    kept = restore(made, season_path, NOW)
    again = restore(made, season_path, NOW)
    assert kept is not None and again is not None and kept != again
    with open_read_only(kept) as aside:
        assert aside.execute("SELECT count(*) FROM core.files WHERE path = '备份之后.docx'") == [(1,)]


def test_a_warehouse_that_is_gone_is_restored(season_path: Path, made: Backup) -> None:
    before = rows(season_path)
    season_path.unlink()
    assert restore(made, season_path, NOW) is None
    assert rows(season_path) == before


def test_a_warehouse_in_use_is_not_replaced(season_path: Path, made: Backup) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(season_path)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout and holder.stdout.readline() == "held\n"
        began = time.monotonic()
        with pytest.raises(WarehouseUnavailable, match="另一个程序"):
            restore(made, season_path, NOW)
        assert time.monotonic() - began < 5
        holder.communicate()
    assert sorted(path.name for path in season_path.parent.iterdir()) == ["backups", season_path.name]


def _other_rows(folder: Path) -> None:
    manifest = (folder / MANIFEST).read_text(encoding="utf-8")
    (folder / MANIFEST).write_text(manifest.replace('"rows": 1,', '"rows": 7,'), encoding="utf-8")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda folder: (folder / COPY).write_bytes((folder / COPY).read_bytes()[:-1] + b"\x01"),
        lambda folder: (folder / COPY).unlink(),
        lambda folder: (folder / MANIFEST).write_text("{", encoding="utf-8"),
        lambda folder: (folder / MANIFEST).unlink(),
        _other_rows,
    ],
)
def test_an_altered_backup_does_not_replace_a_sound_warehouse(season_path: Path, made: Backup, spoil: Callable[[Path], object]) -> None:
    before = rows(season_path)
    spoil(made.folder)
    with pytest.raises((BackupUnusable, WarehouseUnavailable)):
        restore(newest(made.folder), season_path, NOW)
    assert rows(season_path) == before
    assert [path.name for path in season_path.parent.iterdir() if "停用" in path.name or path.name.startswith(".")] == []


def test_originals_are_copied_once_and_never_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive, kept = tmp_path / "archive", tmp_path / "kept"
    (archive / "ab").mkdir(parents=True)
    (archive / "ab" / "abcd").write_bytes(b"original")
    assert copy_missing(archive, kept) == 1
    assert copy_missing(archive, kept) == 0

    def no_links(*_: object) -> None:
        raise OSError("no links on this file system")

    monkeypatch.setattr("os.link", no_links)
    (archive / "cd").write_bytes(b"another")
    assert copy_missing(archive, kept) == 1
    assert (kept / "cd").read_bytes() == b"another"
    shutil.rmtree(archive)
    assert copy_missing(kept, archive) == 2
    assert (archive / "ab" / "abcd").read_bytes() == b"original"


def test_what_people_decided_survives_a_lost_disk_and_a_restore_never_takes_newer_decisions_back(season_path: Path, tmp_path: Path) -> None:
    journal = journal_of(season_path)
    journal.write_text("decided\n", encoding="utf-8")
    with open_warehouse(season_path) as warehouse:
        made = back_up(warehouse, tmp_path / "backups", NOW, "1")
    journal.write_text("decided\nand later\n", encoding="utf-8")
    restore(made, season_path, NOW)
    assert journal.read_text(encoding="utf-8") == "decided\nand later\n"
    journal.unlink()
    season_path.unlink()
    restore(made, season_path, NOW)
    assert journal.read_text(encoding="utf-8") == "decided\n"
