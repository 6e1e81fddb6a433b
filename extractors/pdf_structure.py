"""What is wrong with a PDF file although a lenient reader opens it: objects nested without end, streams that expand without end, pages
without a size.

Comes in: a path and the limits, or a page that has no size of its own. Goes out: nothing, or a `RejectedFile`. Called by `pdf` once a file,
before anything is rendered: pdfium repairs what it can, and so shows a page of something else's file as if it were the document.
"""

from __future__ import annotations

import mmap
import re
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser

from schemas.errors import RejectedFile, RejectionCode
from schemas.settings import Limits

# No writer nests objects even a tenth as deep; where readers stop varies (pdfium 64 within one object, qpdf 500).
_NESTED = re.compile(rb"(?:(?:<<|\[)\s*){500}")
_STREAM = re.compile(rb">>\s{0,8}stream\r?\n")
_END = b"endstream"
_DICTIONARY = 4_096  # bytes before a stream in which its dictionary begins
_FLATE = re.compile(rb"/(?:FlateDecode|Fl)\b")
_IMAGE = re.compile(rb"/Subtype\s*/Image\b")
_EXPANSION = 1_032  # the most that one byte of deflated data can become
_CHUNK = 1 << 18
_DEFAULT_SIZE = (612.0, 792.0)  # what pdfium takes a page for that does not say


def check(path: Path, limits: Limits) -> None:
    """Look at the objects as they are stored.

    Raises `RejectedFile`: CORRUPT for objects nested deeper than any writer nests them, TOO_LARGE for a stream other than a picture that
    expands beyond `limits.stream_bytes`. What stays compressed or encrypted inside other streams is left to the limits of the process.
    """
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        end = 0
        for start, dictionary, stop in _streams(content):
            _check_nesting(content, end, start)
            _check_expansion(content, start, stop, dictionary, limits.stream_bytes)
            end = stop
        _check_nesting(content, end, len(content))


def check_size_stated(path: Path, size: tuple[float, float], index: int) -> None:
    """Raise CORRUPT if page `index` (from 0), which has no MediaBox of its own, inherits none either (required: ISO 32000-1, table 30).

    A file whose page tree a second reader cannot follow is given the benefit of the doubt.
    """
    if size != _DEFAULT_SIZE:
        return
    try:
        with path.open("rb") as file:
            for number, page in enumerate(PDFPage.create_pages(PDFDocument(PDFParser(file)))):
                if number == index:
                    stated = "MediaBox" in page.attrs
                    break
            else:
                return
    except Exception:  # pdfminer raises whatever it stumbles over
        return
    if not stated:
        raise RejectedFile(RejectionCode.CORRUPT, "a page without a size", page=index + 1)


def _streams(content: mmap.mmap) -> Iterator[tuple[int, bytes, int]]:
    """Where each stream begins, the dictionary before it, and where it ends."""
    position = 0
    while (found := _STREAM.search(content, position)) is not None:
        stop = content.find(_END, found.end())
        stop = len(content) if stop < 0 else stop
        before = content[max(position, found.start() - _DICTIONARY) : found.start()]
        yield found.end(), before[max(0, before.rfind(b" obj")) :], stop
        position = stop


def _check_nesting(content: mmap.mmap, start: int, stop: int) -> None:
    if _NESTED.search(content, start, stop) is not None:
        raise RejectedFile(RejectionCode.CORRUPT, "objects nested without end")


def _check_expansion(content: mmap.mmap, start: int, stop: int, dictionary: bytes, most: int) -> None:
    """Pictures are left out: how many bytes they become is in their width and height, and readers expand them row by row."""
    layers = len(_FLATE.findall(dictionary))
    if layers == 0 or _IMAGE.search(dictionary) or (stop - start) * _EXPANSION**layers <= most:
        return
    chunks: Iterable[bytes] = (content[at : min(at + _CHUNK, stop)] for at in range(start, stop, _CHUNK))
    for _ in range(layers):
        chunks = _inflated(chunks)
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > most:
            raise RejectedFile(RejectionCode.TOO_LARGE, f"a stream of {stop - start} bytes expands to more than {most}")


def _inflated(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Deflated data expanded piece by piece; it ends where the data is damaged, as readers do."""
    engine = zlib.decompressobj()
    try:
        for chunk in chunks:
            pending = chunk
            while pending and not engine.eof:
                yield engine.decompress(pending, _CHUNK)
                pending = engine.unconsumed_tail
    except zlib.error:
        return
