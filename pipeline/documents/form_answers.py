"""Answers by tick in running text: which option of which pair is ticked, however boxes, brackets and words are arranged.

Comes in: squeezed text with tick boxes as characters (`schemas.layout`). Goes out: each answer with its place and its meaning. Called by
`form_declarations`. □是 ☑否, 是☑ 否□, 是（√） 否（ ）, √是 否 and 是 否√ are all in use; what could belong to either word answers nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from schemas.layout import CHECKED, UNCHECKED, UNCLEAR
from schemas.rules import Answers

_STATES = CHECKED + UNCHECKED + UNCLEAR
# In squeezed text full-width brackets are plain ones.
_MARK = rf"(?:_+[{_STATES}]_+|[(\[【〔<{{]?[{_STATES}×✗✘✕✖][)\]】〕>}}]?|[(\[【〔][_]*[)\]】〕]|_{{2,}})"
_CROSSES = "×✗✘✕✖"
# A tick written in the place of the box, and letters that stand for one within brackets.
_TICKS = str.maketrans(dict.fromkeys("√✓✔", CHECKED))
_LETTER_TICK = re.compile(r"(?<=[(\[【〔])[vVYy](?=[)\]】〕])")
_BETWEEN = r"[、,/|;和或]?"


@dataclass(frozen=True)
class Answered:
    """An answer in a text: the stretch [start, end), `yes`, `no` or '', and whether that is certain (an untouched pair is certainly blank).

    `paired`: both options were seen with a mark or the room for one.
    """

    start: int
    end: int
    value: str
    certain: bool
    paired: bool


def marked(text: str) -> str:
    """The text with every way of ticking as CHECKED; of the same length."""
    return _LETTER_TICK.sub(CHECKED, text.translate(_TICKS))


def find_answers(text: str, answers: Answers, spaced: Callable[[int], bool]) -> list[Answered]:
    """The answers in a `marked` text, in order.

    `spaced(i)` tells whether there was white space before the character at i before the text was squeezed.
    """
    word = "(?:" + "|".join(sorted(map(re.escape, {*answers.agreed, *answers.denied}), key=len, reverse=True)) + ")"
    first = list(re.finditer(rf"(?P<a>{_MARK})(?P<wa>{word}){_BETWEEN}(?P<b>{_MARK})(?P<wb>{word})", text))
    last = list(re.finditer(rf"(?P<wa>{word})(?P<a>{_MARK}){_BETWEEN}(?P<wb>{word})(?P<b>{_MARK})", text))
    pairs = _without_overlaps(*((first, last) if len(first) >= len(last) else (last, first)))
    found = [_of_pair(match, answers) for match in pairs if _opposite(match["wa"], match["wb"], answers)]
    for single in _singles(text, word, spaced):
        if not any(single.start() < other.end and other.start < single.end() for other in found):
            answer = _of_single(single, answers, spaced)
            if answer is not None:
                found.append(answer)
    return sorted(found, key=lambda answer: answer.start)


def _without_overlaps(preferred: Sequence[re.Match[str]], others: Sequence[re.Match[str]]) -> list[re.Match[str]]:
    kept = list(preferred)
    kept += [other for other in others if not any(other.start() < match.end() and match.start() < other.end() for match in preferred)]
    return kept


def _singles(text: str, word: str, spaced: Callable[[int], bool]) -> list[re.Match[str]]:
    """One mark for two words, or for the only one; two words without any; a lone word after a colon."""
    whole = (
        rf"(?P<wa>{word})(?P<m>{_MARK})(?P<wb>{word})",
        rf"(?P<m>{_MARK})(?P<wa>{word}){_BETWEEN}(?P<wb>{word})",
        rf"(?P<wa>{word}){_BETWEEN}(?P<wb>{word})(?P<m>{_MARK})",
        rf"(?<=[:?])(?P<wa>{word}){_BETWEEN}(?P<wb>{word})",
        rf"(?<=[:?])(?P<wa>{word})",
    )
    parts = rf"(?P<m>{_MARK})(?P<wa>{word})", rf"(?P<wa>{word})(?P<m>{_MARK})"
    found: list[re.Match[str]] = []
    for form in (*whole, *parts):
        for match in re.finditer(form, text):
            end = match.end()
            ended = form in parts or end == len(text) or spaced(end) or not text[end].isalnum()
            if ended and not any(match.start() < other.end() and other.start() < end for other in found):
                found.append(match)
    return found


def _of_pair(match: re.Match[str], answers: Answers) -> Answered:
    states = _state(match["a"]), _state(match["b"])
    ticked = [word for state, word in zip(states, (match["wa"], match["wb"]), strict=True) if state == CHECKED]
    value = _meaning(ticked[0], answers) if len(ticked) == 1 and UNCLEAR not in states else ""
    blank = not ticked and UNCLEAR not in states and "×" not in states
    return Answered(match.start(), match.end(), value, certain=bool(value) or blank, paired=True)


def _of_single(match: re.Match[str], answers: Answers, spaced: Callable[[int], bool]) -> Answered | None:
    mark, first, second = match.groupdict().get("m"), match["wa"], match.groupdict().get("wb")
    state = CHECKED if mark is None else _state(mark)
    unclear = Answered(match.start(), match.end(), "", certain=False, paired=False)
    if second is None:
        if _touches_other_word(match, answers):
            return unclear
        value = _meaning(first, answers) if state == CHECKED else ""
        return Answered(match.start(), match.end(), value, certain=state in (CHECKED, UNCHECKED), paired=False)
    if not _opposite(first, second, answers):
        return None
    if mark is None or state != CHECKED:
        return unclear  # what is underlined, struck out or marked by hand does not show in the text
    chosen = first if match.start("m") < match.start("wa") else second
    if match.start("wa") < match.start("m") < match.start("wb"):
        before, after = spaced(match.start("m")), spaced(match.start("wb"))
        if before == after:
            return unclear
        chosen = second if before else first
    return Answered(match.start(), match.end(), _meaning(chosen, answers), certain=True, paired=False)


def _touches_other_word(match: re.Match[str], answers: Answers) -> bool:
    """Whether the mark of a single word has another option at its other side."""
    mark = match.groupdict().get("m")
    if mark is None:
        return False
    words = (*answers.agreed, *answers.denied)
    if match.start("m") < match.start("wa"):
        return match.string[: match.start()].endswith(words)
    return match.string[match.end() :].startswith(words) and not match.string[match.end() :].startswith("是否")


def _state(mark: str) -> str:
    """The state of a box with or without brackets; × for a cross, which chooses for some and rejects for others."""
    for character in mark:
        if character in _STATES:
            return character
        if character in _CROSSES:
            return "×"
    return UNCHECKED


def _opposite(first: str, second: str, answers: Answers) -> bool:
    return (first in answers.agreed) != (second in answers.agreed)


def _meaning(word: str, answers: Answers) -> str:
    return "yes" if word in answers.agreed else "no"
