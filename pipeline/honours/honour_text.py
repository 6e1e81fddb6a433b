"""Honours written as running text: a summary cell with several honours, a sentence in a form.

Comes in: a text. Goes out: one `StatedHonour` per honour with whatever is stated of it: title, issuers, date, level, grade, role and rank,
team, members. Called by `honour_claims` and by whoever reads summary cells. What the text does not state is '' - nothing is filled in from
the catalogue. Where honours begin and end is told by `honour_clauses`."""

from __future__ import annotations

import re

from pipeline.catalogue.awards import normal_level
from pipeline.catalogue.honour_language import Phrase, find_phrases
from pipeline.catalogue.issuers import is_known_issuer, looks_like_issuer, split_issuers
from pipeline.catalogue.prepared import once_per_part
from pipeline.certificates.certificate_text import wordings
from pipeline.certificates.person_names import holder_kind, split_names
from pipeline.honours.honour_clauses import honour_clauses
from pipeline.text.normal_forms import chinese_number, find_dates, squeeze
from schemas.base import Frozen
from schemas.rules import CertificateWording, Rulebook

_BRACKETS = re.compile(r"\(([^()]*)\)")
_TRIM = ",，、:：;；。.!“”\"'《》 "
_EVENT = re.compile(r"在(?P<event>.{3,60}?)(?:中|上|里)?,?$")
_OPEN_QUOTES, _QUOTES = '“"《「', '“”"《》‘’「」'
_LEADS = "被|由|经(?!济|贸|营)"  # 经 leads to an issuer, but not in 经济和信息化委员会
_NUMBER = re.compile(r"[0-9一二三四五六七八九十]+")


class StatedHonour(Frozen):
    """One honour as a text states it; `start` and `end` are the place of its clause in the text.

    `grade` is part of the title as well; `rank` counts from 1, 0 where not stated; `team` is the team that the text says was honoured."""

    title: str
    issuer: str = ""
    date: str = ""
    level: str = ""
    role: str = ""
    grade: str = ""
    rank: int = 0
    team: str = ""
    members: tuple[str, ...] = ()
    start: int = 0
    end: int = 0


def read_honours(text: str, rulebook: Rulebook) -> tuple[StatedHonour, ...]:
    """The honours in a text, in order. A clause that names no award, grade or word of honours is left out."""
    found = []
    for clause in honour_clauses(text, rulebook):
        honour = _read_clause(clause.text, rulebook)
        if honour is not None:
            found.append(honour.model_copy(update={"start": clause.start, "end": clause.end}))
    return tuple(found)


def _read_clause(clause: str, rulebook: Rulebook) -> StatedHonour | None:
    words = rulebook.awards.certificate
    # The date goes first: without its white space it might run together with a year of the title (2020.05 2020年…).
    date, rest = _take_date(clause, words)
    labelled_issuer, labelled_level, bare = _take_labelled(squeeze(rest), rulebook)
    remarks, bare = _take_brackets(bare, rulebook)
    rank = _rank_in(remarks.get("role", "") or bare, rulebook)
    stated_issuer, bare = _take_issuer(bare, rulebook)
    title, subject = _title_of(bare, rulebook)
    if len(title) < 3:
        return None
    return StatedHonour(
        title=title,
        issuer=labelled_issuer or remarks.get("issuer", "") or stated_issuer,
        date=date or remarks.get("date", ""),
        level=remarks.get("level", "") or labelled_level,
        role=remarks.get("role", ""),
        grade=_grade_in(title, rulebook),
        rank=rank,
        team=_team_in(subject, words),
        members=tuple(split_names(remarks.get("members", ""), words)[0]),
    )


def _take_date(clause: str, words: CertificateWording) -> tuple[str, str]:
    """The date that is no year of a contest, and the clause without it and its label. A year right before a title belongs to the
    title."""
    for start, end, value in find_dates(clause):
        following = clause[end:].lstrip()[:1]
        if following in ("度", "届") and following:
            continue
        if len(value) == 4 and following not in (
            "",
            ",",
            "，",
            ")",
            "）",
            "获",
            "荣",
            "被",
            "在",
            "、",
            "我",
            "本",
            "所",
            "带",
            "经",
            "由",
        ):
            continue
        before = clause[:start].rstrip()
        label = next((label for label in _labels(words) if before.rstrip(":： ").endswith(label)), "")
        if label:
            before = before.rstrip(":： ").removesuffix(label).rstrip(_TRIM)
        return value, (before + " " + clause[end:]).lstrip(_TRIM)
    return "", clause


def _labels(words: CertificateWording) -> list[str]:
    return sorted(words.text_labels, key=len, reverse=True)


def _take_labelled(clause: str, rulebook: Rulebook) -> tuple[str, str, str]:
    """Issuer and level behind a label (授予单位：…), and the clause without them."""
    issuer = level = ""
    labels = "|".join(map(re.escape, _labels(rulebook.awards.certificate)))
    if not labels:
        return issuer, level, clause
    # Issuers may be joined by 、: only a comma, a semicolon or a closing bracket ends a labelled entry.
    for match in list(re.finditer(rf"[,;、]?(?:{labels}):(?P<value>[^,;()]+)", clause)):
        value = match["value"].strip(_TRIM)
        stated = normal_level(value, rulebook.awards)
        if stated is not None:
            level = stated
        elif looks_like_issuer(value, rulebook):
            issuer = "、".join(split_issuers(value, rulebook))
        else:
            continue
        clause = clause.replace(match[0], "", 1)
    return issuer, level, clause


def _take_brackets(clause: str, rulebook: Rulebook) -> tuple[dict[str, str], str]:
    """What stands in brackets: issuer, level, date, own role, members; brackets that say none of these stay in the title."""
    remarks: dict[str, str] = {}
    words = rulebook.awards.certificate
    for match in list(_BRACKETS.finditer(clause)):
        # The whole is tried first: joint issuers are separated by the same signs as remarks.
        whole = _remark(match[1], rulebook)
        found = [whole] if whole is not None else _remarks(match[1], rulebook)
        roles = bool(found) and whole is None and all(kind == "role" for kind, _ in found)
        if roles or (not found and any(word in match[1] for word in words.rank_words)):
            found = [("role", match[1])]
        for kind, value in found:
            remarks.setdefault(kind, value)
        if found:
            clause = clause.replace(match[0], "")
    return remarks, clause


def _remarks(text: str, rulebook: Rulebook) -> list[tuple[str, str]]:
    """The remarks of a bracket that holds several: parted at semicolons, at commas, and at 、 where a part is none as a whole."""
    found: list[tuple[str, str]] = []
    for signs in re.split(";", text):
        whole = _remark(signs, rulebook)
        parts = [signs] if whole is not None else re.split("[,，]", signs)
        for part in parts:
            one = _remark(part, rulebook)
            pieces = [one] if one is not None else [_remark(piece, rulebook) for piece in part.split("、")]
            found += [piece for piece in pieces if piece is not None]
    return found


def _remark(text: str, rulebook: Rulebook) -> tuple[str, str] | None:
    """What one remark in brackets says, as (part, value); None if it is a piece of the title."""
    words = rulebook.awards.certificate
    members = wordings(words).member_heading.match(text)
    if members is not None and text[members.end() - 1] == ":" and ";" not in text:
        return "members", text[members.end() :]
    bare = text.removeprefix("由").strip(_TRIM)
    for hosting in words.hosting:
        bare = bare.removesuffix(hosting)
    level = normal_level(bare, rulebook.awards)
    if level is not None:
        return "level", level
    if looks_like_issuer(bare, rulebook):
        return "issuer", "、".join(split_issuers(bare, rulebook))
    dates = find_dates(bare)
    if len(dates) == 1 and not bare.endswith("度") and len(bare) - (dates[0][1] - dates[0][0]) <= 2:
        return "date", dates[0][2]
    return ("role", bare) if len(bare) <= 12 and "," not in bare and any(word in bare for word in words.rank_words) else None


@once_per_part
def _hosting(words: CertificateWording) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Issuers before a verb: in the passive (被…评为) any verb of conferral will do, else one of hosting only."""
    names = r"(?P<issuer>[\u4e00-\u9fffA-Za-z、,和与及()]{3,80}?)"
    verbs = "|".join(sorted(map(re.escape, {*words.hosting, *words.conferring}), key=len, reverse=True))
    hosting = "|".join(sorted(map(re.escape, words.hosting), key=len, reverse=True))
    return (
        re.compile(rf"(?:{_LEADS}){names}(?:共同|联合)?(?:{verbs})(?:的)?"),
        re.compile(rf"(?:在|获)?{names}(?:共同|联合)?(?:{hosting})(?:的)?"),
    )


def _take_issuer(clause: str, rulebook: Rulebook) -> tuple[str, str]:
    """Issuers named before 主办, 颁发, 评为 … and the clause without them; also those that open a quoted title or end the clause."""
    for pattern in _hosting(rulebook.awards.certificate):
        match = pattern.search(clause)
        run = _trailing_issuers(match["issuer"], rulebook) if match is not None else ""
        if match is not None and run:
            start = match.end("issuer") - len(run)
            lead = re.sub(r"(?:由|被|经)$", "", clause[:start])
            passive = clause[:start].endswith(("被", "经"))
            # 被…评为 says in one breath who conferred it and that it was conferred: what follows is the title.
            return "、".join(split_issuers(run, rulebook)), lead + ("获" if passive else "") + clause[match.end() :]
    for phrase in find_phrases(clause, rulebook):
        if phrase.label == "ISSUER" and clause[phrase.end : phrase.end + 1] in tuple(_OPEN_QUOTES):
            return clause[phrase.start : phrase.end], clause[: phrase.start] + clause[phrase.end :]
    return _closing_issuers(clause, rulebook)


def _closing_issuers(clause: str, rulebook: Rulebook) -> tuple[str, str]:
    """The known issuers behind the last comma (…一等奖，上海市质量协会、上海市总工会)."""
    trailing = re.search(r"[,，:](?P<issuer>[^,，:]{3,60})$", clause.rstrip(_TRIM))
    if trailing is None:
        return "", clause
    names = split_issuers(trailing["issuer"], rulebook)
    known = bool(names) and all(is_known_issuer(name, rulebook) for name in names)
    return ("、".join(names), clause[: trailing.start()]) if known else ("", clause)


def _trailing_issuers(text: str, rulebook: Rulebook) -> str:
    """The longest end of the text that consists of organisations: it starts at a registered name or behind a word that leads to one."""
    registered = [phrase.start for phrase in find_phrases(text, rulebook) if phrase.label == "ISSUER"]
    # A name holds no verb of conferral (荣获…).
    after_word = [match.end() for match in re.finditer(rf"{_LEADS}|[在获,]", text)]
    floor = max((match.end() for match in wordings(rulebook.awards.certificate).conferring.finditer(text)), default=0)
    starts = [start for start in sorted({0, floor, *registered, *after_word}) if start >= floor]
    return next((text[start:] for start in starts if looks_like_issuer(text[start:], rulebook)), "")


def _title_of(clause: str, rulebook: Rulebook) -> tuple[str, str]:
    """The title in what is left, behind the verb of conferral, and what stands before that verb. A bare grade takes the event's name."""
    words = rulebook.awards.certificate
    verbs = [match for match in wordings(words).conferring.finditer(clause) if not clause.startswith("奖", match.end())]
    title, subject = clause, ""
    if verbs:
        verb = verbs[-1]
        title, subject = clause[verb.end() :], clause[: verb.start()].rstrip(_TRIM)
        if _grade_only(title.strip(_TRIM), rulebook):
            event = _EVENT.search(subject)
            title = (event["event"] if event else subject.removeprefix("在")) + title.strip(_TRIM)
    title = "".join(char for char in title if char not in _QUOTES).strip(_TRIM)
    for tail in sorted(words.title_tails, key=len, reverse=True):
        if title.endswith(tail) and len(title) > len(tail) + 1:
            title = title.removesuffix(tail)
            break
    return title, subject


def _grade_only(text: str, rulebook: Rulebook) -> bool:
    phrases: list[Phrase] = [phrase for phrase in find_phrases(text, rulebook) if phrase.label == "GRADE"]
    return text in rulebook.awards.grades or (len(phrases) == 1 and len(text) - (phrases[0].end - phrases[0].start) <= 1)


def _grade_in(title: str, rulebook: Rulebook) -> str:
    """The grade that a title states; one that is part of an award's name (质量金奖) is none."""
    phrases = find_phrases(squeeze(title), rulebook)
    awards = [phrase for phrase in phrases if phrase.label == "AWARD"]
    grades = [phrase for phrase in phrases if phrase.label == "GRADE"]
    free = [one for one in grades if not any(award.start <= one.start and one.end <= award.end for award in awards)]
    return free[-1].canonical if free else ""


def _rank_in(text: str, rulebook: Rulebook) -> int:
    rank = next((phrase for phrase in find_phrases(text, rulebook) if phrase.label == "RANK"), None)
    number = _NUMBER.search(text[rank.start : rank.end]) if rank is not None else None
    if number is None:
        return 0
    return int(number[0]) if number[0].isdigit() else chinese_number(number[0]) or 0


def _team_in(subject: str, words: CertificateWording) -> str:
    """The team that a sentence says was honoured: what stands before the verb, without 所在的 and the like; '' if that is no team."""
    last = re.split(r"[,，]", subject)[-1]
    for opening in sorted(words.own_teams, key=len, reverse=True):
        last = last.removeprefix(opening)
    last = "".join(char for char in last if char not in _QUOTES).strip(_TRIM)
    return last if 2 <= len(last) <= 30 and "在" not in last and holder_kind(last, words) == "team" else ""
