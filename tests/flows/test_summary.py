"""The summary: it adds up, and a run with recorded errors never calls itself a plain success."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from flows.inbox import SHANGHAI
from flows.summary import RunSummary, summarise
from schemas.codes import DocType, FileStatus, Source
from schemas.errors import RejectionCode
from schemas.records import Document, FileRecord, stable_id
from warehouse.connection import open_warehouse
from warehouse.load import load_file

NOON = datetime(2024, 3, 20, 12, tzinfo=SHANGHAI)


def arrival(name: str, status: FileStatus = FileStatus.LOADED, *, pages: int | None = 3) -> FileRecord:
    """An arrival in its final state."""
    rejected = status is FileStatus.REJECTED
    return FileRecord(
        file_id=stable_id(name),
        path=name,
        sha256=stable_id(name) * 4,
        media_type="application/pdf",
        received_at=NOON,
        status=status,
        error_code=RejectionCode.ENCRYPTED if rejected else None,
        error="文件有密码保护。" if rejected else None,
        pages=None if rejected else pages,
    )


def summary(
    tmp_path: Path, *records: FileRecord, known: int = 0, unreadable: tuple[tuple[str, str], ...] = (), covered: int = 3
) -> RunSummary:
    """The summary of a run in which these arrived; of each loaded file `covered` pages are in a document."""
    with open_warehouse(tmp_path / "w.duckdb") as warehouse:
        for record in records:
            documents = (
                Document(
                    document_id=stable_id(record.file_id, "document"),
                    file_id=record.file_id,
                    doc_type=DocType.CERTIFICATE,
                    page_from=1,
                    page_to=covered,
                    confidence=1.0,
                    source=Source.PAPER,
                ),
            )
            load_file(warehouse, record, documents if record.status is FileStatus.LOADED else ())
        return summarise(warehouse, records, known=known, unreadable=unreadable, seconds=12.3)


def test_a_run_without_errors_may_call_itself_complete(tmp_path: Path) -> None:
    done = summary(tmp_path, arrival("a.pdf"))
    assert done.headline() == "完成：1 个新文件全部入库。"
    assert done.complete


@pytest.mark.parametrize(
    ("records", "covered", "doubt"),
    [
        ((arrival("a.pdf"), arrival("b.pdf", FileStatus.REJECTED)), 3, "有 1 个文件未能读取"),
        ((arrival("a.pdf"),), 2, "有 1 页没有归入任何材料"),
    ],
)
def test_a_run_with_recorded_errors_says_so(tmp_path: Path, records: tuple[FileRecord, ...], covered: int, doubt: str) -> None:
    done = summary(tmp_path, *records, covered=covered)
    assert done.headline().startswith("完成，但") and doubt in done.headline()
    assert done.complete, "each file was loaded or recorded as rejected: the exit status is 0"


def test_a_file_that_could_not_be_opened_makes_the_run_incomplete(tmp_path: Path) -> None:
    done = summary(tmp_path, arrival("a.pdf"), unreadable=(("c.pdf", "Permission denied"),))
    assert not done.complete and done.headline().startswith("未全部完成")


def test_a_run_with_nothing_new_still_reminds_of_what_was_rejected_before(tmp_path: Path) -> None:
    summary(tmp_path, arrival("a.pdf"), arrival("b.pdf", FileStatus.REJECTED))
    again = summary(tmp_path, known=2)
    assert "没有新文件（2 个此前已经入库" in again.headline()
    assert "1 个此前未能读取的文件" in again.headline()


def test_the_pages_add_up(tmp_path: Path) -> None:
    done = summary(tmp_path, arrival("a.pdf"), arrival("b.pdf"), covered=2)
    pages = {what: count for section, what, count in done.rows() if section == "页数"}
    assert pages.pop("合计") == sum(pages.values()) == 6


def test_the_artifact_counts_and_names_no_one(tmp_path: Path) -> None:
    done = summary(
        tmp_path, arrival("王小明/身份证.pdf"), arrival("王小明/密码.pdf", FileStatus.REJECTED), unreadable=(("王小明/x.pdf", "—"),)
    )
    assert "| 本次文件 | 未能读取 | 1 |" in done.markdown()
    assert "王小明" not in done.markdown()
