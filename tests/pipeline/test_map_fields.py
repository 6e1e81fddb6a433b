"""Which value is which field: the official layout, retyped ones, cards, declarations, approvals."""

from __future__ import annotations

import pytest

from pipeline.documents.map_fields import map_fields
from pipeline.documents.segment import Segment
from schemas.codes import DocType
from schemas.layout import Box, Cell, Line, Mark, MarkKind, Page, Table
from schemas.records import FieldValue
from schemas.rules import Rulebook
from tests.layouts import line, scan, seal, table, word

FORM = DocType.APPLICATION_FORM


def mapped(rulebook: Rulebook, doc_type: DocType, *pages: Page) -> dict[tuple[str, int], FieldValue]:
    values = map_fields(Segment(doc_type=doc_type, confidence=1.0, pages=pages), rulebook)
    keys = [(value.field, value.row) for value in values]
    assert len(keys) == len(set(keys)), "a field stands twice in one document"
    return dict(zip(keys, values, strict=True))


def texts(found: dict[tuple[str, int], FieldValue]) -> dict[tuple[str, int], str]:
    return {key: value.value for key, value in found.items()}


def test_the_official_table_gives_each_value_its_field(rulebook: Rulebook) -> None:
    page = word(
        "申 报 人：张　三",
        "推荐单位：某某园区工会",
        table(
            ["姓　　名", "张　三", "性　　别", "男", "出生年月", "1985年3月", "（照片）"],
            ["身份证号", "310101 19850312 1230", "联系电话", "138 0013 8000"],
            ["专业技术\n职　　称", "工程师", "技能等级", "高级技师"],
            spans={(1, 1): 4, (1, 3): 2},
        ),
    )
    found = texts(mapped(rulebook, FORM, page))
    assert found["name", 0] == "张三"
    assert found["sex", 0] == "男"
    assert found["birth_date", 0] == "1985-03"
    assert found["id_number", 0] == "310101198503121230"
    assert found["phone", 0] == "13800138000"
    assert found["professional_title", 0] == "工程师"
    assert found["recommending_unit", 0] == "某某园区工会"


@pytest.mark.parametrize(
    "rows",
    [
        [["姓名", "张三"], ["公民身份号码", "310101198503121230"], ["出生日期", "1985.03.12"], ["手机", "13800138000"]],
        [["姓名", "公民身份号码", "出生日期", "手机"], ["张三", "310101198503121230", "1985.03.12", "13800138000"]],
        [["1.姓名：", "张三", "2、身份证号码：", "310101198503121230"], ["3.出生日期：", "1985/3/12", "联系方式", "13800138000"]],
    ],
)
def test_a_retyped_table_of_another_shape_means_the_same(rows: list[list[str]], rulebook: Rulebook) -> None:
    found = texts(mapped(rulebook, FORM, word(table(*rows))))
    assert found == {
        ("name", 0): "张三",
        ("id_number", 0): "310101198503121230",
        ("birth_date", 0): "1985-03-12",
        ("phone", 0): "13800138000",
    }


def test_a_dash_between_dates_read_as_a_numeral_is_a_dash(rulebook: Rulebook) -> None:
    rows = table(["个人简历", "2000年9月一2003年7月某校学习\n2003年8月至今某厂一线工人"], geometry=True)
    assert texts(mapped(rulebook, FORM, scan(rows)))["cv", 0] == "2000年9月—2003年7月某校学习2003年8月至今某厂一线工人"


def test_an_empty_cell_is_seen_and_blank_not_absent(rulebook: Rulebook) -> None:
    found = mapped(rulebook, FORM, word(table(["姓名", "张三"], ["民族", ""])))
    assert (found["ethnicity", 0].value, found["ethnicity", 0].raw, found["ethnicity", 0].needs_review) == ("", "", False)
    assert ("phone", 0) not in found


@pytest.mark.parametrize(
    ("label", "field"), [("政治面貎", "political_status"), ("专业技术\n职业称", "professional_title"), ("个人简万", "cv")]
)
def test_a_badly_read_label_still_finds_its_value(label: str, field: str, rulebook: Rulebook) -> None:
    assert texts(mapped(rulebook, FORM, scan(table([label, "群众"], geometry=True, confidence=0.6))))[field, 0] == "群众"


def test_a_well_read_value_that_is_like_a_label_stays_a_value(rulebook: Rulebook) -> None:
    found = texts(mapped(rulebook, FORM, scan(table(["岗位", "质量技术", "职务", "主管"], geometry=True))))
    assert found == {("post", 0): "质量技术", ("duty", 0): "主管"}


def test_a_badly_read_approval_label_does_not_lose_the_opinion(rulebook: Rulebook) -> None:
    page = scan(table(["所在单位\n任", "同意申报。\n（盖章）\n2024年3月4日"], geometry=True, confidence=0.6))
    found = texts(mapped(rulebook, FORM, page))
    assert (found["employer_opinion", 0], found["employer_opinion_date", 0]) == ("同意申报。", "2024-03-04")


def test_honours_come_row_by_row_and_empty_rows_do_not(rulebook: Rulebook) -> None:
    page = word(
        table(
            ["序号", "成果、奖项荣誉名称", "颁发（主办）单位", "获奖时间", "级别", "本人角色"],
            ["1", "优秀质量管理小组", "上海市质量协会", "2021.6", "市级", "成员"],
            ["2", "质量技术奖一等奖", "中国质量协会", "2022年12月", "全国", ""],
            ["3", "", "", "", "", ""],
        )
    )
    found = texts(mapped(rulebook, FORM, page))
    assert found["honour_title", 1] == "优秀质量管理小组"
    assert found["honour_date", 2] == "2022-12"
    assert found["honour_role", 2] == ""
    assert not any(row == 3 for _, row in found)


def test_rows_that_go_on_over_the_page_without_header_keep_their_columns(rulebook: Rulebook) -> None:
    header = ["序号", "姓名", "性别", "身份证号", "工作单位"]
    first = scan(table(header, ["1", "张三", "男", "310101198503121230", "甲厂"], geometry=True), number=1)
    second = scan(table(["2", "李四", "女", "310101198503121249", "乙厂"], geometry=True), number=2)
    found = mapped(rulebook, DocType.RECOMMENDATION_SUMMARY, first, second)
    assert found["name", 2].value == "李四"
    assert found["name", 2].page == 2


def test_a_badly_read_approval_label_never_passes_for_another_label(rulebook: Rulebook) -> None:
    page = scan(table(["推荐单位\n意见", "同意。\n2024年3月18日"], geometry=True, confidence=0.6))
    found = texts(mapped(rulebook, FORM, page))
    assert ("recommending_unit", 0) not in found
    assert found["unit_opinion", 0] == "同意。"


@pytest.mark.parametrize(
    ("text", "answer", "review"),
    [
        ("是否在职职工　☑是　□否", "yes", False),
        ("是否在职职工　□是　☑否", "no", False),
        ("是否在职职工　□否　☑是", "yes", False),
        ("是否在职职工　是☑　否□", "yes", False),
        ("是否在职职工　√是　□否", "yes", False),
        ("是否在职职工　☑是　☑否", "", True),
        ("是否在职职工　▨是　□否", "", True),
        ("是否在职职工　□是　□否", "", False),
    ],
)
def test_a_tick_answers_its_question_and_two_ticks_answer_nothing(text: str, answer: str, review: bool, rulebook: Rulebook) -> None:
    value = mapped(rulebook, FORM, word(table(["资格声明", text])))["declared_in_service", 0]
    assert (value.value, value.needs_review) == (answer, review)


@pytest.mark.parametrize("text", ["是否在职职工 是 □否", "是否在职职工 □是 否"])
def test_a_box_that_was_not_seen_on_paper_may_hold_the_tick(text: str, rulebook: Rulebook) -> None:
    value = mapped(rulebook, FORM, scan(table(["资格声明", text], geometry=True)))["declared_in_service", 0]
    assert (value.value, value.needs_review) == ("", True)


@pytest.mark.parametrize(("answer", "expected"), [("是", "yes"), ("否", "no"), ("是（√）", "yes"), ("√否", "no")])
def test_an_answer_without_boxes_counts_where_it_was_typed(answer: str, expected: str, rulebook: Rulebook) -> None:
    value = mapped(rulebook, FORM, word(table(["是否为在职职工", answer])))["declared_in_service", 0]
    assert (value.value, value.needs_review) == (expected, False)
    seen = mapped(rulebook, FORM, scan(table(["是否为在职职工", answer], geometry=True)))["declared_in_service", 0]
    assert seen.needs_review


@pytest.mark.parametrize("answer", ["是否", "", "无", "是 否"])
def test_an_answer_that_is_none_is_not_taken_for_one(answer: str, rulebook: Rulebook) -> None:
    assert ("declared_in_service", 0) not in texts(mapped(rulebook, FORM, word(table(["是否为在职职工", answer]))))


def test_the_five_declarations_do_not_mix(rulebook: Rulebook) -> None:
    cell = (
        "是否在职职工 ☑是 □否 是否工会会员 □是 ☑否\n是否副局级（含相当）及以上领导干部 □是 ☑否\n"
        "是否由中央、市委组织部、市级相关委办管理的企事业单位负责人 ☑是 □否\n是否已获评产业工匠、区工匠 □是 ☑否"
    )
    found = texts(mapped(rulebook, FORM, word(table(["资格声明", cell]))))
    assert found == {
        ("declared_in_service", 0): "yes",
        ("declared_union_member", 0): "no",
        ("declared_leader", 0): "no",
        ("declared_managed_head", 0): "yes",
        ("declared_prior_title", 0): "no",
    }


def opinion_page(*marks: Mark, opinion: str = "同意推荐。", signature: str = "张三") -> Page:
    rows = [
        ["姓名", "张三"],
        ["本人承诺", f"本人承诺所提供的申报材料完整、真实、客观。\n申报人签名：{signature}\n2024年3月8日"],
        ["所在单位意见", f"{opinion}\n（盖章）\n2024年3月10日"],
        ["推荐单位意见", "（盖章）\n年　月　日"],
    ]
    return scan(table(*rows, geometry=True), marks=marks)


def cell_of(page: Page, row: int) -> Cell:
    grid = page.blocks[0]
    assert isinstance(grid, Table)
    return next(cell for cell in grid.cells if cell.row == row and cell.col == 1)


def test_opinions_are_what_is_written_without_the_printed_words(rulebook: Rulebook) -> None:
    found = mapped(rulebook, FORM, opinion_page())
    assert texts(found)["employer_opinion", 0] == "同意推荐。"
    assert texts(found)["employer_opinion_date", 0] == "2024-03-10"
    assert (found["unit_opinion", 0].value, found["unit_opinion", 0].raw) == ("", "")
    assert texts(found)["signed_on", 0] == "2024-03-08"
    assert texts(found)["signature", 0] == "张三"


def test_a_missing_signature_is_blank_and_not_the_date(rulebook: Rulebook) -> None:
    assert mapped(rulebook, FORM, opinion_page(signature=""))["signature", 0].raw == ""


def test_a_blot_read_as_a_character_is_no_certain_signature(rulebook: Rulebook) -> None:
    box = cell_of(opinion_page(), 1).box
    assert box is not None
    blot = Mark(kind=MarkKind.SIGNATURE, box=box, confidence=0.4)
    assert mapped(rulebook, FORM, opinion_page(blot, signature=""))["signature", 0].needs_review
    assert mapped(rulebook, FORM, opinion_page(signature="一"))["signature", 0].needs_review


def test_a_signature_that_reads_as_the_applicants_name_needs_no_review(rulebook: Rulebook) -> None:
    box = cell_of(opinion_page(), 1).box
    assert box is not None
    poor = Mark(kind=MarkKind.SIGNATURE, box=box, text="张三", confidence=0.6)
    value = mapped(rulebook, FORM, opinion_page(poor, signature=""))["signature", 0]
    assert (value.value, value.needs_review) == ("张三", False)
    other = poor.model_copy(update={"text": "张玉"})
    assert mapped(rulebook, FORM, opinion_page(other, signature=""))["signature", 0].needs_review


def test_a_seal_belongs_to_the_cell_it_stands_in(rulebook: Rulebook) -> None:
    box = cell_of(opinion_page(), 2).box
    assert box is not None
    found = mapped(rulebook, FORM, opinion_page(seal("甲机械厂", Box(x0=box.x0, y0=box.y0, x1=box.x0 + 0.1, y1=box.y1))))
    assert found["seal_employer", 0].value == "甲机械厂"
    assert ("seal_recommending_unit", 0) not in found


def test_the_unit_and_seal_of_a_summary_are_read_from_the_line_above_the_table(rulebook: Rulebook) -> None:
    page = scan(
        line("推荐单位（盖章）：某某园区工会　　联系人：王五　联系电话：021-58880000", 0.1),
        line("填报日期：2024年3月12日", 0.14),
        marks=[seal("某某园区工会", Box(x0=0.2, y0=0.05, x1=0.35, y1=0.15))],
    )
    found = texts(mapped(rulebook, DocType.RECOMMENDATION_SUMMARY, page))
    assert found["recommending_unit", 0] == "某某园区工会"
    assert found["contact", 0] == "王五"
    assert found["contact_phone", 0] == "02158880000"
    assert found["filled_on", 0] == "2024-03-12"
    assert found["seal_summary", 0] == "某某园区工会"


FRONT = [
    "姓名 阿依古丽·买买提",
    "性别 女 民族 维吾尔",
    "出生 1985年3月12日",
    "住址 上海市浦东新区某某路",
    "100弄5号",
    "公民身份号码 310101198503121244",
]
BACK = ["中华人民共和国", "居民身份证", "签发机关 上海市公安局浦东分局", "有效期限 2015.07.15-2035.07.15"]


def test_both_sides_of_an_id_card_are_read_one_above_the_other(rulebook: Rulebook) -> None:
    found = texts(mapped(rulebook, DocType.ID_CARD, scan(*FRONT, *BACK)))
    assert found["name", 0] == "阿依古丽·买买提"
    assert found["ethnicity", 0] == "维吾尔族"
    assert found["birth_date", 0] == "1985-03-12"
    assert found["address", 0] == "上海市浦东新区某某路100弄5号"
    assert found["valid_from", 0] == "2015-07-15"
    assert found["valid_to", 0] == "2035-07-15"
    assert found["authority", 0] == "上海市公安局浦东分局"
    assert (found["card_side", 1], found["card_side", 2]) == ("front", "back")


def test_both_sides_side_by_side_do_not_mix(rulebook: Rulebook) -> None:
    left = [line(text, 0.1 + 0.05 * i, 0.05, width=0.4) for i, text in enumerate(FRONT)]
    right = [line(text, 0.11 + 0.05 * i, 0.55, width=0.4) for i, text in enumerate(BACK)]
    blocks = sorted([*left, *right], key=lambda item: item.box.y0 if item.box else 0.0)
    found = texts(mapped(rulebook, DocType.ID_CARD, scan(*blocks)))
    assert found["address", 0] == "上海市浦东新区某某路100弄5号"
    assert found["authority", 0] == "上海市公安局浦东分局"


def test_a_card_valid_for_life_and_one_that_cannot_be_read_are_told_apart(rulebook: Rulebook) -> None:
    life = mapped(rulebook, DocType.ID_CARD, scan("签发机关 甲", "有效期限 2015.07.15-长期"))
    assert life["valid_to", 0].value == "长期"
    torn = mapped(rulebook, DocType.ID_CARD, scan("签发机关 甲", "有效期限 2015.07.15-20"))
    assert (torn["valid_to", 0].value, torn["valid_to", 0].needs_review) == ("", True)


def test_what_the_number_proves_needs_no_second_look_and_what_it_contradicts_does(rulebook: Rulebook) -> None:
    poor = [line(text, 0.05 + 0.03 * i, confidence=0.7 if "出生" in text else 0.99) for i, text in enumerate([*FRONT, *BACK])]
    found = mapped(rulebook, DocType.ID_CARD, scan(*poor))
    assert not found["birth_date", 0].needs_review
    other = [line(text.replace("3月12日", "3月13日"), 0.05 + 0.03 * i, confidence=0.7) for i, text in enumerate(FRONT)]
    assert mapped(rulebook, DocType.ID_CARD, scan(*other))["birth_date", 0].needs_review


def test_a_validity_of_twenty_years_to_the_day_proves_both_dates(rulebook: Rulebook) -> None:
    lines = [line("签发机关 甲", 0.1), line("有效期限 2015.07.15-2035.07.15", 0.15, confidence=0.7)]
    assert not mapped(rulebook, DocType.ID_CARD, scan(*lines))["valid_to", 0].needs_review
    lines[1] = line("有效期限 2015.07.15-2035.07.16", 0.15, confidence=0.7)
    assert mapped(rulebook, DocType.ID_CARD, scan(*lines))["valid_to", 0].needs_review


def test_a_misread_id_number_is_sent_to_a_person_not_believed(rulebook: Rulebook) -> None:
    wrong = mapped(rulebook, DocType.ID_CARD, scan("公民身份号码 310101198503121248"))["id_number", 0]
    assert (wrong.value, wrong.needs_review) == ("310101198503121248", True)


def test_a_union_card_with_and_without_labels_gives_its_number(rulebook: Rulebook) -> None:
    page = scan("上海工会会员服务卡", "姓名：张三", "卡号：3101 2345 6789 0123", "所属工会：某某厂工会")
    found = texts(mapped(rulebook, DocType.UNION_CARD, page))
    assert found == {("name", 0): "张三", ("card_number", 0): "3101234567890123", ("union_name", 0): "某某厂工会"}
    bare = texts(mapped(rulebook, DocType.UNION_CARD, scan("上海工会会员服务卡", "姓名：张三", "3101 2345 6789 0123")))
    assert bare["card_number", 0] == "3101234567890123"


def test_a_value_read_with_little_confidence_goes_to_a_person(rulebook: Rulebook) -> None:
    page = scan(Line(text="申报人：张三", box=Box(x0=0.1, y0=0.1, x1=0.5, y1=0.12), confidence=0.7))
    assert mapped(rulebook, FORM, page)["name", 0].needs_review


def test_rows_behind_a_row_that_was_not_seen_are_for_a_person_to_look_at(rulebook: Rulebook) -> None:
    rows = [["荣誉名称", "主办单位", "获奖时间"], *([f"质量奖{number}", "上海市质量协会", "2022-05"] for number in range(3))]
    whole = table(*rows, geometry=True)
    sure = mapped(rulebook, FORM, scan(whole))
    assert not any(value.needs_review for (name, _), value in sure.items() if name.startswith("honour_"))
    torn = whole.model_copy(update={"cells": tuple(cell for cell in whole.cells if cell.row != 1)})
    doubted = mapped(rulebook, FORM, scan(torn))
    assert {row for name, row in doubted if name == "honour_title"} == {1, 2}
    assert all(value.needs_review for (name, _), value in doubted.items() if name.startswith("honour_"))


def test_an_entry_that_spills_over_the_page_is_one_value(rulebook: Rulebook) -> None:
    first = scan(table(["姓名", "张三"], ["个人简历", "2005年起在某厂任焊工，"], geometry=True), number=1)
    second = scan(table(["", "2012年起任班组长。"], ["工艺专长", "埋弧焊"], geometry=True, top=0.05), number=2)
    found = texts(mapped(rulebook, FORM, first, second))
    assert found["cv", 0] == "2005年起在某厂任焊工，2012年起任班组长。"
    assert found["craft_speciality", 0] == "埋弧焊"


def test_a_page_that_is_not_the_next_one_continues_nothing(rulebook: Rulebook) -> None:
    first = scan(table(["姓名", "张三"], ["个人简历", "2005年起在某厂任焊工。"], geometry=True), number=1)
    third = scan(table(["", "2012年起任班组长。"], ["工艺专长", "埋弧焊"], geometry=True, top=0.05), number=3)
    assert texts(mapped(rulebook, FORM, first, third))["cv", 0] == "2005年起在某厂任焊工。"


def test_digits_that_stand_one_in_a_box_are_one_number(rulebook: Rulebook) -> None:
    number = "31011019850312246X"
    boxes = table(["姓名", "张三", *[""] * 17], ["身份证号码", *number], geometry=True)
    assert texts(mapped(rulebook, FORM, scan(boxes)))["id_number", 0] == number


def summary_page(*rows: list[str], number: int = 1, head: bool = True, **options: object) -> Page:
    heading = [["序号", "姓名", "性别", "岗位／职务", "技能等级／职称", "主要质量荣誉"]] if head else []
    return scan(table(*heading, *rows, geometry=True, **options), number=number)  # type: ignore[arg-type]


def test_a_row_that_breaks_over_the_page_is_one_row(rulebook: Rulebook) -> None:
    first = summary_page(["1", "张三", "男", "焊工／班长", "技师／工程师", "2021年质量奖；"])
    second = summary_page(["", "", "", "", "", "2022年质量奖"], ["2", "李四", "女", "钳工／无", "技师／无", "无"], number=2, head=False)
    found = texts(mapped(rulebook, DocType.RECOMMENDATION_SUMMARY, first, second))
    assert found["honour_title", 1] == "2021年质量奖；2022年质量奖"
    assert {row for name, row in found if name == "name"} == {1, 2}


def test_two_things_in_a_cell_without_their_slash_are_for_a_person_to_part(rulebook: Rulebook) -> None:
    found = mapped(
        rulebook, DocType.RECOMMENDATION_SUMMARY, summary_page(["1", "张三", "男", "单晶切片工\n检验组长", "技师／\n工程师", "无"])
    )
    assert found["post", 1].needs_review
    assert not found["skill_level", 1].needs_review


def test_a_text_that_runs_on_behind_a_ruling_is_one_value(rulebook: Rulebook) -> None:
    cells = table(["工作单位", "上海某乳业集团有限", "公司"], ["姓名", "张三", "岗位"], geometry=True).cells
    edge = cells[1].box.x1 if cells[1].box is not None else 0.0
    for gap, employer in ((0.002, "上海某乳业集团有限公司"), (0.03, "上海某乳业集团有限")):
        left = Line(text="上海某乳业集团有限", box=Box(x0=edge - 0.18, y0=0.3, x1=edge - 0.001, y1=0.32), confidence=0.99)
        right = Line(text="公司", box=Box(x0=edge - 0.001 + gap, y0=0.3, x1=edge + gap + 0.04, y1=0.32), confidence=0.99)
        parted = (cells[0], cells[1].model_copy(update={"lines": (left,)}), cells[2].model_copy(update={"lines": (right,)}), *cells[3:])
        page = scan(Table(rows=2, cols=3, cells=parted))
        assert texts(mapped(rulebook, FORM, page))["employer", 0] == employer


@pytest.mark.parametrize(("opinion", "doubted"), [("同意推荐。", False), ("该", True), ("同意推荐", True)])
def test_an_opinion_that_breaks_off_under_its_seal_is_doubted(rulebook: Rulebook, opinion: str, doubted: bool) -> None:
    assert mapped(rulebook, FORM, opinion_page(opinion=opinion))["employer_opinion", 0].needs_review == doubted


def test_a_date_that_may_have_lost_its_end_is_for_a_person_to_look_at(rulebook: Rulebook) -> None:
    rows = [
        ["荣誉名称", "主办单位", "获奖时间"],
        ["质量奖", "上海市质量协会", "2019.11.1\n0"],
        ["质量奖二", "上海市质量协会", "2019.11.10"],
    ]
    found = mapped(rulebook, FORM, scan(table(*rows, geometry=True)))
    assert [found["honour_date", row].needs_review for row in (1, 2)] == [True, False]
    approvals = [
        ["姓名", "张三"],
        ["所在单位意见", "同意推荐。\n（盖章）\n2024年3月"],
        ["推荐单位意见", "同意推荐。\n（盖章）\n2024年3月10日"],
    ]
    signed = mapped(rulebook, FORM, scan(table(*approvals, geometry=True)))
    assert [signed[field, 0].needs_review for field in ("employer_opinion_date", "unit_opinion_date")] == [True, False]


def test_a_stroke_inside_a_row_loses_neither_the_row_nor_those_below(rulebook: Rulebook) -> None:
    rows = [["张三", "男", "焊工／", "13800138000"], ["", "", "班长", ""], ["李四", "女", "钳工／无", "13900139000"]]
    whole = table(["姓名", "性别", "岗位／职务", "联系电话"], *rows, geometry=True)
    cells = []
    for cell in whole.cells:
        tall = cell.row == 1 and cell.col != 2 and cell.box is not None
        if cell.row == 2 and cell.col != 2:
            continue
        spans = {"row_span": 2, "box": cell.box.model_copy(update={"y1": cell.box.y1 + 0.03})} if tall and cell.box is not None else {}
        cells.append(cell.model_copy(update=spans))
    found = texts(mapped(rulebook, DocType.RECOMMENDATION_SUMMARY, scan(whole.model_copy(update={"cells": tuple(cells)}))))
    assert (found["name", 1], found["name", 2]) == ("张三", "李四")
    assert (found["post", 1], found["post", 2]) == ("焊工／班长", "钳工／无")


def test_column_whose_head_lies_under_a_seal_is_known_by_its_entries(rulebook: Rulebook) -> None:
    heads = ["序号", "姓名", "", "生牛月", "身份证号", "工作单位", "主要质量荣誉", ""]
    rows = [
        ["1", "张三", "男", "1985年3月", "310101198503121230", "某厂", "质量奖", "13800138000"],
        ["2", "李四", "女", "11990年", "310101199003121234", "某厂", "质量奖", "13800138001"],
        ["3", "王五", "女", "1991年10\n月", "310101199110121230", "某厂", "质量奖", "13800138002"],
    ]
    found = texts(mapped(rulebook, DocType.RECOMMENDATION_SUMMARY, scan(table(heads, *rows, geometry=True))))
    assert [found["sex", row] for row in (1, 2, 3)] == ["男", "女", "女"]
    assert (found["birth_date", 1], found["birth_date", 3]) == ("1985-03", "1991-10")
    assert ("phone", 1) not in found  # a number of eleven digits may be anything


def test_serial_numbers_under_an_unread_head_are_no_field(rulebook: Rulebook) -> None:
    heads = ["", "姓名", "性别", "出生年月", "", "工作单位"]
    rows = [["1", "张三", "男", "1985年3月", "备注甲", "某厂"], ["2", "李四", "女", "1990年2月", "备注乙", "某厂"]]
    found = texts(mapped(rulebook, DocType.RECOMMENDATION_SUMMARY, scan(table(heads, *rows, geometry=True))))
    assert ("id_number", 1) not in found and ("phone", 1) not in found
    assert found["sex", 2] == "女"


@pytest.mark.parametrize(
    ("over", "text", "kept"),
    [
        ("middle", "该同志爱岗敬业，同意申报。", True),  # a seal stamped on the middle of the sentence
        ("all", "同意推荐。", True),  # a short sentence wholly under its seal
        ("all", "机械厂", False),  # a scrap of the ring
    ],
)
def test_an_opinion_under_the_middle_of_its_seal_is_not_taken_for_the_seals_own_text(
    rulebook: Rulebook, over: str, text: str, kept: bool
) -> None:
    cell = cell_of(opinion_page(opinion=text), 2)
    line = cell.lines[0]
    assert line.box is not None and cell.box is not None
    margin = line.box.width / 4 if over == "middle" else -0.02
    ring = Box(x0=line.box.x0 + margin, y0=cell.box.y0, x1=line.box.x1 - margin, y1=cell.box.y1)
    found = mapped(rulebook, FORM, opinion_page(seal("甲机械厂", ring), opinion=text))
    assert (found["employer_opinion", 0].value == text) == kept
