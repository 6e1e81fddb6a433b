"""The command line: help in Chinese, errors as sentences with a remedy, output that other programs can read."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest

from flows import cli
from tests.conftest import SampleRun
from warehouse.connection import open_warehouse

COMMANDS = (
    "ingest",
    "watch",
    "query",
    "status",
    "report",
    "explain",
    "replay",
    "register",
    "evaluate",
    "calibrate",
    "doctor",
    "backup",
    "restore",
)
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture
def empty_warehouse(tmp_path: Path) -> Path:
    path = tmp_path / "w.duckdb"
    open_warehouse(path).close()
    return path


def run(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str, str]:
    """Exit status, standard output, standard error of a command run in this process."""
    status = cli.run([str(argument) for argument in arguments])
    output = capsys.readouterr()
    return status, output.out, output.err


@pytest.mark.parametrize("command", [(), *((command,) for command in COMMANDS)])
def test_a_clerk_who_reads_no_english_can_read_the_help(capsys: pytest.CaptureFixture[str], command: tuple[str, ...]) -> None:
    status, shown, _ = run(capsys, *command, "--help")
    assert status == 0
    assert shown.startswith("用法：gongjiang")
    for line in shown.splitlines()[1:]:
        assert not line.strip() or _CHINESE.search(line), line
    for english in ("Usage", "Options", "Arguments", "Commands", "Show this message", "required", "default"):
        assert english not in shown


def test_every_command_is_listed_in_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    _, shown, _ = run(capsys, "--help")
    positions = [shown.index(f"\n  {command} ") for command in COMMANDS]
    assert positions == sorted(positions)


def test_the_version_can_be_asked_for(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.metadata.version", lambda name: "1.2.3")
    assert run(capsys, "--version")[:2] == (0, "gongjiang 1.2.3\n")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("ingest",), "缺少 路径。"),
        (("ingest", "/没有/这里"), "找不到 /没有/这里"),
        (("ingest", "--nothing"), "没有 --nothing 这个选项。"),
        (("ingest", ".", "--workers", "0"), "--workers 的值太小，至少是 1。"),
        (("ingest", ".", "--workers"), "--workers 后面缺少内容。"),
        (("fly",), "没有 fly 这个命令。"),
        (("query",), "缺少 SQL。"),
        (("query", "SELECT 1", "SELECT 2"), "多出了参数：SELECT 2。"),
        (("query", "SELECT 1", "--format", "xml"), "--format 的值不对。"),
        (("watch", __file__), "是文件，这里需要文件夹。"),
    ],
)
def test_what_was_typed_wrongly_is_said_in_a_sentence(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], sentence: str
) -> None:
    status, shown, said = run(capsys, *arguments)
    assert (status, shown) == (2, "")
    assert sentence in said and "--help" in said
    assert not re.search(r"[A-Za-z]{3,} [a-z]{2,} [a-z]{2,}", said), said


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("status", "--warehouse", "没有.duckdb"), "请先用 gongjiang ingest"),
        (("ingest", "--received-at", "昨天", "."), "看不懂收件时间"),
        (("query", "DROP TABLE core.files", "--warehouse", "{warehouse}"), "。"),
        (("query", "SELEC 1", "--warehouse", "{warehouse}"), "。"),
        (("query", "SELECT 1", "--warehouse", "{damaged}"), "仓库文件已损坏"),
        (("ingest", ".", "--warehouse", "{damaged}/w.duckdb"), "请换一个可以写入的位置"),
        (("report", "--html", "{damaged}/r.html", "--warehouse", "{warehouse}"), "无法写入"),
    ],
)
def test_what_cannot_be_done_is_said_with_a_remedy(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, empty_warehouse: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    damaged = tmp_path / "damaged.duckdb"
    damaged.write_bytes(b"no database at all" * 1000)
    status, shown, said = run(capsys, *(text.format(warehouse=empty_warehouse, damaged=damaged) for text in arguments))
    assert (status, shown) == (1, "")
    assert said.startswith("错误：") and sentence in said
    assert "Traceback" not in said


def test_a_wrong_setting_is_a_sentence(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGJIANG_WORKERS", "many")
    status, _, said = run(capsys, "status")
    assert status == 1 and "workers" in said and "GONGJIANG_" in said


def test_a_surprise_goes_to_the_log_and_not_to_the_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def surprise(settings: object) -> None:
        raise ZeroDivisionError("an error of ours")

    monkeypatch.setenv("GONGJIANG_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr("flows.reports.show_status", surprise)
    status, _, said = run(capsys, "status")
    log = tmp_path / "logs" / "gongjiang.log"
    assert status == 1 and str(log) in said.replace("\n", "") and "Traceback" not in said
    assert "an error of ours" in log.read_text(encoding="utf-8")


def test_stopping_by_hand_is_no_failure_of_the_program(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(settings: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("flows.reports.show_status", stopped)
    status, _, said = run(capsys, "status")
    assert status == 130 and "已停止" in said


VALUES = """
    SELECT DATE '2024-03-25' AS 日期, ['甲', '乙,丙'] AS 单位, {'page': 1, 'value': '"x"'} AS 证据,
           NULL AS 无, 1.5::DECIMAL(4,2) AS 数, TRUE AS 真
"""


def test_json_output_keeps_dates_lists_and_structures(capsys: pytest.CaptureFixture[str], empty_warehouse: Path) -> None:
    _, shown, _ = run(capsys, "query", VALUES, "--format", "json", "--warehouse", empty_warehouse)
    assert json.loads(shown) == [
        {"日期": "2024-03-25", "单位": ["甲", "乙,丙"], "证据": {"page": 1, "value": '"x"'}, "无": None, "数": 1.5, "真": True}
    ]


def test_csv_output_survives_commas_and_quotes(capsys: pytest.CaptureFixture[str], empty_warehouse: Path) -> None:
    _, shown, _ = run(capsys, "query", VALUES, "--format", "csv", "--warehouse", empty_warehouse)
    (row,) = csv.DictReader(io.StringIO(shown))
    assert (row["日期"], json.loads(row["单位"]), json.loads(row["证据"])["value"]) == ("2024-03-25", ["甲", "乙,丙"], '"x"')
    assert (row["无"], row["数"], row["真"]) == ("", "1.5", "true")


def test_a_value_cannot_write_to_the_terminal_or_be_taken_for_markup(capsys: pytest.CaptureFixture[str], empty_warehouse: Path) -> None:
    _, shown, _ = run(capsys, "query", "SELECT '[red]甲[/red]' || chr(27) || '[31m' AS x", "--warehouse", empty_warehouse)
    assert "[red]甲[/red]" in shown and "\x1b[31m" not in shown


def test_status_and_statistics_of_the_sample_inbox_can_be_read(
    capsys: pytest.CaptureFixture[str], sample_run: SampleRun, tmp_path: Path
) -> None:
    status, shown, _ = run(capsys, "status", "--warehouse", sample_run.warehouse)
    assert status == 0
    for text in ("申报审批表", "未能读取的文件", "没有着落 0", "请去掉密码后重新发送"):
        assert text in shown
    status, shown, _ = run(capsys, "report", "--warehouse", sample_run.warehouse)
    assert status == 0 and "上海市宝山区质量创新促进中心" in shown
    target = tmp_path / "out" / "report.html"
    assert run(capsys, "report", "--html", target, "--warehouse", sample_run.warehouse)[0] == 0
    page = target.read_text(encoding="utf-8")
    assert "上海市宝山区质量创新促进中心" in page
    assert not re.search(r"(?:src|href)=[\"']https?:", page), "the report must open without a network"


def test_doctor_names_what_is_missing_and_the_remedy(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("GONGJIANG_CACHE_DIR", str(tmp_path))
    monkeypatch.setenv("GONGJIANG_OCR_MODELS_DIR", str(tmp_path / "no-models"))
    monkeypatch.setenv("GONGJIANG_EDITION", "1999")
    status, shown, _ = run(capsys, "doctor", "--warehouse", tmp_path / "new.duckdb")
    assert status == 1
    faults = [line for line in shown.splitlines() if line.startswith("✗")]
    assert any("识别模型" in line and "→" in line for line in faults)
    assert any("规则库" in line for line in faults)
    assert any(line.startswith("✓ Python") for line in shown.splitlines())
    assert not (tmp_path / "new.duckdb").exists()
