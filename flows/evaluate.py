"""`gongjiang evaluate`: how right a warehouse is, as a table, JSON and a page.

Comes in: a truth (a file, or a warehouse's corrections) and a warehouse. Goes out: figures. Called by `cli`.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from pydantic import ValidationError

from flows.console import note, say, table
from flows.evaluation_page import evaluation_page
from flows.evaluation_view import examples, headlines, plain_rows, sections
from flows.inbox import SHANGHAI
from flows.output_file import write_whole
from pipeline.evaluation.evaluate import Evaluation, evaluate
from pipeline.rulebook import load_rulebook
from schemas.errors import GongjiangError
from schemas.evaluation import GroundTruth
from schemas.faults import faults
from schemas.settings import Settings
from warehouse.connection import open_read_only
from warehouse.outcome import corrected_truth, outcome

_MISTAKES_SHOWN = 20
_EXAMPLES_SHOWN = 20


class TruthInvalid(GongjiangError):
    """The truth cannot be read, or has mistakes; `message` says where."""

    code = "TRUTH_INVALID"


def read_truth(path: Path) -> GroundTruth:
    """A truth file. Raises `TruthInvalid` with every mistake and its place."""
    remedy = "真值文件的写法见 samples/README.md。"
    try:
        return GroundTruth.model_validate_json(path.read_bytes())
    except OSError as error:
        raise TruthInvalid(f"无法读取真值文件 {path}（{error.strerror}）。", "请检查路径。") from error
    except ValidationError as error:
        found = faults(error)
        lines = "\n".join(f"- {where}：{what}" if where else f"- {what}" for where, what in found[:_MISTAKES_SHOWN])
        more = f"\n（另有 {len(found) - _MISTAKES_SHOWN} 处）" if len(found) > _MISTAKES_SHOWN else ""
        raise TruthInvalid(f"真值文件 {path} 有 {len(found)} 处错误（位置从 0 数起）：\n{lines}{more}\n", remedy) from error


def evaluate_warehouse(truth: GroundTruth, warehouse: Path, settings: Settings | None = None) -> Evaluation:
    """The figures of a warehouse that no other process is writing; seals are verified with the rulebook of `settings` where given.

    Raises WarehouseUnavailable, WarehouseDamaged, `RulebookInvalid`.
    """
    rulebook = None if settings is None else load_rulebook(settings.rulebook_dir, settings.edition_file, settings.calibration)
    with open_read_only(warehouse) as opened:
        return evaluate(truth, outcome(opened), None if rulebook is None else rulebook.findings.comparison)


def truth_of_corrections(warehouse: Path) -> GroundTruth:
    """What people corrected or confirmed in a warehouse. Raises `TruthInvalid` where that is nothing."""
    with open_read_only(warehouse) as opened:
        truth = corrected_truth(opened)
    if not truth.documents:
        raise TruthInvalid("仓库里还没有人工更正或确认过的值，没有可以对照的内容。", "请先核对一些值（更正或确认都算），再评测。")
    return truth


def export_truth(truth: GroundTruth, target: Path) -> None:
    """Write a truth, to be held against a later reading of the same material. Raises `ReportNotWritten`."""
    write_whole(target, truth.model_dump_json(indent=1, exclude_defaults=True) + "\n")
    say(f"对照用的真值已写入 {target}。")


def show_evaluation(evaluation: Evaluation, settings: Settings, *, json: Path | None, html: Path | None) -> None:
    """Print the figures; write them as JSON and as a page where asked. Raises `ReportNotWritten`, `RulebookInvalid`."""
    findings = load_rulebook(settings.rulebook_dir, settings.edition_file, settings.calibration).findings
    headings = headlines(evaluation)
    tables = sections(evaluation, findings.field_titles, findings.document_titles)
    wrong = examples(evaluation)
    if evaluation.partial:
        note("只对照人工更正或确认过的值：人多半先看有疑问的值，所以这里的错误率高于全部材料的错误率。")
    table(("指标", "数值", "说明"), [(one.label, one.value, one.note) for one in headings], right=(1,))
    for section in tables:
        if section.main:
            table(section.columns, plain_rows(section), title=section.title, right=section.numeric)
    for one in (one for one in wrong if one.grave):
        table((one.title,), [(line,) for line in one.lines[:_EXAMPLES_SHOWN]])
        if len(one.lines) > _EXAMPLES_SHOWN:
            say(f"（另有 {len(one.lines) - _EXAMPLES_SHOWN} 项，见 --json 或 --html 的结果）")
    if json is not None:
        write_whole(json, evaluation.model_dump_json(indent=1) + "\n")
        say(f"全部数字已写入 {json}。")
    if html is not None:
        write_whole(html, evaluation_page(evaluation, headings, tables, wrong, datetime.now(SHANGHAI)))
        say(f"评测网页已写入 {html}，用浏览器打开即可查看。")
