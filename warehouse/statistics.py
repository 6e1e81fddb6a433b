"""The statistics as plain tables, each with the SQL that made it.

Comes in: an open warehouse, a moment, and the named queries `queries/NN_name.sql` of this package (their leading comments give section,
title, note and chart). Goes out: `Table`s, for the terminal, the report and the workbook. Called by `report`, `reporting` and `flows`.
"""

from __future__ import annotations

import datetime
import decimal
from importlib.resources import files
from typing import Literal

from schemas.base import Frozen
from warehouse.connection import Warehouse

Value = str | int | float | datetime.date | None
ChartKind = Literal["bar", "stack", "line", "funnel", "heat"]
_KINDS: tuple[ChartKind, ...] = ("bar", "stack", "line", "funnel", "heat")
SECTIONS = ("概况", "报送", "结论", "意见", "荣誉", "人员", "识读", "进度")


class Chart(Frozen):
    """What to draw of the rows: `columns` against the text of `by`; `second` stands on an axis of its own."""

    kind: ChartKind
    columns: tuple[str, ...]
    second: str | None = None


class NamedQuery(Frozen):
    """One question that the statistics answer. `by` are the columns that tell the rows apart; `now`: it has an answer for today only;
    `cumulative` columns add up the rows above."""

    name: str
    section: str
    title: str
    note: str
    by: tuple[str, ...]
    chart: Chart | None
    cumulative: tuple[str, ...] = ()
    now: bool = False
    sql: str


class Table(Frozen):
    """An answered question: column titles in Chinese, rows of texts, numbers and dates. `hidden` are the cells (row, column; from 0) that
    are not shown because they count too few."""

    query: NamedQuery
    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    hidden: frozenset[tuple[int, int]] = frozenset()

    @property
    def title(self) -> str:
        return self.query.title

    @property
    def labels(self) -> tuple[str, ...]:
        """The columns that tell the rows apart; the first one where the query names none."""
        return self.query.by or self.columns[:1]

    def numeric(self, column: str) -> bool:
        """Whether a column holds numbers (to be set flush right)."""
        place = self.columns.index(column)
        return any(isinstance(row[place], int | float) for row in self.rows)

    def column(self, name: str) -> list[Value]:
        """The values of a column."""
        place = self.columns.index(name)
        return [row[place] for row in self.rows]


def named_queries() -> tuple[NamedQuery, ...]:
    """The queries of this package by section, within it in the order of their numbers."""
    entries = {entry.name: entry for entry in files("warehouse").joinpath("queries").iterdir() if entry.name.endswith(".sql")}
    parsed = [_parsed(name, entries[name].read_text(encoding="utf-8")) for name in sorted(entries)]
    return tuple(sorted(parsed, key=lambda query: SECTIONS.index(query.section)))


def statistics(warehouse: Warehouse, at: datetime.datetime | None = None) -> tuple[Table, ...]:
    """Every named query, answered as of now or of a moment (then without those that are about today only)."""
    set_cut_off(warehouse, at)
    return tuple(_answered(warehouse, query) for query in named_queries() if at is None or not query.now)


def set_cut_off(warehouse: Warehouse, at: datetime.datetime | None) -> None:
    """Let every view of `stats` count only what had arrived and been decided by then; None: everything."""
    warehouse.execute("RESET VARIABLE cut_off" if at is None else cut_off_statement(at))


def cut_off_statement(at: datetime.datetime) -> str:
    """The statement that takes a session of the database back to a moment, as it is printed beside the figures."""
    return f"SET VARIABLE cut_off = TIMESTAMPTZ '{at.isoformat(sep=' ')}'"


def _answered(warehouse: Warehouse, query: NamedQuery) -> Table:
    columns, rows = warehouse.table(query.sql)
    return Table(query=query, columns=columns, rows=tuple(tuple(plain(value) for value in row) for row in rows))


def _parsed(file_name: str, text: str) -> NamedQuery:
    head: dict[str, str] = {}
    lines = text.splitlines()
    while lines and lines[0].startswith("-- "):
        key, _, value = lines.pop(0).removeprefix("-- ").partition(": ")
        head[key] = value
    chart = next(
        (Chart(kind=kind, columns=tuple(head[kind].split(", ")), second=head.get("second")) for kind in _KINDS if kind in head), None
    )
    return NamedQuery(
        name=file_name.removesuffix(".sql"),
        section=head["section"],
        title=head["title"],
        note=head.get("note", ""),
        by=tuple(head["by"].split(", ")) if "by" in head else (),
        chart=chart,
        cumulative=tuple(head["cumulative"].split(", ")) if "cumulative" in head else (),
        now="now" in head,
        sql="\n".join(lines).strip().removesuffix(";"),
    )


def plain(value: object) -> Value:
    """A value of the database as a text, number or date."""
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, decimal.Decimal):
        return float(value)
    if isinstance(value, datetime.datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    return value if isinstance(value, datetime.date) else str(value)
