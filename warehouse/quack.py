"""The published snapshot over DuckDB's Quack protocol: many readers, one process that has nothing but the snapshot, read-only.

Comes in: the place of the snapshot, ports and tokens. Goes out: answers on the loopback address; a new snapshot is taken up while
connections stay. Called by `flows.quack_server` in a process of its own, so that no SQL of a user's runs where the warehouse is written.

A query is answered when it is one SELECT over the schemas of its role and uses only functions that look at nothing but their arguments: the
parse tree (`json_serialize_sql`) is asked, not the text, and what is not known is refused.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import duckdb

from schemas.errors import WarehouseUnavailable

_LOADED_AFTER = ("httpfs", "quack")  # in this order: quack looks for httpfs when it is called, and may not look for anything by then
# Functions of the engine that reach beyond their arguments although they count as consistent.
_REACHING = (
    r"^(getenv|getvariable|current_setting|query.*|read_.*|.*_scan|glob|sniff_.*|quack_.*|pragma_.*|duckdb_.*|json_execute.*|"
    r"json_serialize.*|json_deserialize.*|parse_.*path|parse_duckdb.*|nextval|currval|setseed|write_.*|which_secret|add_.*|"
    r"in_search_path|pg_.*|txid.*|current_.*|session_user|user|version|whoami|error|sleep.*|create_sort_key|repeat|lpad|rpad|bitstring)$"
)
# What a client asks by itself when it attaches (1.5.5): names and definitions, no content. Let through as these very texts.
_ATTACHING = (
    "SELECT catalog_name, schema_name FROM information_schema.schemata WHERE catalog_name NOT IN ('system', 'temp') ORDER BY ALL",
    "SELECT schema_name, sql, 'table' FROM duckdb_tables() UNION ALL SELECT schema_name, view_name, 'view' FROM duckdb_views()",
)
_WELCOME = (
    "now",
    "today",
    "current_date",
    "current_timestamp",
    "date_trunc",
    "count",
    "count_star",
    "unnest",
    "row_number",
    "rank",
    "dense_rank",
)


class QuackReader:
    """One DuckDB of its own, serving the given schemas of the snapshot to whoever has one of the tokens. Not for threads."""

    def __init__(self, folder: Path, schemas: Sequence[str], tokens: Sequence[str], *, memory_limit: str = "512MB") -> None:
        """`folder` takes links to the snapshots in use; nothing else below it is served."""
        self._folder = folder
        self._schemas = tuple(schemas)
        self._number = 0
        self._inode: tuple[int, int] | None = None
        self._connection = connection = duckdb.connect(
            config={
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
                "memory_limit": memory_limit,
                "threads": "2",
            }
        )
        connection.execute("SET TimeZone = 'Asia/Shanghai'")
        allowed = _known_functions(connection)
        for name in _LOADED_AFTER:
            connection.execute(f"LOAD '{extension(name)}'")
        for schema in self._schemas:
            connection.execute(f"CREATE SCHEMA {schema}")
        connection.execute(_authorisation(self._schemas, allowed))
        hashes = ", ".join(f"'{hashlib.sha256(token.encode()).hexdigest()}'" for token in tokens)
        connection.execute(f"CREATE MACRO admitted(sid, given, kept) AS sha256(given) IN ({hashes})")
        connection.execute("SET GLOBAL quack_authentication_function = 'admitted'; SET GLOBAL quack_authorization_function = 'permitted'")
        connection.execute(f"SET temp_directory = ''; SET allowed_directories = [{_quoted(str(folder))}]")
        connection.execute("SET enable_external_access = false; SET lock_configuration = true")
        self._token = tokens[0]

    def take_up(self, snapshot: Path) -> bool:
        """Serve what is published now; False where that is what is served already. Queries under way end on what they began with."""
        status = snapshot.stat()
        if (status.st_dev, status.st_ino) == self._inode:
            return False
        self._number += 1
        link = self._folder / f"state{self._number}.duckdb"
        link.unlink(missing_ok=True)
        os.link(snapshot, link)
        connection = self._connection
        connection.execute(f"ATTACH {_quoted(str(link))} AS state{self._number} (READ_ONLY)")
        views = connection.execute(
            "SELECT schema_name, view_name FROM duckdb_views() WHERE database_name = ? AND NOT internal "
            "UNION ALL SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = ?",
            [f"state{self._number}"] * 2,
        ).fetchall()
        connection.begin()  # no query sees two states
        for schema, name in views:
            shown = "review" if schema == "main" else schema
            if shown in self._schemas:
                connection.execute(f'CREATE OR REPLACE VIEW {shown}."{name}" AS FROM state{self._number}.{schema}."{name}"')
        connection.commit()
        if self._number > 1:
            connection.execute(f"DETACH state{self._number - 1}")
            (self._folder / f"state{self._number - 1}.duckdb").unlink(missing_ok=True)
        self._inode = (status.st_dev, status.st_ino)
        return True

    def serve(self, port: int) -> None:
        """Begin to answer on the loopback address. Raises WarehouseUnavailable where the port is taken."""
        try:
            self._connection.execute(f"CALL quack_serve('quack:localhost:{port}', token := {_quoted(self._token)})")
        except duckdb.Error as error:
            raise WarehouseUnavailable(f"Quack 端口 {port} 打不开。", "请换一个端口。") from error

    def close(self) -> None:
        """End all answers."""
        self._connection.close()


def extension(name: str) -> Path:
    """The file of an extension that is installed as a package. Raises WarehouseUnavailable."""
    found = find_spec(f"duckdb_extension_{name}")
    for place in found.submodule_search_locations or () if found else ():
        for file in Path(place).glob(f"extensions/v{duckdb.__version__}/{name}.duckdb_extension"):
            return file
    raise WarehouseUnavailable(f"没有安装 DuckDB 扩展 {name}。", f"请运行：pip install duckdb-extension-{name}=={duckdb.__version__}")


def _known_functions(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Scalar and aggregate functions whose result depends on their arguments alone; called before any extension is loaded."""
    found = connection.execute(
        "SELECT DISTINCT function_name FROM duckdb_functions() WHERE function_type IN ('scalar', 'aggregate') "
        "AND coalesce(stability, 'CONSISTENT') = 'CONSISTENT' AND NOT regexp_matches(function_name, ?) ORDER BY 1",
        [_REACHING],
    ).fetchall()
    return sorted({name for (name,) in found} | set(_WELCOME))


def _authorisation(schemas: Sequence[str], functions: Sequence[str]) -> str:
    """The macro that Quack asks before each query: true for one SELECT over these schemas with these functions."""
    names = ", ".join(map(_quoted, functions))
    attaching = ", ".join(map(_quoted, _ATTACHING))
    places = ", ".join(map(_quoted, schemas))
    return f"""
        CREATE MACRO permitted(sid, query) AS (
            WITH parsed AS MATERIALIZED (SELECT json_serialize_sql(query::VARCHAR, skip_null := true, skip_default := false) AS tree),
            nodes AS MATERIALIZED (SELECT t."value" AS node, t."key" AS name, t.atom FROM parsed, json_tree(parsed.tree) AS t),
            ctes AS (SELECT (node->>'key') AS name FROM nodes WHERE json_exists(node, '$.value.query') AND json_exists(node, '$.key'))
            SELECT trim(regexp_replace(query, '\\s+', ' ', 'g')) IN ({attaching}) OR coalesce(
                (SELECT (tree->>'$.error') = 'false' AND json_array_length(tree, '$.statements') = 1 FROM parsed)
                AND NOT EXISTS (FROM nodes WHERE (node->>'type') = 'SHOW_REF')
                AND NOT EXISTS (FROM nodes WHERE (node->>'type') = 'COLUMN_DATA')
                AND NOT EXISTS (FROM nodes WHERE coalesce((node->>'catalog_name'), '') <> '' OR coalesce((node->>'catalog'), '') <> '')
                AND NOT EXISTS (
                    FROM nodes WHERE (node->>'type') = 'BASE_TABLE' AND (node->>'schema_name') NOT IN ({places})
                    AND NOT ((node->>'schema_name') = '' AND (node->>'table_name') IN (SELECT name FROM ctes)))
                AND NOT EXISTS (FROM nodes WHERE json_exists(node, '$.function_name') AND lower((node->>'function_name')) NOT IN ({names}))
                AND NOT EXISTS (FROM nodes WHERE json_exists(node, '$.function_name') AND coalesce((node->>'schema'), '') <> '')
            , false)
        )
    """


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
