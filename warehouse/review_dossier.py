"""One applicant's dossier as a reviewer sees it: every document, value, honour and finding, each with its place on a page.

Comes in: an open warehouse and an applicant's id. Goes out: a `DossierView`. Called by `flows.review`.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime
from typing import Any

from schemas.base import Frozen
from schemas.errors import UnknownRecord
from schemas.layout import Box
from schemas.records import Id
from warehouse.connection import Warehouse
from warehouse.progress import Stage, copies_of, stages

_PERSON = """
    SELECT p.applicant_id, p.name, p.sex, p.birth_date, p.id_number, p.employer, p.post, p.duty, p.skill_level, p.professional_title,
        p.phone, p.union_card_number, p.district, p.industry, p.recommending_unit, p.received_at, p.verdict, coalesce(t.title, p.verdict),
        p.qualifying_honours, p.rule_version
    FROM core.applicants AS p LEFT JOIN core.code_titles AS t ON t.kind = 'verdict' AND t.code = p.verdict WHERE p.applicant_id = ?
"""
_FINDINGS = """
    SELECT f.finding_id, f.code, coalesce(t.title, f.code), f.field, f.severity, f.clause, f.message, f.status, f.decided_by, f.decided_at,
        f.reason, f.evidence
    FROM review.findings AS f LEFT JOIN core.code_titles AS t ON t.kind = 'finding' AND t.code = f.code
    WHERE f.applicant_id = ?
    ORDER BY f.status = 'waived', CASE f.severity WHEN 'blocker' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END, t.position, f.field, f.finding_id
"""
_DOCUMENTS = """
    SELECT d.document_id, d.file_id, d.doc_type, coalesce(t.title, d.doc_type), d.source, d.page_from, d.page_to, f.path, f.sha256,
        f.media_type, f.received_at, f.pages
    FROM core.documents AS d JOIN core.files AS f ON f.file_id = d.file_id
    LEFT JOIN core.code_titles AS t ON t.kind = 'doc_type' AND t.code = d.doc_type
    WHERE list_contains(?::VARCHAR[], d.document_id) ORDER BY t.position, d.source, f.received_at, f.path, d.sequence
"""
# As `core.standing_fields`, which a test compares: through that view the few rows of a dossier cost three times as much.
_VALUES = """
    SELECT f.document_id, f.field, f."row", CASE WHEN c.document_id IS NULL THEN f."value" ELSE c."value" END, f.raw,
        CASE WHEN c.document_id IS NULL THEN f.confidence ELSE 1.0 END, f.page, f.x0, f.y0, f.x1, f.y1,
        f.needs_review AND c.document_id IS NULL AND k.document_id IS NULL, c.corrected_by, k.document_id IS NOT NULL, f."value", f.ordinal
    FROM core.fields AS f
    LEFT JOIN core.corrections AS c ON c.document_id = f.document_id AND c.field = f.field AND c."row" = f."row"
    LEFT JOIN core.corroborations AS k ON k.document_id = f.document_id AND k.field = f.field AND k."row" = f."row"
    WHERE list_contains($ids::VARCHAR[], f.document_id)
    UNION ALL
    SELECT c.document_id, c.field, c."row", c."value", '', 1.0, d.page_from, NULL, NULL, NULL, NULL,
        false, c.corrected_by, false, NULL, NULL
    FROM core.corrections AS c JOIN core.documents AS d ON d.document_id = c.document_id
    WHERE list_contains($ids::VARCHAR[], c.document_id)
        AND NOT EXISTS (FROM core.fields AS f WHERE f.document_id = c.document_id AND f.field = c.field AND f."row" = c."row")
    ORDER BY 1, 16 NULLS LAST, 2, 3
"""
_HONOURS = """
    SELECT h.honour_id, h.title, h.issuers, coalesce(t.title, h.issuer_class), h."level", h.conferred_on, h.claimed,
        h.certificate_document_id, h.in_window, h.role, h.qualifies, h.reasons
    FROM core.honours AS h LEFT JOIN core.code_titles AS t ON t.kind = 'issuer_class' AND t.code = h.issuer_class
    WHERE h.applicant_id = ? ORDER BY h.qualifies = 'no', h.qualifies = 'unclear', h.conferred_on DESC NULLS LAST, h.title
"""
_HISTORY = """
    SELECT d.decision_id, d.kind, d.finding_id, d.document_id, d.field, d."row", d.status, d.machine_value, d."value", d.decided_by,
        d.decided_at, d.reason, coalesce(t.title, '')
    FROM review.decisions AS d LEFT JOIN core.code_titles AS t ON t.kind = 'finding' AND t.code = d.code
    WHERE d.applicant_id = ? ORDER BY d.decided_at DESC, d.decision_id
"""


class Place(Frozen):
    """Where something stands: a page of a file (None: the body of a Word file) and a box in page fractions where known."""

    document_id: Id
    page: int | None
    box: Box | None
    value: str


class Person(Frozen):
    """The applicant's own row (`review.applicants`)."""

    applicant_id: Id
    name: str
    sex: str | None
    birth_date: date | None
    id_number: str | None
    employer: str | None
    post: str | None
    duty: str | None
    skill_level: str | None
    professional_title: str | None
    phone: str | None
    union_card_number: str | None
    district: str | None
    industry: str | None
    recommending_unit: str | None
    received_at: datetime
    verdict: str
    verdict_title: str
    qualifying_honours: int
    rule_version: str


class ShownFinding(Frozen):
    """A finding with the places it rests on."""

    finding_id: Id
    code: str
    title: str
    field: str
    severity: str
    clause: str
    message: str
    status: str
    decided_by: str | None
    decided_at: datetime | None
    reason: str | None
    places: tuple[Place, ...]


class ShownValue(Frozen):
    """A value with its place, what the machine had read, and whether a person must look."""

    field: str
    row: int
    value: str
    raw: str
    confidence: float
    place: Place
    needs_review: bool
    corrected_by: str | None
    corroborated: bool
    machine_value: str | None


class ShownDocument(Frozen):
    """A document with its values; `media_type` and `sha256` are its file's."""

    document_id: Id
    file_id: Id
    doc_type: str
    title: str
    source: str
    page_from: int | None
    page_to: int | None
    path: str
    sha256: str
    media_type: str
    received_at: datetime
    file_pages: int | None
    values: tuple[ShownValue, ...] = ()


class ShownHonour(Frozen):
    """An honour with the path to its verdict (`review.honours`)."""

    honour_id: Id
    title: str
    issuers: tuple[str, ...]
    issuer_class: str
    level: str | None
    conferred_on: str | None
    claimed: bool
    certificate_document_id: Id | None
    in_window: str
    role: str | None
    qualifies: str
    reasons: tuple[str, ...]


class PastDecision(Frozen):
    """One line of the history (`review.decisions`)."""

    decision_id: str
    kind: str
    finding_id: Id | None
    document_id: Id | None
    field: str | None
    row: int
    status: str
    machine_value: str | None
    value: str | None
    decided_by: str
    decided_at: datetime
    reason: str
    code_title: str

    @property
    def about(self) -> tuple[str | int | None, ...]:
        """What was decided about: equal in all decisions about the same finding, or the same value."""
        return (self.finding_id,) if self.kind == "finding" else (self.document_id, self.field, self.row)


class DossierView(Frozen):
    """Everything about one applicant. `documents` are the applicant's own, then others that findings rest on (the unit's summary table)."""

    person: Person
    findings: tuple[ShownFinding, ...]
    documents: tuple[ShownDocument, ...]
    honours: tuple[ShownHonour, ...]
    history: tuple[PastDecision, ...]
    stages: tuple[Stage, ...]
    copies: int

    def document(self, document_id: Id) -> ShownDocument | None:
        """The document of that id, None where it is none of these."""
        return next((one for one in self.documents if one.document_id == document_id), None)

    @property
    def open_findings(self) -> list[ShownFinding]:
        """What still awaits a decision."""
        return [one for one in self.findings if one.status == "open"]


def dossier_view(warehouse: Warehouse, applicant_id: Id) -> DossierView:
    """The dossier of one applicant.

    Raises:
        UnknownRecord: there is no such applicant (any more).
    """
    rows = warehouse.execute(_PERSON, [applicant_id])
    if not rows:
        raise UnknownRecord("没有这位申报人。", "名单可能已经更新，请回到名单重新选择。")
    findings = warehouse.execute(_FINDINGS, [applicant_id])
    own = [row[0] for row in warehouse.execute("SELECT document_id FROM core.assignments WHERE applicant_id = ?", [applicant_id])]
    wanted = {*own, *(place["document_id"] for row in findings for place in row[-1])}
    documents = _documents(warehouse, sorted(wanted))
    return DossierView(
        person=Person(**dict(zip(Person.model_fields, rows[0], strict=True))),
        findings=tuple(_finding(row, documents) for row in findings),
        documents=tuple(sorted(documents.values(), key=lambda one: one.document_id not in own)),
        honours=tuple(
            ShownHonour(**dict(zip(ShownHonour.model_fields, row, strict=True))) for row in warehouse.execute(_HONOURS, [applicant_id])
        ),
        history=tuple(
            PastDecision(**dict(zip(PastDecision.model_fields, row, strict=True))) for row in warehouse.execute(_HISTORY, [applicant_id])
        ),
        stages=tuple(stages(warehouse, applicant_id)),
        copies=copies_of(warehouse, applicant_id),
    )


def _documents(warehouse: Warehouse, ids: list[Id]) -> dict[Id, ShownDocument]:
    values: dict[Id, list[ShownValue]] = defaultdict(list)
    for row in warehouse.execute(_VALUES, {"ids": ids}):
        values[row[0]].append(_value(row))
    columns = [name for name in ShownDocument.model_fields if name != "values"]
    return {
        row[0]: ShownDocument(**dict(zip(columns, row, strict=True)), values=tuple(values[row[0]]))
        for row in warehouse.execute(_DOCUMENTS, [ids])
    }


def _value(row: tuple[Any, ...]) -> ShownValue:
    box = None if row[7] is None else Box(x0=row[7], y0=row[8], x1=row[9], y1=row[10])
    return ShownValue(
        field=row[1],
        row=row[2],
        value=row[3],
        raw=row[4],
        confidence=row[5],
        place=Place(document_id=row[0], page=row[6], box=box, value=row[3]),
        needs_review=row[11],
        corrected_by=row[12],
        corroborated=row[13],
        machine_value=row[14],
    )


def _finding(row: tuple[Any, ...], documents: dict[Id, ShownDocument]) -> ShownFinding:
    shown = dict(zip([name for name in ShownFinding.model_fields if name != "places"], row[:-1], strict=True))
    return ShownFinding(**shown, places=tuple(_place(place, row[3], documents) for place in row[-1]))


def _place(evidence: dict[str, Any], field: str, documents: dict[Id, ShownDocument]) -> Place:
    """The evidence with the box of the value that it quotes: of the finding's own field first, else of any with that value."""
    document = documents.get(evidence["document_id"])
    same = [one for one in document.values if evidence["value"] in (one.value, one.raw)] if document else []
    same.sort(key=lambda one: one.field != field)
    page = evidence["page"] if evidence["page"] is not None else document.page_from if document else None
    return Place(document_id=evidence["document_id"], page=page, box=same[0].place.box if same else None, value=evidence["value"])
