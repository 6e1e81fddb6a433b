"""What a file is, by its content alone: names lie (a .jpg that is a PDF, a .doc that is a web page, a .docx with a password).

Comes in: a path. Goes out: a media type, used as the key of `reading.FORMATS` and shown in `review.files.media_type`. Called by `reading`
and `flows`.

A dozen magic numbers stand here rather than a library: what matters is inside the containers (which OOXML, an OLE file that is an
encrypted OOXML, a mail against a saved web page), and that none of the libraries looks at; `filetype` has had no release since 2022,
`puremagic` answers with a list of guesses.
"""

from __future__ import annotations

import mmap
import re
import zipfile
from pathlib import Path

import olefile

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
DOCM = "application/vnd.ms-word.document.macroEnabled.12"
DOTX = "application/vnd.openxmlformats-officedocument.wordprocessingml.template"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
OOXML = "application/vnd.openxmlformats-officedocument"
ODT = "application/vnd.oasis.opendocument.text"
OFD = "application/ofd"
PDF = "application/pdf"
ZIP = "application/zip"
MAIL = "message/rfc822"
WEB_ARCHIVE = "multipart/related"
ENCRYPTED_OFFICE = "application/x-ooxml-protected"
OLE = "application/x-ole-storage"
DOC = "application/msword"
XLS = "application/vnd.ms-excel"
PPT = "application/vnd.ms-powerpoint"
OUTLOOK = "application/vnd.ms-outlook"
TNEF = "application/ms-tnef"
RTF = "application/rtf"
RAR = "application/vnd.rar"
SEVEN_ZIP = "application/x-7z-compressed"
GZIP = "application/gzip"
PROGRAM = "application/x-msdownload"
HTML = "text/html"
XML = "application/xml"
TEXT = "text/plain"
EMPTY = "application/x-empty"
UNKNOWN = "application/octet-stream"

_HEAD = 16_384
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"{\\rtf", RTF),
    (b"Rar!\x1a\x07", RAR),
    (b"7z\xbc\xaf\x27\x1c", SEVEN_ZIP),
    (b"\x1f\x8b\x08", GZIP),
    (b"\x78\x9f\x3e\x22", TNEF),
)
_MAIN_PARTS: tuple[tuple[bytes, str], ...] = (
    (b"wordprocessingml.document.main+xml", DOCX),
    (b"ms-word.document.macroEnabled.main+xml", DOCM),
    (b"wordprocessingml.template.main+xml", DOTX),
    (b"ms-word.template.macroEnabledTemplate.main+xml", DOCM),
    (b"spreadsheetml.sheet.main+xml", XLSX),
    (b"ms-excel.sheet", XLSX),
    (b"presentationml.presentation.main+xml", PPTX),
    (b"presentationml.slideshow.main+xml", PPTX),
    (b"ms-powerpoint.", PPTX),
)
_OLE_STREAMS: tuple[tuple[str, str], ...] = (
    ("EncryptedPackage", ENCRYPTED_OFFICE),
    ("WordDocument", DOC),
    ("Workbook", XLS),
    ("Book", XLS),
    ("PowerPoint Document", PPT),
    ("__properties_version1.0", OUTLOOK),
)
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_AVIF_BRANDS = frozenset({b"avif", b"avis"})
_HEADER = re.compile(rb"([!-9;-~]+)[ \t]*:")
# One of the first kind makes a mail; of the second, which also begin ordinary notes, it takes two.
_MAIL_ALONE = frozenset(
    b"received return-path delivered-to message-id mime-version content-type content-transfer-encoding dkim-signature x-mailer".split()
)
_MAIL_TOGETHER = frozenset(b"from to cc subject date sender reply-to resent-from resent-date x-priority".split())
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def media_type(path: Path) -> str:
    """The media type of a file's content. Never raises for what is inside the file; `OSError` if it cannot be opened."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head:
        return EMPTY
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return _zip_type(path, head)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _ole_type(path)
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if found := _picture_type(head):
        return found
    # Readers of PDF put up with rubbish before the mark; a mail may hold a PDF within its first kilobyte.
    return PDF if b"%PDF-" in head[:1024] and _mail_type(head) is None else _text_type(head)


def _picture_type(head: bytes) -> str | None:
    """Pictures whose mark is not at the very start, or too short to stand alone."""
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:8] == b"ftyp":
        return _heif_type(head)
    # "BM" also begins words: the header size that follows must be one that exists.
    if head[:2] == b"BM" and int.from_bytes(head[14:18], "little") in {12, 16, 40, 52, 56, 64, 108, 124}:
        return "image/bmp"
    return PROGRAM if head[:2] == b"MZ" and b"\x00" in head[:64] else None


def _heif_type(head: bytes) -> str | None:
    """By the brands of the ISO media file: one that is only said to be HEIF may hold an AV1 picture."""
    brands = {head[8:12], *(head[at : at + 4] for at in range(16, min(int.from_bytes(head[:4], "big"), 256), 4))}
    if brands & _AVIF_BRANDS and not brands & {b"heic", b"heix"}:
        return "image/avif"
    return "image/heic" if brands & _HEIC_BRANDS else None


def _zip_type(path: Path, head: bytes) -> str:
    """Which of the many formats that are zips inside."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            if "[Content_Types].xml" in names:
                with archive.open("[Content_Types].xml") as part:
                    declared = part.read(1_000_000)
                return _ooxml_type(names, declared)
            if "mimetype" in names:
                with archive.open("mimetype") as part:
                    declared = part.read(100)
                if declared.startswith(b"application/vnd.oasis.opendocument"):
                    return declared.decode("ascii", "replace").strip()
            return OFD if "OFD.xml" in names else ZIP
    except Exception:  # a broken zip: the reader will say so; here only its kind is asked
        if b"[Content_Types].xml" in head and b"word/" in head:
            return DOCX
        return XLSX if b"xl/workbook.xml" in head or b"xl/worksheets/" in head else ZIP


def _ooxml_type(names: set[str], declared: bytes) -> str:
    for mark, found in _MAIN_PARTS:
        if mark in declared:
            return found
    return DOCX if "word/document.xml" in names else OOXML


def _ole_type(path: Path) -> str:
    """By the names at the top of the container's directory: a message may hold an old Word file, and a Word file an Excel sheet.

    Where the directory is damaged, by the names found anywhere; the reader will say that it is damaged.
    """
    names = _ole_names(path)
    if names is not None:
        return next((found for stream, found in _OLE_STREAMS if any(name.startswith(stream) for name in names)), OLE)
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        for stream, found in _OLE_STREAMS:
            if content.find(stream.encode("utf-16-le")) >= 0:
                return found
    return OLE


def is_whole_ole(path: Path) -> bool:
    """Whether an OLE file's directory can be read: of half a file even its kind may be lost."""
    return _ole_names(path) is not None


def _ole_names(path: Path) -> set[str] | None:
    try:
        with olefile.OleFileIO(str(path)) as container:
            return {str(entry.name) for entry in container.root.kids}
    except Exception:  # whatever broken bytes lead to
        return None


def _text_type(head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return TEXT
    body = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if _CONTROL.search(head):
        return _mail_type(body) or UNKNOWN
    start = body[:512].lower()
    if start.startswith((b"<!doctype html", b"<html", b"<head", b"<body", b"<table", b"<meta")) or (
        start.startswith(b"<") and b"<html" in start
    ):
        return HTML
    if start.startswith(b"<?xml"):
        return XML
    return _mail_type(body) or (TEXT if _decodes(head) else UNKNOWN)


def _mail_type(body: bytes) -> str | None:
    """A mail begins with a block of header lines; a web page saved as one file does too, but nobody sent it."""
    names: dict[bytes, bytes] = {}
    for number, line in enumerate(re.split(rb"\r\n|\r|\n", body)):
        if number == 0 and line.startswith((b"From ", b">From ")):
            continue
        if not line:
            break
        if line[:1] in b" \t":
            continue
        header = _HEADER.match(line)
        if header is None:
            break
        names.setdefault(header.group(1).lower(), line[header.end() :])
    if not (names.keys() & _MAIL_ALONE or len(names.keys() & _MAIL_TOGETHER) >= 2):
        return None
    unsent = not names.keys() & {b"to", b"cc", b"received", b"message-id", b"delivered-to", b"return-path"}
    return WEB_ARCHIVE if unsent and b"multipart/related" in names.get(b"content-type", b"").lower() else MAIL


def _decodes(head: bytes) -> bool:
    """Whether the bytes are UTF-8 or GB 18030 text; the last few may be half a character."""
    for encoding in ("utf-8", "gb18030"):
        for cut in range(4):
            try:
                head[: len(head) - cut].decode(encoding)
            except UnicodeDecodeError:
                continue
            return True
    return False
