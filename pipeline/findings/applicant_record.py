"""The applicant as a row: the best of all sources for every column of `review.applicants`.

Comes in: a dossier with its findings and honours. Goes out: an `Applicant`. Called by `judge`.

Order of trust: the electronic form, then a paper form read with certainty, for what the ID card states the card (name, sex, birth date,
number), then the summary row, last what was read without certainty. An invalid number yields to a faultless one from a later source.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from pipeline.applicants.dossier import Dossier
from pipeline.findings.check_reading import awaiting_review
from pipeline.findings.finding_sheet import verdict_of
from pipeline.findings.readings import Reading, card_readings, form_readings, row_readings
from pipeline.text.likeness import confident, id_key, valid_id
from pipeline.text.normal_forms import id_number_birth_date, id_number_sex, same_date
from schemas.codes import DocType, FindingStatus, Severity, Source, Truth
from schemas.records import Applicant, Finding, Honour
from schemas.rules import Rulebook

_TEXTS = ("employer", "post", "duty", "skill_level", "professional_title", "phone", "union_card_number", "district", "industry")
_ON_ID_CARD = {"name", "sex", "birth_date", "id_number"}


def applicant_of(dossier: Dossier, findings: Sequence[Finding], honours: Sequence[Honour], rulebook: Rulebook) -> Applicant:
    """Build the row. `findings` and `honours` are the applicant's own; all findings count as open."""
    number = _id_number(dossier, rulebook)
    faultless = number if number and valid_id(id_key(number)) else ""
    arrivals = [filed.received_at for filed in dossier.documents] or [row.filed.received_at for row in dossier.summary_rows]
    standing = [finding for finding in findings if finding.status != FindingStatus.WAIVED]
    texts = {field: _best(dossier, field, rulebook) for field in _TEXTS}
    return Applicant(
        applicant_id=dossier.applicant_id,
        name=dossier.name,
        sex=_best(dossier, "sex", rulebook) or (id_number_sex(faultless) if faultless else None),
        birth_date=_birth_date(_best(dossier, "birth_date", rulebook), id_number_birth_date(faultless) if faultless else None),
        id_number=number,
        **texts,
        recommending_unit=dossier.recommending_unit,
        received_at=max(arrivals),
        verdict=verdict_of(findings, rulebook.findings),
        blockers=sum(finding.severity == Severity.BLOCKER for finding in standing),
        warnings=sum(finding.severity == Severity.WARNING for finding in standing),
        to_review=len(awaiting_review(dossier)),
        qualifying_honours=sum(honour.qualifies == Truth.YES for honour in honours),
    )


def _in_order_of_trust(dossier: Dossier, field: str, rulebook: Rulebook) -> list[Reading]:
    paper = form_readings(dossier, field, Source.PAPER)
    cards = card_readings(dossier, field) if field in _ON_ID_CARD else []
    if field == "union_card_number":
        cards = card_readings(dossier, "card_number", DocType.UNION_CARD)
    ranked = [*form_readings(dossier, field, Source.ELECTRONIC), *paper, *cards, *row_readings(dossier, field)]
    # Stable: certain ones first, each group in the order of the sources.
    return sorted((reading for reading in ranked if reading.value.value), key=lambda reading: not confident(reading.value, rulebook))


def _best(dossier: Dossier, field: str, rulebook: Rulebook) -> str | None:
    return next((reading.value.value for reading in _in_order_of_trust(dossier, field, rulebook)), None)


def _id_number(dossier: Dossier, rulebook: Rulebook) -> str | None:
    ranked = [id_key(reading.value.value) or reading.value.value for reading in _in_order_of_trust(dossier, "id_number", rulebook)]
    return next((number for number in ranked if valid_id(number)), ranked[0] if ranked else None)


def _birth_date(stated: str | None, in_number: str | None) -> date | None:
    """The full date: as stated, or from the ID number where the statement is coarser and agrees, or missing."""
    text = in_number if in_number and (stated is None or (len(stated) < 10 and same_date(stated, in_number))) else stated
    try:
        return date.fromisoformat(text) if text and len(text) == 10 else None
    except ValueError:
        return None
