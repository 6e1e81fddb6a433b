"""The statistics as plain tables, each with the SQL that made it.

Comes in: an open warehouse and the named queries `queries/NN_name.sql` of this package (their leading comments give title, note and
chart). Goes out: `Table`s, for the terminal and for the report. Called by `report` and by `flows`.
"""

from __future__ import annotations

import datetime
import decimal
from importlib.resources import files
from typing import Literal

from schemas.base import Frozen
from warehouse.connection import Warehouse

Value = str | int | float | None
_KINDS: tuple[Literal["bar", "stack"], ...] = ("bar", "stack")


class Chart(Frozen):
    """What to draw beside the rows: one bar of a column, or the parts of a whole stacked; all to one scale."""

    kind: Literal["bar", "stack"]
    columns: tuple[str, ...]


class NamedQuery(Frozen):
    """One question that the statistics answer."""

    name: str
    title: str
    note: str
    chart: Chart | None
    sql: str


class Table(Frozen):
    """An answered question: column titles in Chinese, rows of texts and numbers."""

    query: NamedQuery
    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]

    @property
    def title(self) -> str:
        return self.query.title

    def numeric(self, column: str) -> bool:
        """Whether a column holds numbers (to be set flush right)."""
        place = self.columns.index(column)
        return any(isinstance(row[place], int | float) for row in self.rows)

    def bars(self) -> list[list[tuple[str, float]]]:
        """For every row the parts of its bar: column and width in per cent of the widest row; empty lists where nothing is to be drawn."""
        if self.query.chart is None:
            return [[] for _ in self.rows]
        places = [(column, self.columns.index(column)) for column in self.query.chart.columns]
        amounts = [[(column, _amount(row[place])) for column, place in places] for row in self.rows]
        widest = max((sum(amount for _, amount in parts) for parts in amounts), default=0.0)
        return [[(column, 100 * amount / widest) for column, amount in parts if amount > 0] for parts in amounts]


def named_queries() -> tuple[NamedQuery, ...]:
    """The queries of this package in the order of their numbers."""
    entries = {entry.name: entry for entry in files("warehouse").joinpath("queries").iterdir() if entry.name.endswith(".sql")}
    return tuple(_parsed(name, entries[name].read_text(encoding="utf-8")) for name in sorted(entries))


def statistics(warehouse: Warehouse) -> tuple[Table, ...]:
    """Every named query, answered."""
    return tuple(_answered(warehouse, query) for query in named_queries())


def _answered(warehouse: Warehouse, query: NamedQuery) -> Table:
    columns, rows = warehouse.table(query.sql)
    return Table(query=query, columns=columns, rows=tuple(tuple(_plain(value) for value in row) for row in rows))


def _parsed(file_name: str, text: str) -> NamedQuery:
    head: dict[str, str] = {}
    lines = text.splitlines()
    while lines and lines[0].startswith("-- "):
        key, _, value = lines.pop(0).removeprefix("-- ").partition(": ")
        head[key] = value
    chart = next((Chart(kind=kind, columns=tuple(head[kind].split(", "))) for kind in _KINDS if kind in head), None)
    sql = "\n".join(lines).strip().removesuffix(";")
    return NamedQuery(name=file_name.removesuffix(".sql"), title=head["title"], note=head.get("note", ""), chart=chart, sql=sql)


def _amount(value: Value) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _plain(value: object) -> Value:
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, decimal.Decimal):
        return float(value)
    return value.isoformat() if isinstance(value, datetime.date) else str(value)
