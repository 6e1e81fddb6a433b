"""The title of a document that is of no type we know: what a person who looks through such pages needs to see.

Comes in: the pages of an `other` document. Goes out: its `title`, or nothing where no line can be one. Called by `map_fields`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.documents.field_values import field_value, lines_evidence
from pipeline.text.normal_forms import squeeze
from schemas.codes import DocType
from schemas.layout import Line, Page
from schemas.records import FieldValue
from schemas.rules import FieldRule, Rulebook

_LONGEST = 40  # characters; a longer line is running text
_TOP = 10  # lines among which a title stands
_LARGER = 1.3  # times the usual height: what is printed larger than the rest is a title


def other_title(pages: Sequence[Page], rulebook: Rulebook) -> list[FieldValue]:
    """The line that names the kind of paper (专利证书, 聘书), else the largest near the top, else the first that says something."""
    for page in pages:
        lines = [line for line in page.lines() if 1 < len(squeeze(line.text)) <= _LONGEST]
        if not lines:
            continue
        line = _kind_of_paper(lines, rulebook) or _largest(lines[:_TOP]) or lines[0]
        return [field_value(FieldRule(field="title"), [squeeze(line.text)], lines_evidence([line], page), 0.0)]
    return []


def _kind_of_paper(lines: Sequence[Line], rulebook: Rulebook) -> Line | None:
    rule = next((rule for rule in rulebook.documents.documents if rule.doc_type == DocType.OTHER), None)
    patterns = [cue.pattern for cue in rule.cues if cue.place == "heading" and cue.weight > 0] if rule is not None else []
    return next((line for line in lines if any(re.search(pattern, squeeze(line.text)) for pattern in patterns)), None)


def _largest(lines: Sequence[Line]) -> Line | None:
    heights = sorted(line.box.height for line in lines if line.box is not None)
    if len(heights) < 2:
        return None
    usual = heights[(len(heights) - 1) // 2]
    tallest = max((line for line in lines if line.box is not None), key=lambda line: line.box.height if line.box else 0.0)
    return tallest if tallest.box is not None and tallest.box.height >= _LARGER * usual else None
