"""Read a certificate of any wording and layout into its values.

Comes in: the pages of one certificate (or the part of a page it fills). Goes out: `FieldValue`s with evidence: recipient, team, members,
honour_title, honour_issuer (joint issuers joined by 、), honour_date, certificate_number, honour_level where stated, seal_certificate.
Called by `map_fields`.

A value found without a word or a place that says what it is carries a lowered confidence and goes to a person; what cannot be found is
not stated."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.catalogue.awards import normal_level
from pipeline.catalogue.issuers import RECOGNISED, is_known_issuer, looks_like_issuer, resembles_issuer, resolve_issuer, split_issuers
from pipeline.certificates.certificate_holder import is_incomplete, read_holder
from pipeline.certificates.certificate_text import WEAK, CertificateText, Span, TextLine
from pipeline.certificates.certificate_title import TitleReading, read_title, squeeze_keeping_width
from pipeline.text.normal_forms import find_dates, squeeze
from schemas.layout import Box, Page
from schemas.records import FieldValue
from schemas.rules import Rulebook

_NAME_REMAINS = 5  # characters of a half-hidden name that still tell whose it is
_GAP = 3.0  # in line heights: organisations further apart than this are not one list of issuers


def read_certificate(pages: Sequence[Page], box: Box | None, rulebook: Rulebook) -> tuple[FieldValue, ...]:
    """The values of one certificate; an empty tuple if nothing can be made out. Never raises on any text."""
    text = CertificateText(pages, box, rulebook)
    if not text.text:
        return tuple(_seals(text))
    title = read_title(text)
    values = [
        *_title(text, title),
        *_holder(text, title),
        *_issuers(text, title),
        *_date(text, title),
        *_number(text),
        *_level(text),
        *_seals(text),
    ]
    return tuple(values)


def _title(text: CertificateText, title: TitleReading | None) -> list[FieldValue]:
    return [] if title is None else [text.value("honour_title", title.title, title.spans, title.factor)]


def _holder(text: CertificateText, title: TitleReading | None) -> list[FieldValue]:
    holder = read_holder(text, title)
    values = []
    if holder.recipients and holder.recipient_span:
        others = "等" if is_incomplete(text.raw(holder.recipient_span), text.wordings.words) else ""
        values.append(text.value("recipient", "、".join(holder.recipients) + others, [holder.recipient_span], holder.factor))
    if holder.team and holder.team_span:
        values.append(text.value("team", holder.team, [holder.team_span], holder.factor))
    if holder.members:
        raw = text.raw(holder.member_spans[-1])
        # Whoever compares the list must see that it is not whole.
        names = "、".join(holder.members) + ("等" if is_incomplete(raw, text.wordings.words) else "")
        values.append(text.value("members", names, holder.member_spans, holder.member_factor))
    return values


def _issuers(text: CertificateText, title: TitleReading | None) -> list[FieldValue]:
    """The issuers: the organisations at the end, else a registered one elsewhere on the page (weak), else what the seals say."""
    lines = _issuer_lines(text, title)
    factor = 1.0
    if not lines:
        lines, factor = _stray_issuers(text, title), WEAK
    names = split_issuers("\n".join(_without_date(text, line) for line in lines), text.rulebook) if lines else ()
    if names:
        return [_stated_issuers(text, names, [_issuer_span(text, line) for line in lines], factor)]
    sealed = [(page, mark) for page, mark in text.seals if is_known_issuer(mark.text, text.rulebook)]
    if not sealed:
        return []
    confidence = min(mark.confidence for _, mark in sealed)
    stated = "、".join(dict.fromkeys(squeeze(mark.text) for _, mark in sealed))
    return [
        FieldValue(
            field="honour_issuer",
            value=stated,
            raw="\n".join(mark.text for _, mark in sealed),
            confidence=confidence,
            page=sealed[0][0].number,
            box=sealed[0][1].box,
            method=sealed[0][0].method,
            needs_review=confidence < text.rulebook.edition.review_below,
        )
    ]


def _stated_issuers(text: CertificateText, names: tuple[str, ...], spans: list[Span], factor: float) -> FieldValue:
    """The issuers' names, hidden ends completed from the seals and single misread characters put right; those and what only resembles a
    registered name go to a person. `raw` keeps what was read."""
    whole: dict[str, bool] = {}
    for name in names:
        completed = _completed(text, name)
        verdict = resolve_issuer(completed, "", None, text.rulebook)
        doubtful = verdict.repaired or (verdict.how == "unresolved" and resembles_issuer(completed, text.rulebook))
        whole[verdict.name if verdict.repaired and verdict.name else completed] = doubtful
    value = text.value("honour_issuer", "、".join(whole), spans, factor)
    return value.model_copy(update={"needs_review": value.needs_review or any(whole.values())})


def _completed(text: CertificateText, name: str) -> str:
    """The printed name, or the name on a seal of which it is the beginning or the end: seals hide part of what they are pressed on."""
    floor = text.rulebook.issuers.exact_reading_floor
    seals = [squeeze(mark.text) for _, mark in text.seals if mark.confidence >= floor and is_known_issuer(mark.text, text.rulebook)]
    parts = [
        seal
        for seal in dict.fromkeys(seals)
        if seal != name and (seal.startswith(name) or seal.endswith(name)) and len(name) >= _NAME_REMAINS
    ]
    return parts[0] if len(parts) == 1 and name not in seals else name


def _issuer_lines(text: CertificateText, title: TitleReading | None) -> list[TextLine]:
    """The lines at the end that name organisations, in reading order; those between the last words of the sentence and the end of the
    page."""
    closing = max((match.end() for match in text.wordings.closing.finditer(text.text)), default=0)
    floor = max(title.end if title is not None else 0, closing)
    found: list[TextLine] = []
    remainder: TextLine | None = None  # a line that is no name by itself but may end the one above it
    for line in reversed(text.lines):
        if line.start < floor:
            break
        if line.role in ("heading", "number", "date", "closing", "noise") or text.in_entry(line.start):
            if found and text.in_entry(line.start):
                break
            continue
        if found and _far_apart(line, found[0]):
            break
        below = remainder or (found[0] if found else None)
        remainder = None
        if _names_organisation(text, line):
            found.insert(0, line)
        elif below is not None and _continues(text, line, below):
            found = [_joined(line, below), *(found[1:] if found and found[0] is below else found)]
        elif found:
            break
        else:
            remainder = line
    return found


def _names_organisation(text: CertificateText, line: TextLine) -> bool:
    content = _without_date(text, line)
    return line.role == "issuer" or looks_like_issuer(content, text.rulebook) or resembles_issuer(content, text.rulebook)


def _continues(text: CertificateText, line: TextLine, below: TextLine) -> bool:
    """Whether a line and the one below it are one name broken in two (上海市经济和信息化 / 委员会)."""
    if is_known_issuer(below.text, text.rulebook):
        return False
    joined = split_issuers(_without_date(text, _joined(line, below)), text.rulebook)
    return bool(joined) and all(is_known_issuer(name, text.rulebook) for name in joined)


def _joined(upper: TextLine, lower: TextLine) -> TextLine:
    box = upper.box.union(lower.box) if upper.box is not None and lower.box is not None else None
    return TextLine(upper.index, upper.start, lower.end, upper.text + lower.text, box, "text")


def _far_apart(upper: TextLine, lower: TextLine) -> bool:
    if upper.box is None or lower.box is None:
        return False
    return lower.box.y0 - upper.box.y1 > _GAP * max(upper.box.height, lower.box.height)


def _stray_issuers(text: CertificateText, title: TitleReading | None) -> list[TextLine]:
    """Lines elsewhere that wholly name an issuer of standing: printed at the head, for instance. Any other organisation there may be the
    employer."""
    recipient_end = title.verb_start if title is not None else 0
    return [
        line
        for line in text.lines
        if line.role == "text"
        and not text.in_entry(line.start)
        and not line.text.endswith(":")
        and resolve_issuer(_without_date(text, line), "", None, text.rulebook).issuer_class in RECOGNISED
        and (line.start >= recipient_end or line.index <= 1)
    ]


def _without_date(text: CertificateText, line: TextLine) -> str:
    """The raw line, its white space kept as a separator, without a date at its end."""
    raw = text.raw((line.start, line.end)).replace("\n", "")
    dates = find_dates(raw)
    return raw[: dates[-1][0]] if dates and len(raw.rstrip()) - dates[-1][1] <= 1 and dates[-1][0] >= 3 else raw


def _issuer_span(text: CertificateText, line: TextLine) -> Span:
    kept = len(squeeze(_without_date(text, line)))
    return line.start, min(line.end, line.start + max(kept, 1))


def _date(text: CertificateText, title: TitleReading | None) -> list[FieldValue]:
    """The day of conferral: a labelled date, else the date at the end, else (weak) one in the sentence. 2021年度 in a title is none."""
    dates = _dates(text)
    labelled = [
        (start, end, value) for start, end, value in dates if any(entry.start <= start < entry.end for entry in text.entries_of("date"))
    ]
    floor = title.end if title is not None else 0
    own = [date for date in dates if _stands_alone(text, date) and not text.in_entry(date[0])]
    for candidates, factor in (
        (labelled, 1.0),
        ([date for date in own if date[0] >= floor], 1.0),
        (own, WEAK),
        (_in_sentence(text, dates, title), WEAK),
    ):
        values = {value for _, _, value in candidates}
        if not candidates:
            continue
        start, end, value = candidates[-1]
        # Two different dates at the end: nobody can say which one is the conferral's.
        compatible = all(value.startswith(other) or other.startswith(value) for other in values)
        return [text.value("honour_date", value, [(start, end)], factor if compatible else WEAK)]
    return []


def _dates(text: CertificateText) -> list[tuple[int, int, str]]:
    """Every date that may be a day of conferral, as (start, end, normal form), also where it is broken after 年 or 月."""
    found = []
    skip = -1
    for index, line in enumerate(text.lines):
        if index == skip:
            continue
        content = line.text
        following = text.lines[index + 1] if index + 1 < len(text.lines) else None
        if following is not None and content.endswith(("年", "月")) and len(following.text) <= 8:
            content, skip = content + following.text, index + 1
        for start, stop, value in find_dates(content):
            if not _is_other_date(text, content, start, stop, line):
                found.append((line.start + start, min(line.start + stop, len(text.text)), value))
    return found


def _is_other_date(text: CertificateText, content: str, start: int, stop: int, line: TextLine) -> bool:
    """Whether a date says something else than when the honour was conferred: a year of the contest, a period, part of a number."""
    if line.role == "number" or content.startswith(("度", "届"), stop):
        return True
    around = content[max(0, start - 8) : start] + content[stop : stop + 4]
    return any(word in around for word in text.wordings.words.other_date_words)


def _stands_alone(text: CertificateText, date: tuple[int, int, str]) -> bool:
    """Whether a date ends its line, alone or behind an issuer's name."""
    line = text.line_at(date[0])
    before, after = text.text[line.start : date[0]], text.text[date[1] : max(line.end, date[1])]
    if len(after) > 1 and not text.wordings.closing.match(after):
        return False
    return len(before.strip(":,。于")) == 0 or (len(date[2]) > 4 and looks_like_issuer(before, text.rulebook))


def _in_sentence(text: CertificateText, dates: list[tuple[int, int, str]], title: TitleReading | None) -> list[tuple[int, int, str]]:
    """Dates with at least a month in running text outside the title."""
    spans = title.spans if title is not None else ()
    return [
        date
        for date in dates
        if len(date[2]) > 4 and not any(start <= date[0] < end for start, end in spans) and not text.in_entry(date[0])
    ]


def _number(text: CertificateText) -> list[FieldValue]:
    """The certificate's number behind its label, on the same line or the next."""
    for index, line in enumerate(text.lines):
        match = text.wordings.number.search(line.text)
        if line.role != "number" and not (match and match["value"] and re.search(r"\d", match["value"])):
            continue
        if match is not None and (match["value"] or match["bare"]):
            group = "value" if match["value"] else "bare"
            start, end = line.start + match.start(group), line.start + match.end(group)
        elif index + 1 < len(text.lines) and re.search(r"\d", text.lines[index + 1].text) and text.lines[index + 1].role != "date":
            start, end = text.lines[index + 1].start, text.lines[index + 1].end
        else:
            continue
        label = text.wordings.label.search(text.text, start, end)
        end = label.start() if label is not None else end
        number = squeeze_keeping_width(text.raw((start, end))).strip(":：.。,，")
        if re.search(r"\d", number) and len(number) <= 40:
            return [text.value("certificate_number", number, [(start, end)])]
    return []


def _level(text: CertificateText) -> list[FieldValue]:
    for entry in text.entries_of("level"):
        level = normal_level(text.text[entry.start : entry.end], text.rulebook.awards)
        if level is not None:
            return [text.value("honour_level", level, [(entry.start, entry.end)])]
    return []


def _seals(text: CertificateText) -> list[FieldValue]:
    """What the seals say, joined by 、; nothing where no seal could be read."""
    read = [(page, mark) for page, mark in text.seals if mark.text.strip()]
    if not read:
        return []
    confidence = min(mark.confidence for _, mark in read)
    return [
        FieldValue(
            field="seal_certificate",
            value="、".join(dict.fromkeys(squeeze(mark.text) for _, mark in read)),
            raw="\n".join(mark.text for _, mark in read),
            confidence=confidence,
            page=read[0][0].number,
            box=read[0][1].box,
            method=read[0][0].method,
        )
    ]
