"""Sheets in photographs: found by their sides in shadow and clutter, and never found where there is none."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from PIL import Image as Pillow

from extractors.outline import sheet_corners
from extractors.raster import Image, resized
from samples.degradations import degrade
from tests.extractors.paper_golden import PAPER


def furthest(content: bytes, corners: tuple[tuple[float, float], ...]) -> float:
    """The furthest that a found corner lies from the true one, as a share of the picture's longer side; 1 where none were found."""
    picture = np.asarray(cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR), dtype=np.uint8)
    small: Image = resized(picture, 800)
    found = sheet_corners(small)
    if found is None:
        return 1.0
    true = np.array(corners) * (small.shape[1], small.shape[0])
    return float(np.linalg.norm(found - true, axis=1).max() / max(small.shape))


@pytest.mark.parametrize("kind", ["photo", "handphoto"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_sheet_on_a_desk_is_found_in_spite_of_shadow_and_clutter(kind: str, seed: int) -> None:
    with Pillow.open(PAPER / "form.jpg") as form:
        page = form.convert("RGB").resize((826, 1169))
    content, fate = degrade(page, kind, 100, np.random.default_rng(seed))
    assert fate.corners is not None
    assert furthest(content, fate.corners) < 0.015


@pytest.mark.parametrize("kind", ["clean", "office", "copy2", "fax", "folded"])
def test_table_on_a_scanned_page_is_not_cut_out_as_if_it_were_a_sheet(kind: str) -> None:
    with Pillow.open(PAPER / "form.jpg") as form:
        content, _ = degrade(form.convert("RGB"), kind, 100, np.random.default_rng(4))
    picture = np.asarray(cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR), dtype=np.uint8)
    assert sheet_corners(resized(picture, 800)) is None
