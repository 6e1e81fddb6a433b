"""An evaluation as headline figures and tables in Chinese, for the terminal and for the page.

Comes in: an `Evaluation` and the Chinese names of fields and documents. Goes out: `Headline`s and `Section`s. Called by `evaluate`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.evaluation.evaluate import Evaluation, ValueGroup
from pipeline.evaluation.shares import Group, Share
from pipeline.evaluation.verify_seals import CERTIFICATE_KIND

Cell = str | int | Share
# What the release demands at most (issue: the bars); a figure beyond it is shown in the colour of warning.
SILENT_BAR, REVIEW_BAR = 0.001, 0.05
_KINDS = {
    "digital": "电子原件",
    "clean": "清晰扫描",
    "office": "办公扫描",
    "grey": "灰度扫描",
    "copy": "复印件",
    "copy2": "复印件的复印件",
    "poor": "质量差的扫描",
    "faint": "字迹浅",
    "uneven": "明暗不匀",
    "photo": "拍照",
    "handphoto": "手持拍照",
    "showthrough": "透印",
    "fax": "传真",
    "folded": "折痕",
    "stained": "污渍",
    "curled": "卷曲",
    "punched": "打孔装订",
    "stamped": "印章压字",
}
_MARKS = {
    "seal_verified": "印章单位核对",
    "seal_present": "印章有无",
    "seal_organisation": "印章文字直接读出",
    "signature": "签名有无",
    "tick_box": "勾选框",
}
_VALUES = ("内容", "项数", "完全正确", "没有读出", "多读", "错误已标出", "错误未标出", "送人工")


@dataclass(frozen=True)
class Headline:
    """A figure that is wanted first; `good` is None where no bar is set."""

    label: str
    value: str
    note: str
    good: bool | None = None


@dataclass(frozen=True)
class Section:
    """A table with a title, what to know about it, and whether it is one of the main ones (the terminal shows no others)."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    main: bool = True

    @property
    def numeric(self) -> tuple[int, ...]:
        """The places of the columns that hold numbers."""
        return tuple(place for place in range(len(self.columns)) if any(not isinstance(row[place], str) for row in self.rows))


@dataclass(frozen=True)
class Examples:
    """What was wrong, one line each, for a person to look at."""

    title: str
    lines: tuple[str, ...]
    note: str = ""
    grave: bool = False
    shown: int = field(default=200)  # a page with thousands of lines helps nobody; the JSON has them all


def percent(share: float) -> str:
    """A share as per cent; two places, since the bars lie at a tenth."""
    return f"{100 * share:.2f} %"


def headlines(evaluation: Evaluation) -> list[Headline]:
    """The figures by which the reading is judged."""
    values, printed = evaluation.values, evaluation.printed
    misjudged = len(evaluation.honours_misjudged)
    result = [
        Headline(
            "未标出的错误",
            percent(evaluation.silent_rate),
            f"{values.silent} 项读错或多读而没有提示，要求不超过 {percent(SILENT_BAR)}",
            evaluation.silent_rate <= SILENT_BAR,
        ),
        Headline(
            "完全正确", percent(values.exact.value), f"{values.right} / {values.values} 项；纸质印刷体 {_exact(evaluation.printed_paper)}"
        ),
        Headline(
            "送人工核对",
            percent(printed.review_rate),
            f"印刷体；连同手写共 {percent(evaluation.review_rate)}。要求印刷体不超过 {percent(REVIEW_BAR)}",
            printed.review_rate <= REVIEW_BAR,
        ),
        Headline("置信度偏差", percent(evaluation.reliability.expected_error), f"纸质 {evaluation.reliability.count} 项的平均偏差（ECE）"),
    ]
    if evaluation.pages is not None and evaluation.boundaries is not None:
        result += [
            Headline("页面类型", percent(evaluation.pages.value), f"{_of(evaluation.pages)} 页归类正确"),
            Headline("材料起止", percent(evaluation.boundaries.value), f"{_of(evaluation.boundaries)} 份的页码范围正确"),
        ]
    if evaluation.honours is not None:
        result.append(
            Headline(
                "荣誉认定",
                percent(evaluation.honours.value),
                f"{_of(evaluation.honours)} 正确；断定而错 {misjudged} 项",
                False if misjudged else None,
            )
        )
    if evaluation.recall is not None and evaluation.precision is not None:
        result.append(
            Headline("审查意见", percent(evaluation.recall.value), f"应有的查出；所提的 {percent(evaluation.precision.value)} 属实")
        )
    return result


def sections(evaluation: Evaluation, fields: Mapping[str, str], documents: Mapping[str, str]) -> list[Section]:
    """Every table that holds anything."""
    by_source = [_row(_joined(group.name, documents), group) for group in evaluation.by_document]
    cross = [_row(_document_and_kind(group.name, documents), group) for group in evaluation.by_document_and_kind]
    by_field = [
        (
            documents.get(one.doc_type, one.doc_type),
            documents.get(one.source, one.source),
            *_row(fields.get(one.field, one.field), one.group),
        )
        for one in evaluation.by_field
    ]
    styles = [group for group in evaluation.by_style if group.name]
    found = [
        Section(
            "按材料种类",
            _VALUES,
            (*by_source, _row("全部", evaluation.values)),
            "“错误未标出”是最要紧的一列：读错了，却没有请人看。",
        ),
        Section("按页面质量", _VALUES, tuple(_row(_kind(group.name), group) for group in evaluation.by_kind)),
        Section("印刷与手写", _VALUES, tuple(_print_and_hand(evaluation))),
        Section("页面、材料与标记", ("内容", "项数", "正确"), tuple(_structure(evaluation))),
        Section("按材料种类和页面质量", _VALUES, tuple(cross), main=False),
        Section("按版式", _VALUES, tuple(_row(group.name, group) for group in styles), main=False),
        Section("按字段", ("材料", "来源", "字段", *_VALUES[1:]), tuple(by_field), main=False),
        Section("标记，按页面质量", ("内容", "页面质量", "项数", "正确"), tuple(_marks_by_kind(evaluation)), main=False),
        Section("页面类型，按页面质量", ("页面质量", "页数", "正确"), tuple(_shares(evaluation.pages_by_kind, _KINDS)), main=False),
        Section("审查意见，查出（召回）", ("代码", "应有", "查出"), tuple(_shares(evaluation.recall_by_code, {})), main=False),
        Section("审查意见，属实（精确）", ("代码", "提出", "属实"), tuple(_shares(evaluation.precision_by_code, {})), main=False),
        Section("置信度分档（纸质）", ("置信度", "项数", "平均置信度", "实际正确"), tuple(_bins(evaluation)), main=False),
    ]
    return [section for section in found if section.rows]


def examples(evaluation: Evaluation) -> list[Examples]:
    """Everything that was wrong, the gravest first."""
    marks = tuple(f"{_MARKS[mark.name]}：{line}" for mark in evaluation.marks for line in mark.examples)
    found = [
        Examples("错误未标出的值", evaluation.silent, "读错或多读了，却没有请人看。", grave=True),
        Examples("断定而错的荣誉", evaluation.honours_misjudged, grave=True),
        Examples("错误已标出的值", evaluation.wrong_marked),
        Examples("没有读出的值", evaluation.missing),
        Examples("归类不对的页面", evaluation.pages_wrong),
        Examples("起止不对的材料", evaluation.boundaries_wrong),
        Examples("看错的印章、签名和勾选框", marks),
        Examples("不存在的申报人", evaluation.strangers),
        Examples("结论不同的申报人", evaluation.verdicts_wrong),
        Examples("漏提的意见", evaluation.findings_missed),
        Examples("多提的意见", evaluation.findings_too_many),
    ]
    return [one for one in found if one.lines]


def _row(name: str, group: ValueGroup) -> tuple[Cell, ...]:
    return (name, group.values, group.exact, group.missing, group.invented, group.wrong_marked, group.silent, group.marked)


def _print_and_hand(evaluation: Evaluation) -> list[tuple[Cell, ...]]:
    groups = (("印刷体", evaluation.printed), ("印刷体（仅纸质）", evaluation.printed_paper), ("手写", evaluation.handwritten))
    return [_row(name, group) for name, group in groups if group.values]


def _structure(evaluation: Evaluation) -> list[tuple[Cell, ...]]:
    shares: list[tuple[str, Share | None]] = [
        ("文件状态", evaluation.files),
        ("页面类型", evaluation.pages),
        ("找到的材料", evaluation.documents),
        ("材料起止页", evaluation.boundaries),
        *((_MARKS[mark.name], mark.share) for mark in evaluation.marks),
        ("申报人", evaluation.applicants),
        ("申报人结论", evaluation.verdicts),
        ("荣誉认定", evaluation.honours),
        ("审查意见：应有的查出", evaluation.recall),
        ("审查意见：提出的属实", evaluation.precision),
    ]
    return [(name, share.total, share) for name, share in shares if share is not None and share.total]


def _marks_by_kind(evaluation: Evaluation) -> list[tuple[Cell, ...]]:
    return [(_MARKS[mark.name], _kind(group.name), group.share.total, group.share) for mark in evaluation.marks for group in mark.by_kind]


def _shares(groups: Iterable[Group], titles: Mapping[str, str]) -> list[tuple[Cell, ...]]:
    return [(titles.get(group.name, group.name), group.share.total, group.share) for group in groups]


def _bins(evaluation: Evaluation) -> list[tuple[Cell, ...]]:
    return [
        (f"{one.low:g}–{one.high:g}", one.count, percent(one.confidence), Share(right=round(one.right * one.count), total=one.count))
        for one in evaluation.reliability.bins
    ]


def _kind(name: str) -> str:
    bare = name.removeprefix(CERTIFICATE_KIND)
    return f"{'证书，' if bare != name else ''}{_KINDS.get(bare, bare or '未注明')}"


def _joined(name: str, documents: Mapping[str, str]) -> str:
    return "，".join(documents.get(part, part) for part in name.split())


def _document_and_kind(name: str, documents: Mapping[str, str]) -> str:
    doc_type, _, kind = name.partition(" ")
    return f"{documents.get(doc_type, doc_type)}，{_kind(kind)}"


def _exact(group: ValueGroup) -> str:
    return percent(group.exact.value)


def _of(share: Share) -> str:
    return f"{share.right} / {share.total}"


def cell_text(cell: Cell) -> str:
    """A cell as it stands in a table of the terminal."""
    return percent(cell.value) if isinstance(cell, Share) else str(cell)


def plain_rows(section: Section) -> Sequence[Sequence[str]]:
    """The rows as texts."""
    return [[cell_text(cell) for cell in row] for row in section.rows]
