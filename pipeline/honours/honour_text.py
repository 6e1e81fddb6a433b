"""Honours written as running text: a summary cell with several honours, a sentence in a form.

Comes in: a text. Goes out: one `StatedHonour` per honour with whatever is stated of it: title, issuers, date, level, role. Called by
`honour_claims` and by whoever reads summary cells. What the text does not state is '' - nothing is filled in from the catalogue."""

from __future__ import annotations

import re

from pipeline.catalogue.awards import normal_level
from pipeline.catalogue.honour_language import Phrase, find_phrases
from pipeline.catalogue.issuers import is_known_issuer, looks_like_issuer, split_issuers
from pipeline.certificates.certificate_text import wordings
from pipeline.text.normal_forms import find_dates, squeeze
from schemas.base import Frozen
from schemas.rules import Rulebook

_NUMBERING = re.compile(
    r"^(?:[(（]?\d{1,2}[)）]|\d{1,2}[.、．](?=\D|(?:19|20)\d\d)|[①-⑳]|[一二三四五六七八九十]{1,2}、|[(（][一二三四五六七八九十]{1,2}[)）])"
)
_BREAK = re.compile(r"[\n;；。]+|(?<=\S)(?=[①-⑳])|(?<=[^\d.])(?=\d{1,2}[、．](?!\d))")
_BRACKETS = re.compile(r"\(([^()]*)\)")
_TRIM = ",，、:：;；。.!“”\"'《》 "
_EVENT = re.compile(r"在(?P<event>.{3,60}?)(?:中|上|里)?,?$")


class StatedHonour(Frozen):
    """One honour as a text states it; `start` and `end` are the place of its clause in the text."""

    title: str
    issuer: str = ""
    date: str = ""
    level: str = ""
    role: str = ""
    start: int = 0
    end: int = 0


def read_honours(text: str, rulebook: Rulebook) -> tuple[StatedHonour, ...]:
    """The honours in a text, in order. A clause that names no award, grade or word of honours is left out."""
    found = []
    position = 0
    for piece in _BREAK.split(text):
        start = text.find(piece, position) if piece else position
        position = start + len(piece)
        honour = _read_clause(squeeze(piece), rulebook)
        if honour is not None:
            found.append(honour.model_copy(update={"start": start, "end": position}))
    return tuple(found)


def _read_clause(clause: str, rulebook: Rulebook) -> StatedHonour | None:
    bare = _NUMBERING.sub("", clause)
    if not _mentions_honour(bare, rulebook):
        return None
    date, bare = _take_date(bare)
    remarks, bare = _take_brackets(bare, rulebook)
    issuer = remarks.get("issuer", "")
    stated_issuer, bare = _take_issuer(bare, rulebook)
    title = _title_of(bare, rulebook)
    if len(title) < 3:
        return None
    return StatedHonour(
        title=title,
        issuer=issuer or stated_issuer,
        date=date or remarks.get("date", ""),
        level=remarks.get("level", ""),
        role=remarks.get("role", ""),
    )


def _mentions_honour(clause: str, rulebook: Rulebook) -> bool:
    words = rulebook.awards.certificate.title_words
    return any(word in clause for word in words) or any(phrase.label in ("AWARD", "GRADE") for phrase in find_phrases(clause, rulebook))


def _take_date(clause: str) -> tuple[str, str]:
    """The date that is no year of a contest, and the clause without it. A year right before a title belongs to the title."""
    for start, end, value in find_dates(clause):
        following = clause[end : end + 1]
        if following in ("度", "届") and following:
            continue
        if len(value) == 4 and following not in ("", ",", "，", ")", "获", "荣", "被", "在", "、"):
            continue
        return value, (clause[:start] + clause[end:]).lstrip(_TRIM)
    return "", clause


def _take_brackets(clause: str, rulebook: Rulebook) -> tuple[dict[str, str], str]:
    """What stands in brackets: issuer, level, date, own role; brackets that say none of these stay in the title."""
    remarks: dict[str, str] = {}
    words = rulebook.awards.certificate.rank_words
    for match in list(_BRACKETS.finditer(clause)):
        # The whole is tried first: joint issuers are separated by the same signs as remarks.
        whole = _remark(match[1], rulebook)
        found = (
            [whole] if whole is not None else [remark for part in re.split(r"[,，;、]", match[1]) if (remark := _remark(part, rulebook))]
        )
        if not found and any(word in match[1] for word in words):
            found = [("role", match[1])]
        elif whole is None and any(kind == "role" for kind, _ in found):
            found = [("role", match[1])] if all(kind == "role" for kind, _ in found) else found
        for kind, value in found:
            remarks.setdefault(kind, value)
        if found:
            clause = clause.replace(match[0], "")
    return remarks, clause


def _remark(text: str, rulebook: Rulebook) -> tuple[str, str] | None:
    """What one remark in brackets says, as (part, value); None if it is a piece of the title."""
    bare = text.removeprefix("由").strip(_TRIM)
    for hosting in rulebook.awards.certificate.hosting:
        bare = bare.removesuffix(hosting)
    level = normal_level(bare, rulebook.awards)
    if level is not None:
        return "level", level
    if looks_like_issuer(bare, rulebook):
        return "issuer", "、".join(split_issuers(bare, rulebook))
    dates = find_dates(bare)
    if len(dates) == 1 and not bare.endswith("度") and len(bare) - (dates[0][1] - dates[0][0]) <= 2:
        return "date", dates[0][2]
    words = rulebook.awards.certificate.rank_words
    return ("role", bare) if len(bare) <= 12 and any(word in bare for word in words) else None


def _take_issuer(clause: str, rulebook: Rulebook) -> tuple[str, str]:
    """Issuers named before 主办, 颁发 … and the clause without them; also a registered name that opens the clause before a verb of
    conferral."""
    hosting = "|".join(sorted(map(re.escape, rulebook.awards.certificate.hosting), key=len, reverse=True))
    match = re.search(rf"(?:由|在|被|经)?(?P<issuer>[\u4e00-\u9fff、,和与及()]{{3,80}}?)(?:共同)?(?:{hosting})(?P<tail>的)?", clause)
    if match is not None:
        run = _trailing_issuers(match["issuer"], rulebook)
        if run:
            start = match.end("issuer") - len(run)
            lead = clause[:start].removesuffix("由").removesuffix("被")
            return "、".join(split_issuers(run, rulebook)), lead + clause[match.end() :]
    trailing = re.search(r"[,，](?P<issuer>[^,，]{3,60})$", clause)
    if trailing is not None and is_known_issuer(trailing["issuer"], rulebook):
        return trailing["issuer"], clause[: trailing.start()]
    return "", clause


def _trailing_issuers(text: str, rulebook: Rulebook) -> str:
    """The longest end of the text that consists of organisations."""
    registered = [phrase.start for phrase in find_phrases(text, rulebook) if phrase.label == "ISSUER"]
    after_word = [match.end() for match in re.finditer(r"[由在被经获,]", text)]
    return next((text[start:] for start in [*registered, *after_word, 0] if looks_like_issuer(text[start:], rulebook)), "")


def _title_of(clause: str, rulebook: Rulebook) -> str:
    """The title in what is left: behind the verb of conferral; a bare grade takes the event's name."""
    verbs = [
        match for match in wordings(rulebook.awards.certificate).conferring.finditer(clause) if not clause.startswith("奖", match.end())
    ]
    title = clause
    if verbs:
        verb = verbs[-1]
        title = clause[verb.end() :]
        if _grade_only(title.strip(_TRIM), rulebook):
            before = clause[: verb.start()].rstrip(_TRIM)
            event = _EVENT.search(before)
            title = (event["event"] if event else before.removeprefix("在")) + title.strip(_TRIM)
    title = "".join(char for char in title if char not in '“”"《》‘’').strip(_TRIM)
    for tail in sorted(rulebook.awards.certificate.title_tails, key=len, reverse=True):
        if title.endswith(tail) and len(title) > len(tail) + 1:
            title = title.removesuffix(tail)
            break
    return title


def _grade_only(text: str, rulebook: Rulebook) -> bool:
    phrases: list[Phrase] = [phrase for phrase in find_phrases(text, rulebook) if phrase.label == "GRADE"]
    return text in rulebook.awards.grades or (len(phrases) == 1 and len(text) - (phrases[0].end - phrases[0].start) <= 1)
