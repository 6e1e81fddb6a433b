"""A PDF page that was typed: its text layer and ruled tables, by pdfplumber.

Comes in: a file, a page number, and a way to have the page rendered (only pictures on it are recognised). Goes out: a `Page` with method
`pdf_text`, or None where the text layer proves worthless; called by `pdf`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pdfplumber

from extractors.grid import RuledTable, table_of
from extractors.paper import with_pictures
from extractors.raster import Image, Rectangle
from extractors.ticks import glyph, is_symbol_font, normalise
from schemas.layout import Box, Cell, Line, Method, Page, Table
from schemas.settings import Settings

_PRIVATE = re.compile("[\ue000-\uf8ff]")
# Symbol fonts map their glyphs into this part of the private use area; the boxes among them are known.
_SYMBOL_GLYPHS = re.compile("[\uf020-\uf0ff]")
_LEAST_PICTURE = 40  # points
_SPACES = re.compile(r"[ \u00a0\u3000\t]+")


def unsound_share(text: str) -> float:
    """The share of characters (0-1) that mean nothing: unmapped glyphs, control characters. A font without a Unicode table yields many."""
    unsound = sum(1 for character in text if character == "\ufffd" or unicodedata.category(character) in ("Cc", "Cn", "Co"))
    symbols = len(_SYMBOL_GLYPHS.findall(text))
    return (unsound - symbols) / max(1, len(text))


def read(path: Path, number: int, render: Callable[[], Image], settings: Settings) -> Page | None:
    """Page `number` (1-based) by its text layer; None where pdfminer finds no text or stumbles. Raises `ModelsUnavailable`."""
    try:
        with pdfplumber.open(path, pages=[number]) as document:
            page = document.pages[0]
            try:
                typed, regions = _page(page, number), _pictures(page)
            finally:
                page.close()
    except Exception:  # pdfminer raises whatever it stumbles over; pdfium could open the file, so it is read as a picture instead
        return None
    return with_pictures(typed, regions, render(), settings) if typed is not None and regions else typed


def _page(page: Any, number: int) -> Page | None:
    size = float(page.width), float(page.height)
    chars = [char for char in page.dedupe_chars().chars if char["text"].strip() or char["text"] == "\u3000"]
    if not chars:
        return None
    height = sorted(float(char["size"]) for char in chars)[len(chars) // 2]
    tables = [table for found in page.find_tables() if (table := table_of([Rectangle(*cell) for cell in found.cells], height)) is not None]
    held: dict[tuple[int, int] | None, list[Any]] = {}
    for char in chars:
        held.setdefault(_cell_of(char, tables), []).append(char)
    blocks: list[tuple[float, float, Line | Table]] = []
    for box, text in _lines(held.get(None, [])):
        blocks.append((box.centre[1], box.x0, Line(text=text, box=_fraction(box, size))))
    for index, table in enumerate(tables):
        blocks.append((table.box.y0, table.box.x0, _table(index, table, held, size)))
    blocks.sort(key=lambda block: (round(block[0] / (height / 2)), block[1]))
    return Page(number=number, method=Method.PDF_TEXT, width=size[0], height=size[1], blocks=tuple(block for _, _, block in blocks))


def _pictures(page: Any) -> list[Box]:
    """Where pictures stand that are large enough to hold a seal, a card or a signature, as page fractions."""
    found = []
    for picture in page.images:
        box = Rectangle(
            max(0.0, picture["x0"]), max(0.0, picture["top"]), min(page.width, picture["x1"]), min(page.height, picture["bottom"])
        )
        if min(box.width, box.height) >= _LEAST_PICTURE:
            found.append(_fraction(box, (float(page.width), float(page.height))))
    return found


def _cell_of(char: Any, tables: Sequence[RuledTable]) -> tuple[int, int] | None:
    centre = (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2
    for number, table in enumerate(tables):
        if table.box.holds(centre):
            for index, cell in enumerate(table.cells):
                if cell.box.holds(centre):
                    return number, index
    return None


def _table(number: int, table: RuledTable, held: dict[tuple[int, int] | None, list[Any]], size: tuple[float, float]) -> Table:
    cells = tuple(
        Cell(
            row=cell.row,
            col=cell.col,
            row_span=cell.row_span,
            col_span=cell.col_span,
            box=_fraction(cell.box, size),
            lines=tuple(Line(text=text, box=_fraction(box, size)) for box, text in _lines(held.get((number, index), []), apart=False)),
        )
        for index, cell in enumerate(table.cells)
    )
    return Table(rows=table.rows, cols=table.cols, cells=cells, box=_fraction(table.box, size))


def _lines(chars: Sequence[Any], apart: bool = True) -> list[tuple[Rectangle, str]]:
    """Characters as lines, top to bottom; with `apart`, pieces of one row with a wide gap between them are lines of their own."""
    rows: list[list[Any]] = []
    for char in sorted(chars, key=lambda char: ((char["top"] + char["bottom"]) / 2, char["x0"])):
        middle = (char["top"] + char["bottom"]) / 2
        if rows and abs(middle - (rows[-1][-1]["top"] + rows[-1][-1]["bottom"]) / 2) < 0.5 * char["size"]:
            rows[-1].append(char)
        else:
            rows.append([char])
    result: list[tuple[Rectangle, str]] = []
    for row in rows:
        row.sort(key=lambda char: char["x0"])
        start = 0
        for end in range(1, len(row) + 1):
            if end == len(row) or (apart and row[end]["x0"] - row[end - 1]["x1"] > 3 * row[end]["size"]):
                piece = row[start:end]
                start = end
                text = _SPACES.sub(" ", _text(piece)).strip()
                if text:
                    box = Rectangle(
                        piece[0]["x0"], min(c["top"] for c in piece), max(c["x1"] for c in piece), max(c["bottom"] for c in piece)
                    )
                    result.append((box, text))
    return list(zip([box for box, _ in result], normalise([text for _, text in result]), strict=True))


def _text(chars: Sequence[Any]) -> str:
    text = _seen(chars[0])
    for before, char in pairwise(chars):
        gap = char["x0"] - before["x1"]
        text += (" " if gap > 0.3 * char["size"] else "") + _seen(char)
    return text


def _seen(char: Any) -> str:
    """What a reader sees: symbol fonts draw boxes and ticks where the code says letters."""
    font = re.sub(r"(?i)[-,]?(regular|bold|mt|psmt)$", "", str(char["fontname"]).split("+")[-1])
    font = re.sub(r"(?i)^(wingdings)[ -]?([23])$", r"\1 \2", font)
    return "".join(glyph(font, ord(character)) for character in char["text"]) if is_symbol_font(font) else str(char["text"])


def _fraction(box: Rectangle, size: tuple[float, float]) -> Box:
    """A rectangle in points as page fractions."""
    scale = 1e6  # `fraction` takes whole pixels as the page's size
    part = Rectangle(box.x0 / size[0] * scale, box.y0 / size[1] * scale, box.x1 / size[0] * scale, box.y1 / size[1] * scale)
    return part.fraction((int(scale), int(scale)))
