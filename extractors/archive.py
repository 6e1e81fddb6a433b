"""Zip archives: checked before anything is expanded, then written out member by member.

Comes in: a path to a zip. Goes out: `Member` records (`expand`), or an open, checked `ZipFile` (`open_checked`, also used by the Word
reader, whose files are zips). Called by `reading` and `ooxml`.
"""

from __future__ import annotations

import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from extractors.members import LEADS_OUT, NOTHING_INSIDE, Member, MemberStore, check_announced, is_litter, relative_name, sha256_of
from schemas.errors import RejectedFile, RejectionCode
from schemas.settings import Limits, Settings

_CHUNK = 1 << 20
_LOCAL_HEADER = struct.Struct("<4s22xHH")
_UTF8_FLAG = 0x800
_ENCRYPTED_FLAG = 0x1
_UNICODE_PATH = 0x7075
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA}
_IDEOGRAPH = re.compile("[\u3400-\u9fff]")


def expand(path: Path, folder: Path, settings: Settings) -> tuple[Member, ...]:
    """Write the members of a zip below `folder`, named by their SHA-256; folders, lock files and what macOS and Windows leave behind are
    passed over.

    Raises `RejectedFile`: ENCRYPTED if any member has a password, ARCHIVE_BOMB beyond the limits, when members overlap or the archive
    contains itself, UNSUPPORTED_TYPE for a compression method of the nineties, EMPTY without members, CORRUPT otherwise (paths that lead
    out of it and links included).
    """
    with open_checked(path, settings.limits) as archive:
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
        _check_methods(entries)
        names = [relative_name(name) for name in _decoded_names(entries)]
        store = MemberStore(folder, settings.limits)
        itself = sha256_of(path)
        for entry, name in zip(entries, names, strict=True):
            if stat.S_ISLNK(entry.external_attr >> 16):
                raise RejectedFile(RejectionCode.CORRUPT, f"symbolic link {name!r}", note=LEADS_OUT)
            if is_litter(name):
                continue
            if store.add(name, _chunks(archive, entry)).sha256 == itself:
                raise RejectedFile(RejectionCode.ARCHIVE_BOMB, "the archive contains itself")
    if not store.members:
        raise RejectedFile(RejectionCode.EMPTY, "no members", note=NOTHING_INSIDE)
    return tuple(store.members)


def open_checked(path: Path, limits: Limits) -> zipfile.ZipFile:
    """Open a zip whose directory has been held against the limits; nothing has been expanded yet. The caller closes it."""
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError, struct.error) as error:
        raise RejectedFile(RejectionCode.CORRUPT, f"zip: {error}") from error
    try:
        _check(archive, limits)
    except BaseException:
        archive.close()
        raise
    return archive


def _check(archive: zipfile.ZipFile, limits: Limits) -> None:
    entries = archive.infolist()
    if any(entry.flag_bits & _ENCRYPTED_FLAG for entry in entries):
        raise RejectedFile(RejectionCode.ENCRYPTED, "encrypted members")
    check_announced([(entry.file_size, entry.compress_size) for entry in entries], limits)
    _check_overlap(archive, entries)


def _check_overlap(archive: zipfile.ZipFile, entries: Sequence[zipfile.ZipInfo]) -> None:
    """Members that share bytes (CVE-2024-0450): Python 3.11.7 expands each of them in full.

    Every member must first be found, under its name, where the directory says: a damaged archive is no bomb.
    """
    spans = sorted((entry.header_offset, _end_of(archive, entry)) for entry in entries)
    if any(end > start for (_, end), (start, _) in pairwise(spans)):
        raise RejectedFile(RejectionCode.ARCHIVE_BOMB, "members overlap")
    if spans and spans[-1][1] > archive.start_dir:
        raise RejectedFile(RejectionCode.CORRUPT, "zip: members run into the directory")


def _end_of(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> int:
    """The offset after a member's data (a data descriptor not counted)."""
    file = archive.fp
    if file is None or entry.header_offset < 0:
        raise RejectedFile(RejectionCode.CORRUPT, "zip: offset before the file")
    file.seek(entry.header_offset)
    header = file.read(_LOCAL_HEADER.size)
    if len(header) < _LOCAL_HEADER.size or not header.startswith(b"PK\x03\x04"):
        raise RejectedFile(RejectionCode.CORRUPT, "zip: no member where the directory says")
    _, name_length, extra_length = _LOCAL_HEADER.unpack(header)
    if file.read(name_length) != entry.orig_filename.encode("utf-8" if entry.flag_bits & _UTF8_FLAG else "cp437"):
        raise RejectedFile(RejectionCode.CORRUPT, "zip: another member where the directory says")
    return int(entry.header_offset + _LOCAL_HEADER.size + name_length + extra_length + entry.compress_size)


def _check_methods(entries: Sequence[zipfile.ZipInfo]) -> None:
    if unknown := {entry.compress_type for entry in entries} - _METHODS:
        note = "压缩包用了少见的压缩方法，打不开。请先解压，再直接发送文件，或重新压缩成普通的 zip。"
        raise RejectedFile(RejectionCode.UNSUPPORTED_TYPE, f"zip methods {sorted(unknown)}", note=note)


def _chunks(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    try:
        with archive.open(entry) as member:
            while chunk := member.read(_CHUNK):
                yield chunk
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, struct.error) as error:
        raise RejectedFile(RejectionCode.CORRUPT, f"zip: {error}") from error


def _decoded_names(entries: Sequence[zipfile.ZipInfo]) -> list[str]:
    """Names as their author saw them: by the UTF-8 flag, by Info-ZIP's Unicode path, else as UTF-8 or GB 18030 for the whole archive.

    The whole archive decides, since a single short GBK name can happen to be valid UTF-8 too.
    """
    raw = [b"" if entry.flag_bits & _UTF8_FLAG else entry.orig_filename.encode("cp437") for entry in entries]
    codec = _codec_of([name for name in raw if not name.isascii()])
    names = []
    for entry, encoded in zip(entries, raw, strict=True):
        if entry.flag_bits & _UTF8_FLAG:
            names.append(entry.orig_filename)
        else:
            names.append(_unicode_path(entry.extra, encoded) or encoded.decode(codec, "replace"))
    return names


def _codec_of(names: Sequence[bytes]) -> str:
    readings = {}
    for codec in ("utf-8", "gb18030"):
        try:
            readings[codec] = "".join(name.decode(codec) for name in names)
        except UnicodeDecodeError:
            continue
    if not readings:
        return "cp437"
    # UTF-8 without a single ideograph, where GB 18030 reads some, is a coincidence of bytes.
    by_chance = len(readings) == 2 and not _IDEOGRAPH.search(readings["utf-8"]) and _IDEOGRAPH.search(readings["gb18030"])
    return "utf-8" if "utf-8" in readings and not by_chance else "gb18030"


def _unicode_path(extra: bytes, encoded: bytes) -> str | None:
    """Info-ZIP's extra field 0x7075: version 1, CRC-32 of the name in the header, the name in UTF-8."""
    while len(extra) >= 4:
        kind, length = struct.unpack_from("<HH", extra)
        body, extra = extra[4 : 4 + length], extra[4 + length :]
        if kind == _UNICODE_PATH and len(body) > 5 and body[0] == 1 and struct.unpack_from("<I", body, 1)[0] == zlib.crc32(encoded):
            return body[5:].decode("utf-8", "replace")
    return None
