"""Who confers an honour, and whether its honours count: printed names against the register `rulebook/issuers.yaml`.

Comes in: the text of one or several issuers as printed or written. Goes out: an `IssuerVerdict` each, certain or with the nearest
registered names. Called by `certificates` (to see where issuers stand), `honour_text` and `honour_rule`. The rule behind it: notice:一4
and the contract of `review.honours`.

A name is met whole or not at all: 江苏省质量协会 holds 质量协会, and 中国质量检验协会 nearly all of 中国质量协会, and neither is one of
them."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Literal

from rapidfuzz import process
from rapidfuzz.fuzz import ratio

from pipeline.catalogue.issuer_register import OWN_LENGTH, RECOGNISED, IssuerRegister, RegisterEntry, register_of
from pipeline.catalogue.issuer_slips import damaged_suffix, misread_twin, near_names, repaired_pattern
from pipeline.catalogue.issuer_verdict import IssuerVerdict
from pipeline.catalogue.joint_issuers import split_issuers
from pipeline.catalogue.prepared import remembered
from pipeline.text.date_spans import overlaps
from pipeline.text.normal_forms import squeeze
from schemas.codes import IssuerClass, Truth
from schemas.rules import IssuerName, IssuerPattern, Issuers, Rulebook

__all__ = [
    "RECOGNISED",
    "best_class",
    "is_known_issuer",
    "issuer_containing",
    "looks_like_issuer",
    "registered_names",
    "resembles_issuer",
    "resembles_recognised",
    "resolve_issuer",
    "split_issuers",
]

_CONTAINED_LENGTH, _CONTAINED_SHARE = 5, 0.7  # so much of a name tells whose it is, if no other holds it
_NEAREST = 3
_NEAR_ENOUGH = 55.0
_RESEMBLES = 80.0


@remembered
def resolve_issuer(text: str, title: str, on: str | None, rulebook: Rulebook) -> IssuerVerdict:
    """What the register says of one issuer.

    `title` is the honour's title: a people's government counts only for its quality award. `on` is the conferral date in normal form, to
    check the years of the name. In order: registered name or short form; pattern; one misread character in exactly one registered name;
    else undecided with the nearest names. Never raises."""
    register = register_of(rulebook.issuers)
    bare = register.bare(text)
    entry = register.entries.get(bare)
    if entry is not None:
        return _by_name(text, entry, title, on, register.rules)
    pattern = register.matching_pattern(bare)
    near = near_names(bare, register)
    twin = misread_twin(bare, near, pattern, register)
    if twin is not None:
        return _repaired(_by_name(text, register.entries[twin], title, on, register.rules), bare, twin)
    if pattern is not None:
        # 上诲市质量协会 has the form of another city's association, but may as well be a misread 上海市质量协会.
        suspicious = pattern.issuer_class == IssuerClass.OTHER and (
            any(register.recognises(name) for name in near) or damaged_suffix(bare, register)
        )
        return _unresolved(text, bare, register) if suspicious else _by_pattern(text, bare, pattern, title, on, register.rules)
    corrected = repaired_pattern(bare, register)
    if corrected is not None:
        return _repaired(_by_pattern(text, *corrected, title, on, register.rules), bare, corrected[0])
    return _unresolved(text, bare, register)


def looks_like_issuer(text: str, rulebook: Rulebook) -> bool:
    """Whether every part of a line is an organisation's name: registered, of a known pattern, or ending as organisations' names end."""
    register = register_of(rulebook.issuers)
    parts = split_issuers(text, rulebook)
    return bool(parts) and all(register.knows(part) or _ends_like_organisation(part, register) for part in parts)


def resembles_issuer(text: str, rulebook: Rulebook) -> bool:
    """Whether a line is nearly a registered full name: misread or partly hidden. It must not be lost, though it cannot be resolved."""
    register = register_of(rulebook.issuers)
    bare = register.bare(text)
    # 某研究院装调一班 is a unit of that organisation and not its misread name.
    names = [name for name in register.full_names if not (bare.startswith(name) and len(bare) - len(name) > 1)]
    return len(bare) >= OWN_LENGTH and process.extractOne(bare, names, scorer=ratio, score_cutoff=_RESEMBLES) is not None


def resembles_recognised(text: str, rulebook: Rulebook) -> bool:
    """Whether a text is nearly the full name of an issuer that counts."""
    register = register_of(rulebook.issuers)
    return process.extractOne(register.bare(text), register.recognised, scorer=ratio, score_cutoff=_RESEMBLES) is not None


def is_known_issuer(text: str, rulebook: Rulebook) -> bool:
    """Whether the whole text is one registered name, short form or pattern name."""
    register = register_of(rulebook.issuers)
    return register.knows(register.bare(text))


def issuer_containing(text: str, rulebook: Rulebook) -> str | None:
    """The only registered full name that holds the text, which must be most of it: what is left of a name on a worn seal."""
    register = register_of(rulebook.issuers)
    bare = register.bare(text)
    holding = [name for name in register.full_names if bare in name and _CONTAINED_SHARE * len(name) <= len(bare)]
    return holding[0] if len(bare) >= _CONTAINED_LENGTH and len(holding) == 1 else None


def registered_names(rulebook: Rulebook) -> tuple[str, ...]:
    """Every full name and short form of the register, squeezed."""
    return tuple(register_of(rulebook.issuers).entries)


def best_class(verdicts: tuple[IssuerVerdict, ...]) -> IssuerClass:
    """The best class among joint issuers (contract: `issuer_class`); UNCLEAR for none."""
    order = list(IssuerClass)
    return min((verdict.issuer_class for verdict in verdicts), key=order.index, default=IssuerClass.UNCLEAR)


def _by_name(text: str, entry: RegisterEntry, title: str, on: str | None, rules: Issuers) -> IssuerVerdict:
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


def _unresolved(text: str, bare: str, register: IssuerRegister) -> IssuerVerdict:
    ranked = process.extract(bare, register.full_names, limit=_NEAREST, score_cutoff=_NEAR_ENOUGH) if bare else []
    nearest = tuple(name for name, _, _ in ranked)
    note = f"名录中没有“{bare}”" + (f"，最接近的是：{'、'.join(nearest)}" if nearest else "") if bare else "没有读出单位名称"
    return IssuerVerdict(text=text, issuer_class=IssuerClass.UNCLEAR, certain=False, how="unresolved", nearest=nearest, note=note)


def _ends_like_organisation(bare: str, register: IssuerRegister) -> bool:
    return 4 <= len(bare) <= 40 and bare.endswith(register.rules.organisation_suffixes) and not re.search(r"[。!?“”]", bare)
