"""The archive of originals: every content that ever arrived, once, under its SHA-256, never changed.

Comes in: a file that lies in an inbox. Goes out: its hash and size, and a copy `ab/abcdef…` that is on the disk before anything says so.
Called by `intake`; whoever needs an original later (the workers, the review page) asks for its `location`.

Only what arrived is kept, not what lies inside containers: a member is found again by opening its container once more (`find_original.py`).
Keeping members too would store most material twice - nearly all of it comes by e-mail or zip - and make the archive hold files that
nobody ever handed in; opening a container takes milliseconds.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from flows.fault_injection import reached
from flows.work_folder import is_running
from schemas.errors import GongjiangError

_BLOCK = 1 << 20
_INCOMING = "incoming"
# What is left free on a disk, so that the warehouse and the bookkeeping can still be written: a share of it on small disks.
_RESERVE_BYTES = 16 * 2**20
_RESERVE_SHARE = 0.02
_FULL = {errno.ENOSPC, errno.EDQUOT}


class StillChanging(GongjiangError):
    """A file was written to while it was copied: it is not whole yet."""

    code = "STILL_CHANGING"
    retryable = True


class DiskFull(GongjiangError):
    """There is no room for what arrived. Nothing is lost: it still lies where it was dropped."""

    code = "DISK_FULL"
    retryable = True


class OriginalArchive:
    """A folder of originals by content. Only the user who runs the program can look into it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def location(self, sha256: str) -> Path:
        """Where the original with this hash lies, or would lie."""
        return self.folder / sha256[:2] / sha256

    def has(self, sha256: str, size: int) -> bool:
        """Whether the original is there, in its full size (bytes)."""
        try:
            return self.location(sha256).stat().st_size == size
        except OSError:
            return False

    def keep(self, source: Path) -> tuple[str, int]:
        """Copy a file in, hashing it meanwhile; returns its SHA-256 and its size in bytes. When this returns, the copy is on the disk.

        Raises:
            StillChanging: the file changed during the copy; nothing was kept.
            DiskFull: there is no room; nothing was kept.
            OSError: the file is gone or cannot be read.
        """
        with source.open("rb", buffering=0) as file:
            before = os.fstat(file.fileno())
            require_room(self.folder, before.st_size)
            with self._incoming() as incoming:
                sha256, size = self._copy(file.fileno(), incoming)
                if size != before.st_size or _shape(os.fstat(file.fileno())) != _shape(before) or _shape(source.stat()) != _shape(before):
                    raise StillChanging("文件还在写入。", "写完后再次运行即可读入（监视时会自动再试）。")
                self._put(incoming, sha256, size)
        reached("archived")
        return sha256, size

    def sweep(self) -> None:
        """Remove the half copies that killed runs left behind."""
        for left in (self.folder / _INCOMING).glob("*"):
            owner = left.name.partition("-")[0]
            if not (owner.isdigit() and is_running(int(owner))):
                left.unlink(missing_ok=True)

    @contextmanager
    def _incoming(self) -> Iterator[Path]:
        """A place for a copy that is not whole yet, on the same disk; gone afterwards, whatever happens."""
        folder = self.folder / _INCOMING
        path = folder / f"{os.getpid()}-{os.urandom(8).hex()}"
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            yield path
        except OSError as error:
            if error.errno in _FULL:
                raise no_room(self.folder) from error
            raise
        finally:
            with suppress(OSError):
                path.unlink(missing_ok=True)

    @staticmethod
    def _copy(source: int, target: Path) -> tuple[str, int]:
        digest, size = hashlib.sha256(), 0
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
        with os.fdopen(descriptor, "wb") as file:
            while block := os.read(source, _BLOCK):
                digest.update(block)
                file.write(block)
                size += len(block)
                reached("copying")
            file.flush()
            os.fsync(descriptor)
        return digest.hexdigest(), size

    def _put(self, incoming: Path, sha256: str, size: int) -> None:
        """Give a whole copy its name. One that is there already stays, unless it is damaged."""
        if self.has(sha256, size):
            return
        target = self.location(sha256)
        if not target.parent.is_dir():
            target.parent.mkdir(mode=0o700, exist_ok=True)
            _flush_folder(self.folder)
        incoming.replace(target)
        _flush_folder(target.parent)


def require_room(folder: Path, size: int = 0) -> None:
    """Make sure that `size` bytes more fit on the disk of a folder (which need not exist yet) and leave a reserve.

    Raises DiskFull.
    """
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    disk = shutil.disk_usage(folder)
    if disk.free < size + min(_RESERVE_BYTES, int(disk.total * _RESERVE_SHARE)):
        raise no_room(folder)


def no_room(folder: Path) -> DiskFull:
    """The error that says so."""
    return DiskFull(f"磁盘空间不足（{folder} 所在的磁盘），暂停收件。", "请清理磁盘；收到的文件没有丢失，有空间后再次运行会接着处理。")


def being_written(location: Path) -> bool:
    """Whether some program on this machine has the file open for writing; False where the system cannot tell (shares, other owners).

    Linux grants a read lease only on a file that nobody has open for writing.
    """
    if sys.platform != "linux":
        return False
    import fcntl

    try:
        descriptor = os.open(location, os.O_RDONLY | os.O_NONBLOCK)
    except OSError:
        return False
    try:
        # Should a writer come in this very moment, the kernel notifies us; SIGURG does nothing, the default signal would end us.
        fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except OSError as error:
        return error.errno == errno.EAGAIN
    finally:
        os.close(descriptor)
    return False


def _shape(status: os.stat_result) -> tuple[int, int, int, int]:
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def _flush_folder(folder: Path) -> None:
    """Write a folder's entries to the disk, or a name could be lost with the power."""
    if sys.platform == "win32":  # a folder cannot be opened there, and needs no flushing
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
