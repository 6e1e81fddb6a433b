"""Files, page types and document boundaries held against the truth.

Comes in: truth and outcome. Goes out: shares, and what was wrong as examples for a person. Called by `evaluate`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from pipeline.evaluation.shares import Group, Share, share
from schemas.codes import DocType
from schemas.evaluation import GroundTruth, LoadedDocument, Outcome, TrueDocument

Place = tuple[str, int]  # file, page
_LOOSE = frozenset({DocType.OTHER, DocType.BLANK})  # how loose pages are bundled is nobody's concern


def compare_files(truth: GroundTruth, outcome: Outcome) -> Share:
    """Arrivals with the right state and, if rejected, the right code; arrivals that the truth does not have are wrong."""
    found = {loaded.path: (loaded.status, loaded.error_code) for loaded in outcome.files}
    expected = {file.path: (file.status, file.error_code) for file in truth.files}
    return share((found.get(path) == state for path, state in expected.items()), too_many=len(found.keys() - expected.keys()))


def compare_pages(truth: GroundTruth, outcome: Outcome) -> tuple[Share, tuple[Group, ...], list[str]]:
    """Pages with exactly the right document types: in all, by degradation, and the others as examples."""
    expected, found = _types(truth.documents), _types(outcome.documents)
    # The body of a Word file that only carries pictures is no page of a truth that lists the pictures.
    known = {document.file for document in truth.documents}
    for file in known:
        if (file, 0) not in expected and found.get((file, 0), set()) <= _LOOSE:
            found.pop((file, 0), None)
    kinds: dict[Place, str] = {(document.file, page): document.kind_on(page) for document in truth.documents for page in document.pages()}
    by_kind: dict[str, list[bool]] = defaultdict(list)
    examples = []
    for place in sorted(expected.keys() | found.keys()):
        right = expected[place] == found[place]
        by_kind[kinds.get(place, "")].append(right)
        if not right:
            examples.append(f"{_where(*place)}：应为 {_shown(expected[place])}，归为 {_shown(found[place])}")
    groups = tuple(Group(name=kind, share=share(outcomes)) for kind, outcomes in sorted(by_kind.items()))
    return share(right for outcomes in by_kind.values() for right in outcomes), groups, examples


def compare_boundaries(truth: GroundTruth, outcome: Outcome) -> tuple[Share, list[str]]:
    """Documents that were found with exactly their pages and type, blank and other pages aside; found ones that are none are wrong."""
    expected, found = Counter(_spans(truth.documents)), Counter(_spans(outcome.documents))
    right = (expected & found).total()
    # A document that was cut in two is one mistake, not three: what is too much counts only beyond what is missing.
    wrong = max((expected - found).total(), (found - expected).total())
    examples = [f"{_span(span)}：没有这样找到" for span in expected - found] + [f"{_span(span)}：原件不是这样" for span in found - expected]
    return Share(right=right, total=right + wrong), sorted(examples)


def _types(documents: Iterable[TrueDocument | LoadedDocument]) -> defaultdict[Place, set[DocType]]:
    types: defaultdict[Place, set[DocType]] = defaultdict(set)
    for document in documents:
        for page in document.pages():
            types[document.file, page].add(document.doc_type)
    return types


def _spans(documents: Iterable[TrueDocument | LoadedDocument]) -> Iterable[tuple[str, DocType, tuple[int, ...]]]:
    return ((document.file, document.doc_type, document.pages()) for document in documents if document.doc_type not in _LOOSE)


def _shown(types: set[DocType]) -> str:
    return "+".join(sorted(types)) or "无"


def _span(span: tuple[str, DocType, tuple[int, ...]]) -> str:
    file, doc_type, pages = span
    return f"{_where(file, pages[0])}{f'至第{pages[-1]}页' if len(pages) > 1 else ''} {doc_type}"


def _where(file: str, page: int) -> str:
    return f"{file} 第{page}页" if page else f"{file} 正文"
