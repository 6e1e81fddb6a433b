"""What the tests share: figures that are printed at the end of the run, and the one run of the product over the sample inbox."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = ROOT / "samples"
_FIGURES = pytest.StashKey[list[str]]()


def pytest_configure(config: pytest.Config) -> None:
    """Make room for the figures; keep the tests away from the user's settings and from every Prefect server."""
    config.stash[_FIGURES] = []
    for name in list(os.environ):
        if name.startswith(("GONGJIANG_", "PREFECT_")):
            del os.environ[name]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the figures."""
    if config.stash[_FIGURES]:
        terminalreporter.section("figures")
        for line in config.stash[_FIGURES]:
            terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def report_figure(pytestconfig: pytest.Config) -> Callable[[str], None]:
    """Call it with a line that is to be printed at the end of the test run."""
    return pytestconfig.stash[_FIGURES].append


@dataclass(frozen=True)
class Command:
    """Runs `gongjiang` as a person does: a process of its own, with a cache folder that no other test has."""

    cache: Path

    @property
    def environment(self) -> dict[str, str]:
        """The environment of the process: no server, nothing outside the cache folder."""
        return {**os.environ, "GONGJIANG_CACHE_DIR": str(self.cache), "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "NO_COLOR": "1"}

    def __call__(
        self, *arguments: str | Path, cwd: Path = ROOT, seconds: float = 120, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """Run the command line to its end."""
        return subprocess.run(
            [sys.executable, "-m", "flows.cli", *map(str, arguments)],
            cwd=cwd,
            env={**self.environment, **environment},
            capture_output=True,
            text=True,
            timeout=seconds,
        )


@pytest.fixture(scope="session")
def gongjiang(tmp_path_factory: pytest.TempPathFactory) -> Command:
    """The command line."""
    return Command(tmp_path_factory.mktemp("cache"))


@dataclass(frozen=True)
class SampleRun:
    """The product's run over the sample inbox."""

    warehouse: Path
    process: subprocess.CompletedProcess[str]
    seconds: float


@pytest.fixture(scope="session")
def sample_run(gongjiang: Command, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SampleRun]:
    """`make run`'s main job, done once for all tests that look at its result."""
    warehouse = tmp_path_factory.mktemp("samples") / "gongjiang.duckdb"
    began = time.monotonic()
    process = gongjiang(
        *("ingest", SAMPLES / "inbox", "--received-at", "2024-03-20T10:00:00+08:00"),
        *("--registers", SAMPLES / "registers", "--warehouse", warehouse),
        seconds=900,
    )
    yield SampleRun(warehouse, process, time.monotonic() - began)
