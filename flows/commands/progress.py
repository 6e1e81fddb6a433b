"""`gongjiang stage`, `gongjiang copies` and `gongjiang progress`: how far everybody has come, and which paper lies here.

Comes in: what a person typed. Goes out: sentences and a table. Registered in `flows.cli`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import typer

from flows.commands.options import ByOption, EditionOption, WarehouseOption, person, put_on_record, settings_from

ApplicantArgument = Annotated[str, typer.Argument(metavar="申报人", help="姓名、身份证号或申报人编号。")]


def stage(
    applicant: ApplicantArgument,
    number: Annotated[int, typer.Argument(metavar="阶段", min=1, max=6, help="1 形式审查 … 6 选树命名。")],
    outcome: Annotated[
        Literal["passed", "failed", "withdrawn"], typer.Argument(metavar="结果", help="passed 通过、failed 未通过、withdrawn 撤回登记。")
    ],
    reason: Annotated[str, typer.Option("--reason", metavar="说明", help="写明理由。")] = "",
    by: ByOption = None,
    warehouse: WarehouseOption = None,
) -> None:
    """登记一位申报人在六个审核阶段中某一阶段的结果。"""
    from flows.applicant import application_called
    from flows.console import say
    from flows.inbox import SHANGHAI
    from warehouse.connection import open_warehouse
    from warehouse.progress import record_stage, stages

    settings, who = settings_from(warehouse=warehouse), person(by)
    with open_warehouse(settings.warehouse) as opened:
        one = application_called(opened, applicant)
        put_on_record(settings, who, "stage", one.applicant_id, f"{number} {outcome}")
        record_stage(opened, one.applicant_id, number, outcome, by=who, at=datetime.now(SHANGHAI), reason=reason)
        now = stages(opened, one.applicant_id)[number - 1]
    say(f"{one.name}：{now.title} {now.outcome_title or '没有登记'}。")


def copies(
    subject: Annotated[str, typer.Argument(metavar="申报人或推荐单位", help="推荐单位名称表示它的汇总表。")],
    number: Annotated[int, typer.Argument(metavar="份数", min=0, max=99, help="已收到的纸质份数。")],
    by: ByOption = None,
    warehouse: WarehouseOption = None,
) -> None:
    """登记收到几份纸质材料：申报材料按人，推荐汇总表按推荐单位。"""
    from flows.applicant import application_called
    from flows.console import say
    from flows.inbox import SHANGHAI
    from warehouse.connection import open_warehouse
    from warehouse.notices import unit_names
    from warehouse.progress import record_copies

    settings, who = settings_from(warehouse=warehouse), person(by)
    with open_warehouse(settings.warehouse) as opened:
        meant = subject if subject in unit_names(opened) else application_called(opened, subject).applicant_id
        put_on_record(settings, who, "copies", meant, str(number))
        record_copies(opened, meant, number, by=who, at=datetime.now(SHANGHAI))
    say(f"已登记：{subject} 纸质材料 {number} 份。")


def progress(warehouse: WarehouseOption = None, edition: EditionOption = None) -> None:
    """谁走到哪一步：每位申报人的结论、各阶段结果、纸质材料份数。"""
    from flows.console import table
    from pipeline.rulebook import load_rulebook
    from warehouse.connection import open_read_only
    from warehouse.read import code_titles
    from warehouse.standing import whereabouts

    settings = settings_from(warehouse=warehouse, edition=edition)
    wanted = load_rulebook(settings.rulebook_dir, settings.edition_file, settings.calibration).edition.paper_copies
    with open_read_only(settings.warehouse) as opened:
        titles, outcomes, people = code_titles(opened, "stage"), code_titles(opened, "outcome"), whereabouts(opened)
    rows = []
    for one in people:
        last = one.stages[-1] if one.stages else None
        done = "" if last is None else f"{titles[str(last.stage)]} {outcomes[last.outcome]}（{last.decided_by} {last.decided_at:%Y-%m-%d}）"
        rows.append((one.recommending_unit, one.name, one.verdict_title, done, f"{one.copies}/{wanted}"))
    table(("推荐单位", "申报人", "材料结论", "审核阶段", "纸质份数"), rows, right=(4,))
