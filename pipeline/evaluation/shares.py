"""How many of how many: the unit in which everything is measured.

Called by every module of `evaluation`; the end-to-end test and the page show it.
"""

from __future__ import annotations

from collections.abc import Iterable

from schemas.base import Frozen


class Share(Frozen):
    """How many of how many."""

    right: int = 0
    total: int = 0

    @property
    def value(self) -> float:
        """From 0 to 1; 1 where there was nothing to get right."""
        return self.right / self.total if self.total else 1.0

    def __str__(self) -> str:
        return f"{self.right}/{self.total} ({100 * self.value:.2f} %)"


def share(outcomes: Iterable[bool], *, too_many: int = 0) -> Share:
    """The share of outcomes that are true; `too_many` are wrong ones beyond them."""
    known = list(outcomes)
    return Share(right=sum(known), total=len(known) + too_many)


class Group(Frozen):
    """A share of one group, e.g. of one field."""

    name: str
    share: Share
