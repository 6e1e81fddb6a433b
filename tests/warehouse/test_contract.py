"""The public data contract: what a reviewer's SQL relies on."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from schemas.codes import DocType, FileStatus, FindingStatus, IssuerClass, Severity, Source, Truth, Verdict
from schemas.errors import RejectionCode
from schemas.layout import Method
from tests.warehouse import records as make
from warehouse.connection import Warehouse
from warehouse.decisions import decide
from warehouse.load import load_file
from warehouse.progress import record_copies, record_notice, record_stage

TEXT, INTEGER, REAL, TIME, YES_NO = "VARCHAR", "INTEGER", "DOUBLE", "TIMESTAMP WITH TIME ZONE", "BOOLEAN"
EVIDENCE = 'STRUCT(document_id VARCHAR, page INTEGER, "value" VARCHAR)[]'


def _columns(text: str) -> list[tuple[str, str]]:
    """`name[:type]` words, VARCHAR where no type is given."""
    types = {"i": INTEGER, "d": REAL, "t": TIME, "b": YES_NO, "date": "DATE", "list": "VARCHAR[]", "evidence": EVIDENCE}
    return [(name, types[kind] if kind else TEXT) for name, _, kind in (word.partition(":") for word in text.split())]


CONTRACT = {
    "files": "file_id path parent_file_id sha256 media_type received_at:t status error_code error pages:i",
    "documents": "document_id file_id doc_type page_from:i page_to:i applicant_id recommending_unit confidence:d source",
    "fields": "document_id field row:i value raw confidence:d page:i x0:d y0:d x1:d y1:d method needs_review:b corrected_by corrected_at:t",
    "applicants": """
        applicant_id name sex birth_date:date id_number employer post duty skill_level professional_title phone union_card_number district
        industry recommending_unit received_at:t verdict blockers:i warnings:i to_review:i qualifying_honours:i
    """,
    "honours": """
        honour_id applicant_id title issuers:list issuer_class level conferred_on claimed:b certificate_document_id in_window role qualifies
        reasons:list
    """,
    "findings": """
        finding_id applicant_id recommending_unit code field severity clause message evidence:evidence status decided_by decided_at:t reason
    """,
}
FINDING_CODES = """
    FORM_MISSING PAPER_FORM_MISSING ELECTRONIC_FORM_MISSING ID_CARD_MISSING UNION_CARD_MISSING ID_CARD_SIDE_MISSING ID_CARD_SIDES_APART
    CERTIFICATE_MISSING SUMMARY_ROW_MISSING FIELD_MISSING FIELD_INVALID FIELD_MISMATCH OPINION_MISSING SEAL_MISSING SEAL_MISMATCH
    SIGNATURE_MISSING RECOMMENDER_MISSING NOT_CHINESE_NATIONAL NOT_UNION_MEMBER NOT_IN_SERVICE LEADER_EXCLUDED PRIOR_TITLE BANNED
    ID_CARD_EXPIRED ID_CARD_COPY_VOID ID_CARD_CUT LATE_SUBMISSION DUPLICATE_APPLICATION NO_QUALIFYING_HONOUR DECISION_REOPENED
    HONOUR_OUT_OF_WINDOW HONOUR_ISSUER_NOT_RECOGNISED
    HONOUR_RECIPIENT_MISMATCH HONOUR_UNCLAIMED HONOUR_UNCLEAR HONOUR_MISMATCH LOW_CONFIDENCE UNKNOWN_DOCUMENT
"""
CODES: dict[str, list[str]] = {
    "doc_type": list(DocType),
    "source": list(Source),
    "method": list(Method),
    "file_status": list(FileStatus),
    "rejection": list(RejectionCode),
    "verdict": list(Verdict),
    "severity": list(Severity),
    "finding_status": list(FindingStatus),
    "issuer_class": list(IssuerClass),
    "truth": list(Truth),
    "finding": FINDING_CODES.split(),
    "channel": ["email", "archive", "folder"],
}


@pytest.mark.parametrize("view", CONTRACT)
def test_a_review_view_keeps_the_names_order_and_types_that_reviewers_wrote_their_sql_for(warehouse: Warehouse, view: str) -> None:
    expected = _columns(CONTRACT[view])
    described = [(row[0], row[1]) for row in warehouse.execute(f"DESCRIBE review.{view}")]
    assert described[: len(expected)] == expected


@pytest.mark.parametrize("view", CONTRACT)
def test_every_column_of_a_review_view_can_be_typed_without_quotes(warehouse: Warehouse, view: str) -> None:
    names = [name for name, _ in _columns(CONTRACT[view])]
    assert warehouse.table(f"SELECT {', '.join(names)} FROM review.{view}")[0] == tuple(names)


@pytest.mark.parametrize("view", CONTRACT)
def test_every_column_says_what_it_means_to_whoever_opens_the_file(warehouse: Warehouse, view: str) -> None:
    rows = warehouse.execute("SELECT column_name, comment FROM duckdb_columns() WHERE schema_name = 'review' AND table_name = ?", [view])
    assert [name for name, comment in rows if not comment] == []
    ((comment,),) = warehouse.execute("SELECT comment FROM duckdb_views() WHERE schema_name = 'review' AND view_name = ?", [view])
    assert comment


@pytest.mark.parametrize("kind", CODES)
def test_every_code_of_the_contract_has_a_chinese_name_and_no_other_has(warehouse: Warehouse, kind: str) -> None:
    titles = dict(warehouse.execute("SELECT code, title FROM review.code_titles WHERE kind = ?", [kind]))
    assert sorted(titles) == sorted(str(code) for code in CODES[kind])
    assert len(set(titles.values())) == len(titles)


def test_the_season_fills_every_view_and_statistic(season: Warehouse) -> None:
    finding = season.execute("SELECT finding_id FROM review.findings LIMIT 1")[0][0]
    decide(season, finding, FindingStatus.CONFIRMED, by="王审核", at=make.DECIDED, reason="属实")
    who = season.execute("SELECT applicant_id FROM review.applicants LIMIT 1")[0][0]
    record_stage(season, who, 1, "passed", by="王审核", at=make.DECIDED)
    record_copies(season, who, 3, by="王审核", at=make.DECIDED)
    record_notice(season, make.UNIT, [finding], make.DECIDED.date(), by="王审核", at=make.DECIDED)
    views = season.execute("SELECT schema_name, view_name FROM duckdb_views() WHERE schema_name IN ('review', 'stats')")
    assert len(views) > 15
    assert [view for view in views if season.execute(f"SELECT count(*) FROM {view[0]}.{view[1]}") == [(0,)]] == []


def test_evidence_issuers_and_reasons_come_back_as_lists_of_values(season: Warehouse) -> None:
    ((document_id,),) = season.execute("SELECT document_id FROM review.documents WHERE doc_type = 'application_form' AND source = 'paper'")
    assert season.execute("SELECT evidence FROM review.findings WHERE code = 'LOW_CONFIDENCE'") == [
        ([{"document_id": document_id, "page": 1, "value": "13800000001"}],)
    ]
    assert season.execute("SELECT issuers, reasons FROM review.honours WHERE qualifies = 'yes'") == [
        (["上海市质量协会", "上海市总工会"], ["有证书"]),
    ]


def test_a_time_of_arrival_is_the_same_instant_that_was_loaded(season: Warehouse) -> None:
    assert season.execute("SELECT received_at = ? FROM review.files WHERE path = '张三/整卷扫描.pdf'", [make.RECEIVED]) == [(True,)]


def test_the_outermost_container_decides_by_which_channel_a_file_came(warehouse: Warehouse) -> None:
    email = make.a_file("a.eml", media_type="message/rfc822")
    packed = make.a_file("a.eml!/b.zip", media_type="application/zip", parent=email)
    inner = make.a_file("a.eml!/b.zip!/c.pdf", parent=packed)
    archive = make.a_file("d.zip", media_type="application/zip")
    letter = make.a_file("d.zip!/e.eml", media_type="message/rfc822", parent=archive)
    for file in (email, packed, inner, archive, letter, make.a_file("f.pdf")):
        load_file(warehouse, file)
    assert warehouse.execute("SELECT path, channel FROM review.files ORDER BY path") == [
        ("a.eml", "email"),
        ("a.eml!/b.zip", "email"),
        ("a.eml!/b.zip!/c.pdf", "email"),
        ("d.zip", "archive"),
        ("d.zip!/e.eml", "archive"),
        ("f.pdf", "folder"),
    ]


def test_a_day_of_arrival_is_shanghais_whatever_the_reader_of_the_file_has_set(warehouse: Warehouse) -> None:
    load_file(warehouse, make.a_file(received_at=make.RECEIVED.replace(hour=0, minute=30)))
    load_file(warehouse, make.a_file("夜.pdf", received_at=make.RECEIVED.replace(hour=23, minute=30) - timedelta(days=1)))
    warehouse.execute("SET TimeZone = 'America/New_York'")
    assert warehouse.execute("SELECT arrived_on::VARCHAR, files FROM stats.arrivals_by_day ORDER BY ALL") == [
        ("2024-03-19", 1),
        ("2024-03-20", 1),
    ]


def test_a_page_that_became_part_of_no_document_is_seen(warehouse: Warehouse) -> None:
    scan, word, bare = make.a_file("扫描.pdf", pages=3), make.a_file("表.docx", pages=2), make.a_file("空.pdf", pages=None)
    load_file(
        warehouse,
        scan,
        [make.a_document(scan, DocType.ID_CARD), make.a_document(scan, DocType.UNION_CARD), make.a_document(scan, pages=(2, 2))],
    )
    load_file(warehouse, word, [make.a_document(word, pages=(None, None)), make.a_document(word, DocType.BLANK, pages=(2, 2))])
    load_file(warehouse, bare)
    assert warehouse.execute("SELECT path, page FROM review.pages WHERE NOT accounted") == [("扫描.pdf", 3)]
    columns, (row,) = warehouse.table("FROM stats.page_accounting")
    assert dict(zip(columns, row, strict=True)) == {
        "files": 3,
        "pages": 5,
        "recognised": 3,
        "other": 0,
        "blank": 1,
        "unaccounted": 1,
        "files_without_documents": 1,
    }
    assert warehouse.execute("SELECT doc_types FROM review.pages WHERE path = '扫描.pdf' AND page = 1") == [(["id_card", "union_card"],)]


def test_the_file_is_found_beside_no_write_ahead_log_once_it_is_closed(season: Warehouse) -> None:
    season.close()
    assert [entry.name for entry in Path(season.path.parent).iterdir()] == [season.path.name]
