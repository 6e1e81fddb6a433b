"""What other rules would change: the stored judgement held against a new one over the same evidence.

Comes in: two `Judgement`s. Goes out: a `Replay` that names whose verdict flips and why. Called by `flows.replay` and `flows.register`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from schemas.base import Frozen
from schemas.codes import FindingStatus, Severity, Truth, Verdict
from schemas.records import Applicant, Finding, Honour, Id, Judgement


class HonourChange(Frozen):
    """An honour that is decided otherwise; None where it was not there. `reasons` are the new ones (the old ones if it is gone)."""

    title: str
    before: Truth | None
    after: Truth | None
    reasons: tuple[str, ...]


class ApplicantChange(Frozen):
    """What changes for one applicant; a verdict is None where the applicant was, or is, not there.

    `appeared` and `vanished` are findings that weigh on the verdict: neither waived nor for information only.
    """

    applicant_id: Id
    name: str
    recommending_unit: str | None
    before: Verdict | None
    after: Verdict | None
    appeared: tuple[Finding, ...]
    vanished: tuple[Finding, ...]
    honours: tuple[HonourChange, ...]

    @property
    def flips(self) -> bool:
        """Whether the verdict is another."""
        return self.before != self.after


class Replay(Frozen):
    """Everything that changes. `applicants` is how many were judged; `changes` are sorted by unit and name, flips first."""

    version_before: str
    version_after: str
    applicants: int
    changes: tuple[ApplicantChange, ...]

    @property
    def flips(self) -> tuple[ApplicantChange, ...]:
        """Those whose verdict changes."""
        return tuple(change for change in self.changes if change.flips)


def compare(before: Judgement, after: Judgement) -> Replay:
    """The differences between two judgements of the same evidence."""
    old, new = {one.applicant_id: one for one in before.applicants}, {one.applicant_id: one for one in after.applicants}
    findings = _by_applicant(before.findings), _by_applicant(after.findings)
    honours = _honours(before.honours), _honours(after.honours)
    changes = []
    for applicant_id in old.keys() | new.keys():
        change = ApplicantChange(
            **_who(new.get(applicant_id) or old[applicant_id]),
            before=old[applicant_id].verdict if applicant_id in old else None,
            after=new[applicant_id].verdict if applicant_id in new else None,
            appeared=_absent(findings[1][applicant_id], findings[0][applicant_id]),
            vanished=_absent(findings[0][applicant_id], findings[1][applicant_id]),
            honours=_honour_changes(honours[0][applicant_id], honours[1][applicant_id]),
        )
        if change.flips or change.appeared or change.vanished or change.honours:
            changes.append(change)
    changes.sort(key=lambda change: (not change.flips, change.recommending_unit or "", change.name, change.applicant_id))
    return Replay(
        version_before=before.rule_version, version_after=after.rule_version, applicants=len(after.applicants), changes=tuple(changes)
    )


def _who(applicant: Applicant) -> dict[str, str | None]:
    return {"applicant_id": applicant.applicant_id, "name": applicant.name, "recommending_unit": applicant.recommending_unit}


def _by_applicant(findings: Iterable[Finding]) -> defaultdict[Id, dict[Id, Finding]]:
    grouped: defaultdict[Id, dict[Id, Finding]] = defaultdict(dict)
    for finding in findings:
        weighs = finding.severity != Severity.INFO and finding.status != FindingStatus.WAIVED
        if finding.applicant_id is not None and weighs:
            grouped[finding.applicant_id][finding.finding_id] = finding
    return grouped


def _absent(here: dict[Id, Finding], there: dict[Id, Finding]) -> tuple[Finding, ...]:
    return tuple(finding for finding_id, finding in sorted(here.items(), key=lambda item: item[1].code) if finding_id not in there)


def _honours(honours: Iterable[Honour]) -> defaultdict[Id, dict[Id, Honour]]:
    grouped: defaultdict[Id, dict[Id, Honour]] = defaultdict(dict)
    for honour in honours:
        grouped[honour.applicant_id][honour.honour_id] = honour
    return grouped


def _honour_changes(before: dict[Id, Honour], after: dict[Id, Honour]) -> tuple[HonourChange, ...]:
    changes = []
    for honour_id in sorted(before.keys() | after.keys()):
        old, new = before.get(honour_id), after.get(honour_id)
        known = new or old
        if known is not None and (old is None or new is None or old.qualifies != new.qualifies):
            decided = old.qualifies if old else None, new.qualifies if new else None
            changes.append(HonourChange(title=known.title, before=decided[0], after=decided[1], reasons=known.reasons))
    return tuple(sorted(changes, key=lambda change: change.title))
