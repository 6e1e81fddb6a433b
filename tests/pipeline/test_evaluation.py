"""The ruler: every kind of mistake must show in the figures, and nothing that is right may count as one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from pipeline.evaluation.compare_values import same
from pipeline.evaluation.evaluate import Evaluation, evaluate
from pipeline.evaluation.reliability import reliability
from pipeline.evaluation.shares import Share, share
from schemas.codes import DocType, Source
from schemas.evaluation import (
    GroundTruth,
    LoadedApplicant,
    LoadedDocument,
    LoadedFile,
    LoadedFinding,
    LoadedHonour,
    Outcome,
)
from schemas.faults import faults
from schemas.layout import Method
from schemas.records import FieldValue
from schemas.rules import Rulebook

FORM = {
    "file": "扫描.pdf",
    "page_from": 1,
    "page_to": 2,
    "doc_type": "application_form",
    "source": "paper",
    "kind": "clean",
    "page_kinds": {"1": "clean", "2": "fax"},
    "seals": {"employer": "上海申浦重型机床有限公司"},
    "fields": [
        {"field": "name", "value": "沈嘉禾"},
        {"field": "phone", "value": "13818020417", "hand": True},
        {"field": "declared_leader", "value": "no"},
        {"field": "signature", "value": "沈嘉禾", "hand": True},
        {"field": "honour_issuer", "row": 1, "value": "上海市质量协会、上海市总工会"},
    ],
}
APPLICANT = {
    "name": "沈嘉禾",
    "recommending_unit": "申浦工会",
    "verdict": "ready",
    "honours": [{"title": "2022年上海市优秀质量管理小组", "qualifies": "yes"}],
    "findings": [{"code": "FIELD_MISMATCH", "field": "phone"}],
}


def a_truth(*documents: Mapping[str, Any], **changes: Any) -> GroundTruth:
    return GroundTruth.model_validate({"documents": documents or (FORM,), **changes})


def read(field: str, value: str, *, row: int = 0, marked: bool = False, confidence: float = 0.99, page: int = 1) -> FieldValue:
    return FieldValue(
        field=field, row=row, value=value, raw=value, confidence=confidence, page=page, method=Method.OCR, needs_review=marked
    )


RIGHT = (
    read("name", "沈 嘉禾"),
    read("phone", "13818020417", page=2),
    read("declared_leader", "no"),
    read("signature", "沈嘉禾"),
    read("honour_issuer", "上海市总工会、上海市质量协会", row=1),
    read("seal_employer", "上海申浦重型机床有限公司"),
)


def a_document(*fields: FieldValue, doc_type: DocType = DocType.APPLICATION_FORM, first: int = 1, last: int = 2) -> LoadedDocument:
    return LoadedDocument(
        document_id=f"{doc_type}{first}",
        file="扫描.pdf",
        doc_type=doc_type,
        page_from=first,
        page_to=last,
        source=Source.PAPER,
        fields=fields,
    )


def an_outcome(*documents: LoadedDocument, **parts: Any) -> Outcome:
    empty: dict[str, Any] = {"files": (), "applicants": (), "honours": (), "findings": ()}
    return Outcome(documents=documents, **(empty | parts))


def changed(*values: FieldValue, without: str = "") -> Outcome:
    """The faultless reading with some values read otherwise, and one not at all."""
    keys = {(value.field, value.row) for value in values}
    kept = [value for value in RIGHT if (value.field, value.row) not in keys and value.field != without]
    return an_outcome(a_document(*kept, *values))


def test_a_faultless_reading_has_no_mistakes() -> None:
    result = evaluate(a_truth(), an_outcome(a_document(*RIGHT)))
    assert (result.values.exact, result.silent_rate, result.review_rate) == (Share(right=5, total=5), 0.0, 0.0)
    assert result.pages == Share(right=2, total=2)
    assert result.boundaries == Share(right=1, total=1)
    assert {mark.name: mark.share for mark in result.marks} == {
        "seal_present": Share(right=2, total=2),  # one is there, and none is in the other place
        "seal_organisation": Share(right=1, total=1),
        "signature": Share(right=1, total=1),
        "tick_box": Share(right=1, total=1),
    }


@pytest.mark.parametrize(
    ("outcome", "figures"),
    [
        pytest.param(changed(read("name", "沈嘉和")), {"right": 4, "silent": 1}, id="wrong"),
        pytest.param(changed(read("name", "沈嘉和", marked=True)), {"right": 4, "wrong_marked": 1, "marked": 1}, id="wrong and marked"),
        pytest.param(changed(read("name", "沈嘉禾", marked=True)), {"right": 5, "marked": 1}, id="right and marked"),
        pytest.param(changed(without="name"), {"right": 4, "missing": 1}, id="not read"),
        pytest.param(changed(read("name", "", marked=True)), {"right": 4, "missing": 1, "marked": 1}, id="seen as illegible"),
        pytest.param(changed(read("honour_issuer", "某协会", row=2)), {"right": 5, "invented": 1, "silent": 1}, id="invented row"),
        pytest.param(
            changed(read("honour_issuer", "某协会", row=2, marked=True)),
            {"right": 5, "invented": 1, "wrong_marked": 1, "marked": 1},
            id="invented and marked",
        ),
        pytest.param(changed(read("honour_issuer", "", row=2, marked=True)), {"right": 5, "marked": 1}, id="asked about nothing"),
        pytest.param(changed(read("honour_issuer", "", row=2)), {"right": 5}, id="rightly blank"),
        pytest.param(changed(read("postcode", "200245")), {"right": 5}, id="a field that this truth never mentions"),
        pytest.param(an_outcome(), {"right": 0, "missing": 5}, id="document not found"),
    ],
)
def test_every_kind_of_mistake_is_counted_as_what_it_is(outcome: Outcome, figures: dict[str, int]) -> None:
    group = evaluate(a_truth(), outcome).values
    counted = {name: getattr(group, name) for name in ("right", "missing", "invented", "wrong_marked", "silent", "marked")}
    assert counted == dict.fromkeys(counted, 0) | figures
    assert group.values == 5


def test_what_is_silently_wrong_is_named_with_its_place() -> None:
    (line,) = evaluate(a_truth(), changed(read("phone", "13818020477", page=2))).silent
    assert line == "扫描.pdf 第2页 phone：应为“13818020417”，读成“13818020477”"


def test_a_value_counts_under_its_own_page_its_source_and_its_hand() -> None:
    result = evaluate(a_truth(), changed(read("phone", "13818020477", page=2)))
    assert {group.name: group.silent for group in result.by_kind} == {"clean": 0, "fax": 1}
    assert {group.name: group.values for group in result.by_document} == {"application_form paper": 5}
    assert (result.handwritten.silent, result.printed.silent, result.handwritten.values) == (1, 0, 2)
    assert [one.field for one in result.by_field if one.group.silent] == ["phone"]


def test_a_document_cut_in_two_loses_its_boundary_but_not_its_values() -> None:
    pieces = an_outcome(a_document(*RIGHT[:3], last=1), a_document(*RIGHT[3:], first=2))
    result = evaluate(a_truth(), pieces)
    assert result.values.right == 5
    assert result.boundaries == Share(right=0, total=2)


def test_values_of_a_document_that_is_not_there_are_invented() -> None:
    stray = a_document(read("name", "某人"), first=3, last=3)
    result = evaluate(a_truth(), an_outcome(a_document(*RIGHT), stray))
    assert (result.values.invented, result.values.silent) == (1, 1)
    assert result.pages == Share(right=2, total=3)


def test_two_certificates_on_one_page_are_paired_by_what_they_say() -> None:
    page = {"file": "扫描.pdf", "page_from": 1, "page_to": 1, "doc_type": "certificate", "source": "paper"}
    truth = a_truth(*({**page, "fields": [{"field": "honour_title", "value": title}]} for title in ("甲奖", "乙奖")))
    found = (a_document(read("honour_title", title), doc_type=DocType.CERTIFICATE, last=1) for title in ("乙奖", "甲奖"))
    assert evaluate(truth, an_outcome(*found)).values.right == 2


def test_marks_that_are_missed_or_invented_show() -> None:
    seal = evaluate(a_truth(), changed(read("seal_recommending_unit", ""), without="seal_employer"))
    assert {mark.name: mark.share.right for mark in seal.marks} == {
        "seal_present": 0,
        "seal_organisation": 0,
        "signature": 1,
        "tick_box": 1,
    }
    other = evaluate(a_truth(), changed(read("seal_employer", "上海别家有限公司"), read("declared_leader", "yes"), without="signature"))
    assert {mark.name: mark.share.right for mark in other.marks} == {
        "seal_present": 2,
        "seal_organisation": 0,
        "signature": 0,
        "tick_box": 0,
    }


def _people(verdict: str = "ready", qualifies: str = "yes", *findings: tuple[str, str]) -> Evaluation:
    outcome = an_outcome(
        applicants=(LoadedApplicant(applicant_id="a", name="沈嘉禾", recommending_unit="申浦工会", verdict=verdict),),
        honours=(LoadedHonour(honour_id="h", applicant_id="a", title="2022年上海市优秀质量管理小组一等奖", qualifies=qualifies),),
        findings=tuple(LoadedFinding(applicant_id="a", code=code, field=field) for code, field in findings),
    )
    return evaluate(GroundTruth.model_validate({"applicants": [APPLICANT]}), outcome)


def test_verdicts_honours_and_findings_are_compared() -> None:
    result = _people("ready", "yes", ("FIELD_MISMATCH", "phone"), ("LOW_CONFIDENCE", "name"))
    full = Share(right=1, total=1)
    assert (result.applicants, result.verdicts, result.honours, result.recall, result.precision) == (full,) * 5


def test_a_certain_and_wrong_honour_is_worse_than_an_unclear_one() -> None:
    assert _people(qualifies="unclear").honours_misjudged == ()
    assert _people(qualifies="unclear").honours == Share(right=0, total=1)
    assert len(_people(qualifies="no").honours_misjudged) == 1


def test_missed_and_needless_findings_are_named() -> None:
    result = _people("review", "yes", ("ID_CARD_MISSING", ""))
    assert (result.findings_missed, result.findings_too_many) == (("沈嘉禾：FIELD_MISMATCH phone",), ("沈嘉禾：ID_CARD_MISSING",))
    assert result.verdicts_wrong == ("沈嘉禾：应为 ready，判为 review",)


def test_an_arrival_in_the_wrong_state_or_unheard_of_counts() -> None:
    truth = GroundTruth.model_validate({"files": [{"path": "a.zip", "status": "rejected", "error_code": "ENCRYPTED"}]})
    loaded = [LoadedFile(path=path, status="rejected", error_code=code) for path, code in (("a.zip", "CORRUPT"), ("b.pdf", "EMPTY"))]
    assert evaluate(truth, an_outcome(files=tuple(loaded))).files == Share(right=0, total=2)


def test_a_partial_truth_says_nothing_of_what_it_does_not_mention() -> None:
    document = {**FORM, "fields": [{"field": "name", "value": "沈嘉禾"}, {"field": "duty", "value": ""}]}
    truth = GroundTruth.model_validate({"partial": True, "documents": [document]})
    result = evaluate(truth, changed(read("duty", "班长")))
    assert (result.values.right, result.values.invented) == (1, 1)  # a person said that no duty stands there
    assert (result.pages, result.boundaries, result.marks) == (None, None, ())


def test_a_figure_survives_as_json() -> None:
    result = evaluate(a_truth(), an_outcome(a_document(*RIGHT)))
    assert Evaluation.model_validate(json.loads(result.model_dump_json())) == result


def test_overconfidence_shows_in_the_reliability() -> None:
    result = reliability([(0.99, True)] * 50 + [(0.99, False)] * 50 + [(0.4, True)])
    assert [(one.count, one.right) for one in result.bins] == [(1, 1.0), (100, 0.5)]
    assert result.expected_error == pytest.approx((100 * 0.49 + 0.6) / 101, abs=1e-3)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans())))
def test_no_value_is_lost_between_the_bins(values: list[tuple[float, bool]]) -> None:
    result = reliability(values)
    assert result.count == sum(one.count for one in result.bins) == len(values)
    assert all(one.low <= one.confidence + 1e-4 and one.confidence - 1e-4 <= one.high for one in result.bins)


def test_a_share_of_nothing_is_no_failure_and_a_wrong_value_lowers_it() -> None:
    assert Share().value == 1.0
    assert str(share([True, False], too_many=2)) == "1/4 (25.00 %)"


@given(st.text())
def test_width_and_spaces_make_no_difference(text: str) -> None:
    assert same(text, f" {text}\n")


@pytest.mark.parametrize(
    ("truth", "place", "sentence"),
    [
        ({"documents": [{**FORM, "doc_type": "form"}]}, "documents.0.doc_type", "取值不在允许范围内"),
        ({"documents": [{"file": "a.pdf", "doc_type": "other"}]}, "documents.0.source", "缺少必填项"),
        ({"documents": [{**FORM, "fields": [{"field": "name", "value": 3}]}]}, "documents.0.fields.0.value", "应为文字"),
        ({"documents": [{**FORM, "page_kind": {}} | {"page_kinds": {}}], "unit_finding": []}, "", "是否应为“unit_findings”"),
        ({"applicants": [{"name": "张三", "recomending_unit": "某工会"}]}, "applicants.0", "是否应为“recommending_unit”"),
        ({"applicants": {}}, "applicants", "应为列表"),
    ],
)
def test_a_mistake_in_a_truth_is_told_with_its_place(truth: dict[str, Any], place: str, sentence: str) -> None:
    with pytest.raises(ValidationError) as caught:
        GroundTruth.model_validate(truth)
    (found, said) = faults(caught.value)[0]
    assert (found, sentence in said) == (place, True), (found, said)


def test_what_a_generator_says_beside_is_no_mistake() -> None:
    truth = a_truth({**FORM, "style": "official", "seal_shapes": {"employer": "round"}, "turns": {}}, seed=7, pages=[{"anything": 1}])
    assert truth.documents[0].style == "official"


def test_the_seals_of_a_certificate_are_counted_and_named() -> None:
    page = {"file": "扫描.pdf", "page_from": 1, "page_to": 1, "doc_type": "certificate", "source": "paper"}
    truth = a_truth({**page, "fields": [], "seals": {"issuer 1": "上海市质量协会", "issuer 2": "上海市总工会"}})
    for names, present, right in (("上海市总工会、上海市质量协会", 2, 2), ("上海市质量协会", 1, 1), ("上海市质量学会、上海市总工会", 2, 1)):
        found = a_document(read("seal_certificate", names), doc_type=DocType.CERTIFICATE, last=1)
        marks = {mark.name: mark.share for mark in evaluate(truth, an_outcome(found)).marks}
        assert marks["seal_present"] == Share(right=present, total=2)
        assert marks["seal_organisation"].right == right


@pytest.mark.parametrize(
    ("readings", "own", "right", "unclear"),
    [
        pytest.param("上海申浦重型机床有限公司", "上海申浦重型机床有限公司", 1, 0, id="read as it is"),
        pytest.param("海申浦重型机床有限公同", "上海申浦重型机床有限公司", 1, 0, id="misread, yet surely the expected one"),
        pytest.param("上海申浦港务有限公司", "上海申浦港务有限公司", 1, 0, id="another's, and seen to be"),
        pytest.param("上海申浦港务有限公司", "上海申浦重型机床有限公司", 0, 0, id="taken for another's"),
        pytest.param("", "上海申浦重型机床有限公司", 0, 1, id="left to a person"),
    ],
)
def test_a_seal_is_judged_by_what_the_product_makes_of_it_not_by_the_bare_reading(
    readings: str, own: str, right: int, unclear: int, rulebook: Rulebook
) -> None:
    employer = {"field": "employer", "value": "上海申浦重型机床有限公司"}
    elsewhere = {**FORM, "file": "另一份.pdf", "fields": [{"field": "employer", "value": "上海申浦港务有限公司"}], "seals": {}}
    truth = a_truth({**FORM, "fields": [employer], "seals": {"employer": own}}, elsewhere)
    outcome = an_outcome(a_document(read("seal_employer", readings)))
    (verified,) = (mark for mark in evaluate(truth, outcome, rulebook.findings.comparison).marks if mark.name == "seal_verified")
    assert (verified.share, verified.unclear) == (Share(right=right, total=1), unclear)
