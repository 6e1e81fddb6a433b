"""What stands out, in plain sentences: each is computed from the tables of the report, and says nothing where the figures do not carry it.

Comes in: the answered statistics. Goes out: sentences. Called by `report`. A share is called striking only where chance would hardly give
it: more than three standard deviations of a binomial above the overall share, with at least `ENOUGH` people.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping, Sequence
from itertools import pairwise

from warehouse.statistics import Table

ENOUGH = 5
_LAST_DAYS = 3  # the rush that a desk has to be staffed for


def sentences(tables: Sequence[Table], deadline: datetime.date | None) -> list[str]:
    """What a reader should know first; for an empty warehouse that there is nothing."""
    found = {table.query.name.partition("_")[2]: table for table in tables}
    figures = _headline(found)
    if not figures.get("申报人"):
        return ["还没有申报人。"]
    said = [_standing(figures), _rush(found, deadline), _complete(figures), _commonest(found, figures["申报人"]), _striking(found)]
    return [sentence for sentence in (*said, _honours(found), _reading(found)) if sentence]


def _headline(found: Mapping[str, Table]) -> dict[str, float]:
    table = found["headline"]
    return {str(row[0]): float(row[1]) for row in table.rows if isinstance(row[1], int | float)}


def _share(part: float, whole: float) -> str:
    return f"{100 * part / whole:.0f}%" if whole else "0%"


def _number(table: Table, row: int, column: str) -> float:
    value = table.rows[row][table.columns.index(column)]
    return float(value) if isinstance(value, int | float) else 0.0


def _shown(table: Table, columns: Sequence[str]) -> list[int]:
    """The rows in which none of these cells is hidden."""
    places = [table.columns.index(column) for column in columns]
    return [row for row in range(len(table.rows)) if not any((row, place) in table.hidden for place in places)]


def _standing(figures: Mapping[str, float]) -> str:
    people = figures["申报人"]
    parts = [
        f"{name} {figures[name]:.0f} 人（{_share(figures[name], people)}）"
        for name in ("可进入评审", "待人工审核", "材料不全", "不符合条件", "结论无法回溯")
        if figures.get(name)
    ]
    return f"{figures.get('推荐单位', 0):.0f} 个推荐单位报送 {people:.0f} 位申报人：{'，'.join(parts)}。"


def _rush(found: Mapping[str, Table], deadline: datetime.date | None) -> str:
    table = found["submissions"]
    if deadline is None or not table.rows:
        return ""
    days = [(row[0], _number(table, number, "申报人")) for number, row in enumerate(table.rows)]
    everybody = sum(amount for _, amount in days)
    last = sum(amount for day, amount in days if isinstance(day, datetime.date) and 0 <= (deadline - day).days < _LAST_DAYS)
    late = sum(amount for day, amount in days if isinstance(day, datetime.date) and day > deadline)
    said = f"截止日（{deadline.month}月{deadline.day}日）及之前两天首次报送 {last:.0f} 人，占 {_share(last, everybody)}"
    return said + (f"；截止日之后才首次报送的有 {late:.0f} 人。" if late else "；没有人在截止日之后才首次报送。")


def _complete(figures: Mapping[str, float]) -> str:
    if "首次报送即齐全" not in figures:
        return ""
    said = f"首次报送材料种类就齐全的有 {figures['首次报送即齐全']:.0f} 人（{_share(figures['首次报送即齐全'], figures['申报人'])}）"
    days = figures.get("从首次报送到齐全的平均天数")
    return said + ("。" if days is None else f"，已齐全的平均用 {days:.1f} 天，先后补交 {figures.get('补交次数', 0):.0f} 次。")


def _commonest(found: Mapping[str, Table], people: float) -> str:
    table = found["findings"]
    kinds = [(str(row[0]), _number(table, number, "涉及申报人")) for number, row in enumerate(table.rows) if row[2] != "提示"]
    kinds = sorted((kind for kind in kinds if kind[1]), key=lambda kind: -kind[1])[:3]
    if not kinds:
        return ""
    return "最常见的问题是" + "、".join(f"“{name}”（{amount:.0f} 人，{_share(amount, people)}）" for name, amount in kinds) + "。"


def _striking(found: Mapping[str, Table]) -> str:
    """The unit whose applicants have a finding far more often than all applicants together."""
    heat, units, kinds = found["finding_heat"], found["units"], found["findings"]
    sizes = {str(row[0]): _number(units, number, "申报人") for number, row in enumerate(units.rows)}
    everybody = sum(sizes.values())
    overall: dict[str, float] = {}
    for number, row in enumerate(kinds.rows):
        overall[str(row[0])] = overall.get(str(row[0]), 0.0) + _number(kinds, number, "涉及申报人")
    best: tuple[float, str] = (3.0, "")
    for number in _shown(heat, ("申报人",)):
        unit, kind, amount = str(heat.rows[number][0]), str(heat.rows[number][1]), _number(heat, number, "申报人")
        size, expected = sizes.get(unit, 0.0), min(1.0, overall.get(kind, 0.0) / everybody) if everybody else 0.0
        spread = math.sqrt(size * expected * (1 - expected))
        if amount >= ENOUGH and spread > 0 and (amount - size * expected) / spread > best[0]:
            here, usual = _share(amount, size), _share(expected, 1)
            said = f"{unit}的“{kind}”明显偏多：{size:.0f} 人中有 {amount:.0f} 人（{here}），全部申报人中为 {usual}。"
            best = ((amount - size * expected) / spread, said)
    return best[1]


def _honours(found: Mapping[str, Table]) -> str:
    table = found["honour_funnel"]
    steps = [(str(row[0]), _number(table, number, "荣誉")) for number, row in enumerate(table.rows)]
    if not steps or not steps[0][1]:
        return ""
    said = f"表中填报的 {steps[0][1]:.0f} 项荣誉，最后符合条件的 {steps[-1][1]:.0f} 项（{_share(steps[-1][1], steps[0][1])}）"
    before, after = max(pairwise(steps), key=lambda pair: pair[0][1] - pair[1][1])
    lost = before[1] - after[1]
    return said + (f"；去掉最多的一步是“{after[0]}”，去掉 {lost:.0f} 项。" if lost else "。")


def _reading(found: Mapping[str, Table]) -> str:
    table = found["reading_quality"]
    rows = [(row, _number(table, row, "待看比例（%）")) for row in range(len(table.rows)) if _number(table, row, "读出的值") >= 20]
    if not rows:
        return ""
    row, share = max(rows, key=lambda pair: pair[1])
    if not share:
        return "读出的值都不需要再请人核对。"
    return f"识读最没有把握的是{table.rows[row][0]}（{table.rows[row][1]}）：现在有 {share:g}% 的值要请人看原件。"
