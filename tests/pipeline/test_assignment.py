"""The assignment is compared with trying every one."""

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.honours.assignment import best_assignment

_WEIGHT = st.one_of(st.just(0.0), st.floats(0.01, 2.0))


@st.composite
def _matrices(draw: st.DrawFn) -> list[list[float]]:
    rows, cols = draw(st.integers(1, 5)), draw(st.integers(1, 5))
    return draw(st.lists(st.lists(_WEIGHT, min_size=cols, max_size=cols), min_size=rows, max_size=rows))


def _exhaustive(weights: list[list[float]]) -> float:
    if len(weights) > len(weights[0]):
        weights = [list(column) for column in zip(*weights, strict=True)]
    ways = itertools.permutations(range(len(weights[0])), len(weights))
    return max(sum(weights[row][col] for row, col in enumerate(way)) for way in ways)


@settings(derandomize=True, deadline=None)
@given(_matrices())
def test_no_other_way_to_pair_claims_and_certificates_is_better(weights: list[list[float]]) -> None:
    pairs = best_assignment(weights)
    assert len({row for row, _ in pairs}) == len({col for _, col in pairs}) == len(pairs)
    assert all(weights[row][col] > 0 for row, col in pairs)
    assert abs(sum(weights[row][col] for row, col in pairs) - _exhaustive(weights)) < 1e-9


def test_the_first_claim_does_not_take_the_certificate_of_the_second() -> None:
    assert best_assignment([[0.9, 0.8], [0.85, 0.0]]) == [(0, 1), (1, 0)]


def test_empty_sides_give_no_pairs() -> None:
    assert best_assignment([]) == [] and best_assignment([[], []]) == []
