"""A certificate's text taken apart: lines with their roles, labelled entries, verbs of conferral, and the way back to the page.

Comes in: the pages (or part of a page) that hold the certificate. Goes out: a `CertificateText`. Called by `certificates`, which asks
`certificate_title` and `certificate_holder` for the parts. All text is squeezed (NFKC, no white space); places are offsets into `text`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from pipeline.catalogue.issuers import is_known_issuer, split_issuers
from pipeline.catalogue.prepared import once_per_part
from pipeline.certificates.certificate_lines import reading_order, same_row, without_ring_scraps
from pipeline.certificates.person_names import is_plain_name, split_names
from pipeline.text.normal_forms import find_dates, squeeze
from pipeline.text.page_text import TextStream, union_of
from schemas.layout import Box, Line, Mark, MarkKind, Method, Page
from schemas.records import FieldValue
from schemas.rules import CertificateWording, Rulebook

LabelKind = Literal["title", "grade", "person", "team", "organisation", "project", "member", "date", "level"]
Role = Literal["heading", "number", "date", "label", "issuer", "closing", "noise", "text"]
Span = tuple[int, int]

# A document's number as offices write it: 沪质协证字第2019-226号, 沪府质奖〔2020〕12号.
_NUMBERED = r"[\u4e00-\u9fffA-Z]{2,12}(?:第|[〔\[(]\d{4}[〕\])]第?)[\dA-Z\-]{1,20}号"
# A number on a line of its own below a red head, without a label: 沪质协20181991, QC2023-1822.
_BARE_NUMBER = r"(?!\d)[\u4e00-\u9fff]{0,5}[A-Z]{0,4}(?:19|20)\d\d-?(?:[A-Z]{2}-?)?\d{3,6}"
_NAME_PART = re.compile(r"[\u3400-\u9fff]{1,4}|[\u3400-\u9fff]{1,8}[·•．・‧∙⋅:：。.][\u3400-\u9fff·•．・‧∙⋅]{1,16}")
# What a reading loses in trust when it was found without a word that says what it is: it then always goes to a person.
WEAK = 0.8
_SECOND_READING = 0.9
_SHORT_LABEL = 2
_HEADING_PART = 3
_COLUMN = 0.02  # page fraction between the left edges of names in one column
_WRAP_INSET = 0.6  # of the label's width: a wrapped value begins below the value, not below the label


@dataclass(frozen=True)
class TextLine:
    """One line: its place in the text, its text and the page's box."""

    index: int
    start: int
    end: int
    text: str
    box: Box | None
    role: Role


@dataclass(frozen=True)
class Entry:
    """A labelled entry: `获奖单位：…`. The value lies in [start, end)."""

    kind: LabelKind
    label: str
    label_start: int
    start: int
    end: int


class Wordings:
    """The wordings of certificates as compiled expressions, longest alternatives first."""

    def __init__(self, words: CertificateWording) -> None:
        self.words = words
        self.kinds: dict[str, LabelKind] = {}
        groups: tuple[tuple[LabelKind, tuple[str, ...]], ...] = (
            ("title", words.title_labels),
            ("grade", words.grade_labels),
            ("person", words.person_labels),
            ("team", words.team_labels),
            ("organisation", words.organisation_labels),
            ("project", words.project_labels),
            ("member", words.member_labels),
            ("date", words.date_labels),
            ("level", words.level_labels),
        )
        for kind, labels in groups:
            self.kinds |= {squeeze(label): kind for label in labels}
        self.label = re.compile(rf"({_any(self.kinds)})(?:\([^)]{{0,8}}\))?:")
        self.member_heading = re.compile(rf"({_any(words.member_labels)})(?:名单|如下)*:?")
        self.number = re.compile(
            rf"^\(?(?P<bare>{_NUMBERED}|{_BARE_NUMBER})\)?$|(?:{_any(words.number_labels)})(?:[:.]|(?=[A-Z0-9第〔\[(]))[:.]?(?P<value>.*)|"
            r"第(?P<inner>[\dA-Z\-〇一二三四五六七八九十百]{1,20})号"
        )
        # A label that is not listed: whatever stands behind it is neither title nor recipient.
        self.unlisted_label = re.compile(rf"(?!.*(?:{_any(words.honorifics)}):)[\u4e00-\u9fff]{{0,6}}(?:{_any(words.label_ends)}):.+")
        self.title_end = re.compile(rf"(?:{_any(words.title_ends)})[\"'”’」』》]?(?:\([^()]{{1,12}}\))?$")
        self.contest = re.compile(rf"(?:{_any(words.contest_words)})(?:\([^()]{{1,12}}\))?$")
        self.closing = re.compile(_any(words.closings))
        self.conferring = re.compile(_any(words.conferring))
        self.headings = {squeeze(word).upper() for word in words.headings}
        self.stamp = re.compile("|".join(words.stamps) or r"(?!)")
        self.latin = re.compile(r"[A-Za-z.,'·\-&:]+")


def _any(words: Iterable[str]) -> str:
    # An expression that can never match stands for an empty list.
    return "|".join(sorted((re.escape(squeeze(word)) for word in words), key=len, reverse=True)) or r"(?!)"


@once_per_part
def wordings(words: CertificateWording) -> Wordings:
    """The compiled wordings, prepared once."""
    return Wordings(words)


class CertificateText:
    """The text of one certificate with roles, entries and evidence."""

    def __init__(self, pages: Sequence[Page], box: Box | None, rulebook: Rulebook) -> None:
        self.rulebook = rulebook
        self.wordings = wordings(rulebook.awards.certificate)
        roles = (*rulebook.issuers.issuing_roles, *rulebook.issuers.not_issuing_roles)
        self._issuer_label = re.compile(rf"(?:{_any(roles)}):")
        located = [(page, line) for page in pages for line in self._read(page, box)]
        self.seals: list[tuple[Page, Mark]] = [
            (page, mark) for page in pages for mark in page.marks if mark.kind == MarkKind.SEAL and _inside(mark.box, box)
        ]
        self._pages = [page for page, _ in located]
        self._stream = TextStream([line for _, line in located])
        self.text = self._stream.text
        self.method = pages[0].method if pages else Method.OCR
        self.lines = self._lines([line for _, line in located])
        self.entries = self._entries()

    def _read(self, page: Page, box: Box | None) -> list[Line]:
        """The lines of a page that belong to the certificate, in the order in which they are read."""
        words = self.wordings
        own = (line for line in page.lines() if _inside(line.box, box))
        lines = [line for line in own if not self.wordings.stamp.fullmatch(squeeze(line.text))]
        seals = [mark.box for mark in page.marks if mark.kind == MarkKind.SEAL]
        lines = without_ring_scraps(lines, seals, self.known_issuers)
        return reading_order(lines, words.headings, words.kinds.keys(), words.words.noise_below)

    def known_issuers(self, text: str) -> list[str]:
        """The registered names, and names of a registered form, that a stretch as printed holds."""
        return [name for name in split_issuers(text, self.rulebook) if is_known_issuer(name, self.rulebook)]

    def _lines(self, source: Sequence[Line]) -> list[TextLine]:
        lines: list[TextLine] = []
        position = 0
        for index, line in enumerate(source):
            text = squeeze(line.text)
            role = "text" if lines and self._ends_honorific(lines[-1].text, text) else self._role(text)
            lines.append(TextLine(index, position, position + len(text), text, line.box, role))
            position += len(text)
        return lines

    def _ends_honorific(self, above: str, text: str) -> bool:
        """Whether a line is the rest of an honorific that was broken after its first character: 张三同 / 志：."""
        return any(above.endswith(word[:1]) and text.strip(":,") == word[1:] for word in self.wordings.words.honorifics)

    def _role(self, text: str) -> Role:
        bare = text.strip(":.,。")
        upper = bare.upper()
        # Widely spaced headings are also read in pieces: 获奖证, 奖证书.
        if upper in self.wordings.headings or (len(bare) == _HEADING_PART and any(upper in heading for heading in self.wordings.headings)):
            return "heading"
        numbered = self.wordings.number.match(text.lstrip("("))
        if (numbered and re.search(r"\d", numbered["value"] or numbered["bare"] or numbered["inner"] or "")) or self._number_label(text):
            return "number"
        if is_date_line(text):
            return "date"
        if self.wordings.label.match(text) or self.wordings.member_heading.fullmatch(text):
            return "label"
        if self.wordings.unlisted_label.fullmatch(text) and not self._issuer_label.match(text) and not self._confers(text):
            return "label"
        if self._issuer_label.match(text):
            return "issuer"
        if self.wordings.closing.fullmatch(text.strip(":.,。;!")):
            return "closing"
        if len(bare) < 2 or self.wordings.latin.fullmatch(bare):
            return "noise"
        return "text"

    def _confers(self, text: str) -> bool:
        """Whether a line holds a sentence of conferral behind its colon."""
        return self.wordings.conferring.search(text, text.find(":")) is not None

    def _number_label(self, text: str) -> bool:
        return text.rstrip(":.") in self.wordings.words.number_labels

    def _entries(self) -> list[Entry]:
        found = self.wordings.label.finditer(self.text)
        hits: list[tuple[int, int, str]] = [(match.start(), match.end(), match[1]) for match in found if self._opens_entry(match)]
        taken = {start for start, _, _ in hits}
        for line in self.lines:
            match = self.wordings.member_heading.fullmatch(line.text)
            if match and line.start not in taken:
                hits.append((line.start, line.end, match[1]))
        hits += [hit for hit in self._labels_beside() if hit[0] not in taken and all(hit[0] != start for start, _, _ in hits)]
        hits.sort()
        entries = []
        for number, (label_start, start, label) in enumerate(hits):
            limit = hits[number + 1][0] if number + 1 < len(hits) else len(self.text)
            entries.append(
                Entry(self.wordings.kinds[label], label, label_start, start, self._value_end(start, limit, self.wordings.kinds[label]))
            )
        return [self._as_listed(entry) for entry in entries]

    def _as_listed(self, entry: Entry) -> Entry:
        """A team's entry that lists persons is one of members: 项目团队：张三、李四."""
        if entry.kind != "team":
            return entry
        names, whole = split_names(self.raw((entry.start, entry.end)), self.wordings.words)
        listed = len(names) > 1 and whole and 2 * sum(is_plain_name(name, self.wordings.words) for name in names) >= len(names)
        return replace(entry, kind="member") if listed else entry

    def _labels_beside(self) -> list[tuple[int, int, str]]:
        """Labels without a colon whose value stands right of them."""
        found = []
        for line, following in pairwise(self.lines):
            label = line.text.strip(":")
            if label in self.wordings.kinds and same_row(self._stream.lines[line.index], self._stream.lines[following.index]):
                found.append((line.start, line.end, label))
        return found

    def _opens_entry(self, match: re.Match[str]) -> bool:
        """Whether a label stands for itself: a short one may be the end of a longer word (颁发单位) unless a gap or a sign is before it."""
        line = self.line_at(match.start())
        if line.role == "issuer":
            return False
        if len(match[1]) > _SHORT_LABEL or match.start() == line.start or not self.text[match.start() - 1].isalnum():
            return True
        return any(char.isspace() for char in self.raw((match.start() - 1, match.start() + 1)))

    def _value_end(self, start: int, limit: int, kind: LabelKind) -> int:
        """Where an entry's value ends: with its line, or with the next one where its own line holds only the label; members run on over
        name lists."""
        end = start
        for line in self.lines:
            if line.end <= start or line.start >= limit:
                continue
            # The last character of a name, alone on its line, has no role of its own: …QC小 / 组.
            lone = re.fullmatch("[\u3400-\u9fff]", line.text) is not None
            if line.start > start and line.role != "text" and not lone:
                break
            if end > start and not (self._continues_names(line, start, end) if kind == "member" else self._wraps(line, start)):
                break
            end = min(line.end, limit)
        return end

    def _wraps(self, line: TextLine, start: int) -> bool:
        """Whether a line goes on with an entry's value: it stands below it, further in than the label."""
        above, first = self.lines[line.index - 1], self.line_at(start)
        label = self.line_at(start - 1)
        if line.box is None or above.box is None or label.box is None or first.box is None or line.box.y0 - above.box.y1 > above.box.height:
            return False
        if first.index != label.index:
            return abs(line.box.x0 - first.box.x0) <= line.box.height
        inset = label.box.width * (start - label.start) / max(len(label.text), 1)
        return line.box.x0 >= label.box.x0 + _WRAP_INSET * inset

    def _continues_names(self, line: TextLine, start: int, end: int) -> bool:
        """Whether a line goes on with the list of names that stands in [start, end)."""
        if self.text[end - 1] in "、,，;" or line.text[0] in "、,，;":
            return True
        if line.text in self.rulebook.awards.grades or is_known_issuer(line.text, self.rulebook):
            return False
        if self.wordings.conferring.search(line.text):
            return False
        if self._ends_name(line, start, end) or self._in_columns(line, start, end):
            return True
        raw = self.raw((line.start, line.end))
        if re.search(r"[、,，;]", raw):
            parts = re.split(r"[、,，;；/\s]+", re.sub(r"[(（][^)）]*[)）]", "", raw).rstrip("等。"))
            return all(_NAME_PART.fullmatch(part) for part in parts if part)
        names, _ = split_names(raw, self.wordings.words, listed_in_columns=True)
        whole = "".join(names) == squeeze(re.sub(r"[(（][^)）]*[)）]", "", raw))
        # Without separators a scrap of a seal's ring (市质量协) has the look of a name: a list's names begin with known surnames.
        plain = sum(is_plain_name(name, self.wordings.words) for name in names)
        return (bool(names) and whole and 2 * plain >= len(names)) or len(line.text) == 1

    def _ends_name(self, line: TextLine, start: int, end: int) -> bool:
        """Whether a line is the rest of the name with which a list that reaches the margin breaks off: …、崔宝、卢 / 德军."""
        *before, broken = re.split(r"[、,，;；]", self.text[start:end])
        below = self.line_at(end - 1)
        near = line.box is None or below.box is None or line.box.y0 - below.box.y1 < below.box.height
        return bool(before) and near and len(broken) == 1 and re.fullmatch(r"[\u3400-\u9fff]{1,3}", line.text) is not None

    def _in_columns(self, line: TextLine, start: int, end: int) -> bool:
        """Whether a short line stands where the columns of a list of names go on: in the last name's row, or below a name."""
        if not _NAME_PART.fullmatch(line.text) or line.box is None:
            return False
        names = [other for other in self.lines if start <= other.start and other.end <= end and other.box is not None]
        if not names:
            return False
        if same_row(self._stream.lines[names[-1].index], self._stream.lines[line.index]):
            return True
        left = min(other.box.x0 for other in names if other.box is not None)
        above = names[-1].box
        return above is not None and abs(line.box.x0 - left) < _COLUMN and 0 < line.box.y0 - above.y0 < 2 * above.height

    def entries_of(self, *kinds: LabelKind) -> list[Entry]:
        """The labelled entries of these kinds that have a value, in reading order."""
        return [entry for entry in self.entries if entry.kind in kinds and entry.start < entry.end]

    def in_entry(self, position: int) -> bool:
        """Whether a place lies in a labelled entry."""
        return any(entry.label_start <= position < entry.end for entry in self.entries)

    def line_at(self, position: int) -> TextLine:
        """The line that holds a place; the last one at the end of the text. Needs a text that is not empty."""
        return next((line for line in self.lines if line.start <= position < line.end), self.lines[-1])

    def readings(self, line: TextLine) -> list[str]:
        """A line as read, squeezed, and its second reading where that differs."""
        other = self._stream.lines[line.index].alternative
        return [line.text] if other is None else list(dict.fromkeys((line.text, squeeze(other))))

    def raw(self, span: Span) -> str:
        """The text of a stretch as it stands on the page, lines separated by line breaks."""
        return self._stream.passage(*span).raw

    def _confidence(self, line: Line) -> float:
        """A line's confidence in the light of its second reading: readers who differ in punctuation only confirm each other."""
        if line.alternative is None:
            return line.confidence
        if _words(line.alternative) == _words(line.text):
            return max(line.confidence, self.wordings.words.agreeing_readings)
        return line.confidence * _SECOND_READING

    def value(self, field: str, value: str, spans: Sequence[Span], factor: float = 1.0) -> FieldValue:
        """A field value with the evidence of the stretches it was made of. `factor` lowers the confidence of what was found without a
        clear sign."""
        passages = [self._stream.passage(*span) for span in spans]
        touched = [line for line in self.lines if any(start < line.end and line.start < end for start, end in spans)]
        confidence = min((self._confidence(self._stream.lines[line.index]) for line in touched), default=0.0) * factor
        return FieldValue(
            field=field,
            value=value,
            raw="\n".join(passage.raw for passage in passages),
            confidence=confidence,
            page=self._pages[touched[0].index].number if touched else None,
            box=union_of(passage.box for passage in passages if passage.box is not None),
            method=self.method,
            # What was found without a clear sign is doubted whatever its score.
            needs_review=factor < 1 or confidence < self.rulebook.edition.review_below,
        )


def overlapping(upper: TextLine, lower: TextLine) -> bool:
    """Whether one line may run on in another: they share part of the page's width. True without geometry."""
    if upper.box is None or lower.box is None:
        return True
    return upper.box.x0 < lower.box.x1 and lower.box.x0 < upper.box.x1


def is_date_line(text: str) -> bool:
    """Whether a squeezed line is one date and nothing else of weight."""
    dates = find_dates(text)
    return len(dates) == 1 and len(text) - (dates[0][1] - dates[0][0]) <= 2 and not re.search(r"[年度届]度|届", text)


def _words(text: str) -> str:
    """A text's letters and digits only: what two readings must agree in."""
    return "".join(char for char in squeeze(text) if char.isalnum())


def _inside(inner: Box | None, outer: Box | None) -> bool:
    return inner is None or outer is None or outer.contains(inner.centre)
