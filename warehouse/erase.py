"""Taking one person out of the warehouse: what belongs to them alone, what they share with others, and the file without the rows' remains.

Comes in: an open warehouse and the person's applications. Goes out: a `Trace` (what would go), then the rows removed.
Called by `flows.purge`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from schemas.base import Frozen
from schemas.records import Id
from warehouse.connection import Warehouse, open_warehouse

_FILES = """
    WITH RECURSIVE chain AS (
        SELECT file_id, file_id AS root, parent_file_id AS above FROM core.files
        UNION ALL SELECT c.file_id, f.file_id, f.parent_file_id FROM chain AS c JOIN core.files AS f ON f.file_id = c.above
    ), roots AS (SELECT file_id, root FROM chain WHERE above IS NULL OR above NOT IN (SELECT file_id FROM core.files)),
    bearing AS (
        SELECT d.file_id, bool_or(coalesce(list_contains($ids::VARCHAR[], a.applicant_id), false)) AS own,
            bool_or(a.applicant_id IS NOT NULL AND NOT list_contains($ids::VARCHAR[], a.applicant_id)
                OR d.doc_type = 'recommendation_summary') AS others
        FROM core.documents AS d LEFT JOIN core.assignments AS a ON a.document_id = d.document_id GROUP BY d.file_id
    )
    SELECT f.file_id, r.root, f.path, f.sha256, coalesce(b.own, false) OR coalesce(e.own, false), coalesce(b.others, e.others, false),
        contains(f.path, $name)
    FROM core.files AS f JOIN roots AS r ON r.file_id = f.file_id
    LEFT JOIN bearing AS b ON b.file_id = f.file_id
    LEFT JOIN bearing AS e ON e.file_id = f.duplicate_of
    ORDER BY f.path
"""
# Summary tables of units that list the person: other people's as well.
_LISTING = """
    SELECT d.file_id FROM core.documents AS d JOIN core.fields AS f ON f.document_id = d.document_id
    WHERE d.doc_type = 'recommendation_summary' AND (f.field = 'name' AND f.value = $name OR f.field = 'id_number' AND f.value IN (
        SELECT id_number FROM core.applicants WHERE list_contains($ids::VARCHAR[], applicant_id)))
"""
_OWN_FINDINGS = """
    SELECT finding_id FROM core.findings WHERE list_contains($ids::VARCHAR[], applicant_id)
    UNION SELECT finding_id FROM core.finding_decisions WHERE list_contains($ids::VARCHAR[], applicant_id)
"""


class Trace(Frozen):
    """What there is of a person. `originals` and `pages`: hashes of contents that are theirs alone; `shared`: paths (with hash) of arrivals
    that hold other people's material too; `tokens`: name, identity numbers, telephone numbers."""

    applicant_ids: tuple[Id, ...]
    name: str
    tokens: tuple[str, ...]
    file_ids: tuple[Id, ...]
    document_ids: tuple[Id, ...]
    finding_ids: tuple[Id, ...]
    originals: tuple[str, ...]
    pages: tuple[str, ...]
    paths: tuple[str, ...]
    shared: tuple[tuple[str, str], ...]
    shared_pages: tuple[tuple[str, int], ...]


def trace(warehouse: Warehouse, ids: Sequence[Id], name: str) -> Trace:
    """Everything that the warehouse knows of one person's applications; nothing is changed.

    An arrival is theirs alone where no document in it, or in what lay in the same container, is another applicant's or a unit's summary.
    """
    wanted: dict[str, object] = {"ids": list(ids)}
    rows = warehouse.execute(_FILES, {**wanted, "name": name})
    listing = {row[0] for row in warehouse.execute(_LISTING, {**wanted, "name": name})}
    mixed = {root for _, root, _, _, _, others, _ in rows if others}
    own_roots = {root for _, root, _, _, own, _, named in rows if own or named} - mixed
    gone = [row for row in rows if row[1] in own_roots or ((row[4] or row[6]) and not row[5])]
    touched = {root for file_id, root, _, _, own, _, named in rows if own or named or file_id in listing} & mixed
    kept = {row[3] for row in rows if row not in gone}
    documents = warehouse.execute(
        "SELECT d.document_id, d.file_id, f.sha256, d.page_from, d.page_to "
        "FROM core.documents AS d JOIN core.files AS f ON f.file_id = d.file_id "
        "LEFT JOIN core.assignments AS a ON a.document_id = d.document_id "
        "WHERE list_contains($ids::VARCHAR[], a.applicant_id) OR list_contains($files::VARCHAR[], d.file_id)",
        {**wanted, "files": [row[0] for row in gone]},
    )
    gone_files = {row[0] for row in gone}
    numbers = warehouse.execute("SELECT id_number, phone FROM core.applicants WHERE list_contains($ids::VARCHAR[], applicant_id)", wanted)
    read = warehouse.execute(
        "SELECT DISTINCT f.value FROM core.fields AS f JOIN core.assignments AS a ON a.document_id = f.document_id "
        "WHERE f.field IN ('id_number', 'phone') AND list_contains($ids::VARCHAR[], a.applicant_id)",
        wanted,
    )
    tokens = [name, *(one for row in numbers for one in row), *(row[0] for row in read)]
    return Trace(
        applicant_ids=tuple(ids),
        name=name,
        tokens=tuple(dict.fromkeys(one for one in tokens if one and len(one) > 1)),
        file_ids=tuple(sorted(gone_files)),
        document_ids=tuple(row[0] for row in documents),
        finding_ids=tuple(row[0] for row in warehouse.execute(_OWN_FINDINGS, wanted)),
        originals=tuple(sorted({row[3] for row in gone if row[0] == row[1]} - kept)),
        pages=tuple(sorted({row[3] for row in gone} - kept)),
        paths=tuple(row[2] for row in gone),
        shared=tuple((row[2], row[3]) for row in rows if row[0] in touched),
        shared_pages=tuple(
            (sha256, page)
            for _, file_id, sha256, first, last in documents
            if file_id not in gone_files and first is not None and last is not None
            for page in range(first, last + 1)
        ),
    )


def erase(warehouse: Warehouse, found: Trace) -> None:
    """Remove every row of a person in one transaction. Their pages in shared arrivals stay as blank ones: every page is accounted for."""
    wanted: dict[str, object] = {
        "ids": list(found.applicant_ids),
        "documents": list(found.document_ids),
        "files": list(found.file_ids),
        "findings": list(found.finding_ids),
        "tokens": list(found.tokens),
    }

    def run(sql: str) -> None:
        warehouse.execute(sql, {name: value for name, value in wanted.items() if f"${name}" in sql})

    with warehouse.transaction():
        run(
            'DELETE FROM core.fields WHERE (document_id, "row") IN (SELECT f.document_id, f."row" FROM core.fields AS f '
            "JOIN core.documents AS d ON d.document_id = f.document_id WHERE d.doc_type = 'recommendation_summary' "
            "AND f.\"row\" > 0 AND f.field IN ('name', 'id_number') AND list_contains($tokens::VARCHAR[], f.value))"
        )
        for table in ("fields", "assignments", "corroborations", "value_decisions", "corrections"):
            run(f"DELETE FROM core.{table} WHERE list_contains($documents::VARCHAR[], document_id)")
        for table in ("applicants", "honours", "findings", "finding_decisions", "stage_records"):
            run(f"DELETE FROM core.{table} WHERE list_contains($ids::VARCHAR[], applicant_id)")
        run("DELETE FROM core.decisions WHERE list_contains($findings::VARCHAR[], finding_id)")
        run("DELETE FROM core.paper_copies WHERE list_contains($ids::VARCHAR[], subject)")
        run("UPDATE core.notices SET finding_ids = list_filter(finding_ids, lambda one: NOT list_contains($findings::VARCHAR[], one))")
        run("DELETE FROM core.judgement_failures WHERE list_bool_or(list_transform($tokens::VARCHAR[], lambda one: contains(record, one)))")
        run(
            "DELETE FROM core.intake WHERE (path, sha256) IN "
            "(SELECT path, sha256 FROM core.files WHERE list_contains($files::VARCHAR[], file_id))"
        )
        for table in ("failures", "documents", "files"):
            run(f"DELETE FROM core.{table} WHERE list_contains($files::VARCHAR[], file_id)")
        run("UPDATE core.documents SET doc_type = 'blank' WHERE list_contains($documents::VARCHAR[], document_id)")


def rewrite_file(path: Path) -> None:
    """Write a closed warehouse anew: deleted rows linger in the free blocks of the old file. The new file replaces it when it is whole."""
    beside = path.with_name(f".{path.name}.rewriting")
    beside.unlink(missing_ok=True)
    open_warehouse(beside).close()
    connection = duckdb.connect()
    try:
        for name, place, how in (("old", path, "(READ_ONLY)"), ("fresh", beside, "")):
            connection.execute(f"ATTACH '{str(place).replace(chr(39), chr(39) * 2)}' AS {name} {how}")
        tables = connection.execute(
            "SELECT table_name FROM duckdb_tables() WHERE database_name = 'old' AND schema_name = 'core' ORDER BY table_name"
        ).fetchall()
        for (table,) in tables:
            connection.execute(f'DELETE FROM fresh.core."{table}"')
            connection.execute(f'INSERT INTO fresh.core."{table}" BY NAME FROM old.core."{table}"')
        connection.execute("CHECKPOINT fresh")
    finally:
        connection.close()
    beside.replace(path)
    path.with_name(f"{path.name}.wal").unlink(missing_ok=True)


def tables_with(warehouse: Warehouse, token: str) -> dict[str, int]:
    """In which tables a text still stands, and in how many rows."""
    names = [row[0] for row in warehouse.execute("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'core' ORDER BY table_name")]
    counted = {}
    for name in names:
        rows = warehouse.execute(f'SELECT count(*) FROM core."{name}" AS t WHERE contains(t::VARCHAR, ?)', [token])[0][0]
        if rows:
            counted[name] = int(rows)
    return counted
