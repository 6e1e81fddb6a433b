"""Which pages make one document: joins the pages of a form, parts the cards that share a page.

Comes in: a file's pages as read. Goes out: segments - a document type, the pages (or the part of a page) it covers - in page
order, every page in at least one. Called by `process`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from pipeline.documents.classify import PageClass, classify, classify_lines
from pipeline.documents.form_pages import gather_forms, read_sheet
from pipeline.text.normal_forms import squeeze
from pipeline.text.page_text import TextStream
from schemas.base import Frozen
from schemas.codes import DocType
from schemas.layout import Box, Line, Page, Table
from schemas.rules import Rulebook

_FORM = DocType.APPLICATION_FORM
_BY_ORDER = 0.6  # a form one of whose pages only the order of sheets speaks for
# What a recogniser makes of an ornamental border: X, XX, 8.
_ORNAMENT = re.compile(r"[^\u3400-\u9fff\d]{1,2}")
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_ID_NUMBER = re.compile(r"(?<!\d)\d{17}[\dX](?!\d)")
_MANY_COLUMNS = 8  # of so many columns a reader may miss or add one


class _Placed(NamedTuple):
    """A page with its class."""

    page: Page
    page_class: PageClass


class Segment(Frozen):
    """A logical document as a run of pages. `box` is set where it covers only a part of its one page (page fractions)."""

    doc_type: DocType
    confidence: float
    pages: tuple[Page, ...]
    box: Box | None = None


def segment(pages: Sequence[Page], rulebook: Rulebook) -> tuple[Segment, ...]:
    """The documents of a file in the order of their first pages; every page in at least one.

    Blank pages never break a form that runs on behind them. The pages of a form are its own wherever in the file they lie.
    """
    segments: list[Segment] = []
    forms: list[_Placed] = []  # pages of application forms, gathered at the end
    last: _Placed | None = None  # the page of a form or table that the next page may continue
    for page in pages:
        for part, page_class in _parts(page, rulebook):
            if page_class.doc_type == DocType.BLANK:
                segments.append(Segment(doc_type=DocType.BLANK, confidence=page_class.confidence, pages=(page,)))
                continue
            here = _Placed(page, page_class)
            if part is None and last is not None and _carries_on(last, here):
                here = _Placed(page, page_class.model_copy(update={"doc_type": last.page_class.doc_type}))
            if part is None and here.page_class.doc_type == _FORM:
                forms.append(here)
                last = here
                continue
            before = segments[-1] if segments else None
            open_table = next((one for one in reversed(segments) if one.doc_type != DocType.BLANK), before)
            if part is None and last is not None and open_table is not None and _continues(open_table, here, rulebook):
                segments[segments.index(open_table)] = _extended(open_table, page, page_class)
                last = here
                continue
            segments.append(Segment(doc_type=here.page_class.doc_type, confidence=page_class.confidence, pages=(page,), box=part))
            last = here if part is None and _spans_pages(here.page_class.doc_type, rulebook) else None
    segments += _forms(forms, rulebook)
    return tuple(sorted(segments, key=lambda one: one.pages[0].number))


def _forms(placed: Sequence[_Placed], rulebook: Rulebook) -> list[Segment]:
    """The application forms that these pages make."""
    rule = next(rule for rule in rulebook.documents.documents if rule.doc_type == _FORM)
    fields = next((group.fields for group in rulebook.documents.fields if group.doc_type == _FORM), ())
    confidences = {one.page.number: one.page_class.confidence for one in placed}
    found = []
    for form in gather_forms([read_sheet(one.page, rule, fields) for one in placed]):
        confidence = min(confidences[page.number] for page in form.pages)
        found.append(
            Segment(doc_type=_FORM, confidence=min(confidence, _BY_ORDER) if form.doubtful else confidence, pages=tuple(form.pages))
        )
    return found


def _parts(page: Page, rulebook: Rulebook) -> list[tuple[Box | None, PageClass]]:
    """The page whole, or its parts where cards and certificates share it."""
    whole = classify(page, rulebook)
    lines = [line for line in page.lines() if line.box is not None and not _ORNAMENT.fullmatch(squeeze(line.text))]
    if len(lines) < 2 or any(_is_ruled(table) for table in page.tables()):
        return [(None, whole)]
    parts = _joined(_cut(lines, Box(x0=0, y0=0, x1=1, y1=1), rulebook), lines, rulebook)
    return [(box, page_class) for box, page_class in parts] if len(parts) > 1 else [(None, whole)]


def _is_ruled(table: Table) -> bool:
    """Whether a table holds text side by side in several rows; an ornamental border or a card's outline is a frame and no table."""
    rows = Counter(cell.row for cell in table.cells if len(_CHINESE.findall(cell.text)) > 1)
    return sum(count > 1 for count in rows.values()) > 1


def _cut(lines: list[Line], area: Box, rulebook: Rulebook) -> list[tuple[Box, PageClass]]:
    """An area cut at its widest gaps, down or across, as long as both sides are documents of their own."""
    ways = {axis: sorted(lines, key=lambda line, axis=axis: line.box.centre[axis] if line.box else 0.0) for axis in (1, 0)}  # type: ignore[misc]
    gaps = []
    for axis, ordered in ways.items():
        for index in range(1, len(ordered)):
            before = max(_edge(line, axis, low=False) for line in ordered[:index])
            after = min(_edge(line, axis, low=True) for line in ordered[index:])
            gaps.append((after - before, axis, index, (before + after) / 2))
    # The widest gap first, whichever way it runs: between two cards there is more room than between the lines of a third beside them.
    for gap, axis, index, place in sorted(gaps, reverse=True):
        first, second = ways[axis][:index], ways[axis][index:]
        if gap > 0 and _are_two_documents(first, second, rulebook):
            upper, lower = _halves(area, axis, place)
            return _cut(first, upper, rulebook) + _cut(second, lower, rulebook)
    return [(area, classify_lines(_reading_order(lines), rulebook))]


def _joined(parts: list[tuple[Box, PageClass]], lines: list[Line], rulebook: Rulebook) -> list[tuple[Box, PageClass]]:
    """Neighbouring parts that are no two documents made one: a third document's edge ran between the two sides of a card."""
    joined: list[tuple[Box, PageClass]] = []
    for box, page_class in parts:
        if joined and joined[-1][1].doc_type == page_class.doc_type:
            sides = [[line for line in lines if line.box and area.contains(line.box.centre)] for area in (joined[-1][0], box)]
            if not _are_two_documents(sides[0], sides[1], rulebook):
                joined[-1] = (joined[-1][0].union(box), joined[-1][1] if joined[-1][1].confidence < page_class.confidence else page_class)
                continue
        joined.append((box, page_class))
    return joined


def _are_two_documents(first: list[Line], second: list[Line], rulebook: Rulebook) -> bool:
    """Whether both sides are of a type that may share a page: of different types, or each with its own heading."""
    classes = [classify_lines(_reading_order(side), rulebook) for side in (first, second)]
    rules = [next((rule for rule in rulebook.documents.documents if rule.doc_type == found.doc_type), None) for found in classes]
    if any(rule is None or not rule.shares_page for rule in rules):
        return False
    texts = (TextStream(side).text for side in (first, second))
    if any(rule is not None and not re.search(rule.essence, text) for rule, text in zip(rules, texts, strict=True)):
        return False
    if classes[0].doc_type != classes[1].doc_type:
        return True
    if _is_shown_twice(first, second):
        return False
    heads = rules[0].heads if rules[0] is not None else ()
    return any(all(any(re.fullmatch(head, squeeze(line.text)) for line in side) for side in (first, second)) for head in heads)


def _is_shown_twice(first: list[Line], second: list[Line]) -> bool:
    """Whether both sides bear the same ID number: one person's card, one of its sides copied twice."""
    numbers = [{number for line in side for number in _ID_NUMBER.findall(squeeze(line.text))} for side in (first, second)]
    return bool(numbers[0] & numbers[1])


def _halves(area: Box, axis: int, place: float) -> tuple[Box, Box]:
    if axis:
        return area.model_copy(update={"y1": place}), area.model_copy(update={"y0": place})
    return area.model_copy(update={"x1": place}), area.model_copy(update={"x0": place})


def _edge(line: Line, axis: int, *, low: bool) -> float:
    box = line.box
    if box is None:
        return 0.0
    return (box.y0 if low else box.y1) if axis else (box.x0 if low else box.x1)


def _reading_order(lines: list[Line]) -> list[Line]:
    return sorted(lines, key=lambda line: (line.box.y0, line.box.x0) if line.box else (0.0, 0.0))


def _extended(earlier: Segment, page: Page, page_class: PageClass) -> Segment:
    confidence = min(earlier.confidence, page_class.confidence)
    return earlier.model_copy(update={"pages": (*earlier.pages, page), "confidence": confidence})


def _carries_on(before: _Placed, here: _Placed) -> bool:
    """Whether an untyped page is ruled like the typed one before it: a table that runs on without its header."""
    if here.page_class.doc_type != DocType.OTHER or here.page.number - before.page.number > 2:
        return False
    columns = _columns_of(here.page)
    return columns > 0 and abs(_columns_of(before.page) - columns) <= (columns >= _MANY_COLUMNS)


def _continues(earlier: Segment, here: _Placed, rulebook: Rulebook) -> bool:
    """Whether a page carries on the table before it: of the same type, and without the words with which one opens."""
    if here.page_class.doc_type != earlier.doc_type or not _spans_pages(earlier.doc_type, rulebook):
        return False
    rule = next(rule for rule in rulebook.documents.documents if rule.doc_type == earlier.doc_type)
    text = TextStream(here.page.lines()).text
    return not any(re.search(pattern, text) for pattern in rule.opens)


def _spans_pages(doc_type: DocType, rulebook: Rulebook) -> bool:
    return any(rule.spans_pages for rule in rulebook.documents.documents if rule.doc_type == doc_type)


def _columns_of(page: Page) -> int:
    tables: list[Table] = list(page.tables())
    return tables[-1].cols if tables else 0
