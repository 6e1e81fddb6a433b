"""What a chart is drawn from: the rows of its own table, nothing else.

Comes in: tables. Goes out: plain data for `templates/report.js`. Called by `report`.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from warehouse.statistics import Table, Value

# More rows than these make a chart that nobody can read; the table below it has them all.
MOST_BARS = 25


def chart_data(table: Table, deadline: datetime.date | None) -> dict[str, object] | None:
    """Kind, labels and series of a table's chart; None where it has none or no rows. Hidden cells are not drawn."""
    chart = table.query.chart
    if chart is None or not table.rows:
        return None
    named: dict[str, object] = {"name": table.query.name, "title": table.title, "kind": chart.kind}
    if chart.kind == "heat":
        return {**named, "series": [], "labels": [], **_cells(table, chart.columns[0])}
    rows = range(len(table.rows) if chart.kind == "line" else min(len(table.rows), MOST_BARS))
    columns = [*chart.columns, *([chart.second] if chart.second else [])]
    return {
        **named,
        "labels": [_label(table, row) for row in rows],
        "series": [{"name": column, "values": [_drawn(table, row, column) for row in rows]} for column in columns],
        "second": chart.second,
        "mark": None if deadline is None else deadline.isoformat(),
    }


def _cells(table: Table, column: str) -> dict[str, object]:
    ys, xs = (list(dict.fromkeys(str(value) for value in table.column(label))) for label in table.labels[:2])
    cells = [
        [xs.index(str(x)), ys.index(str(y)), _drawn(table, row, column)]
        for row, (y, x) in enumerate(zip(*(table.column(label) for label in table.labels[:2]), strict=True))
    ]
    return {"xs": xs, "ys": ys, "cells": cells}


def _label(table: Table, row: int) -> str:
    return " · ".join(_text(table.rows[row][table.columns.index(label)]) for label in table.labels)


def _drawn(table: Table, row: int, column: str) -> Value:
    place = table.columns.index(column)
    value = table.rows[row][place]
    return None if (row, place) in table.hidden or isinstance(value, str | datetime.date) else value


def _text(value: Value) -> str:
    return value.isoformat() if isinstance(value, datetime.date) else str(value)


def charts(tables: Sequence[Table], deadline: datetime.date | None) -> list[dict[str, object]]:
    """The data of every chart of the report."""
    return [data for data in (chart_data(table, deadline) for table in tables) if data is not None]
