"""The short form of `python -m tests.soak.decisions`: decisions that are killed at any moment are not lost."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.conftest import ROOT


def test_no_acknowledged_decision_is_lost_by_kills_reloads_and_restores(master: Path, report_figure: Callable[[str], None]) -> None:
    command = [sys.executable, "-m", "tests.soak.decisions", "--rounds", "10", "--seed", "7", "--season", str(master)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    report_figure(done.stdout.strip().splitlines()[-1])
