"""A process and everything it started: how much memory they hold together, and an end to all of them.

Comes in: a process id. Goes out: the ids below it, resident bytes, and silence after `kill`. Called by `reading_worker`. Where there is no
/proc (Windows, macOS) only the process itself is known.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from pathlib import Path

_PROC = Path("/proc")
_ROUNDS = 20  # a process that forks while it is being killed is met again in the next round


def descendants(process: int) -> list[int]:
    """The ids of all processes below `process`, parents before their children."""
    found: list[int] = []
    pending = [process]
    while pending:
        children = [child for child in _children(pending.pop()) if child not in found]
        found += children
        pending += children
    return found


def resident_bytes(processes: list[int]) -> int:
    """Physical memory of the processes together; what they share counts for each, so that the sum is never too small."""
    pages = 0
    for process in processes:
        try:
            pages += int((_PROC / str(process) / "statm").read_text().split()[1])
        except (OSError, IndexError):
            continue  # it has ended
    return pages * os.sysconf("SC_PAGE_SIZE") if pages else 0


def kill(process: int) -> None:
    """Kill everything below `process` first, so that nothing is handed to another parent, and then the process itself."""
    _signal(process, getattr(signal, "SIGSTOP", None))  # it starts nothing more
    kill_below(process)
    _signal(process, getattr(signal, "SIGKILL", signal.SIGTERM))


def kill_below(process: int) -> None:
    """Kill everything that `process` started, and only that."""
    for _ in range(_ROUNDS):
        alive = [below for below in descendants(process) if _state(below) != "Z"]
        if not alive:
            return
        for below in alive:
            _signal(below, getattr(signal, "SIGKILL", signal.SIGTERM))


def kill_orphans(leader: int, known: Sequence[int]) -> None:
    """Kill what is left of the session that an ended process led, and what was `known` below it and now has no parent but the first
    process: what it started may have outlived it."""
    for stat in _PROC.glob("[0-9]*/stat"):
        try:
            process, (_, parent, _, session) = int(stat.parent.name), _fields(stat)[:4]
        except (OSError, ValueError):
            continue
        if process != leader and (int(session) == leader or (process in known and int(parent) == 1)):
            _signal(process, signal.SIGKILL)


def _children(process: int) -> list[int]:
    try:
        return [int(child) for task in (_PROC / str(process) / "task").iterdir() for child in (task / "children").read_text().split()]
    except FileNotFoundError:
        return _children_by_parent(process) if (_PROC / str(process)).is_dir() else []
    except OSError:
        return []


def _children_by_parent(process: int) -> list[int]:
    """The same on kernels that do not list children."""
    found = []
    for stat in _PROC.glob("[0-9]*/stat"):
        try:
            if int(_fields(stat)[1]) == process:
                found.append(int(stat.parent.name))
        except (OSError, IndexError, ValueError):
            continue
    return found


def _state(process: int) -> str:
    try:
        return _fields(_PROC / str(process) / "stat")[0]
    except (OSError, IndexError):
        return "Z"


def _fields(stat: Path) -> list[str]:
    """State, parent, group, session, …: what follows the name, which may itself hold spaces and brackets."""
    return stat.read_text().rpartition(")")[2].split()


def _signal(process: int, number: int | None) -> None:
    if number is None:
        return
    try:
        os.kill(process, number)
    except (ProcessLookupError, PermissionError):
        return
