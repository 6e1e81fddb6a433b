"""Why an applicant stands as they stand: each honour's path from page to verdict, and the findings that weigh on the verdict.

Comes in: a dossier, its honour cases, the applicant and findings as judged. Goes out: an `Explanation`, data only. Called by
`process.explain`; `flows.explanation_text` puts it into words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from pipeline.applicants.dossier import Dossier
from pipeline.catalogue.issuer_verdict import IssuerVerdict
from pipeline.honours.honour_case import ConditionResult, HonourCase
from schemas.base import Frozen
from schemas.codes import FindingStatus, Severity, Truth
from schemas.layout import Box
from schemas.records import Applicant, FieldValue, FiledDocument, Finding, Id

_CERTIFICATE_FIELDS = ("honour_title", "honour_issuer", "honour_date", "honour_level", "recipient", "team", "members", "certificate_number")


class ReadValue(Frozen):
    """One value as it was read, and where: file, page (1-based, None in a Word body) and box (page fractions)."""

    field: str
    row: int
    value: str
    raw: str
    confidence: float
    needs_review: bool
    document_id: Id
    path: str
    page: int | None
    box: Box | None


class HonourPath(Frozen):
    """One honour: what the form claims, what the certificate shows, which register entries the issuers met, which condition held."""

    title: str
    claimed: tuple[ReadValue, ...]
    certified: tuple[ReadValue, ...]
    further_copies: int
    issuers: tuple[IssuerVerdict, ...]
    conditions: tuple[ConditionResult, ...]
    notes: tuple[str, ...]
    qualifies: Truth


class Explanation(Frozen):
    """An applicant's verdict with all it rests on. `rule_version` is the version that decided the honours shown here."""

    applicant: Applicant
    judged_by: str
    rule_version: str
    honours: tuple[HonourPath, ...]
    weighing: tuple[Finding, ...]
    waived: tuple[Finding, ...]
    paths: Mapping[Id, str]  # document_id → path of its file, for the findings' evidence


def explanation_of(
    applicant: Applicant, dossier: Dossier, cases: Sequence[HonourCase], findings: Iterable[Finding], judged_by: str, rule_version: str
) -> Explanation:
    """Put together what was judged about one applicant. `judged_by` is the version that the stored verdict carries."""
    filed = {document.document.document_id: document for document in dossier.documents}
    filed |= {row.filed.document.document_id: row.filed for row in dossier.summary_rows}
    own = [finding for finding in findings if finding.applicant_id == applicant.applicant_id]
    return Explanation(
        applicant=applicant,
        judged_by=judged_by,
        rule_version=rule_version,
        honours=tuple(_path(case, filed) for case in cases),
        weighing=tuple(finding for finding in own if finding.status != FindingStatus.WAIVED and finding.severity != Severity.INFO),
        waived=tuple(finding for finding in own if finding.status == FindingStatus.WAIVED),
        paths={document_id: document.path for document_id, document in filed.items()},
    )


def _path(case: HonourCase, filed: Mapping[Id, FiledDocument]) -> HonourPath:
    claim, certificate = case.claim, case.certificate
    claimed: list[ReadValue] = []
    if claim is not None and claim.document_id in filed:
        values = (claim.title, claim.issuer, claim.date, claim.level, claim.role)
        claimed = [_read(value, filed[claim.document_id]) for value in values if value is not None]
    certified = (
        []
        if certificate is None
        else [_read(value, certificate) for field in _CERTIFICATE_FIELDS for value in certificate.document.fields if value.field == field]
    )
    return HonourPath(
        title=case.honour.title,
        claimed=tuple(claimed),
        certified=tuple(certified),
        further_copies=len(case.certificate_copies),
        issuers=case.issuers,
        conditions=case.conditions,
        notes=case.notes,
        qualifies=case.honour.qualifies,
    )


def _read(value: FieldValue, filed: FiledDocument) -> ReadValue:
    document = filed.document
    return ReadValue(
        **value.model_dump(include={"field", "row", "value", "raw", "confidence", "needs_review", "box"}),
        document_id=document.document_id,
        path=filed.path,
        page=document.page_from if value.page is None else value.page,
    )
