"""Archives: every member comes out under its right name, and none of them can harm the machine."""

from __future__ import annotations

import hashlib
import io
import json
import stat
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors import archive
from extractors.members import clean_name
from schemas.errors import RejectedFile, RejectionCode
from schemas.settings import Limits, Settings
from tests.extractors.make_sources import DATA, zip_file

SETTINGS = Settings()


def _names(tmp_path: Path, content: bytes) -> list[str]:
    (tmp_path / "a.zip").write_bytes(content)
    return [member.name for member in archive.expand(tmp_path / "a.zip", tmp_path / "out", SETTINGS)]


def _refused(tmp_path: Path, content: bytes, **limits: Any) -> RejectedFile:
    (tmp_path / "a.zip").write_bytes(content)
    with pytest.raises(RejectedFile) as caught:
        archive.expand(tmp_path / "a.zip", tmp_path / "out", Settings(limits=Limits(**limits)))
    return caught.value


def test_golden_a_zip_from_chinese_windows_keeps_its_names_and_loses_only_litter(tmp_path: Path) -> None:
    members = archive.expand(DATA / "windows.zip", tmp_path, SETTINGS)
    golden = json.loads((DATA / "windows.json").read_text(encoding="utf-8"))
    assert [{"name": member.name, "location": member.location.name} for member in members] == golden
    assert all(hashlib.sha256(member.location.read_bytes()).hexdigest() == member.sha256 for member in members)


def test_half_a_zip_is_called_corrupt(tmp_path: Path) -> None:
    with pytest.raises(RejectedFile) as caught:
        archive.expand(DATA / "truncated.zip", tmp_path, SETTINGS)
    assert caught.value.code == RejectionCode.CORRUPT


@pytest.mark.parametrize("codec", ["utf-8", "gbk", "gb18030"])
def test_a_name_without_the_utf8_flag_is_read_in_the_coding_it_was_written_in(codec: str, tmp_path: Path) -> None:
    names = ["模.jpg", "工会会员服务卡.jpg"]
    assert _names(tmp_path, zip_file([(name.encode(codec), b"1") for name in names])) == names


def test_the_unicode_path_of_winrar_is_preferred(tmp_path: Path) -> None:
    raw = b"___.jpg"
    body = b"\x01" + struct.pack("<I", zlib.crc32(raw)) + "证书.jpg".encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        entry = zipfile.ZipInfo(raw.decode())
        entry.extra = struct.pack("<HH", 0x7075, len(body)) + body
        file.writestr(entry, b"1")
    assert _names(tmp_path, buffer.getvalue()) == ["证书.jpg"]


def test_two_members_of_one_name_are_both_kept(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        content = zip_file([("a.jpg", b"1"), ("a.jpg", b"2")])
    assert _names(tmp_path, content) == ["a.jpg", "a (2).jpg"]


@pytest.mark.parametrize(
    "name",
    [
        "../a.txt",
        "/a.txt",
        "..\\a.txt",
        "C:\\a.txt",
        "a/../../b.txt",
        "c:a.txt",
        "\\\\server\\share\\a.txt",
        "//server/share/a.txt",
        "\\\\?\\C:\\a.txt",
        "..",
        "a/..",
        "../a\0.txt",
    ],
)
def test_a_name_that_leads_out_of_the_archive_refuses_it(name: str, tmp_path: Path) -> None:
    assert _refused(tmp_path, zip_file([(name, b"1")])).code == RejectionCode.CORRUPT


def test_a_symbolic_link_refuses_the_archive(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        link = zipfile.ZipInfo("link")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        file.writestr(link, "elsewhere")
    assert _refused(tmp_path, buffer.getvalue()).code == RejectionCode.CORRUPT


def test_nothing_is_written_outside_the_folder_and_no_name_from_the_archive_is_used(tmp_path: Path) -> None:
    _names(tmp_path, zip_file([("x/证书.JPG", b"1"), ("=cmd.txt", b"2")]))
    written = {path.name for path in tmp_path.rglob("*") if path.is_file()} - {"a.zip"}
    assert written == {hashlib.sha256(b"1").hexdigest() + ".jpg", hashlib.sha256(b"2").hexdigest() + ".txt"}


@pytest.mark.parametrize(
    ("content", "limits"),
    [
        (zip_file([("a", b"0" * 2**21)]), {}),
        (zip_file([("a", b"12345")]), {"expanded_bytes": 4}),
        (zip_file([("a", b"1"), ("b", b"2")]), {"members": 1}),
    ],
    ids=["ratio", "size", "number"],
)
def test_an_archive_beyond_the_limits_is_not_expanded(content: bytes, limits: dict[str, int], tmp_path: Path) -> None:
    assert _refused(tmp_path, content, **limits).code == RejectionCode.ARCHIVE_BOMB
    assert not list((tmp_path / "out").glob("*"))


def test_members_that_share_bytes_are_refused(tmp_path: Path) -> None:
    content = zip_file([("a.txt", b"one"), ("b.txt", b"two")])
    at = content.rindex(b"PK\x01\x02")  # the second entry of the directory, made to name and point at the first member
    forged = content[: at + 42] + struct.pack("<I", 0) + content[at + 46 :].replace(b"b.txt", b"a.txt")
    assert _refused(tmp_path, forged).code == RejectionCode.ARCHIVE_BOMB


def test_a_password_is_reported_as_such(tmp_path: Path) -> None:
    content = bytearray(zip_file([("a.txt", b"one")]))
    content[6] |= 1
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    assert _refused(tmp_path, bytes(content)).code == RejectionCode.ENCRYPTED


def test_altered_bytes_are_noticed(tmp_path: Path) -> None:
    content = bytearray(zip_file([("a.txt", b"one")]))
    content[content.index(b"a.txt") + 6] ^= 0xFF
    assert _refused(tmp_path, bytes(content)).code == RejectionCode.CORRUPT


def test_an_empty_archive_is_not_silent(tmp_path: Path) -> None:
    assert _refused(tmp_path, zip_file([])).code == RejectionCode.EMPTY


@given(st.text())
def test_a_cleaned_name_can_always_be_stored_and_shown(name: str) -> None:
    cleaned = clean_name(name)
    assert cleaned.encode("utf-8")
    assert not any(ord(c) < 0x20 or c in "\u202e\u2066" for c in cleaned)
