"""The reading pool: whatever a file does to its worker, it costs that file and no other."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from flows.reading_jobs import FileUnreachable, InstallationBroken
from flows.reading_pool import ReadingPool, chunks
from schemas.errors import RejectedFile
from schemas.settings import Limits, Settings
from tests.flows import hostile_jobs


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReadingPool]:
    settings = Settings(cache_dir=tmp_path_factory.mktemp("cache"), workers=2, limits=Limits(memory_bytes=600 * 10**6, processes=8))
    with ReadingPool(settings) as started:
        yield started


def _gone(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    return Path(f"/proc/{process}/stat").read_text().split()[2] == "Z"


def test_a_file_that_hangs_would_otherwise_stop_the_run(pool: ReadingPool) -> None:
    pool.call(60, hostile_jobs.double, 1).result()  # the workers are up: what is measured below is the time limit
    mark = pool.settings.work_dir / "pid"
    began = time.monotonic()
    hanging = pool.call(1.0, hostile_jobs.hang, mark)
    following = [pool.call(60, hostile_jobs.double, number) for number in range(4)]
    with pytest.raises(RejectedFile) as caught:
        hanging.result()
    assert caught.value.code == "TIMEOUT"
    assert [pending.result() for pending in following] == [0, 2, 4, 6]
    assert time.monotonic() - began < 20
    assert _gone(int(mark.read_text())), "the hung worker still burns a core"


@pytest.mark.parametrize("job", [hostile_jobs.segfault, hostile_jobs.stumble])
def test_a_file_that_kills_its_reader_costs_one_rejection(pool: ReadingPool, job: Callable[[], None]) -> None:
    killing = pool.call(60, job)
    following = [pool.call(60, hostile_jobs.double, number) for number in range(3)]
    with pytest.raises(RejectedFile) as caught:
        killing.result()
    assert caught.value.code == "CORRUPT"
    assert [pending.result() for pending in following] == [0, 2, 4]


@pytest.mark.parametrize("status", [1, 139])
def test_many_dying_workers_are_all_replaced(pool: ReadingPool, status: int) -> None:
    dying = [pool.call(60, hostile_jobs.die, status) for _ in range(4)]
    for pending in dying:
        with pytest.raises(RejectedFile):
            pending.result()
    assert pool.call(60, hostile_jobs.double, 21).result() == 42


def test_a_file_that_fills_the_memory_is_rejected_before_it_takes_the_machine_down(pool: ReadingPool) -> None:
    with pytest.raises(RejectedFile) as caught:
        pool.call(60, hostile_jobs.fill_memory).result()
    assert caught.value.code == "TOO_LARGE"


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not tell a process's memory the same way")
@pytest.mark.parametrize("job", [hostile_jobs.fill_memory_slowly, hostile_jobs.fill_memory_in_a_child, hostile_jobs.answer_without_end])
def test_memory_taken_little_by_little_or_by_a_program_of_its_own_is_noticed(pool: ReadingPool, job: Callable[[], None]) -> None:
    with pytest.raises(RejectedFile) as caught:
        pool.call(60, job).result()
    # A program that is refused memory fails by itself; the reader then takes its file for damaged.
    assert caught.value.code == "TOO_LARGE" or (job is hostile_jobs.fill_memory_in_a_child and caught.value.code == "CORRUPT")
    assert pool.call(60, hostile_jobs.double, 3).result() == 6


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not tell a process's memory the same way")
def test_a_good_file_is_not_blamed_for_what_earlier_ones_left_in_the_memory(tmp_path: Path) -> None:
    with ReadingPool(Settings(cache_dir=tmp_path, workers=1, limits=Limits(memory_bytes=600 * 10**6))) as started:
        started.call(60, hostile_jobs.keep_memory, 350_000_000).result()  # below the share at which a worker is replaced
        first = started.call(60, hostile_jobs.process_id).result()
        assert started.call(60, hostile_jobs.need_memory, 350_000_000).result() == 350_000_000
        assert started.call(60, hostile_jobs.process_id).result() != first
        second = started.call(60, hostile_jobs.process_id).result()
        started.call(60, hostile_jobs.keep_memory, 500_000_000).result()
        assert started.call(60, hostile_jobs.process_id).result() != second, "a worker with little room left is not replaced"


def test_a_hang_in_native_code_is_ended_in_time(pool: ReadingPool) -> None:
    pool.call(60, hostile_jobs.double, 1).result()
    began = time.monotonic()
    with pytest.raises(RejectedFile) as caught:
        pool.call(1.0, hostile_jobs.hang_in_native_code).result()
    assert caught.value.code == "TIMEOUT" and time.monotonic() - began < 5


@pytest.mark.parametrize("crash", [False, True])
@pytest.mark.skipif(sys.platform != "linux", reason="process trees are followed on Linux")
def test_what_a_file_starts_does_not_outlive_it(pool: ReadingPool, crash: bool) -> None:
    mark = pool.settings.work_dir / f"child-{crash}"
    pending = pool.call(60, hostile_jobs.leave_children, mark, crash)
    if crash:
        with pytest.raises(RejectedFile):
            pending.result()
    else:
        pending.result()
    process, give_up = int(mark.read_text()), time.monotonic() + 5
    while not _gone(process):
        assert time.monotonic() < give_up, "a program that the file started is still there"
        time.sleep(0.05)


@pytest.mark.skipif(sys.platform != "linux", reason="process trees are followed on Linux")
def test_processes_without_end_cost_one_file(pool: ReadingPool) -> None:
    with pytest.raises(RejectedFile) as caught:
        pool.call(60, hostile_jobs.start_processes_without_end).result()
    assert caught.value.code == "CORRUPT"
    assert pool.call(60, hostile_jobs.double, 4).result() == 8


def test_a_flooded_pipe_costs_one_file(pool: ReadingPool) -> None:
    with pytest.raises(RejectedFile):
        pool.call(60, hostile_jobs.flood_the_pipe).result()
    assert [pool.call(60, hostile_jobs.double, number).result() for number in range(4)] == [0, 2, 4, 6]


def test_work_that_is_given_up_is_not_blamed_on_its_file(tmp_path: Path) -> None:
    mark = tmp_path / "work" / "pid"
    with ReadingPool(Settings(cache_dir=tmp_path, workers=1)) as started:
        hanging, waiting = started.call(600, hostile_jobs.hang, mark), started.call(600, hostile_jobs.double, 1)
        while not mark.exists():
            time.sleep(0.05)
    for pending in (hanging, waiting):
        with pytest.raises(InstallationBroken):
            pending.result()


def test_a_fault_of_the_machine_is_not_blamed_on_the_file(pool: ReadingPool) -> None:
    with pytest.raises(InstallationBroken, match="磁盘"):
        pool.call(60, hostile_jobs.full_disk).result()
    with pytest.raises(FileUnreachable):
        pool.call(60, hostile_jobs.forbidden).result()


def test_both_cores_work_at_once(pool: ReadingPool) -> None:
    assert len({pending.result() for pending in [pool.call(60, hostile_jobs.process_id) for _ in range(6)]}) == 2


def test_leaving_the_pool_kills_even_a_worker_that_hangs(tmp_path: Path) -> None:
    mark = tmp_path / "work" / "pid"
    with ReadingPool(Settings(cache_dir=tmp_path, workers=1)) as started:
        started.call(600, hostile_jobs.hang, mark)
        while not mark.exists():
            time.sleep(0.05)
    assert _gone(int(mark.read_text()))


@pytest.mark.parametrize("pages", range(1, 40))
def test_no_page_is_lost_or_read_twice_when_a_file_is_cut_into_pieces(pages: int) -> None:
    pieces = chunks(pages)
    assert [page for first, last in pieces for page in range(first, last + 1)] == list(range(1, pages + 1))
    lengths = [last - first + 1 for first, last in pieces]
    assert max(lengths) <= 4 and max(lengths) - min(lengths) <= 1


def test_what_libraries_print_comes_to_the_log_without_personal_numbers(tmp_path: Path) -> None:
    settings = Settings(cache_dir=tmp_path, workers=1)
    with ReadingPool(settings) as pool:
        pool.call(60, hostile_jobs.babble, "printed 310101198503120019 13800000001").result()
    log = tmp_path / "logs" / "reading.log"
    deadline = time.monotonic() + 10
    while "printed" not in log.read_text(encoding="utf-8") and time.monotonic() < deadline:
        time.sleep(0.05)
    text = log.read_text(encoding="utf-8")
    assert "printed" in text
    assert "310101198503120019" not in text and "13800000001" not in text
