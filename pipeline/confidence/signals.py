"""What is known of a reading beside its text, gathered from the page it stands on.

Comes in: a value with its evidence, the pages and the other values of its document. Goes out: `Signals`. Called by
`calibrate`. The mappers need not know of it: the lines that a value was made of are those in its box.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from pipeline.confidence.checks import check
from pipeline.text.normal_forms import squeeze
from schemas.calibration import Signals
from schemas.codes import DocType
from schemas.layout import Box, Line, Method, Page
from schemas.records import FieldValue
from schemas.rules import Rulebook

# A line belongs to a value if so much of the line's height and any of its width lies in the value's box.
_WITHIN = 0.5
_FEWEST_LINES = 3  # of which a document's hand can be told


@dataclass(frozen=True)
class Strokes:
    """Medians of `Line.axial` in a document: over the lines that its recognised values stand in, and over the others on the same pages
    (labels, headings). None where too few were measured."""

    values: float | None = None
    beside: float | None = None


def strokes_of(values: Iterable[FieldValue], pages: Sequence[Page]) -> Strokes:
    """How the strokes of a document run. Over the whole document: a form is filled in by one person, and a single line says little."""
    read = [value for value in values if value.method == Method.OCR and value.raw.strip() and value.page is not None]
    inside: list[float] = []
    beside: list[float] = []
    for page in pages:
        boxes = [value.box for value in read if value.page == page.number and value.box is not None]
        if not boxes:
            continue
        lines = [line for line in page.lines() if line.axial is not None]
        own = {id(line) for box in boxes for line in _lines_in(lines, box)}
        for line in lines:
            if line.axial is not None and id(line) in own:
                inside.append(line.axial)
            elif line.axial is not None and len(squeeze(line.text)) > 1:
                beside.append(line.axial)
    return Strokes(_median(inside), _median(beside))


def _median(shares: Sequence[float]) -> float | None:
    return round(median(shares), 4) if len(shares) >= _FEWEST_LINES else None


def signals(value: FieldValue, doc_type: DocType, pages: Sequence[Page], rulebook: Rulebook, strokes: Strokes | None = None) -> Signals:
    """The signals of one value; `strokes` are the document's. `value.needs_review` must be the stages' own doubt, without regard to any
    score."""
    recognised = strokes if strokes is not None and value.method == Method.OCR else Strokes()
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
        axial=recognised.values,
        axial_beside=recognised.beside,
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
