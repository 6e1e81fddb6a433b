"""Notices to recommending units (补正通知): what is missing or contradictory, what to do, by when; and what has come of earlier ones.

Comes in: an open warehouse, the rules, a unit, the word of the person who sends it. Goes out: a `NoticeLetter` that `papers.notice_letter`
writes as a Word document, recorded before it is handed out. Called by `commands.papers` and the review page.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from flows.review.dossier_page import clause_text
from flows.wording import masked_numbers, problem
from schemas.base import Frozen
from schemas.errors import GongjiangError
from schemas.records import Id
from schemas.rules import Rulebook
from warehouse.connection import Warehouse
from warehouse.journal import AskedFinding
from warehouse.notices import PastNotice, StandingFinding, past_notices, standing_findings, unit_names, unreadable_files
from warehouse.progress import record_notice

STATES = {"cured": "已补正", "waived": "已说明，不再要求", "open": "尚未补正"}


class UnitNotFound(GongjiangError):
    """No unit, or more than one, bears what was typed; `remedy` says how to choose."""

    code = "UNIT_NOT_FOUND"


class NothingToAsk(GongjiangError):
    """There is nothing that this unit could put right."""

    code = "NOTHING_TO_ASK"


class Demand(Frozen):
    """One line of the table: what is wrong, the clause, what to do. `asked_before`: the number of the notice that asked first, else 0."""

    finding_id: Id
    title: str
    problem: str
    clause: str
    action: str
    asked_before: int = 0


class ApplicantPart(Frozen):
    """What concerns one applicant (`applicant_id` None: the unit itself): what is asked, and what is only told."""

    applicant_id: Id | None
    name: str
    employer: str
    demands: tuple[Demand, ...]
    told: tuple[Demand, ...]


class NoticeLetter(Frozen):
    """A notice as it goes out. `number` counts the notices to this unit from 1; `cured` is what earlier ones asked for and has come."""

    unit: str
    number: int
    due: date
    written_on: date
    parts: tuple[ApplicantPart, ...]
    cured: tuple[AskedFinding, ...]
    unreadable: tuple[tuple[str, str], ...]

    @property
    def asked(self) -> list[AskedFinding]:
        """Everything that the unit is to put right, in the words of the letter."""
        return [
            AskedFinding(finding_id=one.finding_id, applicant_id=part.applicant_id, name=part.name, problem=one.problem)
            for part in self.parts
            for one in part.demands
        ]


def unit_called(warehouse: Warehouse, typed: str) -> str:
    """The unit that somebody names, by its whole name or an unmistakable part of it. Raises UnitNotFound."""
    names = unit_names(warehouse)
    wanted = "".join(typed.split())
    found = [name for name in names if "".join(name.split()) == wanted] or [name for name in names if wanted and wanted in name]
    if len(found) == 1:
        return found[0]
    if found:
        raise UnitNotFound(f"有 {len(found)} 家推荐单位的名称含有“{typed}”。", f"请写全名：{'、'.join(found)}。")
    raise UnitNotFound(f"没有推荐单位“{typed}”。", f"现有：{'、'.join(names)}。" if names else "库里还没有申报人。")


def usual_due(rulebook: Rulebook, today: date) -> date:
    """The day by which to answer where none is given: some days on, on a working day of the week."""
    due = today + timedelta(days=rulebook.edition.correspondence.days)
    return due + timedelta(days=7 - due.weekday() if due.weekday() >= 5 else 0)


def compose(warehouse: Warehouse, rulebook: Rulebook, unit: str, due: date, today: date) -> NoticeLetter:
    """The notice that a unit would get now; nothing is recorded.

    Raises:
        NothingToAsk: nothing stands that it could put right.
    """
    earlier = past_notices(warehouse, unit)
    asked_before: dict[Id, int] = {}
    for number, notice in enumerate(earlier, start=1):
        for one in notice.findings:
            asked_before.setdefault(one.finding_id, number)
    by_person: dict[Id | None, list[StandingFinding]] = {}
    for finding in standing_findings(warehouse, unit):
        by_person.setdefault(finding.applicant_id, []).append(finding)
    parts = [_part(found, rulebook, asked_before) for found in by_person.values()]
    letter = NoticeLetter(
        unit=unit,
        number=len(earlier) + 1,
        due=due,
        written_on=today,
        parts=tuple(part for part in parts if part.demands or part.told),
        cured=tuple(_cured(earlier)),
        unreadable=tuple((path.replace("!/", "/"), masked_numbers(error)) for path, error in unreadable_files(warehouse, unit)),
    )
    if not letter.asked and not letter.unreadable:
        raise NothingToAsk(f"“{unit}”没有需要补正的事项。", "各项材料齐全，或余下的意见要由协会自己核对。")
    return letter


def issue(warehouse: Warehouse, letter: NoticeLetter, *, by: str, at: datetime) -> str:
    """Put on record that the notice goes out; returns its id. Raises UnknownRecord, WarehouseUnavailable."""
    asked = letter.asked
    return record_notice(warehouse, letter.unit, [one.finding_id for one in asked], letter.due, by=by, at=at, asked=asked)


def status_lines(past: Iterable[PastNotice]) -> Iterable[tuple[str, str, str, str]]:
    """What became of each thing that was asked: (which notice, applicant, what, state)."""
    for number, notice in enumerate(past, start=1):
        head = f"第{number}次（{notice.issued_at:%Y-%m-%d}，期限 {notice.due}）"
        for one in notice.findings:
            name = one.asked.name if one.asked and one.asked.name else "（推荐单位）" if one.asked else one.finding_id
            yield head, name, one.asked.problem if one.asked else "", STATES[one.state]
            head = ""


def _part(found: list[StandingFinding], rulebook: Rulebook, asked_before: dict[Id, int]) -> ApplicantPart:
    rules = rulebook.findings.notice
    first = found[0]
    return ApplicantPart(
        applicant_id=first.applicant_id,
        name=first.name,
        employer=first.employer,
        demands=tuple(_demand(one, rules.ask[one.code], rulebook, asked_before) for one in found if one.code in rules.ask),
        told=tuple(_demand(one, "", rulebook, {}) for one in found if one.code in rules.tell),
    )


def _demand(finding: StandingFinding, action: str, rulebook: Rulebook, asked_before: dict[Id, int]) -> Demand:
    return Demand(
        finding_id=finding.finding_id,
        title=finding.title,
        problem=problem(finding.code, finding.message, rulebook.findings),
        clause=clause_text(finding.clause),
        action=action,
        asked_before=asked_before.get(finding.finding_id, 0),
    )


def _cured(earlier: list[PastNotice]) -> Iterable[AskedFinding]:
    seen: set[Id] = set()
    for notice in earlier:
        for one in notice.findings:
            if one.state == "cured" and one.asked is not None and one.finding_id not in seen:
                seen.add(one.finding_id)
                yield one.asked
