"""All figures about a warehouse at once.

Comes in: the truth and the outcome. Goes out: an `Evaluation`: shares, rates, examples. Called by `flows.evaluate`, which shows it as a
table, JSON and a page, and by the end-to-end test.

The silent error rate is the figure that matters most: values that are wrong or invented and that nobody is asked to look at, over all
values.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from pipeline.evaluation.compare_marks import MarkScore, compare_marks
from pipeline.evaluation.compare_pages import compare_boundaries, compare_files, compare_pages
from pipeline.evaluation.compare_people import PeopleScore, compare_people
from pipeline.evaluation.compare_values import ComparedValue, Pair, compare_values, match_documents
from pipeline.evaluation.reliability import Reliability, reliability
from pipeline.evaluation.shares import Group, Share, share
from pipeline.evaluation.verify_seals import verify_seals
from schemas.base import Frozen
from schemas.codes import Source
from schemas.evaluation import GroundTruth, Outcome
from schemas.layout import Method
from schemas.rules import Comparison

_AROUND = 24  # characters shown before and after the first difference of two long texts


class ValueGroup(Frozen):
    """The values of one group.

    `values` stand on the documents: `right` ones, `missing` ones (not read at all), the others wrong. `invented` come on top. What is wrong
    or invented is either marked for review or `silent`. `marked` are all that were sent to a person, right ones and blank places included.
    """

    name: str
    values: int
    right: int
    missing: int
    invented: int
    wrong_marked: int
    silent: int
    marked: int

    @property
    def exact(self) -> Share:
        """The share that is exactly right."""
        return Share(right=self.right, total=self.values)

    @property
    def silent_rate(self) -> float:
        """Wrong or invented in silence, over all values (0-1)."""
        return self.silent / max(1, self.values + self.invented)

    @property
    def review_rate(self) -> float:
        """Sent to a person, over all values (0-1)."""
        return self.marked / max(1, self.values + self.invented)


class FieldGroup(Frozen):
    """The values of one field on one type of document from one source."""

    doc_type: str
    source: str
    field: str
    group: ValueGroup


class Evaluation(Frozen):
    """The figures. Lists say what was wrong, for a person to look at; None where the truth says nothing about a matter."""

    partial: bool
    values: ValueGroup
    printed: ValueGroup
    printed_paper: ValueGroup
    handwritten: ValueGroup
    by_document: tuple[ValueGroup, ...]  # "<doc_type> <source>"
    by_kind: tuple[ValueGroup, ...]
    by_document_and_kind: tuple[ValueGroup, ...]  # "<doc_type> <kind>"
    by_style: tuple[ValueGroup, ...]
    by_field: tuple[FieldGroup, ...]
    silent_rate: float
    review_rate: float
    review_rate_printed: float
    silent: tuple[str, ...]
    wrong_marked: tuple[str, ...]
    missing: tuple[str, ...]
    reliability: Reliability  # of values read from paper
    reliability_all: Reliability
    files: Share | None
    documents: Share
    boundaries: Share | None
    boundaries_wrong: tuple[str, ...]
    pages: Share | None
    pages_by_kind: tuple[Group, ...]
    pages_wrong: tuple[str, ...]
    marks: tuple[MarkScore, ...]
    applicants: Share | None
    strangers: tuple[str, ...]
    verdicts: Share | None
    verdicts_wrong: tuple[str, ...]
    honours: Share | None
    honours_misjudged: tuple[str, ...]
    recall: Share | None
    precision: Share | None
    recall_by_code: tuple[Group, ...]
    precision_by_code: tuple[Group, ...]
    findings_missed: tuple[str, ...]
    findings_too_many: tuple[str, ...]


def evaluate(truth: GroundTruth, outcome: Outcome, comparison: Comparison | None = None) -> Evaluation:
    """Compare what a warehouse says with what is known. Pure: the same sides give the same figures. With the rulebook's `comparison` the
    seals are also verified, as the findings do."""
    matching = match_documents(truth, outcome.documents)
    values = compare_values(truth, matching)
    full = not truth.partial
    pages, pages_by_kind, pages_wrong = compare_pages(truth, outcome) if full and truth.documents else (None, (), [])
    boundaries, boundaries_wrong = compare_boundaries(truth, outcome) if full and truth.documents else (None, [])
    return Evaluation(
        partial=truth.partial,
        **_value_figures(values),
        files=compare_files(truth, outcome) if truth.files else None,
        documents=share(bool(pair.found) for pair in matching.pairs),
        boundaries=boundaries,
        boundaries_wrong=tuple(boundaries_wrong),
        pages=pages,
        pages_by_kind=pages_by_kind,
        pages_wrong=tuple(pages_wrong),
        marks=_mark_figures(truth, matching.pairs, values, comparison) if full else (),
        **_people_figures(compare_people(truth, outcome) if truth.applicants else None),
    )


def compared_values(truth: GroundTruth, outcome: Outcome) -> tuple[list[Pair], list[ComparedValue]]:
    """The pairs of documents and every value compared, for those who fit to them."""
    matching = match_documents(truth, outcome.documents)
    return matching.pairs, compare_values(truth, matching)


def _mark_figures(
    truth: GroundTruth, pairs: Sequence[Pair], values: Sequence[ComparedValue], comparison: Comparison | None
) -> tuple[MarkScore, ...]:
    verified = () if comparison is None else (verify_seals(pairs, truth, comparison),)
    return (*verified, *compare_marks(pairs, values))


def _value_figures(values: Sequence[ComparedValue]) -> dict[str, object]:
    printed = [value for value in values if not value.hand]
    read = [(value.found, value.state == "right") for value in values if value.found is not None and value.found.value]
    everything = _group("all", values)
    return {
        "values": everything,
        "printed": _group("printed", printed),
        "printed_paper": _group("printed_paper", [value for value in printed if value.source is Source.PAPER]),
        "handwritten": _group("handwritten", [value for value in values if value.hand]),
        "by_document": _groups(values, lambda value: f"{value.doc_type} {value.source}"),
        "by_kind": _groups(values, lambda value: value.kind),
        "by_document_and_kind": _groups(values, lambda value: f"{value.doc_type} {value.kind}"),
        "by_style": _groups(values, lambda value: value.style or ""),
        "by_field": _by_field(values),
        "silent_rate": round(everything.silent_rate, 6),
        "review_rate": round(everything.review_rate, 6),
        "review_rate_printed": round(_group("printed", printed).review_rate, 6),
        "silent": tuple(example(value) for value in values if value.silent),
        "wrong_marked": tuple(example(value) for value in values if value.state in ("wrong", "invented") and value.marked),
        "missing": tuple(example(value) for value in values if value.state == "missing"),
        "reliability": reliability((found.confidence, right) for found, right in read if found.method is Method.OCR),
        "reliability_all": reliability((found.confidence, right) for found, right in read),
    }


def _people_figures(people: PeopleScore | None) -> dict[str, object]:
    known = people or PeopleScore()
    return {
        "applicants": None if people is None else share(known.applicants),
        "strangers": tuple(known.strangers),
        "verdicts": share(known.verdicts) if known.verdicts else None,
        "verdicts_wrong": tuple(known.wrong_verdicts),
        "honours": None if people is None else share(known.honours),
        "honours_misjudged": tuple(known.misjudged),
        "recall": None if people is None else known.recall,
        "precision": None if people is None else known.precision,
        "recall_by_code": known.recall_by_code(),
        "precision_by_code": known.precision_by_code(),
        "findings_missed": tuple(known.missed),
        "findings_too_many": tuple(known.too_many),
    }


def _groups(values: Iterable[ComparedValue], key: Callable[[ComparedValue], str]) -> tuple[ValueGroup, ...]:
    held: dict[str, list[ComparedValue]] = defaultdict(list)
    for value in values:
        held[key(value)].append(value)
    return tuple(_group(name, inside) for name, inside in sorted(held.items()))


def _by_field(values: Iterable[ComparedValue]) -> tuple[FieldGroup, ...]:
    held: dict[tuple[str, str, str], list[ComparedValue]] = defaultdict(list)
    for value in values:
        held[value.doc_type, value.source, value.field].append(value)
    return tuple(
        FieldGroup(doc_type=doc_type, source=source, field=field, group=_group(field, inside))
        for (doc_type, source, field), inside in sorted(held.items())
    )


def _group(name: str, values: Sequence[ComparedValue]) -> ValueGroup:
    return ValueGroup(
        name=name,
        values=sum(value.state in ("right", "wrong", "missing") for value in values),
        right=sum(value.state == "right" for value in values),
        missing=sum(value.state == "missing" for value in values),
        invented=sum(value.state == "invented" for value in values),
        wrong_marked=sum(value.state in ("wrong", "invented") and value.marked for value in values),
        silent=sum(value.silent for value in values),
        marked=sum(value.marked for value in values),
    )


def example(value: ComparedValue) -> str:
    """One value for a person to look at."""
    expected, read = _differing(value.expected, "" if value.found is None else value.found.value)
    where = f"{value.file}{f' 第{value.page}页' if value.page else ''} {value.field}{f'（第{value.row}行）' if value.row else ''}"
    return f"{where}：应为“{expected}”，读成“{read}”"


def _differing(left: str, right: str) -> tuple[str, str]:
    """Two texts, long ones cut to what stands around their first difference."""
    same = next((place for place, (one, other) in enumerate(zip(left, right, strict=False)) if one != other), min(len(left), len(right)))
    start = max(0, same - _AROUND)
    parts = [("…" if start else "") + text[start : same + _AROUND] + ("…" if len(text) > same + _AROUND else "") for text in (left, right)]
    return parts[0], parts[1]
