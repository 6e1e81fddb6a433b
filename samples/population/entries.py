"""What an office writes into an applicant's form: person, trade and employer in, a `Form` out.

Called by `applicants`. Ways of writing (dates, telephone numbers, ticks) vary from office to office, as they do in life.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from samples.dossier import Claim, Form, Honour
from samples.people import Person
from samples.population.lexicon import data, happens, pick, pick_weighted, words

TICKS = {
    "declared_in_service": "yes",
    "declared_union_member": "yes",
    "declared_leader": "no",
    "declared_managed_head": "no",
    "declared_prior_title": "no",
}


@dataclass(frozen=True)
class Employer:
    """An invented employer: name, trade (a row of the lexicon), district, address and postcode."""

    name: str
    trade: dict[str, Any]
    district: str
    address: str
    postcode: str


def draw_employer(rng: np.random.Generator) -> Employer:
    """An employer of one of the trades, somewhere in the city."""
    trade, district = pick(words()["trades"], rng), pick(words()["districts"], rng)
    name = pick(words()["employer_patterns"], rng).format(brand=pick(words()["brands"], rng), words=trade["words"])
    address = f"上海市{district['name']}{pick(district['streets'], rng)}{rng.integers(2, 6900)}号"
    return Employer(name, trade, str(district["name"]), address, str(pick(district["postcodes"], rng)))


def long_texts(trade: dict[str, Any], years: int, rng: np.random.Generator) -> dict[str, str]:
    """The four long texts, keyed by the contract's field names."""
    bank = data("phrases")
    found = {}
    for field in ("craft_speciality", "quality_skill", "leading_role", "contribution"):
        sentences = bank[field]
        chosen = sorted(rng.choice(len(sentences), size=int(rng.integers(2, 5)), replace=False))
        parts = []
        for index in chosen:
            chance = {"n": rng.integers(2, 13), "m": rng.integers(13, 48), "d": rng.integers(2, 9), "big": rng.integers(36, 980)}
            fill = {"technique": pick(trade["techniques"], rng), "fault": pick(trade["faults"], rng), "method": pick(bank["methods"], rng)}
            parts.append(sentences[index].format(**trade, **chance, **fill, years=years, team=pick(words()["teams"], rng)))
        found[field] = "".join(parts)
    return found


def career(person: Person, employer: Employer, duty: str, rng: np.random.Generator) -> tuple[tuple[str, ...], int]:
    """Lines of a curriculum vitae, oldest first, and the year in which the present post began."""
    start = person.birth[0] + int(rng.integers(18, 24))
    now = int(rng.integers(min(start + 1, 2021), 2022))
    roles, shop = data("phrases")["cv_roles"], employer.trade["shop"]
    style = pick(("{a}年{b}月—{c}年{d}月  {what}", "{a}.{b:02d}-{c}.{d:02d} {what}", "{a}年{b}月至{c}年{d}月，{what}"), rng)
    lines = [style.format(a=start - 3, b=9, c=start, d=7, what=f"{pick(words()['schools'], rng)}学习")] if happens(0.75, rng) else []
    begun, month = start, 8
    while now - begun > 3 and len(lines) < 5:
        end = min(begun + int(rng.integers(2, 9)), now)
        what = f"{employer.name}{shop if happens(0.6, rng) else ''}，{pick(roles, rng)}"
        lines.append(style.format(a=begun, b=month, c=end, d=6, what=what))
        begun, month = end, 7
    rank = employer.trade["post"] if duty == "无" else duty
    lines.append(f"{begun}年{month}月至今  {employer.name}{shop}，{rank}")
    return tuple(lines), begun


def _day_in(first: int, last: int, rng: np.random.Generator) -> str:
    """A day of February or March 2024, counted from 1 February, as written on forms."""
    number = int(rng.integers(first, last))
    month, day = (2, number) if number <= 29 else (3, number - 29)
    return pick((f"2024年{month}月{day}日", f"2024年{month}月{day}日", f"2024.{month}.{day}", f"2024-{month:02d}-{day:02d}"), rng)


def claims_of(honours: tuple[Honour, ...]) -> tuple[Claim, ...]:
    """The rows of the form's table of honours."""
    return tuple(
        Claim(each.claim_title or each.title, each.claim_issuer or each.issuer_text, each.claim_date or each.date, each.level, each.role)
        for each in honours
        if each.claimed
    )


def _basics(person: Person, employer: Employer, begun: int, duty: str, rng: np.random.Generator) -> dict[str, str]:
    year, month, day = person.birth
    phone, card = person.phone, person.card_number
    home = happens(0.35, rng)
    return {
        "name": person.name,
        "sex": person.sex,
        "birth_date": pick(
            (f"{year}年{month}月", f"{year}.{month:02d}", f"{year}.{month}", f"{year}-{month:02d}", f"{year}年{month}月{day}日"), rng
        ),
        "ethnicity": person.ethnicity + ("族" if happens(0.7, rng) else ""),
        "nationality": pick(("中国", "中国", "中国", "中华人民共和国"), rng),
        "political_status": pick(words()["political"], rng),
        "education": pick(words()["education"], rng),
        "skill_level": pick(words()["skill_levels"], rng),
        "professional_title": pick(words()["professional_titles"], rng),
        "id_number": person.id_number,
        "phone": pick((phone, phone, phone, f"{phone[:3]}-{phone[3:7]}-{phone[7:]}", f"{phone[:3]} {phone[3:7]} {phone[7:]}"), rng),
        "employer": employer.name,
        "industry": str(employer.trade["industry"]),
        "post": str(employer.trade["post"]),
        "duty": duty,
        "years_in_post": pick(("{}年", "{}", "{}年"), rng).format(2024 - begun),
        "union_card_number": pick((card, card, " ".join(card[at : at + 4] for at in range(0, 16, 4))), rng),
        "district": employer.district,
        "address": person.home if home else employer.address,
        "postcode": employer.postcode,
    }


def draw_form(person: Person, employer: Employer, unit: str, honours: tuple[Honour, ...], rng: np.random.Generator) -> Form:
    """The form, filled in without a mistake."""
    duty = pick(words()["duties"], rng)
    cv, begun = career(person, employer, duty, rng)
    entries = _basics(person, employer, begun, duty, rng)
    entries |= {"recommending_unit": unit, **long_texts(employer.trade, 2024 - begun, rng)}
    entries |= {"employer_opinion": pick(words()["employer_opinions"], rng), "unit_opinion": pick(words()["unit_opinions"], rng)}
    entries |= {"employer_opinion_date": _day_in(24, 36, rng), "unit_opinion_date": _day_in(36, 44, rng)}
    return Form(
        entries,
        claims_of(honours),
        dict(TICKS),
        cv,
        _day_in(12, 24, rng),
        pick_weighted({"box": 4, "filled": 2, "check": 3, "after": 1, "control": 2}, rng),
        pick(("employer", "name", "post"), rng) if happens(0.08, rng) else "",
        happens(0.3, rng),
    )
