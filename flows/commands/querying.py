"""`gongjiang query`: a person's SQL, also while material is being loaded.

Comes in: what a person typed. Goes out: rows on standard output; on standard error, where they are not from the warehouse itself, as of
when they are. Registered in `flows.cli`.
"""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from flows.commands.options import WarehouseOption, settings_from


def query(
    sql: Annotated[str, typer.Argument(metavar="SQL", help='只读查询，如 "SELECT name, verdict FROM review.applicants"。')],
    output: Annotated[
        Literal["table", "csv", "json"], typer.Option("--format", metavar="格式", help="table 表格、csv 或 json。")
    ] = "table",
    warehouse: WarehouseOption = None,
) -> None:
    """用 SQL 查询仓库（只读），表在 review（明细）和 stats（统计）里；正在读入材料时，查询最近发布的副本。"""
    from flows.console import note
    from flows.inbox import SHANGHAI
    from flows.query_output import write
    from warehouse.snapshot import query_newest

    settings = settings_from(warehouse=warehouse)
    result, snapshot = query_newest(settings.warehouse, settings.snapshot_file, sql)
    write(result, output)
    if snapshot is not None:
        note(f"正在读入材料，显示的是 {snapshot.taken_at.astimezone(SHANGHAI):%m月%d日 %H:%M:%S} 的内容。")
