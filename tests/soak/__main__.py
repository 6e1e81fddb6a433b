"""The long trials of the watched folder: `python -m tests.soak [kills|watch|disk|many] [--rounds 25] [--steps loaded …] [--files 10000]`.

Prints for each what was tried, what survived, what was lost; the exit status is 0 only if nothing was.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.soak.full_disk import fill_the_disk
from tests.soak.ground import prefect_server
from tests.soak.kills import STEPS, kill_at_steps, kill_watch
from tests.soak.many_files import many_files

TRIALS = ("kills", "watch", "disk", "many")


def say(line: str) -> None:
    """Print at once: the trials are long."""
    print(line, flush=True)


def main() -> int:
    """Run the trials that were asked for."""
    asked = argparse.ArgumentParser(description="long trials of the watched folder")
    asked.add_argument("trials", nargs="*", choices=[*TRIALS, []], default=list(TRIALS))
    asked.add_argument("--rounds", type=int, default=25)
    asked.add_argument("--steps", nargs="*", choices=STEPS, default=STEPS)
    asked.add_argument("--files", type=int, default=10_000)
    given = asked.parse_args()
    faults = 0
    with tempfile.TemporaryDirectory() as name, prefect_server(Path(name) / "prefect") as server:
        folder = Path(name)
        if "kills" in given.trials:
            faults += kill_at_steps(folder / "kills", server, given.rounds, say, given.steps)
        if "watch" in given.trials:
            faults += kill_watch(folder / "watch", server, given.rounds, say)
        if "disk" in given.trials:
            faults += fill_the_disk(folder / "disk", server, say)
        if "many" in given.trials:
            faults += many_files(folder / "many", server, given.files, say)
    say(f"faults: {faults}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
