"""A full disk: the watch pauses, says so, and goes on by itself when there is room; nothing is lost.

Comes in: nothing. Goes out: a line. Called by `python -m tests.soak disk`. Needs the right to mount a tmpfs (root).
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from tests.soak.ground import DocxPress, Ground
from tests.soak.kills import drop_a_few

_SIZE = "96m"
_PATIENCE = 180.0


def fill_the_disk(folder: Path, server: str, say: Callable[[str], None]) -> int:
    """Fill the disk of warehouse, archive and work folder while files arrive, then make room; returns the number of faults."""
    folder.mkdir(parents=True)
    if subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={_SIZE}", "tmpfs", str(folder)], check=False).returncode:
        say("full disk: not tried, this user may not mount a tmpfs")
        return 0
    try:
        return _trial(Ground(folder, server), say)
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=False)


def _trial(ground: Ground, say: Callable[[str], None]) -> int:
    press = DocxPress()
    elsewhere = ground.folder.parent / "inbox"
    elsewhere.mkdir()
    ground.inbox.rmdir()
    ground.inbox.symlink_to(elsewhere)
    process = ground.start("watch", "{inbox}", environment={"GONGJIANG_SETTLE_SECONDS": "0.5", "GONGJIANG_RESCAN_SECONDS": "2"})
    faults: list[str] = []
    try:
        for number in range(3):
            drop_a_few(ground, press, f"前{number}")
        faults += _wait(ground, lambda: not ground.faults(), "before the disk was full not everything arrived")
        _fill(ground.folder / "filler")
        for number in range(3):
            drop_a_few(ground, press, f"满{number}")
        faults += _wait(ground, lambda: "磁盘空间不足" in _output(ground), "nothing was said about the full disk")
        if process.poll() is not None:
            faults.append(f"the watch ended with {process.returncode}")
        (ground.folder / "filler").unlink()
        faults += _wait(ground, lambda: not ground.faults(), "after room was made not everything arrived")
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)
    faults += ground.faults()
    count = sum(map(len, ground.dropped.values()))
    say(f"full disk: {count} files tried, {count - len(faults)} survived, {len(faults)} lost")
    for fault in faults:
        say(f"    {fault}")
    return len(faults)


def _fill(filler: Path) -> None:
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(os.urandom(1 << 16))
        except OSError:
            return


def _output(ground: Ground) -> str:
    return ground.output.read_text() if ground.output.exists() else ""


def _wait(ground: Ground, true: Callable[[], bool], otherwise: str) -> list[str]:
    give_up = time.monotonic() + _PATIENCE
    while time.monotonic() < give_up:
        try:
            if true():
                return []
        except Exception:  # the watch holds the warehouse at this moment
            pass
        time.sleep(0.5)
    return [otherwise]
