"""Writes `docs/data-dictionary.md` anew and, given a warehouse of the sample inbox, the outputs of `docs/cookbook.md`.

Run as `python -m tests.warehouse.write_docs [WAREHOUSE]` after a migration or a change of the cookbook.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.warehouse.cookbook import COOKBOOK, printed, recipes, with_output
from warehouse.connection import open_warehouse
from warehouse.query import run_query
from warehouse.reporting.dictionary import dictionary_markdown

DICTIONARY = COOKBOOK.with_name("data-dictionary.md")


def main() -> None:
    """Write both files."""
    with tempfile.TemporaryDirectory() as folder, open_warehouse(Path(folder) / "empty.duckdb") as warehouse:
        DICTIONARY.write_text(dictionary_markdown(warehouse), encoding="utf-8")
    for sample in sys.argv[1:]:
        text = COOKBOOK.read_text(encoding="utf-8")
        for recipe in recipes(text):
            text = with_output(text, recipe.number, printed(run_query(Path(sample), recipe.sql)))
        COOKBOOK.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
