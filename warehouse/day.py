"""One day at the post desk: what arrived, what was made of it, what waits for a person, what cannot be read.

Comes in: an open warehouse and a day. Goes out: a `Day`. Called by `flows.status_page` and `flows.reports`.
"""

from __future__ import annotations

from datetime import date, datetime

from schemas.base import Frozen
from warehouse.connection import Warehouse
from warehouse.read import PageAccounting, Status, status_summary

# A file inside a container came when the container did. What no intake knows (loaded by an older version) came when it was received.
_ARRIVED = """
    WITH came AS (
        SELECT f.file_id, a.outer_file_id,
               coalesce(min(i.taken_at), any_value(o.received_at)) AS taken_at
        FROM core.files AS f
        JOIN core.arrivals AS a ON a.file_id = f.file_id
        JOIN core.files AS o ON o.file_id = a.outer_file_id
        LEFT JOIN core.intake AS i ON i.path = o.path AND i.sha256 = o.sha256
        GROUP BY f.file_id, a.outer_file_id
    )
"""
_TODAY = (
    _ARRIVED
    + """
    , made AS (
        SELECT d.file_id, list(DISTINCT coalesce(t.title, d.doc_type) ORDER BY coalesce(t.title, d.doc_type)) AS kinds
        FROM core.documents AS d LEFT JOIN core.code_titles AS t ON t.kind = 'doc_type' AND t.code = d.doc_type
        WHERE d.doc_type <> 'blank'
        GROUP BY d.file_id
    )
    SELECT f.path, c.taken_at, f.status, f.pages, coalesce(m.kinds, []), coalesce(r.reason, ''), a.is_container
    FROM came AS c
    JOIN core.files AS f ON f.file_id = c.file_id
    JOIN core.arrivals AS a ON a.file_id = c.file_id
    JOIN review.files AS r ON r.file_id = c.file_id
    LEFT JOIN made AS m ON m.file_id = c.file_id
    WHERE timezone('Asia/Shanghai', c.taken_at)::DATE = $day
    ORDER BY c.taken_at DESC, f.path
"""
)
_REJECTED = (
    _ARRIVED
    + """
    SELECT f.path, c.taken_at, coalesce(f.error_code, ''), coalesce(f.error, '')
    FROM came AS c JOIN core.files AS f ON f.file_id = c.file_id
    WHERE f.status = 'rejected'
    ORDER BY c.taken_at DESC, f.path
    """
)
_PENDING = "SELECT path FROM core.pending ORDER BY taken_at, path"
_UNITS = """
    SELECT coalesce(recommending_unit, '（没有写明推荐单位）') AS unit,
           count(*) FILTER (verdict = 'review'), count(*) FILTER (verdict = 'incomplete'), count(*) FILTER (verdict = 'excluded'),
           count(*) FILTER (verdict = 'ready'), sum(to_review)::INTEGER
    FROM review.applicants GROUP BY unit ORDER BY 2 DESC, 3 DESC, unit
"""
_FINDINGS = """
    SELECT coalesce(f.recommending_unit, ''), f.code, coalesce(any_value(t.title), f.code), count(*)::INTEGER
    FROM review.findings AS f LEFT JOIN core.code_titles AS t ON t.kind = 'finding' AND t.code = f.code
    WHERE f.status = 'open' AND f.severity <> 'info'
    GROUP BY coalesce(f.recommending_unit, ''), f.code ORDER BY 1, 4 DESC, 2
"""


class Arrived(Frozen):
    """One file that arrived: what was made of it (`kinds`: Chinese names of the documents in it), and why it is in the state it is in."""

    path: str
    taken_at: datetime
    status: str
    pages: int | None
    kinds: tuple[str, ...]
    reason: str
    is_container: bool

    @property
    def counted(self) -> bool:
        """Whether it is one of the files of the day; of a container that was opened, its members are."""
        return not (self.is_container and self.status == "loaded")


class Refused(Frozen):
    """One file that cannot be read, with what to do about it."""

    path: str
    taken_at: datetime
    error_code: str
    error: str


class UnitAtDesk(Frozen):
    """One recommending unit: how many of its applicants stand where, and how many values await a person's eye."""

    unit: str
    review: int
    incomplete: int
    excluded: int
    ready: int
    to_review: int


class UnitFinding(Frozen):
    """How many open findings of a code (warnings and blockers) a unit has; `unit` is empty where none is known."""

    unit: str
    code: str
    title: str
    count: int


class Day(Frozen):
    """The desk on one day. `arrived` is of that day, newest first; all else is how things stand now."""

    day: date
    arrived: tuple[Arrived, ...]
    refused: tuple[Refused, ...]
    pending: tuple[str, ...]
    units: tuple[UnitAtDesk, ...]
    status: Status

    @property
    def pages(self) -> PageAccounting:
        """Where all pages went."""
        return self.status.pages


def day_at_desk(warehouse: Warehouse, day: date) -> Day:
    """The desk on a day (Shanghai's)."""
    return Day(
        day=day,
        arrived=tuple(
            Arrived(path=row[0], taken_at=row[1], status=row[2], pages=row[3], kinds=tuple(row[4]), reason=row[5], is_container=row[6])
            for row in warehouse.execute(_TODAY, {"day": day})
        ),
        refused=tuple(
            Refused(path=path, taken_at=moment, error_code=code, error=error) for path, moment, code, error in warehouse.execute(_REJECTED)
        ),
        pending=tuple(path for (path,) in warehouse.execute(_PENDING)),
        units=tuple(
            UnitAtDesk(unit=row[0], review=row[1], incomplete=row[2], excluded=row[3], ready=row[4], to_review=row[5] or 0)
            for row in warehouse.execute(_UNITS)
        ),
        status=status_summary(warehouse),
    )


def open_findings_by_unit(warehouse: Warehouse) -> tuple[UnitFinding, ...]:
    """The open findings that somebody must act on, by unit and code."""
    return tuple(UnitFinding(unit=unit, code=code, title=title, count=count) for unit, code, title, count in warehouse.execute(_FINDINGS))
