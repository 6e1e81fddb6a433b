"""Word and WPS files of before 2007 (doc, wps), RTF and OpenDocument texts: turned into a docx by LibreOffice, then read by `docx`.

Comes in: a path. Goes out: what `docx` makes of the converted file. Called by `reading`.

These formats are read by nothing that could be installed as a package; LibreOffice is a program of the computer's, so where it is missing
the sender is told what to do instead. The format is told to LibreOffice rather than guessed by it: it would read any rubbish as text.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import olefile

from extractors import docx
from extractors.archive import open_checked
from extractors.libreoffice import ConversionFailed, NotInstalled, convert
from schemas.errors import RejectedFile, RejectionCode
from schemas.layout import Page
from schemas.settings import Settings

_NOT_INSTALLED = (
    "这是旧版 Word、WPS、RTF 或 OpenDocument 文件，这台电脑没有安装 LibreOffice，打不开：请用 Word 或 WPS 打开，“另存为”docx 格式后发送。"
)
_UNREADABLE = "旧版 Word、WPS、RTF 或 OpenDocument 文件打不开，可能已损坏：请用 Word 或 WPS 打开，“另存为”docx 格式后发送。"
# A certificate pasted from a drawing program is such an object: the converted file would show a drawing of it, which nobody reads.
_OBJECTS = (
    "旧版 Word 文件里嵌有其他程序的内容（例如画图、Excel），转换后会丢失，没有打开："
    "请用 Word 打开，“另存为”docx 格式，嵌入的图片或表格另外发送。"
)
# MS-DOC 2.5.2, FibBase: a mark, the version, and flags of which one says that the text is encrypted (or obfuscated).
_WORD_97, _WORD_95 = b"\xec\xa5", b"\xdc\xa5"
_ENCRYPTED = 0x0100
_RTF, _ZIP = b"{\\rtf", b"PK\x03\x04"


def count_pages(path: Path, settings: Settings) -> int:
    """As `docx.count_pages` of the converted file.

    Raises `RejectedFile`: UNSUPPORTED_TYPE where LibreOffice is not installed or objects of other programs would be lost, ENCRYPTED, EMPTY,
    TIMEOUT, CORRUPT where LibreOffice cannot open the file.
    """
    with _as_docx(path, settings) as converted:
        pages = docx.count_pages(converted, settings)
        # Nothing at all is what a file looks like that LibreOffice could make nothing of.
        if pages == 1 and docx.read_body(converted, settings).blank:
            raise RejectedFile(RejectionCode.EMPTY, "the converted file is empty")
        return pages


def read(path: Path, first: int, last: int, settings: Settings) -> tuple[Page, ...]:
    """As `docx.read` of the converted file. Raises as `count_pages`."""
    with _as_docx(path, settings) as converted:
        return docx.read(converted, first, last, settings)


@contextmanager
def _as_docx(path: Path, settings: Settings) -> Iterator[Path]:
    suffix, import_filter = _format_of(path, settings)
    try:
        with convert(path, suffix, import_filter, settings) as converted:
            yield converted
    except NotInstalled as error:
        raise RejectedFile(RejectionCode.UNSUPPORTED_TYPE, "LibreOffice is not installed", note=_NOT_INSTALLED) from error
    except ConversionFailed as error:
        raise RejectedFile(RejectionCode.CORRUPT, f"LibreOffice: {error}", note=_UNREADABLE) from error


def _format_of(path: Path, settings: Settings) -> tuple[str, str]:
    """The suffix and LibreOffice's import filter for the file. Raises ENCRYPTED, and CORRUPT for what is no such file after all."""
    with path.open("rb") as file:
        head = file.read(8)
    if head.startswith(_RTF):
        return ".rtf", "Rich Text Format"
    if head.startswith(_ZIP):
        _check_open_document(path, settings)
        return ".odt", "writer8"
    return ".doc", _filter_of_word(path)


def _filter_of_word(path: Path) -> str:
    try:
        with olefile.OleFileIO(str(path), raise_defects=olefile.DEFECT_INCORRECT) as file, file.openstream("WordDocument") as stream:
            base = bytes(stream.read(32))
            objects = file.exists("ObjectPool") and any(path[0] == "ObjectPool" for path in file.listdir())
    except OSError as error:
        if error.errno is not None:
            raise
        raise RejectedFile(RejectionCode.CORRUPT, f"doc: {error}", note=_UNREADABLE) from error
    flags = int.from_bytes(base[10:12], "little")
    if base[:2] in (_WORD_97, _WORD_95) and flags & _ENCRYPTED:
        raise RejectedFile(RejectionCode.ENCRYPTED, "doc: encrypted")
    if len(base) < 32 or base[:2] not in (_WORD_97, _WORD_95):
        raise RejectedFile(RejectionCode.CORRUPT, "doc: no Word text", note=_UNREADABLE)
    if objects:
        raise RejectedFile(RejectionCode.UNSUPPORTED_TYPE, "doc: embedded objects", note=_OBJECTS)
    return "MS Word 97" if base[:2] == _WORD_97 else "MS Word 95"


def _check_open_document(path: Path, settings: Settings) -> None:
    with open_checked(path, settings.limits) as archive:
        try:
            manifest = archive.read("META-INF/manifest.xml")
        except (KeyError, zipfile.BadZipFile, NotImplementedError) as error:
            raise RejectedFile(RejectionCode.CORRUPT, f"odt: {error}", note=_UNREADABLE) from error
    if b"encryption-data" in manifest:
        raise RejectedFile(RejectionCode.ENCRYPTED, "odt: encrypted")
