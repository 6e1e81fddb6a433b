"""The registers: as Excel writes them, and with every mistake named at once."""

from pathlib import Path

import pytest

from flows.registers import RegisterInvalid, load_registers

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
        "prior-titles.csv 第 2 行：name 没有填写",
        "prior-titles.csv 第 3 行：year",
        "bans.csv 第 2 行：kind",
        "bans.csv 第 2 行：banned_on",
    ):
        assert part in message


def test_a_register_with_other_columns_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bans.csv").write_text("姓名,日期\n甲,2022-01-01\n", encoding="utf-8")
    with pytest.raises(RegisterInvalid, match="缺少列 kind、name、banned_on"):
        load_registers(tmp_path)


def test_a_mistyped_folder_is_not_taken_for_empty_registers(tmp_path: Path) -> None:
    with pytest.raises(RegisterInvalid, match="没有名册文件夹"):
        load_registers(tmp_path / "nothing")
