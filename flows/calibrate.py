"""`gongjiang calibrate`: learn from known values what the readers' scores are worth.

Comes in: warehouses, and for each a truth; without truths, what people corrected or confirmed in them. Goes out: a calibration file, and
what it would change. Called by `cli`.

From truths a calibration is fitted anew. Corrections are few and no fair sample: they correct the calibration that is in use.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from flows.console import note, say, table
from flows.evaluate import read_truth, truth_of_corrections
from flows.evaluation_view import percent
from flows.inbox import SHANGHAI
from flows.output_file import write_whole
from pipeline.confidence.fit import FEWEST, FEWEST_CORRECTIONS, FEWEST_WRONG, REVIEW_BAR, SILENT_BAR, Example, Fit, examples_of, fit, refit
from pipeline.evaluation.evaluate import compared_values
from pipeline.evaluation.reliability import Reliability
from pipeline.process import vouched_for
from pipeline.rulebook import load_rulebook
from schemas.errors import GongjiangError
from schemas.evaluation import GroundTruth
from schemas.rules import Rulebook
from schemas.settings import Settings
from warehouse.connection import open_read_only
from warehouse.outcome import outcome
from warehouse.read import filed_documents


class TooFewExamples(GongjiangError):
    """There is too little to learn from."""

    code = "TOO_FEW_EXAMPLES"


@dataclass(frozen=True)
class Material:
    """Known values: examples to learn from, how many values there are in all, and what the material is called."""

    examples: tuple[Example, ...]
    total: int
    name: str


def calibrate_from_truths(warehouses: Sequence[Path], truths: Sequence[Path], settings: Settings, command: str) -> Fit:
    """A calibration of its own from warehouses whose truth is known.

    Raises `TruthInvalid`, `TooFewExamples`, WarehouseUnavailable, WarehouseDamaged.
    """
    if len(truths) != len(warehouses):
        raise GongjiangError(f"有 {len(warehouses)} 个仓库、{len(truths)} 个真值文件，对不上。", "请按仓库的先后给出同样多的 --truth。")
    rulebook = _rulebook(settings)
    known = [_material(read_truth(truth), path, truth.parent.name, rulebook) for truth, path in zip(truths, warehouses, strict=True)]
    examples = [example for material in known for example in material.examples]
    if len(examples) < FEWEST:
        raise TooFewExamples(
            f"只有 {len(examples)} 个可用的值，不足以拟合（至少 {FEWEST} 个）。", "请增加材料；旧版本读入的材料没有留下依据，需重新读入。"
        )
    wrong = sum(not example.right for example in examples)
    if wrong < FEWEST_WRONG:
        raise TooFewExamples(f"可用的值中只有 {wrong} 个读错，看不出错在哪里（至少 {FEWEST_WRONG} 个）。", "请加入扫描、拍照等纸质材料。")
    return fit(examples, sum(material.total for material in known), fitted_with=command, sources=[material.name for material in known])


def calibrate_from_corrections(warehouses: Sequence[Path], settings: Settings, command: str) -> Fit:
    """The calibration in use, corrected by what people stated in the warehouses. Errors as above."""
    rulebook = _rulebook(settings)
    known = [_material(truth_of_corrections(path), path, path.name, rulebook) for path in warehouses]
    examples = [example for material in known for example in material.examples]
    if len(examples) < FEWEST_CORRECTIONS:
        raise TooFewExamples(
            f"只有 {len(examples)} 个更正或确认过的机器读数，不足以校准（至少 {FEWEST_CORRECTIONS} 个）。",
            "请再核对一些值；读对的值也请确认，确认与更正同样有用。",
        )
    earlier = rulebook.calibration
    if earlier is None:
        raise TooFewExamples("还没有可以更正的校准文件（calibration.json）。", "请先用 --truth 拟合一份，或把它放进规则文件夹。")
    return refit(earlier, examples, fitted_with=command, sources=[material.name for material in known])


def show_fit(result: Fit, target: Path, review_below: float | None = None) -> None:
    """Write the calibration and say what it changes; `review_below` overrules the threshold that was found. Raises `ReportNotWritten`."""
    fitted_at = datetime.now(SHANGHAI).isoformat(timespec="seconds")
    calibration = result.calibration.model_copy(update={"fitted_at": fitted_at})
    if review_below is not None:
        calibration = calibration.model_copy(update={"review_below": review_below})
    write_whole(target, calibration.model_dump_json(indent=1) + "\n")
    say(f"依据 {calibration.count} 个值（其中读错 {calibration.wrong} 个）。")
    table(("校准前", "项数", "平均打分", "实际正确"), _bins(result.before), right=(1, 2, 3))
    table(("校准后", "项数", "平均置信度", "实际正确"), _bins(result.after), right=(1, 2, 3))
    table(
        ("送人工的界线", "印刷体送人工", "未标出的错误"),
        [(f"{threshold:.4f}", percent(rates.reviewed), percent(rates.silent)) for threshold, rates in result.choices],
        title="界线可选，--review-below 可另定",
        right=(0, 1, 2),
    )
    before, after = (percent(one.expected_error) for one in (result.before, result.after))
    say(f"置信度平均偏差（ECE）：校准前 {before}，校准后 {after}（交叉验证）。")
    rates = result.rates(calibration.review_below)
    say(
        f"低于 {calibration.review_below:.4f} 的送人工：印刷体约 {percent(rates.reviewed)}（要求不超过 {percent(REVIEW_BAR)}），"
        f"未标出的错误约 {percent(rates.silent)}（要求不超过 {percent(SILENT_BAR)}）。"
    )
    say(f"校准文件已写入 {target}。")
    note("以后读入的材料要用它：读入时加 --calibration 文件，或设 GONGJIANG_CALIBRATION，或放进规则文件夹并命名为 calibration.json。")
    note("已入库的材料要用它：gongjiang replay --apply --calibration 文件。")


def _rulebook(settings: Settings) -> Rulebook:
    return load_rulebook(settings.rulebook_dir, settings.edition_file, settings.calibration)


def _material(truth: GroundTruth, warehouse: Path, name: str, rulebook: Rulebook) -> Material:
    with open_read_only(warehouse) as opened:
        read, filed = outcome(opened), filed_documents(opened)
    vouched = vouched_for(filed, rulebook)
    documents = tuple(
        document.model_copy(
            update={
                "fields": tuple(
                    value.model_copy(update={"needs_review": (document.document_id, value.field, value.row) not in vouched})
                    for value in document.fields
                )
            }
        )
        for document in read.documents
    )
    _, values = compared_values(truth, read.model_copy(update={"documents": documents}))
    examples = tuple(replace(example, group=f"{name}/{example.group}") for example in examples_of(values))
    return Material(examples, sum(value.state != "blank" for value in values), name)


def _bins(reliability: Reliability) -> list[tuple[str, int, str, str]]:
    return [(f"{one.low:g}–{one.high:g}", one.count, f"{one.confidence:.4f}", f"{one.right:.4f}") for one in reliability.bins]
