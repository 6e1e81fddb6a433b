"""The judgement that is stored, as records: what a replay is compared with, and what an explanation starts from.

Comes in: an open warehouse. Goes out: `Judgement`. Called by `flows`.
"""

from __future__ import annotations

from schemas.codes import FindingStatus
from schemas.records import Applicant, Corroboration, Evidence, Finding, Honour, Judgement
from warehouse.connection import Warehouse

_APPLICANT = tuple(name for name in Applicant.model_fields if name != "to_review")
_HONOUR = tuple(Honour.model_fields)
_FINDING = tuple(name for name in Finding.model_fields if name not in ("evidence", "status"))
_NOTHING_JUDGED = ""


def stored_judgement(warehouse: Warehouse) -> Judgement:
    """What the judged tables say, decisions of people applied to the findings.

    `rule_version` is that of the applicants, '' where there is none yet.
    """
    versions = warehouse.execute("SELECT DISTINCT rule_version FROM core.applicants ORDER BY rule_version DESC")
    assigned = warehouse.execute(
        "SELECT document_id, applicant_id, recommending_unit, superseded_by FROM core.assignments ORDER BY document_id"
    )
    return Judgement(
        applicants=tuple(_applicants(warehouse)),
        honours=tuple(
            Honour(**dict(zip(_HONOUR, row, strict=True))) for row in warehouse.execute(_select(_HONOUR, "core.honours", "honour_id"))
        ),
        findings=tuple(_findings(warehouse)),
        assignments={row[0]: row[1] for row in assigned if row[1] is not None},
        units={row[0]: row[2] for row in assigned if row[2] is not None},
        superseded={row[0]: row[3] for row in assigned if row[3] is not None},
        corroborations=tuple(
            Corroboration(**dict(zip(Corroboration.model_fields, row, strict=True)))
            for row in warehouse.execute(_select(tuple(Corroboration.model_fields), "core.corroborations", "corroboration_id"))
        ),
        rule_version=versions[0][0] if versions else _NOTHING_JUDGED,
    )


def _select(columns: tuple[str, ...], table: str, key: str) -> str:
    listed = ", ".join(f'"{column}"' for column in columns)
    return f"SELECT {listed} FROM {table} ORDER BY {key}"


def _applicants(warehouse: Warehouse) -> list[Applicant]:
    rows = warehouse.execute(_select((*_APPLICANT, "to_review"), "review.applicants", "applicant_id"))
    return [Applicant(**dict(zip((*_APPLICANT, "to_review"), row, strict=True))) for row in rows]


def _findings(warehouse: Warehouse) -> list[Finding]:
    rows = warehouse.execute(_select((*_FINDING, "evidence", "status"), "review.findings", "finding_id"))
    return [
        Finding(
            **dict(zip(_FINDING, row, strict=False)),
            evidence=tuple(Evidence(**place) for place in row[-2]),
            status=FindingStatus(row[-1]),
        )
        for row in rows
    ]
