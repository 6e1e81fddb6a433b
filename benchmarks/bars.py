"""The figures that a release is held against, pooled over several corpora.

Comes in: compared values, mark scores and evaluations. Goes out: `Row`s with the target and the figure. Called by `accuracy`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from pipeline.evaluation.compare_values import ComparedValue
from pipeline.evaluation.evaluate import Evaluation
from pipeline.evaluation.reliability import reliability
from pipeline.evaluation.shares import Share
from pipeline.evaluation.verify_seals import CERTIFICATE_KIND
from schemas.codes import DocType, Source
from schemas.layout import Method

GOOD = frozenset(["clean", "office"])
POOR = frozenset(["poor", "grey", "copy", "copy2", "photo", "handphoto", "uneven", "screenshot"])
WORN = frozenset(["fax", "folded", "stained", "faint", "curled", "showthrough", "punched", "stamped"])
_GREY_SEALS = frozenset(["grey", "copy", "copy2", "fax", "faint"])


@dataclass(frozen=True)
class Row:
    """One bar: what it is, what is demanded, what was reached, over how many."""

    name: str
    target: str
    figure: str
    count: int


def rows(values: Sequence[ComparedValue], evaluations: Sequence[Evaluation]) -> list[Row]:
    """Every bar of the issue for which there is anything to count."""
    read = [value for value in values if value.state != "blank"]
    found = [
        _exact("form fields, docx / text PDF", "≥ 99.9 %", read, _form(lambda value: value.source is Source.ELECTRONIC)),
        _exact("form fields, clean and office scans", "≥ 99.5 %", read, _form(_paper(GOOD))),
        _exact("form fields, poor, grey, copy, photo", "≥ 98 %", read, _form(_paper(POOR))),
        _exact("form fields, fax, folded, stained, faint, curled …", "≥ 92 %", read, _form(_paper(WORN))),
        _exact("ID card number", "≥ 99.8 %", read, lambda value: value.doc_type is DocType.ID_CARD and value.field == "id_number"),
        _exact("other card fields", "≥ 99 %", read, _other_card),
        *(_certificate(read, field) for field in ("honour_title", "honour_issuer", "honour_date")),
        _exact("handwritten values", "", read, lambda value: value.hand),
        _shared("page types", "≥ 99.7 %", [one.pages for one in evaluations]),
        _shared("document boundaries", "≥ 99 %", [one.boundaries for one in evaluations]),
        _marks("tick boxes", "≥ 99.8 %", evaluations, "tick_box"),
        _marks("seal present", "≥ 99.5 %", evaluations, "seal_present"),
        _marks("seal organisation verified, red", "≥ 95 %", evaluations, "seal_verified", lambda kind: _bare_kind(kind) not in _GREY_SEALS),
        _marks("seal organisation verified, grey", "≥ 85 %", evaluations, "seal_verified", lambda kind: _bare_kind(kind) in _GREY_SEALS),
        _marks(
            "of these on forms and summaries, red",
            "",
            evaluations,
            "seal_verified",
            lambda kind: _on_form(kind) and kind not in _GREY_SEALS,
        ),
        _marks(
            "of these on forms and summaries, grey", "", evaluations, "seal_verified", lambda kind: _on_form(kind) and kind in _GREY_SEALS
        ),
        _unclear("seals left to a person as unclear", evaluations),
        _marks("bare reading of the ring, red", "", evaluations, "seal_organisation", lambda kind: kind not in _GREY_SEALS),
        _marks("bare reading of the ring, grey", "", evaluations, "seal_organisation", lambda kind: kind in _GREY_SEALS),
        _marks("signature present", "", evaluations, "signature"),
        _rate("silent errors among all values", "≤ 0.1 %", [value.silent for value in read]),
        _rate("printed values sent to review", "≤ 5 %", [value.marked for value in read if not value.hand]),
        _rate("all values sent to review", "", [value.marked for value in values]),
        _calibration(read),
        Row("certain and wrong honours", "0", str(sum(len(one.honours_misjudged) for one in evaluations)), _honours(evaluations)),
    ]
    return [row for row in found if row.count]


def _exact(name: str, target: str, values: Iterable[ComparedValue], counted: Callable[[ComparedValue], bool]) -> Row:
    states = [value.state == "right" for value in values if value.state != "invented" and counted(value)]
    return _rate(name, target, states)


def _rate(name: str, target: str, outcomes: Sequence[bool]) -> Row:
    return Row(name, target, f"{100 * sum(outcomes) / max(1, len(outcomes)):.2f} %", len(outcomes))


def _form(further: Callable[[ComparedValue], bool]) -> Callable[[ComparedValue], bool]:
    return lambda value: value.doc_type is DocType.APPLICATION_FORM and not value.hand and further(value)


def _paper(kinds: frozenset[str]) -> Callable[[ComparedValue], bool]:
    return lambda value: value.source is Source.PAPER and value.kind in kinds


def _other_card(value: ComparedValue) -> bool:
    return value.doc_type in (DocType.ID_CARD, DocType.UNION_CARD) and value.field != "id_number"


def _certificate(values: Iterable[ComparedValue], field: str) -> Row:
    return _exact(f"certificate {field}", "≥ 98.5 %", values, lambda value: value.doc_type is DocType.CERTIFICATE and value.field == field)


def _shared(name: str, target: str, shares: Iterable[Share | None]) -> Row:
    known = [share for share in shares if share is not None]
    right, total = sum(share.right for share in known), sum(share.total for share in known)
    return Row(name, target, f"{100 * right / max(1, total):.2f} %", total)


def _marks(name: str, target: str, evaluations: Iterable[Evaluation], mark: str, counted: Callable[[str], bool] = lambda kind: True) -> Row:
    scores = [score for one in evaluations for score in one.marks if score.name == mark]
    return _shared(name, target, [group.share for score in scores for group in score.by_kind if counted(group.name)])


def _bare_kind(kind: str) -> str:
    return kind.removeprefix(CERTIFICATE_KIND)


def _on_form(kind: str) -> bool:
    return not kind.startswith(CERTIFICATE_KIND)


def _unclear(name: str, evaluations: Iterable[Evaluation]) -> Row:
    scores = [score for one in evaluations for score in one.marks if score.name == "seal_verified"]
    return _shared(name, "", [Share(right=score.unclear, total=score.share.total) for score in scores])


def _calibration(values: Iterable[ComparedValue]) -> Row:
    read = [(value.found, value.state == "right") for value in values if value.found is not None and value.found.value]
    result = reliability((found.confidence, right) for found, right in read if found.method is Method.OCR)
    return Row("expected calibration error, paper", "", f"{100 * result.expected_error:.2f} %", result.count)


def _honours(evaluations: Iterable[Evaluation]) -> int:
    return sum(one.honours.total for one in evaluations if one.honours is not None)
