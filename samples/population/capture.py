"""How paper becomes a file: a page and a kind of degradation in, encoded picture and what happened to it out.

Called by `packing`. The only place of the population that knows who degrades pages.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
from PIL import Image

from samples import paper
from samples.population.lexicon import pick_weighted

_TURNS = {0: 0.88, 90: 0.04, 180: 0.05, 270: 0.03}
_COLOURED = 45  # difference between channels that only ink reaches, not yellowed paper
_PHOTO_WIDTH = {"page": 2000, "piece": 1700}


@dataclass(frozen=True)
class Capture:
    """An encoded picture: bytes, dots per inch, degrees clockwise that it lies wrong."""

    content: bytes
    dpi: int
    turn: int

    @property
    def grey(self) -> bool:
        """Whether no colour is left in the picture."""
        with Image.open(io.BytesIO(self.content), formats=["JPEG"]) as image:
            if image.mode == "L":
                return True
            small = np.asarray(image.convert("RGB").resize((image.width // 4, image.height // 4)), dtype=np.int16)
        # A seal covers far more than a thousandth of any page that has one.
        return bool(np.quantile(small.max(axis=2) - small.min(axis=2), 0.999) < _COLOURED)


def capture_page(page: Image.Image, kind: str, dpi: int, rng: np.random.Generator, upright: bool = False) -> Capture:
    """A page scanned or photographed; now and then it lies on its side or upside down, unless `upright`."""
    turn = 0 if upright else pick_weighted(_TURNS, rng)
    picture = page.rotate(-turn, expand=True) if turn else page
    if kind == "photo":
        return Capture(paper.photograph_page(picture, rng, _PHOTO_WIDTH["page"]), 180, turn)
    return Capture(paper.scan(picture, kind, dpi, rng), dpi, turn)


def photograph_pieces(items: list[Image.Image], rng: np.random.Generator) -> Capture:
    """Cards or a certificate on a desk, taken with a telephone."""
    return Capture(paper.photograph(items, rng, _PHOTO_WIDTH["piece"]), 72, 0)
