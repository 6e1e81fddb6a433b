"""What a reviewer types becomes the same normal form as what is read; what is no such value is refused, never kept as typed."""

from __future__ import annotations

import pytest

from pipeline.documents.entered import entered_value
from schemas.rules import Rulebook


@pytest.mark.parametrize(
    ("doc_type", "field", "typed", "value"),
    [
        ("application_form", "phone", "138 0000 0001", "13800000001"),
        ("application_form", "birth_date", "1985年3月", "1985-03"),
        ("application_form", "signed_on", "2024年3月8日", "2024-03-08"),
        ("application_form", "signed_on", "二月三十", None),
        ("application_form", "ethnicity", "汉", "汉族"),
        ("application_form", "declared_leader", "否", "no"),
        ("application_form", "declared_leader", "符合", "yes"),
        ("application_form", "declared_leader", "也许", None),
        ("application_form", "employer", " 上海某厂 ", "上海某厂"),
        ("application_form", "cv", "  ", ""),
        ("application_form", "honour_date", "二〇二二年八月", "2022-08"),
        ("id_card", "valid_to", "长期", "长期"),
        ("id_card", "valid_from", "2015.07.15", "2015-07-15"),
        ("certificate", "honour_title", "质量技术奖", "质量技术奖"),
    ],
)
def test_an_entry_takes_the_form_that_the_contract_names_or_is_refused(
    rulebook: Rulebook, doc_type: str, field: str, typed: str, value: str | None
) -> None:
    assert entered_value(doc_type, field, typed, rulebook) == value
