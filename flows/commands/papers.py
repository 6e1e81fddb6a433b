"""`gongjiang notice`, `gongjiang sheet` and `gongjiang lists`: what leaves the house or goes into the file.

Comes in: what a person typed. Goes out: Word documents (and PDF), sentences. Registered in `flows.cli`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.options import ByOption, EditionOption, WarehouseOption, person, put_on_record, settings_from
from schemas.errors import GongjiangError
from schemas.settings import Settings

if TYPE_CHECKING:
    from flows.papers.word_page import WordPage
    from schemas.rules import Rulebook
    from warehouse.connection import Warehouse

OutOption = Annotated[Path, typer.Option("--out", metavar="文件夹", help="文件写到哪个文件夹；默认当前文件夹。")]
PdfOption = Annotated[bool, typer.Option("--pdf", help="同时生成 PDF（需要安装 LibreOffice）。")]

_UNFIT_IN_NAMES = re.compile(r"[^\w·（）()\-]")  # of files


def notice(
    unit: Annotated[str | None, typer.Argument(metavar="推荐单位", help="单位名称，或其中不会混淆的一部分。")] = None,
    every: Annotated[bool, typer.Option("--all", help="给每一家有待补正事项的推荐单位各写一份。")] = False,
    due: Annotated[str | None, typer.Option("--due", metavar="日期", help="补正期限，如 2024-04-10；默认按年度规则里的天数。")] = None,
    status: Annotated[bool, typer.Option("--status", help="只看以前的通知补正得怎样，不写新通知。")] = False,
    draft: Annotated[bool, typer.Option("--draft", help="只写出来看看，不登记为已发出。")] = False,
    out: OutOption = Path("."),
    pdf: PdfOption = False,
    by: ByOption = None,
    warehouse: WarehouseOption = None,
    edition: EditionOption = None,
) -> None:
    """写给推荐单位的补正通知（Word），逐人列明缺什么、哪里不一致、依据、怎么补、何时前补；写出即登记。"""
    if every == (unit is not None):
        raise GongjiangError("请写明推荐单位。", "写单位名称，或用 --all；两者只用其一。")
    from warehouse.connection import open_read_only, open_warehouse

    settings, who, day = settings_from(warehouse=warehouse, edition=edition), person(by), None if due is None else _date(due)
    only_look = status or draft
    with (open_read_only if only_look else open_warehouse)(settings.warehouse) as opened:
        units = _units(opened, unit)
        if status:
            _show_status(opened, units)
            return
        written = [path for one in units if (path := _notice(opened, one, day, out, who, settings, draft=draft, alone=not every))]
    _finish(written, settings, pdf=pdf)


def sheet(
    applicant: Annotated[str, typer.Argument(metavar="申报人", help="姓名、身份证号或申报人编号。")],
    out: OutOption = Path("."),
    pdf: PdfOption = False,
    by: ByOption = None,
    warehouse: WarehouseOption = None,
    edition: EditionOption = None,
) -> None:
    """一位申报人的形式审查表（Word）：逐项结果、意见、处理决定和签字栏，存档用。"""
    from flows.applicant import applicants_called
    from flows.papers.review_sheet import review_sheet
    from warehouse.connection import open_read_only
    from warehouse.review_dossier import dossier_view

    settings, who = settings_from(warehouse=warehouse, edition=edition), person(by)
    rulebook, written = _rulebook(settings), []
    with open_read_only(settings.warehouse) as opened:
        for one in applicants_called(opened, applicant):
            put_on_record(settings, who, "sheet", one.applicant_id)
            name = f"形式审查表-{one.name}-{one.recommending_unit or '无推荐单位'}"
            written.append(_saved(review_sheet(dossier_view(opened, one.applicant_id), rulebook, _today()), out, name))
    _finish(written, settings, pdf=pdf)


def lists(
    out: OutOption = Path("."),
    pdf: PdfOption = False,
    by: ByOption = None,
    warehouse: WarehouseOption = None,
    edition: EditionOption = None,
) -> None:
    """两份名单（Word 和 CSV）：通过形式审查、进入书面初评的申报人；名单审定通过、用于公示的候选人（只有姓名和单位）。"""
    from flows.papers.name_lists import public_list, review_list, save_csv
    from warehouse.connection import open_read_only
    from warehouse.standing import whereabouts

    settings = settings_from(warehouse=warehouse, edition=edition)
    rulebook = _rulebook(settings)
    put_on_record(settings, person(by), "lists")
    with open_read_only(settings.warehouse) as opened:
        people = whereabouts(opened)
    written = []
    for name, made in (("书面初评名单", review_list(people)), ("公示名单", public_list(people))):
        written.append(_saved(made.page(_today(), rulebook), out, name))
        save_csv(made, written[-1].with_suffix(".csv"))
    _finish(written, settings, pdf=pdf)


def _units(opened: Warehouse, typed: str | None) -> list[str]:
    from flows.notices import unit_called
    from warehouse.notices import units_with_findings

    return units_with_findings(opened) if typed is None else [unit_called(opened, typed)]


def _notice(
    opened: Warehouse, unit: str, due: date | None, out: Path, who: str, settings: Settings, *, draft: bool, alone: bool
) -> Path | None:
    """Write one notice and record it; None where a unit among many has nothing to put right."""
    from flows.console import say
    from flows.inbox import SHANGHAI
    from flows.notices import NothingToAsk, compose, issue, usual_due
    from flows.papers.notice_letter import notice_letter

    rulebook = _rulebook(settings)
    try:
        letter = compose(opened, rulebook, unit, due or usual_due(rulebook, _today()), _today())
    except NothingToAsk as error:
        if alone:
            raise
        say(f"{error.message}")
        return None
    name = f"补正通知-{unit}-第{letter.number}次{'（草稿）' if draft else ''}"
    path = _saved(notice_letter(letter, rulebook.edition), out, name)
    if not draft:
        put_on_record(settings, who, "notice", unit, str(letter.number))
        if letter.asked:
            issue(opened, letter, by=who, at=datetime.now(SHANGHAI))
    return path


def _show_status(opened: Warehouse, units: Iterable[str]) -> None:
    from flows.console import say, table
    from flows.notices import status_lines
    from warehouse.notices import past_notices

    for unit in units:
        rows = list(status_lines(past_notices(opened, unit)))
        if rows:
            table(("通知", "申报人", "要求补正的事项", "现状"), rows, title=unit)
        else:
            say(f"还没有给“{unit}”发过补正通知。")


def _rulebook(settings: Settings) -> Rulebook:
    from pipeline.rulebook import load_rulebook

    return load_rulebook(settings.rulebook_dir, settings.edition_file, settings.calibration)


def _saved(page: WordPage, folder: Path, name: str) -> Path:
    path = folder / f"{_UNFIT_IN_NAMES.sub('_', name)[:80]}.docx"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        page.save(path)
    except OSError as error:
        raise GongjiangError(f"文件没有写成（{error.strerror}）。", "请用 --out 换一个可以写入的文件夹。", path=str(path)) from error
    return path


def _finish(written: list[Path], settings: Settings, *, pdf: bool) -> None:
    from flows.console import say
    from flows.papers.pdf import as_pdf

    for path in written:
        say(f"已写好：{as_pdf(path, settings) if pdf else path}")


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise GongjiangError(f"看不懂日期“{text}”。", "请写成 2024-04-10 的形式。") from error


def _today() -> date:
    from flows.inbox import SHANGHAI

    return datetime.now(SHANGHAI).date()
