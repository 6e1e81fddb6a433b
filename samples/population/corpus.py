"""A corpus: seed, count and profile in, a folder with inbox, registers and truth out.

Called by `samples.generate`.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

from samples.dossier import Applicant
from samples.findings import applicant_findings, summary_findings
from samples.inbox import RECEIVED_AT
from samples.population.applicants import Unit, draw_applicant, draw_unit
from samples.population.lexicon import data
from samples.population.packing import Post
from samples.population.pieces import Pieces
from samples.studio import chance
from samples.truth import applicant_entry, document_entry, write_registers

_UNIT_SIZE = (2, 5)  # The official summary table has eight rows; most units send two to five people.


def profiles() -> list[str]:
    """The names of the profiles."""
    return list(data("profiles"))


def draw_members(count: int, profile: dict[str, Any], seed: int) -> tuple[list[Applicant], dict[str, Unit]]:
    """`count` applicants in as many units as they need; no name twice, no unit twice."""
    rng = chance("units", seed)
    units: dict[str, Unit] = {}
    members: list[Applicant] = []
    while len(members) < count:
        unit = draw_unit(rng)
        if unit.name in units:
            continue
        units[unit.name] = unit
        for _ in range(min(int(rng.integers(_UNIT_SIZE[0], _UNIT_SIZE[1] + 1)), count - len(members))):
            members.append(_new_member(members, unit, profile, seed))
    return members, units


def _new_member(members: list[Applicant], unit: Unit, profile: dict[str, Any], seed: int) -> Applicant:
    taken, attempt = {each.person.name for each in members}, 0
    while True:
        key = f"P{len(members) + 1:03d}"
        who = draw_applicant(key, unit, profile, chance(f"{key}/{attempt}", seed))
        if who.person.name not in taken:
            return who
        attempt += 1


def _certified_as_packed(who: Applicant, post: Post) -> Applicant:
    """An honour counts as certified only where its certificate lies in the material (a digital corpus has none)."""
    shown = [each.honour for each in post.documents if each.honour is not None and each.applicant == who.key]
    return replace(who, honours=tuple(replace(each, certified=each in shown) for each in who.honours))


def _applicants(post: Post) -> list[dict[str, Any]]:
    everybody = [_certified_as_packed(who, post) for who in post.pieces.members]
    entries = []
    for who in everybody:
        documents = [each for each in post.documents if each.applicant == who.key]
        entries.append(applicant_entry(who, documents, applicant_findings(who, documents, post.documents, everybody)))
    return entries


def _truth(post: Post, name: str, seed: int) -> dict[str, Any]:
    return {
        "edition": "2024",
        "profile": name,
        "seed": seed,
        "received_at": RECEIVED_AT,
        "files": [vars(record) for record in post.files],
        "documents": [document_entry(each) for each in post.documents],
        "pages": post.pages,
        "applicants": _applicants(post),
        "unit_findings": [
            {"recommending_unit": unit, "code": each.code, "field": each.field} for unit, each in summary_findings(post.documents)
        ],
    }


def build_corpus(folder: Path, name: str, count: int, seed: int) -> dict[str, Any]:
    """Make the corpus anew below `folder` and return its truth; KeyError for a profile that does not exist."""
    profile = data("profiles")[name]
    members, units = draw_members(count, profile, seed)
    if (folder / "inbox").exists():
        shutil.rmtree(folder / "inbox")
    post = Post(folder / "inbox", Pieces(seed, members, units, profile["hand"]), profile, seed)
    for unit in units.values():
        post.pack(unit)
    truth = _truth(post, name, seed)
    write_registers(folder / "registers")
    (folder / "truth.json").write_text(json.dumps(truth, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return truth
