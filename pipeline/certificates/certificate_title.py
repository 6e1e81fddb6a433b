"""Which words of a certificate are the honour's title.

Comes in: a `CertificateText`. Goes out: a `TitleReading` (the title's stretches, how sure, and where the sentence of conferral ends).
Called by `read_certificate`. The kind of paper (荣誉证书, 奖状) is never the title; a grade that stands alone (荣获一等奖) takes the name
of the event before it. Where a title ends and begins in running text is `title_stretch`'s to say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.catalogue.honour_language import Phrase, find_phrases
from pipeline.catalogue.issuers import looks_like_issuer
from pipeline.certificates.certificate_text import WEAK, CertificateText, Span, TextLine
from pipeline.certificates.title_stretch import OPEN, QUOTES, TRIM, YEAR, behind_holder, is_grade, names_holder, sentence_end, title_spans
from pipeline.text.normal_forms import squeeze

_EVENT = re.compile(r"在(?P<event>(?:(?!在)[^。;:]){4,60}?)(?:中|上|里|期间)?[,]?$")
_HOSTED = re.compile(r"^由?[^。]*?(?:主办|举办|组织|开展|联合举办)的")
_PAIRS = (("“", "”"), ("「", "」"), ("『", "』"), ("《", "》"))
_LONGEST = 40  # characters; longer stretches are sentences


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
        return _with_grade(text, max(readings, key=lambda reading: (_merit(text, reading), -reading.start)))
    unmarked = _without_verb(text)
    return _with_grade(text, unmarked) if unmarked is not None else None


def _with_grade(text: CertificateText, reading: TitleReading) -> TitleReading:
    """The title with the grade of a labelled entry (奖励等级：二等奖) or of a line of its own below it, unless it states one."""
    if any(phrase.label == "GRADE" for phrase in find_phrases(squeeze(reading.title), text.rulebook)):
        return reading
    entry = next((entry for entry in text.entries_of("grade", "level") if is_grade(text, text.text[entry.start : entry.end])), None)
    below = next((line for line in text.lines if line.start >= reading.end), None)
    if entry is not None:
        grade, end = (entry.start, entry.end), reading.end
    elif below is not None and is_grade(text, below.text):
        grade, end = (below.start, below.end), below.end
    else:
        return reading
    spans = (*reading.spans, grade)
    return replace(reading, title=_compose(text, list(spans)), spans=spans, end=end)


def _labelled(text: CertificateText) -> TitleReading | None:
    titles = [entry for entry in text.entries_of("title") if not is_grade(text, text.text[entry.start : entry.end])]
    if not titles:
        return None
    title = titles[0]
    spans = [(title.start, title.end)]
    end = title.end
    grades = [*text.entries_of("grade"), *(entry for entry in text.entries_of("title", "level") if entry is not title)]
    for entry in grades:
        grade = text.text[entry.start : entry.end].strip(TRIM)
        if is_grade(text, grade) and grade not in text.text[title.start : title.end]:
            spans.append((entry.start, entry.end))
            end = max(end, entry.end)
            break
    return TitleReading(_compose(text, spans), tuple(spans), 1.0, title.label_start, title.start, end)


def _verbs(text: CertificateText) -> list[Span]:
    """Places of the verbs of conferral outside labelled entries, not within other words (获奖单位) nor roles of issuers (授予单位)."""
    found = []
    for match in text.wordings.conferring.finditer(text.text):
        following = text.text[match.end() : match.end() + 1]
        if (
            text.in_entry(match.start())
            or text.line_at(match.start()).role == "issuer"
            or (match[0] == "获" and following in "奖悉准益批取")
            or text.text[match.start() - 1 : match.start()] in "颁收"
        ):
            continue
        found.append((match.start(), match.end()))
    return found


def _after_verb(text: CertificateText, verb_start: int, verb_end: int) -> TitleReading | None:
    """The title in what follows a verb up to the end of its sentence."""
    limit = sentence_end(text, verb_end)
    gives = text.text[verb_start:verb_end] in text.wordings.words.giving
    start = behind_holder(text, verb_end, limit) if gives else verb_end
    if start is None:
        return None
    spans = title_spans(text, start, limit)
    bare = "".join(text.text[a:b] for a, b in spans).strip(TRIM)
    if len(bare) < 2:
        return None
    end = spans[-1][1]
    if is_grade(text, bare):
        event = _event_before(text, verb_start) or _line_before(text, verb_start)
        if event is None:
            return None
        spans = [event, *spans]
    elif (contest := _contest_before(text, verb_start, bare)) is not None:
        spans = [contest, *spans]
    first = spans[0][0] if spans[0][0] >= verb_end else start
    return TitleReading(_compose(text, spans), tuple(spans), 1.0, verb_start, first, end, gives and start > verb_end)


def _contest_before(text: CertificateText, verb_start: int, title: str) -> Span | None:
    """The contest to which a prize belongs that is not named by itself (在…大赛中荣获演讲比赛二等奖); None where it names its own."""
    grades = [phrase for phrase in find_phrases(title, text.rulebook) if phrase.label == "GRADE" and phrase.end == len(title)]
    if not grades or YEAR.search(title) or any(phrase.label != "GRADE" for phrase in find_phrases(title, text.rulebook)):
        return None
    event = _event_before(text, verb_start)
    return event if event is not None and text.wordings.contest.search(text.text[event[0] : event[1]]) else None


def _event_before(text: CertificateText, verb_start: int) -> Span | None:
    """The event in `在…中` before a verb: the name to which a bare grade belongs, without who hosted it."""
    sentence = max((text.text.rfind(mark, 0, verb_start) for mark in "。;:!"), default=-1) + 1
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


def _line_before(text: CertificateText, verb_start: int) -> Span | None:
    """A line above that bears the name of an award: `中国质量奖 / 荣获一等奖`."""
    reading = _without_verb(text, [line for line in text.lines if line.end <= verb_start])
    return reading.spans[0] if reading is not None and reading.factor == 1.0 else None


def _compose(text: CertificateText, spans: list[Span]) -> str:
    """The title as printed, without white space, the quotation marks around it and the words that only say that it is one."""
    title = "".join(squeeze_keeping_width(text.raw(span)) for span in spans)
    title = _without_stray_quotes(_without_stray_quotes(title).strip(TRIM.replace("“", "") + "：；，"))
    for tail in sorted(text.wordings.words.title_tails, key=len, reverse=True):
        if title.endswith(tail) and len(title) > len(tail) + 1:
            return title.removesuffix(tail).strip(QUOTES)
    return title


def _without_stray_quotes(title: str) -> str:
    """A title keeps quotation marks within it (“质量杯”技能大赛), but no pair around all of it and none whose other half is missing."""
    for opening, closing in _PAIRS:
        if title.count(opening) != title.count(closing) or (title.startswith(opening) and title.find(closing) == len(title) - 1):
            title = title.replace(opening, "").replace(closing, "")
    return title.replace('"', "").replace("'", "")


def squeeze_keeping_width(raw: str) -> str:
    """A text without white space, its characters otherwise as printed."""
    return "".join(raw.split())


def _merit(text: CertificateText, reading: TitleReading) -> int:
    """How much a stretch looks like a title: a catalogue phrase, quotation marks, words of titles; very long ones look like sentences."""
    title = squeeze(reading.title)
    merit = 3 if any(phrase.label == "AWARD" for phrase in find_phrases(title, text.rulebook)) else 0
    merit += 2 if any(a > 0 and text.text[a - 1] in OPEN for a, _ in reading.spans) else 0
    merit += 1 if any(word in title for word in text.wordings.words.title_words) else 0
    merit += 1 if text.wordings.title_end.search(title) else 0
    return merit - (2 if len(title) > _LONGEST else 0)


def _without_verb(text: CertificateText, among: Sequence[TextLine] | None = None) -> TitleReading | None:
    """A plaque's title: the line that holds a catalogue phrase, else one that reads like a title; with a year that stands above it and
    the grade that stands on a line of its own."""
    lines = [line for line in among or text.lines if line.role == "text" and not text.in_entry(line.start)]
    phrases: list[Phrase] = [phrase for phrase in find_phrases(text.text, text.rulebook) if phrase.label == "AWARD"]
    line = next((line for line in lines for phrase in phrases if line.start <= phrase.start < line.end), None)
    factor = 1.0
    if line is None:
        line, factor = next((line for line in lines if _reads_like_title(text, line)), None), WEAK
    if line is None:
        return None
    spans = [(line.start, line.end)]
    above = next((earlier for earlier in lines if earlier.index == line.index - 1), None)
    if above is not None and YEAR.fullmatch(above.text.strip("()")):
        spans.insert(0, (above.start, above.end))
    grade = next((later for later in lines if later.index > line.index and is_grade(text, later.text.strip("()"))), None)
    if grade is not None and not any(phrase.label == "GRADE" for phrase in find_phrases(line.text, text.rulebook)):
        spans.append((grade.start, grade.end))
    return TitleReading(_compose(text, spans), tuple(spans), factor, line.start, line.start, spans[-1][1])


def _reads_like_title(text: CertificateText, line: TextLine) -> bool:
    words = text.wordings.words
    told = any(word in line.text for word in words.title_words) and (YEAR.search(line.text) or len(line.text) >= 6)
    scoped = any(word in line.text for scope in words.scopes.values() for word in scope) and text.wordings.title_end.search(line.text)
    if not (told or scoped):
        return False
    return not names_holder(text, (line.start, line.end)) and not looks_like_issuer(line.text, text.rulebook)
