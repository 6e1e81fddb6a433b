"""Recording what a person said: the journal on disk first, then, in one transaction, the history and the word in force.

Comes in: a journal `Entry`. Goes out: rows in `core`. Called by `decisions` and `progress`, which check what is said, and by whoever opens
a warehouse for writing (`take_up_journal`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from schemas.errors import WarehouseUnavailable
from warehouse.bulk import TableShape, insert
from warehouse.connection import Warehouse
from warehouse.journal import CopiesEntry, Entry, FindingEntry, NoticeEntry, StageEntry, ValueEntry, append, entries, journal_of

_WHO_WHEN_WHY = {"decided_by": "VARCHAR", "decided_at": "TIMESTAMPTZ", "reason": "VARCHAR"}
_FINDING_DECISIONS = TableShape(
    "core.finding_decisions",
    "decision_id",
    {
        **dict.fromkeys(("decision_id", "finding_id", "applicant_id", "code", "field", "message", "status"), "VARCHAR"),
        **_WHO_WHEN_WHY,
        "evidence": [{"document_id": "VARCHAR", "page": "INTEGER", "value": "VARCHAR"}],
    },
)
_VALUE_DECISIONS = TableShape(
    "core.value_decisions",
    "decision_id",
    {
        **dict.fromkeys(("decision_id", "document_id", "field"), "VARCHAR"),
        "row": "INTEGER",
        **dict.fromkeys(("machine_value", "value"), "VARCHAR"),
        **_WHO_WHEN_WHY,
    },
)
_STAGES = TableShape(
    "core.stage_records",
    "record_id",
    {"record_id": "VARCHAR", "applicant_id": "VARCHAR", "stage": "INTEGER", "outcome": "VARCHAR", **_WHO_WHEN_WHY},
)
_COPIES = TableShape("core.paper_copies", "record_id", {"record_id": "VARCHAR", "subject": "VARCHAR", "copies": "INTEGER", **_WHO_WHEN_WHY})
_NOTICES = TableShape(
    "core.notices",
    "notice_id",
    {
        "notice_id": "VARCHAR",
        "recommending_unit": "VARCHAR",
        "finding_ids": ["VARCHAR"],
        "due": "DATE",
        "decided_by": "VARCHAR",
        "decided_at": "TIMESTAMPTZ",
    },
)
_KNOWN = """
    SELECT decision_id FROM core.finding_decisions UNION ALL SELECT decision_id FROM core.value_decisions
    UNION ALL SELECT record_id FROM core.stage_records UNION ALL SELECT record_id FROM core.paper_copies
    UNION ALL SELECT notice_id FROM core.notices
"""


def record(warehouse: Warehouse, entry: Entry) -> str:
    """Make a person's word last; returns its id.

    Raises:
        WarehouseUnavailable: the disk cannot take it; nothing was recorded then.
    """
    try:
        append(journal_of(warehouse.path), entry)
    except OSError as error:
        raise WarehouseUnavailable(f"决定没有保存：无法写入磁盘（{error.strerror}）。", "请检查磁盘空间和权限后再做一次。") from error
    with warehouse.transaction():
        _store(warehouse, entry)
    return entry.decision_id


def take_up_journal(warehouse: Warehouse) -> int:
    """Record what the journal has and the warehouse has not: after a crash between the two, a restored backup, a warehouse made anew.

    Returns:
        The number of entries taken up.
    """
    said = list(entries(journal_of(warehouse.path)))
    if not said:
        return 0
    known = {row[0] for row in warehouse.execute(_KNOWN)}
    missing = [entry for entry in said if entry.decision_id not in known]
    if missing:
        with warehouse.transaction():
            for entry in missing:
                _store(warehouse, entry)
            # Somebody may have decided again before a lost entry was taken up: the last word in the journal counts, not the last stored.
            late = {_about(entry) for entry in missing}
            for about, entry in {_about(entry): entry for entry in said}.items():
                if about in late:
                    _put_in_force(warehouse, entry)
    return len(missing)


def _store(warehouse: Warehouse, entry: Entry) -> None:
    _STORES[type(entry)](warehouse, entry)
    _put_in_force(warehouse, entry)


def _about(entry: Entry) -> tuple[str | int, ...]:
    """What an entry is about: of two about the same, the later counts."""
    if isinstance(entry, FindingEntry):
        return (entry.finding_id,)
    return (entry.document_id, entry.field, entry.row) if isinstance(entry, ValueEntry) else (entry.decision_id,)


def _put_in_force(warehouse: Warehouse, entry: Entry) -> None:
    """Of stages, copies and notices the history itself says what counts."""
    if isinstance(entry, FindingEntry):
        _put_finding_in_force(warehouse, entry)
    elif isinstance(entry, ValueEntry):
        _put_value_in_force(warehouse, entry)


def _store_finding_decision(warehouse: Warehouse, entry: FindingEntry) -> None:
    insert(warehouse, _FINDING_DECISIONS, [entry.model_dump(mode="json", exclude={"kind"})])


def _put_finding_in_force(warehouse: Warehouse, entry: FindingEntry) -> None:
    warehouse.execute(
        "INSERT OR REPLACE INTO core.decisions (finding_id, status, decided_by, decided_at, reason) VALUES (?, ?, ?, ?, ?)",
        [entry.finding_id, entry.status.value, entry.decided_by, entry.decided_at, entry.reason],
    )
    # It was decided in the light of what had reopened it.
    warehouse.execute("DELETE FROM core.findings WHERE code = 'DECISION_REOPENED' AND field = ?", [entry.finding_id])


def _store_value_decision(warehouse: Warehouse, entry: ValueEntry) -> None:
    insert(warehouse, _VALUE_DECISIONS, [entry.model_dump(mode="json", exclude={"kind"})])


def _put_value_in_force(warehouse: Warehouse, entry: ValueEntry) -> None:
    place: list[Any] = [entry.document_id, entry.field, entry.row]
    if entry.value is None:
        warehouse.execute('DELETE FROM core.corrections WHERE document_id = ? AND field = ? AND "row" = ?', place)
        return
    warehouse.execute(
        'INSERT OR REPLACE INTO core.corrections (document_id, field, "row", "value", corrected_by, corrected_at) '
        "VALUES (?, ?, ?, ?, ?, ?)",
        [*place, entry.value, entry.decided_by, entry.decided_at],
    )


def _store_stage(warehouse: Warehouse, entry: StageEntry) -> None:
    insert(warehouse, _STAGES, [{"record_id": entry.decision_id, **entry.model_dump(mode="json", exclude={"kind", "decision_id"})}])


def _store_copies(warehouse: Warehouse, entry: CopiesEntry) -> None:
    insert(warehouse, _COPIES, [{"record_id": entry.decision_id, **entry.model_dump(mode="json", exclude={"kind", "decision_id"})}])


def _store_notice(warehouse: Warehouse, entry: NoticeEntry) -> None:
    row = entry.model_dump(mode="json", exclude={"kind", "decision_id", "asked"})
    insert(warehouse, _NOTICES, [{"notice_id": entry.decision_id, **row}])


_STORES: dict[type, Callable[[Warehouse, Any], None]] = {
    FindingEntry: _store_finding_decision,
    ValueEntry: _store_value_decision,
    StageEntry: _store_stage,
    CopiesEntry: _store_copies,
    NoticeEntry: _store_notice,
}
