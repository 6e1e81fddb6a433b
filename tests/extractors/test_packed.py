"""7z and rar archives: every member comes out under its right name, under the same limits as those of a zip."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path
from typing import Any

import py7zr
import pytest
import rarfile

from extractors import reading, sniff
from schemas.errors import RejectedFile, RejectionCode
from schemas.settings import Limits, Settings
from tests.extractors.rar_file import rar_file

FILES = [("推荐材料/申报表-赵喆.docx", b"one" * 500), ("推荐材料/Thumbs.db", b"x"), ("推荐材料/身份证 正面.jpg", b"two"), ("空.txt", b"")]
NAMES = ["推荐材料/申报表-赵喆.docx", "推荐材料/身份证 正面.jpg", "空.txt"]


def _seven(path: Path, files: list[tuple[str, bytes]], **options: Any) -> Path:
    with py7zr.SevenZipFile(path, "w", **options) as archive:
        for name, data in files:
            archive.writestr(data, name)
    return path


def _packed(tmp_path: Path, kind: str, files: list[tuple[str, bytes]]) -> Path:
    path = tmp_path / "无扩展名"
    if kind == "7z":
        return _seven(path, files)
    path.write_bytes(rar_file(files))
    return path


def _members(path: Path, **limits: Any) -> dict[str, bytes]:
    settings = Settings(limits=Limits(**limits))
    found = reading.inspect(path, settings)
    members = reading.expand(path, found.media_type, path.parent / "out", settings)
    assert all(member.location.name.startswith(member.sha256) for member in members)
    return {member.name: member.location.read_bytes() for member in members}


def _refused(path: Path, **limits: Any) -> RejectedFile:
    with pytest.raises(RejectedFile) as caught:
        _members(path, **limits)
    assert not list((path.parent / "out").glob("incoming-*"))
    return caught.value


@pytest.mark.parametrize("kind", ["7z", "rar"])
def test_golden_every_member_comes_out_and_only_litter_stays_behind(kind: str, tmp_path: Path) -> None:
    path = _packed(tmp_path, kind, FILES)
    assert sniff.media_type(path) == {"7z": sniff.SEVEN_ZIP, "rar": sniff.RAR}[kind]
    members = _members(path)
    assert list(members) == NAMES
    assert members[NAMES[0]] == FILES[0][1]


@pytest.mark.parametrize("kind", ["7z", "rar"])
def test_half_an_archive_is_called_corrupt(kind: str, tmp_path: Path) -> None:
    path = _packed(tmp_path, kind, FILES)
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 3 // 5])
    assert _refused(path).code == RejectionCode.CORRUPT


@pytest.mark.parametrize("kind", ["7z", "rar"])
def test_altered_bytes_are_noticed(kind: str, tmp_path: Path) -> None:
    path = _packed(tmp_path, kind, [("a.bin", os.urandom(5_000))])
    content = bytearray(path.read_bytes())
    content[2_000] ^= 0xFF
    path.write_bytes(content)
    assert _refused(path).code == RejectionCode.CORRUPT


@pytest.mark.parametrize("header", [False, True])
def test_a_7z_with_a_password_is_reported_as_such(header: bool, tmp_path: Path) -> None:
    path = _seven(tmp_path / "a", FILES, password="x", header_encryption=header)
    assert _refused(path).code == RejectionCode.ENCRYPTED


def test_a_rar_with_a_password_is_reported_as_such(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(rar_file(FILES, encrypted=True))
    assert _refused(tmp_path / "a").code == RejectionCode.ENCRYPTED


@pytest.mark.parametrize("kind", ["7z", "rar"])
@pytest.mark.parametrize("limits", [{"members": 2}, {"expanded_bytes": 600}])
def test_an_archive_beyond_the_limits_is_not_expanded(kind: str, limits: dict[str, int], tmp_path: Path) -> None:
    path = _packed(tmp_path, kind, FILES)
    assert _refused(path, **limits).code == RejectionCode.ARCHIVE_BOMB
    assert not list((tmp_path / "out").glob("*"))


def test_a_7z_that_expands_out_of_all_proportion_is_not_expanded(tmp_path: Path) -> None:
    assert _refused(_seven(tmp_path / "a", [("a", bytes(3 * 2**20))])).code == RejectionCode.ARCHIVE_BOMB


def test_a_rar_that_expands_out_of_all_proportion_is_not_expanded(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(rar_file([("a", b"x")], method=3, size=2**29))
    assert _refused(tmp_path / "a").code == RejectionCode.ARCHIVE_BOMB


@pytest.mark.parametrize("name", ["../a.txt", "a/../../b.txt", "/tmp/a.txt"])
def test_a_name_that_leads_out_of_a_rar_refuses_it(name: str, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(rar_file([(name, b"1")]))
    assert _refused(tmp_path / "a").code == RejectionCode.CORRUPT


def test_a_name_that_leads_out_of_a_7z_refuses_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as careless:
        careless.setattr(py7zr.py7zr, "check_archive_path", lambda name: True)
        path = _seven(tmp_path / "a", [("../../b.txt", b"1")])
    assert _refused(path).code == RejectionCode.CORRUPT
    assert not (tmp_path / "b.txt").exists() and not (tmp_path.parent / "b.txt").exists()


def test_a_link_in_a_7z_is_neither_followed_nor_made(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "a.txt").write_bytes(b"1")
    (source / "link").symlink_to("/etc/hostname")
    with py7zr.SevenZipFile(tmp_path / "a", "w") as archive:
        archive.writeall(source, "x")
    assert _members(tmp_path / "a") == {"x/a.txt": b"1"}
    assert not any(path.is_symlink() for path in (tmp_path / "out").rglob("*"))


def test_nothing_is_written_outside_the_folder_and_no_name_from_the_archive_is_used(tmp_path: Path) -> None:
    path = _seven(tmp_path / "a", [("x/证书.JPG", b"1")])
    _members(path)
    assert {one.name for one in tmp_path.rglob("*") if one.is_file()} == {"a", hashlib.sha256(b"1").hexdigest() + ".jpg"}


@pytest.mark.parametrize("kind", ["7z", "rar"])
def test_an_empty_archive_is_not_silent(kind: str, tmp_path: Path) -> None:
    assert _refused(_packed(tmp_path, kind, [])).code == RejectionCode.EMPTY


def test_without_a_program_that_unpacks_the_sender_learns_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(rarfile, "CURRENT_SETUP", None)
    (tmp_path / "a").write_bytes(rar_file(FILES, method=3))
    refusal = _refused(tmp_path / "a")
    assert refusal.code == RejectionCode.UNSUPPORTED_TYPE
    assert "unar" in refusal.message and "zip" in refusal.message


def test_the_program_that_unpacks_is_asked_for_one_member_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in for unrar, which is not free and not installed here: it copies the (stored) member to its standard output."""
    data = b"certificate" * 30
    (tmp_path / "a").write_bytes(rar_file([("证书.pdf", data)], method=3))
    tool = tmp_path / "bin" / "unrar"
    tool.parent.mkdir()
    tool.write_text(f'#!/bin/sh\n[ "$1" = p ] || exit 0\necho "$@" >> {tmp_path}/asked\ncat {tmp_path}/member\n')
    tool.chmod(0o755)
    (tmp_path / "member").write_bytes(data)
    monkeypatch.setenv("PATH", f"{tool.parent}{os.pathsep}{os.path.dirname(shutil.which('sh') or '/bin/sh')}")
    monkeypatch.setattr(rarfile, "CURRENT_SETUP", None)
    assert _members(tmp_path / "a") == {"证书.pdf": data}
    assert (tmp_path / "asked").read_text().split()[-1] == "证书.pdf"
