"""What a person types as the value of a field → its normal form, by the same rules as what is read.

Comes in: a document type, a field and a text as people write it. Goes out: the normal form or None. Called by `flows.review`.
"""

from __future__ import annotations

from pipeline.documents.field_values import normalise
from pipeline.text.normal_forms import normal_date, squeeze
from schemas.codes import DocType
from schemas.rules import FieldRule, Rulebook

_ANSWERS = {"是": "yes", "有": "yes", "yes": "yes", "否": "no", "无": "no", "不是": "no", "没有": "no", "no": "no"}
_DATES = frozenset(
    {"birth_date", "signed_on", "employer_opinion_date", "unit_opinion_date", "honour_date", "valid_from", "valid_to", "filled_on"}
)


def entered_value(doc_type: str, field: str, text: str, rulebook: Rulebook) -> str | None:
    """The normal form of what a person entered; '' for a blank place, None where the text has no such form (an impossible date)."""
    if not text.strip():
        return ""
    if field.startswith("declared_"):
        return _ANSWERS.get(squeeze(text).lower())
    if field in _DATES:
        return normal_date(text)
    return normalise(_rule_of(doc_type, field, rulebook), text)


def _rule_of(doc_type: str, field: str, rulebook: Rulebook) -> FieldRule:
    for fields in rulebook.documents.fields:
        if fields.doc_type == DocType(doc_type):
            for rule in (*fields.fields, *fields.columns):
                if rule.field == field:
                    return rule
    return FieldRule(field=field)
