"""How a value stands on a card: a stretch of its text as a value with evidence; and the stamps and notes that a copy bears besides.

Comes in: the lines of one card. Goes out: values, and the card's own lines parted from stamps. Called by `id_card` and `union_card`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rapidfuzz.distance import OSA

from pipeline.documents.field_values import field_value, passage_evidence
from pipeline.text.normal_forms import squeeze
from pipeline.text.page_text import TextStream
from schemas.layout import Box, Line, Page
from schemas.records import FieldValue
from schemas.rules import CardRules, FieldRule

# What lies below a stamp may have lost a character without a trace; what was read as one line with a stamp is not to be told from it.
_COVERED, _MINGLED = 0.9, 0.5


@dataclass(frozen=True)
class Card:
    """A card's own lines, and the stamps on it that void the copy."""

    lines: tuple[Line, ...]
    void: tuple[Line, ...]


def without_stamps(lines: Sequence[Line], cards: CardRules, labels: Sequence[str] = ()) -> Card:
    """Part the card's own lines from stamps (复印无效) and notes (仅供…使用) over it; lines that those cover are doubted. What opens with
    one of the card's `labels` is the card's, up to the note."""
    own: list[Line] = []
    void: list[Line] = []
    covers: list[Box] = []
    for line in lines:
        text = squeeze(line.text)
        opening = re.search(cards.note_opening, text)
        note = re.fullmatch(cards.purpose_notes, text) or re.search(cards.not_void, text) or opening
        stamp = None if note else _stamp_in(text, cards.void_stamps)
        if stamp is not None:
            void.append(line)
        if (note or stamp) and line.box is not None:
            covers.append(line.box)
        if not note and not stamp:
            own.append(line)
            continue
        # A stamp or note and what lies beside it were read as one line.
        rest = text[: opening.start()] if opening else "" if stamp is None else text[: stamp[0]] + text[stamp[1] :]
        if not rest and labels and text.startswith(tuple(labels)):
            rest = text[: max((at for at in range(len(text)) if re.fullmatch(cards.purpose_notes, text[at:])), default=0)]
        if len(rest) > (0 if opening else 1):
            own.append(line.model_copy(update={"text": rest, "alternative": None, "confidence": min(line.confidence, _MINGLED)}))
    return Card(tuple(_at_most(line, _COVERED) if _is_covered(line, covers) else line for line in own), tuple(void))


def _stamp_in(text: str, stamps: Sequence[str]) -> tuple[int, int] | None:
    """Where in a text the stamp's wording stands, one character misread or lost; None if nowhere."""
    found: list[tuple[int, int, int]] = []  # distance, start, end
    for word in stamps:
        for length in (len(word), len(word) - 1):
            for at in range(len(text) - length + 1):
                distance = OSA.distance(text[at : at + length], word, score_cutoff=1)
                if distance <= 1:
                    found.append((distance, at, at + length))
    return min(found)[1:] if found else None


def _at_most(line: Line, confidence: float) -> Line:
    return line.model_copy(update={"confidence": min(line.confidence, confidence)})


def _is_covered(line: Line, covers: Sequence[Box]) -> bool:
    """Whether a stamp reaches into the line by a third of its height; a frame that touches it hides nothing."""
    if line.box is None:
        return False
    for cover in covers:
        wide = min(line.box.x1, cover.x1) - max(line.box.x0, cover.x0)
        high = min(line.box.y1, cover.y1) - max(line.box.y0, cover.y0)
        # Lines of a turned card stand on end.
        share = high / line.box.height if line.box.width > line.box.height else wide / line.box.width
        if min(wide, high) > 0 and share > 1 / 3:
            return True
    return False


def value_at(rule: FieldRule, page: Page, stream: TextStream, start: int, end: int, review_below: float) -> FieldValue:
    """The stretch [start, end) of the card's text as the field's value; what a second reading reads otherwise is disputed."""
    passage = stream.passage(start, end)
    evidence = replace(passage_evidence(passage, page), disputed=stream.disputed(start, end))
    return field_value(rule, [passage.raw], evidence, review_below)


def changed(
    value: FieldValue, review_below: float, *, confidence: float, text: str | None = None, contradicted: bool = False
) -> FieldValue:
    """The value with another confidence, and the text of its normal form where given.

    A person must look at what was for a person before, unless something bears it out, and at what is `contradicted`, whatever the score.
    """
    shown = value.value if text is None else text
    still = value.needs_review and confidence <= value.confidence
    review = bool(value.raw) and (contradicted or still or confidence < review_below or not shown)
    return value.model_copy(update={"value": shown, "confidence": round(confidence, 4), "needs_review": review})


def first_of_each(values: Sequence[FieldValue]) -> list[FieldValue]:
    """One value a field: the first that says something, else the first blank one."""
    chosen: dict[str, FieldValue] = {}
    for value in values:
        if value.field not in chosen or (not chosen[value.field].value and value.value):
            chosen[value.field] = value
    return list(chosen.values())


def simplified(text: str, cards: CardRules) -> str:
    """The text with traditional forms, which a recogniser mixes in, as their simplified ones."""
    return "".join(cards.character_variants.get(character, character) for character in text)
