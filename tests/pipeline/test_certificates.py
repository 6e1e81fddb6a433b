"""Certificates in the wordings that issuers use, read value by value."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.certificates.person_names import split_names
from pipeline.certificates.read_certificate import read_certificate
from pipeline.documents.map_fields import map_fields
from pipeline.documents.segment import segment
from pipeline.text.normal_forms import squeeze
from schemas.codes import DocType
from schemas.layout import Box, Line, Mark, MarkKind, Method, Page
from schemas.rules import Rulebook
from tests.pipeline.certificate_wordings import Wording, load_wordings
from tests.pipeline.honour_material import certificate_page, personal, readings

_CASES: dict[str, tuple[str, dict[str, str]]] = {
    "salutation": (
        "荣 誉 证 书\n张三 同志：\n　　荣获“2021年度上海质量工匠”称号。\n　　特发此证，以资鼓励。\n\n上海市质量协会\n"
        "二〇二一年六月十八日\n证书编号：沪质协2021-001",
        {
            "recipient": "张三",
            "honour_title": "2021年度上海质量工匠",
            "honour_issuer": "上海市质量协会",
            "honour_date": "2021-06-18",
            "certificate_number": "沪质协2021-001",
        },
    ),
    "team whose title and members break over lines": (
        "奖　状\n上海电气集团股份有限公司星火QC小组：\n你小组的课题《降低重载齿轮齿面磨削烧伤率》成绩突出，被评为“2022年上\n"
        "海市优秀质量管理小组”。"
        "特发此证，以资鼓励。\n小组成员：沈嘉禾、陆一鸣、金晓\n峰、潘丽萍、唐志刚\n\n上海市质量协会 上海市总工会\n"
        "共青团上海市委员会 上海市妇女联合会\n二〇二二年八月",
        {
            "recipient": "上海电气集团股份有限公司星火QC小组",
            "team": "星火QC小组",
            "members": "沈嘉禾、陆一鸣、金晓峰、潘丽萍、唐志刚",
            "honour_title": "2022年上海市优秀质量管理小组",
            "honour_issuer": "上海市质量协会、上海市总工会、共青团上海市委员会、上海市妇女联合会",
            "honour_date": "2022-08",
        },
    ),
    "labelled entries": (
        "证书\n证书编号：JX2021-A-233\n获奖小组：红炉QC小组\n成果名称：提高球铁曲轴本体取样合格率\n所在单位：上海某铸造有限公司\n"
        "小组成员：\n丁卫国、欧阳\n振邦、吕强\n"
        "荣获“2021年全国机械工业优秀质量管理小组活动成果一等奖”，特颁此证。\n\n中国机械工业质量管理协会\n2021年7月",
        {
            "recipient": "红炉QC小组",
            "team": "红炉QC小组",
            "members": "丁卫国、欧阳振邦、吕强",
            "honour_title": "2021年全国机械工业优秀质量管理小组活动成果一等奖",
            "honour_issuer": "中国机械工业质量管理协会",
            "honour_date": "2021-07",
            "certificate_number": "JX2021-A-233",
        },
    ),
    "grade on a line of its own, issuer broken over two": (
        "荣誉证书\n上海某公司顾喆同志：\n完成的“大功率变频器模块过热质量攻关”项目，荣获“2023年上海市重点产品质量攻关成果”：\n一 等 奖\n"
        "主要完成人：顾喆、曹宇、林海波、邵俊\n上海市市场监督管理局 上海市经济和信息化\n委员会\n2023年12月\n编号：2023-ZGG-017",
        {
            "recipient": "顾喆",
            "members": "顾喆、曹宇、林海波、邵俊",
            "honour_title": "2023年上海市重点产品质量攻关成果一等奖",
            "honour_issuer": "上海市市场监督管理局、上海市经济和信息化委员会",
            "honour_date": "2023-12",
            "certificate_number": "2023-ZGG-017",
        },
    ),
    "plaque without a sentence": (
        "上海某铸造有限公司造型二班\n2022年全国质量信得过班组\n\n中国质量协会\n2022年10月",
        {
            "recipient": "上海某铸造有限公司造型二班",
            "team": "造型二班",
            "honour_title": "2022年全国质量信得过班组",
            "honour_issuer": "中国质量协会",
            "honour_date": "2022-10",
        },
    ),
    "授予 with the recipient inside the sentence": (
        "荣誉证书\n授予张三同志2021年度“上海质量工匠”荣誉称号。\n上海市质量协会\n2021.06.18",
        {
            "recipient": "张三",
            "honour_title": "2021年度上海质量工匠",
            "honour_issuer": "上海市质量协会",
            "honour_date": "2021-06-18",
        },
    ),
    "授予 over several lines, no quotation marks": (
        "荣誉证书\n授予 王小明 同志\n2022年度上海质量工匠\n荣誉称号\n特发此证\n上海市质量协会\n二○二二年十二月",
        {
            "recipient": "王小明",
            "honour_title": "2022年度上海质量工匠",
            "honour_issuer": "上海市质量协会",
            "honour_date": "2022-12",
        },
    ),
    "grade behind an event": (
        "获奖证书\n李建国同志在2021年上海市质量管理小组成果擂台赛中荣获\n一等奖。\n特发此证。\n上海市质量协会\n上海市总工会\n2021年9月10日",
        {
            "recipient": "李建国",
            "honour_title": "2021年上海市质量管理小组成果擂台赛一等奖",
            "honour_issuer": "上海市质量协会、上海市总工会",
            "honour_date": "2021-09-10",
        },
    ),
    "event with its host, number as No.": (
        "荣誉证书\n李建国同志在由上海市质量协会主办的第三届上海质量品牌故事大赛评选中，荣获二等奖，特发此证，以资鼓励。\n"
        "上海市质量协会（盖章）\n二〇二〇年十一月三日\nNo.0012345",
        {
            "recipient": "李建国",
            "honour_title": "第三届上海质量品牌故事大赛二等奖",
            "honour_issuer": "上海市质量协会",
            "honour_date": "2020-11-03",
            "certificate_number": "0012345",
        },
    ),
    "award in the heading, grade and holder labelled": (
        "中国质量协会质量技术奖\n证 书\n为表彰中国质量协会质量技术奖获得者，特颁发此证书。\n"
        "项目名称：油井管在线壁厚控制关键技术\n奖励等级：二等奖\n"
        "获奖者：葛兵\n\n中国质量协会\n2022年9月\n证书号：2022-J-2-05-R03",
        {
            "recipient": "葛兵",
            "honour_title": "中国质量协会质量技术奖二等奖",
            "honour_issuer": "中国质量协会",
            "honour_date": "2022-09",
            "certificate_number": "2022-J-2-05-R03",
        },
    ),
    "roles of organisations, columns of names": (
        "荣誉证书\n你单位装调一班\n被评为2021年度上海市质量信得过班组\n组长：孙立军\n组员：顾　喆　曹　宇　马晓东\n"
        "主办单位：上海市质量协会\n支持单位：上海市总工会\n颁发日期：2021年9月30日",
        {
            "recipient": "装调一班",
            "team": "装调一班",
            "members": "孙立军、顾喆、曹宇、马晓东",
            "honour_title": "2021年度上海市质量信得过班组",
            "honour_issuer": "上海市质量协会",
            "honour_date": "2021-09-30",
        },
    ),
    "incomplete list of recipients": (
        "荣誉证书\n张三、李四等5人：\n完成的《提高合格率》荣获2020年度上海市质量管理小组活动成果二等奖\n"
        "上海市浦东新区市场监督管理局\n2020年12月1日",
        {
            "recipient": "张三、李四等",
            "honour_title": "2020年度上海市质量管理小组活动成果二等奖",
            "honour_issuer": "上海市浦东新区市场监督管理局",
            "honour_date": "2020-12-01",
        },
    ),
    "issuers run together, members above": (
        "HONORARY CREDENTIAL\n荣誉证书\n小组成员名单\n沈嘉禾 陆一鸣 金晓峰\n潘丽萍 唐志刚\n星火QC小组：\n"
        "你小组被授予“2021年全国优秀质量管理小组”称号，特此证明。\n"
        "中国质量协会中华全国总工会\n中华全国妇女联合会中国科学技术协会\n二〇二一年十月",
        {
            "recipient": "星火QC小组",
            "team": "星火QC小组",
            "members": "沈嘉禾、陆一鸣、金晓峰、潘丽萍、唐志刚",
            "honour_title": "2021年全国优秀质量管理小组",
            "honour_issuer": "中国质量协会、中华全国总工会、中华全国妇女联合会、中国科学技术协会",
            "honour_date": "2021-10",
        },
    ),
}  # fmt: skip


@pytest.mark.parametrize("wording", _CASES)
def test_a_certificate_of_any_wording_says_who_got_what_from_whom_and_when(wording: str, rulebook: Rulebook) -> None:
    text, expected = _CASES[wording]
    found = readings(text, rulebook)
    assert {name: value.value for name, value in found.items()} == expected
    assert not any(value.needs_review for value in found.values())
    assert all(value.page == 1 and value.box is not None and value.raw for value in found.values())


def test_the_year_in_a_title_is_no_conferral_date(rulebook: Rulebook) -> None:
    assert "honour_date" not in readings(personal(date=""), rulebook)


def test_a_validity_period_is_no_conferral_date(rulebook: Rulebook) -> None:
    text = personal(date="") + "\n有效期至：2026年6月18日"
    assert "honour_date" not in readings(text, rulebook)


def test_two_dates_at_the_end_go_to_a_person(rulebook: Rulebook) -> None:
    found = readings(personal(date="2021年6月18日\n2023年1月2日"), rulebook)
    assert found["honour_date"].needs_review


def test_a_poorly_read_line_makes_only_its_own_value_doubtful(rulebook: Rulebook) -> None:
    page = certificate_page(personal())
    blocks = tuple(
        block.model_copy(update={"confidence": 0.7}) if isinstance(block, Line) and "年6月" in block.text else block
        for block in page.blocks
    )
    found = {value.field: value for value in read_certificate([page.model_copy(update={"blocks": blocks})], None, rulebook)}
    assert found["honour_date"].needs_review and found["honour_date"].confidence == pytest.approx(0.7)
    assert not found["recipient"].needs_review and not found["honour_issuer"].needs_review


def test_two_readings_that_differ_are_not_believed(rulebook: Rulebook) -> None:
    page = certificate_page(personal())
    blocks = tuple(
        block.model_copy(update={"alternative": "李三同志："}) if isinstance(block, Line) and "同志" in block.text else block
        for block in page.blocks
    )
    found = {value.field: value for value in read_certificate([page.model_copy(update={"blocks": blocks})], None, rulebook)}
    assert found["recipient"].needs_review


def test_readers_that_differ_in_punctuation_only_confirm_each_other(rulebook: Rulebook) -> None:
    page = certificate_page(personal(), confidence=0.8)
    blocks = tuple(block.model_copy(update={"alternative": f" {block.text} 。"}) for block in page.blocks if isinstance(block, Line))
    values = read_certificate([page.model_copy(update={"blocks": blocks})], None, rulebook)
    assert values and not any(value.needs_review for value in values)


def test_a_name_half_hidden_under_its_seal_is_completed_from_the_seal(rulebook: Rulebook) -> None:
    page = certificate_page(personal(issuer="山区市场监督管理局"), seals=("上海市宝山区市场监督管理局",))
    found = {value.field: value for value in read_certificate([page], None, rulebook)}
    assert (found["honour_issuer"].value, found["honour_issuer"].raw) == ("上海市宝山区市场监督管理局", "山区市场监督管理局")


def test_a_repaired_issuer_is_shown_to_a_person_and_keeps_what_was_read(rulebook: Rulebook) -> None:
    for read in ("上海市质量协", "上海市质昰协会"):
        found = readings(personal(issuer=f"{read}\n上海市总工会"), rulebook)
        assert found["honour_issuer"].value == "上海市质量协会、上海市总工会"
        assert found["honour_issuer"].needs_review and read in found["honour_issuer"].raw


def test_a_misread_issuer_is_not_lost_among_readable_ones(rulebook: Rulebook) -> None:
    found = readings(personal(issuer="上诲市质量协会\n上海市总工会"), rulebook)
    assert found["honour_issuer"].value == "上诲市质量协会、上海市总工会" and found["honour_issuer"].needs_review


def test_a_label_at_the_end_of_another_word_opens_no_entry(rulebook: Rulebook) -> None:
    found = readings("奖状\n张三同志：\n特此授予“上海质量工匠”称号\n颁发单位：上海市质量协会\n2021年6月", rulebook)
    assert found["recipient"].value == "张三" and found["honour_issuer"].value == "上海市质量协会"


def test_what_a_reader_makes_of_an_ornament_does_not_enter_a_title(rulebook: Rulebook) -> None:
    page = certificate_page("荣誉证书\n张三同志：\n荣获2021年度\n人會\n上海质量工匠称号\n上海市质量协会\n2021年6月")
    blocks = tuple(
        block.model_copy(update={"confidence": 0.3}) if isinstance(block, Line) and block.text == "人會" else block for block in page.blocks
    )
    found = {value.field: value.value for value in read_certificate([page.model_copy(update={"blocks": blocks})], None, rulebook)}
    assert found["honour_title"] == "2021年度上海质量工匠"


def test_an_issuer_that_only_the_seal_names_is_taken_from_the_seal(rulebook: Rulebook) -> None:
    page = certificate_page(personal(issuer=""), seals=("上海市质量协会",))
    found = {value.field: value.value for value in read_certificate([page], None, rulebook)}
    assert found["honour_issuer"] == "上海市质量协会" and found["seal_certificate"] == "上海市质量协会"


def test_joint_issuers_whose_names_a_seal_hides_are_taken_from_the_seals(rulebook: Rulebook) -> None:
    page = certificate_page(
        personal(issuer="共青团上海市委员会\n上海市妇女联合会"),
        seals=("上海市总工会", "上海市质昰协会", "共青团上海市委员", "上海市妇女联合会"),
    )
    found = {value.field: value for value in read_certificate([page], None, rulebook)}["honour_issuer"]
    assert set(found.value.split("、")) == {"上海市质量协会", "上海市总工会", "共青团上海市委员会", "上海市妇女联合会"}
    assert found.needs_review  # one of the names is a worn ring's


def test_more_seals_than_names_are_shown_to_a_person(rulebook: Rulebook) -> None:
    page = certificate_page(personal(issuer="上海市总工会"), seals=("上海市总工会", "某某不明"))
    found = {value.field: value for value in read_certificate([page], None, rulebook)}["honour_issuer"]
    assert (found.value, found.needs_review) == ("上海市总工会", True)


def test_the_employer_in_the_sentence_is_not_taken_for_the_issuer(rulebook: Rulebook) -> None:
    text = "荣誉证书\n上海某某有限公司\n张三同志：\n荣获“2021年度上海质量工匠”称号。\n2021年6月"
    assert "honour_issuer" not in readings(text, rulebook)


def test_only_the_part_of_the_page_that_is_the_certificate_is_read(rulebook: Rulebook) -> None:
    page = certificate_page(personal() + "\n\n\n荣誉证书\n李四同志：\n荣获“上海工匠”称号。\n上海市总工会\n2020年1月1日")
    found = {value.field: value.value for value in read_certificate([page], Box(x0=0, y0=0, x1=1, y1=0.34), rulebook)}
    assert (found["recipient"], found["honour_issuer"]) == ("张三", "上海市质量协会")


@pytest.mark.parametrize(
    ("raw", "names", "whole"),
    [
        ("张三、李四，王五", ["张三", "李四", "王五"], True),
        ("张　三　李　四　欧阳振邦", ["张三", "李四", "欧阳振邦"], True),
        ("阿依古丽·买买提、张三", ["阿依古丽·买买提", "张三"], True),
        ("阿依古丽•买买提、张三", ["阿依古丽·买买提", "张三"], True),
        ("张三（组长）、李四（组员）", ["张三", "李四"], True),
        ("金晓\n峰、潘丽萍", ["金晓峰", "潘丽萍"], True),
        ("张三、李四等", ["张三", "李四"], True),
        ("张三、上海某某有限公司", ["张三"], False),
        ("", [], True),
    ],
)
def test_a_member_is_not_lost_by_the_way_a_list_is_set(raw: str, names: list[str], whole: bool, rulebook: Rulebook) -> None:
    assert split_names(raw, rulebook.awards.certificate) == (names, whole)


@settings(derandomize=True, deadline=None)
@given(
    st.lists(
        st.text(alphabet="荣获授予“”：、，。同志张三2021年6月日上海市质量协会总工会编号成员一等奖 \n()（）abc", max_size=30), max_size=12
    )
)
def test_no_text_breaks_the_reading_of_certificates(rulebook: Rulebook, lines: list[str]) -> None:
    page = Page(number=3, method=Method.OCR, blocks=tuple(Line(text=text, confidence=0.9) for text in lines))
    for value in read_certificate([page], None, rulebook):
        assert value.value and value.needs_review and value.page == 3


def test_an_empty_page_states_nothing(rulebook: Rulebook) -> None:
    assert read_certificate([Page(number=1, method=Method.OCR)], None, rulebook) == ()
    assert read_certificate([], None, rulebook) == ()


@pytest.mark.parametrize("wording", load_wordings(), ids=lambda wording: wording.name)
def test_every_wording_in_use_gives_its_values_and_no_others(wording: Wording, rulebook: Rulebook) -> None:
    (document,) = segment([wording.page], rulebook)
    assert document.doc_type == DocType.CERTIFICATE
    stated = {value.field: value.value for value in map_fields(document, rulebook)}
    stated.pop("seal_certificate", None)
    squeezed = {name: squeeze(value) for name, value in stated.items()}
    assert squeezed == {name: squeeze(value) for name, value in wording.truth.items()}


def test_scraps_of_a_seals_ring_become_no_issuer_and_no_member(rulebook: Rulebook) -> None:
    page = certificate_page(personal(issuer="上海市质量所局\n上海市质量协会"))
    lines = [block for block in page.blocks if isinstance(block, Line) and block.box is not None]
    blocks = tuple(line.model_copy(update={"confidence": 0.4}) if "所局" in line.text else line for line in lines)
    seal = Mark(kind=MarkKind.SEAL, box=Box(x0=0.3, y0=0.22, x1=0.7, y1=0.4), text="上海市质量协", confidence=0.7)
    page = page.model_copy(update={"blocks": blocks, "marks": (seal,)})
    found = {value.field: value.value for value in read_certificate([page], None, rulebook)}
    assert found["honour_issuer"] == "上海市质量协会"


def test_a_date_that_does_not_fit_the_awards_year_goes_to_a_person(rulebook: Rulebook) -> None:
    assert readings(personal(date="2031年6月18日"), rulebook)["honour_date"].needs_review
    assert readings(personal(date="2012年6月18日"), rulebook, confidence=0.96)["honour_date"].needs_review
    assert not readings(personal(date="2022年1月18日"), rulebook)["honour_date"].needs_review


def test_an_issuer_without_its_first_character_is_not_believed(rulebook: Rulebook) -> None:
    found = readings(personal(issuer="海市总工会"), rulebook)["honour_issuer"]
    assert (found.value, found.needs_review) == ("上海市总工会", True)


def test_a_list_of_members_that_breaks_off_is_not_believed(rulebook: Rulebook) -> None:
    text = "荣誉证书\n红炉QC小组：\n荣获“2021年上海市优秀质量管理小组”称号。\n小组成员：\n丁卫国 吕强\n欧阳邦潘大x\n上海市质量协会"
    assert readings(text, rulebook)["members"].needs_review


def test_what_an_office_stamped_over_a_certificate_is_no_part_of_it(rulebook: Rulebook) -> None:
    text = (
        "荣誉证书\n已阅\n与原件核对无误\n张三同志：\n荣获“上海市质量协会质量技术奖”优\n使用，复印无效\n"
        "秀奖。特发此证，以资鼓励。\n\n上海市质量协会\n2023年12月6日"
    )
    found = readings(text, rulebook)
    assert (found["recipient"].value, found["honour_title"].value) == ("张三", "上海市质量协会质量技术奖优秀奖")


def test_an_honorific_broken_over_two_lines_does_not_lose_the_person(rulebook: Rulebook) -> None:
    text = "荣誉证书\n上海某某有限公司 邵建立同\n志：\n荣获“全国质量检验先进工作者”。特发此证。\n\n中国质量检验协会\n2020年7月"
    assert readings(text, rulebook)["recipient"].value == "邵建立"


def test_a_name_broken_at_the_margin_is_not_lost_from_the_list(rulebook: Rulebook) -> None:
    names = "苏斌、龚东、曹飞军、卢\n德军"
    text = f"荣誉证书\n启明QC小组：\n被评为“2020年上海市优秀质量管理小组”。特发此证。\n主要成员：{names}\n\n上海市质量协会\n2020年9月"
    assert readings(text, rulebook)["members"].value == "苏斌、龚东、曹飞军、卢德军"


def test_a_colon_read_for_the_dot_in_a_name_makes_no_two_people(rulebook: Rulebook) -> None:
    members = "成员：苏斌、叶尔兰：别克、龚东"
    text = f"荣誉证书\n启明QC小组：\n被评为“2020年上海市优秀质量管理小组”。特发此证。\n{members}\n\n上海市质量协会\n2020年9月"
    found = readings(text, rulebook)["members"]
    assert (found.value, found.needs_review) == ("苏斌、叶尔兰·别克、龚东", True)


def test_a_number_below_a_red_head_needs_no_label(rulebook: Rulebook) -> None:
    text = "上海市质量协会\n沪质协20191566\n荣誉证书\n张三同志：\n荣获“2019年上海质量工匠”称号。特发此证。\n\n上海市质量协会\n2019年12月"
    assert readings(text, rulebook)["certificate_number"].value == "沪质协20191566"


def test_a_date_that_lost_its_zero_is_proposed_and_left_to_a_person(rulebook: Rulebook) -> None:
    found = readings(personal(date="二二一年六月"), rulebook)["honour_date"]
    assert (found.value, found.raw, found.needs_review) == ("2021-06", "二二一年六月", True)


def test_a_scrap_of_the_ring_within_a_printed_line_is_no_issuer(rulebook: Rulebook) -> None:
    page = certificate_page(personal(issuer="中华全国总工会"))
    printed = next(block for block in page.blocks if isinstance(block, Line) and block.text == "中华全国总工会")
    assert printed.box is not None
    scrap = Line(text="总工会", box=printed.box.model_copy(update={"y1": printed.box.y1 + 0.01, "x1": 0.3}), confidence=0.97)
    found = read_certificate([page.model_copy(update={"blocks": (*page.blocks, scrap)})], None, rulebook)
    assert next(value.value for value in found if value.field == "honour_issuer") == "中华全国总工会"
