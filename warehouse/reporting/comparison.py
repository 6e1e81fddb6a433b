"""Two moments of one warehouse, or two editions, side by side.

Comes in: open warehouses and moments. Goes out: a `Comparison` of the headline figures and of what the findings are. Called by `flows`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from schemas.base import Frozen
from warehouse.connection import Warehouse
from warehouse.statistics import set_cut_off

HEADLINE_SQL = 'SELECT title, "value", unit FROM stats.headline ORDER BY position'
FINDINGS_SQL = (
    "SELECT coalesce(code_title, code), sum(applicants)::DOUBLE, '人' FROM stats.findings_by_code GROUP BY ALL ORDER BY 2 DESC, 1"
)


class Side(Frozen):
    """One of the two: its name as it stands above its column, and its figures in order."""

    name: str
    figures: tuple[tuple[str, float | None, str], ...]


class Difference(Frozen):
    """One figure on both sides."""

    title: str
    unit: str
    before: float | None
    after: float | None

    @property
    def change(self) -> float | None:
        """How much more the second side has; None where one is not known."""
        return None if self.before is None or self.after is None else round(self.after - self.before, 6)


class Comparison(Frozen):
    """What differs between two sides, figure by figure."""

    before: str
    after: str
    differences: tuple[Difference, ...]


def side(warehouse: Warehouse, name: str, at: datetime | None = None) -> Side:
    """The figures of a warehouse as of now or of a moment."""
    set_cut_off(warehouse, at)
    headline = [(title, value, unit) for title, value, unit in warehouse.execute(HEADLINE_SQL)]
    findings = [(f"意见：{title}", value, unit) for title, value, unit in warehouse.execute(FINDINGS_SQL)]
    set_cut_off(warehouse, None)
    return Side(name=name, figures=tuple(headline + findings))


def compare(before: Side, after: Side, minimum: int = 0) -> Comparison:
    """Every figure that either side has; a kind of finding that one side has none of counts 0 there. Figures of fewer than `minimum` people
    or things on either side are left out with their difference."""
    first = {title: (value, unit) for title, value, unit in before.figures}
    second = {title: (value, unit) for title, value, unit in after.figures}
    rows = []
    for title in dict.fromkeys([*_titles(before.figures), *_titles(after.figures)]):
        nothing = (0.0 if title.startswith("意见：") else None, "")
        (one, unit), (other, other_unit) = first.get(title, nothing), second.get(title, nothing)
        if any(value is not None and 0 < value < minimum for value in (one, other)):
            one = other = None
        rows.append(Difference(title=title, unit=unit or other_unit, before=one, after=other))
    return Comparison(before=before.name, after=after.name, differences=tuple(rows))


def _titles(figures: Sequence[tuple[str, float | None, str]]) -> list[str]:
    return [title for title, _, _ in figures]
