"""Personal numbers stay hidden until revealed, in text and on the page; whatever stands in a file is shown as text and never runs."""

from __future__ import annotations

import io
from html.parser import HTMLParser

import pytest
from PIL import Image

from flows.review.masking import masked, masked_message, veiled
from tests.flows.review.conftest import Office
from tests.flows.review.season import CLEAN, HOSTILE, HOSTILE_EMPLOYER, HOSTILE_POST, MASKED_GREY, SUN
from tests.pipeline.filed import ZHANG

ADDRESS = "上海市宝山区友谊路1号"


@pytest.mark.parametrize(
    "text",
    [
        ZHANG,
        f"身份证{ZHANG[:6]} {ZHANG[6:14]} {ZHANG[14:]}。",
        "电话13812345678",
        "138 1234 5678",
        "138-1234-5678",
        "卡号3101202400012345",
        ZHANG.lower(),
    ],
)
def test_a_number_is_hidden_however_it_is_written(text: str) -> None:
    digits = [letter for letter in masked(text) if letter.isdigit()]
    assert len(digits) <= 8 and "＊" in masked(text)


def test_what_is_no_number_of_a_person_stays_as_it_is() -> None:
    for text in ("2024-03-25", "一次合格率提高到99.5%", "第12345678期", "沪质协〔2022〕15号", ""):
        assert masked(text) == text


def test_a_message_about_an_address_quotes_none_of_it() -> None:
    message = f"“通讯地址”在几份材料中不一致：一份为“{ADDRESS}”；一份为“{ADDRESS}2室”。"
    hidden = masked_message(message, "address", {ADDRESS, f"{ADDRESS}2室"})
    assert "友谊路" not in hidden and "不一致" in hidden
    assert masked_message("“姓名”为“张建国”", "name", {"张建国"}) == "“姓名”为“张建国”"


def test_an_address_over_two_lines_of_a_word_cell_is_hidden_in_both() -> None:
    hidden = {"上海市宝山区 友谊路1号2室"}
    assert [veiled(line, hidden) for line in ("上海市宝山区", "友谊路1号2室", "备注")] == ["＊＊＊＊＊＊"] * 2 + ["备注"]
    assert veiled("友谊路1号2室", hidden, {"友谊路1号2室"}) == "友谊路1号2室"


def colour(data: bytes, x: float, y: float) -> tuple[int, ...]:
    """The colour of a picture at a place in page fractions."""
    with Image.open(io.BytesIO(data)) as picture:
        shown = picture.convert("RGB")
        return shown.getpixel((int(x * shown.width), int(y * shown.height)))  # type: ignore[return-value]


def test_numbers_are_painted_over_on_the_page_until_revealed_and_then_only_this_person_s(office: Office) -> None:
    visit, applicant = office.visit(), office.id_of("张建国")
    documents = office.desk.dossier(applicant).documents
    card = next(one for one in documents if one.doc_type == "id_card")
    box = next(one.place.box for one in card.values if one.field == "id_number")
    name = next(one.place.box for one in card.values if one.field == "name")
    assert box is not None and name is not None
    other = next(one for one in office.desk.dossier(office.id_of("陈志强")).documents if one.doc_type == "id_card")

    def seen(file_id: str, about: str) -> int:
        data = visit.get(f"/page/{file_id}/1.jpg?applicant={about}").content
        assert max(colour(data, 0.6, (name.y0 + name.y1) / 2)) < 40, "the rest of the page is as it was"
        shade = colour(data, 0.6, (box.y0 + box.y1) / 2)
        return max(abs(one - grey) for one, grey in zip(shade, MASKED_GREY, strict=True))

    assert seen(card.file_id, applicant) < 12
    visit.post(f"/dossier/{applicant}/reveal")
    assert seen(card.file_id, applicant) > 60
    assert seen(other.file_id, applicant) < 12, "revealing one person shows nobody else's number"
    assert seen(card.file_id, office.id_of("陈志强")) < 12


def test_no_page_holds_a_hidden_number_anywhere_not_even_in_an_attribute(office: Office) -> None:
    visit = office.visit()
    for name, number in CLEAN.items():
        applicant = office.id_of(name)
        dossier = visit.get(f"/dossier/{applicant}").text
        assert number not in dossier and f"138{number[6:14]}" not in dossier and "友谊路" not in dossier
        revealed = visit.post(f"/dossier/{applicant}/reveal").text
        assert number in revealed and f"138{number[6:14]}" in revealed and "友谊路" in revealed
    assert ZHANG not in visit.get("/").text
    applicant = office.id_of("王海燕")
    assert "13819880203" not in visit.get(f"/dossier/{applicant}").text, "nor in a finding about it"


def test_the_picture_s_address_changes_when_something_is_revealed_so_that_no_old_picture_is_shown(office: Office) -> None:
    visit, applicant = office.visit(), office.id_of("王海燕")
    before, other = visit.get(f"/dossier/{applicant}").text, office.visit("李审核").get(f"/dossier/{applicant}").text
    after = visit.post(f"/dossier/{applicant}/reveal").text
    looks = {text.split('data-look="')[1].split('"')[0] for text in (before, other, after)}
    assert len(looks) == 3


class Elements(HTMLParser):
    """The tags of a page, its attributes, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


def test_hostile_names_values_and_file_names_are_text_wherever_they_are_shown(office: Office) -> None:
    visit, applicant = office.visit(), office.id_of(HOSTILE)
    evil = '"><svg onload=alert(1)>'
    pages = [visit.get(path).text for path in ("/", f"/dossier/{applicant}", f"/?words={evil}&unit={evil}&page={evil}")]
    pages.append(visit.post(f"/dossier/{applicant}/reveal").text)
    finding = office.finding(HOSTILE, "SEAL_MISMATCH")
    pages.append(visit.post(f"/dossier/{applicant}/waive", finding_id=finding, reason=evil).text)
    for page in pages:
        read = Elements(page)
        assert "svg" not in read.tags and "img" not in read.tags and "i" not in read.tags
        assert read.tags.count("script") in (0, 2)
        assert not [name for name, _ in read.attributes if name.startswith("on")]
        assert not [
            value
            for name, value in read.attributes
            if name in ("href", "src", "action") and (value or "").lstrip().startswith("javascript")
        ]
    dossier = Elements(pages[1])
    assert HOSTILE in dossier.text and HOSTILE_EMPLOYER in dossier.text and HOSTILE_POST in dossier.text and "49" not in HOSTILE_POST
    assert "svg onload" in dossier.text and "□" in dossier.text, "a line break in a file name is shown as a sign"
    assert SUN in pages[3]


def test_an_address_that_is_no_id_reaches_neither_disk_nor_page(office: Office) -> None:
    visit = office.visit()
    for path in ("/page/..%2f..%2fetc%2fpasswd/1.jpg", "/typed/..%2f..%2fw.duckdb", "/static/../guard.py", "/static/%2e%2e/guard.py"):
        answer = visit.get(path)
        assert answer.status_code == 404 and "root:" not in answer.text and "Guard" not in answer.text
    script = visit.get("/dossier/<script>alert(1)</script>")
    assert script.status_code == 404 and "<script>alert" not in script.text
