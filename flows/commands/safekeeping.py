"""`gongjiang backup` and `gongjiang restore`.

Comes in: what a person typed. Goes out: sentences. Registered in `flows.cli`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.commands.options import WarehouseOption, settings_from

OriginalsOption = Annotated[
    Path | None, typer.Option("--originals", metavar="文件夹", help="原件档案文件夹：备份时一并保存，恢复时补回缺少的原件。")
]


def backup(
    target: Annotated[Path | None, typer.Argument(metavar="位置", help="备份放在哪个文件夹；默认在仓库旁边的 …-backups。")] = None,
    warehouse: WarehouseOption = None,
    originals: OriginalsOption = None,
    keep: Annotated[int | None, typer.Option("--keep", min=1, metavar="份数", help="保留最近几份，默认 14。")] = None,
) -> None:
    """备份仓库：监视运行时也可以做；每份备份都经过打开核对。"""
    from flows.backups import make_backup
    from flows.console import say

    asked = make_backup(settings_from(warehouse=warehouse, backup_keep=keep), target, originals)
    if asked.backup is None:
        say(f"监视正在处理一批材料，备份已登记：这一批结束后会自动备份到 {asked.folder}。")
        return
    made = asked.backup.manifest
    extra = f"，原件档案新增 {asked.originals} 个" if originals is not None else ""
    say(f"备份完成：{asked.backup.folder}（收件 {made.files} 个，{made.bytes / 2**20:.1f} MB{extra}，已核对）。")


def restore(
    place: Annotated[Path, typer.Argument(metavar="备份", help="一份备份的文件夹；写备份总文件夹时取最近一份。")],
    warehouse: WarehouseOption = None,
    originals: OriginalsOption = None,
) -> None:
    """从备份恢复仓库：先核对备份，现有的仓库另存，不会删除。"""
    from flows.backups import restore_backup
    from flows.console import say
    from flows.inbox import SHANGHAI

    settings = settings_from(warehouse=warehouse)
    done = restore_backup(settings, place, originals)
    made = done.backup.manifest
    moment = made.made_at.astimezone(SHANGHAI).strftime("%Y年%m月%d日 %H:%M")
    say(f"已恢复 {moment} 的备份（收件 {made.files} 个）到 {settings.warehouse}。")
    if done.kept is not None:
        say(f"原来的仓库另存为 {done.kept}。")
    if originals is not None:
        say(f"补回原件 {done.originals} 个。")
    say("备份之后收到的材料，请用 gongjiang ingest 再读入一次收件文件夹（已在库里的会自动跳过）。")
