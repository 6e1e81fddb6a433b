"""Applicants of a unit: a generator and a profile in, `Applicant`s with forms, honours and papers out.

Called by `corpus`. A share of the dossiers deviates from what is right; nothing is planted in the
truth, findings are derived from the documents.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from samples.dossier import Applicant, PaperState
from samples.people import Person
from samples.population.awards import draw_honours
from samples.population.entries import Employer, claims_of, draw_employer, draw_form
from samples.population.lexicon import happens, pick, pick_weighted, words
from samples.population.persons import draw_person


@dataclass(frozen=True)
class Unit:
    """A recommending unit: its name and who signs its summary table (person, telephone, date as written)."""

    name: str
    contact: tuple[str, str, str]


def draw_unit(rng: np.random.Generator) -> Unit:
    """An invented unit."""
    district, brand = pick(words()["districts"], rng)["name"], pick(words()["brands"], rng)
    name = pick(words()["unit_patterns"], rng).format(brand=brand, district=district, sector=pick(words()["sectors"], rng))
    telephone = f"021-{rng.integers(5, 7)}{rng.integers(0, 10**7):07d}"
    return Unit(name, (draw_person(rng).name, telephone, f"2024年3月{rng.integers(15, 19)}日"))


def _other_digits(text: str, rng: np.random.Generator) -> str:
    """The same number with two neighbouring different digits exchanged, as a typist does."""
    places = [at for at in range(4, len(text) - 1) if text[at] != text[at + 1] and text[at : at + 2].isdigit()]
    if not places:
        return text[:-1] + str((int(text[-1]) + 1) % 10)
    at = places[int(rng.integers(len(places)))]
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def _form_change(applicant: Applicant, **entries: str) -> Applicant:
    assert applicant.form is not None
    return replace(applicant, form=replace(applicant.form, entries=applicant.form.entries | entries))


def _wrong_phone(applicant: Applicant, rng: np.random.Generator) -> Applicant:
    return replace(applicant, paper_changes={"phone": _other_digits(applicant.person.phone, rng)}) if applicant.paper else applicant


def _short_phone(applicant: Applicant, rng: np.random.Generator) -> Applicant:
    return _form_change(applicant, phone=applicant.person.phone[:10])


def _wrong_number(applicant: Applicant, rng: np.random.Generator) -> Applicant:
    return _form_change(applicant, id_number=_other_digits(applicant.person.id_number, rng))


def _blank_field(applicant: Applicant, rng: np.random.Generator) -> Applicant:
    field = pick(("postcode", "years_in_post", "professional_title", "leading_role", "district", "contribution", "industry"), rng)
    return _form_change(applicant, **{field: ""})


def _no_opinion(applicant: Applicant, rng: np.random.Generator) -> Applicant:
    return _form_change(applicant, **{pick(("employer_opinion", "unit_opinion"), rng): ""})


def _declares(applicant: Applicant, rng: np.random.Generator) -> Applicant:
    assert applicant.form is not None
    field = pick(("declared_in_service", "declared_union_member", "declared_leader", "declared_managed_head", "declared_prior_title"), rng)
    answer = "no" if field in ("declared_in_service", "declared_union_member") else "yes"
    return replace(applicant, form=replace(applicant.form, ticks=applicant.form.ticks | {field: answer}))


def _no_signature(applicant: Applicant, rng: np.random.Generator) -> Applicant:
    return replace(applicant, paper=replace(applicant.paper, signature="")) if applicant.paper else applicant


def _no_seal(applicant: Applicant, rng: np.random.Generator) -> Applicant:
    if applicant.paper is None:
        return applicant
    employer = happens(0.5, rng)
    return replace(applicant, paper=replace(applicant.paper, employer_seal="") if employer else replace(applicant.paper, unit_seal=""))


def _wrong_seal(applicant: Applicant, rng: np.random.Generator) -> Applicant:
    return replace(applicant, paper=replace(applicant.paper, employer_seal=draw_employer(rng).name)) if applicant.paper else applicant


def _other_union_number(applicant: Applicant, rng: np.random.Generator) -> Applicant:
    return replace(applicant, union_number=_other_digits(applicant.person.card_number, rng))


def _expired(applicant: Applicant, rng: np.random.Generator) -> Applicant:
    valid = f"{2013 + int(rng.integers(0, 2))}.01.{rng.integers(10, 29)}"
    return replace(applicant, person=replace(applicant.person, valid=f"{valid}-{int(valid[:4]) + 10}{valid[4:]}"))


def _summary_differs(applicant: Applicant, rng: np.random.Generator) -> Applicant:
    return replace(applicant, summary_changes={"phone": _other_digits(applicant.person.phone, rng)})


def _honour_change(applicant: Applicant, rng: np.random.Generator, **change: Any) -> Applicant:
    if not applicant.honours or applicant.form is None:
        return applicant
    honours = list(applicant.honours)
    at = int(rng.integers(len(honours)))
    honours[at] = replace(honours[at], **change)
    return replace(applicant, honours=tuple(honours), form=replace(applicant.form, claims=claims_of(tuple(honours))))


def _unclaimed(applicant: Applicant, rng: np.random.Generator) -> Applicant:
    return _honour_change(applicant, rng, claimed=False)


def _no_certificate(applicant: Applicant, rng: np.random.Generator) -> Applicant:
    return _honour_change(applicant, rng, certified=False)


def _wrong_year(applicant: Applicant, rng: np.random.Generator) -> Applicant:
    return _honour_change(applicant, rng, claim_date=f"{rng.integers(2009, 2014)}年{rng.integers(1, 13)}月")


def _wrong_issuer(applicant: Applicant, rng: np.random.Generator) -> Applicant:
    return _honour_change(applicant, rng, claim_issuer="上海市经济和信息化委员会")


def _given_to_other(applicant: Applicant, rng: np.random.Generator) -> Applicant:
    if applicant.honours and not applicant.honours[-1].team:
        honours = (*applicant.honours[:-1], replace(applicant.honours[-1], recipient=draw_person(rng).name))
        return replace(applicant, honours=honours)
    return applicant


Deviation = Callable[[Applicant, np.random.Generator], Applicant]
_DEVIATIONS: tuple[Deviation, ...] = (
    *(_wrong_phone, _short_phone, _wrong_number, _blank_field, _no_opinion, _declares, _no_signature, _no_seal, _wrong_seal),
    *(_other_union_number, _expired, _summary_differs, _unclaimed, _no_certificate, _wrong_year, _wrong_issuer, _given_to_other),
)


def _paper(person: Person, employer: Employer, unit: str, profile: dict[str, Any], rng: np.random.Generator) -> PaperState:
    month_day = int(rng.integers(12, 24))
    return PaperState(
        person.name,
        f"2024年2月{month_day}日",
        employer.name,
        unit,
        dpi=int(pick_weighted(profile["dpi"], rng)),
        dates_by_hand=happens(0.25, rng),
        typeface=pick_weighted({"song": 3, "ming": 2, "hei": 1, "kai": 1}, rng),
    )


def draw_applicant(key: str, unit: Unit, profile: dict[str, Any], rng: np.random.Generator) -> Applicant:
    """Somebody put forward by `unit`, with one or two deviations as often as the profile says."""
    person, employer = draw_person(rng), draw_employer(rng)
    honours = draw_honours(person, employer.trade, employer.district, rng)
    form = draw_form(person, employer, unit.name, honours, rng)
    electronic = pick_weighted(profile["electronic"], rng)
    paper = _paper(person, employer, unit.name, profile, rng) if happens(profile["paper"], rng) else None
    applicant = Applicant(
        key,
        person,
        unit.name,
        employer.name,
        "" if electronic == "none" and paper else "docx" if electronic == "none" else electronic,
        form,
        honours,
        paper,
        union_design=pick_weighted({"plastic": 4, "blue": 3, "screenshot": 3}, rng),
        union_name=employer.name + pick(words()["union_suffixes"], rng),
    )
    if happens(profile["deviations"], rng):
        for index in rng.choice(len(_DEVIATIONS), size=int(rng.integers(1, 3)), replace=False):
            applicant = _DEVIATIONS[index](applicant, rng)
    return applicant
