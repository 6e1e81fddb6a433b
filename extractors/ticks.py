"""Tick boxes written as characters, in all the ways people and programs write them, as the layout's `CHECKED`, `UNCHECKED` and `UNCLEAR`.

Comes in: the lines of a cell or paragraph, and characters of symbol fonts. Goes out: the same lines with tick boxes normalised. Called by
the Word reader; any reader of typed text can use `normalise`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from schemas.layout import CHECKED, UNCHECKED, UNCLEAR

_EMPTY = "□☐▢◻◽⬜❏❐❑❒🗆囗"
_TICK = "√✓✔✅🗸"
_CHECKED = "☑☒🗹🗷⊠"
_FILLED = "■◼⬛"
_CROSS = "×✗✘✕✖"
_RUN = re.compile(f"[{_EMPTY}{_TICK}{_CHECKED}{_FILLED}{_CROSS}]+")
# Emoji and text selectors, and "enclosed in a square", hang on the character before them.
_MODIFIERS = re.compile("[\ufe0e\ufe0f\u20de\u20e3]")
_LETTER_OR_DIGIT = re.compile(r"[0-9A-Za-z]")

# Code points of the symbol fonts (low byte): what a person picks as a tick box, and the few ornaments worth keeping.
_SYMBOL_FONTS: dict[str, dict[int, str]] = {
    "wingdings": {0x6E: "■", 0x6F: "□", 0x70: "□", 0x71: "□", 0x72: "□", 0xA8: "□", 0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑", 0x78: "☒"},
    "wingdings 2": {0x4F: "✗", 0x50: "✓", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0xA2: "■", 0xA3: "□"},
    "wingdings 3": {},
    "webdings": {0x61: "✓", 0x63: "□", 0x67: "■", 0x72: "✗"},
    "marlett": {0x61: "✓", 0x62: "✓", 0x72: "✗"},
    "symbol": {0xD6: "√", 0xB4: "×", 0xB7: "•", 0xA3: "≤", 0xB3: "≥", 0xB1: "±", 0xB0: "°"},
}
_ORNAMENT = "•"


def is_symbol_font(font: str) -> bool:
    """Whether a font draws pictures where the code says letters."""
    return font.strip().lower() in _SYMBOL_FONTS


def glyph(font: str, code: int) -> str:
    """What a reader sees for a code point set in a font.

    Wingdings 2 "R" is a ticked box. Unknown ornaments become a bullet, other fonts speak Unicode.
    """
    table = _SYMBOL_FONTS.get(font.strip().lower())
    if table is None:
        return _ORNAMENT if 0xE000 <= code <= 0xF8FF else chr(code)
    low = code - 0xF000 if 0xF000 <= code <= 0xF0FF else code
    if low > 0xFF:
        return chr(code)
    return " " if low == 0x20 else table.get(low, _ORNAMENT)


def in_symbol_font(font: str, text: str) -> str:
    """Text that was typed in a symbol font, as seen; whitespace stays."""
    return "".join(c if c.isspace() else glyph(font, ord(c)) for c in text)


def normalise(lines: Sequence[str]) -> list[str]:
    """The lines of one cell or one paragraph with their tick boxes normalised.

    A tick beside a box is one ticked box; a tick between two boxes, or a cross in one, is `UNCLEAR`. A filled square is a ticked box where
    there is another tick box in these lines; at the beginning of a line, alone, it may be a bullet: `UNCLEAR`.
    """
    cleaned = [_MODIFIERS.sub("", line) for line in lines]
    others = sum(c in _EMPTY or c in _CHECKED for line in cleaned for c in line) > 0
    return [_RUN.sub(lambda found, line=line: _decide(found, line, others), line) for line in cleaned]  # type: ignore[misc]


def _decide(found: re.Match[str], line: str, others: bool) -> str:
    run = found.group()
    boxes = [c for c in run if c not in _TICK and c not in _CROSS]
    ticks = sum(c in _TICK for c in run)
    crosses = len(run) - len(boxes) - ticks
    if not boxes:
        # √2 and 3×4 are arithmetic, a cross alone is a remark.
        sum_sign = _LETTER_OR_DIGIT.match(line, found.end())
        return run if crosses or sum_sign else CHECKED
    if crosses:
        return UNCLEAR * len(boxes)
    if ticks == 0:
        bullet = not others and found.start() == len(line) - len(line.lstrip()) and len(boxes) == 1
        return "".join(_plain(c, bullet) for c in boxes)
    paired = ticks == len(boxes) and re.fullmatch(f"(?:[^{_TICK}][{_TICK}])+|(?:[{_TICK}][^{_TICK}])+", run)
    return (CHECKED if paired else UNCLEAR) * len(boxes)


def _plain(box: str, bullet: bool) -> str:
    if box in _EMPTY:
        return UNCHECKED
    return UNCLEAR if box in _FILLED and bullet else CHECKED
