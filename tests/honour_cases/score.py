"""The product's verdicts on generated cases against their truth: the confusion matrix and what went wrong.

Comes in: cases. Goes out: a `Score`. Called by the tests and by `python -m tests.honour_cases`. Certificates go through `read_certificate` and
`match_honours` as in a run; only recognition of pictures is left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from pipeline.honours.match_honours import HonourCase, match_honours
from schemas.rules import Rulebook
from tests.honour_cases.compose import Case
from tests.pipeline.honour_material import certificate, dossier, form

_ANSWERS = ("yes", "no", "unclear")


@dataclass
class Score:
    """How many cases had which verdict instead of which, and the wrong ones with what the product said."""

    matrix: Counter[tuple[str, str]] = field(default_factory=Counter)
    wrong: list[tuple[int, Case, str]] = field(default_factory=list)
    false_yes: list[tuple[int, Case, str]] = field(default_factory=list)
    false_no: list[tuple[int, Case, str]] = field(default_factory=list)
    other_wrong: Counter[str] = field(default_factory=Counter)

    @property
    def accuracy(self) -> float:
        """The share of cases with the right verdict."""
        total = sum(self.matrix.values())
        return 1 - len(self.wrong) / total if total else 1.0

    def table(self) -> str:
        """The confusion matrix, rows are the truth."""
        lines = [f"{'truth / verdict':<16}" + "".join(f"{answer:>9}" for answer in (*_ANSWERS, "none"))]
        lines += [f"{truth:<16}" + "".join(f"{self.matrix[truth, answer]:>9}" for answer in (*_ANSWERS, "none")) for truth in _ANSWERS]
        return "\n".join(lines)


def judged(case: Case, rulebook: Rulebook) -> tuple[HonourCase, ...]:
    """What the product makes of a case."""
    documents = [form(*case.claims)] if case.claims else []
    documents += [
        certificate(sheet.text, rulebook, path=f"scan{index}.jpg", confidence=sheet.confidence, seals=sheet.seals)
        for index, sheet in enumerate(case.sheets)
    ]
    return match_honours(dossier(case.name, *documents), rulebook)


def score(cases: Iterable[Case], rulebook: Rulebook) -> Score:
    """Judge every case and compare."""
    result = Score()
    for index, case in enumerate(cases):
        honours = judged(case, rulebook)
        chosen = [honour for honour in honours if honour.certificate is not None] or list(honours)
        if not chosen:
            result.matrix[case.expected.qualifies, "none"] += 1
            result.wrong.append((index, case, "没有认出荣誉"))
            continue
        honour = chosen[0].honour
        answer, truth = honour.qualifies.value, case.expected.qualifies
        said = f"{answer}（应为{truth}）：{'；'.join(honour.reasons)}"
        result.matrix[truth, answer] += 1
        if answer != truth and answer not in case.expected.tolerated:
            result.wrong.append((index, case, said))
            if answer == "yes":
                result.false_yes.append((index, case, said))
            if answer == "no":
                result.false_no.append((index, case, said))
        if honour.in_window.value != case.expected.in_window and "看不清" not in case.kinds:
            result.other_wrong["in_window"] += 1
        if honour.issuer_class.value != case.expected.issuer_class and not case.expected.tolerated:
            result.other_wrong["issuer_class"] += 1
        if len(honours) != case.honours:
            result.other_wrong["honours"] += 1
    return result
