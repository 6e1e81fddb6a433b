"""Judging again what is stored, without reading any file: under changed rules, or after a register changed.

Comes in: settings and an open warehouse. Goes out: the `Replay` (whose verdict flips, and why) and its words. Called by `cli`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flows.inbox import SHANGHAI
from flows.registers import KINDS, load_registers, read_register, register_files
from flows.snapshots import Publisher
from pipeline.confidence.calibrate import recalibrated, restated
from pipeline.process import judge_everything
from pipeline.replay import ApplicantChange, HonourChange, Replay, compare
from pipeline.rulebook import load_rulebook
from schemas.codes import DocType
from schemas.records import Id, Judgement, Registers
from schemas.rules import Rulebook
from schemas.settings import Settings
from warehouse.connection import Warehouse, open_read_only, open_warehouse
from warehouse.decisions import decisions
from warehouse.editions import store_edition, store_field_titles
from warehouse.judged import stored_judgement
from warehouse.load import load_dossiers, load_judgement
from warehouse.read import code_titles, filed_documents, related_documents
from warehouse.recording import take_up_journal
from warehouse.registers import store_register, stored_registers
from warehouse.restate import restate

TRUTHS = {"yes": "符合", "no": "不符合", "unclear": "不能判定"}


@dataclass(frozen=True)
class Rejudged:
    """What judging again changes, the verdicts' Chinese names to say it with, and how many entries a new register has."""

    replay: Replay
    verdicts: dict[str, str]
    entries: int = 0


def replay(settings: Settings, *, apply: bool) -> Rejudged:
    """Judge the stored evidence by the rules in `settings`; the stored judgement is replaced only with `apply`.

    Raises RulebookInvalid, WarehouseUnavailable, WarehouseDamaged.
    """
    rulebook = load_rulebook(settings.rulebook_dir, settings.edition_file, settings.calibration)
    if not apply:
        with open_read_only(settings.warehouse) as warehouse:
            registers = _tried(warehouse, settings.registers_dir)
            return Rejudged(_judged_again(warehouse, registers, rulebook, apply=False), code_titles(warehouse, "verdict"))
    with open_warehouse(settings.warehouse) as warehouse, Publisher(warehouse, settings):
        take_up_journal(warehouse)  # a restored backup may be older than what people decided
        registers = registers_for_run(warehouse, settings.registers_dir)
        return Rejudged(_judged_again(warehouse, registers, rulebook, apply=True), code_titles(warehouse, "verdict"))


def register(kind: str, path: Path, settings: Settings) -> Rejudged:
    """Make a file the register of its kind and judge again.

    Raises RegisterInvalid (every mistake at once; nothing is stored then), RulebookInvalid, WarehouseUnavailable, WarehouseDamaged.
    """
    entries = read_register(kind, path)
    rulebook = load_rulebook(settings.rulebook_dir, settings.edition_file, settings.calibration)
    with open_warehouse(settings.warehouse) as warehouse, Publisher(warehouse, settings):
        take_up_journal(warehouse)
        store_register(warehouse, kind, entries, path.name, datetime.now(SHANGHAI))
        changed = _judged_again(warehouse, stored_registers(warehouse), rulebook, apply=True)
        return Rejudged(changed, code_titles(warehouse, "verdict"), len(getattr(entries, KINDS[kind][0])))


def judge_dossier(warehouse: Warehouse, applicant_id: Id, rulebook: Rulebook) -> int:
    """Judge one applicant again after a person decided something, with everybody whom that can concern; the rest stays as it is.

    Whoever bears the same name or ID number is judged along. What only shows across all applicants (a certificate that somebody else uses
    as well) is settled by the next judgement over everything. Returns the number of rows changed.
    """
    people, documents = related_documents(warehouse, applicant_id)
    filed = [restated(one, rulebook) for one in filed_documents(warehouse, sorted(documents))]
    judgement = judge_everything(filed, stored_registers(warehouse), rulebook, decisions(warehouse))
    # A changed name or number gives a person another id: whoever is made of these documents alone is one of them.
    kept = {one.applicant_id for one in judgement.applicants if one.applicant_id in people}
    kept |= {applicant for document, applicant in judgement.assignments.items() if document in documents}
    own = {one.document.document_id for one in filed if one.document.doc_type is not DocType.RECOMMENDATION_SUMMARY}
    return load_dossiers(warehouse, judgement, people | kept, own)


def registers_for_run(warehouse: Warehouse, folder: Path | None) -> Registers:
    """What a run judges by: the registers of the folder, stored first, and beside them whatever was registered before.

    Raises RegisterInvalid.
    """
    given = load_registers(folder)
    for kind, path in register_files(folder).items():
        store_register(warehouse, kind, given, path.name, datetime.now(SHANGHAI))
    return stored_registers(warehouse)


def _tried(warehouse: Warehouse, folder: Path | None) -> Registers:
    """What is registered, with the folder's registers in place of those of their kinds; nothing is stored. Raises RegisterInvalid."""
    given = load_registers(folder)
    names = [KINDS[kind][0] for kind in register_files(folder)]
    return stored_registers(warehouse).model_copy(update={name: getattr(given, name) for name in names})


def _judged_again(warehouse: Warehouse, registers: Registers, rulebook: Rulebook, *, apply: bool) -> Replay:
    before: Judgement = stored_judgement(warehouse)
    filed = [restated(one, rulebook) for one in filed_documents(warehouse)]
    after = judge_everything(filed, registers, rulebook, decisions(warehouse))
    if apply:
        restate(warehouse, lambda value: recalibrated(value, rulebook))
        store_edition(warehouse, rulebook.edition, datetime.now(SHANGHAI))
        store_field_titles(warehouse, rulebook.findings.field_titles)
        load_judgement(warehouse, after)
    return compare(before, after)


def replay_lines(rejudged: Rejudged) -> list[str]:
    """The replay in words: first whose verdict flips, each with the reasons, then honours that are decided otherwise."""
    result = rejudged.replay
    before = result.version_before or "（尚未审查）"
    lines = [f"规则：入库时 {before}，现在 {result.version_after}。共 {result.applicants} 位申报人，结论改变 {len(result.flips)} 位。"]
    for change in result.changes:
        if change.flips:
            lines += ["", *_change_lines(change, rejudged.verdicts)]
    rest = [change for change in result.changes if not change.flips]
    if rest:
        lines += ["", f"结论不变，但意见或荣誉认定有变化的 {len(rest)} 位："]
        for change in rest:
            lines += ["", *_change_lines(change, rejudged.verdicts)]
    return lines


def _change_lines(change: ApplicantChange, titles: Mapping[str, str]) -> Iterable[str]:
    verdicts = [titles.get(verdict, verdict) if verdict is not None else "（无此人）" for verdict in (change.before, change.after)]
    arrow = f"{verdicts[0]} → {verdicts[1]}" if change.flips else f"结论仍为“{verdicts[1]}”"
    yield f"{change.name}（{change.recommending_unit or '未注明推荐单位'}）：{arrow}"
    yield from (f"  新增：{finding.message}" for finding in change.appeared)
    yield from (f"  不再成立：{finding.message}" for finding in change.vanished)
    yield from (_honour_line(honour) for honour in change.honours)


def _honour_line(change: HonourChange) -> str:
    words = [TRUTHS[truth] if truth is not None else "没有此项" for truth in (change.before, change.after)]
    reasons = "；".join(change.reasons)
    return f"  荣誉“{change.title}”：{words[0]} → {words[1]}" + (f"（{reasons}）" if reasons else "")
