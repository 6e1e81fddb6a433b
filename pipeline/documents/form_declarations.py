"""The declarations of a form: questions answered by ticking 是 or 否.

Comes in: a document's pages. Goes out: one `yes` / `no` for each question; '' with a review mark where both, or neither clearly,
are ticked. Called by `map_fields`. Readers write every tick box as a character (`schemas.layout`), so this reads the same in every format.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipeline.documents.field_values import page_number
from pipeline.text.normal_forms import squeeze
from pipeline.text.page_text import TextStream
from schemas.layout import CHECKED, UNCHECKED, UNCLEAR, Method, Page
from schemas.records import FieldValue
from schemas.rules import FieldRule

_BOX = f"[{CHECKED}{UNCHECKED}{UNCLEAR}]"
_TEXT = f"[^{CHECKED}{UNCHECKED}{UNCLEAR}]"
_BOX_FIRST = re.compile(rf"(?P<question>{_TEXT}+)(?P<a>{_BOX})(?P<wa>[是否])(?:[、,/]?(?P<b>{_BOX})(?P<wb>[是否]))?")
_BOX_LAST = re.compile(rf"(?P<question>{_TEXT}+?)(?P<wa>[是否])(?P<a>{_BOX})(?:[、,/]?(?P<wb>[是否])(?P<b>{_BOX}))?")
# A tick written in the place of the box.
_TICKS = str.maketrans(dict.fromkeys("√✓✔", CHECKED))
_ANSWERS = {"是": "yes", "否": "no"}
# An office that retypes the form may leave the boxes out: a question's neighbour that holds one word, perhaps ticked: 是, 否（√）.
_BARE = re.compile(rf"\(?(?P<word>[是否])\)?\(?{CHECKED}?\)?|{CHECKED}(?P<after>[是否])")


def declarations(pages: Sequence[Page], rules: Sequence[FieldRule], review_below: float) -> list[FieldValue]:
    """The answer to each question that stands on the pages, at most one a question."""
    values: dict[str, FieldValue] = {}
    for page in pages:
        stream = TextStream(page.lines())
        for match in _hits(stream.text.translate(_TICKS)):
            rule = _asked(match["question"], rules)
            if rule is None or rule.field in values:
                continue
            start = match.start("a") if match.re is _BOX_FIRST else match.start("wa")
            passage = stream.passage(start, match.end())
            answer, certain = _answer(match)
            # On paper both boxes are printed: where one was not seen, it may hold the tick.
            certain = certain and (match["b"] is not None or page.method != Method.OCR)
            blank = answer == "" and certain
            values[rule.field] = FieldValue(
                field=rule.field,
                value=answer,
                raw="" if blank else passage.raw,
                confidence=passage.confidence if certain else min(passage.confidence, 0.5),
                page=page_number(page),
                box=passage.box,
                method=page.method,
                needs_review=not certain or (not blank and passage.confidence < review_below),
            )
        for value in _bare_answers(page, rules, review_below) if rules else ():
            values.setdefault(value.field, value)
    return list(values.values())


def _bare_answers(page: Page, rules: Sequence[FieldRule], review_below: float) -> Iterator[FieldValue]:
    """Answers that stand as a word in the cell to the right of their question."""
    for table in page.tables():
        cells = {(cell.row, cell.col): cell for cell in table.cells}
        for question in table.cells:
            answer = cells.get((question.row, question.col + question.col_span))
            match = None if answer is None else _BARE.fullmatch(squeeze(answer.text).translate(_TICKS))
            rule = _asked(squeeze(question.text), rules)
            if answer is None or match is None or rule is None:
                continue
            # On paper the rest of a printed pair of answers, with the tick in it, may not have been seen.
            confidence = answer.confidence if page.method != Method.OCR else min(answer.confidence, 0.5)
            yield FieldValue(
                field=rule.field,
                value=_ANSWERS[match["word"] or match["after"]],
                raw=answer.text,
                confidence=confidence,
                page=page_number(page),
                box=answer.box,
                method=page.method,
                needs_review=page.method == Method.OCR or confidence < review_below,
            )


def _hits(text: str) -> list[re.Match[str]]:
    """Box-and-word pairs in whichever order this text uses: the order that explains more boxes."""
    first, last = list(_BOX_FIRST.finditer(text)), list(_BOX_LAST.finditer(text))
    return first if sum(m["b"] is not None for m in first) >= sum(m["b"] is not None for m in last) else last


def _asked(question: str, rules: Sequence[FieldRule]) -> FieldRule | None:
    """The rule whose keyword stands last in the question: what stands before it belongs to earlier text."""
    places = [(question.rfind(squeeze(label)), rule) for rule in rules for label in rule.labels]
    place, rule = max(places, key=lambda item: item[0])
    return rule if place >= 0 else None


def _answer(match: re.Match[str]) -> tuple[str, bool]:
    """`yes`, `no` or '', and whether that is certain (an untouched pair is certainly blank)."""
    boxes = [(match["a"], match["wa"])] + ([(match["b"], match["wb"])] if match["b"] else [])
    if any(box == UNCLEAR for box, _ in boxes):
        return "", False
    ticked = [word for box, word in boxes if box == CHECKED]
    if len(ticked) == 1:
        return _ANSWERS[ticked[0]], True
    return "", not ticked
