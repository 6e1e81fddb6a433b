"""A run that is killed, a warehouse that cannot be opened: the next run takes up what was left; the person is told within seconds."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.fault_injection import VARIABLE
from tests.conftest import Command
from tests.soak.ground import DocxPress, Ground, prefect_server
from warehouse.connection import open_warehouse

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kills with SIGKILL")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with prefect_server(tmp_path_factory.mktemp("prefect")) as url:
        yield url


@pytest.fixture
def ground(server: str, tmp_path: Path) -> Ground:
    return Ground(tmp_path, server)


@pytest.mark.parametrize("step", ["recorded:1", "loaded:3"])
def test_a_run_that_is_killed_is_taken_up_by_the_next_with_nothing_lost_or_doubled(ground: Ground, step: str) -> None:
    press = DocxPress()
    ground.drop("甲.docx", press("甲"))
    ground.drop("乙.docx", press("甲"))
    ground.drop_zip("包.zip", {"丙.docx": press("丙"), "丁.docx": press("丁")})
    assert ground.run("ingest", "{inbox}", environment={VARIABLE: step}) == -signal.SIGKILL
    for path in ("甲.docx", "乙.docx", "包.zip"):  # what was noted is safe, whatever happens to the inbox
        (ground.inbox / path).unlink()
    assert ground.run("ingest", "{inbox}") == 0
    assert ground.faults() == []


@pytest.mark.parametrize("command", ["ingest", "watch"])
def test_a_damaged_warehouse_is_told_within_seconds_and_ends_the_command(gongjiang: Command, tmp_path: Path, command: str) -> None:
    (tmp_path / "inbox").mkdir()
    warehouse = tmp_path / "w.duckdb"
    warehouse.write_bytes(b"no warehouse" * 5000)
    began = time.monotonic()
    done = gongjiang(command, tmp_path / "inbox", "--warehouse", warehouse)
    assert done.returncode == 1 and "仓库文件已损坏" in done.stderr and "备份" in done.stderr
    assert time.monotonic() - began < 30  # a machine under load; 2 s on its own


def test_a_watch_waits_for_a_locked_warehouse_and_says_so(ground: Ground) -> None:
    ground.drop("甲.docx", DocxPress()("甲"))
    output = ground.output
    with open_warehouse(ground.warehouse):
        process = ground.start("watch", "{inbox}", environment={"GONGJIANG_SETTLE_SECONDS": "0.5"})
        give_up = time.monotonic() + 60
        while "被另一个程序占用" not in output.read_text():
            assert process.poll() is None and time.monotonic() < give_up, output.read_text()
            time.sleep(0.2)
    give_up = time.monotonic() + 60
    while "问题已解决" not in output.read_text():
        assert process.poll() is None and time.monotonic() < give_up, output.read_text()
        time.sleep(0.2)
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 0
    assert "已读入 甲.docx" in output.read_text()
    assert ground.faults() == []
