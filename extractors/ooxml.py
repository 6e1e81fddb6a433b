"""A Word file opened with python-docx, without trusting any of it.

Comes in: a path to a docx. Goes out: python-docx's `DocumentPart` with the parts of its story: headers, footers, notes, pictures, foreign
content. Used by `docx`.

The parts are handed to python-docx one by one. Its own `docx.Document(path)` gives up a whole form over what Word overlooks: a picture
without content type, a relation to a part that is not there, a broken style sheet, names in another letter case, Strict files, templates.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from docx.opc.constants import CONTENT_TYPE, NAMESPACE, RELATIONSHIP_TARGET_MODE
from docx.opc.packuri import PACKAGE_URI, PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsmap
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.package import Package
from docx.parts.document import DocumentPart
from lxml import etree

from extractors.archive import open_checked
from schemas.errors import RejectedFile, RejectionCode
from schemas.settings import Limits

_MAIN = PackURI("/word/document.xml")
# The rest (styles, settings, embedded files) is not looked at, so that nothing in it can cost memory or the form.
_KINDS = frozenset({"header", "footer", "footnotes", "endnotes", "image", "aFChunk"})
# A parsed tree takes about ten times the text; no form that people fill in comes near this.
_PART_BYTES = 64 * 2**20
_DOCTYPES = tuple("<!DOCTYPE".encode(encoding) for encoding in ("ascii", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"))
_HARMFUL = "文件内含 Word 不会写入的内容（实体定义），可能有害，没有打开。请对方用 Word 打开，“另存为”新的 docx 后重新发送。"
_ENTITY = re.compile(rb"<!ENTITY\b([^>]*)>?")
_REMOTE = re.compile(rb"""\s+[\w.-]+\s+SYSTEM\s+(["'])https?://[^"'<>]*\1\s*""")
# ISO 29500 Strict differs in its namespace names only, as far as reading text goes.
_STRICT = {
    f"http://purl.oclc.org/ooxml/{strict}".encode(): nsmap[prefix].encode()
    for prefix, strict in (
        ("w", "wordprocessingml/main"),
        ("r", "officeDocument/relationships"),
        ("m", "officeDocument/math"),
        ("a", "drawingml/main"),
    )
}


def open_document(path: Path, limits: Limits) -> DocumentPart:
    """The main part and what it is related to; every fault of the container or of the main part is a `RejectedFile`.

    Relations to outside and to parts that are missing are left out: nothing is fetched.
    """
    with open_checked(path, limits) as archive:
        stored = _Stored(archive)
        mains = (target for kind, _, target in stored.relations(PACKAGE_URI) if kind.endswith("/officeDocument"))
        name = next((target for target in mains if target in stored), _MAIN)
        if name not in stored:
            raise RejectedFile(RejectionCode.CORRUPT, "no main document part")
        stored.refuse_document_types(name)
        root = _parsed(stored.data(name), name)
        if _has_document_type(root) and not _only_remote_entities(stored.data(name)):
            raise _with_document_type(name)
        package = Package()
        main = DocumentPart(name, CONTENT_TYPE.WML_DOCUMENT_MAIN, root, package)
        loaded: dict[str, Part] = {}
        for kind, relation_id, target in stored.relations(name):
            if kind.rsplit("/", 1)[-1] in _KINDS and target in stored:
                # Thousands of relations may mean one part.
                part = loaded.get(_key(target)) or Part(target, "", stored.data(target), package)
                main.load_rel(kind, loaded.setdefault(_key(target), part), relation_id)
        return main


def parse_part(data: bytes, name: str) -> BaseOxmlElement:
    """The root of an XML part, by python-docx's parser: entities stay unresolved, nothing is fetched. Comments are taken out.

    Raises `RejectedFile` (CORRUPT), for a document type too, in whatever encoding it may be hidden.
    """
    root = _parsed(data, name)
    if _has_document_type(root):
        raise _with_document_type(name)
    return root


def _parsed(data: bytes, name: str) -> BaseOxmlElement:
    for strict, usual in _STRICT.items():
        data = data.replace(strict, usual)
    try:
        root = parse_xml(data)
    except etree.XMLSyntaxError as error:
        raise RejectedFile(RejectionCode.CORRUPT, f"{name}: {error}") from error
    etree.strip_tags(root, etree.Comment, etree.ProcessingInstruction)
    return root


def _has_document_type(root: etree._Element) -> bool:
    return bool(root.getroottree().docinfo.doctype)  # type: ignore[attr-defined]  # the stubs leave it out


def _with_document_type(name: str) -> RejectedFile:
    return RejectedFile(RejectionCode.CORRUPT, f"document type in {name}", note=_HARMFUL)


class _Stored:
    """The parts as they are stored. Their names are case-insensitive (ECMA-376 part 2)."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._zip = archive
        self._names = {_key(name): name for name in archive.namelist()}

    def __contains__(self, part: str) -> bool:
        return _key(part) in self._names

    def data(self, part: str) -> bytes:
        name = self._names[_key(part)]
        if self._zip.getinfo(name).file_size > _PART_BYTES:
            raise RejectedFile(RejectionCode.TOO_LARGE, f"{name} is larger than {_PART_BYTES} bytes")
        try:
            return self._zip.read(name)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError) as error:
            raise RejectedFile(RejectionCode.CORRUPT, f"{name}: {error}") from error

    def relations(self, source: PackURI) -> Iterator[tuple[str, str, PackURI]]:
        """Type, id and target of each relation of a part, or of the package itself, that stays inside."""
        if source.rels_uri in self:
            for relation in parse_part(self.data(source.rels_uri), source.rels_uri).iter(f"{{{NAMESPACE.OPC_RELATIONSHIPS}}}Relationship"):
                if relation.get("TargetMode") != RELATIONSHIP_TARGET_MODE.EXTERNAL:
                    target = PackURI.from_rel_ref(source.baseURI, unquote(relation.get("Target", "")))
                    yield relation.get("Type", ""), relation.get("Id", ""), target

    def refuse_document_types(self, main: str) -> None:
        """No OOXML part has a document type. Around an unresolved entity text would be lost in silence, so the file is refused.

        One exception, for the part that holds the text: entities that only point to a web address. They are never fetched and stay
        readable as `&name;`, in lines of confidence 0.
        """
        for name in self._names.values():
            if name.lower().endswith((".xml", ".rels", ".vml")):
                data = self.data(name)
                remote = _key(name) == _key(main) and _only_remote_entities(data)
                if any(mark in data for mark in _DOCTYPES) and not remote:
                    raise _with_document_type(name)


def _key(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


def _only_remote_entities(data: bytes) -> bool:
    start, end = data.find(b"<!DOCTYPE"), data.find(b"]>")
    entities = _ENTITY.findall(data)
    return 0 <= start < end and b"%" not in data[start:end] and bool(entities) and all(_REMOTE.fullmatch(entity) for entity in entities)
