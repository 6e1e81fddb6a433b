"""Filling the two official annexes: entries as written in, Word files out.

Called by `inbox`. The structure of the official files stays as it is (merged cells, cover lines, labels); only empty cells get text.
"""

from __future__ import annotations

import copy
import io
from pathlib import Path

from docx import Document
from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from docx.oxml.parser import parse_xml
from docx.shared import Cm
from docx.table import _Cell
from docx.text.run import Run
from lxml import etree

from samples.cards import portrait
from samples.docx_file import docx_bytes
from samples.dossier import Form

FORMS = Path(__file__).parent / "forms"

# Row and position (counting merged cells once) of each entry in the first table of annex 1.
CELLS = {
    "name": (0, 1),
    "sex": (0, 3),
    "birth_date": (0, 5),
    "ethnicity": (1, 1),
    "nationality": (1, 3),
    "political_status": (1, 5),
    "education": (2, 1),
    "skill_level": (2, 3),
    "professional_title": (2, 5),
    "id_number": (3, 1),
    "phone": (3, 3),
    "employer": (4, 1),
    "industry": (4, 3),
    "post": (5, 1),
    "duty": (5, 3),
    "years_in_post": (5, 5),
    "union_card_number": (6, 1),
    "district": (6, 3),
    "address": (7, 1),
    "postcode": (7, 3),
}
_TICK_LINES = (
    ("declared_in_service", "declared_union_member"),
    ("declared_leader",),
    ("declared_managed_head",),
    ("declared_prior_title",),
)
TEXTS = ("craft_speciality", "quality_skill", "leading_role", "contribution")
_W14 = "http://schemas.microsoft.com/office/word/2010/wordml"


def _cell(document: WordDocument, table: int, row: int, position: int) -> etree._Element:
    line: etree._Element = document.tables[table]._tbl.tr_lst[row]
    cells: list[etree._Element] = line.findall(qn("w:tc"))
    return cells[position]


def _plain_run(paragraph: etree._Element) -> etree._Element:
    """A run in the form's own typeface, for cells that hold none."""
    run = parse_xml(
        f'<w:r xmlns:w="{paragraph.nsmap["w"]}"><w:rPr><w:rFonts w:ascii="宋体" w:hAnsi="宋体" w:eastAsia="宋体"/>'
        '<w:sz w:val="20"/></w:rPr></w:r>'
    )
    paragraph.append(run)
    return run


def _set_paragraph(paragraph: etree._Element, text: str) -> None:
    """Put `text` into the paragraph's last run, whose properties the form's author has set, and empty the others."""
    runs = paragraph.findall(qn("w:r")) or [_plain_run(paragraph)]
    for run in runs:
        for child in run.findall(qn("w:t")):
            run.remove(child)
    node = etree.SubElement(runs[-1], qn("w:t"))
    node.text = text
    node.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")


def _set_cell(cell: etree._Element, lines: list[str], left: bool = False) -> None:
    """Write `lines` as paragraphs, copies of the cell's first one."""
    first = cell.find(qn("w:p"))
    assert first is not None
    for extra in cell.findall(qn("w:p"))[1:]:
        cell.remove(extra)
    model = copy.deepcopy(first)
    _set_paragraph(first, lines[0] if lines else "")
    last = first
    for text in lines[1:]:
        paragraph = copy.deepcopy(model)
        _set_paragraph(paragraph, text)
        last.addnext(paragraph)
        last = paragraph
    if left:
        for alignment in cell.iter(qn("w:jc")):
            alignment.set(qn("w:val"), "left")


def _checkbox(checked: bool, like: etree._Element) -> etree._Element:
    """A content control as Word's own checkbox, with the run properties of `like`."""
    state, glyph = ("1", "☒") if checked else ("0", "☐")
    control = parse_xml(
        f'<w:sdt xmlns:w="{like.nsmap["w"]}" xmlns:w14="{_W14}"><w:sdtPr><w14:checkbox><w14:checked w14:val="{state}"/>'
        '<w14:checkedState w14:val="2612" w14:font="MS Gothic"/><w14:uncheckedState w14:val="2610" w14:font="MS Gothic"/>'
        f"</w14:checkbox></w:sdtPr><w:sdtContent><w:r><w:t>{glyph}</w:t></w:r></w:sdtContent></w:sdt>"
    )
    return control


def _tick_text(text: str, answers: list[str], style: str) -> str:
    """Mark one of the two boxes of every question in a line of the declaration cell."""
    marks = {"box": "☑", "filled": "■", "check": "√", "after": "□√"}
    pieces = text.split("□")
    result = pieces[0]
    for index, piece in enumerate(pieces[1:]):
        chosen = (index % 2 == 0) == (answers[index // 2] == "yes")
        result += (marks[style] if chosen else "□") + piece
    return result


def _tick_controls(paragraph: etree._Element, answers: list[str]) -> None:
    """Replace every □ of the line by a checkbox control."""
    run = paragraph.findall(qn("w:r"))[-1]
    pieces = "".join(node.text or "" for node in run.findall(qn("w:t"))).split("□")
    _set_paragraph(paragraph, pieces[0])
    last: etree._Element = run
    for index, piece in enumerate(pieces[1:]):
        chosen = (index % 2 == 0) == (answers[index // 2] == "yes")
        control = _checkbox(chosen, run)
        last.addnext(control)
        tail = copy.deepcopy(run)
        for node in tail.findall(qn("w:t")):
            node.text = piece
        control.addnext(tail)
        last = tail


def _fill_ticks(document: WordDocument, form: Form) -> None:
    paragraphs = _cell(document, 0, 8, 1).findall(qn("w:p"))
    for paragraph, fields in zip(paragraphs, _TICK_LINES, strict=True):
        answers = [form.ticks[field] for field in fields]
        if form.tick == "control":
            _tick_controls(paragraph, answers)
        else:
            text = "".join(node.text or "" for node in paragraph.iter(qn("w:t")))
            _set_paragraph(paragraph, _tick_text(text, answers, form.tick))


def _fill_opinion(document: WordDocument, row: int, opinion: str, date: str) -> None:
    paragraphs = _cell(document, 3, row, 1).findall(qn("w:p"))
    _set_paragraph(paragraphs[1], "　　" + opinion if opinion else "")
    if date:
        _set_paragraph(paragraphs[-1], "　" * 19 + date)


def _wrap_cell(cell: etree._Element) -> None:
    """Put a whole table cell into a content control, as templates with fields do."""
    control = parse_xml(f'<w:sdt xmlns:w="{cell.nsmap["w"]}"><w:sdtPr><w:alias w:val="填写项"/></w:sdtPr><w:sdtContent/></w:sdt>')
    cell.addprevious(control)
    content = control.find(qn("w:sdtContent"))
    assert content is not None
    content.append(cell)


def _fill_cover(document: WordDocument, form: Form) -> None:
    values = {"申 报 人：": form.entries["name"], "工作单位：": form.entries["employer"]}
    values |= {"推荐单位：": form.entries["recommending_unit"], "填报日期：": form.filled_on}
    for paragraph in document.paragraphs:
        for label, value in values.items():
            if paragraph.text.startswith(label):
                _set_paragraph(paragraph._p, label + value)


def _fill_photo(document: WordDocument, form: Form) -> None:
    picture = io.BytesIO()
    portrait(form.entries["sex"] == "女", 8).save(picture, "PNG")
    cell = _Cell(_cell(document, 0, 0, 6), document.tables[0])  # type: ignore[arg-type]
    paragraph = cell.paragraphs[0]
    _set_paragraph(paragraph._p, "")
    run: Run = paragraph.runs[-1]
    run.add_picture(io.BytesIO(picture.getvalue()), height=Cm(2.9))


def fill_form(form: Form, changes: dict[str, str] | None = None, blank_dates: bool = False, blank_ticks: bool = False) -> bytes:
    """Annex 1 filled in, as a Word file. `changes` replaces entries (the paper differs); `blank_dates` leaves opinion dates
    to a pen, `blank_ticks` the questions.
    """
    entries = form.entries | (changes or {})
    document = Document(str(FORMS / "annex-1-application-form.docx"))
    _fill_cover(document, form)
    for field, (row, position) in CELLS.items():
        _set_cell(_cell(document, 0, row, position), [entries[field]])
    if not blank_ticks:
        _fill_ticks(document, form)
    _set_cell(_cell(document, 0, 9, 1), list(form.cv), left=True)
    for row, claim in enumerate(form.claims, start=1):
        for position, text in enumerate((claim.title, claim.issuer, claim.date, claim.level, claim.role), start=1):
            _set_cell(_cell(document, 1, row, position), [text])
    for row, field in enumerate(TEXTS):
        _set_cell(_cell(document, 2, row, 1), ["　　" + entries[field] if entries[field] else ""], left=True)
    _fill_opinion(document, 1, entries["employer_opinion"], "" if blank_dates else entries["employer_opinion_date"])
    _fill_opinion(document, 2, entries["unit_opinion"], "" if blank_dates else entries["unit_opinion_date"])
    if form.portrait:
        _fill_photo(document, form)
    if form.wrapped_field:
        _wrap_cell(_cell(document, 0, *CELLS[form.wrapped_field]))
    return docx_bytes(document)


def blank_form() -> bytes:
    """Annex 1 as it is handed out, for those who fill it in with a pen."""
    return (FORMS / "annex-1-application-form.docx").read_bytes()


def fill_summary(unit: str, contact: tuple[str, str, str], rows: list[dict[str, str]], trim: bool = False) -> bytes:
    """Annex 2 filled in. `contact`: person, telephone, date as written; `rows`: the summary's field names to text as written.

    `trim` deletes the rows left empty, as offices do to keep the print on one page.
    """
    document = Document(str(FORMS / "annex-2-recommendation-summary.docx"))
    for paragraph in document.paragraphs:
        if paragraph.text.startswith("推荐单位（盖章）"):
            person, telephone, date = contact
            text = f"推荐单位（盖章）：{unit}　　联系人：{person}　　联系电话：{telephone}　　填报日期：{date}"
            _set_paragraph(paragraph._p, text)
    order = ("name", "sex", "birth_date", "id_number", "employer", "post", "skill_level", "honour_title", "phone", "remark")
    for number, row in enumerate(rows, start=1):
        for position, field in enumerate(order, start=1):
            _set_cell(_cell(document, 0, number, position), [row.get(field, "")])
    if trim:
        table = document.tables[0]._tbl
        for line in table.tr_lst[len(rows) + 1 :]:
            table.remove(line)
    return docx_bytes(document)
