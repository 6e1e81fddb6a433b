"""The long texts of an application: a trade's vocabulary in, career and merits in Chinese sentences out.

Called by `scenario`. Sentences are drawn from banks, so that no two applicants read alike; lengths fit the official form's cells.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Trade:
    """The words of one trade: craft, product, technique, what used to go wrong, the shop and the applicant's figures."""

    craft: str
    product: str
    technique: str
    fault: str
    shop: str
    start: int
    school: str
    rank: str
    apprentices: int
    saving: int

    @classmethod
    def from_row(cls, row: dict[str, str]) -> Trade:
        """A row of `script/trades.csv`."""
        numbers = {name: int(row[name]) for name in ("start", "apprentices", "saving")}
        words = {name: text for name, text in row.items() if name != "name" and name not in numbers}
        return cls(**words, **numbers)  # type: ignore[arg-type]


_CRAFT = (
    "长期从事{product}的{craft}工作，熟练掌握{technique}，加工一次合格率保持在99.6%以上。",
    "针对{fault}的难题，总结出“一看二测三修正”的{craft}操作法，在{shop}推广使用。",
    "能独立完成高难度{product}的{craft}，精度稳定控制在0.005毫米以内。",
    "参与编制企业标准2项、作业指导书14份，获实用新型专利3项。",
    "先后攻克{product}关键工序瓶颈6项，相关技艺在同行中处于领先水平。",
)
_SKILL = (
    "系统学习质量管理小组活动准则，能熟练运用排列图、因果图、控制图等统计工具分析{fault}的原因。",
    "近五年主持质量管理小组课题{n}项，将{product}不良率由3.2%降至0.8%。",
    "在{shop}推行过程能力分析，关键工序Cpk由1.02提升至1.41。",
    "把{technique}与防错技术相结合，建立首件三检和末件追溯制度。",
    "运用六西格玛方法完成“降低{product}返工率”项目，成果在本行业交流。",
)
_LEAD = (
    "作为{shop}带头人，组织班组成员开展质量改进，班组连续三年实现质量零投诉。",
    "积极参加“高师带徒”活动，先后带教徒弟{apprentices}名，其中{half}人取得高级工以上职业资格。",
    "牵头成立职工创新工作室，每季度组织一次技术交流和案例分享。",
    "在集团技能竞赛中担任教练，所带团队两次获得团体前三名。",
    "坚持班前讲质量、班后做复盘，把个人经验整理成{n}个微课供新员工学习。",
)
_GIVE = (
    "通过改进{technique}，解决了{fault}的关键问题，年节约成本约{saving}万元。",
    "参与的{product}攻关项目按期交付，产品通过用户验收，实现进口替代。",
    "近三年提出合理化建议{n}条，被采纳率超过八成，累计创造效益{double}万元。",
    "产品交付合格率连续两年达到100%，为本单位赢得客户书面表扬4次。",
    "在疫情保供期间连续驻厂42天，保证了{product}生产线平稳运行。",
)


def _draw(bank: tuple[str, ...], trade: Trade, rng: np.random.Generator, count: int) -> str:
    chosen = sorted(rng.choice(len(bank), size=count, replace=False))
    words = vars(trade) | {"n": int(rng.integers(4, 19)), "half": max(trade.apprentices // 2, 1), "double": trade.saving * 2 + 15}
    return "".join(bank[index].format(**words) for index in chosen)


def merits(trade: Trade, rng: np.random.Generator) -> dict[str, str]:
    """The four long texts, two to four sentences each, keyed by the contract's field names."""
    banks = {"craft_speciality": _CRAFT, "quality_skill": _SKILL, "leading_role": _LEAD, "contribution": _GIVE}
    return {field: _draw(bank, trade, rng, int(rng.integers(2, 5))) for field, bank in banks.items()}


def career(trade: Trade, employer: str, rng: np.random.Generator) -> list[str]:
    """Three to five lines of a curriculum vitae, oldest first."""
    start = trade.start
    second, third = start + int(rng.integers(3, 6)), start + int(rng.integers(8, 11))
    lines = [
        f"{start - 3}年9月—{start}年7月  {trade.school}学习",
        f"{start}年8月—{second}年12月  {employer}，操作工",
        f"{second + 1}年1月—{third}年6月  {employer}{trade.shop}，{trade.craft}骨干",
        f"{third}年7月至今  {employer}{trade.shop}，{trade.rank}",
    ]
    if rng.random() < 0.4:
        lines.insert(3, f"{third - 1}年3月—{third - 1}年9月  参加{trade.technique}专项培训并结业")
    return lines if rng.random() < 0.75 else lines[1:]
