"""Every view of `stats` as a file for other programs: CSV or Parquet, small counts left out.

Comes in: an open warehouse, a folder, the smallest number that may be shown, a moment. Goes out: one file a view. Called by `flows`.

The warehouse's own connection reaches no other file, and that stays so: the rows go through a second, empty database in memory that may
write into this one folder and nowhere else.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import duckdb

from warehouse.connection import CLOSED_WORLD, Warehouse
from warehouse.reporting.suppression import cells_to_hide
from warehouse.statistics import set_cut_off

Format = Literal["csv", "parquet"]
# Whole numbers that tell rows apart instead of counting anything.
_LABELS = frozenset({"year", "days_left", "days_to_complete", "step", "position"})
# Dates that are said about the counted people; they do not tell rows apart.
_STATED = frozenset({"first_on", "last_on", "waiting_since"})
_CUMULATIVE = ("applicants_so_far",)
# A spreadsheet takes a text that begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


Written = list[tuple[Path, int]]


def export_csv(warehouse: Warehouse, folder: Path, minimum: int, at: datetime.datetime | None = None) -> Written:
    """Write every view of `stats` as CSV, counts that are left out empty; returns each file with the number of cells left out.

    A text that a spreadsheet would take for a formula gets an apostrophe before it. Raises OSError: the folder cannot be written to.
    """
    return _export(warehouse, folder, "csv", minimum, at)


def export_parquet(warehouse: Warehouse, folder: Path, minimum: int, at: datetime.datetime | None = None) -> Written:
    """Write every view of `stats` as Parquet with the views' own types, counts that are left out NULL. Otherwise as `export_csv`."""
    return _export(warehouse, folder, "parquet", minimum, at)


def _export(warehouse: Warehouse, folder: Path, output: Format, minimum: int, at: datetime.datetime | None) -> Written:
    folder.mkdir(parents=True, exist_ok=True)
    set_cut_off(warehouse, at)
    # Absolute: DuckDB compares places as texts.
    place = folder.resolve()
    writer = duckdb.connect(config={name: value for name, value in CLOSED_WORLD.items() if name != "enable_external_access"})
    try:
        # The folder must be named before the rest is closed off; opened again it cannot be.
        writer.execute(f"SET allowed_directories = ['{_quoted(place)}/']; SET enable_external_access = false")
        return [_exported(warehouse, writer, view, place / f"{view}.{output}", output, minimum) for view in _views(warehouse)]
    except duckdb.IOException as error:
        raise OSError(str(error).splitlines()[0]) from error
    finally:
        writer.close()
        set_cut_off(warehouse, None)


def _views(warehouse: Warehouse) -> Iterator[str]:
    for (view,) in warehouse.execute("SELECT view_name FROM duckdb_views() WHERE schema_name = 'stats' ORDER BY view_name"):
        yield view


def _exported(
    warehouse: Warehouse, writer: duckdb.DuckDBPyConnection, view: str, target: Path, output: Format, minimum: int
) -> tuple[Path, int]:
    described = warehouse.execute(f"DESCRIBE stats.{view}")
    columns, rows = warehouse.table(f"FROM stats.{view} ORDER BY ALL")
    labels = [row[0] for row in described if (row[1] in ("VARCHAR", "DATE") and row[0] not in _STATED) or row[0] in _LABELS]
    hidden = cells_to_hide(columns, rows, labels, minimum, _CUMULATIVE) if view != "headline" else _headline(rows, minimum)
    kept = [
        [None if (number, place) in hidden else _cell(value, output) for place, value in enumerate(row)] for number, row in enumerate(rows)
    ]
    shape = ", ".join(f'"{row[0]}" {row[1]}' for row in described)
    writer.execute(f"CREATE OR REPLACE TABLE exported ({shape})")
    if kept:
        writer.executemany(f"INSERT INTO exported VALUES ({', '.join('?' * len(columns))})", kept)
    options = "FORMAT csv, HEADER" if output == "csv" else "FORMAT parquet"
    writer.execute(f"COPY exported TO '{_quoted(target)}' ({options})")
    return target, len(hidden)


def _headline(rows: list[tuple[Any, ...]], minimum: int) -> frozenset[tuple[int, int]]:
    """The headline's figures stand in one column; where any of its counts is small, only the totals are shown."""
    if not any(0 < (row[4] or 0) < minimum for row in rows if row[3] != "%"):
        return frozenset()
    safe = {"applicants", "units", "files", "findings", "honours", "values"}
    return frozenset((number, 4) for number, row in enumerate(rows) if row[1] not in safe or 0 < (row[4] or 0) < minimum)


def _quoted(place: Path) -> str:
    return str(place).replace("'", "''")


def _cell(value: object, output: Format) -> object:
    if output == "csv" and isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value
