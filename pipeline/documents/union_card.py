"""The values of a union card, plastic or as the telephone shows it: labels that open a line, each followed by its value.

Comes in: the card's own lines. Goes out: its values. Called by `card_fields`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from pipeline.documents.card_values import changed, first_of_each, simplified, value_at
from pipeline.documents.label_values import Labels
from pipeline.text.page_text import TextStream
from schemas.layout import Line, Page
from schemas.records import FieldValue
from schemas.rules import CardRules, DocumentFields, FieldRule

# A service card is a bank card with 16 to 19 digits (ISO/IEC 7812); older membership numbers have fewer.
_FEWEST_DIGITS, _MOST_DIGITS = 12, 20
_CARD_NUMBER = re.compile(r"(?<!\d)\d{10,20}(?!\d)")
_INCOMPLETE = 0.9  # what a name of a union is worth that does not end as such names end
_SHORTEST_UNION = 6  # characters of a union's whole name
_FEWEST_CHARACTERS = 3  # Chinese ones: fewer are no beginning of a union's name
_ABOVE_NUMBER = 2.5  # line heights between a name and the number below it
_SAME_COLUMN = 0.02  # page widths between the left edges of a value's lines


def union_card_values(
    page: Page,
    lines: Sequence[Line],
    rules: DocumentFields,
    cards: CardRules,
    review_below: float,
    is_name: Callable[[str], bool] = lambda _: False,
) -> list[FieldValue]:
    """The card's values; a label whose value could not be found gives '' with '' as raw. `is_name` tells a plain person's name: cards on
    a telephone show it without a label, right above the number."""
    stream = TextStream(lines)
    hits = list(_hits(stream, rules))
    found = []
    for index, (_, start, rule) in enumerate(hits):
        while start < len(stream.text) and stream.text[start] in ":：":
            start += 1
        limit = hits[index + 1][0] if index + 1 < len(hits) else len(stream.text)
        end = min(limit, stream.line_end(start))
        if rule.form == "digits":
            end = _with_further_digits(stream, end, limit)
        elif rule.field == "union_name":
            start, end = _past_scrap(stream, start, end, limit, cards)
            end = _with_wrapped_lines(stream, start, end, limit, cards)
        found.append(_plausible(value_at(rule, page, stream, start, end, review_below), cards, review_below))
    values = first_of_each(found)
    if not any(value.field == "card_number" and value.value for value in values):
        values = [value for value in values if value.field != "card_number"] + _bare_card_number(page, stream, review_below)
    stated = {value.field for value in values}
    if "name" not in stated:
        values += _bare_name(page, stream, is_name, review_below)
    if "union_name" not in stated:
        values += _bare_union_name(page, stream, cards, review_below)
    return values


def _bare_name(page: Page, stream: TextStream, is_name: Callable[[str], bool], review_below: float) -> list[FieldValue]:
    """The plain name that stands by itself right above the number, at its left edge."""
    number = _CARD_NUMBER.search(stream.text)
    box = stream.touched(*number.span())[0].box if number else None
    if number is None or box is None:
        return []
    found = []
    for start, end in _lines_of(stream):
        own = stream.touched(start, end)[0].box
        if own is None or not is_name(stream.text[start:end]):
            continue
        beside = abs(own.x0 - box.x0) <= _SAME_COLUMN + box.height
        if beside and 0 <= box.y0 - own.y1 + 0.5 * own.height <= _ABOVE_NUMBER * own.height:
            found.append((start, end))
    return [value_at(FieldRule(field="name", form="name"), page, stream, *found[0], review_below)] if len(found) == 1 else []


def _bare_union_name(page: Page, stream: TextStream, cards: CardRules, review_below: float) -> list[FieldValue]:
    """The only line that is a whole union's name, where its label was not read; for a person."""
    found = []
    for start, end in _lines_of(stream):
        name = re.search(rf"[\u4e00-\u9fff()]{{{_SHORTEST_UNION},}}$", stream.text[start:end])
        # 上海市总工会 issues the cards and employs nobody's members.
        if name is not None and _is_whole(name[0], cards) and not name[0].endswith("总工会"):
            found.append((start + name.start(), end))
    if len(found) != 1:
        return []
    value = value_at(FieldRule(field="union_name"), page, stream, *found[0], review_below)
    return [changed(value, review_below, confidence=min(value.confidence, _INCOMPLETE), contradicted=True)]


def _lines_of(stream: TextStream) -> Iterator[tuple[int, int]]:
    start = 0
    while start < len(stream.text):
        end = stream.line_end(start)
        yield start, end
        start = end


def _past_scrap(stream: TextStream, start: int, end: int, limit: int, cards: CardRules) -> tuple[int, int]:
    """The value's line; or the next one where that is a whole name and what stands beside the label is none (print showing through)."""
    below = stream.line_end(end) if end < limit else end
    whole = below <= limit and _is_whole(simplified(stream.text[end:below], cards), cards)
    scrap = len(re.findall(r"[\u4e00-\u9fff]", stream.text[start:end])) < _FEWEST_CHARACTERS
    return (end, below) if whole and scrap and below - end >= _SHORTEST_UNION else (start, end)


def _hits(stream: TextStream, rules: DocumentFields) -> Iterator[tuple[int, int, FieldRule]]:
    """The labels: 基层工会 is one, and part of many a union's name, so that a label opens its line or has a colon, and follows no other
    label of its field."""
    before: FieldRule | None = None
    for start, end, rule in Labels(rules.fields).find(stream):
        colon = stream.text[end : end + 1] == ":"
        if colon or (stream.starts_line(start) and rule != before):
            yield start, end, rule
            before = rule


def _with_further_digits(stream: TextStream, end: int, limit: int) -> int:
    """The end of a number that was wrapped: lines of nothing but digits before the next label belong to it."""
    while end < limit and stream.text[end : (stop := min(limit, stream.line_end(end)))].isdigit():
        end = stop
    return end


def _with_wrapped_lines(stream: TextStream, start: int, end: int, limit: int, cards: CardRules) -> int:
    """The end of a union's name that runs on below its first line, as long as it is no whole name and lines stand in its column."""
    while end < limit:
        following_text = stream.text[end : min(limit, stream.line_end(end))]
        # …工会 is whole, and yet 委员会 may stand on the line below it.
        is_tail = re.fullmatch(f".{{0,4}}(?:{cards.union_name_end})", following_text) is not None
        if not is_tail and _is_whole(simplified(stream.text[start:end], cards), cards):
            break
        first, following = stream.touched(start, end)[-1], stream.touched(end, end + 1)[0]
        if first.box is None or following.box is None or abs(following.box.x0 - first.box.x0) > _SAME_COLUMN + first.box.width / 2:
            break
        if following.box.y0 - first.box.y1 > first.box.height or not re.match(r"[\u4e00-\u9fff]", stream.text[end]):
            break
        end = min(limit, stream.line_end(end))
    return end


def _is_whole(name: str, cards: CardRules) -> bool:
    return re.search(f"(?:{cards.union_name_end})$", name) is not None


def _plausible(value: FieldValue, cards: CardRules, review_below: float) -> FieldValue:
    """A union's name in simplified characters, doubted where it does not end as such names do: its last line or characters are missing."""
    if not value.value:
        return value
    text = simplified(value.value, cards)
    if value.field == "union_name":
        whole = _is_whole(text, cards)
        confidence = value.confidence if whole else min(value.confidence, _INCOMPLETE)
        return changed(value, review_below, confidence=confidence, text=text, contradicted=not whole)
    if value.field == "card_number" and not _FEWEST_DIGITS <= len(value.value) <= _MOST_DIGITS:
        return changed(value, review_below, confidence=min(value.confidence, _INCOMPLETE), contradicted=True)
    if value.field == "name" and text != value.value:
        return changed(value, review_below, confidence=min(value.confidence, _INCOMPLETE), contradicted=True)
    return value


def _bare_card_number(page: Page, stream: TextStream, review_below: float) -> list[FieldValue]:
    """The only long number on the card, where no label names it."""
    numbers = list(_CARD_NUMBER.finditer(stream.text))
    if len(numbers) != 1:
        return []
    return [value_at(FieldRule(field="card_number", form="digits"), page, stream, *numbers[0].span(), review_below)]
