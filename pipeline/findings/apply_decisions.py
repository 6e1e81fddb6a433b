"""People's decisions over the machine's findings: a waiver holds until later material contradicts it.

Comes in: findings about one subject, the decisions taken so far, the documents by id. Goes out: the findings with the status that counts,
and one DECISION_REOPENED for each waiver that no longer does. Called by `judge`.

What contradicts a waiver is evidence that the person cannot have known: a document that the finding did not rest on then, stating something
that no document stated then. More of the same does not reopen anything, nor does a finding that lost evidence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from pipeline.findings.finding_sheet import FindingSheet
from pipeline.text.normal_forms import squeeze
from schemas.codes import FindingStatus
from schemas.records import Decision, Evidence, FiledDocument, Finding, Id

REOPENED = "DECISION_REOPENED"


def apply_decisions(
    findings: Iterable[Finding], decisions: Mapping[Id, Decision], documents: Mapping[Id, FiledDocument], sheet: FindingSheet
) -> list[Finding]:
    """The findings with their decisions; `sheet` is an empty one about the same subject."""
    decided = []
    for finding in findings:
        decision = decisions.get(finding.finding_id)
        if decision is not None:
            news = unknown_then(finding, decision)
            if news:
                _state_reopened(finding, decision, news, documents, sheet)
            else:
                finding = finding.model_copy(update={"status": decision.status})
        decided.append(finding)
    reopened = sheet.findings()
    # What reopened a decision can itself be decided about: then the person has seen it, and the finding stays open for another reason.
    decided += [
        one.model_copy(update={"status": decisions[one.finding_id].status}) if one.finding_id in decisions else one for one in reopened
    ]
    return decided


def unknown_then(finding: Finding, decision: Decision) -> list[Evidence]:
    """The evidence of a waived finding that later material brought and that says something new; empty while the decision holds."""
    if decision.status is not FindingStatus.WAIVED or not decision.evidence:
        return []
    documents = {evidence.document_id for evidence in decision.evidence}
    values = {squeeze(evidence.value) for evidence in decision.evidence}
    return [one for one in finding.evidence if one.document_id not in documents and squeeze(one.value) not in values]


def _state_reopened(
    finding: Finding, decision: Decision, news: Sequence[Evidence], documents: Mapping[Id, FiledDocument], sheet: FindingSheet
) -> None:
    places = "；".join(
        f"{sheet.where(documents[one.document_id], one.page)}为“{one.value}”" for one in news if one.document_id in documents
    )
    sheet.state(
        REOPENED,
        finding.finding_id,
        evidence=news,
        person=decision.decided_by,
        date=decision.decided_at.date().isoformat(),
        reason=decision.reason,
        news=places,
        finding=finding.message,
    )
