"""The rows of a query as a table, CSV or JSON on standard output.

Comes in: a `Result`. Goes out: text; dates as ISO 8601, lists and structures as such in JSON and as JSON text elsewhere. Called by `cli`.
"""

from __future__ import annotations

import csv
import datetime
import decimal
import json
import math
import sys
from collections.abc import Mapping
from typing import Literal

from flows.console import note, table
from warehouse.query import Result

_NUMBERS = ("INT", "DOUBLE", "FLOAT", "DECIMAL", "HUGEINT", "BIGINT")


def write(result: Result, output: Literal["table", "csv", "json"]) -> None:
    """Print a result; that it was cut short is said on standard error."""
    if output == "json":
        rows = [dict(zip(result.columns, (_plain(value) for value in row), strict=True)) for row in result.rows]
        print(json.dumps(rows, ensure_ascii=False, indent=2, allow_nan=False))
    elif output == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(result.columns)
        writer.writerows([_text(value) for value in row] for row in result.rows)
    else:
        right = [number for number, kind in enumerate(result.types) if kind.startswith(_NUMBERS)]
        table(result.columns, [[_text(value) for value in row] for row in result.rows], right=right)
    if result.truncated:
        note(f"结果太多，只显示前 {len(result.rows)} 行；请加上条件或 LIMIT。")


def _plain(value: object) -> object:
    """A value that JSON has; what it lacks becomes text."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, decimal.Decimal):
        return float(value)
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(_plain(key)): _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(part) for part in value]
    return value.hex() if isinstance(value, bytes) else str(value)


def _text(value: object) -> str:
    """A value as it stands in a table or a CSV field; NULL is empty."""
    plain = _plain(value)
    if plain is None:
        return ""
    if isinstance(plain, bool):
        return "true" if plain else "false"
    return json.dumps(plain, ensure_ascii=False) if isinstance(plain, dict | list) else str(plain)
