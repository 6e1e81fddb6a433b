"""A private place for what comes out of containers while a run lasts; gone when it ends, swept up at the next run if it could not be.

Comes in: the cache folder. Goes out: a fresh folder that only this user can read. Called by `ingest`.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def work_folder(cache_dir: Path) -> Iterator[Path]:
    """A folder for this run."""
    parent = cache_dir / "work"
    parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    _sweep(parent)
    with tempfile.TemporaryDirectory(prefix=f"{os.getpid()}-", dir=parent, ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def _sweep(parent: Path) -> None:
    """Remove what runs left behind that were killed: people's papers must not lie about."""
    for folder in parent.iterdir():
        owner = folder.name.partition("-")[0]
        if owner.isdigit() and not is_running(int(owner)):
            shutil.rmtree(folder, ignore_errors=True)


def is_running(process: int) -> bool:
    """Whether a process with this id runs, whoever it belongs to."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True  # someone else's process
    return True
