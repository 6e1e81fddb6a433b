"""The values of an ID card (GA 490), either side or both, in whatever order its lines come.

Comes in: the card's own lines, stamps taken away. Goes out: its values, each tested by what else the card says. Called by `card_fields`.

Most values follow their label. Where a label was lost to a faint copy or a stamp, the value is still known by its form: the number by its
length, the validity by its two dates, the office by its 公安局, the address by its province. Nothing fills one field from another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipeline.catalogue.issuer_slips import is_common_character
from pipeline.documents.card_values import changed, first_of_each, simplified, value_at
from pipeline.documents.label_values import Labels
from pipeline.text.normal_forms import (
    find_dates,
    id_number_birth_date,
    id_number_counties,
    id_number_fault,
    id_number_sex,
    normal_date,
    normal_ethnicity,
    normal_id_number,
    squeeze,
)
from pipeline.text.page_text import TextStream
from schemas.layout import Line, Page
from schemas.records import FieldValue
from schemas.rules import CardRules, DocumentFields, FieldRule

_NUMBER = re.compile(r"(?<!\d)(?:\d{17}[\dXx×]|\d{15})(?!\d)")
_BROKEN_NUMBER = re.compile(r"\d{10,19}[Xx×]?")
_DATE = re.compile(r"(?:19|20)\d\d年\d{1,2}月\d{1,2}日")
_PERIOD = re.compile(r"(?:19|20)\d\d\D\d\d\D\d\d\D{1,2}(?:(?:19|20)\d\d\D\d\d\D\d\d|长期)")
# A crease or speck makes another sign of the full stop between year, month and day.
_MISREAD_STOP = re.compile(r"(?<=\d)[,、:;·。](?=\d\d(?!\d))")
_SEX = re.compile(r"[男女](?=民族)")
_NUMBER_LENGTH = 18
# What a reading is worth when another part of the card states the same; when a check digit or a closed list bears it out; and when the
# wording shows that something is missing or misread.
_PROVED, _BORNE_OUT, _IMPLAUSIBLE = 0.99, 0.97, 0.9
_PERIODS = {5, 10, 20}
_FRONT_WORDS, _BACK_WORDS = re.compile("公民身份号码|姓名"), re.compile("签发机关|有效期限|居民身份证")
_ON_ONE_LINE = ("sex", "authority", "name", "ethnicity")


def id_card_values(page: Page, lines: Sequence[Line], rules: DocumentFields, cards: CardRules, review_below: float) -> list[FieldValue]:
    """The card's values; a label whose value could not be found gives '' with '' as raw."""
    found: list[FieldValue] = []
    for side in _sides(lines):
        stream = TextStream(side)
        found += _side_values(page, stream, rules, cards, review_below)
    values = [_plausible(_without_specks(value), cards, review_below) for value in first_of_each(found)]
    number = next((value.value for value in values if value.field == "id_number"), "")
    return [_placed(_proved(value, values, review_below), number, review_below) for value in values]


def _sides(lines: Sequence[Line]) -> list[list[Line]]:
    """Front and back as separate runs of lines where they stand side by side; else all lines in one run."""
    front = next((line.box for line in lines if line.box and _FRONT_WORDS.search(squeeze(line.text))), None)
    back = next((line.box for line in lines if line.box and _BACK_WORDS.search(squeeze(line.text))), None)
    if front is None or back is None or abs(front.centre[0] - back.centre[0]) < abs(front.centre[1] - back.centre[1]):
        return [list(lines)]
    middle = (min(front.x0, back.x0) + max(front.x1, back.x1)) / 2
    left = [line for line in lines if line.box is None or line.box.centre[0] < middle]
    return [left, [line for line in lines if line not in left]]


def _side_values(page: Page, stream: TextStream, rules: DocumentFields, cards: CardRules, review_below: float) -> Iterator[FieldValue]:
    rule_of = {rule.field: rule for rule in rules.fields}
    starts = [(start, end, rule) for start, end, rule in Labels(rules.fields).find(stream)]
    labelled = {rule.field for _, _, rule in starts}
    number = _number_span(stream, starts)
    unlabelled = list(_by_form(stream, labelled, cards))
    stops = [start for start, _, _ in starts] + [start for _, start, _ in unlabelled] + ([number[0]] if number else [])
    # A stamp may leave only the beginning of the number's label.
    openings = tuple(label[:2] for label in rule_of["id_number"].labels) if "id_number" in rule_of else ()
    stops += [start for start, text in _texts(stream) if text.startswith(openings)]
    spans = [(rule, *_span(stream, rule, end, stops)) for _, end, rule in starts if rule.form != "id_number"]
    spans += [(rule_of[field], start, end) for field, start, end in unlabelled if field in rule_of]
    for rule, start, end in spans:
        if rule.form == "date_range":
            yield from _validity(rule, page, stream, start, end, review_below)
        else:
            yield value_at(rule, page, stream, start, end, review_below)
    if number is not None and "id_number" in rule_of:
        yield _with_repair(value_at(rule_of["id_number"], page, stream, *number, review_below), stream, number, review_below)
    elif "id_number" in labelled:
        yield value_at(rule_of["id_number"], page, stream, 0, 0, review_below)


def _number_span(stream: TextStream, starts: Sequence[tuple[int, int, FieldRule]]) -> tuple[int, int] | None:
    """The number: the one of full length, wherever it stands; else the longest run of digits on the label's line or the next."""
    # Line by line: what ends one line and begins the next is no number.
    whole = [(start + found.start(), start + found.end()) for start, text in _texts(stream) for found in _NUMBER.finditer(text)]
    if whole:
        return min(whole, key=lambda span: id_number_fault(normal_id_number(stream.text[slice(*span)]) or "") is not None)
    for _, end, rule in starts:
        if rule.form == "id_number":
            stop = stream.line_end(end)
            broken = _BROKEN_NUMBER.search(stream.text, end, max(stop, stream.line_end(stop)))
            if broken is not None:
                return broken.span()
    return None


def _texts(stream: TextStream) -> Iterator[tuple[int, str]]:
    """Each line's squeezed text with the position at which it starts."""
    start = 0
    while start < len(stream.text):
        end = stream.line_end(start)
        yield start, stream.text[start:end]
        start = end


def _by_form(stream: TextStream, labelled: set[str], cards: CardRules) -> Iterator[tuple[str, int, int]]:
    """(field, start, end) of values whose label is missing but whose form is unmistakable."""
    patterns = {"sex": _SEX, "birth_date": _DATE, "valid_from": _PERIOD}
    for field, pattern in patterns.items():
        match = pattern.search(stream.text) if field not in labelled else None
        if match is not None:
            yield field, *match.span()
    for offset, text in _texts(stream):
        is_office = re.fullmatch(cards.authority, text) is not None
        if is_office and "authority" not in labelled:
            yield "authority", offset, offset + len(text)
        # A stamp hid the beginning of 民族.
        if text.startswith("族") and text.removeprefix("族").removesuffix("族") in cards.ethnicities and "ethnicity" not in labelled:
            yield "ethnicity", offset + 1, offset + len(text)
        # One or two characters of the label may stand before it.
        places = [place for province in cards.provinces if 0 <= (place := text.find(province)) <= 2]
        if places and not is_office and "address" not in labelled:
            start = offset + min(places)
            yield "address", start, min(_stops_after(stream, start), default=len(stream.text))


def _stops_after(stream: TextStream, position: int) -> list[int]:
    words = (
        "公民身份",
        *(match.group() for match in _NUMBER.finditer(stream.text)),
        "姓名",
        "性别",
        "民族",
        "出生",
        "签发机关",
        "有效期限",
    )
    return [at for word in words if (at := stream.text.find(word, position)) >= 0]


def _span(stream: TextStream, rule: FieldRule, start: int, stops: Sequence[int]) -> tuple[int, int]:
    """Where the value after a label that ends at `start` stands: up to the next label or number, short ones to the end of their line."""
    while start < len(stream.text) and stream.text[start] in ":：":
        start += 1
    end = min((stop for stop in stops if stop >= start), default=len(stream.text))
    if rule.field in _ON_ONE_LINE:
        end = min(end, stream.line_end(start))
    elif rule.form == "date" and (dates := find_dates(stream.text[start:end])):
        start, end = start + dates[0][0], start + dates[0][1]
    elif rule.form == "date_range" and (period := _PERIOD.search(stream.text, start, end)):
        start, end = period.span()
    return start, end


def _validity(rule: FieldRule, page: Page, stream: TextStream, start: int, end: int, review_below: float) -> list[FieldValue]:
    """`2015.07.15-2035.07.15` or `2015.07.15-长期` as valid_from and valid_to; both blank unless both are there."""
    whole = value_at(rule.model_copy(update={"form": "text"}), page, stream, start, end, review_below)
    text = _MISREAD_STOP.sub(".", stream.text[start:end])
    dates = [value for _, _, value in find_dates(text) if len(value) == 10]
    if "长期" in text:
        dates = [*dates[:1], "长期"]
    complete = len(dates) == 2
    return [
        changed(
            whole.model_copy(update={"field": field}),
            review_below,
            confidence=whole.confidence if complete else min(whole.confidence, 0.5),
            text=dates[index] if complete else "",
        )
        for index, field in enumerate(("valid_from", "valid_to"))
    ]


def _with_repair(value: FieldValue, stream: TextStream, span: tuple[int, int], review_below: float) -> FieldValue:
    """A number that fails its check and has a second reading that does not: that one, the raw reading kept beside it, for a person."""
    if id_number_fault(value.value) is None:
        return value
    others = [number for line in stream.touched(*span) for number in _NUMBER.findall(squeeze(line.alternative or ""))]
    repaired = {number.upper() for number in others if id_number_fault(normal_id_number(number) or "") is None}
    if len(repaired) != 1:
        return value
    return value.model_copy(update={"value": repaired.pop(), "confidence": min(value.confidence, _IMPLAUSIBLE), "needs_review": True})


def _without_specks(value: FieldValue) -> FieldValue:
    """A birth date or ethnicity among whose characters a speck was read as a dot (2.月, ·保安): the same without it, as sure as it was."""
    text = ""
    if value.field == "birth_date" and value.value.count("-") != 2:
        text = normal_date(re.sub(r"[^\d年月日]", "", squeeze(value.raw))) or ""
    elif value.field == "ethnicity" and not value.value:
        text = normal_ethnicity("".join(re.findall(r"[\u4e00-\u9fff]", value.raw))) or ""
    return value.model_copy(update={"value": text}) if text else value


def _plausible(value: FieldValue, cards: CardRules, review_below: float) -> FieldValue:
    """A value weighed by what its field can say: closed lists and fixed wordings bear it out or make it doubtful."""
    if not value.value:
        return value  # blank, or without a normal form and therefore for a person already
    text = value.value if value.field == "name" else simplified(value.value, cards)
    doubtful = min(value.confidence, _IMPLAUSIBLE)
    if value.field == "name" and simplified(text, cards) != text:
        return changed(value, review_below, confidence=doubtful, contradicted=True)  # a name may really be written so
    verdict: bool | None = None
    if value.field == "ethnicity" and cards.ethnicities:
        verdict = text in cards.ethnicities or text.removesuffix("族") in cards.ethnicities
    elif value.field == "authority":
        verdict = re.fullmatch(cards.authority, text) is not None
    elif value.field == "address":
        ends = re.search(f"(?:{cards.address_end})$", text) is not None
        # What begins with a figure lost its first line, what holds none its last.
        whole = re.match(r"[\u4e00-\u9fff]{2}", text) is not None and re.search(r"[\d一二三四五六七八九十]", text) is not None
        verdict = ends and whole and (text.startswith(cards.provinces) or None)
    if verdict is None:
        return changed(value, review_below, confidence=value.confidence, text=text)
    believed = value.confidence >= cards.believed_from and value.field == "ethnicity"
    confidence = (max(value.confidence, _BORNE_OUT) if believed else value.confidence) if verdict else doubtful
    return changed(value, review_below, confidence=confidence, text=text, contradicted=not verdict)


def _placed(value: FieldValue, number: str, review_below: float) -> FieldValue:
    """An address or office that names the number's own county but for one rare character (颖上县 for 颍上县): with the county's name, for a
    person. Where the character is a common one, the place may as well be another (青浦区, 黄浦区)."""
    if value.field not in ("address", "authority") or len(number) != _NUMBER_LENGTH:
        return value
    text = value.value
    for county in id_number_counties(number):
        for at in range(len(text) - len(county) + 1):
            slips = [place for place in range(len(county)) if text[at + place] != county[place]]
            if len(slips) == 1 and not is_common_character(county[slips[0]]):
                right = text[:at] + county + text[at + len(county) :]
                return changed(value, review_below, confidence=min(value.confidence, _IMPLAUSIBLE), text=right, contradicted=True)
    return value


def _proved(value: FieldValue, values: Sequence[FieldValue], review_below: float) -> FieldValue:
    """A value that another part of the card proves: birth date, sex and number by each other, the ends of the validity likewise."""
    of = {other.field: other for other in values}
    text = {field: other.value for field, other in of.items()}
    number = text.get("id_number", "")
    born, sex = id_number_birth_date(number), id_number_sex(number)
    period = _is_period(text.get("valid_from", ""), text.get("valid_to", ""))
    born_agrees, sex_agrees = (
        None if stated is None else _agree(stated, text.get(field)) for field, stated in (("birth_date", born), ("sex", sex))
    )
    # A repaired number fits by construction: only what was read itself proves anything.
    read = bool(number) and normal_id_number(of["id_number"].raw) == number
    verdict = {
        "birth_date": born_agrees if read else None,
        "sex": sex_agrees if read else None,
        "id_number": False if False in (born_agrees, sex_agrees) else (born_agrees if read else False if number else None),
        "valid_from": period or None,
        "valid_to": period or None,
    }.get(value.field)
    if verdict is None or not value.value:
        return value
    # What contradicts another part of the card was misread, or the card is not what it seems: a person must look at both.
    confidence = max(value.confidence, _PROVED) if verdict else min(value.confidence, _IMPLAUSIBLE)
    return changed(value, review_below, confidence=confidence, contradicted=not verdict)


def _agree(derived: str, stated: str | None) -> bool | None:
    return derived == stated if stated else None


def _is_period(start: str, end: str) -> bool:
    """Whether a card can be valid so long: 5, 10 or 20 years to the day (GA 490). `长期` proves nothing about the first day."""
    if len(start) != 10 or len(end) != 10 or start[4:] != end[4:]:
        return False
    return int(end[:4]) - int(start[:4]) in _PERIODS
