"""A Word document of ours as PDF, where LibreOffice is installed.

Comes in: a docx on disk. Goes out: a PDF beside it. Called by `commands.papers`.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from extractors.libreoffice import ConversionFailed, NotInstalled, convert
from schemas.errors import GongjiangError, RejectedFile
from schemas.settings import Settings


class NoPdf(GongjiangError):
    """No PDF was made; the Word document is there."""

    code = "NO_PDF"


def as_pdf(docx: Path, settings: Settings) -> Path:
    """Write the PDF of a docx beside it; returns its path. Raises NoPdf."""
    target = docx.with_suffix(".pdf")
    try:
        with convert(docx, ".docx", "MS Word 2007 XML", settings, output="pdf:writer_pdf_Export") as made:
            shutil.copyfile(made, target)
    except NotInstalled as error:
        raise NoPdf("没有安装 LibreOffice，不能生成 PDF。", f"Word 文件已经写好：{docx}，可用 Word 另存为 PDF。") from error
    except (ConversionFailed, RejectedFile, OSError) as error:
        raise NoPdf("LibreOffice 没有能生成 PDF。", f"Word 文件已经写好：{docx}，可用 Word 另存为 PDF。") from error
    return target
