"""What lies below the paths a person named: every regular file once, with a readable name, its hash and its time.

Comes in: files and folders. Goes out: `Found` files in a fixed order, and the ones that this machine may not read. Called by `receive` and
`watch`.
"""

from __future__ import annotations

import fnmatch
import hashlib
import os
import stat
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from schemas.base import Frozen
from schemas.settings import Settings

SHANGHAI = ZoneInfo("Asia/Shanghai")
# Files that an office program, a browser or an operating system leaves beside the real ones, or writes before they are whole.
TEMPORARY = (
    "~$*", ".~lock*", "*.part", "*.partial", "*.filepart", "*.crdownload", "*.download", "*.tmp",
    ".nfs*", ".fuse_hidden*", ".goutputstream-*",
    ".*.??????",  # rsync: .name.Ab12Cd until the copy is whole
    "._*", ".DS_Store", "Thumbs.db", "desktop.ini",
)  # fmt: skip
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


Inode = tuple[int, int]


def inodes(paths: Iterable[Path]) -> frozenset[Inode]:
    """What identifies files and folders under whatever name; those that do not exist are left out."""
    found = set()
    for path in paths:
        try:
            status = path.stat()
        except OSError:
            continue
        found.add((status.st_dev, status.st_ino))
    return frozenset(found)


def own_places(settings: Settings) -> frozenset[Inode]:
    """What is ours and never anybody's material, wherever a person put it; opening the warehouse would even let go of its lock."""
    return inodes(
        [settings.originals_dir, settings.cache_dir, settings.warehouse, Path(f"{settings.warehouse}.wal"), settings.snapshot_file]
    )


def walk(
    roots: Iterable[Path], *, leave_out: Collection[Inode] = frozenset(), closed: list[tuple[str, str]] | None = None
) -> Iterator[Found]:
    """Every file below the roots in the order of their paths; a root may be a file. Links to folders are not followed, temporary files
    passed over, and so are the files and folders in `leave_out`: our own. Folders that may not be read go to `closed`: (path, reason).

    Raises:
        FileNotFoundError: a root does not exist. Files that vanish meanwhile are passed over.
    """
    for root in roots:
        if not root.exists():
            raise FileNotFoundError(root)
        if not root.is_dir():
            yield from _found(root, readable_name(root.name), leave_out)
            continue
        files: list[tuple[str, Path]] = []
        for folder, folders, names in os.walk(root, onerror=partial(_note_closed, root, closed)):
            if leave_out:
                folders[:] = [name for name in folders if not inodes([Path(folder) / name]) & frozenset(leave_out)]
            files += [(readable_name((Path(folder) / name).relative_to(root).as_posix()), Path(folder) / name) for name in names]
        for path, location in _told_apart(sorted(files)):
            if not is_temporary(location.name):
                yield from _found(location, path, leave_out)


def _told_apart(files: list[tuple[str, Path]]) -> Iterator[tuple[str, Path]]:
    """Two names that read alike are two files: the one that is not UTF-8 shows its bytes."""
    shown: dict[str, int] = {}
    for path, _ in files:
        shown[path] = shown.get(path, 0) + 1
    for path, location in files:
        plain = os.fsencode(location).decode("utf-8", "replace") == str(location)
        if shown[path] > 1 and not plain:
            depth = path.count("/") + 1
            path = os.fsencode("/".join(location.parts[-depth:])).decode("utf-8", "backslashreplace")
        yield path, location


def _note_closed(root: Path, closed: list[tuple[str, str]] | None, error: OSError) -> None:
    if closed is not None and not isinstance(error, FileNotFoundError):
        name = os.path.relpath(error.filename or root, root)
        closed.append((readable_name(name), error.strerror or type(error).__name__))


def _found(location: Path, path: str, leave_out: Collection[Inode]) -> Iterator[Found]:
    try:
        status = location.stat()
    except OSError:
        return  # a link to nowhere, or gone in the meantime
    # Opening a pipe or a device would wait for ever.
    if stat.S_ISREG(status.st_mode) and (status.st_dev, status.st_ino) not in leave_out:
        yield Found(path=path, location=location, changed_at=_moment(status.st_mtime))


def _moment(seconds: float) -> datetime:
    try:
        return datetime.fromtimestamp(seconds, SHANGHAI)
    except (OverflowError, ValueError, OSError):  # no date that a calendar has: a broken clock or disk wrote it
        return datetime.now(UTC).astimezone(SHANGHAI)


def sha256_of(location: Path) -> str:
    """The SHA-256 of a file's content. Raises OSError where it cannot be read."""
    digest = hashlib.sha256()
    with location.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
