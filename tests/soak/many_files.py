"""Ten thousand small files dropped into a watched folder: memory stays, and the last thousand come as fast as the first.

Comes in: how many files. Goes out: a line for each thousand, and what the slope is. Called by `python -m tests.soak many`.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

from tests.soak.ground import DocxPress, Ground

_STEP = 1_000
_MOST_MB_PER_100 = 1.0
_MOST_SLOWER = 1.10


def many_files(folder: Path, server: str, files: int, say: Callable[[str], None]) -> int:
    """Drop files thousand by thousand, each thousand when the one before is in; returns the number of faults."""
    ground, press = Ground(folder, server), DocxPress()
    process = ground.start("watch", "{inbox}", environment={"GONGJIANG_SETTLE_SECONDS": "1", "GONGJIANG_RESCAN_SECONDS": "5"})
    took: list[float] = []
    memory: list[float] = []
    try:
        for start in range(0, files, _STEP):
            for number in range(start, min(start + _STEP, files)):
                ground.drop(f"{number // 100:03d}/{number}.docx", press(f"第{number}份材料"))
            began = time.monotonic()
            while _archived(ground) < start + _STEP or _loaded(ground) < min(start + _STEP, files):
                if process.poll() is not None:
                    raise RuntimeError(f"the watch ended with {process.returncode}")
                time.sleep(0.25)
            took.append(time.monotonic() - began)
            memory.append(_megabytes(process.pid))
            say(f"{start + _STEP} files: the last {_STEP} in {took[-1]:.1f} s, {memory[-1]:.0f} MB")
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(120)
    ground.run("ingest", "{inbox}")
    faults = ground.faults()
    count = sum(map(len, ground.dropped.values()))
    # The first two thousand warm up: caches fill, models and modules are loaded.
    slope = (memory[-1] - memory[1]) / (len(memory) - 2) * 100 / _STEP if len(memory) > 2 else 0.0
    say(f"many files: {count} tried, {count - len(faults)} survived, {len(faults)} lost; {slope:.2f} MB per 100 files; "
        f"last {_STEP} in {took[-1] / took[0]:.2f} of the first's time")  # fmt: skip
    for fault in faults[:20]:
        say(f"    {fault}")
    return len(faults) + (slope > _MOST_MB_PER_100) + (took[-1] > _MOST_SLOWER * took[0])


def _archived(ground: Ground) -> int:
    return sum(len(os.listdir(folder)) for folder in ground.originals.glob("??"))


def _loaded(ground: Ground) -> int:
    """How many lines the watch has said about files that reached their end."""
    text = ground.output.read_text()
    return text.count("] 已读入") + text.count("] 重复") + text.count("] 未能读取")


def _megabytes(process: int) -> float:
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
