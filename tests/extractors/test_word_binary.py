"""Old Word, RTF and OpenDocument files: read through LibreOffice where it is installed, refused with a way out where it is not.

`data/old_word/form.*` are one small form, written by LibreOffice itself (docx → doc, rtf, odt).
"""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from extractors import libreoffice, reading, sniff
from schemas.errors import RejectedFile, RejectionCode
from schemas.layout import Method, Table
from schemas.settings import Limits, Settings
from tests.extractors.compound_file import compound_file
from tests.extractors.make_sources import DATA

FORMS = DATA / "old_word"
GOLDEN = [
    "第二届（2024年度）“上海质量工匠”申报审批表",
    [
        (0, 0, 1, 1, "姓　名"),
        (0, 1, 1, 1, "赵喆"),
        (0, 2, 2, 1, "照片"),
        (1, 0, 1, 1, "身份证号"),
        (1, 1, 1, 1, "11010519491231002X"),
        (2, 0, 1, 1, "资格声明"),
        (2, 1, 1, 2, "是否在职职工 ☑是 □否"),
    ],
    "本人承诺所提供的申报材料完整、真实、客观。",
]
installed = pytest.mark.skipif(libreoffice.program() is None, reason="LibreOffice is not installed")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(cache_dir=tmp_path / "cache")


def _refused(path: Path, settings: Settings) -> RejectedFile:
    with pytest.raises(RejectedFile) as caught:
        reading.inspect(path, settings)
    assert not list((settings.cache_dir / "work").glob("*"))
    return caught.value


@installed
@pytest.mark.libreoffice
@pytest.mark.parametrize(("name", "kind"), [("form.doc", sniff.DOC), ("form.rtf", sniff.RTF), ("form.odt", sniff.ODT)])
def test_golden_an_old_form_keeps_its_cells_and_ticks(name: str, kind: str, settings: Settings) -> None:
    assert sniff.media_type(FORMS / name) == kind
    (page,) = reading.read_pages(FORMS / name, kind, 1, 9, settings)
    assert page.method is Method.DOCX
    found = [
        [(cell.row, cell.col, cell.row_span, cell.col_span, cell.text) for cell in block.cells] if isinstance(block, Table) else block.text
        for block in page.blocks
    ]
    assert found == GOLDEN
    assert not list((settings.cache_dir / "work").iterdir())


@installed
@pytest.mark.libreoffice
def test_pages_are_counted_and_the_original_is_left_alone(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "申报表 WPS"
    path.write_bytes((FORMS / "form.doc").read_bytes())
    assert reading.inspect(path, settings).pages == 1
    assert path.read_bytes() == (FORMS / "form.doc").read_bytes()
    assert {one.name for one in tmp_path.iterdir()} == {path.name, "cache"}


@installed
@pytest.mark.libreoffice
def test_what_is_no_word_file_inside_is_not_read_as_text(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(compound_file({"WordDocument": b"\xec\xa5\xc1\x00" + bytes(8_000), "1Table": bytes(5_000)}))
    assert _refused(tmp_path / "a", settings).code in {RejectionCode.CORRUPT, RejectionCode.EMPTY}


def test_half_an_old_file_is_called_corrupt(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes((FORMS / "form.doc").read_bytes()[:6_000])
    assert _refused(tmp_path / "a", settings).code == RejectionCode.CORRUPT


def test_an_old_file_with_a_password_is_reported_as_such(settings: Settings, tmp_path: Path) -> None:
    content = bytearray((FORMS / "form.doc").read_bytes())
    content[content.index(b"\xec\xa5\x01\x01") + 11] |= 0x01  # fEncrypted
    (tmp_path / "a").write_bytes(content)
    assert _refused(tmp_path / "a", settings).code == RejectionCode.ENCRYPTED


def test_an_old_file_with_foreign_objects_is_refused_rather_than_read_without_them(settings: Settings, tmp_path: Path) -> None:
    word = b"\xec\xa5\xc1\x00" + bytes(8_000)
    (tmp_path / "a").write_bytes(compound_file({"ObjectPool": {"_1": {"Workbook": b"1"}}, "WordDocument": word}))
    assert "另存为" in _refused(tmp_path / "a", settings).message


def test_without_libreoffice_the_sender_learns_what_to_do(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(libreoffice, "_USUAL_PLACES", ())
    refusal = _refused(FORMS / "form.doc", settings)
    assert refusal.code == RejectionCode.UNSUPPORTED_TYPE
    assert "LibreOffice" in refusal.message and "docx" in refusal.message


@pytest.mark.skipif(os.name != "posix", reason="a shell script stands in for LibreOffice")
def test_a_conversion_that_hangs_is_ended_with_everything_it_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    office = tmp_path / "bin" / "soffice"
    office.parent.mkdir()
    office.write_text(f"#!/bin/sh\nsleep 300 &\necho $! > {tmp_path}/child\nsleep 300\n")
    office.chmod(0o755)
    monkeypatch.setenv("PATH", f"{office.parent}{os.pathsep}{os.environ['PATH']}")
    settings = Settings(cache_dir=tmp_path / "cache", limits=Limits(seconds=2))
    began = time.monotonic()
    assert _refused(FORMS / "form.doc", settings).code == RejectionCode.TIMEOUT
    assert time.monotonic() - began < 10
    child = int((tmp_path / "child").read_text())
    for _ in range(50):  # a killed process stays in the list until its new parent has looked at it
        state = Path(f"/proc/{child}/stat")
        if not state.exists() or state.read_text().split()[2] == "Z":
            break
        time.sleep(0.1)
    else:
        pytest.fail("the child is still running")
