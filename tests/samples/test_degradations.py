"""Degradations: a ruler that bends measures nothing, so each kind must repeat itself and tell the truth about the page."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw

from samples.degradations import KINDS, degrade


def page() -> Image.Image:
    picture = Image.new("RGB", (413, 585), "white")
    ImageDraw.Draw(picture).rectangle((60, 60, 350, 120), fill="black")
    return picture


@pytest.mark.parametrize("kind", KINDS)
def test_same_seed_gives_the_same_bytes_and_another_seed_others(kind: str) -> None:
    first, fate = degrade(page(), kind, 50, np.random.default_rng(5), turn_chance=0.5)
    again, same = degrade(page(), kind, 50, np.random.default_rng(5), turn_chance=0.5)
    other, _ = degrade(page(), kind, 50, np.random.default_rng(6), turn_chance=0.5)
    assert first == again and fate == same and first != other
    assert (fate.corners is not None) == (kind in ("photo", "handphoto"))


@pytest.mark.parametrize(("turn", "corner"), [(0, "top"), (90, "right"), (180, "bottom"), (270, "left")])
def test_turn_on_record_is_the_turn_of_the_picture(turn: int, corner: str) -> None:
    content, fate = degrade(page(), "clean", 50, np.random.default_rng(1), turn=turn)
    with Image.open(io.BytesIO(content)) as picture:
        grey = np.asarray(picture.convert("L"), dtype=np.float64)
    rows, columns = grey.mean(axis=1), grey.mean(axis=0)
    places = {
        "top": rows[: len(rows) // 4],
        "bottom": rows[-(len(rows) // 4) :],
        "left": columns[: len(columns) // 4],
        "right": columns[-(len(columns) // 4) :],
    }
    assert fate.turn == turn and min(places, key=lambda place: float(places[place].mean())) == corner
