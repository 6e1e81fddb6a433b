"""The cells in which somebody writes, signs, dates or seals: the pledge and the opinions of a form.

Comes in: a document's tables with the marks of their pages. Goes out: the opinion and its date, the signature, the name on the seal.
Called by `map_fields`. A cell that was seen and is empty gives '' with '' as raw; a cell that was not seen gives nothing; a seal
gives a value only where one is, '' if it could not be read.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.documents.field_values import cell_lines, field_value, lines_evidence, page_number
from pipeline.documents.label_values import Labels, labelled_cells
from pipeline.text.normal_forms import find_dates, name_key, squeeze
from pipeline.text.page_text import TextStream
from schemas.layout import Box, Cell, Line, Mark, MarkKind, Method, Page, Table
from schemas.records import FieldValue
from schemas.rules import Approval, FieldRule

# A signature that reads as the applicant's own printed name is worth at least so much: two sources agree.
_CONFIRMED_SIGNATURE = 0.97
_FIRST_LINE = 4  # characters
# Under this confidence the ink beside a signature's label may be a blot.
_WRITTEN = 0.5
_OVER = 0.01  # page widths: lines are boxed with a margin
_SURE_SENTENCE = 0.9
_SENTENCE_ENDS = frozenset("。.！!？?；;”")
# The words that a blank form prints for a date.
_DATE_WORDS = set("年月日号0123456789〇一二三四五六七八九十廿.-/ ")


def approvals(tables: Sequence[tuple[Page, Table]], rules: Sequence[Approval], review_below: float) -> tuple[list[FieldValue], list[Cell]]:
    """The values of each approval cell that stands in the tables, and the label cells that are theirs.

    A label that was read badly counts only beside a cell in which something was to be signed, sealed or dated.
    """
    labels = Labels(FieldRule(field=rule.date_field, labels=[*rule.labels, *_first_lines(rule)]) for rule in rules)
    hits = [(page, hit) for page, table in tables for hit in labelled_cells(table, labels)]
    values: list[FieldValue] = []
    claimed: list[Cell] = []
    for rule in rules:
        own = [(page, hit) for page, hit in hits if hit.rule.field == rule.date_field]
        sure = [(page, hit) for page, hit in own if hit.exact and squeeze(hit.label.text) not in _first_lines(rule)] or [
            (page, hit) for page, hit in own if _to_be_signed(rule, page, hit.values)
        ]
        if sure:
            page, hit = sure[0]
            claimed.append(hit.label)
            values.extend(_of_cell(rule, page, hit.values, review_below))
    return values, claimed


def _first_lines(rule: Approval) -> tuple[str, ...]:
    """How long labels begin: the form breaks them after 所在单位, and the second line may not have been read."""
    return tuple(squeeze(label)[:_FIRST_LINE] for label in rule.labels if len(squeeze(label)) >= _FIRST_LINE + 2)


def _to_be_signed(rule: Approval, page: Page, cells: Sequence[Cell]) -> bool:
    text = squeeze("".join(cell.text for cell in cells))
    words = [squeeze(word) for word in (*rule.printed, *rule.signature_labels)]
    sealed = any(cell.box is not None and cell.box.contains(mark.box.centre) for cell in cells for mark in page.marks)
    return sealed or bool(find_dates(text)) or any(word in text for word in words)


def confirm_signature(values: Sequence[FieldValue], review_below: float) -> list[FieldValue]:
    """The values with the signature's confidence raised where it reads as the name that the form states; otherwise unchanged."""
    name = next((value.value for value in values if value.field == "name" and value.value), None)
    confirmed = {"needs_review": review_below > _CONFIRMED_SIGNATURE}
    return [
        value.model_copy(update={"confidence": max(value.confidence, _CONFIRMED_SIGNATURE), **confirmed})
        if value.field == "signature" and name is not None and value.value == name
        else value
        for value in values
    ]


def _of_cell(rule: Approval, page: Page, cells: Sequence[Cell], review_below: float) -> list[FieldValue]:
    marks = [mark for mark in page.marks if any(cell.box is not None and cell.box.contains(mark.box.centre) for cell in cells)]
    seals = [mark for mark in marks if mark.kind == MarkKind.SEAL]
    lines = cell_lines(cells)
    place = cells[0].box
    values = [_date(rule, page, lines, place, review_below)]
    if rule.signature_field is not None:
        values.append(_signature(rule, page, lines, marks, place, review_below))
    if rule.text_field is not None:
        written = [line for line in lines if _is_opinion(line, rule, seals)]
        evidence = lines_evidence(written, page, place)
        opinion = field_value(FieldRule(field=rule.text_field), [line.text for line in written], evidence, review_below)
        # Under a seal a sentence may have lost its end, or all but its first character.
        broken_off = page.method == Method.OCR and bool(opinion.value) and opinion.value[-1] not in _SENTENCE_ENDS
        values.append(opinion.model_copy(update={"needs_review": True}) if broken_off else opinion)
    if rule.seal_field is not None:
        values.extend(seal_values(rule.seal_field, page, seals))
    return values


def seal_values(field: str, page: Page, seals: Sequence[Mark]) -> list[FieldValue]:
    """One value a seal, rows from 0 for the first; '' where the ring could not be read. `findings` decides what its confidence means.

    `raw` holds every reading of the ring, a line each, the best first.
    """
    return [
        FieldValue(
            field=field,
            row=row,
            value=name_key(seal.text),
            raw="\n".join((seal.text, *seal.alternatives)),
            confidence=seal.confidence,
            page=page_number(page),
            box=seal.box,
            method=page.method,
        )
        for row, seal in enumerate(seals)
    ]


def _date(rule: Approval, page: Page, lines: Sequence[Line], place: Box | None, review_below: float) -> FieldValue:
    dated = [line for line in lines if find_dates(line.text)]
    field = FieldRule(field=rule.date_field, form="date")
    if dated:  # the last date in the cell is the one beside the signature or seal
        value = field_value(field, [dated[-1].text], lines_evidence(dated[-1:], page, place), review_below)
        # Who signs writes the day; on paper it may lie under a seal or in a fold.
        day_lost = page.method == Method.OCR and bool(value.value) and len(value.value) < len("2024-03-08")
        return value.model_copy(update={"needs_review": True}) if day_lost else value
    # The date may stand in pieces ("2024" "年" "3" "月") when the words are printed and the figures written.
    stream = TextStream(line for line in lines if set(squeeze(line.text)) <= _DATE_WORDS)
    found = find_dates(stream.text)
    # Figures that make no date are a date misread: seen, not understood, and no blank.
    pieces = [found[-1][2]] if found else [stream.text] if any(character.isdigit() for character in stream.text) else []
    return field_value(field, pieces, lines_evidence(list(stream.lines) if pieces else [], page, place), review_below)


def _signature(
    rule: Approval, page: Page, lines: Sequence[Line], marks: Sequence[Mark], place: Box | None, review_below: float
) -> FieldValue:
    """What stands behind the signature label, else what was read in the signature mark; '' with '' as raw where there is neither."""
    field = FieldRule(field=rule.signature_field or "", form="name")
    for line in lines:
        text = squeeze(line.text)
        label = next((squeeze(label) for label in rule.signature_labels if squeeze(label) in text), None)
        if label is None:
            continue
        rest = text.partition(label)[2].lstrip(":")
        dates = find_dates(rest)
        name = (rest[: dates[0][0]] if dates else rest).strip("_年月日():")
        if any(character.isalpha() for character in name):
            value = field_value(field, [name], lines_evidence([line], page, place), review_below)
            # A blot is read as some character, too.
            blot = len(name) < 2 or any(mark.kind == MarkKind.SIGNATURE and mark.confidence < _WRITTEN for mark in marks)
            return value.model_copy(update={"needs_review": True}) if blot else value
    mark = next((mark for mark in marks if mark.kind == MarkKind.SIGNATURE), None)
    if mark is None:
        return field_value(field, [], lines_evidence([], page, place), review_below)
    return FieldValue(
        field=field.field,
        value=name_key(mark.text),
        raw=mark.text or "（有笔迹）",
        confidence=mark.confidence,
        page=page_number(page),
        box=mark.box,
        method=page.method,
        needs_review=mark.confidence < review_below or not mark.text,
    )


def _is_opinion(line: Line, rule: Approval, seals: Sequence[Mark]) -> bool:
    """Whether a line is part of the written opinion: not printed wording, not the date, not what was misread inside a seal."""
    text = squeeze(line.text)
    if not text or set(text) <= _DATE_WORDS or find_dates(line.text):
        return False
    if text in {squeeze(printed) for printed in rule.printed}:
        return False
    return line.box is None or not any(_is_scrap_of(seal, line, line.box) for seal in seals)


def _is_scrap_of(seal: Mark, line: Line, box: Box) -> bool:
    """Whether a line is a piece of a seal's own text: within it, and no sentence. A seal may be stamped on the middle of an opinion."""
    within = seal.box.contains(box.centre) and seal.box.x0 - _OVER <= box.x0 and box.x1 <= seal.box.x1 + _OVER
    return within and not (squeeze(line.text)[-1] in _SENTENCE_ENDS and line.confidence >= _SURE_SENTENCE)
