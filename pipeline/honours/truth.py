"""Three-valued logic, worked out once (Kleene): what cannot be decided stays UNCLEAR unless the other operands decide.

Comes in: `Truth` values. Goes out: one `Truth`. Called wherever conditions of a rule are put together (`honour_rule`, `judge`).
"""

from __future__ import annotations

from collections.abc import Iterable

from schemas.codes import Truth


def all_of(values: Iterable[Truth]) -> Truth:
    """NO if any is NO, else UNCLEAR if any is UNCLEAR, else YES; YES for no values at all."""
    seen = set(values)
    return next((value for value in (Truth.NO, Truth.UNCLEAR) if value in seen), Truth.YES)


def any_of(values: Iterable[Truth]) -> Truth:
    """YES if any is YES, else UNCLEAR if any is UNCLEAR, else NO; NO for no values at all."""
    seen = set(values)
    return next((value for value in (Truth.YES, Truth.UNCLEAR) if value in seen), Truth.NO)


def negate(value: Truth) -> Truth:
    """YES and NO exchanged; UNCLEAR stays."""
    return {Truth.YES: Truth.NO, Truth.NO: Truth.YES, Truth.UNCLEAR: Truth.UNCLEAR}[value]


def truth_of(value: bool | None) -> Truth:
    """A condition that was checked (True, False) or could not be (None)."""
    return Truth.UNCLEAR if value is None else Truth.YES if value else Truth.NO
