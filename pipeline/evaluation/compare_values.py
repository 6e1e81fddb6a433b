"""Every value held against what stands on its document.

Comes in: the documents of the truth and those of a warehouse. Goes out: which document is which, and a `ComparedValue` for each value that
the truth or the warehouse states. Called by `evaluate` and by the fitting of the calibration.

Values are compared after NFKC and without white space; joint issuers and members in any order. A value that the warehouse states where the
truth has none is invented, unless the truth never mentions that field for that document type: then it is not measured.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from schemas.base import Frozen
from schemas.codes import CHECK_FIELDS, DocType, Source
from schemas.evaluation import GroundTruth, LoadedDocument, TrueDocument, TrueValue
from schemas.records import FieldValue

# `blank`: nothing stands there and nothing was read, but a person is asked to look.
State = Literal["right", "wrong", "missing", "invented", "blank"]
_UNMEASURED = frozenset({DocType.OTHER, DocType.BLANK})


class ComparedValue(Frozen):
    """A value as it stands (`expected`) and as it was read (`found`, None where not even its place was seen). `row` counts from 1 in
    repeated tables."""

    file: str
    page: int | None
    doc_type: DocType
    source: Source
    kind: str
    style: str | None
    hand: bool
    field: str
    row: int
    expected: str
    state: State
    found: FieldValue | None = None

    @property
    def marked(self) -> bool:
        """Whether a person is asked to look at it."""
        return self.found is not None and self.found.needs_review

    @property
    def silent(self) -> bool:
        """Whether it is wrong and nobody is told: the worst outcome."""
        return self.state in ("wrong", "invented") and not self.marked


@dataclass
class Pair:
    """A document of the truth with the found documents that show it: the best one first, then other pieces of it on the same pages."""

    true: TrueDocument
    found: list[LoadedDocument] = field(default_factory=list)


@dataclass(frozen=True)
class Matching:
    """Which document is which; `strangers` are found documents that the truth does not have."""

    pairs: list[Pair]
    strangers: list[LoadedDocument]


def same(left: object, right: object) -> bool:
    """Whether two values say the same: NFKC, white space aside, joint issuers and members in any order."""
    return sorted(squeezed(left).split("、")) == sorted(squeezed(right).split("、"))


def squeezed(value: object) -> str:
    """A text in NFKC without white space; '' for None."""
    return "".join(unicodedata.normalize("NFKC", str(value or "")).split())


def match_documents(truth: GroundTruth, loaded: Iterable[LoadedDocument]) -> Matching:
    """Pair the documents: same file and type, common pages, then most values alike; each found document is used once."""
    left: dict[tuple[str, DocType], list[LoadedDocument]] = defaultdict(list)
    for candidate in loaded:
        left[candidate.file, candidate.doc_type].append(candidate)
    pairs = [Pair(document) for document in truth.documents if document.doc_type not in _UNMEASURED]
    for pair in pairs:
        candidates = left[pair.true.file, pair.true.doc_type]
        best = max((one for one in candidates if _common_pages(pair.true, one)), key=lambda one: _agreement(pair.true, one), default=None)
        if best is not None:
            pair.found.append(best)
            candidates.remove(best)
    for pair in pairs:
        candidates = left[pair.true.file, pair.true.doc_type]
        pieces = [one for one in candidates if _common_pages(pair.true, one)]
        # Where several certificates share a page, one too many is a piece of none of them.
        if len(pair.true.pages()) > 1:
            pair.found += pieces
            left[pair.true.file, pair.true.doc_type] = [one for one in candidates if one not in pieces]
    known = {document.file for document in truth.documents}
    strangers = [one for rest in left.values() for one in rest if one.file in known and one.doc_type not in _UNMEASURED]
    return Matching(pairs, [] if truth.partial else strangers)


def _common_pages(true: TrueDocument, candidate: LoadedDocument) -> int:
    return len(set(true.pages()) & set(candidate.pages()))


def _agreement(true: TrueDocument, candidate: LoadedDocument) -> tuple[int, int]:
    expected = {(entry.field, entry.row): entry.value for entry in true.fields}
    alike = sum(bool(entry.value) and same(expected.get((entry.field, entry.row)), entry.value) for entry in candidate.fields)
    # On a page with several certificates the page says nothing: the values decide first.
    return alike, _common_pages(true, candidate)


def compare_values(truth: GroundTruth, matching: Matching) -> list[ComparedValue]:
    """Every value of the truth, then what was invented, document by document."""
    known: dict[DocType, set[str]] = defaultdict(set)
    if not truth.partial:
        for document in truth.documents:
            known[document.doc_type] |= {entry.field for entry in document.fields}
    result = [value for pair in matching.pairs for value in _of_document(pair, known[pair.true.doc_type])]
    for stranger in matching.strangers:
        shown = TrueDocument(**stranger.model_dump(include={"file", "page_from", "page_to", "doc_type", "source"}))
        result += _of_document(Pair(shown, [stranger]), known[stranger.doc_type])
    return result


def _of_document(pair: Pair, known: set[str]) -> list[ComparedValue]:
    found: dict[tuple[str, int], list[FieldValue]] = defaultdict(list)
    for document in pair.found:
        for value in document.fields:
            found[value.field, value.row].append(value)
    compared = [_compared(pair, entry, found.pop((entry.field, entry.row), [])) for entry in pair.true.fields]
    for (name, row), values in found.items():
        if name in known and name not in CHECK_FIELDS:
            extra = _compared(pair, TrueValue(field=name, row=row, value=""), values)
            # A place that is rightly seen as blank is nothing to count.
            compared += [extra] if extra.state != "right" else []
    return compared


def _compared(pair: Pair, entry: TrueValue, values: Sequence[FieldValue]) -> ComparedValue:
    """`right` if any reading is; of several wrong ones that speaks for all which nobody is asked to look at."""
    read = [value for value in values if value.value]
    if not entry.value:  # known to be blank
        asked = next((value for value in values if value.needs_review), None)
        return _stated(pair, entry, "invented" if read else "blank" if asked else "right", _most_certain(read) or asked)
    if not read:
        return _stated(pair, entry, "missing", _most_certain(values))
    right = next((value for value in read if same(value.value, entry.value)), None)
    return _stated(pair, entry, "wrong" if right is None else "right", right or _most_certain(read))


def _most_certain(values: Sequence[FieldValue]) -> FieldValue | None:
    return min(values, key=lambda value: (value.needs_review, -value.confidence), default=None)


def _stated(pair: Pair, entry: TrueValue, state: State, found: FieldValue | None) -> ComparedValue:
    document = pair.true
    body = 1 if document.file.lower().endswith(".docx") else 0  # which the truth does not count among the pages
    page = document.page_from if found is None or found.page is None else found.page - body
    return ComparedValue(
        file=document.file,
        page=page,
        doc_type=document.doc_type,
        source=document.source,
        kind=document.kind_on(page),
        style=document.style,
        hand=entry.hand,
        field=entry.field,
        row=entry.row,
        expected=entry.value,
        state=state,
        found=found,
    )
