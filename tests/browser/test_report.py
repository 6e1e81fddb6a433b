"""The report as a browser shows it: every chart drawn, no script error, nothing asked of anybody.

The browser is that of `conftest`: skipped, and said so, where there is none.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from benchmarks.synthetic_warehouse import fill
from warehouse.connection import open_warehouse
from warehouse.reporting.report_page import render

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report on a made-up season, with a unit whose name tries to become part of the page."""
    folder = tmp_path_factory.mktemp("report")
    path = folder / "报告.html"
    with open_warehouse(folder / "w.duckdb") as warehouse:
        fill(warehouse, applicants=120, units=5, seed=6)
        warehouse.execute("UPDATE core.applicants SET recommending_unit = '<img src=x onerror=alert(1)>' WHERE applicant_id < '4'")
        path.write_text(render(warehouse, "样例年度", datetime(2024, 3, 26, 9, 5)), encoding="utf-8")
    return path


@pytest.mark.parametrize("width", [1280, 794, 390], ids=["desktop", "a4", "phone"])
def test_every_chart_is_drawn_without_an_error_and_nothing_leaves_the_machine(chromium: Browser, report: Path, width: int) -> None:
    page = chromium.new_page(viewport={"width": width, "height": 1000})
    asked: list[str] = []
    errors: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("dialog", lambda dialog: errors.append(dialog.message))
    page.goto(report.as_uri())
    page.wait_for_function("window.reportCharts && window.reportCharts.drawn + window.reportCharts.errors.length === reportCharts.expected")
    state = page.evaluate("window.reportCharts")
    shapes = page.eval_on_selector_all(".drawing", "places => places.map(place => place.querySelectorAll('svg path, svg polyline').length)")
    page.close()
    assert state["errors"] == [] and errors == []
    assert state["drawn"] == state["expected"] == len(shapes) > 15
    assert min(shapes) > 3
    assert asked == [report.as_uri()]


def test_on_paper_no_chart_reaches_beyond_the_page(chromium: Browser, report: Path) -> None:
    page = chromium.new_page(viewport={"width": 1280, "height": 1000})
    page.goto(report.as_uri())
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 688, "height": 1000})  # A4 between the margins
    widths = page.eval_on_selector_all(".drawing svg", "all => all.map(one => one.getBoundingClientRect().right)")
    paper = page.pdf(format="A4", prefer_css_page_size=True)
    page.close()
    assert widths and max(widths) <= 688
    assert paper.startswith(b"%PDF")
