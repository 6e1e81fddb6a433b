"""An honour with its whole path: what was claimed, what the certificate shows, which register entry the issuers met, which condition held.

Built by `match_honours`; read by `judge` (findings per honour) and by whoever explains a verdict. Models only.
"""

from __future__ import annotations

from typing import Literal

from pipeline.catalogue.issuer_verdict import IssuerVerdict
from schemas.base import Frozen
from schemas.codes import Truth
from schemas.records import FieldValue, FiledDocument, Honour, Id
from schemas.rules import Clause

HonourField = Literal["title", "issuer", "date", "level"]
Condition = Literal["certificate", "window", "issuer", "recipient"]


class Claim(Frozen):
    """One honour as the application form claims it: the row's values, each as read. `copies` are other forms that state the same row."""

    document_id: Id
    row: int
    title: FieldValue | None = None
    issuer: FieldValue | None = None
    date: FieldValue | None = None
    level: FieldValue | None = None
    role: FieldValue | None = None
    copies: tuple[Id, ...] = ()


class Difference(Frozen):
    """A value that claim and certificate state differently, both read with confidence."""

    field: HonourField
    claimed: FieldValue
    certified: FieldValue
    claimed_document_id: Id
    certified_document_id: Id


class ConditionResult(Frozen):
    """One condition of the five-year rule: what it came to, the clause it rests on, and a Chinese sentence that says why."""

    condition: Condition
    truth: Truth
    clause: Clause
    reason: str


class HonourCase(Frozen):
    """One distinct honour of an applicant with everything its verdict rests on.

    `certificate` is the best copy; `certificate_copies` the other scans of the same certificate. `conditions` are in the order
    certificate, window, issuer, recipient; `notes` are remarks that decide nothing (a repaired reading, a name used outside its years, an
    unusual issuer)."""

    honour: Honour
    claim: Claim | None
    certificate: FiledDocument | None
    certificate_copies: tuple[Id, ...] = ()
    differences: tuple[Difference, ...] = ()
    issuers: tuple[IssuerVerdict, ...] = ()
    recipient_ok: Truth = Truth.UNCLEAR
    conditions: tuple[ConditionResult, ...] = ()
    notes: tuple[str, ...] = ()
