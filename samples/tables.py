"""The tables in `script/`: a name in, rows as dictionaries out.

Called by `people` and `scenario`; the tables are data so that a scenario can be changed without touching code.
"""

from __future__ import annotations

import csv
from pathlib import Path


def script_rows(name: str) -> list[dict[str, str]]:
    """The rows of `script/<name>.csv`, columns named by its first line."""
    with (Path(__file__).parent / "script" / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))
