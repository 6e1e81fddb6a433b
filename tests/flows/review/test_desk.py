"""Deciding: a correction changes the verdict at once, as a full judgement would; two people never overwrite each other; undo works."""

from __future__ import annotations

import time

import pytest

from flows.rejudge import replay
from flows.review.desk import DossierTaken
from flows.review.locks import IDLE_SECONDS, DossierLocks
from schemas.codes import FindingStatus
from tests.flows.review.conftest import Office
from tests.flows.review.test_accounts import Clock
from tests.pipeline.filed import EMPLOYER
from warehouse.judged import stored_judgement


def judged(office: Office) -> str:
    """The stored judgement as text, to be compared."""
    found = stored_judgement(office.warehouse)
    parts = [sorted(one.model_dump_json() for one in rows) for rows in (found.applicants, found.honours, found.findings)]
    return "\n".join(line for part in parts for line in part) + str(sorted(found.assignments.items()))


def paper_form(office: Office, name: str) -> str:
    documents = office.desk.dossier(office.id_of(name)).documents
    return next(one.document_id for one in documents if one.path.endswith("扫描.pdf"))


def test_a_correction_changes_the_verdict_at_once_and_no_otherwise_than_a_full_judgement(office: Office) -> None:
    visit, applicant = office.visit(), office.id_of("赵文博")
    assert office.verdict("赵文博") == "review"
    for field, text in (("employer", EMPLOYER), ("post", "焊工")):
        answer = visit.post(f"/dossier/{applicant}/correct", document_id=paper_form(office, "赵文博"), field=field, row="0", value=text)
        assert answer.status_code == 200 and "已更正" in answer.text
    assert "可进入评审" in answer.text and office.verdict("赵文博") == "ready"
    at_once = judged(office)
    replay(office.settings, apply=True)
    assert judged(office) == at_once


def test_a_waived_finding_no_longer_counts_and_a_full_judgement_agrees(office: Office) -> None:
    visit, applicant = office.visit(), office.id_of("王海燕")
    finding = office.finding("王海燕", "LOW_CONFIDENCE")
    assert "请写明理由" in visit.post(f"/dossier/{applicant}/waive", finding_id=finding, reason=" ").text
    assert office.verdict("王海燕") == "review"
    assert "不计" in visit.post(f"/dossier/{applicant}/waive", finding_id=finding, reason="已电话核实").text
    assert office.verdict("王海燕") == "ready"
    at_once = judged(office)
    replay(office.settings, apply=True)
    assert judged(office) == at_once
    visit.post(f"/dossier/{applicant}/reopen", finding_id=finding)
    assert office.verdict("王海燕") == "review"


def test_undo_takes_back_one_s_own_last_word_and_then_the_one_before(office: Office) -> None:
    visit, applicant = office.visit(), office.id_of("赵文博")
    before = judged(office)
    finding = office.finding("赵文博", "FIELD_MISMATCH", "post")
    visit.post(f"/dossier/{applicant}/waive", finding_id=finding, reason="同一岗位的两种说法")
    visit.post(f"/dossier/{applicant}/correct", document_id=paper_form(office, "赵文博"), field="employer", row="0", value=EMPLOYER)
    assert office.verdict("赵文博") == "ready"
    assert "已撤销：工作单位" in visit.post(f"/dossier/{applicant}/undo").text
    assert "已撤销" in visit.post(f"/dossier/{applicant}/undo").text
    assert judged(office) == before
    assert "没有可撤销的决定" in visit.post(f"/dossier/{applicant}/undo").text
    assert len(office.desk.dossier(applicant).history) == 4, "what was taken back stays in the history"


def test_nobody_undoes_a_colleague_s_decision(office: Office) -> None:
    applicant = office.id_of("王海燕")
    office.visit().post(f"/dossier/{applicant}/waive", finding_id=office.finding("王海燕", "LOW_CONFIDENCE"), reason="已核实")
    other = office.visit("李审核")
    other.post(f"/dossier/{applicant}/seize")
    assert "没有可撤销的决定" in other.post(f"/dossier/{applicant}/undo").text
    assert office.verdict("王海燕") == "ready"


def test_of_two_reviewers_the_second_is_told_and_cannot_decide_unawares(office: Office) -> None:
    first, second, applicant = office.visit(), office.visit("李审核"), office.id_of("王海燕")
    finding = office.finding("王海燕", "LOW_CONFIDENCE")
    first.get(f"/dossier/{applicant}")
    assert "王审核 从" in second.get(f"/dossier/{applicant}").text and "王审核 正在处理" in second.get("/").text
    refused = second.post(f"/dossier/{applicant}/waive", finding_id=finding, reason="已核实")
    assert "没有保存" in refused.text and office.verdict("王海燕") == "review"
    onward = second.post(f"/dossier/{applicant}/stage", stage="1", outcome="passed", onward="1", reason="看过")
    assert "hx-redirect" not in onward.headers and "没有保存" in onward.text, "a refusal must be seen, not led away from"
    second.post(f"/dossier/{applicant}/seize")
    assert "李审核 从" in first.post(f"/dossier/{applicant}/waive", finding_id=finding, reason="已核实").text
    second.post(f"/dossier/{applicant}/leave")
    first.post(f"/dossier/{applicant}/waive", finding_id=finding, reason="已核实")
    assert office.verdict("王海燕") == "ready"


def test_a_hold_ends_when_its_page_is_gone() -> None:
    clock = Clock()
    locks = DossierLocks(clock)
    locks.take("甲", "王审核")
    clock.now += IDLE_SECONDS - 1
    assert locks.take("甲", "李审核").person == "王审核"
    clock.now += 2
    assert locks.held() == {} and locks.take("甲", "李审核").person == "李审核"
    locks.release("甲", "王审核")
    assert "甲" in locks.held(), "nobody lets go of another's hold"


def test_a_clean_dossier_is_passed_with_one_press_and_leads_to_the_next(office: Office) -> None:
    visit, applicant = office.visit(), office.id_of("张建国")
    answer = visit.post(f"/dossier/{applicant}/stage?verdict=ready&stage=waiting", stage="1", outcome="passed", onward="1")
    assert answer.headers["hx-redirect"].startswith(f"/dossier/{office.id_of('陈志强')}?")
    assert office.desk.dossier(applicant).stages[0].outcome == "passed"


def test_a_dossier_with_open_findings_is_not_passed_by_a_slip_of_the_finger(office: Office) -> None:
    visit, applicant = office.visit(), office.id_of("赵文博")
    answer = visit.post(f"/dossier/{applicant}/stage", stage="1", outcome="passed", onward="1")
    assert "没有登记通过" in answer.text and "hx-redirect" not in answer.headers
    assert office.desk.dossier(applicant).stages[0].outcome is None
    assert visit.post(f"/dossier/{applicant}/stage", stage="1", outcome="passed", onward="1", reason="工会已说明").headers["hx-redirect"]
    assert office.desk.dossier(applicant).stages[0].reason == "工会已说明"


@pytest.mark.parametrize(
    ("deed", "fields"),
    [
        ("correct", {"document_id": "nothing", "field": "name", "value": "某人"}),
        ("correct", {"field": "name"}),
        ("correct", {"document_id": "paper", "field": "birth_date", "value": "1985-13-45"}),
        ("correct", {"document_id": "paper", "field": "no_such_field", "value": "x"}),
        ("correct", {"document_id": "paper", "field": "name", "row": "²", "value": "x"}),
        ("waive", {"finding_id": "another's", "reason": "x"}),
        ("confirm", {}),
        ("stage", {"stage": "9", "outcome": "passed", "reason": "x"}),
        ("stage", {"stage": "1", "outcome": "elsewhere"}),
        ("copies", {"copies": "many"}),
    ],
)
def test_what_cannot_be_is_refused_in_words_and_nothing_is_recorded(office: Office, deed: str, fields: dict[str, str]) -> None:
    visit, applicant = office.visit(), office.id_of("赵文博")
    given = {name: paper_form(office, "赵文博") if value == "paper" else value for name, value in fields.items()}
    answer = visit.post(f"/dossier/{applicant}/{deed}", **given)
    assert answer.status_code == 200 and 'class="note bad"' in answer.text
    assert office.desk.dossier(applicant).history == () and office.verdict("赵文博") == "review"


def test_a_decision_whose_judgement_a_crash_prevented_is_judged_when_the_page_starts_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(applicant_id: str) -> None:
        raise KeyboardInterrupt

    applicant, finding = office.id_of("王海燕"), office.finding("王海燕", "LOW_CONFIDENCE")
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(office.desk, "_judge", crash)
        office.desk.decide(applicant, finding, FindingStatus.WAIVED, "已核实", "王审核")
    assert office.verdict("王海燕") == "review"
    assert office.desk.settle() == 1 and office.verdict("王海燕") == "ready"


def test_two_decisions_at_the_same_dossier_need_the_same_hold(office: Office) -> None:
    applicant = office.id_of("王海燕")
    office.desk.hold(applicant, "王审核")
    with pytest.raises(DossierTaken, match="王审核"):
        office.desk.count_copies(applicant, 3, "李审核")


def test_the_warehouse_is_not_let_go_of_in_the_middle_of_a_long_judgement(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.review.lease.IDLE_SECONDS", -1.0)
    with office.desk.in_use():
        opened = office.desk.warehouse
        time.sleep(1.5)  # the lease looks every second
        assert opened.execute("SELECT 1") == [(1,)]
    time.sleep(1.5)
    assert office.desk.warehouse is not opened


def test_the_dossier_shows_the_values_that_every_query_sees_also_entered_and_corrected_ones(office: Office) -> None:
    applicant = office.id_of("王海燕")
    scan = paper_form(office, "王海燕")
    office.desk.state(applicant, scan, "phone", 0, "13819880202", "", "王审核")
    office.desk.state(applicant, scan, "duty", 0, "班长", "表上有，未读到", "王审核")  # nothing was read there
    shown = {
        (document.document_id, one.field, one.row, one.value, one.needs_review, one.corrected_by, one.corroborated)
        for document in office.desk.dossier(applicant).documents
        for one in document.values
    }
    ids = sorted({one[0] for one in shown})
    rows = office.warehouse.execute(
        'SELECT document_id, field, "row", "value", needs_review, corrected_by, corroborated_by IS NOT NULL FROM core.standing_fields '
        "WHERE list_contains(?::VARCHAR[], document_id)",
        [ids],
    )
    assert shown == set(rows) and len(rows) > 60
    assert (scan, "duty", 0, "班长", False, "王审核", False) in shown
