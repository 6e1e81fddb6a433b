"""Stages, paper copies and notices: what was said last counts, nothing is skipped, nothing is lost."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from schemas.codes import FindingStatus
from schemas.errors import UnknownRecord
from tests.warehouse import records as make
from warehouse.connection import Warehouse, open_warehouse
from warehouse.decisions import decide
from warehouse.progress import copies_of, record_copies, record_notice, record_stage, stages
from warehouse.recording import take_up_journal


def applicant(warehouse: Warehouse, name: str = "张三") -> str:
    return str(warehouse.execute("SELECT applicant_id FROM core.applicants WHERE name = ?", [name])[0][0])


def test_a_stage_stands_as_it_was_said_last_and_can_be_taken_back(season: Warehouse) -> None:
    who = applicant(season)
    assert [(one.stage, one.title, one.outcome) for one in stages(season, who)][:2] == [(1, "形式审查", None), (2, "书面初评", None)]
    record_stage(season, who, 1, "failed", by="甲", at=make.DECIDED, reason="材料不全")
    record_stage(season, who, 1, "passed", by="乙", at=make.DECIDED + timedelta(hours=1))
    first = stages(season, who)[0]
    assert (first.outcome, first.outcome_title, first.decided_by) == ("passed", "通过", "乙")
    record_stage(season, who, 1, "withdrawn", by="乙", at=make.DECIDED + timedelta(hours=2))
    assert stages(season, who)[0].outcome is None


def test_no_stage_is_passed_before_those_that_come_first(season: Warehouse) -> None:
    who = applicant(season)
    with pytest.raises(UnknownRecord):
        record_stage(season, who, 2, "passed", by="甲", at=make.DECIDED)
    record_stage(season, who, 1, "passed", by="甲", at=make.DECIDED)
    record_stage(season, who, 2, "passed", by="甲", at=make.DECIDED)
    assert [one.outcome for one in stages(season, who)][:3] == ["passed", "passed", None]


@pytest.mark.parametrize(("who", "stage", "by"), [("0" * 16, 1, "甲"), (None, 7, "甲"), (None, 1, " ")])
def test_a_stage_of_nobody_or_by_nobody_is_refused(season: Warehouse, who: str | None, stage: int, by: str) -> None:
    with pytest.raises(UnknownRecord):
        record_stage(season, who or applicant(season), stage, "passed", by=by, at=make.DECIDED)


def test_paper_copies_of_a_person_and_of_a_units_summary_are_counted_apart(season: Warehouse) -> None:
    record_copies(season, applicant(season), 2, by="甲", at=make.DECIDED)
    record_copies(season, applicant(season), 3, by="甲", at=make.DECIDED + timedelta(hours=1))
    record_copies(season, make.UNIT, 1, by="甲", at=make.DECIDED)
    assert (copies_of(season, applicant(season)), copies_of(season, make.UNIT), copies_of(season, applicant(season, "李四"))) == (3, 1, 0)
    with pytest.raises(UnknownRecord):
        record_copies(season, "没有的单位", 1, by="甲", at=make.DECIDED)


def test_a_notice_says_what_was_cured_and_what_remains(season: Warehouse) -> None:
    findings = [row[0] for row in season.execute("SELECT finding_id FROM core.findings ORDER BY code")]
    notice = record_notice(season, make.UNIT, findings[:3], date(2024, 4, 10), by="甲", at=make.DECIDED)
    decide(season, findings[0], FindingStatus.WAIVED, by="甲", at=make.DECIDED, reason="已说明")
    season.execute("DELETE FROM core.findings WHERE finding_id = ?", [findings[1]])
    states = dict(season.execute("SELECT finding_id, state FROM review.notices WHERE notice_id = ?", [notice]))
    assert [states[finding] for finding in findings[:3]] == ["waived", "cured", "open"]


def test_stages_copies_and_notices_come_back_from_the_journal(season: Warehouse) -> None:
    who, path = applicant(season), season.path
    finding = season.execute("SELECT finding_id FROM core.findings")[0][0]
    record_stage(season, who, 1, "passed", by="甲", at=make.DECIDED)
    record_copies(season, who, 3, by="甲", at=make.DECIDED)
    record_notice(season, make.UNIT, [finding], date(2024, 4, 10), by="甲", at=make.DECIDED)
    for table in ("stage_records", "paper_copies", "notices"):
        season.execute(f"DELETE FROM core.{table}")
    season.close()
    with open_warehouse(path) as restored:
        assert take_up_journal(restored) == 3
        assert stages(restored, who)[0].decided_by == "甲"
        assert copies_of(restored, who) == 3
        assert restored.execute("SELECT count(*) FROM review.notices") == [(1,)]
