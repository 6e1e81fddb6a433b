"""Whether a PDF page's text layer says what a reader sees: fonts may map their glyphs to anything, and then a wrong value looks certain.

Comes in: the page as its text layer reads, and a way to have it rendered. Goes out: yes or no; where no, `pdf` recognises the page
instead. Called by `pdf`.

Two looks. The characters alone show the common faults: unmapped glyphs, GBK or UTF-8 taken for a Western coding. A sample of
lines, recognised, shows the rest: a font whose table is wrong, by a program's fault or to keep people from copying.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence

from rapidfuzz.distance import Indel

from extractors import ocr
from extractors.raster import Image
from schemas.layout import Line, Page
from schemas.settings import Settings

# A line of which most characters are of the wrong kind; shorter ones are units and formulas.
_LEAST_CHARACTERS = 4
_MOST = 0.5
_UNMAPPED = re.compile(r"\(cid:\d+\)")
_SIGNS = frozenset("·×÷°±§²³µ®©")
# The lines compared, spread over the page: enough that one under a seal or on its side does not decide, few enough to cost little.
_SAMPLE = 5
_SAMPLE_CHARACTERS = (4, 30)
# Print is read without a fault on 99 lines of 100, so a layer that is right agrees almost wholly, and one that is wrong hardly at all.
_AGREEMENT = 0.5
_MARGIN = 0.15  # of a line's height, around it


def is_right(page: Page, render: Callable[[], Image], settings: Settings) -> bool:
    """Whether the text layer can be taken for what the page says. Raises `ModelsUnavailable`."""
    lines = [line for line in page.lines() if line.box is not None and line.confidence == 1]
    if any(is_garbled(line.text) for line in lines):
        return False
    sample = _sample(lines)
    if not sample:
        return True
    picture = render()
    readings = ocr.engine(settings).recognise([_cut(picture, line) for line in sample])
    agreement = [Indel.normalized_similarity(_plain(line.text), _plain(read.text)) for line, read in zip(sample, readings, strict=True)]
    return sum(agreement) / len(agreement) >= _AGREEMENT


def is_garbled(text: str) -> bool:
    """Whether a line is made of what no Chinese document is made of: unmapped glyphs, or letters of Western codings for the most part."""
    if _UNMAPPED.search(text):
        return True
    signs = [character for character in text if not character.isspace()]
    wrong = sum(1 for character in signs if "\u0080" <= character <= "\u024f" and character not in _SIGNS)
    return wrong >= _LEAST_CHARACTERS and wrong > _MOST * len(signs)


def _sample(lines: Sequence[Line]) -> list[Line]:
    least, most = _SAMPLE_CHARACTERS
    fit = [line for line in lines if least <= sum(character.isalnum() for character in line.text) and len(line.text) <= most]
    step = max(1, len(fit) // _SAMPLE)
    return fit[::step][:_SAMPLE]


def _cut(picture: Image, line: Line) -> Image:
    assert line.box is not None
    height, width = picture.shape[:2]
    margin = _MARGIN * line.box.height * height
    top, bottom = int(max(0, line.box.y0 * height - margin)), int(min(height, line.box.y1 * height + margin)) + 1
    left, right = int(max(0, line.box.x0 * width - margin)), int(min(width, line.box.x1 * width + margin)) + 1
    return picture[top:bottom, left:right]


def _plain(text: str) -> str:
    return "".join(character for character in unicodedata.normalize("NFKC", text) if character.isalnum())
