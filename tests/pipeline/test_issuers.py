"""Issuers: who counts, who only looks like it, and what cannot be said."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.catalogue.issuers import RECOGNISED, best_class, registered_names, resolve_issuer, split_issuers
from schemas.codes import IssuerClass, Truth
from schemas.rules import Rulebook

TITLE = "2021年度上海市质量技术奖一等奖"
G, C, S, OTHER, U = IssuerClass.GOVERNMENT, IssuerClass.CAQ, IssuerClass.SAQ, IssuerClass.OTHER, IssuerClass.UNCLEAR


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("国家市场监督管理总局", G),
        ("市场监管总局", G),
        ("上海市市场监督管理局", G),
        ("市市场监管局", G),
        ("上海市浦东新区市场监督管理局", G),
        ("浦东新区市场监督管理局", G),
        ("上海市宝山区市场监督管理局", G),
        ("上海市崇明区市场监管局", G),
        ("江苏省市场监督管理局", G),
        ("苏州市市场监督管理局", G),
        ("昆山市市场监督管理局", G),
        ("嘉善县市场监督管理局", G),
        ("中国（上海）自由贸易试验区市场监督管理局", G),
        ("中国质量协会", C),
        ("中国质量协会（盖章）", C),
        ("中 国 质 量 协 会", C),
        ("中質協".replace("質", "质").replace("協", "协"), C),
        ("中國質量協會", C),
        ("全国用户委员会", C),
        ("中国质量协会石油分会", C),
        ("上海市质量协会", S),
        ("市质协", S),
        ("上海质量协会", S),
        ("上海市质量管理协会", S),
        ("上海市质量协会会员与质量推进部", S),
        ("上海市质量协会用户委员会", S),
        ("上海市质量协会秘书处", S),
        ("中国质量协会石油分会", C),
        ("上海市黄浦区市场监督管理局", G),
        ("崇明区市监局", G),
        ("浦东市场监管局", G),
        ("临港新片区市场监管局", G),
        ("上海市静安区市场监督管理局质量发展科", G),
        ("上海市宝山区市场监督管理局大场市场监督管理所", G),
        ("内蒙古自治区市场监督管理局", G),
        ("贵州省黔东南苗族侗族自治州市场监督管理局", G),
        ("新疆生产建设兵团市场监督管理局", G),
        ("中 国 质 量 协 会", C),
    ],
)
def test_honours_of_recognised_issuers_count_however_the_name_is_written(name: str, expected: IssuerClass, rulebook: Rulebook) -> None:
    verdict = resolve_issuer(name, TITLE, "2021-06", rulebook)
    assert (verdict.issuer_class, verdict.certain) == (expected, True)


@pytest.mark.parametrize(
    "name",
    [
        "中国质量检验协会", "中国质检协会", "上海市质量检测协会", "上海市质量检验协会", "中国水利电力质量管理协会",
        "中国机械工业质量管理协会",
        "江苏省质量协会", "江苏省质量管理协会", "浙江省质量协会", "天津市质量协会", "天津市质协", "上饶市质量协会", "珠海市质量协会",
        "美国质量协会",
        "上海市浦东新区质量协会", "中国质量认证中心", "上海电气集团股份有限公司", "上海某某有限公司质量部", "公司质量部", "上海市总工会",
        "上海市宝山区总工会", "上海市妇女联合会", "共青团上海市委员会", "上海市科学技术协会", "上海市经济和信息化委员会", "中华全国总工会",
        "中国电子质量管理协会", "中国航空工业质量管理协会", "中国化工质量管理协会", "中国质量品牌协会",
        "上海市质量技术监督协会", "上海市市场监督管理学会", "上海市计量协会", "中国计量测试学会", "中国标准化协会",
        "中国检验检测学会", "中国认证认可协会", "中国质量新闻网", "中国质量报社", "上海质量管理科学研究院",
        "上海市质量监督检验技术研究院", "国家工商行政管理总局", "上海市工商行政管理局", "国家药品监督管理局", "国家知识产权局",
        "上海市消费者权益保护委员会",
        "上海市药品监督管理局", "上海建工集团工会", "中国建筑业协会工程建设质量管理分会", "中国质量万里行促进会",
    ],
)  # fmt: skip
def test_a_look_alike_is_refused_by_name(name: str, rulebook: Rulebook) -> None:
    verdict = resolve_issuer(name, TITLE, "2021-06", rulebook)
    assert (verdict.issuer_class, verdict.certain) == (OTHER, True), verdict


@pytest.mark.parametrize(
    "name",
    [
        "质量协会", "市场监督管理局", "中国质量检协会", "上海市质量测协会", "上诲市质量协会", "中国质谱协会",
        "上海市质量工作领导小组办公室",
        "上海市质量协会用户评价中心", "中国质量协会咨询有限公司", "上海市市场监督管理局信息应用研究中心", "中国质量协会中华全国总工会",
        "上海市青浦区质量发展局", "上海出入境检验检疫局", "上海质量品牌故事大赛组委会", "上海市市场监督管理学", "荣誉称号质量协会",
        "上海市市场监督管理学会会", "某某", "", "。。",
    ],
)  # fmt: skip
def test_what_cannot_be_resolved_with_certainty_stays_open(name: str, rulebook: Rulebook) -> None:
    verdict = resolve_issuer(name, TITLE, "2021-06", rulebook)
    assert (verdict.issuer_class, verdict.certain) == (U, False), verdict
    assert verdict.note


def test_an_unresolved_name_comes_with_its_nearest_registered_names(rulebook: Rulebook) -> None:
    assert "中国质量协会" in resolve_issuer("中国质量检协会", TITLE, None, rulebook).nearest


@pytest.mark.parametrize(
    ("read", "name"),
    [
        ("中国质昰协会", "中国质量协会"),
        ("上海市质昰协会", "上海市质量协会"),
        ("上海市市场监督管埋局", "上海市市场监督管理局"),
        ("上海市浦东新区市场监督管埋局", "上海市浦东新区市场监督管理局"),
        ("中囯质量协会", "中国质量协会"),
    ],
)
def test_one_misread_character_is_put_right_and_said(read: str, name: str, rulebook: Rulebook) -> None:
    verdict = resolve_issuer(read, TITLE, "2021-06", rulebook)
    assert verdict.repaired and verdict.certain and verdict.name == name and read in verdict.note
    assert verdict.issuer_class in RECOGNISED


def test_a_slip_near_two_registered_names_is_not_put_right(rulebook: Rulebook) -> None:
    # One character from both 上海市质量协会 and 上饶市质量协会.
    assert resolve_issuer("上昰市质量协会", TITLE, None, rulebook).issuer_class == U


@pytest.mark.parametrize(
    ("name", "title", "expected"),
    [
        ("上海市人民政府", "2021年度上海市市长质量奖", G),
        ("上海市人民政府", "上海市质量金奖", G),
        ("上海市青浦区人民政府", "第二届区长质量奖提名奖", G),
        ("浙江省人民政府", "浙江省人民政府质量奖", G),
        ("上海市人民政府", "上海市科学技术奖一等奖", OTHER),
        ("上海市人民政府", "2021年度上海市质量技术奖", OTHER),
        ("上海市人民政府", "", U),
        ("上海市人民政府", "2021年度上海市市长质昰奖", U),
    ],
)
def test_a_government_counts_for_its_quality_award_only(name: str, title: str, expected: IssuerClass, rulebook: Rulebook) -> None:
    assert resolve_issuer(name, title, "2021-06", rulebook).issuer_class == expected


@pytest.mark.parametrize(
    ("name", "on", "expected", "in_validity"),
    [
        ("上海市质量技术监督局", "2018-05", G, Truth.YES),
        ("上海市质量技术监督局", "2018", G, Truth.YES),
        ("上海市质量技术监督局", "2020-05", U, Truth.NO),
        ("国家质检总局", "2017-10", G, Truth.YES),
        ("国家质检总局", "2021", U, Truth.NO),
        ("上海市徐汇区质量技术监督局", "2012", G, Truth.YES),
        ("上海市市场监督管理局", "2016", U, Truth.NO),
        ("中国质量管理协会", "2021", C, Truth.NO),
        ("上海市质量技术监督局", None, G, Truth.YES),
        ("上海市闸北区市场监督管理局", "2015-06", G, Truth.YES),
        ("上海市闸北区市场监督管理局", "2021-06", U, Truth.NO),
        ("上海市崇明县市场监督管理局", "2020", U, Truth.NO),
        ("上海市卢湾区市场监督管理局", "2021-06", U, Truth.NO),
        ("杭州市下城区市场监督管理局", "2020-06", G, Truth.YES),
        ("杭州市下城区市场监督管理局", "2023-06", U, Truth.NO),
        ("上海市浦东新区质量技术监督局", "2013-06", G, Truth.YES),
        ("上海市浦东新区质量技术监督局", "2019-06", U, Truth.NO),
        ("上海市南汇区质量技术监督局", "2012-06", U, Truth.NO),
        ("国家技术监督局", "1996-05", G, Truth.YES),
        ("国家质量技术监督局", "1999", G, Truth.YES),
        ("国家工商行政管理总局", "2021", OTHER, Truth.NO),
        # Within half a year of a change of name the other name is nothing to point out.
        ("国家市场监督管理总局", "2018-02", G, Truth.YES),
        ("国家市场监督管理总局", "2016-05", G, Truth.NO),
    ],
)
def test_a_name_used_outside_its_years_is_noticed(
    name: str, on: str | None, expected: IssuerClass, in_validity: Truth, rulebook: Rulebook
) -> None:
    verdict = resolve_issuer(name, TITLE, on, rulebook)
    # Before its time a new name is only pointed out; an abolished authority cannot have conferred anything afterwards.
    wanted = G if name == "上海市市场监督管理局" else expected
    assert (verdict.issuer_class, verdict.in_validity) == (wanted, in_validity)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("上海市质量协会、上海市总工会", ["上海市质量协会", "上海市总工会"]),
        ("上海市质量协会，上海市总工会；共青团上海市委员会", ["上海市质量协会", "上海市总工会", "共青团上海市委员会"]),
        ("上海市质量协会　上海市总工会\n上海市妇女联合会", ["上海市质量协会", "上海市总工会", "上海市妇女联合会"]),
        ("上海市市场监督管理局和上海市质量协会", ["上海市市场监督管理局", "上海市质量协会"]),
        ("中国质量协会联合中华全国总工会", ["中国质量协会", "中华全国总工会"]),
        ("中国质量协会会同上海某某有限公司", ["中国质量协会", "上海某某有限公司"]),
        ("中国质量协会中华全国总工会", ["中国质量协会", "中华全国总工会"]),
        (
            "上海市质量协会上海市总工会共青团上海市委员会上海市妇女联合会",
            ["上海市质量协会", "上海市总工会", "共青团上海市委员会", "上海市妇女联合会"],
        ),
        ("上海市浦东新区市场监督管理局上海市质量协会", ["上海市浦东新区市场监督管理局", "上海市质量协会"]),
        ("上海市市场监督管理局上海市经济和信息化委员会", ["上海市市场监督管理局", "上海市经济和信息化委员会"]),
        ("人力资源和社会保障部", ["人力资源和社会保障部"]),
        ("上海市总工会  中 国 质 量 协 会  上海市妇女联合会", ["上海市总工会", "中国质量协会", "上海市妇女联合会"]),
        ("上海市总工会、中 国 质 量 协 会", ["上海市总工会", "中国质量协会"]),
        ("深圳市市场和质量监督管理委员会", ["深圳市市场和质量监督管理委员会"]),
        ("中国质量协会咨询有限公司", ["中国质量协会咨询有限公司"]),
        ("江苏省质量协会", ["江苏省质量协会"]),
        ("主办单位：上海市质量协会 承办单位：上海某某有限公司", ["上海市质量协会"]),
        ("指导单位：上海市市场监督管理局\n主办单位：某某行业协会", ["某某行业协会"]),
        ("指导单位：上海市市场监督管理局", []),
        ("", []),
    ],
)
def test_joint_issuers_are_told_apart_and_mere_supporters_left_out(text: str, names: list[str], rulebook: Rulebook) -> None:
    assert list(split_issuers(text, rulebook)) == names


def test_the_best_class_among_joint_issuers_is_the_honours(rulebook: Rulebook) -> None:
    verdicts = tuple(resolve_issuer(name, TITLE, None, rulebook) for name in ("上海市总工会", "某某", "上海市质量协会"))
    assert best_class(verdicts) == S and best_class(verdicts[:2]) == U and best_class(verdicts[:1]) == OTHER and best_class(()) == U


_PLACES = st.sampled_from(["江苏省", "浙江省", "苏州市", "宁波市", "广东省", "成都市", "武汉市", "青岛市", "福建省", "上海市静安区"])


@settings(derandomize=True, deadline=None)
@given(_PLACES, st.sampled_from(["质量协会", "质量管理协会", "质量检验协会", "质量技术协会", "质协"]))
def test_no_other_places_association_ever_counts(rulebook: Rulebook, place: str, body: str) -> None:
    assert resolve_issuer(place + body, TITLE, None, rulebook).issuer_class not in RECOGNISED


@settings(derandomize=True, deadline=None)
@given(st.text(alphabet="中国上海市质量协会检验测管理认证中心部局总工", max_size=14))
def test_no_mixture_of_the_names_characters_is_taken_for_a_recognised_name(rulebook: Rulebook, text: str) -> None:
    verdict = resolve_issuer(text, TITLE, None, rulebook)
    if verdict.issuer_class in (C, S) and not verdict.repaired and verdict.how != "pattern":
        assert text in registered_names(rulebook)


@settings(derandomize=True, deadline=None)
@given(st.data())
def test_joining_and_splitting_registered_names_gives_them_back(rulebook: Rulebook, data: st.DataObject) -> None:
    full = sorted(name.name for issuer in rulebook.issuers.issuers for name in issuer.names)
    names = data.draw(st.lists(st.sampled_from(full), min_size=1, max_size=4, unique=True))
    assert list(split_issuers("、".join(names), rulebook)) == [name.replace(" ", "") for name in names]
