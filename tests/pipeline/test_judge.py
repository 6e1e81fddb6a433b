"""The judgement as a whole: verdicts, the applicant's row, ids that last, independence of order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.applicants.resolve_applicants import resolve_applicants
from pipeline.findings.judge import judge, verdict_of
from pipeline.honours.honour_case import HonourCase
from schemas.codes import DocType, FindingStatus, IssuerClass, Severity, Source, Truth, Verdict
from schemas.records import Applicant, FiledDocument, Finding, Honour, Judgement, Registers
from schemas.rules import Rulebook
from tests.pipeline.filed import ON_TIME, ROW, UNIT, ZHANG, filed, form, id_card, summary, value, waiver, whole_dossier

# The finding table of the public contract, code by code.
_TABLE = """
    FORM_MISSING PAPER_FORM_MISSING ELECTRONIC_FORM_MISSING ID_CARD_MISSING UNION_CARD_MISSING ID_CARD_SIDE_MISSING ID_CARD_SIDES_APART
    CERTIFICATE_MISSING SUMMARY_ROW_MISSING FIELD_MISSING FIELD_INVALID FIELD_MISMATCH OPINION_MISSING SEAL_MISSING SEAL_MISMATCH
    SIGNATURE_MISSING RECOMMENDER_MISSING NOT_CHINESE_NATIONAL NOT_UNION_MEMBER NOT_IN_SERVICE LEADER_EXCLUDED PRIOR_TITLE BANNED
    ID_CARD_EXPIRED ID_CARD_COPY_VOID ID_CARD_CUT LATE_SUBMISSION DUPLICATE_APPLICATION NO_QUALIFYING_HONOUR
    DECISION_REOPENED HONOUR_OUT_OF_WINDOW HONOUR_ISSUER_NOT_RECOGNISED
    HONOUR_RECIPIENT_MISMATCH HONOUR_UNCLAIMED HONOUR_UNCLEAR HONOUR_MISMATCH LOW_CONFIDENCE UNKNOWN_DOCUMENT
"""
CONTRACT_CODES = set(_TABLE.split())


def judged(
    documents: Sequence[FiledDocument], rulebook: Rulebook, *, honoured: bool = True, registers: Registers | None = None
) -> Judgement:
    """Resolve and judge; every applicant has one honour that qualifies, unless told otherwise."""
    resolution = resolve_applicants(documents, rulebook)
    cases: dict[str, tuple[HonourCase, ...]] = {}
    for dossier in resolution.dossiers if honoured else ():
        honour = Honour(
            honour_id=dossier.applicant_id,
            applicant_id=dossier.applicant_id,
            title="质量工匠",
            issuers=("上海市质量协会",),
            issuer_class=IssuerClass.SAQ,
            level=None,
            conferred_on="2022-05-01",
            claimed=True,
            in_window=Truth.YES,
            role=None,
            qualifies=Truth.YES,
            reasons=(),
        )
        certificates = dossier.of(DocType.CERTIFICATE)
        cases[dossier.applicant_id] = (
            (HonourCase(honour=honour, claim=None, certificate=certificates[0], recipient_ok=Truth.YES),) if certificates else ()
        )
    return judge(resolution, cases, registers or Registers(), rulebook)


def codes(judgement: Judgement) -> set[tuple[str, str]]:
    return {(finding.code, finding.field) for finding in judgement.findings}


def row_of(judgement: Judgement) -> Applicant:
    assert len(judgement.applicants) == 1
    return judgement.applicants[0]


def test_the_rulebook_words_every_finding_of_the_contract_and_no_other(rulebook: Rulebook) -> None:
    assert {rule.code for rule in rulebook.findings.findings} == CONTRACT_CODES


def test_a_faultless_dossier_is_ready_and_has_no_finding(rulebook: Rulebook) -> None:
    judgement = judged(whole_dossier(), rulebook)
    assert judgement.findings == ()
    applicant = row_of(judgement)
    assert applicant.verdict == Verdict.READY
    assert (applicant.blockers, applicant.warnings, applicant.to_review) == (0, 0, 0)
    assert applicant.qualifying_honours == 1
    assert judgement.rule_version == rulebook.version


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({"declared_in_service": "no", "cv": ""}, Verdict.EXCLUDED),
        ({"cv": "", "phone": "123"}, Verdict.INCOMPLETE),
        ({"phone": "123"}, Verdict.REVIEW),
    ],
)
def test_the_gravest_finding_decides_the_verdict(rulebook: Rulebook, changes: dict[str, str], verdict: Verdict) -> None:
    assert row_of(judged(whole_dossier(changes=changes), rulebook)).verdict == verdict


def test_an_info_finding_does_not_hold_an_applicant_up(rulebook: Rulebook) -> None:
    judgement = judged([*whole_dossier(), filed(DocType.OTHER, "张建国/封面.jpg")], rulebook)
    assert codes(judgement) == {("UNKNOWN_DOCUMENT", "")}
    assert judgement.findings[0].severity == Severity.INFO
    assert judgement.findings[0].applicant_id == row_of(judgement).applicant_id
    assert row_of(judgement).verdict == Verdict.READY


def test_an_unknown_page_that_is_nobodys_is_reported_all_the_same(rulebook: Rulebook) -> None:
    judgement = judged([filed(DocType.OTHER, "杂项/传单.jpg")], rulebook)
    assert [(finding.code, finding.applicant_id) for finding in judgement.findings] == [("UNKNOWN_DOCUMENT", None)]


def test_a_waived_finding_no_longer_weighs(rulebook: Rulebook) -> None:
    findings = judged(whole_dossier(cv=""), rulebook).findings
    assert verdict_of(findings, rulebook.findings) == Verdict.INCOMPLETE
    waived = [finding.model_copy(update={"status": FindingStatus.WAIVED}) for finding in findings]
    assert verdict_of(waived, rulebook.findings) == Verdict.READY


def test_a_persons_decision_reaches_the_verdict_when_judging_again(rulebook: Rulebook) -> None:
    documents = whole_dossier(phone="123")
    before = judged(documents, rulebook)
    assert before.applicants[0].verdict == Verdict.REVIEW
    waived = {finding.finding_id: waiver(finding) for finding in before.findings}
    resolution = resolve_applicants(documents, rulebook)
    after = judge(resolution, {}, Registers(), rulebook, waived)
    decided = [finding for finding in after.findings if finding.finding_id in waived]
    assert {finding.status for finding in decided} == {FindingStatus.WAIVED}
    assert {finding.code for finding in after.findings if finding.status == FindingStatus.OPEN} == {"NO_QUALIFYING_HONOUR"}


def test_every_finding_has_clause_message_and_no_open_placeholder(rulebook: Rulebook) -> None:
    findings = judged([form(declared_leader="yes", cv="", id_number="123"), summary("汇总.pdf", source=Source.PAPER)], rulebook).findings
    assert len(findings) > 5
    for finding in findings:
        assert finding.clause.startswith(("notice:", "contract:", "GB "))
        assert "{" not in finding.message
        assert finding.message.endswith("。")


def test_finding_ids_are_distinct_and_survive_later_material(rulebook: Rulebook) -> None:
    before = judged([form(cv="")], rulebook).findings
    later = [form(cv=""), id_card(received=ON_TIME + timedelta(days=1))]
    after = judged(later, rulebook).findings
    assert len({finding.finding_id for finding in before}) == len(before)
    assert _id(before, "FIELD_MISSING") == _id(after, "FIELD_MISSING")
    assert _id(before, "SUMMARY_ROW_MISSING") == _id(after, "SUMMARY_ROW_MISSING")


def _id(findings: Sequence[Finding], code: str) -> str:
    return next(finding.finding_id for finding in findings if finding.code == code)


def test_a_value_in_doubt_is_reported_once_per_field_and_counted(rulebook: Rulebook) -> None:
    dim = {"post": value("post", "焊二", review=True, confidence=0.6), "name": value("name", "张建国", review=True, confidence=0.9)}
    documents = [form(), form("张建国/扫描.pdf", source=Source.PAPER, changes=dim), *whole_dossier()[2:]]
    judgement = judged(documents, rulebook)
    assert codes(judgement) == {("LOW_CONFIDENCE", "post"), ("LOW_CONFIDENCE", "name")}
    assert row_of(judgement).to_review == 2
    assert row_of(judgement).verdict == Verdict.REVIEW


def test_doubts_in_a_summary_heading_concern_the_unit(rulebook: Rulebook) -> None:
    table = summary("汇总表.docx", ROW, contact=value("contact", "王", review=True, confidence=0.5))
    judgement = judged([*whole_dossier()[:-1], table], rulebook)
    doubt = next(finding for finding in judgement.findings if finding.code == "LOW_CONFIDENCE")
    assert (doubt.applicant_id, doubt.recommending_unit, doubt.field) == (None, UNIT, "contact")
    assert row_of(judgement).verdict == Verdict.READY


def test_the_row_takes_the_typed_value_before_the_paper_one(rulebook: Rulebook) -> None:
    documents = [form(post="焊工"), form("张建国/扫描.pdf", source=Source.PAPER, post="钳工")]
    assert row_of(judged(documents, rulebook)).post == "焊工"


def test_the_row_takes_the_cards_number_where_the_forms_is_wrong(rulebook: Rulebook) -> None:
    wrong = ZHANG[:-1] + ("0" if ZHANG[-1] != "0" else "1")
    applicant = row_of(judged([form(id_number=wrong), id_card()], rulebook))
    assert applicant.id_number == ZHANG


def test_the_birth_date_is_completed_from_the_id_number(rulebook: Rulebook) -> None:
    assert row_of(judged([form(birth_date="1985-03")], rulebook)).birth_date == date(1985, 3, 12)
    assert row_of(judged([form(birth_date="1986-03")], rulebook)).birth_date is None


def test_a_certain_summary_value_beats_an_uncertain_paper_one(rulebook: Rulebook) -> None:
    dim = form("扫描.pdf", source=Source.PAPER, phone=value("phone", "13800138008", review=True, confidence=0.6))
    applicant = row_of(judged([dim, summary("汇总表.docx")], rulebook))
    assert applicant.phone == "13800138000"


def test_received_at_is_that_of_the_last_material(rulebook: Rulebook) -> None:
    last = ON_TIME + timedelta(days=3)
    assert row_of(judged([form(), id_card(received=last)], rulebook)).received_at == last


@settings(max_examples=25, deadline=None)
@given(st.permutations(range(9)))
def test_judging_does_not_depend_on_the_order_of_documents(rulebook: Rulebook, order: list[int]) -> None:
    other = {"name": "李秀英", "id_number": "", "phone": "13900139000", "cv": ""}
    documents = [
        *whole_dossier(phone="13800138001"),
        form("李/表.docx", changes=other),
        form("扫描.pdf", source=Source.PAPER, recommending_unit="宝山区总工会"),
        filed(DocType.OTHER, "扫描.pdf", sequence=1),
    ]
    assert judged([documents[index] for index in order], rulebook) == judged(documents, rulebook)


def test_judging_twice_gives_the_same(rulebook: Rulebook) -> None:
    documents = whole_dossier(phone="1", cv="")
    assert judged(documents, rulebook) == judged(documents, rulebook)
