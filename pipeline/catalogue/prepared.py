"""What is costly to prepare from the rulebook (registers, matchers) is prepared once per rulebook part and kept.

Comes in: a function from a model to its prepared form. Goes out: the same function, cached by the model's identity. Used by `issuers`,
`awards`, `honour_language`. Hashing a whole rulebook at every look-up would cost more than the look-up."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

Part = TypeVar("Part")
Prepared = TypeVar("Prepared")

_KEPT = 8  # rulebooks alive at once: replaying compares two, tests make a few


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
