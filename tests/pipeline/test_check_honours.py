"""Each outcome of the five-year rule becomes its finding, once per honour, with a message a person can act on."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.applicants.dossier import Dossier
from pipeline.applicants.resolve_applicants import resolve_applicants
from pipeline.catalogue.issuer_verdict import IssuerVerdict
from pipeline.findings.judge import judge
from pipeline.honours.honour_case import Claim, ConditionResult, Difference, HonourCase
from pipeline.honours.match_honours import match_honours
from schemas.codes import IssuerClass, Truth
from schemas.records import Finding, Honour, Registers, stable_id
from schemas.rules import Rulebook
from tests.pipeline.filed import certificate, form, value, whole_dossier

HONOUR_ID = stable_id("honour", "1")
# A verdict that stands, on a certificate dated twenty years after its issuer gave up the name.
_UNTIMELY = IssuerVerdict(
    text="中国质量管理协会", issuer_class=IssuerClass.CAQ, certain=True, how="name", in_validity=Truth.NO, note="名称的使用时间为…"
)


def honour(dossier: Dossier, **changes: Any) -> Honour:
    good: dict[str, Any] = {
        "honour_id": HONOUR_ID,
        "applicant_id": dossier.applicant_id,
        "title": "质量技术奖",
        "issuers": ("上海市质量协会",),
        "issuer_class": IssuerClass.SAQ,
        "level": "市级",
        "conferred_on": "2022-05-01",
        "claimed": True,
        "in_window": Truth.YES,
        "role": "个人",
        "qualifies": Truth.YES,
        "reasons": (),
    }
    return Honour(**{**good, **changes})


def found_for(rulebook: Rulebook, *, certified: bool = True, case: dict[str, Any] | None = None, **changes: Any) -> list[Finding]:
    """The findings of a faultless dossier with one honour."""
    resolution = resolve_applicants(whole_dossier(), rulebook)
    dossier = resolution.dossiers[0]
    claim = Claim(document_id=dossier.documents[0].document.document_id, row=1, title=value("honour_title", "质量技术奖", row=1))
    the_certificate = next(filed for filed in dossier.documents if filed.document.doc_type == "certificate") if certified else None
    parts: dict[str, Any] = {"claim": claim, "certificate": the_certificate, "recipient_ok": Truth.YES}
    one = HonourCase(honour=honour(dossier, **changes), **{**parts, **(case or {})})
    return list(judge(resolution, {dossier.applicant_id: (one,)}, Registers(), rulebook).findings)


def codes(findings: list[Finding]) -> set[tuple[str, str]]:
    return {(finding.code, finding.field) for finding in findings}


def test_an_honour_that_qualifies_has_no_finding(rulebook: Rulebook) -> None:
    assert found_for(rulebook) == []


@pytest.mark.parametrize(
    ("changes", "case", "expected"),
    [
        ({"in_window": Truth.NO, "qualifies": Truth.NO}, {}, "HONOUR_OUT_OF_WINDOW"),
        ({"issuer_class": IssuerClass.OTHER, "qualifies": Truth.NO}, {}, "HONOUR_ISSUER_NOT_RECOGNISED"),
        ({"qualifies": Truth.NO}, {"recipient_ok": Truth.NO}, "HONOUR_RECIPIENT_MISMATCH"),
        ({"qualifies": Truth.UNCLEAR, "in_window": Truth.UNCLEAR, "reasons": ("只写了年份。",)}, {}, "HONOUR_UNCLEAR"),
    ],
)
def test_each_reason_for_not_counting_is_named_beside_the_lack(
    rulebook: Rulebook, changes: dict[str, Any], case: dict[str, Any], expected: str
) -> None:
    assert codes(found_for(rulebook, case=case, **changes)) == {(expected, HONOUR_ID), ("NO_QUALIFYING_HONOUR", "")}


def test_a_certificate_that_bears_a_name_out_of_its_years_is_pointed_out_though_it_counts(rulebook: Rulebook) -> None:
    (finding,) = found_for(rulebook, case={"issuers": (_UNTIMELY,)}, issuers=("中国质量管理协会",))
    assert (finding.code, finding.field) == ("HONOUR_UNCLEAR", HONOUR_ID)
    assert "年份" in finding.message and "名称的使用时间为" in finding.message


def test_an_unclaimed_certificate_is_pointed_out(rulebook: Rulebook) -> None:
    assert codes(found_for(rulebook, case={"claim": None}, claimed=False)) == {("HONOUR_UNCLAIMED", HONOUR_ID)}


def test_a_claim_without_certificate_is_missing_its_certificate_and_not_called_unclear(rulebook: Rulebook) -> None:
    findings = found_for(rulebook, certified=False, qualifies=Truth.UNCLEAR)
    assert codes(findings) == {("CERTIFICATE_MISSING", ""), ("NO_QUALIFYING_HONOUR", "")}


def test_what_is_undecided_is_told_from_what_is_absent(rulebook: Rulebook) -> None:
    undecided = next(f for f in found_for(rulebook, qualifies=Truth.UNCLEAR) if f.code == "NO_QUALIFYING_HONOUR")
    absent = next(f for f in found_for(rulebook, in_window=Truth.NO, qualifies=Truth.NO) if f.code == "NO_QUALIFYING_HONOUR")
    assert "尚不能判定" in undecided.message
    assert "尚不能判定" not in absent.message


def test_the_reason_for_doubt_is_in_the_message(rulebook: Rulebook) -> None:
    why = ConditionResult(condition="window", truth=Truth.UNCLEAR, clause="notice:一4", reason="证书只写了2019年。")
    findings = found_for(rulebook, case={"conditions": (why,)}, qualifies=Truth.UNCLEAR)
    assert "证书只写了2019年" in next(finding.message for finding in findings if finding.code == "HONOUR_UNCLEAR")


def test_each_difference_between_claim_and_certificate_is_one_finding_with_both_places(rulebook: Rulebook) -> None:
    ids = stable_id("form"), stable_id("certificate")
    pairs: list[tuple[Any, str, str]] = [("date", "2023-05", "2022-05-01"), ("level", "国家级", "市级")]
    differences = tuple(
        Difference(
            field=field,
            claimed=value(f"honour_{field}", claimed, row=1),
            certified=value(f"honour_{field}", certified),
            claimed_document_id=ids[0],
            certified_document_id=ids[1],
        )
        for field, claimed, certified in pairs
    )
    findings = found_for(rulebook, case={"differences": differences})
    assert codes(findings) == {("HONOUR_MISMATCH", "date"), ("HONOUR_MISMATCH", "level")}
    assert all(tuple(evidence.document_id for evidence in finding.evidence) == ids for finding in findings)


def test_the_real_matcher_and_the_checks_agree_on_a_dossier(rulebook: Rulebook) -> None:
    documents = [
        *whole_dossier(),
        certificate("张建国/旧.jpg", honour_title="上海市优秀质量管理小组", honour_date="2018-05-01"),
    ]
    resolution = resolve_applicants(documents, rulebook)
    cases = {dossier.applicant_id: match_honours(dossier, rulebook) for dossier in resolution.dossiers}
    judgement = judge(resolution, cases, Registers(), rulebook)
    by_code = [finding.code for finding in judgement.findings]
    assert by_code.count("HONOUR_OUT_OF_WINDOW") == 1
    assert by_code.count("HONOUR_UNCLAIMED") == 2
    assert "NO_QUALIFYING_HONOUR" not in by_code
    assert judgement.applicants[0].qualifying_honours == 1


def test_nothing_is_called_unclaimed_before_the_form_has_come(rulebook: Rulebook) -> None:
    documents = [each for each in whole_dossier() if each.document.doc_type != form().document.doc_type]
    resolution = resolve_applicants(documents, rulebook)
    cases = {dossier.applicant_id: match_honours(dossier, rulebook) for dossier in resolution.dossiers}
    found = {finding.code for finding in judge(resolution, cases, Registers(), rulebook).findings}
    assert "FORM_MISSING" in found
    assert "HONOUR_UNCLAIMED" not in found
