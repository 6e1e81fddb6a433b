"""Pages that lie on their side or askew: read the right way up, or everything after is lost."""

from __future__ import annotations

import numpy as np
import pytest

from extractors import orientation
from extractors.models import prepare
from schemas.settings import Settings
from tests.extractors.paper_golden import PAPER, settings
from tests.extractors.paper_pictures import opened, sheet

__all__ = ["settings"]


@pytest.mark.parametrize("name", ["form.jpg", "opinions_copy.jpg", "id_card_photo.jpg"])
@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_turned_pages_are_turned_back(settings: Settings, name: str, turned: int) -> None:
    page = opened(PAPER / name, quarter_turns=-turned // 90)  # clockwise by `turned`
    turn, score = orientation.ranked_turns(page, prepare(settings).orientation)[0]
    assert turn == -turned % 360
    assert score > 0.8
    assert np.array_equal(orientation.turned(page, turn), opened(PAPER / name))


@pytest.mark.parametrize("degrees", [-4.3, -0.5, 0.8, 6.0])
def test_skew_is_measured_and_taken_away(degrees: float) -> None:
    straight = opened(PAPER / "opinions.jpg")
    straight = orientation.straightened(straight, orientation.skew_of(straight))
    skewed = orientation.straightened(straight, -degrees)
    assert orientation.skew_of(skewed) == pytest.approx(degrees, abs=0.2)
    assert orientation.skew_of(orientation.straightened(skewed, degrees)) == pytest.approx(0, abs=0.15)


def test_empty_page_has_no_skew() -> None:
    assert orientation.skew_of(sheet()) == 0.0
