"""The words of a certificate: an honour and its holder in, addressee and sentence in one of many wordings out.

Called by `pieces`; read by every style.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from samples.dossier import Honour
from samples.population.lexicon import data, pick


@dataclass(frozen=True)
class Words:
    """What stands on a certificate. `recipient` as the truth has it: a person's name, or the team as addressed.

    `title` is the honour's name without its grade; `sentence` holds both. `members` is empty when the certificate lists none.
    """

    heading: str
    recipient: str
    addressee: str
    sentence: str
    title: str
    grade: str
    issuers: tuple[str, ...]
    date: str
    number: str
    team: str
    project: str
    employer: str
    members: tuple[str, ...]
    member_label: str
    number_label: str
    person_label: str

    @property
    def full_title(self) -> str:
        """The honour's name with its grade."""
        return self.title + self.grade


def _split(honour: Honour) -> tuple[str, str]:
    """The title and its grade, empty where it has none."""
    for form in (*data("honours")["qualifying"], *data("honours")["lookalike"]):
        for grade in form.get("grades", ()):
            if honour.title.endswith(grade) and "{year}" not in grade:
                return honour.title.removesuffix(grade), str(grade)
    return honour.title, ""


def choose_words(honour: Honour, name: str, employer: str, rng: np.random.Generator) -> Words:
    """Choose addressee, sentence and labels that go with the honour."""
    bank = data("wordings")
    title, grade = _split(honour)
    holder = honour.recipient or name
    if honour.team:
        address: str = pick(bank["addressees"]["team"], rng)
        kind = "team" if honour.project else "crew"
        recipient = address.format(employer=employer, team=honour.team).removesuffix("：")
    else:
        address = pick(bank["addressees"]["person"], rng)
        kind, recipient = "project" if honour.project else "person", holder
    sentence: str = pick(bank["sentences"][kind], rng)
    return Words(
        pick(bank["headings"]["plain"], rng),
        recipient,
        address.format(name=holder, employer=employer, team=honour.team),
        sentence.format(title=title, grade=grade, project=honour.project),
        title,
        grade,
        honour.issuers,
        honour.date,
        honour.number,
        honour.team,
        honour.project,
        employer,
        honour.members,
        pick(bank["member_labels"], rng),
        pick(bank["number_labels"], rng),
        pick(bank["person_labels"], rng),
    )
