"""`gongjiang watch` and `gongjiang serve`: the same watch, at a terminal and as a service.

Comes in: what a person (or a service manager) typed. Goes out: the watch. Registered in `flows.cli`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.commands.options import EditionOption, RegistersOption, WarehouseOption, WorkersOption, settings_from

FolderArgument = Annotated[Path, typer.Argument(metavar="文件夹", exists=True, file_okay=False, help="要监视的文件夹。")]


def watch(
    folder: FolderArgument,
    warehouse: WarehouseOption = None,
    registers: RegistersOption = None,
    edition: EditionOption = None,
    workers: WorkersOption = None,
) -> None:
    """监视文件夹：已有的和新到的文件，写完整后自动读入；按 Ctrl-C 结束。"""
    from flows.serve import watch_folder

    watch_folder(folder, settings_from(warehouse=warehouse, registers_dir=registers, edition=edition, workers=workers))


def serve(
    folder: FolderArgument,
    warehouse: WarehouseOption = None,
    registers: RegistersOption = None,
    edition: EditionOption = None,
    workers: WorkersOption = None,
    ui: Annotated[bool, typer.Option("--ui", help="同时在本机打开 Prefect 任务页面（仅 127.0.0.1，要口令）。")] = False,
    review: Annotated[bool, typer.Option("--review", help="同时打开审核页面。")] = False,
    port: Annotated[int | None, typer.Option("--port", min=1, max=65535, metavar="端口", help="任务页面的端口，默认 4200。")] = None,
    quack: Annotated[bool, typer.Option("--quack", help="同时在本机提供 SQL 查询服务（DuckDB 的 Quack 协议，要口令）。")] = False,
) -> None:
    """作为服务长期运行：监视文件夹、自动读入、每日备份；收到停止信号后有序结束。"""
    from flows.serve import watch_folder

    watch_folder(
        folder,
        settings_from(warehouse=warehouse, registers_dir=registers, edition=edition, workers=workers, ui_port=port),
        ui=ui,
        review=review,
        quack=quack,
    )
