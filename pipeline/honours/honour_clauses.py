"""Where honours begin and end in a text that states several.

Comes in: a text. Goes out: one `Clause` per honour with its place, numbering taken away. Called by `honour_text`. Signs that part honours
are line breaks, semicolons, full stops and numbering; a comma or 、 parts them only where an honour stands on both sides."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from pipeline.catalogue.honour_language import find_phrases
from pipeline.text.normal_forms import find_dates, squeeze, widen_to_half
from schemas.rules import Rulebook

_YEAR = r"(?:19|20)\d\d"
_NUMBERING = re.compile(
    rf"\s*(?:[(（]\d{{1,2}}[)）]|\d{{1,2}}(?:[.．]\s*(?=\D|{_YEAR})|、)|[①-⑳]|[一二三四五六七八九十]{{1,2}}、|[(（][一二三四五六七八九十]{{1,2}}[)）])\s*"
)
# A number of a list: circled, or with its sign after a gap or a sign of its own, so that 2021.6 and 一、二等奖 are none.
_BREAK = re.compile(
    rf"[\n;；。]+|(?<=\S)(?=[①-⑳])|(?<=[^\d.])(?=\d{{1,2}}[、．](?!\d))|(?<=\s)(?=\d{{1,2}}(?:\.\D|[.、．]{_YEAR}))|(?<=\S)(?=[(（]\d{{1,2}}[)）])"
)

_ENCLOSED = re.compile(r"[(（][^()（）\n]*[)）]")


class Clause(NamedTuple):
    """A stretch [start, end) of the text that states one honour; `text` is the stretch without its numbering."""

    text: str
    start: int
    end: int


def honour_clauses(text: str, rulebook: Rulebook) -> Iterator[Clause]:
    """The clauses that mention an honour, in order."""
    for start, piece in _pieces(text):
        for part_start, part in _parts(piece, rulebook):
            numbering = _NUMBERING.match(part)
            bare = part[numbering.end() :] if numbering is not None else part
            if bare.strip() and mentions_honour(squeeze(bare), rulebook):
                yield Clause(bare, start + part_start, start + part_start + len(part))


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    """The text cut at the signs that part honours, which those within brackets do not: （成员：张三；排名第一）."""
    enclosed = [match.span() for match in _ENCLOSED.finditer(text)]
    begin = 0
    for sign in _BREAK.finditer(text):
        if any(start < sign.start() < end for start, end in enclosed):
            continue
        yield begin, text[begin : sign.start()]
        begin = sign.end()
    yield begin, text[begin:]


def mentions_honour(clause: str, rulebook: Rulebook) -> bool:
    """Whether a squeezed text names an award, a grade or a word of honours."""
    words = rulebook.awards.certificate.title_words
    return any(word in clause for word in words) or any(phrase.label in ("AWARD", "GRADE") for phrase in find_phrases(clause, rulebook))


def _parts(piece: str, rulebook: Rulebook) -> Iterator[tuple[int, str]]:
    """The piece cut at commas and 、 outside brackets and quotation marks where what follows is another honour."""
    half = widen_to_half(piece)
    begin, depth = 0, 0
    for place, char in enumerate(half):
        depth += (char in "([“《「") - (char in ")]”》」")
        if char not in ",、" or depth > 0:
            continue
        if _ends_honour(half[begin:place], rulebook) and _opens_honour(half[place + 1 :], char, rulebook):
            yield begin, piece[begin:place]
            begin = place + 1
    yield begin, piece[begin:]


def _ends_honour(text: str, rulebook: Rulebook) -> bool:
    """Whether an honour has been stated by the end of the text: an award or a grade, not merely a verb before one."""
    return any(phrase.label in ("AWARD", "GRADE") for phrase in find_phrases(squeeze(text), rulebook))


def _opens_honour(text: str, sign: str, rulebook: Rulebook) -> bool:
    """Whether what follows a sign starts an honour of its own: with a date or a year, or (after 、 too) with an award's name."""
    bare = squeeze(text)
    upto = re.split(r"[,、;]", bare, maxsplit=1)[0]
    awards = [phrase for phrase in find_phrases(bare, rulebook) if phrase.label == "AWARD"]
    dates = find_dates(bare)
    dated = bool(dates) and dates[0][0] == 0
    # 、一等奖 after an award is a grade of the same honour, not another honour.
    lead = re.sub(rf"^(?:{_YEAR}年?度?)", "", upto)
    named = bool(awards) and awards[0].start <= len(upto) - len(lead) + 1
    if sign == "、":
        return named
    return named or (dated and mentions_honour(bare, rulebook))
