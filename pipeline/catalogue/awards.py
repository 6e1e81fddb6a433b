"""Titles of honours: what makes two written titles the same honour, and what the catalogue knows of them.

Comes in: titles as claimed or as printed. Goes out: a `TitleKey` each (years, sessions, grades, core), a likeness from 0 to 1, the
catalogue's award. Called by `match_honours`, `honour_cases` and `honour_text`. Tolerant of abbreviations (QC小组), strict about years,
sessions and grades: the first prize of 2021 is not that of 2022, nor its second prize."""

from __future__ import annotations

import re
from typing import NamedTuple

from rapidfuzz.fuzz import partial_ratio, ratio

from pipeline.catalogue.prepared import once_per_part, remembered
from pipeline.text.normal_forms import chinese_number, squeeze
from schemas.rules import Award, Awards

_DIGITS = str.maketrans("〇○零ＯO一二三四五六七八九", "00000123456789")
_YEARS = re.compile(r"\(?((?:19|20)\d{2}|[一二][〇○零ＯO一二三四五六七八九]{3})(?:[-—~至](?:(?:19|20)?\d{2}))?(?:年度|年|(?=[^\d]))\)?")
_SESSION = re.compile(r"第([一二三四五六七八九十廿卅]{1,3}|\d{1,2})([届次批])|(首)([届次批])")
_PUNCTUATION = re.compile(r"[^\w]|_")


_NEAREST = 3  # titles shown as a hint
_OTHER_AWARD = 0.5  # two different awards of the catalogue, however alike their names are


class TitleKey(NamedTuple):
    """A title taken apart: the years it states, sessions (第三届), grades, scopes (全国, 上海), the catalogue's award if known, and the
    rest."""

    years: frozenset[str]
    sessions: frozenset[int]
    grades: frozenset[str]
    scopes: frozenset[str]
    award: str | None
    core: str

    @property
    def text(self) -> str:
        """One line that is equal for equal keys; part of the honour's stable id."""
        sessions = sorted(str(session) for session in self.sessions)
        return "|".join((self.award or self.core, *sorted(self.years), *sessions, *sorted(self.grades)))


class _Catalogue:
    """The catalogue with its titles reduced to what is compared."""

    def __init__(self, awards: Awards) -> None:
        self.wording = awards.certificate
        self.grades = sorted(awards.grades, key=len, reverse=True)
        self.abbreviations = sorted(awards.certificate.abbreviations.items(), key=lambda pair: len(pair[0]), reverse=True)
        self.noise = sorted(awards.certificate.title_noise, key=len, reverse=True)
        spellings = [(squeeze(title), award) for award in awards.awards for title in (award.title, *award.aliases)]
        self.titles = sorted((_PUNCTUATION.sub("", self._full_form(title)) for title, _ in spellings), key=len, reverse=True)
        self.by_core: dict[str, Award] = {}
        for title, award in spellings:
            self.by_core.setdefault(self.core(title)[1], award)

    def core(self, text: str) -> tuple[frozenset[str], str]:
        """The grades of a squeezed title, and what remains of it without them, in full forms and without noise.

        A grade that is part of a catalogue title (质量金奖) is no grade.
        """
        text = _PUNCTUATION.sub("", self._full_form(text))
        title = next((title for title in self.titles if title in text), "")
        rest = text.replace(title, "", 1) if title else text
        grades = set()
        for grade in self.grades:
            if grade in rest:
                grades.add(grade.removesuffix("奖"))
                rest = rest.replace(grade, "")
        text = title + rest
        for word in self.noise:
            text = text.replace(word, "") or text
        return frozenset(grades), text

    def scopes(self, text: str) -> frozenset[str]:
        """The scopes that a squeezed title states."""
        return frozenset(scope for scope, words in self.wording.scopes.items() if any(word in text for word in words))

    def _full_form(self, text: str) -> str:
        for short, full in self.abbreviations:
            # An abbreviation beside its own full form, 质量管理小组（QC小组）, must not be expanded.
            if full not in text:
                text = text.replace(short, full)
        return text


@once_per_part
def _catalogue(awards: Awards) -> _Catalogue:
    return _Catalogue(awards)


@remembered
def title_key(title: str, awards: Awards) -> TitleKey:
    """A title taken apart. Years are four digits, sessions numbers, grades without 奖."""
    catalogue = _catalogue(awards)
    text = squeeze(title)
    years = frozenset(match[1].translate(_DIGITS) for match in _YEARS.finditer(text))
    text = _YEARS.sub("", text)
    sessions = frozenset(filter(None, (_session(match) for match in _SESSION.finditer(text))))
    grades, core = catalogue.core(_SESSION.sub("", text))
    award = catalogue.by_core.get(core)
    return TitleKey(years, sessions, grades, catalogue.scopes(text), award.id if award else None, core)


def known_award(title: str, awards: Awards) -> Award | None:
    """The catalogue's award of a title, whatever its year and grade; None if the title is not in it."""
    key = title_key(title, awards)
    return next((award for award in awards.awards if award.id == key.award), None)


def usual_issuers(award: Award, on: str | None) -> tuple[str, ...]:
    """Who usually confers an award; `on` is a date in normal form, for awards whose issuer has changed. Without one, all that ever did."""
    if on is None or not award.eras:
        return tuple(dict.fromkeys((*award.usual_issuers, *(name for era in award.eras for name in era.usual_issuers))))
    year = int(on[:4])
    return next((era.usual_issuers for era in award.eras if year <= era.until), award.usual_issuers)


@remembered
def nearest_awards(title: str, awards: Awards) -> tuple[str, ...]:
    """The catalogue's titles nearest to an unknown one, best first: a hint for people, never a decision."""
    core = title_key(title, awards).core
    scored = {
        award.title: max(ratio(core, _catalogue(awards).core(squeeze(name))[1]) for name in (award.title, *award.aliases))
        for award in awards.awards
    }
    return tuple(name for name, score in sorted(scored.items(), key=lambda pair: (-pair[1], pair[0]))[:_NEAREST] if score >= 60)


def core_likeness(left: TitleKey, right: TitleKey) -> float:
    """How alike two titles are, from 0 to 1, years, sessions and grades left aside."""
    if left.award is not None and right.award is not None:
        return 1.0 if left.award == right.award else _OTHER_AWARD
    if not left.core or not right.core:
        return 0.0
    whole = ratio(left.core, right.core) / 100
    short, long = sorted((left.core, right.core), key=len)
    # A shortened title keeps a connected, substantial part of the full one.
    part = partial_ratio(short, long) / 100 * 0.92 if len(short) >= 5 and len(short) * 2 >= len(long) else 0.0
    return max(whole, part)


def contradicts(left: TitleKey, right: TitleKey) -> tuple[str, ...]:
    """In which of year, session, grade and scope two titles state different things; what only one of them states is no contradiction."""
    pairs = (
        ("year", left.years, right.years),
        ("session", left.sessions, right.sessions),
        ("grade", left.grades, right.grades),
        ("scope", left.scopes, right.scopes),
    )
    return tuple(name for name, first, second in pairs if first and second and not _agree(name, first, second))


def normal_level(text: str, awards: Awards) -> str | None:
    """The level as the rulebook names it (上海市, 市 → 市级); None if it is none of them."""
    bare = squeeze(text)
    for level in awards.levels:
        if bare == level or bare in {squeeze(synonym) for synonym in awards.level_synonyms.get(level, ())}:
            return level
    return None


def _agree(name: str, left: frozenset[str] | frozenset[int], right: frozenset[str] | frozenset[int]) -> bool:
    # 一等 and 一等奖, 优秀 and 优秀奖 have lost their 奖; grades of two parts (金奖 within a 一等奖) agree where one holds the other.
    return bool(left & right) if name != "grade" else left <= right or right <= left


def _session(match: re.Match[str]) -> int | None:
    if match[3]:
        return 1
    return int(match[1]) if match[1].isdigit() else chinese_number(match[1])
