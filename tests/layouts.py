"""Builders of layouts for tests: pages from lines of text and tables from rows of text, with plausible geometry."""

from __future__ import annotations

from collections.abc import Sequence

from schemas.layout import Box, Cell, Line, Mark, MarkKind, Method, Page, Table


def line(text: str, y: float = 0.1, x: float = 0.1, *, confidence: float = 0.99, width: float = 0.8) -> Line:
    """A printed line at (x, y), 0.02 of the page high."""
    return Line(text=text, box=Box(x0=x, y0=y, x1=x + width, y1=y + 0.02), confidence=confidence)


def scan(*blocks: str | Line | Table, number: int = 1, marks: Sequence[Mark] = (), confidence: float = 0.99) -> Page:
    """A scanned page: texts become lines one below the other."""
    placed = [
        line(block, 0.05 + 0.03 * index, confidence=confidence) if isinstance(block, str) else block for index, block in enumerate(blocks)
    ]
    return Page(number=number, method=Method.OCR, width=595, height=842, quality=0.9, blocks=tuple(placed), marks=tuple(marks))


def word(*blocks: str | Table, number: int = 1) -> Page:
    """A Word body."""
    return Page(number=number, method=Method.DOCX, blocks=tuple(Line(text=block) if isinstance(block, str) else block for block in blocks))


def table(
    *rows: Sequence[str], top: float = 0.3, spans: dict[tuple[int, int], int] | None = None, geometry: bool = False, confidence: float = 1.0
) -> Table:
    """A table from rows of cell texts; `spans` gives the column span of a cell by (row, position). Line breaks make several lines."""
    spans = spans or {}
    width = max(sum(spans.get((r, c), 1) for c in range(len(row))) for r, row in enumerate(rows))
    cells = []
    for r, row in enumerate(rows):
        col = 0
        for c, text in enumerate(row):
            span = spans.get((r, c), 1)
            box = None
            if geometry:
                box = Box(x0=0.1 + 0.8 * col / width, y0=top + 0.03 * r, x1=0.1 + 0.8 * (col + span) / width, y1=top + 0.03 * (r + 1))
            lines = tuple(Line(text=part, box=box, confidence=confidence) for part in text.split("\n") if part)
            cells.append(Cell(row=r, col=col, col_span=span, box=box, lines=lines))
            col += span
    return Table(rows=len(rows), cols=width, cells=tuple(cells))


def seal(text: str, box: Box, confidence: float = 0.98) -> Mark:
    """A red seal with the name read on its ring."""
    return Mark(kind=MarkKind.SEAL, box=box, text=text, colour="red", confidence=confidence)
