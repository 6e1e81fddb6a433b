"""What an applicant claims and what the certificates show, ready to be compared.

Comes in: a dossier. Goes out: its `Claim`s (a row of the electronic and of the paper form is one claim) and its `CertificateReading`s
(several scans of one certificate are one). Called by `match_honours`."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.applicants.dossier import Dossier
from pipeline.catalogue.awards import TitleKey, contradicts, core_likeness, title_key
from pipeline.honours.assignment import best_assignment
from pipeline.honours.honour_case import Claim
from pipeline.honours.honour_text import StatedHonour, read_honours
from pipeline.text.normal_forms import name_key, same_date, squeeze
from schemas.base import Frozen
from schemas.codes import DocType, Source
from schemas.records import Document, FieldValue, FiledDocument, Id
from schemas.rules import Rulebook

_SAME_ROW = 0.6  # likeness above which equal row numbers of two forms mean the same honour
_SAME_TITLE = 0.85
_PARTS = ("title", "issuer", "date", "level", "role")


class CertificateReading(Frozen):
    """A certificate's values, with the other scans of it."""

    filed: FiledDocument
    title: FieldValue | None
    issuer: FieldValue | None
    date: FieldValue | None
    level: FieldValue | None
    number: FieldValue | None
    recipient: FieldValue | None
    members: FieldValue | None
    seal: FieldValue | None
    copies: tuple[Id, ...] = ()


def claims_of(dossier: Dossier, rulebook: Rulebook) -> list[Claim]:
    """The claims in the order of the preferred form's rows: the latest electronic form, else the latest paper form; rows only others have
    follow."""
    forms = dossier.of(DocType.APPLICATION_FORM)
    ranked = sorted(enumerate(forms), key=lambda pair: (pair[1].document.source != Source.ELECTRONIC, -pair[0]))
    claims: list[Claim] = []
    for _, form in ranked:
        claims = _merged(claims, _claims_in(form.document, rulebook), rulebook)
    return claims


def certificates_of(dossier: Dossier, rulebook: Rulebook) -> list[CertificateReading]:
    """The certificates in the order of arrival, each once, in its best-read copy."""
    kept: list[CertificateReading] = []
    for filed in dossier.of(DocType.CERTIFICATE):
        reading = _reading(filed)
        twin = next((index for index, other in enumerate(kept) if _same_certificate(reading, other, rulebook)), None)
        if twin is None:
            kept.append(reading)
        else:
            best, other = sorted((kept[twin], reading), key=_trust, reverse=True)
            copies = (*kept[twin].copies, other.filed.document.document_id)
            kept[twin] = best.model_copy(update={"copies": tuple(dict.fromkeys(copies))})
    return kept


def key_of(value: FieldValue | None, rulebook: Rulebook) -> TitleKey | None:
    """The title taken apart; None where there is none."""
    return title_key(value.value, rulebook.awards) if value is not None and value.value else None


def _claims_in(document: Document, rulebook: Rulebook) -> list[Claim]:
    claims: list[Claim] = []
    for row in document.rows():
        values = {part: document.first(f"honour_{part}", row) for part in _PARTS}
        title, issuer = values["title"], values["issuer"]
        if not any(value is not None and _says_something(value, rulebook) for value in (title, issuer)):
            continue
        claim = Claim(document_id=document.document_id, row=row, **values)
        claims.extend(_split_cell(claim, rulebook))
    return claims


def _says_something(value: FieldValue, rulebook: Rulebook) -> bool:
    bare = squeeze(value.value or value.raw)
    return bool(bare) and bare not in rulebook.awards.certificate.blank_words


def _split_cell(claim: Claim, rulebook: Rulebook) -> list[Claim]:
    """The claims of a row whose title cell lists several honours or holds a whole sentence; the row itself otherwise."""
    if claim.title is None or (claim.issuer is not None and claim.issuer.value and claim.date is not None and claim.date.value):
        return [claim]
    stated = read_honours(claim.title.raw or claim.title.value, rulebook)
    # One honour is taken from the cell's words only where they say more than its title: who conferred it, or when.
    if not stated or (len(stated) == 1 and not stated[0].issuer and not stated[0].date):
        return [claim]
    if len(stated) == 1:
        return [_filled_from_text(claim, claim.title, stated[0])]
    parts = []
    for honour in stated:
        update = {
            name: claim.title.model_copy(update={"field": f"honour_{name}", "value": value})
            for name in _PARTS
            if (value := getattr(honour, name))
        }
        parts.append(claim.model_copy(update=update))
    return parts


def _filled_from_text(claim: Claim, cell: FieldValue, stated: StatedHonour) -> Claim:
    """The row with the title that its sentence states, and what else the sentence says where the row's own cells say nothing."""
    update = {
        name: cell.model_copy(update={"field": f"honour_{name}", "value": value})
        for name in _PARTS
        if (value := getattr(stated, name)) and (name == "title" or _empty(getattr(claim, name)))
    }
    return claim.model_copy(update=update)


def _merged(preferred: list[Claim], others: list[Claim], rulebook: Rulebook) -> list[Claim]:
    """The preferred form's claims, filled up with what only another form states; rows of the other form that match none are added."""
    weights = [[_same_claim(left, right, rulebook) for right in others] for left in preferred]
    merged = list(preferred)
    matched = best_assignment(weights)
    for left, right in matched:
        merged[left] = _filled(preferred[left], others[right])
    taken = {right for _, right in matched}
    return merged + [claim for index, claim in enumerate(others) if index not in taken]


def _same_claim(left: Claim, right: Claim, rulebook: Rulebook) -> float:
    first, second = key_of(left.title, rulebook), key_of(right.title, rulebook)
    if first is None or second is None:
        return 0.5 if left.row == right.row else 0.0
    likeness = core_likeness(first, second)
    same_row = left.row == right.row and likeness >= _SAME_ROW
    if not same_row and (likeness < _SAME_TITLE or contradicts(first, second)):
        return 0.0
    return likeness + (0.2 if left.row == right.row else 0.0)


def _filled(claim: Claim, other: Claim) -> Claim:
    missing = {part: value for part in _PARTS if _empty(getattr(claim, part)) and not _empty(value := getattr(other, part))}
    return claim.model_copy(update={**missing, "copies": (*claim.copies, other.document_id, *other.copies)})


def _empty(value: FieldValue | None) -> bool:
    return value is None or not value.value


def _reading(filed: FiledDocument) -> CertificateReading:
    document = filed.document
    return CertificateReading(
        filed=filed,
        title=document.first("honour_title"),
        issuer=document.first("honour_issuer"),
        date=document.first("honour_date"),
        level=document.first("honour_level"),
        number=document.first("certificate_number"),
        recipient=document.first("recipient"),
        members=document.first("members"),
        seal=document.first("seal_certificate"),
    )


def _same_certificate(left: CertificateReading, right: CertificateReading, rulebook: Rulebook) -> bool:
    """Whether two scans show one certificate: same title, year and grade, no date, number or recipient that differs."""
    first, second = key_of(left.title, rulebook), key_of(right.title, rulebook)
    if first is None or second is None or contradicts(first, second) or core_likeness(first, second) < _SAME_TITLE:
        return False
    if first.grades != second.grades and left.title and right.title and not (left.title.needs_review or right.title.needs_review):
        return False
    if left.date and right.date and not same_date(left.date.value, right.date.value):
        return False
    if not _may_be_equal(left.number, right.number) or not _may_be_equal(left.recipient, right.recipient):
        return False
    # Without a date, number or recipient in common, a like title alone is too little.
    return any(
        a is not None and b is not None
        for a, b in ((left.date, right.date), (left.number, right.number), (left.recipient, right.recipient))
    )


def _may_be_equal(left: FieldValue | None, right: FieldValue | None) -> bool:
    """Whether two readings may be of the same words: equal, one unsure, or one missing."""
    if left is None or right is None or left.needs_review or right.needs_review:
        return True
    first, second = name_key(left.value), name_key(right.value)
    return first == second or first.endswith(second) or second.endswith(first)


def _trust(reading: CertificateReading) -> float:
    """How well a certificate was read: what it states, weighed by confidence."""
    values: Sequence[FieldValue | None] = (reading.title, reading.issuer, reading.date, reading.recipient, reading.members)
    return sum(value.confidence for value in values if value is not None)
