"""Pen and stamp: printed forms in, signatures, dates and seals put where the printed labels ask for them.

Called by `pieces`. Says for each page what was put on it, so that the truth claims nothing that the page lacks.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from PIL import Image

from samples.dossier import PaperState
from samples.handwriting import hand_ink
from samples.population.handfilled import Pen
from samples.rendering import Glyph, glyphs
from samples.seal_shapes import SealLook, draw_look, draw_seal
from samples.seals import press
from samples.sheets import write_date


@dataclass
class Marks:
    """What a page bears: seals (place, name, look), whether its place for a signature is signed, the fields written with a pen."""

    seals: list[tuple[str, str, SealLook]] = field(default_factory=list)
    signature: bool | None = None
    written: list[str] = field(default_factory=list)


def _labels(found: list[Glyph], *labels: str) -> list[Glyph]:
    """The first glyphs of every occurrence of one of `labels` on a line."""
    return [
        glyph
        for index, glyph in enumerate(found)
        if any(all(each.text == char for each, char in zip(found[index:], label, strict=False)) for label in labels)
    ]


def _dated(page: Image.Image, found: list[Glyph], above: float, date: str, dpi: int, rng: np.random.Generator) -> bool:
    room = {glyph.text for glyph in found if glyph.text in "年月日" and above + 4 < glyph.y < above + 40}
    if len(room) == 3:
        write_date(page, found, above, date, dpi, rng)
    return len(room) == 3


def sign_form(pdf: bytes, pen: Pen, state: PaperState, dates: tuple[str, str] | None, rng: np.random.Generator) -> list[Marks]:
    """Sign, date and seal the pages of a printed form. `dates`: opinion dates to be written by hand, None when they are printed."""
    scale, marks, place = state.dpi / 72, [], 0
    wanted = (("employer", state.employer_seal), ("recommending_unit", state.unit_seal))
    for number, page in enumerate(pen.pages):
        found, mark = glyphs(pdf, number), Marks()
        for sign in _labels(found, "签字", "签名")[:1]:
            mark.signature = bool(state.signature)
            if state.signature:
                ink = hand_ink(state.signature, int(rng.integers(17, 24) * scale), rng, font=pen.font, ink=pen.ink)
                press(page, ink, (sign.x + 34) * scale + ink.width / 2, (sign.y - 5) * scale)
                mark.written.append("signature")
            if _dated(page, found, sign.y, state.signed_on, state.dpi, rng):
                mark.written.append("signed_on")
        for spot in _labels(found, "盖章", "公章"):
            if place < len(wanted):
                where, seal = wanted[place]
                if dates and _dated(page, found, spot.y, dates[place], state.dpi, rng):
                    mark.written.append(("employer_opinion_date", "unit_opinion_date")[place])
                if seal:
                    look = draw_look(rng)
                    picture = draw_seal(seal, look, state.dpi, rng)
                    press(page, picture, (spot.x + rng.uniform(10, 34)) * scale, (spot.y + rng.uniform(-8, 10)) * scale)
                    mark.seals.append((where, seal, look))
            place += 1
        marks.append(mark)
    return marks


def sign_summary(pdf: bytes, page: Image.Image, seal: str, dpi: int, rng: np.random.Generator) -> SealLook:
    """Put the unit's seal on the first page of its summary table; says how it looks."""
    spot, look = _labels(glyphs(pdf, 0), "盖章")[0], draw_look(rng)
    press(page, draw_seal(seal, look, dpi, rng), (spot.x + rng.uniform(60, 110)) * dpi / 72, (spot.y + rng.uniform(-24, 6)) * dpi / 72)
    return look
