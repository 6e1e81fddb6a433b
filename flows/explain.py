"""`gongjiang explain`: one applicant, each honour's path from page to verdict, in words.

Comes in: what a person typed to name an applicant (name, identity number or id) and the settings. Goes out: `Explanation`s and their
lines. Called by `cli`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from flows.rejudge import TRUTHS
from pipeline.catalogue.issuer_verdict import IssuerVerdict
from pipeline.explanation import Explanation, HonourPath, ReadValue
from pipeline.process import explain
from pipeline.rulebook import load_rulebook
from schemas.codes import Truth
from schemas.errors import GongjiangError
from schemas.records import Applicant, Finding
from schemas.settings import Settings
from warehouse.connection import open_read_only
from warehouse.judged import stored_judgement
from warehouse.read import code_titles, filed_documents

_CONDITIONS = {"certificate": "有证书", "window": "在五年期限内", "issuer": "颁发单位受认可", "recipient": "授予本人或列有本人"}
_SIGNS = {Truth.YES: "符合　", Truth.NO: "不符合", Truth.UNCLEAR: "待判定"}
_HOW = {
    "name": "与名录全称一致",
    "short_form": "名录中的简称",
    "pattern": "符合名录中的命名规律",
    "repaired": "更正一个误识字后与名录一致",
    "title_rule": "按奖项名称认定",
    "unresolved": "名录中没有",
}


@dataclass(frozen=True)
class Titles:
    """The Chinese names of fields, verdicts and classes of issuers."""

    fields: Mapping[str, str]
    verdicts: Mapping[str, str]
    classes: Mapping[str, str]


class ApplicantNotFound(GongjiangError):
    """Nobody, or more than one, bears what was typed; `remedy` says how to choose."""

    code = "APPLICANT_NOT_FOUND"


def explanations(typed: str, settings: Settings) -> tuple[list[Explanation], Titles]:
    """The explanations of every application of the one person that `typed` names, and the titles to show them with.

    Raises ApplicantNotFound, RulebookInvalid, WarehouseUnavailable, WarehouseDamaged.
    """
    rulebook = load_rulebook(settings.rulebook_dir, settings.edition_file, settings.calibration)
    with open_read_only(settings.warehouse) as warehouse:
        judged = stored_judgement(warehouse)
        chosen = _chosen(typed, judged.applicants)
        filed = filed_documents(warehouse)
        found = [explain(applicant, judged, filed, rulebook) for applicant in chosen]
        titles = Titles(rulebook.findings.field_titles, code_titles(warehouse, "verdict"), code_titles(warehouse, "issuer_class"))
    missing = [applicant.name for applicant, one in zip(chosen, found, strict=True) if one is None]
    if missing:
        raise ApplicantNotFound(
            f"按现行规则，材料中已没有申报人 {'、'.join(missing)}。", "请先运行 gongjiang replay --apply 更新审查结果。"
        )
    return [one for one in found if one is not None], titles


def _chosen(typed: str, applicants: Sequence[Applicant]) -> list[Applicant]:
    wanted = "".join(typed.split())
    by_id = [one for one in applicants if wanted in (one.applicant_id, one.id_number)]
    found = by_id or [one for one in applicants if "".join(one.name.split()) == wanted]
    if not found:
        near = [one.name for one in applicants if wanted and (wanted in one.name or one.name in wanted)]
        hint = f"相近的有：{'、'.join(near)}。" if near else '请用 gongjiang query "SELECT name FROM review.applicants" 查看姓名。'
        raise ApplicantNotFound(f"没有申报人“{typed}”。", hint)
    if len({one.id_number or one.applicant_id for one in found}) > 1:
        listed = "；".join(f"{one.applicant_id} {one.recommending_unit or '未注明推荐单位'}" for one in found)
        raise ApplicantNotFound(f"有 {len(found)} 位申报人叫“{typed}”。", f"请改用申报人编号：{listed}。")
    return found


def explanation_lines(explanation: Explanation, titles: Titles) -> Iterator[str]:
    """An explanation in words, a line each."""
    applicant = explanation.applicant
    verdict = titles.verdicts.get(applicant.verdict, applicant.verdict)
    yield f"{applicant.name}（{applicant.recommending_unit or '未注明推荐单位'}）　结论：{verdict}"
    yield f"申报人编号 {applicant.applicant_id}　规则版本 {explanation.judged_by}"
    if explanation.judged_by != explanation.rule_version:
        yield f"注意：结论由规则 {explanation.judged_by} 得出；以下荣誉按现在的规则 {explanation.rule_version} 说明。"
        yield "用 gongjiang replay 查看差别。"
    yield ""
    yield "结论的依据：" if explanation.weighing else "结论的依据：没有待处理的意见。"
    for finding in explanation.weighing:
        yield from _finding_lines(finding, explanation)
    for finding in explanation.waived:
        yield f"  （已豁免）{finding.message}"
    for number, honour in enumerate(explanation.honours, start=1):
        yield ""
        yield from _honour_lines(number, honour, titles)


def _finding_lines(finding: Finding, explanation: Explanation) -> Iterable[str]:
    yield f"  · {finding.message}［{finding.code}，{finding.clause}］"
    for place in finding.evidence:
        where = explanation.paths.get(place.document_id)
        if where is not None:
            page = f"第{place.page}页" if place.page is not None else "正文"
            yield f"      见 {where} {page}" + (f"：{place.value}" if place.value else "")


def _honour_lines(number: int, honour: HonourPath, titles: Titles) -> Iterable[str]:
    yield f"荣誉 {number}：“{honour.title}” —— {TRUTHS[honour.qualifies.value]}"
    yield from _read_lines("申报表填写", honour.claimed, titles, absent="申报表中没有填写此项")
    yield from _read_lines("证书载明", honour.certified, titles, absent="没有找到证书")
    if honour.further_copies:
        yield f"    另有 {honour.further_copies} 份同一证书的复印件"
    if honour.issuers:
        yield "  颁发单位与名录对照："
        yield from (f"    {_issuer_text(verdict, titles)}" for verdict in honour.issuers)
    yield "  逐条判断："
    for condition in honour.conditions:
        yield f"    {_SIGNS[condition.truth]} {_CONDITIONS[condition.condition]}：{condition.reason}［{condition.clause}］"
    for remark in honour.notes:
        yield f"  备注：{remark}"


def _read_lines(heading: str, values: Sequence[ReadValue], titles: Titles, *, absent: str) -> Iterable[str]:
    if not values:
        yield f"  {heading}：{absent}"
        return
    yield f"  {heading}（{values[0].path}）："
    for value in values:
        title = titles.fields.get(value.field, value.field)
        doubt = "，待人工核对" if value.needs_review else ""
        yield f"    {title}：{value.value or '（无法规范）'}{_as_read(value)}　{_place(value)}，把握 {value.confidence:.2f}{doubt}"


def _as_read(value: ReadValue) -> str:
    raw = " ".join(value.raw.split())
    return f"（原文“{raw}”）" if raw != value.value else ""


def _place(value: ReadValue) -> str:
    page = "正文" if value.page is None else f"第{value.page}页"
    if value.box is None:
        return page + (f"第{value.row}行" if value.row else "")
    return f"{page} 距左 {value.box.x0:.0%}、距上 {value.box.y0:.0%} 处"


def _issuer_text(verdict: IssuerVerdict, titles: Titles) -> str:
    met = f"“{verdict.name}”" if verdict.name and verdict.name != verdict.text else ""
    text = f"“{verdict.text}”→ {_HOW[verdict.how]}{met}，类别：{titles.classes.get(verdict.issuer_class, verdict.issuer_class)}"
    if verdict.nearest:
        text += f"；最接近的名称：{'、'.join(verdict.nearest)}"
    return text + (f"；{verdict.note}" if verdict.note else "")
