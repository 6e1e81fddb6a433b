"""A user's SQL, read-only and locked in: it sees the warehouse and nothing else of the machine.

Comes in: the path of a warehouse and SQL as typed. Goes out: a `Result` or an `UnsafeQuery` with a sentence. Called by `flows`
(`gongjiang query`).
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from schemas.base import Frozen
from schemas.errors import UnsafeQuery
from warehouse.connection import connect_read_only

# Whatever else DuckDB can parse changes something, or reaches for a file or an extension.
_READING = frozenset({duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN})


class Result(Frozen):
    """The rows of a query. `truncated` says that there were more than `max_rows`."""

    columns: tuple[str, ...]
    types: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    truncated: bool = False


def run_query(path: Path, sql: str, *, max_rows: int = 10_000, seconds: float = 30.0, memory_limit: str = "512MB") -> Result:
    """Run one SELECT (or DESCRIBE, SHOW, SUMMARIZE, EXPLAIN) and return at most `max_rows` rows.

    Args:
        seconds: after so long the query is interrupted.
        memory_limit: DuckDB's own measure, e.g. `512MB`; nothing is written to disk when it is exceeded.

    Raises:
        UnsafeQuery: it is no reading statement, reaches outside the warehouse, is wrong, takes too long or needs too much memory.
        WarehouseUnavailable, WarehouseDamaged: the warehouse cannot be opened.
    """
    connection = connect_read_only(path, memory_limit=memory_limit, temp_directory="")
    try:
        connection.execute("SET lock_configuration = true")
        _require_one_reading_statement(connection, sql)
        with _interrupted_after(connection, seconds):
            cursor = connection.execute(sql)
            description = cursor.description or []
            rows = cursor.fetchmany(max_rows + 1)
        return Result(
            columns=tuple(column[0] for column in description),
            types=tuple(str(column[1]) for column in description),
            rows=tuple(rows[:max_rows]),
            truncated=len(rows) > max_rows,
        )
    except duckdb.Error as error:
        raise _refusal(error, seconds, memory_limit) from error
    finally:
        connection.close()


def _require_one_reading_statement(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    statements = connection.extract_statements(sql)
    if not statements:
        raise UnsafeQuery("没有输入查询语句。", "例如：SELECT name, verdict FROM review.applicants")
    # DuckDB turns a PIVOT without an IN list into two statements; the ones it made up itself carry no text of the user's.
    if any(made.type != duckdb.StatementType.CREATE or made.query.strip() for made in statements[:-1]):
        raise UnsafeQuery("一次只能运行一条查询语句。", "请去掉分号后面的内容，分几次查询。")
    if statements[-1].type not in _READING:
        raise UnsafeQuery("这里只能查询，不能修改数据、读写文件或更改设置。", "请改用 SELECT 语句。")


@contextmanager
def _interrupted_after(connection: duckdb.DuckDBPyConnection, seconds: float) -> Iterator[None]:
    timer = threading.Timer(seconds, connection.interrupt)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _refusal(error: duckdb.Error, seconds: float, memory_limit: str) -> UnsafeQuery:
    said = str(error).strip()
    if isinstance(error, duckdb.InterruptException):
        return UnsafeQuery(f"查询超过 {seconds:g} 秒，已停止。", "请缩小范围，例如加上 WHERE 或 LIMIT。")
    if isinstance(error, duckdb.OutOfMemoryException):
        return UnsafeQuery(f"查询需要的内存超过 {memory_limit}，已停止。", "请缩小范围，例如加上 WHERE 或先汇总。")
    if isinstance(error, duckdb.PermissionException):
        return UnsafeQuery("查询只能使用仓库里的表，不能读写其他文件、网络或扩展。", f"请去掉这一部分。数据库的说明：{said}")
    if isinstance(error, (duckdb.ParserException, duckdb.SyntaxException)):
        return UnsafeQuery("查询语句有语法错误。", f"请检查后重试。数据库的说明：{said}")
    if isinstance(error, (duckdb.CatalogException, duckdb.BinderException)):
        return UnsafeQuery(
            "查询用到了不存在的表、列或函数。",
            f"可用 SHOW ALL TABLES 查看有哪些表，用 DESCRIBE review.applicants 查看列。数据库的说明：{said}",
        )
    return UnsafeQuery("查询没有成功。", f"数据库的说明：{said}")
