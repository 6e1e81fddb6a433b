"""`gongjiang report`: the statistics on the terminal, as a page, a workbook, files, or compared.

Comes in: what a person typed. Goes out: tables, files and sentences. Registered in `flows.cli`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.commands.options import WarehouseOption, settings_from

MomentOption = Annotated[
    str | None,
    typer.Option("--at", metavar="时间", help="统计到哪一时点，如 2024-03-20T18:00 或 2024-03-20（当天结束）；默认到现在。"),
]


def report(
    warehouse: WarehouseOption = None,
    html: Annotated[Path | None, typer.Option("--html", metavar="文件", help="另存为一个可直接打开、可打印的网页文件。")] = None,
    xlsx: Annotated[Path | None, typer.Option("--xlsx", metavar="文件", help="另存为 Excel 工作簿，一张表一个主题。")] = None,
    csv: Annotated[Path | None, typer.Option("--csv", metavar="文件夹", help="把 stats 的每个视图导出为 CSV。")] = None,
    parquet: Annotated[Path | None, typer.Option("--parquet", metavar="文件夹", help="把 stats 的每个视图导出为 Parquet。")] = None,
    at: MomentOption = None,
    compare: Annotated[
        str | None, typer.Option("--compare", metavar="时间或仓库", help="与另一时点（如 2024-03-01）或另一届的仓库文件对比。")
    ] = None,
    min_count: Annotated[
        int | None,
        typer.Option(
            "--min-count",
            min=0,
            max=1000,
            metavar="个数",
            help="小于这个数的人数、件数不显示；导出 CSV、Parquet 时默认 5，其他默认全部显示。",
        ),
    ] = None,
) -> None:
    """统计：报送、结论、问题、荣誉、识读，可另存为网页或 Excel。"""
    from flows.moments import moment_typed
    from flows.report_files import Wanted, write_reports

    wanted = Wanted(
        html=html,
        xlsx=xlsx,
        csv=csv,
        parquet=parquet,
        at=None if at is None else moment_typed(at),
        compare=compare,
        minimum=min_count,
    )
    write_reports(settings_from(warehouse=warehouse), wanted)
