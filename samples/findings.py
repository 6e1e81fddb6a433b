"""An independent, small judge over perfect values: what a right implementation of the data contract must find in the samples.

Called by `truth`. It works on the generator's own records, not on anything that was read from a file, and shares no code with the product.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from samples.dossier import Applicant, Honour
from samples.people import PEOPLE, check_digit
from samples.records import Document, normalise

_WINDOW = ("2019-03-25", "2024-03-25")
_DEADLINE = datetime.fromisoformat("2024-03-25T23:59:59+08:00")
_GOVERNMENT = ("市场监督管理局", "质量技术监督局", "国家市场监督管理总局", "国家质量监督检验检疫总局")
_GOVERNMENT_AWARDS = ("质量金奖", "区长质量奖", "市长质量奖")


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_FORM_FIELDS = _names(
    "name sex birth_date ethnicity nationality political_status education skill_level professional_title id_number phone employer industry "
    "post duty years_in_post union_card_number district address postcode recommending_unit cv craft_speciality quality_skill leading_role "
    "contribution declared_in_service declared_union_member declared_leader declared_managed_head declared_prior_title"
)
_ROW_FIELDS = ("name", "sex", "birth_date", "id_number", "employer", "phone")
_CARD_FIELDS = ("name", "sex", "birth_date", "ethnicity", "id_number")

_COMPARED: dict[str, tuple[str, ...]] = {"application_form": _FORM_FIELDS, "id_card": _CARD_FIELDS, "union_card": ("name", "card_number")}

_EXCLUDES = {"NOT_CHINESE_NATIONAL", "NOT_UNION_MEMBER", "NOT_IN_SERVICE", "LEADER_EXCLUDED", "PRIOR_TITLE", "BANNED"}
_INFORMS = {"HONOUR_UNCLAIMED"}


@dataclass(frozen=True)
class Finding:
    """A code with its field (an honour's title for findings about honours) and, for a mismatch of an honour, which entry disagrees."""

    code: str
    field: str = ""
    aspect: str = ""


def registers() -> dict[str, tuple[list[str], list[list[str]]]]:
    """The registers: columns and rows. Namesakes and a lapsed ban are in them on purpose."""
    tang, han = PEOPLE["汤国梁"].id_number, PEOPLE["韩志远"].id_number
    namesake = "31011219650304151"
    titles = [["汤国梁", tang, "宝山工匠", "2021"], ["顾喆", namesake + check_digit(namesake), "闵行工匠", "2020"]]
    bans = [
        ["person", "韩志远", han, "2022-05-18", "申报材料不实"],
        ["unit", "上海申浦重型机床有限公司", "", "2020-06-30", "申报材料不实"],
    ]
    return {
        "prior-titles": (["name", "id_number", "title", "year"], titles),
        "bans": (["kind", "name", "id_number", "banned_on", "reason"], bans),
    }


def _issuer_class(honour: Honour) -> str:
    if any(name.endswith(_GOVERNMENT) for name in honour.issuers):
        return "government"
    if any(name.endswith("人民政府") for name in honour.issuers) and any(award in honour.title for award in _GOVERNMENT_AWARDS):
        return "government"
    if "中国质量协会" in honour.issuers:
        return "caq"
    return "saq" if "上海市质量协会" in honour.issuers else "other"


def _in_window(day: str) -> str:
    """Compare at the precision given: a year or month that lies partly outside is unclear."""
    first, last = _WINDOW
    if first[: len(day)] < day < last[: len(day)]:
        return "yes"
    if day < first[: len(day)] or day > last[: len(day)]:
        return "no"
    return "yes" if len(day) == 10 else "unclear"


def _conferred_on(honour: Honour) -> str:
    return normalise("honour_date", honour.date)


def _recipient(honour: Honour, name: str) -> str:
    if honour.recipient:
        return "no"
    if not honour.team:
        return "yes"
    return "unclear" if not honour.members else "yes" if name in honour.members else "no"


def _qualifies(honour: Honour, name: str, certified: bool) -> str:
    if not certified:
        return "unclear"
    recognised = "no" if _issuer_class(honour) == "other" else "yes"
    answers = {_in_window(_conferred_on(honour)), recognised, _recipient(honour, name)}
    return "no" if "no" in answers else "unclear" if "unclear" in answers else "yes"


def honour_verdicts(applicant: Applicant, documents: list[Document]) -> list[dict[str, Any]]:
    """One entry per distinct honour, as the contract's `review.honours` would have it."""
    shown = [document.honour for document in documents if document.honour is not None]
    result = []
    for honour in applicant.honours:
        certified = honour in shown
        assert certified == honour.certified, f"{applicant.key}: {honour.title}"
        result.append(
            {
                "title": honour.title,
                "issuers": list(honour.issuers),
                "issuer_class": _issuer_class(honour),
                "conferred_on": _conferred_on(honour),
                "claimed": honour.claimed,
                "certified": certified,
                "in_window": _in_window(_conferred_on(honour)),
                "qualifies": _qualifies(honour, applicant.person.name, certified),
            }
        )
    return result


def _honour_findings(applicant: Applicant, documents: list[Document]) -> list[Finding]:
    found: list[Finding] = []
    name = applicant.person.name
    for honour, judged in zip(applicant.honours, honour_verdicts(applicant, documents), strict=True):
        title = honour.title
        if not judged["certified"]:
            found.append(Finding("CERTIFICATE_MISSING", title))
            continue
        recipient = _recipient(honour, name)
        if not honour.claimed:
            found.append(Finding("HONOUR_UNCLAIMED", title))
        if judged["in_window"] == "no":
            found.append(Finding("HONOUR_OUT_OF_WINDOW", title))
        if judged["issuer_class"] == "other":
            found.append(Finding("HONOUR_ISSUER_NOT_RECOGNISED", title))
        if recipient == "no":
            found.append(Finding("HONOUR_RECIPIENT_MISMATCH", title))
        if "unclear" in (judged["in_window"], recipient):
            found.append(Finding("HONOUR_UNCLEAR", title))
        if honour.claimed and honour.claim_issuer and honour.claim_issuer != honour.issuer_text:
            found.append(Finding("HONOUR_MISMATCH", title, "issuer"))
        claimed_on = normalise("honour_date", honour.claim_date or honour.date)
        precision = min(len(claimed_on), len(judged["conferred_on"]))
        if honour.claimed and claimed_on[:precision] != judged["conferred_on"][:precision]:
            found.append(Finding("HONOUR_MISMATCH", title, "date"))
    if not any(each["qualifies"] == "yes" for each in honour_verdicts(applicant, documents)):
        found.append(Finding("NO_QUALIFYING_HONOUR"))
    return found


def _rows_of(applicant: Applicant, everything: list[Document]) -> list[dict[str, str]]:
    """The applicant's rows in the summary tables of the own unit."""
    rows = []
    for document in everything:
        if document.doc_type != "recommendation_summary" or document.unit != applicant.unit:
            continue
        numbers = [each.row for each in document.fields if each.field == "name" and each.value == applicant.person.name]
        rows += [{each.field: each.value for each in document.fields if each.row == number} for number in numbers]
    return rows


def _completeness(applicant: Applicant, documents: list[Document], rows: list[dict[str, str]]) -> list[Finding]:
    found: list[Finding] = []
    forms = [each for each in documents if each.doc_type == "application_form"]
    sources = {each.source for each in forms}
    if not forms:
        found.append(Finding("FORM_MISSING"))
    elif len(sources) == 1:
        found.append(Finding("PAPER_FORM_MISSING" if sources == {"electronic"} else "ELECTRONIC_FORM_MISSING"))
    sides = [
        {side for side, proof in (("front", "id_number"), ("back", "authority")) if each.value(proof)}
        for each in documents
        if each.doc_type == "id_card"
    ]
    seen = set().union(*sides)
    if not seen:
        found.append(Finding("ID_CARD_MISSING"))
    elif len(seen) == 1:
        found.append(Finding("ID_CARD_SIDE_MISSING", "back" if "front" in seen else "front"))
    elif not any(len(each) == 2 for each in sides):
        found.append(Finding("ID_CARD_SIDES_APART"))
    if not any(each.doc_type == "union_card" for each in documents):
        found.append(Finding("UNION_CARD_MISSING"))
    if not rows:
        found.append(Finding("SUMMARY_ROW_MISSING"))
    blank = {field for form in forms for field in _FORM_FIELDS if not form.value(field)}
    return found + [Finding("FIELD_MISSING", field) for field in sorted(blank)]


def _paper_findings(documents: list[Document]) -> list[Finding]:
    found: list[Finding] = []
    for form in [each for each in documents if each.doc_type == "application_form"]:
        for place, opinion, expected in (
            ("employer", "employer_opinion", "employer"),
            ("recommending_unit", "unit_opinion", "recommending_unit"),
        ):
            if not form.value(opinion):
                found.append(Finding("OPINION_MISSING", place))
            if form.source != "paper":
                continue
            seal = form.seals.get(place, "")
            if not seal:
                found.append(Finding("SEAL_MISSING", place))
            elif seal != form.value(expected):
                found.append(Finding("SEAL_MISMATCH", place))
        if form.source == "paper" and not form.value("signature"):
            found.append(Finding("SIGNATURE_MISSING"))
    return list(dict.fromkeys(found))


def _contradicts(first: str, second: str, is_date: bool) -> bool:
    length = min(len(first), len(second)) if is_date else None
    return first[:length] != second[:length]


def _value_findings(documents: list[Document], rows: list[dict[str, str]]) -> list[Finding]:
    values: dict[str, list[str]] = {}
    invalid: set[str] = set()
    for document in documents:
        for name in _COMPARED.get(document.doc_type, ()):
            if document.value(name):
                values.setdefault("union_card_number" if name == "card_number" else name, []).append(document.value(name))
    for row in rows:
        for name in _ROW_FIELDS:
            values.setdefault(name, []).append(row[name])
    if any(check_digit(number[:17]) != number[17] for number in values.get("id_number", [])):
        invalid.add("id_number")
    if any(len(number) != 11 for number in values.get("phone", [])):
        invalid.add("phone")
    found = [Finding("FIELD_INVALID", name) for name in sorted(invalid)]
    for name, stated in values.items():
        if any(_contradicts(stated[0], other, name == "birth_date") for other in stated[1:]):
            found.append(Finding("FIELD_MISMATCH", name))
    return found


def _eligibility(applicant: Applicant, documents: list[Document]) -> list[Finding]:
    found: list[Finding] = []
    forms = [each for each in documents if each.doc_type == "application_form"]
    for form in forms:
        if form.value("declared_union_member") == "no":
            found.append(Finding("NOT_UNION_MEMBER"))
        if form.value("declared_in_service") == "no":
            found.append(Finding("NOT_IN_SERVICE"))
        if "yes" in (form.value("declared_leader"), form.value("declared_managed_head")):
            found.append(Finding("LEADER_EXCLUDED"))
        if form.value("declared_prior_title") == "yes":
            found.append(Finding("PRIOR_TITLE"))
    lists = registers()
    if any(row[1] == applicant.person.id_number for row in lists["prior-titles"][1]):
        found.append(Finding("PRIOR_TITLE"))
    for kind, name, number, banned_on, _ in lists["bans"][1]:
        begun = date.fromisoformat(banned_on)
        runs = begun.replace(year=begun.year + 3) >= _DEADLINE.date()
        hit = number == applicant.person.id_number if kind == "person" else name in (applicant.employer, applicant.unit)
        if runs and hit:
            found.append(Finding("BANNED"))
    return list(dict.fromkeys(found))


def applicant_findings(
    applicant: Applicant, documents: list[Document], everything: list[Document], everybody: list[Applicant]
) -> list[Finding]:
    """All findings about one applicant. `documents`: the applicant's own; `everything`: all, for summary tables."""
    rows = _rows_of(applicant, everything)
    found = _completeness(applicant, documents, rows) + _paper_findings(documents) + _value_findings(documents, rows)
    found += _eligibility(applicant, documents) + _honour_findings(applicant, documents)
    ends = [each.value("valid_to") for each in documents if each.doc_type == "id_card" and each.value("valid_to")]
    if any(end != "长期" and end < _WINDOW[1] for end in ends):
        found.append(Finding("ID_CARD_EXPIRED"))
    if any(datetime.fromisoformat(each.received_at) > _DEADLINE for each in documents):
        found.append(Finding("LATE_SUBMISSION"))
    if any(other.person == applicant.person and other.unit != applicant.unit for other in everybody):
        found.append(Finding("DUPLICATE_APPLICATION"))
    return found


def summary_findings(everything: list[Document]) -> list[tuple[str, Finding]]:
    """Findings about units: unsealed or wrongly sealed summaries on paper, pages that fit no type."""
    found = []
    for document in everything:
        if document.doc_type == "recommendation_summary" and document.source == "paper":
            seal = document.seals.get("summary", "")
            if seal != document.unit:
                found.append((document.unit, Finding("SEAL_MISMATCH" if seal else "SEAL_MISSING", "summary")))
        if document.doc_type == "other":
            found.append((document.unit, Finding("UNKNOWN_DOCUMENT")))
    return found


def verdict(found: list[Finding]) -> str:
    """Exclusion before incompleteness before review before readiness."""
    codes = {each.code for each in found} - _INFORMS
    if codes & _EXCLUDES:
        return "excluded"
    if any(code.endswith("_MISSING") for code in codes):
        return "incomplete"
    return "review" if codes else "ready"
