"""How far an applicant has come: the six stages, the paper copies that lie here, the notices that went out.

Comes in: who is meant, the person's word, their name and the time. Goes out: a checked entry that `recording` makes last, and what counts
now. Called by `flows`.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal

from schemas.base import Frozen
from schemas.errors import UnknownRecord
from schemas.records import Id
from warehouse.bulk import storable
from warehouse.connection import Warehouse
from warehouse.journal import AskedFinding, CopiesEntry, NoticeEntry, StageEntry
from warehouse.recording import record

Outcome = Literal["passed", "failed", "withdrawn"]
STAGES = range(1, 7)  # notice:三


class Stage(Frozen):
    """One of the six stages of an applicant; `outcome` None where nobody has said anything yet."""

    stage: int
    title: str
    outcome: Outcome | None = None
    outcome_title: str | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None
    reason: str | None = None


def record_stage(warehouse: Warehouse, applicant_id: Id, stage: int, outcome: Outcome, *, by: str, at: datetime, reason: str = "") -> str:
    """State the outcome of a stage; `withdrawn` takes the last word back. Returns the record's id.

    A stage is passed only after all before it; an applicant who failed one goes no further.

    Raises:
        UnknownRecord: no such applicant or stage, nobody named, or an earlier stage is not passed.
    """
    if not by.strip():
        raise UnknownRecord("没有写明登记人。", "请补上姓名。")
    if stage not in STAGES or not warehouse.execute("SELECT 1 FROM core.applicants WHERE applicant_id = ?", [applicant_id]):
        raise UnknownRecord("没有这位申报人或这个阶段。", "请从名单中选择。")
    before = {one.stage for one in stages(warehouse, applicant_id) if one.outcome == "passed"}
    if outcome == "passed" and not set(range(1, stage)) <= before:
        raise UnknownRecord("前面的阶段还没有全部通过，不能登记这一阶段通过。", "请先登记前面的阶段。")
    entry = StageEntry(
        decision_id=secrets.token_hex(8),
        applicant_id=applicant_id,
        stage=stage,
        outcome=outcome,
        decided_by=storable(by.strip()),
        decided_at=at,
        reason=storable(reason.strip()),
    )
    return record(warehouse, entry)


def stages(warehouse: Warehouse, applicant_id: Id) -> list[Stage]:
    """The six stages of an applicant in order, with what counts now."""
    rows = warehouse.execute(
        "SELECT t.code::INTEGER, t.title, s.outcome, o.title, s.decided_by, s.decided_at, s.reason FROM core.code_titles AS t "
        "LEFT JOIN review.stages AS s ON s.stage = t.code::INTEGER AND s.applicant_id = ? "
        "LEFT JOIN core.code_titles AS o ON o.kind = 'outcome' AND o.code = s.outcome WHERE t.kind = 'stage' ORDER BY t.position",
        [applicant_id],
    )
    return [Stage(**dict(zip(Stage.model_fields, row, strict=True))) for row in rows]


def record_copies(warehouse: Warehouse, subject: str, copies: int, *, by: str, at: datetime) -> str:
    """State how many paper copies lie here of an applicant's material (id) or a unit's summary table (name). Returns the record's id.

    Raises:
        UnknownRecord: no such applicant or unit, nobody named, or an impossible number.
    """
    known = warehouse.execute("SELECT 1 FROM core.applicants WHERE applicant_id = ? OR recommending_unit = ? LIMIT 1", [subject, subject])
    if not by.strip() or not known or not 0 <= copies <= 99:
        raise UnknownRecord("没有这位申报人或推荐单位，或份数不对。", "请检查后重新登记。")
    entry = CopiesEntry(decision_id=secrets.token_hex(8), subject=subject, copies=copies, decided_by=storable(by.strip()), decided_at=at)
    return record(warehouse, entry)


def copies_of(warehouse: Warehouse, subject: str) -> int:
    """How many paper copies lie here; 0 where nobody has said."""
    rows = warehouse.execute("SELECT copies FROM review.paper_copies WHERE subject = ?", [subject])
    return int(rows[0][0]) if rows else 0


def record_notice(
    warehouse: Warehouse, unit: str, finding_ids: Sequence[Id], due: date, *, by: str, at: datetime, asked: Sequence[AskedFinding] = ()
) -> str:
    """State that a notice with these findings (in words in `asked`) went out to a unit. Returns the notice's id.

    Raises:
        UnknownRecord: nobody named, or no finding.
    """
    if not by.strip() or not finding_ids:
        raise UnknownRecord("没有需要补正的事项，或没有写明发出人。", "没有未处理的意见时不必发通知。")
    entry = NoticeEntry(
        decision_id=secrets.token_hex(8),
        recommending_unit=unit,
        finding_ids=tuple(finding_ids),
        due=due,
        decided_by=storable(by.strip()),
        decided_at=at,
        asked=tuple(asked),
    )
    return record(warehouse, entry)
