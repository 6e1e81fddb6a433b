"""The statistics as one self-contained page: opens by double click, asks no network for anything, prints on A4.

Comes in: a warehouse, the edition's title, the moment. Goes out: HTML with the charts' program in it. Called by `flows` (`gongjiang
report`).
"""

from __future__ import annotations

import base64
import datetime
import hashlib
import json
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from schemas.base import Frozen
from warehouse.connection import Warehouse, open_read_only
from warehouse.read import Status, status_summary
from warehouse.reporting.charts import charts
from warehouse.reporting.comparison import Comparison
from warehouse.reporting.narrative import sentences
from warehouse.reporting.suppression import cells_to_hide
from warehouse.statistics import SECTIONS, Table, Value, cut_off_statement, set_cut_off, statistics

# The headline figures that stand at the top: code in `stats.headline`, colour of the page.
_TOP = (
    ("applicants", "accent"),
    ("ready", "ready"),
    ("review", "review"),
    ("incomplete", "incomplete"),
    ("excluded", "excluded"),
    ("share_complete_at_first", "plain"),
    ("open_findings", "plain"),
    ("qualifying_honours", "plain"),
)
_TOP_SQL = 'SELECT code, title, "value", unit FROM stats.headline ORDER BY position'


class Figure(Frozen):
    """A headline figure; `tone` names a colour of the page."""

    label: str
    value: str
    unit: str
    tone: str = "plain"


class Report(Frozen):
    """Everything that stands in a report: what the page and the workbook are written from."""

    title: str
    made_at: datetime.datetime
    at: datetime.datetime | None
    minimum: int
    deadline: datetime.date | None
    figures: tuple[Figure, ...]
    tables: tuple[Table, ...]
    words: tuple[str, ...]
    comparison: Comparison | None = None
    status: Status


def report_html(path: Path, title: str, made_at: datetime.datetime, at: datetime.datetime | None = None) -> str:
    """The report on a warehouse that no other process is writing.

    Args:
        title: the edition's title as it stands above the page.
        made_at: shown as given.
        at: what had come and been decided by then; None: until now.

    Raises:
        WarehouseUnavailable, WarehouseDamaged: the warehouse cannot be opened.
    """
    with open_read_only(path) as warehouse:
        return render(warehouse, title, made_at, at)


def render(warehouse: Warehouse, title: str, made_at: datetime.datetime, at: datetime.datetime | None = None, minimum: int = 0) -> str:
    """The report on an open warehouse as a page; counts below `minimum` are left out."""
    return page(compiled(warehouse, title, made_at, at, minimum))


def compiled(warehouse: Warehouse, title: str, made_at: datetime.datetime, at: datetime.datetime | None = None, minimum: int = 0) -> Report:
    """The report on an open warehouse, as data."""
    tables = tuple(_with_hidden(table, minimum) for table in statistics(warehouse, at))
    ((deadline,),) = warehouse.execute("SELECT core.deadline()")
    figures = _figures(warehouse, tables, minimum)
    status = status_summary(warehouse)
    set_cut_off(warehouse, None)
    # Words would give away what the tables leave out.
    words = sentences(tables, deadline) if minimum <= 1 else [f"本报告不显示小于 {minimum} 的人数和件数，文字说明从略。"]
    return Report(
        title=title,
        made_at=made_at,
        at=at,
        minimum=minimum,
        deadline=deadline,
        figures=figures,
        tables=tables,
        words=tuple(words),
        status=status,
    )


def page(report: Report) -> str:
    """The report as HTML."""
    # Everything that came out of somebody's file is escaped: autoescape holds for every template here.
    environment = Environment(
        loader=PackageLoader("warehouse", "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["shown"] = shown
    scripts = [_own_text("vendor/echarts/echarts.report.min.js"), _own_text("templates/report.js")]
    drawn = charts(report.tables, report.deadline)
    return environment.get_template("report.html").render(
        report=report,
        sections=[(name, [table for table in report.tables if table.query.section == name]) for name in SECTIONS],
        drawn={data["name"] for data in drawn},
        moment=report.at or report.made_at,
        session=None if report.at is None else cut_off_statement(report.at),
        figures_sql=_TOP_SQL,
        style=Markup(_own_text("templates/report.css")),
        scripts=[Markup(script) for script in scripts],
        hashes=" ".join(f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'" for script in scripts),
        # Inside a script element only `<` could end it; in JSON it can be written otherwise.
        data=Markup(json.dumps(drawn, ensure_ascii=False, default=str).replace("<", "\\u003c")),
    )


def _own_text(name: str) -> str:
    return files("warehouse").joinpath(name).read_text(encoding="utf-8")


def _with_hidden(table: Table, minimum: int) -> Table:
    if minimum <= 1:
        return table
    hidden = cells_to_hide(table.columns, table.rows, table.labels, minimum, table.query.cumulative)
    if table.query.name == "00_headline":
        # Shares and sums stand in one column here: with small numbers about, only the totals of the others are safe.
        hidden = frozenset((row, 1) for row, one in enumerate(table.rows) if one[0] not in ("申报人", "推荐单位", "收到文件", "审查意见"))
    return table.model_copy(update={"hidden": hidden})


def _figures(warehouse: Warehouse, tables: tuple[Table, ...], minimum: int) -> tuple[Figure, ...]:
    known = {code: (title, value, unit) for code, title, value, unit in warehouse.execute(_TOP_SQL)}
    head = next(table for table in tables if table.query.name == "00_headline")
    hidden = {head.rows[row][0] for row, _ in head.hidden}
    figures = []
    for code, tone in _TOP:
        title, value, unit = known[code]
        text = "…" if title in hidden else shown(None if value is None else round(value, 1))
        figures.append(Figure(label=title, value=text, unit=unit, tone=tone))
    return tuple(figures)


def shown(value: Value) -> str:
    """A value as a reader sees it: thousands apart, no trailing zeros, a dash for nothing."""
    if value is None:
        return "—"
    if isinstance(value, float):
        return f"{value:,.3f}".rstrip("0").rstrip(".")
    if isinstance(value, datetime.date):
        return value.isoformat()
    return f"{value:,}" if isinstance(value, int) else value
