"""The registers: as Excel writes them, and with every mistake named at once."""

from datetime import date
from pathlib import Path

import pytest

from flows.registers import RegisterInvalid, load_registers, read_register
from tests.flows.workbook import workbook

TITLES = "name,id_number,title,year\n王建国,310110198503122462,上海工匠,2021\n李敏,,浦东工匠,2019\n"
BANS = "kind,name,id_number,banned_on,reason\nunit,上海某某有限公司,,2022-05-01,材料不实\n\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_register_saved_by_excel_is_read(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "prior-titles.csv").write_bytes(TITLES.replace("\n", "\r\n").encode(encoding))
    (tmp_path / "bans.csv").write_bytes(BANS.encode(encoding))
    registers = load_registers(tmp_path)
    assert [(title.name, title.id_number, title.year) for title in registers.prior_titles] == [
        ("王建国", "310110198503122462", 2021),
        ("李敏", None, 2019),
    ]
    assert [(ban.kind, ban.name, ban.banned_on.isoformat()) for ban in registers.bans] == [("unit", "上海某某有限公司", "2022-05-01")]


def test_no_folder_and_absent_files_mean_no_entries(tmp_path: Path) -> None:
    assert load_registers(None) == load_registers(tmp_path)


def test_all_mistakes_are_named_with_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "prior-titles.csv").write_text("name,id_number,title,year\n,1,上海工匠,2021\n王建国,,上海工匠,去年\n", encoding="utf-8")
    (tmp_path / "bans.csv").write_text("kind,name,id_number,banned_on,reason\n公司,甲,,2022年,\n", encoding="utf-8")
    with pytest.raises(RegisterInvalid) as caught:
        load_registers(tmp_path)
    message = caught.value.message
    for part in (
        "prior-titles.csv 第 2 行：姓名（name）没有填写",
        "prior-titles.csv 第 3 行：年份（year）",
        "bans.csv 第 2 行：类别（kind）",
        "bans.csv 第 2 行：处理日期（banned_on）",
    ):
        assert part in message


def test_a_register_with_other_columns_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bans.csv").write_text("称呼,日期\n甲,2022-01-01\n", encoding="utf-8")
    with pytest.raises(RegisterInvalid, match="缺少列 kind、name、banned_on"):
        load_registers(tmp_path)


def test_a_mistyped_folder_is_not_taken_for_empty_registers(tmp_path: Path) -> None:
    with pytest.raises(RegisterInvalid, match="没有名册文件夹"):
        load_registers(tmp_path / "nothing")


def test_a_register_with_chinese_headings_is_read(tmp_path: Path) -> None:
    path = tmp_path / "推荐单位.csv"
    path.write_text("推荐单位,印章名称,别名\n上海某集团工会,某集团工会委员会、某集团工会,\n", encoding="gb18030")
    (unit,) = read_register("units", path).units
    assert (unit.name, unit.aliases, unit.seal_names) == ("上海某集团工会", (), ("某集团工会委员会", "某集团工会"))


def test_an_excel_register_is_read_with_its_dates_and_numbers(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "bans.xlsx",
        [["类别", "名称", "身份证号", "处理日期", "原因"], [], ["个人", "王建国", "310110198503122462", date(2022, 5, 1), "材料不实"]],
    )
    (ban,) = read_register("bans", path).bans
    assert (ban.kind, ban.name, ban.id_number, ban.banned_on) == ("person", "王建国", "310110198503122462", date(2022, 5, 1))
    titles = workbook(tmp_path / "prior-titles.xlsx", [["姓名", "称号", "年份"], ["李敏", "浦东工匠", 2019]])
    assert [entry.year for entry in read_register("prior-titles", titles).prior_titles] == [2019]


def test_an_identity_number_that_excel_has_spoilt_is_a_mistake_with_its_line(tmp_path: Path) -> None:
    path = workbook(tmp_path / "prior-titles.xlsx", [["姓名", "身份证号", "称号", "年份"], ["李敏", 310110198503122462, "浦东工匠", 2019]])
    with pytest.raises(RegisterInvalid, match="第 2 行：身份证号 被 Excel 存成了数字"):
        read_register("prior-titles", path)


def test_what_is_no_workbook_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "bans.xlsx").write_bytes(b"PK\x03\x04 cut off")
    with pytest.raises(RegisterInvalid, match="不是可以读取的 Excel 文件"):
        load_registers(tmp_path)


def test_two_files_for_one_register_are_refused(tmp_path: Path) -> None:
    (tmp_path / "bans.csv").write_text(BANS, encoding="utf-8")
    workbook(tmp_path / "bans.xlsx", [["类别", "名称", "处理日期"]])
    with pytest.raises(RegisterInvalid, match="有两份"):
        load_registers(tmp_path)
