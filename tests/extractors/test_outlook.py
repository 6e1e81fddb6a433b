"""Outlook messages: every attachment comes out under its name, with the time of the message, and no logo among them."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from extractors import outlook, reading, sniff
from schemas.errors import RejectedFile, RejectionCode
from schemas.settings import Limits, Settings
from tests.extractors.compound_file import Tree, attachment, compound_file, message
from tests.extractors.make_sources import photo

SETTINGS = Settings()
SENT = datetime(2024, 3, 25, 8, 30, tzinfo=UTC)


def _msg(tmp_path: Path, tree: Tree) -> Path:
    path = tmp_path / "无扩展名"
    path.write_bytes(compound_file(tree))
    return path


def _members(path: Path, settings: Settings = SETTINGS) -> dict[str, bytes]:
    found = reading.inspect(path, settings)
    assert found.container
    members = reading.expand(path, found.media_type, path.parent / "out", settings)
    return {member.name: member.location.read_bytes() for member in members}


def _refused(path: Path, settings: Settings = SETTINGS) -> str:
    with pytest.raises(RejectedFile) as caught:
        _members(path, settings)
    return caught.value.code


def test_golden_every_attachment_comes_out_with_its_chinese_name_and_the_body_stays_behind(tmp_path: Path) -> None:
    inner = message([attachment("证书（镕）.pdf", b"%PDF-3")], subject="补充材料", sent=SENT, attached=True)
    path = _msg(
        tmp_path,
        message(
            [
                attachment("申报表-赵喆.docx", b"one" * 3000),
                attachment("工会会员服务卡.jpg".encode("gb18030"), b"two"),
                attachment("", inner),
                attachment("../../etc/passwd", b"four"),
            ],
            subject="申报",
            sent=SENT,
            codepage=936,
        ),
    )
    members = _members(path)
    assert list(members) == ["申报表-赵喆.docx", "工会会员服务卡.jpg", "补充材料.eml", "passwd"]
    assert members["申报表-赵喆.docx"] == b"one" * 3000
    assert reading.received_at(path, sniff.OUTLOOK) == SENT


def test_a_message_attached_to_a_message_opens_as_a_mail_and_is_the_same_in_every_run(tmp_path: Path) -> None:
    deepest = message([attachment("证书.pdf", b"%PDF-1")], subject="二", attached=True)
    inner = message([attachment("", deepest), attachment("身份证.jpg", photo(900, 600))], subject="一", sent=SENT, attached=True)
    path = _msg(tmp_path, message([attachment("", inner)]))
    first, second = _members(path), _members(path)
    assert first == second
    (tmp_path / "inner").write_bytes(first["一.eml"])
    assert reading.received_at(tmp_path / "inner", sniff.MAIL) == SENT
    assert _members(tmp_path / "inner")["身份证.jpg"] == photo(900, 600)
    (tmp_path / "deepest").write_bytes(_members(tmp_path / "inner")["二.eml"])
    assert _members(tmp_path / "deepest") == {"证书.pdf": b"%PDF-1"}


def test_a_mail_attached_to_a_message_is_a_member(tmp_path: Path) -> None:
    inner = b"From: a@b\r\nTo: c@d\r\nSubject: x\r\n\r\nhello\r\n"
    assert _members(_msg(tmp_path, message([attachment("转发.eml", inner)]))) == {"转发.eml": inner}


def _noise(width: int, height: int) -> bytes:
    """A photo as heavy as a real one."""
    buffer = BytesIO()
    Image.effect_noise((width, height), 90).save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


def test_logos_and_banners_of_a_signature_are_left_out_and_a_pasted_certificate_is_kept(tmp_path: Path) -> None:
    shown = {
        "logo.png": photo(100, 40),
        "banner.jpg": _noise(1600, 320),
        "small.jpg": _noise(280, 280),
        "image001.jpg": _noise(900, 640),
    }
    assert min(len(shown["banner.jpg"]), len(shown["small.jpg"])) > 20_000
    parts = [attachment(name, data, content_id=f"{name}@01", hidden=True, kind="image/jpeg") for name, data in shown.items()]
    # Outlook gives an ordinary attachment a Content-ID too.
    parts.append(attachment("印章.png", photo(100, 100), content_id="x@01", kind="image/png"))
    assert list(_members(_msg(tmp_path, message(parts)))) == ["image001.jpg", "印章.png"]


def test_a_draft_has_no_time_rather_than_an_invented_one(tmp_path: Path) -> None:
    assert outlook.sent_at(_msg(tmp_path, message([]))) is None


@pytest.mark.parametrize("name", ["smime.p7m", "message.rpmsg"])
def test_an_encrypted_message_is_reported_as_such(name: str, tmp_path: Path) -> None:
    enveloped = bytes.fromhex("30820100060b2a864886f70d010703a0") + bytes(50)
    assert _refused(_msg(tmp_path, message([attachment(name, enveloped)]))) == RejectionCode.ENCRYPTED


def test_what_a_signed_message_holds_is_not_lost(tmp_path: Path) -> None:
    signed = (
        b'Content-Type: multipart/signed; boundary="s"\r\n\r\n--s\r\nContent-Type: application/pdf; name="a.pdf"\r\n\r\nx\r\n'
        b"--s\r\nContent-Type: application/pkcs7-signature; name=smime.p7s\r\n\r\ny\r\n--s--\r\n"
    )
    assert _members(_msg(tmp_path, message([attachment("smime.p7m", signed, kind="multipart/signed")]))) == {"a.pdf": b"x"}


def test_half_a_message_is_called_corrupt(tmp_path: Path) -> None:
    path = _msg(tmp_path, message([attachment("a.pdf", b"x" * 20_000)]))
    path.write_bytes(path.read_bytes()[:-300])
    assert _refused(path) == RejectionCode.CORRUPT


def test_messages_nested_without_end_are_refused(tmp_path: Path) -> None:
    tree = message([], attached=True)
    for _ in range(6):
        tree = message([attachment("", tree)], attached=True)
    path = _msg(tmp_path, message([attachment("", tree)]))
    assert _refused(path) == RejectionCode.ARCHIVE_BOMB


def test_a_message_with_too_many_attachments_is_refused(tmp_path: Path) -> None:
    path = _msg(tmp_path, message([attachment(f"{number}.pdf", b"x") for number in range(3)]))
    assert _refused(path, Settings(limits=Limits(members=2))) == RejectionCode.ARCHIVE_BOMB
