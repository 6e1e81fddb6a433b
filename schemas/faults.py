"""What is wrong with a data file that a person wrote, in that person's words.

Comes in: pydantic's account of a mistake. Goes out: where it stands and a Chinese sentence. Called by whatever loads such files: the
rulebook, a truth, a calibration.
"""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

# pydantic's error types → what a person who edits the file should read.
_WORDING = {
    "missing": "缺少必填项",
    "json_invalid": "不是完整的 JSON 文件",
    "extra_forbidden": "多余的键（是否拼写有误？）",
    "misspelt": "没有“{key}”这个键，是否应为“{meant}”？",
    "string_pattern_mismatch": "格式不符，应为 {pattern}",
    "literal_error": "取值不在允许范围内，应为 {expected}",
    "enum": "取值不在允许范围内，应为 {expected}",
    "string_type": "应为文字（数字请加引号）",
    "bool_type": "应为 true 或 false",
    "bool_parsing": "应为 true 或 false",
    "int_parsing": "应为整数",
    "int_type": "应为整数",
    "float_parsing": "应为数字",
    "float_type": "应为数字",
    "date_from_datetime_parsing": "应为日期，如 2024-03-25",
    "date_type": "应为日期，如 2024-03-25",
    "date_parsing": "应为日期，如 2024-03-25",
    "tuple_type": "应为列表",
    "model_type": "应为键值对",
    "dict_type": "应为键值对",
    "mapping_type": "应为键值对",
    "too_short": "至少要有 {min_length} 项",
    "less_than_equal": "不得大于 {le}",
    "greater_than_equal": "不得小于 {ge}",
}


def faults(error: ValidationError) -> list[tuple[str, str]]:
    """Every mistake as the place in the file (keys and positions from 0, joined by dots) and a sentence without a full stop."""
    return [(".".join(str(step) for step in mistake["loc"]), _wording(mistake)) for mistake in error.errors()]


def _wording(mistake: Any) -> str:
    template = _WORDING.get(mistake["type"])
    if template is None:
        return f"内容不符合要求（{mistake['msg']}）"
    return template.format_map({**{"pattern": "", "expected": ""}, **mistake.get("ctx", {})})
