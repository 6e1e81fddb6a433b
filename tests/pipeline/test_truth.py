"""The truth tables of the three-valued logic, in full."""

import itertools

import pytest

from pipeline.honours.truth import all_of, any_of, negate, truth_of
from schemas.codes import Truth

Y, N, U = Truth.YES, Truth.NO, Truth.UNCLEAR
_CONJUNCTION = {(Y, Y): Y, (Y, N): N, (Y, U): U, (N, Y): N, (N, N): N, (N, U): N, (U, Y): U, (U, N): N, (U, U): U}
_DISJUNCTION = {(Y, Y): Y, (Y, N): Y, (Y, U): Y, (N, Y): Y, (N, N): N, (N, U): U, (U, Y): Y, (U, N): U, (U, U): U}


@pytest.mark.parametrize("pair", list(itertools.product(Truth, repeat=2)))
def test_an_undecided_condition_never_becomes_a_verdict_by_itself(pair: tuple[Truth, Truth]) -> None:
    assert all_of(pair) == _CONJUNCTION[pair]
    assert any_of(pair) == _DISJUNCTION[pair]


@pytest.mark.parametrize("values", list(itertools.product(Truth, repeat=3)))
def test_de_morgan_holds_so_that_both_tables_say_the_same(values: tuple[Truth, ...]) -> None:
    assert negate(all_of(values)) == any_of(negate(value) for value in values)
    assert all_of(values) == all_of([all_of(values[:2]), values[2]])


def test_nothing_to_check_is_kept_and_nothing_to_choose_from_is_not() -> None:
    assert all_of([]) == Y
    assert any_of([]) == N


def test_what_could_not_be_checked_is_unclear_and_not_false() -> None:
    assert [truth_of(value) for value in (True, False, None)] == [Y, N, U]
