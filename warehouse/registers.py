"""The registers as they lie in the warehouse: stored beside the evidence, so that every later judgement and replay uses the same.

Comes in: entries of one register with the name of their file and the time. Goes out: `Registers` for the judge. Called by `flows`.
"""

from __future__ import annotations

from datetime import datetime

from schemas.records import Ban, PriorTitle, RecommendingUnit, Registers
from warehouse.bulk import TableShape, insert, storable
from warehouse.connection import Warehouse

_TEXTS = ["VARCHAR"]
# Kind → its entries in `Registers`, its table.
_TABLES: dict[str, tuple[str, TableShape]] = {
    "prior-titles": (
        "prior_titles",
        TableShape(
            "core.prior_titles",
            "entry",
            {"entry": "INTEGER", "name": "VARCHAR", "id_number": "VARCHAR", "title": "VARCHAR", "year": "INTEGER"},
        ),
    ),
    "bans": (
        "bans",
        TableShape(
            "core.bans",
            "entry",
            {"entry": "INTEGER", "kind": "VARCHAR", "name": "VARCHAR", "id_number": "VARCHAR", "banned_on": "DATE", "reason": "VARCHAR"},
        ),
    ),
    "units": (
        "units",
        TableShape("core.recommending_units", "entry", {"entry": "INTEGER", "name": "VARCHAR", "aliases": _TEXTS, "seal_names": _TEXTS}),
    ),
}


def store_register(warehouse: Warehouse, kind: str, registers: Registers, source: str, at: datetime) -> bool:
    """Make the register `kind` say exactly the entries of that kind in `registers`, in one transaction.

    Returns False, and changes nothing, where it says so already. Raises KeyError for an unknown kind.
    """
    name, shape = _TABLES[kind]
    entries = [entry.model_dump(mode="json") for entry in getattr(registers, name)]
    known = warehouse.execute("SELECT 1 FROM core.registers WHERE kind = ?", [kind])
    if known and entries == [entry.model_dump(mode="json") for entry in getattr(stored_registers(warehouse), name)]:
        return False
    with warehouse.transaction():
        warehouse.execute(f"DELETE FROM {shape.name}")
        insert(warehouse, shape, [{"entry": number, **entry} for number, entry in enumerate(entries, start=1)])
        warehouse.execute(
            "INSERT OR REPLACE INTO core.registers (kind, source, entries, registered_at) VALUES (?, ?, ?, ?)",
            [kind, storable(source), len(entries), at],
        )
    return True


def stored_registers(warehouse: Warehouse) -> Registers:
    """Everything that is registered; empty where nothing ever was."""
    titles = warehouse.execute('SELECT name, id_number, title, "year" FROM core.prior_titles ORDER BY entry')
    bans = warehouse.execute("SELECT kind, name, id_number, banned_on, reason FROM core.bans ORDER BY entry")
    units = warehouse.execute("SELECT name, aliases, seal_names FROM core.recommending_units ORDER BY entry")
    return Registers(
        prior_titles=tuple(PriorTitle(name=row[0], id_number=row[1], title=row[2], year=row[3]) for row in titles),
        bans=tuple(Ban(kind=row[0], name=row[1], id_number=row[2], banned_on=row[3], reason=row[4]) for row in bans),
        units=tuple(RecommendingUnit(name=row[0], aliases=tuple(row[1]), seal_names=tuple(row[2])) for row in units),
    )
