"""The rulebook's loader: every mistake at once, and a version that changes with every rule."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipeline.rulebook import load_rulebook
from schemas.errors import RulebookInvalid
from schemas.rules import Rulebook

_ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A copy of the rulebook to spoil; the edition lies beside it as edition.yaml."""
    for path in (_ROOT / "rulebook").glob("*.yaml"):
        shutil.copy(path, tmp_path)
    shutil.copy(_ROOT / "editions" / "2024.yaml", tmp_path / "edition.yaml")
    return tmp_path


def _load(files: Path) -> Rulebook:
    return load_rulebook(files, files / "edition.yaml")


def _change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def _mistakes(files: Path) -> str:
    with pytest.raises(RulebookInvalid) as raised:
        _load(files)
    return str(raised.value)


def test_the_rulebook_that_ships_is_sound(rulebook: Rulebook) -> None:
    assert rulebook.version.startswith("2024-") and len(rulebook.version) == len("2024-") + 8
    assert [day.isoformat() for day in rulebook.edition.window_bounds()] == ["2019-03-25", "2024-03-25"]


def test_a_verdict_could_not_be_traced_if_a_changed_rule_kept_its_version(files: Path) -> None:
    before = _load(files).version
    assert _load(files).version == before
    _change(files / "issuers.yaml", "国家经委", "国家经济委")
    after = _load(files).version
    assert after != before
    _change(files / "edition.yaml", "review_below: 0.95", "review_below: 0.96")
    assert _load(files).version not in (before, after)


def test_line_ends_of_another_system_make_no_other_version(files: Path) -> None:
    before = _load(files).version
    path = files / "awards.yaml"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert _load(files).version == before


def test_mistakes_in_all_files_are_reported_together_with_file_and_place(files: Path) -> None:
    _change(files / "issuers.yaml", "issuer_class: caq", "issuer_class: best")
    _change(files / "awards.yaml", "holder: organisation", "holdr: organisation")
    _change(files / "edition.yaml", "deadline: 2024-03-25", "deadline: soon")
    (files / "documents.yaml").unlink()
    message = _mistakes(files)
    assert "issuers.yaml: issuers." in message and "issuer_class" in message
    assert "awards.yaml: awards." in message and "多余的键" in message
    assert "edition.yaml: deadline: " in message
    assert "documents.yaml: 文件不存在" in message
    assert message.startswith("规则文件有 4 处错误")


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        ("issuers.yaml", "separators: '[", "separators: '([", "正则表达式"),
        ("issuers.yaml", "pattern: '^(?:市|区", "pattern: '^(?:市|(区", "正则表达式"),
        ("issuers.yaml", "  - id: saq-users", "  - id: saq", "“saq”出现了两次"),
        ("issuers.yaml", "{name: 中国质量监督协会}", "{name: 中国质量协会}", "“中国质量协会”出现了两次"),
        ("issuers.yaml", "valid_to: 1998-03-31", "valid_to: 1980-03-31", "启用日期晚于停用日期"),
        ("awards.yaml", "usual_issuers: [国家经济委员会]", "usual_issuers: [不存在的单位]", "没有“不存在的单位”"),
        ("awards.yaml", "aliases: [全国优秀QC小组", "aliases: [上海质量工匠", "“上海质量工匠”出现了两次"),
        ("awards.yaml", "level: 国际级", "level: 银河级", "levels 中没有“银河级”"),
        ("edition.yaml", "  - ethnicity", "  - ethnicty", "没有这个栏目"),
        ("edition.yaml", "  - union_card\n", "  - passport\n", "没有这种材料"),
        ("edition.yaml", "  window: notice:一4", "  windw: notice:一4", "clauses.window: 缺少条款"),
        ("edition.yaml", "  issuer: notice:一4", "  issuer: 一4", "格式不符"),
        ("edition.yaml", "  years: 5", "  years: 0", "至少为 1 年"),
        ("edition.yaml", "ban_years: 3", "ban_years: 3\nban_years: 4", "写了两次"),
        ("edition.yaml", "clauses:", "clauses: [", "YAML 语法错误"),
    ],
)
def test_a_mistake_is_named_where_it_stands(file: str, old: str, new: str, expected: str, files: Path) -> None:
    _change(files / file, old, new)
    message = _mistakes(files)
    assert expected in message and file in message


def test_a_file_that_is_no_text_is_an_error_and_not_a_crash(files: Path) -> None:
    (files / "awards.yaml").write_bytes(b"\xff\xfe\x00")
    assert "awards.yaml: 文件无法读取" in _mistakes(files)
    (files / "awards.yaml").write_text("- 1\n", encoding="utf-8")
    assert "awards.yaml: " in _mistakes(files)


@pytest.mark.parametrize(
    ("anchor", "first", "last"),
    [("calendar_years", "2019-01-01", "2024-03-25"), ("full_years", "2019-01-01", "2023-12-31"), ("deadline", "2019-03-25", "2024-03-25")],
)
def test_another_reading_of_five_years_is_one_line(anchor: str, first: str, last: str, files: Path) -> None:
    _change(files / "edition.yaml", "anchor: deadline", f"anchor: {anchor}")
    assert [day.isoformat() for day in _load(files).edition.window_bounds()] == [first, last]


def test_a_window_that_opens_on_a_leap_day_that_is_none_opens_the_day_after(files: Path) -> None:
    _change(files / "edition.yaml", "deadline: 2024-03-25", "deadline: 2024-02-29")
    assert [day.isoformat() for day in _load(files).edition.window_bounds()] == ["2019-03-01", "2024-02-29"]
    _change(files / "edition.yaml", "years: 5", "years: 4")
    assert _load(files).edition.window_bounds()[0].isoformat() == "2020-02-29"


@pytest.mark.parametrize("edition", sorted((_ROOT / "editions").glob("*.yaml")), ids=lambda path: path.stem)
def test_every_edition_that_ships_can_be_chosen_by_its_name(edition: Path) -> None:
    rulebook = load_rulebook(_ROOT / "rulebook", edition)
    assert rulebook.edition.edition == edition.stem and rulebook.version.startswith(f"{edition.stem}-")
    first, last = rulebook.edition.window_bounds()
    assert last == rulebook.edition.deadline and first.year == last.year - rulebook.edition.window.years


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        ("awards.yaml", "eras: [{until: 2009", "eras: [{until: 2012, usual_issuers: [上海市人民政府]}, {until: 2009", "由早到晚"),
        ("awards.yaml", 'ranks: ["排名第{n}"', 'ranks: ["排名第"', "应有且只有一个"),
        (
            "awards.yaml",
            "until: 2009, usual_issuers: [上海市质量技术监督局",
            "until: 2009, usual_issuers: [不存在的单位",
            "没有“不存在的单位”",
        ),
        ("issuers.yaml", "renaming_days: 183", "renaming_days: -1", "不得小于 0"),
        ("issuers.yaml", "闸北区: 2015-12-31", "闸北区: 某日", "应为日期"),
    ],
)
def test_a_mistake_in_what_changes_with_the_years_is_named(file: str, old: str, new: str, expected: str, files: Path) -> None:
    _change(files / file, old, new)
    assert expected in _mistakes(files)
