"""Which value is which field: one mapper for Word, PDF text and scans, since all are the same layout.

Comes in: a segment (document type and pages). Goes out: its values with evidence. Called by `process`.
Labels, columns, questions and approval cells are data: `rulebook/documents.yaml`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeline.certificates.person_names import is_plain_name
from pipeline.certificates.read_certificate import read_certificate
from pipeline.documents.card_fields import card_fields
from pipeline.documents.field_values import cell_lines, field_value, lines_evidence, passage_evidence
from pipeline.documents.form_approvals import approvals, confirm_signature, seal_values
from pipeline.documents.form_declarations import declarations
from pipeline.documents.label_values import Labels, all_tables, labelled_cells
from pipeline.documents.other_title import other_title
from pipeline.documents.repeated_rows import repeated_rows
from pipeline.documents.segment import Segment
from pipeline.documents.spilled_cells import spilled_cells
from pipeline.text.normal_forms import squeeze
from pipeline.text.page_text import TextStream
from schemas.codes import DocType
from schemas.layout import Cell, Line, MarkKind, Method, Page, Table
from schemas.records import FieldValue
from schemas.rules import DocumentFields, Rulebook


def map_fields(segment: Segment, rulebook: Rulebook) -> tuple[FieldValue, ...]:
    """The values of one document; none for a blank page, a title where one can be seen for `other`."""
    review_below = rulebook.edition.review_below
    rules = next((fields for fields in rulebook.documents.fields if fields.doc_type == segment.doc_type), None)
    if segment.doc_type == DocType.CERTIFICATE:
        return tuple(read_certificate(segment.pages, segment.box, rulebook))
    if segment.doc_type in (DocType.ID_CARD, DocType.UNION_CARD) and rules is not None:
        page = segment.pages[0]
        lines, words = _lines_within(segment, page), rulebook.awards.certificate
        return tuple(card_fields(page, lines, rules, rulebook.documents.cards, review_below, lambda text: is_plain_name(text, words)))
    if segment.doc_type == DocType.OTHER:
        return tuple(other_title(segment.pages, rulebook))
    return tuple(_ruled_document(segment.pages, rules, review_below)) if rules is not None else ()


def _ruled_document(pages: Sequence[Page], rules: DocumentFields, review_below: float) -> list[FieldValue]:
    """A form or a summary: repeated rows, then approvals, labelled cells, declarations, and labelled lines outside tables."""
    tables = list(all_tables(pages))
    rows = repeated_rows(tables, rules.columns, review_below) if rules.columns else None
    values = list(rows.values) if rows else []
    approved, taken = approvals(tables, rules.approvals, review_below)
    labels = Labels(rules.fields)
    further = spilled_cells(tables)
    for page, table in tables:
        used = rows.used.get(id(table), frozenset()) if rows else frozenset[int]()
        used |= {index for index, cell in enumerate(table.cells) if any(cell is label for label in taken)}
        values.extend(_labelled_table_values(page, table, labels, used, further, review_below))
    values.extend(declarations(pages, rules.declarations, rules.answers, review_below))
    values.extend(approved)
    for page in pages:
        values.extend(_labelled_line_values(page, labels, review_below))
        if rules.seal_field is not None:
            seals = [mark for mark in page.marks if mark.kind == MarkKind.SEAL]
            values.extend(seal_values(rules.seal_field, page, seals))
    return confirm_signature(_one_value_each(values), review_below)


def _labelled_table_values(
    page: Page, table: Table, labels: Labels, used: frozenset[int], further: Mapping[int, Cell], review_below: float
) -> list[FieldValue]:
    values = []
    for hit in labelled_cells(table, labels, used):
        lines = cell_lines([*hit.values, *(further[id(cell)] for cell in hit.values if id(cell) in further)])
        evidence = lines_evidence(lines, page, hit.values[0].box)
        values.append(field_value(hit.rule, [line.text for line in lines], evidence, review_below))
    return values


def _labelled_line_values(page: Page, labels: Labels, review_below: float) -> list[FieldValue]:
    """`申报人：张三` on a cover, `推荐单位（盖章）：… 联系人：…` above a summary: a label with a colon, the value up to the line's end."""
    outside = [block for block in page.blocks if isinstance(block, Line)]
    stream = TextStream(outside)
    hits = [hit for hit in labels.find(stream) if stream.text[hit[1] : hit[1] + 1] == ":"]
    values = []
    for index, (_, end_of_label, rule) in enumerate(hits):
        start = end_of_label + 1
        end = hits[index + 1][0] if index + 1 < len(hits) else len(stream.text)
        line_end = stream.line_end(end_of_label)
        # A value may have become a line of its own, right of its label; it is taken only when nothing else stands there.
        end = min(end, line_end if line_end > start else stream.line_end(start))
        passage = stream.passage(start, end)
        raw = "" if set(passage.text) <= set("年月日_") else passage.raw
        values.append(field_value(rule, [raw], passage_evidence(passage, page), review_below))
    return values


def _one_value_each(values: Sequence[FieldValue]) -> list[FieldValue]:
    """One value a field and row: the first that says something. A later one that says something else sends it to a person."""
    chosen: dict[tuple[str, int], FieldValue] = {}
    for value in values:
        key = value.field, value.row
        earlier = chosen.get(key)
        if earlier is None or (not earlier.value and value.value):
            chosen[key] = value
        elif value.value and value.method == Method.DOCX and not _same_value(earlier, value):
            chosen[key] = earlier.model_copy(update={"needs_review": True, "raw": f"{earlier.raw}\n{value.raw}"})
    return list(chosen.values())


def _same_value(left: FieldValue, right: FieldValue) -> bool:
    first, second = squeeze(left.value), squeeze(right.value)
    return first.startswith(second) or second.startswith(first)


def _lines_within(segment: Segment, page: Page) -> list[Line]:
    box = segment.box
    return [line for line in page.lines() if box is None or line.box is None or box.contains(line.box.centre)]
