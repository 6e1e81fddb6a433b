"""What a value's own form says of it: check digits, closed lists, plausible dates and numbers.

Comes in: a value and the rulebook. Goes out: a `Check`. Called by `signals`. A check never changes a value; it only weighs a reading.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from pipeline.catalogue.awards import known_award
from pipeline.catalogue.issuers import resolve_issuer
from pipeline.confidence.misreadings import misread
from pipeline.text.normal_forms import id_number_fault, squeeze
from schemas.calibration import Check
from schemas.layout import Method
from schemas.records import FieldValue
from schemas.rules import Rulebook

_DAY = re.compile(r"\d{4}-\d{2}(?:-\d{2})?")
_DATES = frozenset(
    ["birth_date", "honour_date", "signed_on", "employer_opinion_date", "unit_opinion_date", "valid_from", "valid_to", "filled_on"]
)
_ANSWERS = frozenset(["yes", "no"])
_LONGEST_LIFE = 100  # years: nobody who works was born earlier, no card is valid longer
_CARD_DIGITS = range(10, 21)


def check(value: FieldValue, rulebook: Rulebook) -> Check:
    """How a value fits what its field demands; `none` for free text and for a value that is blank. What is typed is as it was meant: only
    a recognised text can be misread."""
    if not value.value:
        return "none"
    recognised = value.method == Method.OCR
    if recognised and misread(value, rulebook):
        return "failed"
    if value.field == "ethnicity":
        return _ethnicity(value.value, rulebook, "failed" if recognised else "none")
    if value.field in _DATES:
        return _date(value.value, rulebook)
    if value.field.startswith("declared_"):
        return "listed" if value.value in _ANSWERS else "failed"
    test = _TESTS.get(value.field)
    if test is not None:
        return test(value.value, rulebook)
    return "listed" if _in_list(value, rulebook) else "none"


def _date(text: str, rulebook: Rulebook) -> Check:
    """A date of this edition's time: readers confuse figures, and most confusions of the year are far off."""
    if text == "长期":
        return "listed"
    if not _DAY.fullmatch(text):
        return "none"
    return "plausible" if abs(int(text[:4]) - rulebook.edition.deadline.year) <= _LONGEST_LIFE else "failed"


def _ethnicity(text: str, rulebook: Rulebook, otherwise: Check) -> Check:
    """One of the 56 (GB/T 3304) and the two wordings that ID cards have besides."""
    known = rulebook.documents.cards.ethnicities
    return "listed" if not known or text in known or text.removesuffix("族") in known else otherwise


def _in_list(value: FieldValue, rulebook: Rulebook) -> bool:
    """Whether the value is one of the wordings that the rulebook knows for its field."""
    groups = rulebook.findings.comparison.synonyms.get(value.field, ())
    return any(squeeze(value.value) == squeeze(word) for group in groups for word in group)


def _number(pattern: str, text: str) -> Check:
    return "plausible" if re.fullmatch(pattern, text) else "failed"


def _issuers(text: str, rulebook: Rulebook) -> Check:
    """Registered names are a closed list; what only has the form of an issuer's name (another city's association) may be a misreading."""
    found = {resolve_issuer(name, "", None, rulebook).how for name in text.split("、")}
    if found <= {"name", "short_form"}:
        return "listed"
    return "plausible" if found <= {"name", "short_form", "pattern"} else "none"


_TESTS: Mapping[str, Callable[[str, Rulebook], Check]] = {
    "id_number": lambda text, rulebook: "listed" if id_number_fault(text) is None else "failed",
    "sex": lambda text, rulebook: "listed" if text in ("男", "女") else "failed",
    "phone": lambda text, rulebook: _number(rulebook.findings.comparison.phone_pattern, text),
    "postcode": lambda text, rulebook: _number(rulebook.findings.comparison.postcode_pattern, text),
    "card_number": lambda text, rulebook: "plausible" if text.isdigit() and len(text) in _CARD_DIGITS else "failed",
    "union_card_number": lambda text, rulebook: "plausible" if text.isdigit() and len(text) in _CARD_DIGITS else "failed",
    "honour_issuer": _issuers,
    "honour_title": lambda text, rulebook: "plausible" if known_award(text, rulebook.awards) is not None else "none",
}
