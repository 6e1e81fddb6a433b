"""The models' checks: what is missing or altered must be said before a page is read wrongly."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from extractors import models
from schemas.errors import ModelsUnavailable
from schemas.settings import Settings
from tests.extractors.paper_golden import settings

__all__ = ["settings"]


def test_prepared_directories_hold_what_paddlex_opens(settings: Settings) -> None:
    directories = models.prepare(settings)
    for folder in (directories.detection, directories.recognition):
        assert (folder / "inference.onnx").is_file()
        assert (folder / "inference.yml").is_file()
    assert directories.orientation.is_file()


def test_preparing_twice_changes_nothing(tmp_path: Path) -> None:
    first = models.prepare_in(tmp_path, None)
    stamps = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()}
    models.prepare_in.cache_clear()
    assert models.prepare_in(tmp_path, None) == first
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()} == stamps


def test_altered_prepared_model_is_built_anew(tmp_path: Path) -> None:
    folder = models.prepare_in(tmp_path, None).detection
    (folder / "inference.onnx").unlink()  # unlink first: it may be a hard link to the installed file
    (folder / "inference.onnx").write_bytes(b"altered")
    models.prepare_in.cache_clear()
    assert models.prepare_in(tmp_path, None).detection == folder
    assert (folder / "inference.onnx").stat().st_size > 1_000_000
    models.prepare_in.cache_clear()


def test_altered_packaged_model_is_refused_with_a_remedy() -> None:
    altered = replace(models.RECOGNISER, sha256="0" * 64)
    with pytest.raises(ModelsUnavailable, match=r"不一致.*make run"):
        models.locate(altered)


def test_missing_package_is_refused_with_a_remedy() -> None:
    with pytest.raises(ModelsUnavailable, match=r"缺少识别模型数据包.*make run"):
        models.locate(replace(models.DETECTOR, package="no_such_model_package"))


def test_another_model_directory_is_used_as_it_declares_itself(settings: Settings, tmp_path: Path) -> None:
    bundled = models.prepare(settings)
    shutil.copytree(bundled.detection, tmp_path / "text_detection")
    shutil.copytree(bundled.recognition, tmp_path / "text_recognition")
    chosen = models.prepare(settings.model_copy(update={"ocr_models_dir": tmp_path}))
    assert chosen.detection == tmp_path / "text_detection"
    assert chosen.recognition_name == "PP-OCRv6_small_rec"


@pytest.mark.parametrize("missing", ["text_detection/inference.onnx", "text_recognition/inference.yml"])
def test_incomplete_model_directory_names_the_missing_file(settings: Settings, tmp_path: Path, missing: str) -> None:
    for name in (
        "text_detection/inference.onnx",
        "text_detection/inference.yml",
        "text_recognition/inference.onnx",
        "text_recognition/inference.yml",
    ):
        if name != missing:
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text("Global: {model_name: PP-OCRv6_medium_det}\n", encoding="utf-8")
    with pytest.raises(ModelsUnavailable, match=missing):
        models.prepare(settings.model_copy(update={"ocr_models_dir": tmp_path}))


def test_unwritable_cache_is_said_with_the_setting_that_helps(tmp_path: Path) -> None:
    occupied = tmp_path / "file"
    occupied.write_text("not a folder", encoding="utf-8")
    with pytest.raises(ModelsUnavailable, match="GONGJIANG_CACHE_DIR"):
        models.prepare_in(occupied, None)
