"""How paper becomes a file: a page and a kind of degradation in, encoded picture and what happened to it out.

Called by `packing`. The only place of the population that knows who degrades pages.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field

import numpy as np
from PIL import Image

from samples import paper
from samples.degradations import degrade

_TURN_CHANCE = 0.1
_COLOURED = 45  # difference between channels that only ink reaches, not yellowed paper
_PIECE_WIDTH = (1300, 2300)  # pixels; messengers shrink what telephones take


@dataclass(frozen=True)
class Capture:
    """An encoded picture and its fate: dots per inch, degrees clockwise that it lies wrong, what else was done to it."""

    content: bytes
    dpi: int
    turn: int
    skew: float | None = None
    applied: dict[str, float | str] = field(default_factory=dict)

    @property
    def grey(self) -> bool:
        """Whether no colour is left in the picture."""
        with Image.open(io.BytesIO(self.content), formats=["JPEG"]) as image:
            if image.mode == "L":
                return True
            small = np.asarray(image.convert("RGB").resize((image.width // 4, image.height // 4)), dtype=np.int16)
        # A seal covers far more than a thousandth of any page that has one.
        return bool(np.quantile(small.max(axis=2) - small.min(axis=2), 0.999) < _COLOURED)


def capture_page(page: Image.Image, kind: str, dpi: int, rng: np.random.Generator, back: Image.Image | None = None) -> Capture:
    """A page as it arrives in one of the kinds of `samples.degradations`, now and then on its side or upside down.

    `back`: what is printed on its other side, for pages of kind `showthrough`.
    """
    content, fate = degrade(page, kind, dpi, rng, turn_chance=_TURN_CHANCE, back=back)
    return Capture(content, fate.dpi, fate.turn, fate.skew, fate.applied)


def photograph_pieces(items: list[Image.Image], rng: np.random.Generator) -> Capture:
    """Cards or a certificate on a desk, taken with a telephone."""
    return Capture(paper.photograph(items, rng, int(rng.integers(*_PIECE_WIDTH))), 72, 0)
