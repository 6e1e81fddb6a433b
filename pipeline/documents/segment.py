"""Which pages make one document: joins the pages of a form, parts the cards that share a page.

Comes in: a file's pages as read. Goes out: segments - a document type, the pages (or the part of a page) it covers - in page
order, every page in at least one. Called by `process`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.documents.classify import PageClass, classify, classify_lines
from pipeline.text.normal_forms import squeeze
from pipeline.text.page_text import TextStream
from schemas.base import Frozen
from schemas.codes import DocType
from schemas.layout import Box, Line, Page, Table
from schemas.rules import Rulebook


class Segment(Frozen):
    """A logical document as a run of pages. `box` is set where it covers only a part of its one page (page fractions)."""

    doc_type: DocType
    confidence: float
    pages: tuple[Page, ...]
    box: Box | None = None


def segment(pages: Sequence[Page], rulebook: Rulebook) -> tuple[Segment, ...]:
    """The documents of a file in page order. Blank pages never break a form that runs on behind them."""
    segments: list[Segment] = []
    open_index: int | None = None  # the document that the next page may continue
    for page in pages:
        parts = _parts(page, rulebook)
        for part, page_class in parts:
            if page_class.doc_type == DocType.BLANK:
                segments.append(Segment(doc_type=DocType.BLANK, confidence=page_class.confidence, pages=(page,)))
                continue
            if open_index is not None and part is None and _continues(segments[open_index], page, page_class, rulebook):
                segments[open_index] = _extended(segments[open_index], page, page_class)
                continue
            segments.append(Segment(doc_type=page_class.doc_type, confidence=page_class.confidence, pages=(page,), box=part))
            open_index = len(segments) - 1 if _spans_pages(page_class.doc_type, rulebook) else None
    return tuple(segments)


def _parts(page: Page, rulebook: Rulebook) -> list[tuple[Box | None, PageClass]]:
    """The page whole, or its parts where cards and certificates share it."""
    whole = classify(page, rulebook)
    lines = [line for line in page.lines() if line.box is not None]
    if len(lines) < 2 or next(page.tables(), None) is not None:
        return [(None, whole)]
    parts = _cut(lines, Box(x0=0, y0=0, x1=1, y1=1), rulebook)
    return [(box, page_class) for box, page_class in parts] if len(parts) > 1 else [(None, whole)]


def _cut(lines: list[Line], area: Box, rulebook: Rulebook) -> list[tuple[Box, PageClass]]:
    """An area cut at its widest gaps, down first and then across, as long as both sides are documents of their own."""
    for axis in (1, 0):
        ordered = sorted(lines, key=lambda line: line.box.centre[axis] if line.box else 0.0)
        gaps = []
        for index in range(1, len(ordered)):
            before = max(_edge(line, axis, low=False) for line in ordered[:index])
            after = min(_edge(line, axis, low=True) for line in ordered[index:])
            gaps.append((after - before, index, (before + after) / 2))
        for gap, index, place in sorted(gaps, reverse=True):
            if gap > 0 and _are_two_documents(ordered[:index], ordered[index:], rulebook):
                upper, lower = _halves(area, axis, place)
                return _cut(ordered[:index], upper, rulebook) + _cut(ordered[index:], lower, rulebook)
    return [(area, classify_lines(_reading_order(lines), rulebook))]


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
    heads = rules[0].heads if rules[0] is not None else ()
    return any(all(any(re.fullmatch(head, squeeze(line.text)) for line in side) for side in (first, second)) for head in heads)


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


def _continues(earlier: Segment, page: Page, page_class: PageClass, rulebook: Rulebook) -> bool:
    """Whether a page carries on a form or table: same type and no new opening; or untyped, but ruled like the page before it."""
    if page_class.doc_type == earlier.doc_type:
        return not _begins_anew(earlier, page, rulebook)
    if page_class.doc_type != DocType.OTHER or page.number - earlier.pages[-1].number > 2:
        return False
    return _columns_of(earlier.pages[-1]) == _columns_of(page) != 0


def _begins_anew(earlier: Segment, page: Page, rulebook: Rulebook) -> bool:
    """Whether the page opens another document: it bears an opening wording that belongs before, or is the same as, one already seen.

    The rule's `opens` stand in the order in which they follow one another in a document (cover, then the table's head).
    """
    rule = next(rule for rule in rulebook.documents.documents if rule.doc_type == earlier.doc_type)
    text = TextStream(page.lines()).text
    before = [TextStream(old.lines()).text for old in earlier.pages]
    here = next((index for index, pattern in enumerate(rule.opens) if re.search(pattern, text)), None)
    return here is not None and any(re.search(pattern, old) for pattern in rule.opens[here:] for old in before)


def _spans_pages(doc_type: DocType, rulebook: Rulebook) -> bool:
    return any(rule.spans_pages for rule in rulebook.documents.documents if rule.doc_type == doc_type)


def _columns_of(page: Page) -> int:
    tables: list[Table] = list(page.tables())
    return tables[-1].cols if tables else 0
