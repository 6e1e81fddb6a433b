"""Containers: scanned PDFs, Chinese Windows zips, an encrypted zip and e-mails, byte for byte the same in every run.

Called by `inbox`.
"""

from __future__ import annotations

import base64
import io
import struct
import zipfile
import zlib
from email.message import EmailMessage
from email.policy import SMTP

from PIL import Image

_EPOCH = (2024, 3, 8, 14, 30, 0)


def scan_pdf(pages: list[tuple[bytes, int]]) -> bytes:
    """A scanner's PDF: one JPEG a page, given as (bytes, dpi). Pictures come first, so that a cut file holds no page at all."""
    objects: list[bytes] = []
    kids: list[str] = []
    count = len(pages)
    for content, _ in pages:
        with Image.open(io.BytesIO(content), formats=["JPEG"]) as image:
            colour = "/DeviceGray" if image.mode == "L" else "/DeviceRGB"
            head = f"<</Type/XObject/Subtype/Image/Width {image.width}/Height {image.height}/ColorSpace{colour}/BitsPerComponent 8"
        objects.append(f"{head}/Filter/DCTDecode/Length {len(content)}>>stream\n".encode() + content + b"\nendstream")
    for index, (content, dpi) in enumerate(pages):
        with Image.open(io.BytesIO(content), formats=["JPEG"]) as image:
            width, height = image.width * 72 / dpi, image.height * 72 / dpi
        stream = f"q {width:.2f} 0 0 {height:.2f} 0 0 cm /P Do Q".encode()
        objects.append(f"<</Length {len(stream)}>>stream\n".encode() + stream + b"\nendstream")
        kids.append(f"{len(objects) + 1} 0 R")
        box = f"/MediaBox[0 0 {width:.2f} {height:.2f}]/Resources<</XObject<</P {index + 1} 0 R>>>>"
        objects.append(f"<</Type/Page/Parent {3 * count + 1} 0 R{box}/Contents {len(objects)} 0 R>>".encode())
    objects.append(f"<</Type/Pages/Count {count}/Kids[{' '.join(kids)}]>>".encode())
    objects.append(f"<</Type/Catalog/Pages {3 * count + 1} 0 R>>".encode())
    out = io.BytesIO()
    out.write(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(out.tell())
        out.write(f"{number} 0 obj\n".encode() + body + b"\nendobj\n")
    start = out.tell()
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    out.write(f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}".encode())
    out.write(f"trailer<</Size {len(objects) + 1}/Root {len(objects)} 0 R>>\nstartxref\n{start}\n%%EOF\n".encode())
    return out.getvalue()


class _WindowsEntry(zipfile.ZipInfo):
    """A member named as Chinese Windows does it: GBK bytes, the UTF-8 flag not set."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:
        return self.filename.encode("gbk"), self.flag_bits & ~0x800


def windows_zip(members: dict[str, bytes]) -> bytes:
    """A zip with GBK member names."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in members.items():
            entry = _WindowsEntry(name, _EPOCH)
            entry.create_system = 0
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _crc_step(crc: int, byte: int) -> int:
    return (zlib.crc32(bytes([byte]), crc ^ 0xFFFFFFFF) ^ 0xFFFFFFFF) & 0xFFFFFFFF


class _ZipCipher:
    """The traditional encryption of APPNOTE 6.1, which Windows tools still write."""

    def __init__(self, password: bytes) -> None:
        self._keys = [0x12345678, 0x23456789, 0x34567890]
        for byte in password:
            self._update(byte)

    def _update(self, byte: int) -> None:
        keys = self._keys
        keys[0] = _crc_step(keys[0], byte)
        keys[1] = ((keys[1] + (keys[0] & 0xFF)) * 134775813 + 1) & 0xFFFFFFFF
        keys[2] = _crc_step(keys[2], keys[1] >> 24)

    def encrypt(self, data: bytes) -> bytes:
        """Encrypt `data`, going on from the state so far."""
        result = bytearray()
        for byte in data:
            mix = (self._keys[2] | 2) & 0xFFFF
            result.append(byte ^ (((mix * (mix ^ 1)) >> 8) & 0xFF))
            self._update(byte)
        return bytes(result)


def locked_zip(name: str, content: bytes, password: bytes) -> bytes:
    """A zip with one stored member under a password."""
    crc = zlib.crc32(content)
    body = _ZipCipher(password).encrypt(bytes(range(11)) + bytes([crc >> 24]) + content)
    label = name.encode("gbk")
    common = struct.pack("<HHHHHIIIHH", 20, 1, 0, 0x73C0, 0x5868, crc, len(body), len(content), len(label), 0)
    local = b"PK\x03\x04" + common + label + body
    central = b"PK\x01\x02" + struct.pack("<H", 20) + common + struct.pack("<HHHII", 0, 0, 0, 0, 0) + label
    return local + central + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(central), len(local), 0)


_TYPES = {
    "docx": ("application", "vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "jpg": ("image", "jpeg"),
    "pdf": ("application", "pdf"),
}


def modern_mail(sender: tuple[str, str], subject: str, date: str, text: str, attachments: dict[str, bytes]) -> bytes:
    """An e-mail whose attachment names follow RFC 2231. `date` as in the Date header."""
    message = EmailMessage(policy=SMTP)
    message["From"] = f"{sender[0]} <{sender[1]}>"
    message["To"] = "会员与质量推进部 <quality@example.org>"
    message["Subject"] = subject
    message["Date"] = date
    message["Message-ID"] = f"<{zlib.crc32(subject.encode()):08x}@example.org>"
    message.set_content(text)
    for name, content in attachments.items():
        major, minor = _TYPES[name.rsplit(".", 1)[1]]
        message.add_attachment(content, maintype=major, subtype=minor, filename=name)
    message.set_boundary(f"==={zlib.crc32(date.encode()):08x}===")
    return message.as_bytes()


def _encoded_word(text: str) -> str:
    return f"=?gb18030?B?{base64.b64encode(text.encode('gb18030')).decode()}?="


def foxmail_mail(sender: tuple[str, str], subject: str, date: str, text: str, attachments: dict[str, bytes]) -> bytes:
    """An e-mail as older Chinese clients write it: gb18030 body, attachment names as RFC 2047 words inside parameters."""
    boundary = f"----=_001_NextPart{zlib.crc32(date.encode()):010d}_=----"
    head = [
        f"Date: {date}",
        f"From: {_encoded_word(sender[0])} <{sender[1]}>",
        f"To: {_encoded_word('会员与质量推进部')} <quality@example.org>",
        f"Subject: {_encoded_word(subject)}",
        f"Message-ID: <{zlib.crc32(subject.encode()):08x}@example.org>",
        "X-Mailer: Foxmail 7.2.25.228[cn]",
        "MIME-Version: 1.0",
        f'Content-Type: multipart/mixed; boundary="{boundary}"',
        "",
        f"--{boundary}",
        'Content-Type: text/plain; charset="gb2312"',
        "Content-Transfer-Encoding: base64",
        "",
        base64.encodebytes(text.encode("gb18030")).decode().strip().replace("\n", "\r\n"),
    ]
    for name, content in attachments.items():
        head += [
            f"--{boundary}",
            f'Content-Type: application/octet-stream; name="{_encoded_word(name)}"',
            "Content-Transfer-Encoding: base64",
            f'Content-Disposition: attachment; filename="{_encoded_word(name)}"',
            "",
            base64.encodebytes(content).decode().strip().replace("\n", "\r\n"),
        ]
    return ("\r\n".join([*head, f"--{boundary}--", ""])).encode("ascii")
