"""SIGKILL at every named step, and at any moment of a watch: after the next start nothing is lost, doubled or half loaded.

Comes in: how many rounds. Goes out: a line for each step. Called by `python -m tests.soak kills`.

Every round drops new files and kills the run at a step; the next round's run takes up what the killed one left, drops more, and is killed
again. After the rounds of a step one run may end, and everything is checked against the hashes of what was dropped. From the step on at
which the warehouse knows of a file, half of the rounds take the originals out of the inbox: they must arrive all the same.
"""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import get_args

from flows.fault_injection import VARIABLE, Step
from tests.soak.ground import DocxPress, Ground

STEPS: tuple[str, ...] = get_args(Step)
# How often each step is reached by the files of one round: the kill hits the first, the last or one between.
_TIMES = {"recorded": 1, "judging": 1, "judged": 1, "expanded": 1}
_SAFE_FROM = STEPS.index("recorded")


def kill_at_steps(folder: Path, server: str, rounds: int, say: Callable[[str], None], steps: Sequence[str] = STEPS) -> int:
    """Every step; returns how many files were lost, doubled or half loaded."""
    return sum(_one_step(folder / step, server, step, rounds, say) for step in steps)


def _one_step(folder: Path, server: str, step: str, rounds: int, say: Callable[[str], None]) -> int:
    ground, press, chance = Ground(folder, server), DocxPress(), random.Random(step)
    killed = 0
    for number in range(rounds):
        paths = drop_a_few(ground, press, f"{step}{number}")
        status = ground.run("ingest", "{inbox}", environment={VARIABLE: f"{step}:{chance.randint(1, _TIMES.get(step, 4))}"})
        killed += status == -signal.SIGKILL
        if STEPS.index(step) >= _SAFE_FROM and chance.random() < 0.5:
            for path in paths:
                (ground.inbox / path).unlink()
    ended = ground.run("ingest", "{inbox}")
    faults = ground.faults() + ([] if ended == 0 else [f"the last run ended with {ended}"])
    count = sum(map(len, ground.dropped.values()))
    say(f"killed at {step}: {killed} of {rounds} rounds; {count} files tried, {count - len(faults)} survived, {len(faults)} lost")
    for fault in faults:
        say(f"    {fault}")
    return len(faults) + (rounds - killed)


def kill_watch(folder: Path, server: str, rounds: int, say: Callable[[str], None]) -> int:
    """A watch that is killed at any moment; returns the number of faults."""
    ground, press, chance = Ground(folder, server), DocxPress(), random.Random("watch")
    quick = {"GONGJIANG_SETTLE_SECONDS": "0.5", "GONGJIANG_RESCAN_SECONDS": "2"}
    for number in range(rounds):
        process = ground.start("watch", "{inbox}", environment=quick)
        until = time.monotonic() + chance.uniform(2, 14)
        while time.monotonic() < until:
            drop_a_few(ground, press, f"{number}-{time.monotonic_ns()}")
            time.sleep(chance.uniform(0.2, 2))
        process.kill()
        process.wait()
    ended = ground.run("ingest", "{inbox}")
    faults = ground.faults() + ([] if ended == 0 else [f"the last run ended with {ended}"])
    count = sum(map(len, ground.dropped.values()))
    say(f"watch killed at any moment: {rounds} rounds; {count} files tried, {count - len(faults)} survived, {len(faults)} lost")
    for fault in faults:
        say(f"    {fault}")
    return len(faults)


def drop_a_few(ground: Ground, press: DocxPress, name: str) -> list[str]:
    """Two documents, a copy of one, an empty file and a zip of two; returns the paths of the loose files."""
    first = press(f"第一份 {name}")
    files = {
        f"{name}/甲.docx": first,
        f"{name}/乙 2.docx": press(f"第二份 {name}"),
        f"{name}/甲（副本）.docx": first,
        f"{name}/空.pdf": b"",
    }
    for path, data in files.items():
        ground.drop(path, data)
    ground.drop_zip(f"{name}/包.zip", {"丙.docx": press(f"第三份 {name}"), "甲.docx": first})
    return [*files, f"{name}/包.zip"]
