"""Labels and the values beside them: how a field is found in a table, a line or running text, whoever typed the form.

Comes in: tables and lines of a layout, and the field rules of a document type. Goes out: for each label found the place of its value.
Called by `map_fields` and its parts. The labels are data: `rulebook/documents.yaml`.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from pipeline.text.normal_forms import squeeze
from pipeline.text.page_text import TextStream
from schemas.layout import Cell, Page, Table
from schemas.rules import FieldRule

_NUMBERING = re.compile(r"^(?:[*※]|[\d一二三四五六七八九十]+[、.])+")
_BRACKETED = re.compile(r"\([^()]*\)")
# A label that was read badly still counts when it is this long, at most every third of its characters differs, and no other label is
# as near. What was read well and is no label is a value: 质量技术 is not a misread 质量技能.
_FUZZY_LENGTH = 4
_FUZZY_SHARE = 3
_READ_WELL = 0.97
# Two cells are neighbours when their facing edges lie this close together (page fraction) and they overlap by half.
_EDGE_TOLERANCE = 0.02
_ROOM = 0.5  # of a character's width: entries of two cells keep clear of the ruling between them, at either side
# A number spread over boxes has at least so many digits (a postcode) and at most so many boxes (a bank card's number).
_FEWEST_DIGITS, _MOST_BOXES = 4, 24


class Labels:
    """The labels of some field rules, compared squeezed, with and without what stands in brackets."""

    def __init__(self, rules: Iterable[FieldRule]) -> None:
        self._rules: dict[str, FieldRule] = {}
        for rule in rules:
            for label in rule.labels:
                self._rules.setdefault(squeeze(label), rule)
                self._rules.setdefault(_BRACKETED.sub("", squeeze(label)), rule)

    def match(self, text: str, confidence: float = 1.0) -> FieldRule | None:
        """The rule whose label the text is; where it was read with little confidence (0-1), a few misread characters are allowed."""
        key = _NUMBERING.sub("", squeeze(text)).rstrip(":")
        for candidate in (key, _BRACKETED.sub("", key)):
            if candidate in self._rules:
                return self._rules[candidate]
        return self._nearest(key) if confidence < _READ_WELL and len(key) >= _FUZZY_LENGTH else None

    def _nearest(self, key: str) -> FieldRule | None:
        distances = {label: Levenshtein.distance(label, key) for label in self._rules if len(label) >= _FUZZY_LENGTH}
        least = min(distances.values(), default=len(key))
        rules = {self._rules[label].field: self._rules[label] for label, distance in distances.items() if distance == least}
        longest = max((len(label) for label, distance in distances.items() if distance == least), default=0)
        return next(iter(rules.values())) if len(rules) == 1 and least * _FUZZY_SHARE <= longest else None

    def find(self, stream: TextStream) -> list[tuple[int, int, FieldRule]]:
        """Every label in running text as (start, end, rule), longest labels first, none inside another, in order."""
        found: list[tuple[int, int, FieldRule]] = []
        for label in sorted(self._rules, key=len, reverse=True):
            for match in re.finditer(re.escape(label), stream.text):
                if not any(start < match.end() and match.start() < end for start, end, _ in found):
                    found.append((match.start(), match.end(), self._rules[label]))
        return sorted(found, key=lambda hit: hit[0])


@dataclass(frozen=True)
class LabelledCell:
    """A label and the cells that hold its value."""

    rule: FieldRule
    label: Cell
    values: tuple[Cell, ...]
    exact: bool


def labelled_cells(table: Table, labels: Labels, skip: frozenset[int] = frozenset()) -> Iterator[LabelledCell]:
    """Each label cell of a table with its value: the cell to the right, or the one below where the right one is a label or absent.

    `skip` holds the indexes of cells that belong to a repeated table.
    """
    rule_of = {
        index: labels.match(cell.text, cell.confidence) for index, cell in enumerate(table.cells) if cell.text.strip() and index not in skip
    }
    label_indexes = {index for index, rule in rule_of.items() if rule is not None}
    for index in sorted(label_indexes):
        cell, rule = table.cells[index], rule_of[index]
        right = [i for i, other in enumerate(table.cells) if i != index and is_right_of(cell, other)]
        below = [i for i, other in enumerate(table.cells) if i != index and is_below(cell, other)]
        for candidates in (right, below):
            values = [i for i in candidates if i not in label_indexes and i not in skip]
            if values and rule is not None:
                if candidates is right:
                    values = _with_parted_text(table, _with_spread_digits(table, values, label_indexes | skip), label_indexes | skip)
                yield LabelledCell(rule, cell, tuple(table.cells[i] for i in values), labels.match(cell.text) is not None)
                break


def _with_spread_digits(table: Table, values: Sequence[int], taken: Container[int]) -> list[int]:
    """The value's cell, and where it is one of a row of boxes with a character each (身份证号), all of these, left to right."""
    chain = list(values)
    while len(chain) < _MOST_BOXES and len(squeeze(table.cells[chain[-1]].text)) <= 1:
        last = table.cells[chain[-1]]
        following = [i for i, cell in enumerate(table.cells) if i not in taken and i not in chain and is_right_of(last, cell)]
        if len(following) != 1 or not _alike(last, table.cells[following[0]]):
            break
        chain += following
    spread = [squeeze(table.cells[i].text) for i in chain]
    digits = sum(text.isascii() and text.isalnum() for text in spread)
    return chain if digits >= _FEWEST_DIGITS and digits * 2 > len(chain) else list(values)


def _with_parted_text(table: Table, values: Sequence[int], taken: Container[int]) -> list[int]:
    """The value's cell, and the next one where a text runs on into it: a ruling was seen that is none."""
    chain = list(values)
    while True:
        last = table.cells[chain[-1]]
        following = [i for i, cell in enumerate(table.cells) if i not in taken and i not in chain and is_right_of(last, cell)]
        if len(following) != 1 or not _runs_on(last, table.cells[following[0]]):
            return chain
        chain += following


def _runs_on(left: Cell, right: Cell) -> bool:
    """Whether a line of the right cell begins where one of the left ends, with less than a character's room between."""
    ends = [(line.box, line.box.width / max(1, len(squeeze(line.text)))) for line in left.lines if line.box is not None]
    starts = [line.box for line in right.lines if line.box is not None]
    return any(
        abs(start.centre[1] - end.centre[1]) < 0.3 * end.height and -0.5 * width < start.x0 - end.x1 < _ROOM * width
        for end, width in ends
        for start in starts
    )


def _alike(left: Cell, right: Cell) -> bool:
    """Whether two neighbours are boxes of one row: a character at most in each, and of about the same width."""
    if len(squeeze(right.text)) > 1:
        return False
    if left.box is None or right.box is None:
        return left.col_span == right.col_span
    return 0.6 < right.box.width / max(left.box.width, 1e-6) < 1.7


def is_right_of(cell: Cell, other: Cell) -> bool:
    """Whether `other` is the right-hand neighbour of `cell`: by geometry where there is any, else by the grid."""
    if cell.box is not None and other.box is not None:
        overlap = min(cell.box.y1, other.box.y1) - max(cell.box.y0, other.box.y0)
        return abs(other.box.x0 - cell.box.x1) <= _EDGE_TOLERANCE and overlap >= 0.5 * min(cell.box.height, other.box.height)
    return other.col == cell.col + cell.col_span and other.row < cell.row + cell.row_span and cell.row < other.row + other.row_span


def is_below(cell: Cell, other: Cell) -> bool:
    """Whether `other` is the lower neighbour of `cell`."""
    if cell.box is not None and other.box is not None:
        overlap = min(cell.box.x1, other.box.x1) - max(cell.box.x0, other.box.x0)
        return abs(other.box.y0 - cell.box.y1) <= _EDGE_TOLERANCE and overlap >= 0.5 * min(cell.box.width, other.box.width)
    return other.row == cell.row + cell.row_span and other.col < cell.col + cell.col_span and cell.col < other.col + other.col_span


def all_tables(pages: Sequence[Page]) -> Iterator[tuple[Page, Table]]:
    """Every table of the pages, nested ones after the table that holds them."""
    for page in pages:
        for table in page.tables():
            yield page, table
            yield from ((page, nested) for nested in _nested(table))


def _nested(table: Table) -> Iterator[Table]:
    for cell in table.cells:
        for nested in cell.tables:
            yield nested
            yield from _nested(nested)
