"""The application form as an office retyped it: the same entries in another table shape with other labels.

Called by `inbox` for one applicant. Shows that labels, not positions, say what a cell holds.
"""

from __future__ import annotations

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.table import Table

from samples.docx_file import docx_bytes
from samples.dossier import Form

_ROWS: tuple[tuple[tuple[str, str], ...], ...] = (
    (("姓名", "name"), ("出生日期", "birth_date")),
    (("性别", "sex"), ("民族", "ethnicity")),
    (("公民身份号码", "id_number"), ("国籍", "nationality")),
    (("手机", "phone"), ("政治面貌", "political_status")),
    (("学历", "education"), ("职业技能等级", "skill_level")),
    (("职称", "professional_title"), ("所属行业", "industry")),
    (("单位名称", "employer"),),
    (("岗位（工种）", "post"), ("现任职务", "duty")),
    (("从事本岗位年限", "years_in_post"), ("所在区", "district")),
    (("工会会员服务卡卡号", "union_card_number"), ("邮政编码", "postcode")),
    (("通信地址", "address"),),
)
_QUESTIONS = (
    ("是否在职职工", "declared_in_service"),
    ("是否工会会员", "declared_union_member"),
    ("是否副局级（含相当）及以上领导干部", "declared_leader"),
    ("是否由中央、市委组织部、市级相关委办管理的企事业单位负责人", "declared_managed_head"),
    ("是否已获评产业工匠、区工匠", "declared_prior_title"),
)
_TEXTS = (
    ("一、工艺专长", "craft_speciality"),
    ("二、质量技能", "quality_skill"),
    ("三、领军作用", "leading_role"),
    ("四、突出贡献", "contribution"),
)


def _write(table: Table, row: int, column: int, text: str, label: bool = False) -> None:
    cell = table.cell(row, column)
    paragraph = cell.paragraphs[0]
    run = paragraph.add_run(text)
    run.font.size = Pt(10.5)
    run.font.bold = label
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "宋体")
    if label:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _basics(document: WordDocument, form: Form) -> None:
    table = document.add_table(rows=len(_ROWS) + 2, cols=4, style="Table Grid")
    for number, row in enumerate(_ROWS):
        for position, (label, field) in enumerate(row):
            _write(table, number, position * 2, label, label=True)
            if len(row) == 1:
                table.cell(number, 1).merge(table.cell(number, 3))
            _write(table, number, position * 2 + 1, form.entries[field])
    last = len(_ROWS)
    for number, label in ((last, "申报资格"), (last + 1, "工作简历")):
        _write(table, number, 0, label, label=True)
        table.cell(number, 1).merge(table.cell(number, 3))
    answers = [
        f"{text}：{'☑' if form.ticks[field] == 'yes' else '□'}是 {'□' if form.ticks[field] == 'yes' else '☑'}否"
        for text, field in _QUESTIONS
    ]
    _write(table, last, 1, "\n".join(answers))
    _write(table, last + 1, 1, "\n".join(form.cv))


def _honours(document: WordDocument, form: Form) -> None:
    document.add_paragraph("近五年获得质量成果、质量奖项荣誉情况")
    table = document.add_table(rows=len(form.claims) + 1, cols=5, style="Table Grid")
    for column, label in enumerate(("获得时间", "荣誉（奖项）名称", "授予单位", "奖项级别", "担任角色")):
        _write(table, 0, column, label, label=True)
    for number, claim in enumerate(form.claims, start=1):
        for column, text in enumerate((claim.date, claim.title, claim.issuer, claim.level, claim.role)):
            _write(table, number, column, text)


def retype_form(form: Form) -> bytes:
    """The retyped form as a Word file, nothing left out."""
    document = Document()
    for section in document.sections:
        section.page_width, section.page_height = Cm(21), Cm(29.7)
    for text, size in (
        ("第二届（2024年度）“上海质量工匠”申报审批表", 16),
        (f"推荐单位：{form.entries['recommending_unit']}    填表日期：{form.filled_on}", 11),
    ):
        paragraph = document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.add_run(text).font.size = Pt(size)
    _basics(document, form)
    _honours(document, form)
    document.add_paragraph()
    table = document.add_table(rows=len(_TEXTS) * 2, cols=1, style="Table Grid")
    for number, (label, field) in enumerate(_TEXTS):
        _write(table, number * 2, 0, label, label=True)
        _write(table, number * 2 + 1, 0, form.entries[field])
    document.add_paragraph()
    table = document.add_table(rows=3, cols=2, style="Table Grid")
    _write(table, 0, 0, "申报人承诺", label=True)
    _write(table, 0, 1, "本人承诺所提供的申报材料完整、真实、客观，如有不实，愿承担相应责任。\n\n申报人（签字）：\n        年   月   日")
    for number, (label, field) in enumerate((("单位意见", "employer_opinion"), ("推荐单位意见", "unit_opinion")), start=1):
        _write(table, number, 0, label, label=True)
        _write(table, number, 1, f"{form.entries[field]}\n\n（公章）\n{form.entries[field + '_date']}")
    return docx_bytes(document)
