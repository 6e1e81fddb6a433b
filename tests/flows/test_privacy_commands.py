"""Purge, export, users, audit: nothing of a person stays, others lose nothing, and everything is on record."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

import pytest

from flows.cli import run
from flows.original_archive import OriginalArchive
from flows.page_store import PageStore
from flows.review.accounts import Accounts
from schemas.codes import FileStatus
from schemas.records import FileRecord
from tests.pipeline.filed import ZHANG, whole_dossier
from warehouse.connection import open_read_only, open_warehouse
from warehouse.intake import Original, note_originals
from warehouse.load import load_file

NAME = "张建国"


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """张建国's dossier with originals and pages; the unit's summary table lists him and is shared."""
    monkeypatch.setenv("GONGJIANG_CACHE_DIR", str(tmp_path / "cache"))
    path = tmp_path / "w.duckdb"
    archive, store = OriginalArchive(tmp_path / "w.originals"), PageStore(tmp_path / "w.pages")
    with open_warehouse(path) as warehouse:
        for document in whole_dossier():
            source = tmp_path / "incoming"
            source.write_bytes(f"{document.path} {NAME} {ZHANG}".encode())
            sha256, size = archive.keep(source)
            source.unlink()
            store.keep(sha256, {1: b"picture"})
            when = document.received_at
            record = FileRecord(
                file_id=document.document.file_id,
                path=document.path,
                sha256=sha256,
                media_type="application/pdf",
                received_at=when,
                status=FileStatus.LOADED,
                pages=document.document.page_to or 1,
            )
            note_originals(warehouse, [Original(path=document.path, sha256=sha256, bytes=size, received_at=when, taken_at=when)])
            load_file(warehouse, record, [document.document])
    assert run(["replay", "--apply", "--warehouse", str(path)]) == 0
    return path


def everything(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_purge_leaves_no_byte_of_a_person_but_in_what_is_shared_and_named(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["stage", NAME, "1", "passed", "--by", "甲", "--warehouse", str(path)]) == 0
    assert run(["backup", "--warehouse", str(path)]) == 0
    (tmp_path / "cache" / "logs").mkdir(parents=True)
    (tmp_path / "cache" / "logs" / "gongjiang.log").write_text(f"read {NAME}/x.pdf\nread other\n", encoding="utf-8")
    before = {one for one in (tmp_path / "w.originals").rglob("*") if one.is_file()}
    assert run(["purge", "--applicant", NAME, "--yes", "--by", "甲", "--warehouse", str(path)]) == 1
    assert {one for one in (tmp_path / "w.originals").rglob("*") if one.is_file()} == before
    capsys.readouterr()
    assert run(["purge", "--applicant", NAME, "--yes", "--keep-shared", "--by", "甲", "--warehouse", str(path)]) == 0
    said = capsys.readouterr().out
    assert "保留（与他人共用）" in said and "没有残留" in said and ZHANG not in said
    holding = {one for one, data in everything(tmp_path).items() if NAME.encode() in data or ZHANG.encode() in data}
    with open_read_only(path) as warehouse:
        shared = {row[0] for row in warehouse.execute("SELECT sha256 FROM core.files")}
        assert warehouse.execute("SELECT count(*) FROM core.applicants") == [(0,)]
        assert warehouse.execute("SELECT count(*) FROM core.stage_records") == [(0,)]
    assert {one.name for one in holding} == shared and len(shared) < len(before)
    assert "read other" in (tmp_path / "cache" / "logs" / "gongjiang.log").read_text(encoding="utf-8")
    assert run(["audit", "verify", "--warehouse", str(path)]) == 0


def test_without_yes_a_purge_only_says_what_would_go(path: Path, tmp_path: Path) -> None:
    before = everything(tmp_path / "w.originals")
    assert run(["purge", "--applicant", NAME, "--by", "甲", "--warehouse", str(path)]) == 0
    assert everything(tmp_path / "w.originals") == before


def test_an_export_holds_the_persons_own_originals_and_no_shared_one(path: Path, tmp_path: Path) -> None:
    assert run(["export-person", NAME, str(tmp_path / "x.zip"), "--by", "甲", "--warehouse", str(path)]) == 0
    with zipfile.ZipFile(tmp_path / "x.zip") as archive:
        names = archive.namelist()
        contents = {hashlib.sha256(archive.read(name)).hexdigest() for name in names if name.startswith("原件/")}
        assert ZHANG in archive.read("记录.json").decode()
    with open_read_only(path) as warehouse:
        summary = "SELECT f.sha256 FROM core.files AS f JOIN core.documents AS d ON d.file_id = f.file_id WHERE d.doc_type = ?"
        shared = {row[0] for row in warehouse.execute(summary, ["recommendation_summary"])}
    assert contents and shared and not contents & shared


def test_a_changed_line_of_the_audit_log_is_told_with_exit_status_1(path: Path) -> None:
    assert run(["stage", NAME, "1", "passed", "--by", "甲", "--warehouse", str(path)]) == 0
    log = path.with_name(f"{path.name}.audit.jsonl")
    log.write_text(log.read_text(encoding="utf-8").replace("甲", "乙"), encoding="utf-8")
    assert run(["audit", "verify", "--warehouse", str(path)]) == 1


def test_a_password_is_asked_for_twice_and_never_kept(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter(["long-enough-1", "long-enough-2", "long-enough-1", "long-enough-1"])
    monkeypatch.setattr("typer.prompt", lambda *_, **__: next(answers))
    users = path.with_name(f"{path.name}.users.json")
    arguments = ["user", "add", "王秘书", "--role", "secretariat", "--by", "甲", "--warehouse", str(path)]
    assert run(arguments) == 1 and not users.exists()
    assert run(arguments) == 0 and "long-enough" not in users.read_text(encoding="utf-8")
    account = Accounts(users).verified("王秘书", "long-enough-1")
    assert account is not None and account.role == "secretariat"
    assert run(["user", "remove", "王秘书", "--by", "甲", "--warehouse", str(path)]) == 0
    assert Accounts(users).all() == {}
