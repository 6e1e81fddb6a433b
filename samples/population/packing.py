"""Packing: the pieces of dossiers in, the files of an inbox and the list of what is in them out.

Called by `corpus`. Everything that arrives is recorded here: files, documents with their pages, and pages with what lies on them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from samples import containers, sheets
from samples.degradations.effects import jpeg
from samples.dossier import Applicant
from samples.inbox import RECEIVED_AT, FileRecord
from samples.population.applicants import Unit
from samples.population.capture import Capture, capture_page, photograph_pieces
from samples.population.lexicon import happens, pick, pick_weighted
from samples.population.pieces import Page, Piece, Pieces, Sealed
from samples.records import Document, FieldValue
from samples.seal_shapes import SealLook
from samples.studio import chance


def _gaps(pages: list[Page]) -> list[int]:
    """Where a sheet can lie between two documents without parting one: positions from 1 to the end."""
    return [at for at in range(1, len(pages)) if not any(each in pages[at].documents for each in pages[at - 1].documents)] + [len(pages)]


def _disorder(pages: list[Page], rng: np.random.Generator) -> list[Page]:
    """Now and then two sheets of the form change places, or a sheet gets lost; returns what was lost, to be found at the very end."""
    form = [at for at, page in enumerate(pages) if page.documents[0].doc_type == "application_form"]
    if len(form) > 2 and happens(0.2, rng):
        at = form[int(rng.integers(1, len(form) - 1))]
        pages[at], pages[at + 1] = pages[at + 1], pages[at]
    loose = [at for at, page in enumerate(pages) if page.documents[0].doc_type in ("certificate", "union_card")]
    return [pages.pop(pick(loose, rng))] if loose and happens(0.15, rng) else []


class Post:
    """The folder being filled, with the records of its files, documents and pages."""

    def __init__(self, folder: Path, pieces: Pieces, profile: dict[str, Any], seed: int) -> None:
        self.folder = folder
        self.pieces = pieces
        self.profile = profile
        self.seed = seed
        self.files: list[FileRecord] = []
        self.documents: list[Document] = []
        self.pages: list[dict[str, Any]] = []

    # --- records ---------------------------------------------------------------------------------------------------------------

    def _file(self, path: str, content: bytes, documents: list[Document], pages: int | None) -> None:
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        self.files.append(FileRecord(path, "loaded", None, pages, RECEIVED_AT))
        for document in documents:
            document.file, document.received_at = path, RECEIVED_AT
        self.documents += documents

    def _page(self, path: str, number: int, page: Page | Piece, kind: str, shot: Capture) -> None:
        for document in page.documents:
            document.pages.append(number)
            document.page_kinds[number] = kind
            document.kind, document.dpi = document.page_kinds[document.pages[0]], shot.dpi
            if shot.turn:
                document.turns[number] = shot.turn
        for seal in page.seals:
            seal.record(shot.grey)
        self.pages.append(
            {
                "file": path,
                "page": number,
                "kind": kind,
                "dpi": shot.dpi,
                "turn": shot.turn,
                "skew": shot.skew,
                "doc_types": sorted({document.doc_type for document in page.documents}),
                "seals": [seal.name for seal in page.seals],
                "signature": page.signature if isinstance(page, Page) else None,
            }
        )

    def _digital(self, path: str, content: bytes, document: Document, pages: int | None = None) -> None:
        document.pages = list(range(1, pages + 1)) if pages else []
        self._file(path, content, [document], pages)

    # --- files -----------------------------------------------------------------------------------------------------------------

    def scan(self, path: str, pages: list[Page], dpi: int, rng: np.random.Generator) -> None:
        """Scan pages into one PDF; a dossier is mostly of one kind, single pages may be of another."""
        own = pick_weighted(self.profile["kinds"], rng)
        scans, documents = [], []
        for number, page in enumerate(pages, start=1):
            kind = own if happens(0.8, rng) else pick_weighted(self.profile["kinds"], rng)
            # The back of a sheet shows what is printed on its front.
            front = pages[number - 2].picture if number > 1 and pages[number - 2].picture.size == page.picture.size else None
            kind = "showthrough" if page.is_blank and front and happens(0.5, rng) else kind
            shot = capture_page(page.picture, kind, dpi, rng, front)
            scans.append((shot.content, shot.dpi))
            self._page(path, number, page, kind, shot)
            documents += [each for each in page.documents if each not in documents]
        self._file(path, containers.scan_pdf(scans), documents, len(pages))

    def photo(self, path: str, piece: Piece, rng: np.random.Generator) -> None:
        """A photograph or a screenshot as a file of its own."""
        if piece.screenshot:
            kind, shot = "screenshot", Capture(jpeg(np.asarray(piece.pictures[0]), 72, dpi=72), 72, 0)
        else:
            kind, shot = "photo", photograph_pieces(piece.pictures, rng)
        self._page(path, 1, piece, kind, shot)
        self._file(path, shot.content, piece.documents, 1)

    def electronic_form(self, folder: str, who: Applicant) -> None:
        """The form as a Word file or born-digital PDF, where one came."""
        name, document = who.person.name, self.pieces.form_document(who)
        if who.electronic == "pdf":
            content, pages = self.pieces.text_pdf(who)
            self._digital(f"{folder}/申报审批表-{name}.pdf", content, document, pages)
        elif who.electronic:
            self._digital(f"{folder}/申报审批表（{name}）.docx", self.pieces.word[who.key], document)

    def summary(self, folder: str, unit: Unit, rng: np.random.Generator) -> None:
        """The unit's summary table as a Word file and, where the profile has paper, as a scan."""
        if not self.profile["paper"] or happens(0.8, rng):
            self._digital(f"{folder}/推荐汇总表.docx", self.pieces.word[unit.name], self.pieces.summary_document(unit, "electronic"))
        if self.profile["paper"]:
            dpi = int(pick_weighted(self.profile["dpi"], rng))
            self.scan(f"{folder}/推荐汇总表（盖章）.pdf", self.pieces.summary_pages(unit, self._summary_seal(unit, rng), dpi), dpi, rng)

    @staticmethod
    def _summary_seal(unit: Unit, rng: np.random.Generator) -> str:
        return "" if happens(0.08, rng) else unit.name

    def dossier_pages(self, who: Applicant, dpi: int, rng: np.random.Generator) -> list[Page]:
        """All of an applicant's sheets in the order in which they are bound."""
        pages = self.pieces.form_pages(who) if who.paper else []
        pages += self.pieces.card_pages(who, dpi, rng) + self.pieces.certificate_pages(who, dpi, rng)
        if happens(0.2, rng):
            pages.append(self.pieces.other_page(who, dpi, rng))
        if happens(0.3, rng):
            pages.insert(pick(_gaps(pages), rng), self.blank(dpi))
        return pages

    @staticmethod
    def blank(dpi: int) -> Page:
        """The empty back of a sheet."""
        return Page(sheets.blank_page(dpi), [Document("blank", None, "paper", [])])

    def letter(self, unit: Unit, dpi: int, rng: np.random.Generator) -> Page:
        """The unit's covering letter."""
        names = [who.person.name for who in self.pieces.of_unit(unit)]
        document = Document("other", None, "paper", [FieldValue("title", "关于寄送申报材料的函")], unit.name)
        look = SealLook("round", "red", 0.3, (42, 42))
        return Page(sheets.letter(unit.name, names, "2024年3月11日", dpi, rng), [document], [Sealed(document, "sender", unit.name, look)])

    # --- ways of packing -------------------------------------------------------------------------------------------------------

    def pack_dossier(self, folder: str, who: Applicant) -> None:
        """One scanned PDF for everything on paper, the electronic form beside it."""
        rng = chance(f"pack{who.key}", self.seed)
        self.electronic_form(folder, who)
        dpi = who.paper.dpi if who.paper else int(pick_weighted(self.profile["dpi"], rng))
        self.scan(f"{folder}/{pick(('申报材料', '全套材料', '扫描件'), rng)}.pdf", self.dossier_pages(who, dpi, rng), dpi, rng)

    def pack_loose(self, folder: str, who: Applicant) -> None:
        """A scan of the form, photographs of everything else."""
        rng = chance(f"pack{who.key}", self.seed)
        self.electronic_form(folder, who)
        if who.paper:
            self.scan(f"{folder}/申报表盖章扫描.pdf", self.pieces.form_pages(who), who.paper.dpi, rng)
        copies = self.pieces.identity(who)
        for name, piece in zip(("身份证", "身份证反面") if len(copies) > 1 else ("身份证",), copies, strict=True):
            self.photo(f"{folder}/{name}.jpg", piece, rng)
        self.photo(f"{folder}/工会卡.jpg", self.pieces.union(who), rng)
        for number, piece in enumerate(self.pieces.certificates(who), start=1):
            self.photo(f"{folder}/证书{number}.jpg", piece, rng)

    def pack_unit(self, folder: str, unit: Unit, members: list[Applicant]) -> None:
        """The unit's post in one long PDF: letter, summary table in front or at the end, dossiers, backs; some pages out of order."""
        rng = chance(f"pack{unit.name}", self.seed)
        dpi = int(pick_weighted(self.profile["dpi"], rng))
        summary = self.pieces.summary_pages(unit, self._summary_seal(unit, rng), dpi)
        pages = [self.letter(unit, dpi, rng)] if happens(0.7, rng) else []
        front, strays = happens(0.6, rng), list[Page]()
        pages += summary if front else []
        for who in members:
            self.electronic_form(folder, who)
            own = self.dossier_pages(who, who.paper.dpi if who.paper else dpi, rng)
            strays += _disorder(own, rng)
            pages += own
        self.scan(f"{folder}/全部纸质材料.pdf", [*pages, *strays] if front else [*pages, *summary, *strays], dpi, rng)

    def pack_member(self, folder: str, who: Applicant, way: str) -> None:
        """One applicant's material, packed in the given way."""
        if way == "digital":
            self.electronic_form(folder, who)
        elif way == "loose":
            self.pack_loose(folder, who)
        else:
            self.pack_dossier(folder, who)

    def pack(self, unit: Unit) -> None:
        """Everything that a unit sends."""
        rng, members = chance(f"post{unit.name}", self.seed), self.pieces.of_unit(unit)
        way = pick_weighted(self.profile["packing"], rng)
        if way == "unit":
            if happens(0.5, rng):
                self._digital(f"{unit.name}/推荐汇总表.docx", self.pieces.word[unit.name], self.pieces.summary_document(unit, "electronic"))
            self.pack_unit(unit.name, unit, members)
            return
        self.summary(unit.name, unit, rng)
        others = {name: share for name, share in self.profile["packing"].items() if name != "unit"}
        for number, who in enumerate(members, start=1):
            self.pack_member(f"{unit.name}/{number:02d}{who.person.name}", who, pick_weighted(others, rng))
