"""The invented people: who they are, as their identity cards and forms would say it.

Read from `script/people.csv`, used by `scenario`. Names, addresses and numbers are made up; the numbers have right check digits (GB 11643).
"""

from __future__ import annotations

from dataclasses import dataclass

from samples.tables import script_rows

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def check_digit(first_seventeen: str) -> str:
    """The eighteenth character of an identity number (GB 11643, ISO 7064 MOD 11-2)."""
    total = sum(int(digit) * weight for digit, weight in zip(first_seventeen, _WEIGHTS, strict=True))
    return "10X98765432"[total % 11]


def identity_number(region: str, birth: tuple[int, int, int], sequence: int) -> str:
    """A number for a region code, a birth date and a sequence (odd for men)."""
    body = f"{region}{birth[0]:04d}{birth[1]:02d}{birth[2]:02d}{sequence:03d}"
    return body + check_digit(body)


@dataclass(frozen=True)
class Person:
    """One invented person. `valid` is the card's validity as printed, `card_number` the union card's sixteen digits."""

    name: str
    sex: str
    ethnicity: str
    birth: tuple[int, int, int]
    region: str
    sequence: int
    home: str
    authority: str
    valid: str
    phone: str
    card_number: str

    @property
    def id_number(self) -> str:
        """The right identity number."""
        return identity_number(self.region, self.birth, self.sequence)


def _person(row: dict[str, str]) -> Person:
    year, month, day = (int(part) for part in row["birth"].split("-"))
    return Person(**(row | {"birth": (year, month, day), "sequence": int(row["sequence"])}))  # type: ignore[arg-type]


PEOPLE: dict[str, Person] = {row["name"]: _person(row) for row in script_rows("people")}
