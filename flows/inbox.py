"""What lies below the paths a person named: every regular file once, with a readable name, its hash and its time.

Comes in: files and folders. Goes out: `Found` files in a fixed order, and the ones that this machine may not read. Called by `receive` and
`watch`.
"""

from __future__ import annotations

import fnmatch
import hashlib
import os
import stat
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from schemas.base import Frozen

SHANGHAI = ZoneInfo("Asia/Shanghai")
# Files that an office program, a browser or an operating system leaves beside the real ones, or writes before they are whole.
TEMPORARY = ("~$*", ".~lock*", "*.part", "*.crdownload", "*.tmp", ".DS_Store", "Thumbs.db")
_BLOCK = 1 << 20


class Found(Frozen):
    """A file on disk: its path as the contract states it, where it lies, and when it was last changed."""

    path: str
    location: Path
    changed_at: datetime


def is_temporary(name: str) -> bool:
    """Whether a file name says that the file is not (yet) anyone's material."""
    return any(fnmatch.fnmatchcase(name.lower(), pattern.lower()) for pattern in TEMPORARY)


def readable_name(name: str) -> str:
    """A file name as text that can be stored and shown.

    Names that are not UTF-8 come from archives unpacked under the wrong code page: GB18030 is tried first, what is left is shown as
    `\\xNN`.
    """
    raw = os.fsencode(name)
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8", "backslashreplace")


def walk(roots: Iterable[Path]) -> Iterator[Found]:
    """Every file below the roots in the order of their paths; a root may be a file. Links to folders are not followed, temporary files
    passed over.

    Raises:
        FileNotFoundError: a root does not exist. Files that vanish meanwhile are passed over.
    """
    for root in roots:
        if not root.exists():
            raise FileNotFoundError(root)
        if not root.is_dir():
            yield from _found(root, readable_name(root.name))
            continue
        files = []
        for folder, folders, names in os.walk(root):
            folders.sort()
            for name in names:
                location = Path(folder) / name
                files.append((readable_name(location.relative_to(root).as_posix()), location))
        for path, location in sorted(files):
            if not is_temporary(location.name):
                yield from _found(location, path)


def _found(location: Path, path: str) -> Iterator[Found]:
    try:
        status = location.stat()
    except OSError:
        return  # a link to nowhere, or gone in the meantime
    if stat.S_ISREG(status.st_mode):  # opening a pipe or a device would wait for ever
        yield Found(path=path, location=location, changed_at=datetime.fromtimestamp(status.st_mtime, SHANGHAI))


def sha256_of(location: Path) -> str:
    """The SHA-256 of a file's content. Raises OSError where it cannot be read."""
    digest = hashlib.sha256()
    with location.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
