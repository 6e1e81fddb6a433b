"""What statistics need of the rule files: the edition's dates, to count against the deadline, and what the fields are called.

Comes in: an open warehouse and the rules that a run judges by. Goes out: rows in `core.edition` and `core.code_titles`. Called by `flows`
whenever material is read or judged.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from schemas.rules import Edition
from warehouse.connection import Warehouse


def store_field_titles(warehouse: Warehouse, titles: Mapping[str, str]) -> None:
    """Keep the rulebook's Chinese names of the fields, in its order. Storing the same ones again changes nothing."""
    held = warehouse.execute("SELECT code, title FROM core.code_titles WHERE kind = 'field' ORDER BY position")
    if held == list(titles.items()):
        return
    rows = [(code, title, position) for position, (code, title) in enumerate(titles.items(), start=1)]
    with warehouse.transaction():
        warehouse.execute("DELETE FROM core.code_titles WHERE kind = 'field'")
        for row in rows:
            warehouse.execute("INSERT INTO core.code_titles (kind, code, title, position) VALUES ('field', ?, ?, ?)", row)


def store_edition(warehouse: Warehouse, edition: Edition, at: datetime) -> None:
    """Keep the edition's dates and demands; the statistics count by the one stored last. Storing the same one again changes nothing."""
    first, last = edition.window_bounds()
    said = (edition.edition, edition.title, edition.deadline, first, last, list(edition.required_material))
    held = warehouse.execute(
        "SELECT edition, title, deadline, window_from, window_to, required_material FROM core.edition ORDER BY stored_at DESC LIMIT 1"
    )
    if held != [said]:
        warehouse.execute("INSERT OR REPLACE INTO core.edition VALUES (?, ?, ?, ?, ?, ?, ?)", [*said, at])
