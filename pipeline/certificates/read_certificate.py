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
from pipeline.catalogue.issuers import looks_like_issuer
from pipeline.certificates.certificate_holder import HolderReading, read_holder
from pipeline.certificates.certificate_issuers import read_issuers
from pipeline.certificates.certificate_text import WEAK, CertificateText, TextLine
from pipeline.certificates.certificate_title import TitleReading, read_title, squeeze_keeping_width
from pipeline.certificates.damaged_dates import damaged_date
from pipeline.certificates.person_names import is_incomplete
from pipeline.certificates.title_stretch import YEAR
from pipeline.text.normal_forms import find_dates, squeeze
from schemas.layout import Box, Page
from schemas.records import FieldValue
from schemas.rules import Rulebook

# Years by which an award of a year is conferred before it ends, and after it began.
_AWARD_EARLY, _AWARD_LATE = 1, 2
_WITHOUT_DOUBT = 0.98
_SHORTEST_TITLE = 3  # characters beside the year: 质量奖


def read_certificate(pages: Sequence[Page], box: Box | None, rulebook: Rulebook) -> tuple[FieldValue, ...]:
    """The values of one certificate; an empty tuple if nothing can be made out. Never raises on any text."""
    text = CertificateText(pages, box, rulebook)
    if not text.text:
        return tuple(_seals(text))
    title = read_title(text)
    holder = read_holder(text, title)
    values = [
        *_title(text, title),
        *_holder(text, holder),
        *read_issuers(text, title, holder),
        *_date(text, title),
        *_number(text),
        *_level(text),
        *_seals(text),
    ]
    return tuple(values)


def _title(text: CertificateText, title: TitleReading | None) -> list[FieldValue]:
    if title is None:
        return []
    value = text.value("honour_title", title.title, title.spans, title.factor)
    # A year is what is left of a title that breaks off at a fold.
    broken_off = len(YEAR.sub("", squeeze(title.title))) < _SHORTEST_TITLE
    return [value.model_copy(update={"needs_review": True}) if broken_off else value]


def _holder(text: CertificateText, holder: HolderReading) -> list[FieldValue]:
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


def _date(text: CertificateText, title: TitleReading | None) -> list[FieldValue]:
    """The day of conferral: a labelled date, else the date at the end, else (weak) one in the sentence. 2021年度 in a title is none."""
    dates = _dates(text)
    labelled = [
        (start, end, value) for start, end, value in dates if any(entry.start <= start < entry.end for entry in text.entries_of("date"))
    ]
    floor = title.end if title is not None else 0
    own = [date for date in dates if _stands_alone(text, date) and not text.in_entry(date[0])]
    damaged = _damaged_dates(text, title, floor)
    for candidates, factor in (
        (labelled, 1.0),
        ([date for date in own if date[0] >= floor], 1.0),
        (damaged, WEAK),
        (own, WEAK),
        (_in_sentence(text, dates, title), WEAK),
    ):
        values = {value for _, _, value in candidates}
        if not candidates:
            continue
        start, end, value = candidates[-1]
        # Two different dates at the end: nobody can say which one is the conferral's.
        compatible = all(value.startswith(other) or other.startswith(value) for other in values)
        read = text.value("honour_date", value, [(start, end)], factor if compatible else WEAK)
        return [read if _is_plausible(text, title, read) else read.model_copy(update={"needs_review": True})]
    return []


def _is_plausible(text: CertificateText, title: TitleReading | None, date: FieldValue) -> bool:
    """Whether a date does not lie years after the edition, and, unless it was read without any doubt, fits the year that the title
    names: else a digit may be misread."""
    year = int(date.value[:4])
    if year > text.rulebook.edition.deadline.year + 1:
        return False
    if date.confidence >= _WITHOUT_DOUBT:
        return True
    named = _years_named(title)
    return not named or any(-_AWARD_EARLY <= year - other <= _AWARD_LATE for other in named)


def _years_named(title: TitleReading | None) -> list[int]:
    """The years that the title names: 2021年度优秀质量管理小组."""
    return [int(match) for match in re.findall(r"(?<!\d)(?:19|20)\d{2}(?=年)", squeeze(title.title))] if title is not None else []


def _damaged_dates(text: CertificateText, title: TitleReading | None, floor: int) -> list[tuple[int, int, str]]:
    """Dates at the end of which numerals were lost, as far as the year in the title leaves only one; always for a person."""
    latest = text.rulebook.edition.deadline.year + 1
    named = _years_named(title)
    years = {year + late for year in named for late in range(-_AWARD_EARLY, _AWARD_LATE + 1) if year + late <= latest}
    found = []
    for line in text.lines:
        if line.start < floor or text.in_entry(line.start):
            continue
        value = next((value for reading in text.readings(line) if (value := damaged_date(reading, sorted(years)))), None)
        if value is not None:
            found.append((line.start, line.end, value))
    return found


def _dates(text: CertificateText) -> list[tuple[int, int, str]]:
    """Every date that may be a day of conferral, as (start, end, normal form), also where it is broken after 年 or 月."""
    found: list[tuple[int, int, str]] = []
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
        if match is not None and (group := next((name for name in ("bare", "value", "inner") if match[name]), None)) is not None:
            start, end = line.start + match.start(group), line.start + match.end(group)
        elif index + 1 < len(text.lines) and re.search(r"\d", text.lines[index + 1].text) and text.lines[index + 1].role != "date":
            start, end = text.lines[index + 1].start, text.lines[index + 1].end
        else:
            continue
        label = text.wordings.label.search(text.text, start, end)
        end = label.start() if label is not None else end
        number = squeeze_keeping_width(text.raw((start, end))).strip(":：.。,，")
        number = number if number.count("(") + number.count("（") else number.rstrip(")）")
        number = re.sub(r"^[Nn][Oo][.:．：]", "", number)  # 证书编号：No.2022-1077 has two labels
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
