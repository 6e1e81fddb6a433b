"""What was judged and what is registered comes back as it was stored."""

from __future__ import annotations

from datetime import date

from schemas.codes import FindingStatus
from schemas.records import Ban, PriorTitle, RecommendingUnit, Registers
from tests.warehouse import records as make
from warehouse.connection import Warehouse
from warehouse.decisions import decide
from warehouse.judged import stored_judgement
from warehouse.load import load_judgement
from warehouse.registers import store_register, stored_registers

REGISTERS = Registers(
    prior_titles=(PriorTitle(name="王建国", id_number="310110198503122462", title="上海工匠", year=2021),),
    bans=(Ban(kind="unit", name="上海某某有限公司", banned_on=date(2022, 5, 1), reason="材料不实"),),
    units=(RecommendingUnit(name="上海某集团工会", aliases=("某集团工会",), seal_names=("上海某集团有限公司工会委员会",)),),
)


def test_a_judgement_comes_back_as_it_was_stored(warehouse: Warehouse) -> None:
    zhang = make.an_applicant("张三")
    judgement = make.a_judgement((zhang,), (make.an_honour(zhang),), (make.a_finding(zhang),), {})
    load_judgement(warehouse, judgement)
    stored = stored_judgement(warehouse)
    assert stored.applicants == tuple(one.model_copy(update={"to_review": 0}) for one in judgement.applicants)
    assert (stored.honours, stored.findings, stored.rule_version) == (judgement.honours, judgement.findings, judgement.rule_version)


def test_storing_what_came_back_changes_nothing(season: Warehouse) -> None:
    assert load_judgement(season, stored_judgement(season)) == 0


def test_a_decision_shows_in_what_comes_back(season: Warehouse) -> None:
    finding = stored_judgement(season).findings[0]
    decide(season, finding.finding_id, FindingStatus.WAIVED, by="陆敏", at=make.RECEIVED, reason="已核实")
    assert next(one for one in stored_judgement(season).findings if one.finding_id == finding.finding_id).status == FindingStatus.WAIVED


def test_registers_come_back_as_they_were_stored_and_each_alone_is_replaced(warehouse: Warehouse) -> None:
    assert stored_registers(warehouse) == Registers()
    for kind in ("prior-titles", "bans", "units"):
        assert store_register(warehouse, kind, REGISTERS, f"{kind}.csv", make.RECEIVED)
    assert stored_registers(warehouse) == REGISTERS
    assert not store_register(warehouse, "bans", REGISTERS, "bans.csv", make.RECEIVED)
    assert store_register(warehouse, "bans", Registers(), "bans.csv", make.RECEIVED)
    assert stored_registers(warehouse) == REGISTERS.model_copy(update={"bans": ()})
    assert warehouse.execute("SELECT kind, entries FROM review.registers ORDER BY kind") == [("bans", 0), ("prior-titles", 1), ("units", 1)]
