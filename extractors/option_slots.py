"""Where the box of an option must be, although its outline was not found: a fax broke it up, a bold tick covers it, a tick replaces it.

Comes in: pairs of options with the boxes that were found on the page. Goes out: a `TickBox`-like place and state for each option that lacks
one; called by `tickbox`. The boxes of a form all stand at one distance from their words; where none was found at all, a mark counts only
when it stands close to one word and well apart from the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from extractors.circled import Answer, Option, Pair
from extractors.raster import Grey, Mask, Rectangle
from extractors.textlines import TextLine
from schemas.layout import CHECKED, UNCHECKED, UNCLEAR

_BESIDE = 0.8  # characters between a word and its own box at most
_WITH_TICK = 2.4  # characters between a word and the middle of its box where a tick stands between them
_ALIKE = 0.2  # characters by which the boxes' distances may differ
_SHIFTS = (-0.15, -0.075, 0.0, 0.075, 0.15)  # characters by which a word's place may be off
_CORE = 0.27  # share of the box at each side that its outline may take up
# Inked share of the core where it is least, and in the middle of all places that the box may have: its outline fills it in some of them, a
# tick in nearly all.
_EMPTY, _MOSTLY_EMPTY = 0.01, 0.07
_FULL, _MOSTLY_FULL = 0.03, 0.12
_CLOSE, _APART = 0.45, 0.6  # characters between a mark and its word, and between a mark and the other word
_BRACKETS = frozenset("()（）[]［］【】〔〕")
_READ_TICKED, _READ_EMPTY = "√✓✔☑☒■", "□☐"


class Slots(NamedTuple):
    """Where a form's boxes stand: `offset` pixels from the near edge of the word to the box's centre (negative: before the word), `side`
    pixels wide; `seen`: measured on the page.
    """

    offset: float
    side: float
    seen: bool


def slots_of(answers: Iterable[Answer], frames: Sequence[Rectangle]) -> Slots | None:
    """The usual place of the page's boxes; None where those that were found do not stand alike."""
    offsets, sides, pitches = [], [], []
    for option in (option for answer in answers for option in answer.pair.options):
        pitches.append(option.box.height)
        near = own_frame(option, frames)
        if near is not None:
            offsets.append(near.centre[0] - (option.box.x0 if near.centre[0] < option.box.centre[0] else option.box.x1))
            sides.append(near.width)
    if not pitches:
        return None
    pitch = float(np.median(pitches))
    if not offsets:
        return Slots(-0.55 * pitch, 0.9 * pitch, seen=False)
    usual = float(np.median(offsets))
    alike = sum(abs(offset - usual) < _ALIKE * pitch for offset in offsets)
    return Slots(usual, float(np.median(sides)), seen=True) if alike > 0.7 * len(offsets) else None


def own_frame(option: Option, frames: Sequence[Rectangle]) -> Rectangle | None:
    """The frame right beside a word on its line, if there is one."""
    pitch = option.box.height
    beside = [
        (gap, frame)
        for frame in frames
        if abs(frame.centre[1] - option.box.centre[1]) < 0.6 * pitch
        and -0.5 * pitch < (gap := max(option.box.x0 - frame.x1, frame.x0 - option.box.x1)) < _BESIDE * pitch
    ]
    return min(beside)[1] if beside else None


def missing_boxes(
    grey: Grey, ink: Mask, answer: Answer, line: TextLine, boxes: Sequence[tuple[Rectangle, str]], slots: Slots
) -> list[tuple[Rectangle, str]]:
    """The boxes of a pair's options that were not found, with their states; all of them, or none where their places are not certain."""
    frames = [frame for frame, _ in boxes]
    text = line.reading.text
    lacking = [option for option in answer.pair.options if own_frame(option, frames) is None]
    if not lacking or set(text[answer.pair.start : answer.pair.end + 2]) & _BRACKETS:
        return []
    if slots.offset < 0 and any(_frame_before(option, answer, frames) for option in lacking):
        return []  # □√是: the box is there, the tick stands between it and the word
    places = [_place(option, slots) for option in lacking]
    reads = [_read_before(text, answer.pair, option) if slots.offset < 0 else None for option in lacking]
    seen = [_state(grey, place, option.box.height) for option, place in zip(lacking, places, strict=True)]
    states = [_agreed(state, read) for state, read in zip(seen, reads, strict=True)]
    if not slots.seen and not (sorted(states) == sorted((CHECKED, UNCHECKED)) and _belongs(ink, answer, states.index(CHECKED))):
        return []
    # A box whose outline cannot be seen is not known to be empty unless the other one is ticked.
    ticked = CHECKED in states or any(state == CHECKED for frame, state in boxes if _of_pair(answer, frame))
    return [(place, state if state != UNCHECKED or ticked else UNCLEAR) for place, state in zip(places, states, strict=True)]


def _read_before(text: str, pair: Pair, option: Option) -> str | None:
    """What the recogniser read in place of the box: a tick, an empty box, or neither."""
    position = pair.start if option is pair.options[0] else pair.end - len(option.word)
    before = text[:position].rstrip()[-1:]
    return CHECKED if before and before in _READ_TICKED else UNCHECKED if before and before in _READ_EMPTY else None


def _agreed(seen: str, read: str | None) -> str:
    """The pixels' word; what was read decides where they say nothing, and a tick that was read in an empty place leaves it open."""
    if seen == UNCLEAR:
        return read or UNCLEAR
    return UNCLEAR if seen == UNCHECKED and read == CHECKED else seen


def _frame_before(option: Option, answer: Answer, frames: Sequence[Rectangle]) -> bool:
    """Whether a frame lies a little further before a word than a box of its own would, with no other option between."""
    pitch = option.box.height
    start = option.box.x0 - _WITH_TICK * pitch
    if option is answer.pair.options[1]:
        start = max(start, answer.pair.options[0].box.x1)
    return any(start < frame.centre[0] < option.box.x0 and abs(frame.centre[1] - option.box.centre[1]) < 0.6 * pitch for frame in frames)


def _of_pair(answer: Answer, frame: Rectangle) -> bool:
    return any(own_frame(option, [frame]) is not None for option in answer.pair.options)


def _place(option: Option, slots: Slots) -> Rectangle:
    x = (option.box.x0 if slots.offset < 0 else option.box.x1) + slots.offset
    y, half = option.box.centre[1], slots.side / 2
    return Rectangle(x - half, y - half, x + half, y + half)


def _state(grey: Grey, place: Rectangle, pitch: float) -> str:
    """By the dark pixels in the core of the box wherever it may lie: an empty box has places without ink."""
    around = place.grown(place.width).cut(grey)
    if around.size == 0:
        return UNCLEAR
    paper, dark = (float(value) for value in np.percentile(around, (75, 2)))
    limit = paper - max(18.0, 0.35 * (paper - dark))
    core = place.grown(-_CORE * place.width)
    shares = [_dark_share(core, dx * pitch, dy * pitch, grey, limit) for dx in _SHIFTS for dy in _SHIFTS[1:4]]
    least, middle = min(shares), float(np.median(shares))
    if least >= _FULL and middle >= _MOSTLY_FULL:
        return CHECKED
    return UNCHECKED if least < _EMPTY and middle < _MOSTLY_EMPTY else UNCLEAR


def _dark_share(core: Rectangle, dx: float, dy: float, grey: Grey, limit: float) -> float:
    part = Rectangle(core.x0 + dx, core.y0 + dy, core.x1 + dx, core.y1 + dy).cut(grey)
    return float((part < limit).mean()) if part.size else 0.0


def _belongs(ink: Mask, answer: Answer, chosen: int) -> bool:
    """Whether the mark before an option is that one's: 是√ 否 and 是 √否 are told apart by the room at either side of the tick."""
    first, second = (option.box for option in answer.pair.options)
    pitch = first.height
    after = Rectangle(second.x1 + 0.1 * pitch, second.y0, second.x1 + 1.3 * pitch, second.y1).cut(ink)
    if after.size and (after > 0).mean() > 0.02:
        return False
    between = _columns(ink, Rectangle(first.x1 - 0.1 * pitch, first.y0, second.x0 + 0.1 * pitch, first.y1))
    if chosen == 0:
        # Between the options there is the other box, if anything: closer to its own word.
        return len(between) == 0 or _ends(between)[0] > _APART * pitch or float(np.diff(between).max(initial=0)) > _APART * pitch
    gaps = np.flatnonzero(np.diff(np.concatenate([[0], between])) > _APART * pitch)
    room = second.x0 - first.x1 + 0.2 * pitch
    return len(between) > 0 and len(gaps) > 0 and room - float(between[-1]) < _CLOSE * pitch


def _columns(ink: Mask, area: Rectangle) -> npt.NDArray[np.int64]:
    part = area.cut(ink)
    return np.flatnonzero((part > 0).sum(axis=0) >= 2) if part.size else np.zeros(0, dtype=np.int64)


def _ends(columns: npt.NDArray[np.int64]) -> tuple[float, float]:
    return float(columns[0]), float(columns[-1])
