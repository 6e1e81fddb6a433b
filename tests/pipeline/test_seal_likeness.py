"""Names on seals: misread rings still match, look-alikes never do, and what cannot be told is left to a person."""

from __future__ import annotations

import pytest

from pipeline.text.likeness import organisation_key
from pipeline.text.seal_likeness import compare_seal
from schemas.rules import Rulebook

LOGISTICS = "上海申浦物流有限公司"
MACHINES = "上海申浦重型机床有限公司"


@pytest.mark.parametrize(
    ("readings", "expected"),
    [
        ([LOGISTICS], LOGISTICS),
        (["海申浦物流有限公"], LOGISTICS),  # ends worn off
        (["嘉出理)上海申浦物流有限公司日程"], LOGISTICS),  # scraps around
        (["上海电浦物流有限公司", "上海申浦吻流有限公", "上海申浦物流有公司"], LOGISTICS),  # right in one of three
        (["上海重型机床有限公司会", "上海申浦重型床有限公司工会"], "上海申浦重型机床有限公司工会"),  # a character unread
        (["上海市申浦物流有限公司工会"], LOGISTICS),
        (["宝山区总工会"], "上海市宝山区总工会"),
    ],
)
def test_a_misread_seal_is_still_recognised(rulebook: Rulebook, readings: list[str], expected: str) -> None:
    assert compare_seal(readings, expected, rulebook.findings.comparison) == "same"


@pytest.mark.parametrize(
    ("readings", "expected"),
    [
        (["上海申岚物流有限公司"], LOGISTICS),
        (["上海申浦物资有限公司"], LOGISTICS),
        (["上海华锐重型机床有限公司"], MACHINES),
        (["海华锐重型机床有限公司"], MACHINES),
        (["上海市闵行区市场监督管理局"], "上海市市场监督管理局"),
        (["上海市市场监督管理局"], "上海市闵行区市场监督管理局"),
        (["中国质量协会"], "上海市质量协会"),
        (["中国质量检验协会"], "中国质量协会"),
        (["三菱纺织有限公司工会"], "上海纺织（集团）工会"),
        (["临汽车部件集团有限公"], "上海沪江汽车部件集团有限公司"),
    ],
)
def test_a_look_alike_is_never_taken_for_the_unit(rulebook: Rulebook, readings: list[str], expected: str) -> None:
    assert compare_seal(readings, expected, rulebook.findings.comparison) != "same"


def test_another_company_of_the_same_brand_is_another(rulebook: Rulebook) -> None:
    assert compare_seal([MACHINES], LOGISTICS, rulebook.findings.comparison) == "other"
    assert compare_seal([LOGISTICS], MACHINES, rulebook.findings.comparison) == "other"


def test_a_known_organisation_that_fits_better_is_believed(rulebook: Rulebook) -> None:
    comparison = rulebook.findings.comparison
    sister = "上海申浦物资有限公司"
    assert compare_seal([sister], LOGISTICS, comparison) == "unclear"
    assert compare_seal([sister], LOGISTICS, comparison, {organisation_key(sister, comparison)}) == "other"


def test_the_spelling_of_a_colleague_is_no_other_organisation(rulebook: Rulebook) -> None:
    comparison = rulebook.findings.comparison
    assert compare_seal([LOGISTICS], "申浦物流有限公司", comparison, {organisation_key(LOGISTICS, comparison)}) == "same"


@pytest.mark.parametrize("readings", [[], [""], ["海"], ["松江"], ["委员会"]])
def test_too_little_read_settles_nothing(rulebook: Rulebook, readings: list[str]) -> None:
    assert compare_seal(readings, "松江船舶有限公司", rulebook.findings.comparison) == "unclear"
