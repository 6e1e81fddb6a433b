"""The five-year rule for one honour: its four conditions, each three-valued and with a sentence that says why.

Comes in: a claim and the certificate that shows it (either may be missing). Goes out: the issuers' verdicts and `ConditionResult`s.
Called by `match_honours`. Source: notice:一4 (window, issuers, main persons of teams), notice:二3 (certificates), contract of
`review.honours`. The certificate wins over the claim; what was not read with certainty makes a condition UNCLEAR, never NO and never YES.
"""

from __future__ import annotations

import re

from rapidfuzz.distance import Levenshtein

from pipeline.catalogue.awards import core_likeness, known_award
from pipeline.catalogue.issuer_verdict import IssuerVerdict
from pipeline.catalogue.issuers import RECOGNISED, is_known_issuer, looks_like_issuer, resembles_recognised, resolve_issuer, split_issuers
from pipeline.certificates.person_names import holder_kind, is_incomplete
from pipeline.honours.honour_case import Claim, Condition, ConditionResult
from pipeline.honours.honour_claims import CertificateReading, key_of
from pipeline.honours.truth import any_of
from pipeline.text.date_spans import span_of, within
from pipeline.text.normal_forms import name_key, squeeze
from schemas.codes import IssuerClass, Truth
from schemas.layout import Method
from schemas.records import FieldValue
from schemas.rules import Rulebook

_TITLE_CONFIRMED = 0.85
_LONGEST_PLAIN_NAME = 4  # a longer text that holds the applicant's name holds other words beside it
_CLASS_NAMES = {IssuerClass.GOVERNMENT: "政府质量主管部门", IssuerClass.CAQ: "中国质量协会", IssuerClass.SAQ: "上海市质量协会"}


def confident(value: FieldValue | None, rulebook: Rulebook) -> bool:
    """Whether a value was read well enough to decide on."""
    return value is not None and bool(value.value) and not value.needs_review and value.confidence >= rulebook.edition.review_below


def believed(value: FieldValue, rulebook: Rulebook) -> bool:
    """Whether a reading that equals an expected name exactly is believed: chance does not produce a registered name or the applicant's."""
    return value.score >= rulebook.issuers.exact_reading_floor


def result(condition: Condition, truth: Truth, reason: str, rulebook: Rulebook) -> ConditionResult:
    """A condition with the clause that the edition gives for it."""
    return ConditionResult(condition=condition, truth=truth, clause=rulebook.edition.clauses[condition], reason=reason)


def certificate_shown(claim: Claim | None, certificate: CertificateReading | None, rulebook: Rulebook) -> ConditionResult:
    """Whether the material holds a certificate that shows the honour."""
    if certificate is None:
        return result("certificate", Truth.UNCLEAR, "材料中没有找到这项荣誉的证书（奖状），不能只凭申报表认定", rulebook)
    title = certificate.title
    if title is None or not title.value:
        return result("certificate", Truth.UNCLEAR, "证书上的荣誉名称没有读出，请人工核对", rulebook)
    claimed, shown = key_of(claim.title if claim else None, rulebook), key_of(title, rulebook)
    agrees = claimed is not None and shown is not None and core_likeness(claimed, shown) >= _TITLE_CONFIRMED
    if confident(title, rulebook) or agrees or known_award(title.value, rulebook.awards) is not None:
        return result("certificate", Truth.YES, f"证书载明“{title.value}”", rulebook)
    return result("certificate", Truth.UNCLEAR, f"证书上的荣誉名称识别为“{title.value}”，把握不足，请人工核对", rulebook)


def window_condition(claim: Claim | None, certificate: CertificateReading | None, rulebook: Rulebook) -> ConditionResult:
    """Whether the conferral lies in the edition's window, both days in; too coarse or uncertain dates are UNCLEAR."""
    first, last = rulebook.edition.window_bounds()
    span = f"{first} 至 {last}"
    claimed = claim.date if claim is not None else None
    date = certificate.date if certificate is not None else claimed
    source = "证书" if certificate is not None else "申报表"
    if date is None or not date.value:
        return result("window", Truth.UNCLEAR, f"{source}上没有读出授予时间", rulebook)
    if span_of(date.value) is None:
        return result("window", Truth.UNCLEAR, f"{source}上的授予时间“{date.raw}”无法识别为日期", rulebook)
    confirmed = (
        certificate is not None
        and claimed is not None
        and confident(claimed, rulebook)
        and claimed.value == date.value
        and len(date.value) > 4
    )
    if not confident(date, rulebook) and not confirmed:
        return result("window", Truth.UNCLEAR, f"{source}上的授予时间识别为 {date.value}，把握不足，请人工核对", rulebook)
    truth = within(date.value, first, last)
    wording = {
        Truth.YES: f"授予时间 {date.value} 在 {span} 之内",
        Truth.NO: f"授予时间 {date.value} 不在 {span} 之内",
        Truth.UNCLEAR: f"授予时间只到 {date.value}，不足以判断是否在 {span} 之内",
    }
    return result("window", truth, wording[truth], rulebook)


def issuer_verdicts(claim: Claim | None, certificate: CertificateReading | None, rulebook: Rulebook) -> tuple[IssuerVerdict, ...]:
    """The verdict on each issuer of the certificate (of the claim where there is none); an uncertain reading makes an uncertain verdict."""
    source = certificate if certificate is not None else claim
    if source is None or source.issuer is None or not source.issuer.value:
        return ()
    title = source.title.value if source.title is not None and (confident(source.title, rulebook) or certificate is None) else ""
    if not title and source.title is not None and known_award(source.title.value, rulebook.awards) is not None:
        title = source.title.value
    on = source.date.value if source.date is not None and confident(source.date, rulebook) and span_of(source.date.value) else None
    verdicts = [resolve_issuer(name, title, on, rulebook) for name in split_issuers(source.issuer.value, rulebook)]
    return tuple(_as_read(verdict, source.issuer, rulebook) for verdict in verdicts)


def _put_right(verdict: IssuerVerdict, value: FieldValue) -> IssuerVerdict:
    """The verdict with a remark where the name is not what was read: a misread or hidden character was put right."""
    if squeeze(verdict.text) in squeeze(value.raw):
        return verdict
    read = " ".join(value.raw.split())
    note = f"证书上识别为“{read}”，按名录或印章更正为“{verdict.text}”" + (f"；{verdict.note}" if verdict.note else "")
    return verdict.model_copy(update={"repaired": True, "note": note})


def issuer_condition(certificate: CertificateReading | None, verdicts: tuple[IssuerVerdict, ...], rulebook: Rulebook) -> ConditionResult:
    """Whether at least one issuer is of a class that counts. A seal that names somebody else than the print leaves it open."""
    if not verdicts:
        return result("issuer", Truth.UNCLEAR, "没有读出颁发单位", rulebook)
    truth = any_of(_counts(verdict) for verdict in verdicts)
    good = [verdict for verdict in verdicts if _counts(verdict) == Truth.YES]
    if truth == Truth.YES:
        listed = "、".join(f"{verdict.name}（{_CLASS_NAMES[verdict.issuer_class]}）" for verdict in good)
        reason = f"颁发单位包括{listed}"
    else:
        listed = "、".join(verdict.text + (f"（{verdict.note}）" if verdict.note and not verdict.certain else "") for verdict in verdicts)
        reason = f"颁发单位“{listed}”不属于认可的三类主办单位" if truth == Truth.NO else f"颁发单位“{listed}”无法确定是否属于认可的主办单位"
    contradiction = _seal_contradiction(certificate, verdicts, truth, rulebook)
    if contradiction:
        return result("issuer", Truth.UNCLEAR, f"{reason}；但{contradiction}，请人工核对", rulebook)
    return result("issuer", truth, reason, rulebook)


def recipient_condition(name: str, certificate: CertificateReading | None, rulebook: Rulebook) -> ConditionResult:
    """Whether the certificate was given to the applicant or names the applicant among the team's members."""
    if certificate is None:
        return result("recipient", Truth.UNCLEAR, "没有证书，无法核对获奖者", rulebook)
    if not name_key(name):
        return result("recipient", Truth.UNCLEAR, "申报人姓名没有读出，无法核对获奖者", rulebook)
    recipient, members = certificate.recipient, certificate.members
    for value, wording in ((recipient, "证书授予申报人"), (members, "申报人在证书的成员名单中")):
        if value is not None and name_key(name) in _names(value, rulebook):
            if confident(value, rulebook) or believed(value, rulebook):
                return result("recipient", Truth.YES, wording + _place_in(name, value, rulebook), rulebook)
            return result("recipient", Truth.UNCLEAR, f"证书上似有申报人姓名“{name}”，但识别把握不足，请人工核对", rulebook)
    return _not_named(name, recipient, members, rulebook)


def _place_in(name: str, value: FieldValue, rulebook: Rulebook) -> str:
    """The applicant's place in a list of several names, in words; '' where the certificate names one person."""
    names = _names(value, rulebook)
    return f"（第{names.index(name_key(name)) + 1}位，共列{len(names)}人）" if len(names) > 1 else ""


def _not_named(name: str, recipient: FieldValue | None, members: FieldValue | None, rulebook: Rulebook) -> ConditionResult:
    """The recipient condition where the applicant's name was not read: NO only if all that names somebody was read with certainty."""
    words = rulebook.awards.certificate
    if recipient is None or not recipient.value:
        return result("recipient", Truth.UNCLEAR, "证书上的获奖者没有读出", rulebook)
    persons = all(holder_kind(part, words) == "person" for part in _names(recipient, rulebook))
    if not persons and (members is None or not members.value):
        return result("recipient", Truth.UNCLEAR, f"证书授予“{recipient.value}”，没有列出成员，无法确定申报人是否在内", rulebook)
    relevant = [value for value in ((recipient, members) if persons else (members,)) if value is not None and value.value]
    stated = "；".join(value.value for value in relevant)
    for value in relevant:
        if is_incomplete(value.value, words):
            return result("recipient", Truth.UNCLEAR, f"证书上的名单不完整（{value.value}），无法确定申报人是否在内", rulebook)
        if any(looks_like_issuer(part, rulebook) for part in _names(value, rulebook)) and not persons:
            return result("recipient", Truth.UNCLEAR, f"证书上的名单（{value.value}）里混有单位名称，请人工核对申报人是否在内", rulebook)
        if not confident(value, rulebook) or any(_may_be_misread(name, part, value, rulebook) for part in _names(value, rulebook)):
            return result("recipient", Truth.UNCLEAR, f"证书上的姓名识别为“{value.value}”，可能有误，请人工核对是否为申报人", rulebook)
    return result("recipient", Truth.NO, f"证书授予“{recipient.value}”，所列姓名（{stated}）中没有申报人“{name}”", rulebook)


def _names(value: FieldValue, rulebook: Rulebook) -> list[str]:
    others = "".join(rulebook.awards.certificate.and_others)
    return [name_key(part).rstrip(others) for part in re.split(r"[、,，;；]", value.value) if part.strip()]


def _may_be_misread(name: str, read: str, value: FieldValue, rulebook: Rulebook) -> bool:
    """Whether a reading may be the applicant's name all the same: rare characters fall apart (喆 as 吉吉), one character is easily
    misread."""
    wanted = name_key(name)
    loose = "".join(re.escape(char) if _is_printable_everywhere(char) else ".{0,2}" for char in wanted)
    if re.fullmatch(loose, read):
        return True
    if wanted in read and (value.method == Method.OCR or len(read) > _LONGEST_PLAIN_NAME):
        return True
    if value.method != Method.OCR:
        return False
    # A recogniser's score cannot see a dropped or an added character, nor half an honorific taken for the name's end (张三同).
    if abs(len(read) - len(wanted)) == 1 and Levenshtein.distance(read, wanted) == 1:
        return True
    one_off = len(read) == len(wanted) and sum(a != b for a, b in zip(read, wanted, strict=True)) == 1
    return one_off and value.score < rulebook.awards.certificate.near_name_certainty


def _is_printable_everywhere(char: str) -> bool:
    """Whether a character is in GB 2312: others are missing from fonts and recognisers' dictionaries."""
    try:
        return bool(char.encode("gb2312"))
    except UnicodeEncodeError:
        return False


def _as_read(verdict: IssuerVerdict, value: FieldValue, rulebook: Rulebook) -> IssuerVerdict:
    """The verdict, undecided where the name was read without certainty; a registered name met exactly needs less."""
    verdict = _put_right(verdict, value)
    if confident(value, rulebook) or (verdict.how in ("name", "pattern", "title_rule") and believed(value, rulebook)):
        return verdict
    note = "识别把握不足" if verdict.issuer_class in RECOGNISED else "识别把握不足" + (f"；{verdict.note}" if verdict.note else "")
    return verdict.model_copy(update={"issuer_class": IssuerClass.UNCLEAR, "certain": False, "note": note})


def _counts(verdict: IssuerVerdict) -> Truth:
    if not verdict.certain or verdict.issuer_class == IssuerClass.UNCLEAR:
        return Truth.UNCLEAR
    return Truth.YES if verdict.issuer_class in RECOGNISED else Truth.NO


def _seal_contradiction(
    certificate: CertificateReading | None, verdicts: tuple[IssuerVerdict, ...], truth: Truth, rulebook: Rulebook
) -> str:
    """What the seals say against the print, '' if nothing: only seals that name a registered issuer exactly are heard."""
    seal = certificate.seal if certificate is not None else None
    if seal is None or not seal.value:
        return ""
    printed_names = {squeeze(verdict.name or verdict.text) for verdict in verdicts}
    likely = [name for name in seal.value.split("、") if resembles_recognised(name, rulebook) and squeeze(name) not in printed_names]
    if truth == Truth.NO and likely:
        return f"印章似为“{'、'.join(likely)}”"
    if not believed(seal, rulebook):
        return ""
    title = certificate.title.value if certificate and certificate.title else ""
    sealed = [resolve_issuer(name, title, None, rulebook) for name in seal.value.split("、") if is_known_issuer(name, rulebook)]
    # 上海市质最协会 has the form of an association's name, but is more likely the printed one misread from the ring.
    sealed = [verdict for verdict in sealed if verdict.how != "unresolved"]
    named = [verdict.text for verdict in sealed]
    printed = {verdict.issuer_id for verdict in verdicts} | {verdict.name for verdict in verdicts}
    strangers = [verdict for verdict in sealed if verdict.issuer_id not in printed and verdict.name not in printed]
    if truth == Truth.YES and sealed and len(strangers) == len(sealed) and not any(_counts(verdict) == Truth.YES for verdict in sealed):
        return f"印章为“{'、'.join(named)}”"
    if truth == Truth.NO and any(_counts(verdict) == Truth.YES for verdict in strangers):
        return f"印章有“{'、'.join(verdict.name or verdict.text for verdict in strangers)}”"
    return ""
