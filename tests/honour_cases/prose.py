"""Honours stated in running text: sentences and cells as applicants write them, with what they state known by construction.

Comes in: a seed and a count. Goes out: `Prose`. Called by the tests and by `python -m tests.honour_cases`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from tests.honour_cases import parts

_EVENTS = (
    "上海市质量管理小组成果发布赛",
    "上海市QC小组成果擂台赛",
    "上海质量品牌故事大赛",
    "全国企业员工全面质量管理知识竞赛",
    "职工技能比武",
)
_GRADES = ("一等奖", "二等奖", "三等奖", "优秀奖", "特等奖")
_AWARDS = (
    *("上海市优秀质量管理小组", "全国优秀质量管理小组", "上海市质量信得过班组", "全国质量信得过班组", "上海质量工匠", "上海工匠"),
    *("上海市用户满意服务明星", "上海市五一劳动奖章", "质量标兵", "上海市现场管理创新活动成果"),
)
_ISSUERS = (
    *("上海市质量协会", "中国质量协会", "上海市市场监督管理局", "上海市浦东新区市场监督管理局", "上海市总工会", "中国机械工业质量管理协会"),
    *("上海市质量协会、上海市总工会", "上海市市场监督管理局、上海市经济和信息化委员会", "江苏省质量协会", "市质协"),
)


@dataclass(frozen=True)
class Stated:
    """What one honour of a text states; '' where it does not say. `rank` counts from 1, 0 where not stated."""

    title: str
    issuer: str
    date: str
    grade: str = ""
    rank: int = 0
    level: str = ""


@dataclass(frozen=True)
class Prose:
    """A text and the honours it states, in order."""

    text: str
    stated: tuple[Stated, ...]


def prose(seed: int, count: int) -> Iterator[Prose]:
    """`count` texts, the same for the same seed."""
    for index in range(count):
        yield _prose(Random(f"prose/{seed}/{index}"))


def _prose(rng: Random) -> Prose:
    number = rng.choice((1, 1, 2, 3))
    written = [_sentence(rng) for _ in range(number)]
    clauses, stated = [clause for clause, _ in written], tuple(one for _, one in written)
    style = rng.choice(("；", "\n", "numbered", "circled", "。", "bracketed", "chinese"))
    if style == "numbered":
        text = rng.choice(("\n", "；", " ")).join(f"{index}{rng.choice('.、')}{clause}" for index, clause in enumerate(clauses, start=1))
    elif style == "circled":
        text = rng.choice(("", "\n", "；")).join(f"{'①②③④'[index]}{clause}" for index, clause in enumerate(clauses))
    elif style == "bracketed":
        text = rng.choice(("", "\n", "；")).join(f"（{index}）{clause}" for index, clause in enumerate(clauses, start=1))
    elif style == "chinese":
        text = "\n".join(f"{'一二三四'[index]}、{clause}" for index, clause in enumerate(clauses))
    else:
        text = style.join(clauses)
    return Prose(text, stated)


def _when(rng: Random) -> tuple[str, str]:
    """A month or day as written, and in normal form."""
    year, month, day = rng.randint(2015, 2024), rng.randint(1, 12), rng.randint(1, 28)
    digits = "〇一二三四五六七八九"
    chinese = "".join(digits[int(digit)] for digit in str(year)).replace("〇", rng.choice("〇○O零"))
    return rng.choice(
        [
            (f"{year}年{month}月", f"{year}-{month:02d}"),
            (f"{year}.{month}", f"{year}-{month:02d}"),
            (f"{year}/{month:02d}/{day:02d}", f"{year}-{month:02d}-{day:02d}"),
            (f"{chinese}年{parts.chinese(month)}月", f"{year}-{month:02d}"),
            (f"{year}年{month}月{day}日", f"{year}-{month:02d}-{day:02d}"),
            (f"{year} 年 {month} 月", f"{year}-{month:02d}"),
        ]
    )


def _sentence(rng: Random) -> tuple[str, Stated]:
    when, date = _when(rng)
    issuer = rng.choice(_ISSUERS)
    award, event, grade = rng.choice(_AWARDS), rng.choice(_EVENTS), rng.choice(_GRADES)
    year = int(date[:4]) - rng.choice((0, 1))
    yearly = rng.choice((award, f"{year}年度{award}", f"{year}年{award}"))
    rank = rng.randint(1, 6)
    said = rng.choice((f"排名第{parts.chinese(rank)}", f"排名第{rank}", f"第{parts.chinese(rank)}完成人"))
    level = rng.choice(("市级", "国家级", "行业级"))
    return rng.choice(
        [
            (f"{when}，在{issuer}主办的{event}中荣获{grade}（团队，{said}）", Stated(event + grade, issuer, date, grade, rank)),
            (f"{when}在由{issuer}举办的{event}中获得{grade}", Stated(event + grade, issuer, date, grade)),
            (f"{yearly}（{issuer}，{when}）", Stated(yearly, issuer, date)),
            (f"{when}，荣获“{yearly}”称号（{issuer}颁发，{level}）", Stated(yearly, issuer, date, level=level)),
            (f"{when}，荣获{issuer}颁发的“{yearly}”荣誉称号", Stated(yearly, issuer, date)),
            (f"{when}被{issuer}授予“{yearly}”称号", Stated(yearly, issuer, date)),
            (f"{when}，所在班组被{issuer}评为{yearly}（{said}）", Stated(yearly, issuer, date, rank=rank)),
            (f"{when} {event}{grade}，{issuer}", Stated(event + grade, issuer, date, grade)),
            (f"{event}{grade}（{issuer}，{when}，{level}，{said}）", Stated(event + grade, issuer, date, grade, rank, level)),
            (f"{yearly}", Stated(yearly, "", "")),
            (f"获{yearly}，授予单位：{issuer}，时间：{when}", Stated(yearly, issuer, date)),
        ]
    )
