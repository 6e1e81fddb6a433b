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


def test_grade_rank_team_and_members_are_taken_apart(rulebook: Rulebook) -> None:
    text = "2022.09，所在的装调一班被上海市质量协会评为2022年上海市质量信得过班组（成员：张三、李四；排名第三）"
    (honour,) = read_honours(text, rulebook)
    assert (honour.title, honour.date, honour.rank, honour.team, honour.members) == (
        "2022年上海市质量信得过班组", "2022-09", 3, "装调一班", ("张三", "李四"),
    )  # fmt: skip
    (graded,) = read_honours("2021年获上海市总工会颁发的上海市优秀发明选拔赛金奖（第2完成人）", rulebook)
    assert (graded.grade, graded.rank, graded.date) == ("金奖", 2, "2021")
    assert read_honours("2021年度上海市质量金奖", rulebook)[0].grade == ""


def test_a_date_beside_the_year_of_a_title_is_not_run_together_with_it(rulebook: Rulebook) -> None:
    assert _stated("2020.05 2019年度上海市质量技术奖一等奖，上海市质量协会", rulebook) == [
        ("2019年度上海市质量技术奖一等奖", "上海市质量协会", "2020-05", "", "")
    ]
    assert _stated("2021年度上海市优秀质量管理小组", rulebook)[0][2] == ""


def test_honours_in_a_row_are_parted_and_the_grades_of_one_are_not(rulebook: Rulebook) -> None:
    titles = [title for title, *_ in _stated("2021年获上海市优秀质量管理小组，2022年获全国质量信得过班组", rulebook)]
    assert titles == ["上海市优秀质量管理小组", "全国质量信得过班组"]
    assert len(_stated("①2021年上海质量工匠②2022年上海工匠", rulebook)) == 2
    assert len(_stated("1.2021年6月获上海质量工匠 2.2022年6月获上海工匠", rulebook)) == 2
    assert len(_stated("2021年上海市优秀质量管理小组（上海市质量协会、上海市总工会）", rulebook)) == 1


def test_labelled_words_after_a_title_are_no_part_of_it(rulebook: Rulebook) -> None:
    text = "获2021年上海市质量信得过班组，授予单位：上海市质量协会、上海市总工会，时间：2021年9月，级别：市级"
    assert _stated(text, rulebook) == [("2021年上海市质量信得过班组", "上海市质量协会、上海市总工会", "2021-09", "市级", "")]


def test_text_without_an_honour_claims_none(rulebook: Rulebook) -> None:
    assert _stated("多次参加质量培训，熟悉六西格玛方法；带教徒弟12人。", rulebook) == []
    assert _stated("", rulebook) == []


@settings(derandomize=True, deadline=None)
@given(st.text(alphabet="2021年6月，在上海市质量协会主办的成果赛中荣获一等奖（团队）；1.、 \n", max_size=60))
def test_no_text_breaks_the_reading_and_every_honour_has_its_place(rulebook: Rulebook, text: str) -> None:
    for honour in read_honours(text, rulebook):
        assert honour.title and 0 <= honour.start <= honour.end <= len(text)
