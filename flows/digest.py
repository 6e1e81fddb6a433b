"""What one or several batches brought, as a short text that may leave the house: counts, codes and names of units only.

Comes in: the summary of a run, and the open findings by unit before and after it. Goes out: a `Digest`. Called by `notify`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from pydantic import Field

from flows.inbox import SHANGHAI
from flows.privacy import masked
from flows.summary import RunSummary
from schemas.base import Frozen
from warehouse.day import UnitFinding

_UNITS = 30  # of one text: a chat message holds two thousand bytes, and nobody reads more
_UNKNOWN = "（没有写明推荐单位）"


class Digest(Frozen):
    """Counts of files; rejected files by code's title; open findings that were not there before, by unit and title."""

    loaded: int = 0
    duplicates: int = 0
    rejected: dict[str, int] = Field(default_factory=dict)
    found: dict[str, dict[str, int]] = Field(default_factory=dict)

    @property
    def worth_telling(self) -> bool:
        """Whether somebody has to do something."""
        return bool(self.rejected or self.found)

    def __add__(self, other: Digest) -> Digest:
        found = {unit: dict(counts) for unit, counts in self.found.items()}
        for unit, counts in other.found.items():
            found[unit] = dict(Counter(found.get(unit, {})) + Counter(counts))
        return Digest(
            loaded=self.loaded + other.loaded,
            duplicates=self.duplicates + other.duplicates,
            rejected=dict(Counter(self.rejected) + Counter(other.rejected)),
            found=found,
        )

    def text(self, now: datetime) -> str:
        """The message, in Chinese."""
        failed = sum(self.rejected.values())
        lines = [
            f"【质量工匠收件】{now.astimezone(SHANGHAI).strftime('%m月%d日 %H:%M')}",
            f"新收 {self.loaded + self.duplicates + failed} 个文件：读入 {self.loaded}，重复 {self.duplicates}，不能读取 {failed}。",
        ]
        if self.rejected:
            lines.append("不能读取的原因：" + "，".join(f"{title} {count}" for title, count in self.rejected.items()) + "。")
        if self.found:
            lines.append("新增待处理的问题：")
            for unit, counts in list(self.found.items())[:_UNITS]:
                lines.append(f"· {unit or _UNKNOWN}：" + "，".join(f"{title} {count}" for title, count in counts.items()))
            if len(self.found) > _UNITS:
                lines.append(f"· 另有 {len(self.found) - _UNITS} 个单位")
        return masked("\n".join([*lines, "哪些文件、怎么办，请看收件文件夹旁的状态页。"]))


def digest_of(summary: RunSummary, rejections: dict[str, str], before: Iterable[UnitFinding], after: Iterable[UnitFinding]) -> Digest:
    """What a run brought. `rejections` are the Chinese names of the rejection codes."""
    known = Counter({(one.unit, one.code): one.count for one in before})
    found: dict[str, dict[str, int]] = {}
    for one in after:
        more = one.count - known[one.unit, one.code]
        if more > 0:
            found.setdefault(one.unit, {})[one.title] = more
    return Digest(
        loaded=summary.loaded,
        duplicates=summary.duplicates,
        rejected=dict(Counter(rejections.get(file.error_code, file.error_code) for file in summary.rejected)),
        found=found,
    )
