"""Who stands where: every applicant with the six stages and the paper copies that lie here.

Comes in: an open warehouse. Goes out: records. Called by the lists of names and `gongjiang progress`.
"""

from __future__ import annotations

from datetime import datetime

from schemas.base import Frozen
from schemas.records import Id
from warehouse.connection import Warehouse

_WHEREABOUTS = """
    SELECT p.applicant_id, p.name, coalesce(p.employer, ''), coalesce(p.post, ''), coalesce(p.recommending_unit, ''), p.verdict,
        coalesce(v.title, p.verdict), p.qualifying_honours, coalesce(c.copies, 0),
        coalesce((SELECT list({'stage': s.stage, 'outcome': s.outcome, 'decided_by': s.decided_by, 'decided_at': s.decided_at}
            ORDER BY s.stage) FROM review.stages AS s WHERE s.applicant_id = p.applicant_id), []),
        coalesce((SELECT list(h.title ORDER BY h.conferred_on DESC NULLS LAST, h.title) FROM core.honours AS h
            WHERE h.applicant_id = p.applicant_id AND h.qualifies = 'yes'), [])
    FROM core.applicants AS p
    LEFT JOIN core.code_titles AS v ON v.kind = 'verdict' AND v.code = p.verdict
    LEFT JOIN review.paper_copies AS c ON c.subject = p.applicant_id
    ORDER BY p.recommending_unit NULLS LAST, p.name, p.applicant_id
"""


class StageWord(Frozen):
    """The word in force on one stage."""

    stage: int
    outcome: str
    decided_by: str
    decided_at: datetime


class Whereabouts(Frozen):
    """One applicant: verdict, stages decided so far (in order), paper copies here, titles of the honours that qualify."""

    applicant_id: Id
    name: str
    employer: str
    post: str
    recommending_unit: str
    verdict: str
    verdict_title: str
    qualifying_honours: int
    copies: int
    stages: tuple[StageWord, ...]
    honours: tuple[str, ...]

    def has_passed(self, stage: int) -> bool:
        """Whether a stage is passed and none after it failed."""
        passed = any(one.stage == stage and one.outcome == "passed" for one in self.stages)
        return passed and not any(one.outcome == "failed" for one in self.stages)


def whereabouts(warehouse: Warehouse) -> list[Whereabouts]:
    """All applicants by unit and name."""
    return [Whereabouts(**dict(zip(Whereabouts.model_fields, row, strict=True))) for row in warehouse.execute(_WHEREABOUTS)]
