"""Fit the calibration: from values of which it is known whether they are right, to curves and the confidence below which a person looks.

Comes in: `Example`s, and an earlier calibration where few examples are to correct it. Goes out: a `Fit`. Called by `flows.calibrate`.

Narrow strata lean on wider ones: each step of a curve counts as if `_LEANING` values of the wider stratum had been seen besides, so that
five right ones of five never say "certain". The threshold is chosen on confidences that were fitted
without the file at hand (cross-validation).
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from pipeline.confidence.calibrate import confidence_of, right_at
from pipeline.confidence.isotonic import Point, Step, binned, pooled
from pipeline.confidence.strata import EVERYTHING, must_be_seen, strata
from pipeline.evaluation.compare_values import ComparedValue
from pipeline.evaluation.reliability import Reliability, reliability
from schemas.calibration import Calibration, Curve, Knot, Signals
from schemas.layout import Method

FEWEST = 300  # values for a calibration of its own: the rarest strata then still hold a handful
FEWEST_WRONG = 10  # of them: without mistakes nobody learns where they lie
FEWEST_CORRECTIONS = 30  # values that may correct an earlier one
SILENT_BAR, REVIEW_BAR = 0.001, 0.05  # what may go wrong in silence, over all values; what may go to a person, of printed values
_LOWEST = 0.9  # what is wrong one time in ten is never passed, however few mistakes were seen
_MOST_LOOKS = 0.2  # of printed values: who must look at more reads everything again
_LEANING = 12.0
_STEP = 10.0  # examples a step holds at least
_FOLDS = 5
_CHOICES = 12  # thresholds shown to a person who may choose otherwise
# What an earlier calibration weighs beside new examples: each of its steps at most so many.
_OLD_WEIGHT = 200.0


@dataclass(frozen=True)
class Example:
    """A value of which it is known whether it is right. `vouched`: another document says the same with certainty, so that nobody is asked,
    whatever the score. `group` (its file) is never parted in cross-validation."""

    method: Method
    signals: Signals
    right: bool
    hand: bool = False
    vouched: bool = False
    group: str = ""


@dataclass(frozen=True)
class Rates:
    """What a threshold would do to the examples: shares of all values (silent errors) and of printed values (looked at)."""

    silent: float
    reviewed: float


@dataclass(frozen=True)
class Fit:
    """A calibration, the reliability of the scores before and of the confidences after, and what each threshold would do; all
    cross-validated. `total` values there are in all."""

    calibration: Calibration
    before: Reliability
    after: Reliability
    examples: tuple[Example, ...]
    confidences: tuple[float, ...]
    total: int

    def rates(self, threshold: float) -> Rates:
        """What a threshold does to the examples."""
        return _rates(self.examples, self.confidences, threshold, self.total)

    @property
    def choices(self) -> tuple[tuple[float, Rates], ...]:
        """Thresholds worth choosing between: each with fewer silent errors than the one before, for more looks."""
        found: list[tuple[float, Rates]] = []
        for threshold in _thresholds(self.confidences):
            rates = self.rates(threshold)
            if not found or rates.silent < found[-1][1].silent:
                found.append((threshold, rates))
        return tuple(found[-_CHOICES:])


def examples_of(values: Iterable[ComparedValue]) -> list[Example]:
    """The values that were read with signals; what was not read teaches nothing about scores. Where the outcome says that nobody need look,
    although every recognised value were in doubt, another document vouches for the value."""
    return [
        Example(value.found.method, value.found.signals, value.state == "right", value.hand, not value.found.needs_review, value.file)
        for value in values
        if value.found is not None and value.found.signals is not None and value.found.value and value.state != "blank"
    ]


def fit(examples: Sequence[Example], total: int, *, fitted_with: str, sources: Sequence[str]) -> Fit:
    """A calibration of its own from at least `FEWEST` examples; `total` counts all values, those included that were not read."""
    confidences = _cross_validated(examples, fit_curves)
    calibration = _calibration(examples, fit_curves(examples), choose_threshold(examples, confidences, total), fitted_with, sources)
    return _fit(calibration, examples, confidences, total)


def refit(earlier: Calibration, examples: Sequence[Example], *, fitted_with: str, sources: Sequence[str]) -> Fit:
    """An earlier calibration corrected by some examples (people's corrections). The threshold stays: corrections are no fair sample of all
    values, so they cannot tell how many would be wrong in silence."""

    def curves(known: Sequence[Example]) -> tuple[Curve, ...]:
        return fit_curves(known, earlier)

    confidences = _cross_validated(examples, curves)
    calibration = _calibration(examples, curves(examples), earlier.review_below, fitted_with, (*earlier.sources, *sources))
    return _fit(calibration, examples, confidences, len(examples))


def fit_curves(examples: Iterable[Example], earlier: Calibration | None = None) -> tuple[Curve, ...]:
    """A curve for each stratum that any example or the earlier calibration has, the widest first."""
    points: dict[str, list[Point]] = defaultdict(list)
    parents: dict[str, str] = {EVERYTHING: ""}
    for example in examples:
        names = strata(example.method, example.signals)
        for name, wider in zip(names, (*names[1:], ""), strict=True):
            points[name].append(Point(round(example.signals.score, 4), float(example.right)))
            parents[name] = wider
    for curve in earlier.curves if earlier is not None else ():
        points[curve.stratum] += [Point(knot.score, knot.right, min(float(knot.count), _OLD_WEIGHT)) for knot in curve.knots]
        parents.setdefault(curve.stratum, curve.stratum.rpartition("/")[0] or EVERYTHING)
    curves: dict[str, Curve] = {}
    for name in sorted(points, key=lambda name: (name != EVERYTHING, name.count("/"), name)):
        curves[name] = _curve(name, points[name], curves.get(parents[name]))
    return tuple(curves.values())


def choose_threshold(examples: Sequence[Example], confidences: Sequence[float], total: int) -> float:
    """The confidence below which a person looks.

    The fewest looks at printed values that keep the silent errors, and one more than were seen, within their bar; without the one more
    where that alone asks for more looks than their bar allows. Where no threshold does so with looks that a person can be asked for, the
    best exchange: the two bars say that one silent error is worth fifty looks.
    """
    best: tuple[tuple[float, ...], float] | None = None
    for threshold in _thresholds(confidences):
        rates = _rates(examples, confidences, threshold, total)
        within = rates.silent * total + 1 <= SILENT_BAR * total
        too_many = max(0.0, rates.reviewed - _MOST_LOOKS)
        cost = rates.reviewed if within else rates.reviewed + rates.silent * REVIEW_BAR / SILENT_BAR
        both = rates.silent <= SILENT_BAR and rates.reviewed <= REVIEW_BAR
        rank = (too_many, 0.0 if within and both else 1.0 if both else 2.0 if within else 3.0, cost)
        if best is None or rank < best[0]:
            best = rank, threshold
    assert best is not None
    return best[1]


def _thresholds(confidences: Iterable[float]) -> list[float]:
    return sorted({round(value, 4) for value in confidences if value > _LOWEST} | {_LOWEST, 1.0})


def _rates(examples: Sequence[Example], confidences: Sequence[float], threshold: float, total: int) -> Rates:
    asked = [
        not example.vouched and (must_be_seen(example.method, example.signals) or round(value, 4) < threshold)
        for example, value in zip(examples, confidences, strict=True)
    ]
    silent = sum(not example.right and not marked for example, marked in zip(examples, asked, strict=True))
    printed = [marked for example, marked in zip(examples, asked, strict=True) if not example.hand]
    return Rates(silent / max(1, total), sum(printed) / max(1, len(printed)))


def _curve(name: str, points: Sequence[Point], wider: Curve | None) -> Curve:
    steps = pooled(binned(points, _STEP))
    leant = pooled([_leaning(step, wider) for step in steps])
    knots = tuple(
        Knot(score=0.0 if place == 0 else step.start, right=round(step.right, 5), count=round(sum(p.weight for p in step.points)))
        for place, step in enumerate(leant)
    )
    count = sum(point.weight for point in points)
    wrong = sum(point.weight * (1 - point.right) for point in points)
    return Curve(stratum=name, count=round(count), wrong=round(wrong), knots=knots)


def _leaning(step: Step, wider: Curve | None) -> Step:
    """A step with the wider stratum's opinion at its scores, and half a failure: none seen is not none."""
    weight = _LEANING if wider is not None else 0.0
    opinion = 0.0 if wider is None else sum(right_at(wider, point.score) * point.weight for point in step.points) / step.weight
    right = (step.right * step.weight + opinion * weight) / (step.weight + weight + 0.5)
    return Step(step.start, right, step.weight + weight, step.points)


def _cross_validated(examples: Sequence[Example], curves: Callable[[Sequence[Example]], tuple[Curve, ...]]) -> list[float]:
    """Each example's confidence under curves fitted without the files of its fold."""
    folds = [int(hashlib.sha256(example.group.encode()).hexdigest(), 16) % _FOLDS for example in examples]
    made = {
        fold: _bare(curves([example for example, other in zip(examples, folds, strict=True) if other != fold]))
        for fold in sorted(set(folds))
    }
    return [confidence_of(example.method, example.signals, made[fold]) for example, fold in zip(examples, folds, strict=True)]


def _bare(curves: tuple[Curve, ...]) -> Calibration:
    everything = curves or (Curve(stratum=EVERYTHING, count=0, wrong=0, knots=(Knot(score=0.0, right=0.5, count=0),)),)
    return Calibration(fitted_with="", sources=(), count=0, wrong=0, review_below=0.0, curves=everything)


def _calibration(
    examples: Sequence[Example], curves: tuple[Curve, ...], threshold: float, fitted_with: str, sources: Sequence[str]
) -> Calibration:
    return Calibration(
        fitted_with=fitted_with,
        sources=tuple(sources),
        count=len(examples),
        wrong=sum(not example.right for example in examples),
        review_below=threshold,
        curves=curves,
    )


def _fit(calibration: Calibration, examples: Sequence[Example], confidences: Sequence[float], total: int) -> Fit:
    return Fit(
        calibration=calibration,
        before=reliability((example.signals.score, example.right) for example in examples),
        after=reliability((value, example.right) for value, example in zip(confidences, examples, strict=True)),
        examples=tuple(examples),
        confidences=tuple(confidences),
        total=total,
    )
