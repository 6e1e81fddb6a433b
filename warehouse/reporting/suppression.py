"""Small numbers are left out of statistics that are handed on: who is one of two can be recognised.

Comes in: the rows of a statistic, which columns tell the rows apart, the smallest number that may be shown. Goes out: the cells to leave
out. Called by `exports` and wherever a report is asked for with a smallest number. Pure.

Left out are (1) every count from 1 to `minimum` - 1, and every count that lacks so few of the row's first count (the rest could be had by
subtraction); (2) so that no sum gives them away: in every line of cells that add up to a total shown elsewhere (a column; the cells that
agree in some of their labels; the parts of a count within a row) at least two cells that together count `minimum` or more, smallest first;
(3) shares, means and dates of a row in which a count is left out, all of a row whose first count is left out, and a running total
altogether. A zero is shown: it says of nobody that he is there. Whoever solves all sums of all statistics together may still bound a count
more narrowly than (2) intends: that is not checked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations

Cell = tuple[int, int]
Row = Sequence[object]

# Which counts of a row add up to another one of it, by column name in the views and in the Chinese tables.
PARTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("applicants", ("excluded", "incomplete", "review", "ready", "unknown")),
    ("申报人", ("不符合条件", "材料不全", "待人工审核", "可进入评审", "无法回溯")),
    ("申报人", ("男", "女", "不详")),
    ("findings", ("blockers", "warnings", "infos")),
    ("findings", ("open", "confirmed", "waived")),
    ("意见", ("必须解决", "需要核对", "提示")),
    ("数量", ("待处理", "已确认", "已豁免")),
    ("荣誉", ("合格", "无法判断", "不合格")),
    ("files", ("loaded", "duplicates", "rejected")),
    ("文件", ("已入库", "重复", "无法读取")),
    ("documents", ("electronic", "paper")),
    ("份数", ("电子版", "纸质")),
)


def cells_to_hide(
    columns: Sequence[str], rows: Sequence[Row], labels: Sequence[str], minimum: int, cumulative: Sequence[str] = ()
) -> frozenset[Cell]:
    """The cells (row, column; from 0) that may not be shown. None for `minimum` <= 1.

    Args:
        labels: the columns that tell the rows apart; every other column of whole numbers counts something.
        cumulative: columns that add up the rows above.
    """
    if minimum <= 1 or not rows:
        return frozenset()
    counts = [
        place for place, name in enumerate(columns) if name not in labels and name not in cumulative and _whole(row[place] for row in rows)
    ]
    if not counts:
        return frozenset()
    hidden = {(number, place) for number, row in enumerate(rows) for place in counts if _is_small(row, place, counts[0], minimum)}
    lines = _lines(columns, rows, labels, counts)
    # What is added for one line can leave a single hidden cell in another: until nothing is added any more.
    while sum(_protect(line, rows, hidden, minimum) for line in lines):
        pass
    return frozenset(hidden | _dependent(columns, rows, labels, counts, cumulative, hidden))


def _whole(values: Iterator[object]) -> bool:
    known = [value for value in values if value is not None]
    return bool(known) and all(isinstance(value, int) and not isinstance(value, bool) for value in known)


def _count(row: Row, place: int) -> int:
    value = row[place]
    return value if isinstance(value, int) else 0


def _is_small(row: Row, place: int, first: int, minimum: int) -> bool:
    return 0 < _count(row, place) < minimum or 0 < _count(row, first) - _count(row, place) < minimum


def _lines(columns: Sequence[str], rows: Sequence[Row], labels: Sequence[str], counts: Sequence[int]) -> list[list[Cell]]:
    """Every set of cells whose sum is shown somewhere."""
    places = [columns.index(label) for label in labels if label in columns and not _only_names(label)]
    lines: list[list[Cell]] = []
    # Any choice of labels may be what another statistic counts by; by none of them is the sum of the whole column.
    for size in range(len(places)):
        for by in combinations(places, size):
            groups: dict[tuple[object, ...], list[int]] = defaultdict(list)
            for number, row in enumerate(rows):
                groups[tuple(row[place] for place in by)].append(number)
            lines += [[(number, place) for number in numbers] for numbers in groups.values() if len(numbers) > 1 for place in counts]
    for whole, parts in PARTS:
        held = [columns.index(part) for part in parts if part in columns]
        if whole in columns and len(held) > 1:
            lines += [[(number, place) for place in held] for number in range(len(rows))]
    return lines


def _only_names(label: str) -> bool:
    """Whether a column only says in other words what another label says."""
    return label.endswith("_title") or label in ("days_left", "position", "deadline", "距截止日（天）", "代码")


def _protect(line: list[Cell], rows: Sequence[Row], hidden: set[Cell], minimum: int) -> bool:
    """Hide the smallest further cells of a line until what is hidden in it cannot be had by subtraction; whether any was added."""
    inside = [cell for cell in line if cell in hidden and _count(rows[cell[0]], cell[1]) > 0]
    shown = sorted((_count(rows[cell[0]], cell[1]), cell) for cell in line if cell not in hidden and _count(rows[cell[0]], cell[1]) > 0)
    total, number, added = sum(_count(rows[cell[0]], cell[1]) for cell in inside), len(inside), False
    while number and shown and (number < 2 or total < minimum):
        amount, cell = shown.pop(0)
        hidden.add(cell)
        total, number, added = total + amount, number + 1, True
    return added


def _dependent(
    columns: Sequence[str], rows: Sequence[Row], labels: Sequence[str], counts: Sequence[int], cumulative: Sequence[str], hidden: set[Cell]
) -> set[Cell]:
    """What would let a hidden count be worked out, or says something about those it counts."""
    others = [place for place, name in enumerate(columns) if name not in labels and place not in counts]
    more: set[Cell] = set()
    for number in range(len(rows)):
        if (number, counts[0]) in hidden:
            more |= {(number, place) for place in (*counts, *others)}
        elif any((number, place) in hidden for place in counts):
            more |= {(number, place) for place in others}
    if hidden:
        more |= {(number, columns.index(name)) for name in cumulative if name in columns for number in range(len(rows))}
    return more
