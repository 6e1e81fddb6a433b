"""Invented people: a generator in, a `Person` out whose number, birth date, sex, home and card agree with each other.

Called by `applicants`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from samples.people import Person
from samples.population.lexicon import happens, pick, words

_MOBILE = (
    "138",
    "139",
    "136",
    "137",
    "135",
    "158",
    "159",
    "150",
    "151",
    "182",
    "183",
    "187",
    "188",
    "133",
    "153",
    "189",
    "177",
    "186",
    "130",
    "199",
)


def _given(sex: str, rng: np.random.Generator) -> str:
    bank = words()["given_male" if sex == "男" else "given_female"]
    length = 1 if happens(0.22, rng) else 2
    given = "".join(pick(bank, rng) for _ in range(length))
    if happens(0.12, rng):
        given = given[:-1] + pick(words()["given_rare"], rng)
    return given


def _name(sex: str, rng: np.random.Generator) -> tuple[str, str]:
    """A name and the ethnicity that goes with it, without 族."""
    if happens(0.05, rng):
        people = pick(words()["minority"], rng)
        return pick(people["male" if sex == "男" else "female"], rng), str(people["ethnicity"])
    draw = rng.random()
    surname = pick(words()["compound_surnames"], rng) if draw < 0.06 else pick(words()["surname_rare" if draw < 0.1 else "surnames"], rng)
    return surname + _given(sex, rng), pick(words()["ethnicities"], rng) if happens(0.07, rng) else "汉"


def _home(region: dict[str, Any], rng: np.random.Generator) -> str:
    street: str = pick(region["streets"], rng)
    if street.endswith("村"):
        tail = f"{rng.integers(1, 22)}组{rng.integers(1, 160)}号" if happens(0.6, rng) else f"{rng.integers(1, 300)}号"
    elif happens(0.75, rng):
        tail = f"{rng.integers(8, 2400)}弄{rng.integers(1, 90)}号{rng.integers(1, 25)}0{rng.integers(1, 9)}室"
    else:
        tail = f"{rng.integers(8, 2400)}号{rng.integers(1, 20)}幢{rng.integers(101, 640)}室"
    return f"{region['place']}{street}{tail}"


def _validity(birth_year: int, rng: np.random.Generator) -> str:
    """As printed: ten years up to 25, twenty up to 45, for life after that."""
    issued = int(rng.integers(max(2008, birth_year + 18), 2024))
    month, day = int(rng.integers(1, 13)), int(rng.integers(1, 29))
    age, first = issued - birth_year, f"{issued}.{month:02d}.{day:02d}"
    years = 10 if age < 26 else 20
    if age >= 46:
        return f"{first}-长期"
    if issued + years < 2024 or (issued + years == 2024 and month <= 4):
        return f"{2024 - years + 1}.{month:02d}.{day:02d}-2025.{month:02d}.{day:02d}"
    return f"{first}-{issued + years}.{month:02d}.{day:02d}"


def draw_person(rng: np.random.Generator) -> Person:
    """Somebody of working age with a right identity number (GB 11643) and a valid card."""
    sex = "女" if happens(0.35, rng) else "男"
    name, ethnicity = _name(sex, rng)
    region = pick(words()["regions"], rng)
    birth = (int(rng.integers(1964, 2000)), int(rng.integers(1, 13)), int(rng.integers(1, 29)))
    phone = pick(_MOBILE, rng) + "".join(str(rng.integers(10)) for _ in range(8))
    card = "62103100" + "".join(str(rng.integers(10)) for _ in range(8))
    sequence = int(rng.integers(0, 499)) * 2 + (1 if sex == "男" else 2)
    return Person(
        name,
        sex,
        ethnicity,
        birth,
        str(region["code"]),
        sequence,
        _home(region, rng),
        str(region["office"]),
        _validity(birth[0], rng),
        phone,
        card,
    )
