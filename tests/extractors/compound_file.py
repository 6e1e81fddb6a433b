"""Writes OLE compound files and Outlook messages, as small as the readers' tests need them.

Comes in: streams by path, or the properties and attachments of a message. Goes out: bytes. Called by the tests of `outlook` and `reading`.
Version 3 of MS-CFB; siblings in the directory are chained to the right, which every reader follows.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

_END, _FREE, _FAT, _NONE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD, 0xFFFFFFFF
_SECTOR, _MINI, _CUTOFF = 512, 64, 4096

Tree = Mapping[str, "bytes | Tree"]


def compound_file(tree: Tree) -> bytes:
    """An OLE file with these storages (mappings) and streams (bytes)."""
    entries: list[tuple[str, int, int, bytes | None]] = [("Root Entry", 5, _NONE, None)]
    nexts: list[int] = [_NONE]
    _enter(tree, 0, entries, nexts)
    sectors: list[bytes] = []
    fat: list[int] = []

    def place(data: bytes) -> int:
        if not data:
            return _END
        first = len(sectors)
        count = -(-len(data) // _SECTOR)
        sectors.extend(data[at : at + _SECTOR].ljust(_SECTOR, b"\0") for at in range(0, len(data), _SECTOR))
        fat.extend([*range(first + 1, first + count), _END])
        return first

    minis, minifat = bytearray(), []
    starts = []
    for _, _, _, data in entries:
        if data is None or len(data) >= _CUTOFF or not data:
            starts.append(place(data) if data else _END)
            continue
        first = len(minis) // _MINI
        count = -(-len(data) // _MINI)
        minis += data.ljust(count * _MINI, b"\0")
        minifat += [*range(first + 1, first + count), _END]
        starts.append(first)
    starts[0] = place(bytes(minis))
    minifat_at = place(struct.pack(f"<{len(minifat)}I", *minifat).ljust(-(-len(minifat) * 4 // _SECTOR) * _SECTOR, b"\xff"))
    directory = b"".join(
        _entry(name, kind, child, right, start, len(minis) if kind == 5 else len(data or b""))
        for (name, kind, child, data), right, start in zip(entries, nexts, starts, strict=True)
    )
    directory_at = place(directory.ljust(-(-len(directory) // _SECTOR) * _SECTOR, b"\0"))
    tables = 1
    while (len(fat) + tables) * 4 > tables * _SECTOR:
        tables += 1
    assert tables <= 109
    table_at = len(sectors)
    fat += [_FAT] * tables
    table = struct.pack(f"<{len(fat)}I", *fat).ljust(tables * _SECTOR, b"\xff")
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack(
        "<IIIIIIIII", 0, tables, directory_at, 0, _CUTOFF, minifat_at, len(minifat) * 4 // _SECTOR + bool(minifat), _END, 0
    )
    header += struct.pack("<109I", *range(table_at, table_at + tables), *[_FREE] * (109 - tables))
    return header + b"".join(sectors) + table


def _enter(tree: Tree, parent: int, entries: list[tuple[str, int, int, bytes | None]], nexts: list[int]) -> None:
    before = None
    for name, content in tree.items():
        number = len(entries)
        entries.append((name, 2, _NONE, content) if isinstance(content, bytes) else (name, 1, _NONE, None))
        nexts.append(_NONE)
        if before is None:
            old = entries[parent]
            entries[parent] = (old[0], old[1], number, old[3])
        else:
            nexts[before] = number
        before = number
        if not isinstance(content, bytes):
            _enter(content, number, entries, nexts)


def _entry(name: str, kind: int, child: int, right: int, start: int, size: int) -> bytes:
    raw = name.encode("utf-16-le") + b"\0\0"
    fixed = struct.pack("<64sHBBIII", raw, len(raw), kind, 1, _NONE, right, child)
    return fixed + bytes(16) + struct.pack("<I", 0) + bytes(16) + struct.pack("<IQ", start if kind != 1 else 0, size)


def attachment(name: str | bytes, data: bytes | Tree, *, content_id: str = "", hidden: bool = False, kind: str = "") -> Tree:
    """An attachment's storage. A name in bytes is stored as such (8-bit), a tree is an attached message."""
    texts: dict[int, str | bytes] = {0x3707: name, 0x370E: kind, 0x3712: content_id}
    held: dict[str, bytes | Tree] = {"__substg1.0_37010102": data} if isinstance(data, bytes) else {"__substg1.0_3701000D": data}
    numbers = {0x3705: 1 if isinstance(data, bytes) else 5, **({0x7FFE: 1} if hidden else {})}
    return {**_texts(texts), **held, "__properties_version1.0": bytes(8) + _numbers(numbers)}


def message(
    attachments: Sequence[Tree],
    *,
    subject: str = "",
    sent: datetime | None = None,
    codepage: int | None = None,
    attached: bool = False,
) -> Tree:
    """A message's storage; `attached`: one inside another, whose property stream has a shorter head."""
    entries = _numbers({0x3FFD: codepage} if codepage else {})
    if sent is not None:
        ticks = int((sent - datetime(1601, 1, 1, tzinfo=UTC)).total_seconds()) * 10_000_000
        entries += struct.pack("<HHIQ", 0x0040, 0x0039, 6, ticks)
    return {
        "__properties_version1.0": bytes(24 if attached else 32) + entries,
        "__nameid_version1.0": {"__substg1.0_00020102": bytes(16)},
        **_texts({0x0037: subject, 0x1000: "材料见附件"}),
        **{f"__attach_version1.0_#{number:08X}": one for number, one in enumerate(attachments)},
    }


def _texts(texts: Mapping[int, str | bytes]) -> dict[str, bytes | Tree]:
    return {
        f"__substg1.0_{tag:04X}{'001F' if isinstance(text, str) else '001E'}": text.encode("utf-16-le") if isinstance(text, str) else text
        for tag, text in texts.items()
        if text
    }


def _numbers(numbers: Mapping[int, int]) -> bytes:
    return b"".join(struct.pack("<HHIi4x", 0x0003, tag, 6, value) for tag, value in numbers.items())
