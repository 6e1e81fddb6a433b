"""Drawn seals: of each shape, in its colour, repeatable, and damaged where that is asked for."""

from __future__ import annotations

import numpy as np
import pytest

from samples.stamps import BLACK, MILLIMETRES, Shape, draw_seal

NAME = "上海申浦物流有限公司"


@pytest.mark.parametrize("shape", MILLIMETRES)
def test_a_seal_is_drawn_in_its_colour_and_the_same_twice(shape: Shape) -> None:
    first = draw_seal(NAME, shape, np.random.default_rng(5), BLACK, longest=200, purpose="合同专用章", number="3101150001234")
    again = draw_seal(NAME, shape, np.random.default_rng(5), BLACK, longest=200, purpose="合同专用章", number="3101150001234")
    pixels = np.asarray(first)
    assert np.array_equal(pixels, np.asarray(again))
    assert 190 <= max(first.size) <= 290
    assert np.abs(pixels[pixels[:, :, 3] > 200][:, :3].astype(int) - np.array(BLACK)).max() <= 12


def test_a_partial_imprint_lacks_the_share_asked_for() -> None:
    whole, half = (
        np.asarray(draw_seal(NAME, "round", np.random.default_rng(5), longest=200, missing=missing, turn=0.01))[:, :, 3].astype(float).sum()
        for missing in (0.0, 0.5)
    )
    assert 0.3 < half / whole < 0.7
