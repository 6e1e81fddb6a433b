"""Cases of several honours: the same award over years and grades, claims in any order, certificates for some of them, copies and strangers.

Comes in: a seed and a count. Goes out: `Series`. Called by the tests and by `python -m tests.honour_cases`. Which certificate belongs to
which claim is known because both were written from one honour.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from random import Random

from tests.honour_cases import parts, sheets
from tests.honour_cases.parts import Answer

Row = tuple[str, str, str, str, str]
_AWARDS = (
    ("上海市优秀质量管理小组", "上海市优秀QC小组", "上海市质量协会"),
    ("上海市质量信得过班组", "上海市质量信得过班组", "上海市质量协会"),
    ("全国优秀质量管理小组", "全国优秀QC小组", "中国质量协会"),
    ("全国质量信得过班组", "全国质量信得过班组", "中国质量协会"),
    ("上海市现场管理创新活动成果", "现场管理创新活动成果", "上海市质量协会"),
    ("上海市重点产品质量攻关成果", "重点产品质量攻关成果", "上海市市场监督管理局"),
    ("全国机械工业优秀质量管理小组", "全国机械工业优秀QC小组", "中国机械工业质量管理协会"),
    ("上海市质量协会质量技术奖", "上海市质量技术奖", "上海市质量协会"),
)
_GRADES = ("一等奖", "二等奖", "三等奖")
_COUNTED = {"上海市质量协会", "中国质量协会", "上海市市场监督管理局"}


@dataclass(frozen=True)
class Scan:
    """A certificate's file name and text."""

    path: str
    text: str


@dataclass(frozen=True)
class Series:
    """One applicant's claims (as rows, or as one running text) and certificates. `rows`: for each claim the certificate's file name
    without its ending ('' for none) and the verdict; `unclaimed`: the verdicts of certificates that nobody claimed, by file name."""

    name: str
    claims: tuple[Row, ...]
    scans: tuple[Scan, ...]
    rows: tuple[tuple[str, Answer], ...]
    unclaimed: dict[str, Answer]
    kind: str


def series(seed: int, count: int) -> Iterator[Series]:
    """`count` series, the same for the same seed."""
    for index in range(count):
        yield _series(Random(f"series/{seed}/{index}"))


@dataclass(frozen=True)
class _Honour:
    title: str
    short: str
    issuer: str
    day: date
    key: str

    def answer(self) -> Answer:
        first, last = parts.WINDOW_2024
        return "yes" if self.issuer in _COUNTED and first <= self.day <= last else "no"


def _series(rng: Random) -> Series:
    name, *others = parts.people(rng, 4)
    honours = _honours(rng)
    scans, certified = [], set()
    for honour in honours:
        if rng.random() < 0.75:
            certified.add(honour.key)
            day = f"{honour.day.year}年{honour.day.month}月{honour.day.day}日"
            scans.append(Scan(f"{honour.key}.jpg", sheets.team_sheet(rng, [*others[:2], name], honour.title, honour.issuer, day)))
            if rng.random() < 0.15:
                scans.append(Scan(f"{honour.key}-copy.jpg", scans[-1].text))
    rng.shuffle(scans)
    claimed = [honour for honour in honours if honour.key not in certified or rng.random() < 0.8]
    rng.shuffle(claimed)
    as_text = rng.random() < 0.4 and bool(claimed)
    claims = _as_text(rng, claimed) if as_text else tuple(_as_row(rng, honour) for honour in claimed)
    rows = tuple(
        (honour.key if honour.key in certified else "", honour.answer() if honour.key in certified else "unclear") for honour in claimed
    )
    keys = {honour.key for honour in claimed}
    unclaimed = {honour.key: honour.answer() for honour in honours if honour.key in certified and honour.key not in keys}
    return Series(name, claims, tuple(scans), rows, unclaimed, "文字" if as_text else "表格")


def _honours(rng: Random) -> list[_Honour]:
    """Two to five honours, most of one award: years and grades tell them apart."""
    found: list[_Honour] = []
    award = rng.choice(_AWARDS)
    used: set[tuple[str, int, str]] = set()
    for _ in range(rng.randint(2, 5)):
        title, short, issuer = award if rng.random() < 0.7 else rng.choice(_AWARDS)
        year, grade = rng.randint(2016, 2023), rng.choice((*_GRADES, "", ""))
        # The same award twice in one year differs in its grade, which both must state.
        day = date(year, rng.randint(5, 12), rng.randint(1, 28))
        if any(one[:2] == (title, year) and (one[2] == grade or not one[2] or not grade) for one in used):
            continue
        # Another grade of the same month may be a slip in the claim: that pair is rightly matched, and reported as a difference.
        if any(honour.day.replace(day=1) == day.replace(day=1) and honour.title.startswith(f"{year}年度{title}") for honour in found):
            continue
        used.add((title, year, grade))
        found.append(_Honour(f"{year}年度{title}{grade}", f"{year}年{short}{grade}", issuer, day, f"h{len(found)}"))
    return found


def _as_row(rng: Random, honour: _Honour) -> Row:
    title = rng.choice((honour.title, honour.short))
    issuer = rng.choice(
        (honour.issuer, honour.issuer, {"上海市质量协会": "市质协", "中国质量协会": "中质协"}.get(honour.issuer, honour.issuer), "")
    )
    when = rng.choice(
        (f"{honour.day.year}.{honour.day.month}", f"{honour.day.year}年{honour.day.month}月", str(honour.day.year), honour.day.isoformat())
    )
    return (title, issuer, when, "", "成员")


def _as_text(rng: Random, honours: list[_Honour]) -> tuple[Row, ...]:
    """One cell that states all of them in running text."""
    clauses = []
    for honour in honours:
        day, title = honour.day, rng.choice((honour.title, honour.short))
        clauses.append(
            rng.choice(
                [
                    f"{title}（{honour.issuer}，{day.year}.{day.month}）",
                    f"{day.year}年{day.month}月，荣获{title}（{honour.issuer}颁发）",
                    f"{day.year}年{day.month}月获{honour.issuer}颁发的“{title}”",
                    f"{day.year}.{day.month:02d} {title}，{honour.issuer}",
                    f"{day.year}年{day.month}月，团队被{honour.issuer}授予“{title}”称号（排名第{rng.randint(1, 5)}）",
                ]
            )
        )
    style = rng.choice(("semicolon", "lines", "numbered", "circled"))
    if style == "semicolon":
        text = "；".join(clauses) + "。"
    elif style == "lines":
        text = "\n".join(clauses)
    elif style == "numbered":
        text = "\n".join(f"{number}. {clause}；" for number, clause in enumerate(clauses, start=1))
    else:
        text = "".join(f"{'①②③④⑤'[number]}{clause}" for number, clause in enumerate(clauses))
    return ((text, "", "", "", ""),)
