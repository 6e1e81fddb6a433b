"""The application form as offices type it anew: a filled form in, a Word file with other labels and another table shape out.

Called by `pieces`. Labels come from `retyped.yaml`; which of them, how many columns, how a box is ticked, whether the identity number has a
cell for every digit and which column of the honours comes first, is drawn by chance. Nothing of the official form is left out.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from docx import Document
from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.table import Table, _Cell

from samples.docx_file import docx_bytes
from samples.dossier import Claim, Form
from samples.population.lexicon import data, happens, pick

_FIRST = ("name", "sex", "birth_date", "ethnicity", "nationality", "political_status", "education", "skill_level", "professional_title")
_SECOND = ("phone", "industry", "post", "duty", "years_in_post", "union_card_number", "district", "postcode")
_WIDE = ("employer", "address")
_NARROW = [3.0, 13.5]
_MARKS = {"box": "☑□", "filled": "■□", "check": "√□"}


class _Office:
    """One office's habits, and the document that it types."""

    def __init__(self, form: Form, rng: np.random.Generator) -> None:
        self.form = form
        self.rng = rng
        self.bank: dict[str, Any] = data("retyped")
        self.size = Pt(float(pick((9.0, 10.0, 10.5, 11.0), rng)))
        self.face = pick(("宋体", "宋体", "仿宋", "楷体"), rng)
        self.document: WordDocument = Document()
        for section in self.document.sections:
            section.page_width, section.page_height = Cm(21), Cm(29.7)
            section.left_margin = section.right_margin = Cm(2.2)

    def label(self, field: str) -> str:
        return str(pick(self.bank["labels"][field], self.rng))

    def write(self, cell: _Cell, text: str, label: bool = False) -> None:
        paragraph = cell.paragraphs[0]
        run = paragraph.add_run(text)
        run.font.size, run.font.bold = self.size, label and self.bold
        run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "黑体" if label and self.bold else self.face)
        if label:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER

    @property
    def bold(self) -> bool:
        return self.face != "楷体"

    def table(self, rows: int, columns: int) -> Table:
        made: Table = self.document.add_table(rows=rows, cols=columns, style="Table Grid")
        return made

    def head(self) -> None:
        lines = [(str(pick(self.bank["titles"], self.rng)), 16)]
        self.unit_on_top = happens(0.6, self.rng)
        if self.unit_on_top:
            unit = f"{self.label('recommending_unit')}：{self.form.entries['recommending_unit']}"
            lines.append((f"{unit}    填表日期：{self.form.filled_on}", 11))
        for text, size in lines:
            paragraph = self.document.add_paragraph()
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            paragraph.add_run(text).font.size = Pt(size)

    def pairs(self, fields: list[str], columns: int) -> None:
        """Label and value side by side, `columns` pairs in a row; wide fields and the last odd one run to the edge."""
        rows: list[list[str]] = []
        for field in fields:
            if field in _WIDE or field == "recommending_unit" or not rows or len(rows[-1]) == columns or rows[-1][0] in _WIDE:
                rows.append([field])
            else:
                rows[-1].append(field)
        table = self.table(len(rows), columns * 2)
        for number, row in enumerate(rows):
            for position, field in enumerate(row):
                self.write(table.cell(number, position * 2), self.label(field), label=True)
                cell = table.cell(number, position * 2 + 1)
                if position == len(row) - 1 and len(row) < columns:
                    cell = cell.merge(table.cell(number, columns * 2 - 1))
                self.write(cell, self.form.entries[field])

    def digits(self) -> None:
        """The identity number with a cell for every character."""
        number = self.form.entries["id_number"]
        table = self.table(1, len(number) + 1)
        _set_widths(table, [3.4] + [0.72] * len(number))
        for index, cell in enumerate(table.rows[0].cells):
            self.write(cell, number[index - 1] if index else self.label("id_number"), label=index == 0)

    def basics(self) -> None:
        columns, spread = pick((2, 2, 3), self.rng), happens(0.3, self.rng) and len(self.form.entries["id_number"]) == 18
        second = list(_SECOND)
        if not spread:
            second.insert(int(self.rng.integers(2)), "id_number")
        second[4:4] = ["employer"]
        if not self.unit_on_top:
            second.append("recommending_unit")
        self.pairs(list(_FIRST), columns)
        if spread:
            self.digits()
        self.pairs([*second, "address"], 2)

    def answers(self) -> None:
        """The declarations, in one cell or a row each."""
        style = pick(("box", "filled", "check", "bracket", "word"), self.rng)
        lines = []
        for field, wordings in self.bank["questions"].items():
            yes = self.form.ticks[field] == "yes"
            lines.append((str(pick(wordings, self.rng)), self._answer(yes, style)))
        if happens(0.5, self.rng) or style == "word":
            table = self.table(len(lines), 2)
            _set_widths(table, [12.0, 4.5])
            for number, (question, answer) in enumerate(lines):
                self.write(table.cell(number, 0), question)
                self.write(table.cell(number, 1), answer)
        else:
            table = self.table(1, 2)
            self.write(table.cell(0, 0), self.label("declared"), label=True)
            self.write(table.cell(0, 1), "\n".join(f"{question}：{answer}" for question, answer in lines))
            _set_widths(table, _NARROW)

    def _answer(self, yes: bool, style: str) -> str:
        if style == "word":
            return "是" if yes else "否"
        if style == "bracket":
            return "是（√） 否（  ）" if yes else "是（  ） 否（√）"
        marks = _MARKS[style]
        return f"{marks[0 if yes else 1]}是  {marks[1 if yes else 0]}否"

    def cv(self) -> None:
        table = self.table(1, 2)
        self.write(table.cell(0, 0), self.label("cv"), label=True)
        self.write(table.cell(0, 1), "\n".join(self.form.cv))
        _set_widths(table, _NARROW)

    def honours(self) -> None:
        self.document.add_paragraph(str(pick(self.bank["honour_heading"], self.rng)))
        order = ["honour_title", "honour_issuer", "honour_date", "honour_level", "honour_role"]
        if happens(0.5, self.rng):
            order = ["honour_date", "honour_title", "honour_issuer", "honour_level", "honour_role"]
        numbered = happens(0.5, self.rng)
        table = self.table(len(self.form.claims) + 1 + int(self.rng.integers(0, 3)), len(order) + numbered)
        if numbered:
            self.write(table.cell(0, 0), "序号", label=True)
        for column, field in enumerate(order, start=numbered):
            self.write(table.cell(0, column), str(pick(self.bank["honours"][field], self.rng)), label=True)
        for number, claim in enumerate(self.form.claims, start=1):
            if numbered:
                self.write(table.cell(number, 0), str(number))
            for column, field in enumerate(order, start=numbered):
                self.write(table.cell(number, column), _claimed(claim, field))

    def texts(self) -> None:
        self.document.add_paragraph()
        below, choice = happens(0.5, self.rng), int(self.rng.integers(4))
        table = self.table(8, 1) if below else self.table(4, 2)
        for number, (field, wordings) in enumerate(self.bank["texts"].items()):
            self.write(table.cell(number * 2, 0) if below else table.cell(number, 0), str(wordings[choice]), label=True)
            cell = table.cell(number * 2 + 1, 0) if below else table.cell(number, 1)
            self.write(cell, self.form.entries[field])
        if not below:
            _set_widths(table, _NARROW)

    def opinions(self) -> None:
        self.document.add_paragraph()
        seal = str(pick(self.bank["seal"], self.rng))
        table = self.table(3, 2)
        pledge = f"{self.bank['pledge']}\n\n{pick(self.bank['sign'], self.rng)}\n        年   月   日"
        rows = [(str(pick(self.bank["pledge_label"], self.rng)), pledge)]
        for field, wordings in self.bank["opinions"].items():
            signed = f"        {seal}\n        {self.form.entries[field + '_date']}"
            rows.append((str(pick(wordings, self.rng)), f"{self.form.entries[field]}\n\n{signed}"))
        for number, (label, text) in enumerate(rows):
            self.write(table.cell(number, 0), label, label=True)
            self.write(table.cell(number, 1), text)
        _set_widths(table, _NARROW)


def _set_widths(table: Table, widths: list[float]) -> None:
    """Column widths in centimetres; Word looks at the cells, LibreOffice at the columns."""
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
        for cell in column.cells:
            cell.width = Cm(width)


def _claimed(claim: Claim, field: str) -> str:
    return str(getattr(claim, field.removeprefix("honour_")))


def retype(form: Form, rng: np.random.Generator) -> bytes:
    """The retyped form as a Word file, every entry in it; the same generator state gives the same office's habits."""
    office = _Office(form, rng)
    office.head()
    office.basics()
    office.answers()
    office.cv()
    office.honours()
    office.texts()
    office.opinions()
    return docx_bytes(office.document)
