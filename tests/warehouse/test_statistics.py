"""The statistics for analysts: counted right, for any moment, and without anything by which a person could be found."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

import pytest

from benchmarks.synthetic_warehouse import fill
from schemas.codes import DocType, FindingStatus, Source, Verdict
from tests.warehouse import records as make
from warehouse.connection import Warehouse
from warehouse.decisions import decide
from warehouse.editions import store_edition, store_field_titles
from warehouse.load import load_file, load_judgement

_REVEALING = ("id_number", "phone", "address", "union_card_number", "name", "applicant_id", "document_id")


def _views(warehouse: Warehouse) -> list[str]:
    return [row[0] for row in warehouse.execute("SELECT view_name FROM duckdb_views() WHERE schema_name = 'stats' ORDER BY ALL")]


def _rows(warehouse: Warehouse, sql: str) -> list[tuple[object, ...]]:
    return warehouse.execute(sql)


def _cut(warehouse: Warehouse, moment: datetime) -> None:
    warehouse.execute(f"SET VARIABLE cut_off = TIMESTAMPTZ '{moment.isoformat()}'")


def _two_arrivals(warehouse: Warehouse) -> tuple[datetime, datetime]:
    """One applicant whose union card came three days after everything else, and whose finding was decided another day later."""
    first, second = make.RECEIVED, make.RECEIVED + timedelta(days=3)
    person = make.an_applicant("张三", verdict=Verdict.REVIEW).model_copy(update={"received_at": second})
    word, scan, later = make.a_file("表.docx"), make.a_file("扫描.pdf", pages=4), make.a_file("补.pdf", received_at=second)
    papers = [
        make.a_document(scan, DocType.APPLICATION_FORM, make.a_value("name", "张三", needs_review=True)),
        make.a_document(scan, DocType.ID_CARD, pages=(2, 2)),
        make.a_document(scan, DocType.CERTIFICATE, pages=(3, 3)),
    ]
    form = make.a_document(word, DocType.APPLICATION_FORM, pages=(None, None), source=Source.ELECTRONIC)
    card = make.a_document(later, DocType.UNION_CARD)
    for file, documents in ((word, [form]), (scan, papers), (later, [card])):
        load_file(warehouse, file, documents)
    owned = {document.document_id: person for document in (form, card, *papers)}
    finding = make.a_finding(person, "FIELD_MISMATCH")
    store_edition(warehouse, make.an_edition(), make.RECEIVED)
    load_judgement(warehouse, make.a_judgement((person,), (make.an_honour(person, certificate=papers[2]),), (finding,), owned))
    decide(warehouse, finding.finding_id, FindingStatus.WAIVED, by="王审核", at=second + timedelta(days=1), reason="已核对")
    return first, second


def test_no_statistic_holds_anything_by_which_a_person_could_be_found(warehouse: Warehouse) -> None:
    fill(warehouse, applicants=60, units=4, seed=5)
    # The worst case: numbers and addresses were read into cells of the form that statistics group by.
    warehouse.execute(
        "UPDATE core.applicants SET district = id_number, industry = phone, skill_level = union_card_number, professional_title = phone, "
        "recommending_unit = '上海市黄浦区人民路100号' WHERE applicant_id < '8'"
    )
    warehouse.execute("UPDATE core.findings SET field = '13800000001', recommending_unit = '徐汇区漕溪路8弄3号' WHERE finding_id < '8'")
    warehouse.execute("UPDATE core.honours SET title = '310101198506010016', \"level\" = '13900000001' WHERE honour_id < '8'")
    known = {
        str(value)
        for row in warehouse.execute("SELECT id_number, phone, union_card_number, name, applicant_id FROM core.applicants")
        for value in row
    }
    known |= {row[0] for row in warehouse.execute("SELECT DISTINCT \"value\" FROM core.fields WHERE field = 'address'")}
    for view in _views(warehouse):
        columns, rows = warehouse.table(f"FROM stats.{view}")
        assert rows and not set(columns) & set(_REVEALING), view
        texts = {value for row in rows for value in row if isinstance(value, str)}
        assert not texts & known, view
        assert [text for text in texts if re.search(r"[0-9]{6}|路[0-9]+[号弄]", text)] == [], view


def test_every_view_and_column_says_what_it_means(warehouse: Warehouse) -> None:
    assert _rows(warehouse, "SELECT view_name FROM duckdb_views() WHERE schema_name = 'stats' AND coalesce(comment, '') = ''") == []
    blank = "SELECT table_name, column_name FROM duckdb_columns() WHERE schema_name = 'stats' AND coalesce(comment, '') = ''"
    assert _rows(warehouse, blank) == []


@pytest.mark.parametrize("unit", ["上海市机电行业工会", "第3工会", "杨浦区（2024年度）工会"])
def test_an_ordinary_name_is_shown_as_it_is(warehouse: Warehouse, unit: str) -> None:
    assert _rows(warehouse, f"SELECT core.unrevealing('{unit}')") == [(unit,)]


def test_a_dossier_is_complete_on_the_day_on_which_the_last_kind_of_material_came(warehouse: Warehouse) -> None:
    _two_arrivals(warehouse)
    columns, (row,) = warehouse.table("FROM stats.completeness_by_unit")
    found = dict(zip(columns, row, strict=True))
    assert (found["complete_at_first"], found["complete"], found["later_arrivals"]) == (0, 1, 1)
    assert (found["mean_days_to_complete"], found["share_complete_at_first"]) == (3.0, 0.0)
    assert _rows(warehouse, "SELECT arrived_on, days_left, applicants FROM stats.submissions_by_day") == [(date(2024, 3, 20), 5, 1)]


def test_at_an_earlier_moment_only_what_had_come_counts_and_an_unknown_verdict_is_none(warehouse: Warehouse) -> None:
    first, second = _two_arrivals(warehouse)
    now = "SELECT verdict, applicants FROM stats.verdicts"
    assert _rows(warehouse, now) == [("review", 1)]
    _cut(warehouse, first + timedelta(hours=1))
    assert _rows(warehouse, now) == [(None, 1)]
    assert _rows(warehouse, "SELECT complete, later_arrivals FROM stats.completeness_by_unit") == [(0, 0)]
    assert _rows(warehouse, 'SELECT sum("open") FROM stats.findings_by_code') == [(1,)]
    assert _rows(warehouse, "SELECT sum(files) FROM stats.arrivals_by_day") == [(2,)]
    _cut(warehouse, second + timedelta(hours=1))
    assert _rows(warehouse, now) == [(None, 1)]  # decided later: what the verdict was before is not known
    _cut(warehouse, second + timedelta(days=2))
    assert _rows(warehouse, now) == [("review", 1)]
    assert _rows(warehouse, "SELECT sum(waived) FROM stats.findings_by_code") == [(1,)]
    _cut(warehouse, first - timedelta(hours=1))
    assert (
        _rows(warehouse, "SELECT \"value\" FROM stats.headline WHERE code IN ('applicants', 'files', 'honours', 'values')") == [(0.0,)] * 4
    )


def test_a_moment_after_everything_gives_what_no_moment_gives(warehouse: Warehouse) -> None:
    fill(warehouse, applicants=60, units=4, seed=5)
    views = [view for view in _views(warehouse) if view != "queue_by_unit"]  # that one counts the days until the moment
    said = {view: _rows(warehouse, f"FROM stats.{view} ORDER BY ALL") for view in views}
    _cut(warehouse, datetime(2030, 1, 1, tzinfo=make.SHANGHAI))
    for view in views:
        if view != "applicants_by_unit":  # blockers there are those of the judgement, drawn apart from the findings in a made-up season
            assert str(_rows(warehouse, f"FROM stats.{view} ORDER BY ALL")) == str(said[view]), view


def test_each_step_of_the_funnel_counts_only_what_passed_the_steps_before(warehouse: Warehouse) -> None:
    fill(warehouse, applicants=60, units=4, seed=5)
    steps = [row[0] for row in warehouse.execute("SELECT honours FROM stats.honour_funnel ORDER BY step")]
    assert steps == sorted(steps, reverse=True) and len(set(steps)) > 3
    claimed = "SELECT count(*) FROM review.honours WHERE claimed"
    passed = (
        f"{claimed} AND certificate_document_id IS NOT NULL AND in_window = 'yes' AND issuer_class IN ('government', 'caq', 'saq') "
        "AND qualifies = 'yes'"
    )
    assert [(steps[0],), (steps[-1],)] == [*warehouse.execute(claimed), *warehouse.execute(passed)]


def test_the_same_edition_is_stored_once_and_a_changed_deadline_counts_at_once(warehouse: Warehouse) -> None:
    for _ in range(2):
        store_edition(warehouse, make.an_edition(), make.RECEIVED)
    assert _rows(warehouse, "SELECT edition, deadline, window_from FROM stats.editions") == [("2024", date(2024, 3, 25), date(2019, 3, 25))]
    store_edition(warehouse, make.an_edition(date(2024, 4, 1)), make.RECEIVED + timedelta(days=1))
    assert _rows(warehouse, "SELECT core.deadline()") == [(date(2024, 4, 1),)]


def test_fields_bear_the_names_that_the_rulebook_gives_them_and_new_ones_replace_the_old(season: Warehouse) -> None:
    for titles in ({"phone": "联系电话", "name": "姓名"}, {"phone": "手机"}):
        store_field_titles(season, titles)
        store_field_titles(season, titles)
        assert dict(season.execute("SELECT code, title FROM review.code_titles WHERE kind = 'field' ORDER BY position")) == titles
