"""Base tables → records: what the stages that look across files need, with people's corrections applied.

Comes in: an open warehouse. Goes out: `schemas.records` models and plain rows. Called by `flows` before judging, to recognise what is
already in, and to tell a person what is there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from schemas.base import Frozen
from schemas.calibration import Signals
from schemas.layout import Box
from schemas.records import Document, FieldValue, FiledDocument, Id
from warehouse.bulk import storable
from warehouse.connection import Warehouse

_DOCUMENTS = """
    SELECT d.document_id, d.file_id, d.doc_type, d.page_from, d.page_to, d.x0, d.y0, d.x1, d.y1, d.confidence, d.source, d.sequence,
           f.path, f.parent_file_id, f.received_at
    FROM core.documents AS d JOIN core.files AS f ON f.file_id = d.file_id
    WHERE $only IS NULL OR list_contains($only::VARCHAR[], d.document_id)
    ORDER BY f.received_at, f.path, f.file_id, d.sequence
"""
_FIELDS = """
    SELECT document_id, field, "row", "value", raw, confidence, page, x0, y0, x1, y1, method, needs_review, signals
    FROM core.current_fields
    WHERE $only IS NULL OR list_contains($only::VARCHAR[], document_id)
    ORDER BY document_id, ordinal
"""
# A summary names many, other and blank pages name no one: these are rightly tied to no single applicant.
_UNASSIGNED = """
    SELECT count(*) FROM review.documents
    WHERE applicant_id IS NULL AND doc_type NOT IN ('recommendation_summary', 'other', 'blank')
"""
_APPLICANTS = """
    SELECT p.applicant_id, p.name, p.employer, p.recommending_unit, p.verdict, coalesce(t.title, p.verdict),
           p.blockers, p.warnings, p.to_review, p.qualifying_honours
    FROM review.applicants AS p LEFT JOIN core.code_titles AS t ON t.kind = 'verdict' AND t.code = p.verdict
    ORDER BY p.recommending_unit NULLS LAST, p.name, p.applicant_id
"""


class RejectedArrival(Frozen):
    """A file that could not be read, with what a person is told about it."""

    path: str
    error_code: str
    error: str


class CodeCount(Frozen):
    """How often a code occurs, with its Chinese name."""

    code: str
    title: str
    count: int


class PageAccounting(Frozen):
    """Where the pages went (`stats.page_accounting`): recognised + other + blank + unaccounted = pages."""

    files: int
    pages: int
    recognised: int
    other: int
    blank: int
    unaccounted: int
    files_without_documents: int

    @property
    def complete(self) -> bool:
        """Whether every page and every file ended as part of a document."""
        return self.unaccounted == 0 and self.files_without_documents == 0


class Status(Frozen):
    """What is in, what is rejected and why, what awaits a person."""

    files: tuple[CodeCount, ...]
    rejected: tuple[RejectedArrival, ...]
    documents: tuple[CodeCount, ...]
    pages: PageAccounting
    failures: int
    applicants: tuple[CodeCount, ...]
    open_findings: tuple[CodeCount, ...]
    fields_to_review: int
    unassigned_documents: int
    broken_references: int


class UnitSummary(Frozen):
    """One recommending unit (None: none stated) and how its applicants stand."""

    recommending_unit: str | None
    applicants: int
    excluded: int
    incomplete: int
    review: int
    ready: int
    blockers: int
    warnings: int
    to_review: int


class ApplicantSummary(Frozen):
    """One applicant as a line of a list."""

    applicant_id: Id
    name: str
    employer: str | None
    recommending_unit: str | None
    verdict: str
    verdict_title: str
    blockers: int
    warnings: int
    to_review: int
    qualifying_honours: int


class BrokenReference(Frozen):
    """A row that points at something that is not there."""

    reference: str
    id: str
    missing: str


def filed_documents(warehouse: Warehouse, only: Sequence[Id] | None = None) -> list[FiledDocument]:
    """Every document (or these `only`) with its values as people left them, in order of arrival, path and place in the file.

    A corrected value has confidence 1 and needs no review; a value that a person added stands last in its document, with an empty `raw`.
    """
    fields: dict[str, list[FieldValue]] = defaultdict(list)
    wanted: dict[str, object] = {"only": None if only is None else list(only)}
    for row in warehouse.execute(_FIELDS, wanted):
        fields[row[0]].append(field_value(row))
    return [_filed(row, tuple(fields[row[0]])) for row in warehouse.execute(_DOCUMENTS, wanted)]


def related_documents(warehouse: Warehouse, applicant_id: Id) -> tuple[set[Id], set[Id]]:
    """What a change in one applicant's material can bear on: the applicants with the same name or ID number, and the documents that belong
    to any of them or that are summary tables of their units or list one of them.
    """
    people = warehouse.execute(
        "SELECT q.applicant_id, q.name, q.id_number, q.recommending_unit FROM core.applicants AS p JOIN core.applicants AS q "
        "ON q.name = p.name OR q.id_number = p.id_number WHERE p.applicant_id = ?",
        [applicant_id],
    )
    ids, names, numbers, units_of = ([row[column] for row in people if row[column]] for column in range(4))
    documents = warehouse.execute(
        "SELECT d.document_id FROM core.documents AS d LEFT JOIN core.assignments AS a ON a.document_id = d.document_id "
        "WHERE list_contains($ids::VARCHAR[], a.applicant_id) "
        "OR d.doc_type = 'recommendation_summary' AND (list_contains($units::VARCHAR[], a.recommending_unit) OR EXISTS ("
        "  FROM core.current_fields AS f WHERE f.document_id = d.document_id AND ("
        "    f.field = 'name' AND list_contains($names::VARCHAR[], f.value) "
        "    OR f.field = 'id_number' AND list_contains($numbers::VARCHAR[], f.value))))",
        {"ids": ids, "units": units_of, "names": names, "numbers": numbers},
    )
    return set(ids), {row[0] for row in documents}


def known_file(warehouse: Warehouse, path: str, sha256: str) -> Id | None:
    """The id of the arrival with this path and content, or None if it is new."""
    rows = warehouse.execute("SELECT file_id FROM core.files WHERE path = ? AND sha256 = ?", [storable(path), sha256])
    return str(rows[0][0]) if rows else None


def first_copy(warehouse: Warehouse, sha256: str) -> Id | None:
    """The id of the arrival that first brought this content, or None if the content is new.

    A duplicate is no first copy: a run that was killed may have loaded it before the file that it points to.
    """
    rows = warehouse.execute(
        "SELECT file_id FROM core.files WHERE sha256 = ? AND status <> 'duplicate' ORDER BY received_at, path, file_id LIMIT 1", [sha256]
    )
    return str(rows[0][0]) if rows else None


def code_titles(warehouse: Warehouse, kind: str) -> dict[str, str]:
    """The Chinese names of the codes of a kind (`review.code_titles`), by code."""
    return dict(warehouse.execute("SELECT code, title FROM core.code_titles WHERE kind = ? ORDER BY position", [kind]))


def check_references(warehouse: Warehouse) -> list[BrokenReference]:
    """Every reference that leads nowhere; empty in a sound warehouse."""
    rows = warehouse.execute("SELECT reference, id, missing FROM core.broken_references ORDER BY ALL")
    return [BrokenReference(reference=row[0], id=row[1], missing=row[2]) for row in rows]


def status_summary(warehouse: Warehouse) -> Status:
    """The counts that `gongjiang status` shows; lists are in the order of the contract's codes."""
    columns, (accounting,) = warehouse.table("FROM stats.page_accounting")
    rejected = warehouse.execute(
        "SELECT path, coalesce(error_code, ''), coalesce(error, '') FROM core.files WHERE status = 'rejected' ORDER BY path, file_id"
    )
    return Status(
        files=_counted(warehouse, "file_status", "SELECT status FROM core.files"),
        rejected=tuple(RejectedArrival(path=row[0], error_code=row[1], error=row[2]) for row in rejected),
        documents=_counted(warehouse, "doc_type", "SELECT doc_type FROM core.documents"),
        pages=PageAccounting(**dict(zip(columns, accounting, strict=True))),
        failures=_number(warehouse, "SELECT count(*) FROM review.failures"),
        applicants=_counted(warehouse, "verdict", "SELECT verdict FROM core.applicants"),
        open_findings=_counted(warehouse, "severity", "SELECT severity FROM review.findings WHERE status = 'open'"),
        fields_to_review=_number(warehouse, "SELECT count(*) FROM core.standing_fields WHERE needs_review"),
        unassigned_documents=_number(warehouse, _UNASSIGNED),
        broken_references=_number(warehouse, "SELECT count(*) FROM core.broken_references"),
    )


def units(warehouse: Warehouse) -> list[UnitSummary]:
    """The recommending units by name; applicants without one last."""
    names = list(UnitSummary.model_fields)
    rows = warehouse.execute(f"SELECT {', '.join(names)} FROM stats.applicants_by_unit ORDER BY recommending_unit NULLS LAST")
    return [UnitSummary(**dict(zip(names, row, strict=True))) for row in rows]


def applicants(warehouse: Warehouse) -> list[ApplicantSummary]:
    """The applicants by unit and name."""
    rows = warehouse.execute(_APPLICANTS)
    return [ApplicantSummary(**dict(zip(ApplicantSummary.model_fields, row, strict=True))) for row in rows]


def _counted(warehouse: Warehouse, kind: str, codes: str) -> tuple[CodeCount, ...]:
    rows = warehouse.execute(
        f"SELECT c.code, coalesce(any_value(t.title), c.code), count(*) FROM ({codes}) AS c(code) "
        "LEFT JOIN core.code_titles AS t ON t.kind = ? AND t.code = c.code "
        "GROUP BY c.code ORDER BY any_value(t.position) NULLS LAST, c.code",
        [kind],
    )
    return tuple(CodeCount(code=row[0], title=row[1], count=row[2]) for row in rows)


def _number(warehouse: Warehouse, sql: str) -> int:
    return int(warehouse.execute(sql)[0][0])


def _box(x0: float | None, y0: float | None, x1: float | None, y1: float | None) -> Box | None:
    if x0 is None or y0 is None or x1 is None or y1 is None:
        return None
    return Box(x0=x0, y0=y0, x1=x1, y1=y1)


def field_value(row: tuple[Any, ...]) -> FieldValue:
    """A value from a row with the columns of `_FIELDS`, in their order."""
    return FieldValue(
        field=row[1],
        row=row[2],
        value=row[3],
        raw=row[4],
        confidence=row[5],
        page=row[6],
        box=_box(*row[7:11]),
        method=row[11],
        needs_review=row[12],
        signals=None if row[13] is None else Signals.model_validate_json(row[13]),
    )


def _filed(row: tuple[Any, ...], fields: tuple[FieldValue, ...]) -> FiledDocument:
    document = Document(
        document_id=row[0],
        file_id=row[1],
        doc_type=row[2],
        page_from=row[3],
        page_to=row[4],
        box=_box(*row[5:9]),
        confidence=row[9],
        source=row[10],
        fields=fields,
    )
    return FiledDocument(document=document, sequence=row[11], path=row[12], parent_file_id=row[13], received_at=row[14])
