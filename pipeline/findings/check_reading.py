"""What the machine read without certainty, and pages that it could not place (contract: LOW_CONFIDENCE, UNKNOWN_DOCUMENT).

Comes in: a dossier, a unit's summaries, single documents. Goes out: doubts and findings on the sheet. Called by `judge`.
"""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.applicants.dossier import Dossier
from pipeline.findings.check_paper import SEAL_FIELDS
from pipeline.findings.finding_sheet import FindingSheet
from pipeline.findings.readings import Reading, document_evidence
from schemas.records import FiledDocument, Id


def check_reading(dossier: Dossier, sheet: FindingSheet) -> None:
    """Doubt every value of the dossier that awaits a person's eye, those of its summary rows included."""
    for reading in awaiting_review(dossier):
        # A seal that matches the expected name needs no second look, however dimly it was read: `check_paper` decides about seals.
        if reading.value.field not in SEAL_FIELDS:
            sheet.doubt(reading)


def awaiting_review(dossier: Dossier) -> list[Reading]:
    """The values that await a person's eye in the applicant's documents and summary rows."""
    found = [Reading(filed, value) for filed in dossier.documents for value in filed.document.fields if value.needs_review]
    for row in dossier.summary_rows:
        found += [Reading(row.filed, value) for value in row.filed.document.fields if value.needs_review and value.row == row.row]
    return found


def check_loose_values(filed: FiledDocument, claimed_rows: Iterable[int], sheet: FindingSheet) -> None:
    """Doubt the values of a document that are no applicant's: a summary's heading and unclaimed rows, a certificate that is nobody's."""
    claimed = set(claimed_rows)
    for value in filed.document.fields:
        if value.needs_review and value.field not in SEAL_FIELDS and value.row not in claimed:
            sheet.doubt(Reading(filed, value))


def state_unknown(filed: FiledDocument, sheet: FindingSheet) -> None:
    """State that a document is of no known type."""
    sheet.state("UNKNOWN_DOCUMENT", evidence=[document_evidence(filed)], where=sheet.where(filed))


def claimed_rows(dossiers: Iterable[Dossier]) -> dict[Id, set[int]]:
    """The summary rows that name applicants, by document."""
    rows: dict[Id, set[int]] = {}
    for dossier in dossiers:
        for row in dossier.summary_rows:
            rows.setdefault(row.filed.document.document_id, set()).add(row.row)
    return rows
