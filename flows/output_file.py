"""A result as a file: whole or not at all.

Comes in: a place and a text or bytes. Goes out: the file, or a sentence that says why not. Called by `report_files`, `evaluate` and
`calibrate`.
"""

from __future__ import annotations

import os
from pathlib import Path

from schemas.errors import GongjiangError


class ReportNotWritten(GongjiangError):
    """The result's file cannot be written."""

    code = "REPORT_NOT_WRITTEN"


def write_whole(target: Path, content: str | bytes) -> None:
    """Write a text as UTF-8, or bytes as they are; an existing file is replaced once the new one is whole.

    Raises:
        ReportNotWritten: the place cannot be written to.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        unfinished = target.with_name(f".{target.name}.{os.getpid()}")
        unfinished.write_bytes(content.encode() if isinstance(content, str) else content)
        unfinished.replace(target)
    except OSError as error:
        raise ReportNotWritten(f"无法写入 {target}（{error.strerror}）。", "请换一个可以写入的位置。") from error
