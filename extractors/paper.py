"""One page of paper, from pixels to the layout model: upright, straight, its tables as cells, its text and marks recognised.

Comes in: the BGR picture of one page (a scan, a photo, a picture taken out of a Word file). Goes out: a `Page` with method `ocr`; called by
`pdf` and
`image`. The order of work is in `read_paper`, top to bottom.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from extractors import grid, ocr, orientation, page_pictures, photo, seal, signature, strokes, textlines, tickbox, turned_parts
from extractors.blank import is_blank
from extractors.grid import RuledTable
from extractors.id_numbers import with_id_numbers
from extractors.linequads import mended, parted, rectangle_of, single_rows
from extractors.models import prepare
from extractors.ocr import Engine
from extractors.orientation import Turn
from extractors.raster import Image, Rectangle, dark_of, grey_of, ink_of, resized
from extractors.seal import Seal
from extractors.second_readings import with_second_readings
from extractors.slashes import with_slashes
from extractors.textlines import TextLine
from extractors.turned_parts import TurnedPart
from schemas.layout import Box, Cell, Line, Mark, MarkKind, Method, Page, Table
from schemas.settings import Settings

# Beyond this the grid's cost grows and nothing reads better (A4 at 200 dpi is 2339 pixels high).
_LONGEST = 2400
_SHORTEST = 700
# Below this the classifier's word is checked by reading a few lines either way up.
_SURE_TURN = 0.8
_ASKEW = 0.1  # degrees; less does no harm


def read_paper(picture: Image, number: int, settings: Settings, *, points: tuple[float, float] | None = None) -> Page:
    """Read one page. `points` is its size in points as it lies in the file; the longer side of A4 is assumed where that is unknown.

    Raises `ModelsUnavailable`.
    """
    engine = ocr.engine(settings)
    flat = photo.flattened(picture, engine)
    if is_blank(picture if flat is None else flat, engine):
        page_pictures.keep(number, picture if flat is None else flat)
        width, height = points or _page_size(picture)
        return Page(number=number, method=Method.OCR, width=width, height=height, blank=True)
    image, turn, skew = _upright(_sized(picture if flat is None else flat), engine, settings)
    page_pictures.keep(number, image)
    seals = seal.find_seals(image, engine)
    # Below red seals the page is read without them; outside their circles both images are the same.
    clean = seal.lifted(image, seals)
    quads = textlines.detect(engine, clean)
    boxes = [rectangle_of(quad) for quad in quads]
    text_height = grid.text_height_of(boxes, image.shape[0] / 70)
    ink = ink_of(grey_of(clean))
    tables = grid.find_tables(ink, text_height, boxes, dark_of(grey_of(clean)))
    whole = mended(single_rows(quads, ink, text_height), ink_of(grey_of(clean), contrast=30))
    lines = textlines.read(engine, clean, textlines.place(parted(whole, ink), tables, text_height))
    lines += textlines.read_leftovers(engine, clean, ink, tables, lines, text_height)
    lines = seal.read_again_below(engine, image, lines, seals)
    tables, lines = textlines.without_empty_grids(tables, lines)
    lines = tickbox.with_boxes(engine, clean, lines, text_height)
    lines, parts = turned_parts.read_turned_parts(engine, clean, lines, prepare(settings).orientation)
    lines = with_id_numbers(engine, clean, with_second_readings(engine, clean, ink, tables, lines, text_height))
    lines = with_slashes(ink, tables, lines)
    signatures = signature.find_signatures(ink, lines, tables, text_height)
    width, height = _turned_size(points, turn) if points and flat is None else _page_size(image)
    page = Page(
        number=number,
        method=Method.OCR,
        width=width,
        height=height,
        turned=turn,
        skew=skew,
        quality=_quality([*lines, *(line for part in parts for line in part.lines)]),
        blocks=_blocks(lines, tables, parts, image.shape),
        marks=(*_seal_marks(seals, image.shape), *_signature_marks(signatures, image.shape)),
    )
    return strokes.with_strokes(page, clean)


def with_pictures(page: Page, regions: Sequence[Box], image: Image, settings: Settings) -> Page:
    """A typed page with what its pictures say: their lines after the typed ones, seals on them, and each other picture as a mark.

    `regions` are page fractions, `image` is the whole page as BGR. Raises `ModelsUnavailable`.
    """
    height, width = image.shape[:2]
    areas = [Rectangle(box.x0 * width, box.y0 * height, box.x1 * width, box.y1 * height) for box in regions]
    pictures = np.full_like(image, 255)
    for area in areas:
        area.cut(pictures)[:] = area.cut(image)
    engine = ocr.engine(settings)
    seals = seal.find_seals(pictures, engine)
    clean = seal.lifted(pictures, seals)
    typed = [line.box for line in page.lines() if line.box is not None]
    lines = [
        _line(line, image.shape)
        for line in textlines.joined_rows(
            textlines.read(engine, clean, [(quad, None) for quad in textlines.detect(engine, clean)]), widest_gap=1.0
        )
        if not any(box.contains(line.box.fraction(image.shape).centre) for box in typed)
    ]
    others = [area for area in areas if not any(area.holds((found.frame.x, found.frame.y)) for found in seals)]
    marks = _seal_marks(seals, image.shape) + [Mark(kind=MarkKind.PICTURE, box=area.fraction(image.shape)) for area in others]
    return page.model_copy(update={"blocks": (*page.blocks, *lines), "marks": (*page.marks, *marks)})


def _sized(picture: Image) -> Image:
    """The picture at the size that is read best: small ones enlarged, large ones reduced."""
    if min(picture.shape[:2]) < _SHORTEST:
        scale = min(2.0, _LONGEST / max(picture.shape[:2]))
        return np.asarray(cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC), dtype=np.uint8)
    return resized(picture, _LONGEST)


def _upright(image: Image, engine: Engine, settings: Settings) -> tuple[Image, Turn, float]:
    """The page upright and straight, with the clockwise turn and the skew (degrees) that this took away."""
    ranked = orientation.ranked_turns(image, prepare(settings).orientation)
    turn = ranked[0][0]
    if ranked[0][1] < _SURE_TURN:
        candidates = [candidate for candidate, _ in ranked[:2]]
        turn = max(candidates, key=lambda candidate: textlines.legibility(engine, orientation.turned(image, candidate)))
    image = orientation.turned(image, turn)
    skew = orientation.skew_of(image)
    if abs(skew) < _ASKEW:
        return image, turn, skew
    return orientation.straightened(image, skew), turn, skew


def _turned_size(points: tuple[float, float], turn: Turn) -> tuple[float, float]:
    return points if turn in (0, 180) else (points[1], points[0])


def _page_size(image: Image) -> tuple[float, float]:
    """A picture of unknown resolution in points, as if its longer side were that of A4."""
    scale = 842 / max(image.shape[:2])
    return round(image.shape[1] * scale, 1), round(image.shape[0] * scale, 1)


def _quality(lines: Sequence[TextLine]) -> float:
    """The readings' mean score by length: how legible the page was."""
    count = sum(len(line.reading.text) for line in lines)
    return round(sum(line.reading.score * len(line.reading.text) for line in lines) / count, 4) if count else 0.0


def _blocks(
    lines: Sequence[TextLine], tables: Sequence[RuledTable], parts: Sequence[TurnedPart], shape: tuple[int, ...]
) -> tuple[Line | Table, ...]:
    """Tables and the lines outside them, in reading order: a table follows the lines above its upper edge. Turned parts come last, each
    in its own order."""
    outside = textlines.joined_rows([line for line in lines if line.cell is None], widest_gap=1.0)
    blocks: list[tuple[int, int, Line | Table]] = []
    tops = [table.box.y0 for table in tables]
    for place, line in enumerate(outside):
        above = len(tops) if line.inverted else sum(1 for top in tops if top < line.box.centre[1])
        blocks.append((above, place, _line(line, shape)))
    for number, table in enumerate(tables):
        blocks.append((number + 1, -1, _table(number, table, lines, shape)))
    ordered: list[Line | Table] = [block for _, _, block in sorted(blocks, key=lambda block: block[:2])]
    return (*ordered, *(_line(line, shape) for part in parts for line in part.lines))


def _table(number: int, table: RuledTable, lines: Sequence[TextLine], shape: tuple[int, ...]) -> Table:
    held: dict[int, list[TextLine]] = {}
    for line in lines:
        if line.cell is not None and line.cell[0] == number:
            held.setdefault(line.cell[1], []).append(line)
    cells = tuple(
        Cell(
            row=cell.row,
            col=cell.col,
            row_span=cell.row_span,
            col_span=cell.col_span,
            box=cell.box.fraction(shape),
            lines=tuple(_line(line, shape) for line in textlines.joined_rows(held.get(index, []), widest_gap=4.0)),
        )
        for index, cell in enumerate(table.cells)
    )
    return Table(rows=table.rows, cols=table.cols, cells=cells, box=table.box.fraction(shape))


def _line(line: TextLine, shape: tuple[int, ...]) -> Line:
    least = round(float(line.reading.least), 4)
    return Line(text=line.reading.text, box=line.box.fraction(shape), confidence=line.confidence, alternative=line.alternative, least=least)


def _seal_marks(seals: Sequence[Seal], shape: tuple[int, ...]) -> list[Mark]:
    return [
        Mark(
            kind=MarkKind.SEAL,
            box=found.box.fraction(shape),
            text=found.reading.text,
            alternatives=found.alternatives,
            colour=found.colour,
            confidence=found.confidence,
        )
        for found in seals
    ]


def _signature_marks(signatures: Sequence[signature.Signature], shape: tuple[int, ...]) -> list[Mark]:
    return [
        Mark(kind=MarkKind.SIGNATURE, box=found.box.fraction(shape), text=found.text, confidence=found.confidence) for found in signatures
    ]
