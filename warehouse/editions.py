"""The edition's dates in the warehouse, so that statistics can count against the deadline without the rule files.

Comes in: an open warehouse and the edition that a run judges by. Goes out: its row in `core.edition`. Called by `flows` whenever material
is read or judged.
"""

from __future__ import annotations

from datetime import datetime

from schemas.rules import Edition
from warehouse.connection import Warehouse


def store_edition(warehouse: Warehouse, edition: Edition, at: datetime) -> None:
    """Keep the edition's dates and demands; the statistics count by the one stored last. Storing the same one again changes nothing."""
    first, last = edition.window_bounds()
    said = (edition.edition, edition.title, edition.deadline, first, last, list(edition.required_material))
    held = warehouse.execute(
        "SELECT edition, title, deadline, window_from, window_to, required_material FROM core.edition ORDER BY stored_at DESC LIMIT 1"
    )
    if held != [said]:
        warehouse.execute("INSERT OR REPLACE INTO core.edition VALUES (?, ?, ?, ?, ?, ?, ?)", [*said, at])
