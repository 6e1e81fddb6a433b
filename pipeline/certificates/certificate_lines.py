"""The lines of a certificate in the order in which a person reads them.

Comes in: the lines of one page (or the part of it that the certificate fills), row by row as a reader delivers them. Goes out: the same
lines with scraps and foreign words left out, headings that stand character by character put together, the panels of an opened folder one
after the other. Called by `certificate_text`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence

from rapidfuzz.fuzz import partial_ratio

from pipeline.text.normal_forms import squeeze
from pipeline.text.page_text import union_of
from schemas.layout import Box, Line

_SCRAP = 3  # characters: what a recogniser makes of an ornament is no longer
# A bilingual certificate repeats itself in another script; figures in it (a number, a grade) are kept unless they are a date's.
_LATIN = re.compile(r"[A-Za-z.,'·\-&:()]{4,}")
_MONTH = re.compile(r"(?:january|february|march|april|may|june|july|august|september|october|november|december)", re.IGNORECASE)
_GUTTER = 0.05  # page fraction: less white between two panels is the gap between two words
_PANEL_LINES = 2
_RING_SCRAP = 9  # characters: a longer line is print
_ILLEGIBLE = 0.7  # below this, text amid a seal's ring is as often wrong as right
_PART_OF_NAME = 75.0  # per cent of characters that a scrap has in common with a stretch of the name
_ALIGNED = 0.7  # share of a line's height by which two lines of one row overlap


def reading_order(lines: Sequence[Line], headings: Collection[str], labels: Collection[str], noise_below: float) -> list[Line]:
    """The lines as read by a person; `headings` and `labels` are squeezed wordings, `noise_below` the score under which scraps go."""
    kept = [line for line in lines if not _is_scrap(line, noise_below) and not _is_foreign(line)]
    if any(line.box is None for line in kept):
        return kept
    return _panels(_headings_first(_with_spelt_headings(kept, headings), headings), headings, labels)


def without_ring_scraps(lines: Sequence[Line], seals: Sequence[Box], issuers_in: Callable[[str], Sequence[str]]) -> list[Line]:
    """The lines without what a recogniser made of the characters on a seal's ring.

    Such scraps repeat a part of the organisation's name that is printed below the seal; where no name can be read there, all is kept.
    """
    scraps: set[int] = set()
    for seal in seals:
        inside = [line for line in lines if line.box is not None and seal.contains(line.box.centre)]
        # A line that names several issuers runs below several seals.
        names = [name for line in lines if line.box is not None and _meet(line.box, seal) for name in issuers_in(line.text)]
        scraps |= {id(line) for line in inside if names and _repeats(line, names)}
    return [line for line in lines if id(line) not in scraps]


def _meet(left: Box, right: Box) -> bool:
    return left.x0 < right.x1 and right.x0 < left.x1 and left.y0 < right.y1 and right.y0 < left.y1


def _repeats(line: Line, names: Sequence[str]) -> bool:
    text = squeeze(line.text)
    if text in names or len(text) > _RING_SCRAP or re.search(r"[\d年月日号]", text):
        return False
    return line.confidence < _ILLEGIBLE or any(partial_ratio(text, name) >= _PART_OF_NAME for name in names)


def same_row(left: Line, right: Line) -> bool:
    """Whether the second line stands right of the first, on its height."""
    if left.box is None or right.box is None or right.box.x0 < left.box.x1 - left.box.height:
        return False
    common = min(left.box.y1, right.box.y1) - max(left.box.y0, right.box.y0)
    return common >= _ALIGNED * min(left.box.height, right.box.height)


def _is_scrap(line: Line, noise_below: float) -> bool:
    size = len(squeeze(line.text))
    return size == 0 or (size <= _SCRAP and line.confidence < noise_below)


def _is_foreign(line: Line) -> bool:
    text = squeeze(line.text)
    return bool(_LATIN.fullmatch(text) or (text.isascii() and _MONTH.search(text)))


def _with_spelt_headings(lines: list[Line], headings: Collection[str]) -> list[Line]:
    """The lines with single characters that spell a heading, down or across the page, joined to one line at the head."""
    singles = [line for line in lines if len(squeeze(line.text)) <= 2]
    for heading in sorted((word for word in headings if not word.isascii()), key=len, reverse=True):
        for axis in (1, 0):
            spelt = _spelling(heading, sorted(singles, key=lambda line: line.box.centre[axis] if line.box else 0.0), axis)
            if len(spelt) > 1:
                rest = [line for line in lines if not any(line is part for part in spelt)]
                box = union_of(line.box for line in spelt if line.box is not None)
                return [Line(text=heading, box=box, confidence=min(line.confidence for line in spelt)), *rest]
    return lines


def _headings_first(lines: list[Line], headings: Collection[str]) -> list[Line]:
    """A heading that stands beside the text, set down the page, is read before it: else it would fall amid a sentence."""
    beside = [line for line in lines if squeeze(line.text).upper() in headings and _is_beside_text(line, lines)]
    return beside + [line for line in lines if not any(line is one for one in beside)]


def _is_beside_text(heading: Line, lines: Sequence[Line]) -> bool:
    box = heading.box
    if box is None or box.height <= box.width:
        return False
    rows = [line.box for line in lines if line.box is not None and line is not heading and box.y0 <= line.box.centre[1] <= box.y1]
    return len(rows) > 1 and all(row.x0 >= box.x1 or row.x1 <= box.x0 for row in rows)


def _spelling(heading: str, ordered: Sequence[Line], axis: int) -> list[Line]:
    """The lines, in one column or row, whose characters are the heading's; empty where they are not."""
    for first in ordered:
        chain, text = [first], squeeze(first.text)
        for line in ordered:
            if line.box is None or first.box is None or line is first or line.box.centre[axis] <= chain[-1].box.centre[axis]:  # type: ignore[union-attr]
                continue
            across = 1 - axis
            aside = abs(line.box.centre[across] - first.box.centre[across])
            if aside <= max(first.box.height, first.box.width) and heading.startswith(text + squeeze(line.text)):
                chain.append(line)
                text += squeeze(line.text)
        if text == heading:
            return chain
    return []


def _panels(lines: list[Line], headings: Collection[str], labels: Collection[str]) -> list[Line]:
    """The left panel's lines before the right one's where white parts the whole height; else as they stand, row by row."""
    place = _gutter(lines)
    if place is None:
        return lines
    left = [line for line in lines if line.box is not None and line.box.centre[0] < place]
    right = [line for line in lines if line.box is not None and line.box.centre[0] >= place]
    labelled = sum(squeeze(line.text).rstrip(":") in labels for line in left)
    # A column of labels beside a column of values is read across.
    if 2 * labelled >= len(left) or any(len(panel) < _PANEL_LINES and not _is_heading(panel, headings) for panel in (left, right)):
        return lines
    return left + right


def _is_heading(panel: Sequence[Line], headings: Collection[str]) -> bool:
    return bool(panel) and all(squeeze(line.text).upper() in headings for line in panel)


def _gutter(lines: Sequence[Line]) -> float | None:
    """The middle of the white that parts the lines into two panels, if it lies in the middle third of what is printed."""
    boxes = sorted((line.box for line in lines if line.box is not None), key=lambda box: box.x0)
    if not boxes:
        return None
    start, end = boxes[0].x0, max(box.x1 for box in boxes)
    reach = boxes[0].x1
    for box in boxes[1:]:
        middle = (reach + box.x0) / 2
        if box.x0 - reach >= _GUTTER and start + (end - start) / 3 <= middle <= end - (end - start) / 3:
            return middle
        reach = max(reach, box.x1)
    return None
