"""The made-up season of any size: what benchmarks and browser tests build upon."""

from __future__ import annotations

from pathlib import Path

from stdnum.cn import ric

from benchmarks.synthetic_warehouse import fill
from tests.warehouse.conftest import dump
from warehouse.connection import Warehouse, open_warehouse
from warehouse.read import filed_documents, related_documents


def test_a_made_up_season_is_a_sound_warehouse_that_the_product_can_read(warehouse: Warehouse) -> None:
    fill(warehouse, applicants=60, units=5, seed=3)
    assert warehouse.execute("FROM core.broken_references") == []
    assert warehouse.execute("SELECT unaccounted, files_without_documents FROM stats.page_accounting") == [(0, 0)]
    people = warehouse.execute("SELECT applicant_id, id_number FROM review.applicants")
    assert len(people) == 60 and all(ric.is_valid(number) for _, number in people)
    _, documents = related_documents(warehouse, people[0][0])
    assert sum(len(one.document.fields) for one in filed_documents(warehouse, sorted(documents))) > 75
    assert warehouse.execute("SELECT count(DISTINCT recommending_unit) > 2, count(DISTINCT verdict) FROM review.applicants") == [(True, 4)]


def test_the_same_arguments_make_the_same_season_and_another_seed_another(warehouse: Warehouse, masters: Path, tmp_path: Path) -> None:
    fill(warehouse, applicants=20, units=3, seed=3)
    twice = []
    for number, seed in enumerate((3, 4)):
        with open_warehouse(tmp_path / f"{number}.duckdb") as other:
            fill(other, applicants=20, units=3, seed=seed)
            twice.append(dump(other))
    first = dump(warehouse)
    assert first["applicants"] == twice[0]["applicants"] and first["fields"] == twice[0]["fields"]
    assert first["applicants"] != twice[1]["applicants"]
