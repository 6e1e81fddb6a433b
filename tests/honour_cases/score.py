"""The product's verdicts on generated cases against their truth: the confusion matrix and what went wrong.

Comes in: cases. Goes out: a `Score`. Called by the tests and by `python -m tests.honour_cases`. Certificates go through
`read_certificate` and `match_honours` as in a run; only recognition of pictures is left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from pipeline.honours.honour_text import read_honours
from pipeline.honours.match_honours import HonourCase, match_honours
from pipeline.text.normal_forms import squeeze
from schemas.rules import Rulebook
from tests.honour_cases.compose import Case
from tests.honour_cases.prose import Prose
from tests.honour_cases.series import Series
from tests.pipeline.honour_material import certificate, dossier, form

_ANSWERS = ("yes", "no", "unclear")


@dataclass
class Score:
    """How many cases had which verdict instead of which, and the wrong ones with what the product said."""

    matrix: Counter[tuple[str, str]] = field(default_factory=Counter)
    wrong: list[tuple[int, Case, str]] = field(default_factory=list)
    false_yes: list[tuple[int, Case, str]] = field(default_factory=list)
    false_no: list[tuple[int, Case, str]] = field(default_factory=list)
    wrong_series: list[tuple[int, Series, str]] = field(default_factory=list)
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


def score_series(many: Iterable[Series], rulebook: Rulebook) -> Score:
    """Judge every series and compare each honour: which certificate it found and what it came to."""
    result = Score()
    for index, one in enumerate(many):
        documents = [form(*one.claims)] if one.claims else []
        documents += [certificate(scan.text, rulebook, path=scan.path) for scan in one.scans]
        honours = match_honours(dossier(one.name, *documents), rulebook)
        claimed = [(_key(honour), honour.honour.qualifies.value) for honour in honours if honour.claim is not None]
        rest = {_key(honour): honour.honour.qualifies.value for honour in honours if honour.claim is None}
        pairs = [(truth, answer) for (_, truth), (_, answer) in zip(one.rows, claimed, strict=False)]
        pairs += [(truth, rest.get(key, "none")) for key, truth in one.unclaimed.items()]
        result.matrix.update(pairs)
        if claimed != list(one.rows) or rest != one.unclaimed:
            said = f"expected {list(one.rows)} {one.unclaimed}\nfound    {claimed} {rest}"
            result.wrong_series.append((index, one, said))
            if any(answer == "yes" and truth != "yes" for truth, answer in pairs):
                result.other_wrong["false yes"] += 1
    return result


def score_prose(many: Iterable[Prose], rulebook: Rulebook) -> tuple[int, list[tuple[int, Prose, str]], Counter[str]]:
    """How many honours the texts state, the texts that were read wrongly, and which parts were."""
    total, wrong, parts_wrong = 0, [], Counter[str]()
    for index, one in enumerate(many):
        total += len(one.stated)
        read = read_honours(one.text, rulebook)
        if len(read) != len(one.stated):
            parts_wrong["number"] += 1
            wrong.append((index, one, str([honour.title for honour in read])))
            continue
        for stated, honour in zip(one.stated, read, strict=True):
            pairs = {
                "title": (squeeze(stated.title), squeeze(honour.title)),
                "issuer": (stated.issuer, honour.issuer),
                "date": (stated.date, honour.date),
                "grade": (stated.grade, honour.grade),
                "rank": (stated.rank, honour.rank),
                "level": (stated.level, honour.level),
            }
            bad = [name for name, (left, right) in pairs.items() if left != right]
            parts_wrong.update(bad)
            if bad:
                wrong.append((index, one, str({name: pairs[name] for name in bad})))
    return total, wrong, parts_wrong


def _key(honour: HonourCase) -> str:
    return honour.certificate.path.removesuffix(".jpg").removesuffix("-copy") if honour.certificate is not None else ""


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
        if honour.in_window.value != case.expected.in_window and "看不清" not in case.kinds and not case.expected.tolerated:
            result.other_wrong["in_window"] += 1
        if honour.issuer_class.value != case.expected.issuer_class and not case.expected.tolerated:
            result.other_wrong["issuer_class"] += 1
        if len(honours) != case.honours:
            result.other_wrong["honours"] += 1
    return result
