"""Storing what comes out of an archive or an e-mail, so that no name inside it can choose where anything is written.

Comes in: names and byte streams from `archive`, `seven_zip`, `rar` and `mail`. Goes out: `Member` records; the files lie under their own
SHA-256. `reading` hands them to `flows`.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path, PurePosixPath
from types import TracebackType

from schemas.base import Frozen
from schemas.errors import RejectedFile, RejectionCode
from schemas.settings import Limits

LEADS_OUT = "压缩包里有指向压缩包以外位置的文件名或链接，为安全起见没有打开。请直接发送文件，或重新压缩后发送。"
NOTHING_INSIDE = "压缩包里没有文件。请对方检查后重新发送。"
# Below this even a blank picture packs a thousandfold without harm.
RATIO_FROM = 1 << 20
_DRIVE = re.compile(r"[A-Za-z]:")
_LITTER = frozenset({".ds_store", "thumbs.db", "desktop.ini"})
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,8}$")
# Overrides of the writing direction make `gpj.exe` look like `exe.jpg`; control characters break every listing.
_BIDIRECTIONAL = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class Member(Frozen):
    """One file out of a container.

    Its decoded name ('/'-separated, relative, unique within the container), where it was put, and its SHA-256.
    """

    name: str
    location: Path
    sha256: str
    received_at: datetime | None = None


class MemberStore:
    """Writes members as `<sha256><suffix>` below a folder and keeps count against the limits of one container."""

    def __init__(self, folder: Path, limits: Limits, *, received_at: datetime | None = None) -> None:
        self._folder = folder
        self._limits = limits
        self._received_at = received_at
        self._names: set[str] = set()
        self._bytes = 0
        self.members: list[Member] = []

    def add(self, name: str, chunks: Iterable[bytes]) -> Member:
        """Store one member. Raises `RejectedFile(ARCHIVE_BOMB)` beyond the limits, however small the container claimed to be."""
        with self.begin(name) as incoming:
            for chunk in chunks:
                incoming.write(chunk)
            return incoming.finish()

    def begin(self, name: str) -> IncomingMember:
        """The same for a library that hands out its bytes itself: a context manager; what is not finished leaves nothing behind."""
        if len(self.members) >= self._limits.members:
            raise RejectedFile(RejectionCode.ARCHIVE_BOMB, f"more than {self._limits.members} members")
        self._folder.mkdir(parents=True, exist_ok=True)
        return IncomingMember(self, self._unique(clean_name(name)), self._folder)

    def count(self, size: int) -> None:
        """Count expanded bytes against the limit."""
        self._bytes += size
        if self._bytes > self._limits.expanded_bytes:
            raise RejectedFile(RejectionCode.ARCHIVE_BOMB, f"expands to more than {self._limits.expanded_bytes} bytes")

    def keep(self, name: str, location: Path, sha256: str) -> Member:
        """Enter a stored file in the list of members."""
        member = Member(name=name, location=location, sha256=sha256, received_at=self._received_at)
        self.members.append(member)
        return member

    def _unique(self, name: str) -> str:
        """Two members may bear one name; the path in `review.files` must tell them apart."""
        stem, suffix = (name[: -len(_suffix(name))], name[-len(_suffix(name)) :]) if _suffix(name) else (name, "")
        candidate, number = name, 1
        while candidate in self._names:
            number += 1
            candidate = f"{stem} ({number}){suffix}"
        self._names.add(candidate)
        return candidate


class IncomingMember:
    """One member on its way to the disk, under a name of our own until its hash is known."""

    def __init__(self, store: MemberStore, name: str, folder: Path) -> None:
        self._store = store
        self._name = name
        self._folder = folder
        self._digest = hashlib.sha256()
        handle, self._temporary = tempfile.mkstemp(dir=folder, prefix="incoming-")
        self._target = os.fdopen(handle, "wb")

    def __enter__(self) -> IncomingMember:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.abandon()

    def abandon(self) -> None:
        """Leave nothing behind; without effect on a finished member."""
        self._target.close()
        Path(self._temporary).unlink(missing_ok=True)

    def write(self, chunk: bytes) -> None:
        """Take the next bytes. Raises `RejectedFile(ARCHIVE_BOMB)`."""
        self._store.count(len(chunk))
        self._digest.update(chunk)
        self._target.write(chunk)

    def finish(self) -> Member:
        """All bytes are there: give the file its name."""
        self._target.close()
        sha256 = self._digest.hexdigest()
        location = self._folder / (sha256 + _suffix(self._name))
        os.replace(self._temporary, location)
        return self._store.keep(self._name, location, sha256)


def relative_name(name: str) -> str:
    """The name with '/' between its parts. Raises CORRUPT for one that leads out of the archive."""
    slashed = name.split("\0")[0].replace("\\", "/")
    parts = [part for part in slashed.split("/") if part not in {"", "."}]
    if slashed.startswith("/") or ".." in parts or _DRIVE.match(slashed):
        raise RejectedFile(RejectionCode.CORRUPT, f"member path {name!r}", note=LEADS_OUT)
    return "/".join(parts)


def is_litter(name: str) -> bool:
    """Whether Windows, macOS or Office left this behind without anybody wanting to send it."""
    path = PurePosixPath(name)
    return "__MACOSX" in path.parts or path.name.lower() in _LITTER or path.name.startswith(("~$", "._"))


def check_announced(sizes: Sequence[tuple[int, int]], limits: Limits) -> None:
    """Hold what an archive announces, (expanded, packed) bytes of each member, against the limits before anything is expanded."""
    if len(sizes) > limits.members:
        raise RejectedFile(RejectionCode.ARCHIVE_BOMB, f"{len(sizes)} members")
    expanded = sum(size for size, _ in sizes)
    if expanded > limits.expanded_bytes:
        raise RejectedFile(RejectionCode.ARCHIVE_BOMB, f"expands to {expanded} bytes")
    for size, packed in sizes:
        if size > RATIO_FROM and size > limits.expansion_ratio * max(packed, 1):
            raise RejectedFile(RejectionCode.ARCHIVE_BOMB, f"expands {size // max(packed, 1)} times")


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file: an archive that holds itself never ends."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def clean_name(name: str) -> str:
    """A name fit for a listing.

    No control characters, no direction overrides, no lone surrogates; Chinese and everything else as it was.
    """
    shown = "".join("_" if unicodedata.category(c) in {"Cc", "Cs"} or c in _BIDIRECTIONAL else c for c in name)
    return shown.strip() or "_"


def _suffix(name: str) -> str:
    found = _SUFFIX.search(name)
    return found.group().lower() if found else ""
