"""What is hidden until somebody asks to see it: ID numbers, phones and addresses, in values, in messages and in running text.

Comes in: text out of people's papers. Goes out: the same without personal numbers. Called by `dossier_page`, `page_images`, `rendering`.
"""

from __future__ import annotations

import re
from collections.abc import Collection

# Personal data that nobody needs to see to judge most dossiers.
MASKED = frozenset({"id_number", "phone", "address", "contact_phone"})
# Numbers as people write them, with spaces or dashes between the groups.
_LONG_NUMBER = re.compile(r"(?<![0-9A-Za-z])(\d{3})(?:[ -]?\d){8,}([ -]?[0-9Xx]){2}(?![0-9A-Za-z])")
_MOBILE = re.compile(r"(?<!\d)(1[3-9]\d)[ -]?\d{4}[ -]?(\d{4})(?!\d)")
_HIDDEN = "＊＊＊＊＊＊"
_SHORTEST = 4  # letters of a line that must stand in a hidden value for the line to be part of it


def masked(text: str, name: str = "") -> str:
    """A text without personal numbers: the middle of ID numbers, card numbers and phones; the whole of an address (by the field's name)."""
    if name == "address":
        return "＊" * min(len(text), 8)
    if name in MASKED:
        return text[:3] + "＊" * (len(text) - 5) + text[-2:] if len(text) > 5 else "＊" * len(text)
    return _MOBILE.sub(rf"\1{_HIDDEN[:4]}\2", _LONG_NUMBER.sub(lambda found: f"{found[1]}{_HIDDEN}{found[0][-2:]}", text))


def masked_message(message: str, name: str, values: Collection[str]) -> str:
    """A finding's message without what it quotes, where it is about a value that is hidden."""
    if name in MASKED:
        for value in sorted(filter(None, values), key=len, reverse=True):
            message = message.replace(value, masked(value, name))
    return masked(message)


def file_name(path: str) -> str:
    """The last part of a path, whichever container it lies in, without numbers; control characters would change how the page reads."""
    return masked("".join(letter if letter.isprintable() else "□" for letter in path.replace("!/", "/").rsplit("/", 1)[-1]))


def veiled(text: str, hidden: Collection[str], shown: Collection[str] = ()) -> str:
    """A line of a page without personal numbers: `hidden` are the values that may not be seen, `shown` those that may."""
    line = _squeezed(text)
    if any(_squeezed(value) in line for value in shown if value):
        return text
    for value in map(_squeezed, hidden):
        if value and (value in line or (len(line) >= _SHORTEST and line in value)):
            return _HIDDEN
    return masked(text)


def _squeezed(text: str) -> str:
    return "".join(text.split())
