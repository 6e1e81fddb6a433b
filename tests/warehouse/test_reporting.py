"""What is handed on of the statistics: small numbers left out, workbook, files, comparison."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from benchmarks.synthetic_warehouse import fill
from schemas.codes import Verdict
from tests.warehouse import records as make
from warehouse.connection import Warehouse
from warehouse.load import load_judgement
from warehouse.reporting.comparison import compare, side
from warehouse.reporting.exports import export_csv, export_parquet
from warehouse.reporting.report_page import compiled
from warehouse.reporting.suppression import cells_to_hide
from warehouse.reporting.workbook import workbook

MADE_AT = datetime(2024, 3, 26, 9, 5)
COLUMNS = ("recommending_unit", "applicants", "excluded", "incomplete", "review", "ready")
parts = st.tuples(*[st.integers(0, 12)] * 4)


@given(st.lists(parts, min_size=1, max_size=8), st.integers(2, 6))
def test_no_small_number_is_shown_nor_can_be_had_by_subtraction(counts: list[tuple[int, ...]], minimum: int) -> None:
    rows: list[tuple[Any, ...]] = [(f"单位{number}", sum(row), *row) for number, row in enumerate(counts)]
    hidden = cells_to_hide(COLUMNS, rows, ("recommending_unit",), minimum)
    lines = [[(number, place) for number in range(len(rows))] for place in range(1, 6)]
    lines += [[(number, place) for place in range(2, 6)] for number in range(len(rows)) if (number, 1) not in hidden]
    for number, row in enumerate(rows):
        assert all((number, place) in hidden or not 0 < int(row[place]) < minimum for place in range(1, 6))
    for line in lines:
        lost = [int(rows[number][place]) for number, place in line if (number, place) in hidden]
        everything = sum(int(rows[number][place]) for number, place in line)
        assert not 0 < sum(lost) < minimum or sum(lost) == everything  # all that is there is hidden: its total is as small, and hidden too
        assert sum(1 for amount in lost if amount) != 1 or sum(lost) == everything


def test_codes_beside_their_names_do_not_hide_what_adds_up() -> None:
    rows = [("甲", "ready", "可进入", 20), ("甲", "review", "待审", 2), ("甲", "incomplete", "不全", 9), ("乙", "ready", "可进入", 30)]
    rows += [("乙", "review", "待审", 40), ("乙", "incomplete", "不全", 50)]
    hidden = cells_to_hide(("unit", "verdict", "verdict_title", "applicants"), rows, ("unit", "verdict", "verdict_title"), 5)
    assert {(1, 3), (2, 3)} <= hidden  # in the unit
    assert len([row for row, _ in hidden if rows[row][1] == "review"]) == 2  # and among the verdicts


def test_a_running_total_gives_no_day_away() -> None:
    rows = [(date(2024, 3, day), amount, total) for day, amount, total in ((1, 9, 9), (2, 1, 10), (3, 7, 17), (4, 8, 25))]
    hidden = cells_to_hide(("day", "applicants", "so_far"), rows, ("day",), 5, ("so_far",))
    assert {(number, 2) for number in range(4)} <= hidden


def test_exports_hold_every_view_with_small_numbers_empty_and_the_types_of_the_database(warehouse: Warehouse, tmp_path: Path) -> None:
    fill(warehouse, applicants=120, units=6, seed=4)
    views = {row[0] for row in warehouse.execute("SELECT view_name FROM duckdb_views() WHERE schema_name = 'stats'")}
    made = export_parquet(warehouse, tmp_path / "它的'文件夹", 5)
    assert {path.stem for path, _ in made} == views
    said = warehouse.execute("DESCRIBE stats.findings_by_code_unit_field")
    path = str(tmp_path / "它的'文件夹" / "findings_by_code_unit_field.parquet").replace("'", "''")
    reader = duckdb.connect()
    assert [row[:2] for row in reader.execute(f"DESCRIBE FROM '{path}'").fetchall()] == [row[:2] for row in said]
    amounts = [row[0] for row in reader.execute(f"SELECT applicants FROM '{path}'").fetchall()]
    assert None in amounts and min(amount for amount in amounts if amount) >= 5
    whole = export_csv(warehouse, tmp_path / "全部", 0)
    assert sum(cells for _, cells in whole) == 0
    with (tmp_path / "全部" / "submissions_by_unit.csv").open(encoding="utf-8", newline="") as file:
        assert sum(int(row["applicants"]) for row in csv.DictReader(file)) == 120


def test_exporting_opens_the_warehouse_to_no_other_file(season: Warehouse, tmp_path: Path) -> None:
    export_csv(season, tmp_path / "out", 5)
    with pytest.raises(duckdb.PermissionException):
        season.execute(f"COPY (SELECT 1) TO '{tmp_path}/x.csv'")


def test_a_text_that_looks_like_a_formula_stays_a_text(warehouse: Warehouse, tmp_path: Path) -> None:
    evil = '=HYPERLINK("http://evil.example","x")\x07'
    load_judgement(warehouse, make.a_judgement((make.an_applicant("张三", evil, verdict=Verdict.READY),)))
    export_csv(warehouse, tmp_path, 0)
    with (tmp_path / "applicants_by_unit.csv").open(encoding="utf-8", newline="") as file:
        assert next(csv.DictReader(file))["recommending_unit"].startswith("'=HYPERLINK")
    book = workbook(compiled(warehouse, "标题", MADE_AT))
    with zipfile.ZipFile(io.BytesIO(book)) as packed:
        texts = {name: packed.read(name).decode() for name in packed.namelist() if name.endswith(".xml")}
    assert all("<f>" not in text for name, text in texts.items() if "worksheets" in name)
    assert "hyperlink" not in "".join(text for name, text in texts.items() if "worksheets" in name)
    assert "\x07" not in "".join(texts.values()) and "=HYPERLINK" in texts["xl/sharedStrings.xml"]


def test_the_workbook_holds_each_table_with_numbers_as_numbers_and_dates_as_dates(season: Warehouse) -> None:
    report = compiled(season, "标题", MADE_AT)
    data = workbook(report)
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    assert len(book.sheet_names) == 1 + len(report.tables)
    for table, name in zip(report.tables, book.sheet_names[1:], strict=True):
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        assert tuple(rows[3][: len(table.columns)]) == table.columns
        for given_row, row in zip(table.rows, rows[4:], strict=False):
            assert [value or None for value in row[: len(given_row)]] == [value or None for value in given_row]
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        sheets = [packed.read(name).decode() for name in packed.namelist() if name.startswith("xl/worksheets/sheet")]
        drawn = [name for name in packed.namelist() if name.startswith("xl/charts/chart")]
    assert all('state="frozen"' in sheet and "<autoFilter" in sheet for sheet in sheets[1:])
    wanted = [table for table in report.tables if table.query.chart and table.query.chart.kind != "heat" and table.rows]
    assert len(drawn) == len(wanted) > 10


def test_two_moments_are_compared_figure_by_figure(season: Warehouse) -> None:
    earlier = side(season, "之前", make.RECEIVED - timedelta(hours=1))
    result = compare(earlier, side(season, "现在"))
    people = next(one for one in result.differences if one.title == "申报人")
    assert (people.before, people.after, people.change) == (1.0, 4.0, 3.0)
    again = compare(side(season, "甲"), side(season, "乙"))
    assert {one.change for one in again.differences} <= {0.0, None}
    careful = compare(earlier, side(season, "现在"), minimum=5)
    assert all(value is None or value == 0 or value >= 5 for one in careful.differences for value in (one.before, one.after))
