"""Certificates drawn up as text layouts: rows of words with plausible boxes, and what they say, from `data/certificate_wordings.yaml`.

Comes in: the wordings. Goes out: scanned pages without any OCR and the truth of each. Called by the tests of certificates.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from schemas.layout import Box, Line, Mark, MarkKind, Method, Page

WORDINGS = Path(__file__).parent / "data" / "certificate_wordings.yaml"
_CHARACTER, _HEIGHT, _PITCH = 0.022, 0.028, 0.055  # page fractions


@dataclass(frozen=True)
class Wording:
    """One certificate: its page as a scanner would deliver it, and its values."""

    name: str
    page: Page
    truth: Mapping[str, str]


def load_wordings(path: Path = WORDINGS) -> tuple[Wording, ...]:
    """Every wording of the file."""
    return tuple(_wording(entry) for entry in yaml.safe_load(path.read_text(encoding="utf-8"))["certificates"])


def _wording(entry: Mapping[str, Any]) -> Wording:
    if "page" in entry:
        lines = _rows(entry["page"], 0.08, 0.92, 0.0)
    else:
        # What stands in two panels is delivered row by row across both.
        lines = _rows(entry["left"], 0.04, 0.46, 0.01) + _rows(entry["right"], 0.54, 0.97, 0.0)
    ordered = tuple(sorted(lines, key=lambda line: (line.box.y0, line.box.x0) if line.box else (0.0, 0.0)))
    marks = tuple(
        Mark(kind=MarkKind.SEAL, box=Box(x0=0.6, y0=0.6, x1=0.8, y1=0.85), text=name, colour="red", confidence=0.98)
        for name in entry.get("seals", ())
    )
    page = Page(number=1, method=Method.OCR, width=842, height=595, quality=0.97, blocks=ordered, marks=marks)
    return Wording(entry["name"], page, {name: str(value) for name, value in entry["truth"].items()})


def _rows(text: str, left: float, right: float, shift: float) -> list[Line]:
    """The rows of a panel, the first line of it at the top; columns at equal distances."""
    lines = []
    for number, row in enumerate(text.rstrip("\n").split("\n")):
        parts = row.split("|")
        for place, part in enumerate(parts):
            words = part.strip(" ")
            if not words.strip():
                continue
            x0 = left + (right - left) * place / len(parts)
            width = min(len(words) * _CHARACTER, (right - left) / len(parts) * 0.95)
            y0 = 0.06 + _PITCH * number + shift
            lines.append(Line(text=words, box=Box(x0=x0, y0=y0, x1=x0 + width, y1=y0 + _HEIGHT), confidence=0.985))
    return lines
