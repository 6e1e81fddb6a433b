"""The values on an ID card (GA 490) and a union member card: labels in running text, each followed by its value.

Comes in: the lines of one page, or of the part of it that the card covers. Goes out: the card's values, and for an ID card which
sides are shown. Called by `map_fields`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.documents.field_values import Evidence, field_value, page_number, passage_evidence
from pipeline.documents.label_values import Labels
from pipeline.text.normal_forms import find_dates, id_number_birth_date, id_number_sex, squeeze
from pipeline.text.page_text import Passage, TextStream
from schemas.codes import DocType
from schemas.layout import Line, Page
from schemas.records import FieldValue
from schemas.rules import DocumentFields, FieldRule

_ID_NUMBER = re.compile(r"\d{15,17}[\dXx×]?")
_CARD_NUMBER = re.compile(r"(?<!\d)\d{10,20}(?!\d)")
# What a reading is worth when another part of the card states the same.
_PROVED = 0.99
_PERIODS = {5, 10, 20}
_FRONT, _BACK = {"name", "id_number", "address"}, {"authority", "valid_from"}
_FRONT_WORDS, _BACK_WORDS = re.compile("公民身份号码|姓名"), re.compile("签发机关|有效期限|居民身份证")


def card_fields(page: Page, lines: Sequence[Line], rules: DocumentFields, review_below: float) -> list[FieldValue]:
    """The card's values; a label whose value could not be found gives '' with '' as raw."""
    if rules.doc_type == DocType.ID_CARD:
        values = _first_of_each([value for side in _sides(lines) for value in _labelled(page, TextStream(side), rules, review_below)])
        return [_confirmed(value, values, review_below) for value in values] + _side_values(page, values)
    stream = TextStream(lines)
    values = _first_of_each(_labelled(page, stream, rules, review_below, one_line=True))
    if not any(value.field == "card_number" and value.value for value in values):
        values = [value for value in values if value.field != "card_number"] + _bare_card_number(page, stream, review_below)
    return values


def _sides(lines: Sequence[Line]) -> list[list[Line]]:
    """Front and back as separate runs of lines where they stand side by side; else all lines in one run."""
    front = next((line.box for line in lines if line.box and _FRONT_WORDS.search(squeeze(line.text))), None)
    back = next((line.box for line in lines if line.box and _BACK_WORDS.search(squeeze(line.text))), None)
    if front is None or back is None or abs(front.centre[0] - back.centre[0]) < abs(front.centre[1] - back.centre[1]):
        return [list(lines)]
    middle = (min(front.x0, back.x0) + max(front.x1, back.x1)) / 2
    left = [line for line in lines if line.box is None or line.box.centre[0] < middle]
    return [left, [line for line in lines if line not in left]]


def _labelled(page: Page, stream: TextStream, rules: DocumentFields, review_below: float, *, one_line: bool = False) -> list[FieldValue]:
    hits = Labels(rules.fields).find(stream)
    values: list[FieldValue] = []
    for index, (_, start, rule) in enumerate(hits):
        while start < len(stream.text) and stream.text[start] in ":：":
            start += 1
        end = hits[index + 1][0] if index + 1 < len(hits) else len(stream.text)
        if one_line:
            end = min(end, stream.line_end(start))
        values.extend(_values_of(rule, page, stream, start, end, review_below))
    return values


def _values_of(rule: FieldRule, page: Page, stream: TextStream, start: int, end: int, review_below: float) -> list[FieldValue]:
    if rule.form == "date_range":
        return _validity(page, stream.passage(start, end), review_below)
    if rule.form == "id_number" and (number := _ID_NUMBER.search(stream.text, start, end)) is not None:
        start, end = number.span()
    elif rule.field in ("sex", "authority", "name", "ethnicity"):
        end = min(end, stream.line_end(start))
    elif rule.form == "date" and (dates := find_dates(stream.text[start:end])):
        start, end = start + dates[0][0], start + dates[0][1]
    passage = stream.passage(start, end)
    return [field_value(rule, [passage.raw], passage_evidence(passage, page), review_below)]


def _validity(page: Page, passage: Passage, review_below: float) -> list[FieldValue]:
    """`2015.07.15-2035.07.15` or `2015.07.15-长期` as valid_from and valid_to."""
    dates = [value for _, _, value in find_dates(passage.text)]
    if "长期" in passage.text:
        dates = [*dates[:1], "长期"]
    evidence = passage_evidence(passage, page)
    complete = len(dates) == 2
    values = []
    for field, index in (("valid_from", 0), ("valid_to", 1)):
        values.append(
            FieldValue(
                field=field,
                value=dates[index] if complete else "",
                raw=passage.raw,
                confidence=evidence.confidence if complete else min(evidence.confidence, 0.5),
                page=evidence.page,
                box=evidence.box,
                method=evidence.method,
                needs_review=not complete or evidence.confidence < review_below,
            )
        )
    return values


def _confirmed(value: FieldValue, values: Sequence[FieldValue], review_below: float) -> FieldValue:
    """A value that another part of the card proves: birth date and sex by the number, the two ends of the validity by each other."""
    of = {other.field: other.value for other in values}
    number = of.get("id_number", "")
    proofs = {
        "birth_date": value.value == id_number_birth_date(number),
        "sex": value.value == id_number_sex(number),
        "valid_from": _is_period(of.get("valid_from", ""), of.get("valid_to", "")),
        "valid_to": _is_period(of.get("valid_from", ""), of.get("valid_to", "")),
    }
    if not value.value or not proofs.get(value.field, False):
        return value
    confidence = max(value.confidence, _PROVED)
    return value.model_copy(update={"confidence": confidence, "needs_review": confidence < review_below})


def _is_period(start: str, end: str) -> bool:
    """Whether a card can be valid so long: 5, 10 or 20 years to the day (GA 490). `长期` proves nothing about the first day."""
    if len(start) != 10 or len(end) != 10 or start[4:] != end[4:]:
        return False
    return int(end[:4]) - int(start[:4]) in _PERIODS


def _first_of_each(values: Sequence[FieldValue]) -> list[FieldValue]:
    """One value a field: the first that says something, else the first blank one."""
    chosen: dict[str, FieldValue] = {}
    for value in values:
        if value.field not in chosen or (not chosen[value.field].value and value.value):
            chosen[value.field] = value
    return list(chosen.values())


def _side_values(page: Page, values: Sequence[FieldValue]) -> list[FieldValue]:
    """Which sides the page shows, as `card_side` rows 1 (front) and 2 (back)."""
    seen = {value.field for value in values}
    sides = [(1, "front", seen & _FRONT), (2, "back", seen & _BACK)]
    number = page_number(page)
    return [
        FieldValue(field="card_side", row=row, value=side, raw="、".join(sorted(shown)), confidence=1.0, page=number, method=page.method)
        for row, side, shown in sides
        if shown
    ]


def _bare_card_number(page: Page, stream: TextStream, review_below: float) -> list[FieldValue]:
    """The only long number on the card, where no label names it."""
    numbers = list(_CARD_NUMBER.finditer(stream.text))
    if len(numbers) != 1:
        return []
    passage = stream.passage(*numbers[0].span())
    evidence = Evidence(page_number(page), page.method, passage.box, passage.confidence)
    return [field_value(FieldRule(field="card_number", form="digits"), [passage.raw], evidence, review_below)]
