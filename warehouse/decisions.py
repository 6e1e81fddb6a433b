"""What people say: decisions about findings and corrections of values, kept apart from what the machine says.

Comes in: an id, the person's word, their name and the time. Goes out: a row that every view joins, whatever is loaded or judged
afterwards. Called by `flows` (and later by the review page).
"""

from __future__ import annotations

from datetime import datetime

from schemas.codes import FIELD_NAMES, FindingStatus
from schemas.errors import GongjiangError
from warehouse.bulk import storable
from warehouse.connection import Warehouse


class UnknownRecord(GongjiangError):
    """A person spoke about a finding, document or field that is not there."""

    code = "UNKNOWN_RECORD"


def decide(warehouse: Warehouse, finding_id: str, status: FindingStatus, *, by: str, at: datetime, reason: str) -> None:
    """Record what a person made of a finding; a later decision replaces the earlier one.

    Raises:
        UnknownRecord: there is no such finding, or it is not said who decided and why.
    """
    if not by.strip() or not reason.strip():
        raise UnknownRecord("决定没有写明决定人或理由。", "请补上姓名和理由。")
    with warehouse.transaction():
        if not warehouse.execute("SELECT 1 FROM core.findings WHERE finding_id = ?", [finding_id]):
            raise UnknownRecord(f"没有编号为 {finding_id} 的审查意见。", "请用 review.findings 查询正确的编号。")
        warehouse.execute(
            "INSERT OR REPLACE INTO core.decisions (finding_id, status, decided_by, decided_at, reason) VALUES (?, ?, ?, ?, ?)",
            [finding_id, status.value, storable(by), at, storable(reason)],
        )


def correct(warehouse: Warehouse, document_id: str, field: str, value: str, *, row: int = 0, by: str, at: datetime) -> None:
    """Record the right value of a field, in its normal form, read by a person; also of a field that the machine did not find.

    Raises:
        UnknownRecord: there is no such document or field name, or it is not said who corrected.
    """
    if not by.strip():
        raise UnknownRecord("更正没有写明更正人。", "请补上姓名。")
    if field not in FIELD_NAMES:
        raise UnknownRecord(f"没有名为 {field} 的字段。", "请用 review.fields 查询正确的字段名。")
    with warehouse.transaction():
        if not warehouse.execute("SELECT 1 FROM core.documents WHERE document_id = ?", [document_id]):
            raise UnknownRecord(f"没有编号为 {document_id} 的文档。", "请用 review.documents 查询正确的编号。")
        warehouse.execute(
            'INSERT OR REPLACE INTO core.corrections (document_id, field, "row", "value", corrected_by, corrected_at) '
            "VALUES (?, ?, ?, ?, ?, ?)",
            [document_id, field, row, storable(value), storable(by), at],
        )
