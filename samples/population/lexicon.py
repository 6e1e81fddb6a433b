"""The words and the weights: a data file's name in, its contents out; and the ways to draw from them by chance.

Called by every module of the population.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import yaml

Item = TypeVar("Item")
Key = TypeVar("Key")


@cache
def data(name: str) -> dict[str, Any]:
    """The contents of `<name>.yaml`; the caller must not change them."""
    loaded: dict[str, Any] = yaml.safe_load((Path(__file__).parent / f"{name}.yaml").read_text(encoding="utf-8"))
    return loaded


def words() -> dict[str, Any]:
    """What people, employers and units are made of."""
    return data("lexicon")


def pick(items: Sequence[Item], rng: np.random.Generator) -> Item:
    """One of `items`, all alike."""
    return items[int(rng.integers(len(items)))]


def pick_weighted(weights: Mapping[Key, float], rng: np.random.Generator) -> Key:
    """One of the keys, as often as its weight says."""
    shares = np.array(list(weights.values()), dtype=float)
    return list(weights)[int(rng.choice(len(shares), p=shares / shares.sum()))]


def happens(share: float, rng: np.random.Generator) -> bool:
    """True as often as `share` (0-1) says."""
    return bool(rng.random() < share)
