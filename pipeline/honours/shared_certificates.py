"""One certificate in the material of two people: right for a team that lists both, and to be looked into otherwise.

Comes in: the dossiers and the honour cases of each. Goes out: the cases, with the recipient condition left open or its reason
completed where somebody else uses the same certificate. Called by `process` after `match_honours`. Source: notice:一4 (main persons of
teams), notice:四(二).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from pipeline.applicants.dossier import Dossier
from pipeline.catalogue.awards import title_key
from pipeline.honours.honour_case import ConditionResult, HonourCase
from pipeline.honours.truth import all_of
from pipeline.text.normal_forms import name_key, squeeze
from schemas.codes import Truth
from schemas.records import Document, Id
from schemas.rules import Rulebook

Cases = Mapping[Id, tuple[HonourCase, ...]]


class _Use(NamedTuple):
    """Where a certificate is used: the applicant, the number of the case, and the certificate's number ('' if not read)."""

    applicant: Id
    case: int
    number: str


def mark_shared(dossiers: Sequence[Dossier], cases: Cases, rulebook: Rulebook) -> dict[Id, tuple[HonourCase, ...]]:
    """All cases; those whose certificate another person uses as well say so, and count only for people the certificate names."""
    owners = {dossier.applicant_id: dossier for dossier in dossiers}
    marked = {applicant: list(found) for applicant, found in cases.items()}
    for uses in _uses(cases, rulebook).values():
        for use in uses:
            owner = owners[use.applicant]
            others = [
                owners[other.applicant] for other in uses if _person(owners[other.applicant]) != _person(owner) and _may_be_one(use, other)
            ]
            if others:
                marked[use.applicant][use.case] = _shared(marked[use.applicant][use.case], owner, others)
    return {applicant: tuple(found) for applicant, found in marked.items()}


def _uses(cases: Cases, rulebook: Rulebook) -> dict[tuple[str, ...], list[_Use]]:
    """The uses of each certificate, by what makes a certificate that one: title, holder and day."""
    found: dict[tuple[str, ...], list[_Use]] = defaultdict(list)
    for applicant in sorted(cases):
        for index, case in enumerate(cases[applicant]):
            if case.certificate is None:
                continue
            document = case.certificate.document
            identity, number = _identity(document, rulebook), document.first("certificate_number")
            if identity is not None:
                found[identity].append(_Use(applicant, index, squeeze(number.value) if number is not None else ""))
    return found


def _may_be_one(left: _Use, right: _Use) -> bool:
    return not left.number or not right.number or left.number == right.number


def _identity(document: Document, rulebook: Rulebook) -> tuple[str, ...] | None:
    """What tells a certificate from others, its number aside; None where too little was read to say so."""
    title, holder, date = (document.first(field) for field in ("honour_title", "recipient", "honour_date"))
    if title is None or holder is None or date is None or not (title.value and holder.value and date.value):
        return None
    return (title_key(title.value, rulebook.awards).text, name_key(holder.value), date.value)


def _person(dossier: Dossier) -> str:
    return dossier.person_id or dossier.applicant_id


def _shared(case: HonourCase, owner: Dossier, others: Sequence[Dossier]) -> HonourCase:
    """The case with the remark that others use its certificate; undecided where the certificate cannot mean both: it names one 张三, and
    two people of that name hand it in."""
    namesakes = [other for other in others if name_key(other.name) == name_key(owner.name)]
    if case.recipient_ok == Truth.YES and not namesakes:
        return case
    listed = "、".join(dict.fromkeys(f"{other.name}（{other.recommending_unit or '未写推荐单位'}）" for other in namesakes or others))
    remark = f"同一张证书还出现在申报人{listed}的材料中"
    truth = Truth.UNCLEAR if case.recipient_ok == Truth.YES else case.recipient_ok
    conditions = tuple(
        condition.model_copy(update={"truth": truth, "reason": f"{condition.reason}；{remark}，请核实证书归属"})
        if condition.condition == "recipient"
        else condition
        for condition in case.conditions
    )
    return _judged_again(case, conditions, truth)


def _judged_again(case: HonourCase, conditions: tuple[ConditionResult, ...], recipient: Truth) -> HonourCase:
    honour = case.honour.model_copy(
        update={
            "qualifies": all_of(condition.truth for condition in conditions),
            "reasons": tuple(f"{condition.reason}（{condition.clause}）" for condition in conditions),
        }
    )
    return case.model_copy(update={"honour": honour, "conditions": conditions, "recipient_ok": recipient})
