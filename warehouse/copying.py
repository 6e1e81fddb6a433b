"""Copying a database file that this process has open: a child process does it, since opening and closing the file here would drop its lock.

Comes in: two paths. Goes out: the bytes at the second path, on disk, and whether they belong to one state.
Called by `backup` and `snapshot`.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

_COPY_SECONDS = 600.0
# Reads all, writes all, waits for the disk where asked, tells the hash of what it read, and whether the three headers of the file were the
# same before and after. A checkpoint writes only to blocks that the headers on disk do not name, then the headers: where those stood still,
# the copy is one whole state. Isolated: nothing of the environment is imported.
_COPIER = """
import hashlib, os, sys
digest = hashlib.sha256()
try:
    with open(sys.argv[1], "rb") as source, os.fdopen(os.open(sys.argv[2], os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as target:
        headers = source.read(12288)
        source.seek(0)
        while block := source.read(1 << 20):
            digest.update(block)
            target.write(block)
        target.flush()
        if sys.argv[3] == "durable":
            os.fsync(target.fileno())
    with open(sys.argv[1], "rb") as source:
        steady = source.read(12288) == headers
except OSError as error:
    sys.exit(error.strerror)
print(digest.hexdigest(), "steady" if steady else "changed")
"""


def copied(source: Path, target: Path, *, durable: bool = True) -> tuple[str, bool]:
    """Copy a file in a process of its own; returns the SHA-256 of what was read, and whether no checkpoint ended meanwhile.

    Unless `durable`, who goes on writing to the copy sees to it that it is on disk.

    Raises OSError.
    """
    command = [sys.executable, "-I", "-S", "-c", _COPIER, str(source), str(target), "durable" if durable else "passing"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=_COPY_SECONDS, check=False)
    if done.returncode != 0:
        raise OSError(0, done.stderr.strip() or "the copying process ended", str(target))
    digest, steady = done.stdout.split()
    return digest, steady == "steady"


def flush_folder(folder: Path) -> None:
    """Make a rename last through a power cut, where the system can."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
