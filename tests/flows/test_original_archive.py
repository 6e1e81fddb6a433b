"""The archive of originals: what arrived is there, whole and unchanged, whatever happened on the way."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from collections import namedtuple
from pathlib import Path

import pytest

from flows.original_archive import DiskFull, OriginalArchive, StillChanging, being_written, require_room

Disk = namedtuple("Disk", "total used free")


@pytest.fixture
def archive(tmp_path: Path) -> OriginalArchive:
    return OriginalArchive(tmp_path / "originals")


def left_in(archive: OriginalArchive) -> list[Path]:
    return [path for path in archive.folder.rglob("*") if path.is_file()]


def test_an_original_is_kept_under_its_hash_and_the_dropped_file_is_not_touched(archive: OriginalArchive, tmp_path: Path) -> None:
    file = tmp_path / "张三 的材料.pdf"
    file.write_bytes(b"x" * 3_000_000)
    before = file.stat()
    sha256, size = archive.keep(file)
    assert (sha256, size) == (hashlib.sha256(b"x" * 3_000_000).hexdigest(), 3_000_000)
    assert archive.location(sha256).read_bytes() == file.read_bytes()
    assert archive.location(sha256).relative_to(archive.folder) == Path(sha256[:2]) / sha256
    after = file.stat()
    assert (after.st_mtime_ns, after.st_mode, after.st_ino) == (before.st_mtime_ns, before.st_mode, before.st_ino)


def test_the_same_content_is_kept_once_and_a_damaged_copy_is_made_good(archive: OriginalArchive, tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).write_bytes(b"the same")
    sha256, _ = archive.keep(tmp_path / "a")
    kept = archive.location(sha256)
    inode = kept.stat().st_ino
    assert archive.keep(tmp_path / "b")[0] == sha256
    assert kept.stat().st_ino == inode
    kept.chmod(0o600)
    kept.write_bytes(b"the s")  # a disk that lost its end
    assert archive.keep(tmp_path / "b")[0] == sha256
    assert kept.read_bytes() == b"the same"
    assert left_in(archive) == [kept]


def test_a_file_that_changes_while_it_is_copied_is_not_taken_with_a_mixed_content(
    archive: OriginalArchive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a.pdf"
    file.write_bytes(b"a" * 3_000_000)

    def change(step: str) -> None:
        if step == "copying" and file.stat().st_size == 3_000_000:
            with file.open("ab") as stream:
                stream.write(b"more")

    monkeypatch.setattr("flows.original_archive.reached", change)
    with pytest.raises(StillChanging):
        archive.keep(file)
    assert left_in(archive) == []
    assert archive.keep(file)[1] == 3_000_004


def test_a_file_that_is_replaced_while_it_is_copied_is_not_taken(
    archive: OriginalArchive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, other = tmp_path / "a.pdf", tmp_path / "b.pdf"
    file.write_bytes(b"old")
    other.write_bytes(b"new")
    monkeypatch.setattr("flows.original_archive.reached", lambda step: os.replace(other, file) if other.exists() else None)
    with pytest.raises(StillChanging):
        archive.keep(file)
    assert left_in(archive) == []


def test_a_full_disk_is_said_before_it_is_full_to_the_last_byte(
    archive: OriginalArchive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a").write_bytes(b"x" * 1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: Disk(1_000_000, 979_500, 20_500))
    require_room(archive.folder)
    with pytest.raises(DiskFull, match="磁盘空间不足"):
        archive.keep(tmp_path / "a")
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: Disk(1_000_000, 900_000, 100_000))
    archive.keep(tmp_path / "a")


def test_half_copies_of_a_killed_run_are_swept_up_and_those_of_a_running_one_are_not(archive: OriginalArchive) -> None:
    incoming = archive.folder / "incoming"
    incoming.mkdir(parents=True)
    (incoming / f"{os.getpid()}-aa").write_bytes(b"half")
    (incoming / "4194999-bb").write_bytes(b"half")  # beyond the largest process id
    archive.sweep()
    assert [path.name for path in left_in(archive)] == [f"{os.getpid()}-aa"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can tell")
def test_a_file_that_somebody_has_open_for_writing_is_known_to_be_so(tmp_path: Path) -> None:
    file = tmp_path / "a"
    with file.open("wb"):
        assert being_written(file)
    with file.open("rb"):
        assert not being_written(file)
    assert not being_written(tmp_path / "none")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_an_error_of_its_own(archive: OriginalArchive, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x")
    (tmp_path / "a").chmod(0)
    with pytest.raises(PermissionError):
        archive.keep(tmp_path / "a")
