"""The two lists of names: who goes to the experts' written review (notice:三(二)), and who is published (notice:三(五)).

Comes in: where everybody stands. Goes out: a `NameList`, as a Word document or CSV. Called by `commands.papers` and the review page.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from flows.papers.word_page import WordPage
from flows.wording import chinese_date
from schemas.base import Frozen
from schemas.rules import Rulebook
from warehouse.standing import Whereabouts

FORM_REVIEW, LIST_APPROVED = 1, 4  # stages of notice:三
# A spreadsheet takes a cell that begins so for a formula.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class NameList(Frozen):
    """A list as it is printed: title, heads, rows, shares of the width by column."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    shares: tuple[float, ...]
    landscape: bool = False

    def page(self, today: date, rulebook: Rulebook) -> WordPage:
        """The list as a document."""
        page = WordPage(landscape=self.landscape)
        page.title(rulebook.edition.title, self.title)
        page.text(f"共 {len(self.rows)} 人。", indent=False, after=4)
        page.table(self.heads, self.rows, self.shares, middle=(0, 1), points=11)
        page.text(rulebook.edition.correspondence.sender, right=True)
        page.text(chinese_date(today), right=True)
        return page


def review_list(people: Iterable[Whereabouts]) -> NameList:
    """Everybody who passed the form review and failed nothing since."""
    chosen = [one for one in people if one.has_passed(FORM_REVIEW)]
    rows = [
        (str(place), one.name, one.employer, one.post, one.recommending_unit, "；".join(one.honours))
        for place, one in enumerate(chosen, start=1)
    ]
    heads = ("序号", "姓名", "工作单位", "岗位", "推荐单位", "近五年质量荣誉")
    return NameList(title="书面初评名单", heads=heads, rows=tuple(rows), shares=(1, 1.6, 4, 2.2, 4, 6), landscape=True)


def public_list(people: Iterable[Whereabouts]) -> NameList:
    """The candidates whose list was approved; nothing but names and units is made public."""
    chosen = [one for one in people if one.has_passed(LIST_APPROVED)]
    rows = [(str(place), one.name, one.employer) for place, one in enumerate(chosen, start=1)]
    return NameList(title="候选人公示名单", heads=("序号", "姓名", "工作单位"), rows=tuple(rows), shares=(1, 2.4, 8))


def save_csv(made: NameList, path: Path) -> None:
    """The list for a spreadsheet: UTF-8 with a byte order mark, by which Excel knows it. Raises OSError."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(made.heads)
        writer.writerows([f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell for cell in row] for row in made.rows)
