"""From a reader's score to a confidence that means what it says, and to the question whether a person must look.

Comes in: the values of a document as mapped, the pages they stand on, the rulebook with its calibration. Goes out: the same values with
calibrated confidence and the signals it was made of. Called by `process`; `recalibrated` serves values whose signals were kept.

Without a calibration a confidence is the score, and values below the edition's `review_below` go to a person.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from pipeline.catalogue.prepared import once_per_part
from pipeline.confidence.signals import signals, strokes_of
from pipeline.confidence.strata import must_be_seen, strata
from schemas.calibration import Calibration, Curve, Signals
from schemas.codes import CHECK_FIELDS, DocType
from schemas.layout import Method, Page
from schemas.records import FieldValue, FiledDocument
from schemas.rules import Rulebook


def without_threshold(rulebook: Rulebook) -> Rulebook:
    """The rulebook for mapping: with no score to reach, what the mappers mark for review is what they doubt for reasons of their own."""
    return rulebook.model_copy(update={"edition": rulebook.edition.model_copy(update={"review_below": 0.0})})


def calibrated(values: Iterable[FieldValue], doc_type: DocType, pages: Sequence[Page], rulebook: Rulebook) -> tuple[FieldValue, ...]:
    """The values with confidences, mapped under `without_threshold`. What serves only to check others keeps its score."""
    mapped = tuple(values)
    strokes = strokes_of(mapped, pages)
    return tuple(
        value
        if value.field in CHECK_FIELDS
        else recalibrated(value.model_copy(update={"signals": signals(value, doc_type, pages, rulebook, strokes)}), rulebook)
        for value in mapped
    )


def recalibrated(value: FieldValue, rulebook: Rulebook) -> FieldValue:
    """A value with the confidence that the rulebook's calibration gives its signals; unchanged where it has none."""
    found = value.signals
    if found is None:
        return value
    review_below = rulebook.edition.review_below if rulebook.calibration is None else rulebook.calibration.review_below
    # A place that was seen and is blank has no reading that could be doubted, unless a stage says so.
    blank = not value.raw.strip()
    calibration = None if blank else rulebook.calibration
    confidence = found.score if calibration is None else confidence_of(value.method, found, calibration)
    unsure = not blank and confidence < review_below
    stated = {
        "confidence": round(confidence, 4),
        "needs_review": (must_be_seen(value.method, found) and not blank) or found.doubtful or unsure,
    }
    # A season has a million values; copying those that stay as they are is most of a replay's time.
    return value if (value.confidence, value.needs_review) == tuple(stated.values()) else value.model_copy(update=stated)


def restated(filed: FiledDocument, rulebook: Rulebook) -> FiledDocument:
    """A stored document with the confidences that the rulebook's calibration gives it today."""
    fields = tuple(recalibrated(value, rulebook) for value in filed.document.fields)
    if all(new is old for new, old in zip(fields, filed.document.fields, strict=True)):
        return filed
    return filed.model_copy(update={"document": filed.document.model_copy(update={"fields": fields})})


def confidence_of(method: Method, found: Signals, calibration: Calibration) -> float:
    """The share of right values among those with such signals (0-1)."""
    curves = _by_stratum(calibration)
    curve = next((curves[name] for name in strata(method, found) if name in curves), None)
    return found.score if curve is None else right_at(curve, found.score)


@once_per_part
def _by_stratum(calibration: Calibration) -> dict[str, Curve]:
    return {curve.stratum: curve for curve in calibration.curves}


def right_at(curve: Curve, score: float) -> float:
    """The curve's value at a score: that of the last step at or below it."""
    place = bisect_right(curve.knots, score, key=lambda knot: knot.score)
    return curve.knots[max(0, place - 1)].right
