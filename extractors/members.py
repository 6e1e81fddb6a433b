"""Storing what comes out of an archive or an e-mail, so that no name inside it can choose where anything is written.

Comes in: names and byte streams from `archive` and `mail`. Goes out: `Member` records; the files lie under their own SHA-256. `reading`
hands them to `flows`.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import unicodedata
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from schemas.base import Frozen
from schemas.errors import RejectedFile, RejectionCode
from schemas.settings import Limits

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
        if len(self.members) >= self._limits.members:
            raise RejectedFile(RejectionCode.ARCHIVE_BOMB, f"more than {self._limits.members} members")
        name = self._unique(clean_name(name))
        digest = hashlib.sha256()
        self._folder.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=self._folder, prefix="incoming-")
        try:
            with os.fdopen(handle, "wb") as target:
                for chunk in chunks:
                    self._bytes += len(chunk)
                    if self._bytes > self._limits.expanded_bytes:
                        raise RejectedFile(RejectionCode.ARCHIVE_BOMB, f"expands to more than {self._limits.expanded_bytes} bytes")
                    digest.update(chunk)
                    target.write(chunk)
            location = self._folder / (digest.hexdigest() + _suffix(name))
            os.replace(temporary, location)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        member = Member(name=name, location=location, sha256=digest.hexdigest(), received_at=self._received_at)
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


def clean_name(name: str) -> str:
    """A name fit for a listing.

    No control characters, no direction overrides, no lone surrogates; Chinese and everything else as it was.
    """
    shown = "".join("_" if unicodedata.category(c) in {"Cc", "Cs"} or c in _BIDIRECTIONAL else c for c in name)
    return shown.strip() or "_"


def _suffix(name: str) -> str:
    found = _SUFFIX.search(name)
    return found.group().lower() if found else ""
