"""What a run did, and what the warehouse holds after it: for the terminal, and as the run's artifact in Prefect.

Comes in: the delivery with the final state of each arrival, and the open warehouse. Goes out: a `RunSummary`. Built by `ingest`, shown by
`cli` and `watch`. The artifact holds counts only: names and paths stay out of Prefect's database.
"""

from __future__ import annotations

from collections.abc import Iterable

from schemas.base import Frozen
from schemas.codes import FileStatus
from schemas.records import FileRecord
from warehouse.connection import Warehouse
from warehouse.read import CodeCount, RejectedArrival, Status, status_summary

_OPEN_FINDINGS = """
    SELECT code, coalesce(any_value(code_title), code), sum("open")::INTEGER AS found
    FROM stats.findings_by_code GROUP BY code HAVING found > 0 ORDER BY found DESC, code
"""
Rows = list[tuple[str, str, int]]  # section, what, how many


class RunSummary(Frozen):
    """One run. `arrived` are the arrivals that were new, `known` those that were in already; `unreadable` those that this machine may not
    open."""

    seconds: float
    judging_seconds: float = 0.0
    arrived: int
    known: int
    loaded: int
    duplicates: int
    rejected: tuple[RejectedArrival, ...]
    unreadable: tuple[tuple[str, str], ...]
    open_findings: tuple[CodeCount, ...]
    status: Status

    @property
    def complete(self) -> bool:
        """Whether every file was either loaded or recorded as rejected."""
        return not self.unreadable

    def headline(self) -> str:
        """The outcome in one sentence; a run with recorded errors is no plain success."""
        if self.unreadable:
            return f"未全部完成：有 {len(self.unreadable)} 个文件无法打开，没有入库。请检查这些文件的读取权限后再次运行。"
        doubts = []
        if self.rejected:
            doubts.append(f"有 {len(self.rejected)} 个文件未能读取")
        if self.status.failures:
            doubts.append(f"仓库中有 {self.status.failures} 条内容未能自动整理，请人工查看原件")
        if not self.status.pages.complete:
            doubts.append(f"有 {self.status.pages.unaccounted} 页没有归入任何材料")
        if self.arrived == 0:
            doubts = [f"仓库中有 {len(self.status.rejected)} 个此前未能读取的文件"] if self.status.rejected else []
            text = f"没有新文件（{self.known} 个此前已经入库，压缩包和邮件各算一个）"
            return f"{text}，但{doubts[0]}。" if doubts else f"{text}。"
        return f"完成，但{'，'.join(doubts)}。" if doubts else f"完成：{self.arrived} 个新文件全部入库。"

    def rows(self) -> Rows:
        """The figures, a row each."""
        pages = self.status.pages
        rows: Rows = [
            ("本次文件", "读入", self.loaded),
            ("本次文件", "重复", self.duplicates),
            ("本次文件", "未能读取", len(self.rejected)),
            ("本次文件", "此前已入库，跳过", self.known),
            ("页数", "归入材料", pages.recognised),
            ("页数", "其他", pages.other),
            ("页数", "空白", pages.blank),
        ]
        if pages.unaccounted:
            rows.append(("页数", "没有归入任何材料", pages.unaccounted))
        rows.append(("页数", "合计", pages.pages))
        for section, counts in (("材料", self.status.documents), ("申报人", self.status.applicants), ("待处理的问题", self.open_findings)):
            rows += [(section, count.title, count.count) for count in counts]
        rows.append(("待人工核对", "识读结果（项）", self.status.fields_to_review))
        return rows

    def markdown(self) -> str:
        """The summary as the run's artifact."""
        lines = ["# 收件与形式审查结果", "", self.headline(), "", "| 类别 | 内容 | 数量 |", "| --- | --- | ---: |"]
        lines += [f"| {section} | {what} | {count} |" for section, what, count in self.rows()]
        return "\n".join([*lines, "", f"用时 {self.seconds:.0f} 秒。"])


def summarise(
    warehouse: Warehouse,
    records: Iterable[FileRecord],
    *,
    known: int,
    unreadable: Iterable[tuple[str, str]],
    seconds: float,
    judging_seconds: float = 0.0,
) -> RunSummary:
    """The summary of a run whose arrivals ended as `records`."""
    ended = list(records)
    return RunSummary(
        seconds=seconds,
        judging_seconds=judging_seconds,
        arrived=len(ended),
        known=known,
        loaded=sum(record.status is FileStatus.LOADED for record in ended),
        duplicates=sum(record.status is FileStatus.DUPLICATE for record in ended),
        rejected=tuple(
            RejectedArrival(path=record.path, error_code=record.error_code or "", error=record.error or "")
            for record in sorted(ended, key=lambda record: record.path)
            if record.status is FileStatus.REJECTED
        ),
        unreadable=tuple(unreadable),
        open_findings=tuple(CodeCount(code=code, title=title, count=count) for code, title, count in warehouse.execute(_OPEN_FINDINGS)),
        status=status_summary(warehouse),
    )
