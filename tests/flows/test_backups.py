"""`gongjiang backup` and `restore` as a person uses them, with and without a watch that has the warehouse."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from flows import cli
from flows.backups import backup_folder, daily_backup, honour_request, make_backup, restore_backup
from flows.inbox import SHANGHAI
from flows.processes import is_running, mark_of, own_mark
from flows.watch_state import Desk, WatchState
from schemas.errors import WarehouseUnavailable
from schemas.settings import Settings
from tests.conftest import ROOT
from tests.warehouse import records as make
from warehouse.backup import BackupFailed, backups
from warehouse.connection import open_read_only, open_warehouse
from warehouse.load import load_file

_HOLD = """
import sys
from pathlib import Path
from warehouse.connection import open_warehouse
with open_warehouse(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = Settings(warehouse=tmp_path / "w.duckdb", cache_dir=tmp_path / "cache")
    with open_warehouse(made.warehouse) as warehouse:
        load_file(warehouse, make.a_file("张三.docx"))
    return made


@contextmanager
def held(path: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that has the warehouse open, as a watch does in the middle of a batch."""
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(path)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout and process.stdout.readline() == "held\n"
        yield process
        if process.poll() is None:
            process.communicate()


def watching(settings: Settings, process: int) -> None:
    Desk(settings).keep_state(WatchState(process=mark_of(process), folder="收件", began_at=datetime.now(SHANGHAI)))


def files(path: Path) -> list[str]:
    with open_read_only(path) as warehouse:
        return [row[0] for row in warehouse.execute("SELECT path FROM core.files ORDER BY path")]


def test_a_clerk_can_back_up_and_get_everything_back(settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    there = ["--warehouse", str(settings.warehouse)]
    assert cli.run(["backup", *there]) == 0
    assert "备份完成" in capsys.readouterr().out
    settings.warehouse.write_bytes(b"\xff" * 50_000)
    assert cli.run(["status", *there]) == 1
    assert "gongjiang restore" in capsys.readouterr().err
    assert cli.run(["restore", str(tmp_path / "w-backups"), *there]) == 0
    assert "另存为" in capsys.readouterr().out
    assert files(settings.warehouse) == ["张三.docx"]
    assert len(list(tmp_path.glob("w-停用-*.duckdb"))) == 1


def test_a_folder_without_backups_is_said_and_nothing_is_changed(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = settings.warehouse.read_bytes()
    (tmp_path / "empty").mkdir()
    assert cli.run(["restore", str(tmp_path / "empty"), "--warehouse", str(settings.warehouse)]) == 1
    assert "这里没有备份" in capsys.readouterr().err
    assert settings.warehouse.read_bytes() == before


def test_a_warehouse_held_by_a_stranger_is_told_within_seconds(settings: Settings) -> None:
    with held(settings.warehouse):
        began = time.monotonic()
        with pytest.raises(WarehouseUnavailable, match="另一个程序"):
            make_backup(settings, None, None)
        assert time.monotonic() - began < 5


def test_while_a_batch_runs_the_backup_is_promised_within_seconds_and_made_after_it(settings: Settings) -> None:
    with held(settings.warehouse) as process:
        watching(settings, process.pid)
        began = time.monotonic()
        asked = make_backup(settings, None, None, patience=0.3)
        assert asked.backup is None and time.monotonic() - began < 5
        assert backups(asked.folder) == []
    honour_request(settings)
    assert len(backups(asked.folder)) == 1
    honour_request(settings)  # a request is honoured once
    assert len(backups(asked.folder)) == 1


def test_a_batch_that_ends_soon_gives_the_backup_to_the_one_who_waits(settings: Settings) -> None:
    with held(settings.warehouse) as process:
        watching(settings, process.pid)

        def end_of_batch() -> None:
            while Desk(settings).request() is None:
                time.sleep(0.05)
            process.communicate()
            honour_request(settings)

        thread = threading.Thread(target=end_of_batch)
        thread.start()
        asked = make_backup(settings, None, None, patience=20)
        thread.join()
    assert asked.backup is not None and asked.backup.manifest.files == 1


def test_a_request_that_cannot_be_honoured_tells_the_one_who_asked(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with held(settings.warehouse) as process:
        watching(settings, process.pid)
        assert make_backup(settings, tmp_path / "file" / "b", None, patience=0.2).backup is None
    honour_request(settings)
    answer = Desk(settings).answer()
    assert answer is not None and answer.error is not None and "权限" in answer.error
    with pytest.raises(BackupFailed):
        make_backup(settings, tmp_path / "file" / "b", None)


def test_a_running_watch_keeps_its_warehouse(settings: Settings) -> None:
    made = make_backup(settings, None, None).backup
    assert made is not None
    watching(settings, os.getpid())
    with pytest.raises(WarehouseUnavailable, match="请先停止"):
        restore_backup(settings, made.folder, None)
    assert not list(settings.warehouse.parent.glob("*停用*"))


def test_a_watch_that_was_killed_bars_nobody_even_if_its_number_is_used_again(settings: Settings) -> None:
    child = subprocess.Popen([sys.executable, "-c", ""])
    mark = mark_of(child.pid)
    child.wait()
    assert not is_running(mark) and is_running(own_mark())
    assert not is_running("") and not is_running("x-1") and not is_running("0-0")
    if sys.platform == "linux":
        assert not is_running(f"{os.getpid()}-1")  # another process had this number before


def test_the_daily_backup_is_made_once_a_day_and_only_when_something_changed(settings: Settings) -> None:
    now = datetime.now(SHANGHAI)
    assert daily_backup(settings, now) is not None
    assert daily_backup(settings, now + timedelta(hours=23)) is None
    assert daily_backup(settings, now + timedelta(hours=25)) is None, "nothing has changed"
    moved = (now + timedelta(hours=1)).timestamp()
    os.utime(settings.warehouse, (moved, moved))
    assert daily_backup(settings, now + timedelta(hours=25)) is not None
    off = settings.model_copy(update={"backup_hours": 0, "backup_dir": settings.warehouse.parent / "elsewhere"})
    assert daily_backup(off, now) is None


def test_originals_go_with_the_backup_and_come_back(settings: Settings, tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    (archive / "ab").mkdir(parents=True)
    (archive / "ab" / "abcd").write_bytes(b"original")
    made = make_backup(settings, None, archive)
    assert made.backup is not None and made.originals == 1
    (archive / "ab" / "abcd").unlink()
    assert restore_backup(settings, backup_folder(settings), archive).originals == 1
    assert (archive / "ab" / "abcd").read_bytes() == b"original"
    with pytest.raises(BackupFailed, match="原件档案"):
        make_backup(settings, None, tmp_path / "absent")
