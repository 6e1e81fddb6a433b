"""Signs in a recognised text that it was not read right, whatever the score: words that are not the value's, places that are none.

Comes in: a recognised value and the rulebook. Goes out: whether a person must compare it with the paper. Called by `checks`.

The recogniser's probabilities cannot see a character that it dropped, nor that 颍 and 䶮 are not in its dictionary; these signs can.
"""

from __future__ import annotations

import re

from pipeline.catalogue.prepared import once_per_part
from pipeline.confidence.places import misplaced
from pipeline.text.likeness import is_rare
from pipeline.text.normal_forms import squeeze
from schemas.codes import DocType
from schemas.records import FieldValue
from schemas.rules import Documents, Rulebook

_PLACED = frozenset(["address", "authority", "district", "employer", "recommending_unit", "honour_issuer", "union_name"])
# Nobody signs or seals a month, and a card is valid from day to day: what has no day has lost it.
_DAYS = frozenset(["signed_on", "employer_opinion_date", "unit_opinion_date", "valid_from", "valid_to"])
_TEXTS = frozenset(["craft_speciality", "quality_skill", "leading_role", "contribution", "cv"])
_MONTH = re.compile(r"\d{4}(?:-\d{2})?")
_SENTENCE, _CLOSED = "。", "。！？；…”』）)!?.;:"
_SHORT = 24  # characters: an entry beside a label; running text may end with any word
_POINT_IN_YEAR = re.compile(r"\d\d\.\d\d年")  # a speck within 2019年; nobody counts years to the hundredth
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")


def misread(value: FieldValue, rulebook: Rulebook) -> bool:
    """Whether the value's own text says that it was not read right."""
    text = squeeze(value.value)
    return (
        (value.field in _DAYS and _MONTH.fullmatch(text) is not None)
        or (value.field in _TEXTS and _breaks_off(text))
        or (value.field in _PLACED and any(misplaced(name) for name in text.split("、")))
        or (value.field == "address" and text[:1].isdigit())
        or _swallowed(value, rulebook)
        or _POINT_IN_YEAR.search(text) is not None
        or _unusual_character(text)
    )


def _breaks_off(text: str) -> bool:
    """Whether a text of whole sentences ends without a full stop: its last characters were lost, or a stamp's stand behind it."""
    return _SENTENCE in text and text[-1] not in _CLOSED


def _swallowed(value: FieldValue, rulebook: Rulebook) -> bool:
    """Whether a line of the value, or the end of a short one, is another field's label, or a stamp's wording stands in it: 黄浦区邮编."""
    lines = [squeeze(line) for line in value.raw.split("\n")]
    foreign = {label for field, labels in _labels(rulebook.documents).items() if field != value.field for label in labels}
    foreign -= _labels(rulebook.documents).get(value.field, frozenset())
    beside = len(lines) > 1 and any(line in foreign for line in lines)
    text = "".join(lines)
    behind = len(text) <= _SHORT and any(text.endswith(label) and text != label for label in foreign)
    return beside or behind or any(stamp in line for line in lines for stamp in rulebook.documents.cards.void_stamps)


@once_per_part
def _labels(documents: Documents) -> dict[str, frozenset[str]]:
    """The labels beside the entries of a form, by field: of two characters at least; a single one (区) is an ordinary end of a value."""
    found: dict[str, set[str]] = {}
    for rule in (rule for fields in documents.fields if fields.doc_type is DocType.APPLICATION_FORM for rule in fields.fields):
        found.setdefault(rule.field, set()).update(squeeze(word) for word in rule.labels if len(word) > 1)
    return {field: frozenset(labels) for field, labels in found.items()}


def _unusual_character(text: str) -> bool:
    """Whether a character is outside GB 2312: a traditional form that blurred print reads as (機, 龔), or one so rare (䶮) that the
    recogniser's word for it is worth little."""
    return any(is_rare(char) for char in text if _HAN.match(char))
