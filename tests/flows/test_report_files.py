"""`gongjiang report` as a person types it, on a made-up season."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from benchmarks.synthetic_warehouse import fill
from flows.cli import run
from tests.warehouse.records import RECEIVED, an_edition
from warehouse.connection import open_warehouse
from warehouse.editions import store_edition


@pytest.fixture(scope="module")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse of thirty invented people."""
    path = tmp_path_factory.mktemp("made-up") / "w.duckdb"
    with open_warehouse(path) as warehouse:
        fill(warehouse, applicants=30, units=3, seed=8)
    return path


def test_one_command_writes_page_workbook_and_files(made_up: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["--html", str(tmp_path / "a" / "r.html"), "--xlsx", str(tmp_path / "r.xlsx"), "--csv", str(tmp_path / "c"), "--parquet"]
    assert run(["report", "--warehouse", str(made_up), *asked, str(tmp_path / "p"), "--compare", "2024-03-01"]) == 0
    assert "小于 5 的数字" in capsys.readouterr().out
    html = (tmp_path / "a" / "r.html").read_text(encoding="utf-8")
    assert "2024-03-01 23:59" in html and 'id="comparison"' in html
    assert (tmp_path / "r.xlsx").read_bytes()[:2] == b"PK"
    assert {len(list((tmp_path / name).iterdir())) for name in ("c", "p")} == {28}


def test_another_editions_warehouse_stands_beside_this_one(made_up: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with open_warehouse(tmp_path / "2025.duckdb") as other:
        fill(other, applicants=10, units=2, seed=9)
        store_edition(other, an_edition(date(2025, 3, 25)), RECEIVED)
    assert run(["report", "--warehouse", str(tmp_path / "2025.duckdb"), "--compare", str(made_up)]) == 0
    said = capsys.readouterr().out
    assert "申报人" in said and "-20" in said


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (["--at", "昨天"], "看不懂时间"),
        (["--compare", "去年"], "看不懂要与什么对比"),
        (["--compare", "{w}"], "不能与同一个仓库对比"),
        (["--csv", "{w}/x"], "无法写入"),
    ],
)
def test_a_mistake_is_a_sentence_with_a_way_out(made_up: Path, asked: list[str], sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["report", "--warehouse", str(made_up), *(word.format(w=made_up) for word in asked)]) == 1
    assert sentence in capsys.readouterr().err
