"""A notice to a recommending unit as a Word document.

Comes in: a `NoticeLetter` and the edition. Goes out: a `WordPage`. Called by `commands.papers` and the review page.
"""

from __future__ import annotations

from collections.abc import Callable

from flows.notices import ApplicantPart, Demand, NoticeLetter
from flows.papers.word_page import WordPage
from flows.wording import chinese_date, chinese_number
from schemas.rules import Edition

_SHARES = (1.1, 5.5, 1.9, 3.8)


def notice_letter(letter: NoticeLetter, edition: Edition) -> WordPage:
    """The letter."""
    page = WordPage()
    ordinal = "" if letter.number == 1 else f"（第{chinese_number(letter.number)}次通知）"
    page.title(f"关于{edition.title}", f"申报材料补正的通知{ordinal}")
    page.text(f"{letter.unit}：", indent=False)
    page.text(_opening(letter, edition))
    sections = iter(range(1, 20))
    for part in letter.parts:
        if part.demands:
            _demands(page, part, next(sections))
    _unreadable(page, letter, sections.__next__)
    _told(page, [part for part in letter.parts if part.told], sections.__next__)
    _cured(page, letter, sections.__next__)
    _sending(page, letter, edition, next(sections))
    page.text("特此通知。", after=18)
    page.text(edition.correspondence.sender, right=True)
    page.text(chinese_date(letter.written_on), right=True)
    return page


def _opening(letter: NoticeLetter, edition: Edition) -> str:
    people = sum(1 for part in letter.parts if part.demands and part.applicant_id)
    items = len(letter.asked) + len(letter.unreadable)
    whom = f"涉及申报人 {people} 位，" if people else ""
    text = (
        f"贵单位推荐的{edition.title}申报材料已收悉。经形式审查，以下事项需要补正，{whom}共 {items} 项。"
        f"请于{chinese_date(letter.due)}前补正，逾期未补正的，按现有材料办理。"
    )
    remaining = sum(1 for part in letter.parts for one in part.demands if one.asked_before)
    return text + (f"其中 {remaining} 项此前已经通知，至今没有补正。" if remaining else "")


def _demands(page: WordPage, part: ApplicantPart, number: int) -> None:
    whom = f"{part.name}（{part.employer}）" if part.name and part.employer else part.name or "推荐单位的材料"
    page.heading(f"{chinese_number(number)}、{whom}")
    rows = [(str(place), _problem(one), one.clause, one.action) for place, one in enumerate(part.demands, start=1)]
    page.table(("序号", "存在的问题", "依据", "补正要求"), rows, _SHARES, middle=(0, 2))


def _problem(demand: Demand) -> str:
    return demand.problem + (f"（第{chinese_number(demand.asked_before)}次通知已提出）" if demand.asked_before else "")


def _unreadable(page: WordPage, letter: NoticeLetter, number: Callable[[], int]) -> None:
    if letter.unreadable:
        page.heading(f"{chinese_number(number())}、打不开的文件")
        rows = [(str(place), path, error) for place, (path, error) in enumerate(letter.unreadable, start=1)]
        page.table(("序号", "文件", "原因和要求"), rows, (1.1, 5.0, 6.2), middle=(0,))


def _told(page: WordPage, parts: list[ApplicantPart], number: Callable[[], int]) -> None:
    if not parts:
        return
    page.heading(f"{chinese_number(number())}、另请知悉")
    page.text("下列情况由审查认定，不要求补交材料；与事实不符的，请在上述期限内书面说明并附证明。", after=4)
    rows = [(part.name or "推荐单位", one.problem, one.clause) for part in parts for one in part.told]
    page.table(("申报人", "情况", "依据"), rows, (1.8, 8.6, 1.9), middle=(0, 2))


def _cured(page: WordPage, letter: NoticeLetter, number: Callable[[], int]) -> None:
    if letter.cured:
        page.heading(f"{chinese_number(number())}、此前通知的事项中已经补正的")
        rows = [(one.name or "推荐单位", one.problem) for one in letter.cured]
        page.table(("申报人", "原存在的问题"), rows, (1.8, 10.5), middle=(0,))


def _sending(page: WordPage, letter: NoticeLetter, edition: Edition, number: int) -> None:
    to = edition.correspondence
    page.heading(f"{chinese_number(number)}、补正方式")
    page.text(
        f"补正材料请于{chinese_date(letter.due)}前提交：电子版{to.electronic}；纸质材料{to.paper}，一式{chinese_number(edition.paper_copies)}份，推荐汇总表一式{chinese_number(edition.summary_copies)}份。"
    )
    page.text("提交时请注明推荐单位、申报人姓名和“补正”字样。" + (f"联系人：{to.contact}。" if to.contact else ""), after=12)
