"""Where a whole ID card would lie on the page, worked out from its printed words, and which of its edges lie beyond the paper.

Comes in: the lines of an ID card. Goes out: the edges that are cut off. Called by `card_fields`. Needs no outline: copies have none. The
places of the words are those of GA 490 (`rulebook/documents.yaml`); a card of which fewer than two of them can be seen cannot be judged.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from pipeline.text.normal_forms import squeeze
from schemas.layout import Box, Line, Page
from schemas.rules import CardAnchor, CardRules

_TOUCHES = 0.002  # page share
_CARD = (85.6, 54.0)  # mm (ISO/IEC 7810 ID-1)
_FRONT, _BACK = {"name", "sex", "ethnicity", "birth_date", "address", "id_number"}, {"authority", "valid_from", "valid_to"}
_SIDES = ("left", "top", "right", "bottom")
# Shares of the card's height: words nearer to each other give no scale, and words that fit no better are not those of a card.
_LEAST_SPREAD, _WORST_FIT = 0.2, 0.06


class _Frame(NamedTuple):
    """The card on the page: shares of it that lie beyond each page edge, and how far the words miss their places (card heights)."""

    beyond: dict[str, float]
    miss: float


def cut_edges(page: Page, lines: Sequence[Line], cards: CardRules, stated: Collection[str]) -> tuple[str, ...]:
    """The edges (`left`, `top`, `right`, `bottom`, of the page as read) beyond which
    more than the allowed share of a side of the card lies.

    `stated` are the fields that could be read: where one is missing, less tells that the card is cut.
    """
    if not page.width or not page.height:
        return ()
    found = _touched_edges(lines)
    for anchors, fields in ((cards.front, _FRONT), (cards.back, _BACK)):
        allowed = cards.cut_share if fields <= set(stated) else cards.cut_share_incomplete
        frames = [frame for turn in range(4) if (frame := _frame(page, lines, anchors, turn)) is not None]
        best = min(frames, key=lambda frame: frame.miss, default=None)
        if best is not None and best.miss <= _WORST_FIT:
            found |= {side for side, share in best.beyond.items() if share > allowed}
    return tuple(side for side in _SIDES if side in found)


def _touched_edges(lines: Sequence[Line]) -> set[str]:
    """The page edges at which two lines or more end: what a cut leaves of its labels names no place, but no card is printed to its rim."""
    boxes = [line.box for line in lines if line.box is not None]
    gaps = {
        "left": [box.x0 for box in boxes],
        "top": [box.y0 for box in boxes],
        "right": [1 - box.x1 for box in boxes],
        "bottom": [1 - box.y1 for box in boxes],
    }
    return {side for side, found in gaps.items() if sum(gap <= _TOUCHES for gap in found) >= 2}


def _frame(page: Page, lines: Sequence[Line], anchors: Sequence[CardAnchor], turn: int) -> _Frame | None:
    """The card laid over its words, were it turned `turn` quarters clockwise on the page; None without enough of them."""
    size = (page.width or 1.0, page.height or 1.0)
    paper = size if turn % 2 == 0 else size[::-1]
    pairs = list(_pairs(lines, anchors, size, turn))
    if len(pairs) < 2:
        return None
    wanted = np.array([[anchor.x * _CARD[0], anchor.y * _CARD[1]] for anchor, _ in pairs])
    seen = np.array([place for _, place in pairs])
    spread = np.ptp(wanted[:, 1])
    if spread < _LEAST_SPREAD * _CARD[1]:
        return None
    # Labels stand below one another, so that the scale follows from their heights alone.
    centred = wanted - wanted.mean(axis=0)
    scale = float((centred * (seen - seen.mean(axis=0))).sum() / (centred**2).sum())
    if scale <= 0:
        return None
    origin = seen.mean(axis=0) - scale * wanted.mean(axis=0)
    misses = np.linalg.norm(seen - (origin + scale * wanted), axis=1) / (scale * _CARD[1])
    width, height = scale * _CARD[0], scale * _CARD[1]
    beyond = [
        -origin[0] / width,
        -origin[1] / height,
        (origin[0] + width - paper[0]) / width,
        (origin[1] + height - paper[1]) / height,
    ]
    # Turning back: what is the card's left edge in its own view is the page's top after a quarter turn clockwise.
    return _Frame({_SIDES[(index + turn) % 4]: float(share) for index, share in enumerate(beyond)}, float(misses.max()))


def _pairs(
    lines: Sequence[Line], anchors: Sequence[CardAnchor], size: tuple[float, float], turn: int
) -> Iterator[tuple[CardAnchor, tuple[float, float]]]:
    """Each word that opens a line exactly once, with the middle of the line's left edge in points, the page turned back by `turn`."""
    for anchor in anchors:
        hits = [line.box for line in lines if line.box is not None and squeeze(line.text).startswith(anchor.word)]
        if len(hits) == 1:
            yield anchor, _left_edge(hits[0], size, turn)


def _left_edge(box: Box, size: tuple[float, float], turn: int) -> tuple[float, float]:
    width, height = size
    x, y = box.centre[0] * width, box.centre[1] * height
    return (
        (box.x0 * width, y),
        (box.y0 * height, width - x),
        (width - box.x1 * width, height - y),
        (height - box.y1 * height, x),
    )[turn]
