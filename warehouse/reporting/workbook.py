"""The report as an Excel workbook: a sheet a topic, numbers as numbers and dates as dates, frozen headings, filters, native charts.

Comes in: a `Report`. Goes out: the bytes of an xlsx file. Called by `flows` (`gongjiang report --xlsx`).

Every text is written as a text cell: Excel never takes it for a formula or a link, whatever it begins with. Characters that XML cannot hold
are left out.
"""

from __future__ import annotations

import datetime
import io
import re
from typing import Any

import xlsxwriter

from warehouse.reporting.charts import MOST_BARS
from warehouse.reporting.comparison import Comparison
from warehouse.reporting.report_page import Report
from warehouse.statistics import Table, Value

_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_NO_SHEET_NAME = re.compile(r"[\[\]:*?/\\']")
_LONGEST_CELL = 32_767  # Excel's own limit
_HEAD = 3  # title, note, empty row; then the headings
_EXCEL_CHARTS = {"bar": ("bar", None), "stack": ("bar", "stacked"), "line": ("line", None), "funnel": ("bar", None)}


def workbook(report: Report) -> bytes:
    """The workbook of a report."""
    held = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(held, options)
    # Without this the file would bear the time of writing, and the same report would never be the same file.
    book.set_properties({"title": report.title, "created": report.made_at.replace(tzinfo=None)})
    formats = {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "note": book.add_format({"font_color": "#5d6875", "italic": True}),
        "head": book.add_format({"bold": True, "bottom": 1, "bg_color": "#f0f3f6", "text_wrap": True, "valign": "top"}),
        "int": book.add_format({"num_format": "#,##0"}),
        "float": book.add_format({"num_format": "#,##0.0##"}),
        "date": book.add_format({"num_format": "yyyy-mm-dd"}),
        "text": book.add_format({"num_format": "@"}),
        "words": book.add_format({"text_wrap": True, "valign": "top"}),
    }
    taken: set[str] = set()
    _summary_sheet(book, report, formats, taken)
    for table in report.tables:
        _table_sheet(book, table, formats, taken)
    if report.comparison is not None:
        _comparison_sheet(book, report.comparison, formats, taken)
    book.close()
    return held.getvalue()


def written(text: str) -> str:
    """A text as a cell can hold it: without control characters, cut at Excel's limit."""
    return _UNWRITABLE.sub("", text)[:_LONGEST_CELL]


def _sheet_name(title: str, taken: set[str]) -> str:
    name = _NO_SHEET_NAME.sub(" ", written(title)).strip()[:28] or "表"
    number = 2
    unique = name
    while unique.lower() in taken:
        unique, number = f"{name} {number}", number + 1
    taken.add(unique.lower())
    return unique


def _summary_sheet(book: Any, report: Report, formats: dict[str, Any], taken: set[str]) -> None:
    sheet = book.add_worksheet(_sheet_name("说明", taken))
    sheet.set_column(0, 0, 100)
    moment = (report.at or report.made_at).strftime("%Y-%m-%d %H:%M")
    sheet.write_string(0, 0, written(f"{report.title} 申报材料统计"), formats["title"])
    sheet.write_string(1, 0, f"统计到 {moment}（上海时间），{report.made_at:%Y-%m-%d %H:%M} 生成", formats["note"])
    for number, sentence in enumerate(report.words):
        sheet.write_string(3 + number, 0, written(sentence), formats["words"])


def _table_sheet(book: Any, table: Table, formats: dict[str, Any], taken: set[str]) -> None:
    name = _sheet_name(table.title, taken)
    sheet = book.add_worksheet(name)
    sheet.write_string(0, 0, written(table.title), formats["title"])
    sheet.write_string(1, 0, written(table.query.note), formats["note"])
    for place, column in enumerate(table.columns):
        sheet.write_string(_HEAD, place, written(column), formats["head"])
        widest = max([len(column), *(len(str(row[place])) for row in table.rows[:200])])
        sheet.set_column(place, place, min(48, 4 + 1.7 * widest))
    for number, row in enumerate(table.rows):
        for place, value in enumerate(row):
            _write(sheet, _HEAD + 1 + number, place, "…" if (number, place) in table.hidden else value, formats)
    sheet.freeze_panes(_HEAD + 1, len(table.labels))
    sheet.autofilter(_HEAD, 0, _HEAD + max(1, len(table.rows)), len(table.columns) - 1)
    if table.rows:
        _chart(book, sheet, name, table)


def _write(sheet: Any, row: int, place: int, value: Value, formats: dict[str, Any]) -> None:
    if value is None:
        sheet.write_blank(row, place, None)
    elif isinstance(value, bool | str):
        sheet.write_string(row, place, written(str(value)), formats["text"])
    elif isinstance(value, datetime.date):
        sheet.write_datetime(row, place, datetime.datetime.combine(value, datetime.time()), formats["date"])
    else:
        sheet.write_number(row, place, value, formats["int" if isinstance(value, int) else "float"])


def _chart(book: Any, sheet: Any, name: str, table: Table) -> None:
    wanted = table.query.chart
    if wanted is None:
        return
    if wanted.kind == "heat":
        place = table.columns.index(wanted.columns[0])
        colours = {"type": "2_color_scale", "min_color": "#FFFFFF", "max_color": "#1F4E79"}
        sheet.conditional_format(_HEAD + 1, place, _HEAD + len(table.rows), place, colours)
        return
    kind, subtype = _EXCEL_CHARTS[wanted.kind]
    chart = book.add_chart({"type": kind, **({"subtype": subtype} if subtype else {})})
    last = _HEAD + (len(table.rows) if wanted.kind == "line" else min(len(table.rows), MOST_BARS))
    columns = [*wanted.columns, *([wanted.second] if wanted.second else [])]
    for column in columns:
        place = table.columns.index(column)
        chart.add_series(
            {
                "name": [name, _HEAD, place],
                "categories": [name, _HEAD + 1, 0, last, len(table.labels) - 1],
                "values": [name, _HEAD + 1, place, last, place],
                "y2_axis": column == wanted.second,
                "gap": 60,
            }
        )
    chart.set_title({"name": written(table.title), "overlay": False})
    if kind == "bar":
        chart.set_y_axis({"reverse": True})
    if len(columns) == 1:
        chart.set_legend({"none": True})
    chart.set_size({"width": 720, "height": 340 if wanted.kind == "line" else 160 + 20 * (last - _HEAD)})
    sheet.insert_chart(_HEAD, len(table.columns) + 1, chart)


def _comparison_sheet(book: Any, comparison: Comparison, formats: dict[str, Any], taken: set[str]) -> None:
    sheet = book.add_worksheet(_sheet_name("对比", taken))
    heads = ("项目", "单位", comparison.before, comparison.after, "变化")
    sheet.set_column(0, 0, 40)
    sheet.set_column(1, 4, 22)
    for place, head in enumerate(heads):
        sheet.write_string(0, place, written(head), formats["head"])
    for number, one in enumerate(comparison.differences):
        for place, value in enumerate((one.title, one.unit, one.before, one.after, one.change)):
            _write(sheet, 1 + number, place, value, formats)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(1, len(comparison.differences)), 4)
