"""`register`, `replay` and `explain` on stored evidence, through the command line, without reading any file again."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.cli import run
from schemas.codes import DocType, FileStatus
from schemas.records import FiledDocument, FileRecord
from tests.pipeline.filed import ZHANG, value, whole_dossier
from warehouse.connection import open_read_only, open_warehouse
from warehouse.decisions import correct
from warehouse.judged import stored_judgement
from warehouse.load import load_file


def claimed(document: FiledDocument) -> FiledDocument:
    """A form that claims the honour of the dossier's certificate."""
    if document.document.doc_type != DocType.APPLICATION_FORM:
        return document
    rows = (("title", "质量工匠"), ("issuer", "上海市质量协会"), ("date", "2022-05-01"))
    fields = (*document.document.fields, *(value(f"honour_{name}", text, row=1) for name, text in rows))
    return document.model_copy(update={"document": document.document.model_copy(update={"fields": fields})})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A warehouse with the faultless dossier of 张建国, judged."""
    path = tmp_path / "w.duckdb"
    with open_warehouse(path) as warehouse:
        for document in map(claimed, whole_dossier()):
            record = FileRecord(
                file_id=document.document.file_id,
                path=document.path,
                sha256=document.document.file_id * 4,
                media_type="application/pdf",
                received_at=document.received_at,
                status=FileStatus.LOADED,
                pages=document.document.page_to or 1,
            )
            load_file(warehouse, record, [document.document])
    assert run(["replay", "--apply", "--warehouse", str(path)]) == 0
    return path


def verdicts(path: Path) -> dict[str, str]:
    with open_read_only(path) as warehouse:
        return {applicant.name: applicant.verdict for applicant in stored_judgement(warehouse).applicants}


def said(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str]:
    capsys.readouterr()
    status = run([str(argument) for argument in arguments])
    captured = capsys.readouterr()
    return status, captured.out + captured.err


def later_edition(tmp_path: Path) -> Path:
    """The shipped edition with a deadline four years on, which moves its window."""
    shipped = Path(__file__).resolve().parents[2] / "editions" / "2024.yaml"
    file = tmp_path / "later.yaml"
    file.write_text(shipped.read_text(encoding="utf-8").replace("deadline: 2024-03-25", "deadline: 2028-03-25"), encoding="utf-8")
    return file


def test_a_replay_says_who_flips_and_why_and_changes_nothing_unless_asked(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verdicts(path) == {"张建国": "ready"}
    edition = later_edition(tmp_path)
    status, text = said(capsys, "replay", "--edition", edition, "--warehouse", path)
    assert status == 0
    assert "结论改变 1 位" in text and "张建国" in text and "不在" in text and "没有改动" in text
    assert verdicts(path) == {"张建国": "ready"}
    assert said(capsys, "replay", "--edition", edition, "--apply", "--warehouse", path)[0] == 0
    assert verdicts(path) == {"张建国": "review"}


def test_a_replay_can_be_read_by_a_program(path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, text = said(capsys, "replay", "--edition", later_edition(tmp_path), "--format", "json", "--warehouse", path)
    (change,) = json.loads(text)["changes"]
    assert (change["before"], change["after"], change["honours"][0]["after"]) == ("ready", "review", "no")


def test_a_register_excludes_at_once_and_the_next_one_replaces_it(path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    titles = tmp_path / "往届.csv"
    titles.write_text(f"姓名,身份证号,称号,年份\n张建国,{ZHANG},浦东工匠,2020\n", encoding="utf-8")
    status, text = said(capsys, "register", "prior-titles", titles, "--warehouse", path)
    assert status == 0 and "已登记 1 条" in text and "浦东工匠" in text
    assert verdicts(path) == {"张建国": "excluded"}
    titles.write_text("姓名,身份证号,称号,年份\n", encoding="utf-8")
    said(capsys, "register", "prior-titles", titles, "--warehouse", path)
    assert verdicts(path) == {"张建国": "ready"}


def test_a_register_with_a_mistake_is_not_stored(path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    titles = tmp_path / "往届.csv"
    titles.write_text(f"姓名,身份证号,称号,年份\n张建国,{ZHANG},浦东工匠,去年\n", encoding="utf-8")
    status, text = said(capsys, "register", "prior-titles", titles, "--warehouse", path)
    assert status == 1 and "第 2 行" in text
    assert verdicts(path) == {"张建国": "ready"}


def test_an_applicant_is_explained_by_name_and_by_number(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for typed in ("张建国", ZHANG):
        status, text = said(capsys, "explain", typed, "--warehouse", path)
        assert status == 0
        for part in ("“质量工匠” —— 符合", "张建国/证书.jpg", "与名录全称一致", "授予时间 2022-05-01 在", "［notice:一4］"):
            assert part in text


def test_somebody_unknown_is_a_sentence_with_a_way_on(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, text = said(capsys, "explain", "李四", "--warehouse", path)
    assert status == 1 and "没有申报人“李四”" in text


def test_a_register_tried_in_a_replay_leaves_the_others_as_they_are_and_is_not_kept(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    units = tmp_path / "units.csv"
    units.write_text("推荐单位\n别家单位工会\n", encoding="utf-8")
    said(capsys, "register", "units", units, "--warehouse", path)
    assert verdicts(path) == {"张建国": "incomplete"}
    folder = tmp_path / "registers"
    folder.mkdir()
    (folder / "prior-titles.csv").write_text(f"name,id_number,title,year\n张建国,{ZHANG},浦东工匠,2020\n", encoding="utf-8")
    _, text = said(capsys, "replay", "--registers", folder, "--warehouse", path)
    assert "浦东工匠" in text and "不再成立" not in text
    assert "结论改变 0 位" in said(capsys, "replay", "--warehouse", path)[1]


def test_what_people_decided_after_a_backup_counts_when_the_restored_warehouse_is_judged_again(path: Path) -> None:
    backup = path.read_bytes()
    with open_warehouse(path) as warehouse:
        ((document_id,),) = warehouse.execute("SELECT document_id FROM core.documents WHERE doc_type = 'id_card'")
        correct(warehouse, document_id, "ethnicity", "满族", by="王审核", at=datetime(2024, 3, 28, tzinfo=UTC))
    path.write_bytes(backup)
    assert run(["replay", "--apply", "--warehouse", str(path)]) == 0
    with open_read_only(path) as warehouse:
        assert ("ethnicity",) in warehouse.execute("SELECT field FROM review.findings WHERE code = 'FIELD_MISMATCH'")
        assert warehouse.execute("SELECT corrected_by FROM review.fields WHERE document_id = ? AND field = 'ethnicity'", [document_id]) == [
            ("王审核",)
        ]
    with open_read_only(path.with_name("review.duckdb")) as snapshot:
        assert snapshot.execute("SELECT count(*) FROM core.corrections") == [(1,)], "readers of the snapshot would see the old state"
