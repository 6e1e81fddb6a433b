"""What a warehouse says of its material, for comparison with the truth; and the truth that people's corrections are.

Comes in: an open warehouse. Goes out: an `Outcome`, or a partial `GroundTruth`. Called by `flows.evaluate` and `flows.calibrate`.

The outcome holds what the machine read, not what people made of it: corrections are what it is compared with. Applicants, honours and
findings are those of the last judgement, in which corrections count.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any, TypeVar

from schemas.base import Frozen
from schemas.evaluation import (
    GroundTruth,
    LoadedApplicant,
    LoadedDocument,
    LoadedFile,
    LoadedFinding,
    LoadedHonour,
    Outcome,
    TrueDocument,
    TrueValue,
)
from schemas.records import FieldValue
from warehouse.connection import Warehouse
from warehouse.read import field_value

Record = TypeVar("Record", bound=Frozen)

_DOCUMENTS = """
    SELECT d.document_id, f.path, d.doc_type, d.page_from, d.page_to, d.source
    FROM core.documents AS d JOIN core.files AS f ON f.file_id = d.file_id
    ORDER BY f.path, d.sequence, d.document_id
"""
_MACHINE_FIELDS = """
    SELECT f.document_id, f.field, f."row", f."value", f.raw, f.confidence, f.page, f.x0, f.y0, f.x1, f.y1, f.method,
           f.needs_review AND k.document_id IS NULL, f.signals
    FROM core.fields AS f
    LEFT JOIN core.corroborations AS k ON k.document_id = f.document_id AND k.field = f.field AND k."row" = f."row"
    ORDER BY f.document_id, f.ordinal
"""
_CORRECTIONS = """
    SELECT document_id, field, "row", "value" FROM core.corrections ORDER BY document_id, field, "row"
"""


def outcome(warehouse: Warehouse) -> Outcome:
    """Everything that is compared with a truth."""
    fields: dict[str, list[FieldValue]] = defaultdict(list)
    for row in warehouse.execute(_MACHINE_FIELDS):
        fields[row[0]].append(field_value(row))
    return Outcome(
        files=tuple(_records(warehouse, LoadedFile, "SELECT path, status, error_code FROM review.files")),
        documents=tuple(
            LoadedDocument(**_document(row), document_id=row[0], fields=tuple(fields[row[0]])) for row in warehouse.execute(_DOCUMENTS)
        ),
        applicants=tuple(
            _records(warehouse, LoadedApplicant, "SELECT applicant_id, name, recommending_unit, verdict FROM review.applicants")
        ),
        honours=tuple(_records(warehouse, LoadedHonour, "SELECT honour_id, applicant_id, title, qualifies FROM review.honours")),
        findings=tuple(_records(warehouse, LoadedFinding, "SELECT applicant_id, code, field FROM review.findings")),
    )


def corrected_truth(warehouse: Warehouse) -> GroundTruth:
    """What people stated by correcting or confirming values: partial, and kept by file, page and type, so that it also serves for another
    warehouse of the same material."""
    stated: dict[str, list[TrueValue]] = defaultdict(list)
    for document_id, field, row, value in warehouse.execute(_CORRECTIONS):
        stated[document_id].append(TrueValue(field=field, row=row, value=value))
    documents = (TrueDocument(**_document(row), fields=tuple(stated[row[0]])) for row in warehouse.execute(_DOCUMENTS) if row[0] in stated)
    return GroundTruth(partial=True, documents=tuple(_in_true_pages(document) for document in documents))


def _in_true_pages(document: TrueDocument) -> TrueDocument:
    """Pictures in a Word file are counted from 1 in a truth, from 2 in a warehouse, where the body is page 1."""
    if document.page_from is None or not document.file.lower().endswith(".docx"):
        return document
    pages = {"page_from": document.page_from - 1, "page_to": (document.page_to or document.page_from) - 1}
    return document.model_copy(update=pages)


def _document(row: tuple[Any, ...]) -> dict[str, Any]:
    return dict(zip(("file", "doc_type", "page_from", "page_to", "source"), row[1:], strict=True))


def _records(warehouse: Warehouse, model: type[Record], sql: str) -> list[Record]:
    columns, rows = warehouse.table(sql)
    return [model(**dict(zip(columns, row, strict=True))) for row in rows]
