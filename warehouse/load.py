"""Records → base tables, each load in one transaction, each load idempotent.

Comes in: a file's record with its documents and failures, or the judgement over everything. Goes out: rows in `core`; people's decisions
and corrections are never touched. Called by `flows` after a file was read and after everything was judged.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from pydantic import BaseModel

from schemas.records import Document, Failure, FieldValue, FileRecord, Id, Judgement, stable_id
from warehouse.bulk import TableShape, insert, storable
from warehouse.connection import Warehouse

_TEXT, _INTEGER, _DOUBLE, _BOOLEAN, _TIME = "VARCHAR", "INTEGER", "DOUBLE", "BOOLEAN", "TIMESTAMPTZ"
_BOX = dict.fromkeys(("x0", "y0", "x1", "y1"), _DOUBLE)


def _texts(*names: str) -> dict[str, object]:
    return dict.fromkeys(names, _TEXT)


FILES = TableShape(
    "core.files",
    "file_id",
    {
        **_texts("file_id", "path", "parent_file_id", "sha256", "media_type"),
        "received_at": _TIME,
        **_texts("status", "error_code", "error"),
        "pages": _INTEGER,
        "duplicate_of": _TEXT,
    },
)
DOCUMENTS = TableShape(
    "core.documents",
    "document_id",
    {
        **_texts("document_id", "file_id"),
        "sequence": _INTEGER,
        "doc_type": _TEXT,
        "page_from": _INTEGER,
        "page_to": _INTEGER,
        **_BOX,
        "confidence": _DOUBLE,
        "source": _TEXT,
    },
)
FIELDS = TableShape(
    "core.fields",
    "document_id, ordinal",
    {
        "document_id": _TEXT,
        "ordinal": _INTEGER,
        "field": _TEXT,
        "row": _INTEGER,
        **_texts("value", "raw"),
        "confidence": _DOUBLE,
        "page": _INTEGER,
        **_BOX,
        "method": _TEXT,
        "needs_review": _BOOLEAN,
        "score": _DOUBLE,
        "signals": _TEXT,
    },
)
FAILURES = TableShape(
    "core.failures",
    "file_id, ordinal",
    {"file_id": _TEXT, "ordinal": _INTEGER, "kind": _TEXT, "page": _INTEGER, "record": _TEXT, "error": _TEXT},
)
ASSIGNMENTS = TableShape("core.assignments", "document_id", _texts("document_id", "applicant_id", "recommending_unit", "superseded_by"))
CORROBORATIONS = TableShape(
    "core.corroborations",
    "corroboration_id",
    {**_texts("corroboration_id", "document_id", "field"), "row": _INTEGER, **_texts("by_document_id")},
)
APPLICANTS = TableShape(
    "core.applicants",
    "applicant_id",
    {
        **_texts("applicant_id", "name", "sex"),
        "birth_date": "DATE",
        **_texts("id_number", "employer", "post", "duty", "skill_level", "professional_title", "phone", "union_card_number"),
        **_texts("district", "industry", "recommending_unit"),
        "received_at": _TIME,
        "verdict": _TEXT,
        "blockers": _INTEGER,
        "warnings": _INTEGER,
        "qualifying_honours": _INTEGER,
        "rule_version": _TEXT,
    },
)
HONOURS = TableShape(
    "core.honours",
    "honour_id",
    {
        **_texts("honour_id", "applicant_id", "title"),
        "issuers": [_TEXT],
        **_texts("issuer_class", "level", "conferred_on"),
        "claimed": _BOOLEAN,
        **_texts("certificate_document_id", "in_window", "role", "qualifies"),
        "reasons": [_TEXT],
        "claim_document_id": _TEXT,
    },
)
FINDINGS = TableShape(
    "core.findings",
    "finding_id",
    {
        **_texts("finding_id", "applicant_id", "recommending_unit", "code", "field", "severity", "clause", "message"),
        "evidence": [{"document_id": _TEXT, "page": _INTEGER, "value": _TEXT}],
        "status": _TEXT,
    },
)
JUDGEMENT_FAILURES = TableShape("core.judgement_failures", "failure_id", _texts("failure_id", "kind", "record", "error"))

_Rows = list[dict[str, object]]


def load_file(warehouse: Warehouse, record: FileRecord, documents: Sequence[Document] = (), failures: Sequence[Failure] = ()) -> bool:
    """Store one arrival with everything that was read in it, or nothing.

    A document that contradicts the arrival or another document (foreign file, used id, pages that the file does not have) is kept as a
    failure.

    Returns:
        False when a file with this path and content is already there; nothing is changed then.

    Raises:
        duckdb.ConstraintException: another arrival already bears this `file_id`.
    """
    sound, unsound = _sound_documents(warehouse, record, documents)
    kept = [*failures, *unsound]
    with warehouse.transaction():
        if warehouse.execute("SELECT 1 FROM core.files WHERE path = ? AND sha256 = ?", [storable(record.path), record.sha256]):
            return False
        insert(warehouse, FILES, [record.model_dump(mode="json")])
        insert(warehouse, DOCUMENTS, [_document_row(sequence, document) for sequence, document in sound])
        insert(
            warehouse,
            FIELDS,
            [_field_row(document, ordinal, value) for _, document in sound for ordinal, value in enumerate(document.fields)],
        )
        insert(
            warehouse,
            FAILURES,
            [{"file_id": record.file_id, "ordinal": ordinal, **failure.model_dump()} for ordinal, failure in enumerate(kept)],
        )
    return True


def load_judgement(warehouse: Warehouse, judgement: Judgement) -> int:
    """Make the judged tables say exactly this judgement, in one transaction.

    Returns:
        The number of rows inserted, updated and deleted; 0 for a judgement that says what is stored already.
    """
    conflicts: _Rows = []
    tables = [
        (ASSIGNMENTS, _assignment_rows(judgement)),
        (CORROBORATIONS, _dumped(judgement.corroborations)),
        (APPLICANTS, _unique(APPLICANTS, [_applicant_row(judgement, row) for row in _dumped(judgement.applicants)], conflicts)),
        (HONOURS, _unique(HONOURS, _dumped(judgement.honours), conflicts)),
        (FINDINGS, _unique(FINDINGS, _dumped(judgement.findings), conflicts)),
    ]
    tables.append((JUDGEMENT_FAILURES, conflicts))
    with warehouse.transaction():
        return sum(_replace(warehouse, shape, rows) for shape, rows in tables)


def load_dossiers(warehouse: Warehouse, judgement: Judgement, applicants: Collection[Id], documents: Collection[Id]) -> int:
    """Replace what is judged about these applicants and these documents only, in one transaction; the rest of `judgement` is left out.

    For a judgement over part of the material, after a person changed a value in it. Returns the number of rows changed.
    """
    conflicts: _Rows = []
    people, papers = sorted(applicants), sorted(documents)
    scopes: list[tuple[TableShape, _Rows, str, list[Id]]] = [
        (ASSIGNMENTS, _assignment_rows(judgement), "document_id", papers),
        (CORROBORATIONS, _dumped(judgement.corroborations), "document_id", papers),
        (APPLICANTS, [_applicant_row(judgement, row) for row in _dumped(judgement.applicants)], "applicant_id", people),
        (HONOURS, _dumped(judgement.honours), "applicant_id", people),
        (FINDINGS, _dumped(judgement.findings), "applicant_id", people),
    ]
    with warehouse.transaction():
        return sum(
            _replace(warehouse, shape, _unique(shape, [row for row in rows if row[column] in ids], conflicts), column, ids)
            for shape, rows, column, ids in scopes
        )


def _replace(warehouse: Warehouse, shape: TableShape, rows: _Rows, column: str = "", ids: Sequence[Id] = ()) -> int:
    """Make a table equal to the rows (where `column` is given: its rows with one of these ids), touching only what differs.

    Returns how many rows that was.
    """
    staged = f"staged_{shape.name.removeprefix('core.')}"
    warehouse.execute(f"CREATE OR REPLACE TEMP TABLE {staged} AS SELECT {shape.column_list} FROM {shape.name} LIMIT 0")
    insert(warehouse, shape, rows, into=staged)
    columns = shape.column_list
    warehouse.execute(f"CREATE OR REPLACE TEMP TABLE changed AS SELECT {columns} FROM {staged} EXCEPT SELECT {columns} FROM {shape.name}")
    scope = f"list_contains(?::VARCHAR[], {column}) AND " if column else ""
    deleted = warehouse.execute(
        f"DELETE FROM {shape.name} WHERE {scope}{shape.key} NOT IN (SELECT {shape.key} FROM {staged}) RETURNING 1",
        [list(ids)] if column else None,
    )
    warehouse.execute(f"INSERT OR REPLACE INTO {shape.name} ({columns}) SELECT {columns} FROM changed")
    ((changed,),) = warehouse.execute("SELECT count(*) FROM changed")
    warehouse.execute(f"DROP TABLE changed; DROP TABLE {staged}")
    return len(deleted) + int(changed)


def _sound_documents(
    warehouse: Warehouse, record: FileRecord, documents: Sequence[Document]
) -> tuple[list[tuple[int, Document]], list[Failure]]:
    """The documents that can be stored, with their place in the file, and the others as failures."""
    ids = [document.document_id for document in documents]
    taken = warehouse.execute("SELECT document_id FROM core.documents WHERE list_contains(?::VARCHAR[], document_id)", [ids])
    used = {row[0] for row in taken}
    sound: list[tuple[int, Document]] = []
    unsound: list[Failure] = []
    for sequence, document in enumerate(documents):
        fault = _fault(record, document, used)
        used.add(document.document_id)
        if fault is None:
            sound.append((sequence, document))
        else:
            unsound.append(Failure(kind="document", page=document.page_from, record=document.model_dump_json(), error=fault))
    return sound, unsound


def _fault(record: FileRecord, document: Document, used: set[str]) -> str | None:
    first, last = document.page_from, document.page_to
    if document.file_id != record.file_id:
        return f"文档属于另一个文件 {document.file_id}"
    if document.document_id in used:
        return f"文档编号 {document.document_id} 已被使用"
    if (first is None) != (last is None) or (first is not None and last is not None and not 1 <= first <= last):
        return f"页码 {first}–{last} 不成立"
    if last is not None and record.pages is not None and last > record.pages:
        return f"页码 {first}–{last} 超出文件的 {record.pages} 页"
    return None


def _document_row(sequence: int, document: Document) -> dict[str, object]:
    row = document.model_dump(mode="json", exclude={"fields", "box"})
    return {**row, "sequence": sequence, **_box_columns(document)}


def _field_row(document: Document, ordinal: int, value: FieldValue) -> dict[str, object]:
    row = value.model_dump(mode="json", exclude={"box"})
    signals = None if value.signals is None else value.signals.model_dump_json()
    kept = {"score": None if value.signals is None else value.score, "signals": signals}
    return {**row, "document_id": document.document_id, "ordinal": ordinal, **_box_columns(value), **kept}


def _box_columns(placed: Document | FieldValue) -> dict[str, object]:
    return dict.fromkeys(_BOX) if placed.box is None else placed.box.model_dump()


def _dumped(records: Sequence[BaseModel]) -> _Rows:
    return [record.model_dump(mode="json") for record in records]


def _applicant_row(judgement: Judgement, row: Mapping[str, object]) -> dict[str, object]:
    # What awaits a person's eye is counted by the view, from the fields themselves, so that a correction shows at once.
    return {**{key: value for key, value in row.items() if key != "to_review"}, "rule_version": judgement.rule_version}


def _assignment_rows(judgement: Judgement) -> _Rows:
    documents = sorted(judgement.assignments.keys() | judgement.units.keys())
    return [
        {
            "document_id": document,
            "applicant_id": judgement.assignments.get(document),
            "recommending_unit": judgement.units.get(document),
            "superseded_by": judgement.superseded.get(document),
        }
        for document in documents
    ]


def _unique(shape: TableShape, rows: _Rows, conflicts: _Rows) -> _Rows:
    """The first row of each key; a later, different one under the same key goes to `conflicts` instead of winning by chance."""
    kept: dict[object, dict[str, object]] = {}
    for row in rows:
        first = kept.setdefault(row[shape.key], row)
        if first != row:
            kind, text = shape.name.removeprefix("core."), str(row)
            error = f"编号 {row[shape.key]} 已被另一条记录使用"
            conflict: dict[str, object] = {"failure_id": stable_id(kind, text), "kind": kind, "record": text, "error": error}
            if conflict not in conflicts:
                conflicts.append(conflict)
    return list(kept.values())
