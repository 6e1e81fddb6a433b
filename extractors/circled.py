"""Circled options on paper: which word of a printed pair (是 / 否, 符合 / 不符合) a pen has drawn a ring around.

Comes in: the ink of an upright page and its recognised lines. Goes out: the pairs of options in a line and, for each option, how far a ring
runs around it; called by `tickbox`, which writes what is found as tick boxes. A ring is looked for in the ink alone: as a smooth closed
path around the word, since no recogniser knows one and the printed word below it reads as before.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from extractors.ocr import Reading
from extractors.raster import Grey, Mask, Rectangle
from extractors.textlines import TextLine
from schemas.layout import CHECKED, UNCHECKED, UNCLEAR

# Answers that forms print side by side, either of them first.
_PAIRS = (
    ("是", "否"),
    ("不符合", "符合"),
    ("不属于", "属于"),
    ("不属实", "属实"),
    ("不同意", "同意"),
    ("没有", "有"),
    ("有", "无"),
    ("男", "女"),
)
# Between two options stand boxes, brackets and strokes, or what the recogniser makes of those and of a ring.
_BETWEEN = r"(?:[^\u4e00-\u9fff]|[口囗日曰回区凶图丨]){0,6}?"
_PAIR = re.compile("|".join(f"(?<!不)(?:{a}{_BETWEEN}{b}|{b}{_BETWEEN}{a})" for a, b in _PAIRS))
_WORD = re.compile("|".join(sorted({word for pair in _PAIRS for word in pair}, key=len, reverse=True)))
_APART = 1.3  # characters between the centres of 是 and 否: closer they are the 是否 of a question
_ANGLES = 72
# How far from the word a ring may run, in half widths and heights of the word; within lies the word's own ink.
_NEAREST, _FURTHEST, _STEPS = 1.06, 2.2, 24
# Inked share of a ring, and of its upper and of its lower part, which hardly anything else fills. Drawn rings, open ones included, have
# 0.87 and more; the word's neighbours and what stands above and below it come to 0.8 at most.
_WHOLE, _SIDE, _PARTLY = 0.86, 0.75, 0.8
_WIDER = 0.4  # word heights by which a wide ring's neighbourhood begins further out at either side
_AHEAD = 0.12  # by so much more of a ring than the other option has
_RULING = 3.0  # characters; a straight run of ink that is longer is a ruling
_BOXES = "□☐☑☒■▣囗√✓✔"
_STATES = CHECKED + UNCHECKED + UNCLEAR
_LIKE_BOXES = "口日曰回区凶图"  # characters in their own right: a box only where the recogniser was in doubt
_OPENING, _CLOSING = "([（【〔丨|", ")]）】〕丨|"
_IN_DOUBT = 0.9
_GUESSED = 0.5  # confidence of an answer whose word was not read


class Option(NamedTuple):
    """One word of a pair and where it stands (pixels, without the ring)."""

    word: str
    box: Rectangle


class Pair(NamedTuple):
    """Two options, and the part of the line's text that they and what is between them take up."""

    options: tuple[Option, Option]
    start: int
    end: int


class Ring(NamedTuple):
    """What runs around an option: the inked share (0-1) of the best closed path, of its worse side above and below; the path in pixels."""

    share: float
    side: float
    path: npt.NDArray[np.int32]

    @property
    def drawn(self) -> Literal["yes", "no", "unclear"]:
        """Whether this is a pen's ring; `unclear` where much of one is there."""
        if self.share >= _WHOLE and self.side >= _SIDE:
            return "yes"
        return "unclear" if self.share >= _PARTLY and self.side >= _SIDE else "no"


class Answer(NamedTuple):
    """A pair of options with the ring of each, and the one that runs around both."""

    pair: Pair
    rings: tuple[Ring, Ring]
    both: Ring

    @property
    def chosen(self) -> int | None:
        """The option that alone has a ring; None where none has, both have or it cannot be told."""
        first, second = self.rings
        if self.both.drawn == "yes":
            return None
        if "unclear" in (first.drawn, second.drawn) or first.drawn == second.drawn or abs(first.share - second.share) < _AHEAD:
            return None
        return 0 if first.drawn == "yes" else 1

    @property
    def touched(self) -> bool:
        """Whether there is any ring, or much of one."""
        return self.both.drawn == "yes" or any(ring.drawn != "no" for ring in self.rings)


def option_pairs(line: TextLine, text_height: float) -> list[Pair]:
    """The pairs of options in a line; none where the places of its characters are not known."""
    reading = line.reading
    if len(reading.places) != len(reading.text):
        return []
    xs = [line.box.x0 + place * line.box.width for place in reading.places]
    pitch = _pitch(reading.text, xs, text_height)
    found = []
    for match in _PAIR.finditer(reading.text):
        words = list(_WORD.finditer(reading.text, match.start(), match.end()))
        first, last = words[0], words[-1]
        options = tuple(_option(word.group(), xs[word.start() : word.end()], line.box, pitch) for word in (first, last))
        if first.end() < last.start() or options[1].box.centre[0] - options[0].box.centre[0] > _APART * pitch * len(first.group()):
            found.append(Pair((options[0], options[1]), match.start(), match.end()))
    return found


def _pitch(text: str, xs: list[float], text_height: float) -> float:
    """A character's width in pixels: the usual step between neighbours."""
    steps = [after - before for before, after, a, b in zip(xs, xs[1:], text, text[1:], strict=False) if min(ord(a), ord(b)) > 0x2E80]
    usual = 0.85 * text_height
    return float(np.clip(np.median(steps), 0.7 * usual, 1.4 * usual)) if len(steps) >= 3 else usual


def _option(word: str, xs: list[float], line: Rectangle, pitch: float) -> Option:
    centre, half = (xs[0] + xs[-1]) / 2, len(word) * pitch / 2
    return Option(word, Rectangle(centre - half, line.centre[1] - pitch / 2, centre + half, line.centre[1] + pitch / 2))


def without_rulings(ink: Mask, text_height: float) -> Mask:
    """The ink without long straight lines, which pass above and below the words of a tight table."""
    length = max(15, round(_RULING * text_height))
    lines = np.zeros_like(ink)
    for shape in ((1, length), (length, 1)):
        lines |= np.asarray(cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones(shape, np.uint8)), dtype=np.uint8)
    return np.asarray(cv2.subtract(ink, lines), dtype=np.uint8)


def answers_in(ink: Mask, line: TextLine, text_height: float) -> list[Answer]:
    """The pairs of options in a line with their rings; `ink` is without rulings."""
    found = []
    for pair in option_pairs(line, text_height):
        first, second = (option.box for option in pair.options)
        # A ring drawn in haste takes in the box before the word, too: it is wide.
        rings = tuple(max((ring_around(ink, box), ring_around(ink, _widened(box))), key=_strength) for box in (first, second))
        found.append(Answer(pair, (rings[0], rings[1]), ring_around(ink, first.union(second))))
    return found


def _widened(box: Rectangle) -> Rectangle:
    return Rectangle(box.x0 - _WIDER * box.height, box.y0, box.x1 + _WIDER * box.height, box.y1)


def _strength(ring: Ring) -> tuple[float, float]:
    return (ring.share, ring.side) if ring.side >= _SIDE else (0.0, ring.side)


def ring_around(ink: Mask, box: Rectangle) -> Ring:
    """The best closed path around a word's box. Its share is near 1 for a ring; a pen leaves gaps, and neighbours fill the sides."""
    angles = np.linspace(0, 2 * np.pi, _ANGLES, endpoint=False)
    reach = np.linspace(0, (_FURTHEST - _NEAREST) * box.height / 2, _STEPS)
    a, b = box.width / 2 * _NEAREST, box.height / 2 * _NEAREST
    x = box.centre[0] + np.cos(angles)[:, None] * (a + reach)
    y = box.centre[1] + np.sin(angles)[:, None] * (b + reach)
    around = box.grown(box.height)
    part, x0, y0 = np.ascontiguousarray(around.cut(ink)), max(0, round(around.x0)), max(0, round(around.y0))
    if part.size == 0:
        return Ring(0.0, 0.0, np.zeros((0, 2), np.int32))
    thick = cv2.dilate(part, np.ones((3, 3), np.uint8)) > 0
    rows, columns = np.rint(y - y0).astype(int), np.rint(x - x0).astype(int)
    within = (rows >= 0) & (rows < thick.shape[0]) & (columns >= 0) & (columns < thick.shape[1])
    inked = np.zeros(within.shape, np.float64)
    inked[within] = thick[rows[within], columns[within]]
    steps = _smooth_path(inked)
    hit = inked[np.arange(_ANGLES), steps]
    # The quarter of the turn around straight up and straight down.
    eighth = _ANGLES // 8
    below, above = hit[eighth : 3 * eighth + 1], hit[5 * eighth : 7 * eighth + 1]
    path = np.stack([x[np.arange(_ANGLES), steps], y[np.arange(_ANGLES), steps]], axis=1)
    return Ring(float(hit.mean()), float(min(above.mean(), below.mean())), np.rint(path).astype(np.int32))


def _smooth_path(inked: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """For each angle (rows) the step outwards (columns) of the path with most ink that turns by at most one step an angle."""
    count, width = inked.shape
    # Twice around, so that the second turn begins where the first has ended.
    turns = np.concatenate([inked, inked])
    best = turns[0].copy()
    back = np.zeros(turns.shape, np.int64)
    for index in range(1, len(turns)):
        padded = np.concatenate([[-np.inf], best, [-np.inf]])
        moves = np.stack([padded[1:-1], padded[:-2] - 0.15, padded[2:] - 0.15])
        choice = moves.argmax(axis=0)
        back[index] = np.arange(width) + np.array([0, -1, 1])[choice]
        best = moves.max(axis=0) + turns[index]
    path = np.zeros(len(turns), np.int64)
    path[-1] = int(best.argmax())
    for index in range(len(turns) - 1, 0, -1):
        path[index - 1] = back[index][path[index]]
    return np.concatenate([path[count : count + count // 2], path[count // 2 : count]])


def without_rings(grey: Grey, ink: Mask, answers: Sequence[Answer]) -> tuple[Grey, Mask]:
    """The picture and its ink without the rings: one that crosses a box would pass for a tick in it."""
    bare, rest = grey.copy(), ink.copy()
    for answer in answers:
        for ring, option in zip((*answer.rings, answer.both), (*answer.pair.options, answer.pair.options[0]), strict=True):
            if ring.drawn == "no" or (ring is answer.both and ring.drawn != "yes"):
                continue
            width = max(3, round(0.16 * option.box.height))
            drawn = np.zeros_like(ink)
            cv2.polylines(drawn, [ring.path.reshape(-1, 1, 2)], True, (255.0,), width)
            paper = option.box.grown(option.box.height).cut(grey)
            bare[drawn > 0] = int(np.percentile(paper, 75)) if paper.size else 255
            rest[drawn > 0] = 0
    return bare, rest


def holds(line: TextLine, answers: Sequence[Answer]) -> bool:
    """Whether every option of the pairs stands beside a tick box in the line's text, as often as there are pairs with it."""
    words = [option.word for answer in answers for option in answer.pair.options]
    text = "".join(line.reading.text.split())
    ways = [(f"[{_STATES}]{word}", f"{word}[{_STATES}]", words.count(word)) for word in sorted(set(words))]
    return all(max(len(re.findall(before, text)), len(re.findall(after, text))) >= count for before, after, count in ways)


def with_answers(line: TextLine, answers: Sequence[Answer], boxes: Sequence[tuple[Rectangle, str]]) -> TextLine:
    """The line with a tick box before each option: ticked where the ring is.

    `boxes` are the printed ones with their states, judged without the rings. UNCLEAR where both options could be meant.
    """
    reading, text, position = line.reading, "", 0
    kept: list[int] = []
    for answer in answers:
        first, second = answer.pair.options
        states = _states(answer, boxes)
        start, end = _trimmed(reading, position, answer.pair.start)
        kept += range(start, end)
        text += reading.text[start:end]
        if states is None:
            text += reading.text[end : answer.pair.end]
        else:
            text += f" {states[0]}{first.word} {states[1]}{second.word} "
        position = answer.pair.end
    text += reading.text[position:].lstrip(_CLOSING + " ")
    kept += range(position, len(reading.text))
    # A box or a ring makes the recogniser doubt what stands there; the words are known from their places in the pair.
    sure = [reading.certainties[place] for place in kept if not reading.text[place].isspace()] if reading.certainties else []
    score, least = (float(np.mean(sure)), min(sure)) if sure else (reading.score, reading.least)
    return replace(line, reading=Reading(" ".join(text.split()), score, least), alternative=None, quad=None)


def _trimmed(reading: Reading, start: int, end: int) -> tuple[int, int]:
    """The part of the text before a pair without the box of its first option, or what was read of it, and what closed the pair before."""
    while start and start < end and reading.text[start] in _CLOSING + " ":
        start += 1
    while end > start:
        character = reading.text[end - 1]
        doubted = character in _LIKE_BOXES and reading.certainties[end - 1] < _IN_DOUBT
        if not (character.isspace() or character in _BOXES + _OPENING or doubted):
            break
        end -= 1
    return start, end


def _states(answer: Answer, boxes: Sequence[tuple[Rectangle, str]]) -> tuple[str, str] | None:
    """The states of the two options; None where there is neither ring nor box."""
    first, second = (option.box for option in answer.pair.options)
    pitch = first.height
    said: list[set[str]] = [set(), set()]
    for box, state in boxes:
        gaps = [max(option.x0 - box.x1, box.x0 - option.x1) for option in (first, second)]
        if abs(box.centre[1] - first.centre[1]) < pitch and min(gaps) < 1.2 * pitch:
            said[int(gaps[1] < gaps[0])].add(state)
    if answer.chosen is not None:
        other = said[1 - answer.chosen]
        if other & {CHECKED, UNCLEAR}:
            return UNCLEAR, UNCLEAR
        return (CHECKED, UNCHECKED) if answer.chosen == 0 else (UNCHECKED, CHECKED)
    if len(said[0]) == len(said[1]) == 1:
        states = said[0].pop(), said[1].pop()
        if not answer.touched or sorted(states) == sorted((CHECKED, UNCHECKED)):
            return states
    return (UNCLEAR, UNCLEAR) if answer.touched or boxes else None
