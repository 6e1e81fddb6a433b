"""Certificates as they are worded and laid out, as lines of text: the sheet that a perfect recogniser would return.

Comes in: title, holder, issuers and date as written. Goes out: the text, a line each. Called by `compose`. Wordings follow published
certificates of the kinds in `../shared/honours.tsv`.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

_TEAMS = (
    "星火QC小组",
    "匠心QC小组",
    "攀登QC小组",
    "装调一班",
    "焊接先锋班组",
    "精益求精质量管理小组",
    "动车检修二工区",
    "质量信得过测试班组",
)
_EMPLOYERS = (
    "上海申达机床有限公司",
    "上海沪江船舶设备厂",
    "国网上海市电力公司",
    "上海浦江医疗器械有限公司",
    "上海市质量监督检验技术研究院",
)
_PROJECTS = ("降低齿轮磨削烧伤率", "缩短模具换装时间", "提高焊缝一次合格率", "减少客户投诉次数", "研制新型绝缘夹具", "降低2020年度返工率")
_VALIDITY = "有效期：2016年1月1日至2030年12月31日"
_CLOSINGS = ("特发此证，以资鼓励。", "特颁此证。", "特此表彰。", "特发此状，以资鼓励。", "")


def personal_sheet(rng: Random, holder: str, title: str, issuers: str, date: str) -> str:
    """A certificate that was given to a person."""
    number = rng.choice(("", f"证书编号：沪质协{rng.randint(1000, 9999)}\n", f"No.{rng.randint(100000, 999999)}\n"))
    close = rng.choice(_CLOSINGS)
    foot = f"\n{issuers}\n{date}"
    spaced = f"{holder} 同志" if rng.random() < 0.5 else f"{holder}同志"
    employer = rng.choice(_EMPLOYERS)
    return rng.choice(
        [
            f"荣誉证书\n{number}{holder}同志：\n荣获“{title}”称号。\n{close}\n{foot}",
            f"证 书\n{number}授予{holder}同志“{title}”荣誉称号。\n{foot}",
            f"奖 状\n{spaced}：\n在质量工作中成绩显著，被评为“{title}”。{close}\n{foot}",
            f"荣誉证书\nHONORARY CREDENTIAL\n{spaced}：\n荣获“{title}”，{close}\n{number}{foot}",
            f"获奖证书\n奖项名称：{title}\n获奖者：{holder}\n{number}颁发单位：{_inline(issuers)}\n颁发日期：{date}",
            f"荣誉证书\n{holder}{rng.choice((' 先生', ' 女士', '同志'))}：\n经评审，您被授予“{title}”称号。\n{foot}",
            f"荣誉证书\n{employer}{holder}同志：\n荣获{title}称号\n特发此证\n{foot}",
            f"聘 书\n荣誉证书\n兹授予 {holder} 同志\n“{title}”\n荣誉称号\n{foot}",
            f"荣誉证书\n{' '.join(holder) if len(holder) == 2 else holder}同志\n荣获\n{title}\n{close}\n{foot}",
            f"荣誉证书\n{holder}同志：\n您在{rng.randint(2015, 2023)}年度质量管理活动中表现突出，荣获“{title}”。\n{_VALIDITY}\n{foot}",
            f"荣誉证书\n{holder}同志：\n根据质量工作部署和2018年第12号文件，经审定，\n被评为“{title}”。\n{close}\n{foot}",
        ]
    )


def team_sheet(rng: Random, members: Sequence[str] | None, title: str, issuers: str, date: str, *, others: bool = False) -> str:
    """A certificate that was given to a team; `members` is None where it lists none, `others`: the list leaves some out."""
    team, employer, project = rng.choice(_TEAMS), rng.choice(_EMPLOYERS), rng.choice(_PROJECTS)
    listed = "" if members is None else _listed(rng, members, others=others)
    foot = f"\n{issuers}\n{date}"
    number = rng.choice(("", f"编号：QC-{rng.randint(2019, 2024)}-{rng.randint(1, 999):03d}\n"))
    sheets = [
        f"荣誉证书\n{employer}{team}：\n你小组的课题《{project}》成绩突出，被评为“{title}”。特发此证，以资鼓励。\n{listed}{foot}",
        f"证书\n{number}{employer}{team}\n荣获“{title}”\n{listed}{foot}",
        f"荣誉证书\n{team}：\n你们完成的“{project}”项目，荣获“{title}”，特颁此证。\n{listed}{number}{foot}",
        f"获奖证书\n{number}奖项名称：{title}\n项目名称：{project}\n小组名称：{team}\n完成单位：{employer}\n{listed}{foot}",
        f"证书\n授予{employer}{team}“{title}”称号\n{listed}{foot}",
        f"荣誉证书\n{employer}：\n你单位{team}荣获“{title}”。\n{listed}{foot}",
    ]
    if members is None:
        sheets.append(f"{title}\n{employer}{team}\n{foot}")
    return rng.choice(sheets)


def _listed(rng: Random, members: Sequence[str], *, others: bool) -> str:
    """The list of members: one line, two lines, with roles."""
    label = rng.choice(("小组成员", "成员", "团队成员", "主要完成人", "QC小组成员", "获奖人员", "项目组成员"))
    end = "等" if others else ""
    style = rng.choice(("one", "one", "spaces", "two", "role"))
    if style == "spaces":
        return f"{label}：{'  '.join(members)}{end}\n"
    if style == "two" and len(members) > 2:
        half = len(members) // 2
        return f"{label}：{'、'.join(members[:half])}、\n{'、'.join(members[half:])}{end}\n"
    if style == "role":
        return f"组长：{members[0]}\n组员：{'、'.join(members[1:])}{end}\n"
    return f"{label}：{'、'.join(members)}{end}\n"


def _inline(issuers: str) -> str:
    return "、".join(line for line in issuers.split("\n") if line)


def issuer_lines(rng: Random, names: Sequence[str]) -> str:
    """Joint issuers one below the other, side by side, or joined by a sign."""
    if len(names) == 1:
        return names[0]
    return rng.choice(("\n", "\n", "、", "  ")).join(names)


def with_roles(rng: Random, issuers: str) -> str:
    """The issuers as the hosts among organisations that guide, support or carry out: those confer nothing."""
    guide = rng.choice(("上海市市场监督管理局", "国家市场监督管理总局", "上海市质量协会", "上海市人民政府"))
    carrier = rng.choice(("上海市质量协会", *_EMPLOYERS, "上海市总工会"))
    host = f"{rng.choice(('主办单位', '颁发单位', '授予单位'))}：{_inline(issuers)}"
    lines = [f"{rng.choice(('指导单位', '支持单位'))}：{guide}", host, f"{rng.choice(('承办单位', '协办单位'))}：{carrier}"]
    return "\n".join(line for line in lines if line == host or rng.random() < 0.6)
