"""What people said is never lost: history, journal, taking back, and a warehouse that is older than the decisions."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from schemas.codes import FindingStatus
from tests.warehouse import records as make
from warehouse import recording
from warehouse.connection import Warehouse, open_warehouse
from warehouse.decisions import correct, decide, decisions, withdraw
from warehouse.journal import append, entries, forget, journal_of
from warehouse.recording import take_up_journal


def a_finding(warehouse: Warehouse) -> str:
    return str(warehouse.execute("SELECT finding_id FROM core.findings WHERE code = 'LOW_CONFIDENCE'")[0][0])


def the_phone(warehouse: Warehouse) -> str:
    return str(warehouse.execute("SELECT document_id FROM core.fields WHERE field = 'phone'")[0][0])


def test_every_decision_stays_in_the_history_with_what_the_machine_had_said(season: Warehouse) -> None:
    finding = a_finding(season)
    decide(season, finding, FindingStatus.WAIVED, by="王审核", at=make.DECIDED, reason="已核实")
    decide(season, finding, FindingStatus.OPEN, by="李审核", at=make.DECIDED.replace(hour=11), reason="撤销")
    correct(season, the_phone(season), "phone", "13900000009", by="王审核", at=make.DECIDED.replace(hour=12), reason="看过原件")
    rows = season.execute("SELECT kind, status, machine_value, value, decided_by, reason FROM review.decisions ORDER BY decided_at")
    message = season.execute("SELECT message FROM core.findings WHERE finding_id = ?", [finding])[0][0]
    assert rows == [
        ("finding", "waived", message, None, "王审核", "已核实"),
        ("finding", "open", message, None, "李审核", "撤销"),
        ("value", "corrected", "13800000001", "13900000009", "王审核", "看过原件"),
    ]
    assert decisions(season)[finding].status is FindingStatus.OPEN
    assert [one.document_id for one in decisions(season)[finding].evidence] == [the_phone(season)]


def test_a_correction_that_is_taken_back_lets_the_machines_value_count_again(season: Warehouse) -> None:
    document = the_phone(season)
    correct(season, document, "phone", "13900000009", by="甲", at=make.DECIDED)
    withdraw(season, document, "phone", by="甲", at=make.DECIDED.replace(hour=11), reason="看错了")
    assert season.execute("SELECT value, needs_review, corrected_by FROM review.fields WHERE field = 'phone'") == [
        ("13800000001", True, None)
    ]
    assert season.execute("SELECT status FROM review.decisions ORDER BY decided_at") == [("corrected",), ("withdrawn",)]


def test_the_machines_own_value_is_a_confirmation(season: Warehouse) -> None:
    correct(season, the_phone(season), "phone", "13800000001", by="甲", at=make.DECIDED)
    assert season.execute("SELECT status FROM review.decisions") == [("confirmed",)]
    assert season.execute("SELECT needs_review FROM review.fields WHERE field = 'phone'") == [(False,)]


def test_what_was_in_the_journal_only_when_the_power_went_is_taken_up(season: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    finding, document = a_finding(season), the_phone(season)

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(recording, "_store", dies)
    with pytest.raises(KeyboardInterrupt):
        decide(season, finding, FindingStatus.WAIVED, by="甲", at=make.DECIDED, reason="核实")
    with pytest.raises(KeyboardInterrupt):
        correct(season, document, "phone", "13900000009", by="甲", at=make.DECIDED)
    monkeypatch.undo()
    assert season.execute("FROM review.decisions") == []
    assert take_up_journal(season) == 2
    assert season.execute("SELECT status FROM review.findings WHERE finding_id = ?", [finding]) == [("waived",)]
    assert season.execute("SELECT value FROM review.fields WHERE field = 'phone'") == [("13900000009",)]
    assert take_up_journal(season) == 0


def test_decisions_taken_after_a_backup_survive_its_restoring(season_path: Path, tmp_path: Path) -> None:
    backup = Path(shutil.copy(season_path, tmp_path / "backup.duckdb"))
    with open_warehouse(season_path) as season:
        finding = a_finding(season)
        decide(season, finding, FindingStatus.WAIVED, by="甲", at=make.DECIDED, reason="核实")
    shutil.copy(backup, season_path)
    with open_warehouse(season_path) as restored:
        assert restored.execute("SELECT status FROM review.findings WHERE finding_id = ?", [finding]) == [("open",)]
        assert take_up_journal(restored) == 1
        assert restored.execute("SELECT status, decided_by FROM review.findings WHERE finding_id = ?", [finding]) == [("waived", "甲")]


def test_a_line_cut_short_by_a_crash_costs_neither_the_lines_before_nor_those_after(season: Warehouse) -> None:
    decide(season, a_finding(season), FindingStatus.WAIVED, by="甲", at=make.DECIDED, reason="核实")
    journal = journal_of(season.path)
    with journal.open("ab") as file:
        file.write(b'{"entry":{"kind":"value","decis')
    (whole,) = entries(journal)
    append(journal, whole.model_copy(update={"decision_id": "2"}))
    assert [entry.decision_id for entry in entries(journal)] == [whole.decision_id, "2"]


def test_the_journal_can_forget_a_person_and_keeps_the_others(season: Warehouse) -> None:
    decide(season, a_finding(season), FindingStatus.WAIVED, by="甲", at=make.DECIDED, reason="核实")
    correct(season, the_phone(season), "phone", "13900000009", by="甲", at=make.DECIDED)
    journal = journal_of(season.path)
    assert forget(journal, lambda entry: entry.kind == "value") == 1
    assert [entry.kind for entry in entries(journal)] == ["finding"]
    assert b"13900000009" not in journal.read_bytes()


def test_a_reopened_decision_shows_as_open_until_it_is_taken_again(season: Warehouse) -> None:
    finding = a_finding(season)
    decide(season, finding, FindingStatus.WAIVED, by="甲", at=make.DECIDED, reason="核实")
    season.execute(
        "INSERT INTO core.findings SELECT '00000000000000aa', applicant_id, recommending_unit, 'DECISION_REOPENED', finding_id, severity, "
        "clause, '新材料不符', evidence, 'open' FROM core.findings WHERE finding_id = ?",
        [finding],
    )
    assert season.execute("SELECT status FROM review.findings WHERE finding_id = ?", [finding]) == [("open",)]
    decide(season, finding, FindingStatus.WAIVED, by="甲", at=make.DECIDED.replace(hour=11), reason="仍不计")
    assert season.execute("SELECT status FROM review.findings WHERE finding_id = ?", [finding]) == [("waived",)]
    assert season.execute("SELECT count(*) FROM core.findings WHERE code = 'DECISION_REOPENED'") == [(0,)]
