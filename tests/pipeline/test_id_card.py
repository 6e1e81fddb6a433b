"""ID cards as copies show them: labels lost, stamps over them, fields tested against each other, nothing put right in silence."""

from __future__ import annotations

import pytest

from pipeline.documents.segment import segment
from schemas.codes import DocType
from schemas.layout import Box, Line
from schemas.rules import Rulebook
from tests.layouts import line, scan
from tests.pipeline.test_map_fields import mapped, texts

NUMBER = "310101198503121244"
FRONT = ["姓名 王芳", "性别 女 民族 汉", "出生 1985 年 3 月 12 日", "住址 上海市黄浦区人民路1号", "公民身份号码", NUMBER]
BACK = ["中华人民共和国", "居民身份证", "签发机关 上海市公安局黄浦分局", "有效期限 2015.07.15-2035.07.15"]
CARD = DocType.ID_CARD


def test_a_number_that_follows_a_date_without_a_break_is_still_the_number(rulebook: Rulebook) -> None:
    found = texts(mapped(rulebook, CARD, scan(*BACK, NUMBER, "姓名 王芳", "公民身份号码")))
    assert (found["id_number", 0], found["valid_to", 0]) == (NUMBER, "2035-07-15")


def test_values_whose_labels_were_lost_are_known_by_their_form(rulebook: Rulebook) -> None:
    page = scan(
        "姓名 王芳", "性用女民族汉", "1985年3月12日", "住上海市黄浦区人民路1号", NUMBER, "上海市公安局黄浦分局", "2015.07.15-2035.07.15"
    )
    found = texts(mapped(rulebook, CARD, page))
    expected = {
        "sex": "女",
        "birth_date": "1985-03-12",
        "address": "上海市黄浦区人民路1号",
        "id_number": NUMBER,
        "authority": "上海市公安局黄浦分局",
        "valid_to": "2035-07-15",
    }
    assert {field: found.get((field, 0)) for field in expected} == expected


def test_a_birth_date_that_contradicts_the_number_sends_both_to_a_person(rulebook: Rulebook) -> None:
    other = [text.replace("3 月 12 日", "3 月 13 日") for text in FRONT]
    found = mapped(rulebook, CARD, scan(*other))
    assert found["birth_date", 0].needs_review and found["id_number", 0].needs_review
    assert (found["birth_date", 0].value, found["id_number", 0].value) == ("1985-03-13", NUMBER)


def test_a_sex_that_contradicts_the_number_sends_both_to_a_person(rulebook: Rulebook) -> None:
    found = mapped(rulebook, CARD, scan(*[text.replace("女", "男") for text in FRONT]))
    assert found["sex", 0].needs_review and found["id_number", 0].needs_review
    assert found["sex", 0].value == "男"


def test_a_contradiction_goes_to_a_person_whatever_a_calibration_makes_of_the_score(rulebook: Rulebook) -> None:
    bare = rulebook.model_copy(update={"edition": rulebook.edition.model_copy(update={"review_below": 0.0})})
    other = [text.replace("3 月 12 日", "3 月 13 日") for text in FRONT]
    found = mapped(bare, CARD, scan(*other))
    assert found["birth_date", 0].needs_review and found["id_number", 0].needs_review
    assert not found["name", 0].needs_review


def test_a_repaired_number_keeps_its_raw_reading_and_is_for_a_person(rulebook: Rulebook) -> None:
    raw = "310101198503121214"
    lines = [line(text, 0.05 + 0.03 * i) for i, text in enumerate(FRONT[:-1])]
    lines.append(Line(text=raw, box=Box(x0=0.1, y0=0.4, x1=0.5, y1=0.42), confidence=0.97, alternative=NUMBER))
    number = mapped(rulebook, CARD, scan(*lines))["id_number", 0]
    assert (number.value, number.raw, number.needs_review) == (NUMBER, raw, True)


def test_a_number_wrong_on_the_card_stays_as_it_is(rulebook: Rulebook) -> None:
    raw = "310101198503121214"
    number = mapped(rulebook, CARD, scan(*FRONT[:-1], raw))["id_number", 0]
    assert (number.value, number.raw) == (raw, raw)


def test_a_second_reading_casts_doubt_only_where_it_differs(rulebook: Rulebook) -> None:
    disputed = Line(text="姓名王芳 性别女", box=Box(x0=0.1, y0=0.1, x1=0.4, y1=0.12), confidence=0.96, alternative="姓名王劳性别女")
    found = mapped(rulebook, CARD, scan(disputed))
    assert found["name", 0].value == "王芳" and found["name", 0].needs_review
    assert not found["sex", 0].needs_review


@pytest.mark.parametrize(
    ("raw", "value", "review"), [("汉", "汉族", False), ("漢", "汉族", False), ("汊", "汊族", True), ("穿青人", "穿青人族", False)]
)
def test_an_ethnicity_is_believed_if_it_is_one(rulebook: Rulebook, raw: str, value: str, review: bool) -> None:
    found = mapped(rulebook, CARD, scan(line(f"性别 女 民族 {raw}", 0.1, confidence=0.96)))["ethnicity", 0]
    assert (found.value, found.needs_review) == (value, review)


@pytest.mark.parametrize(("end", "review"), [("88号", False), ("8", True), ("88弄3号502室", False), ("3-", True)])
def test_an_address_that_breaks_off_goes_to_a_person(rulebook: Rulebook, end: str, review: bool) -> None:
    found = mapped(rulebook, CARD, scan(f"住址 上海市黄浦区人民路{end}", "公民身份号码", NUMBER))["address", 0]
    assert found.needs_review == review


def test_stamps_and_notes_over_the_card_are_no_part_of_its_values(rulebook: Rulebook) -> None:
    page = scan(*FRONT[:4], "复印无效", "仅供申报上海质量工匠使用", *FRONT[4:], *BACK, "再复印无效")
    found = mapped(rulebook, CARD, page)
    assert found["address", 0].value == "上海市黄浦区人民路1号"
    assert found["valid_to", 0].value == "2035-07-15"
    assert [value.raw for (field, _), value in found.items() if field == "card_void"] == ["复印无效"]


def test_a_note_read_as_one_line_with_a_value_is_cut_off_and_the_rest_doubted(rulebook: Rulebook) -> None:
    found = mapped(rulebook, CARD, scan("住址 上海市黄浦区人民路1号502", "室仅供申报上海质量工匠使", "公民身份号码", NUMBER))
    assert (found["address", 0].value, found["address", 0].needs_review) == ("上海市黄浦区人民路1号502室", True)
    stamped = mapped(rulebook, CARD, scan("住址 上海市黄浦区人民路复印无", "1号", "公民身份号码", NUMBER))
    assert (stamped["address", 0].value, stamped["address", 0].needs_review) == ("上海市黄浦区人民路1号", True)


def test_what_a_stamp_covers_is_doubted(rulebook: Rulebook) -> None:
    address = Line(text="住址 上海市黄浦区人民路1号", box=Box(x0=0.1, y0=0.30, x1=0.5, y1=0.33), confidence=0.99)
    stamp = Line(text="复印无效", box=Box(x0=0.3, y0=0.315, x1=0.6, y1=0.36), confidence=0.97)
    apart = stamp.model_copy(update={"box": Box(x0=0.3, y0=0.34, x1=0.6, y1=0.38)})
    assert mapped(rulebook, CARD, scan(address, stamp))["address", 0].needs_review
    assert not mapped(rulebook, CARD, scan(address, apart))["address", 0].needs_review


def test_a_fifteen_digit_number_of_an_older_card_is_a_number(rulebook: Rulebook) -> None:
    found = mapped(rulebook, CARD, scan("姓名 王芳", "性别 女 民族 汉", "出生 1965 年 3 月 12 日", "编号 310101650312124"))
    assert found["id_number", 0].value == "310101650312124"
    assert not found["birth_date", 0].needs_review


def test_both_fronts_on_one_page_are_two_cards(rulebook: Rulebook) -> None:
    second = [text.replace("王芳", "李红") for text in FRONT]
    page = scan(
        *[line(text, 0.05 + 0.03 * i) for i, text in enumerate(FRONT)], *[line(text, 0.5 + 0.03 * i) for i, text in enumerate(second)]
    )
    assert [part.doc_type for part in segment([page], rulebook)] == [CARD, CARD]


def placed_card(left: float, top: float, turn: int = 0) -> list[Line]:
    """The front and its words where GA 490 has them, 8.56 x 5.4 cm on A4, its upper left corner at (left, top) in millimetres."""
    lines = []
    for text, y, width in zip(
        [*FRONT[:4], "公民身份号码 " + NUMBER], (0.17, 0.29, 0.41, 0.525, 0.84), (0.25, 0.4, 0.45, 0.5, 0.77), strict=True
    ):
        x0, x1, middle = left + 0.08 * 85.6, left + (0.08 + width) * 85.6, top + y * 54
        box = Box(x0=x0 / 210, y0=(middle - 2) / 297, x1=x1 / 210, y1=(middle + 2) / 297)
        if turn:
            box = Box(x0=1 - box.x1, y0=1 - box.y1, x1=1 - box.x0, y1=1 - box.y0)
        lines.append(Line(text=text, box=box))
    return lines


@pytest.mark.parametrize(
    ("left", "top", "turn", "edges"),
    [(60, 60, 0, []), (145, 60, 0, ["right"]), (60, 255, 0, ["bottom"]), (60, 255, 180, ["top"]), (124, 60, 0, [])],
)
def test_a_card_that_reaches_over_the_paper_s_edge_is_cut_there(
    rulebook: Rulebook, left: float, top: float, turn: int, edges: list[str]
) -> None:
    page = scan(*placed_card(left, top, turn)).model_copy(update={"width": 595.0, "height": 842.0})
    found = mapped(rulebook, CARD, page)
    assert [value.value for (field, _), value in found.items() if field == "card_cut"] == edges


def test_a_card_whose_labels_were_cut_off_is_called_cut_where_its_lines_touch_the_edge(rulebook: Rulebook) -> None:
    page = scan(*[line(text, 0.5 + 0.03 * i, 0.0, width=0.2) for i, text in enumerate(["芳", "民族汉", "85年3月12日", "码" + NUMBER])])
    found = mapped(rulebook, CARD, page)
    assert [value.value for (field, _), value in found.items() if field == "card_cut"] == ["left"]
    assert "name" not in {field for field, _ in found}


def test_a_misread_stop_within_the_validity_loses_no_date_and_a_wrong_period_is_not_believed(rulebook: Rulebook) -> None:
    found = mapped(rulebook, CARD, scan("签发机关 上海市公安局黄浦分局", "有效期限 2015.03.27-2035.03,27"))
    assert (found["valid_from", 0].value, found["valid_to", 0].value) == ("2015-03-27", "2035-03-27")


def test_a_card_of_which_too_little_is_seen_is_not_called_cut(rulebook: Rulebook) -> None:
    page = scan(*placed_card(150, 60)[:1]).model_copy(update={"width": 595.0, "height": 842.0})
    assert not [field for field, _ in mapped(rulebook, CARD, page) if field == "card_cut"]


def test_a_union_s_name_that_holds_a_label_or_wraps_is_read_whole(rulebook: Rulebook) -> None:
    page = scan(
        line("工会电子会员证", 0.05, 0.3),
        line("姓名：王芳", 0.2, 0.1, width=0.4),
        line("工会名称：华东电力设备检修有限公司", 0.3, 0.1, width=0.6),
        line("基层工会委员会", 0.325, 0.25, width=0.2),
        line("会员状态：正常", 0.4, 0.1, width=0.3),
    )
    found = mapped(rulebook, DocType.UNION_CARD, page)
    assert found["union_name", 0].value == "华东电力设备检修有限公司基层工会委员会"
    assert not found["union_name", 0].needs_review and found["status", 0].value == "正常"


def test_a_union_s_name_whole_on_its_first_line_takes_the_committee_below_it(rulebook: Rulebook) -> None:
    page = scan(
        line("工会组织：上海申江机械制造有限公司工会", 0.3, 0.1, width=0.6),
        line("委员会", 0.325, 0.25, width=0.1),
        line("会员状态：正常", 0.4, 0.1),
    )
    assert mapped(rulebook, DocType.UNION_CARD, page)["union_name", 0].value == "上海申江机械制造有限公司工会委员会"


def test_a_wrapped_card_number_is_read_to_its_end(rulebook: Rulebook) -> None:
    page = scan("工会电子会员证", "姓名：王芳", "会员证号", "540947425218904", "4", "会籍状态", "正常")
    assert mapped(rulebook, DocType.UNION_CARD, page)["card_number", 0].value == "5409474252189044"


def test_a_union_s_name_that_breaks_off_goes_to_a_person(rulebook: Rulebook) -> None:
    found = mapped(rulebook, DocType.UNION_CARD, scan("姓名：王芳", "所属工会：中建八局第三建设有限公司上海分公司工会委"))
    assert found["union_name", 0].needs_review


def test_a_stamp_beside_a_label_does_not_take_the_name_with_it(rulebook: Rulebook) -> None:
    found = mapped(rulebook, CARD, scan("姓名 王芳 民族 汉 他用无效", *FRONT[2:]))
    assert (found["name", 0].value, found["ethnicity", 0].value) == ("王芳", "汉族")
    assert found["name", 0].needs_review


def test_a_county_misread_for_its_common_twin_is_held_against_the_number(rulebook: Rulebook) -> None:
    page = scan("姓名 王芳", "性别 男 民族 汉", "出生 1979 年 2 月 16 日", "住址 安徽省颖上县慎城镇1号", "公民身份号码 341226197902167033")
    address = mapped(rulebook, CARD, page)["address", 0]
    assert (address.value, address.needs_review) == ("安徽省颍上县慎城镇1号", True)
    assert "颖上县" in address.raw


def test_a_district_that_differs_in_a_common_character_is_left_alone(rulebook: Rulebook) -> None:
    """Who was born in 黄浦区 may well live in 青浦区."""
    page = scan(*[text.replace("黄浦区", "青浦区") for text in FRONT])
    address = mapped(rulebook, CARD, page)["address", 0]
    assert (address.value, address.needs_review) == ("上海市青浦区人民路1号", False)


@pytest.mark.parametrize("address", ["4弄9号908室", "甘肃省甘谷县磐安镇原家"])
def test_an_address_that_lost_a_line_goes_to_a_person(address: str, rulebook: Rulebook) -> None:
    page = scan(*FRONT[:3], f"住址 {address}", *FRONT[4:])
    assert mapped(rulebook, CARD, page)["address", 0].needs_review


def test_one_side_twice_on_a_page_is_seen_as_such(rulebook: Rulebook) -> None:
    found = mapped(rulebook, CARD, scan(*FRONT, *FRONT))
    assert [found["card_side", row].value for row in (1, 3)] == ["front", "front"]
    assert ("card_side", 2) not in found


def test_the_name_above_the_number_on_a_telephone_is_read_without_a_label(rulebook: Rulebook) -> None:
    page = scan(
        "电子会员证", "中华全国总工会会员证", "杨瑞俊", "6210 3100 7464 7295", "会员状态 正常", "所在工会 上海某某化学品有限公司工会"
    )
    found = texts(mapped(rulebook, DocType.UNION_CARD, page))
    assert (found["name", 0], found["card_number", 0]) == ("杨瑞俊", "6210310074647295")


def test_a_union_whose_label_was_not_read_goes_to_a_person(rulebook: Rulebook) -> None:
    page = scan("电子会员证", "杨瑞俊", "6210 3100 7464 7295", "：1上海某某重型机床有限公司工会委员会")
    union = mapped(rulebook, DocType.UNION_CARD, page)["union_name", 0]
    assert (union.value, union.needs_review) == ("上海某某重型机床有限公司工会委员会", True)
