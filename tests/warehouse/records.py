"""Small factories: valid records with every default filled in, so that a test names only what it is about.

Called by the tests of `warehouse`; knows nothing of the database.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta, timezone

from schemas.codes import DocType, FileStatus, FindingStatus, IssuerClass, Severity, Source, Truth, Verdict
from schemas.errors import RejectionCode
from schemas.layout import Box, Method
from schemas.records import Applicant, Document, Evidence, FieldValue, FileRecord, Finding, Honour, Judgement, stable_id
from schemas.rules import Edition, Window

SHANGHAI = timezone(timedelta(hours=8))
RECEIVED = datetime(2024, 3, 20, 10, 0, tzinfo=SHANGHAI)
DECIDED = datetime(2024, 3, 28, 9, 30, tzinfo=UTC)
UNIT = "上海市机电行业工会"


def sha(text: str) -> str:
    """The SHA-256 of a text, as content hashes look."""
    return hashlib.sha256(text.encode()).hexdigest()


def a_file(
    path: str = "张三/申报表.docx",
    *,
    content: str | None = None,
    parent: FileRecord | None = None,
    media_type: str = "application/pdf",
    received_at: datetime = RECEIVED,
    status: FileStatus = FileStatus.LOADED,
    rejection: RejectionCode | None = None,
    pages: int | None = 1,
    duplicate_of: str | None = None,
) -> FileRecord:
    """An arrival; its id follows from path and content."""
    digest = sha(content or path)
    return FileRecord(
        file_id=stable_id(path, digest),
        path=path,
        parent_file_id=parent.file_id if parent else None,
        sha256=digest,
        media_type=media_type,
        received_at=received_at,
        status=FileStatus.REJECTED if rejection else status,
        error_code=rejection,
        error=f"{rejection} 的说明" if rejection else None,
        pages=pages,
        duplicate_of=duplicate_of,
    )


def a_value(
    field: str,
    value: str,
    *,
    row: int = 0,
    confidence: float = 0.97,
    needs_review: bool = False,
    page: int | None = 1,
    box: Box | None = None,
    method: Method = Method.OCR,
) -> FieldValue:
    """One extracted value."""
    return FieldValue(
        field=field,
        row=row,
        value=value,
        raw=f" {value}",
        confidence=confidence,
        page=page,
        box=box or Box(x0=0.1, y0=0.2, x1=0.3, y1=0.25),
        method=method,
        needs_review=needs_review,
    )


def a_document(
    file: FileRecord,
    doc_type: DocType = DocType.APPLICATION_FORM,
    *values: FieldValue,
    pages: tuple[int | None, int | None] = (1, 1),
    source: Source = Source.PAPER,
    mark: str = "",
) -> Document:
    """A document in a file; `mark` tells two documents of one type on the same pages apart."""
    return Document(
        document_id=stable_id(file.file_id, doc_type, *pages, mark),
        file_id=file.file_id,
        doc_type=doc_type,
        page_from=pages[0],
        page_to=pages[1],
        confidence=0.93,
        source=source,
        fields=values,
    )


def an_applicant(
    name: str = "张三", unit: str | None = UNIT, *, verdict: Verdict = Verdict.REVIEW, qualifying_honours: int = 1
) -> Applicant:
    """An applicant with a full set of values."""
    return Applicant(
        applicant_id=stable_id(name, unit),
        name=name,
        sex="男",
        birth_date=date(1985, 6, 1),
        id_number="310101198506010016",
        employer="上海某厂",
        recommending_unit=unit,
        received_at=RECEIVED,
        verdict=verdict,
        blockers=1,
        warnings=2,
        to_review=0,
        qualifying_honours=qualifying_honours,
    )


def an_honour(
    applicant: Applicant, title: str = "质量技术奖", *, conferred_on: str | None = "2021-05", certificate: Document | None = None
) -> Honour:
    """An honour conferred by the city's association."""
    return Honour(
        honour_id=stable_id(applicant.applicant_id, title),
        applicant_id=applicant.applicant_id,
        title=title,
        issuers=("上海市质量协会", "上海市总工会"),
        issuer_class=IssuerClass.SAQ,
        level="市级",
        conferred_on=conferred_on,
        claimed=True,
        certificate_document_id=certificate.document_id if certificate else None,
        in_window=Truth.YES,
        role=None,
        qualifies=Truth.YES if certificate else Truth.UNCLEAR,
        reasons=("有证书",) if certificate else ("没有证书", "无法判断"),
    )


def a_finding(
    applicant: Applicant | None,
    code: str = "UNION_CARD_MISSING",
    *,
    message: str = "没有找到工会会员服务卡，请补交。",
    severity: Severity = Severity.BLOCKER,
    evidence: tuple[Evidence, ...] = (),
) -> Finding:
    """An open finding."""
    return Finding(
        finding_id=stable_id(applicant.applicant_id if applicant else "", code),
        applicant_id=applicant.applicant_id if applicant else None,
        recommending_unit=applicant.recommending_unit if applicant else UNIT,
        code=code,
        severity=severity,
        clause="notice:四(三)",
        message=message,
        evidence=evidence,
        status=FindingStatus.OPEN,
    )


def a_judgement(
    applicants: tuple[Applicant, ...] = (),
    honours: tuple[Honour, ...] = (),
    findings: tuple[Finding, ...] = (),
    documents: dict[str, Applicant] | None = None,
    *,
    rule_version: str = "v1",
) -> Judgement:
    """A judgement; `documents` says whose each document is."""
    owners = documents or {}
    return Judgement(
        applicants=applicants,
        honours=honours,
        findings=findings,
        assignments={document: owner.applicant_id for document, owner in owners.items()},
        units={document: owner.recommending_unit for document, owner in owners.items() if owner.recommending_unit},
        rule_version=rule_version,
    )


def an_edition(deadline: date = date(2024, 3, 25)) -> Edition:
    """The edition of the notice: its dates, and the material that it demands."""
    return Edition(
        edition=str(deadline.year),
        title=f"{deadline.year}年度",
        deadline=deadline,
        window=Window(),
        required_fields=(),
        required_material=("application_form", "electronic_form", "paper_form", "id_card", "union_card", "certificate"),
        review_below=0.95,
        mismatch_fields=(),
        clauses={},
    )
