"""Parts of a page that lie at another turn than the page: cards copied with the back upside down, photos of cards laid every which way.

Comes in: an upright page with the lines read on it as it lies. Goes out: the lines that stay, and each turned part read anew from its own
upright cutting, in its own reading order, with boxes on the page; called by `paper`.

Lines are gathered into clusters by their distance, which needs no outline: on a fax or a faint copy a card has none. The same classifier
that
turns pages says how each cluster lies, and its word counts only if the part then reads better than before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from extractors import orientation, textlines
from extractors.grid import text_height_of
from extractors.id_numbers import with_id_numbers
from extractors.ocr import Engine
from extractors.orientation import Turn
from extractors.raster import Image, Rectangle, grey_of, ink_of
from extractors.second_readings import with_second_readings
from extractors.textlines import TextLine

# A page with more lines outside tables than two cards and a certificate have is running text.
_MOST_LINES = 90
# In text heights: lines of one card stand at most 3.5 apart, those of two cards that touch at least 4.5 (GA 490: 3 mm type, 11 and 14 mm).
_APART = 4.0
# Clusters of one card that only the emblem or a gap parts (the back's title stands 5.5 text heights from its entries).
_ONE_CARD = 7.0
_LONG = 1.5  # longer side to shorter side from which a line's box shows its direction
_SURE = 0.6  # the classifier's probability; the reading has the last word
# What must be legible once turned, as a share of before: single lines are read upside down already, so a true turn gains little.
_AS_LEGIBLE = 0.9
_LEGIBLE = 0.6  # mean score from which a line counts as legible


@dataclass(frozen=True)
class TurnedPart:
    """A part of the page: where it is (pixels), the clockwise turn that makes it upright, its lines in its own reading order."""

    box: Rectangle
    turn: Turn
    lines: tuple[TextLine, ...]


def read_turned_parts(engine: Engine, image: Image, lines: Sequence[TextLine], model: Path) -> tuple[list[TextLine], list[TurnedPart]]:
    """The lines that lie as the page does, and the parts that do not. `model` is the orientation classifier.

    Only lines outside tables are looked at. Where nothing stands upside down, on end or reads badly, nothing is done.
    """
    free = [line for line in lines if line.cell is None]
    if not 2 <= len(free) <= _MOST_LINES or not any(_looks_turned(line) for line in free):
        return list(lines), []
    height = float(np.median([_text_height(line) for line in free]))
    parts: list[TurnedPart] = []
    gone: set[int] = set()
    for box, turn in _turned_clusters(image, free, height, model):
        own = [line for line in free if id(line) not in gone and box.holds(line.box.centre)]
        part = _read(engine, image, box.grown(height), turn)
        if part.lines and _legible(part.lines) >= _AS_LEGIBLE * _legible(own):
            parts.append(part)
            gone.update(id(line) for line in own)
    return [line for line in lines if id(line) not in gone], parts


def _looks_turned(line: TextLine) -> bool:
    on_end = line.box.height > _LONG * line.box.width and len(line.reading.text) > 2
    return line.inverted or on_end or line.reading.score < _LEGIBLE


def _turned_clusters(image: Image, lines: Sequence[TextLine], height: float, model: Path) -> list[tuple[Rectangle, Turn]]:
    """Boxes of neighbouring lines that the classifier finds turned, those of one card joined."""
    found: list[tuple[Rectangle, Turn]] = []
    for box in _line_clusters(lines, _APART * height):
        area = box.grown(height).cut(image)
        if min(area.shape[:2]) < height:
            continue
        turn, score = orientation.ranked_turns(np.ascontiguousarray(area), model)[0]
        if turn != 0 and score >= _SURE:
            found.append((box, turn))
    joined: list[tuple[Rectangle, Turn]] = []
    for turn in {turn for _, turn in found}:
        joined += [(box, turn) for box in _clusters([box for box, other in found if other == turn], _ONE_CARD * height)]
    return sorted(joined, key=lambda part: (part[0].y0, part[0].x0))


def _line_clusters(lines: Sequence[TextLine], apart: float) -> list[Rectangle]:
    """The boxes around neighbouring lines; level ones and ones on end are never of one card, short ones go with the nearest."""
    level = [line.box for line in lines if line.box.width > _LONG * line.box.height]
    on_end = [line.box for line in lines if line.box.height > _LONG * line.box.width]
    short = [line.box for line in lines if max(line.box.width, line.box.height) <= _LONG * min(line.box.width, line.box.height)]
    clusters = _clusters(level, apart) + _clusters(on_end, apart)
    for box in short:
        nearest = min(clusters, key=lambda cluster: _distance(cluster, box), default=None)
        if nearest is None or _distance(nearest, box) > apart:
            clusters.append(box)
        else:
            clusters = [cluster.union(box) if cluster is nearest else cluster for cluster in clusters]
    return clusters


def _text_height(line: TextLine) -> float:
    """How high the line's text stands; of a skewed line the box alone is too high."""
    if line.quad is None:
        return min(line.box.width, line.box.height)
    return float(min(np.linalg.norm(line.quad[0] - line.quad[3]), np.linalg.norm(line.quad[0] - line.quad[1])))


def _clusters(boxes: Sequence[Rectangle], apart: float) -> list[Rectangle]:
    """The boxes around those that lie less than `apart` pixels from each other."""
    clusters: list[Rectangle] = []
    for box in boxes:
        near = [cluster for cluster in clusters if _distance(cluster, box) < apart]
        clusters = [cluster for cluster in clusters if not any(cluster is other for other in near)]
        for cluster in near:
            box = box.union(cluster)
        clusters.append(box)
    return clusters if len(clusters) == len(boxes) else _clusters(clusters, apart)


def _distance(one: Rectangle, other: Rectangle) -> float:
    common = one.overlap(other)
    return max(0.0, -common.width, -common.height)


def _read(engine: Engine, image: Image, area: Rectangle, turn: Turn) -> TurnedPart:
    """The part's lines as read from its upright cutting, placed back on the page."""
    height, width = image.shape[:2]
    area = Rectangle(*(float(round(edge)) for edge in area)).overlap(Rectangle(0, 0, width, height))
    cutting = np.ascontiguousarray(orientation.turned(np.ascontiguousarray(area.cut(image)), turn))
    lines = textlines.read(engine, cutting, [(quad, None) for quad in textlines.detect(engine, cutting)])
    # Were the classifier wrong, these would read upside down.
    lines = [line for line in lines if not line.inverted]
    text_height = text_height_of([line.box for line in lines], cutting.shape[0] / 20)
    lines = with_second_readings(engine, cutting, ink_of(grey_of(cutting)), (), lines, text_height)
    lines = textlines.joined_rows(with_id_numbers(engine, cutting, lines), widest_gap=1.0)
    return TurnedPart(area, turn, tuple(replace(line, box=_on_page(line.box, area, turn), quad=None) for line in lines))


def _on_page(box: Rectangle, area: Rectangle, turn: Turn) -> Rectangle:
    """A box in the upright cutting as the box on the page that it was turned away from."""
    if turn == 90:
        box = Rectangle(box.y0, area.height - box.x1, box.y1, area.height - box.x0)
    elif turn == 180:
        box = Rectangle(area.width - box.x1, area.height - box.y1, area.width - box.x0, area.height - box.y0)
    elif turn == 270:
        box = Rectangle(area.width - box.y1, box.x0, area.width - box.y0, box.x1)
    return Rectangle(box.x0 + area.x0, box.y0 + area.y0, box.x1 + area.x0, box.y1 + area.y0)


def _legible(lines: Sequence[TextLine]) -> float:
    """How much text there is that reads well."""
    return sum(line.reading.score * len("".join(line.reading.text.split())) for line in lines if line.reading.score >= _LEGIBLE)
