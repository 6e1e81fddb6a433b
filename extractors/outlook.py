"""Outlook messages (.msg, MS-OXMSG): turned into the e-mail that they once were, so that one reader decides what of a mail is a document.

Comes in: a path. Goes out: a `Message` of the standard library: its `Date`, and each attachment as a MIME part; an attached message becomes
an attached mail. Bodies (plain, HTML, compressed RTF) are no documents and left out. Called by `mail`.

A msg is an OLE compound file, read with olefile: every property is a stream named by its number and type, the fixed-size ones stand
together in one stream of 16-byte entries.
"""

from __future__ import annotations

import mimetypes
import re
import struct
from base64 import encodebytes
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.header import Header
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import olefile

from schemas.errors import RejectedFile, RejectionCode
from schemas.settings import Limits

# MS-OXPROPS: identifiers of the properties that are looked at.
_CODEPAGE, _SUBJECT = 0x3FFD, 0x0037
_SUBMITTED, _DELIVERED = 0x0039, 0x0E06
_DATA, _LONG_NAME, _NAME, _TYPE, _CONTENT_ID, _HIDDEN, _FLAGS = 0x3701, 0x3707, 0x3704, 0x370E, 0x3712, 0x7FFE, 0x3714
_SHOWN_NAME, _EXTENSION = 0x3001, 0x3703
_UNICODE, _STRING8, _BINARY, _OBJECT = 0x001F, 0x001E, 0x0102, 0x000D
_IN_HTML = 4  # PidTagAttachFlags: rendered within the body
_PROPERTIES = "__properties_version1.0"
_ENTRY = struct.Struct("<HHI8s")
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
# ContentInfo of type envelopedData (RFC 5652): an S/MIME mail that only its recipient can open.
_ENVELOPED = bytes.fromhex("2a864886f70d010703")
_KIND = re.compile(r"[\w.+-]+/[\w.+-]+")
_RIGHTS_MANAGED = (".rpmsg",)
_CODEPAGES = {936: "gb18030", 54936: "gb18030", 950: "big5", 65001: "utf-8"}


@dataclass
class _Storage:
    """One level of the compound file."""

    streams: dict[str, list[str]] = field(default_factory=dict)
    storages: dict[str, _Storage] = field(default_factory=dict)


def message_of(path: Path, limits: Limits) -> Message[Any, Any]:
    """The whole msg as a MIME message. Raises `RejectedFile`: ENCRYPTED, ARCHIVE_BOMB where messages nest too deep, CORRUPT."""
    with _opened(path) as (file, root):
        return _message(file, root, limits.depth, header=32)


def sent_at(path: Path) -> datetime | None:
    """When the message was submitted, else when it was delivered (aware, UTC); None for a draft. Raises `RejectedFile` (CORRUPT)."""
    with _opened(path) as (file, root):
        return _Properties(file, root, header=32).sent_at()


@contextmanager
def _opened(path: Path) -> Iterator[tuple[Any, _Storage]]:
    try:
        with olefile.OleFileIO(str(path), raise_defects=olefile.DEFECT_INCORRECT) as file:
            yield file, _tree(file)
    except OSError as error:
        if error.errno is not None:
            raise  # the disk's trouble, not the file's: olefile's own have no number
        raise RejectedFile(RejectionCode.CORRUPT, f"msg: {error}") from error
    except (struct.error, IndexError, RecursionError) as error:
        raise RejectedFile(RejectionCode.CORRUPT, f"msg: {error!r}") from error


def _tree(file: Any) -> _Storage:
    root = _Storage()
    for path in file.listdir(streams=True, storages=False):
        level = root
        for name in path[:-1]:
            level = level.storages.setdefault(name, _Storage())
        level.streams[path[-1]] = path
    return root


class _Properties:
    """The properties of one message or attachment."""

    def __init__(self, file: Any, storage: _Storage, header: int, codec: str = "gb18030") -> None:
        self._file = file
        self._streams: Mapping[str, list[str]] = storage.streams
        if _PROPERTIES not in storage.streams:
            raise RejectedFile(RejectionCode.CORRUPT, "msg: no properties")
        entries = self._stream(_PROPERTIES)[header:]
        whole = entries[: len(entries) // _ENTRY.size * _ENTRY.size]
        self._fixed = {tag: value for kind, tag, _, value in _ENTRY.iter_unpack(whole) if kind}
        self.codec = _CODEPAGES.get(self.number(_CODEPAGE) or 0, codec)

    def number(self, tag: int) -> int | None:
        """A 32-bit number or truth value."""
        value = self._fixed.get(tag)
        return None if value is None else int(struct.unpack_from("<i", value)[0])

    def text(self, tag: int) -> str:
        """A string; empty where there is none."""
        name = f"__substg1.0_{tag:04X}"
        if f"{name}{_UNICODE:04X}" in self._streams:
            text = self._stream(f"{name}{_UNICODE:04X}").decode("utf-16-le", "replace")
        elif f"{name}{_STRING8:04X}" in self._streams:
            text = self._stream(f"{name}{_STRING8:04X}").decode(self.codec, "replace")
        else:
            return ""
        return text.rstrip("\0").strip()

    def data(self, tag: int) -> bytes | None:
        """Bytes; None where there are none."""
        name = f"__substg1.0_{tag:04X}{_BINARY:04X}"
        return self._stream(name) if name in self._streams else None

    def sent_at(self) -> datetime | None:
        """Submitted, else delivered."""
        for tag in (_SUBMITTED, _DELIVERED):
            value = self._fixed.get(tag)
            ticks = struct.unpack("<Q", value)[0] if value else 0
            if 0 < ticks < 1 << 62:
                try:
                    return _EPOCH + timedelta(microseconds=ticks // 10)
                except OverflowError:
                    continue
        return None

    def _stream(self, name: str) -> bytes:
        with self._file.openstream(self._streams[name]) as stream:
            return bytes(stream.read())


def _message(file: Any, storage: _Storage, depth: int, header: int) -> Message[Any, Any]:
    if depth < 0:
        raise RejectedFile(RejectionCode.ARCHIVE_BOMB, "messages nested too deep")
    properties = _Properties(file, storage, header)
    message: Message[Any, Any] = Message(policy=compat32)
    message["Subject"] = _encoded(re.sub(r"\s+", " ", properties.text(_SUBJECT)))
    if moment := properties.sent_at():
        message["Date"] = format_datetime(moment)
    # The same bytes in every run; no line of base64 begins with such a boundary.
    message["Content-Type"] = f'multipart/mixed; boundary="=_{depth}"'
    message.set_payload([])
    for name in sorted(storage.storages):
        if name.startswith("__attach_version1.0_"):
            part = _attachment(file, storage.storages[name], properties.codec, depth)
            if part is not None:
                message.attach(part)
    return message


def _attachment(file: Any, storage: _Storage, codec: str, depth: int) -> Message[Any, Any] | None:
    """One attachment as a MIME part; None for what holds no bytes (a link to a file elsewhere)."""
    properties = _Properties(file, storage, header=8, codec=codec)
    embedded = storage.storages.get(f"__substg1.0_{_DATA:04X}{_OBJECT:04X}")
    name = properties.text(_LONG_NAME) or properties.text(_NAME) or _completed(properties)
    if embedded is not None:
        if _PROPERTIES not in embedded.streams:
            return None  # a drawing or sheet of another program, shown in the text
        part: Message[Any, Any] = Message(policy=compat32)
        part["Content-Type"] = "message/rfc822"
        part.set_payload([_message(file, embedded, depth - 1, header=24)])
        _name(part, name)
        return part
    data = properties.data(_DATA)
    if data is None:
        return None
    kind = properties.text(_TYPE).lower()
    if name.lower().endswith(_RIGHTS_MANAGED) or (_ENVELOPED in data[:64] and (name.lower().endswith(".p7m") or "pkcs7" in kind)):
        raise RejectedFile(RejectionCode.ENCRYPTED, f"msg: {kind or name}")
    if kind == "multipart/signed":  # a signed mail is kept whole in one attachment
        return BytesParser(policy=compat32).parsebytes(data)
    return _part(properties, name, kind, data)


def _part(properties: _Properties, name: str, kind: str, data: bytes) -> Message[Any, Any]:
    guessed = mimetypes.guess_type(name)[0] or ""
    # An attachment is one file, whatever it holds: what is in an attached mail is told from its bytes.
    known = next((one for one in (kind, guessed) if _KIND.fullmatch(one) and not one.startswith(("multipart/", "message/"))), "")
    part: Message[Any, Any] = Message(policy=compat32)
    part["Content-Type"] = known or "application/octet-stream"
    _name(part, name)
    content_id = properties.text(_CONTENT_ID)
    # What Outlook shows within the text; it gives many an ordinary attachment a Content-ID too.
    if content_id and (properties.number(_HIDDEN) or (properties.number(_FLAGS) or 0) & _IN_HTML):
        part.replace_header("Content-Disposition", "inline")
        part.set_param("filename", name, header="Content-Disposition", charset="utf-8")
        part["Content-ID"] = f"<{_encoded(content_id)}>"
    part["Content-Transfer-Encoding"] = "base64"
    part.set_payload(encodebytes(data).decode("ascii"))
    return part


def _completed(properties: _Properties) -> str:
    """The name that Outlook shows, with the ending that it keeps apart."""
    name, ending = properties.text(_SHOWN_NAME), properties.text(_EXTENSION)
    return name if not ending or name.lower().endswith(ending.lower()) else name + ending


def _name(part: Message[Any, Any], name: str) -> None:
    part["Content-Disposition"] = "attachment"
    if name:
        part.set_param("filename", name, header="Content-Disposition", charset="utf-8")


def _encoded(text: str) -> str:
    """Fit for a header: RFC 2047 where it is not plain ASCII."""
    return str(Header(text, "utf-8", maxlinelen=10_000)) if not text.isascii() else re.sub(r"[\x00-\x1f\x7f]", " ", text)
