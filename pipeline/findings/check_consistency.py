"""What contradicts itself: values that differ between documents, expired cards, late and double applications.

Comes in: a dossier. Goes out: consistency findings on the sheet. Called by `judge`. Impossible values are in `check_validity`.

Only values read with confidence are compared, each at the coarser precision of the two; an uncertain one is LOW_CONFIDENCE already.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import timedelta, timezone

from pipeline.applicants.dossier import Dossier
from pipeline.findings.finding_sheet import FindingSheet
from pipeline.findings.readings import Reading, card_readings, document_evidence, form_readings, readings, row_readings, sure
from pipeline.text.likeness import fell_apart, id_key, organisation_key, person_key, valid_id
from pipeline.text.normal_forms import id_number_birth_date, id_number_sex, same_date, squeeze
from schemas.codes import DocType, Source
from schemas.layout import Method
from schemas.records import FiledDocument
from schemas.rules import Comparison, Rulebook

SHANGHAI = timezone(timedelta(hours=8))  # one zone, no summer time since 1991: needs no time zone data
_ON_ID_CARD = {"name", "sex", "ethnicity", "birth_date", "id_number"}
_ORGANISATIONS = {"employer", "recommending_unit"}
_DERIVED = {"birth_date": id_number_birth_date, "sex": id_number_sex}
_FOR_LIFE = "长期"


def check_consistency(dossier: Dossier, siblings: Sequence[Dossier], sheet: FindingSheet, rulebook: Rulebook) -> None:
    """State contradictions. `siblings` are all dossiers of the same person, this one included."""
    for field in rulebook.edition.mismatch_fields:
        _check_field(field, dossier, sheet, rulebook)
    _check_id_card_expiry(dossier, sheet, rulebook)
    check_arrivals([*dossier.documents, *dossier.superseded], sheet, rulebook)
    if len(siblings) > 1:
        units = "；".join(dict.fromkeys(other.recommending_unit or "（未注明推荐单位）" for other in siblings))
        evidence = [
            document_evidence(filed, other.recommending_unit or "") for other in siblings for filed in other.of(DocType.APPLICATION_FORM)
        ]
        evidence += [document_evidence(row.filed, other.recommending_unit or "") for other in siblings for row in other.summary_rows]
        sheet.state("DUPLICATE_APPLICATION", evidence=evidence, units=units)


def check_arrivals(documents: Sequence[FiledDocument], sheet: FindingSheet, rulebook: Rulebook) -> None:
    """State LATE_SUBMISSION for what came after the deadline day in Shanghai (notice:四(三)).

    What first came too late is told from a correction: a form, card or summary of which another one had come in time. In between lies
    what was lacking in time beside a form that was not.
    """
    late = [filed for filed in documents if filed.received_at.astimezone(SHANGHAI).date() > rulebook.edition.deadline]
    if not late:
        return
    in_time = {_kind(filed) for filed in documents if filed not in late}
    lacking = {_kind(filed) for filed in late if filed.document.doc_type not in (DocType.OTHER, DocType.BLANK)} - in_time
    began = any(doc_type in (DocType.APPLICATION_FORM, DocType.RECOMMENDATION_SUMMARY) for doc_type, _ in in_time)
    wording = "" if not began else ("supplement" if lacking else "correction")
    arrivals = [f"“{filed.path.replace('!/', '/')}”（{filed.received_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}收到）" for filed in late]
    evidence = [document_evidence(filed, filed.received_at.astimezone(SHANGHAI).isoformat()) for filed in late]
    sheet.state("LATE_SUBMISSION", wording=wording, evidence=evidence, arrivals="；".join(dict.fromkeys(arrivals)))


def _kind(filed: FiledDocument) -> tuple[DocType, Source | None]:
    """What one document may be a correction of: the signed original and the electronic form are both demanded (notice:四(三))."""
    document = filed.document
    both = document.doc_type in (DocType.APPLICATION_FORM, DocType.RECOMMENDATION_SUMMARY)
    return document.doc_type, document.source if both else None


def _check_field(field: str, dossier: Dossier, sheet: FindingSheet, rulebook: Rulebook) -> None:
    found = sure(_stated(field, dossier), rulebook)
    if field == "name":
        found = _without_fallen_apart(found, sheet, rulebook.findings.comparison)
    derived = _derived(field, dossier, rulebook)
    if not found or all(_agree(field, a, b, rulebook.findings.comparison) for a, b in itertools.combinations([*found, *derived], 2)):
        return
    everything = [*found, *derived]
    sheet.state("FIELD_MISMATCH", field, evidence=[reading.evidence() for reading in everything], readings=sheet.quote(everything))


def _without_fallen_apart(found: list[Reading], sheet: FindingSheet, comparison: Comparison) -> list[Reading]:
    """The names without those in which a rare character fell apart on paper (顾喆 as 顾吉吉): these are doubted, not held against
    anybody."""
    keys = {person_key(reading.text, comparison) for reading in found}
    kept = []
    for reading in found:
        key = person_key(reading.text, comparison)
        if reading.value.method == Method.OCR and any(fell_apart(other, key) for other in keys):
            sheet.doubt(reading)
        else:
            kept.append(reading)
    return kept


def _stated(field: str, dossier: Dossier) -> list[Reading]:
    """What the documents state in a field. The address on an ID card is that of registration, another thing than the address for
    letters."""
    found = [*form_readings(dossier, field), *row_readings(dossier, field)]
    if field in _ON_ID_CARD:
        found += card_readings(dossier, field)
    if field == "name":
        found += card_readings(dossier, field, DocType.UNION_CARD)
    if field == "union_card_number":
        found += card_readings(dossier, "card_number", DocType.UNION_CARD)
    if field == "recommending_unit":
        found += readings({row.filed.document.document_id: row.filed for row in dossier.summary_rows}.values(), field)
    # A text without a normal form (an impossible date, a number with signs in it) is FIELD_INVALID: it cannot be compared.
    return [reading for reading in found if reading.value.value]


def _derived(field: str, dossier: Dossier, rulebook: Rulebook) -> list[Reading]:
    """Birth date or sex as the ID number holds it (GB 11643), if all certain numbers agree and are faultless."""
    if field not in _DERIVED:
        return []
    numbers = sure(_stated("id_number", dossier), rulebook)
    keys = {id_key(reading.value.value) for reading in numbers}
    if len(keys) != 1 or not valid_id(next(iter(keys))):
        return []
    reading = numbers[0]
    value = _DERIVED[field](next(iter(keys)))
    return [Reading(reading.filed, reading.value, value, "的身份证号所含内容")] if value else []


def _agree(field: str, left: Reading, right: Reading, comparison: Comparison) -> bool:
    a, b = left.text, right.text
    if field == "birth_date":
        return same_date(a, b)
    if field == "name":
        return person_key(a, comparison) == person_key(b, comparison)
    if field == "id_number":
        return id_key(a) == id_key(b)
    if field in _ORGANISATIONS:
        return organisation_key(a, comparison) == organisation_key(b, comparison)
    a, b = _bare(a), _bare(b)
    if field == "ethnicity":
        a, b = a.removesuffix("族"), b.removesuffix("族")
    if a == b or any(a in _bare_all(group) and b in _bare_all(group) for group in comparison.synonyms.get(field, ())):
        return True
    one_is_row = (left.value.row > 0) != (right.value.row > 0)
    contained = field in comparison.contained_fields or (one_is_row and field in comparison.combined_summary_fields)
    return contained and (a in b or b in a)


def _bare(text: str) -> str:
    return "".join(char for char in squeeze(text) if char.isalnum()).upper()


def _bare_all(texts: Sequence[str]) -> set[str]:
    return {_bare(text) for text in texts}


def _check_id_card_expiry(dossier: Dossier, sheet: FindingSheet, rulebook: Rulebook) -> None:
    deadline = rulebook.edition.deadline.isoformat()
    ends = [reading for reading in card_readings(dossier, "valid_to") if reading.value.value]
    certain = sure(ends, rulebook)
    # A date without month or day lies before the deadline only if all of it does; one copy that may be valid is enough.
    expired = [
        reading for reading in certain if reading.value.value != _FOR_LIFE and reading.value.value < deadline[: len(reading.value.value)]
    ]
    if expired and len(expired) == len(ends):
        sheet.state("ID_CARD_EXPIRED", evidence=[reading.evidence() for reading in expired], readings=sheet.quote(expired))
