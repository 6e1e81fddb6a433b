"""Text lines of a page image: found, cut at the rulings they cross, recognised, and put in reading order.

Comes in: an upright BGR image, the ruled tables on it and the OCR engine. Goes out: `TextLine`s in pixels, each with the cell that holds
it; called by
`paper`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt

from extractors.grid import RuledTable
from extractors.linequads import quad_of, rectangle_of
from extractors.ocr import Engine, Quad, Reading, crop
from extractors.raster import Image, Mask, Rectangle, longest_run

# The longer side at which lines are looked for: at full size the detector takes twice as long and finds hardly more, below it cuts across
# rulings.
DETECTION_SIDE = 1920
# Widely spaced titles are found only when the page is small; looked for again on pages with few lines.
_TITLE_SIDE = 1024
_FEW_LINES = 40
_LEFTOVER = 0.35  # score from which ink that the detector passed over counts as text
_TITLE_GAP = 4.0  # line heights between single characters of one title
_BAD = 0.75  # mean score below which a line may stand upside down
UNREAD = 0.5  # least certainty of a line in which ink was passed over
STROKES = frozenset("一丨丶丿亅|1lI7/\\-—_.,、'`~:·")  # as which the edge of a stain, a crease or a ruling reads
_SURE = 0.95  # certainty from which a lone stroke is a character
_AGREED = 0.3  # share of the doubt that is left when two readings agree

CellPlace = tuple[int, int]  # number of the table on the page, number of the cell in it


@dataclass(frozen=True)
class TextLine:
    """A line of text on the page: where it is (pixels), what it says, and which cell holds it (None outside tables).

    `alternative` is a second reading that differs; `agreed`: a second reading said the same; `inverted` lines stand upside down on the
    page; `quad` is None where the line was put together.
    """

    box: Rectangle
    reading: Reading
    cell: CellPlace | None = None
    alternative: str | None = None
    quad: Quad | None = None
    inverted: bool = False
    agreed: bool = False

    @property
    def confidence(self) -> float:
        """0-1; between the mean and the least certain character, since one wrong character makes a wrong value."""
        alone = (self.reading.score + min(self.reading.score, self.reading.least)) / 2
        return round(1 - (1 - alone) * _AGREED if self.agreed else alone, 4)


def detect(engine: Engine, image: Image) -> list[Quad]:
    """Quadrilaterals of the text lines; on a page with few lines also those that only show when it is small."""
    found = engine.detect(image, DETECTION_SIDE)
    if len(found) >= _FEW_LINES:
        return found
    boxes = [rectangle_of(quad) for quad in found]
    for quad in engine.detect(image, min(_TITLE_SIDE, max(image.shape[:2]) * 3 // 4)):
        box = rectangle_of(quad)
        covered = sum(
            max(0.0, common.width) * max(0.0, common.height) for common in map(box.overlap, boxes) if common.width > 0 and common.height > 0
        )
        if covered < 0.2 * box.area:
            found.append(quad)
    return found


def place(quads: Sequence[Quad], tables: Sequence[RuledTable], text_height: float) -> list[tuple[Quad, CellPlace | None]]:
    """Each line with the cell that holds it; a line that reaches into several cells is cut at their rulings."""
    places = [((number, index), cell.box) for number, table in enumerate(tables) for index, cell in enumerate(table.cells)]
    placed: list[tuple[Quad, CellPlace | None]] = []
    for quad in quads:
        box = rectangle_of(quad)
        enough = 0.5 * min(text_height, box.width, box.height)
        parts = [
            (cell, common)
            for cell, within in places
            if min((common := box.overlap(within)).width, common.height) >= enough and common.area > 0
        ]
        if not parts:
            placed.append((quad, None))
        elif len(parts) == 1 and parts[0][1].area > 0.7 * box.area:
            placed.append((_within(quad, parts[0][1]), parts[0][0]))
        else:
            placed.extend(_cut(box, parts, enough))
    return placed


def _within(quad: Quad, part: Rectangle) -> Quad:
    """A line without the rulings above and below it, which read as strokes of 一 and 二; a sloping one stays as it is."""
    slope = abs(float(quad[1][1] - quad[0][1])) + abs(float(quad[2][1] - quad[3][1]))
    height = float(quad[:, 1].max() - quad[:, 1].min())
    if slope > 0.2 * height or height <= part.height:
        return quad
    return np.stack([quad[:, 0], np.clip(quad[:, 1], part.y0, part.y1)], axis=1).astype(np.float32)


def _cut(box: Rectangle, parts: Sequence[tuple[CellPlace, Rectangle]], enough: float) -> Iterable[tuple[Quad, CellPlace | None]]:
    for cell, part in parts:
        yield quad_of(part), cell
    left, right = min(part.x0 for _, part in parts), max(part.x1 for _, part in parts)
    for rest in (Rectangle(box.x0, box.y0, left, box.y1), Rectangle(right, box.y0, box.x1, box.y1)):
        if rest.width >= 2 * enough:  # text that stands beside the table
            yield quad_of(rest), None


def read(engine: Engine, image: Image, placed: Sequence[tuple[Quad, CellPlace | None]]) -> list[TextLine]:
    """Recognise the lines; what yields no text is dropped. Lines that read badly are tried upside down: cards are copied either way up."""
    crops = [crop(image, quad) for quad, _ in placed]
    readings = readings_of(engine, crops)
    bad = [index for index, reading in enumerate(readings) if reading.score < _BAD]
    inverted: set[int] = set()
    for index, reading in zip(bad, engine.recognise([np.ascontiguousarray(np.rot90(crops[index], 2)) for index in bad]), strict=True):
        if reading.score > max(_BAD + 0.1, readings[index].score + 0.15) and len(reading.text) > 1:
            readings[index] = reading
            inverted.add(index)
    return [
        TextLine(rectangle_of(quad), readings[index], cell, quad=None if index in inverted else quad, inverted=index in inverted)
        for index, (quad, cell) in enumerate(placed)
        if readings[index].text.strip()
    ]


def readings_of(engine: Engine, crops: Sequence[Image]) -> list[Reading]:
    """The crops' readings, doubted where ink was passed over."""
    return [doubting_gaps(reading, picture) for reading, picture in zip(engine.recognise(crops), crops, strict=True)]


def doubting_gaps(reading: Reading, picture: Image) -> Reading:
    """The reading, its least certainty lowered where ink lies between, before or after the characters that was not read.

    The probabilities cannot see a dropped character (一线职工 read as 线职工): each one that was read is certain.
    """
    if len(reading.text) < 2 or len(reading.places) != len(reading.text):
        return reading
    height, width = picture.shape[:2]
    # A space is no reading of what stands there: it may well stand for a character.
    kept = [index for index, character in enumerate(reading.text) if not character.isspace()]
    centres = np.array([reading.places[index] for index in kept]) * width
    wide = [ord(reading.text[index]) > 0x2E80 for index in kept]
    steps = [after - before for before, after, one, other in zip(centres, centres[1:], wide, wide[1:], strict=False) if one and other]
    pitch = float(np.median(steps)) if len(steps) >= 2 else 0.8 * height
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    if np.median(grey) < np.mean(np.percentile(grey, (3, 97))):
        grey = 255 - grey  # light print on a dark card: most of a line is ground
    low, high = np.percentile(grey, (3, 85))
    inked = (
        (grey[height // 8 : -height // 8] < low + 0.45 * (high - low)).sum(axis=0) >= 2 if high - low > 30 else np.zeros(width, dtype=bool)
    )
    edges = [-0.5 * pitch, *centres, width + 0.5 * pitch]
    for before, after in pairwise(edges):
        start, end = round(before + 0.65 * pitch), round(after - 0.65 * pitch)
        if end - start > 0.3 * pitch and longest_run(inked[max(0, start) : max(0, end)]) > 0.3 * pitch:
            return reading._replace(least=min(reading.least, UNREAD))
    return reading


def read_leftovers(
    engine: Engine, image: Image, ink: Mask, tables: Sequence[RuledTable], lines: Sequence[TextLine], text_height: float
) -> list[TextLine]:
    """Lines that the detector missed within cells: the rows of each cell's remaining ink, recognised without a detector."""
    rest = ink.copy()
    for line in lines:
        grown = line.box.grown(text_height * 0.15)
        grown.cut(rest)[:] = 0
    found: list[tuple[Quad, CellPlace | None]] = []
    for number, table in enumerate(tables):
        for index, cell in enumerate(table.cells):
            inset = cell.box.grown(-max(3.0, text_height * 0.12))
            for row in _rows_of(inset.cut(rest), text_height):
                box = Rectangle(row.x0 + inset.x0, row.y0 + inset.y0, row.x1 + inset.x0, row.y1 + inset.y0).grown(text_height * 0.12)
                found.append((quad_of(box), (number, index)))
    # Without a detector's word that this is text, specks and folds are ink too. What reads badly stays, with its low score: a cell with
    # something illegible in it is not blank.
    read_rows = [line for line in read(engine, image, found) if line.reading.score >= _LEFTOVER]
    written = {line.cell for line in lines}
    return [line for line in read_rows if line.cell not in written or not _is_stroke(line.reading)]


def _is_stroke(reading: Reading) -> bool:
    return len(reading.text.strip()) == 1 and reading.text.strip() in STROKES and reading.score < _SURE


def without_empty_grids(tables: Sequence[RuledTable], lines: Sequence[TextLine]) -> tuple[list[RuledTable], list[TextLine]]:
    """Tables in which not more than one cell says anything are ornaments, frames or codes: their lines stand outside tables."""
    kept: list[RuledTable] = []
    renumbered: dict[int, int] = {}
    for number, table in enumerate(tables):
        # What is read in a code's squares or an ornament reads badly.
        speaking = {
            line.cell[1]
            for line in lines
            if line.cell is not None and line.cell[0] == number and len(line.reading.text) > 1 and line.reading.score >= _BAD
        }
        if len(speaking) > 1 or (len(speaking) == 1 and table.cells[next(iter(speaking))].box.area < 0.6 * table.box.area):
            renumbered[number] = len(kept)
            kept.append(table)
    result = []
    for line in lines:
        if line.cell is None or line.cell[0] in renumbered:
            result.append(line if line.cell is None else replace(line, cell=(renumbered[line.cell[0]], line.cell[1])))
        elif len(line.reading.text) > 1 or line.confidence > 0.9:
            result.append(replace(line, cell=None))
    return kept, result


def legibility(engine: Engine, image: Image) -> float:
    """How well the longest lines of a page read as it lies: their mean score."""
    quads = sorted(engine.detect(image, _TITLE_SIDE), key=lambda quad: -rectangle_of(quad).area)[:8]
    readings = engine.recognise([crop(image, quad) for quad in quads])
    return float(np.mean([reading.score for reading in readings])) if readings else 0.0


def _rows_of(ink: Mask, text_height: float) -> list[Rectangle]:
    """Rectangles around rows of ink that are as high as text."""
    if ink.size == 0 or not ink.any():
        return []
    joined = cv2.dilate(ink, np.ones((3, max(3, round(text_height * 1.2))), np.uint8))
    count, labels = cv2.connectedComponents(joined, connectivity=8)
    rows = []
    for label in range(1, count):
        ys, xs = np.nonzero((labels == label) & (ink > 0))
        for top, bottom in _bands(ys, text_height):
            held = (ys >= top) & (ys < bottom)
            box = Rectangle(float(xs[held].min()), float(top), float(xs[held].max() + 1), float(bottom))
            high = 0.45 * text_height <= box.height <= 2.2 * text_height
            if high and box.width >= 0.25 * text_height and int(held.sum()) >= 0.06 * text_height**2:
                rows.append(box)
    return rows


def _bands(ys: npt.NDArray[np.int64], text_height: float) -> list[tuple[int, int]]:
    """Where the rows of a piece of ink begin and end: rows of a narrow cell hang together, and are parted where the ink is thinnest.

    A detected line is a third higher than its characters; what is higher than a line and a half of them holds two rows.
    """
    first, last = int(ys.min()), int(ys.max()) + 1
    if last - first <= 1.4 * text_height:
        return [(first, last)]
    profile = np.bincount(ys - first, minlength=last - first)
    edge = round(0.5 * text_height)
    cut = first + edge + int(np.argmin(profile[edge : len(profile) - edge]))
    if profile[cut - first] > 0.25 * float(np.median(profile[profile > 0])):
        return [(first, last)]
    return [band for part in (ys[ys < cut], ys[ys > cut]) if part.size for band in _bands(part, text_height)]


def rows_of(lines: Sequence[TextLine]) -> list[list[TextLine]]:
    """Lines that stand beside each other, as rows from top to bottom, each from left to right."""
    rows: list[list[TextLine]] = []
    for line in sorted(lines, key=lambda line: line.box.centre[1]):
        for row in reversed(rows[-3:]):
            last = row[-1].box
            common = min(last.y1, line.box.y1) - max(last.y0, line.box.y0)
            apart = all(min(other.box.x1, line.box.x1) - max(other.box.x0, line.box.x0) < 0.8 * line.box.height for other in row)
            if common > 0.5 * min(last.height, line.box.height) and apart:
                row.append(line)
                break
        else:
            rows.append([line])
    return [sorted(row, key=lambda line: line.box.x0) for row in rows]


def joined_rows(lines: Sequence[TextLine], widest_gap: float) -> list[TextLine]:
    """Lines in reading order; fragments of one row that stand closer than `widest_gap` (in line heights) become one line."""
    result: list[TextLine] = []
    for row in rows_of([line for line in lines if not line.inverted]):
        current = row[0]
        for line in row[1:]:
            height = min(current.box.height, line.box.height)
            gap = line.box.x0 - current.box.x1
            # Titles are spaced widely: 奖　　状.
            allowed = max(widest_gap, _TITLE_GAP) if max(len(current.reading.text), len(line.reading.text)) == 1 else widest_gap
            if gap < allowed * height and max(current.box.height, line.box.height) < 1.8 * height:
                current = joined_line(current, line, " " if gap > 0.5 * height else "")
            else:
                result.append(current)
                current = line
        result.append(current)
    # What stands upside down reads from the bottom right.
    return result + [line for row in reversed(rows_of([line for line in lines if line.inverted])) for line in reversed(row)]


def joined_line(left: TextLine, right: TextLine, between: str) -> TextLine:
    """Two neighbours on a row as one line, `between` standing for the space between them."""
    box = left.box.union(right.box)
    xs = [left.box.x0 + place * left.box.width for place in left.reading.places]
    xs += [(left.box.x1 + right.box.x0) / 2] * len(between)
    xs += [right.box.x0 + place * right.box.width for place in right.reading.places]
    places = [(x - box.x0) / max(1.0, box.width) for x in xs]
    texts = left.reading.text, right.reading.text
    score = sum(part.reading.score * len(part.reading.text) for part in (left, right)) / max(1, len(texts[0]) + len(texts[1]))
    certainties = left.reading.certainties + (1.0,) * len(between) + right.reading.certainties
    reading = Reading(between.join(texts), score, min(left.reading.least, right.reading.least), tuple(places), certainties)
    alternative = None
    if left.alternative is not None or right.alternative is not None:
        alternative = between.join((left.alternative or texts[0], right.alternative or texts[1]))
    return replace(left, box=box, reading=reading, alternative=alternative, quad=None, agreed=left.agreed and right.agreed)
