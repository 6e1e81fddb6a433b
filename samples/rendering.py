"""Printing: Word files in, page pictures and the places of labels out.

Called by `sheets` and `inbox`. Needs LibreOffice (`soffice`); it draws the official typefaces with Debian's Chinese fonts.
"""

from __future__ import annotations

import io
import os
import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pdfplumber
import pypdfium2
from PIL import Image

_TYPEFACES = {
    "song": {"宋体": "Noto Serif CJK SC", "仿宋": "Noto Serif CJK SC", "黑体": "Noto Sans CJK SC", "楷体": "AR PL UKai CN"},
    "ming": {"宋体": "AR PL UMing CN", "仿宋": "AR PL UKai CN", "黑体": "WenQuanYi Zen Hei", "楷体": "AR PL UKai CN"},
    "hei": {"宋体": "Noto Sans CJK SC", "仿宋": "Noto Serif CJK SC", "黑体": "Noto Sans CJK SC", "楷体": "Noto Sans CJK SC"},
    "kai": {"宋体": "AR PL UKai CN", "仿宋": "AR PL UKai CN", "黑体": "WenQuanYi Zen Hei", "楷体": "AR PL UKai CN"},
}


def _font_config(typeface: str) -> str:
    rules = "".join(
        f'<match target="pattern"><test qual="any" name="family"><string>{name}</string></test>'
        f'<edit name="family" mode="assign" binding="same"><string>{font}</string></edit></match>'
        for name, font in _TYPEFACES[typeface].items()
    )
    head = '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
    return f"{head}<include>/etc/fonts/fonts.conf</include>{rules}</fontconfig>"


def _fixed_times(pdf: bytes) -> bytes:
    """LibreOffice writes the time and a random id into every file; overwrite both, length unchanged."""
    pdf = re.sub(rb"/CreationDate\s?\(D:\d{14}", lambda found: found.group()[:-14] + b"20240304093000", pdf)
    return re.sub(rb"<[0-9A-F]{32}>", b"<" + b"0" * 32 + b">", re.sub(rb"/DocChecksum /[0-9A-F]{32}", b"/DocChecksum /" + b"0" * 32, pdf))


def print_to_pdf(files: dict[str, bytes], typeface: str) -> dict[str, bytes]:
    """Convert Word files, keyed by a plain name, to PDF in one LibreOffice run; RuntimeError when it leaves one out."""
    if not files:
        return {}
    if not files:
        return {}  # LibreOffice without a file to convert waits for ever
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        for name, content in files.items():
            (base / f"{name}.docx").write_bytes(content)
        (base / "fonts.conf").write_text(_font_config(typeface), encoding="utf-8")
        command = ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "pdf", "--outdir", folder]
        command += [str(base / f"{name}.docx") for name in files]
        environment = os.environ | {"FONTCONFIG_FILE": str(base / "fonts.conf")}
        subprocess.run(command, check=True, capture_output=True, timeout=600, env=environment)
        missing = [name for name in files if not (base / f"{name}.pdf").exists()]
        if missing:
            raise RuntimeError(f"LibreOffice converted nothing for {missing}")
        return {name: _fixed_times((base / f"{name}.pdf").read_bytes()) for name in files}


def page_pictures(pdf: bytes, dpi: int) -> list[Image.Image]:
    """Every page as an RGB picture of `dpi`."""
    document = pypdfium2.PdfDocument(pdf)
    pictures = [page.render(scale=dpi / 72).to_pil().convert("RGB") for page in document]
    document.close()
    return pictures


@dataclass(frozen=True)
class Glyph:
    """One printed character and its centre, in points from the page's top left corner."""

    text: str
    x: float
    y: float


def glyphs(pdf: bytes, page: int) -> list[Glyph]:
    """The characters of a page (0-based), line by line."""
    with pdfplumber.open(io.BytesIO(pdf)) as document:
        chars = document.pages[page].chars
        found = [Glyph(char["text"], (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2) for char in chars]
    return sorted(found, key=lambda glyph: (round(glyph.y), glyph.x))
