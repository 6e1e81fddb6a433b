"""Making `review.applicants` work in a file that is called `review.duckdb`.

Comes in: a connection to a copy of the warehouse that nobody else knows yet. Goes out: the copy with the views of schema `review` in its
main schema. Called by `snapshot`.

DuckDB calls an opened file's catalog after its name, and refuses `review.applicants` as ambiguous where a catalog and a schema are both
called `review` (1.5.5: "Ambiguous reference to catalog or schema"). Without such a schema the same words name the catalog and a view in its
main schema. Attached under another name `x`, the view is `x.applicants`.
"""

from __future__ import annotations

import re

import duckdb

SCHEMA = "review"
# A text in quotes stays as it is; outside of one, the schema's name before a dot is the schema.
_QUALIFIED = re.compile(rf"('(?:[^']|'')*')|\b{SCHEMA}\.(?=\"?\w)")


def moved_to_main(connection: duckdb.DuckDBPyConnection) -> None:
    """Create every view of the schema again in the main schema, with its comments; point the views that use one there; drop the schema.

    Part of the caller's transaction, who throws the copy away where this raises a duckdb.Error.
    """
    views = connection.execute(
        "SELECT schema_name, view_name, sql FROM duckdb_views() WHERE NOT internal AND database_name = current_database() ORDER BY view_oid"
    ).fetchall()
    concerned = [(schema, name, _unqualified(sql)) for schema, name, sql in views if schema == SCHEMA or _unqualified(sql) != sql]
    comments = _comments(connection, {(schema, name) for schema, name, _ in concerned})
    _create(connection, [sql.replace("CREATE VIEW", "CREATE OR REPLACE VIEW", 1) for _, _, sql in concerned])
    connection.execute(f"DROP SCHEMA {SCHEMA} CASCADE")
    connection.execute("; ".join(comments) or "SELECT 1")


def _unqualified(sql: str) -> str:
    return _QUALIFIED.sub(lambda found: found[1] or "main.", sql)


def _create(connection: duckdb.DuckDBPyConnection, statements: list[str]) -> None:
    """Create views in whatever order their use of one another demands."""
    while statements:
        waiting: list[str] = []
        for statement in statements:
            try:
                connection.execute(statement)
            except duckdb.CatalogException:
                waiting.append(statement)
        if len(waiting) == len(statements):
            connection.execute(waiting[0])
        statements = waiting


def _comments(connection: duckdb.DuckDBPyConnection, concerned: set[tuple[str, str]]) -> list[str]:
    """The comments on views and their columns as statements that set them again."""
    on_views = connection.execute("SELECT schema_name, view_name, comment FROM duckdb_views() WHERE comment IS NOT NULL").fetchall()
    on_columns = connection.execute(
        "SELECT schema_name, table_name, column_name, comment FROM duckdb_columns() WHERE comment IS NOT NULL"
    ).fetchall()
    said = [
        f'COMMENT ON VIEW {_place(schema)}."{name}" IS {_quoted(text)}' for schema, name, text in on_views if (schema, name) in concerned
    ]
    said += [
        f'COMMENT ON COLUMN {_place(schema)}."{name}"."{column}" IS {_quoted(text)}'
        for schema, name, column, text in on_columns
        if (schema, name) in concerned
    ]
    return said


def _place(schema: str) -> str:
    return "main" if schema == SCHEMA else schema


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
