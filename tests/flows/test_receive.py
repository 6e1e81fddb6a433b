"""Receiving: every file that arrives becomes exactly one arrival, under the right name, with the right time."""

from __future__ import annotations

import hashlib
import io
import os
import zipfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from PIL import Image

from flows.find_original import OriginalMissing, find_original
from flows.inbox import SHANGHAI, is_temporary, readable_name, walk
from flows.intake import take_in
from flows.original_archive import OriginalArchive
from flows.reading_pool import ReadingPool
from flows.receive import Delivery, Ledger, Receiver
from schemas.records import FileRecord, stable_id
from schemas.settings import Limits, Settings
from warehouse.connection import open_warehouse
from warehouse.load import load_file

NOON = datetime(2024, 3, 20, 12, tzinfo=SHANGHAI)
NEW = Ledger(known_file=lambda path, sha256: None, first_copy=lambda sha256: None)


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReadingPool]:
    limits = Limits(depth=2, members=20, expanded_bytes=3_000_000)
    with ReadingPool(Settings(cache_dir=tmp_path_factory.mktemp("cache"), workers=2, limits=limits)) as started:
        yield started


def picture(shade: int, *, size: int = 60) -> bytes:
    """A small JPEG; each shade has its own content."""
    stream = io.BytesIO()
    Image.new("RGB", (size, size), (shade, 10, 200)).save(stream, "JPEG")
    return stream.getvalue()


def zipped(members: dict[str, bytes], *, encoding: str = "utf-8") -> bytes:
    """A zip; with `gbk` its names are written as Chinese Windows does, without the UTF-8 flag."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for number, (name, data) in enumerate(members.items()):
            archive.writestr(zipfile.ZipInfo(f"{number}" * len(name.encode(encoding))), data)
    raw = stream.getvalue()
    for number, name in enumerate(members):
        encoded = name.encode(encoding)
        raw = raw.replace(f"{number}".encode() * len(encoded), encoded)
    return raw


def mail(attachments: dict[str, bytes], date: str | None) -> bytes:
    """An e-mail with attachments."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@example.com", "b@example.com", "申报材料"
    if date is not None:
        message["Date"] = date
    message.set_content("请查收。")
    for name, data in attachments.items():
        message.add_attachment(data, maintype="image", subtype="jpeg", filename=name)
    return message.as_bytes()


def receive(
    pool: ReadingPool, tmp_path: Path, files: dict[str, bytes], *, ledger: Ledger = NEW, received_at: datetime | None = NOON
) -> Delivery:
    """Lay the files into an inbox and receive it."""
    inbox = tmp_path / "inbox"
    for name, data in files.items():
        (inbox / name).parent.mkdir(parents=True, exist_ok=True)
        (inbox / name).write_bytes(data)
    return receive_from(pool, ledger, tmp_path, [inbox], received_at)


def receive_from(pool: ReadingPool, ledger: Ledger, tmp_path: Path, roots: Sequence[Path], received_at: datetime | None) -> Delivery:
    """Take in what lies below the roots, and receive it."""
    archive = OriginalArchive(tmp_path / "originals")
    with open_warehouse(tmp_path / "intake.duckdb") as warehouse:
        originals = take_in(walk(roots), received_at, warehouse, archive).originals
    return Receiver(pool, ledger, pool.settings.work_dir / tmp_path.name).receive(originals, archive.location)


def by_path(delivery: Delivery) -> dict[str, FileRecord]:
    """The records of a delivery by path."""
    records = {arrival.record.path: arrival.record for arrival in delivery.arrivals}
    assert len(records) == len(delivery.arrivals)
    return records


def states(delivery: Delivery) -> dict[str, str]:
    """The final or intended state of each path."""
    return {path: record.error_code or record.status for path, record in by_path(delivery).items()}


def test_files_in_folders_keep_their_relative_path_and_their_identity(pool: ReadingPool, tmp_path: Path) -> None:
    data = picture(1)
    record = by_path(receive(pool, tmp_path, {"张三/身份证.jpg": data}))["张三/身份证.jpg"]
    sha256 = hashlib.sha256(data).hexdigest()
    assert (record.sha256, record.file_id, record.media_type, record.pages) == (sha256, stable_id(sha256), "image/jpeg", 1)
    assert record.received_at == NOON


def test_a_zip_from_chinese_windows_has_readable_names(pool: ReadingPool, tmp_path: Path) -> None:
    delivery = receive(pool, tmp_path, {"材料.zip": zipped({"张三/申报表.jpg": picture(2)}, encoding="gbk")})
    records = by_path(delivery)
    assert set(records) == {"材料.zip", "材料.zip!/张三/申报表.jpg"}
    outer, inner = records["材料.zip"], records["材料.zip!/张三/申报表.jpg"]
    assert inner.parent_file_id == outer.file_id
    assert (outer.status, outer.pages) == ("loaded", None)


def test_containers_in_containers_are_opened_and_keep_the_outer_time(pool: ReadingPool, tmp_path: Path) -> None:
    letter = mail({"a.zip": zipped({"证书.jpg": picture(3)})}, "Mon, 11 Mar 2024 09:30:00 +0800")
    records = by_path(receive(pool, tmp_path, {"信.eml": letter}))
    inner = records["信.eml!/a.zip!/证书.jpg"]
    assert inner.received_at == records["信.eml"].received_at == datetime(2024, 3, 11, 9, 30, tzinfo=SHANGHAI)
    assert inner.parent_file_id == records["信.eml!/a.zip"].file_id


def test_an_undated_mail_and_other_files_have_the_time_given_or_the_time_of_change(pool: ReadingPool, tmp_path: Path) -> None:
    files = {"无日期.eml": mail({"x.jpg": picture(4)}, None), "photo.jpg": picture(5)}
    assert {record.received_at for record in by_path(receive(pool, tmp_path, files)).values()} == {NOON}
    changed = datetime(2024, 2, 1, 8, tzinfo=SHANGHAI)
    for name in files:
        os.utime(tmp_path / "inbox" / name, (changed.timestamp(), changed.timestamp()))
    undated = by_path(receive(pool, tmp_path, {}, received_at=None))
    assert {record.received_at for record in undated.values()} == {changed}
    assert {record.received_at.utcoffset() for record in undated.values()} == {NOON.utcoffset()}


def test_the_same_content_counts_once_and_the_loose_copy_comes_first(pool: ReadingPool, tmp_path: Path) -> None:
    data = picture(6)
    files = {"a.zip": zipped({"z.jpg": data}), "b/照片.jpg": data, "c/照片_副本.jpg": data}
    delivery = receive(pool, tmp_path, files)
    assert states(delivery) == {"a.zip": "loaded", "a.zip!/z.jpg": "duplicate", "b/照片.jpg": "loaded", "c/照片_副本.jpg": "duplicate"}
    records = by_path(delivery)
    first = records["b/照片.jpg"]
    copies = [records["a.zip!/z.jpg"], records["c/照片_副本.jpg"]]
    assert {copy.duplicate_of for copy in copies} == {first.file_id}
    assert len({record.file_id for record in [first, *copies]}) == 3


def test_a_copied_archive_is_not_opened_twice(pool: ReadingPool, tmp_path: Path) -> None:
    archive = zipped({"z.jpg": picture(7)})
    assert states(receive(pool, tmp_path, {"1.zip": archive, "2.zip": archive})) == {
        "1.zip": "loaded",
        "1.zip!/z.jpg": "loaded",
        "2.zip": "duplicate",
    }


def test_what_the_warehouse_has_is_not_received_again(pool: ReadingPool, tmp_path: Path) -> None:
    known, copied = picture(8), picture(9)
    sha256 = hashlib.sha256(copied).hexdigest()
    ledger = Ledger(
        known_file=lambda path, sha256: "0" * 16 if path == "known.jpg" else None,
        first_copy=lambda digest: "1" * 16 if digest == sha256 else None,
    )
    delivery = receive(pool, tmp_path, {"known.jpg": known, "copy.jpg": copied}, ledger=ledger)
    assert delivery.known == 1
    record = by_path(delivery)["copy.jpg"]
    assert (record.status, record.duplicate_of, record.file_id) == ("duplicate", "1" * 16, stable_id(sha256, "copy.jpg"))


def test_unreadable_files_are_recorded_each_with_its_reason(pool: ReadingPool, tmp_path: Path) -> None:
    files = {
        "空1.pdf": b"",
        "空2.docx": b"",
        "坏.pdf": b"%PDF-1.7\n" + os.urandom(500),
        "程序.bin": os.urandom(64),
        "坏.zip": b"PK\x03\x04" + b"x" * 40,
    }
    delivery = receive(pool, tmp_path, files)
    found = states(delivery)
    assert {path: found[path] for path in ("空1.pdf", "空2.docx", "坏.pdf", "程序.bin")} == {
        "空1.pdf": "EMPTY",
        "空2.docx": "EMPTY",
        "坏.pdf": "CORRUPT",
        "程序.bin": "UNSUPPORTED_TYPE",
    }
    assert found["坏.zip"] in {"CORRUPT", "UNSUPPORTED_TYPE"}
    for record in by_path(delivery).values():
        assert record.error and record.error.endswith("。") and str(tmp_path) not in record.error


def _nested(depth: int) -> bytes:
    data = zipped({"photo.jpg": picture(11)})
    for _ in range(depth - 1):
        data = zipped({"inner.zip": data})
    return data


@pytest.mark.parametrize(("depth", "ending"), [(2, "photo.jpg"), (3, "inner.zip")])
def test_archives_nested_too_deep_are_rejected_and_not_searched(pool: ReadingPool, tmp_path: Path, depth: int, ending: str) -> None:
    found = states(receive(pool, tmp_path, {"a.zip": _nested(depth)}))
    deepest = max(found, key=len)
    assert deepest.endswith(ending)
    assert found[deepest] == ("loaded" if ending == "photo.jpg" else "ARCHIVE_BOMB")


def test_many_small_archives_in_one_cannot_fill_the_disk_together(pool: ReadingPool, tmp_path: Path) -> None:
    inner = {f"{number}.zip": zipped({f"{number}.bin": os.urandom(900_000)}) for number in range(6)}
    outer = io.BytesIO()
    with zipfile.ZipFile(outer, "w") as archive:
        for name, data in inner.items():
            archive.writestr(name, data)
    delivery = receive(pool, tmp_path, {"a.zip": outer.getvalue()})
    assert "ARCHIVE_BOMB" in states(delivery).values()
    expanded = [arrival for arrival in delivery.arrivals if arrival.record.path.count("!/") == 2]
    assert len(expanded) * 900_000 <= 3_000_000


def test_files_that_are_no_material_are_passed_over(tmp_path: Path) -> None:
    names = ["~$申报表.docx", ".~lock.a.docx#", "a.part", "B.CRDOWNLOAD", "c.tmp", ".DS_Store", "Thumbs.db"]
    for name in [*names, "申报表.docx"]:
        (tmp_path / name).write_bytes(b"x")
    assert [found.path for found in walk([tmp_path])] == ["申报表.docx"]
    assert all(is_temporary(name) for name in names)


def test_pipes_links_to_folders_and_broken_links_cannot_hang_the_walk(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"x")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "gone").symlink_to(tmp_path / "nothing")
    assert [found.path for found in walk([tmp_path])] == ["a.jpg"]


@pytest.mark.parametrize(
    ("raw", "shown"),
    [("张三.jpg".encode(), "张三.jpg"), ("张三.jpg".encode("gbk"), "张三.jpg"), (b"a\xff.jpg", "a\\xff.jpg")],
)
def test_a_name_that_is_not_utf8_is_still_received_readably(tmp_path: Path, raw: bytes, shown: str) -> None:
    assert readable_name(os.fsdecode(raw)) == shown
    (Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + raw))).write_bytes(b"x")
    assert [found.path for found in walk([tmp_path])] == [shown]


def test_the_order_of_the_roots_and_of_the_disk_does_not_matter(pool: ReadingPool, tmp_path: Path) -> None:
    for name in ("b", "a"):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{name}.jpg").write_bytes(picture(12))

    def first(roots: Sequence[Path]) -> list[str]:
        delivery = receive_from(pool, NEW, tmp_path, roots, NOON)
        return [arrival.record.path for arrival in delivery.arrivals if arrival.record.status == "loaded"]

    assert first([tmp_path / "a", tmp_path / "b"]) == first([tmp_path / "b", tmp_path / "a"]) == ["a.jpg"]


def test_the_same_bytes_a_hundred_times_at_once_are_a_hundred_arrivals_and_one_content(pool: ReadingPool, tmp_path: Path) -> None:
    data = picture(21)
    delivery = receive(pool, tmp_path, {f"{number:03}/照片.jpg": data for number in range(100)})
    records = by_path(delivery)
    assert len(records) == 100
    first = records["000/照片.jpg"]
    assert [path for path, record in records.items() if record.status == "loaded"] == [first.path]
    assert {record.duplicate_of for record in records.values()} == {None, first.file_id}
    assert len(list((tmp_path / "originals").glob("??/*"))) == 1


def test_a_member_can_be_found_again_however_deep_it_lay(pool: ReadingPool, tmp_path: Path) -> None:
    data = picture(22)
    letter = mail({"a.zip": zipped({"证书.jpg": data})}, None)
    delivery = receive(pool, tmp_path, {"信.eml": letter})
    archive = OriginalArchive(tmp_path / "originals")
    with open_warehouse(tmp_path / "w.duckdb") as warehouse:
        for arrival in delivery.arrivals:
            load_file(warehouse, arrival.record)
        inner = by_path(delivery)["信.eml!/a.zip!/证书.jpg"]
        found = find_original(warehouse, archive, pool, inner.file_id, pool.settings.work_dir / "again")
        assert found.read_bytes() == data
        outer = find_original(warehouse, archive, pool, by_path(delivery)["信.eml"].file_id, pool.settings.work_dir / "again")
        assert outer.read_bytes() == letter
        archive.location(by_path(delivery)["信.eml"].sha256).unlink()
        with pytest.raises(OriginalMissing):
            find_original(warehouse, archive, pool, inner.file_id, pool.settings.work_dir / "again")


def test_a_truncated_drop_is_rejected_and_the_whole_file_under_the_same_name_is_read(pool: ReadingPool, tmp_path: Path) -> None:
    whole = zipped({"证书.jpg": picture(23)})
    half = by_path(receive(pool, tmp_path, {"材料.zip": whole[:-30]}))["材料.zip"]
    assert half.status == "rejected" and half.error
    again = by_path(receive(pool, tmp_path, {"材料.zip": whole}))
    assert {path: record.status for path, record in again.items()} == {"材料.zip": "loaded", "材料.zip!/证书.jpg": "loaded"}
    assert len(list((tmp_path / "originals").glob("??/*"))) == 2
