"""Misread names of issuers: lifted where register and seal leave one choice, doubted where they only have the form of a name."""

from __future__ import annotations

import pytest

from pipeline.certificates.issuer_readings import lifted, strange, unprinted
from schemas.layout import Box, Mark
from schemas.rules import Rulebook
from tests.layouts import seal

_PLACE = Box(x0=0.6, y0=0.6, x1=0.8, y1=0.75)


@pytest.mark.parametrize(
    ("printed", "seals", "name"),
    [
        ("上海市经济和信化委员会", [], "上海市经济和信息化委员会"),
        ("上海市市场监督管理场局", [], "上海市市场监督管理局"),
        ("会付督量中中国质量协会", [], "中国质量协会"),
        ("上海市清浦区市场监督管理局", ["上海市青浦区市场监督管理局"], "上海市青浦区市场监督管理局"),
        ("上海市清浦区市场监督管理局", [], None),  # may be 青浦, 黄浦 or 杨浦
        ("中国质谱协会", [], None),  # has the form of another society, and no seal says otherwise
        ("上海市质量协会", ["中国质量协会"], None),  # registered: nothing to lift, whatever the seal says
    ],
)
def test_a_misread_issuer_is_lifted_only_where_one_choice_is_left(
    printed: str, seals: list[str], name: str | None, rulebook: Rulebook
) -> None:
    assert lifted(printed, [seal(text, _PLACE) for text in seals], rulebook) == name


@pytest.mark.parametrize(
    ("name", "doubted"),
    [
        ("江省质量协会", True),
        ("上海市清浦区总工会", True),
        ("中国水租电力质量管理协会", True),
        ("江苏省质量协会", False),
        ("上海市青浦区总工会", False),
        ("上海市质量协会", False),
    ],
)
def test_the_form_of_a_name_does_not_make_a_misread_place_certain(name: str, doubted: bool, rulebook: Rulebook) -> None:
    assert strange(name, rulebook) is doubted


def test_a_seal_that_names_an_organisation_nobody_printed_is_not_passed_over(rulebook: Rulebook) -> None:
    mark: Mark = seal("质全国协中量", _PLACE).model_copy(update={"alternatives": ("中国质量协会",)})
    assert unprinted([mark], ["中华全国总工会"], rulebook)
    assert not unprinted([mark], ["中华全国总工会", "中国质量协会"], rulebook)
