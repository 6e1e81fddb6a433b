"""7z archives, by py7zr: checked before anything is expanded, then written out under the same limits as a zip.

Comes in: a path to a 7z. Goes out: `Member` records. Called by `reading`.

py7zr is never given a folder to write to: it hands each member's bytes to the store, so that no name, link or device in the archive
reaches the file system.
"""

from __future__ import annotations

from pathlib import Path

from py7zr import FileInfo, Py7zIO, SevenZipFile, WriterFactory
from py7zr.exceptions import AbsolutePathError, ArchiveError, PasswordRequired, UnsupportedCompressionMethodError

from extractors.members import (
    LEADS_OUT,
    NOTHING_INSIDE,
    IncomingMember,
    Member,
    MemberStore,
    check_announced,
    is_litter,
    relative_name,
    sha256_of,
)
from schemas.errors import RejectedFile, RejectionCode
from schemas.settings import Limits, Settings

_METHOD = "压缩包用了少见的压缩方法，打不开。请先解压，再直接发送文件，或重新压缩成普通的 zip。"


def expand(path: Path, folder: Path, settings: Settings) -> tuple[Member, ...]:
    """Write the members of a 7z below `folder`, named by their SHA-256; folders, links, devices and litter are passed over.

    Raises `RejectedFile`: ENCRYPTED, ARCHIVE_BOMB beyond the limits or where the archive contains itself, UNSUPPORTED_TYPE for a rare
    compression method, EMPTY without members, CORRUPT otherwise (names that lead out of it included).
    """
    store = MemberStore(folder, settings.limits)
    writers = _Writers(store)
    try:
        # An open file rather than its path: with a path py7zr expands in several threads.
        with path.open("rb") as file, SevenZipFile(file, max_extract_size=settings.limits.expanded_bytes) as archive:
            if archive.needs_password():
                raise RejectedFile(RejectionCode.ENCRYPTED, "7z: encrypted members")
            wanted = _wanted(archive.list(), path.stat().st_size, settings.limits)
            if wanted:
                archive.extract(targets=wanted, factory=writers)
    except PasswordRequired as error:
        raise RejectedFile(RejectionCode.ENCRYPTED, f"7z: {error}") from error
    except UnsupportedCompressionMethodError as error:
        raise RejectedFile(RejectionCode.UNSUPPORTED_TYPE, f"7z: {error}", note=_METHOD) from error
    except AbsolutePathError as error:
        raise RejectedFile(RejectionCode.CORRUPT, f"7z: {error}", note=LEADS_OUT) from error
    except ArchiveError as error:
        raise RejectedFile(RejectionCode.CORRUPT, f"7z: {type(error).__name__}: {error}") from error
    finally:
        writers.abandon()
    itself = sha256_of(path)
    if any(member.sha256 == itself for member in store.members):
        raise RejectedFile(RejectionCode.ARCHIVE_BOMB, "the archive contains itself")
    if not store.members:
        raise RejectedFile(RejectionCode.EMPTY, "no members", note=NOTHING_INSIDE)
    return tuple(store.members)


def _wanted(entries: list[FileInfo], packed: int, limits: Limits) -> list[str]:
    """The names of the members to expand. Members are packed together, so the whole is held against the size of the whole."""
    files = [entry for entry in entries if entry.is_file]
    check_announced([(entry.uncompressed, entry.uncompressed) for entry in files], limits)
    check_announced([(sum(entry.uncompressed for entry in files), packed)], limits)
    return [entry.filename for entry in files if not is_litter(relative_name(entry.filename))]


class _Writers(WriterFactory):
    def __init__(self, store: MemberStore) -> None:
        self._store = store
        self._last: IncomingMember | None = None

    def create(self, filename: str) -> Py7zIO:
        self._last = self._store.begin(relative_name(filename))
        return _Writer(self._last)

    def abandon(self) -> None:
        """Clear away the member that was being written when something went wrong; without effect on a finished one."""
        if self._last is not None:
            self._last.abandon()


class _Writer(Py7zIO):
    """Takes the bytes of one member; py7zr closes it after the last byte, and not at all where the member is damaged."""

    def __init__(self, incoming: IncomingMember) -> None:
        self._incoming = incoming
        self._size = 0

    def write(self, s: bytes | bytearray) -> int:
        self._incoming.write(bytes(s))
        self._size += len(s)
        return len(s)

    def read(self, size: int | None = None) -> bytes:
        return b""

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._size

    def flush(self) -> None:
        """Nothing to do: the bytes are with the store."""

    def size(self) -> int:
        return self._size

    def close(self) -> None:
        self._incoming.finish()
