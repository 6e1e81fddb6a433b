"""Where an honour's title begins and ends in running text.

Comes in: a `CertificateText` and the place behind a verb of conferral. Goes out: the stretches that make the title, the end of the
sentence, the place behind the recipient. Called by `certificate_title` and `certificate_holder`. Full stops and quotation marks are often
missing or unread: then the words with which titles end, the layout (a line that stops short of the margin ends a paragraph) and what
stands on the next line decide."""

from __future__ import annotations

import re

from pipeline.catalogue.honour_language import find_phrases
from pipeline.catalogue.issuers import looks_like_issuer
from pipeline.certificates.certificate_text import CertificateText, Span, TextLine, overlapping
from pipeline.certificates.person_names import holder_kind, is_plain_name, split_names

QUOTES = "“”\"'‘’「」『』《》【】"
OPEN = '“"「『《【'
TRIM = ":;,。.!、 " + QUOTES
YEAR = re.compile(
    r"(?:19|20)\d{2}(?:[-—~至](?:19|20)?\d{2})?年?度?|[一二][〇○零O一二三四五六七八九]{3}年度?|第[一二三四五六七八九十\d]{1,3}[届次]"
)
_HEAD = re.compile(rf"[:,]?(?P<lead>[^{re.escape(OPEN)}。,;:]{{0,16}})[“\"「『](?P<body>[^”\"」』]+)[”\"」』]")
_QUOTED = re.compile(r"[“\"「『][^”\"」』]{1,12}[”\"」』]")
_SHORT_OF_MARGIN = 2.0  # characters: a wrapped line of Chinese text ends no further from the margin
_HOLDER = 60  # characters: a longer stretch is no name


def is_grade(text: CertificateText, stretch: str) -> bool:
    """Whether a stretch is a grade and nothing else."""
    return stretch.strip(TRIM + "()") in text.rulebook.awards.grades


def names_holder(text: CertificateText, span: Span, *, given: bool = False) -> bool:
    """Whether a stretch names a person, team or organisation and nothing else - above all, no honour. `given`: it follows a verb that
    gives something to somebody."""
    bare = text.text[span[0] : span[1]].strip(":,。;")
    words = text.wordings.words
    if not 2 <= len(bare) <= _HOLDER or YEAR.search(bare) or re.search(r"[,。;:]", bare):
        return False
    if any(phrase.label in ("AWARD", "GRADE") for phrase in find_phrases(bare, text.rulebook)):
        return False
    if bare.endswith(words.honorifics) or is_plain_name(bare, words):
        return True
    names, whole = split_names(text.raw(span), words)
    if len(names) > 1 and whole and all(is_plain_name(name, words) for name in names):
        return True
    kind = holder_kind(bare, words)
    # 先进集体 ends like a team: only an employer's name or a quoted name before it shows that it is one.
    own = _has_employer(text, bare) or _QUOTED.search(bare) is not None or bare.endswith("QC小组")
    return (own or (given and not any(word in bare for word in words.praise_words))) and kind in ("team", "organisation")


def sentence_end(text: CertificateText, start: int) -> int:
    """The end of the sentence that begins at `start`: full stop, closing formula, or the first line that is an entry, date, number or
    heading."""
    limit = len(text.text)
    stop = re.compile(r"[。!;]").search(text.text, start)
    closing = text.wordings.closing.search(text.text, start)
    limit = min([limit, *(match.start() for match in (stop, closing) if match is not None)])
    first = text.line_at(start - 1)
    for line in text.lines[first.index + 1 :]:
        if line.start >= limit:
            break
        if (
            line.role in ("label", "number", "date", "heading", "issuer")
            or not overlapping(text.lines[line.index - 1], line)
            or text.in_entry(line.start)
            or (looks_like_issuer(line.text, text.rulebook) and line.start > start)
        ):
            return min(limit, line.start)
    return limit


def behind_holder(text: CertificateText, start: int, limit: int) -> int | None:
    """Where the title starts behind a verb that gives something to somebody: behind the recipient, if one follows. None if nothing but
    the recipient does."""
    tail = text.text[start:limit]
    quote = _title_quote(text, start, limit)
    honorific = max((match.end() for word in text.wordings.words.honorifics for match in re.finditer(re.escape(word), tail)), default=0)
    if honorific and (quote is None or start + honorific <= quote):
        return start + honorific
    line = next((line for line in text.lines if line.start < limit and line.end > start and text.text[start : line.end].strip(":,")), None)
    if line is not None:
        span = (start, min(line.end, limit))
        if names_holder(text, span, given=True):
            return span[1] if text.text[span[1] : limit].strip(TRIM) else None
        by_word = re.compile(r"[^,。;:]{2,40}?(?:为|成为)").match(text.text, start, span[1])
        if by_word is not None and names_holder(text, (start, by_word.end() - len("为"))):
            return by_word.end()
    if quote is not None:
        return quote
    year = YEAR.search(tail)
    award = next((phrase.start for phrase in find_phrases(tail, text.rulebook) if phrase.label == "AWARD"), None)
    starts = [position for position in (year.start() if year else None, award) if position is not None]
    return start + (min(starts) if starts else 0)


def title_spans(text: CertificateText, start: int, limit: int) -> list[Span]:
    """The stretches of a title that begins at `start`: quoted, else running on to where titles end."""
    return _quoted(text, start, limit) or _running(text, start, limit)


def _title_quote(text: CertificateText, start: int, limit: int) -> int | None:
    """The first quotation mark that opens a title, not a team's name (“火花”QC小组) or a work."""
    for match in _QUOTED.finditer(text.text, start, limit):
        behind = text.text[match.end() : match.end() + 8]
        if not re.match(rf"(?:QC|质量管理|攻关)?(?:{'|'.join(map(re.escape, text.wordings.words.team_suffixes))})", behind):
            return match.start()
    opening = re.compile(r"[“\"「『【]").search(text.text, start, limit)
    return opening.start() if opening is not None and not _QUOTED.match(text.text, opening.start(), limit) else None


def _quoted(text: CertificateText, start: int, limit: int) -> list[Span] | None:
    """A title in quotation marks, with words before them (year) and the grade behind them; None where nothing is quoted near the start."""
    match = _HEAD.match(text.text, start, limit)
    if match is None:
        return None
    rest = re.compile(r"[^,。;:!]*").match(text.text, match.end(), limit)
    following = _cut_tail(text, rest[0]) if rest is not None else ""
    # “零缺陷”质量先锋: what is quoted is part of the title only.
    own = is_grade(text, following) or text.wordings.title_end.search(match["body"]) is not None
    if following and not own and text.wordings.title_end.search(following):
        return None
    spans = [match.span("body")]
    if match["lead"] and _belongs_to_title(match["lead"], text):
        spans.insert(0, match.span("lead"))
    grades = "|".join(sorted(map(re.escape, text.rulebook.awards.grades), key=len, reverse=True))
    behind = re.compile(rf"[:,]?(?P<rest>奖?(?:[\u4e00-\u9fff]{{0,8}}?(?:{grades})|项目奖|奖)?)").match(text.text, match.end(), limit)
    if behind is not None and behind["rest"]:
        spans.append(behind.span("rest"))
    return spans


def _cut_tail(text: CertificateText, stretch: str) -> str:
    for tail in sorted(("的" + tail for tail in text.wordings.words.title_tails), key=len, reverse=True):
        stretch = stretch.removesuffix(tail).removesuffix(tail.removeprefix("的"))
    return stretch


def _belongs_to_title(lead: str, text: CertificateText) -> bool:
    return bool(YEAR.search(lead)) or any(phrase.label in ("AWARD", "ISSUER") for phrase in find_phrases(lead, text.rulebook))


def _running(text: CertificateText, start: int, limit: int) -> list[Span]:
    """A title without quotation marks: up to a comma, or to the line with which it is complete."""
    while start < limit and text.text[start] in ":,":
        start += 1
    lines = [line for line in text.lines if line.end > start and line.start < limit]
    end = start
    for place, line in enumerate(lines):
        following = lines[place + 1] if place + 1 < len(lines) else None
        stop = re.compile(r"[,。;!:]").search(text.text, max(start, line.start), min(line.end, limit))
        if stop is not None:
            end = stop.start()
            # The comma or colon before a line that only holds the grade is none that ends the title.
            if following is not None and stop.end() >= line.end and is_grade(text, following.text):
                return [(start, end), (following.start, min(following.end, limit))]
            break
        end = min(line.end, limit)
        if following is None or _ends_here(text, (start, end), line, following):
            break
    return [(start, end)] if start < end else []


def _ends_here(text: CertificateText, span: Span, line: TextLine, following: TextLine) -> bool:
    """Whether the title is complete at the end of this line, so that the next one says something else."""
    content = text.text[span[0] : span[1]]
    if is_grade(text, following.text):
        return False
    if content.endswith(text.wordings.words.title_tails) and len(content) > 4:
        return True
    if following.text.startswith(("《", "(《")) or names_holder(text, (following.start, following.end)):
        return text.wordings.title_end.search(content) is not None
    if text.wordings.title_end.search(content) is None:
        return False
    next_words = _cut_tail(text, re.split(r"[,。;!:]", following.text)[0])
    return text.wordings.title_end.search(next_words) is None or _stops_short(text, line)


def _stops_short(text: CertificateText, line: TextLine) -> bool:
    """Whether a line ends well before the margin that other lines of running text reach."""
    others = [
        other.box for other in text.lines if other.box is not None and other.role in ("text", "closing") and other.index != line.index
    ]
    if line.box is None or not others:
        return False
    character = line.box.width / max(len(line.text), 1)
    return max(box.x1 for box in others) - line.box.x1 > _SHORT_OF_MARGIN * character


def _has_employer(text: CertificateText, bare: str) -> bool:
    return any(suffix in bare for suffix in text.wordings.words.employer_suffixes)
