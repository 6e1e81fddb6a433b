"""`gongjiang serve` as a service manager runs it: from the start to an orderly end, and what a kill leaves behind is set right."""

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
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flows.processes import mark_of
from tests.conftest import ROOT, SAMPLES, Command
from warehouse.backup import backups
from warehouse.query import run_query

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="signals and /proc as on Linux")
ID = "310101199001011237"


def eventually(true: Callable[[], object], seconds: float) -> bool:
    give_up = time.monotonic() + seconds
    while not true():
        if time.monotonic() > give_up:
            return False
        time.sleep(0.1)
    return True


def serving(command: Command, tmp_path: Path, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "flows.cli", "serve", str(tmp_path / "收件"), "--warehouse", str(tmp_path / "w.duckdb"), *arguments],
        cwd=ROOT,
        env={
            **command.environment,
            "GONGJIANG_CACHE_DIR": str(tmp_path / "cache"),
            "GONGJIANG_SETTLE_SECONDS": "0.3",
            "GONGJIANG_RESCAN_SECONDS": "1",
            **environment,
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def ended(process: subprocess.Popen[str]) -> str:
    """What the service said, after a stop signal."""
    process.send_signal(signal.SIGTERM)
    try:
        output, _ = process.communicate(timeout=60)
    finally:
        process.kill()
    return output


def state(tmp_path: Path) -> dict[str, Any]:
    for path in (tmp_path / "cache" / "watch").glob("*/state.json"):
        return dict(json.loads(path.read_text(encoding="utf-8")))
    return {}


def status_of(url: str) -> int:
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=10) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "收件"
    folder.mkdir()
    for number, form in enumerate(sorted((SAMPLES / "forms").glob("*.docx"))):
        (folder / f"张三{ID}（{number}）.docx").write_bytes(form.read_bytes())
    (folder / f"{ID[:6]} {ID[6:14]} {ID[14:]}.pdf").write_bytes(b"")
    return folder


def test_the_service_stopped_in_a_batch_takes_it_up_backs_up_serves_this_machine_only_logs_nothing_personal_and_ends_in_order(
    gongjiang: Command, inbox: Path, tmp_path: Path
) -> None:
    process = serving(gongjiang, tmp_path, GONGJIANG_STOP_SECONDS="0.5")
    try:
        assert eventually(lambda: state(tmp_path).get("total", 0) > 0, 90)
    finally:
        output = ended(process)
    assert process.returncode == 0 and "Traceback" not in output and ID not in output, output
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    page = tmp_path / "状态.html"
    process = serving(gongjiang, tmp_path, "--ui", "--port", str(port))
    try:
        assert eventually(lambda: page.exists() and page.read_text(encoding="utf-8").count('<td class="time">') == 4, 120), page.read_text()
        assert eventually(lambda: status_of(f"http://127.0.0.1:{port}/ui-settings") == 200, 30)
        assert status_of(f"http://127.0.0.1:{port}/api/flow_runs/count") in (401, 405)
        listening = {line.split()[1] for line in Path("/proc/net/tcp").read_text().splitlines() if line.split()[3] == "0A"}
        assert f"0100007F:{port:04X}" in listening and f"00000000:{port:04X}" not in listening
        assert eventually(lambda: backups(tmp_path / "w-backups"), 60)
    finally:
        output = ended(process)
    assert process.returncode == 0, output
    assert "已停止监视" in output and "Traceback" not in output
    assert "已停止监视" in page.read_text(encoding="utf-8")
    rows = run_query(tmp_path / "w.duckdb", "SELECT status FROM review.files ORDER BY status").rows
    assert [row[0] for row in rows] == ["loaded", "loaded", "rejected"]
    kept = [path for path in (tmp_path / "cache").rglob("*") if path.is_file() and "ui/" not in path.as_posix()]
    assert any(path.name == "gongjiang.log" for path in kept)
    for secret in (ID, ID[6:14]):
        assert secret not in output and secret not in page.read_text(encoding="utf-8")
        assert [path for path in kept if secret.encode() in path.read_bytes()] == []


def test_a_port_that_is_taken_is_said_with_what_to_do(gongjiang: Command, inbox: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        process = serving(gongjiang, tmp_path, "--ui", "--port", str(taken.getsockname()[1]))
        output, _ = process.communicate(timeout=60)
    assert process.returncode == 1 and "已被占用" in output and "GONGJIANG_UI_PORT" in output


_SET_RIGHT = """
import json, os, sys
from flows.orchestration import Orchestration, opener_for, request_to
from flows.prefect_runs import run_tag, set_right
from schemas.settings import Settings

def ask(path, body, method="POST"):
    url = os.environ["PREFECT_API_URL"] + path
    with opener_for(url).open(request_to(url, None if body is None else json.dumps(body).encode()), timeout=60) as response:
        return json.load(response)

with Orchestration(Settings()) as orchestration:
    orchestration.wait_until_ready()
    flow = ask("/flows/", {"name": "ingest"})["id"]
    running = {"type": "RUNNING", "name": "Running"}
    ids = {}
    for name, tags in (("killed", [sys.argv[1]]), ("ours", [run_tag()]), ("theirs", ["somebody"]), ("elsewhere", ["gongjiang:other:1-1"])):
        ids[name] = ask("/flow_runs/", {"flow_id": flow, "state": running, "tags": tags})["id"]
    print(set_right(os.environ["PREFECT_API_URL"]))
    for name, number in ids.items():
        print(name, ask(f"/flow_runs/{number}", None)["state_type"])
    print(set_right(os.environ["PREFECT_API_URL"]))
"""


def test_a_run_whose_process_was_killed_does_not_run_for_ever_and_no_other_is_touched(gongjiang: Command, tmp_path: Path) -> None:
    child = subprocess.Popen([sys.executable, "-c", ""])
    dead = f"gongjiang:{os.uname().nodename}:{mark_of(child.pid)}"
    child.wait()
    done = subprocess.run(
        [sys.executable, "-c", _SET_RIGHT, dead],
        cwd=ROOT,
        env={**gongjiang.environment, "GONGJIANG_CACHE_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["1", "killed", "CRASHED", "ours", "RUNNING", "theirs", "RUNNING", "elsewhere", "RUNNING", "0"]
