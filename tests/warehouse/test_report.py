"""The statistics and the page made of them: right figures, nothing fetched, nothing executed."""

from __future__ import annotations

import re
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest

from schemas.errors import RejectionCode
from tests.warehouse import records as make
from warehouse.connection import Warehouse
from warehouse.load import load_file, load_judgement
from warehouse.query import run_query
from warehouse.report import render, report_html, shown
from warehouse.statistics import Table, named_queries, statistics

TITLE = "第二届（2024年度）“上海质量工匠”"
MADE_AT = datetime(2024, 3, 26, 9, 5)
HOSTILE = "</td><script>alert(1)</script><img src=https://evil.example/x onerror=alert(1)>\"'"


class _Tags(HTMLParser):
    """Every tag with its attributes, and the text of the page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def _named(tables: tuple[Table, ...], name: str) -> Table:
    return next(table for table in tables if table.query.name.endswith(name))


def test_the_season_is_counted_right(season: Warehouse) -> None:
    tables = statistics(season)
    assert _named(tables, "_units").rows == (
        ("上海市徐汇区总工会", 1, 0, 1, 0, 0, 0, 0),
        (make.UNIT, 2, 1, 0, 1, 0, 1, 1),
        ("（没有推荐单位）", 1, 0, 0, 0, 1, 1, 0),
    )
    assert _named(tables, "05_arrivals").rows == (
        ("2024-03-19", "电子邮件", 2, 2, 0, 0, 2, 1, 1),
        ("2024-03-20", "压缩包", 2, 1, 0, 1, 0, 0, 0),
        ("2024-03-20", "文件夹", 2, 1, 1, 0, 5, 0, 4),
    )
    assert [row[:5] for row in _named(tables, "02_findings").rows] == [
        ("不是在职职工", "NOT_IN_SERVICE", "必须解决", 1, 1),
        ("缺工会会员服务卡", "UNION_CARD_MISSING", "必须解决", 1, 1),
        ("识别不确定", "LOW_CONFIDENCE", "需要核对", 1, 1),
        ("无法归类的材料", "UNKNOWN_DOCUMENT", "提示", 1, 0),
    ]
    assert _named(tables, "04_honours").rows == (
        ("政府质量主管部门", "2020", 1, 0, 1, 0, 0, 1),
        ("上海市质量协会", "2021", 1, 1, 0, 0, 1, 1),
        ("上海市质量协会", "（读不出）", 1, 0, 1, 0, 0, 1),
    )
    assert {row[0]: row[1] for row in _named(tables, "page_accounting").rows} == {
        "识别为申报材料的页": 5,
        "其他材料的页": 1,
        "空白页": 1,
        "总页数": 7,
        "没有归入材料的页": 0,
        "没有读出材料的文件": 0,
    }
    assert _named(tables, "reading_quality").rows[1] == ("申报审批表", "纸质（扫描或拍照）", 1, 3, 0.883, 1, 33.3, 0)
    assert _named(tables, "rejected").rows == (("汇总.zip!/扫描.pdf", "有密码", "ENCRYPTED 的说明"),)


@pytest.mark.parametrize("query", named_queries(), ids=lambda query: query.name)
def test_the_sql_that_the_report_shows_gives_a_reviewer_the_same_table(season: Warehouse, query: object) -> None:
    table = next(table for table in statistics(season) if table.query == query)
    season.close()
    again = run_query(season.path, table.query.sql)
    assert again.columns == table.columns
    assert [tuple(map(str, row)) for row in again.rows] == [tuple(map(str, row)) for row in table.rows]


def test_bars_share_one_scale_and_the_widest_fills_it(season: Warehouse) -> None:
    for table in statistics(season):
        widths = [sum(width for _, width in parts) for parts in table.bars()]
        assert len(widths) == len(table.rows)
        if table.query.chart:
            assert max(widths) == pytest.approx(100)
            assert set(table.query.chart.columns) <= set(table.columns)


def test_the_page_fetches_nothing_and_runs_nothing(season_path: Path) -> None:
    html = report_html(season_path, TITLE, MADE_AT)
    page = _Tags(html)
    assert {tag for tag, _ in page.tags}.isdisjoint({"script", "link", "img", "iframe", "object", "embed", "form", "base", "svg"})
    assert [attributes for _, attributes in page.tags if attributes.keys() & {"src", "href", "srcset", "action", "data"}] == []
    assert re.search(r"url\(|@import|https?:|//", html) is None
    assert ("meta", {"http-equiv": "Content-Security-Policy", "content": "default-src 'none'; style-src 'unsafe-inline'"}) in page.tags
    assert "2024年03月26日 09:05" in page.text and TITLE in page.text
    assert all(query.title in page.text and query.sql in page.text for query in named_queries())


def test_what_stands_in_somebodys_file_cannot_become_part_of_the_page(warehouse: Warehouse) -> None:
    load_file(warehouse, make.a_file(HOSTILE, rejection=RejectionCode.CORRUPT).model_copy(update={"error": HOSTILE}))
    person = make.an_applicant(HOSTILE, HOSTILE)
    load_judgement(warehouse, make.a_judgement((person,), (), (make.a_finding(person, HOSTILE),)))
    html = render(warehouse, HOSTILE, MADE_AT)
    page = _Tags(html)
    assert {tag for tag, _ in page.tags}.isdisjoint({"script", "img"})
    assert all("onerror" not in attributes for _, attributes in page.tags)
    assert page.text.count(HOSTILE) >= 5


def test_an_incomplete_account_of_pages_stands_at_the_top_of_the_page(warehouse: Warehouse) -> None:
    assert "请注意" not in render(warehouse, TITLE, MADE_AT)
    load_file(warehouse, make.a_file(pages=4))
    assert "有 4 页、1 个文件没有归入任何材料" in render(warehouse, TITLE, MADE_AT)


def test_an_empty_warehouse_makes_a_page_that_says_so(warehouse: Warehouse) -> None:
    assert render(warehouse, TITLE, MADE_AT).count("暂无") == len(named_queries()) - 1  # pages are counted even where there are none


@pytest.mark.parametrize(("value", "expected"), [(None, "—"), (12345, "12,345"), (0.5, "0.5"), (33.3, "33.3"), (2.0, "2"), ("文", "文")])
def test_a_value_is_shown_as_a_reader_expects(value: str | int | float | None, expected: str) -> None:
    assert shown(value) == expected
