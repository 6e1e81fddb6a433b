"""`gongjiang calibrate`: learning from truths and from corrections, refusing to learn from nothing, and adopting what was learnt."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from flows import cli
from schemas.calibration import Calibration, Signals
from schemas.codes import DocType
from tests.warehouse import records as make
from warehouse.connection import open_warehouse
from warehouse.decisions import correct
from warehouse.load import load_file
from warehouse.outcome import outcome

FORMS, ROWS = 12, 30


def is_right(form: int, row: int) -> bool:
    """Every fourth value of the dim half is wrong."""
    return row % 2 == 1 or (form + row) % 4 > 0


def loaded(folder: Path, name: str, forms: int = FORMS) -> tuple[Path, Path]:
    """A warehouse in which every second value was read dimly, and of those every fourth one wrongly; and its truth."""
    (folder / name).mkdir()
    warehouse, truth = folder / name / "w.duckdb", folder / name / "truth.json"
    documents = []
    with open_warehouse(warehouse) as opened:
        for form in range(forms):
            file = make.a_file(f"{name}/{form}.pdf")
            values = []
            for row in range(1, ROWS + 1):
                score = 0.99 if row % 2 else 0.9
                found = Signals(score=score, line=score, length=4, document="application_form")
                text = "质量技术奖" if is_right(form, row) else "质量技木奖"
                values.append(make.a_value("honour_title", text, row=row, confidence=score).model_copy(update={"signals": found}))
            load_file(opened, file, [make.a_document(file, DocType.APPLICATION_FORM, *values)])
            fields = [{"field": "honour_title", "row": row, "value": "质量技术奖"} for row in range(1, ROWS + 1)]
            place = {"file": file.path, "page_from": 1, "page_to": 1, "doc_type": "application_form", "source": "paper"}
            documents.append({**place, "fields": fields})
    truth.write_text(json.dumps({"documents": documents}, ensure_ascii=False), encoding="utf-8")
    return warehouse, truth


def run(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str, str]:
    status = cli.run([str(argument) for argument in arguments])
    output = capsys.readouterr()
    return status, output.out, output.err


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return loaded(tmp_path_factory.mktemp("calibrate"), "mixed-101")


def _confidences(warehouse: Path) -> Sequence[tuple[float, bool]]:
    from warehouse.connection import open_read_only

    with open_read_only(warehouse) as opened:
        return [(value.confidence, value.needs_review) for document in outcome(opened).documents for value in document.fields]


def test_a_calibration_is_fitted_written_and_adopted(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    warehouse, truth = loaded(tmp_path, "own")
    target = tmp_path / "calibration.json"
    status, shown, said = run(capsys, "calibrate", warehouse, "--truth", truth, "--output", target)
    assert status == 0, said
    made = Calibration.model_validate_json(target.read_text(encoding="utf-8"))
    assert (made.count, made.sources, made.fitted_with) == (FORMS * ROWS, ("own",), "gongjiang calibrate w.duckdb --truth own")
    assert "交叉验证" in shown and "replay --apply" in said
    before = _confidences(warehouse)
    status, _, said = run(capsys, "replay", "--warehouse", warehouse, "--calibration", target)
    assert status == 0 and _confidences(warehouse) == before  # a comparison changes nothing
    assert run(capsys, "replay", "--warehouse", warehouse, "--calibration", target, "--apply")[0] == 0
    dim, clear = _confidences(warehouse)[1], _confidences(warehouse)[0]
    assert dim[0] == pytest.approx(0.75, abs=0.01) and clear[0] > 0.95
    assert (dim[1], clear[1]) == (True, False)


def test_a_person_may_set_the_threshold(capsys: pytest.CaptureFixture[str], known: tuple[Path, Path], tmp_path: Path) -> None:
    target = tmp_path / "c.json"
    assert run(capsys, "calibrate", known[0], "--truth", known[1], "--output", target, "--review-below", "0.123")[0] == 0
    assert Calibration.model_validate_json(target.read_text(encoding="utf-8")).review_below == 0.123


def test_nothing_is_learnt_from_too_little(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    warehouse, truth = loaded(tmp_path, "small", forms=1)
    status, _, said = run(capsys, "calibrate", warehouse, "--truth", truth, "--output", tmp_path / "c.json")
    assert status == 1 and "不足以拟合" in said and not (tmp_path / "c.json").exists()
    with open_warehouse(warehouse) as opened:
        (form,) = outcome(opened).documents
        correct(opened, form.document_id, "honour_title", "质量技术奖", row=2, by="王审核", at=make.DECIDED)
    status, _, said = run(capsys, "calibrate", warehouse, "--output", tmp_path / "c.json")
    assert status == 1 and "只有 1 个更正或确认过的机器读数" in said


def test_corrections_and_confirmations_teach(capsys: pytest.CaptureFixture[str], known: tuple[Path, Path], tmp_path: Path) -> None:
    shipped = tmp_path / "shipped.json"
    assert run(capsys, "calibrate", known[0], "--truth", known[1], "--output", shipped)[0] == 0
    warehouse, _ = loaded(tmp_path, "office", forms=2)
    with open_warehouse(warehouse) as opened:
        for form in outcome(opened).documents:
            for row in range(1, ROWS + 1):
                correct(opened, form.document_id, "honour_title", "质量技术奖", row=row, by="王审核", at=make.DECIDED)
        assert opened.execute("SELECT count(*), count(signals) FROM core.labelled_examples") == [(2 * ROWS, 2 * ROWS)]
    learnt = tmp_path / "learnt.json"
    status, _, said = run(capsys, "calibrate", warehouse, "--calibration", shipped, "--output", learnt)
    assert status == 0, said
    made = Calibration.model_validate_json(learnt.read_text(encoding="utf-8"))
    assert made.sources == ("mixed-101", "w.duckdb") and made.count == 2 * ROWS
    assert made.review_below == Calibration.model_validate_json(shipped.read_text(encoding="utf-8")).review_below


def test_warehouses_and_truths_must_match(capsys: pytest.CaptureFixture[str], known: tuple[Path, Path]) -> None:
    status, _, said = run(capsys, "calibrate", known[0], known[0], "--truth", known[1])
    assert status == 1 and "2 个仓库、1 个真值文件" in said


def test_a_broken_calibration_file_is_told(capsys: pytest.CaptureFixture[str], known: tuple[Path, Path], tmp_path: Path) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text('{"fitted_with": "x"}', encoding="utf-8")
    status, _, said = run(capsys, "replay", "--warehouse", known[0], "--calibration", bad)
    assert status == 1 and "bad.json: review_below: 缺少必填项" in said
