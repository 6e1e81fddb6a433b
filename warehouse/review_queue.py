"""The reviewers' queue: who awaits a person, filtered and in a fixed order, a page at a time.

Comes in: an open warehouse and a `QueueFilter`. Goes out: rows for the queue page, the neighbours of an applicant, what can be filtered by.
Called by `flows.review`.

A row counts the doubtful values by the findings about them, so that a page of the queue needs no look at every stored value.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from schemas.base import Frozen
from schemas.records import Id
from warehouse.connection import Warehouse
from warehouse.read import CodeCount

PAGE_ROWS = 50

_MATCHING = """
    FROM core.applicants AS p
    WHERE ($unit IS NULL OR coalesce(p.recommending_unit, '') = $unit)
      AND ($verdict IS NULL OR p.verdict = $verdict)
      AND ($words IS NULL OR contains(p.name, $words) OR contains(coalesce(p.employer, ''), $words) OR p.applicant_id = $words)
      AND ($code IS NULL OR p.applicant_id IN (SELECT applicant_id FROM review.findings WHERE code = $code AND status = 'open'))
      AND ($stage IS NULL OR ($stage = 'waiting') = (p.applicant_id NOT IN (SELECT applicant_id FROM review.stages WHERE stage = 1)))
"""
_ORDER = "ORDER BY p.recommending_unit NULLS LAST, p.name, p.applicant_id"
_ROWS = f"""
    WITH wanted AS (
        SELECT p.applicant_id, p.name, p.employer, p.recommending_unit, p.verdict, p.received_at, p.qualifying_honours
        {_MATCHING} {_ORDER} LIMIT {PAGE_ROWS} OFFSET $offset
    ), standing AS (
        SELECT applicant_id, count(*) FILTER (severity = 'blocker') AS blockers, count(*) FILTER (severity = 'warning') AS warnings,
            count(*) FILTER (code = 'LOW_CONFIDENCE') AS doubts, list(DISTINCT code) AS codes
        FROM review.findings WHERE status = 'open' AND applicant_id IN (SELECT applicant_id FROM wanted) GROUP BY applicant_id
    )
    SELECT p.applicant_id, p.name, p.employer, p.recommending_unit, p.verdict, coalesce(t.title, p.verdict), p.received_at,
        p.qualifying_honours, coalesce(s.blockers, 0), coalesce(s.warnings, 0), coalesce(s.doubts, 0), coalesce(s.codes, []), g.outcome,
        g.decided_by
    FROM wanted AS p
    LEFT JOIN standing AS s ON s.applicant_id = p.applicant_id
    LEFT JOIN core.code_titles AS t ON t.kind = 'verdict' AND t.code = p.verdict
    LEFT JOIN review.stages AS g ON g.applicant_id = p.applicant_id AND g.stage = 1
    {_ORDER}
"""

# One row: people are compared by the queue's own order, as tuples.
_KEY = "(p.recommending_unit IS NULL, coalesce(p.recommending_unit, ''), p.name, p.applicant_id)"
_NEIGHBOURS = f"""
    WITH own AS (SELECT {_KEY} AS mine FROM core.applicants AS p WHERE p.applicant_id = $id),
    others AS (SELECT p.applicant_id, {_KEY} AS theirs {_MATCHING})
    SELECT count(*), arg_max(applicant_id, theirs) FILTER (theirs < (FROM own)), arg_min(applicant_id, theirs) FILTER (theirs > (FROM own)),
        CASE WHEN bool_or(applicant_id = $id) THEN count(*) FILTER (theirs <= (FROM own)) END
    FROM others
"""


class QueueFilter(Frozen):
    """What a reviewer wants to see; None means everything. `unit` '' means applicants without one, `stage` is waiting or done."""

    unit: str | None = None
    verdict: str | None = None
    code: str | None = None
    words: str | None = None
    stage: str | None = None

    def parameters(self) -> dict[str, Any]:
        """The named parameters of the queries here."""
        return self.model_dump()


class QueueRow(Frozen):
    """One applicant in the queue; the counts are of open findings. `outcome` is that of the form review (stage 1)."""

    applicant_id: Id
    name: str
    employer: str | None
    recommending_unit: str | None
    verdict: str
    verdict_title: str
    received_at: datetime
    qualifying_honours: int
    blockers: int
    warnings: int
    doubts: int
    codes: tuple[str, ...]
    outcome: str | None
    decided_by: str | None


class Neighbours(Frozen):
    """The applicants before and after one in the filtered queue, and its place (from 1) among how many."""

    before: Id | None
    after: Id | None
    place: int | None
    count: int


def queue_rows(warehouse: Warehouse, wanted: QueueFilter, page: int = 0) -> tuple[list[QueueRow], int]:
    """One page (from 0) of the queue, and how many applicants match in all."""
    rows = warehouse.execute(_ROWS, {**wanted.parameters(), "offset": page * PAGE_ROWS})
    ((count,),) = warehouse.execute(f"SELECT count(*) {_MATCHING}", wanted.parameters())
    return [QueueRow(**dict(zip(QueueRow.model_fields, row, strict=True))) for row in rows], int(count)


def neighbours(warehouse: Warehouse, wanted: QueueFilter, applicant_id: Id) -> Neighbours:
    """Who comes before and after an applicant in the queue; with `place` None it is not in it (any more), and would be between the two."""
    ((count, before, after, place),) = warehouse.execute(_NEIGHBOURS, {**wanted.parameters(), "id": applicant_id})
    return Neighbours(before=before, after=after, place=place, count=int(count))


def queue_choices(warehouse: Warehouse) -> dict[str, list[CodeCount]]:
    """What the queue can be filtered by: units, verdicts and codes of open findings, each with its number of applicants."""
    units = warehouse.execute(
        "SELECT coalesce(recommending_unit, ''), count(*) FROM core.applicants GROUP BY 1 ORDER BY coalesce(recommending_unit, '') = '', 1"
    )
    verdicts = warehouse.execute(
        "SELECT p.verdict, any_value(t.title), count(*) FROM core.applicants AS p "
        "LEFT JOIN core.code_titles AS t ON t.kind = 'verdict' AND t.code = p.verdict GROUP BY 1 ORDER BY any_value(t.position)"
    )
    codes = warehouse.execute(
        "SELECT f.code, any_value(t.title), count(DISTINCT f.applicant_id) FROM review.findings AS f "
        "LEFT JOIN core.code_titles AS t ON t.kind = 'finding' AND t.code = f.code "
        "WHERE f.status = 'open' AND f.applicant_id IS NOT NULL GROUP BY 1 ORDER BY 3 DESC, 1"
    )
    return {
        "unit": [CodeCount(code=unit, title=unit or "（未注明推荐单位）", count=count) for unit, count in units],
        "verdict": [CodeCount(code=code, title=title or code, count=count) for code, title, count in verdicts],
        "code": [CodeCount(code=code, title=title or code, count=count) for code, title, count in codes],
    }
