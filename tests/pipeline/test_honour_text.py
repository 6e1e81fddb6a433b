"""Honours in running text and in cells that list several."""

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.honours.honour_text import read_honours
from schemas.rules import Rulebook


def _stated(text: str, rulebook: Rulebook) -> list[tuple[str, str, str, str, str]]:
    return [(honour.title, honour.issuer, honour.date, honour.level, honour.role) for honour in read_honours(text, rulebook)]


def test_a_sentence_gives_title_issuer_date_and_rank(rulebook: Rulebook) -> None:
    text = "2021年6月，在上海市质量协会主办的上海市质量管理小组成果发布赛中荣获一等奖（团队，排名第二）"
    assert _stated(text, rulebook) == [("上海市质量管理小组成果发布赛一等奖", "上海市质量协会", "2021-06", "", "团队,排名第二")]


def test_a_cell_with_several_honours_gives_each_with_its_own_date(rulebook: Rulebook) -> None:
    text = (
        "1. 2021年度上海市优秀质量管理小组（上海市质量协会，2021.8）；2. 2022年全国质量信得过班组（中国质量协会，国家级）\n"
        "3、2020年上海市质量协会质量技术奖二等奖"
    )
    assert _stated(text, rulebook) == [
        ("2021年度上海市优秀质量管理小组", "上海市质量协会", "2021-08", "", ""),
        ("2022年全国质量信得过班组", "中国质量协会", "", "国家级", ""),
        ("2020年上海市质量协会质量技术奖二等奖", "", "", "", ""),
    ]


def test_who_conferred_it_is_taken_from_被授予_and_颁发(rulebook: Rulebook) -> None:
    assert _stated("2023年被中国质量协会授予全国质量管理小组活动优秀推进者称号", rulebook) == [
        ("全国质量管理小组活动优秀推进者", "中国质量协会", "2023", "", "")
    ]
    assert _stated("2021年获上海市市场监督管理局颁发的上海市重点产品质量攻关成果一等奖", rulebook) == [
        ("上海市重点产品质量攻关成果一等奖", "上海市市场监督管理局", "2021", "", "")
    ]


def test_text_without_an_honour_claims_none(rulebook: Rulebook) -> None:
    assert _stated("多次参加质量培训，熟悉六西格玛方法；带教徒弟12人。", rulebook) == []
    assert _stated("", rulebook) == []


@settings(derandomize=True, deadline=None)
@given(st.text(alphabet="2021年6月，在上海市质量协会主办的成果赛中荣获一等奖（团队）；1.、 \n", max_size=60))
def test_no_text_breaks_the_reading_and_every_honour_has_its_place(rulebook: Rulebook, text: str) -> None:
    for honour in read_honours(text, rulebook):
        assert honour.title and 0 <= honour.start <= honour.end <= len(text)
