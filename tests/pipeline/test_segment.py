"""Page classes and document boundaries."""

from __future__ import annotations

import pytest

from pipeline.documents.classify import classify
from pipeline.documents.segment import segment
from schemas.codes import DocType
from schemas.layout import Box, Cell, Line, Method, Page, Table
from schemas.rules import Rulebook
from tests.layouts import line, scan, table, word

COVER = ("附件1", "第二届（2024年度）", "“上海质量工匠”申报审批表", "申 报 人：张三", "工作单位：某某机械厂")
BASICS = table(["姓　名", "张三", "性　别", "男"], ["民　族", "汉族", "政治面貌", "群众"], ["工会会员服务卡号", "1", "本岗位年限", "3"])
HONOURS = table(
    ["序号", "成果、奖项荣誉名称", "颁发（主办）单位", "获奖时间", "级别", "本人角色"], ["1", "甲", "乙", "2021.6", "市", "个人"]
)
OPINIONS = table(["本人承诺", "申报人签名："], ["所在单位意见", "同意"], ["推荐单位意见", "同意"])
ID_FRONT = ("姓名 张三", "性别 男 民族 汉", "出生 1985年3月12日", "住址 上海市某路1号", "公民身份号码 310101198503121230")
ID_BACK = ("中华人民共和国", "居民身份证", "签发机关 上海市公安局", "有效期限 2015.07.15-2035.07.15")
UNION = ("上海工会会员服务卡", "姓名 张三", "卡号 3101234567890123", "所属工会 某某厂工会")


@pytest.mark.parametrize(
    ("page", "doc_type"),
    [
        (scan(*COVER), DocType.APPLICATION_FORM),
        (scan(BASICS), DocType.APPLICATION_FORM),
        (scan("近五年内获得的质量成果、质量奖项荣誉", HONOURS), DocType.APPLICATION_FORM),
        (scan(OPINIONS), DocType.APPLICATION_FORM),
        (scan("附件2", "第二届“上海质量工匠”培养选树推荐汇总表", "推荐单位（盖章）：甲"), DocType.RECOMMENDATION_SUMMARY),
        (scan(*ID_FRONT), DocType.ID_CARD),
        (scan(*ID_BACK), DocType.ID_CARD),
        (scan(*UNION), DocType.UNION_CARD),
        (scan("荣誉证书", "张三同志：", "荣获2021年度优秀质量管理小组一等奖", "特发此证", "上海市质量协会"), DocType.CERTIFICATE),
        (scan("奖 状", "授予李四同志质量标兵称号", "二〇二一年六月"), DocType.CERTIFICATE),
        (scan("关于报送材料的函", "现将申报审批表、身份证、荣誉证书等材料报上，请查收。"), DocType.OTHER),
        (word("附件材料", "1.身份证", "2.荣誉证书"), DocType.OTHER),
        (scan("上海市质量协会荣誉证书", "张三", "荣获优秀推进者"), DocType.CERTIFICATE),
        (scan("实用新型专利证书", "专利号 ZL2020", "发明人 张三", "国家知识产权局"), DocType.OTHER),
        (scan("职业技能等级证书", "姓名 张三", "等级 高级技师", "评价机构 某某"), DocType.OTHER),
    ],
)
def test_a_page_is_known_by_what_stands_on_it(page: Page, doc_type: DocType, rulebook: Rulebook) -> None:
    assert classify(page, rulebook).doc_type == doc_type


def test_a_page_without_ink_is_blank_and_a_picture_without_text_is_not(rulebook: Rulebook) -> None:
    assert classify(Page(number=1, method=Method.OCR, blank=True), rulebook).doc_type == DocType.BLANK
    assert classify(Page(number=1, method=Method.OCR), rulebook).doc_type == DocType.OTHER


def test_two_dossiers_in_one_scan_do_not_melt_into_one(rulebook: Rulebook) -> None:
    first = [scan(*COVER, number=1), scan(BASICS, number=2), scan(OPINIONS, number=3), scan(*ID_FRONT, number=4)]
    second = [scan(*COVER, number=5), scan(BASICS, number=6), scan(OPINIONS, number=7)]
    found = [(part.doc_type, part.pages[0].number, part.pages[-1].number) for part in segment(first + second, rulebook)]
    form = DocType.APPLICATION_FORM
    assert found == [(form, 1, 3), (DocType.ID_CARD, 4, 4), (form, 5, 7)]


def test_two_forms_without_covers_are_parted_at_the_second_head(rulebook: Rulebook) -> None:
    pages = [scan(BASICS, number=1), scan(OPINIONS, number=2), scan(BASICS, number=3), scan(OPINIONS, number=4)]
    assert [len(part.pages) for part in segment(pages, rulebook)] == [2, 2]


def test_blank_backs_do_not_tear_a_form_apart(rulebook: Rulebook) -> None:
    blank = Page(number=2, method=Method.OCR, blank=True)
    parts = segment([scan(BASICS, number=1), blank, scan(OPINIONS, number=3)], rulebook)
    assert [(part.doc_type, [page.number for page in part.pages]) for part in parts] == [
        (DocType.APPLICATION_FORM, [1, 3]),
        (DocType.BLANK, [2]),
    ]


def test_an_id_card_above_a_union_card_gives_two_documents_on_one_page(rulebook: Rulebook) -> None:
    lines = [line(text, 0.05 + 0.03 * i) for i, text in enumerate(ID_FRONT)] + [line(text, 0.6 + 0.03 * i) for i, text in enumerate(UNION)]
    parts = segment([scan(*lines)], rulebook)
    assert [part.doc_type for part in parts] == [DocType.ID_CARD, DocType.UNION_CARD]
    upper, lower = (part.box for part in parts)
    assert upper is not None and lower is not None and upper.y1 == lower.y0


def certificate(top: float, left: float = 0.1) -> list[Line]:
    texts = ("荣誉证书", "张三同志：", "荣获2021年度优秀质量管理小组一等奖，特发此证。", "上海市质量协会", "二〇二一年九月")
    return [line(text, top + 0.05 * i, left, width=0.35) for i, text in enumerate(texts)]


@pytest.mark.parametrize(("second", "axis"), [((0.55, 0.1), "y"), ((0.1, 0.55), "x")])
def test_two_certificates_copied_onto_one_page_are_two(second: tuple[float, float], axis: str, rulebook: Rulebook) -> None:
    parts = segment([scan(*certificate(0.1), *certificate(*second))], rulebook)
    assert [part.doc_type for part in parts] == [DocType.CERTIFICATE] * 2
    first, other = (part.box for part in parts)
    assert first is not None and other is not None
    assert (first.y1 == other.y0) if axis == "y" else (first.x1 == other.x0)


def test_a_plaque_without_heading_under_a_certificate_is_a_document_of_its_own(rulebook: Rulebook) -> None:
    plaque = ("某某铸锻有限公司造型二班", "2022年全国质量信得过班组", "中国质量协会", "2022年10月")
    lines = [*certificate(0.05), *(line(text, 0.6 + 0.05 * i) for i, text in enumerate(plaque))]
    assert classify(scan(*plaque), rulebook).doc_type == DocType.CERTIFICATE
    dated = [*certificate(0.05)[:-1], line("2021年9月3日", 0.25), *lines[5:]]
    assert [part.doc_type for part in segment([scan(*dated)], rulebook)] == [DocType.CERTIFICATE] * 2


def test_one_certificate_with_wide_gaps_stays_one(rulebook: Rulebook) -> None:
    texts = ("荣誉证书", "张三同志：荣获一等奖，特发此证", "上海市质量协会", "证书编号：2021-1")
    parts = segment([scan(*(line(text, 0.05 + 0.25 * i) for i, text in enumerate(texts)))], rulebook)
    assert [(part.doc_type, part.box) for part in parts] == [(DocType.CERTIFICATE, None)]


def test_every_page_ends_in_a_document(rulebook: Rulebook) -> None:
    odd = [Line(text="x", box=Box(x0=0, y0=0, x1=1, y1=0.1))]
    pages = [scan(*COVER, number=1), scan(*odd, number=2), Page(number=3, method=Method.OCR, blank=True), scan(*UNION, number=4)]
    assert {page.number for part in segment(pages, rulebook) for page in part.pages} == {1, 2, 3, 4}


def test_an_ornamental_border_taken_for_a_table_hides_no_second_certificate(rulebook: Rulebook) -> None:
    upper = [line("荣誉证书", 0.06), line("张三同志：", 0.1), line("荣获“2021年优秀质量管理小组”一等奖。", 0.14), line("2021年6月", 0.2)]
    lower = [line("获奖证书", 0.6), line("李四同志：", 0.64), line("被评为“2022年质量先进个人”。", 0.68), line("2022年6月", 0.74)]
    border = [line("X", 0.56 + 0.01 * step, 0.03, width=0.01) for step in range(20)]
    cells = (
        Cell(row=0, col=0, box=Box(x0=0.03, y0=0.56, x1=0.04, y1=0.78), lines=tuple(border)),
        Cell(row=0, col=1, box=Box(x0=0.05, y0=0.56, x1=0.95, y1=0.78), lines=tuple(lower)),
    )
    page = scan(*upper, Table(rows=1, cols=2, cells=cells, box=Box(x0=0.03, y0=0.56, x1=0.95, y1=0.78)))
    parts = segment([page], rulebook)
    assert [part.doc_type for part in parts] == [DocType.CERTIFICATE, DocType.CERTIFICATE]
    assert all(part.box is not None for part in parts)


def test_one_card_copied_twice_is_no_second_person(rulebook: Rulebook) -> None:
    fronts = [line(text, top + 0.04 * row, 0.2, width=0.4) for top in (0.1, 0.6) for row, text in enumerate(ID_FRONT)]
    assert [part.doc_type for part in segment([scan(*fronts)], rulebook)] == [DocType.ID_CARD]


def test_a_card_beside_two_others_is_not_cut_through(rulebook: Rulebook) -> None:
    """The number at the foot of the front stands below where the union card's first line begins."""
    back = [line(text, 0.25 + 0.06 * row, 0.38, width=0.18) for row, text in enumerate(ID_BACK)]
    front = [line(text, 0.3 + 0.05 * row, 0.64, width=0.2) for row, text in enumerate(ID_FRONT)]
    union = [line(text, 0.49 + 0.04 * row, 0.05, width=0.2) for row, text in enumerate(UNION)]
    found = sorted(part.doc_type for part in segment([scan(*back, *front, *union)], rulebook))
    assert found == [DocType.ID_CARD, DocType.UNION_CARD]


def test_a_heading_set_down_the_page_in_pieces_still_shows_a_certificate(rulebook: Rulebook) -> None:
    panel = [line("荣誉", 0.2, 0.1, width=0.1), line("证", 0.5, 0.1, width=0.09), line("书", 0.63, 0.1, width=0.09)]
    body = [line("张三同志：", 0.2, 0.3), line("经评审，授予“全国质量检验先进工作者”，特", 0.25, 0.3), line("此表彰。", 0.31, 0.3)]
    page = scan(body[0], body[1], panel[0], body[2], panel[1], panel[2])
    assert classify(page, rulebook).doc_type == DocType.CERTIFICATE
