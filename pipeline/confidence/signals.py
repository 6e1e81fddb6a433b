"""What is known of a reading beside its text, gathered from the page it stands on.

Comes in: a value with its evidence and the pages of its document. Goes out: `Signals`. Called by `calibrate`. The mappers need not know
of it: the lines that a value was made of are those in its box.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pipeline.confidence.checks import check
from pipeline.text.normal_forms import squeeze
from schemas.calibration import Signals
from schemas.codes import DocType
from schemas.layout import Box, Line, Page
from schemas.records import FieldValue
from schemas.rules import Rulebook

# A line belongs to a value if so much of the line's height and any of its width lies in the value's box.
_WITHIN = 0.5


def signals(value: FieldValue, doc_type: DocType, pages: Sequence[Page], rulebook: Rulebook) -> Signals:
    """The signals of one value. `value.needs_review` must be the stages' own doubt, without regard to any score."""
    page = next((page for page in pages if page.number == value.page), None)
    lines = [] if page is None or value.box is None else list(_lines_in(page.lines(), value.box))
    return Signals(
        score=value.confidence,
        line=min((line.confidence for line in lines), default=None),
        least=min((line.least for line in lines if line.least is not None), default=None),
        disputed=any(line.alternative is not None and squeeze(line.alternative) != squeeze(line.text) for line in lines),
        check=check(value, rulebook),
        document=doc_type.value,
        length=len(squeeze(value.value)),
        quality=1.0 if page is None else page.quality,
        doubtful=value.needs_review,
    )


def _lines_in(lines: Iterable[Line], box: Box) -> Iterable[Line]:
    for line in lines:
        if line.box is None:
            continue
        width = min(line.box.x1, box.x1) - max(line.box.x0, box.x0)
        height = min(line.box.y1, box.y1) - max(line.box.y0, box.y0)
        if width > 0 and height >= _WITHIN * line.box.height:
            yield line
