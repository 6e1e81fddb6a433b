"""Is everything there that the program needs? Each check with what to do if not.

Comes in: the settings. Goes out: `Check`s, none of which changes anything but the prepared model folder. Called by `cli`.
"""

from __future__ import annotations

import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

from flows.confinement import AUDIT, LANDLOCK, NAMESPACE, SECCOMP, tried_out
from flows.registers import load_registers
from schemas.base import Frozen
from schemas.errors import GongjiangError, WarehouseUnavailable
from schemas.settings import Settings

_REINSTALL = "请删除 .venv 后重新运行 make run。"
_FREE_BYTES = 2 * 2**30


class Check(Frozen):
    """One thing that was looked at. `needed` is false for what the program can do without."""

    name: str
    sound: bool
    found: str
    remedy: str = ""
    needed: bool = True


def examine(settings: Settings) -> Iterator[Check]:
    """All checks, in the order in which a fault would be met."""
    yield _python()
    yield _packages()
    yield _opencv()
    for name, look in (
        ("识别模型", _models),
        ("规则库", _rulebook),
        ("名册", _registers),
        ("仓库", _warehouse),
        ("磁盘空间", _disk),
    ):
        yield _checked(name, lambda look=look: look(settings))  # type: ignore[misc]
    yield _confinement()
    office = shutil.which("soffice") or shutil.which("libreoffice")
    without = "没有它时，旧版 Word、WPS（doc、wps）、RTF 和 odt 文件会被退回，请寄件人另存为 docx。"
    yield Check(name="LibreOffice", sound=office is not None, found=office or "没有安装", remedy=without, needed=False)
    unpacker = next((found for name in ("unrar", "unar", "7z", "7zz") if (found := shutil.which(name))), None)
    without = "没有解压程序（unrar 或 unar）时，rar 压缩包会被退回，请寄件人改用 zip。"
    yield Check(name="RAR 解压程序", sound=unpacker is not None, found=unpacker or "没有安装", remedy=without, needed=False)


def _checked(name: str, look: Callable[[], str]) -> Check:
    try:
        return Check(name=name, sound=True, found=look())
    except GongjiangError as error:
        return Check(name=name, sound=False, found=str(error.message), remedy=error.remedy)
    except Exception as error:
        return Check(name=name, sound=False, found=f"检查时出错：{error!r}", remedy=_REINSTALL)


def _python() -> Check:
    sound = sys.version_info >= (3, 11)
    return Check(name="Python", sound=sound, found=platform.python_version(), remedy="需要 Python 3.11 或更新的版本。")


def _packages() -> Check:
    """Every direct dependency that the project's own metadata names, with its version."""
    try:
        wanted = [Requirement(text) for text in metadata.requires("gongjiang") or ()]
    except metadata.PackageNotFoundError:
        return Check(name="依赖包", sound=False, found="程序没有安装到当前环境", remedy=_REINSTALL)
    faults = []
    for requirement in wanted:
        if requirement.marker is not None and not requirement.marker.evaluate():
            continue
        try:
            version = metadata.version(requirement.name)
        except metadata.PackageNotFoundError:
            faults.append(f"缺少 {requirement.name}")
            continue
        if not requirement.specifier.contains(version, prereleases=True):
            faults.append(f"{requirement.name} 是 {version}，需要 {requirement.specifier}")
    return Check(name="依赖包", sound=not faults, found="；".join(faults) or f"{len(wanted)} 个，版本相符", remedy=_REINSTALL)


def _opencv() -> Check:
    """Two OpenCV packages overwrite each other's files."""
    names = sorted({name for found in metadata.distributions() if (name := str(found.name).lower()).startswith("opencv")})
    return Check(
        name="OpenCV", sound=len(names) == 1, found="、".join(names) or "没有安装", remedy=f"应当恰好安装一个 OpenCV 包。{_REINSTALL}"
    )


def _models(settings: Settings) -> str:
    from extractors.models import prepare

    prepared = prepare(settings)
    return f"{prepared.detection_name}、{prepared.recognition_name}，校验无误"


def _rulebook(settings: Settings) -> str:
    from pipeline.rulebook import load_rulebook

    return f"版本 {load_rulebook(settings.rulebook_dir, settings.edition_file, settings.calibration).version}"


def _registers(settings: Settings) -> str:
    if settings.registers_dir is None:
        return "未指定（可用 GONGJIANG_REGISTERS_DIR 或 --registers 指定）"
    registers = load_registers(settings.registers_dir)
    return f"既往称号 {len(registers.prior_titles)} 条，限制申报 {len(registers.bans)} 条，推荐单位 {len(registers.units)} 家"


def _warehouse(settings: Settings) -> str:
    from warehouse.connection import open_read_only

    if not settings.warehouse.exists():
        return f"{settings.warehouse} 尚未创建，第一次读入时自动创建"
    with open_read_only(settings.warehouse) as warehouse:
        return f"{warehouse.path} 可以打开"


def _confinement() -> Check:
    """What holds a process that reads foreign files, tried out."""
    try:
        found = tried_out()
    except (subprocess.SubprocessError, ValueError) as error:
        return Check(name="读取隔离", sound=False, found=f"隔离不起作用：{error!r}", remedy=_REINSTALL)
    by = {NAMESPACE: "系统（网络命名空间）", SECCOMP: "系统（seccomp）", LANDLOCK: "系统（Landlock）", AUDIT: "程序自身"}
    text = f"读取进程不能联网：由{by[found.network]}保证；不能在工作文件夹以外写入：由{by[found.files]}保证"
    remedy = "系统内核不支持更严的隔离，普通文件不受影响；建议在 Linux 5.13 以上的系统上运行。"
    return Check(name="读取隔离", sound=found.by_the_kernel, found=text, remedy=remedy, needed=False)


def _disk(settings: Settings) -> str:
    for folder in (settings.warehouse.absolute().parent, settings.cache_dir.absolute()):
        free = shutil.disk_usage(_existing(folder)).free
        if free < _FREE_BYTES:
            raise WarehouseUnavailable(f"{folder} 所在磁盘只剩 {free / 2**30:.1f} GB。", "请清理磁盘，至少留出 2 GB。")
    return "足够"


def _existing(folder: Path) -> Path:
    return next(parent for parent in (folder, *folder.parents) if parent.exists())
