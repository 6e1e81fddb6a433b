"""What the product makes of material that nobody here made: a line a file, and the identity cards held against what they say.

    gongjiang ingest ../shared/real --warehouse build/real.duckdb
    python -m benchmarks.real_pages ../shared/real build/real.duckdb

The folder is not part of the project; where it is absent this says so and ends with status 2.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from pipeline.text.normal_forms import normal_date, normal_ethnicity, squeeze
from warehouse.connection import Warehouse, open_read_only

_FILES = """
    SELECT f.path, f.status, coalesce(f.error_code, ''), coalesce(f.pages, 0),
        (SELECT coalesce(string_agg(d.doc_type, ' ' ORDER BY d.sequence), '') FROM core.documents AS d WHERE d.file_id = f.file_id),
        count(v.field) AS fields, count(v.field) FILTER (v.needs_review), round(avg(v.confidence), 3)
    FROM core.files AS f
    LEFT JOIN (
        SELECT d.file_id, s.* FROM core.standing_fields AS s JOIN core.documents AS d USING (document_id)
    ) AS v ON v.file_id = f.file_id
    GROUP BY ALL ORDER BY f.path
"""
_CARD = """
    SELECT v.field, v."value", v.needs_review FROM core.standing_fields AS v JOIN core.documents AS d USING (document_id)
    JOIN core.files AS f USING (file_id) WHERE f.path LIKE ? AND d.doc_type = 'id_card'
"""
_LABELS = {
    "姓名": "name",
    "民族": "ethnicity",
    "性别": "sex",
    "出生": "birth_date",
    "住址": "address",
    "公民身份号码": "id_number",
    "签发机关": "authority",
}


def main(folder: Path, path: Path) -> None:
    """Print both tables."""
    if not folder.is_dir():
        sys.exit(f"no such folder: {folder}")
    with open_read_only(path) as warehouse:
        print("| file | outcome | pages | documents | values | to review | mean confidence |")
        print("|---|---|---|---|---|---|---|")
        for name, status, code, *figures in warehouse.execute(_FILES):
            print("| " + " | ".join(str(one) for one in (name, f"{status} {code}".strip(), *figures)) + " |")
        print("\n| card | right | missing | wrong and marked | wrong and silent |")
        print("|---|---|---|---|---|")
        for name, truth in json.loads((folder / "ground_truth.json").read_text(encoding="utf-8"))["idcard"].items():
            print(f"| {name} | " + " | ".join(map(str, _card(warehouse, name, truth))) + " |")


def _card(warehouse: Warehouse, name: str, truth: dict[str, str]) -> tuple[int, int, int, str]:
    read = {field: (value, marked) for field, value, marked in warehouse.execute(_CARD, [f"%{name}"]) if value}
    right = missing = marked_wrong = 0
    silent = []
    for label, field in _LABELS.items():
        expected = truth[label]
        expected = normal_ethnicity(expected) or expected if field == "ethnicity" else normal_date(expected) or expected
        if field not in read:
            missing += 1
        elif squeeze(read[field][0]) == squeeze(expected):
            right += 1
        elif read[field][1]:
            marked_wrong += 1
        else:
            silent.append(f"{field} {read[field][0]}")
    return right, missing, marked_wrong, "；".join(silent) or "0"


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), Path(sys.argv[2]))
