"""From claims and certificates to the five-year verdict: matching, each condition kept, broken and undecidable, differences, stable ids."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.applicants.dossier import Dossier
from pipeline.honours.honour_case import HonourCase
from pipeline.honours.match_honours import match_honours
from pipeline.rulebook import load_rulebook
from schemas.codes import IssuerClass, Source, Truth
from schemas.records import FiledDocument
from schemas.rules import Rulebook
from tests.pipeline.honour_material import APPLICANT, Row, certificate, dossier, form, personal

_ROOT = Path(__file__).resolve().parents[2]
Y, N, U = Truth.YES, Truth.NO, Truth.UNCLEAR
CLAIM: Row = ("2021年度上海质量工匠", "上海市质量协会", "2021年6月", "市级", "个人")
TEAM = "荣誉证书\n星火QC小组：\n你小组被评为“2022年上海市优秀质量管理小组”。\n{members}\n上海市质量协会\n2022年8月"


def _only(cases: tuple[HonourCase, ...]) -> HonourCase:
    assert len(cases) == 1, [case.honour.title for case in cases]
    return cases[0]


def _judged(
    text: str, rulebook: Rulebook, *claims: Row, name: str = "张三", confidence: float = 0.99, seals: tuple[str, ...] = ()
) -> HonourCase:
    documents: list[FiledDocument] = [form(*claims)] if claims else []
    documents.append(certificate(text, rulebook, confidence=confidence, seals=seals))
    return _only(match_honours(dossier(name, *documents), rulebook))


def test_a_claim_with_its_certificate_qualifies_and_every_condition_is_explained(rulebook: Rulebook) -> None:
    case = _judged(personal(), rulebook, CLAIM)
    assert case.honour.qualifies == Y and case.recipient_ok == Y and case.differences == ()
    assert [condition.condition for condition in case.conditions] == ["certificate", "window", "issuer", "recipient"]
    assert [condition.clause for condition in case.conditions] == ["notice:二3", "notice:一4", "notice:一4", "notice:一4"]
    assert len(case.honour.reasons) == 4 and "2021-06-18" in case.honour.reasons[1]
    assert (case.honour.claimed, case.honour.level, case.honour.role, case.honour.conferred_on) == (True, "市级", "个人", "2021-06-18")


@pytest.mark.parametrize(
    ("date", "window", "qualifies"),
    [
        ("2019年3月24日", N, N), ("2019年3月25日", Y, Y), ("2024年3月25日", Y, Y), ("2024年3月26日", N, N), ("二〇一九年三月", U, U),
        ("2019年", U, U),
        ("2020年", Y, Y), ("2018年", N, N), ("2024年3月", U, U), ("", U, U), ("二〇二〇年二月二十九日", Y, Y), ("2021年2月30日", U, U),
    ],
)  # fmt: skip
def test_the_window_is_kept_on_its_boundary_days_and_not_guessed_from_coarse_dates(
    date: str, window: Truth, qualifies: Truth, rulebook: Rulebook
) -> None:
    case = _judged(personal(title="上海质量工匠", date=date), rulebook)
    assert (case.honour.in_window, case.honour.qualifies) == (window, qualifies)


@pytest.mark.parametrize(
    ("date", "window"),
    [("2020年3月24日", N), ("2020年3月25日", Y), ("2025年3月25日", Y), ("2025年3月26日", N), ("2019年3月25日", N), ("2020年3月", U)],
)
def test_another_edition_has_its_own_five_years_without_new_code(date: str, window: Truth) -> None:
    edition = load_rulebook(_ROOT / "rulebook", _ROOT / "editions" / "2025.yaml")
    assert _judged(personal(title="上海质量工匠", date=date), edition).honour.in_window == window


@pytest.mark.parametrize(
    ("issuer", "issuer_class", "qualifies"),
    [
        ("上海市质量协会", IssuerClass.SAQ, Y),
        ("中国质量协会", IssuerClass.CAQ, Y),
        ("上海市徐汇区市场监督管理局", IssuerClass.GOVERNMENT, Y),
        ("上海市总工会\n上海市质量协会", IssuerClass.SAQ, Y),
        ("中国质量检验协会", IssuerClass.OTHER, N),
        ("上海市质量检测协会", IssuerClass.OTHER, N),
        ("中国水利电力质量管理协会", IssuerClass.OTHER, N),
        ("江苏省质量协会", IssuerClass.OTHER, N),
        ("上海某某有限公司质量部", IssuerClass.OTHER, N),
        ("上海市质量工作领导小组办公室", IssuerClass.UNCLEAR, U),
        ("上海市总工会\n中国质量检协会", IssuerClass.UNCLEAR, U),
        ("上海市质昰协会", IssuerClass.SAQ, Y),
        ("上海市人民政府", IssuerClass.OTHER, N),
        ("上海市质量技术监督局", IssuerClass.UNCLEAR, U),
        ("", IssuerClass.UNCLEAR, U),
    ],
)
def test_only_the_three_classes_of_issuers_count(issuer: str, issuer_class: IssuerClass, qualifies: Truth, rulebook: Rulebook) -> None:
    case = _judged(personal(issuer=issuer), rulebook)
    assert (case.honour.issuer_class, case.honour.qualifies) == (issuer_class, qualifies), case.honour.reasons


def test_a_government_quality_award_counts_and_its_other_awards_do_not(rulebook: Rulebook) -> None:
    assert _judged(personal(title="2021年度上海市市长质量奖", issuer="上海市人民政府"), rulebook).honour.qualifies == Y
    assert _judged(personal(title="2021年度上海市科学技术奖", issuer="上海市人民政府"), rulebook).honour.qualifies == N


@pytest.mark.parametrize(
    ("name", "members", "recipient", "qualifies"),
    [
        ("沈嘉禾", "小组成员：沈嘉禾、陆一鸣", Y, Y),
        ("张三", "小组成员：沈嘉禾、陆一鸣", N, N),
        ("张三", "", U, U),
        ("张三", "小组成员：沈嘉禾、陆一鸣等", U, U),
        ("沈嘉禾", "小组成员：沈嘉禾、陆一鸣等", Y, Y),
        ("沈嘉和", "小组成员：沈嘉禾、陆一鸣", N, N),
        ("沈喆", "小组成员：沈吉吉、陆一鸣", U, U),
        ("阿依古丽·买买提", "小组成员：阿依古丽•买买提、陆一鸣", Y, Y),
    ],
)
def test_a_team_certificate_counts_for_those_it_names(
    name: str, members: str, recipient: Truth, qualifies: Truth, rulebook: Rulebook
) -> None:
    case = _judged(TEAM.format(members=members), rulebook, name=name)
    assert (case.recipient_ok, case.honour.qualifies) == (recipient, qualifies), case.honour.reasons


def test_somebody_elses_certificate_does_not_count(rulebook: Rulebook) -> None:
    case = _judged(personal("李四"), rulebook, CLAIM)
    assert (case.recipient_ok, case.honour.qualifies) == (N, N)


def test_a_certificate_of_the_employer_is_left_to_a_person(rulebook: Rulebook) -> None:
    case = _judged("荣誉证书\n上海某某有限公司：\n荣获“2021年度上海市质量管理奖”。\n上海市质量协会\n2021年6月18日", rulebook)
    assert (case.recipient_ok, case.honour.qualifies) == (U, U)


def test_nothing_read_without_certainty_becomes_a_verdict(rulebook: Rulebook) -> None:
    for name in ("张三", "李四"):
        case = _judged(personal(), rulebook, name=name, confidence=0.7)
        assert case.honour.qualifies == U and case.honour.in_window == U and case.honour.issuer_class == IssuerClass.UNCLEAR


def test_a_name_one_character_off_on_a_scan_is_only_refused_when_read_beyond_doubt(rulebook: Rulebook) -> None:
    assert _judged(personal("王晓明"), rulebook, name="王晓敏", confidence=0.96).recipient_ok == U
    assert _judged(personal("王晓明"), rulebook, name="王晓敏", confidence=1.0).recipient_ok == N


@pytest.mark.parametrize("read", ["诸亮", "诸葛亮志", "诸葛葛亮", "获奖者诸葛亮"])
def test_a_dropped_or_added_character_does_not_turn_the_applicant_into_somebody_else(read: str, rulebook: Rulebook) -> None:
    assert _judged(personal(read).replace("同志", ""), rulebook, name="诸葛亮", confidence=1.0).recipient_ok == U


@pytest.mark.parametrize("issuer", ["广东省市监督管理局", "上海市闵行区获场监督管理局", "国质量协会"])
def test_a_damaged_name_is_not_taken_for_another_organisation(issuer: str, rulebook: Rulebook) -> None:
    assert _judged(personal(issuer=issuer), rulebook).honour.qualifies != N


def test_a_misread_label_is_not_taken_for_the_recipient(rulebook: Rulebook) -> None:
    text = "荣誉证书\n获局者：张三\n荣获“2021年度上海质量工匠”。\n上海市质量协会\n2021年6月"
    assert _judged(text, rulebook).recipient_ok != N


def test_a_middling_reading_is_believed_where_register_form_and_applicant_confirm_it(rulebook: Rulebook) -> None:
    claim: Row = ("2021年度上海质量工匠", "上海市质量协会", "2021年6月18日", "市级", "个人")
    assert _judged(personal(), rulebook, claim, confidence=0.9).honour.qualifies == Y
    assert _judged(personal(), rulebook, CLAIM, confidence=0.9).honour.in_window == U


def test_a_claim_without_certificate_is_never_decided_even_if_it_claims_too_much(rulebook: Rulebook) -> None:
    for date, issuer in (("2021年6月", "上海市质量协会"), ("2001年6月", "上海市质量协会"), ("2021年6月", "江苏省质量协会")):
        case = _only(match_honours(dossier("张三", form(("上海质量工匠", issuer, date, "市级", "个人"))), rulebook))
        assert case.certificate is None and case.honour.claimed and case.honour.qualifies == U


def test_a_seal_that_contradicts_the_print_leaves_the_issuer_open(rulebook: Rulebook) -> None:
    assert _judged(personal(), rulebook, seals=("上海市质量协会",)).honour.qualifies == Y
    assert _judged(personal(), rulebook, seals=("上海市质量检测协会",)).honour.qualifies == U
    # One character off the printed name, a ring was misread.
    assert _judged(personal(), rulebook, seals=("上海市质最协会",)).honour.qualifies == Y
    assert _judged(personal(issuer="上海市总工会"), rulebook, seals=("上海市质量协会",)).honour.qualifies == U
    assert _judged(personal(issuer="上海市总工会"), rulebook, seals=("上海市总工会",)).honour.qualifies == N


def test_a_recognised_issuer_that_only_an_ill_read_seal_shows_is_not_overlooked(rulebook: Rulebook) -> None:
    case = _judged(personal(issuer="上海市总工会"), rulebook, seals=("至海市质量协会", "上海市总工会"))
    assert case.honour.qualifies == U and "至海市质量协会" in case.honour.reasons[2]


def test_the_certificate_wins_over_the_claim_and_the_difference_is_reported(rulebook: Rulebook) -> None:
    claim: Row = ("2021年度上海质量工匠", "中国质量协会", "2021年7月", "国家级", "个人")
    case = _judged(personal(), rulebook, claim)
    assert [difference.field for difference in case.differences] == ["issuer", "date"]
    assert (case.honour.conferred_on, case.honour.issuers) == ("2021-06-18", ("上海市质量协会",))


def test_a_wrong_grade_is_a_difference_when_issuer_and_date_agree_and_another_honour_when_not(rulebook: Rulebook) -> None:
    text = personal(title="2021年度上海市质量协会质量技术奖二等奖", date="2021年11月")
    near: Row = ("2021年度上海市质量协会质量技术奖一等奖", "上海市质量协会", "2021年11月", "市级", "个人")
    assert [difference.field for difference in _judged(text, rulebook, near).differences] == ["title"]
    far: Row = (near[0], near[1], "2022年11月", near[3], near[4])
    cases = match_honours(dossier("张三", form(far), certificate(text, rulebook)), rulebook)
    assert [(case.honour.claimed, case.certificate is not None) for case in cases] == [(True, False), (False, True)]


def test_abbreviations_and_left_out_joint_issuers_are_no_difference(rulebook: Rulebook) -> None:
    text = personal(title="2022年上海市优秀质量管理小组", issuer="上海市质量协会 上海市总工会", date="二〇二二年八月")
    case = _judged(text, rulebook, ("2022年上海市优秀QC小组", "市质协", "2022.8", "上海市", "成员"))
    assert case.certificate is not None and case.differences == ()


def _yearly(year: int) -> str:
    return personal(title=f"{year}年度上海市优秀质量管理小组", date=f"{year}年8月")


def test_each_year_of_a_yearly_award_finds_its_own_certificate_in_any_order(rulebook: Rulebook) -> None:
    claims: list[Row] = [(f"{year}年度上海市优秀QC小组", "上海市质量协会", f"{year}年8月", "市级", "成员") for year in (2020, 2021, 2022)]
    for order in itertools.permutations((2020, 2021, 2022)):
        certificates = [certificate(_yearly(year), rulebook, path=f"{year}.jpg") for year in order]
        cases = match_honours(dossier("张三", form(*claims), *certificates), rulebook)
        assert [case.certificate.path for case in cases if case.certificate] == ["2020.jpg", "2021.jpg", "2022.jpg"]


def test_another_years_certificate_does_not_prove_a_claim(rulebook: Rulebook) -> None:
    claim: Row = ("2020年度上海市优秀质量管理小组", "上海市质量协会", "2020年8月", "市级", "成员")
    cases = match_honours(dossier("张三", form(claim), certificate(_yearly(2021), rulebook)), rulebook)
    assert [case.certificate is None for case in cases] == [True, False]


def test_one_certificate_proves_one_claim_only(rulebook: Rulebook) -> None:
    cases = match_honours(dossier("张三", form(CLAIM, CLAIM), certificate(personal(), rulebook)), rulebook)
    assert sorted(case.honour.qualifies for case in cases) == sorted([Y, U])
    assert len({case.honour.honour_id for case in cases}) == 2


def test_a_certificate_scanned_twice_is_one_honour(rulebook: Rulebook) -> None:
    scans = [
        certificate(personal(), rulebook, path=f"scan{index}.jpg", confidence=confidence) for index, confidence in enumerate((0.8, 0.99))
    ]
    case = _only(match_honours(dossier("张三", *scans), rulebook))
    assert case.honour.qualifies == Y and case.certificate is not None and case.certificate.path == "scan1.jpg"
    assert case.certificate_copies == (scans[0].document.document_id,)


def test_two_certificates_of_one_award_for_two_people_stay_two(rulebook: Rulebook) -> None:
    cases = match_honours(
        dossier("张三", certificate(personal(), rulebook, path="a.jpg"), certificate(personal("李四"), rulebook, path="b.jpg")), rulebook
    )
    assert [case.honour.qualifies for case in cases] == [Y, N]


def test_paper_and_electronic_form_claim_an_honour_once(rulebook: Rulebook) -> None:
    paper: Row = ("2021年度上海质量工匠", "上海市质量协会", "2021年8月", "市级", "个人")
    extra: Row = ("2022年全国质量信得过班组", "中国质量协会", "2022年10月", "国家级", "成员")
    forms = form(paper, extra, source=Source.PAPER, path="scan.pdf"), form(CLAIM)
    cases = match_honours(dossier("张三", *forms), rulebook)
    assert [case.honour.title for case in cases] == [CLAIM[0], extra[0]]
    assert cases[0].honour.conferred_on == "2021-06" and cases[0].claim is not None and len(cases[0].claim.copies) == 1


def test_rows_that_claim_nothing_are_no_claims(rulebook: Rulebook) -> None:
    assert match_honours(dossier("张三", form(("无", "", "", "", ""), ("", "/", "", "", ""))), rulebook) == ()


def test_a_row_that_lists_two_honours_is_two_claims(rulebook: Rulebook) -> None:
    row: Row = (
        "2021年度上海市优秀质量管理小组（上海市质量协会，2021年8月）；2022年全国质量信得过班组（中国质量协会，2022年10月）",
        "",
        "",
        "",
        "",
    )
    cases = match_honours(dossier("张三", form(row)), rulebook)
    assert [(case.honour.issuer_class, case.honour.conferred_on) for case in cases] == [
        (IssuerClass.SAQ, "2021-08"),
        (IssuerClass.CAQ, "2022-10"),
    ]


def test_an_honours_id_survives_a_better_reading_and_the_certificates_arrival(rulebook: Rulebook) -> None:
    claimed = _only(match_honours(dossier("张三", form(CLAIM)), rulebook)).honour.honour_id
    assert _judged(personal(), rulebook, CLAIM).honour.honour_id == claimed
    assert _judged(personal(), rulebook, CLAIM, confidence=0.8).honour.honour_id == claimed
    assert _judged(personal(), rulebook).honour.honour_id == claimed


def test_repairs_and_unusual_issuers_are_remarked(rulebook: Rulebook) -> None:
    assert any("质昰" in note for note in _judged(personal(issuer="上海市质昰协会"), rulebook).notes)
    assert any("通常由" in note for note in _judged(personal(title="2021年度上海工匠"), rulebook).notes)


_NAMES = st.sampled_from(["张三", "李四", "王小明"])
_ISSUERS = st.sampled_from(["上海市质量协会", "中国质量检验协会", "江苏省质量协会", "上海市宝山区市场监督管理局", "上海市总工会", ""])
_DATES = st.sampled_from(["2019年3月24日", "2019年3月25日", "2019年", "2021年", "2024年3月26日", "2022.5", ""])
_RECOGNISED = {"上海市质量协会", "上海市宝山区市场监督管理局"}
_INSIDE = {"2019年3月25日", "2021年", "2022.5"}


@settings(derandomize=True, deadline=None)
@given(_NAMES, _ISSUERS, _DATES, st.sampled_from([0.6, 0.9, 0.97, 1.0]))
def test_no_honour_qualifies_that_should_not(rulebook: Rulebook, name: str, issuer: str, date: str, confidence: float) -> None:
    case = _judged(personal(name, title="上海质量工匠", issuer=issuer, date=date), rulebook, confidence=confidence)
    entitled = name == "张三" and issuer in _RECOGNISED and date in _INSIDE
    assert case.honour.qualifies != Y or entitled
    if confidence >= 0.97 and entitled:
        assert case.honour.qualifies == Y


def test_an_empty_dossier_has_no_honours(rulebook: Rulebook) -> None:
    assert match_honours(Dossier(applicant_id=APPLICANT, name="", id_number=None, recommending_unit=None, documents=()), rulebook) == ()
