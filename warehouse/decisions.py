"""What people say: decisions about findings and corrections of values, kept apart from what the machine says.

Comes in: an id, the person's word, their name and the time. Goes out: a checked entry that `recording` makes last; every view joins the
word in force, whatever is loaded or judged afterwards. Called by `flows`.
"""

from __future__ import annotations

import secrets
from datetime import datetime

from schemas.codes import FIELD_NAMES, FindingStatus
from schemas.errors import UnknownRecord
from schemas.records import Decision, Evidence, Id
from warehouse.bulk import storable
from warehouse.connection import Warehouse
from warehouse.journal import FindingEntry, ValueEntry
from warehouse.recording import record


def decide(warehouse: Warehouse, finding_id: str, status: FindingStatus, *, by: str, at: datetime, reason: str) -> str:
    """Record what a person made of a finding; a later decision counts instead of the earlier one, both stay in the history.

    Returns:
        The id of the decision.

    Raises:
        UnknownRecord: there is no such finding, or it is not said who decided and why.
        WarehouseUnavailable: the disk cannot take it.
    """
    if not by.strip() or not reason.strip():
        raise UnknownRecord("决定没有写明决定人或理由。", "请补上姓名和理由。")
    rows = warehouse.execute("SELECT applicant_id, code, field, message, evidence FROM core.findings WHERE finding_id = ?", [finding_id])
    if not rows:
        raise UnknownRecord(f"没有编号为 {finding_id} 的审查意见。", "请用 review.findings 查询正确的编号。")
    applicant_id, code, field, message, evidence = rows[0]
    entry = FindingEntry(
        decision_id=secrets.token_hex(8),
        finding_id=finding_id,
        applicant_id=applicant_id,
        code=code,
        field=field,
        message=message,
        status=status,
        decided_by=storable(by.strip()),
        decided_at=at,
        reason=storable(reason.strip()),
        evidence=tuple(Evidence(**place) for place in evidence),
    )
    return record(warehouse, entry)


def correct(
    warehouse: Warehouse, document_id: str, field: str, value: str, *, row: int = 0, by: str, at: datetime, reason: str = ""
) -> str:
    """Record the right value of a field, in its normal form, read by a person; also of a field that the machine did not find. The machine's
    own value confirms it. Returns and raises as `decide`.
    """
    _require_known(warehouse, document_id, field, by)
    return record(warehouse, _value_entry(warehouse, document_id, field, row, storable(value), by, at, reason))


def withdraw(warehouse: Warehouse, document_id: str, field: str, *, row: int = 0, by: str, at: datetime, reason: str = "") -> str:
    """Take a correction back: the machine's value counts again. Returns and raises as `decide`."""
    _require_known(warehouse, document_id, field, by)
    return record(warehouse, _value_entry(warehouse, document_id, field, row, None, by, at, reason))


def decisions(warehouse: Warehouse) -> dict[Id, Decision]:
    """What people decided about findings, by finding id, as it counts now; also about findings that the machine no longer states."""
    rows = warehouse.execute(
        "SELECT d.finding_id, d.status, d.decided_by, d.decided_at, d.reason, arg_max(h.evidence, h.decided_at) "
        "FROM core.decisions AS d LEFT JOIN core.finding_decisions AS h ON h.finding_id = d.finding_id GROUP BY ALL"
    )
    return {
        row[0]: Decision(
            status=FindingStatus(row[1]),
            decided_by=row[2],
            decided_at=row[3],
            reason=row[4],
            evidence=tuple(Evidence(**place) for place in row[5] or ()),
        )
        for row in rows
    }


def decisions_made(warehouse: Warehouse) -> int:
    """How many decisions were ever taken: a judgement made of fewer is out of date."""
    return int(warehouse.execute("SELECT count(*) FROM review.decisions")[0][0])


def _require_known(warehouse: Warehouse, document_id: str, field: str, by: str) -> None:
    if not by.strip():
        raise UnknownRecord("更正没有写明更正人。", "请补上姓名。")
    if field not in FIELD_NAMES:
        raise UnknownRecord(f"没有名为 {field} 的字段。", "请用 review.fields 查询正确的字段名。")
    if not warehouse.execute("SELECT 1 FROM core.documents WHERE document_id = ?", [document_id]):
        raise UnknownRecord(f"没有编号为 {document_id} 的文档。", "请用 review.documents 查询正确的编号。")


def _value_entry(
    warehouse: Warehouse, document_id: str, field: str, row: int, value: str | None, by: str, at: datetime, reason: str
) -> ValueEntry:
    read = warehouse.execute(
        'SELECT "value" FROM core.fields WHERE document_id = ? AND field = ? AND "row" = ? ORDER BY ordinal LIMIT 1',
        [document_id, field, row],
    )
    return ValueEntry(
        decision_id=secrets.token_hex(8),
        document_id=document_id,
        field=field,
        row=row,
        machine_value=read[0][0] if read else None,
        value=value,
        decided_by=storable(by.strip()),
        decided_at=at,
        reason=storable(reason.strip()),
    )
