"""A waiver holds until later material says something that nobody knew when it was given."""

from __future__ import annotations

from pipeline.process import judge_everything
from schemas.codes import DocType, FindingStatus, Source, Verdict
from schemas.records import Decision, FiledDocument, Judgement, Registers
from schemas.rules import Rulebook
from tests.pipeline.filed import filed, form, id_card, waiver

TYPED = form("张建国/审批表.docx", changes={"ethnicity": "汉族"})
PRINTED = form("张建国/审批表扫描.pdf", source=Source.PAPER, changes={"ethnicity": "满族"})


def judged(documents: list[FiledDocument], rulebook: Rulebook, decisions: dict[str, Decision] | None = None) -> Judgement:
    return judge_everything(documents, Registers(), rulebook, decisions or {})


def mismatch_waived(rulebook: Rulebook) -> dict[str, Decision]:
    findings = judged([TYPED, PRINTED], rulebook).findings
    return {one.finding_id: waiver(one) for one in findings if (one.code, one.field) == ("FIELD_MISMATCH", "ethnicity")}


def statuses(judgement: Judgement) -> dict[str, FindingStatus]:
    return {one.code: one.status for one in judgement.findings if one.field == "ethnicity" or one.code == "DECISION_REOPENED"}


def test_a_waiver_holds_while_nothing_new_comes(rulebook: Rulebook) -> None:
    waived = mismatch_waived(rulebook)
    assert len(waived) == 1
    assert statuses(judged([TYPED, PRINTED], rulebook, waived)) == {"FIELD_MISMATCH": FindingStatus.WAIVED}


def test_more_of_the_same_does_not_reopen_a_waiver(rulebook: Rulebook) -> None:
    card = id_card("张建国/身份证.jpg", ethnicity="满族")
    assert statuses(judged([TYPED, PRINTED, card], rulebook, mismatch_waived(rulebook))) == {"FIELD_MISMATCH": FindingStatus.WAIVED}


def test_a_later_file_that_contradicts_reopens_the_decision_and_says_who_decided_what(rulebook: Rulebook) -> None:
    card = id_card("张建国/身份证补交.jpg", ethnicity="回族")
    waived = mismatch_waived(rulebook)
    after = judged([TYPED, PRINTED, card], rulebook, waived)
    assert statuses(after) == {"FIELD_MISMATCH": FindingStatus.OPEN, "DECISION_REOPENED": FindingStatus.OPEN}
    (said,) = [one for one in after.findings if one.code == "DECISION_REOPENED"]
    assert said.field in waived
    assert [(place.document_id, place.value) for place in said.evidence] == [(card.document.document_id, "回族")]
    for word in ("王审核", "2024-03-20", "已电话核实", "身份证补交.jpg", "回族", "满族"):
        assert word in said.message


def test_deciding_again_in_the_light_of_the_new_file_settles_it(rulebook: Rulebook) -> None:
    documents = [TYPED, PRINTED, id_card("张建国/身份证补交.jpg", ethnicity="回族")]
    reopened = judged(documents, rulebook, mismatch_waived(rulebook))
    again = {one.finding_id: waiver(one) for one in reopened.findings if (one.code, one.field) == ("FIELD_MISMATCH", "ethnicity")}
    assert statuses(judged(documents, rulebook, again)) == {"FIELD_MISMATCH": FindingStatus.WAIVED}


def test_a_confirmed_finding_is_not_reopened_by_more_evidence_for_it(rulebook: Rulebook) -> None:
    confirmed = {key: one.model_copy(update={"status": FindingStatus.CONFIRMED}) for key, one in mismatch_waived(rulebook).items()}
    card = id_card("张建国/身份证补交.jpg", ethnicity="回族")
    assert statuses(judged([TYPED, PRINTED, card], rulebook, confirmed)) == {"FIELD_MISMATCH": FindingStatus.CONFIRMED}


def test_a_reopened_decision_weighs_on_the_verdict(rulebook: Rulebook) -> None:
    documents = [TYPED, PRINTED, id_card("张建国/身份证补交.jpg", ethnicity="回族"), filed(DocType.OTHER, "张建国/函.pdf")]
    waived = {one.finding_id: waiver(one) for one in judged([TYPED, PRINTED], rulebook).findings}
    assert judged(documents, rulebook, waived).applicants[0].verdict is not Verdict.READY
