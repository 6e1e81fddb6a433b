"""Word files (.docx): the body as one page without geometry, each embedded picture of a readable size as a page of its own after it.

Comes in: a path. Goes out: `Page` records: number 1 is the body (method `docx`), 2.. are pictures in document order, read by `image`.
Called by `reading`.

python-docx opens the file and gives the element trees and related parts. The walk over them is ours: python-docx's paragraphs and cells do
not see content controls, so cells would shift left and values land under the wrong label.
"""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from docx.opc.part import Part
from docx.parts.document import DocumentPart
from lxml import etree
from PIL import Image

from extractors import image
from extractors.altchunk import read_chunk
from extractors.docx_body import Block, BodyReader
from extractors.ooxml import open_document, parse_part
from extractors.wordml import R, W, is_on
from schemas.errors import RejectedFile, RejectionCode
from schemas.layout import Line, Method, Page
from schemas.settings import Settings

# Below this no certificate or card is legible: icons, signatures, stationery.
_PICTURE_SIDE = 400
_PICTURE_FORMATS = ("JPEG", "PNG", "BMP", "WEBP", "TIFF")
_VECTOR = (".emf", ".wmf", ".svg")


def count_pages(path: Path, settings: Settings) -> int:
    """1 for the body plus the number of embedded pictures that become pages. Raises `RejectedFile`."""
    document = open_document(path, settings.limits)
    _, relation_ids = _main_story(document)
    return 1 + sum(1 for _ in _page_pictures(document, relation_ids))


def read(path: Path, first: int, last: int, settings: Settings) -> tuple[Page, ...]:
    """Pages `first`..`last` (from 1, inclusive).

    A picture that cannot be read gives an empty page of quality 0, for a person to look at: the body stands.
    """
    pages: list[Page] = []
    document = open_document(path, settings.limits)
    blocks, relation_ids = _main_story(document)
    if first <= 1:
        pages.append(_body_page([*blocks, *_outside_the_body(document)]))
    for number, data in enumerate(_page_pictures(document, relation_ids), start=2):
        if first <= number <= last:
            pages.append(_picture_page(data, number, settings))
        if number >= last:
            break
    return tuple(pages)


def read_body(path: Path, settings: Settings) -> Page:
    """The body alone: paragraphs and tables in document order, then headers, footers and notes. Raises `RejectedFile`."""
    return read(path, 1, 1, settings)[0]


def _body_page(blocks: list[Block]) -> Page:
    return Page(number=1, method=Method.DOCX, blank=not blocks, blocks=tuple(blocks))


def _main_story(document: DocumentPart) -> tuple[list[Block], list[str]]:
    """The blocks of the body and the relation ids of its pictures, both in document order."""
    reader = BodyReader(foreign=lambda element: _foreign_blocks(document, element))
    return reader.blocks(_body_of(document)), reader.pictures


def _body_of(document: DocumentPart) -> etree._Element:
    body: etree._Element | None = document.element.find(f"{W}body")
    if body is None:
        raise RejectedFile(RejectionCode.CORRUPT, "no w:body")
    return body


def _foreign_blocks(document: DocumentPart, element: etree._Element) -> list[Block]:
    """What an office system has put in whole (`w:altChunk`): Word shows it as if it stood there."""
    part = document.related_parts.get(element.get(f"{R}id", ""))
    return read_chunk(part.blob) if part else []


def _outside_the_body(document: DocumentPart) -> list[Block]:
    """Headers, footers and notes as plain lines, each text once. Pictures there are stationery and left out.

    Not by `section.header`, which makes a header where there is none and does not see sections inside content controls.
    """
    shown = _shown_headers(_body_of(document))
    parts: list[Part] = []
    for relation_id, relation in document.rels.items():
        kind = relation.reltype.rsplit("/", 1)[-1]
        wanted = relation_id in shown if kind in {"header", "footer"} else kind in {"footnotes", "endnotes"}
        if wanted and relation.target_part not in parts:
            parts.append(relation.target_part)
    lines: dict[str, Line] = {}
    for part in parts:
        for block in _stories(parse_part(part.blob, part.partname)):
            for line in [block] if isinstance(block, Line) else [inner for cell in block.cells for inner in cell.lines]:
                # A page number is the program's, not the writer's.
                if any(c.isalpha() for c in line.text):
                    lines.setdefault(line.text, line)
    return list(lines.values())


def _stories(root: etree._Element) -> Iterator[Block]:
    """The blocks of a header or footer, or of each note that is not a separator line."""
    notes = [*root.iterchildren(f"{W}footnote"), *root.iterchildren(f"{W}endnote")]
    for story in notes or [root]:
        if story.get(f"{W}type", "normal") == "normal":
            yield from BodyReader().blocks(story)


def _shown_headers(body: etree._Element) -> set[str]:
    """Relation ids of the headers and footers in use; one for the first page counts only where the section has a first page of its own."""
    shown = set()
    for section in body.iter(f"{W}sectPr"):
        for kind in ("headerReference", "footerReference"):
            for reference in section.iterchildren(W + kind):
                if reference.get(f"{W}type") != "first" or is_on(section, "titlePg"):
                    shown.add(reference.get(f"{R}id", ""))
    return shown


def _page_pictures(document: DocumentPart, relation_ids: list[str]) -> Iterator[bytes]:
    """The embedded pictures that become pages, each content once. Vector drawings and links to outside are passed over."""
    seen: set[bytes] = set()
    for part in dict.fromkeys(document.related_parts.get(relation_id) for relation_id in relation_ids):
        if part is None or part.partname.lower().endswith(_VECTOR):
            continue
        digest = hashlib.sha256(part.blob).digest()
        if digest not in seen and _is_page(part.blob):
            seen.add(digest)
            yield part.blob


def _is_page(data: bytes) -> bool:
    """Large enough to hold a document. What cannot be opened counts as one too, so that a person hears of it."""
    if data[:4] in {b"\x01\x00\x00\x00", b"\xd7\xcd\xc6\x9a", b"GIF8"}:
        return False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(BytesIO(data), formats=_PICTURE_FORMATS) as picture:
                return min(picture.size) >= _PICTURE_SIDE
    except Image.DecompressionBombError:
        return True
    except Exception:  # Pillow's readers raise whatever the broken bytes lead to
        return len(data) > 20_000


def _picture_page(data: bytes, number: int, settings: Settings) -> Page:
    try:
        return image.read_picture(data, number, settings)
    except RejectedFile:
        return Page(number=number, method=Method.OCR, quality=0.0)
