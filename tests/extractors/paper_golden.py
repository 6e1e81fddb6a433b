"""What a paper page is compared by: its cells, lines and marks as plain data, spacing and width variants left out of account.

Called by the tests of the paper readers; goldens lie beside the sources in `data/paper/`.
"""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from schemas.layout import Line, Page, Table
from schemas.settings import Settings

PAPER = Path(__file__).parent / "data" / "paper"


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of their own, so that no test depends on the user's cache or environment."""
    return Settings(cache_dir=tmp_path_factory.mktemp("cache"), ocr_models_dir=None)


def plain(text: str) -> str:
    """NFKC without blanks; line breaks stay."""
    return "\n".join("".join(unicodedata.normalize("NFKC", line).split()) for line in text.split("\n"))


def described(page: Page) -> dict[str, Any]:
    """The page's blocks: lines as text, tables with each cell's place, spans and text."""
    blocks: list[Any] = []
    for block in page.blocks:
        if isinstance(block, Line):
            blocks.append(plain(block.text))
        elif isinstance(block, Table):
            cells = [[cell.row, cell.col, cell.row_span, cell.col_span, plain(cell.text)] for cell in block.cells]
            blocks.append({"rows": block.rows, "cols": block.cols, "cells": cells})
    return {"turned": page.turned, "blank": page.blank, "blocks": blocks}


def golden(name: str) -> Any:
    return json.loads((PAPER / f"{name}.json").read_text(encoding="utf-8"))
