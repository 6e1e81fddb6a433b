"""The entry to the readers: each file is read or refused with a sentence, and nothing a parser throws gets past it."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from extractors import mail, reading, sniff
from extractors.reading import FORMATS, NOT_READ, PagedFormat
from schemas.errors import REMEDIES, RejectedFile, RejectionCode
from schemas.settings import Limits, Settings
from tests.extractors.make_sources import DATA, photo

SETTINGS = Settings()
HOSTILE = Path(__file__).resolve().parents[3] / "shared" / "hostile"
KINDS = {"docx", "zip", "eml", "office"}


def _refused(path: Path, settings: Settings = SETTINGS) -> RejectedFile:
    with pytest.raises(RejectedFile) as caught:
        reading.inspect(path, settings)
    return caught.value


def test_a_word_file_is_inspected_with_its_pictures_counted() -> None:
    assert reading.inspect(DATA / "everything.docx", SETTINGS) == reading.Inspection(media_type=sniff.DOCX, container=False, pages=2)


def test_an_archive_is_a_container_and_comes_apart(tmp_path: Path) -> None:
    found = reading.inspect(DATA / "windows.zip", SETTINGS)
    assert (found.container, found.pages) == (True, None)
    assert len(reading.expand(DATA / "windows.zip", found.media_type, tmp_path, SETTINGS)) == 2


def test_only_a_mail_knows_when_it_was_sent() -> None:
    assert reading.received_at(DATA / "attachments.eml", sniff.MAIL) == mail.received_at(DATA / "attachments.eml")
    assert reading.received_at(DATA / "windows.zip", sniff.ZIP) is None


def test_an_empty_file_is_not_called_corrupt(tmp_path: Path) -> None:
    (tmp_path / "a.docx").touch()
    assert _refused(tmp_path / "a.docx").code == RejectionCode.EMPTY


def test_a_file_above_the_limit_is_not_opened(tmp_path: Path) -> None:
    assert _refused(DATA / "everything.docx", Settings(limits=Limits(file_bytes=100))).code == RejectionCode.TOO_LARGE


def test_too_many_pages_are_refused_before_one_is_read() -> None:
    assert _refused(DATA / "everything.docx", Settings(limits=Limits(pages=1))).code == RejectionCode.TOO_LARGE


def test_a_word_file_with_a_password_is_told_from_an_old_one(tmp_path: Path) -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
    for stream, code in {"EncryptedPackage": RejectionCode.ENCRYPTED, "WordDocument": RejectionCode.CORRUPT}.items():
        (tmp_path / stream).write_bytes(ole + stream.encode("utf-16-le"))
        assert _refused(tmp_path / stream).code == code


def test_who_sends_slides_learns_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "PowerPoint Document".encode("utf-16-le"))
    assert "ppt" in _refused(tmp_path / "a").message


def test_who_sends_what_is_not_read_is_told_one_way_out_not_two(tmp_path: Path) -> None:
    for content, sentence in (
        (b"\x1f\x8b\x08" + bytes(60), NOT_READ[sniff.GZIP]),
        (b"\x00\x01\x02\x03" * 20, REMEDIES[RejectionCode.UNSUPPORTED_TYPE]),
    ):
        (tmp_path / "a").write_bytes(content)
        assert _refused(tmp_path / "a").message == sentence


def test_no_refusal_shows_where_the_program_keeps_its_copies(tmp_path: Path) -> None:
    for name, content in (("a.pdf", b"%PDF-1.7\n" + bytes(2_000)), ("a.jpg", photo(500, 700)[:200])):
        (tmp_path / name).write_bytes(content)
        assert str(tmp_path) not in str(_refused(tmp_path / name))
    assert str(RejectedFile(RejectionCode.CORRUPT, page=3)) == REMEDIES[RejectionCode.CORRUPT] + "（第3页）"


@pytest.mark.parametrize("media_type", NOT_READ)
def test_every_sentence_about_a_type_ends_as_one_and_belongs_to_no_reader(media_type: str) -> None:
    assert NOT_READ[media_type].startswith("这是") and NOT_READ[media_type].endswith("。")
    assert media_type not in FORMATS


def test_whatever_a_parser_throws_becomes_a_rejection_and_the_disks_troubles_do_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.jpg").write_bytes(photo(50, 50))
    row = FORMATS["image/jpeg"]
    assert isinstance(row, PagedFormat)

    def failing(error: Exception) -> None:
        def count(path: Path, settings: Settings) -> int:
            raise error

        monkeypatch.setattr(reading, "FORMATS", {**FORMATS, "image/jpeg": replace(row, count=count)})

    for error, code in (
        (KeyError("x"), RejectionCode.CORRUPT),
        (RecursionError(), RejectionCode.CORRUPT),
        (MemoryError(), RejectionCode.TOO_LARGE),
    ):
        failing(error)
        assert _refused(tmp_path / "a.jpg").code == code
    failing(OSError(28, "No space left on device"))
    with pytest.raises(OSError, match="No space"):
        reading.inspect(tmp_path / "a.jpg", SETTINGS)


def _hostile() -> list[tuple[str, str]]:
    if not (HOSTILE / "manifest.csv").exists():
        return []
    with (HOSTILE / "manifest.csv").open(encoding="utf-8") as file:
        return [
            (line["file"], line["expected"] if line["grade"] == "must" else "either")
            for line in csv.DictReader(file)
            if line["kind"] in KINDS
        ]


@pytest.mark.skipif(not _hostile(), reason="../shared/hostile is not there: the collection of hostile files is not part of the repository")
def test_every_hostile_file_ends_as_it_must_without_a_crash_or_a_write_elsewhere(tmp_path: Path) -> None:
    wrong = []
    for name, expected in _hostile():
        folder = tmp_path / name
        try:
            found = reading.inspect(HOSTILE / name, SETTINGS)
            if found.container:
                reading.expand(HOSTILE / name, found.media_type, folder, SETTINGS)
            else:
                reading.read_pages(HOSTILE / name, found.media_type, 1, 1, SETTINGS)
            outcome = "readable"
        except RejectedFile:
            outcome = "clear error"
        if expected not in {"either", outcome}:
            wrong.append((name, outcome, expected))
    assert not wrong
    assert all(path.parent.parent == tmp_path for path in tmp_path.rglob("*") if path.is_file())
