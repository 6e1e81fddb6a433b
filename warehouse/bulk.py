"""Records → rows, many at a time: one JSON parameter for thousands of rows, since DuckDB is slow at single inserts.

Comes in: a table's columns with their DuckDB types, and records as dictionaries. Goes out: the same rows in a table. Called by `load`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from warehouse.connection import Warehouse

Columns = Mapping[str, object]
_CHUNK = 5_000
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True)
class TableShape:
    """A base table: its qualified name, its key column(s) and all its columns with types as `from_json` takes them."""

    name: str
    key: str
    columns: Columns

    @property
    def column_list(self) -> str:
        return ", ".join(f'"{column}"' for column in self.columns)


def storable(text: str) -> str:
    """The text without what a table cannot hold: NUL and the lone surrogates of undecodable file names become U+FFFD."""
    return _UNSTORABLE.sub("\ufffd", text)


def insert(warehouse: Warehouse, shape: TableShape, records: Sequence[Mapping[str, object]], *, into: str | None = None) -> None:
    """Insert records (every column a key) into the table, or into another of the same shape.

    Raises:
        duckdb.Error: a value does not fit its column, or a key is already there.
    """
    fields = ", ".join(f'record."{column}"' for column in shape.columns)
    sql = (
        f"INSERT INTO {into or shape.name} ({shape.column_list}) "
        f"SELECT {fields} FROM (SELECT unnest(from_json_strict(?, '{json.dumps([shape.columns])}')) AS record)"
    )
    for start in range(0, len(records), _CHUNK):
        chunk = [_clean(record) for record in records[start : start + _CHUNK]]
        warehouse.execute(sql, [json.dumps(chunk, ensure_ascii=False, allow_nan=False)])


def _clean(value: object) -> object:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, Mapping):
        return {key: _clean(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_clean(inner) for inner in value]
    return value
