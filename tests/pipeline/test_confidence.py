"""Knowing when not to be sure: a confidence must mean what it says, rise with the score, and never talk a doubt away."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from pipeline.confidence.calibrate import calibrated, confidence_of, recalibrated, right_at
from pipeline.confidence.checks import check
from pipeline.confidence.fit import Example, Fit, choose_threshold, fit, fit_curves, refit
from pipeline.confidence.isotonic import Point, binned, pooled
from pipeline.confidence.signals import signals
from pipeline.confidence.strata import strata
from schemas.calibration import Calibration, Curve, Knot, Signals
from schemas.codes import DocType
from schemas.layout import Box, Line, Method, Page
from schemas.records import FieldValue
from schemas.rules import Rulebook

PLACE = Box(x0=0.1, y0=0.1, x1=0.4, y1=0.12)


def read(field: str = "employer", value: str = "上海申浦机床厂", *, confidence: float = 0.9, review: bool = False) -> FieldValue:
    return FieldValue(field=field, value=value, raw=value, confidence=confidence, page=1, box=PLACE, method=Method.OCR, needs_review=review)


def a_page(*lines: Line, quality: float = 0.98) -> Page:
    return Page(number=1, method=Method.OCR, quality=quality, blocks=lines)


def a_line(
    text: str = "上海申浦机床厂", *, box: Box = PLACE, confidence: float = 0.9, least: float = 0.8, other: str | None = None
) -> Line:
    return Line(text=text, box=box, confidence=confidence, least=least, alternative=other)


def a_calibration(review_below: float = 0.9, curves: Mapping[str, Sequence[tuple[float, float]]] | None = None) -> Calibration:
    made = tuple(
        Curve(stratum=name, count=9, wrong=1, knots=tuple(Knot(score=score, right=right, count=9) for score, right in knots))
        for name, knots in (curves or {"all": [(0.0, 0.2), (0.8, 0.7), (0.95, 0.99)]}).items()
    )
    return Calibration(fitted_with="test", sources=(), count=9, wrong=1, review_below=review_below, curves=made)


def with_calibration(rulebook: Rulebook, calibration: Calibration | None) -> Rulebook:
    return rulebook.model_copy(update={"calibration": calibration})


def simulated(count: int, seed: int = 7, *, support: bool = True) -> list[Example]:
    """Readings whose scores are overconfident in a known way: right with the square of the score; disputed ones half as often."""
    lot = random.Random(seed)
    examples = []
    for number in range(count):
        score, disputed = round(1 - lot.random() ** 2 * 0.6, 4), support and lot.random() < 0.15
        right = lot.random() < score**2 * (0.5 if disputed else 1.0)
        found = Signals(score=score, line=score, disputed=disputed, length=5, document="application_form")
        examples.append(Example(Method.OCR, found, right, group=str(number % 40)))
    return examples


# Signals


def test_a_value_knows_the_lines_it_was_made_of_and_no_others(rulebook: Rulebook) -> None:
    below = Box(x0=0.1, y0=0.14, x1=0.4, y1=0.16)
    page = a_page(a_line(least=0.7, other="上海申浦机床广"), a_line("别的", box=below, confidence=0.2, least=0.1), quality=0.91)
    found = signals(read(), DocType.APPLICATION_FORM, [page], rulebook)
    assert (found.line, found.least, found.disputed, found.quality, found.length) == (0.9, 0.7, True, 0.91, 7)
    assert (found.score, found.document, found.doubtful) == (0.9, "application_form", False)


def test_a_second_reading_that_differs_in_spaces_only_disputes_nothing(rulebook: Rulebook) -> None:
    assert not signals(read(), DocType.APPLICATION_FORM, [a_page(a_line(other="上海 申浦机床厂"))], rulebook).disputed


def test_a_value_without_a_place_has_signals_all_the_same(rulebook: Rulebook) -> None:
    typed = FieldValue(field="name", value="张三", raw="张三", confidence=1.0, method=Method.DOCX)
    found = signals(typed, DocType.APPLICATION_FORM, [Page(number=1, method=Method.DOCX)], rulebook)
    assert (found.line, found.quality) == (None, 1.0)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("id_number", "310110198503122462", "listed"),
        ("id_number", "310110198503122463", "failed"),
        ("phone", "13818020417", "plausible"),
        ("phone", "1381802041", "failed"),
        ("postcode", "20024", "failed"),
        ("birth_date", "1985-03", "plausible"),
        ("birth_date", "1185-03-12", "failed"),
        ("valid_to", "长期", "listed"),
        ("sex", "女", "listed"),
        ("declared_leader", "no", "listed"),
        ("honour_issuer", "上海市质量协会、中国质量协会", "listed"),
        ("honour_issuer", "江苏省质量协会", "plausible"),
        ("honour_issuer", "海市质量协会", "failed"),
        ("ethnicity", "汉族", "listed"),
        ("ethnicity", "穿青人", "listed"),
        ("ethnicity", "汉换族", "failed"),
        ("address", "安徽省颍上县夏桥镇马岗村116号", "none"),
        ("address", "安徽省颖上县夏桥镇马岗村116号", "failed"),
        ("address", "4弄9号908室", "failed"),
        ("authority", "颖上县公安局", "failed"),
        ("authority", "上海市公安局杨浦分局", "none"),
        ("district", "扬浦区", "failed"),
        ("employer", "上海浦东开发区申浦机床厂", "none"),
        ("recommending_unit", "上海市清浦区总工会", "failed"),
        ("recommending_unit", "海市建设", "failed"),
        ("unit_opinion_date", "2024-03", "failed"),
        ("honour_date", "2021-09", "plausible"),
        ("name", "上官梦龔", "failed"),
        ("contribution", "带教徒弟9名。把经验整理成", "failed"),
        ("contribution", "带教徒弟9名。把经验整理成书。", "none"),
        ("contribution", "带教徒弟9名", "none"),
        ("post", "混凝土工职务", "failed"),
        ("post", "焊接岗位", "none"),
        ("employer", "上海申浦电话", "failed"),
        ("certificate_number", "20.19年质字第3号", "failed"),
        ("education", "大学本科", "listed"),
        ("employer", "上海申浦机床厂", "none"),
        ("phone", "", "none"),
    ],
)
def test_a_value_is_held_against_what_its_field_demands(field: str, value: str, said: str, rulebook: Rulebook) -> None:
    assert check(read(field, value), rulebook) == said


@pytest.mark.parametrize(
    ("raw", "said"), [("黄浦区\n邮编", "failed"), ("黄浦\n区", "none"), ("邮编", "none"), ("上海\n复印无效", "failed")]
)
def test_a_label_or_stamp_read_with_a_value_is_no_part_of_it(raw: str, said: str, rulebook: Rulebook) -> None:
    value = read("post", "".join(raw.split())).model_copy(update={"raw": raw})
    assert check(value, rulebook) == said


def test_what_is_typed_was_meant_so(rulebook: Rulebook) -> None:
    for field, text in (("ethnicity", "汉换族"), ("address", "安徽省颖上县"), ("name", "王䶮")):
        assert check(read(field, text).model_copy(update={"method": Method.DOCX}), rulebook) != "failed"


# Handwriting


def a_written_page(axial: float) -> Page:
    places = [Box(x0=0.1, y0=0.1 + 0.05 * step, x1=0.4, y1=0.13 + 0.05 * step) for step in range(4)]
    return a_page(*(a_line(box=box, confidence=0.999, least=0.999).model_copy(update={"axial": axial}) for box in places))


def read_from(page: Page, field: str, value: str, row: int) -> FieldValue:
    line = list(page.lines())[row]
    return read(field, value, confidence=0.999).model_copy(update={"box": line.box, "row": row})


def test_a_form_filled_in_with_a_pen_goes_to_a_person_however_sure_the_recogniser_is(rulebook: Rulebook) -> None:
    sure = with_calibration(rulebook, a_calibration(0.5, {"all": [(0.0, 1.0)]}))
    told = []
    for axial in (0.18, 0.3):
        page = a_written_page(axial)
        values = [read_from(page, "duty", "质重主管", 0), read_from(page, "ethnicity", "汉族", 1), read_from(page, "post", "铣工", 2)]
        told.append([value.needs_review for value in calibrated(values, DocType.APPLICATION_FORM, [page], sure)])
    # What a closed list or a check digit confirms need not be looked at.
    assert told == [[True, False, True], [False, False, False]]


def test_print_that_is_blurred_all_over_is_not_taken_for_handwriting(rulebook: Rulebook) -> None:
    sure = with_calibration(rulebook, a_calibration(0.5, {"all": [(0.0, 1.0)]}))
    told = []
    for labels in (0.2, 0.38):
        page = a_written_page(0.19)
        below = [Box(x0=0.1, y0=0.6 + 0.05 * step, x1=0.4, y1=0.63 + 0.05 * step) for step in range(4)]
        page = page.model_copy(
            update={"blocks": (*page.blocks, *(a_line("工作单位", box=box).model_copy(update={"axial": labels}) for box in below))}
        )
        values = [read_from(page, "post", "铣工", row) for row in range(4)]
        told.append({value.needs_review for value in calibrated(values, DocType.APPLICATION_FORM, [page], sure)})
    assert told == [{False}, {True}]


def test_the_hand_is_told_from_the_whole_document_not_from_a_line(rulebook: Rulebook) -> None:
    page = a_written_page(0.18)
    sure = with_calibration(rulebook, a_calibration(0.5, {"all": [(0.0, 1.0)]}))
    (alone,) = calibrated([read_from(page, "post", "铣工", 0)], DocType.APPLICATION_FORM, [page], sure)
    assert alone.signals is not None and alone.signals.axial is None and not alone.needs_review


def test_strata_lead_from_the_narrow_to_the_wide() -> None:
    names = strata(Method.OCR, Signals(score=0.9, line=0.9, check="listed", document="id_card"))
    assert names == ("ocr/plain/listed/id_card", "ocr/plain/listed", "ocr/plain", "ocr", "all")
    assert strata(Method.DOCX, Signals(score=1.0))[-2:] == ("typed", "all")
    for better, worse in ((Signals(score=0.9, line=0.8), Signals(score=0.7, line=0.8)),):
        assert "proved" in strata(Method.OCR, better)[0] and "weak" in strata(Method.OCR, worse)[0]


# Applying


def test_the_score_becomes_the_share_of_such_values_that_are_right(rulebook: Rulebook) -> None:
    (value,) = calibrated([read(confidence=0.85)], DocType.CERTIFICATE, [a_page(a_line())], with_calibration(rulebook, a_calibration()))
    assert (value.confidence, value.needs_review) == (0.7, True)
    assert value.score == 0.85  # what it takes to believe an exact reading stays
    (sure,) = calibrated([read(confidence=0.96)], DocType.CERTIFICATE, [a_page(a_line())], with_calibration(rulebook, a_calibration()))
    assert (sure.confidence, sure.needs_review) == (0.99, False)


def test_a_doubt_of_the_stages_is_never_talked_away(rulebook: Rulebook) -> None:
    sure = with_calibration(rulebook, a_calibration(0.1, {"all": [(0.0, 1.0)]}))
    (value,) = calibrated([read(confidence=1.0, review=True)], DocType.CERTIFICATE, [a_page(a_line())], sure)
    assert value.needs_review
    assert recalibrated(value.model_copy(update={"needs_review": False}), sure).needs_review


def test_the_narrowest_known_stratum_decides(rulebook: Rulebook) -> None:
    known = {"all": [(0.0, 0.5)], "ocr/plain": [(0.0, 0.8)]}
    found = Signals(score=0.9, line=0.9)
    assert confidence_of(Method.OCR, found, a_calibration(curves=known)) == 0.8
    assert confidence_of(Method.OCR, found.model_copy(update={"disputed": True}), a_calibration(curves=known)) == 0.5


def test_a_blank_place_is_not_sent_to_a_person(rulebook: Rulebook) -> None:
    blank = FieldValue(field="duty", value="", raw="", confidence=0.3, page=1, method=Method.OCR)
    (value,) = calibrated([blank], DocType.APPLICATION_FORM, [a_page()], with_calibration(rulebook, a_calibration()))
    assert not value.needs_review
    sure = blank.model_copy(update={"confidence": 0.97})
    (value,) = calibrated(
        [sure], DocType.APPLICATION_FORM, [a_page()], with_calibration(rulebook, a_calibration(curves={"all": [(0.0, 0.5)]}))
    )
    assert value.confidence == 0.97, "what misreadings teach says nothing of a place where nothing stands"


def test_without_a_calibration_the_edition_s_threshold_holds(rulebook: Rulebook) -> None:
    plain = with_calibration(rulebook, None)
    values = [read(confidence=score) for score in (0.94, 0.96)]
    found = calibrated(values, DocType.APPLICATION_FORM, [a_page(a_line())], plain)
    assert [(value.confidence, value.needs_review) for value in found] == [(0.94, True), (0.96, False)]


def test_what_only_checks_others_keeps_its_score(rulebook: Rulebook) -> None:
    seal = read("seal_employer", confidence=0.42)
    assert calibrated([seal], DocType.APPLICATION_FORM, [a_page()], with_calibration(rulebook, a_calibration())) == (seal,)


def test_what_a_person_entered_is_not_judged_by_a_curve(rulebook: Rulebook) -> None:
    entered = FieldValue(field="name", value="张三", raw="", confidence=1.0, method=Method.OCR)
    assert recalibrated(entered, with_calibration(rulebook, a_calibration())) == entered


# Fitting


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=80))
def test_a_fitted_curve_never_falls_and_loses_no_example(points: list[tuple[float, bool]]) -> None:
    steps = pooled(binned([Point(score, float(right)) for score, right in points], 5))
    assert all(lower.right < upper.right and lower.start < upper.start for lower, upper in pairwise(steps))
    assert sum(step.weight for step in steps) == len(points)
    assert sum(step.right * step.weight for step in steps) == pytest.approx(sum(right for _, right in points))


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans(), st.booleans()), max_size=60))
def test_any_examples_make_curves_that_can_be_stored_and_read(made: list[tuple[float, bool, bool]]) -> None:
    examples = [Example(Method.OCR, Signals(score=score, line=score, disputed=disputed), right) for score, right, disputed in made]
    for curve in fit_curves(examples):
        assert Curve.model_validate_json(curve.model_dump_json()) == curve
        assert all(knot.right < 1.0 for knot in curve.knots)  # none seen wrong is not none wrong


@pytest.fixture(scope="module")
def fitted() -> Fit:
    examples = simulated(4000)
    return fit(examples, len(examples), fitted_with="test", sources=["simulated"])


def test_fitting_makes_confidences_honest_on_files_it_has_not_seen(fitted: Fit) -> None:
    assert fitted.before.expected_error > 0.08
    assert fitted.after.expected_error < 0.02
    fresh = simulated(4000, seed=8)
    told = [confidence_of(example.method, example.signals, fitted.calibration) for example in fresh]
    assert sum(told) / len(told) == pytest.approx(sum(example.right for example in fresh) / len(fresh), abs=0.02)


def test_disputed_readings_are_worth_less_at_the_same_score(fitted: Fit) -> None:
    plain, disputed = (
        confidence_of(Method.OCR, Signals(score=0.95, line=0.95, disputed=one, length=5, document="application_form"), fitted.calibration)
        for one in (False, True)
    )
    assert plain > 0.8 > 0.6 > disputed


def test_few_examples_of_a_kind_lean_on_their_wider_kind() -> None:
    rare = [Example(Method.OCR, Signals(score=0.9, line=0.9, check="listed", document="union_card"), True)] * 3
    common = [
        Example(Method.OCR, Signals(score=0.9, line=0.9, check="listed", document="id_card"), number % 2 == 0) for number in range(200)
    ]
    curves = {curve.stratum: curve for curve in fit_curves([*rare, *common])}
    assert right_at(curves["ocr/plain/listed/union_card"], 0.9) < 0.65


def scored(*values: tuple[float, bool]) -> tuple[list[Example], list[float]]:
    examples = [Example(Method.OCR, Signals(score=confidence, line=confidence), right) for confidence, right in values]
    return examples, [confidence for confidence, _ in values]


def test_the_threshold_asks_no_more_than_the_bar_demands() -> None:
    examples, confidences = scored(*[(0.99, True)] * 5000, *[(0.9, True)] * 100, *[(0.5, False)] * 50)
    assert choose_threshold(examples, confidences, 5150) == 0.9


def test_where_one_error_more_cannot_be_afforded_the_two_bars_decide() -> None:
    # 4 of 4,000 wrong where 0.1 % are allowed: a margin of one more would send every fifth printed value to a person.
    examples, confidences = scored(*[(0.999, True)] * 3200, *[(0.98, number > 3) for number in range(800)], *[(0.5, False)] * 50)
    assert choose_threshold(examples, confidences, 4050) <= 0.98


def test_where_the_bar_cannot_be_held_no_more_looks_are_bought_than_allowed() -> None:
    examples, confidences = scored(*[(0.99, number % 50 > 0) for number in range(1000)], *[(0.5, False)] * 40)
    assert 0.5 < choose_threshold(examples, confidences, 1040) <= 0.99


def test_what_another_document_vouches_for_costs_no_look() -> None:
    found = Signals(score=0.5, line=0.5)
    examples = [Example(Method.OCR, found, True, vouched=True)] * 10
    assert fit(examples, 10, fitted_with="", sources=[]).rates(1.0).reviewed == 0.0


def test_corrections_move_an_earlier_calibration_and_keep_its_threshold(fitted: Fit) -> None:
    found = Signals(score=0.97, line=0.97, length=5, document="application_form")
    wrong = [Example(Method.OCR, found, False, group=str(number)) for number in range(60)]
    corrected = refit(fitted.calibration, wrong, fitted_with="test", sources=["office"])
    assert corrected.calibration.review_below == fitted.calibration.review_below
    assert corrected.calibration.sources == ("simulated", "office")
    before, after = (confidence_of(Method.OCR, found, one.calibration) for one in (fitted, corrected))
    assert after < before - 0.1


def test_a_falling_curve_in_a_file_is_refused() -> None:
    with pytest.raises(ValidationError, match="由低到高"):
        Curve(stratum="all", count=2, wrong=1, knots=(Knot(score=0.0, right=0.9, count=1), Knot(score=0.5, right=0.8, count=1)))
