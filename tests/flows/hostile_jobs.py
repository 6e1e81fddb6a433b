"""Jobs that do to a reading worker what hostile files do: hang, die, fill the memory, raise what cannot travel."""

from __future__ import annotations

import errno
import os
import signal
import time
from pathlib import Path


class Untransportable(Exception):
    """An error that cannot be rebuilt on the other side, as some libraries raise."""

    def __init__(self, first: int, second: int) -> None:
        super().__init__("one argument only")


def double(number: int) -> int:
    """An ordinary job."""
    return 2 * number


def hang(mark: Path) -> None:
    """Never end, and be deaf to a polite request to end."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    mark.write_text(str(os.getpid()))
    while True:
        time.sleep(0.1)


def die(status: int) -> None:
    """End the process as a crash in native code does."""
    os._exit(status)


def segfault() -> None:
    """End the process by a signal."""
    os.kill(os.getpid(), signal.SIGSEGV)


def stumble() -> None:
    """Raise what a reader raises on broken bytes."""
    raise Untransportable(1, 2)


def fill_memory() -> int:
    """Ask for far more memory than a worker may have."""
    return len(bytearray(64 * 2**30))


def full_disk() -> None:
    """Meet a fault of the machine."""
    raise OSError(errno.ENOSPC, "No space left on device")


def forbidden() -> None:
    """Meet a file that is out of reach."""
    raise PermissionError(errno.EACCES, "Permission denied")


def process_id() -> int:
    """Which worker this is."""
    time.sleep(0.2)
    return os.getpid()
