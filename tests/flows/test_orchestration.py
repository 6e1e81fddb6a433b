"""Prefect: the same flow with a server and without; complete where there is one, nothing left behind where there is none, no names."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT, SAMPLES, Command

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes in /proc")


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """Two Word files and one empty file: no recognition, so that the runs are short."""
    folder = tmp_path / "王小明的材料"
    folder.mkdir()
    for number, form in enumerate(sorted((SAMPLES / "forms").glob("*.docx"))):
        (folder / f"王小明{number}.docx").write_bytes(form.read_bytes())
    (folder / "王小明空.pdf").write_bytes(b"")
    return folder


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A stock Prefect server on the loopback address."""
    home = tmp_path_factory.mktemp("prefect")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    environment = {
        **os.environ,
        "PREFECT_HOME": str(home),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_UI_ENABLED": "false",
    }
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    url = f"http://127.0.0.1:{port}/api"
    give_up = time.monotonic() + 120
    while not _healthy(url):
        assert process.poll() is None and time.monotonic() < give_up, (home / "log").read_text()
        time.sleep(0.2)
    yield url
    process.send_signal(signal.SIGINT)
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _healthy(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/health", timeout=5) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _ask(url: str, what: str) -> list[dict[str, Any]]:
    request = urllib.request.Request(f"{url}/{what}/filter", data=b"{}", headers={"Content-Type": "application/json"}, method="POST")
    with urllib.request.urlopen(request, timeout=30) as response:
        return list(json.load(response))


def test_with_a_server_the_flow_and_all_its_tasks_appear_there_with_their_end(
    gongjiang: Command, server: str, inbox: Path, tmp_path: Path
) -> None:
    done = gongjiang("ingest", inbox, "--warehouse", tmp_path / "w.duckdb", PREFECT_API_URL=server)
    assert done.returncode == 0, done.stderr
    (flow_run,) = _ask(server, "flow_runs")
    assert flow_run["state_type"] == "COMPLETED"
    give_up = time.monotonic() + 20  # the server writes the tasks' ends a little later than it is told of them
    while len(tasks := _ask(server, "task_runs")) < 4 or any(task["state_type"] != "COMPLETED" for task in tasks):
        assert time.monotonic() < give_up, [(task["name"], task["state_type"]) for task in tasks]
        time.sleep(0.3)
    assert sorted(task["name"].rpartition("-")[0] for task in tasks) == ["judge", "read_and_load", "read_and_load", "read_and_load"]
    (artifact,) = [found for found in _ask(server, "artifacts") if found["key"] == "ingest"]
    assert "完成，但有 1 个文件未能读取" in artifact["data"]
    everything = json.dumps([flow_run, tasks, artifact, _ask(server, "logs")], ensure_ascii=False)
    assert "王小明" not in everything and str(inbox) not in everything


def _descendants(process: int) -> set[int]:
    """The processes below a process, as /proc has them now."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except (OSError, IndexError):
                continue
    found = {process}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {process}


def _alive(process: int) -> bool:
    try:
        return (Path("/proc") / str(process) / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_command_that_is_killed_leaves_no_server_and_no_worker_behind(
    gongjiang: Command, inbox: Path, tmp_path: Path, number: signal.Signals
) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "flows.cli", "watch", str(inbox), "--warehouse", str(tmp_path / "w.duckdb")],
        cwd=ROOT,
        env=gongjiang.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    give_up = time.monotonic() + 60
    while len(family := _descendants(process.pid)) < 3:  # the server and two workers
        assert process.poll() is None and time.monotonic() < give_up
        time.sleep(0.1)
    process.send_signal(number)
    process.wait(60)
    give_up = time.monotonic() + 30
    while left := {member for member in family if _alive(member)}:
        assert time.monotonic() < give_up, left
        time.sleep(0.1)


def test_a_server_that_cannot_be_reached_is_said_before_anything_is_read(gongjiang: Command, inbox: Path, tmp_path: Path) -> None:
    done = gongjiang("ingest", inbox, "--warehouse", tmp_path / "w.duckdb", PREFECT_API_URL="http://127.0.0.1:9/api")
    assert done.returncode == 1
    assert "连不上 Prefect 服务" in done.stderr and "Traceback" not in done.stderr


def test_a_bookkeeping_database_that_is_broken_does_not_stop_the_work(gongjiang: Command, inbox: Path, tmp_path: Path) -> None:
    home = tmp_path / "cache" / "prefect"
    home.mkdir(parents=True)
    (home / "prefect.db").write_bytes(b"half a migration" * 500)
    done = gongjiang("ingest", inbox, "--warehouse", tmp_path / "w.duckdb", GONGJIANG_CACHE_DIR=str(tmp_path / "cache"))
    assert done.returncode == 0, done.stderr


def test_without_a_server_the_run_is_kept_in_the_cache_and_both_phone_homes_are_off(
    gongjiang: Command, inbox: Path, tmp_path: Path
) -> None:
    done = gongjiang("ingest", inbox, "--warehouse", tmp_path / "w.duckdb", HOME=str(tmp_path / "home"))
    assert done.returncode == 0, done.stderr
    assert "完成，但有 1 个文件未能读取" in done.stdout
    assert (gongjiang.cache / "prefect" / "prefect.db").exists()
    assert not (tmp_path / "home" / ".prefect").exists()
    script = """
import os
from flows.orchestration import Orchestration
from schemas.settings import Settings
with Orchestration(Settings()):
    from prefect.settings import get_current_settings
    print(get_current_settings().server.analytics_enabled, os.environ["DO_NOT_TRACK"])
"""
    asked = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env=gongjiang.environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert asked.stdout.split() == ["False", "1"], asked.stderr
