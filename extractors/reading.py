"""The one entry to all readers: what a file is, how many pages it has, its pages, or the files inside it.

Comes in: a path and the settings. Goes out: `Inspection`, `Page`s or `Member`s; whatever is wrong with a file is a `RejectedFile`. Called
by `flows`. A new format is a new row in `FORMATS`; a kind of file that people send and nobody reads is a sentence in `NOT_READ`.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from extractors import archive, docx, image, mail, outlook, pdf, rar, seven_zip, sniff, word_binary, workbook
from extractors.members import Member
from schemas.base import Frozen
from schemas.errors import GongjiangError, RejectedFile, RejectionCode
from schemas.layout import Page
from schemas.settings import Settings


class Inspection(Frozen):
    """What a file is. `pages` is None for a container, whose members are files of their own."""

    media_type: str
    container: bool
    pages: int | None


@dataclass(frozen=True)
class PagedFormat:
    """A format with pages: how many, and pages first..last (from 1, inclusive)."""

    count: Callable[[Path, Settings], int]
    read: Callable[[Path, int, int, Settings], tuple[Page, ...]]


@dataclass(frozen=True)
class ContainerFormat:
    """A format that holds files: writes them below a folder."""

    expand: Callable[[Path, Path, Settings], tuple[Member, ...]]
    received_at: Callable[[Path], datetime | None] | None = None


_PICTURE = PagedFormat(count=image.count_pages, read=image.read)
_WORKBOOK = PagedFormat(count=workbook.count_pages, read=workbook.read)
_OLD_WORD = PagedFormat(count=word_binary.count_pages, read=word_binary.read)

FORMATS: Mapping[str, PagedFormat | ContainerFormat] = {
    sniff.DOCX: PagedFormat(count=docx.count_pages, read=docx.read),
    sniff.DOTX: PagedFormat(count=docx.count_pages, read=docx.read),
    sniff.DOC: _OLD_WORD,
    sniff.RTF: _OLD_WORD,
    sniff.ODT: _OLD_WORD,
    sniff.XLSX: _WORKBOOK,
    sniff.XLS: _WORKBOOK,
    sniff.PDF: PagedFormat(count=pdf.count_pages, read=pdf.read),
    "image/jpeg": _PICTURE,
    "image/png": _PICTURE,
    "image/bmp": _PICTURE,
    "image/webp": _PICTURE,
    "image/tiff": _PICTURE,
    "image/gif": _PICTURE,
    "image/heic": _PICTURE,
    "image/avif": _PICTURE,
    sniff.ZIP: ContainerFormat(expand=archive.expand),
    sniff.SEVEN_ZIP: ContainerFormat(expand=seven_zip.expand),
    sniff.RAR: ContainerFormat(expand=rar.expand),
    sniff.MAIL: ContainerFormat(expand=mail.expand, received_at=mail.received_at),
    sniff.OUTLOOK: ContainerFormat(expand=mail.expand_outlook, received_at=outlook.sent_at),
}

NOT_READ: Mapping[str, str] = {
    sniff.DOCM: "这是带宏的 Word 文件（docm），为安全起见没有打开：请“另存为”不带宏的 docx 格式。",
    sniff.PPT: "这是旧版演示文稿（ppt）：请导出为 PDF。",
    sniff.PPTX: "这是演示文稿（pptx）：请导出为 PDF。",
    sniff.OLE: "这是旧版 Office 格式的文件，但认不出是哪一种，也可能不完整：请用原来的软件打开，“另存为”docx 或 PDF。",
    sniff.OFD: "这是 OFD 版式文件：请用阅读软件导出为 PDF。",
    sniff.HTML: "这是网页文件：请用浏览器或 Word 打开，另存为 PDF 或 docx。",
    sniff.WEB_ARCHIVE: "这是保存成单个文件的网页（mht），扩展名可能是 doc：请用 Word 打开，“另存为”docx 格式。",
    sniff.XML: "这是 XML 文件：如果是 Word 另存的，请用 Word 打开，“另存为”docx 格式。",
    sniff.TEXT: "这是纯文本文件：请把内容填入申报表（docx）后发送。",
    sniff.TNEF: "这是 Outlook 专用的附件包（winmail.dat），附件在里面取不出来：请对方改用“HTML”或“纯文本”格式重发邮件。",
    sniff.GZIP: "这是 gz 压缩包：请解压后直接发送文件，或重新压缩成 zip。",
    sniff.PROGRAM: "这是程序文件，没有打开：如果是自解压的压缩包，请解压后直接发送文件。",
}

# The disk's troubles, not the file's: these stay what they are, so that the run can stop or try again.
_MACHINE_ERRORS = frozenset(
    {errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EPERM, errno.EROFS, errno.EIO, errno.EMFILE, errno.ENFILE, errno.ENOENT}
)


def inspect(path: Path, settings: Settings) -> Inspection:
    """What the file is and how many pages it has, having opened it.

    Raises `RejectedFile`; `OSError` where the file itself cannot be reached.
    """
    size = path.stat().st_size
    if size == 0:
        raise RejectedFile(RejectionCode.EMPTY, "zero bytes")
    if size > settings.limits.file_bytes:
        raise RejectedFile(RejectionCode.TOO_LARGE, f"{size} bytes")
    media_type = sniff.media_type(path)
    if media_type == sniff.OLE and not sniff.is_whole_ole(path):
        raise RejectedFile(RejectionCode.CORRUPT, "OLE container without a directory")
    with _faults_as_rejections():
        row = _row(media_type)
        if isinstance(row, ContainerFormat):
            return Inspection(media_type=media_type, container=True, pages=None)
        pages = row.count(path, settings)
    if pages > settings.limits.pages:
        raise RejectedFile(RejectionCode.TOO_LARGE, f"{pages} pages")
    return Inspection(media_type=media_type, container=False, pages=pages)


def read_pages(path: Path, media_type: str, first: int, last: int, settings: Settings) -> tuple[Page, ...]:
    """Pages `first`..`last` (from 1, inclusive) of a file of that type. Raises `RejectedFile`."""
    row = _row(media_type)
    if not isinstance(row, PagedFormat):
        raise RejectedFile(RejectionCode.UNSUPPORTED_TYPE, f"{media_type} has no pages")
    with _faults_as_rejections():
        return row.read(path, first, last, settings)


def expand(path: Path, media_type: str, folder: Path, settings: Settings) -> tuple[Member, ...]:
    """Write what an archive or e-mail holds below `folder`, each under its SHA-256.

    Raises `RejectedFile`. How deep to go is the caller's (`limits.depth`).
    """
    row = _row(media_type)
    if not isinstance(row, ContainerFormat):
        raise RejectedFile(RejectionCode.UNSUPPORTED_TYPE, f"{media_type} holds no files")
    with _faults_as_rejections():
        return row.expand(path, folder, settings)


def received_at(path: Path, media_type: str) -> datetime | None:
    """When an e-mail was sent, by its `Date` header (aware); None for everything else and for a header that cannot be read."""
    row = FORMATS.get(media_type)
    if not isinstance(row, ContainerFormat) or row.received_at is None:
        return None
    with _faults_as_rejections():
        return row.received_at(path)


def _row(media_type: str) -> PagedFormat | ContainerFormat:
    row = FORMATS.get(media_type)
    if row is not None:
        return row
    if media_type == sniff.ENCRYPTED_OFFICE:
        raise RejectedFile(RejectionCode.ENCRYPTED, media_type)
    if media_type == sniff.EMPTY:
        raise RejectedFile(RejectionCode.EMPTY, media_type)
    raise RejectedFile(RejectionCode.UNSUPPORTED_TYPE, media_type, note=NOT_READ.get(media_type, ""))


@contextmanager
def _faults_as_rejections() -> Iterator[None]:
    """Parsers fail on broken bytes in every way there is; all of them mean that the file cannot be read."""
    try:
        yield
    except GongjiangError:
        raise
    except MemoryError as error:
        raise RejectedFile(RejectionCode.TOO_LARGE, "out of memory") from error
    except OSError as error:
        if error.errno in _MACHINE_ERRORS:
            raise
        raise RejectedFile(RejectionCode.CORRUPT, f"{type(error).__name__}: {error}") from error
    except Exception as error:
        raise RejectedFile(RejectionCode.CORRUPT, f"{type(error).__name__}: {error}") from error
