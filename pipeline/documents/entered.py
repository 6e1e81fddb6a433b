"""What a person types as the value of a field → its normal form, by the same rules as what is read.

Comes in: a document type, a field and a text as people write it. Goes out: the normal form or None. Called by `flows.review`.
"""

from __future__ import annotations

from pipeline.documents.field_values import normalise
from pipeline.text.normal_forms import normal_date, squeeze
from schemas.codes import DocType
from schemas.rules import Answers, DocumentFields, FieldRule, Rulebook

_PERIOD = frozenset({"valid_from", "valid_to"})  # the two ends of what stands on a card as one period


def entered_value(doc_type: str, field: str, text: str, rulebook: Rulebook) -> str | None:
    """The normal form of what a person entered; '' for a blank place, None where the text has no such form (an impossible date)."""
    if not text.strip():
        return ""
    known = next((one for one in rulebook.documents.fields if one.doc_type == DocType(doc_type)), None)
    if known is None:
        return normalise(FieldRule(field=field), text)
    if field in {rule.field for rule in known.declarations}:
        return _answer(squeeze(text), known.answers)
    if field in _PERIOD | {approval.date_field for approval in known.approvals}:
        return normal_date(text)
    return normalise(_rule_of(field, known), text)


def _answer(text: str, answers: Answers) -> str | None:
    return "yes" if text in (*answers.agreed, "yes") else "no" if text in (*answers.denied, "no") else None


def _rule_of(field: str, known: DocumentFields) -> FieldRule:
    return next((rule for rule in (*known.fields, *known.columns) if rule.field == field), FieldRule(field=field))
