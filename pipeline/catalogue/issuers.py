"""Who confers an honour, and whether its honours count: printed names against the register `rulebook/issuers.yaml`.

Comes in: the text of one or several issuers as printed or written. Goes out: an `IssuerVerdict` each, certain or with the nearest
registered names. Called by `certificates` (to see where issuers stand), `honour_text` and `honour_rule`. The rule behind it: notice:一4
and the contract of `review.honours`.

A name is met whole or not at all: 江苏省质量协会 holds 质量协会, and 中国质量检验协会 nearly all of 中国质量协会, and neither is one of
them."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Literal, NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein
from rapidfuzz.fuzz import ratio

from pipeline.catalogue.issuer_verdict import IssuerVerdict
from pipeline.catalogue.prepared import once_per_part
from pipeline.text.date_spans import overlaps
from pipeline.text.normal_forms import squeeze
from schemas.codes import IssuerClass, Truth
from schemas.rules import Issuer, IssuerName, IssuerPattern, Issuers, Rulebook

_REPAIRABLE_LENGTH = 6  # in shorter names one character is too much of the name to be put right
_OWN_LENGTH = 4  # a registered name of this length inside a longer text is that issuer, not a part of another word
_JOINT_LENGTH = 3  # the shortest short form that is seen within a run of names (团市委)
_CONTAINED_LENGTH, _CONTAINED_SHARE = 5, 0.7  # so much of a name tells whose it is, if no other holds it
_NEAREST = 3
_NEAR_ENOUGH = 55.0
_RESEMBLES = 80.0
# 中 国 质 量 协 会: single characters set apart are one name, however many names stand beside it.
_SPACED = re.compile(r"(?<![\u3400-\u9fff])[\u3400-\u9fff](?:[ \t\u3000]+[\u3400-\u9fff](?![\u3400-\u9fff]))+")
RECOGNISED = (IssuerClass.GOVERNMENT, IssuerClass.CAQ, IssuerClass.SAQ)


class _Entry(NamedTuple):
    issuer: Issuer
    name: IssuerName
    how: Literal["name", "short_form"]


class _Register:
    """The register prepared for look-ups: exact names, compiled patterns, the names that must not be lost inside others."""

    def __init__(self, issuers: Issuers) -> None:
        self.rules = issuers
        self.entries: dict[str, _Entry] = {}
        for issuer in issuers.issuers:
            for name in issuer.names:
                self.entries[squeeze(name.name)] = _Entry(issuer, name, "name")
                for short in name.short_forms:
                    self.entries[squeeze(short)] = _Entry(issuer, name, "short_form")
        self.patterns = [(pattern, re.compile(pattern.pattern)) for pattern in issuers.patterns]
        self.full_names = [key for key, entry in self.entries.items() if entry.how == "name"]
        self.recognised = [key for key in self.full_names if self.entries[key].issuer.issuer_class in RECOGNISED]
        self.variants = str.maketrans(issuers.character_variants)
        self.separators = re.compile(issuers.separators)
        self.openings = re.compile(issuers.joint_openings)
        self.long_names = [key for key in self.entries if len(key) >= _OWN_LENGTH]
        self.decorations = sorted(issuers.decorations, key=len, reverse=True)

    def bare(self, text: str) -> str:
        """The name without white space, brackets for seals, quotation marks and end punctuation, in simplified characters."""
        bare = squeeze(text).translate(self.variants)
        for decoration in self.decorations:
            bare = bare.removesuffix(decoration)
        return bare.strip("。.:;,、“”\"'《》()" if not bare.endswith(")") else "。.:;,、“”\"'《》")

    def recognises(self, name: str) -> bool:
        """Whether the issuer of a registered name is of a class that counts."""
        return self.entries[name].issuer.issuer_class in RECOGNISED

    def matching_pattern(self, bare: str) -> IssuerPattern | None:
        """The first pattern that fits, unless the text merely holds a recognised name inside (two issuers run together, or a body of its
        own)."""
        if any(word in bare for word in self.rules.never_in_names):
            return None
        for pattern, regex in self.patterns:
            if regex.search(bare) and not any(name in bare and not _belongs_to(bare, name, pattern) for name in self.recognised):
                return pattern
        return None


def _belongs_to(bare: str, name: str, pattern: IssuerPattern) -> bool:
    # A pattern that spells the recognised name out at its start (a branch of it) has judged that name itself.
    return bare.startswith(name) and pattern.pattern.startswith("^") and pattern.issuer_class != IssuerClass.OTHER


@once_per_part
def _register(issuers: Issuers) -> _Register:
    return _Register(issuers)


def resolve_issuer(text: str, title: str, on: str | None, rulebook: Rulebook) -> IssuerVerdict:
    """What the register says of one issuer.

    `title` is the honour's title: a people's government counts only for its quality award. `on` is the conferral date in normal form, to
    check the years of the name. In order: registered name or short form; pattern; one misread character in exactly one registered name;
    else undecided with the nearest names. Never raises."""
    register = _register(rulebook.issuers)
    bare = register.bare(text)
    entry = register.entries.get(bare)
    if entry is not None:
        return _by_name(text, entry, title, on, register.rules)
    pattern = register.matching_pattern(bare)
    near = _near_names(bare, register)
    twin = _misread_twin(bare, near, pattern, register)
    if twin is not None:
        return _repaired(_by_name(text, register.entries[twin], title, on, register.rules), bare, twin)
    if pattern is not None:
        # 上诲市质量协会 has the form of another city's association, but may as well be a misread 上海市质量协会.
        suspicious = pattern.issuer_class == IssuerClass.OTHER and (
            any(register.recognises(name) for name in near) or _damaged_suffix(bare, register)
        )
        return _unresolved(text, bare, register) if suspicious else _by_pattern(text, bare, pattern, title, on, register.rules)
    corrected = _repaired_pattern(bare, register)
    if corrected is not None:
        return _repaired(_by_pattern(text, *corrected, title, on, register.rules), bare, corrected[0])
    return _unresolved(text, bare, register)


def split_issuers(text: str, rulebook: Rulebook) -> tuple[str, ...]:
    """The single issuers of a joint one, in the order printed, each once.

    Splits at separators, at conjunctions where both sides are whole names, and between names that run together without anything between
    them. Organisations in a role that confers nothing (指导单位, 支持单位, 承办单位 …) are left out where others remain."""
    register = _register(rulebook.issuers)
    parts: list[str] = []
    for piece in _without_roles(_SPACED.sub(lambda run: "".join(run[0].split()), text), register):
        for part in register.separators.split(piece):
            parts.extend(_split_run(register.bare(part), register))
    return tuple(dict.fromkeys(part for part in parts if part))


def looks_like_issuer(text: str, rulebook: Rulebook) -> bool:
    """Whether every part of a line is an organisation's name: registered, of a known pattern, or ending as organisations' names end."""
    register = _register(rulebook.issuers)
    parts = split_issuers(text, rulebook)
    return bool(parts) and all(_known(part, register) or _ends_like_organisation(part, register) for part in parts)


def resembles_issuer(text: str, rulebook: Rulebook) -> bool:
    """Whether a line is nearly a registered full name: misread or partly hidden. It must not be lost, though it cannot be resolved."""
    register = _register(rulebook.issuers)
    bare = register.bare(text)
    # 某研究院装调一班 is a unit of that organisation and not its misread name.
    names = [name for name in register.full_names if not (bare.startswith(name) and len(bare) - len(name) > 1)]
    return len(bare) >= _OWN_LENGTH and process.extractOne(bare, names, scorer=ratio, score_cutoff=_RESEMBLES) is not None


def resembles_recognised(text: str, rulebook: Rulebook) -> bool:
    """Whether a text is nearly the full name of an issuer that counts."""
    register = _register(rulebook.issuers)
    return process.extractOne(register.bare(text), register.recognised, scorer=ratio, score_cutoff=_RESEMBLES) is not None


def is_known_issuer(text: str, rulebook: Rulebook) -> bool:
    """Whether the whole text is one registered name, short form or pattern name."""
    register = _register(rulebook.issuers)
    return _known(register.bare(text), register)


def issuer_containing(text: str, rulebook: Rulebook) -> str | None:
    """The only registered full name that holds the text, which must be most of it: what is left of a name on a worn seal."""
    register = _register(rulebook.issuers)
    bare = register.bare(text)
    holding = [name for name in register.full_names if bare in name and _CONTAINED_SHARE * len(name) <= len(bare)]
    return holding[0] if len(bare) >= _CONTAINED_LENGTH and len(holding) == 1 else None


def registered_names(rulebook: Rulebook) -> tuple[str, ...]:
    """Every full name and short form of the register, squeezed."""
    return tuple(_register(rulebook.issuers).entries)


def best_class(verdicts: tuple[IssuerVerdict, ...]) -> IssuerClass:
    """The best class among joint issuers (contract: `issuer_class`); UNCLEAR for none."""
    order = list(IssuerClass)
    return min((verdict.issuer_class for verdict in verdicts), key=order.index, default=IssuerClass.UNCLEAR)


def _by_name(text: str, entry: _Entry, title: str, on: str | None, rules: Issuers) -> IssuerVerdict:
    return _dated(
        _counted(
            text, entry.issuer.issuer_class, entry.how, entry.name.name, entry.issuer.id, entry.issuer.only_awards, title, entry.issuer.note
        ),
        entry.name,
        on,
        timedelta(days=rules.renaming_days),
    )


def _by_pattern(text: str, name: str, pattern: IssuerPattern, title: str, on: str | None, rules: Issuers) -> IssuerVerdict:
    counted = _counted(text, pattern.issuer_class, "pattern", name, pattern.id, pattern.only_awards, title, pattern.note)
    last = min((last for place, last in rules.former_places.items() if place in name), default=None)
    if last is not None and (pattern.valid_to is None or last < pattern.valid_to):
        # An authority of a place that is no more cannot have conferred anything, whatever its kind is called today.
        pattern = pattern.model_copy(update={"valid_to": last, "after_expiry": "unclear"})
    return _dated(counted, pattern, on, timedelta(days=rules.renaming_days))


def _counted(
    text: str,
    issuer_class: IssuerClass,
    how: Literal["name", "short_form", "pattern"],
    name: str,
    issuer_id: str,
    only_awards: tuple[str, ...],
    title: str,
    note: str,
) -> IssuerVerdict:
    """The verdict, with the rule that some issuers count only for certain awards."""
    verdict = IssuerVerdict(
        text=text,
        issuer_class=issuer_class,
        certain=issuer_class != IssuerClass.UNCLEAR,
        how=how,
        name=name,
        issuer_id=issuer_id,
        note=note,
    )
    if not only_awards:
        return verdict
    bare = squeeze(title)
    if any(award in bare for award in only_awards):
        return verdict
    listed = "、".join(only_awards)
    if not bare or any(_nearly_holds(bare, award) for award in only_awards):
        update: dict[str, object] = {
            "issuer_class": IssuerClass.UNCLEAR,
            "certain": False,
            "note": f"荣誉名称未能确认是否属于政府质量奖（{listed}）",
        }
    else:
        update = {"issuer_class": IssuerClass.OTHER, "note": f"该单位只有政府质量奖（{listed}）才计入"}
    return verdict.model_copy(update={**update, "how": "title_rule"})


def _nearly_holds(text: str, award: str) -> bool:
    """Whether some stretch of the text is the award's name but for one character: then the title may have been misread."""
    size = len(award)
    windows = (text[start : start + size] for start in range(len(text) - size + 1))
    return any(sum(a != b for a, b in zip(window, award, strict=True)) == 1 for window in windows)


def _dated(verdict: IssuerVerdict, name: IssuerName | IssuerPattern, on: str | None, grace: timedelta) -> IssuerVerdict:
    """The verdict with the check whether the name was in use on the date: an authority that is no more decides nothing, any other name
    out of its years is pointed out."""
    if on is None or overlaps(on, name.valid_from, name.valid_to):
        return verdict
    undecided = name.after_expiry == "unclear" and verdict.issuer_class in RECOGNISED
    around = (name.valid_from and name.valid_from - grace, name.valid_to and name.valid_to + grace)
    if not undecided and overlaps(on, *around):
        return verdict
    span = f"{name.valid_from or ''}至{name.valid_to or '今'}"
    note = f"{verdict.note}；" if verdict.note else ""
    update: dict[str, object] = {"in_validity": Truth.NO, "note": f"{note}名称“{verdict.name}”的使用时间为{span}，与证书日期 {on} 不符"}
    if undecided:
        update |= {"issuer_class": IssuerClass.UNCLEAR, "certain": False}
    return verdict.model_copy(update=update)


def _repaired(verdict: IssuerVerdict, bare: str, name: str) -> IssuerVerdict:
    note = f"识别为“{bare}”，按名录更正为“{name}”" + (f"；{verdict.note}" if verdict.note else "")
    return verdict.model_copy(update={"how": "repaired", "repaired": True, "note": note})


def _near_names(bare: str, register: _Register) -> list[str]:
    """Registered names and short forms one edit away; none for a short text."""
    if len(bare) < _OWN_LENGTH:
        return []
    return [name for name in register.entries if abs(len(name) - len(bare)) <= 1 and Levenshtein.distance(bare, name, score_cutoff=1) == 1]


def _misread_twin(bare: str, near: list[str], pattern: IssuerPattern | None, register: _Register) -> str | None:
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


def _damaged_suffix(bare: str, register: _Register) -> bool:
    """Whether the end of a name is one edit away from the fixed ending of a family that counts (广东省市监督管理局)."""
    for suffix in register.rules.repair_suffixes:
        ends = (bare[-size:] for size in (len(suffix) - 1, len(suffix), len(suffix) + 1))
        if not bare.endswith(suffix) and any(Levenshtein.distance(end, suffix, score_cutoff=1) == 1 for end in ends):
            return True
    return False


def _repaired_pattern(bare: str, register: _Register) -> tuple[str, IssuerPattern] | None:
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


def _unresolved(text: str, bare: str, register: _Register) -> IssuerVerdict:
    ranked = process.extract(bare, register.full_names, limit=_NEAREST, score_cutoff=_NEAR_ENOUGH) if bare else []
    nearest = tuple(name for name, _, _ in ranked)
    note = f"名录中没有“{bare}”" + (f"，最接近的是：{'、'.join(nearest)}" if nearest else "") if bare else "没有读出单位名称"
    return IssuerVerdict(text=text, issuer_class=IssuerClass.UNCLEAR, certain=False, how="unresolved", nearest=nearest, note=note)


def _known(bare: str, register: _Register) -> bool:
    return bare in register.entries or register.matching_pattern(bare) is not None


def _ends_like_organisation(bare: str, register: _Register) -> bool:
    return 4 <= len(bare) <= 40 and bare.endswith(register.rules.organisation_suffixes) and not re.search(r"[。!?“”]", bare)


def _without_roles(text: str, register: _Register) -> list[str]:
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


def _split_run(bare: str, register: _Register) -> list[str]:
    """A text without separators as the names it consists of: itself if it is one name or cannot be wholly covered by names."""
    if not bare or bare in register.entries:
        return [bare] if bare else []
    return _segmentation(bare, register) or [bare]


def _segmentation(bare: str, register: _Register) -> list[str] | None:
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


def _name_cost(part: str, register: _Register, *, joint: bool) -> float | None:
    """What a part costs in a segmentation; None if it is no name. Patterns accept any words before their ending: they must not hold
    another name."""
    if part in register.entries:
        return 1.0
    if len(part) < _OWN_LENGTH or (joint and not register.openings.search(part)):
        return None
    if any(name in part for name in register.long_names) and not _branch(part, register):
        return None
    return 2.5 if register.matching_pattern(part) is not None else None


def _branch(part: str, register: _Register) -> bool:
    pattern = register.matching_pattern(part)
    return pattern is not None and pattern.issuer_class != IssuerClass.OTHER and any(part.startswith(name) for name in register.recognised)
