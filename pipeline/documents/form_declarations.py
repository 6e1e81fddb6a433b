"""The declarations of a form: questions answered by ticking 是 or 否.

Comes in: a document's pages. Goes out: one `yes` / `no` for each question; '' with a review mark where both, or neither clearly,
are ticked. Called by `map_fields`. Readers write every tick box as a character (`schemas.layout`), so this reads the same in every format.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipeline.documents.field_values import page_number
from pipeline.documents.form_answers import Answered, find_answers, marked
from pipeline.text.normal_forms import squeeze
from pipeline.text.page_text import TextStream
from schemas.layout import CHECKED, Method, Page
from schemas.records import FieldValue
from schemas.rules import Answers, FieldRule

# Between a question's keyword and its answer the next question has begun.
_NEXT_QUESTION = "是否"
_ENDS = re.compile("[。；;？?：:]")
_CLAUSE = 12  # characters before the keyword that may still belong to the question


def declarations(pages: Sequence[Page], rules: Sequence[FieldRule], answers: Answers, review_below: float) -> list[FieldValue]:
    """The answer to each question that stands on the pages, at most one a question."""
    values: dict[str, FieldValue] = {}
    for page in pages if rules else ():
        stream = TextStream(page.lines())
        text, earlier = marked(stream.text), 0
        for answer in find_answers(text, answers, stream.follows_space):
            asked = _asked(text[earlier : answer.start], rules)
            begin, earlier = earlier, answer.end
            if asked is None or asked[1].field in values:
                continue
            keyword = begin + asked[0]
            negated = _negated(text, max(begin, keyword - _CLAUSE), keyword, answer.start, answers)
            values[asked[1].field] = _value(page, stream, asked[1], answer, negated, review_below)
        for value in _bare_answers(page, rules, answers, review_below):
            values.setdefault(value.field, value)
    return list(values.values())


def _value(page: Page, stream: TextStream, rule: FieldRule, answer: Answered, negated: bool, review_below: float) -> FieldValue:
    passage = stream.passage(answer.start, answer.end)
    # On paper both boxes are printed: where one was not seen, it may hold the tick.
    certain = answer.certain and not negated and (answer.paired or page.method != Method.OCR)
    blank = answer.value == "" and certain
    return FieldValue(
        field=rule.field,
        value="" if negated else answer.value,
        raw="" if blank else passage.raw,
        confidence=passage.confidence if certain else min(passage.confidence, 0.5),
        page=page_number(page),
        box=passage.box,
        method=page.method,
        needs_review=not certain or (not blank and passage.confidence < review_below),
    )


def _bare_answers(page: Page, rules: Sequence[FieldRule], answers: Answers, review_below: float) -> Iterator[FieldValue]:
    """Answers that stand as a word in the cell to the right of their question."""
    word = "|".join(sorted(map(re.escape, {*answers.agreed, *answers.denied}), key=len, reverse=True))
    # An office that retypes the form may leave the boxes out: one word, perhaps ticked: 是, 否（√）.
    bare = re.compile(rf"\(?(?P<word>{word})\)?\(?{CHECKED}?\)?|\(?{CHECKED}\)?(?P<after>{word})")
    for table in page.tables():
        cells = {(cell.row, cell.col): cell for cell in table.cells}
        for question in table.cells:
            answer = cells.get((question.row, question.col + question.col_span))
            match = None if answer is None else bare.fullmatch(marked(squeeze(answer.text)))
            asked = _asked(squeeze(question.text), rules)
            if answer is None or match is None or asked is None:
                continue
            negated = any(negation in squeeze(question.text) for negation in answers.negations)
            # On paper the rest of a printed pair of answers, with the tick in it, may not have been seen.
            confidence = answer.confidence if page.method != Method.OCR else min(answer.confidence, 0.5)
            yield FieldValue(
                field=asked[1].field,
                value="" if negated else "yes" if (match["word"] or match["after"]) in answers.agreed else "no",
                raw=answer.text,
                confidence=confidence,
                page=page_number(page),
                box=answer.box,
                method=page.method,
                needs_review=negated or page.method == Method.OCR or confidence < review_below,
            )


def _asked(question: str, rules: Sequence[FieldRule]) -> tuple[int, FieldRule] | None:
    """The rule whose keyword stands last in the question, and where: what stands before it belongs to earlier text."""
    place, rule = max(((question.rfind(squeeze(label)), rule) for rule in rules for label in rule.labels), key=lambda item: item[0])
    return (place, rule) if place >= 0 and _NEXT_QUESTION not in question[place:] else None


def _negated(text: str, start: int, keyword: int, end: int, answers: Answers) -> bool:
    """Whether the question in text[start:end] asks for the opposite (是否未获评): then 是 and 否 can be meant either way."""
    clause = _ENDS.split(text[start:keyword])[-1] + text[keyword:end]
    return any(negation in clause for negation in answers.negations)
