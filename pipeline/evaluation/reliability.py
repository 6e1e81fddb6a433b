"""Whether confidences mean what they say: of the values with confidence 0.9, nine in ten should be right.

Comes in: pairs of a confidence and whether the value was right. Goes out: a `Reliability` with its bins, for the diagram. Called by
`evaluate` and by the fitting of the calibration.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from schemas.base import Frozen

# Narrow where decisions are taken: nearly all values have a high confidence.
EDGES = (0.0, 0.3, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.97, 0.98, 0.99, 0.995, 0.998, 1.0)


class Bin(Frozen):
    """The values whose confidence lies in [low, high), the last bin's in [low, high]."""

    low: float
    high: float
    count: int
    confidence: float  # mean
    right: float  # share


class Reliability(Frozen):
    """The bins that hold any value, and how far confidence and truth lie apart on average (expected calibration error)."""

    count: int
    bins: tuple[Bin, ...]
    expected_error: float


def reliability(values: Iterable[tuple[float, bool]], edges: Sequence[float] = EDGES) -> Reliability:
    """The reliability of (confidence, right) pairs; an empty one has error 0."""
    held: list[list[tuple[float, bool]]] = [[] for _ in edges[1:]]
    for confidence, right in values:
        held[min(bisect_right(edges, confidence), len(edges) - 1) - 1].append((confidence, right))
    bins = [
        Bin(
            low=low,
            high=high,
            count=len(inside),
            confidence=round(sum(confidence for confidence, _ in inside) / len(inside), 4),
            right=round(sum(right for _, right in inside) / len(inside), 4),
        )
        for low, high, inside in zip(edges, edges[1:], held, strict=False)
        if inside
    ]
    count = sum(one.count for one in bins)
    error = sum(one.count * abs(one.confidence - one.right) for one in bins) / count if count else 0.0
    return Reliability(count=count, bins=tuple(bins), expected_error=round(error, 4))
