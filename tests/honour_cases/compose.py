"""Cases of honours: material for one applicant and the verdicts that it must have, known by construction.

Comes in: a seed and a count. Goes out: `HonourCase`s. Called by `score` and the tests. The oracle is the composition itself: every part
brings its truth, and the verdict is their conjunction (no before unclear before yes); the contract of `review.honours` says of which parts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from tests.honour_cases import parts, sheets
from tests.honour_cases.parts import Answer, DatePart, IssuerKind, IssuerPart

_ORDER: tuple[IssuerKind, ...] = ("government", "caq", "saq", "unclear", "other")


@dataclass(frozen=True)
class Sheet:
    """One certificate to be read: its text, how well it was recognised, the names on its seals."""

    text: str
    confidence: float = 0.99
    seals: tuple[str, ...] = ()


@dataclass(frozen=True)
class Expected:
    """The verdict of the case's honour. `tolerated`: other answers that are no mistake (a common character misread may be left open)."""

    qualifies: Answer
    in_window: Answer
    issuer_class: IssuerKind
    tolerated: tuple[Answer, ...] = ()


@dataclass(frozen=True)
class Case:
    """One applicant's material and the honour that it is about; `kinds` say what makes it hard."""

    name: str
    sheets: tuple[Sheet, ...]
    claims: tuple[tuple[str, str, str, str, str], ...]
    expected: Expected
    kinds: tuple[str, ...]
    honours: int = 1
    about: str = ""  # the honour's title, where there are several
    notes: dict[str, str] = field(default_factory=dict)


def together(*answers: Answer) -> Answer:
    """The conjunction of what is known: one no decides, else one unclear leaves it open."""
    return "no" if "no" in answers else "unclear" if "unclear" in answers else "yes"


def cases(seed: int, count: int) -> Iterator[Case]:
    """`count` cases, the same for the same seed; each draws from its own generator, so that a case can be repeated alone."""
    for index in range(count):
        yield _case(Random(f"{seed}/{index}"))


def _case(rng: Random) -> Case:
    date = parts.dated(rng)
    names, kinds = _issuers(rng), [date.kind]
    person = rng.random() < 0.5
    award = any(one.quality_award_only for one in names)
    base = (
        rng.choice(parts.QUALITY_AWARDS)
        if award and rng.random() < 0.6
        else rng.choice(parts.PERSON_TITLES if person else parts.TEAM_TITLES)
    )
    year = (date.days[0].year if date.days else 2021) - rng.choice((0, 1, 1))
    title = parts.titled(rng, base, year)
    issuer_class, counts, tolerated = _judge_issuers(names, base, date)
    kinds += [one.kind for one in names]
    applicant, *others = parts.people(rng, 6)
    sheet, recipient, kind = _sheet(rng, applicant, others, title, names, date.written, person=person)
    kinds.append(kind)
    claims, kind = _claims(rng, title, names, date)
    kinds.append(kind)
    if kind == "只有申报":
        answer = Expected("unclear", date.inside(), issuer_class, tolerated)
        return Case(applicant, (), claims, answer, tuple(kinds))
    sheet, spoiled = _spoilt(rng, sheet, names, counts)
    if spoiled == "看不清":
        # A form that states the same day confirms an ill-read date: then a day outside the window decides even so.
        answer = Expected("unclear", "unclear", "unclear", ("no",) if date.inside() == "no" and claims else ())
        return Case(applicant, (sheet,), claims, answer, (*kinds, spoiled))
    if spoiled:
        counts, kinds = "unclear", [*kinds, spoiled]
    copies = (sheet, sheet) if rng.random() < 0.08 else (sheet,)
    if date.days is not None and date.days[0] > parts.WINDOW_2024[1].replace(day=31):
        tolerated = (*tolerated, "unclear")  # nothing that came in time can be dated so: leaving a likely misreading open is no mistake
    answer = Expected(together(date.inside(), counts, recipient), date.inside(), issuer_class, tolerated)
    return Case(applicant, copies, claims, answer, tuple(kinds))


def _issuers(rng: Random) -> list[IssuerPart]:
    kind = rng.choices(("good", "bad", "open", "old", "slip", "slip-bad", "gov", "joint", "joint-bad"), (34, 14, 6, 6, 8, 6, 8, 20, 5))[0]
    if kind == "old":
        return [parts.expired(rng)[0]]
    single = {"good": parts.recognised, "bad": parts.refused, "open": parts.undecided, "slip": parts.slipped, "gov": parts.government}
    single["slip-bad"] = parts.slipped_look_alike
    if kind in single:
        return [single[kind](rng)]
    first = parts.recognised(rng) if kind == "joint" else parts.refused(rng)
    partners = [IssuerPart(name, "other", "联合") for name in rng.sample(parts.PARTNERS[:8], rng.randint(1, 3)) if name != first.printed]
    joined = [first, *partners]
    if rng.random() < 0.5:
        rng.shuffle(joined)
    return joined


def _judge_issuers(names: list[IssuerPart], title: str, date: DatePart) -> tuple[IssuerKind, Answer, tuple[Answer, ...]]:
    """The best class of the issuers, whether one of them counts, and what other answers are no mistake."""
    judged: list[IssuerKind] = []
    for one in names:
        issuer_class = one.issuer_class
        if one.quality_award_only and not any(award in title for award in ("市长质量奖", "质量金奖", "区长质量奖", "政府质量奖")):
            issuer_class = "other"
        abolished = one.kind == "已撤销" and (date.days is None or date.days[0] > one.last)
        judged.append("unclear" if abolished else issuer_class)
    best = min(judged, key=_ORDER.index)
    counts: Answer = "unclear" if best == "unclear" else "no" if best == "other" else "yes"
    return best, counts, tuple(answer for one in names for answer in one.tolerated)


def _sheet(
    rng: Random, applicant: str, others: list[str], title: str, names: list[IssuerPart], date: str, *, person: bool
) -> tuple[Sheet, Answer, str]:
    """The certificate, and whether the applicant holds it."""
    issuers = sheets.issuer_lines(rng, [one.printed for one in names])
    if rng.random() < 0.12:
        issuers = sheets.with_roles(rng, issuers)
    if person:
        holder, answer, kind = rng.choices(
            [
                (applicant, "yes", "本人"),
                (others[0], "no", "他人"),
                (parts.near_name(rng, applicant), "no", "姓名相近"),
                (f"{others[0]}、{applicant}", "yes", "与他人同获"),
            ],
            (8, 2, 1, 1),
        )[0]
        confidence = 1.0 if kind == "姓名相近" else 0.99
        return Sheet(sheets.personal_sheet(rng, holder, title, issuers, date), confidence), answer, kind  # type: ignore[return-value]
    listed = others[: rng.randint(2, 5)]
    including = [*listed]
    including.insert(rng.randrange(len(including) + 1), applicant)
    choice = rng.choices(("成员", "非成员", "无名单", "名单不全", "不全有名"), (8, 2, 2, 1, 1))[0]
    if choice == "无名单":
        return Sheet(sheets.team_sheet(rng, None, title, issuers, date)), "unclear", choice
    members = including if choice in ("成员", "不全有名") else listed
    text = sheets.team_sheet(rng, members, title, issuers, date, others=choice in ("名单不全", "不全有名"))
    truth: Answer = "yes" if choice in ("成员", "不全有名") else "no" if choice == "非成员" else "unclear"
    return Sheet(text), truth, choice


def _claims(rng: Random, title: str, names: list[IssuerPart], date: DatePart) -> tuple[tuple[tuple[str, str, str, str, str], ...], str]:
    """The form's row: none, like the certificate, careless, or claiming too much; the certificate wins in each case."""
    kind = rng.choices(("未申报", "照填", "简填", "夸大", "只有申报"), (3, 6, 3, 2, 1))[0]
    issuers = "、".join(one.printed for one in names)
    if kind == "未申报":
        return (), kind
    if kind == "简填":
        short = title.replace("质量管理小组", "QC小组")
        return ((short, "", date.written if date.kind != "年" else "", "市级", ""),), kind
    if kind == "夸大":
        return ((title, "上海市质量协会", date.written, "国家级", "负责人"),), kind
    return ((title, issuers, date.written, "市级", "成员"),), kind


def _spoilt(rng: Random, sheet: Sheet, names: list[IssuerPart], counts: Answer) -> tuple[Sheet, str]:
    """The certificate with a seal that agrees, contradicts, or with a poor recognition; what that makes of the case."""
    roll = rng.random()
    if roll < 0.06:
        return Sheet(sheet.text, rng.choice((0.6, 0.75, 0.84)), sheet.seals), "看不清"
    if roll < 0.16:
        plain = [one.printed for one in names if one.kind not in ("识别笔误", "残缺", "没有地名")]
        return Sheet(sheet.text, sheet.confidence, tuple(plain[:1])) if len(names) == 1 and plain else sheet, ""
    if roll < 0.22 and len(names) == 1 and counts in ("yes", "no") and names[0].kind not in ("识别笔误", "人民政府"):
        stranger = "江苏省质量协会" if counts == "yes" else "上海市质量协会"
        return Sheet(sheet.text, sheet.confidence, (stranger,)), "印章不符"
    return sheet, ""
