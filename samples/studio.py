"""Makes the single pieces of an applicant's dossier: sheets and photographs, each with the document that a reader should find on it.

Called by `inbox`, which packs the pieces into files.
"""

from __future__ import annotations

import zlib

import numpy as np
from PIL import Image

from samples import cards, paper, sheets
from samples.annexes import fill_form
from samples.certificates import draw_certificate
from samples.degradations.effects import jpeg
from samples.dossier import Applicant, Honour
from samples.records import Document, certificate_fields, form_fields, identity_fields, union_fields
from samples.rendering import print_to_pdf
from samples.sheets import Sheet
from samples.wording import word_certificate

Piece = tuple[bytes, list[Document]]


def chance(label: str, seed: int) -> np.random.Generator:
    """A generator of its own for every piece, so that a change to one leaves the others as they were."""
    return np.random.default_rng([seed, zlib.crc32(label.encode())])


class Studio:
    """Draws pieces; prints all forms in one go when made (LibreOffice is slow to start)."""

    def __init__(self, everybody: list[Applicant], seed: int) -> None:
        self.seed = seed
        self._printed: dict[str, bytes] = {}
        for typeface in ("song", "ming"):
            files = {
                each.key: fill_form(each.form, each.paper_changes, each.paper.dates_by_hand)
                for each in everybody
                if each.form is not None and each.paper is not None and each.paper.typeface == typeface
            }
            self._printed |= print_to_pdf(files, typeface)

    def identity(self, applicant: Applicant) -> cards.IdentityCard:
        """The applicant's identity card."""
        who = applicant.person
        return cards.IdentityCard(who.name, who.sex, who.ethnicity, who.birth, who.home, who.id_number, who.authority, who.valid)

    def union(self, applicant: Applicant) -> cards.UnionCard:
        """The applicant's union card."""
        number = applicant.union_number or applicant.person.card_number
        return cards.UnionCard(applicant.person.name, number, applicant.union_name, "正常", applicant.union_design)

    def certificate(self, applicant: Applicant, honour: Honour) -> tuple[Image.Image, Document]:
        """The picture of a certificate and its record."""
        words = word_certificate(honour, applicant.person.name, applicant.employer)
        picture = draw_certificate(words, chance(f"{applicant.person.name}{honour.title}", self.seed))
        found = certificate_fields(honour, words)
        return picture, Document("certificate", applicant.key, "paper", found, applicant.unit, honour=honour)

    def _identity_document(self, applicant: Applicant, front: bool, back: bool) -> Document:
        return Document("id_card", applicant.key, "paper", identity_fields(self.identity(applicant), front, back), applicant.unit)

    def _union_document(self, applicant: Applicant) -> Document:
        return Document("union_card", applicant.key, "paper", union_fields(self.union(applicant)), applicant.unit)

    def form_sheets(self, applicant: Applicant) -> list[Sheet]:
        """The four sheets of the paper form."""
        state, form = applicant.paper, applicant.form
        assert state is not None and form is not None
        document = Document("application_form", applicant.key, "paper", form_fields(form, applicant.paper_changes, state), applicant.unit)
        document.seals = {
            place: seal for place, seal in (("employer", state.employer_seal), ("recommending_unit", state.unit_seal)) if seal
        }
        dates = (form.entries["employer_opinion_date"], form.entries["unit_opinion_date"])
        return sheets.form_sheets(self._printed[applicant.key], state, dates, document, chance(f"form{applicant.key}", self.seed))

    def card_sheets(self, applicant: Applicant, kind: str, dpi: int, union: bool = True, together: bool = False) -> list[Sheet]:
        """Copies of the identity card's two sides and of the union card; `together`: all on one sheet."""
        rng = chance(f"cards{applicant.key}", self.seed)
        sides = [cards.id_front(self.identity(applicant)), cards.id_back(self.identity(applicant))]
        documents = [self._identity_document(applicant, True, True)]
        if not union:
            return [Sheet(sheets.cards_sheet(sides, dpi, rng), kind, dpi, documents)]
        service = cards.union_card(self.union(applicant))
        if together:
            return [Sheet(sheets.cards_sheet([*sides, service], dpi, rng), kind, dpi, [*documents, self._union_document(applicant)])]
        return [
            Sheet(sheets.cards_sheet(sides, dpi, rng), kind, dpi, documents),
            Sheet(sheets.cards_sheet([service], dpi, rng), kind, dpi, [self._union_document(applicant)]),
        ]

    def certificate_sheets(self, applicant: Applicant, kind: str, dpi: int, groups: list[list[int]]) -> list[Sheet]:
        """Copies of certificates; `groups` says which of the applicant's honours (0-based) share a sheet."""
        rng = chance(f"certificates{applicant.key}", self.seed)
        result = []
        for group in groups:
            drawn = [self.certificate(applicant, applicant.honours[index]) for index in group]
            page = sheets.certificates_sheet([picture for picture, _ in drawn], dpi, rng)
            result.append(Sheet(page, kind, dpi, [document for _, document in drawn]))
        return result

    def identity_photo(self, applicant: Applicant, front: bool = True, back: bool = True, width: int = 1600) -> Piece:
        """A photograph of one or both sides of the identity card."""
        card = self.identity(applicant)
        items = [cards.id_front(card)] * front + [cards.id_back(card)] * back
        rng = chance(f"identity{applicant.key}{front}{back}", self.seed)
        return paper.photograph(items, rng, width), [self._identity_document(applicant, front, back)]

    def union_photo(self, applicant: Applicant) -> Piece:
        """A photograph of the plastic card, or the telephone's screenshot itself."""
        picture = cards.union_card(self.union(applicant))
        rng = chance(f"union{applicant.key}", self.seed)
        if applicant.union_design == "screenshot":
            return jpeg(np.asarray(picture), 72, dpi=72), [self._union_document(applicant)]
        return paper.photograph([picture], rng, 1600), [self._union_document(applicant)]

    def certificate_photo(self, applicant: Applicant, index: int, width: int = 1700, turn: int = 0) -> Piece:
        """A photograph of the certificate of one honour (0-based), the telephone held `turn` degrees wrong."""
        picture, document = self.certificate(applicant, applicant.honours[index])
        if turn:
            picture, document.turns = picture.rotate(-turn, expand=True), {1: turn}
        rng = chance(f"photo{applicant.key}{index}", self.seed)
        return paper.photograph([picture], rng, width), [document]
