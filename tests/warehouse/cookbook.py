"""`docs/cookbook.md` as data: its questions with their SQL and the output that stands below.

Comes in: the file's text. Goes out: `Recipe`s, and the file with fresh outputs. Called by the cookbook's test and by `write_docs`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from warehouse.query import Result

COOKBOOK = Path(__file__).resolve().parents[2] / "docs" / "cookbook.md"
_RECIPE = re.compile(r"## (\d+)\. ([^\n]+)\n(.*?)```sql\n(.*?)```\n+```text\n(.*?)```", re.DOTALL)


@dataclass(frozen=True)
class Recipe:
    """One question: its number, its words, its SQL, and the output as printed."""

    number: int
    question: str
    sql: str
    output: str

    @property
    def headings(self) -> list[str]:
        """The column headings of the printed output."""
        return [cell.strip() for cell in self.output.splitlines()[0].split("|")]


def recipes(text: str) -> list[Recipe]:
    """Every question of the file, in its order."""
    return [
        Recipe(int(found[1]), found[2].strip(), found[4].strip().removesuffix(";"), found[5].strip()) for found in _RECIPE.finditer(text)
    ]


def printed(result: Result, most: int = 8) -> str:
    """A result as it stands in the file: columns parted by bars, at most so many rows."""
    lines = [" | ".join(result.columns)]
    lines += [" | ".join("" if value is None else str(value) for value in row) for row in result.rows[:most]]
    if len(result.rows) > most:
        lines.append(f"（共 {len(result.rows)} 行）")
    return "\n".join(line.rstrip() for line in lines)


def with_output(text: str, number: int, output: str) -> str:
    """The file with another output under a question."""
    pattern = re.compile(rf"(## {number}\. .*?```text\n).*?(```)", re.DOTALL)
    return pattern.sub(lambda found: f"{found[1]}{output}\n{found[2]}", text, count=1)
