"""Match what an applicant claims to the certificates that show it, and judge each honour under the five-year rule.

Comes in: a dossier and the rulebook. Goes out: one `HonourCase` per distinct honour, claims first in the form's order, then certificates
nobody claimed. Called by `process`. Matching is one to one and optimal over all pairs; the certificate wins over the claim."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from pipeline.applicants.dossier import Dossier
from pipeline.catalogue.awards import TitleKey, contradicts, core_likeness, known_award, nearest_awards, normal_level, usual_issuers
from pipeline.catalogue.issuer_verdict import IssuerVerdict
from pipeline.catalogue.issuers import best_class, resolve_issuer, split_issuers
from pipeline.honours.assignment import best_assignment
from pipeline.honours.honour_case import Claim, ConditionResult, Difference, HonourCase, HonourField
from pipeline.honours.honour_claims import CertificateReading, certificates_of, claims_of, key_of
from pipeline.honours.honour_rule import (
    certificate_shown,
    confident,
    issuer_condition,
    issuer_verdicts,
    recipient_condition,
    window_condition,
)
from pipeline.honours.truth import all_of
from pipeline.text.date_spans import span_of
from pipeline.text.normal_forms import same_date, squeeze
from schemas.codes import Truth
from schemas.records import FieldValue, Honour, stable_id
from schemas.rules import Rulebook

__all__ = ["Claim", "ConditionResult", "Difference", "HonourCase", "IssuerVerdict", "match_honours"]

_LIKE = 0.75  # titles less alike are different honours, unless issuer and date both agree
_LIKE_WITH_AGREEMENT = 0.6
_NEARLY_EQUAL = 0.9


def match_honours(dossier: Dossier, rulebook: Rulebook) -> tuple[HonourCase, ...]:
    """The honours of one applicant, each with claim, certificate, differences, conditions and verdict. Never raises on any reading."""
    claims, certificates = claims_of(dossier, rulebook), certificates_of(dossier, rulebook)
    pairs = dict(best_assignment(_weights(claims, certificates, rulebook)))
    matches: list[tuple[Claim | None, CertificateReading | None]] = [
        (claim, certificates[pairs[index]] if index in pairs else None) for index, claim in enumerate(claims)
    ]
    shown = set(pairs.values())
    matches += [(None, certificate) for index, certificate in enumerate(certificates) if index not in shown]
    taken: Counter[str] = Counter()
    return tuple(_case(dossier, claim, certificate, taken, rulebook) for claim, certificate in matches)


def _weights(claims: Sequence[Claim], certificates: Sequence[CertificateReading], rulebook: Rulebook) -> list[list[float]]:
    """How well each claim fits each certificate; 0 where they are not the same honour."""
    claimed = [key_of(claim.title, rulebook) for claim in claims]
    shown = [key_of(certificate.title, rulebook) for certificate in certificates]
    # Where an award was won more than once, only the year tells the honours apart.
    repeated = {award for keys in (claimed, shown) for award, times in Counter(_award_of(key) for key in keys if key).items() if times > 1}
    return [
        [
            _weight(claim, certificate, left, right, strict=right is not None and _award_of(right) in repeated, rulebook=rulebook)
            for certificate, right in zip(certificates, shown, strict=True)
        ]
        for claim, left in zip(claims, claimed, strict=True)
    ]


def _award_of(key: TitleKey) -> str:
    return key.award or key.core


def _weight(
    claim: Claim, certificate: CertificateReading, left: TitleKey | None, right: TitleKey | None, *, strict: bool, rulebook: Rulebook
) -> float:
    """The weight of one pair. Contradicting years, sessions, grades or scopes need issuer and date to agree; then they are a difference
    to report."""
    issuer = _issuer_agreement(claim.issuer, certificate.issuer, rulebook)
    date = _date_agreement(claim.date, certificate.date)
    if left is None or right is None:
        return 0.5 if issuer > 0 and date > 0 else 0.0
    likeness = core_likeness(left, right)
    if likeness < (_LIKE_WITH_AGREEMENT if issuer > 0 and date > 0 else _LIKE):
        return 0.0
    contradictions = contradicts(left, right)
    if contradictions:
        agreed = issuer > 0 and date > 0 and likeness >= _NEARLY_EQUAL and len(contradictions) == 1
        return 0.55 if agreed else 0.0
    weight = likeness + 0.1 * (issuer + date)
    weight -= 0.03 * (left.grades != right.grades) + 0.02 * (left.years != right.years) + 0.02 * (left.sessions != right.sessions)
    if date < 0 and not (left.years & right.years or left.sessions & right.sessions):
        other_year = claim.date is not None and certificate.date is not None and claim.date.value[:4] != certificate.date.value[:4]
        if other_year and (strict or issuer < 0 or likeness < _NEARLY_EQUAL):
            return 0.0
        weight -= 0.15
    return max(weight, 0.0) if weight >= 0.5 else 0.0


def _issuer_agreement(claimed: FieldValue | None, shown: FieldValue | None, rulebook: Rulebook) -> int:
    """1 where an issuer is common to both, -1 where both are known and none is, 0 where it cannot be said."""
    if claimed is None or shown is None or not claimed.value or not shown.value:
        return 0
    left, right = _issuer_keys(claimed, rulebook), _issuer_keys(shown, rulebook)
    if any(_same_issuer(one, other) for one in left for other in right):
        return 1
    return 0 if any(key.startswith("?") for key in left | right) else -1


def _issuer_keys(value: FieldValue, rulebook: Rulebook) -> set[str]:
    """One key per issuer: the register's id; for pattern names the name itself; '?' before what the register does not know."""
    keys = set()
    for name in split_issuers(value.value, rulebook):
        verdict = resolve_issuer(name, "", None, rulebook)
        pattern_name = verdict.how in ("pattern", "title_rule") and verdict.name
        keys.add(pattern_name if pattern_name else verdict.issuer_id or f"?{squeeze(name)}")
    return keys


def _date_agreement(claimed: FieldValue | None, shown: FieldValue | None) -> int:
    if claimed is None or shown is None or not claimed.value or not shown.value:
        return 0
    if not same_date(claimed.value, shown.value):
        return -1
    # A year alone agrees with too much to speak for a match.
    return 1 if min(len(claimed.value), len(shown.value)) > 4 else 0


def _case(
    dossier: Dossier, claim: Claim | None, certificate: CertificateReading | None, taken: Counter[str], rulebook: Rulebook
) -> HonourCase:
    verdicts = issuer_verdicts(claim, certificate, rulebook)
    conditions = (
        certificate_shown(claim, certificate, rulebook),
        window_condition(claim, certificate, rulebook),
        issuer_condition(certificate, verdicts, rulebook),
        recipient_condition(dossier.name, certificate, rulebook),
    )
    # Without a certificate nothing is proved, not even what speaks against the claim.
    qualifies = all_of(condition.truth for condition in conditions) if certificate is not None else Truth.UNCLEAR
    title = _best(certificate.title if certificate else None, claim.title if claim else None, rulebook)
    date = _best(certificate.date if certificate else None, claim.date if claim else None, rulebook)
    honour = Honour(
        honour_id=_honour_id(dossier.applicant_id, claim, certificate, taken, rulebook),
        applicant_id=dossier.applicant_id,
        title=title or "（名称未能读出）",
        issuers=tuple(dict.fromkeys(verdict.name or verdict.text for verdict in verdicts)),
        issuer_class=best_class(verdicts),
        level=_level(claim, certificate, title, rulebook),
        conferred_on=date or None,
        claimed=claim is not None,
        claim_document_id=claim.document_id if claim is not None else None,
        certificate_document_id=certificate.filed.document.document_id if certificate is not None else None,
        in_window=conditions[1].truth,
        role=claim.role.value if claim is not None and claim.role is not None and claim.role.value else None,
        qualifies=qualifies,
        reasons=tuple(f"{condition.reason}（{condition.clause}）" for condition in conditions),
    )
    return HonourCase(
        honour=honour,
        claim=claim,
        certificate=certificate.filed if certificate is not None else None,
        certificate_copies=certificate.copies if certificate is not None else (),
        differences=_differences(claim, certificate, rulebook),
        issuers=verdicts,
        recipient_ok=conditions[3].truth,
        conditions=conditions,
        notes=_notes(title, date or None, verdicts, rulebook),
    )


def _best(shown: FieldValue | None, claimed: FieldValue | None, rulebook: Rulebook) -> str:
    """The certificate's value if read with confidence, else the claim's, else whatever the certificate seemed to say."""
    if shown is not None and confident(shown, rulebook):
        return shown.value
    return next((value.value for value in (claimed, shown) if value is not None and value.value), "")


def _level(claim: Claim | None, certificate: CertificateReading | None, title: str, rulebook: Rulebook) -> str | None:
    """The level that the certificate states, else the claim, else the catalogue."""
    for value in (certificate.level if certificate else None, claim.level if claim else None):
        if value is not None and value.value:
            return normal_level(value.value, rulebook.awards) or value.value
    award = known_award(title, rulebook.awards)
    return award.level if award is not None else None


def _honour_id(
    applicant_id: str, claim: Claim | None, certificate: CertificateReading | None, taken: Counter[str], rulebook: Rulebook
) -> str:
    """An id that survives re-reading: over the title taken apart and the year, of the claim where there is one (typed text does not
    change)."""
    source = claim if claim is not None and claim.title is not None and claim.title.value else certificate
    key = key_of(source.title, rulebook) if source is not None else None
    date = (source.date if source is not None else None) or (certificate.date if certificate is not None else None)
    identity = stable_id(applicant_id, key.text if key is not None else "", date.value[:4] if date is not None else "")
    taken[identity] += 1
    return identity if taken[identity] == 1 else stable_id(identity, taken[identity])


def _differences(claim: Claim | None, certificate: CertificateReading | None, rulebook: Rulebook) -> tuple[Difference, ...]:
    """Where claim and certificate state different things, both read with confidence."""
    if claim is None or certificate is None:
        return ()
    pairs: tuple[tuple[HonourField, FieldValue | None, FieldValue | None], ...] = (
        ("title", claim.title, certificate.title),
        ("issuer", claim.issuer, certificate.issuer),
        ("date", claim.date, certificate.date),
        ("level", claim.level, certificate.level),
    )
    return tuple(
        Difference(
            field=field,
            claimed=claimed,
            certified=shown,
            claimed_document_id=claim.document_id,
            certified_document_id=certificate.filed.document.document_id,
        )
        for field, claimed, shown in pairs
        if claimed is not None
        and shown is not None
        and confident(claimed, rulebook)
        and confident(shown, rulebook)
        and _differ(field, claimed, shown, rulebook)
    )


def _differ(field: HonourField, claimed: FieldValue, shown: FieldValue, rulebook: Rulebook) -> bool:
    if field == "date":
        return not same_date(claimed.value, shown.value)
    if field == "level":
        levels = [normal_level(value.value, rulebook.awards) for value in (claimed, shown)]
        return None not in levels and levels[0] != levels[1]
    if field == "title":
        left, right = key_of(claimed, rulebook), key_of(shown, rulebook)
        return left is not None and right is not None and (bool(contradicts(left, right)) or core_likeness(left, right) < _LIKE)
    return _issuers_differ(claimed, shown, rulebook)


def _issuers_differ(claimed: FieldValue, shown: FieldValue, rulebook: Rulebook) -> bool:
    """Whether the claim names an issuer that the certificate does not; leaving out joint issuers is no difference."""
    left, right = _issuer_keys(claimed, rulebook), _issuer_keys(shown, rulebook)
    return any(not any(_same_issuer(key, other) for other in right) for key in left)


def _same_issuer(left: str, right: str) -> bool:
    """Whether two issuer keys mean one issuer. Names (not ids) may leave out their beginning: 浦东新区市场监督管理局 for
    上海市浦东新区市场监督管理局."""
    if left == right:
        return True
    one, other = left.lstrip("?"), right.lstrip("?")
    return not one.isascii() and not other.isascii() and (one.endswith(other) or other.endswith(one))


def _notes(title: str, date: str | None, verdicts: tuple[IssuerVerdict, ...], rulebook: Rulebook) -> tuple[str, ...]:
    """Remarks that decide nothing."""
    notes = [
        verdict.note
        for verdict in verdicts
        if verdict.note and (verdict.repaired or verdict.in_validity == Truth.NO or not verdict.certain)
    ]
    award = known_award(title, rulebook.awards)
    on = date if date is not None and span_of(date) is not None else None
    expected = usual_issuers(award, on) if award is not None else ()
    if award is not None and expected and verdicts:
        usual = {resolve_issuer(name, title, None, rulebook).issuer_id for name in expected}
        if all(verdict.certain and verdict.issuer_id not in usual for verdict in verdicts):
            notes.append(f"“{award.title}”通常由{'、'.join(expected)}颁发，与证书（申报）所列单位不同")
    if award is not None and award.since is not None and on is not None and int(on[:4]) < award.since:
        notes.append(f"“{award.title}”{award.since}年首次颁发，早于此的授予时间 {on} 可疑")
    if award is None and title:
        near = nearest_awards(title, rulebook.awards)
        if near:
            notes.append(f"奖项目录中没有“{title}”，最接近的是：{'、'.join(near)}")
    return tuple(dict.fromkeys(notes))
