"""Which words of a certificate are the honour's title.

Comes in: a `CertificateText`. Goes out: a `TitleReading` (the title's stretches, how sure, and where the sentence of conferral ends).
Called by `certificates`. The kind of paper (荣誉证书, 奖状) is never the title; a grade that stands alone (荣获一等奖) takes the name of
the event before it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from pipeline.catalogue.honour_language import Phrase, find_phrases
from pipeline.catalogue.issuers import looks_like_issuer
from pipeline.certificates.certificate_text import WEAK, CertificateText, Span, overlapping
from pipeline.text.normal_forms import squeeze

_QUOTES = "“”\"'‘’「」『』《》【】"
_OPEN, _CLOSE = '“"「『《【', '”"」』》】'
_TRIM = ":;,。.!、 " + _QUOTES
_YEAR = re.compile(
    r"(?:19|20)\d{2}(?:[-—~至](?:19|20)?\d{2})?年?度?|[一二][〇○零O一二三四五六七八九]{3}年度?|第[一二三四五六七八九十\d]{1,3}[届次]"
)
_EVENT = re.compile(r"在(?P<event>[^。;:]{4,60}?)(?:中|上|里)?[,]?$")
_HOSTED = re.compile(r"^由?[^。]*?(?:主办|举办|组织|开展|联合举办)的")


@dataclass(frozen=True)
class TitleReading:
    """A title: its text, the stretches it was made of, a factor for its confidence, and where it starts and ends in the text."""

    title: str
    spans: tuple[Span, ...]
    factor: float
    verb_start: int
    start: int
    end: int
    after_giving: bool = False


def read_title(text: CertificateText) -> TitleReading | None:
    """The title by label, else by the most telling verb of conferral, else by a catalogue phrase or a line that reads like a title; None
    if nothing is."""
    labelled = _labelled(text)
    if labelled is not None:
        return labelled
    readings = [reading for match in _verbs(text) if (reading := _after_verb(text, *match)) is not None]
    if readings:
        return _with_labelled_grade(text, max(readings, key=lambda reading: (_merit(text, reading), -reading.start)))
    unmarked = _without_verb(text)
    return _with_labelled_grade(text, unmarked) if unmarked is not None else None


def _with_labelled_grade(text: CertificateText, reading: TitleReading) -> TitleReading:
    """The title with the grade of a labelled entry (奖励等级：二等奖), unless it states one."""
    grades = text.rulebook.awards.grades
    entry = next((entry for entry in text.entries_of("grade", "level") if text.text[entry.start : entry.end].strip(_TRIM) in grades), None)
    if entry is None or any(phrase.label == "GRADE" for phrase in find_phrases(squeeze(reading.title), text.rulebook)):
        return reading
    spans = (*reading.spans, (entry.start, entry.end))
    return replace(reading, title=_compose(text, list(spans)), spans=spans)


def _labelled(text: CertificateText) -> TitleReading | None:
    titles = [
        entry for entry in text.entries_of("title") if text.text[entry.start : entry.end].strip(_TRIM) not in text.rulebook.awards.grades
    ]
    if not titles:
        return None
    title = titles[0]
    spans = [(title.start, title.end)]
    end = title.end
    grades = [*text.entries_of("grade"), *(entry for entry in text.entries_of("title", "level") if entry is not title)]
    for entry in grades:
        grade = text.text[entry.start : entry.end].strip(_TRIM)
        if grade in text.rulebook.awards.grades and grade not in text.text[title.start : title.end]:
            spans.append((entry.start, entry.end))
            end = max(end, entry.end)
            break
    return TitleReading(_compose(text, spans), tuple(spans), 1.0, title.label_start, title.start, end)


def _verbs(text: CertificateText) -> list[Span]:
    """Places of the verbs of conferral outside labelled entries, not within other words (获奖单位)."""
    found = []
    for match in text.wordings.conferring.finditer(text.text):
        following = text.text[match.end() : match.end() + 1]
        if (
            text.in_entry(match.start())
            or (match[0] == "获" and following in "奖悉准益批取")
            or text.text[match.start() - 1 : match.start()] in "颁收"
        ):
            continue
        found.append((match.start(), match.end()))
    return found


def _after_verb(text: CertificateText, verb_start: int, verb_end: int) -> TitleReading | None:
    """The title in what follows a verb up to the end of its sentence."""
    limit = _sentence_end(text, verb_end)
    start = _title_start(text, verb_start, verb_end, limit)
    giving = text.text[verb_start:verb_end] in text.wordings.words.giving and start > verb_end
    spans = _quoted(text, start, limit) or _unquoted(text, start, limit)
    if not spans:
        return None
    bare = "".join(text.text[a:b] for a, b in spans).strip(_TRIM)
    if len(bare) < 2:
        return None
    end = spans[-1][1]
    if bare in text.rulebook.awards.grades:
        event = _event_before(text, verb_start)
        if event is None:
            return None
        spans = [event, *spans]
    return TitleReading(
        _compose(text, spans), tuple(spans), 1.0, verb_start, spans[0][0] if spans[0][0] >= verb_end else start, end, giving
    )


def _sentence_end(text: CertificateText, start: int) -> int:
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
            or looks_like_issuer(line.text, text.rulebook)
        ):
            return min(limit, line.start)
    return limit


def _title_start(text: CertificateText, verb_start: int, verb_end: int, limit: int) -> int:
    """Where the title starts behind a verb: behind the recipient where the verb gives something to somebody."""
    verb, tail = text.text[verb_start:verb_end], text.text[verb_end:limit]
    if verb not in text.wordings.words.giving:
        return verb_end
    quote = next((index for index, char in enumerate(tail) if char in _OPEN), None)
    honorific = max((match.end() for word in text.wordings.words.honorifics for match in re.finditer(re.escape(word), tail)), default=0)
    if honorific and (quote is None or honorific <= quote):
        return verb_end + honorific
    if quote is not None and tail[quote] != "《":
        return verb_end + quote
    year = _YEAR.search(tail)
    award = next((phrase.start for phrase in find_phrases(tail, text.rulebook) if phrase.label == "AWARD"), None)
    starts = [position for position in (year.start() if year else None, award) if position is not None]
    return verb_end + (min(starts) if starts else 0)


def _quoted(text: CertificateText, start: int, limit: int) -> list[Span] | None:
    """A title in quotation marks, with words before them (year) and the grade behind them; None where nothing is quoted near the start."""
    head = re.compile(rf"[:,]?(?P<lead>[^{re.escape(_OPEN)}。,;:]{{0,16}})[“\"「『](?P<body>[^”\"」』]+)[”\"」』]")
    match = head.match(text.text, start, limit)
    if match is None:
        return None
    spans = [match.span("body")]
    if match["lead"] and _belongs_to_title(match["lead"], text):
        spans.insert(0, match.span("lead"))
    grades = "|".join(sorted(map(re.escape, text.rulebook.awards.grades), key=len, reverse=True))
    behind = re.compile(rf"[:,]?(?P<rest>奖?(?:[\u4e00-\u9fff]{{0,8}}?(?:{grades})|项目奖|奖)?)").match(text.text, match.end(), limit)
    if behind is not None and behind["rest"]:
        spans.append(behind.span("rest"))
    return spans


def _belongs_to_title(lead: str, text: CertificateText) -> bool:
    return bool(_YEAR.search(lead)) or any(phrase.label in ("AWARD", "ISSUER") for phrase in find_phrases(lead, text.rulebook))


def _unquoted(text: CertificateText, start: int, limit: int) -> list[Span]:
    """A title without quotation marks: up to a comma or to the words that follow titles (荣誉称号)."""
    while start < limit and text.text[start] in ":,":
        start += 1
    end = start
    while end < limit and text.text[end] not in ",。;!:":
        end += 1
    # A comma may be missing before a line that only holds the grade; then the colon stood there instead.
    if end < limit and text.text[end] in ":," and text.text[end + 1 : limit].strip(_TRIM) in text.rulebook.awards.grades:
        return [(start, end), (end + 1, limit)]
    return [(start, end)] if start < end else []


def _event_before(text: CertificateText, verb_start: int) -> Span | None:
    """The event in `在…中` before a verb: the name to which a bare grade belongs, without who hosted it."""
    sentence = max((text.text.rfind(mark, 0, verb_start) for mark in "。;:!"), default=-1) + 1
    before = text.text[sentence:verb_start]
    first_line = next((line.end for line in reversed(text.lines) if line.role in ("heading", "number") and line.end <= verb_start), 0)
    before = text.text[max(sentence, first_line) : verb_start]
    match = _EVENT.search(before)
    if match is None:
        return None
    offset = verb_start - len(before)
    start, end = offset + match.start("event"), offset + match.end("event")
    hosted = _HOSTED.match(text.text[start:end])
    start += hosted.end() if hosted else 0
    for tail in sorted(text.wordings.words.event_tails, key=len, reverse=True):
        if text.text[start:end].endswith(tail):
            end -= len(tail)
            break
    return (start, end) if end - start >= 3 else None


def _compose(text: CertificateText, spans: list[Span]) -> str:
    """The title as printed, without white space, quotation marks and the words that only say that it is one."""
    title = "".join(squeeze_keeping_width(text.raw(span)) for span in spans)
    title = "".join(char for char in title if char not in _QUOTES).strip(_TRIM + "：；，")
    for tail in sorted(text.wordings.words.title_tails, key=len, reverse=True):
        if title.endswith(tail) and len(title) > len(tail) + 1:
            return title.removesuffix(tail)
    return title


def squeeze_keeping_width(raw: str) -> str:
    """A text without white space, its characters otherwise as printed."""
    return "".join(raw.split())


def _merit(text: CertificateText, reading: TitleReading) -> int:
    """How much a stretch looks like a title: a catalogue phrase, quotation marks, words of titles; very long ones look like sentences."""
    title = squeeze(reading.title)
    merit = 3 if any(phrase.label == "AWARD" for phrase in find_phrases(title, text.rulebook)) else 0
    merit += 2 if any(text.text[max(0, a - 1) : a] and text.text[a - 1] in _OPEN for a, _ in reading.spans) else 0
    merit += 1 if any(word in title for word in text.wordings.words.title_words) else 0
    return merit - (2 if len(title) > 40 else 0)


def _without_verb(text: CertificateText) -> TitleReading | None:
    """A plaque's title: the line that holds a catalogue phrase, else one that reads like a title; with the grade that stands on a line of
    its own."""
    lines = [line for line in text.lines if line.role == "text" and not text.in_entry(line.start)]
    phrases: list[Phrase] = [phrase for phrase in find_phrases(text.text, text.rulebook) if phrase.label == "AWARD"]
    line = next((line for line in lines for phrase in phrases if line.start <= phrase.start < line.end), None)
    factor = 1.0
    if line is None:
        words = text.wordings.words.title_words
        line = next(
            (line for line in lines if any(word in line.text for word in words) and (_YEAR.search(line.text) or len(line.text) >= 6)), None
        )
        factor = WEAK
    if line is None:
        return None
    spans = [(line.start, line.end)]
    following = [later for later in lines if later.index > line.index]
    if following and following[0].text.strip(_TRIM) in text.rulebook.awards.grades:
        spans.append((following[0].start, following[0].end))
    return TitleReading(_compose(text, spans), tuple(spans), factor, line.start, line.start, spans[-1][1])
