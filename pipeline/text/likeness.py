"""When two written names, numbers or organisations denote the same: the comparisons of the resolver and of the checks.

Comes in: texts as they were read, and the rulebook's word lists. Goes out: keys that are equal for equal things, and whether two are
nearly so. Called by `mentions`, `persons`, `units`, `place_documents` and the checks.
"""

from __future__ import annotations

import re
from typing import Literal

from rapidfuzz.distance import OSA

from pipeline.text.normal_forms import id_number_fault, long_id_number, name_key, normal_id_number, squeeze
from schemas.records import FieldValue
from schemas.rules import Comparison, Rulebook

Likeness = Literal["same", "other", "unclear"]
_PERSON_NAME = re.compile(r"[\u3400-\u9fff]{2,4}|[\u3400-\u9fff]{1,8}(?:·[\u3400-\u9fff]{1,8})+")


def person_key(text: str, comparison: Comparison) -> str:
    """A person's name for comparison: squeezed, without middle dots and what politeness adds; '' where there is no name."""
    key = name_key(text)
    for honorific in comparison.honorifics:
        key = key.removesuffix(honorific) or key
    return key.replace("·", "").replace(".", "").upper()  # a scanned middle dot is often read as a full stop


def looks_like_person(text: str, comparison: Comparison) -> bool:
    """Whether a text may be one person's name rather than a team or an organisation; uncertain texts say no."""
    key = name_key(text)
    for honorific in comparison.honorifics:
        key = key.removesuffix(honorific) or key
    return bool(_PERSON_NAME.fullmatch(key)) and not any(word in key for word in comparison.not_in_person_names)


def one_slip(left: str, right: str) -> bool:
    """Whether two different names are one wrong, dropped or added character apart, or one rare character fell apart: what a misreading
    does."""
    if left == right or min(len(left), len(right)) < 2:
        return False
    return OSA.distance(left, right, score_cutoff=1) <= 1 or fell_apart(left, right) or fell_apart(right, left)


def fell_apart(name: str, read: str) -> bool:
    """Whether `read` is `name` with one rare character lost, replaced or read as its two halves (喆 as 吉吉, 䶮 as 龙天 or a box)."""
    for at, char in enumerate(name):
        lost = len(read) - len(name) + 1
        if is_rare(char) and 0 <= lost <= 2 and read[:at] == name[:at] and read[at + lost :] == name[at + 1 :]:
            return name != read
    return False


def is_rare(char: str) -> bool:
    """Whether a character is outside GB 2312: such are missing from fonts and from the dictionaries of recognisers."""
    try:
        return not char.encode("gb2312")
    except UnicodeEncodeError:
        return True


def id_key(text: str) -> str:
    """An ID number as 18 characters where possible (15-digit numbers in their later form); '' where it is no number."""
    return long_id_number(normal_id_number(text) or "")


def valid_id(number: str) -> bool:
    """Whether a number in normal form has the length, date and check digit of GB 11643."""
    return bool(number) and id_number_fault(number) is None


def near_id(left: str, right: str) -> bool:
    """Whether two different ID numbers are at most two slips apart: one digit wrong, and the check digit made to fit or misread as well."""
    return left != right and min(len(left), len(right)) >= 15 and OSA.distance(left, right, score_cutoff=2) <= 2


def organisation_key(text: str, comparison: Comparison) -> str:
    """An organisation's name for comparison: squeezed, without punctuation and legal form (有限公司 …), so that spelling variants are
    equal."""
    bare = "".join(char for char in squeeze(text) if char.isalnum()).upper()
    for form in sorted(comparison.legal_forms, key=len, reverse=True):
        bare = bare.replace(form, "") or bare
    return bare


def distinctive(text: str, comparison: Comparison) -> str:
    """What is left of an organisation's name without the words that many share (上海, 集团, 工会 …); may be ''."""
    bare = organisation_key(text, comparison)
    for word in sorted(comparison.generic_words, key=len, reverse=True):
        bare = bare.replace(word, "")
    return bare


def confident(value: FieldValue, rulebook: Rulebook) -> bool:
    """Whether a value was read well enough to state a finding on it."""
    return not value.needs_review and value.confidence >= rulebook.edition.review_below


def blank(value: FieldValue) -> bool:
    """Whether the place of the value was seen and nothing stands in it."""
    return not value.value.strip() and not value.raw.strip()
