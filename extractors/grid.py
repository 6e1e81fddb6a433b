"""Cells of ruled forms: the closed regions between ruling lines, and their rows, columns and spans.

Comes in: an upright image's ink mask, the height of its text, and the text lines found on it. Goes out: `RuledTable`s in pixels without
text; called by
`paper`, which puts the text in. Works on drawn lines only; tables without rulings are left to the text's own order.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from extractors.raster import Mask, Rectangle

_DRIFT = 3  # pixels a ruling may wander within its length, as dilation width
_SOLID = 0.9  # ink share that a short ruling must have: a row of characters has less
_DOTTED = 0.6  # inked share of a worn ruling's length; specks of a poor scan reach a third
_WEAK = 0.75  # inked share from which the course of a ruling is the ruling; a row of characters fills about half of it
_SURFACE = 0.5  # share of dark pixels on both sides of a course from which it runs on a dark surface; text beside a ruling fills less
_LOWEST = 0.8  # height of a table's highest cell, in usual line heights
_AMID = 0.04  # ink share beside a stroke from which it stands amid characters
_FRAME = 0.93  # share of a table that its largest cell may take up
_CREASE = 0.25  # share of the page that a crease runs through at least
_MARGIN = 0.03  # share of the page that is its edge
_FILLED = 0.72  # share of its bounding rectangle that a cell must fill


@dataclass(frozen=True)
class GridCell:
    """A cell's rectangle between the rulings in pixels, and its place in the grid (0-based)."""

    box: Rectangle
    row: int
    col: int
    row_span: int
    col_span: int


@dataclass(frozen=True)
class RuledTable:
    """A table of at least two cells; cells in row order."""

    box: Rectangle
    rows: int
    cols: int
    cells: tuple[GridCell, ...]


def find_tables(ink: Mask, text_height: float, text: Sequence[Rectangle], faint: Mask | None = None) -> list[RuledTable]:
    """The ruled tables of a page, top to bottom.

    `ink`: 255 where there is ink; `text_height`: usual height of a text line in pixels; `text`: the detected lines, so that strokes of
    large characters are not taken for rulings; `faint`: 255 where a pixel is darker than the paper (`raster.dark_of`), by which rulings
    are followed through text that touches them.
    """
    rulings = rulings_of(ink, text_height, text, faint)
    cells = [cell for cell in _regions(rulings, text_height) if not any(_inside(cell, line) for line in text)]
    groups = _connected(_rejoined(_without_frames(cells), text, text_height, ink), text_height)
    # What is lower than a line of text everywhere holds no text: the outlines of light characters on a dark card.
    tables = [table_of(group, text_height) for group in groups if max(cell.height for cell in group) >= _LOWEST * text_height]
    return sorted((table for table in tables if table is not None), key=lambda table: (table.box.y0, table.box.x0))


def rulings_of(ink: Mask, text_height: float, text: Sequence[Rectangle] = (), faint: Mask | None = None) -> Mask:
    """255 on ruling lines, horizontal and vertical, their ends extended so that corners close. `text`: where no ruling is looked for
    among dots, the detected lines. `faint`: what may join two pieces of a ruling but make none by itself.
    """
    shortest = max(20, round(text_height * 1.1))
    reach = max(4, round(text_height * 0.25))
    level, short_level = _strokes(ink, shortest, text_height)
    upright, short_upright = (stroke.T for stroke in _strokes(np.ascontiguousarray(ink.T), shortest, text_height))
    # A short stroke is a ruling only if it ends on rulings at both ends: one in a character does not.
    across = np.asarray(cv2.bitwise_or(upright, short_upright), dtype=np.uint8)
    level_all = cv2.bitwise_or(level, _held(short_level, across, reach))
    upright_all = cv2.bitwise_or(upright, _held(np.ascontiguousarray(short_upright.T), np.ascontiguousarray(level_all.T), reach).T)
    # The feet of a row of characters make a dotted line, its sides do not: level lines are not looked for within a text line at all.
    dots = _dotted(_without_text(ink, text, 0.0), text_height)
    dots_upright = np.ascontiguousarray(_dotted(np.ascontiguousarray(_without_text(ink, text, 0.2).T), text_height).T)
    level_all, upright_all = cv2.bitwise_or(level_all, dots), cv2.bitwise_or(upright_all, dots_upright)
    # Text beside a worn ruling took away its end: it goes on to the next line across.
    level_all = cv2.bitwise_or(level_all, _led_on(dots, np.asarray(upright_all, np.uint8), 1.3 * text_height))
    upright_all = cv2.bitwise_or(
        upright_all, _led_on(np.ascontiguousarray(dots_upright.T), np.ascontiguousarray(level_all.T), 1.3 * text_height).T
    )
    weak = ink if faint is None else np.asarray(cv2.bitwise_or(ink, faint), dtype=np.uint8)
    amid = _amid_text(text, ink.shape)
    level_all, upright_all = _completed_both(np.asarray(level_all, np.uint8), np.asarray(upright_all, np.uint8), weak, text_height, amid)
    level_all, upright_all = _without_folds(level_all, upright_all, text_height)
    # Ends extended: broken corners of a few pixels close, and no cell leaks into its neighbour.
    extend = 2 * reach + 1
    return np.asarray(
        cv2.bitwise_or(cv2.dilate(level_all, np.ones((1, extend), np.uint8)), cv2.dilate(upright_all, np.ones((extend, 1), np.uint8))),
        dtype=np.uint8,
    )


def _without_text(ink: Mask, text: Sequence[Rectangle], margin: float) -> Mask:
    """The ink without what stands within text lines, `margin` (in line heights) or more from their edges."""
    bare = ink.copy()
    for line in text:
        inset = margin * min(line.width, line.height)
        line.grown(-inset).cut(bare)[:] = 0
    return bare


def _dotted(ink: Mask, text_height: float) -> Mask:
    """Long horizontal lines of which a fax or a faint copy has left dots and dashes: inked for most of their length, bare on both sides."""
    length = max(40, round(3 * text_height))
    thick = (cv2.dilate(ink, np.ones((_DRIFT, 1), np.uint8)) > 0).astype(np.float32)
    share = cv2.boxFilter(thick, -1, (length, 1), borderType=cv2.BORDER_CONSTANT)
    off = max(5, round(0.25 * text_height))
    beside = np.zeros_like(share)
    beside[off:] = share[:-off]
    beside[:-off] = np.maximum(beside[:-off], share[off:])
    found = ((share >= _DOTTED) & (beside <= share - _DOTTED / 2)).astype(np.uint8) * 255
    count, labels, stats, _ = cv2.connectedComponentsWithStats(found, connectivity=8)
    kept = np.where(stats[:, cv2.CC_STAT_WIDTH] >= length, 255, 0).astype(np.uint8)
    kept[0] = 0
    return np.asarray(kept[labels] if count > 1 else np.zeros_like(ink), dtype=np.uint8)


def _led_on(strokes: Mask, across: Mask, reach: float) -> Mask:
    """Horizontal strokes made longer by at most `reach` pixels at either end, not beyond the first line across."""
    barrier = cv2.bitwise_not(cv2.dilate(across, np.ones((1, 7), np.uint8)))
    grown: cv2.typing.MatLike = strokes
    for _ in range(round(reach / 3)):
        grown = cv2.bitwise_or(grown, cv2.bitwise_and(cv2.dilate(grown, np.ones((1, 7), np.uint8)), barrier))
    return np.asarray(grown, dtype=np.uint8)


def _amid_text(text: Sequence[Rectangle], shape: tuple[int, ...]) -> Mask:
    """255 in the middle half of each text line's height, where what runs level is strokes of characters; upright rulings may be crossed."""
    amid: Mask = np.zeros(shape[:2], dtype=np.uint8)
    for line in text:
        Rectangle(line.x0, line.y0 + line.height / 4, line.x1, line.y1 - line.height / 4).cut(amid)[:] = 255
    return amid


def _completed_both(level: Mask, upright: Mask, ink: Mask, text_height: float, amid: Mask) -> tuple[Mask, Mask]:
    """Both masks with what text that touches a ruling, or a fax, took out of it; `amid`: where no level ruling runs."""
    full_level = _completed(level, upright, ink, text_height, amid)
    turned_upright, turned_level, turned_ink = (np.ascontiguousarray(mask.T) for mask in (upright, full_level, ink))
    return full_level, np.ascontiguousarray(_completed(turned_upright, turned_level, turned_ink, text_height, None).T)


def _completed(strokes: Mask, across: Mask, ink: Mask, text_height: float, amid: Mask | None) -> Mask:
    """Horizontal strokes, the gaps in their course filled where weak ink goes on in it.

    The ink of a gap alone would be too little to be called a ruling: it is one between two pieces in line, or from a piece to the next
    line across. Each cell's width is looked at by itself: a ruling may end at a merged cell and begin again behind it.
    """
    thick: Mask = np.asarray(cv2.dilate(ink, np.ones((2 * _DRIFT - 1, 1), np.uint8)), dtype=np.uint8)
    barrier: Mask = np.asarray(cv2.dilate(across, np.ones((1, 5), np.uint8)), dtype=np.uint8)
    result = strokes.copy()
    beside = max(2 * _DRIFT + 2, round(0.3 * text_height))
    for start, end in _gaps(strokes, barrier, text_height):
        if _runs_out(thick, barrier, start[1], text_height):
            continue
        xs = np.arange(start[0], min(end[0], strokes.shape[1]))
        ys = np.clip(np.rint(np.interp(xs, (start[0], end[0]), (start[1], end[1]))).astype(int), 0, strokes.shape[0] - 1)
        crossing = barrier[ys, xs] > 0
        inked = thick[ys, xs] > 0
        above, below = (ink[np.clip(ys + step, 0, strokes.shape[0] - 1), xs] > 0 for step in (-beside, beside))
        edges = np.flatnonzero(np.diff(np.concatenate([[True], crossing, [True]]).astype(np.int8)))
        for first, last in zip(edges[::2], edges[1::2], strict=True):
            # On a coloured card or in a shadow everything is dark: a line has paper on one side at least.
            surface = min(above[first:last].mean(), below[first:last].mean())
            characters = amid is not None and amid[ys[first:last], xs[first:last]].mean() > 127
            if inked[first:last].mean() >= _WEAK and surface < _SURFACE and not characters:
                # Onto the lines across, so that it is seen to end on them.
                begin, finish = max(0, first - 2 * _DRIFT), min(len(xs), last + 2 * _DRIFT) - 1
                cv2.line(result, (int(xs[begin]), int(ys[begin])), (int(xs[finish]), int(ys[finish])), (255,), 2)
    return result


def _runs_out(ink: Mask, across: Mask, row: int, text_height: float) -> bool:
    """Whether what lies on a row of pixels goes on past the outermost lines across, as a crease does and no ruling."""
    met = np.flatnonzero(across[row])
    if len(met) == 0:
        return False
    off, reach = round(0.3 * text_height), round(2 * text_height)
    outside = ink[row, max(0, int(met[0]) - reach) : max(0, int(met[0]) - off)], ink[row, int(met[-1]) + off : int(met[-1]) + reach]
    return any(len(part) > 0 and (part > 0).mean() > _WEAK for part in outside)


def _gaps(strokes: Mask, barrier: Mask, text_height: float) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Where horizontal strokes stop and go on, as (x, y) of both ends: at the next stroke in line, else at the next line across."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(strokes, connectivity=8)
    pieces = []
    for label in range(1, count):
        x, y, width, height, _ = (int(value) for value in stats[label])
        if width >= text_height:
            ends = (np.flatnonzero(labels[y : y + height, column] == label) for column in (x, x + width - 1))
            left, right = (int(np.mean(rows)) for rows in ends)
            pieces.append(((x, y + left), (x + width, y + right)))
    gaps = []
    for begin, end in pieces:
        onward = [other for other, _ in pieces if other[0] >= end[0] and abs(other[1] - end[1]) <= text_height * 0.3]
        if onward:
            gaps.append((end, min(onward)))
        else:
            ahead = np.flatnonzero(barrier[end[1], end[0] :])
            if len(ahead):
                gaps.append((end, (end[0] + int(ahead[0]) + 2 * _DRIFT, end[1])))
        if not any(other[0] <= begin[0] and abs(other[1] - begin[1]) <= text_height * 0.3 for _, other in pieces):
            behind = np.flatnonzero(barrier[begin[1], : begin[0]])
            if len(behind):
                gaps.append(((max(0, int(behind[-1]) - 2 * _DRIFT), begin[1]), begin))
    return [(start, end) for start, end in gaps if end[0] > start[0]]


def _without_folds(level: Mask, upright: Mask, text_height: float) -> tuple[Mask, Mask]:
    """Both masks without creases of the paper: a ruling ends where it meets the outermost line across, a crease runs on to the margin.

    Lines that end together are the open side of a table, unless they run through the whole page.
    """
    kept_level = _within_table(level, upright, text_height)
    kept_upright = _within_table(np.ascontiguousarray(upright.T), np.ascontiguousarray(level.T), text_height).T
    return kept_level, np.ascontiguousarray(kept_upright)


def _within_table(strokes: Mask, across: Mask, text_height: float) -> Mask:
    """Horizontal strokes without those that run on, past the last line across them, by more than the height of two lines of text."""
    # Where the toner broke off, a crease is in pieces: those in line with each other are one.
    joined = cv2.dilate(strokes, np.ones((_DRIFT, 1), np.uint8))
    reach = round(8 * text_height)
    # With paper around the picture: without it lines close to its edge would be closed up to it.
    around = cv2.copyMakeBorder(joined, 0, 0, reach, reach, cv2.BORDER_CONSTANT, value=[0.0])
    joined = cv2.morphologyEx(around, cv2.MORPH_CLOSE, np.ones((1, reach), np.uint8))[:, reach:-reach]
    joined = np.ascontiguousarray(joined)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    longest = strokes.shape[1] * _CREASE
    kept = np.full(count, 255, dtype=np.uint8)
    kept[0] = 0
    for label in range(1, count):
        x, y, width, height, _ = (int(value) for value in stats[label])
        if width < longest:
            continue
        met = np.flatnonzero(_meeting(across, x, y, width, height, round(text_height)))
        if len(met) == 0:
            continue
        beyond = [side > 2 * text_height for side in (int(met[0]), width - 1 - int(met[-1]))]
        starts, ends = stats[1:, 0], stats[1:, 0] + stats[1:, 2]
        together = [int((np.abs(others - end) < text_height).sum()) > 1 for others, end in ((starts, x), (ends, x + width))]
        through = x < _MARGIN * strokes.shape[1] and x + width > (1 - _MARGIN) * strokes.shape[1]
        if (all(beyond) and through) or any(far and not shared for far, shared in zip(beyond, together, strict=True)):
            kept[label] = 0
    return np.asarray(cv2.bitwise_or(cv2.bitwise_and(kept[labels], strokes), _spanning(strokes, across, text_height)), dtype=np.uint8)


def _spanning(strokes: Mask, across: Mask, text_height: float) -> Mask:
    """The horizontal strokes that begin and end on lines across: rulings, though a stain's edge goes on in line with them."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(strokes, connectivity=8)
    kept = np.zeros(count, dtype=np.uint8)
    for label in range(1, count):
        x, y, width, height, _ = (int(value) for value in stats[label])
        met = np.flatnonzero(_meeting(across, x, y, width, height, round(text_height)))
        if len(met) and met[0] < text_height / 2 and width - 1 - met[-1] < text_height / 2:
            kept[label] = 255
    return np.asarray(kept[labels], dtype=np.uint8)


def _meeting(across: Mask, x: int, y: int, width: int, height: int, reach: int) -> npt.NDArray[np.bool_]:
    """For each column of a stroke whether a line across comes to it from above or below, over at least `reach` pixels."""
    above = across[max(0, y - reach) : max(1, y), x : x + width]
    below = across[y + height : y + height + reach, x : x + width]
    solid = [(part > 0).sum(axis=0) >= 0.7 * reach for part in (above, below) if part.shape[0] >= reach]
    return np.asarray(np.any(solid, axis=0) if solid else np.zeros(width, dtype=np.bool_))


def _held(strokes: Mask, across: Mask, reach: int) -> Mask:
    """Of short horizontal strokes those that meet a line across within `reach` pixels of either end."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(strokes, connectivity=8)
    kept = np.zeros(count, dtype=np.uint8)
    for label in range(1, count):
        x, y, width, height, _ = (int(value) for value in stats[label])
        left = across[max(0, y - 1) : y + height + 1, max(0, x - reach) : x + reach]
        right = across[max(0, y - 1) : y + height + 1, max(0, x + width - reach) : x + width + reach]
        kept[label] = 255 if left.any() and right.any() else 0
    return np.asarray(kept[labels], dtype=np.uint8)


def _strokes(ink: Mask, shortest: int, text_height: float) -> tuple[Mask, Mask]:
    """Horizontal lines of `ink`: those long enough to be rulings by themselves, and short ones that may be."""
    # Dilating across the line lets it step up or down by a pixel without breaking.
    drifting = cv2.dilate(ink, np.ones((_DRIFT, 1), np.uint8))
    runs = cv2.morphologyEx(drifting, cv2.MORPH_OPEN, np.ones((1, shortest), np.uint8))
    # A worn or faxed line has gaps: close those that are short against its length.
    runs = cv2.morphologyEx(runs, cv2.MORPH_CLOSE, np.ones((1, shortest // 2), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(runs, connectivity=8)
    kept = np.zeros((2, count), dtype=np.uint8)
    thickest = max(6.0, text_height * 0.35) + _DRIFT
    for label in range(1, count):
        x, y, width, height, area = (int(value) for value in stats[label])
        # Mean thickness, not height: a curled or skewed line is high yet thin.
        if area / width > thickest or height > max(thickest * 2, width * 0.12):
            continue
        short = width < shortest * 4
        if not short or _solidity(ink[y : y + height, x : x + width]) >= _SOLID:
            kept[int(short), label] = 255
    long, maybe = kept[0][labels], kept[1][labels]
    # What lies in a long line's course close to its ends belongs to it, however short the piece.
    course = cv2.dilate(long, np.ones((1, 2 * shortest + 1), np.uint8))
    return np.asarray(cv2.bitwise_or(long, cv2.bitwise_and(course, drifting)), dtype=np.uint8), np.asarray(maybe, dtype=np.uint8)


def _solidity(part: Mask) -> float:
    """The share of columns in which one unbroken thin stroke lies: characters in a row are dense, but not everywhere."""
    rows = part.astype(bool)
    thickness = rows.sum(axis=0)
    usual = max(1.0, float(np.median(thickness)))
    return float(np.mean((thickness >= 1) & (thickness <= usual * 2 + 1)))


def _regions(rulings: Mask, text_height: float) -> list[Rectangle]:
    """Rectangles of the closed regions between rulings; the region outside all of them and irregular ones are left out."""
    framed = cv2.copyMakeBorder(rulings, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=[0.0])
    count, labels, stats, _ = cv2.connectedComponentsWithStats(cv2.bitwise_not(framed), connectivity=4)
    outside = {int(label) for label in np.unique(np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]]))}
    # Narrower ones hold no text: the gap of a double ruling. Lines stand a third higher than their characters, drift takes its part.
    smallest = max(8.0, text_height * 0.5)
    found = []
    for label in range(1, count):
        x, y, width, height, area = (int(value) for value in stats[label])
        if label in outside or min(width, height) < smallest or area < _FILLED * width * height:
            continue
        # A strip along half a page and lower than text is the space between the lines of a double frame.
        if min(width, height) < 1.5 * smallest and (width > rulings.shape[1] / 2 or height > rulings.shape[0] / 2):
            continue
        found.append(Rectangle(x - 1, y - 1, x - 1 + width, y - 1 + height))
    return found


def _without_frames(cells: Sequence[Rectangle]) -> list[Rectangle]:
    """Cells lie side by side: of a region and what lies within it, either the outer one is a frame or the inner ones are a picture."""
    dropped: set[int] = set()
    for outer, a in enumerate(cells):
        inner = [
            index
            for index, b in enumerate(cells)
            if index != outer and a.overlap(b).width > 0 and a.overlap(b).height > 0 and b.area < a.area
        ]
        inner = [index for index in inner if a.overlap(cells[index]).area > 0.5 * cells[index].area]
        if sum(cells[index].area for index in inner) > 0.3 * a.area:
            dropped.add(outer)
        else:
            dropped.update(inner)
    return [cell for index, cell in enumerate(cells) if index not in dropped]


def _rejoined(cells: Sequence[Rectangle], text: Sequence[Rectangle], text_height: float, ink: Mask) -> list[Rectangle]:
    """The cells with those made one again that only the strokes of a heavy title in a tight row had parted.

    Such a stroke stands within one text line, no ruling of the rows above or below goes on from it, and it either parts off a single
    character or has ink close by on both sides; a ruling that a text line happens to cross has white beside it.
    """
    kept = list(cells)
    for line in text:
        row = sorted((cell for cell in kept if _tight_row(cell, line, text_height)), key=lambda cell: cell.x0)
        for left, right in itertools.pairwise(row):
            first = next(cell for cell in kept if cell.overlap(left).area == left.area)  # `left`, or what it has become
            edge = (first.x1 + right.x0) / 2
            parted = line.x0 + text_height * 0.3 < edge < line.x1 - text_height * 0.3
            narrow = min(left.width, right.width) < 2 * text_height  # a character or less
            if parted and (narrow or _amid_ink(edge, line, text_height, ink)) and not _goes_on(edge, first, kept, text_height):
                kept = [cell for cell in kept if cell not in (first, right)] + [first.union(right)]
    return kept


def _amid_ink(edge: float, line: Rectangle, text_height: float, ink: Mask) -> bool:
    """Whether characters stand close on both sides of an upright edge within a text line."""
    near, far, inset = 0.12 * text_height, 0.45 * text_height, 0.15 * line.height
    sides = (
        Rectangle(edge - far, line.y0 + inset, edge - near, line.y1 - inset),
        Rectangle(edge + near, line.y0 + inset, edge + far, line.y1 - inset),
    )
    return all(part.size > 0 and float((part > 0).mean()) > _AMID for part in (side.cut(ink) for side in sides))


def _tight_row(cell: Rectangle, line: Rectangle, text_height: float) -> bool:
    common = cell.overlap(line)
    return common.width > 0 and common.height > 0.6 * line.height and cell.height < 2.2 * text_height


def _goes_on(edge: float, cell: Rectangle, cells: Sequence[Rectangle], text_height: float) -> bool:
    """Whether a cell of the row above or below has a side at the same place as an upright edge of this row."""
    near = text_height * 0.4
    return any(
        min(abs(other.x0 - edge), abs(other.x1 - edge)) <= near and (abs(other.y0 - cell.y1) <= near or abs(other.y1 - cell.y0) <= near)
        for other in cells
    )


def _inside(cell: Rectangle, line: Rectangle) -> bool:
    """Whether a region is a hole in a character: it lies within one text line, is lower than the line and no wider than a character.

    A tight row's cell is low as well, but wide, and its text fills only a part of it.
    """
    common = cell.overlap(line)
    within = common.width > 0 and common.height > 0 and common.area > 0.9 * cell.area
    return within and cell.height < 0.85 * line.height and cell.width < 1.1 * line.height


def _connected(cells: Sequence[Rectangle], text_height: float) -> list[list[Rectangle]]:
    """Groups of cells that share rulings."""
    groups = _Groups(len(cells))
    gap = _gap(text_height)
    for first, a in enumerate(cells):
        for second in range(first):
            common = a.overlap(cells[second])
            if (common.width > 0 and -gap <= common.height) or (common.height > 0 and -gap <= common.width):
                groups.join(first, second)
    return [[cells[index] for index in members] for members in groups.members()]


def table_of(cells: Sequence[Rectangle], text_height: float) -> RuledTable | None:
    """The grid that cells make up: rows, columns and spans from their edges; None for a single box. Pixels or points, as they come."""
    if len(cells) < 2:
        return None
    columns = _edges([(cell.x0, cell.x1, cell.y0, cell.y1) for cell in cells], text_height)
    rows = _edges([(cell.y0, cell.y1, cell.x0, cell.x1) for cell in cells], text_height)
    placed = [
        GridCell(cell, top, left, max(1, bottom - top), max(1, right - left))
        for cell, (left, right), (top, bottom) in zip(cells, columns, rows, strict=True)
    ]
    placed.sort(key=lambda cell: (cell.row, cell.col, cell.box.y0, cell.box.x0))
    box = Rectangle(
        min(cell.x0 for cell in cells), min(cell.y0 for cell in cells), max(cell.x1 for cell in cells), max(cell.y1 for cell in cells)
    )
    row_count, col_count = max(bottom for _, bottom in rows), max(right for _, right in columns)
    # A frame with ornaments in its corners, or a form that is one box: no grid.
    if row_count * col_count == 1 or max(cell.area for cell in cells) > _FRAME * box.area:
        return None
    return RuledTable(box, row_count, col_count, tuple(placed))


def _gap(text_height: float) -> float:
    """How far apart the edges of two cells beside each other may lie: a thick or double ruling, less than a row's height."""
    return text_height * 0.7


def _edges(cells: Sequence[tuple[float, float, float, float]], text_height: float) -> list[tuple[int, int]]:
    """For each cell (start, end, cross start, cross end) along one axis, the numbers of the grid lines at which it starts and ends.

    Edges that face each other across one ruling are one grid line, so are those of neighbours along it; this follows a ruling on a curled
    page, where its two ends lie further apart than two rulings do. What is left is joined by position.
    """
    groups = _Groups(2 * len(cells))
    gap, drift = _gap(text_height), text_height * 0.3
    for first, (start, end, low, high) in enumerate(cells):
        for second, (other_start, other_end, other_low, other_high) in enumerate(cells):
            beside = min(high, other_high) - max(low, other_low)
            if first == second or beside < -gap:
                continue
            if beside > 0 and -drift <= other_start - end <= gap:
                groups.join(2 * first + 1, 2 * second)
            if abs(start - other_start) <= drift:
                groups.join(2 * first, 2 * second)
            if abs(end - other_end) <= drift:
                groups.join(2 * first + 1, 2 * second + 1)
    position = [cells[edge // 2][edge % 2] for edge in range(2 * len(cells))]
    lines = sorted((float(np.mean([position[edge] for edge in members])), members) for members in groups.members())
    number: dict[int, int] = {}
    current, last = -1, float("-inf")
    for mean, members in lines:
        if mean - last > gap:
            current += 1
        last = mean
        number.update(dict.fromkeys(members, current))
    return [(number[2 * index], max(number[2 * index + 1], number[2 * index] + 1)) for index in range(len(cells))]


class _Groups:
    """Disjoint sets of the numbers 0..size-1."""

    def __init__(self, size: int) -> None:
        self._parent = list(range(size))

    def root(self, item: int) -> int:
        while self._parent[item] != item:
            self._parent[item] = self._parent[self._parent[item]]
            item = self._parent[item]
        return item

    def join(self, first: int, second: int) -> None:
        self._parent[self.root(first)] = self.root(second)

    def members(self) -> list[list[int]]:
        found: dict[int, list[int]] = {}
        for item in range(len(self._parent)):
            found.setdefault(self.root(item), []).append(item)
        return list(found.values())


def text_height_of(lines: Sequence[Rectangle], otherwise: float) -> float:
    """The usual height of the text lines in pixels; `otherwise` where there are none. Vertical lines count by their width."""
    heights = [min(line.width, line.height) for line in lines]
    return float(np.median(heights)) if heights else otherwise
