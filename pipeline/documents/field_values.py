"""From a raw text with its evidence to a `FieldValue`: the normal form, and whether a person must look.

Called by every module that maps fields. A value needs review when it was read with less confidence than the edition asks for, when
two readings of it differ, or when there is a text but no normal form.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pipeline.text.normal_forms import (
    id_number_fault,
    name_key,
    normal_date,
    normal_digits,
    normal_ethnicity,
    normal_id_number,
    normal_phone,
    normal_sex,
    squeeze,
)
from pipeline.text.page_text import Passage, join_lines, union_of
from schemas.codes import CHECK_FIELDS
from schemas.layout import Box, Cell, Line, Method, Page
from schemas.records import FieldValue
from schemas.rules import FieldRule

# What a reading is worth when a second one differs, and when a checked number fails its check: both go to a person.
_DISAGREEMENT_FACTOR = 0.8
_FAILED_CHECK_FACTOR = 0.9
# Between two dates a recogniser takes the dash for the numeral; a numeral cannot stand there.
_DASH_BETWEEN_DATES = re.compile(r"(?<=[年月日])一(?=(?:19|20)\d\d\s*[年.])")

_BROKEN_FIGURE = re.compile(r"\d\s*\n\s*\d")


def _normal_name(text: str) -> str | None:
    return name_key(text) or None


_NORMAL_FORMS: dict[str, Callable[[str], str | None]] = {
    "name": _normal_name,
    "date": normal_date,
    "sex": normal_sex,
    "ethnicity": normal_ethnicity,
    "phone": normal_phone,
    "id_number": normal_id_number,
    "digits": normal_digits,
}


@dataclass(frozen=True)
class Evidence:
    """Where and how a raw text was read. `disputed`: a second reading of it differed."""

    page: int | None
    method: Method
    box: Box | None = None
    confidence: float = 1.0
    disputed: bool = False


def page_number(page: Page) -> int | None:
    """The number by which evidence names the page: None for a Word body, which has no pages."""
    return None if page.method == Method.DOCX else page.number


def lines_evidence(lines: Sequence[Line], page: Page, place: Box | None = None) -> Evidence:
    """The evidence of some lines: their common box (or `place`, the cell's), the least confidence."""
    box = union_of(line.box for line in lines if line.box is not None) or place
    confidence = min((line.confidence for line in lines), default=1.0)
    disputed = any(line.alternative is not None and squeeze(line.alternative) != squeeze(line.text) for line in lines)
    return Evidence(page_number(page), page.method, box, confidence, disputed)


def passage_evidence(passage: Passage, page: Page) -> Evidence:
    """The evidence of a stretch of running text."""
    return Evidence(page_number(page), page.method, passage.box, passage.confidence)


def cell_lines(cells: Sequence[Cell]) -> list[Line]:
    """The text lines of some cells, those of nested tables included."""
    return [line for cell in cells for line in (*cell.lines, *(line for table in cell.tables for line in cell_lines(table.cells)))]


def field_value(rule: FieldRule, raw_lines: Sequence[str], evidence: Evidence, review_below: float, *, row: int = 0) -> FieldValue:
    """The value of a field from its raw lines; blank lines give '' with '' as raw: seen and empty."""
    raw = "\n".join(text for text in raw_lines if text.strip())
    value = normalise(rule, _DASH_BETWEEN_DATES.sub("—", raw) if evidence.method == Method.OCR else raw)
    confidence = evidence.confidence
    if evidence.disputed:
        confidence *= _DISAGREEMENT_FACTOR
    if evidence.method == Method.OCR and _fails_check(rule, value):
        confidence *= _FAILED_CHECK_FACTOR
    return FieldValue(
        field=rule.field,
        row=row,
        value=value or "",
        raw=raw,
        confidence=round(confidence, 4),
        page=evidence.page,
        box=evidence.box,
        method=evidence.method,
        needs_review=bool(raw)
        and rule.field not in CHECK_FIELDS
        and (confidence < review_below or value is None or _may_go_on(rule, raw, evidence)),
    )


def _may_go_on(rule: FieldRule, raw: str, evidence: Evidence) -> bool:
    """Whether a scanned date is broken between two figures: 2019.11.1 above 0 may be the first or the tenth."""
    return rule.form == "date" and evidence.method == Method.OCR and bool(_BROKEN_FIGURE.search(raw))


def normalise(rule: FieldRule, raw: str) -> str | None:
    """The normal form of a raw text under a rule; None if it has none. Free text is joined to one line."""
    if not raw.strip():
        return None
    form = _NORMAL_FORMS.get(rule.form)
    if form is not None:
        return form(raw)
    return join_lines(raw.split("\n")) or None


def _fails_check(rule: FieldRule, value: str | None) -> bool:
    """Whether a recognised value contradicts its own rule, so that the reading is the first suspect."""
    if value is None:
        return False
    if rule.form == "id_number":
        return id_number_fault(value) is not None
    return rule.form == "phone" and len(value) not in (11, 12, 8)
