"""Judge everything that is in: every finding of the contract's table, and the applicants with their verdicts.

Comes in: who is who, the honour cases, the registers, the rulebook. Goes out: the `Judgement` that replaces the judged tables. Called by
`process`.

Three-valued throughout: a finding is stated only where it could be checked, what could not be read goes to a person as LOW_CONFIDENCE.
The result does not depend on the order of documents, and judging twice gives the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from types import MappingProxyType

from pipeline.applicants.dossier import Dossier, Resolution
from pipeline.findings.applicant_record import applicant_of
from pipeline.findings.apply_decisions import apply_decisions
from pipeline.findings.check_cards import check_cards
from pipeline.findings.check_completeness import check_completeness
from pipeline.findings.check_consistency import check_arrivals, check_consistency
from pipeline.findings.check_eligibility import check_eligibility
from pipeline.findings.check_honours import check_honours
from pipeline.findings.check_paper import check_paper, check_summary_seals, known_organisations
from pipeline.findings.check_reading import check_loose_values, check_reading, claimed_rows, state_unknown
from pipeline.findings.check_texts import check_texts
from pipeline.findings.check_validity import check_validity
from pipeline.findings.finding_sheet import FindingSheet, verdict_of
from pipeline.honours.honour_case import HonourCase
from schemas.codes import DocType, Severity
from schemas.records import Decision, FiledDocument, Finding, Id, Judgement, Registers
from schemas.rules import Rulebook

__all__ = ["judge", "verdict_of"]

_UNDECIDED: Mapping[Id, Decision] = MappingProxyType({})
_GRAVITY = {Severity.BLOCKER: 0, Severity.WARNING: 1, Severity.INFO: 2}


def judge(
    resolution: Resolution,
    cases: Mapping[Id, tuple[HonourCase, ...]],
    registers: Registers,
    rulebook: Rulebook,
    decisions: Mapping[Id, Decision] = _UNDECIDED,
) -> Judgement:
    """Findings and applicants of all dossiers, then what concerns units and single documents.

    `cases` holds the honour cases by applicant id, `decisions` what people decided by finding id: a waived finding is stated, but no
    longer weighs on the verdict.
    """
    siblings: dict[Id, list[Dossier]] = defaultdict(list)
    for dossier in resolution.dossiers:
        siblings[dossier.person_id or dossier.applicant_id].append(dossier)
    known = known_organisations(resolution.dossiers, registers, rulebook)
    shared = _shared_numbers(resolution)
    documents = _documents(resolution)
    applicants = []
    findings: list[Finding] = []
    for dossier in resolution.dossiers:
        own_cases = cases.get(dossier.applicant_id, ())
        family = siblings[dossier.person_id or dossier.applicant_id]
        own = _findings_of(dossier, family, resolution, known, shared, own_cases, registers, rulebook)
        own = apply_decisions(own, decisions, documents, FindingSheet(rulebook, dossier=dossier))
        applicants.append(applicant_of(dossier, own, [case.honour for case in own_cases], rulebook))
        findings += own
    about_units = [*_unit_findings(resolution, known, registers, rulebook), *_loose_findings(resolution, rulebook)]
    findings += apply_decisions(about_units, decisions, documents, FindingSheet(rulebook))
    unique = {finding.finding_id: finding for finding in findings}
    return Judgement(
        applicants=tuple(sorted(applicants, key=lambda one: one.applicant_id)),
        honours=tuple(sorted((case.honour for found in cases.values() for case in found), key=lambda one: one.honour_id)),
        findings=tuple(sorted(unique.values(), key=_order)),
        assignments=dict(sorted(resolution.assignments.items())),
        units=dict(sorted(resolution.units.items())),
        superseded=dict(sorted(resolution.superseded.items())),
        rule_version=rulebook.version,
    )


def _findings_of(
    dossier: Dossier,
    siblings: list[Dossier],
    resolution: Resolution,
    known: Collection[str],
    shared: Collection[str],
    cases: tuple[HonourCase, ...],
    registers: Registers,
    rulebook: Rulebook,
) -> list[Finding]:
    sheet = FindingSheet(rulebook, dossier=dossier)
    summaries = resolution.summaries.get(dossier.recommending_unit or "", ())
    check_eligibility(dossier, registers, sheet, rulebook)
    check_completeness(dossier, summaries, registers, sheet, rulebook)
    check_cards(dossier, sheet, rulebook)
    check_paper(dossier, known, registers, sheet, rulebook)
    check_consistency(dossier, siblings, sheet, rulebook)
    check_texts(dossier, sheet, rulebook)
    check_validity(dossier, shared, sheet, rulebook)
    check_honours(dossier, cases, sheet, rulebook)
    check_reading(dossier, sheet)
    found = sheet.findings()
    for filed in dossier.of(DocType.OTHER):
        found += _unknown(filed, dossier, dossier.recommending_unit, rulebook)
    return found


def _documents(resolution: Resolution) -> dict[Id, FiledDocument]:
    """Every document that a finding can rest on, by its id."""
    placed = [filed for dossier in resolution.dossiers for filed in dossier.documents]
    tables = [filed for summaries in resolution.summaries.values() for filed in summaries]
    return {filed.document.document_id: filed for filed in (*placed, *tables, *resolution.unplaced)}


def _shared_numbers(resolution: Resolution) -> frozenset[str]:
    """ID numbers that two different persons bear: one of them has copied it from the other."""
    bearers: dict[str, set[Id]] = defaultdict(set)
    for dossier in resolution.dossiers:
        if dossier.id_number:
            bearers[dossier.id_number].add(dossier.person_id or dossier.applicant_id)
    return frozenset(number for number, persons in bearers.items() if len(persons) > 1)


def _unit_findings(resolution: Resolution, known: Collection[str], registers: Registers, rulebook: Rulebook) -> list[Finding]:
    """What concerns a unit's summary tables: seal, arrival, values that are no applicant's."""
    found: list[Finding] = []
    rows = claimed_rows(resolution.dossiers)
    for unit, summaries in resolution.summaries.items():
        sheet = FindingSheet(rulebook, unit=unit or None)
        check_summary_seals(unit or None, summaries, known, registers, sheet, rulebook)
        check_arrivals(summaries, sheet, rulebook)
        for filed in summaries:
            check_loose_values(filed, rows.get(filed.document.document_id, ()), sheet)
        found += sheet.findings()
    return found


def _loose_findings(resolution: Resolution, rulebook: Rulebook) -> list[Finding]:
    """What concerns documents that are no applicant's: pages of no known type, and unread values on cards and certificates."""
    found: list[Finding] = []
    for filed in resolution.unplaced:
        unit = resolution.units.get(filed.document.document_id)
        if filed.document.doc_type == DocType.OTHER:
            found += _unknown(filed, None, unit, rulebook)
            continue
        sheet = FindingSheet(rulebook, unit=unit, document_id=filed.document.document_id)
        check_loose_values(filed, (), sheet)
        found += sheet.findings()
    return found


def _unknown(filed: FiledDocument, dossier: Dossier | None, unit: str | None, rulebook: Rulebook) -> list[Finding]:
    sheet = FindingSheet(rulebook, dossier=dossier, unit=unit, document_id=filed.document.document_id)
    state_unknown(filed, sheet)
    return sheet.findings()


def _order(finding: Finding) -> tuple[str, str, int, str, str, str]:
    unit, applicant = finding.recommending_unit or "", finding.applicant_id or ""
    return unit, applicant, _GRAVITY[finding.severity], finding.code, finding.field, finding.finding_id
