"""The dictionary and the cookbook say what the database says.

The cookbook's SQL runs on the small season and, once the sample inbox has been read, on its warehouse. There the printed headings and
whether there are rows at all are compared: single numbers of the printed outputs depend on the recognition and may move with it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import SampleRun
from tests.warehouse.cookbook import COOKBOOK, Recipe, recipes
from warehouse.connection import Warehouse
from warehouse.query import run_query
from warehouse.reporting.dictionary import dictionary_markdown

RECIPES = recipes(COOKBOOK.read_text(encoding="utf-8"))


def test_the_data_dictionary_is_that_of_the_database(warehouse: Warehouse) -> None:
    said = COOKBOOK.with_name("data-dictionary.md").read_text(encoding="utf-8")
    assert said == dictionary_markdown(warehouse), "write it anew: python -m tests.warehouse.write_docs"
    assert [line for line in said.splitlines() if line.startswith("| `") and line.endswith("|  |")] == []


def test_the_cookbook_answers_fifteen_questions() -> None:
    assert [recipe.number for recipe in RECIPES] == list(range(1, 16))
    assert len({recipe.question for recipe in RECIPES}) == 15


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: f"question{recipe.number}")
def test_the_sql_of_the_cookbook_gives_the_columns_that_stand_below_it(season_path: Path, recipe: Recipe) -> None:
    assert list(run_query(season_path, recipe.sql).columns) == recipe.headings


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: f"question{recipe.number}")
def test_the_sample_inbox_answers_the_questions_of_the_cookbook(sample_run: SampleRun, recipe: Recipe) -> None:
    result = run_query(sample_run.warehouse, recipe.sql)
    assert list(result.columns) == recipe.headings
    assert bool(result.rows) == (len(recipe.output.splitlines()) > 1) or recipe.number == 2  # one more or less may be ready
