"""The pieces of a dossier: an applicant in, pages and pictures out, each with the document that a reader should find on it.

Called by `packing`. All Word files are printed in one LibreOffice run for each typeface.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np
from PIL import Image

from samples import sheets
from samples.annexes import blank_form, fill_form, fill_summary
from samples.dossier import Applicant
from samples.population.applicants import Unit
from samples.population.cards import identity_copies, lay_out, union_copy
from samples.population.certificates import Words, choose_words, draw_style, styles_for
from samples.population.handfilled import Pen, fill_by_hand, hand_habits, mark_answers
from samples.population.lexicon import happens, pick
from samples.population.others import other_paper
from samples.population.retyping import retype
from samples.population.signing import sign_form, sign_summary
from samples.records import Document, FieldValue, form_fields, normalise, summary_fields
from samples.rendering import page_pictures, print_to_pdf
from samples.seal_shapes import SealLook
from samples.studio import chance


@dataclass(frozen=True)
class Sealed:
    """A seal on a page: the document and the place in it that it belongs to."""

    document: Document
    place: str
    name: str
    look: SealLook

    def record(self, grey: bool) -> None:
        """Enter it in the document, `grey` where the page came without colour."""
        self.document.seals[self.place] = self.name
        self.document.seal_shapes[self.place] = {"shape": self.look.shape, "colour": "grey" if grey else self.look.colour}


@dataclass
class Page:
    """One side of paper before it is scanned. `signature`: None where there is no place for one."""

    picture: Image.Image
    documents: list[Document]
    seals: list[Sealed] = field(default_factory=list)
    signature: bool | None = None

    @property
    def is_blank(self) -> bool:
        """Whether nothing is printed on it."""
        return self.documents[0].doc_type == "blank"


@dataclass
class Piece:
    """Something to be photographed by itself: pictures lying together, with their documents. `screenshot`: no photograph."""

    pictures: list[Image.Image]
    documents: list[Document]
    seals: list[Sealed] = field(default_factory=list)
    screenshot: bool = False


def summary_rows(members: Iterable[Applicant]) -> list[dict[str, str]]:
    """The rows of a unit's summary table, typed by its office from the true data."""
    rows = []
    for who in members:
        assert who.form is not None
        entries, person = who.form.entries, who.person
        row = {
            "name": person.name,
            "sex": person.sex,
            "birth_date": f"{person.birth[0]}年{person.birth[1]}月",
            "id_number": person.id_number,
        }
        row |= {"employer": who.employer, "phone": person.phone}
        row["post"] = f"{entries['post']}／{entries['duty']}"
        row["skill_level"] = f"{entries['skill_level']}／{entries['professional_title']}"
        row["honour_title"] = "；".join(claim.title for claim in who.form.claims) or "无"
        rows.append(row | who.summary_changes)
    return rows


def _certificate_fields(words: Words) -> list[FieldValue]:
    """What a certificate shows, in the contract's normal forms."""
    entries = {"recipient": words.recipient, "team": words.team, "members": "、".join(words.members), "honour_title": words.full_title}
    entries |= {"honour_issuer": "、".join(words.issuers), "honour_date": words.date, "certificate_number": words.number}
    return [FieldValue(name, normalise(name, raw)) for name, raw in entries.items() if raw]


class Pieces:
    """Draws everything that belongs to the members of some units."""

    def __init__(self, seed: int, members: list[Applicant], units: dict[str, Unit], hand_share: float) -> None:
        self.seed = seed
        self.hand_share = hand_share
        self.units = units
        self.members = members
        self.word: dict[str, bytes] = {}
        self._printed: dict[str, bytes] = {}
        self._print_all()

    def _print_all(self) -> None:
        queues: dict[str, dict[str, bytes]] = {}
        for who in self.members:
            assert who.form is not None
            retyped = who.electronic == "retyped"
            self.word[who.key] = retype(who.form, chance(f"office{who.key}", self.seed)) if retyped else fill_form(who.form)
            if who.electronic == "pdf":
                queues.setdefault("song", {})[f"{who.key}-text"] = self.word[who.key]
            if who.paper is not None:
                content = self._paper_word(who, retyped)
                queues.setdefault(who.paper.typeface, {})[f"{who.key}-paper"] = content
        for number, unit in enumerate(self.units.values()):
            rows = summary_rows(self.of_unit(unit))
            self.word[unit.name] = fill_summary(unit.name, unit.contact, rows)
            if any(who.paper for who in self.members):
                queues.setdefault("song" if number % 2 == 0 else "ming", {})[f"unit{number}"] = fill_summary(
                    unit.name, unit.contact, rows, trim=True
                )
        for typeface, files in queues.items():
            self._printed |= print_to_pdf(files, typeface)

    def _paper_word(self, who: Applicant, retyped: bool) -> bytes:
        assert who.form is not None and who.paper is not None
        if retyped:
            changed = replace(who.form, entries=who.form.entries | who.paper_changes)
            return retype(changed, chance(f"office{who.key}", self.seed))
        by_hand, answers = self._habits(who)
        if by_hand:
            return blank_form()
        return fill_form(who.form, who.paper_changes, who.paper.dates_by_hand, blank_ticks=answers != "printed")

    def _habits(self, who: Applicant) -> tuple[bool, str]:
        return (False, "printed") if who.electronic == "retyped" else hand_habits(self.hand_share, chance(f"habits{who.key}", self.seed))

    def of_unit(self, unit: Unit) -> list[Applicant]:
        """The unit's members, in order."""
        return [who for who in self.members if who.unit == unit.name]

    def text_pdf(self, who: Applicant) -> tuple[bytes, int]:
        """The form as a born-digital PDF and its number of pages."""
        pdf = self._printed[f"{who.key}-text"]
        return pdf, len(page_pictures(pdf, 10))

    def form_document(self, who: Applicant) -> Document:
        """What the electronic form states."""
        assert who.form is not None
        return Document(
            "application_form", who.key, "electronic", form_fields(who.form, {}, None), who.unit, in_word_body=who.electronic != "pdf"
        )

    def summary_document(self, unit: Unit, source: str) -> Document:
        """What the unit's summary table states."""
        found = [FieldValue("recommending_unit", unit.name), *summary_fields(summary_rows(self.of_unit(unit)))]
        return Document("recommendation_summary", None, source, found, unit.name, in_word_body=source == "electronic")

    def form_pages(self, who: Applicant) -> list[Page]:
        """The paper form, printed, signed and sealed."""
        state, form = who.paper, who.form
        assert state is not None and form is not None
        changes = who.paper_changes
        document = Document("application_form", who.key, "paper", form_fields(form, changes, state), who.unit)
        pdf, rng = self._printed[f"{who.key}-paper"], chance(f"form{who.key}", self.seed)
        dates = (form.entries["employer_opinion_date"], form.entries["unit_opinion_date"])
        filled_by_hand, answers = self._habits(who)
        by_hand = filled_by_hand or (state.dates_by_hand and who.electronic != "retyped")
        pages = [Page(picture, [document]) for picture in page_pictures(pdf, state.dpi)]
        pictures = [page.picture for page in pages]
        pen, penned = Pen(pictures, state.dpi, rng), set()
        if filled_by_hand:
            fill_by_hand(pdf, form, changes, pen)
            penned = {each.field for each in document.fields}
        if answers != "printed":
            if not mark_answers(pdf, form.ticks, pen, answers == "circle"):
                raise AssertionError(f"{who.key}: the printed form lacks its ten boxes")
            penned |= set(form.ticks)
        marks = sign_form(pdf, pen, state, dates if by_hand else None, rng)
        for page, mark in zip(pages, marks, strict=True):
            page.seals, page.signature = [Sealed(document, *seal) for seal in mark.seals], mark.signature
        written = {name for mark in marks for name in mark.written}
        possible = {"signature", "signed_on"} | ({"employer_opinion_date", "unit_opinion_date"} if by_hand else set())
        kept = [each for each in document.fields if each.field not in possible or each.field in written]
        document.fields = [replace(each, hand=True) if each.field in penned | written else each for each in kept]
        return pages

    def summary_pages(self, unit: Unit, seal: str, dpi: int) -> list[Page]:
        """The summary table on paper; `seal` is the name on its seal, empty for none."""
        number = list(self.units).index(unit.name)
        pdf, rng = self._printed[f"unit{number}"], chance(f"summary{unit.name}", self.seed)
        document = self.summary_document(unit, "paper")
        pages = [Page(picture, [document]) for picture in page_pictures(pdf, dpi)]
        if seal:
            pages[0].seals = [Sealed(document, "summary", seal, sign_summary(pdf, pages[0].picture, seal, dpi, rng))]
        return pages

    def identity(self, who: Applicant) -> list[Piece]:
        """The identity card, its sides together or apart."""
        copies = identity_copies(who, chance(f"identity{who.key}", self.seed))
        return [Piece(each.pictures, [each.document]) for each in copies]

    def union(self, who: Applicant) -> Piece:
        """The union card or its screenshot."""
        made = union_copy(who, chance(f"union{who.key}", self.seed))
        return Piece(made.pictures, [made.document], screenshot=made.screenshot)

    def certificates(self, who: Applicant) -> list[Piece]:
        """The certificates that the applicant has."""
        found = []
        for honour in who.honours:
            if not honour.certified:
                continue
            rng = chance(f"{who.key}{honour.title}", self.seed)
            words, style = choose_words(honour, who.person.name, who.employer, rng), pick(styles_for(honour), rng)
            drawn = draw_style(style, words, f"style{who.key}{honour.title}", self.seed)
            document = Document("certificate", who.key, "paper", _certificate_fields(words), who.unit, honour=honour, style=style)
            seals = [Sealed(document, f"issuer {number}", seal.name, seal.look) for number, seal in enumerate(drawn.seals, start=1)]
            found.append(Piece([drawn.picture], [document], seals))
        return found

    def card_pages(self, who: Applicant, dpi: int, rng: np.random.Generator) -> list[Page]:
        """Photocopies of the cards, on one sheet or two."""
        pieces = [*self.identity(who), self.union(who)]
        if len(pieces) == 2 and happens(0.35, rng) and not pieces[1].screenshot:
            pictures = pieces[0].pictures + pieces[1].pictures
            return [Page(lay_out(pictures, dpi, rng), pieces[0].documents + pieces[1].documents)]
        return [Page(lay_out(each.pictures, dpi, rng), each.documents) for each in pieces]

    def other_page(self, who: Applicant, dpi: int, rng: np.random.Generator) -> Page:
        """A paper that nobody asked for."""
        picture, document = other_paper(who, rng)
        return Page(sheets.certificates_sheet([picture], dpi, rng), [document])

    def certificate_pages(self, who: Applicant, dpi: int, rng: np.random.Generator) -> list[Page]:
        """Photocopies of the certificates, one a page, landscape ones now and then two."""
        left, pages = self.certificates(who), []
        while left:
            group = [left.pop(0)]
            wide = group[0].pictures[0].width > group[0].pictures[0].height
            if wide and left and left[0].pictures[0].width > left[0].pictures[0].height and happens(0.3, rng):
                group.append(left.pop(0))
            picture = sheets.certificates_sheet([each.pictures[0] for each in group], dpi, rng)
            pages.append(Page(picture, [each.documents[0] for each in group], [seal for each in group for seal in each.seals]))
        return pages
