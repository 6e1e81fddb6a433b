"""A curve that never falls through points that may: isotonic regression by pooling adjacent violators.

Comes in: weighted points. Goes out: `Step`s. Called by `fit`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Point:
    """At this score (0-1), `right` of `weight` values were right (a share, 0-1); one example is a point of weight 1."""

    score: float
    right: float
    weight: float = 1.0


@dataclass
class Step:
    """From `start` up to the next step: the pooled share of right values, over so much weight."""

    start: float
    right: float
    weight: float
    points: list[Point]

    def take(self, other: Step) -> None:
        """Pool with the step above."""
        self.right = (self.right * self.weight + other.right * other.weight) / (self.weight + other.weight)
        self.weight += other.weight
        self.points += other.points


def binned(points: Iterable[Point], least_weight: float) -> list[Step]:
    """The points by score in steps of at least so much weight; equal scores are never parted. What is left over joins the last step."""
    steps: list[Step] = []
    for point in sorted(points, key=lambda point: point.score):
        last = steps[-1] if steps else None
        single = Step(point.score, point.right, point.weight, [point])
        if last is not None and (last.weight < least_weight or last.points[-1].score == point.score):
            last.take(single)
        else:
            steps.append(single)
    if len(steps) > 1 and steps[-1].weight < least_weight:
        rest = steps.pop()
        steps[-1].take(rest)
    return steps


def pooled(steps: Sequence[Step]) -> list[Step]:
    """The steps with every fall pooled away: the closest rising curve in the sense of weighted squares."""
    result: list[Step] = []
    for step in steps:
        result.append(Step(step.start, step.right, step.weight, list(step.points)))
        while len(result) > 1 and result[-2].right >= result[-1].right:
            above = result.pop()
            result[-1].take(above)
    return result
