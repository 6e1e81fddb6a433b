"""Printed names of issuers held against the register and against the seals: which registered name a misread one was, and what to doubt.

Comes in: a name as printed that the register does not hold, and what the page's seals say. Goes out: the name to state, and whether to
doubt it. Called by `certificate_issuers`. The register only verifies or lifts a doubtful reading: a lifted name is always for review, the
raw reading stays beside it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz.fuzz import ratio

from pipeline.catalogue.issuer_register import IssuerRegister, register_of
from pipeline.catalogue.issuer_slips import near_names
from pipeline.text.normal_forms import squeeze
from schemas.layout import Mark
from schemas.rules import Rulebook

_SAME_NAME = 85.0  # per cent of likeness between a name on a ring and a registered one
_LONG = 8  # characters: in shorter names one lost or added character is too much to be put right
_FULL_NAME = 6  # characters of a registered name that ends a longer reading
_OPENS_NAME = ("中国", "中华", "国家", "全国", "上海市")  # with these a name begins: what stands before them is none of it
_DISTRICT = re.compile(r"上海市?([\u4e00-\u9fff]{2,4}?区)")
_PROVINCE = re.compile(r"([\u4e00-\u9fff]{1,4}?省)")


def lifted(name: str, seals: Sequence[Mark], rulebook: Rulebook) -> str | None:
    """The registered full name that a printed one was before it was misread, or None.

    It is one edit away and named by a seal; or the only one so near, where the text has the form of no organisation and one character was
    lost or added; or it ends the text, scraps of another line before it."""
    register = register_of(rulebook.issuers)
    bare = register.bare(name)
    if bare in register.entries:
        return None
    near = _near(bare, register)
    likeness = {one: max((ratio(one, reading) for reading in _readings(seals)), default=0.0) for one in near}
    sealed = [one for one in near if likeness[one] >= _SAME_NAME and likeness[one] == max(likeness.values())]
    if len(sealed) == 1:
        return sealed[0]
    if len(near) == 1 and register.matching_pattern(bare) is None and len(near[0]) >= _LONG and len(near[0]) != len(bare):
        return near[0]
    ends = [one for one in register.full_names if len(one) >= _FULL_NAME and one.startswith(_OPENS_NAME) and bare.endswith(one)]
    return max(ends, key=len, default=None)


def strange(name: str, rulebook: Rulebook) -> bool:
    """Whether a name that has the form of an organisation's is rather a misread one: nearly a registered name, or of a province or a
    district of Shanghai that there is not (江省质量协会, 上海市清浦区市场监督管理局)."""
    register = register_of(rulebook.issuers)
    bare = register.bare(name)
    if bare in register.entries:
        return False
    province, district = _PROVINCE.match(bare), _DISTRICT.match(bare)
    if province is not None and province[1] not in rulebook.documents.cards.provinces:
        return True
    return (district is not None and district[1] not in _districts(register)) or bool(_near(bare, register))


def unprinted(seals: Sequence[Mark], printed: Sequence[str], rulebook: Rulebook) -> bool:
    """Whether a seal names, in any of its readings, a registered organisation that is not among the printed ones: a line may be lost."""
    register = register_of(rulebook.issuers)
    return any(
        any(register.bare(reading) in register.full_names for reading in _readings([mark]))
        and not any(ratio(reading, name) >= _SAME_NAME for reading in _readings([mark]) for name in printed)
        for mark in seals
    )


def _near(bare: str, register: IssuerRegister) -> list[str]:
    return [one for one in near_names(bare, register) if register.entries[one].how == "name"]


def _readings(seals: Sequence[Mark]) -> list[str]:
    return [squeeze(text) for mark in seals for text in (mark.text, *mark.alternatives) if text]


def _districts(register: IssuerRegister) -> set[str]:
    named = (_DISTRICT.match(name) for name in register.full_names)
    return {found[1] for found in named if found is not None} | set(register.rules.former_places)
