"""Taking in: from the moment a file is noted nothing that happens to the inbox can lose it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from flows.inbox import SHANGHAI, inodes, walk
from flows.intake import left_over, take_in
from flows.original_archive import OriginalArchive
from schemas.codes import FileStatus
from schemas.records import FileRecord, stable_id
from warehouse.connection import Warehouse, open_warehouse
from warehouse.load import load_file
from warehouse.read import first_copy

NOON = datetime(2024, 3, 20, 12, tzinfo=SHANGHAI)


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


@pytest.fixture
def archive(tmp_path: Path) -> OriginalArchive:
    return OriginalArchive(tmp_path / "originals")


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[Warehouse]:
    with open_warehouse(tmp_path / "w.duckdb") as opened:
        yield opened


def taken(inbox: Path, warehouse: Warehouse, archive: OriginalArchive) -> list[str]:
    return [original.path for original in take_in(walk([inbox]), NOON, warehouse, archive).originals]


def loaded(warehouse: Warehouse, path: str, sha256: str) -> None:
    load_file(
        warehouse,
        FileRecord(
            file_id=stable_id(sha256, path),
            path=path,
            sha256=sha256,
            media_type="text/plain",
            received_at=NOON,
            status=FileStatus.LOADED,
        ),
    )


def test_what_was_noted_is_left_over_until_it_is_loaded_though_the_original_is_gone(
    inbox: Path, warehouse: Warehouse, archive: OriginalArchive
) -> None:
    (inbox / "a.txt").write_bytes(b"a")
    (original,) = take_in(walk([inbox]), None, warehouse, archive).originals
    (inbox / "a.txt").unlink()
    (again,) = left_over(warehouse, archive).originals
    assert (again.path, again.sha256, again.received_at) == (original.path, original.sha256, original.received_at)
    assert archive.location(again.sha256).read_bytes() == b"a"
    loaded(warehouse, again.path, again.sha256)
    assert left_over(warehouse, archive).originals == []


def test_taking_the_same_folder_in_twice_notes_and_copies_nothing_twice(
    inbox: Path, warehouse: Warehouse, archive: OriginalArchive, monkeypatch: pytest.MonkeyPatch
) -> None:
    (inbox / "a.txt").write_bytes(b"a")
    assert taken(inbox, warehouse, archive) == ["a.txt"]
    monkeypatch.setattr(OriginalArchive, "keep", lambda *_: pytest.fail("copied again"))
    assert taken(inbox, warehouse, archive) == ["a.txt"]
    assert warehouse.execute("SELECT count(*) FROM core.intake") == [(1,)]


def test_new_content_under_the_same_name_is_a_new_arrival_and_both_are_kept(
    inbox: Path, warehouse: Warehouse, archive: OriginalArchive
) -> None:
    for content in (b"first", b"second"):
        (inbox / "a.txt").write_bytes(content)
        taken(inbox, warehouse, archive)
    kept = {archive.location(one.sha256).read_bytes() for one in left_over(warehouse, archive).originals}
    assert kept == {b"first", b"second"}


def test_an_original_that_is_no_longer_in_the_archive_is_told_not_forgotten(
    inbox: Path, warehouse: Warehouse, archive: OriginalArchive
) -> None:
    (inbox / "a.txt").write_bytes(b"a")
    (original,) = take_in(walk([inbox]), NOON, warehouse, archive).originals
    archive.location(original.sha256).unlink()
    ((path, reason),) = left_over(warehouse, archive).refused
    assert path == "a.txt" and "重新放入" in reason


def test_names_that_are_long_or_alike_are_each_an_arrival_of_its_own(inbox: Path, warehouse: Warehouse, archive: OriginalArchive) -> None:
    long = "长" * 83 + ".docx"  # 254 bytes
    names = ["Form.docx", "form.docx", "FORM.docx", "有 空格.docx", long, "x" * 251 + ".txt"]
    for name in names:
        (inbox / name).write_bytes(b"the same in all")
    raw = os.fsencode(inbox)
    for encoded in ("张三.docx".encode(), "张三.docx".encode("gbk")):  # read alike, and are two files
        (Path(os.fsdecode(raw + b"/" + encoded))).write_bytes(b"the same in all")
    found = taken(inbox, warehouse, archive)
    assert len(found) == len(set(found)) == len(names) + 2
    assert set(names) | {"张三.docx"} <= set(found)
    assert warehouse.execute("SELECT count(*) FROM core.pending") == [(len(names) + 2,)]


def test_our_own_files_in_a_watched_folder_are_nobodys_material(inbox: Path) -> None:
    (inbox / "w.duckdb").write_bytes(b"a warehouse")
    (inbox / "w.originals" / "ab").mkdir(parents=True)
    (inbox / "w.originals" / "ab" / "abc").write_bytes(b"an original")
    (inbox / "a.txt").write_bytes(b"a")
    os.link(inbox / "w.duckdb", inbox / "another name of it")
    ours = inodes([inbox / "w.duckdb", inbox / "w.originals", inbox / "none"])
    assert [found.path for found in walk([inbox], leave_out=ours)] == ["a.txt"]


def test_a_time_that_no_calendar_has_does_not_stop_the_walk(inbox: Path) -> None:
    (inbox / "a.txt").write_bytes(b"a")
    os.utime(inbox / "a.txt", (2**40, 2**40))
    (found,) = walk([inbox])
    assert found.changed_at.year >= 2024


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every folder")
def test_a_folder_that_may_not_be_read_is_told(inbox: Path) -> None:
    (inbox / "closed").mkdir(mode=0)
    closed: list[tuple[str, str]] = []
    assert list(walk([inbox], closed=closed)) == []
    assert [name for name, _ in closed] == ["closed"]


def test_a_copy_that_was_loaded_before_its_first_copy_does_not_keep_the_content_from_being_read(warehouse: Warehouse) -> None:
    sha256 = "ab" * 32
    copy = FileRecord(
        file_id=stable_id(sha256, "b.txt"),
        path="b.txt",
        sha256=sha256,
        media_type="text/plain",
        received_at=NOON,
        status=FileStatus.DUPLICATE,
        duplicate_of=stable_id(sha256),
    )
    load_file(warehouse, copy)
    assert first_copy(warehouse, sha256) is None
    loaded(warehouse, "a.txt", sha256)
    assert first_copy(warehouse, sha256) == stable_id(sha256, "a.txt")
