"""Honours of an applicant: a generator in, one to five `Honour`s out, most of them genuine and certified.

Called by `applicants`. Wordings come from `honours.yaml`; teams, projects, members and numbers are invented.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from samples.dossier import Honour
from samples.people import Person
from samples.population.lexicon import data, happens, pick, pick_weighted, words
from samples.population.persons import draw_person

_NUMERALS = "〇一二三四五六七八九"
_FIRST, _LAST = (2019, 3, 25), (2024, 3, 25)


def _chinese(number: int) -> str:
    if number < 11:
        return "十" if number == 10 else _NUMERALS[number]
    tens, units = divmod(number, 10)
    return ("" if tens == 1 else _NUMERALS[tens]) + "十" + (_NUMERALS[units] if units else "")


def write_date(day: tuple[int, int, int], precise: bool, rng: np.random.Generator) -> str:
    """A date as certificates print it."""
    year, month, date = day
    form = pick_weighted({"plain": 6, "chinese": 4, "dots": 1}, rng)
    if form == "chinese":
        text = "".join(_NUMERALS[int(digit)] for digit in str(year)) + "年" + _chinese(month) + "月"
        return text + (_chinese(date) + "日" if precise else "")
    if form == "dots":
        return f"{year}.{month:02d}.{date:02d}" if precise else f"{year}.{month}"
    return f"{year}年{month}月" + (f"{date}日" if precise else "")


def claim_date(day: tuple[int, int, int], precise: bool, rng: np.random.Generator) -> str:
    """The same date as a form's cell holds it."""
    year, month, date = day
    forms = [f"{year}年{month}月", f"{year}.{month}", f"{year}.{month:02d}", f"{year}-{month:02d}"]
    if precise:
        forms += [f"{year}年{month}月{date}日", f"{year}.{month}.{date}", f"{year}-{month:02d}-{date:02d}"]
    return pick(forms, rng)


def _day(rng: np.random.Generator) -> tuple[tuple[int, int, int], bool]:
    """A day and whether the certificate names it; one in eight lies before the window, one in thirty near its first day."""
    draw = rng.random()
    if draw < 0.12:
        return (int(rng.integers(2014, 2019)), int(rng.integers(1, 13)), int(rng.integers(1, 29))), happens(0.6, rng)
    if draw < 0.15:
        return (2019, 3, int(rng.integers(18, 31))), happens(0.7, rng)
    while True:
        day = (int(rng.integers(2019, 2025)), int(rng.integers(1, 13)), int(rng.integers(1, 29)))
        if _FIRST <= day <= (2024, 2, 20):
            return day, happens(0.6, rng)


def _team(holder: str, trade: dict[str, Any], rng: np.random.Generator) -> str:
    name: str = pick(words()["teams"], rng)
    if holder == "crew":
        return str(pick(words()["crew_patterns"], rng)["text"].format(name=name, **trade))
    return f"{name}{pick(words()['team_suffixes'], rng)}"


def _project(trade: dict[str, Any], rng: np.random.Generator) -> str:
    fault, product = pick(trade["faults"], rng), trade["product"]
    patterns = (
        "降低{product}{fault}发生率",
        "减少{product}{fault}次数",
        "{product}{fault}质量攻关",
        "提高{product}一次合格率",
        "缩短{product}生产周期",
        "攻克{fault}难题",
    )
    return str(pick(patterns, rng).format(product=product, fault=fault))


def _members(person: Person, rng: np.random.Generator) -> tuple[str, ...]:
    names = [draw_person(rng).name for _ in range(int(rng.integers(2, 9)))]
    names = [name for name in dict.fromkeys(names) if name != person.name]
    names.insert(int(rng.integers(len(names) + 1)), person.name)
    return tuple(names)


def _number(year: int, rng: np.random.Generator) -> str:
    serial = int(rng.integers(1, 2600))
    return pick(
        (
            f"QC{year}-{serial:04d}",
            f"沪质协{year}{serial:04d}",
            f"{year}-ZL-{serial:03d}",
            f"中质协QC{year}-{serial:04d}",
            f"{year}{serial:05d}",
        ),
        rng,
    )


def _design(kind: str, grade: str, numbered: bool, rng: np.random.Generator) -> str:
    if grade:
        return "numbered" if numbered else "official"
    designs = {"team": ("classic", "plain", "folder", "classic"), "person": ("classic", "award", "folder")}
    return pick(designs[kind], rng)


def draw_honour(person: Person, trade: dict[str, Any], district: str, genuine: bool, rng: np.random.Generator) -> Honour:
    """One honour with its certificate and the claim in the form."""
    bank = data("honours")["qualifying" if genuine else "lookalike"]
    form = bank[pick_weighted({index: entry["share"] for index, entry in enumerate(bank)}, rng)]
    day, precise = _day(rng)
    holder, grade = form["holder"], pick(form["grades"], rng) if "grades" in form else ""
    team_holder = holder in ("team", "crew") or (holder == "project" and happens(0.3, rng))
    title = str(form["title"]).format(year=day[0] - (day[1] < 4 and happens(0.5, rng)), district=district) + grade
    numbered = happens(0.5, rng)
    design = _design("team" if team_holder else "person", grade, numbered, rng)
    return Honour(
        title,
        tuple(name.format(district=district) for name in pick(form["issuers"], rng)),
        write_date(day, precise, rng),
        str(form["level"]),
        pick(("负责人", "主要成员", "成员"), rng) if team_holder else "个人",
        design,
        heading=pick(
            {"award": ("奖状",), "classic": ("荣誉证书", "荣誉证书", "证书"), "official": ("荣誉证书", "获奖证书")}.get(
                design, ("证书", "荣誉证书")
            ),
            rng,
        ),
        claim_date=claim_date(day, precise, rng),
        team=_team(holder, trade, rng) if team_holder else "",
        project=_project(trade, rng) if holder in ("team", "project") else "",
        number=_number(day[0], rng) if numbered and design not in ("award",) else "",
        prize=grade if design == "official" else "",
        members=_members(person, rng) if team_holder and happens(0.88, rng) else (),
    )


def draw_honours(person: Person, trade: dict[str, Any], district: str, rng: np.random.Generator) -> tuple[Honour, ...]:
    """One to five honours with different titles; the first one is of the kind that counts."""
    found: dict[str, Honour] = {}
    for index in range(int(rng.integers(1, 6))):
        honour = draw_honour(person, trade, district, index == 0 or happens(0.8, rng), rng)
        found.setdefault(honour.title, honour)
    return tuple(found.values())
