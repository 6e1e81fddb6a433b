"""The statistics and the page made of them: right figures, nothing fetched, nothing executed."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest

from benchmarks.synthetic_warehouse import fill
from schemas.errors import RejectionCode
from tests.warehouse import records as make
from warehouse.connection import Warehouse
from warehouse.load import load_file, load_judgement
from warehouse.query import run_query
from warehouse.reporting.charts import charts
from warehouse.reporting.report_page import compiled, page, render, report_html, shown
from warehouse.statistics import Table, cut_off_statement, named_queries, plain, statistics

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
        (date(2024, 3, 19), "电子邮件", 2, 2, 0, 0, 2, 1, 1),
        (date(2024, 3, 20), "压缩包", 2, 1, 0, 1, 0, 0, 0),
        (date(2024, 3, 20), "文件夹", 2, 1, 1, 0, 5, 0, 4),
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


def test_every_figure_of_a_report_on_an_earlier_moment_is_what_the_printed_statements_give(season: Warehouse) -> None:
    moment = make.RECEIVED - timedelta(hours=1)
    report = compiled(season, TITLE, MADE_AT, moment)
    assert {table.query.name for table in report.tables} == {query.name for query in named_queries() if not query.now}
    html = page(report)
    season.execute(cut_off_statement(moment))
    assert cut_off_statement(moment) in _Tags(html).text
    for table in report.tables:
        columns, rows = season.table(table.query.sql)
        assert columns == table.columns
        assert [tuple(map(plain, row)) for row in rows] == list(table.rows)
    assert _named(report.tables, "_headline").rows[0] == ("申报人", 1.0, "人")


def test_a_chart_draws_the_numbers_of_the_table_below_it(season: Warehouse) -> None:
    tables = {table.query.name: table for table in statistics(season)}
    drawn = charts(tuple(tables.values()), None)
    assert {str(one["kind"]) for one in drawn} == {"bar", "stack", "line", "funnel", "heat"}
    for one in drawn:
        table = tables[str(one["name"])]
        if one["kind"] == "heat":
            found = {(one["ys"][y], one["xs"][x], value) for x, y, value in one["cells"]}  # type: ignore[index, attr-defined]
            assert found == {(*map(str, row[:2]), row[2]) for row in table.rows}
            continue
        for series in one["series"]:  # type: ignore[attr-defined]
            assert series["values"] == table.column(series["name"])[: len(series["values"])]
        assert len(one["labels"]) == min(25, len(table.rows))  # type: ignore[arg-type]


def test_a_person_with_two_findings_of_a_kind_is_one_person_on_the_heat_map(season: Warehouse) -> None:
    season.execute(
        "INSERT INTO core.findings SELECT 'f' || substr(finding_id, 2), applicant_id, recommending_unit, code, 'another', severity, "
        "clause, message, evidence, status FROM core.findings WHERE code = 'LOW_CONFIDENCE'"
    )
    heat = {row[:2]: row[2] for row in _named(statistics(season), "_heat").rows}
    assert heat[(make.UNIT, "识别不确定")] == 1


def test_the_page_fetches_nothing_and_runs_only_what_it_brings(season_path: Path) -> None:
    html = report_html(season_path, TITLE, MADE_AT)
    page_ = _Tags(html)
    assert {tag for tag, _ in page_.tags}.isdisjoint({"link", "img", "iframe", "object", "embed", "form", "base"})
    assert [attributes for _, attributes in page_.tags if attributes.keys() & {"src", "href", "srcset", "action", "data"}] == []
    (policy,) = (attributes["content"] for tag, attributes in page_.tags if tag == "meta" and "http-equiv" in attributes)
    assert policy is not None and policy.startswith("default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-")
    assert "unsafe-inline" not in policy.partition("script-src")[2]
    assert "2024年03月26日 09:05" in page_.text and TITLE in page_.text
    assert all(query.title in page_.text and query.sql in page_.text for query in named_queries())


def test_what_stands_in_somebodys_file_cannot_become_part_of_the_page(warehouse: Warehouse) -> None:
    load_file(warehouse, make.a_file(HOSTILE, rejection=RejectionCode.CORRUPT).model_copy(update={"error": HOSTILE}))
    person = make.an_applicant(HOSTILE, HOSTILE)
    load_judgement(warehouse, make.a_judgement((person,), (), (make.a_finding(person, HOSTILE),)))
    html = render(warehouse, HOSTILE, MADE_AT)
    found = _Tags(html)
    assert [tag for tag, _ in found.tags].count("script") == 3 and "img" not in {tag for tag, _ in found.tags}
    assert all("onerror" not in attributes for _, attributes in found.tags)
    assert found.text.count(HOSTILE) >= 5


def test_the_words_say_only_what_the_tables_say(season: Warehouse) -> None:
    words = "".join(compiled(season, TITLE, MADE_AT).words)
    assert words.startswith(
        "2 个推荐单位报送 4 位申报人：可进入评审 1 人（25%），待人工审核 1 人（25%），材料不全 1 人（25%），不符合条件 1 人（25%）。"
    )
    assert "没有人在截止日之后才首次报送" in words
    assert "表中填报的 3 项荣誉" in words


def test_a_unit_stands_out_only_where_chance_would_hardly_do_it(warehouse: Warehouse) -> None:
    fill(warehouse, applicants=150, units=3, seed=2)
    ((unit,),) = warehouse.execute(
        "SELECT recommending_unit FROM stats.applicants_by_unit WHERE recommending_unit NOT NULL ORDER BY applicants LIMIT 1"
    )
    calm = "".join(compiled(warehouse, TITLE, MADE_AT).words)
    assert f"{unit}的“缺公章”明显偏多" not in calm
    warehouse.execute(
        "INSERT INTO core.findings SELECT md5(applicant_id)[:16], applicant_id, recommending_unit, 'SEAL_MISSING', 'employer', 'blocker', "
        "'notice:二4', '缺章', [], 'open' FROM core.applicants WHERE recommending_unit = ?",
        [unit],
    )
    assert f"{unit}的“缺公章”明显偏多" in "".join(compiled(warehouse, TITLE, MADE_AT).words)


def test_a_report_without_small_numbers_shows_none_anywhere(season: Warehouse) -> None:
    html = render(season, TITLE, MADE_AT, minimum=5)
    cells = re.findall(r'<td class="number[^"]*">([^<]*)</td>', html.partition('id="01_units"')[2].partition("</section>")[0])
    assert cells and set(cells) <= {"…", "0"}
    assert "文字说明从略" in html


def test_an_incomplete_account_of_pages_stands_at_the_top_of_the_page(warehouse: Warehouse) -> None:
    assert "请注意" not in render(warehouse, TITLE, MADE_AT)
    load_file(warehouse, make.a_file(pages=4))
    assert "有 4 页、1 个文件没有归入任何材料" in render(warehouse, TITLE, MADE_AT)


def test_an_empty_warehouse_makes_a_page_that_says_so(warehouse: Warehouse) -> None:
    assert (
        render(warehouse, TITLE, MADE_AT).count("暂无") == len(named_queries()) - 3
    )  # pages, headline figures and steps are counted even where there are none


@pytest.mark.parametrize(("value", "expected"), [(None, "—"), (12345, "12,345"), (0.5, "0.5"), (33.3, "33.3"), (2.0, "2"), ("文", "文")])
def test_a_value_is_shown_as_a_reader_expects(value: str | int | float | None, expected: str) -> None:
    assert shown(value) == expected
