"""The sheet on which the checks write what they found about one applicant, unit or document.

Comes in: codes with evidence from the `check_*` modules. Goes out: findings with severity, clause and Chinese message from
`rulebook/findings.yaml`. Made by `judge`, handed to every check.

A finding's id is made of whom it is about, its code and its field, so that it stays the same when more material comes, and with it what a
person decided.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pipeline.applicants.dossier import Dossier
from pipeline.findings.readings import Reading
from schemas.codes import FindingStatus as Status
from schemas.codes import Severity, Verdict
from schemas.records import Evidence, FiledDocument, Finding, stable_id
from schemas.rules import FindingRule, Findings, Rulebook

_LONGEST = 40  # characters of a value quoted in a message


class FindingSheet:
    """Collects the findings about one subject: an applicant's dossier, a unit, or a document (its id)."""

    def __init__(
        self, rulebook: Rulebook, *, dossier: Dossier | None = None, unit: str | None = None, document_id: str | None = None
    ) -> None:
        self.rulebook = rulebook
        self._applicant_id = dossier.applicant_id if dossier else None
        self._unit = dossier.recommending_unit if dossier else unit
        self._subject = document_id or self._applicant_id or stable_id("unit", unit or "")
        self._words = {
            "name": (dossier.name if dossier else "") or "（姓名未能识读）",
            "unit": self._unit or "（未注明推荐单位）",
            "deadline": rulebook.edition.deadline.isoformat(),
            "edition": rulebook.edition.title,
        }
        self._found: dict[str, Finding] = {}
        self._doubts: dict[str, list[Reading]] = {}

    def state(
        self, code: str, field: str = "", *, key: Sequence[str] = (), evidence: Iterable[Evidence] = (), wording: str = "", **words: str
    ) -> None:
        """Write down a finding. `key` tells apart several of one code and field; `wording` picks a variant of the message.

        Raises KeyError if the rulebook does not know the code: the loader has checked that it knows all.
        """
        rule = rule_of(code, self.rulebook.findings)
        template = rule.variants.get(wording, rule.message)
        titles = {"field": self.rulebook.findings.field_titles.get(field, field)}
        finding = Finding(
            finding_id=stable_id(self._subject, code, field, *key),
            applicant_id=self._applicant_id,
            recommending_unit=self._unit,
            code=code,
            field=field,
            severity=rule.variant_severities.get(wording, rule.severity),
            clause=rule.clause,
            message=template.format_map({**self._words, **titles, **words}),
            evidence=tuple(dict.fromkeys(evidence)),
        )
        self._found[finding.finding_id] = finding

    def doubt(self, reading: Reading) -> None:
        """Note a value that a person must look at; all doubts about a field become one LOW_CONFIDENCE."""
        readings = self._doubts.setdefault(reading.value.field, [])
        if not any(known.filed == reading.filed and known.value == reading.value for known in readings):
            readings.append(reading)

    def where(self, filed: FiledDocument, page: int | None = None) -> str:
        """In words for a person: which document, of which source, in which file and on which page."""
        titles = self.rulebook.findings.document_titles
        document = filed.document
        page = document.page_from if page is None else page
        file = filed.path.replace("!/", "/").rsplit("/", 1)[-1]
        at = "" if page is None else f"第{page}页"
        return f"{titles.get(document.doc_type, document.doc_type)}{titles.get(document.source, document.source)}“{file}”{at}"

    def quote(self, readings: Iterable[Reading]) -> str:
        """Each reading with its place: `申报审批表电子件“….docx”为“…”；…`."""
        parts = []
        for reading in readings:
            text = reading.text if len(reading.text) <= _LONGEST else reading.text[:_LONGEST] + "…"
            row = f"第{reading.value.row}行" if reading.value.row else ""
            parts.append(f"{self.where(reading.filed, reading.value.page)}{row}{reading.derived_from}为“{text}”")
        return "；".join(dict.fromkeys(parts))

    def findings(self) -> list[Finding]:
        """Everything stated, and one LOW_CONFIDENCE for each field in doubt."""
        for field, readings in sorted(self._doubts.items()):
            ordered = sorted(readings, key=lambda reading: (reading.filed.document.document_id, reading.value.row, reading.value.page or 0))
            self.state("LOW_CONFIDENCE", field, evidence=[reading.evidence() for reading in ordered], readings=self.quote(ordered))
        return list(self._found.values())


def rule_of(code: str, rules: Findings) -> FindingRule:
    """The rule of a finding code. Raises KeyError for a code that the rulebook does not have."""
    for rule in rules.findings:
        if rule.code == code:
            return rule
    raise KeyError(code)


def verdict_of(findings: Iterable[Finding], rules: Findings) -> Verdict:
    """The verdict that an applicant's findings make, waived ones left out (contract: `review.applicants.verdict`).

    An eligibility finding excludes, a completeness finding makes incomplete, any other blocker or warning asks for a person; `info`
    changes nothing.
    """
    standing = [finding for finding in findings if finding.status != Status.WAIVED]
    groups = {rule_of(finding.code, rules).group for finding in standing if finding.severity != Severity.INFO}
    if "eligibility" in groups:
        return Verdict.EXCLUDED
    if "completeness" in groups:
        return Verdict.INCOMPLETE
    return Verdict.REVIEW if groups else Verdict.READY
