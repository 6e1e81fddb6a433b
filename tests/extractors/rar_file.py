"""Writes RAR 5 archives whose members are stored, not packed: the format is closed, and nothing but its owner's program packs.

Comes in: names and bytes. Goes out: bytes. Called by the tests of `rar`.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence

_MARK = b"Rar!\x1a\x07\x01\x00"


def rar_file(members: Sequence[tuple[str, bytes]], *, method: int = 0, encrypted: bool = False, size: int | None = None) -> bytes:
    """`method` above 0 says that members are packed (they are not); `size` is what members claim to expand to."""
    content = _MARK + _block(1, 0, _number(0))
    for name, data in members:
        raw = name.encode("utf-8")
        expanded = len(data) if size is None else size
        # File flags: 4 = with checksum. Version 0 of the algorithm, then the method, made on Unix (1).
        fields = _number(4) + _number(expanded) + _number(0o100644) + struct.pack("<I", zlib.crc32(data)) + _number(method << 7)
        fields += _number(1) + _number(len(raw)) + raw
        # Extra record 1: encrypted with AES-256, without a check value.
        extra = _record(_number(1) + _number(0) + _number(0) + bytes([15]) + bytes(16) + bytes(16)) if encrypted else b""
        content += _block(2, 2 | bool(extra), (_number(len(extra)) if extra else b"") + _number(len(data)) + fields + extra) + data
    return content + _block(5, 0, _number(0))


def _record(body: bytes) -> bytes:
    return _number(len(body)) + body


def _block(kind: int, flags: int, body: bytes) -> bytes:
    held = _number(kind) + _number(flags) + body
    sized = _number(len(held)) + held
    return struct.pack("<I", zlib.crc32(sized)) + sized


def _number(value: int) -> bytes:
    """Seven bits a byte, least first."""
    parts = bytearray()
    while value > 0x7F:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*parts, value])
