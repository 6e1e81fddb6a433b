"""The blocks of a Word part: paragraphs as lines, tables with their merged cells, content controls and text boxes where they stand.

Comes in: the root of `w:body`, a header, a footer or a note. Goes out: `Line` and `Table` blocks in reading order, and the relation ids
of the pictures met. Called by `docx`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from lxml import etree

from extractors import ticks
from extractors.docx_inline import read_paragraph
from extractors.wordml import MC, M, W, checkbox_mark, is_on, number, shows_placeholder, value, words
from schemas.layout import Cell, Line, Table

Block = Line | Table

_PARAGRAPHS = words("p r") | words("oMath oMathPara", M)
# Tracked deletions: what is in them is struck out on paper.
_PASSED_OVER = words(
    "del moveFrom sectPr tblPr tblGrid tblPrEx trPr tcPr sdtPr sdtEndPr bookmarkStart bookmarkEnd proofErr permStart permEnd"
)


@dataclass(frozen=True)
class _Control:
    """What the content controls around an element say about it: nothing, that it shows a prompt only, or that it is a tick box."""

    muted: bool = False
    mark: str | None = None

    def within(self, sdt: etree._Element) -> _Control:
        return _Control(muted=self.muted or shows_placeholder(sdt), mark=checkbox_mark(sdt) or self.mark)


@dataclass
class _Growing:
    """A cell that later rows may still extend downwards."""

    row: int
    col: int
    col_span: int
    row_span: int = 1
    lines: tuple[Line, ...] = ()
    tables: tuple[Table, ...] = ()

    def cell(self) -> Cell:
        return Cell(row=self.row, col=self.col, row_span=self.row_span, col_span=self.col_span, lines=self.lines, tables=self.tables)


@dataclass
class BodyReader:
    """Reads the blocks of one part.

    `pictures` collects relation ids in document order. `foreign` turns an `w:altChunk` relation into blocks.
    """

    pictures: list[str] = field(default_factory=list)
    foreign: Callable[[etree._Element], list[Block]] | None = None

    def blocks(self, container: etree._Element) -> list[Block]:
        """The blocks of a body, header, note or text box. Tick boxes are normalised with a line's neighbours in view."""
        found = self._blocks(container, _Control())
        return [_with_ticks(found, index) for index in range(len(found))]

    def _blocks(self, container: etree._Element, control: _Control) -> list[Block]:
        found: list[Block] = []
        for child, inner in _unwrapped(container, control):
            if child.tag == f"{W}tbl":
                found.append(self._table(child, inner))
            elif child.tag in _PARAGRAPHS:
                found.extend(self._paragraph(child, inner))
            elif child.tag == f"{MC}AlternateContent":
                found.extend(self._alternatives(child, inner))
            elif child.tag == f"{W}altChunk":
                found.extend(self.foreign(child) if self.foreign and not inner.muted else [])
            elif child.tag not in _PASSED_OVER:
                found.extend(self._blocks(child, inner))
        return found

    def _alternatives(self, element: etree._Element, control: _Control) -> list[Block]:
        for branch in element:
            if found := self._blocks(branch, control):
                return found
        return []

    def _paragraph(self, paragraph: etree._Element, control: _Control) -> list[Block]:
        if control.muted:
            return []
        if control.mark is not None:
            return [Line(text=control.mark)]
        inline = read_paragraph(paragraph)
        confidence = 0.0 if inline.doubtful else 1.0
        found: list[Block] = [Line(text=text, confidence=confidence) for text in inline.lines()]
        self.pictures.extend(inline.pictures)
        for box in inline.boxes:
            found.extend(self.blocks(box))
        return found

    def _table(self, table: etree._Element, control: _Control) -> Table:
        """Cells at their place in the grid; a cell merged downwards or sideways stands once, at its top left, with its spans."""
        grid = table.find(f"{W}tblGrid")
        cols = 0 if grid is None else len(grid.findall(f"{W}gridCol"))
        cells: list[_Growing] = []
        open_above: dict[int, _Growing] = {}
        row = 0
        for element, inner in _unwrapped(table, control, f"{W}tr"):
            if _is_gone(element):
                continue
            properties = element.find(f"{W}trPr")
            col = number(None if properties is None else properties.find(f"{W}gridBefore"), 0)
            still_open: dict[int, _Growing] = {}
            for tc, about in _unwrapped(element, inner, f"{W}tc"):
                col += self._cell(tc, about, (row, col), cells, open_above, still_open)
            cols = max(cols, col)
            open_above = still_open
            row += 1
        ordered = sorted((cell.cell() for cell in cells), key=lambda cell: (cell.row, cell.col))
        return Table(rows=row, cols=cols, cells=tuple(ordered))

    def _cell(
        self,
        tc: etree._Element,
        control: _Control,
        place: tuple[int, int],
        cells: list[_Growing],
        open_above: dict[int, _Growing],
        still_open: dict[int, _Growing],
    ) -> int:
        """Take in one `w:tc`; returns how many columns it covers."""
        row, col = place
        properties = tc.find(f"{W}tcPr")
        span = max(1, number(None if properties is None else properties.find(f"{W}gridSpan"), 1))
        down = None if properties is None else properties.find(f"{W}vMerge")
        across = None if properties is None else properties.find(f"{W}hMerge")
        if across is not None and value(across, "continue") == "continue" and cells and cells[-1].row == row:
            cells[-1].col_span += span
            return span
        if down is not None and value(down, "continue") == "continue" and col in open_above:
            above = open_above[col]
            above.row_span += 1
            still_open[col] = above
            return max(span, above.col_span)
        lines, tables = ((), ()) if _cell_is_gone(properties) else self._content(tc, control)
        cell = _Growing(row=row, col=col, col_span=span, lines=lines, tables=tables)
        cells.append(cell)
        if down is not None:
            still_open[col] = cell
        return span

    def _content(self, tc: etree._Element, control: _Control) -> tuple[tuple[Line, ...], tuple[Table, ...]]:
        found = self._blocks(tc, control)
        lines = [block for block in found if isinstance(block, Line)]
        texts = ticks.normalise([line.text for line in lines])
        normalised = tuple(line.model_copy(update={"text": text}) for line, text in zip(lines, texts, strict=True))
        if control.mark is not None:
            # A tick box around the whole cell: the mark once, not once a paragraph.
            normalised = normalised[:1]
        return normalised, tuple(block for block in found if isinstance(block, Table))


def _unwrapped(container: etree._Element, control: _Control, wanted: str | None = None) -> Iterator[tuple[etree._Element, _Control]]:
    """The children of an element, those in content controls and other wrappers included, each with what its controls say.

    With `wanted` (rows, cells) any unknown element around it is looked through; without, only content controls are.
    """
    for child in container:
        if not isinstance(child.tag, str) or child.tag in _PASSED_OVER:
            continue
        if child.tag == f"{W}sdt":
            content: Iterable[etree._Element] = child.iterchildren(f"{W}sdtContent")
            for inner in content:
                yield from _unwrapped(inner, control.within(child), wanted)
        elif wanted is None or child.tag == wanted:
            yield child, control
        elif child.tag == f"{MC}AlternateContent" and len(child):
            yield from _unwrapped(child[0], control, wanted)
        else:
            yield from _unwrapped(child, control, wanted)


def _is_gone(row: etree._Element) -> bool:
    """A row that is hidden, or deleted with changes tracked."""
    properties = row.find(f"{W}trPr")
    return properties is not None and (properties.find(f"{W}del") is not None or is_on(properties, "hidden"))


def _cell_is_gone(properties: etree._Element | None) -> bool:
    return properties is not None and properties.find(f"{W}cellDel") is not None


def _with_ticks(blocks: list[Block], index: int) -> Block:
    block = blocks[index]
    if isinstance(block, Table):
        return block
    around = [line.text for line in blocks[max(0, index - 1) : index + 2] if isinstance(line, Line)]
    position = 1 if index > 0 and isinstance(blocks[index - 1], Line) else 0
    return block.model_copy(update={"text": ticks.normalise(around)[position]})
