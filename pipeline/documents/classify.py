"""What a page is: the contract's document types, from weighted cues in its text.

Comes in: one page as read. Goes out: its type with a confidence and every type's score, so that `segment` can see a page that
holds two documents. Called by `segment`. The cues are data: `rulebook/documents.yaml`.
"""

from __future__ import annotations

import re

from pipeline.text.normal_forms import squeeze
from pipeline.text.page_text import TextStream
from schemas.base import Frozen
from schemas.codes import DocType
from schemas.layout import Box, Line, Page, Table
from schemas.rules import DocumentRule, Rulebook

# A title stands among the first lines of a page and is short; elsewhere, or within a sentence, the same words are a mention.
_HEADING_LINES = 8
_HEADING_LENGTH = 30
_LIST_COLUMNS = 5
_SPELT_PIECES = 4  # of a heading set down the page; more pieces are a column of a list


class PageClass(Frozen):
    """A page's type, how sure (0-1), and the score of every type that reached its threshold."""

    doc_type: DocType
    confidence: float
    scores: dict[DocType, float]


def classify(page: Page, rulebook: Rulebook) -> PageClass:
    """The type of a page: `blank` without text, `other` where no type reaches its threshold."""
    lines = list(page.lines())
    if page.blank:
        return PageClass(doc_type=DocType.BLANK, confidence=1.0, scores={})
    if not any(line.text.strip() for line in lines):
        # Something is on the page, but no text: a portrait, a drawing.
        return PageClass(doc_type=DocType.OTHER, confidence=0.9, scores={})
    found = classify_lines(lines, rulebook)
    if found.doc_type == DocType.CERTIFICATE and any(_is_list(table) for table in page.tables()):
        # A list of honours, the rest of a form or summary: no certificate is set in columns.
        return PageClass(doc_type=DocType.OTHER, confidence=0.6, scores={})
    return found


def classify_lines(lines: list[Line], rulebook: Rulebook) -> PageClass:
    """The type of the document that these lines make up."""
    text = TextStream(lines).text
    heading = "\n".join(short for line in lines[:_HEADING_LINES] if len(short := squeeze(line.text)) <= _HEADING_LENGTH)
    heading = "\n".join([heading, *_spelt_down(lines)])
    scores = {rule.doc_type: _score(rule, text, heading) for rule in rulebook.documents.documents}
    thresholds = {rule.doc_type: rule.threshold for rule in rulebook.documents.documents}
    reached = {doc_type: score for doc_type, score in scores.items() if score >= thresholds[doc_type]}
    if not reached:
        nearest = max((score / thresholds[doc_type] for doc_type, score in scores.items()), default=0.0)
        return PageClass(doc_type=DocType.OTHER, confidence=round(1.0 - min(max(nearest, 0.0), 0.9) / 2, 3), scores={})
    best = max(reached, key=lambda doc_type: reached[doc_type])
    rival = max((score for doc_type, score in scores.items() if doc_type != best), default=0.0)
    return PageClass(doc_type=best, confidence=round(reached[best] / (reached[best] + max(rival, 0.0) / 2), 3), scores=reached)


def _spelt_down(lines: list[Line]) -> list[str]:
    """The words that pieces of one or two characters spell down the page (荣誉 / 证 / 书): a panel beside the text."""
    pieces = [(line.box, squeeze(line.text)) for line in lines if line.box is not None and 1 <= len(squeeze(line.text)) <= 2]
    columns: list[list[tuple[Box, str]]] = []
    for box, text in sorted(pieces, key=lambda piece: piece[0].y0):
        column = next((one for one in columns if abs(one[0][0].centre[0] - box.centre[0]) < min(one[0][0].width, box.width) / 2), None)
        if column is None:
            columns.append([(box, text)])
        else:
            column.append((box, text))
    return ["".join(text for _, text in column) for column in columns if 1 < len(column) <= _SPELT_PIECES]


def _is_list(table: Table) -> bool:
    return table.cols >= _LIST_COLUMNS and table.rows > 1


def _score(rule: DocumentRule, text: str, heading: str) -> float:
    return sum(cue.weight for cue in rule.cues if re.search(cue.pattern, heading if cue.place == "heading" else text))
