"""The data dictionary: every public view and column with its type and meaning, as the database itself says.

Comes in: an open warehouse. Goes out: Markdown. Called by the command that writes `docs/data-dictionary.md` and by the test that compares.
"""

from __future__ import annotations

from warehouse.connection import Warehouse

_HEAD = """# 数据字典

仓库对外公开的视图和列，由数据库里的说明生成（`python -m tests.warehouse.write_docs`），请勿手改。列名和类型只增不改。

- `review`：审查明细，一行一个文件、一份材料、一个值、一位申报人、一项荣誉、一条意见。
- `stats`：统计，只有汇总数，不含身份证号、电话和住址。

统计以前的时点：在数据库客户端里先运行 `SET VARIABLE cut_off = TIMESTAMPTZ '2024-03-20 18:00:00+08'`，
`stats` 的视图就只计当时已收到的材料和已作出的决定。
准确的是：收到了什么（按收到时间）、人作了什么决定（按决定时间）、材料是否齐全、识读了多少。近似的是：材料属于谁、有哪些意见、荣誉是否符合，
按最近一次审查；当时还没有收到证书的荣誉按没有证书计。其后又有新材料或新决定的申报人，当时的结论不得而知，`verdict` 为空，不作推测。
`stats.page_accounting` 只有现在的数字。
"""


def dictionary_markdown(warehouse: Warehouse) -> str:
    """The whole dictionary."""
    parts = [_HEAD]
    for schema in ("review", "stats"):
        for view, comment in warehouse.execute(
            "SELECT view_name, coalesce(comment, '') FROM duckdb_views() WHERE schema_name = ? ORDER BY view_name", [schema]
        ):
            rows = warehouse.execute(
                "SELECT column_name, data_type, coalesce(comment, '') FROM duckdb_columns() WHERE schema_name = ? AND table_name = ? "
                "ORDER BY column_index",
                [schema, view],
            )
            lines = [f"| `{name}` | {kind.replace('|', ' ')} | {meaning} |" for name, kind, meaning in rows]
            parts.append("\n".join([f"## {schema}.{view}", "", f"{comment}。", "", "| 列 | 类型 | 含义 |", "|---|---|---|", *lines, ""]))
    return "\n".join(parts)
