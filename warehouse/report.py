"""The statistics as one self-contained page: no script, no network, prints on A4.

Comes in: a warehouse, the edition's title and the time of making. Goes out: HTML. Called by `flows` (`gongjiang report`).
"""

from __future__ import annotations

from datetime import datetime
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from schemas.base import Frozen
from warehouse.connection import Warehouse, open_read_only
from warehouse.read import Status, status_summary
from warehouse.statistics import Value, statistics


class Figure(Frozen):
    """A headline figure; `tone` names a colour of the page."""

    label: str
    value: str
    note: str = ""
    tone: str = "plain"


def report_html(path: Path, title: str, made_at: datetime) -> str:
    """The report on a warehouse that no other process is writing.

    Args:
        title: the edition's title as it stands above the page.
        made_at: shown as given.

    Raises:
        WarehouseUnavailable, WarehouseDamaged: the warehouse cannot be opened.
    """
    with open_read_only(path) as warehouse:
        return render(warehouse, title, made_at)


def render(warehouse: Warehouse, title: str, made_at: datetime) -> str:
    """The report on an open warehouse."""
    # Everything that came out of somebody's file is escaped: autoescape holds for every template here.
    environment = Environment(
        loader=PackageLoader("warehouse", "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["shown"] = shown
    style = files("warehouse").joinpath("templates/report.css").read_text(encoding="utf-8")
    status = status_summary(warehouse)
    return environment.get_template("report.html").render(
        title=title,
        made_at=made_at.strftime("%Y年%m月%d日 %H:%M"),
        figures=headline(status),
        status=status,
        tables=statistics(warehouse),
        style=style,
    )


def headline(status: Status) -> list[Figure]:
    """The figures that a reader wants first: who stands where, what came in, what awaits a person."""
    verdicts = {count.code: count.count for count in status.applicants}
    arrivals = {count.code: count.count for count in status.files}
    pages = status.pages
    waiting = sum(count.count for count in status.open_findings)
    return [
        Figure(label="申报人", value=shown(sum(verdicts.values())), note=f"可进入评审 {verdicts.get('ready', 0)} 人", tone="accent"),
        Figure(label="待人工审核", value=shown(verdicts.get("review", 0)), note="需要人判断或看原件", tone="review"),
        Figure(label="材料不全", value=shown(verdicts.get("incomplete", 0)), note="需要补交或更正", tone="incomplete"),
        Figure(label="不符合条件", value=shown(verdicts.get("excluded", 0)), note="按通知规定不参与", tone="excluded"),
        Figure(
            label="收到文件",
            value=shown(pages.files),
            note=f"重复 {arrivals.get('duplicate', 0)} 个，无法读取 {arrivals.get('rejected', 0)} 个",
        ),
        Figure(
            label="页数", value=shown(pages.pages), note="每一页都已归入材料" if pages.complete else f"{pages.unaccounted} 页没有归入材料"
        ),
        Figure(
            label="待处理意见", value=shown(waiting), note="，".join(f"{count.title} {count.count} 条" for count in status.open_findings)
        ),
        Figure(label="待看字段", value=shown(status.fields_to_review), note="识别把握不足的值"),
    ]


def shown(value: Value) -> str:
    """A value as a reader sees it: thousands apart, no trailing zeros, a dash for nothing."""
    if value is None:
        return "—"
    if isinstance(value, float):
        return f"{value:,.3f}".rstrip("0").rstrip(".")
    return f"{value:,}" if isinstance(value, int) else value
