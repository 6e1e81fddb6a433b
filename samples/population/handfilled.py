"""Forms filled in with a pen: a printed blank form and the entries in, handwriting in its cells and ticks or circles at its questions out.

Called by `pieces`. Cells are found in the print itself, so that the writing lies where the print has its room.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pdfplumber
from PIL import Image, ImageDraw

from samples.annexes import CELLS, TEXTS
from samples.dossier import Form
from samples.handwriting import hand_fonts, hand_ink
from samples.population.lexicon import happens, pick
from samples.rendering import glyphs
from samples.seals import press

_INKS = ((28, 28, 34), (22, 32, 74), (20, 44, 128))
_OPENING = {"申": "name", "工": "employer", "推": "recommending_unit", "填": "filled_on"}
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Geometry:
    """Cells of a blank form in points: table after table, row after row; the pages they lie on (0-based)."""

    tables: tuple[tuple[int, tuple[tuple[Box, ...], ...]], ...]


def find_cells(pdf: bytes) -> Geometry:
    """The cells of every table of a printed form."""
    found = []
    with pdfplumber.open(io.BytesIO(pdf)) as document:
        for number, page in enumerate(document.pages):
            for table in page.find_tables():
                rows = tuple(tuple(cell for cell in row.cells if cell is not None) for row in table.rows)
                found.append((number, rows))
    return Geometry(tuple(found))


class Pen:
    """One hand with one pen, writing on the pages of one form."""

    def __init__(self, pages: list[Image.Image], dpi: int, rng: np.random.Generator) -> None:
        self.pages = pages
        self.scale = dpi / 72
        self.rng = rng
        fonts = hand_fonts()
        self.font: Path | None = pick(fonts, rng) if fonts else None
        self.ink = pick(_INKS, rng)

    def line(self, page: int, x: float, y: float, text: str, size: float, room: float) -> None:
        """One line, its left edge at `x` and its middle at `y` (points); pressed together where `room` is short."""
        if not text:
            return
        ink = hand_ink(text, int(size * self.scale), self.rng, font=self.font, ink=self.ink)
        if ink.width > room * self.scale:
            ink = ink.resize((max(1, int(room * self.scale)), ink.height), Image.Resampling.LANCZOS)
        press(self.pages[page], ink, x * self.scale + ink.width / 2, y * self.scale)

    def block(self, page: int, box: Box, lines: list[str], size: float) -> None:
        """Lines in a cell from its top, broken at its edge, in smaller writing where they do not fit."""
        left, top, right, bottom = box[0] + 4, box[1] + 3, box[2] - 4, box[3] - 3
        while True:
            broken = [part for line in lines for part in _broken(line, size, right - left)]
            pitch = min(size * 1.5, (bottom - top) / max(len(broken), 1))
            if pitch >= size * 1.12 or size < 6.5:
                break
            size -= 0.5
        y = top + pitch / 2
        if len(broken) * pitch < (bottom - top) * 0.6 and len(broken) <= 2:
            y = (top + bottom - (len(broken) - 1) * pitch) / 2
        for text in broken:
            self.line(page, left + float(self.rng.uniform(0, 3)), y, text, size, right - left)
            y += pitch

    def tick(self, page: int, x: float, y: float) -> None:
        """A tick through the box at (x, y)."""
        points = [
            (x - 4 + self.jog(), y - 1 + self.jog()),
            (x - 1 + self.jog(), y + 4 + self.jog()),
            (x + 7 + self.jog(), y - 7 + self.jog()),
        ]
        self._stroke(page, points)

    def circle(self, page: int, x: float, y: float) -> None:
        """A ring around the character at (x, y)."""
        angles = np.linspace(-1.9, -1.9 + 2 * np.pi * float(self.rng.uniform(0.97, 1.08)), 40)
        wide, high = float(self.rng.uniform(7.5, 9.5)), float(self.rng.uniform(7, 8.5))
        self._stroke(page, [(x + wide * float(np.cos(each)), y + high * float(np.sin(each))) for each in angles])

    def jog(self) -> float:
        """A hand's unsteadiness in points."""
        return float(self.rng.normal(0, 0.5))

    def _stroke(self, page: int, points: list[tuple[float, float]]) -> None:
        pixels = [(x * self.scale, y * self.scale) for x, y in points]
        width = max(2, int(self.scale * float(self.rng.uniform(0.9, 1.4))))
        ImageDraw.Draw(self.pages[page]).line(pixels, fill=self.ink, width=width, joint="curve")


def _broken(text: str, size: float, room: float) -> list[str]:
    """Break a line where a hand would run out of room."""
    lines, used = [""], 0.0
    for char in text:
        advance = size * (0.98 if ord(char) > 0x2E80 else 0.58)
        if used + advance > room and lines[-1]:
            lines.append("")
            used = 0.0
        lines[-1] += char
        used += advance
    return lines


def mark_answers(pdf: bytes, ticks: dict[str, str], pen: Pen, circled: bool) -> bool:
    """Tick the boxes of a printed form's questions, or circle 是 and 否; False where the print's boxes are not the expected ten."""
    for number in range(len(pen.pages)):
        found = glyphs(pdf, number)
        boxes = [index for index, glyph in enumerate(found) if glyph.text == "□"]
        if not boxes:
            continue
        if len(boxes) != 2 * len(ticks):
            return False
        for index, answer in enumerate(ticks.values()):
            at = boxes[2 * index + (answer != "yes")]
            if circled:
                pen.circle(number, found[at + 1].x, found[at + 1].y)
            else:
                pen.tick(number, found[at].x, found[at].y)
        return True
    return False


def fill_by_hand(pdf: bytes, form: Form, changes: dict[str, str], pen: Pen) -> None:
    """Write every entry of the form into the blank print, opinions included; signatures, dates and seals come later."""
    entries = form.entries | changes
    for label in [glyph for glyph in glyphs(pdf, 0) if glyph.text == "："]:
        line = [glyph for glyph in glyphs(pdf, 0) if abs(glyph.y - label.y) < 4]
        field = _OPENING.get(line[0].text)
        if field:
            text = form.filled_on if field == "filled_on" else entries[field]
            pen.line(0, label.x + 12, label.y, text, 17, 540 - label.x)
    (basics, honours, texts, opinions) = find_cells(pdf).tables
    for field, (row, position) in CELLS.items():
        pen.block(basics[0], basics[1][row][position], [entries[field]], 12)
    pen.block(basics[0], basics[1][-1][1], list(form.cv), 11)
    for claim, cells in zip(form.claims, honours[1][1:], strict=False):
        for text, cell in zip((claim.title, claim.issuer, claim.date, claim.level, claim.role), cells[1:], strict=True):
            pen.block(honours[0], cell, [text], 10)
    for field, cells in zip(TEXTS, texts[1], strict=True):
        pen.block(texts[0], cells[1], [entries[field]], 11)
    for field, cells in zip(("employer_opinion", "unit_opinion"), opinions[1][1:3], strict=True):
        left, top, right, _ = cells[1]
        pen.block(opinions[0], (left + 20, top + 14, right - 20, top + 60), [entries[field]], 15)


def hand_habits(share: float, rng: np.random.Generator) -> tuple[bool, str]:
    """Whether a form is filled in by hand, as often as `share` says, and how its questions are answered: printed, tick or circle."""
    whole = happens(share, rng)
    if whole:
        return True, "circle" if happens(0.35, rng) else "tick"
    return False, pick(("printed", "printed", "printed", "tick", "circle"), rng)
