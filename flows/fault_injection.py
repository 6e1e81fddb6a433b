"""The named steps of an arrival, and a way for tests to be killed at one of them.

Comes in: the name of a step that was just reached. Goes out: nothing - or, where a test asked for it by the environment variable
`GONGJIANG_TEST_KILL_AT=step:n`, this process's death by SIGKILL when the step is reached for the n-th time. Called by whoever takes a step.
"""

from __future__ import annotations

import os
import signal
import threading
from collections import Counter
from typing import Literal

Step = Literal[
    "seen", "copying", "archived", "recorded", "inspected", "expanded", "read", "loading", "loaded", "judging", "judged"
]  # in the order of an arrival's way; `recorded`: the warehouse knows that it must be read
VARIABLE = "GONGJIANG_TEST_KILL_AT"
_reached: Counter[str] = Counter()
_turn = threading.Lock()


def reached(step: Step) -> None:
    """Say that a step was reached."""
    wanted = os.environ.get(VARIABLE)
    if not wanted:
        return
    with _turn:
        _reached[step] += 1
        if wanted == f"{step}:{_reached[step]}":
            os.kill(os.getpid(), signal.SIGKILL)
