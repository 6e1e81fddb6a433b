"""A user's SQL: everything that reads the warehouse, nothing else."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from schemas.errors import UnsafeQuery, WarehouseUnavailable
from warehouse.query import run_query


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT name, verdict FROM review.applicants ORDER BY name",
        "FROM stats.findings_by_code",
        "WITH a AS (SELECT 1 AS b) SELECT b FROM a;",
        "DESCRIBE review.applicants",
        "SHOW ALL TABLES",
        "SUMMARIZE review.fields",
        "EXPLAIN SELECT 1",
        "PIVOT review.applicants ON verdict USING count(*) GROUP BY recommending_unit",
        "SELECT received_at, issuers FROM review.applicants JOIN review.honours USING (applicant_id)",
    ],
)
def test_whatever_only_reads_is_answered(season_path: Path, sql: str) -> None:
    result = run_query(season_path, sql)
    assert result.rows and len(result.columns) == len(result.types) == len(result.rows[0])


@pytest.mark.parametrize(
    "sql",
    [
        "COPY (SELECT 1) TO '{folder}/out.csv'",
        "EXPLAIN ANALYZE COPY (SELECT 1) TO '{folder}/out.csv'",
        "EXPORT DATABASE '{folder}/out'",
        "SELECT * FROM read_csv('{folder}/secret.csv')",
        "FROM '{folder}/secret.csv'",
        "SELECT * FROM read_text('{folder}/secret.csv')",
        "SELECT * FROM read_blob('{folder}/*')",
        "SELECT * FROM glob('{folder}/*')",
        "SELECT * FROM query('FROM read_csv(''{folder}/secret.csv'')')",
        "ATTACH '{folder}/out.duckdb'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "RESET lock_configuration",
        "PRAGMA memory_limit='10GB'",
        "INSERT INTO core.code_titles VALUES ('a', 'b', 'c', 1)",
        "DELETE FROM core.files",
        "DROP TABLE core.files",
        "CREATE TEMP TABLE t AS SELECT 1",
        "CREATE TEMP TABLE t AS SELECT 1; SELECT 1",
        "SELECT 1; DROP TABLE core.files",
        "CALL force_checkpoint()",
        "",
        "-- nothing",
    ],
)
def test_whatever_writes_or_reaches_outside_is_refused_in_chinese(season_path: Path, sql: str) -> None:
    (season_path.parent / "secret.csv").write_text("a\n1\n", encoding="utf-8")
    before = sorted(entry.name for entry in season_path.parent.iterdir())
    with pytest.raises(UnsafeQuery) as refused:
        run_query(season_path, sql.format(folder=season_path.parent))
    assert refused.value.message and refused.value.remedy
    assert sorted(entry.name for entry in season_path.parent.iterdir()) == before
    assert run_query(season_path, "SELECT count(*) FROM core.files").rows == ((6,),)


@pytest.mark.parametrize(
    ("sql", "says", "quotes"),
    [
        ("SELEC 1", "语法错误", "SELEC"),
        ("SELECT nmae FROM review.applicants", "不存在", "nmae"),
        ("FROM review.applicant", "不存在", "applicants"),
        ("SELECT name::INTEGER FROM review.applicants", "没有成功", "INT32"),
    ],
)
def test_a_mistake_is_explained_with_what_the_database_said(season_path: Path, sql: str, says: str, quotes: str) -> None:
    with pytest.raises(UnsafeQuery, match=says) as refused:
        run_query(season_path, sql)
    assert quotes in str(refused.value)


def test_an_endless_query_is_stopped(season_path: Path) -> None:
    started = time.monotonic()
    with pytest.raises(UnsafeQuery, match="超过 1 秒"):
        run_query(season_path, "SELECT count(*) FROM range(100000000) AS a, range(100000) AS b WHERE a.range + b.range < 0", seconds=1)
    assert time.monotonic() - started < 10


def test_a_query_that_needs_too_much_memory_is_stopped_and_leaves_no_file(season_path: Path) -> None:
    before = sorted(season_path.parent.iterdir())
    with pytest.raises(UnsafeQuery, match="内存"):
        run_query(season_path, "SELECT list(range::VARCHAR) FROM range(100000000)", memory_limit="64MB")
    assert sorted(season_path.parent.iterdir()) == before


def test_more_rows_than_asked_for_are_cut_and_said_to_be(season_path: Path) -> None:
    result = run_query(season_path, "FROM range(100)", max_rows=7)
    assert len(result.rows) == 7 and result.truncated
    assert not run_query(season_path, "FROM range(7)", max_rows=7).truncated


def test_a_query_without_a_warehouse_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(WarehouseUnavailable, match="gongjiang ingest"):
        run_query(tmp_path / "absent.duckdb", "SELECT 1")
