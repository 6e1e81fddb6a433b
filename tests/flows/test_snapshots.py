"""Publishing beside a load: what is committed reaches readers within ten seconds and at the end, and a failure stops nobody."""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from flows.inbox import SHANGHAI, own_places
from flows.snapshots import Publisher
from schemas.records import RecommendingUnit, Registers
from schemas.settings import Settings
from tests.conftest import Command
from warehouse.connection import open_warehouse
from warehouse.registers import store_register


def note_a_unit(path: Path, number: int) -> None:
    """A commit by another connection of this process, as the review page makes them."""
    with open_warehouse(path) as warehouse:
        units = Registers(units=(RecommendingUnit(name=f"单位{number}"),))
        store_register(warehouse, "units", units, f"{number}.csv", datetime.now(SHANGHAI))


def published(settings: Settings) -> str | None:
    if not settings.snapshot_file.is_file():
        return None
    with duckdb.connect(str(settings.snapshot_file), read_only=True) as reader:
        row = reader.execute("SELECT source FROM review.registers").fetchone()
    return None if row is None else str(row[0])


def test_readers_are_at_most_ten_seconds_behind_and_see_the_end(tmp_path: Path) -> None:
    settings = Settings(warehouse=tmp_path / "w.duckdb", snapshot_seconds=0.2)
    with open_warehouse(settings.warehouse) as warehouse, Publisher(warehouse, settings):
        note_a_unit(settings.warehouse, 1)
        began = time.monotonic()
        while published(settings) != "1.csv" and time.monotonic() - began < 60:
            time.sleep(0.1)
        assert time.monotonic() - began < 10
        note_a_unit(settings.warehouse, 2)
    assert published(settings) == "2.csv"
    assert {settings.snapshot_file.stat().st_ino} <= {inode for _, inode in own_places(settings)}  # never taken for material


def test_a_place_that_cannot_be_written_stops_no_run_and_none_are_wanted_with_zero(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    closed = Settings(warehouse=tmp_path / "w.duckdb", snapshot=tmp_path / "absent" / "review.duckdb", snapshot_seconds=0.1)
    with open_warehouse(closed.warehouse) as warehouse, Publisher(warehouse, closed):
        time.sleep(0.5)
    assert [record.levelname for record in caplog.records if "snapshot" in record.message] == ["WARNING"]
    off = Settings(warehouse=tmp_path / "w.duckdb", snapshot_seconds=0)
    with open_warehouse(off.warehouse) as warehouse, Publisher(warehouse, off):
        pass
    assert not off.snapshot_file.exists()


def test_the_command_answers_while_the_warehouse_is_held_and_says_as_of_when(tmp_path: Path, gongjiang: Command) -> None:
    settings = Settings(warehouse=tmp_path / "w.duckdb")
    with open_warehouse(settings.warehouse) as warehouse:
        with Publisher(warehouse, settings):
            note_a_unit(settings.warehouse, 1)
        said = gongjiang("query", "SELECT source FROM review.registers", "--format", "csv", "--warehouse", settings.warehouse)
    assert said.returncode == 0 and said.stdout.splitlines() == ["source", "1.csv"]
    assert "正在读入材料，显示的是" in said.stderr
    free = gongjiang("query", "SELECT source FROM review.registers", "--format", "csv", "--warehouse", settings.warehouse)
    assert free.stdout == said.stdout and "显示的是" not in free.stderr
