"""Records with evidence: what the stages say about files, documents, applicants, honours and findings.

Built by `pipeline`, stored by `warehouse`; the columns of the `review` views follow these models. A value never travels without
its evidence. All ids are the first 16 hex digits of a SHA-256 over what identifies the record, so that the same input gives the
same ids for ever.
"""

from __future__ import annotations

import hashlib
import re
from datetime import date, datetime
from typing import Annotated

from pydantic import Field, field_validator

from schemas.base import Frozen
from schemas.calibration import Signals
from schemas.codes import FIELD_NAMES, DocType, FileStatus, FindingStatus, IssuerClass, Severity, Source, Truth, Verdict
from schemas.errors import RejectionCode
from schemas.layout import Box, Confidence, Method

Id = Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


def stable_id(*parts: object) -> str:
    """A 16-digit hexadecimal id over the parts' texts; the same parts always give the same id."""
    return hashlib.sha256("\x1f".join(str(part) for part in parts).encode()).hexdigest()[:16]


class FileRecord(Frozen):
    """One arrival (`review.files`)."""

    file_id: Id
    path: str
    parent_file_id: Id | None = None
    sha256: Sha256
    media_type: str
    received_at: datetime
    status: FileStatus
    error_code: RejectionCode | None = None
    error: str | None = None
    pages: int | None = None
    duplicate_of: Id | None = None

    @field_validator("received_at")
    @classmethod
    def _aware(cls, value: datetime) -> datetime:
        if value.tzinfo is None:
            raise ValueError("received_at needs a time zone")
        return value


class FieldValue(Frozen):
    """One extracted value with its evidence (`review.fields`). `value` is the normal form, '' where the raw text has none.

    `signals` are what the confidence was made of; None for what a person entered and for what only serves to check other values.
    """

    field: str
    row: int = 0
    value: str
    raw: str
    confidence: Confidence
    page: int | None = None
    box: Box | None = None
    method: Method
    needs_review: bool = False
    signals: Signals | None = None

    @property
    def score(self) -> float:
        """The reader's own score (0-1), before calibration: what it takes to believe a reading that equals an expected text."""
        return self.confidence if self.signals is None else self.signals.score

    @field_validator("field")
    @classmethod
    def _known(cls, value: str) -> str:
        if value not in FIELD_NAMES:
            raise ValueError(f"unknown field name {value!r}")
        return value


class Document(Frozen):
    """One logical document found in a file (`review.documents`), with its values. Pages are 1-based and inclusive, None for a Word body."""

    document_id: Id
    file_id: Id
    doc_type: DocType
    page_from: int | None
    page_to: int | None
    box: Box | None = None
    confidence: Confidence
    source: Source
    fields: tuple[FieldValue, ...] = ()

    def first(self, field: str, row: int = 0) -> FieldValue | None:
        """The value of a field, or None where the document does not state it."""
        return next((value for value in self.fields if value.field == field and value.row == row), None)

    def rows(self) -> list[int]:
        """The numbers of the repeated rows (1-based) that hold any value."""
        return sorted({value.row for value in self.fields if value.row > 0})


class Failure(Frozen):
    """A record that could not be validated: kept with its error instead of being loaded (`core.failures`)."""

    kind: str  # what it should have been: document, field, page …
    record: str  # as it was, JSON or plain text
    error: str
    page: int | None = None


class FiledDocument(Frozen):
    """A document together with the arrival it lies in: what the stages that look across files work on."""

    document: Document
    path: str
    parent_file_id: Id | None
    received_at: datetime
    sequence: int  # order of the document within its file, from 0


class Evidence(Frozen):
    """Where a finding was seen."""

    document_id: Id
    page: int | None
    value: str


class Finding(Frozen):
    """What a person must know (`review.findings`)."""

    finding_id: Id
    applicant_id: Id | None
    recommending_unit: str | None
    code: str
    field: str = ""
    severity: Severity
    clause: str
    message: str
    evidence: tuple[Evidence, ...] = ()
    status: FindingStatus = FindingStatus.OPEN


class Decision(Frozen):
    """What a person made of a finding, in the light of what evidence."""

    status: FindingStatus
    decided_by: str
    decided_at: datetime
    reason: str
    evidence: tuple[Evidence, ...] = ()


class Honour(Frozen):
    """One distinct honour of an applicant under the five-year rule (`review.honours`)."""

    honour_id: Id
    applicant_id: Id
    title: str
    issuers: tuple[str, ...]
    issuer_class: IssuerClass
    level: str | None
    conferred_on: str | None
    claimed: bool
    claim_document_id: Id | None = None
    certificate_document_id: Id | None = None
    in_window: Truth
    role: str | None
    qualifies: Truth
    reasons: tuple[str, ...]


class Applicant(Frozen):
    """One person and recommending unit (`review.applicants`); values are the best of all sources."""

    applicant_id: Id
    name: str
    sex: str | None = None
    birth_date: date | None = None
    id_number: str | None = None
    employer: str | None = None
    post: str | None = None
    duty: str | None = None
    skill_level: str | None = None
    professional_title: str | None = None
    phone: str | None = None
    union_card_number: str | None = None
    district: str | None = None
    industry: str | None = None
    recommending_unit: str | None = None
    received_at: datetime
    verdict: Verdict
    blockers: int
    warnings: int
    to_review: int
    qualifying_honours: int


class PriorTitle(Frozen):
    """An earlier title from the register: 产业工匠, 区工匠 (notice:一(3)). Field titles are the Chinese headings of the register's file."""

    name: str = Field(title="姓名")
    id_number: str | None = Field(default=None, title="身份证号")
    title: str = Field(title="称号")
    year: int = Field(title="年份", ge=1949, le=2100)


class Ban(Frozen):
    """A ban from the register: three years from `banned_on` for a person or a unit (notice:四(二))."""

    kind: Annotated[str, Field(pattern="^(person|unit)$")] = Field(title="类别")
    name: str = Field(title="名称")
    id_number: str | None = Field(default=None, title="身份证号")
    banned_on: date = Field(title="处理日期")
    reason: str = Field(default="", title="原因")

    @field_validator("kind", mode="before")
    @classmethod
    def _in_chinese(cls, value: object) -> object:
        return {"个人": "person", "单位": "unit"}.get(str(value), value)


class RecommendingUnit(Frozen):
    """A unit that may recommend (notice:二1), with the other names it signs under and the names on its seals."""

    name: str = Field(title="推荐单位")
    aliases: tuple[str, ...] = Field(default=(), title="别名")
    seal_names: tuple[str, ...] = Field(default=(), title="印章名称")

    @field_validator("aliases", "seal_names", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        return tuple(part.strip() for part in re.split("[、;；,，]", value) if part.strip()) if isinstance(value, str) else value


class Registers(Frozen):
    """The registers of earlier titles, bans and recommending units, as the secretariat keeps them. Without any unit, all may recommend."""

    prior_titles: tuple[PriorTitle, ...] = ()
    bans: tuple[Ban, ...] = ()
    units: tuple[RecommendingUnit, ...] = ()


class Corroboration(Frozen):
    """A doubtful value that another document of the same applicant states with certainty: no person needs to look at it."""

    corroboration_id: Id
    document_id: Id
    field: str
    row: int
    by_document_id: Id


class Judgement(Frozen):
    """The outcome of judging everything that is in: what replaces the judged tables in one transaction."""

    applicants: tuple[Applicant, ...]
    honours: tuple[Honour, ...]
    findings: tuple[Finding, ...]
    assignments: dict[Id, Id]  # document_id → applicant_id
    units: dict[Id, str]  # document_id → recommending unit
    superseded: dict[Id, Id] = Field(default_factory=dict)  # document_id of a form → that of the newer one which is the current one
    corroborations: tuple[Corroboration, ...] = ()
    rule_version: str
