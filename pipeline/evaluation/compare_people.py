"""Applicants, verdicts, honours and findings held against the truth.

Comes in: truth and outcome. Goes out: a `PeopleScore`. Called by `evaluate`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from rapidfuzz import fuzz

from pipeline.evaluation.compare_values import squeezed
from pipeline.evaluation.shares import Group, Share
from schemas.codes import Truth
from schemas.evaluation import GroundTruth, LoadedFinding, LoadedHonour, Outcome, TrueApplicant, TrueFinding

_SAME_TITLE = 85.0  # of 100: titles of one honour as printed, as claimed and as read differ by a grade or a prefix
_BY_READER = "LOW_CONFIDENCE"  # depends on the reader and has no truth


@dataclass
class PeopleScore:
    """The shares, and what was wrong for a person to look at. `misjudged`: honours that were judged with certainty, and wrongly."""

    applicants: list[bool] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)
    verdicts: list[bool] = field(default_factory=list)
    wrong_verdicts: list[str] = field(default_factory=list)
    honours: list[bool] = field(default_factory=list)
    misjudged: list[str] = field(default_factory=list)
    expected: Counter[str] = field(default_factory=Counter)
    stated: Counter[str] = field(default_factory=Counter)
    agreed: Counter[str] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)
    too_many: list[str] = field(default_factory=list)

    @property
    def recall(self) -> Share:
        """Findings of the truth that were stated."""
        return Share(right=self.agreed.total(), total=self.expected.total())

    @property
    def precision(self) -> Share:
        """Stated findings that the truth has."""
        return Share(right=self.agreed.total(), total=self.stated.total())

    def recall_by_code(self) -> tuple[Group, ...]:
        """Recall by finding code."""
        return tuple(Group(name=code, share=Share(right=self.agreed[code], total=total)) for code, total in sorted(self.expected.items()))

    def precision_by_code(self) -> tuple[Group, ...]:
        """Precision by finding code."""
        return tuple(Group(name=code, share=Share(right=self.agreed[code], total=total)) for code, total in sorted(self.stated.items()))


def compare_people(truth: GroundTruth, outcome: Outcome) -> PeopleScore:
    """Applicants are known by name and recommending unit."""
    score = PeopleScore()
    found = {(squeezed(one.name), squeezed(one.recommending_unit)): one for one in outcome.applicants}
    titles = {honour.honour_id: honour.title for honour in outcome.honours}
    for person in truth.applicants:
        loaded = found.pop((squeezed(person.name), squeezed(person.recommending_unit)), None)
        score.applicants.append(loaded is not None)
        if person.verdict is not None:
            got = None if loaded is None else loaded.verdict
            score.verdicts.append(got == person.verdict)
            if got != person.verdict:
                score.wrong_verdicts.append(f"{person.name}：应为 {person.verdict}，判为 {got}")
        applicant_id = None if loaded is None else loaded.applicant_id
        _score_honours(score, person, [honour for honour in outcome.honours if honour.applicant_id == applicant_id])
        stated = [finding for finding in outcome.findings if applicant_id is not None and finding.applicant_id == applicant_id]
        _score_findings(score, person.name, person.findings, stated, titles)
    for (name, unit), loaded in found.items():
        score.strangers.append(f"{name}，{unit}")
        _score_findings(score, name, (), [one for one in outcome.findings if one.applicant_id == loaded.applicant_id], titles)
    _score_findings(score, "单位", truth.unit_findings, [one for one in outcome.findings if one.applicant_id is None], titles)
    return score


def _score_honours(score: PeopleScore, person: TrueApplicant, honours: Iterable[LoadedHonour]) -> None:
    left = list(honours)
    for expected in person.honours:
        best = max(left, key=lambda honour: _likeness(honour.title, expected.title), default=None)
        if best is None or _likeness(best.title, expected.title) < _SAME_TITLE:
            score.honours.append(False)
            continue
        left.remove(best)
        score.honours.append(best.qualifies == expected.qualifies)
        if best.qualifies not in {expected.qualifies, Truth.UNCLEAR}:
            score.misjudged.append(f"{person.name} {expected.title}：应为 {expected.qualifies}，判为 {best.qualifies}")
    score.honours += [False] * len(left)
    score.misjudged += [f"{person.name} {honour.title}：原件没有，判为 yes" for honour in left if honour.qualifies == Truth.YES]


def _likeness(left: str, right: str) -> float:
    return float(fuzz.ratio(squeezed(left), squeezed(right)))


def _score_findings(
    score: PeopleScore, about: str, truth: Iterable[TrueFinding], loaded: Iterable[LoadedFinding], titles: Mapping[str, str]
) -> None:
    expected = Counter((one.code, one.aspect or _what(one.code, one.field)) for one in truth if one.code != _BY_READER)
    stated: Counter[tuple[str, str]] = Counter()
    examples: dict[tuple[str, str], str] = {}
    for finding in loaded:
        if finding.code != _BY_READER:
            key = finding.code, _what(finding.code, finding.field)
            stated[key] += 1
            examples[key] = titles.get(finding.field, finding.field)
    for counter, counted in ((score.expected, expected), (score.stated, stated), (score.agreed, expected & stated)):
        for (code, _), count in counted.items():
            counter[code] += count
    for (code, what), count in (expected - stated).items():
        score.missed += [f"{about}：{code} {what}".rstrip()] * count
    for key, count in (stated - expected).items():
        score.too_many += [f"{about}：{key[0]} {examples[key]}".rstrip()] * count


def _what(code: str, field_name: str) -> str:
    """What a finding is about, where the code does not say it; which honour it is, is not compared: titles are read, not known."""
    per_honour = code.startswith("HONOUR_") and code != "HONOUR_MISMATCH"
    return "" if per_honour or code == "CERTIFICATE_MISSING" else field_name
