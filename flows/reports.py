"""What `status` and `doctor` show.

Comes in: the path of a warehouse, or the settings. Goes out: tables and sentences on the terminal. Called by `cli`.
"""

from __future__ import annotations

import sys
from datetime import datetime

from flows.console import note, say, table
from flows.doctor import examine
from flows.inbox import SHANGHAI
from flows.status_page import shown_name
from flows.watch_state import Desk, WatchState
from schemas.errors import WarehouseUnavailable
from schemas.settings import Settings
from warehouse.connection import open_read_only
from warehouse.day import Arrived, day_at_desk
from warehouse.read import Status


def show_status(settings: Settings) -> None:
    """What the watch is doing, what came today, what is in, what is rejected and why, what awaits a person.

    Raises:
        WarehouseUnavailable, WarehouseDamaged: unless a watch has the warehouse, which is said instead.
    """
    desk = Desk(settings)
    _show_watch(desk.state())
    try:
        with open_read_only(settings.warehouse) as warehouse:
            day = day_at_desk(warehouse, datetime.now(SHANGHAI).date())
    except WarehouseUnavailable:
        if desk.watched() is None:
            raise
        say("监视正在处理一批材料，暂时看不到仓库里的明细；请看收件文件夹旁的状态页，或稍后再试。")
        return
    if day.arrived:
        rows = [(f"{one.taken_at.astimezone(SHANGHAI):%H:%M}", shown_name(one.path), _made_of(one)) for one in day.arrived]
        table(("时间", "今天收到的文件", "结果"), rows)
    if day.pending:
        say(f"已收下、还没有读完的文件 {len(day.pending)} 个，下次运行时接着处理。")
    _show_standing(day.status)


def _show_watch(state: WatchState | None) -> None:
    if state is None:
        return
    if not state.alive:
        stopped = state.ended_at or state.looked_at or state.began_at
        how = "已停止" if state.ended_at is not None else "意外中断"
        say(f"监视（{state.folder}）{how}：{stopped.astimezone(SHANGHAI):%m月%d日 %H:%M}。新放入的文件要等下次启动后才会读入。")
        return
    seen = f"，最近一次查看 {state.looked_at.astimezone(SHANGHAI):%H:%M:%S}" if state.looked_at is not None else ""
    say(f"监视（{state.folder}）正在运行{seen}。")
    if state.paused:
        say(f"收件暂停：{state.paused}")
    if state.total:
        say(f"正在读入一批：已完成 {state.done} 个，共 {state.total} 个。")
    elif state.waiting:
        say(f"等待写完或即将读入：{len(state.waiting) + state.more_waiting} 个。")
    if state.notice:
        say(state.notice)


def _made_of(one: Arrived) -> str:
    if one.status == "rejected":
        return "不能读取"
    return "、".join(one.kinds) or shown_name(one.reason)


def _show_standing(status: Status) -> None:
    pages = status.pages
    rows: list[tuple[str, str, int]] = []
    for section, counts in (
        ("文件", status.files),
        ("材料", status.documents),
        ("申报人", status.applicants),
        ("待处理的问题", status.open_findings),
    ):
        rows += [(section if number == 0 else "", count.title, count.count) for number, count in enumerate(counts)]
    rows.append(("待人工处理", "识读结果需要核对（项）", status.fields_to_review))
    rows.append(("", "材料没有对应到申报人（份）", status.unassigned_documents))
    if status.failures:
        rows.append(("", "内容未能自动整理（条）", status.failures))
    table(("类别", "内容", "数量"), rows, right=(2,))
    say(f"共 {pages.pages} 页：归入材料 {pages.recognised}，其他 {pages.other}，空白 {pages.blank}，没有着落 {pages.unaccounted}。")
    if status.rejected:
        table(("未能读取的文件", "原因与办法"), [(file.path, file.error) for file in status.rejected])
    if status.broken_references:
        say(f"仓库里有 {status.broken_references} 处引用对不上，请把仓库文件交给维护人员检查。")


def show_checks(settings: Settings) -> bool:
    """Every check with its result and remedy; whether all that is needed is there."""
    sound = True
    for check in examine(settings):
        sign = "✓" if check.sound else ("✗" if check.needed else "○")
        remedy = f"  → {check.remedy}" if check.remedy and not check.sound else ""
        say(f"{sign} {check.name}：{check.found}{remedy}")
        sound = sound and (check.sound or not check.needed)
    sys.stdout.flush()
    note("检查完毕，一切就绪。" if sound else "检查完毕，有标 ✗ 的项目需要处理。")
    return sound
