"""The table of styles, and drawing in one of them: words and a style's name in, the picture and what it shows out.

Called by `pieces` through the package.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image

from samples.dossier import Honour
from samples.population.certificates import entries, sentences
from samples.population.certificates.canvas import Canvas, Colour, PressedSeal
from samples.population.certificates.words import Words
from samples.population.lexicon import pick

_WIDE, _TALL = (1754, 1240), (1240, 1754)
_IVORY, _WHITE, _YELLOW = (253, 248, 234), (255, 255, 255), (254, 240, 190)


@dataclass(frozen=True)
class Style:
    """A style: how it is drawn, its size in units, papers to choose from, and for whom (person, team, both) it is made."""

    draw: Callable[[Canvas, Words, float], float]
    size: tuple[int, int]
    papers: tuple[Colour, ...]
    holder: str = "both"
    lists_members: bool = True


STYLES: dict[str, Style] = {
    "classic": Style(sentences.classic, _WIDE, (_IVORY, _WHITE, (255, 250, 240))),
    "award": Style(sentences.award, _TALL, (_YELLOW, _IVORY)),
    "portrait": Style(sentences.portrait_sheet, _TALL, (_WHITE, _IVORY, (250, 252, 254))),
    "big_grade": Style(sentences.big_grade, _WIDE, ((255, 252, 246),)),
    "folder": Style(sentences.folder, (1900, 1280), (_WHITE,)),
    "vertical_panel": Style(sentences.vertical_panel, _WIDE, (_WHITE, _IVORY)),
    "bilingual": Style(sentences.bilingual, _WIDE, (_WHITE, _IVORY)),
    "photo": Style(sentences.with_photo, _WIDE, (_WHITE, _IVORY), "person"),
    "labelled": Style(entries.labelled, _TALL, (_WHITE, (250, 252, 254), _IVORY)),
    "tabular": Style(entries.tabular, _TALL, (_WHITE,)),
    "centred": Style(entries.centred, _WIDE, (_IVORY, _WHITE)),
    "plain": Style(entries.plain_print, _TALL, (_WHITE,)),
    "red_header": Style(entries.red_header, _TALL, (_WHITE,)),
    "electronic": Style(entries.electronic, _WIDE, (_WHITE,)),
    "plaque": Style(entries.plaque, (1600, 1100), (_WHITE,), "team", lists_members=False),
}


@dataclass(frozen=True)
class DrawnCertificate:
    """A certificate: picture, the texts printed on it in order, its seals, and whether its style lists members."""

    picture: Image.Image
    texts: tuple[str, ...]
    seals: tuple[PressedSeal, ...]
    lists_members: bool


def styles_for(honour: Honour) -> list[str]:
    """The styles made for a person's or a team's honour. Pages of members need a style that lists them."""
    holder = "team" if honour.team else "person"
    return [name for name, style in STYLES.items() if style.holder in ("both", holder) and (style.lists_members or not honour.members)]


def draw_style(name: str, words: Words, label: str, seed: int) -> DrawnCertificate:
    """Draw the words in a style, in smaller type when they do not fit; KeyError for a style that does not exist."""
    style = STYLES[name]
    for factor in (1.0, 0.92, 0.84, 0.76, 0.68, 0.6):
        rng = np.random.default_rng([seed, zlib.crc32(label.encode())])
        canvas = Canvas(style.size, pick(style.papers, rng), rng)
        if style.draw(canvas, words, factor) <= style.size[1]:
            break
    return DrawnCertificate(canvas.image, tuple(canvas.texts), tuple(canvas.seals), style.lists_members)
