"""The whole product on the sample inbox, as a person runs it, compared with what is known to be in it.

The floors are what the product must not fall below; the figures themselves are printed at the end of the test run.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from flows.evaluate import evaluate_warehouse, read_truth
from pipeline.evaluation.evaluate import Evaluation
from pipeline.evaluation.shares import Share
from tests.conftest import SAMPLES, Command, SampleRun
from warehouse.query import run_query


@pytest.fixture(scope="module")
def scored(sample_run: SampleRun, report_figure: Callable[[str], None]) -> Evaluation:
    result = evaluate_warehouse(read_truth(SAMPLES / "truth.json"), sample_run.warehouse)
    report_figure(f"sample inbox: {sample_run.seconds:.0f} s")
    for line in _figures(result):
        report_figure(line)
    return result


def _figures(result: Evaluation) -> list[str]:
    """The figures, a line each, and what was wrong."""
    values = result.values
    return [
        f"files with the right state: {result.files}",
        f"pages with the right types: {result.pages}; documents with the right pages: {result.boundaries}",
        *(f"values right, {group.name}: {group.exact}" for group in result.by_document),
        *(f"marks right, {mark.name}: {mark.share}" for mark in result.marks),
        f"values missing {values.missing}, wrong and marked {values.wrong_marked}, wrong and not marked {values.silent}",
        f"sent to a person: {100 * result.review_rate:.1f} %; expected calibration error: {result.reliability.expected_error}",
        f"applicants found: {result.applicants}, strangers: {len(result.strangers)}",
        f"verdicts right: {result.verdicts}",
        f"five-year rule right: {result.honours}, certain and wrong: {len(result.honours_misjudged)}",
        f"findings: recall {result.recall}, precision {result.precision}",
        *(f"  not marked: {line}" for line in result.silent),
        *(f"  honour misjudged: {line}" for line in result.honours_misjudged),
        *(f"  finding missed: {line}" for line in result.findings_missed),
        *(f"  finding too many: {line}" for line in result.findings_too_many),
    ]


def _value(share: Share | None) -> float:
    assert share is not None and share.total > 0
    return share.value


def test_the_run_accounts_for_every_file_and_does_not_call_rejections_a_success(sample_run: SampleRun, scored: Evaluation) -> None:
    assert sample_run.process.returncode == 0, sample_run.process.stderr
    assert "完成，但有 2 个文件未能读取" in sample_run.process.stdout
    assert "Traceback" not in sample_run.process.stderr + sample_run.process.stdout
    assert _value(scored.files) == 1.0


def test_every_page_ends_as_part_of_a_document(sample_run: SampleRun) -> None:
    ((pages, recognised, other, blank, unaccounted, without),) = run_query(
        sample_run.warehouse, "SELECT pages, recognised, other, blank, unaccounted, files_without_documents FROM stats.page_accounting"
    ).rows
    assert (unaccounted, without) == (0, 0)
    assert recognised + other + blank == pages > 100


def test_every_applicant_is_found_and_nobody_is_invented(scored: Evaluation) -> None:
    assert _value(scored.applicants) == 1.0
    assert scored.strangers == ()


FLOORS = {
    "application_form electronic": 0.995,
    "application_form paper": 0.97,
    "id_card paper": 0.97,
    "union_card paper": 0.97,
    "certificate paper": 0.96,
    "recommendation_summary electronic": 0.995,
    "recommendation_summary paper": 0.95,
}


@pytest.mark.parametrize("name", FLOORS)
def test_values_are_read_as_they_stand(scored: Evaluation, name: str) -> None:
    (group,) = (group for group in scored.by_document if group.name == name)
    assert group.values > 0
    assert group.exact.value >= FLOORS[name]


def test_pages_are_recognised_for_what_they_are(scored: Evaluation) -> None:
    assert _value(scored.pages) >= 0.98
    assert _value(scored.boundaries) >= 0.97


def test_seals_signatures_and_ticks_are_seen(scored: Evaluation) -> None:
    assert {mark.name: mark.share.value >= 0.9 and mark.share.total > 0 for mark in scored.marks} == dict.fromkeys(
        ("seal_present", "seal_organisation", "signature", "tick_box"), True
    )


def test_a_wrong_value_is_marked_for_a_person(scored: Evaluation) -> None:
    assert scored.silent_rate <= 0.003


def test_no_honour_is_certain_and_wrong(scored: Evaluation) -> None:
    assert scored.honours_misjudged == ()
    assert _value(scored.honours) >= 0.82


def test_verdicts_and_findings_are_those_of_the_material(scored: Evaluation) -> None:
    assert _value(scored.verdicts) >= 0.75
    assert _value(scored.recall) >= 0.95
    assert _value(scored.precision) >= 0.85


def _contents(run: SampleRun) -> list[tuple[object, ...]]:
    views = ("files", "documents", "fields", "applicants", "honours", "findings")
    return [row for view in views for row in run_query(run.warehouse, f"FROM review.{view} ORDER BY ALL", max_rows=1_000_000).rows]


def test_a_second_run_over_the_same_inbox_changes_nothing(sample_run: SampleRun, gongjiang: Command) -> None:
    before = _contents(sample_run)
    again = gongjiang(
        *("ingest", SAMPLES / "inbox", "--received-at", "2024-03-20T10:00:00+08:00"),
        *("--registers", SAMPLES / "registers", "--warehouse", sample_run.warehouse),
    )
    assert again.returncode == 0, again.stderr
    assert "没有新文件" in again.stdout
    assert _contents(sample_run) == before
