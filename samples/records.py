"""What a perfect reader would find: documents with their fields in the contract's normal forms.

Built by `inbox` while it makes the files, judged and written down by `truth`.
A value is what stands on this very document, errors included.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from samples.cards import IdentityCard, UnionCard
from samples.certificates import Certificate
from samples.dates import normal_date
from samples.dossier import Form, Honour, PaperState

_DATES = {"birth_date", "signed_on", "employer_opinion_date", "unit_opinion_date", "honour_date", "valid_from", "valid_to"}


@dataclass(frozen=True)
class FieldValue:
    """One value on a document; `row` counts from 1 in repeated tables, else 0. `hand`: written with a pen."""

    field: str
    value: str
    row: int = 0
    hand: bool = False


@dataclass(eq=False)
class Document:
    """A logical document. `pages` grows while its sheets are laid into a file; `seals` maps the place of a seal to the name it bears.

    `seal_shapes` maps the same places to shape and colour, `style` names the design, `notes` what a clerk would remark; the shipped
    sample states none of them.
    """

    doc_type: str
    applicant: str | None
    source: str
    fields: list[FieldValue]
    unit: str = ""
    kind: str = "digital"
    dpi: int | None = None
    file: str = ""
    received_at: str = ""
    pages: list[int] = field(default_factory=list)
    turns: dict[int, int] = field(default_factory=dict)
    page_kinds: dict[int, str] = field(default_factory=dict)
    seals: dict[str, str] = field(default_factory=dict)
    honour: Honour | None = None
    in_word_body: bool = False
    style: str = ""
    notes: list[str] = field(default_factory=list)
    seal_shapes: dict[str, dict[str, str]] = field(default_factory=dict)

    def value(self, name: str) -> str:
        """The value of an unrepeated field, empty when the document does not state it."""
        return next((each.value for each in self.fields if each.field == name and each.row == 0), "")


def normalise(name: str, raw: str) -> str:
    """The contract's normal form of a raw entry."""
    if name in _DATES and raw != "长期":
        return normal_date(raw)
    if name in ("phone", "union_card_number", "card_number") and re.search(r"\d", raw):
        return re.sub(r"\D", "", raw)
    if name == "ethnicity":
        return raw if raw.endswith("族") else raw + "族"
    return raw.upper() if name == "id_number" else raw


def _stated(pairs: dict[str, str], row: int = 0) -> list[FieldValue]:
    return [FieldValue(name, normalise(name, raw), row) for name, raw in pairs.items() if raw]


def form_fields(form: Form, changes: dict[str, str], paper: PaperState | None) -> list[FieldValue]:
    """Everything an application form states; signature and its date on paper only."""
    found = _stated(form.entries | changes)
    found += [FieldValue(name, answer) for name, answer in form.ticks.items()]
    found.append(FieldValue("cv", "".join(form.cv)))
    for row, claim in enumerate(form.claims, start=1):
        found += _stated(
            {
                "honour_title": claim.title,
                "honour_issuer": claim.issuer,
                "honour_date": claim.date,
                "honour_level": claim.level,
                "honour_role": claim.role,
            },
            row,
        )
    if paper is not None:
        found += _stated({"signature": paper.signature, "signed_on": paper.signed_on})
    return found


def identity_fields(card: IdentityCard, front: bool, back: bool) -> list[FieldValue]:
    """The entries of the card's visible sides."""
    found: list[FieldValue] = []
    if front:
        birth = "-".join(f"{part:02d}" for part in card.birth)
        found += _stated(
            {
                "name": card.name,
                "sex": card.sex,
                "ethnicity": card.ethnicity,
                "birth_date": birth,
                "address": card.address,
                "id_number": card.id_number,
            }
        )
    if back:
        valid_from, valid_to = card.valid.split("-")
        found += _stated({"authority": card.authority, "valid_from": valid_from, "valid_to": valid_to})
    return found


def union_fields(card: UnionCard) -> list[FieldValue]:
    """The entries of a union card; its status only where the design shows one."""
    status = card.status if card.design == "screenshot" else ""
    return _stated({"name": card.name, "card_number": card.number, "union_name": card.union_name, "status": status})


def certificate_fields(honour: Honour, certificate: Certificate) -> list[FieldValue]:
    """What the certificate shows: a person's name, or a team as addressed, with its members."""
    recipient = certificate.addressee.removesuffix("：").removesuffix("同志").strip()
    if certificate.design == "numbered":
        recipient = honour.team or recipient
    return _stated(
        {
            "recipient": recipient,
            "team": honour.team,
            "members": "、".join(certificate.members),
            "honour_title": honour.title,
            "honour_issuer": honour.issuer_text,
            "honour_date": honour.date,
            "certificate_number": honour.number,
        }
    )


def summary_fields(rows: list[dict[str, str]]) -> list[FieldValue]:
    """The rows of a summary table, numbered from 1."""
    names = ("name", "sex", "birth_date", "id_number", "employer", "post", "skill_level", "honour_title", "phone")
    found: list[FieldValue] = []
    for number, row in enumerate(rows, start=1):
        found += _stated({name: row[name] for name in names}, number)
    return found
