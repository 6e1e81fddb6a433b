"""What a notice to a recommending unit is made of: its applicants' standing findings, and what earlier notices asked for.

Comes in: an open warehouse and a unit's name. Goes out: records. Called by `flows.notices`.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from schemas.base import Frozen
from schemas.records import Id
from warehouse.connection import Warehouse
from warehouse.journal import AskedFinding, NoticeEntry, entries, journal_of

_STANDING = """
    SELECT f.finding_id, f.applicant_id, coalesce(p.name, ''), coalesce(p.employer, ''), f.code, coalesce(t.title, ''), f.severity,
        f.clause, f.message
    FROM review.findings AS f
    LEFT JOIN core.applicants AS p ON p.applicant_id = f.applicant_id
    LEFT JOIN core.code_titles AS t ON t.kind = 'finding' AND t.code = f.code
    WHERE coalesce(p.recommending_unit, f.recommending_unit) = ? AND f.status <> 'waived'
    ORDER BY f.applicant_id IS NULL, p.name, f.applicant_id, CASE f.severity WHEN 'blocker' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END,
        t.position, f.field, f.finding_id
"""
# A file that cannot be read belongs to the one unit whose material lies in the same folder, e-mail or archive.
_UNREADABLE = """
    WITH placed AS (
        SELECT regexp_replace(f.path, '[^/]*$', '') AS folder, coalesce(p.recommending_unit, a.recommending_unit) AS unit
        FROM core.files AS f
        JOIN core.documents AS d ON d.file_id = f.file_id
        JOIN core.assignments AS a ON a.document_id = d.document_id
        LEFT JOIN core.applicants AS p ON p.applicant_id = a.applicant_id
    )
    SELECT f.path, f.error FROM core.files AS f
    WHERE f.status = 'rejected' AND f.path LIKE '%/%' AND f.error IS NOT NULL AND (
        SELECT list(DISTINCT unit) FROM placed WHERE starts_with(folder, regexp_replace(f.path, '[^/]*$', '')) AND unit IS NOT NULL
    ) = [?]
    ORDER BY f.path
"""


class StandingFinding(Frozen):
    """A finding that nobody has waived; `applicant_id` None: about the unit itself."""

    finding_id: Id
    applicant_id: Id | None
    name: str
    employer: str
    code: str
    title: str
    severity: str
    clause: str
    message: str


class AskedState(Frozen):
    """A finding that a notice asked to be put right, and whether it has been; `asked` None where the words are not on record."""

    finding_id: Id
    state: Literal["cured", "waived", "open"]
    asked: AskedFinding | None


class PastNotice(Frozen):
    """A notice that went out, with the state of each thing it asked for."""

    notice_id: str
    due: date
    issued_by: str
    issued_at: datetime
    findings: tuple[AskedState, ...]


def standing_findings(warehouse: Warehouse, unit: str) -> list[StandingFinding]:
    """Everything that stands about a unit and its applicants, by applicant, the gravest first."""
    return [StandingFinding(**dict(zip(StandingFinding.model_fields, row, strict=True))) for row in warehouse.execute(_STANDING, [unit])]


def unreadable_files(warehouse: Warehouse, unit: str) -> list[tuple[str, str]]:
    """The rejected files that lie among this unit's material alone: (path, what is wrong and what to do)."""
    return [(row[0], row[1]) for row in warehouse.execute(_UNREADABLE, [unit])]


def units_with_findings(warehouse: Warehouse) -> list[str]:
    """The units about which, or about whose applicants, something stands."""
    rows = warehouse.execute(
        "SELECT DISTINCT coalesce(p.recommending_unit, f.recommending_unit) AS unit FROM review.findings AS f "
        "LEFT JOIN core.applicants AS p ON p.applicant_id = f.applicant_id WHERE f.status <> 'waived' AND unit IS NOT NULL ORDER BY unit"
    )
    return [row[0] for row in rows]


def unit_names(warehouse: Warehouse) -> list[str]:
    """All recommending units of applicants, by name."""
    return [
        row[0]
        for row in warehouse.execute(
            "SELECT DISTINCT recommending_unit FROM core.applicants WHERE recommending_unit IS NOT NULL ORDER BY 1"
        )
    ]


def past_notices(warehouse: Warehouse, unit: str) -> list[PastNotice]:
    """The notices that went to a unit, the first first, with what has become of each finding."""
    said = {entry.decision_id: entry for entry in entries(journal_of(warehouse.path)) if isinstance(entry, NoticeEntry)}
    rows = warehouse.execute(
        "SELECT notice_id, due, issued_by, issued_at, list({'finding_id': finding_id, 'state': state}) FROM review.notices "
        "WHERE recommending_unit = ? GROUP BY ALL ORDER BY issued_at, notice_id",
        [unit],
    )
    past = []
    for notice_id, due, by, at, states in rows:
        words = {one.finding_id: one for one in (said[notice_id].asked if notice_id in said else ())}
        order = {finding_id: place for place, finding_id in enumerate(words)}
        states.sort(key=lambda one: (order.get(one["finding_id"], len(order)), one["finding_id"]))
        found = tuple(AskedState(finding_id=one["finding_id"], state=one["state"], asked=words.get(one["finding_id"])) for one in states)
        past.append(PastNotice(notice_id=notice_id, due=due, issued_by=by, issued_at=at, findings=found))
    return past
