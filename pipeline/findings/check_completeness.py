"""What is missing: forms, cards, summary rows, certificates, blank fields (notice:二, 四(三)).

Comes in: a dossier and the unit's summaries. Goes out: completeness findings on the sheet. Called by `judge`. Opinions, seals and
signatures are in `check_paper`, ID cards in `check_cards`, missing certificates in `check_honours`.

A field counts as blank only where its place was seen. Where a page is missing from the scan, nothing is said about what would stand on it.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.applicants.dossier import Dossier
from pipeline.findings.finding_sheet import FindingSheet
from pipeline.findings.readings import Reading, document_evidence, form_readings, readings, sure
from pipeline.text.likeness import blank, confident, organisation_key, person_key
from schemas.codes import DocType, Source
from schemas.records import FiledDocument, Registers
from schemas.rules import Rulebook

# Fields with a finding of their own.
_CHECKED_ELSEWHERE = {"signature", "employer_opinion", "unit_opinion"}
_PAPER_ONLY = {"signed_on", "employer_opinion_date", "unit_opinion_date"}


def check_completeness(
    dossier: Dossier, summaries: Sequence[FiledDocument], registers: Registers, sheet: FindingSheet, rulebook: Rulebook
) -> None:
    """State what the dossier lacks of the edition's `required_material` and `required_fields`. `summaries` are those of the dossier's
    unit."""
    required = set(rulebook.edition.required_material)
    forms = dossier.of(DocType.APPLICATION_FORM)
    if not forms:
        if "application_form" in required:
            _state_no_form(dossier, sheet)
    else:
        _check_form_sources(dossier, required, sheet)
        _check_fields(dossier, forms, sheet, rulebook)
    if "union_card" in required and not dossier.of(DocType.UNION_CARD):
        sheet.state("UNION_CARD_MISSING", evidence=[document_evidence(filed) for filed in forms])
    if "recommendation_summary" in required and not dossier.summary_rows:
        _state_no_row(dossier, summaries, sheet, rulebook)
    _check_recommender(dossier, forms, registers, sheet, rulebook)


def _check_recommender(
    dossier: Dossier, forms: Sequence[FiledDocument], registers: Registers, sheet: FindingSheet, rulebook: Rulebook
) -> None:
    """A unit must recommend (notice:二1); where the secretariat keeps a register of those that may, it must be one of them."""
    unit = dossier.recommending_unit
    if unit is None:
        sheet.state("RECOMMENDER_MISSING", evidence=[document_evidence(filed) for filed in forms])
        return
    comparison = rulebook.findings.comparison
    key = organisation_key(unit, comparison)
    entitled = {organisation_key(name, comparison) for entry in registers.units for name in (entry.name, *entry.aliases)}
    if not entitled or key in entitled:
        return
    stated = [*form_readings(dossier, "recommending_unit"), *_headings(dossier)]
    certain = [reading for reading in sure(stated, rulebook) if organisation_key(reading.text, comparison) == key]
    if certain:
        evidence = [reading.evidence() for reading in certain]
        sheet.state("RECOMMENDER_MISSING", wording="unregistered", evidence=evidence, readings=sheet.quote(certain))


def _headings(dossier: Dossier) -> list[Reading]:
    """The unit as the summaries that list the applicant name it."""
    return readings({row.filed.document.document_id: row.filed for row in dossier.summary_rows}.values(), "recommending_unit")


def _state_no_form(dossier: Dossier, sheet: FindingSheet) -> None:
    material = [sheet.where(filed) for filed in dossier.documents]
    material += [f"{sheet.where(row.filed)}第{row.row}行" for row in dossier.summary_rows]
    evidence = [document_evidence(filed) for filed in dossier.documents] + [
        document_evidence(row.filed, dossier.name) for row in dossier.summary_rows
    ]
    sheet.state("FORM_MISSING", evidence=evidence, material="；".join(dict.fromkeys(material)))


def _check_form_sources(dossier: Dossier, required: set[str], sheet: FindingSheet) -> None:
    paper = dossier.of(DocType.APPLICATION_FORM, Source.PAPER)
    electronic = dossier.of(DocType.APPLICATION_FORM, Source.ELECTRONIC)
    for code, material, present, absent in (
        ("PAPER_FORM_MISSING", "paper_form", electronic, paper),
        ("ELECTRONIC_FORM_MISSING", "electronic_form", paper, electronic),
    ):
        if material in required and present and not absent:
            where = "；".join(sheet.where(filed) for filed in present)
            sheet.state(code, evidence=[document_evidence(filed) for filed in present], where=where)


def _check_fields(dossier: Dossier, forms: Sequence[FiledDocument], sheet: FindingSheet, rulebook: Rulebook) -> None:
    for field in rulebook.edition.required_fields:
        if field in _CHECKED_ELSEWHERE or (field in _PAPER_ONLY and not dossier.of(DocType.APPLICATION_FORM, Source.PAPER)):
            continue
        if any(reading for filed in forms for row in (0, *filed.document.rows()) for reading in readings([filed], field, row)):
            continue
        seen = [Reading(filed, value) for filed in forms if (value := filed.document.first(field)) is not None]
        doubtful = [reading for reading in seen if not confident(reading.value, rulebook)]
        if seen and len(doubtful) == len(seen):
            for reading in doubtful:
                sheet.doubt(reading)
            continue
        places = [reading.filed for reading in seen] or [filed for filed in forms if _otherwise_complete(filed, rulebook)]
        if places:
            evidence = [reading.evidence() for reading in seen] or [document_evidence(filed) for filed in places]
            where = "；".join(sheet.where(reading.filed, reading.value.page) for reading in seen) or "；".join(map(sheet.where, places))
            sheet.state("FIELD_MISSING", field, evidence=evidence, where=where)


def _otherwise_complete(filed: FiledDocument, rulebook: Rulebook) -> bool:
    """Whether so much of a form was seen that a field without a trace may be called blank: an office that retypes the form may leave the
    label out."""
    required = rulebook.edition.required_fields
    seen = sum(any(value.field == field for value in filed.document.fields) for field in required)
    filled = sum(any(value.field == field and not blank(value) for value in filed.document.fields) for field in required)
    return bool(required) and filled > 0 and seen / len(required) >= rulebook.findings.comparison.form_seen_share


def _state_no_row(dossier: Dossier, summaries: Sequence[FiledDocument], sheet: FindingSheet, rulebook: Rulebook) -> None:
    if any(_may_list(filed, dossier, rulebook) for filed in summaries):
        return  # a row that could not be read with certainty may be the applicant's: the row's own LOW_CONFIDENCE sends a person there
    wording = "direct" if dossier.recommending_unit is None else ("not_listed" if summaries else "")
    where = "；".join(sheet.where(filed) for filed in summaries)
    sheet.state("SUMMARY_ROW_MISSING", wording=wording, evidence=[document_evidence(filed) for filed in summaries], where=where)


def _may_list(filed: FiledDocument, dossier: Dossier, rulebook: Rulebook) -> bool:
    key = person_key(dossier.name, rulebook.findings.comparison)
    for row in filed.document.rows():
        value = filed.document.first("name", row)
        if value is None or blank(value):
            # A row whose name could not be read at all, though something stands in it.
            if any(not blank(other) for other in filed.document.fields if other.row == row):
                return True
        elif not confident(value, rulebook):
            listed = person_key(value.value or value.raw, rulebook.findings.comparison)
            if len(listed) == len(key) and any(a == b for a, b in zip(listed, key, strict=True)):
                return True
    return False
