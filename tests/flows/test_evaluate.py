"""`gongjiang evaluate`: the same figures on the terminal, as JSON and as a page that opens anywhere."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from flows import cli
from schemas.codes import DocType
from tests.warehouse import records as make
from warehouse.connection import open_warehouse
from warehouse.decisions import correct
from warehouse.load import load_file

TRUTH = {
    "documents": [
        {
            "file": "张三/申报表.pdf",
            "page_from": 1,
            "page_to": 1,
            "doc_type": "application_form",
            "source": "paper",
            "kind": "fax",
            "fields": [{"field": "name", "value": "张三"}, {"field": "phone", "value": "13800000001"}],
        }
    ]
}


@pytest.fixture
def loaded(tmp_path: Path) -> tuple[Path, str]:
    """A warehouse with one form, in which the telephone number is wrong; and the form's id."""
    file = make.a_file("张三/申报表.pdf")
    values = [make.a_value("name", "张三"), make.a_value("phone", "<13800000007>", confidence=0.99)]
    form = make.a_document(file, DocType.APPLICATION_FORM, *values)
    with open_warehouse(tmp_path / "w.duckdb") as warehouse:
        load_file(warehouse, file, [form])
    return tmp_path / "w.duckdb", form.document_id


@pytest.fixture
def truth(tmp_path: Path) -> Path:
    path = tmp_path / "truth.json"
    path.write_text(json.dumps(TRUTH, ensure_ascii=False), encoding="utf-8")
    return path


def run(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str, str]:
    status = cli.run(["evaluate", *map(str, arguments)])
    output = capsys.readouterr()
    return status, output.out, output.err


def test_a_silent_mistake_stands_in_all_three_outputs(
    capsys: pytest.CaptureFixture[str], loaded: tuple[Path, str], truth: Path, tmp_path: Path
) -> None:
    status, shown, _ = run(capsys, truth, loaded[0], "--json", tmp_path / "e.json", "--html", tmp_path / "e.html")
    assert status == 0
    assert "传真" in shown and "50.00 %" in shown and "应为“13800000001”" in shown
    figures = json.loads((tmp_path / "e.json").read_text(encoding="utf-8"))
    assert (figures["values"]["silent"], figures["silent_rate"]) == (1, 0.5)
    page = (tmp_path / "e.html").read_text(encoding="utf-8")
    assert "应为“13800000001”" in page and page.count("<circle") == len(figures["reliability"]["bins"]) > 0


def test_the_page_needs_no_network_and_trusts_no_file(
    capsys: pytest.CaptureFixture[str], loaded: tuple[Path, str], truth: Path, tmp_path: Path
) -> None:
    run(capsys, truth, loaded[0], "--html", tmp_path / "e.html")
    page = (tmp_path / "e.html").read_text(encoding="utf-8")
    assert "&lt;13800000007&gt;" in page and "<13800000007>" not in page
    assert not re.search(r"https?://|<script|<link|src=", page)
    assert not re.search(r"\b(None|nan|StrictUndefined)\b", page)


def test_a_secretary_measures_on_what_was_corrected(capsys: pytest.CaptureFixture[str], loaded: tuple[Path, str], tmp_path: Path) -> None:
    warehouse, form = loaded
    status, _, said = run(capsys, "--corrected", warehouse)
    assert status == 1 and "还没有人工更正" in said
    with open_warehouse(warehouse) as opened:
        correct(opened, form, "phone", "13800000001", by="王审核", at=make.DECIDED)
        correct(opened, form, "name", "张三", by="王审核", at=make.DECIDED)
    status, shown, said = run(capsys, "--corrected", warehouse, "--export-truth", tmp_path / "own.json")
    assert status == 0 and "50.00 %" in shown and "人工更正" in said
    assert run(capsys, tmp_path / "own.json", warehouse)[:2] == (0, shown.partition("\n")[2])  # but for the sentence about the export


def test_a_broken_truth_is_told_place_by_place(capsys: pytest.CaptureFixture[str], loaded: tuple[Path, str], tmp_path: Path) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text(json.dumps({"documents": [{"file": "a"}], "files": [{"path": "b", "status": "gone"}]}), encoding="utf-8")
    status, shown, said = run(capsys, bad, loaded[0])
    assert (status, shown) == (1, "")
    assert "3 处错误" in said and "documents.0.doc_type：缺少必填项" in said and "files.0.status：取值不在允许范围内" in said
    bad.write_text("{", encoding="utf-8")
    status, _, said = run(capsys, bad, loaded[0])
    assert status == 1 and "不是完整的 JSON 文件" in said


@pytest.mark.parametrize("arguments", [(), ("truth.json", "w.duckdb", "--corrected", "w.duckdb")])
def test_what_to_compare_with_must_be_said_once(capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]) -> None:
    status, _, said = run(capsys, *arguments)
    assert status == 1 and "请写明与什么对照" in said


def test_a_truth_or_a_warehouse_that_is_not_there_is_a_sentence(
    capsys: pytest.CaptureFixture[str], loaded: tuple[Path, str], truth: Path, tmp_path: Path
) -> None:
    assert "无法读取真值文件" in run(capsys, tmp_path / "no.json", loaded[0])[2]
    assert "还没有仓库文件" in run(capsys, truth, tmp_path / "no.duckdb")[2]
