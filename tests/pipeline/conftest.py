"""The real rulebook, loaded once."""

from pathlib import Path

import pytest

from pipeline.rulebook import load_rulebook
from schemas.rules import Rulebook

_ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def rulebook() -> Rulebook:
    return load_rulebook(_ROOT / "rulebook", _ROOT / "editions" / "2024.yaml")
