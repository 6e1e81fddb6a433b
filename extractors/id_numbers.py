"""ID numbers that fail their check read once more from the recogniser's probabilities, with nothing but digits and X allowed.

Comes in: the page and its lines. Goes out: the same lines; beside a number that cannot be one stands, as its `alternative`, the number
that the pixels bear out and that can. Called by `paper` and `turned_parts`. The raw reading is never replaced.

Among illegible strokes a search for valid numbers always finds some (one in eleven digit strings passes the check digit): a path must be
likely in itself, hardly less likely than the best path of all, and far likelier than the next valid number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from math import log

import numpy as np
import numpy.typing as npt
from stdnum.cn import ric
from stdnum.exceptions import ValidationError

from extractors.ocr import Engine, crop
from extractors.raster import Image
from extractors.textlines import TextLine

_LENGTH = 18
_DIGITS = "0123456789X"
# A run that may be meant for a number: letters are digits misread, one or two characters may be lost or doubled.
_RUN = re.compile(r"[0-9A-Za-z×]{14,20}")
_BEAM = 30
_LEAST = 18 * log(0.75)  # a path's log probability: three quarters for each character on average
_BEHIND = 4.0  # how much less likely (log) than the best path
_AHEAD = 3.0  # how much likelier (log) than the next valid number: none wrong above it among moderate handwriting
_FLOOR = 1e-6

Probabilities = npt.NDArray[np.float32]  # (time steps, classes)


def with_id_numbers(engine: Engine, image: Image, lines: Sequence[TextLine]) -> list[TextLine]:
    """The lines, those with a number that fails its check with the valid one beside it that their pixels bear out, if there is one."""
    result = list(lines)
    for index, line in enumerate(lines):
        run = _failing_run(line)
        if run is None or line.quad is None:
            continue
        probabilities = engine.probabilities(_cut(crop(image, line.quad), line, *run))
        repaired = valid_number(probabilities, _classes(engine.characters))
        if repaired is not None:
            text = line.reading.text
            result[index] = replace(line, alternative=text[: run[0]] + repaired + text[run[1] :])
    return result


def valid_number(probabilities: Probabilities, classes: Sequence[int]) -> str | None:
    """The one valid 18-digit number (GB 11643) that the probabilities bear out; None where none does clearly.

    `classes` are the classes of the blank, of 0-9 and of X, in this order.
    """
    if probabilities.size == 0:
        return None
    paths = sorted(_beam(np.maximum(probabilities[:, list(classes)], _FLOOR)), key=lambda path: -path[1])
    valid = [path for path in paths if is_valid(path[0])]
    if not valid or valid[0][1] < max(_LEAST, paths[0][1] - _BEHIND):
        return None
    return valid[0][0] if len(valid) == 1 or valid[0][1] - valid[1][1] > _AHEAD else None


def is_valid(number: str) -> bool:
    """Whether a text has the length, a possible birth date and the check digit of an ID number (GB 11643)."""
    if not re.fullmatch(r"[1-9]\d{16}[\dX]", number):
        return False
    try:
        born = ric.get_birth_date(number)
    except (ValidationError, ValueError):
        return False
    return bool(date(1900, 1, 1) <= born) and ric.calc_check_digit(number) == number[-1]


def _failing_run(line: TextLine) -> tuple[int, int] | None:
    """The stretch of a line's text that looks like an ID number and is none; None where the number holds or there is none."""
    for match in _RUN.finditer(line.reading.text):
        digits = sum(character.isdigit() for character in match.group())
        if digits >= 13 and not is_valid(match.group().upper().replace("×", "X")) and len(line.reading.places) == len(line.reading.text):
            return match.span()
    return None


def _cut(picture: Image, line: TextLine, start: int, end: int) -> Image:
    """The part of the line's crop that holds its characters [start, end)."""
    places, width = line.reading.places, picture.shape[1]
    pitch = (places[end - 1] - places[start]) * width / (end - start - 1)
    left, right = places[start] * width - 0.9 * pitch, places[end - 1] * width + 0.9 * pitch
    return np.ascontiguousarray(picture[:, max(0, round(left)) : min(width, round(right))])


def _classes(characters: Sequence[str]) -> list[int]:
    return [0, *(characters.index(character) for character in _DIGITS)]


def _beam(steps: Probabilities) -> Iterator[tuple[str, float]]:
    """The likeliest texts with their log probabilities: CTC prefix search over blank (column 0), digits and X; X only at the end."""
    beams: dict[str, tuple[float, float]] = {"": (1.0, 0.0)}  # text: probability that it ends in a blank, in its last character
    for step in steps.tolist():
        following: dict[str, tuple[float, float]] = {}
        for text, (blank, held) in beams.items():
            _add(following, text, (blank + held) * step[0], held * step[1 + _DIGITS.index(text[-1])] if text else 0.0)
            if len(text) > _LENGTH or text.endswith("X"):
                continue
            for column, character in enumerate(_DIGITS, start=1):
                # The same character again is another one only after a blank.
                before = blank if text.endswith(character) else blank + held
                _add(following, text + character, 0.0, before * step[column])
        beams = dict(sorted(following.items(), key=lambda item: -sum(item[1]))[:_BEAM])
    return ((text, log(sum(ends))) for text, ends in beams.items() if sum(ends) > 0)


def _add(beams: dict[str, tuple[float, float]], text: str, blank: float, held: float) -> None:
    known = beams.get(text, (0.0, 0.0))
    beams[text] = known[0] + blank, known[1] + held
