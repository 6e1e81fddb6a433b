"""The standard answers: documents and facts of the scenario in, `truth.json` and the registers out.

Called by `generate`. Findings are derived from the documents by `findings`, then held against the list of planted mistakes: a plant that
does not show, or a finding that nobody planted, stops the generator.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

from samples.dossier import Applicant
from samples.findings import Finding, applicant_findings, honour_verdicts, registers, summary_findings, verdict
from samples.inbox import RECEIVED_AT, Inbox
from samples.records import Document
from samples.scenario import UNIT_PLANTS


def write_registers(folder: Path) -> None:
    """Write the registers of earlier titles and of bans as CSV files."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, (columns, rows) in registers().items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as handle:
            writer = csv.writer(handle, lineterminator="\n")
            writer.writerow(columns)
            writer.writerows(rows)


def document_entry(document: Document) -> dict[str, Any]:
    """A document as `truth.json` lists it."""
    pages = document.pages
    additions: dict[str, Any] = {"style": document.style} if document.style else {}
    additions |= {"seal_shapes": document.seal_shapes} if document.seal_shapes else {}
    additions |= {"notes": document.notes} if document.notes else {}
    return additions | {
        "file": document.file,
        "page_from": min(pages) if pages else None,
        "page_to": max(pages) if pages else None,
        "doc_type": document.doc_type,
        "applicant": document.applicant,
        "recommending_unit": document.unit or None,
        "source": document.source,
        "kind": document.kind,
        "dpi": document.dpi,
        "page_kinds": {str(page): kind for page, kind in document.page_kinds.items()},
        "turns": {str(page): turn for page, turn in document.turns.items()},
        "seals": document.seals,
        "fields": [
            {"field": each.field, "row": each.row, "value": each.value} | ({"hand": True} if each.hand else {}) for each in document.fields
        ],
    }


def _check(key: str, found: list[Finding], planted: tuple[tuple[str, str], ...]) -> None:
    """The planted mistakes and the derived findings must be the same set."""
    derived, wanted = {(each.code, each.field) for each in found}, set(planted)
    if derived != wanted:
        raise AssertionError(f"{key}: not found {sorted(wanted - derived)}, not planted {sorted(derived - wanted)}")


def applicant_entry(applicant: Applicant, documents: list[Document], found: list[Finding]) -> dict[str, Any]:
    """An applicant as `truth.json` lists it; `documents` are the applicant's own, `found` the findings derived from them."""
    return {
        "key": applicant.key,
        "name": applicant.person.name,
        "id_number": applicant.person.id_number,
        "recommending_unit": applicant.unit,
        "verdict": verdict(found),
        "honours": honour_verdicts(applicant, documents),
        "findings": [{"code": each.code, "field": each.field} | ({"aspect": each.aspect} if each.aspect else {}) for each in found],
        "planted": sorted({code for code, _ in applicant.planted}),
    }


def _applicant(applicant: Applicant, inbox: Inbox, everybody: list[Applicant]) -> dict[str, Any]:
    documents = [each for each in inbox.documents if each.applicant == applicant.key]
    found = applicant_findings(applicant, documents, inbox.documents, everybody)
    _check(applicant.key, found, applicant.planted)
    return applicant_entry(applicant, documents, found)


def write_truth(path: Path, inbox: Inbox) -> None:
    """Derive, check and write the standard answers; AssertionError when scenario and documents disagree."""
    everybody = list(inbox.everybody.values())
    units = summary_findings(inbox.documents)
    assert {(unit, each.code, each.field) for unit, each in units} == set(UNIT_PLANTS), units
    truth = {
        "edition": "2024",
        "received_at": RECEIVED_AT,
        "files": [vars(record) for record in inbox.files],
        "documents": [document_entry(each) for each in inbox.documents],
        "applicants": [_applicant(each, inbox, everybody) for each in everybody],
        "unit_findings": [{"recommending_unit": unit, "code": each.code, "field": each.field} for unit, each in units],
    }
    path.write_text(json.dumps(truth, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
