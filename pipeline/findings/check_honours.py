"""What a person must know about the honours: the five-year rule's outcome in findings (notice:一4, 二3).

Comes in: the honour cases of one applicant. Goes out: honour findings and CERTIFICATE_MISSING on the sheet. Called by `judge`.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.applicants.dossier import Dossier
from pipeline.findings.finding_sheet import FindingSheet
from pipeline.findings.readings import Reading, document_evidence
from pipeline.honours.honour_case import HonourCase
from schemas.codes import DocType, IssuerClass, Truth
from schemas.records import Evidence, FieldValue, FiledDocument, Id
from schemas.rules import Rulebook


def check_honours(dossier: Dossier, cases: Sequence[HonourCase], sheet: FindingSheet, rulebook: Rulebook) -> None:
    """State the findings of each honour, and NO_QUALIFYING_HONOUR where none qualifies."""
    documents = {filed.document.document_id: filed for filed in dossier.documents}
    for case in cases:
        if case.certificate is None:
            _state_no_certificate(case, documents, sheet, rulebook)
        else:
            _check_certificate(case, case.certificate, dossier, documents, sheet)
            # A claim alone proves neither date nor issuer: its certificate is asked for, nothing more can be said.
            _check_rule(case, documents, sheet, rulebook)
    if not any(case.honour.qualifies == Truth.YES for case in cases):
        open_titles = [case.honour.title or "（名称未能识读）" for case in cases if case.honour.qualifies == Truth.UNCLEAR]
        evidence = [found for case in cases for found in _evidence(case, documents)]
        wording = "unclear" if open_titles else ""
        sheet.state("NO_QUALIFYING_HONOUR", wording=wording, evidence=evidence, count=str(len(open_titles)), titles="、".join(open_titles))


def _state_no_certificate(case: HonourCase, documents: dict[Id, FiledDocument], sheet: FindingSheet, rulebook: Rulebook) -> None:
    if case.claim is None or "certificate" not in rulebook.edition.required_material:
        return
    honour = case.honour
    details = [part for part in ("、".join(honour.issuers), honour.conferred_on or "") if part]
    text = f"（{'，'.join(details)}）" if details else ""
    sheet.state("CERTIFICATE_MISSING", key=(honour.honour_id,), evidence=_evidence(case, documents), title=honour.title, details=text)


def _check_certificate(
    case: HonourCase, certificate: FiledDocument, dossier: Dossier, documents: dict[Id, FiledDocument], sheet: FindingSheet
) -> None:
    honour = case.honour
    words = {"title": honour.title or "（名称未能识读）", "where": sheet.where(certificate)}
    evidence = _evidence(case, documents)
    if case.recipient_ok == Truth.NO:
        named = [reading for name in ("recipient", "team", "members") if (reading := _reading(certificate, name)) is not None]
        details = f"（{sheet.quote(named)}）" if named else ""
        found = [reading.evidence() for reading in named] or evidence
        sheet.state("HONOUR_RECIPIENT_MISMATCH", honour.honour_id, evidence=found, details=details, **words)
    if not honour.claimed and dossier.of(DocType.APPLICATION_FORM):
        sheet.state("HONOUR_UNCLAIMED", honour.honour_id, evidence=evidence, **words)
    if honour.qualifies == Truth.UNCLEAR:
        reasons = [result.reason for result in case.conditions if result.truth == Truth.UNCLEAR] or list(honour.reasons)
        text = "；".join(reason.rstrip("。") for reason in reasons)
        sheet.state("HONOUR_UNCLEAR", honour.honour_id, evidence=evidence, reasons=text, **words)
    elif untimely := [verdict.note for verdict in case.issuers if verdict.in_validity == Truth.NO]:
        # The verdict stands, but a name that was not in use on that day throws doubt on the certificate itself.
        sheet.state("HONOUR_UNCLEAR", honour.honour_id, wording="issuer_years", evidence=evidence, reasons="；".join(untimely), **words)
    titles = sheet.rulebook.findings.document_titles
    for difference in case.differences:
        claimed = _value_evidence(difference.claimed_document_id, difference.claimed)
        certified = _value_evidence(difference.certified_document_id, difference.certified)
        values = {"claimed": claimed.value, "certified": certified.value, "aspect": titles.get(difference.field, difference.field)}
        sheet.state("HONOUR_MISMATCH", difference.field, key=(honour.honour_id,), evidence=[claimed, certified], **words, **values)


def _check_rule(case: HonourCase, documents: dict[Id, FiledDocument], sheet: FindingSheet, rulebook: Rulebook) -> None:
    honour = case.honour
    evidence = _evidence(case, documents)
    title = honour.title or "（名称未能识读）"
    if honour.in_window == Truth.NO:
        first, last = rulebook.edition.window_bounds()
        window = f"{first.isoformat()}至{last.isoformat()}"
        sheet.state("HONOUR_OUT_OF_WINDOW", honour.honour_id, evidence=evidence, title=title, date=honour.conferred_on or "", window=window)
    if honour.issuer_class == IssuerClass.OTHER:
        sheet.state("HONOUR_ISSUER_NOT_RECOGNISED", honour.honour_id, evidence=evidence, title=title, issuers="、".join(honour.issuers))


def _evidence(case: HonourCase, documents: dict[Id, FiledDocument]) -> list[Evidence]:
    found: list[Evidence] = []
    if case.claim is not None:
        stated = next((v for v in (case.claim.title, case.claim.issuer, case.claim.date) if v is not None), None)
        claiming = documents.get(case.claim.document_id)
        if stated is not None:
            found.append(_value_evidence(case.claim.document_id, stated))
        elif claiming is not None:
            found.append(document_evidence(claiming))
    if case.certificate is not None:
        reading = _reading(case.certificate, "honour_title")
        found.append(reading.evidence() if reading is not None else document_evidence(case.certificate, case.honour.title))
    return found


def _reading(filed: FiledDocument, field: str) -> Reading | None:
    value = filed.document.first(field)
    return Reading(filed, value) if value is not None and (value.value or value.raw.strip()) else None


def _value_evidence(document_id: Id, value: FieldValue) -> Evidence:
    return Evidence(document_id=document_id, page=value.page, value=value.value or " ".join(value.raw.split()))
