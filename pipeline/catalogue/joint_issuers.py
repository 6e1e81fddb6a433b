"""Joint issuers told apart: separators, conjunctions, names that run together, roles that confer nothing.

Comes in: the text that names them. Goes out: the single names in the order printed. Called through `issuers`."""

from __future__ import annotations

import re

from pipeline.catalogue.issuer_register import OWN_LENGTH, IssuerRegister, register_of
from pipeline.catalogue.prepared import remembered
from pipeline.text.normal_forms import squeeze
from schemas.codes import IssuerClass
from schemas.rules import Rulebook

_JOINT_LENGTH = 3  # the shortest short form that is seen within a run of names (团市委)
# 中 国 质 量 协 会: single characters set apart are one name, however many names stand beside it.
_SPACED = re.compile(r"(?<![\u3400-\u9fff])[\u3400-\u9fff](?:[ \t\u3000]+[\u3400-\u9fff](?![\u3400-\u9fff]))+")


@remembered
def split_issuers(text: str, rulebook: Rulebook) -> tuple[str, ...]:
    """The single issuers of a joint one, in the order printed, each once.

    Splits at separators, at conjunctions where both sides are whole names, and between names that run together without anything between
    them. Organisations in a role that confers nothing (指导单位, 支持单位, 承办单位 …) are left out where others remain."""
    register = register_of(rulebook.issuers)
    parts: list[str] = []
    for piece in _without_roles(_SPACED.sub(lambda run: "".join(run[0].split()), text), register):
        for part in register.separators.split(piece):
            parts.extend(_split_run(register.bare(part), register))
    return tuple(dict.fromkeys(part for part in parts if part))


def _without_roles(text: str, register: IssuerRegister) -> list[str]:
    """The stretches of the text that name conferring organisations: what stands after 主办单位, or outside any role; all of it if nothing
    is left."""
    roles = {squeeze(role): True for role in register.rules.issuing_roles} | {
        squeeze(role): False for role in register.rules.not_issuing_roles
    }
    if not roles:
        return [text]
    # A role is a label only with a colon or at the start of a line: 主办 may also be part of running text.
    label = "|".join(sorted(map(re.escape, roles), key=len, reverse=True))
    pieces = re.split(rf"(?:^|(?<=[\s、,，;；]))({label})\s*[:：]?\s*(?=\S)|({label})\s*[:：]\s*", text)
    kept, dropped = [pieces[0]], False
    for first, second, value in zip(pieces[1::3], pieces[2::3], pieces[3::3], strict=True):
        if roles[squeeze(first or second)]:
            kept.append(value)
        else:
            dropped = True
    remaining = [piece for piece in kept if piece.strip()]
    return remaining if remaining or dropped else [text]


def _split_run(bare: str, register: IssuerRegister) -> list[str]:
    """A text without separators as the names it consists of: itself if it is one name or cannot be wholly covered by names."""
    if not bare or bare in register.entries:
        return [bare] if bare else []
    return _segmentation(bare, register) or [bare]


def _segmentation(bare: str, register: IssuerRegister) -> list[str] | None:
    """The cover of the whole text by names and conjunctions with the fewest names; registered names are preferred to patterns. None if
    there is none."""
    conjunctions = sorted(register.rules.conjunctions, key=len, reverse=True)
    best: list[tuple[float, list[str]] | None] = [None] * (len(bare) + 1)
    best[0] = (0.0, [])
    for start in range(len(bare)):
        here = best[start]
        if here is None:
            continue
        starts = [start] + [start + len(word) for word in conjunctions if bare.startswith(word, start)]
        for begin in starts:
            for end in range(begin + _JOINT_LENGTH, len(bare) + 1):
                cost = _name_cost(bare[begin:end], register, joint=begin > 0)
                if cost is None:
                    continue
                known = best[end]
                if known is None or here[0] + cost < known[0]:
                    best[end] = (here[0] + cost, [*here[1], bare[begin:end]])
    whole = best[-1]
    return whole[1] if whole is not None else None


def _name_cost(part: str, register: IssuerRegister, *, joint: bool) -> float | None:
    """What a part costs in a segmentation; None if it is no name. Patterns accept any words before their ending: they must not hold
    another name."""
    if part in register.entries:
        return 1.0
    if len(part) < OWN_LENGTH or (joint and not register.openings.search(part)):
        return None
    if any(name in part for name in register.long_names) and not _branch(part, register):
        return None
    return 2.5 if register.matching_pattern(part) is not None else None


def _branch(part: str, register: IssuerRegister) -> bool:
    pattern = register.matching_pattern(part)
    return pattern is not None and pattern.issuer_class != IssuerClass.OTHER and any(part.startswith(name) for name in register.recognised)
