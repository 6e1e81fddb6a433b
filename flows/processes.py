"""Which process is still there: a mark that tells a process from a later one with the same number.

Comes in: nothing, or a mark. Goes out: this process's mark, or whether the process of a mark runs. Called by `watch_state` and
`prefect_runs`.
"""

from __future__ import annotations

import os
from pathlib import Path


def mark_of(process: int) -> str:
    """`<pid>-<start>`; the start (in ticks since the machine's own) is 0 where the system does not tell it."""
    try:
        # The name in brackets may hold blanks and brackets: count from behind the last one. Field 22 of proc(5) is the start time.
        began = (Path("/proc") / str(process) / "stat").read_text().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        began = "0"
    return f"{process}-{began}"


def own_mark() -> str:
    """The mark of this process."""
    return mark_of(os.getpid())


def is_running(mark: str) -> bool:
    """Whether the process of a mark still runs; what is no mark belongs to nobody."""
    number, _, began = mark.partition("-")
    if not number.isdecimal() or int(number) <= 0:
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass  # someone else's process: it is there
    now = mark_of(int(number)).partition("-")[2]
    return began in ("", "0") or now in ("0", began)
