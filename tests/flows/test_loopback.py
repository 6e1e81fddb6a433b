"""Without any network, not even the loopback interface, the program's parts can still talk to each other."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
_TALK = """
import socket
from flows import loopback
server = socket.create_server(("127.0.0.1", 0))
try:
    socket.create_connection(server.getsockname(), 2)
    raise SystemExit("the interface was up already")
except OSError:
    pass
assert loopback.bring_up()
socket.create_connection(server.getsockname(), 2)
"""


def test_a_run_in_an_empty_network_would_wait_for_its_own_server(tmp_path: Path) -> None:
    if shutil.which("unshare") is None:
        pytest.skip("unshare is not installed")
    empty = ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--map-root-user", "--net"]
    if subprocess.run([*empty, "true"], capture_output=True).returncode != 0:
        pytest.skip("this system lets nobody have a network of his own")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    ended = subprocess.run([*empty, sys.executable, "-c", _TALK], env=environment, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
