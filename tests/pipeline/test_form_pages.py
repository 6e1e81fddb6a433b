"""Sheets of forms that lie out of place in a whole unit's scan, and other papers among them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.documents.map_fields import map_fields
from pipeline.documents.segment import segment
from schemas.codes import DocType
from schemas.layout import Line, Page, Table
from schemas.rules import Rulebook
from tests.layouts import line, scan, table

_OTHERS = yaml.safe_load((Path(__file__).parent / "data" / "other_documents.yaml").read_text(encoding="utf-8"))["documents"]
_PEOPLE = {"甲": ("周明远", "310101198503121230"), "乙": ("康敏", "310102199011054021")}


def sheet(code: str) -> tuple[str | Line | Table, ...]:
    """The n-th page of somebody's form: 甲1 is the cover, 甲2 personal data, 甲3 honours and deeds, 甲4 opinions."""
    name, number = _PEOPLE[code[0]]
    pages: dict[str, tuple[str | Table, ...]] = {
        "1": ("第二届（2024年度）“上海质量工匠”申报审批表", f"申报人：{name}", "推荐单位：某工会", "填报日期：2024年2月1日"),
        "2": (
            table(
                ["姓　名", name, "性　别", "男"], ["民　族", "汉族", "政治面貌", "群众"], ["身份证号", number, "文化程度", "大专"],
                ["资格声明", "是否在职职工 ☑是 □否", "个人简历", "2005年起从事装配"],
            ),
        ),
        "3": (
            "近五年内获得的质量成果、质量奖项荣誉",
            table(["工艺专长", "装配"], ["质量技能", "质量管理小组"], ["领军作用", "带徒"], ["突出贡献", "攻关"]),
        ),
        "4": (table(["本人承诺", "申报人签名："], ["所在单位意见", "同意"], ["推荐单位意见", "同意"], ["上海市质量协会意见", ""]),),
    }  # fmt: skip
    return pages[code[1]]


def certificate(name: str = "周明远") -> tuple[str, ...]:
    return ("荣誉证书", f"{name}同志：", "荣获“2021年度上海质量工匠”称号。", "特发此证", "上海市质量协会", "2021年6月18日")


def scanned(*codes: str) -> list[Page]:
    """A scan of these sheets; 证 is a certificate."""
    return [scan(*(certificate() if code == "证" else sheet(code)), number=number) for number, code in enumerate(codes, start=1)]


def forms_in(pages: list[Page], rulebook: Rulebook) -> list[list[int]]:
    return [[page.number for page in part.pages] for part in segment(pages, rulebook) if part.doc_type == DocType.APPLICATION_FORM]


@pytest.mark.parametrize(
    ("codes", "forms"),
    [
        ("甲1 甲2 甲4 证 证 甲3 乙1 乙2 乙3 乙4", [[1, 2, 3, 6], [7, 8, 9, 10]]),
        ("甲1 乙1 甲2 乙2 甲3 乙3 甲4 乙4", [[1, 3, 5, 7], [2, 4, 6, 8]]),
        ("甲2 甲1 甲4 甲3 证 乙3 乙1 乙4 乙2", [[1, 2, 3, 4], [6, 7, 8, 9]]),
        ("甲1 甲2 甲3 证 乙1 乙2 乙3 乙4", [[1, 2, 3], [5, 6, 7, 8]]),
        ("甲1 甲2 甲4 证 乙1 甲3 乙2 乙3 乙4", [[1, 2, 3, 6], [5, 7, 8, 9]]),
        ("甲3 甲4 证", [[1, 2]]),
    ],
    ids=["page behind certificates", "two forms interleaved", "shuffled", "a page missing", "page within another form", "no first page"],
)
def test_a_page_out_of_place_finds_its_form(codes: str, forms: list[list[int]], rulebook: Rulebook) -> None:
    pages = scanned(*codes.split())
    parts = segment(pages, rulebook)
    assert forms_in(pages, rulebook) == forms
    assert sorted(page.number for part in parts for page in part.pages) == list(range(1, len(pages) + 1))


def test_a_form_of_which_only_the_order_tells_a_page_is_less_certain(rulebook: Rulebook) -> None:
    mixed = segment(scanned("甲1", "乙1", "甲2", "乙2", "甲3", "乙3", "甲4", "乙4"), rulebook)
    straight = segment(scanned("甲1", "甲2", "甲3", "甲4"), rulebook)
    assert mixed[0].confidence < straight[0].confidence


def test_a_summary_that_runs_on_without_its_header_stays_one_document(rulebook: Rulebook) -> None:
    columns = [
        "序号",
        "姓名",
        "性别",
        "出生年月",
        "身份证号",
        "工作单位",
        "岗位/职务",
        "技能等级/职称",
        "近五年主要质量荣誉",
        "联系电话",
        "备注",
    ]
    row = [
        "1",
        "周明远",
        "男",
        "1985年3月",
        "310101198503121230",
        "某厂",
        "装配工",
        "技师",
        "2021年上海市优秀质量管理小组成果一等奖",
        "13800138000",
        "",
    ]
    first = scan("第二届“上海质量工匠”培养选树推荐汇总表", "推荐单位（盖章）：某工会", table(columns, row), number=1)
    second = scan(table(["2", "康敏", *row[2:]], ["3", "郭芳", *row[2:]]), number=2)
    parts = segment([first, second, *scanned("甲1", "甲2")], rulebook)
    assert (parts[0].doc_type, len(parts[0].pages)) == (DocType.RECOMMENDATION_SUMMARY, 2)
    names = [value.value for value in map_fields(parts[0], rulebook) if value.field == "name"]
    assert names == ["周明远", "康敏", "郭芳"]


@pytest.mark.parametrize("paper", _OTHERS, ids=lambda paper: str(paper["title"]))
def test_a_paper_that_is_no_honour_is_kept_under_its_title(paper: dict[str, Any], rulebook: Rulebook) -> None:
    (part,) = segment([scan(*paper["page"])], rulebook)
    assert part.doc_type == DocType.OTHER
    assert [value.value for value in map_fields(part, rulebook)] == [paper["title"]]


def test_a_certificate_of_honour_that_mentions_a_patent_stays_one(rulebook: Rulebook) -> None:
    words = "获发明专利证书三项、高级职称证书，被评为2022年度上海市质量管理先进工作者。"
    (part,) = segment([scan("荣誉证书", "常乐同志：", words, "上海市质量协会", "2022年12月20日")], rulebook)
    assert part.doc_type == DocType.CERTIFICATE


def test_three_certificates_on_one_page_are_three(rulebook: Rulebook) -> None:

    names = ("周明远", "康敏", "郭芳")
    lines = [
        line(text, 0.03 + 0.32 * place + 0.035 * row) for place, name in enumerate(names) for row, text in enumerate(certificate(name))
    ]
    parts = segment([scan(*lines)], rulebook)
    found = [next(value.value for value in map_fields(part, rulebook) if value.field == "recipient") for part in parts]
    assert found == list(names)


def test_a_period_of_validity_cuts_no_certificate_in_two(rulebook: Rulebook) -> None:
    texts = (
        "证书", "某某装备有限公司总装车间：", "被授予“2021年全国现场管理星级评价（五星级）”称号。", "有效期：2021年12月至2024年12月",
        "中国质量协会", "二〇二一年十二月", "证书编号：XC-2021-5-018",
    )  # fmt: skip
    assert len(segment([scan(*texts)], rulebook)) == 1
