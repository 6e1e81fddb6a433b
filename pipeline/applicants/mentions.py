"""Where persons are mentioned: application forms, rows of summary tables, ID cards, union cards, certificates.

Comes in: filed documents with their values. Goes out: one `Mention` for each naming of a person, with what can tie it to others.
Called by `persons` and `resolve_applicants`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline.applicants.containers import chain
from pipeline.text.likeness import confident, id_key, organisation_key, person_key, valid_id
from schemas.codes import DocType, Source
from schemas.records import FiledDocument
from schemas.rules import Rulebook

# Which source states a person's name and number best: what was typed, then what was printed by the state, then what people filled in.
_RANK = {DocType.APPLICATION_FORM: 0, DocType.ID_CARD: 2, DocType.RECOMMENDATION_SUMMARY: 3, DocType.UNION_CARD: 5, DocType.CERTIFICATE: 6}


@dataclass(frozen=True)
class Mention:
    """One naming of a person: the texts as read, and their keys ('' where not stated). `row` is 0 but in summary tables."""

    filed: FiledDocument = field(repr=False)
    row: int
    name: str
    key: str
    sure_name: bool
    id_number: str
    phone: str = ""
    employer: str = ""
    birth_date: str = ""
    unit: str = ""
    doubted: frozenset[str] = frozenset()  # the fields among these that were not read with certainty
    levels: tuple[str, ...] = field(default=(), repr=False)

    @property
    def doc_type(self) -> DocType:
        return self.filed.document.doc_type

    @property
    def valid(self) -> bool:
        """Whether the ID number is without fault."""
        return valid_id(self.id_number)

    @property
    def rank(self) -> int:
        """How well the source states a person: 0 is best."""
        paper = self.filed.document.source == Source.PAPER
        if self.doc_type == DocType.APPLICATION_FORM:
            return 4 if paper and not self.sure_name else (1 if paper else 0)
        return _RANK[self.doc_type]

    @property
    def order(self) -> tuple[int, str, str, int]:
        """A total order that does not depend on the order of the input."""
        return (self.rank, self.filed.received_at.isoformat(), self.filed.document.document_id, self.row)


def mention(filed: FiledDocument, row: int, rulebook: Rulebook) -> Mention | None:
    """The person that a document (or a row of it) names; None where it states neither a name nor an ID number."""
    comparison = rulebook.findings.comparison
    document = filed.document

    def text(name: str, at: int = row) -> str:
        value = document.first(name, at)
        return "" if value is None else value.value  # what has no normal form names nobody

    name, number = text("name"), id_key(text("id_number"))
    if not name and not number:
        return None
    read = {each: document.first(each, row) for each in ("name", "id_number", "phone", "employer", "birth_date")}
    read["unit"] = document.first("recommending_unit")
    doubted = frozenset(each for each, value in read.items() if value is not None and not confident(value, rulebook))
    return Mention(
        filed=filed,
        row=row,
        name=name,
        key=person_key(name, comparison),
        sure_name=bool(name) and "name" not in doubted,
        id_number=number,
        phone=text("phone"),
        employer=organisation_key(text("employer"), comparison),
        birth_date=text("birth_date"),
        unit=text("recommending_unit", 0),
        doubted=doubted,
        levels=chain(filed),
    )


def strong_mentions(filed: FiledDocument, rulebook: Rulebook) -> list[Mention]:
    """The mentions that make a person: forms, summary rows, and ID cards that state a name or number."""
    rows = filed.document.rows() if filed.document.doc_type == DocType.RECOMMENDATION_SUMMARY else [0]
    if filed.document.doc_type not in (DocType.APPLICATION_FORM, DocType.ID_CARD, DocType.RECOMMENDATION_SUMMARY):
        return []
    return [found for row in rows if (found := mention(filed, row, rulebook)) is not None]


def named_in(filed: FiledDocument, rulebook: Rulebook) -> tuple[str, ...]:
    """The keys of the persons whom a card or certificate names: holder, recipient, then members; empty where it names none."""
    comparison = rulebook.findings.comparison
    keys: list[str] = []
    for name in ("name", "recipient", "members"):
        value = filed.document.first(name)
        if value is not None and (name != "name" or filed.document.doc_type != DocType.CERTIFICATE):
            keys.extend(person_key(part, comparison) for part in value.value.split("、"))
    return tuple(dict.fromkeys(key for key in keys if len(key) >= 2))
