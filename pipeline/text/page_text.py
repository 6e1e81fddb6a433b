"""The text of part of a page as one squeezed string, with the way back from every character to the line it stands in.

Comes in: lines of a layout. Goes out: a `TextStream` in which labels and wordings can be searched across line breaks, and each
hit traced to its box, raw text and confidence. Called by `classify`, `map_fields` and its parts, `certificates`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from schemas.layout import Box, Line


@dataclass(frozen=True)
class Passage:
    """A stretch of text with its evidence: raw text, the box of its lines (None without geometry), the least confidence among them."""

    text: str
    raw: str
    box: Box | None
    confidence: float


class TextStream:
    """Lines joined in reading order, in NFKC and without white space; `text` is searched, `passage` leads back to the page."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self.lines: Sequence[Line] = tuple(lines)
        characters: list[str] = []
        self._line_of: list[int] = []
        self._raw_position: list[int] = []
        for index, line in enumerate(self.lines):
            for position, raw in enumerate(line.text):
                for character in unicodedata.normalize("NFKC", raw):
                    if not character.isspace():
                        characters.append(character)
                        self._line_of.append(index)
                        self._raw_position.append(position)
        self.text = "".join(characters)

    def line_end(self, position: int) -> int:
        """The position just after the last character of the line in which `position` lies; `position` itself at the end of the text."""
        if position >= len(self.text):
            return position
        line = self._line_of[position]
        end = position
        while end < len(self.text) and self._line_of[end] == line:
            end += 1
        return end

    def touched(self, start: int, end: int) -> list[Line]:
        """The lines in which the stretch [start, end) lies."""
        return [self.lines[index] for index in sorted(set(self._line_of[start:end]))]

    def disputed(self, start: int, end: int) -> bool:
        """Whether a second reading of a line differs within the stretch [start, end)."""
        return any(
            self._line_of[position] == index and start <= position < end
            for index in sorted(set(self._line_of[start:end]))
            for position in self._differing(index)
        )

    def _differing(self, index: int) -> list[int]:
        """The positions in the text at which a line's second reading says something else; the neighbours of what one of them leaves out."""
        line = self.lines[index]
        first = self._line_of.index(index)
        own = self.text[first : self.line_end(first)]
        other = "".join(unicodedata.normalize("NFKC", line.alternative or "").split())
        if line.alternative is None or own == other:
            return []
        found: list[int] = []
        for kind, low, high, _, _ in SequenceMatcher(None, own, other, autojunk=False).get_opcodes():
            if kind != "equal":
                found += range(first + low, first + high) if kind != "insert" else (first + low - 1, first + low)
        return found

    def starts_line(self, position: int) -> bool:
        """Whether the character at `position` is the first of its line."""
        return position == 0 or self._line_of[position] != self._line_of[position - 1]

    def follows_space(self, position: int) -> bool:
        """Whether white space or a line break stood before the character at `position`."""
        if self.starts_line(position):
            return True
        return self._raw_position[position] - self._raw_position[position - 1] > 1

    def passage(self, start: int, end: int) -> Passage:
        """The stretch [start, end): its lines' raw text within the stretch joined by line breaks, their common box and least confidence."""
        if start >= end:
            return Passage("", "", None, 1.0)
        touched = sorted(set(self._line_of[start:end]))
        pieces = []
        for index in touched:
            raw_positions = [self._raw_position[i] for i in range(start, end) if self._line_of[i] == index]
            pieces.append(self.lines[index].text[min(raw_positions) : max(raw_positions) + 1])
        boxes = [box for index in touched if (box := self.lines[index].box) is not None]
        return Passage(self.text[start:end], "\n".join(pieces), union_of(boxes), min(self.lines[index].confidence for index in touched))


def union_of(boxes: Iterable[Box]) -> Box | None:
    """The smallest box that holds all of them, None for none."""
    whole: Box | None = None
    for box in boxes:
        whole = box if whole is None else whole.union(box)
    return whole


def join_lines(texts: Iterable[str]) -> str:
    """Wrapped lines joined to one text: no space between Chinese characters, white space elsewhere reduced to one blank."""
    joined = ""
    for piece in (" ".join(text.split()) for text in texts):
        # Words keep their blank over a line's end; a number that was wrapped is one number.
        between = " " if joined and piece and _is_letter(joined[-1]) and _is_letter(piece[0]) else ""
        joined += between + piece
    return _drop_spaces_beside_chinese(joined)


def _is_letter(character: str) -> bool:
    return character.isascii() and character.isalpha()


def _drop_spaces_beside_chinese(text: str) -> str:
    kept = [
        character
        for index, character in enumerate(text)
        if character != " " or (0 < index < len(text) - 1 and text[index - 1].isascii() and text[index + 1].isascii())
    ]
    return "".join(kept)
