"""Word documents in the manner of an office letter: A4, the usual typefaces, tables with repeated heads, page numbers.

Comes in: text. Goes out: a python-docx document. Called by the papers beside this module. What comes from outside (names, values) has the
characters removed that a Word file cannot hold.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

# The typefaces of official letters (GB/T 9704): where one is absent, the office program takes its nearest.
TITLE_FACE, HEADING_FACE, BODY_FACE = "方正小标宋简体", "黑体", "仿宋"
_UNSTORABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
_BODY_POINTS, _TABLE_POINTS = 14, 10.5


class WordPage:
    """A document under way. Lengths are in centimetres, type sizes in points."""

    def __init__(self, *, landscape: bool = False) -> None:
        self._document = Document()
        section = self._document.sections[0]
        width, height = (29.7, 21.0) if landscape else (21.0, 29.7)
        section.page_width, section.page_height = Cm(width), Cm(height)
        section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
        section.left_margin = section.right_margin = Cm(2.4)
        section.top_margin, section.bottom_margin = Cm(2.6), Cm(2.2)
        self.width = width - 4.8
        _number_pages(section)
        style = self._document.styles["Normal"]
        style.font.size = Pt(_BODY_POINTS)
        _face(style.element.get_or_add_rPr(), BODY_FACE)
        core = self._document.core_properties  # the template's own would name its author and a year long past
        core.author = core.comments = core.title = ""

    def title(self, *lines: str) -> None:
        """The heading in the middle."""
        for line in lines:
            paragraph = self._paragraph(line, TITLE_FACE, 20, bold=True)
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        self._document.paragraphs[-1].paragraph_format.space_after = Pt(14)

    def heading(self, text: str) -> None:
        """A section's heading, kept with what follows."""
        paragraph = self._paragraph(text, HEADING_FACE, _BODY_POINTS)
        paragraph.paragraph_format.space_before = Pt(8)
        paragraph.paragraph_format.space_after = Pt(4)
        paragraph.paragraph_format.keep_with_next = True

    def text(self, text: str, *, indent: bool = True, right: bool = False, points: float = _BODY_POINTS, after: float = 0) -> None:
        """A paragraph; `indent`: two characters in."""
        paragraph = self._paragraph(text, BODY_FACE, points)
        paragraph.paragraph_format.line_spacing = 1.4
        paragraph.paragraph_format.space_after = Pt(after)
        if right:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        elif indent:
            paragraph.paragraph_format.first_line_indent = Pt(2 * points)

    def table(
        self,
        heads: Sequence[str],
        rows: Sequence[Sequence[str]],
        shares: Sequence[float],
        *,
        middle: Sequence[int] = (),
        points: float = _TABLE_POINTS,
    ) -> None:
        """A ruled table; `shares` of the page width by column, `middle` the columns (from 0) set in the middle. The head is repeated."""
        table = self._document.add_table(rows=0, cols=len(shares))
        table.style = "Table Grid"
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        table.autofit = False
        widths = [Cm(self.width * share / sum(shares)) for share in shares]
        for column, width in zip(table.columns, widths, strict=True):
            column.width = width
        for number, cells in enumerate([heads, *rows] if heads else rows):
            row = table.add_row()
            head = bool(heads) and number == 0
            _keep_whole(row, repeat=head)
            for place, (cell, text, width) in enumerate(zip(row.cells, cells, widths, strict=True)):
                cell.width = width
                paragraph = cell.paragraphs[0]
                self._write(paragraph, text, HEADING_FACE if head else BODY_FACE, points)
                paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2)
                if head or place in middle:
                    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
                if head:
                    _shade(cell)
        self._document.add_paragraph().paragraph_format.space_after = Pt(0)
        self._document.paragraphs[-1].paragraph_format.line_spacing = Pt(6)

    def save(self, path: Path) -> None:
        """Write the file whole or not at all. Raises OSError."""
        beside = path.with_name(f".{path.name}.new")
        self._document.save(str(beside))
        beside.replace(path)

    def _paragraph(self, text: str, face: str, points: float, *, bold: bool = False) -> Any:
        paragraph = self._document.add_paragraph()
        paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(0)
        self._write(paragraph, text, face, points, bold=bold)
        return paragraph

    @staticmethod
    def _write(paragraph: Any, text: str, face: str, points: float, *, bold: bool = False) -> None:
        for number, line in enumerate(_UNSTORABLE.sub("", text).split("\n")):
            run = paragraph.add_run(line)
            run.font.size, run.font.bold = Pt(points), bold
            _face(run._element.get_or_add_rPr(), face)
            if number < text.count("\n"):
                run.add_break()


def _face(properties: Any, face: str) -> None:
    fonts = properties.get_or_add_rFonts()
    fonts.set(qn("w:ascii"), "Times New Roman")
    fonts.set(qn("w:hAnsi"), "Times New Roman")
    fonts.set(qn("w:eastAsia"), face)
    fonts.set(qn("w:hint"), "eastAsia")  # quotation marks are Chinese ones, as wide as a character


def _keep_whole(row: Any, *, repeat: bool) -> None:
    properties = row._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:cantSplit"))
    if repeat:
        properties.append(OxmlElement("w:tblHeader"))


def _shade(cell: Any) -> None:
    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", "EFEFEF")):
        shade.set(qn(f"w:{name}"), value)
    cell._tc.get_or_add_tcPr().append(shade)


def _number_pages(section: Any) -> None:
    paragraph = section.footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for text, field in (("— ", ""), ("", "PAGE"), (" —", "")):
        run = paragraph.add_run(text)
        run.font.size = Pt(10.5)
        if field:
            for kind, content in (("begin", ""), ("", field), ("end", "")):
                element = OxmlElement("w:fldChar" if kind else "w:instrText")
                if kind:
                    element.set(qn("w:fldCharType"), kind)
                else:
                    element.text = content
                run._element.append(element)
