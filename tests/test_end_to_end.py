"""The whole product on the sample inbox, as a person runs it, compared with what is known to be in it.

The floors are what the product must not fall below; the figures themselves are printed at the end of the test run.
"""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.conftest import SAMPLES, Command, SampleRun
from tests.scoring import Score, Share, score
from warehouse.query import run_query


@pytest.fixture(scope="module")
def scored(sample_run: SampleRun, report_figure: Callable[[str], None]) -> Score:
    result = score(json.loads((SAMPLES / "truth.json").read_text(encoding="utf-8")), sample_run.warehouse)
    report_figure(f"sample inbox: {sample_run.seconds:.0f} s")
    for line in result.lines():
        report_figure(line)
    return result


def test_the_run_accounts_for_every_file_and_does_not_call_rejections_a_success(sample_run: SampleRun, scored: Score) -> None:
    assert sample_run.process.returncode == 0, sample_run.process.stderr
    assert "完成，但有 2 个文件未能读取" in sample_run.process.stdout
    assert "Traceback" not in sample_run.process.stderr + sample_run.process.stdout
    assert scored.files.value == 1.0


def test_every_page_ends_as_part_of_a_document(sample_run: SampleRun) -> None:
    ((pages, recognised, other, blank, unaccounted, without),) = run_query(
        sample_run.warehouse, "SELECT pages, recognised, other, blank, unaccounted, files_without_documents FROM stats.page_accounting"
    ).rows
    assert (unaccounted, without) == (0, 0)
    assert recognised + other + blank == pages > 100


def test_every_applicant_is_found_and_nobody_is_invented(scored: Score) -> None:
    assert scored.applicants.value == 1.0
    assert scored.strangers == []


FLOORS = {
    "application_form (docx/pdf)": 0.995,
    "application_form (paper)": 0.97,
    "id_card (paper)": 0.97,
    "union_card (paper)": 0.97,
    "certificate (paper)": 0.96,
    "recommendation_summary (docx/pdf)": 0.995,
    "recommendation_summary (paper)": 0.95,
}


@pytest.mark.parametrize("group", FLOORS)
def test_values_are_read_as_they_stand(scored: Score, group: str) -> None:
    assert scored.fields[group].total > 0
    assert scored.fields[group].value >= FLOORS[group]


def test_pages_are_recognised_for_what_they_are(scored: Score) -> None:
    assert scored.pages.value >= 0.98


def test_a_wrong_value_is_marked_for_a_person(scored: Score) -> None:
    total = sum(share.total for share in scored.fields.values())
    assert len(scored.wrong_unmarked) <= 0.003 * total
    assert len(scored.invented) <= 0.005 * total


def test_no_honour_is_certain_and_wrong(scored: Score) -> None:
    assert scored.honours_misjudged == []
    assert scored.honours.value >= 0.82


def test_verdicts_and_findings_are_those_of_the_material(scored: Score) -> None:
    assert scored.verdicts.value >= 0.75
    assert scored.recall.value >= 0.95
    assert scored.precision.value >= 0.85


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


def test_a_share_of_nothing_is_no_failure_and_a_wrong_value_lowers_it() -> None:
    share = Share()
    assert share.value == 1.0
    share.add(True)
    share.add(False)
    assert (share.value, str(share)) == (0.5, "1/2 (50.0 %)")
