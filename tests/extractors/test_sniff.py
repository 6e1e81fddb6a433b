"""A file's type comes from its content: a wrong answer sends it to the wrong reader, or to none."""

from __future__ import annotations

from pathlib import Path

import pytest

from extractors import sniff
from tests.extractors.compound_file import attachment, compound_file, message
from tests.extractors.make_sources import everything_docx, paragraph, photo, text_run, word_file, zip_file

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def _stream(name: str) -> bytes:
    return _OLE + name.encode("utf-16-le") + bytes(100)


def _types(main: str) -> bytes:
    return f'<Types><Override ContentType="application/vnd.openxmlformats-officedocument.{main}+xml"/></Types>'.encode()


CASES = {
    "docx": (everything_docx(), sniff.DOCX),
    "docm": (word_file("", main_type="application/vnd.ms-word.document.macroEnabled.main+xml"), sniff.DOCM),
    "xlsx": (zip_file([("[Content_Types].xml", _types("spreadsheetml.sheet.main")), ("xl/workbook.xml", b"<a/>")]), sniff.XLSX),
    "pptx with a table in it": (
        zip_file([("[Content_Types].xml", _types("presentationml.presentation.main") + _types("spreadsheetml.sheet"))]),
        sniff.PPTX,
    ),
    "odt": (zip_file([("mimetype", b"application/vnd.oasis.opendocument.text")]), sniff.ODT),
    "ofd": (zip_file([("OFD.xml", b"<a/>")]), sniff.OFD),
    "zip": (zip_file([("a.txt", b"a")]), sniff.ZIP),
    "half a docx": (everything_docx()[:3000], sniff.DOCX),
    "docx with a password": (_stream("EncryptedPackage"), sniff.ENCRYPTED_OFFICE),
    "doc": (_stream("WordDocument"), sniff.DOC),
    "xls": (_stream("Workbook"), sniff.XLS),
    "msg": (_stream("__properties_version1.0"), sniff.OUTLOOK),
    "msg with an old Word file in it": (compound_file(message([attachment("a.doc", _stream("WordDocument"))])), sniff.OUTLOOK),
    "doc with a sheet in it": (compound_file({"ObjectPool": {"_1": {"Workbook": b"1"}}, "WordDocument": b"1"}), sniff.DOC),
    "jpeg": (photo(20, 20), "image/jpeg"),
    "heic": (b"\x00\x00\x00\x18ftypheic" + bytes(50), "image/heic"),
    "heic of another phone": (b"\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00mif1heic" + bytes(50), "image/heic"),
    "avif": (b"\x00\x00\x00\x1cftypmif1\x00\x00\x00\x00mif1avifmiaf" + bytes(50), "image/avif"),
    "film": (b"\x00\x00\x00\x14ftypisom\x00\x00\x02\x00mp41" + bytes(50), sniff.UNKNOWN),
    "pdf after some rubbish": (b"\r\n\r\n%PDF-1.4\n", sniff.PDF),
    "rtf named doc": (b"{\\rtf1\\ansi", sniff.RTF),
    "mail": (b"From: a@b\r\nTo: c@d\r\nSubject: x\r\n\r\n", sniff.MAIL),
    "mail with only a type": (b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x", sniff.MAIL),
    "mail with raw GBK": ("Subject: 材料\r\nFrom: 张三 <a@b>\r\n\r\n正文".encode("gbk"), sniff.MAIL),
    "web page saved as one file": (b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x", sniff.WEB_ARCHIVE),
    "web page named doc": (b"\xef\xbb\xbf<html xmlns:o='urn:schemas-microsoft-com:office:office'>", sniff.HTML),
    "text that begins like a header": ("Subject: 说明\n材料如下".encode(), sniff.TEXT),
    "text in GBK": ("申报材料清单".encode("gbk"), sniff.TEXT),
    "text in UTF-16": ("申报".encode("utf-16"), sniff.TEXT),
    "text that begins with BM": ("BM 是品牌名".encode(), sniff.TEXT),
    "nothing": (b"", sniff.EMPTY),
    "noise": (bytes(range(256)) * 4, sniff.UNKNOWN),
}


@pytest.mark.parametrize(("content", "expected"), CASES.values(), ids=CASES.keys())
def test_a_file_is_known_by_its_content_so_that_a_wrong_name_loses_nothing(content: bytes, expected: str, tmp_path: Path) -> None:
    path = tmp_path / "无扩展名"
    path.write_bytes(content)
    assert sniff.media_type(path) == expected


def test_a_docx_whose_parts_lie_elsewhere_is_still_one(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(word_file(paragraph(text_run("a"))))
    assert sniff.media_type(path) == sniff.DOCX
