"""Misread names of issuers: which registered name a text is nearly, and whether it may be put right.

Comes in: a bare name that was not met, and the register. Goes out: the name it was misread from, or nothing. Called by `issuers`. A slip is
put right only where exactly one registered name is near; a text that has the form of another organisation is left alone."""

from __future__ import annotations

from rapidfuzz.distance import Levenshtein

from pipeline.catalogue.issuer_register import OWN_LENGTH, IssuerRegister
from schemas.rules import IssuerPattern

_REPAIRABLE_LENGTH = 6  # in shorter names one character is too much of the name to be put right


def near_names(bare: str, register: IssuerRegister) -> list[str]:
    """Registered names and short forms one edit away; none for a short text."""
    if len(bare) < OWN_LENGTH:
        return []
    return [name for name in register.entries if abs(len(name) - len(bare)) <= 1 and Levenshtein.distance(bare, name, score_cutoff=1) == 1]


def misread_twin(bare: str, near: list[str], pattern: IssuerPattern | None, register: IssuerRegister) -> str | None:
    """The registered full name that differs in one character, if it is the only issuer within one edit; else None.

    Where the text has the form of another organisation (中国质谱协会), only a character too rare to stand in any name (质昰协会) shows a
    misreading."""
    # Certificates print full names: a short form one edit away (中国质检协会) is no rival, though it is met when it stands there exactly.
    if len(bare) < _REPAIRABLE_LENGTH:
        return None
    rivals = [name for name in near if register.entries[name].how == "name"]
    if len({register.entries[name].issuer.id for name in rivals}) != 1:
        return None
    # A seal over the end of the line hides the last character: 上海市质量协.
    cut_short = [name for name in rivals if name[:-1] == bare]
    if len(rivals) == 1 and cut_short and pattern is None:
        return cut_short[0]
    same_length = [name for name in rivals if len(name) == len(bare)]
    if len(same_length) != 1:
        return None
    place = next(index for index, (char, right) in enumerate(zip(bare, same_length[0], strict=True)) if char != right)
    # The last character says what kind of organisation it is: 上海市市场监督管理学 is what is left of a 学会, not a misread 局.
    doubtful = pattern is not None or place == len(bare) - 1
    return same_length[0] if not doubtful or not is_common_character(bare[place]) else None


def is_common_character(char: str) -> bool:
    """Whether a character is among the 3,755 of everyday use (GB 2312, first level) or no Chinese character at all."""
    if not "\u3400" <= char <= "\u9fff":
        return True
    try:
        return char.encode("gb2312") < b"\xd8\xa1"
    except UnicodeEncodeError:
        return False


def damaged_suffix(bare: str, register: IssuerRegister) -> bool:
    """Whether the end of a name is one edit away from the fixed ending of a family that counts (广东省市监督管理局)."""
    for suffix in register.rules.repair_suffixes:
        ends = (bare[-size:] for size in (len(suffix) - 1, len(suffix), len(suffix) + 1))
        if not bare.endswith(suffix) and any(Levenshtein.distance(end, suffix, score_cutoff=1) == 1 for end in ends):
            return True
    return False


def repaired_pattern(bare: str, register: IssuerRegister) -> tuple[str, IssuerPattern] | None:
    """A pattern name whose fixed ending has one misread character (浦东新区市场监督管埋局): the name put right and its pattern."""
    found: dict[str, IssuerPattern] = {}
    for suffix in register.rules.repair_suffixes:
        stem, end = bare[: -len(suffix)], bare[-len(suffix) :]
        if end[-1:] != suffix[-1] and is_common_character(end[-1:]):
            continue
        if stem and len(end) == len(suffix) and sum(a != b for a, b in zip(end, suffix, strict=True)) == 1:
            pattern = register.matching_pattern(stem + suffix)
            if pattern is not None:
                found[stem + suffix] = pattern
    return next(iter(found.items())) if len(found) == 1 else None
