"""Stored confidences under another calibration: what the machine read stays, how sure it is changes.

Comes in: an open warehouse and the function that gives a value its confidence from its signals. Goes out: changed rows of `core.fields`.
Called by `flows.rejudge`. What people corrected is not touched.
"""

from __future__ import annotations

from collections.abc import Callable

from schemas.records import FieldValue
from warehouse.bulk import TableShape, insert
from warehouse.connection import Warehouse
from warehouse.read import field_value

_SCORED = """
    SELECT document_id, field, "row", "value", raw, confidence, page, x0, y0, x1, y1, method, needs_review, signals, ordinal
    FROM core.fields WHERE signals IS NOT NULL
"""
_RESTATED = TableShape(
    "restated",
    "document_id, ordinal",
    {"document_id": "VARCHAR", "ordinal": "INTEGER", "confidence": "DOUBLE", "needs_review": "BOOLEAN"},
)


def restate(warehouse: Warehouse, change: Callable[[FieldValue], FieldValue]) -> int:
    """Give every value with signals the confidence and the need for review that `change` states, in one transaction.

    Returns:
        The number of values that changed.
    """
    rows: list[dict[str, object]] = []
    with warehouse.transaction():
        for row in warehouse.execute(_SCORED):
            before = field_value(row)
            after = change(before)
            if (after.confidence, after.needs_review) != (before.confidence, before.needs_review):
                rows.append({"document_id": row[0], "ordinal": row[14], "confidence": after.confidence, "needs_review": after.needs_review})
        columns = _RESTATED.column_list
        warehouse.execute(f"CREATE OR REPLACE TEMP TABLE restated AS SELECT {columns} FROM core.fields LIMIT 0")
        insert(warehouse, _RESTATED, rows)
        warehouse.execute(
            "UPDATE core.fields AS f SET confidence = r.confidence, needs_review = r.needs_review "
            "FROM restated AS r WHERE r.document_id = f.document_id AND r.ordinal = f.ordinal"
        )
        warehouse.execute("DROP TABLE restated")
    return len(rows)
