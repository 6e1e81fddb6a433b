"""The form review sheet of one applicant (形式审查表) as a Word document for the file.

Comes in: a `DossierView` and the rules. Goes out: a `WordPage`. Called by `commands.papers` and the review page.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from flows.inbox import SHANGHAI
from flows.papers.word_page import WordPage
from flows.review.desk import standing_decisions
from flows.review.dossier_page import SheetLine, clause_text, dossier_page
from flows.wording import chinese_date, masked_numbers
from schemas.rules import Rulebook
from warehouse.review_dossier import DossierView, PastDecision, ShownFinding

_STATES = {"ok": "符合", "bad": "不符合", "unsure": "待核对"}
_FINDING_STATES = {"open": "待处理", "confirmed": "属实", "waived": "不计"}
_WORDS = {"corrected": "更正为“{value}”", "confirmed": "核对无误", "withdrawn": "撤回更正", "open": "重新打开", "waived": "不计"}


def review_sheet(view: DossierView, rulebook: Rulebook, today: date) -> WordPage:
    """The sheet: who, the checklist with its results, the findings, the decisions with person and time, the honours, lines to sign."""
    page = WordPage()
    page.title(rulebook.edition.title, "形式审查表")
    _person(page, view)
    page.heading("一、审查项目")
    lines = [_line(place, line) for place, line in enumerate(dossier_page(view, rulebook).sheet, start=1)]
    page.table(("序号", "审查项目", "依据", "结果", "说明"), lines, (1.1, 4.4, 2, 1.6, 4.6), middle=(0, 2, 3))
    _findings(page, view.findings)
    _decisions(page, view, rulebook)
    _honours(page, view)
    _stages(page, view, rulebook)
    page.heading("审查结论")
    page.text(f"系统汇总：{view.person.verdict_title}。", after=4)
    page.text("□ 通过形式审查　　□ 补正后再审　　□ 不通过", after=14)
    page.text("审查人（签字）：＿＿＿＿＿＿＿　　日期：＿＿＿年＿＿月＿＿日", indent=False, after=10)
    page.text("复核人（签字）：＿＿＿＿＿＿＿　　日期：＿＿＿年＿＿月＿＿日", indent=False, after=10)
    page.text(f"打印日期：{chinese_date(today)}　规则版本：{view.person.rule_version}", indent=False, points=9)
    return page


def _person(page: WordPage, view: DossierView) -> None:
    one = view.person
    rows = (
        ("姓　　名", one.name, "性　　别", one.sex or ""),
        ("身份证号", masked_numbers(one.id_number or ""), "出生年月", one.birth_date.isoformat() if one.birth_date else ""),
        ("工作单位", one.employer or "", "岗　　位", one.post or ""),
        ("推荐单位", one.recommending_unit or "（未注明）", "最后收件", f"{one.received_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"),
    )
    page.table((), rows, (1.8, 5.2, 1.8, 3.4), middle=(0, 2))


def _line(place: int, line: SheetLine) -> tuple[str, ...]:
    """An item with what is open about it."""
    note = f"{len(line.findings)} 条意见：{'、'.join(dict.fromkeys(one.title for one in line.findings))}" if line.findings else ""
    return str(place), line.title, line.clause, _STATES[line.state], note


def _findings(page: WordPage, findings: Iterable[ShownFinding]) -> None:
    rows = [
        (str(place), masked_numbers(one.message), _clause(one.clause), _finding_state(one)) for place, one in enumerate(findings, start=1)
    ]
    page.heading("二、审查意见")
    if rows:
        page.table(("序号", "意见", "依据", "处理"), rows, (1.1, 7.8, 2, 2.8), middle=(0, 2))
    else:
        page.text("没有意见。")


def _finding_state(finding: ShownFinding) -> str:
    state = _FINDING_STATES.get(finding.status, finding.status)
    if finding.decided_by is None or finding.decided_at is None:
        return state
    return f"{state}：{finding.reason or ''}\n{finding.decided_by} {finding.decided_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def _decisions(page: WordPage, view: DossierView, rulebook: Rulebook) -> None:
    page.heading("三、人工决定和更正")
    past = list(reversed(standing_decisions(view.history)))
    rows = [(f"{one.decided_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}", one.decided_by, _decided(one, rulebook)) for one in past]
    if rows:
        page.table(("时间", "决定人", "内容"), rows, (2.6, 1.8, 8), middle=(0, 1))
    else:
        page.text("没有。")


def _decided(past: PastDecision, rulebook: Rulebook) -> str:
    reason = f"（{past.reason}）" if past.reason else ""
    if past.kind == "finding":
        word = _FINDING_STATES.get(past.status, past.status) if past.status != "open" else _WORDS["open"]
        return f"{past.code_title}：{word}{reason}"
    title = rulebook.findings.field_titles.get(past.field or "", past.field or "")
    word = _WORDS.get(past.status, past.status).format(value=masked_numbers(past.value or ""))
    return f"{title}：{word}，识读为“{masked_numbers(past.machine_value or '')}”{reason}"


def _honours(page: WordPage, view: DossierView) -> None:
    page.heading("四、荣誉认定")
    words = {"yes": "符合", "no": "不符合", "unclear": "待判定"}
    rows = [
        (
            one.title,
            "、".join(one.issuers),
            one.conferred_on or "",
            words.get(one.qualifies, one.qualifies),
            _reasons(one.reasons),
        )
        for one in view.honours
    ]
    if rows:
        page.table(("荣誉", "颁发单位", "时间", "认定", "理由"), rows, (3.4, 3, 1.8, 1.4, 4.4), middle=(2, 3))
    else:
        page.text("材料中没有荣誉。")


def _reasons(reasons: Iterable[str]) -> str:
    return masked_numbers("；".join(reasons).replace("notice:", "通知"))


def _clause(clause: str) -> str:
    """What the notice says is cited; what only our own records ask for has no clause."""
    return clause_text(clause) if clause.startswith("notice:") else ""


def _stages(page: WordPage, view: DossierView, rulebook: Rulebook) -> None:
    page.heading("五、审核阶段和纸质材料")
    rows = [
        (
            one.title,
            one.outcome_title or "",
            one.decided_by or "",
            f"{one.decided_at.astimezone(SHANGHAI):%Y-%m-%d}" if one.decided_at else "",
        )
        for one in view.stages
    ]
    page.table(("阶段", "结果", "登记人", "日期"), rows, (3, 3, 3, 3), middle=(0, 1, 2, 3))
    page.text(f"纸质材料：应收 {rulebook.edition.paper_copies} 份，已收 {view.copies} 份。")
