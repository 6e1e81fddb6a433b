"""E-mails: every attachment comes out, under the name its sender gave it, with the time of the mail."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from extractors import mail
from schemas.errors import RejectedFile, RejectionCode
from schemas.settings import Limits, Settings
from tests.extractors.make_sources import DATA

SETTINGS = Settings()
_HEAD = b'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n'


def _mail(tmp_path: Path, *parts: bytes, head: bytes = _HEAD) -> Path:
    path = tmp_path / "a.eml"
    path.write_bytes(head + b"".join(b"--b\r\n" + part + b"\r\n" for part in parts) + b"--b--\r\n")
    return path


def _names(path: Path) -> list[str]:
    return [member.name for member in mail.expand(path, path.parent / "out", SETTINGS)]


def test_golden_attachments_named_in_every_way_come_out_under_their_chinese_names(tmp_path: Path) -> None:
    members = mail.expand(DATA / "attachments.eml", tmp_path, SETTINGS)
    golden = json.loads((DATA / "attachments.json").read_text(encoding="utf-8"))
    assert [{"name": member.name, "location": member.location.name} for member in members] == golden
    assert {member.received_at for member in members} == {datetime(2024, 3, 25, 8, 30, tzinfo=UTC)}


def test_a_mail_whose_parts_cannot_be_found_is_called_corrupt_and_not_empty(tmp_path: Path) -> None:
    with pytest.raises(RejectedFile) as caught:
        mail.expand(DATA / "broken.eml", tmp_path, SETTINGS)
    assert caught.value.code == RejectionCode.CORRUPT


def test_body_text_is_no_document(tmp_path: Path) -> None:
    assert _names(_mail(tmp_path, b"Content-Type: text/plain\r\n\r\nhello", b"Content-Type: text/html\r\n\r\n<p>hello")) == []


def test_a_large_inline_photo_is_a_document_and_a_small_one_a_logo(tmp_path: Path) -> None:
    head = (
        b"Content-Type: image/jpeg; name=%s\r\nContent-Disposition: inline\r\nContent-ID: <1>\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    )
    small, large = (base64.encodebytes(b"x" * size) for size in (2_000, 30_000))
    assert _names(_mail(tmp_path, head % b"logo.jpg" + small, head % b"card.jpg" + large)) == ["card.jpg"]


def test_an_attachment_without_a_name_is_not_lost(tmp_path: Path) -> None:
    assert _names(_mail(tmp_path, b"Content-Type: application/pdf\r\n\r\n%PDF-")) == ["附件1.pdf"]


def test_a_boundary_folded_over_two_lines_is_found(tmp_path: Path) -> None:
    part = b"--b b\r\nContent-Type: application/pdf; name=a.pdf\r\n\r\nx\r\n--b b--\r\n"
    head = b'From: a@b\r\nContent-Type: multipart/mixed; boundary="b\r\n b"\r\n\r\n' + part
    assert _names(_mail(tmp_path, head=head)) == ["a.pdf"]


def test_blank_lines_before_the_first_header_lose_no_attachment(tmp_path: Path) -> None:
    assert _names(_mail(tmp_path, b"Content-Type: application/pdf; name=a.pdf\r\n\r\nx", head=b"\r\n\r\n" + _HEAD)) == ["a.pdf"]


def test_an_attached_mail_in_base64_can_be_opened(tmp_path: Path) -> None:
    inner = b"From: a@b\r\nTo: c@d\r\nSubject: x\r\n\r\nhello\r\n"
    part = b"Content-Type: message/rfc822; name=x.eml\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(inner)
    (member,) = mail.expand(_mail(tmp_path, part), tmp_path / "out", SETTINGS)
    assert (member.name, member.location.read_bytes()) == ("x.eml", inner)


@pytest.mark.parametrize("kind", [b"multipart/encrypted; boundary=b", b"application/pkcs7-mime; smime-type=enveloped-data"])
def test_an_encrypted_mail_is_reported_as_such(kind: bytes, tmp_path: Path) -> None:
    with pytest.raises(RejectedFile) as caught:
        _names(_mail(tmp_path, b"Content-Type: text/plain\r\n\r\nx", head=b"From: a@b\r\nContent-Type: " + kind + b"\r\n\r\n"))
    assert caught.value.code == RejectionCode.ENCRYPTED


def test_a_mail_with_too_many_attachments_is_refused(tmp_path: Path) -> None:
    path = _mail(tmp_path, *[b"Content-Type: application/pdf\r\n\r\nx"] * 3)
    with pytest.raises(RejectedFile) as caught:
        mail.expand(path, tmp_path / "out", Settings(limits=Limits(members=2)))
    assert caught.value.code == RejectionCode.ARCHIVE_BOMB


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        (b"Mon, 25 Mar 2024 16:30:00 +0800", datetime(2024, 3, 25, 8, 30, tzinfo=UTC)),
        (b"Mon, 25 Mar 2024 16:30:00", datetime(2024, 3, 25, 8, 30, tzinfo=UTC)),
        (b"Mon, 25 Mar 2024 16:30:00 -0000", datetime(2024, 3, 25, 16, 30, tzinfo=UTC)),
        (b"yesterday", None),
        (b"", None),
    ],
)
def test_the_time_of_a_mail_is_aware_and_never_invented(date: bytes, expected: datetime | None, tmp_path: Path) -> None:
    moment = mail.received_at(_mail(tmp_path, head=b"Date: " + date + b"\r\nFrom: a@b\r\n\r\n"))
    assert moment == expected
    assert moment is None or moment.utcoffset() is not None


@pytest.mark.parametrize("name", [b'filename="=?gb2312?B?a?="', b"filename*0=a; filename*=b", b'filename="=?nonsense?Q?a?="'])
def test_a_broken_name_does_not_lose_the_attachment(name: bytes, tmp_path: Path) -> None:
    part = b"Content-Type: application/pdf\r\nContent-Disposition: attachment; " + name + b"\r\n\r\nx"
    assert len(_names(_mail(tmp_path, part))) == 1


@pytest.mark.parametrize(
    "name",
    [
        "../../a.txt", "/etc/a.txt", "..\\..\\a.txt", "C:\\Windows\\a.txt", "\\\\server\\share\\a.txt", "..", "a\0b.txt",
        "长" * 300 + ".txt",
        "a" * 5_000 + ".txt", "a/../../../b.txt", "c:a.txt",
    ],
)  # fmt: skip
def test_an_attachment_could_choose_where_it_is_written(name: str, tmp_path: Path) -> None:
    encoded = base64.b64encode(name.encode()).decode()
    head = f'Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename="=?utf-8?B?{encoded}?="\r\n\r\n'
    path = _mail(tmp_path, head.encode() + b"content")
    (member,) = mail.expand(path, tmp_path / "out", SETTINGS)
    assert member.location.parent == tmp_path / "out" and member.location.read_bytes() == b"content"
    assert not {"/", "\\", "\0"} & set(member.name) and member.name not in {"", ".", ".."}
    assert {found.name for found in tmp_path.iterdir()} == {"a.eml", "out"} and len(list((tmp_path / "out").iterdir())) == 1
