"""What is costly to prepare from the rulebook (registers, matchers) is prepared once per rulebook part and kept.

Comes in: a function from a model to its prepared form, or a look-up in it. Goes out: the same function, cached by the model's identity.
Used by `issuers`, `joint_issuers`, `awards`, `honour_language`. Hashing a whole rulebook at every look-up would cost more than the
look-up."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

Part = TypeVar("Part")
Prepared = TypeVar("Prepared")
LookUp = TypeVar("LookUp", bound=Callable[..., Any])

_KEPT = 8  # rulebooks alive at once: replaying compares two, tests make a few
_ANSWERS = 20_000  # answers kept a rulebook: the same titles and issuers come again with every applicant


def once_per_part(prepare: Callable[[Part], Prepared]) -> Callable[[Part], Prepared]:
    """Cache the result for the object given; the object is kept alive with it, so that its identity cannot be taken by another."""
    cache: dict[int, tuple[Part, Prepared]] = {}

    @wraps(prepare)
    def prepared(part: Part) -> Prepared:
        known = cache.get(id(part))
        if known is not None:
            return known[1]
        result = prepare(part)
        while len(cache) >= _KEPT:
            cache.pop(next(iter(cache)), None)
        cache[id(part)] = (part, result)
        return result

    return prepared


def remembered(look_up: LookUp) -> LookUp:
    """Cache a look-up whose last argument is the rulebook (or a part of it) and whose others are texts."""
    answers_for = once_per_part(lambda _part: dict[tuple[Any, ...], Any]())

    @wraps(look_up)
    def answered(*arguments: Any) -> Any:
        *question, part = arguments
        answers, key = answers_for(part), tuple(question)
        if key not in answers:
            while len(answers) >= _ANSWERS:
                answers.pop(next(iter(answers)), None)
            answers[key] = look_up(*arguments)
        return answers[key]

    return cast(LookUp, answered)
