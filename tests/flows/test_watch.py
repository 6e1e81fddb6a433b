"""The watcher: a file is taken once it is whole, whenever and however it came, and nothing in the folder can stop the watch."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from flows.inbox import Found, walk
from flows.shelf import WRITER_PATIENCE_SECONDS, Shelf
from flows.watch import Watcher
from schemas.errors import GongjiangError, WarehouseUnavailable
from schemas.settings import Settings
from tests.conftest import ROOT, SAMPLES, Command
from warehouse.query import run_query


class Clock:
    """A clock that goes on when told to."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


def names(files: Sequence[Found]) -> list[str]:
    return [found.path for found in files]


def test_a_half_written_file_is_not_taken(tmp_path: Path, clock: Clock) -> None:
    shelf = Shelf(settle_seconds=2.0, now=clock)
    file = tmp_path / "a.pdf"
    file.write_bytes(b"half")
    assert shelf.whole(list(walk([tmp_path]))) == []
    clock.seconds += 1.9
    with file.open("ab") as stream:
        stream.write(b" and the other half")
    assert shelf.whole(list(walk([tmp_path]))) == []
    clock.seconds += 1.9
    assert shelf.whole(list(walk([tmp_path]))) == []
    assert shelf.unsettled
    clock.seconds += 0.2
    assert names(shelf.whole(list(walk([tmp_path])))) == ["a.pdf"]


def test_a_file_is_taken_once_and_again_when_it_changed(tmp_path: Path, clock: Clock) -> None:
    shelf = Shelf(settle_seconds=1.0, now=clock)
    file = tmp_path / "a.pdf"
    file.write_bytes(b"first")

    def look() -> list[str]:
        clock.seconds += 5
        shelf.whole(list(walk([tmp_path])))
        clock.seconds += 5
        ready = shelf.whole(list(walk([tmp_path])))
        shelf.take(ready)
        return names(ready)

    assert look() == ["a.pdf"]
    assert look() == []
    assert not shelf.unsettled
    file.write_bytes(b"second version")
    assert look() == ["a.pdf"]


def test_a_file_that_changed_while_it_was_ingested_is_taken_again(tmp_path: Path, clock: Clock) -> None:
    shelf = Shelf(settle_seconds=1.0, now=clock)
    file = tmp_path / "a.pdf"
    file.write_bytes(b"first")
    shelf.whole(list(walk([tmp_path])))
    clock.seconds += 2
    ready = shelf.whole(list(walk([tmp_path])))
    file.write_bytes(b"changed meanwhile")
    shelf.take(ready)
    shelf.whole(list(walk([tmp_path])))
    clock.seconds += 2
    assert names(shelf.whole(list(walk([tmp_path])))) == ["a.pdf"]


def test_a_copy_that_pauses_is_not_taken_while_its_writer_holds_it(tmp_path: Path, clock: Clock) -> None:
    shelf = Shelf(settle_seconds=1.0, now=clock)
    file = tmp_path / "a.pdf"
    with file.open("wb") as writer:
        writer.write(b"half")
        writer.flush()
        for _ in range(20):
            clock.seconds += 5
            assert shelf.whole(list(walk([tmp_path]))) == []
        assert shelf.unsettled
        writer.write(b" and half")
    shelf.whole(list(walk([tmp_path])))
    clock.seconds += 2
    assert names(shelf.whole(list(walk([tmp_path])))) == ["a.pdf"]


def test_a_program_that_never_lets_go_of_a_file_does_not_keep_it_out_for_ever(tmp_path: Path, clock: Clock) -> None:
    shelf = Shelf(settle_seconds=1.0, now=clock)
    with (tmp_path / "a.pdf").open("wb"):
        shelf.whole(list(walk([tmp_path])))
        clock.seconds += WRITER_PATIENCE_SECONDS + 1
        assert names(shelf.whole(list(walk([tmp_path])))) == ["a.pdf"]


def test_a_file_that_could_not_be_taken_is_tried_again_later_and_at_once_when_it_changed(tmp_path: Path, clock: Clock) -> None:
    shelf = Shelf(settle_seconds=1.0, refused_seconds=30.0, now=clock)
    file = tmp_path / "a.pdf"
    file.write_bytes(b"x")

    def look() -> list[str]:
        shelf.whole(list(walk([tmp_path])))
        clock.seconds += 2
        ready = shelf.whole(list(walk([tmp_path])))
        shelf.refuse(ready)
        return names(ready)

    assert look() == ["a.pdf"]
    assert look() == [] and not shelf.unsettled
    clock.seconds += 30
    assert look() == ["a.pdf"]
    file.chmod(0o600)
    assert look() == ["a.pdf"]


@pytest.mark.parametrize("jump", [10 * 365 * 86_400, -10 * 365 * 86_400])
def test_a_wall_clock_that_jumps_neither_loses_a_file_nor_takes_it_twice(tmp_path: Path, clock: Clock, jump: int) -> None:
    shelf = Shelf(settle_seconds=1.0, now=clock)
    early, late = tmp_path / "a.pdf", tmp_path / "b.pdf"
    early.write_bytes(b"x")
    shelf.whole(list(walk([tmp_path])))
    late.write_bytes(b"y")  # written after the wall clock was set
    os.utime(late, (time.time() + jump, time.time() + jump))
    shelf.whole(list(walk([tmp_path])))
    clock.seconds += 2
    ready = shelf.whole(list(walk([tmp_path])))
    assert names(ready) == ["a.pdf", "b.pdf"]
    shelf.take(ready)
    clock.seconds += 100
    assert shelf.whole(list(walk([tmp_path]))) == []


def test_other_content_moved_into_a_files_place_is_taken_though_size_and_time_are_equal(tmp_path: Path, clock: Clock) -> None:
    shelf = Shelf(settle_seconds=1.0, now=clock)
    file, other = tmp_path / "a.pdf", tmp_path.parent / "other.pdf"
    file.write_bytes(b"old")
    other.write_bytes(b"new")
    os.utime(other, ns=(file.stat().st_atime_ns, file.stat().st_mtime_ns))
    shelf.whole(list(walk([tmp_path])))
    clock.seconds += 2
    shelf.take(shelf.whole(list(walk([tmp_path]))))
    other.replace(file)
    shelf.whole(list(walk([tmp_path])))
    clock.seconds += 2
    assert names(shelf.whole(list(walk([tmp_path])))) == ["a.pdf"]


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[tuple[Path, list[list[str]], list[GongjiangError], Callable[[], None]]]:
    """A folder being watched, the batches that were ingested, the errors that were told, and a way to make the next batch fail."""
    folder = tmp_path / "inbox"
    folder.mkdir()
    (folder / "先到.txt").write_bytes(b"x")
    batches: list[list[str]] = []
    told: list[GongjiangError] = []
    failing = threading.Event()

    def ingest(files: Sequence[Found]) -> None:
        if failing.is_set():
            failing.clear()
            raise WarehouseUnavailable("仓库正被另一个程序占用。")
        batches.append(names(files))

    settings = Settings(settle_seconds=0.2, rescan_seconds=0.5, warehouse=tmp_path / "w.duckdb")
    watcher = Watcher(folder, settings, ingest, told.append)
    thread = threading.Thread(target=watcher.run, daemon=True)
    thread.start()
    yield folder, batches, told, failing.set
    watcher.stop()
    thread.join(10)
    assert not thread.is_alive()


def eventually(true: Callable[[], bool], seconds: float = 15.0) -> bool:
    """Wait until something is true."""
    give_up = time.monotonic() + seconds
    while not true():
        if time.monotonic() > give_up:
            return False
        time.sleep(0.05)
    return True


Watched = tuple[Path, list[list[str]], list[GongjiangError], Callable[[], None]]


def test_what_lay_there_before_and_what_comes_later_is_ingested_once(watched: Watched) -> None:
    folder, batches, _, _ = watched
    assert eventually(lambda: batches == [["先到.txt"]])
    (folder / "后到.txt").write_bytes(b"y")
    assert eventually(lambda: len(batches) == 2)
    time.sleep(1.5)
    assert batches == [["先到.txt"], ["后到.txt"]]


def test_a_folder_that_is_moved_in_is_seen_with_all_its_files(watched: Watched, tmp_path: Path) -> None:
    folder, batches, _, _ = watched
    (tmp_path / "张三").mkdir()
    for name in ("a.txt", "b.txt"):
        (tmp_path / "张三" / name).write_bytes(name.encode())
    (tmp_path / "张三").rename(folder / "张三")
    assert eventually(lambda: {"张三/a.txt", "张三/b.txt"} <= {name for batch in batches for name in batch})


def test_a_name_that_is_not_utf8_does_not_end_the_watch(watched: Watched) -> None:
    folder, batches, _, _ = watched
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff\xfe.txt")).write_bytes(b"x")
    assert eventually(lambda: any("\\xff\\xfe.txt" in batch for batch in batches))
    (folder / "之后.txt").write_bytes(b"z")
    assert eventually(lambda: any("之后.txt" in batch for batch in batches))


def test_a_batch_that_could_not_be_loaded_is_told_and_tried_again(watched: Watched) -> None:
    folder, batches, told, fail = watched
    assert eventually(lambda: len(batches) == 1)
    fail()
    (folder / "b.txt").write_bytes(b"b")
    assert eventually(lambda: ["b.txt"] in batches)
    assert [error.code for error in told] == ["WAREHOUSE_UNAVAILABLE"]


def watching(folder: Path, ingest: Callable[[Sequence[Found]], set[str] | None], told: list[str], **given: object) -> Watcher:
    """A watcher in a thread of its own."""
    settings = Settings(**{"settle_seconds": 0.1, "rescan_seconds": 0.3, "warehouse": folder.parent / "w.duckdb", **given})  # type: ignore[arg-type]
    watcher = Watcher(folder, settings, ingest, lambda error: told.append(str(error)), tell=told.append)
    threading.Thread(target=watcher.run, daemon=True).start()
    return watcher


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


def test_what_an_earlier_run_left_over_is_taken_up_though_the_folder_is_empty(inbox: Path) -> None:
    batches: list[list[str]] = []
    watcher = watching(inbox, lambda files: batches.append(names(files)), [])
    assert eventually(lambda: batches == [[]])
    watcher.stop()


def test_without_notices_from_the_system_the_looks_alone_find_what_arrives(inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("watchfiles.watch", lambda *_, **__: pytest.fail("asked for notices"))
    batches: list[list[str]] = []
    watcher = watching(inbox, lambda files: batches.append(names(files)), [], watch_polling=True, rescan_seconds=3600)
    (inbox / "a.txt").write_bytes(b"x")
    assert eventually(lambda: ["a.txt"] in batches)
    time.sleep(0.5)
    (inbox / "b.txt").write_bytes(b"x")
    assert eventually(lambda: ["b.txt"] in batches)
    watcher.stop()


def test_a_file_that_gets_its_name_when_it_is_whole_is_taken_under_that_name_only(inbox: Path) -> None:
    batches: list[list[str]] = []
    watcher = watching(inbox, lambda files: batches.append(names(files)), [])
    for half, whole in (("a.docx.part", "a.docx"), (".b.docx.x7Qp2Z", "b.docx"), ("c.pdf.crdownload", "c.pdf")):
        (inbox / half).write_bytes(b"half")
        time.sleep(0.4)
        (inbox / half).rename(inbox / whole)
    assert eventually(lambda: sum(map(len, batches)) >= 3)
    assert sorted(name for batch in batches for name in batch) == ["a.docx", "b.docx", "c.pdf"]
    watcher.stop()


def test_a_trouble_that_lasts_is_told_once_and_its_end_too(inbox: Path) -> None:
    told: list[str] = []
    batches: list[list[str]] = []
    broken = threading.Event()
    broken.set()

    def ingest(files: Sequence[Found]) -> None:
        if broken.is_set():
            raise RuntimeError("no error of ours")
        batches.append(names(files))

    (inbox / "a.txt").write_bytes(b"x")
    watcher = watching(inbox, ingest, told)
    assert eventually(lambda: len(told) == 1)
    time.sleep(1.5)
    assert len(told) == 1 and "RuntimeError" in told[0]
    broken.clear()
    assert eventually(lambda: batches == [["a.txt"]] and len(told) == 2)
    watcher.stop()


def test_many_files_come_in_batches_and_each_once(inbox: Path) -> None:
    batches: list[list[str]] = []
    for number in range(25):
        (inbox / f"{number:02}.txt").write_bytes(b"x")
    watcher = watching(inbox, lambda files: batches.append(names(files)), [], batch_files=10)
    assert eventually(lambda: sum(map(len, batches)) >= 25)
    time.sleep(0.5)
    assert [len(batch) for batch in batches] == [10, 10, 5]
    watcher.stop()


def test_the_command_loads_a_file_that_is_written_while_it_runs_and_ends_cleanly(gongjiang: Command, tmp_path: Path) -> None:
    inbox, warehouse = tmp_path / "inbox", tmp_path / "w.duckdb"
    inbox.mkdir()
    form = (SAMPLES / "forms" / "annex-1-application-form.docx").read_bytes()
    (inbox / "先到.docx").write_bytes((SAMPLES / "forms" / "annex-2-recommendation-summary.docx").read_bytes())
    with (inbox / "慢.docx").open("wb") as slow:
        slow.write(form[:1000])
        slow.flush()
        process = subprocess.Popen(
            [sys.executable, "-m", "flows.cli", "watch", str(inbox), "--warehouse", str(warehouse)],
            cwd=ROOT,
            env={**gongjiang.environment, "GONGJIANG_SETTLE_SECONDS": "2", "GONGJIANG_RESCAN_SECONDS": "2"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for start in range(1000, 10_000, 1000):
            time.sleep(0.5)
            slow.write(form[start : start + 1000])
            slow.flush()
        slow.write(form[10_000:])
    try:
        assert eventually(lambda: warehouse.exists() and _paths(warehouse) == {"先到.docx": "loaded", "慢.docx": "loaded"}, 120)
    finally:
        process.send_signal(signal.SIGTERM)
        output, _ = process.communicate(timeout=60)
    assert process.returncode == 0, output
    assert "已停止监视" in output and "Traceback" not in output


def _paths(warehouse: Path) -> dict[str, str]:
    try:
        return dict(run_query(warehouse, "SELECT path, status FROM review.files").rows)
    except GongjiangError:  # the watch holds the file at this moment
        return {}
