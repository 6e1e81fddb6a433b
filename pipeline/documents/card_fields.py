"""The values on an ID card (GA 490) or a union member card, and what a clerk looks for besides: sides, stamps, cut edges.

Comes in: the lines of one page, or of the part of it that the card covers. Goes out: the card's values; for an ID card also which sides are
shown (`card_side`), stamps that void the copy (`card_void`), the edges at which the card is cut off (`card_cut`). Called by `map_fields`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from pipeline.documents.card_frame import cut_edges
from pipeline.documents.card_values import without_stamps
from pipeline.documents.field_values import lines_evidence, page_number
from pipeline.documents.id_card import id_card_values
from pipeline.documents.union_card import union_card_values
from pipeline.text.page_text import TextStream
from schemas.codes import DocType
from schemas.layout import Line, Page
from schemas.records import FieldValue
from schemas.rules import CardRules, DocumentFields

_FRONT, _BACK = {"name", "id_number", "address"}, {"authority", "valid_from"}
_FRONT_SIGN, _BACK_SIGN = re.compile("公民身份号码"), re.compile("签发机关|居民身份证")


def card_fields(
    page: Page,
    lines: Sequence[Line],
    rules: DocumentFields,
    cards: CardRules,
    review_below: float,
    is_name: Callable[[str], bool] = lambda _: False,
) -> list[FieldValue]:
    """The card's values; a label whose value could not be found gives '' with '' as raw. `is_name` tells a plain person's name."""
    card = without_stamps(lines, cards, [label for rule in rules.fields for label in rule.labels])
    if rules.doc_type == DocType.UNION_CARD:
        return union_card_values(page, card.lines, rules, cards, review_below, is_name)
    values = id_card_values(page, card.lines, rules, cards, review_below)
    void = [_void_mark(page, row, line) for row, line in enumerate(card.void, start=1)]
    stated = {value.field for value in values if value.value}
    cut = [_mark(page, "card_cut", row, edge) for row, edge in enumerate(cut_edges(page, card.lines, cards, stated), start=1)]
    return [*values, *_side_values(page, card.lines, values), *void, *cut]


def _side_values(page: Page, lines: Sequence[Line], values: Sequence[FieldValue]) -> list[FieldValue]:
    """Which sides the page shows, as `card_side` rows."""
    seen = {value.field for value in values}
    text = TextStream(lines).text
    front, back = seen & _FRONT or _FRONT_SIGN.search(text), seen & _BACK or _BACK_SIGN.search(text)
    sides = [(1, "front", front, seen & _FRONT), (2, "back", back, seen & _BACK)]
    # A sheet that shows one side twice usually lacks the other: whoever checks the card must be able to say so.
    twice = [(len(_FRONT_SIGN.findall(text)) > 1, 3, "front"), (text.count("签发机关") > 1, 4, "back")]
    return [
        *(_mark(page, "card_side", row, side, "、".join(sorted(stated))) for row, side, shown, stated in sides if shown),
        *(_mark(page, "card_side", row, side) for again, row, side in twice if again),
    ]


def _void_mark(page: Page, row: int, line: Line) -> FieldValue:
    evidence = lines_evidence([line], page)
    return _mark(page, "card_void", row, "void", line.text).model_copy(update={"confidence": evidence.confidence, "box": evidence.box})


def _mark(page: Page, field: str, row: int, value: str, raw: str = "") -> FieldValue:
    return FieldValue(field=field, row=row, value=value, raw=raw or value, confidence=1.0, page=page_number(page), method=page.method)
