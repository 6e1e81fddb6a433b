"""The layout model that every reader returns: a file as pages of text lines, tables and marks, each with its place and confidence.

Comes in: nothing; the readers in `extractors` build it. Goes out: `pipeline` classifies and maps it without knowing what format
it came from.

Geometry: every `Box` is a fraction of page width and height (0-1), origin at the top left of the page **as it is read** (after
turning it upright); `None` where the format has no pages (a Word body). Pages are counted from 1. Confidences run from 0 to 1;
text that was typed rather than recognised has 1.

Tick boxes are text: a reader writes every box, however it is encoded or drawn, as one of `CHECKED`, `UNCHECKED`, `UNCLEAR` at
its place in the line.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from schemas.base import Frozen

CHECKED = "☑"
UNCHECKED = "□"
UNCLEAR = "▨"

Confidence = Annotated[float, Field(ge=0.0, le=1.0)]


class Method(StrEnum):
    """How a text was obtained (contract: `review.fields.method`)."""

    DOCX = "docx"
    PDF_TEXT = "pdf_text"
    OCR = "ocr"
    XLSX = "xlsx"


class Box(Frozen):
    """An axis-aligned rectangle in page fractions, origin top left."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def width(self) -> float:
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        return self.y1 - self.y0

    @property
    def centre(self) -> tuple[float, float]:
        return (self.x0 + self.x1) / 2, (self.y0 + self.y1) / 2

    def union(self, other: Box) -> Box:
        """The smallest box that holds both."""
        return Box(x0=min(self.x0, other.x0), y0=min(self.y0, other.y0), x1=max(self.x1, other.x1), y1=max(self.y1, other.y1))

    def contains(self, point: tuple[float, float]) -> bool:
        """Whether a point (x, y) lies inside or on the edge."""
        return self.x0 <= point[0] <= self.x1 and self.y0 <= point[1] <= self.y1


class Line(Frozen):
    """One line of text as it stands on the page; `alternative` is a second, independent reading where one was made and differs.

    `least` is the recogniser's probability of its least certain character, `axial` the share of its ink's edges that run level or upright
    (print 0.25-0.45, handwriting less); None where nothing was recognised.
    """

    kind: Literal["line"] = "line"
    text: str
    box: Box | None = None
    confidence: Confidence = 1.0
    alternative: str | None = None
    least: Confidence | None = None
    axial: Confidence | None = None


class Cell(Frozen):
    """One cell of a table: its place in the grid (0-based), its spans and what stands in it."""

    row: int
    col: int
    row_span: int = 1
    col_span: int = 1
    box: Box | None = None
    lines: tuple[Line, ...] = ()
    tables: tuple[Table, ...] = ()

    @property
    def text(self) -> str:
        """The cell's lines (nested tables after them) joined by line breaks."""
        nested = [cell.text for table in self.tables for cell in table.cells]
        return "\n".join([line.text for line in self.lines] + nested)

    @property
    def confidence(self) -> float:
        """The least certain of the cell's lines; 1 for an empty cell."""
        return min((line.confidence for line in self.lines), default=1.0)


class Table(Frozen):
    """A ruled or tagged table; cells in row order, merged cells once, at their top left."""

    kind: Literal["table"] = "table"
    rows: int
    cols: int
    cells: tuple[Cell, ...]
    box: Box | None = None


class MarkKind(StrEnum):
    """What a mark is: ink that is not text."""

    SEAL = "seal"
    SIGNATURE = "signature"
    PICTURE = "picture"


class Mark(Frozen):
    """A seal, a stretch of handwriting-like ink, or a picture.

    `text` is what was read on it (a seal's ring), empty if nothing could be; `alternatives` are other readings of the same, better ones
    first.
    """

    kind: MarkKind
    box: Box
    text: str = ""
    alternatives: tuple[str, ...] = ()
    colour: Literal["red", "grey", "other"] = "other"
    confidence: Confidence = 1.0


class Page(Frozen):
    """One page: its blocks in reading order, its marks, and how it was read.

    `width` and `height` are in points (None for a Word body), after turning upright. `turned` is the clockwise turn in degrees (0,
    90, 180, 270) that the reader applied to make the page upright; `skew` the small angle in degrees that it corrected. `blank` is
    the reader's measure that nothing is printed on the page. `quality` (0-1) is the reader's estimate of the picture: 1 for typed
    text.
    """

    number: int
    method: Method
    width: float | None = None
    height: float | None = None
    turned: Literal[0, 90, 180, 270] = 0
    skew: float = 0.0
    blank: bool = False
    quality: Confidence = 1.0
    blocks: tuple[Annotated[Line | Table, Field(discriminator="kind")], ...] = ()
    marks: tuple[Mark, ...] = ()

    def lines(self) -> Iterator[Line]:
        """Every text line in reading order, those in (nested) cells included."""
        for block in self.blocks:
            if isinstance(block, Line):
                yield block
            else:
                yield from _lines_of(block)

    def tables(self) -> Iterator[Table]:
        """The page's tables, outermost only."""
        return (block for block in self.blocks if isinstance(block, Table))

    @property
    def text(self) -> str:
        """The page's text, a line each."""
        return "\n".join(line.text for line in self.lines())


class Layout(Frozen):
    """A whole file as read.

    `pages[i].number` is the page's number in the file; embedded pictures of a Word file follow its body as pages of their own.
    """

    sha256: str
    media_type: str
    pages: tuple[Page, ...]


def _lines_of(table: Table) -> Iterator[Line]:
    for cell in table.cells:
        yield from cell.lines
        for nested in cell.tables:
            yield from _lines_of(nested)
