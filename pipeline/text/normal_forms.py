"""Normal forms: how a value is written once it is understood, whatever way it was written by hand, typed or printed.

Comes in: raw text of one value. Goes out: the contract's normal form, or None where the text has none - never a guess.
Called by `map_fields`, `certificates`, `match_honours`, `resolve_applicants` and the checks.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from datetime import date

from stdnum import numdb
from stdnum.cn import ric
from stdnum.exceptions import ValidationError

_CHINESE_DIGITS = {char: str(digit) for digit, char in enumerate("〇一二三四五六七八九")} | dict.fromkeys("○零ＯOo0", "0") | {"元": "1"}
_CHINESE_YEAR = r"[一二][〇○零ＯOo0一二三四五六七八九](?:[〇○零ＯOo0一二三四五六七八九]\s*){2}"
_CHINESE_SMALL = r"[元〇一二三四五六七八九十廿卅]{1,3}"
_YEAR = r"(?:19|20)\d{2}"
_DATE_PATTERNS = (
    re.compile(rf"(?P<y>{_CHINESE_YEAR})\s*年(?:\s*(?P<m>{_CHINESE_SMALL})\s*月(?:\s*(?P<d>{_CHINESE_SMALL})\s*[日号])?)?"),
    re.compile(rf"(?<!\d)(?P<y>{_YEAR})\s*年(?:\s*(?P<m>\d{{1,2}})\s*月(?:\s*(?P<d>\d{{1,2}})\s*[日号]?)?)?"),
    re.compile(rf"(?<!\d)(?P<y>{_YEAR})\s*(?P<s>[.\-/·。])\s*(?P<m>\d{{1,2}})(?:\s*(?P=s)\s*(?P<d>\d{{1,2}}))?(?!\d)"),
    re.compile(rf"(?<!\d)(?P<y>{_YEAR})(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])(?!\d)"),
)
_LONG_TERM = "长期"
_NONE = {"无", "没有", "暂无"}
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_DOTS = str.maketrans(dict.fromkeys("·•．・‧∙⋅", "·"))


def widen_to_half(text: str) -> str:
    """Full-width ASCII as half-width, character for character, so that positions in the text still hold."""
    return text.translate(_FULL_WIDTH)


def squeeze(text: str) -> str:
    """The text in NFKC without any white space: the form in which labels, names and titles are compared."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def name_key(text: str) -> str:
    """A person's or organisation's name for comparison: squeezed, every middle dot the same."""
    return unicodedata.normalize("NFKC", "".join(text.split()).translate(_DOTS)).translate(_DOTS)


def chinese_number(text: str) -> int | None:
    """A small Chinese numeral (一 … 三十一, 廿三) as an integer, None if it is not one."""
    text = text.replace("廿", "二十").replace("卅", "三十").replace("元", "一")
    if "十" not in text:
        return int(_CHINESE_DIGITS[text]) if len(text) == 1 and text in _CHINESE_DIGITS else None
    tens, _, ones = text.partition("十")
    if tens in ("一", "壹"):
        return None  # nobody writes 一十一日: a stroke of 二十一 was not seen
    if not all(part == "" or (len(part) == 1 and part in _CHINESE_DIGITS) for part in (tens, ones)):
        return None
    return (int(_CHINESE_DIGITS[tens]) if tens else 1) * 10 + (int(_CHINESE_DIGITS[ones]) if ones else 0)


def find_dates(text: str) -> list[tuple[int, int, str]]:
    """Every date in the text, in any form in use, as (start, end, normal form); positions are those of the text as given.

    Impossible dates (2023-02-30, month 13) are left out. The normal form is as precise as the source: `YYYY-MM-DD`, `YYYY-MM` or `YYYY`.
    """
    found: list[tuple[int, int, str]] = []
    half = widen_to_half(text)
    for pattern in _DATE_PATTERNS:
        for match in pattern.finditer(half):
            if any(start < match.end() and match.start() < end for start, end, _ in found):
                continue
            value = _date_of(match)
            if value is not None:
                found.append((match.start(), match.end(), value))
    return sorted(found)


def normal_date(text: str) -> str | None:
    """The one date that the text states (`长期` for an ID card valid for life); None if it states none or more than one."""
    if _LONG_TERM in squeeze(text):
        return _LONG_TERM
    values = {value for _, _, value in find_dates(text)}
    if len(values) == 1:
        return values.pop()
    bare = squeeze(text)
    if not values and re.fullmatch(_YEAR, bare):
        return bare
    if not values and re.fullmatch(rf"{_YEAR}(0[1-9]|1[0-2])", bare):
        return f"{bare[:4]}-{bare[4:]}"
    return None


def normal_sex(text: str) -> str | None:
    """`男` or `女`; None unless exactly one of them is stated."""
    stated = {char for char in squeeze(text) if char in "男女"}
    return stated.pop() if len(stated) == 1 else None


def normal_ethnicity(text: str) -> str | None:
    """The ethnicity with 族 (汉 → 汉族); None if the text is not one short word."""
    bare = squeeze(text).removesuffix("族")
    return f"{bare}族" if re.fullmatch(r"[\u4e00-\u9fff]{1,5}", bare) else None


def normal_phone(text: str) -> str | None:
    """Digits only; of several numbers the first mobile one, else the first. None if there are no digits."""
    # A line break is no separator: in a narrow column a number is wrapped.
    parts = re.split(r"[/、,，;；]|[^\S\n]{2,}", widen_to_half(text).replace("\n", ""))
    numbers = [digits for part in parts if (digits := re.sub(r"\D", "", re.sub(r"^\s*\+?86(?=[-\s]*1)", "", part)))]
    if not numbers:
        return None
    return next((number for number in numbers if re.fullmatch(r"1\d{10}", number)), numbers[0])


def normal_id_number(text: str) -> str | None:
    """Digits and a final X, upper case, without spaces; None if anything else remains. Nothing is repaired here."""
    bare = re.sub(r"[\s\-.·*]", "", unicodedata.normalize("NFKC", text)).upper().replace("×", "X")
    return bare if re.fullmatch(r"\d+X?", bare) else None


def normal_digits(text: str) -> str | None:
    """A card number or postcode: letters and digits without spaces and hyphens, or the statement that there is none; None if other
    signs remain."""
    if squeeze(text) in _NONE:
        return "无"
    bare = re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text)).upper()
    return bare if re.fullmatch(r"[0-9A-Z]+", bare) else None


def long_id_number(number: str) -> str:
    """An old 15-digit number in its 18-digit form (GB 11643-1999); any other text unchanged."""
    if not re.fullmatch(r"\d{15}", number):
        return number
    stem = f"{number[:6]}19{number[6:]}"
    return stem + str(ric.calc_check_digit(stem + "0"))


def id_number_fault(number: str) -> str | None:
    """What is wrong with an ID number in normal form (GB 11643): `length`, `birth_date`, `check_digit`; None if nothing is.

    The region code is not checked: lists of it are never complete, and a person's number keeps a region that was abolished.
    """
    number = long_id_number(number)
    if not re.fullmatch(r"\d{17}[\dX]", number):
        return "length"
    try:
        born = ric.get_birth_date(number)
    except (ValidationError, ValueError):
        return "birth_date"
    if not date(1900, 1, 1) <= born:
        return "birth_date"
    return None if ric.calc_check_digit(number) == number[-1] else "check_digit"


def id_number_counties(number: str) -> tuple[str, ...]:
    """The names that the county or district in which an ID number was first given out has borne (GB/T 2260); () where that is not known."""
    stated = [properties.get("county", "") for _, properties in numdb.get("cn/loc").info(number[:6])]
    return tuple(dict.fromkeys(re.findall(r"[\u4e00-\u9fff]+", "".join(stated))))


def id_number_birth_date(number: str) -> str | None:
    """The birth date in a faultless number, `YYYY-MM-DD`."""
    number = long_id_number(number)
    return None if id_number_fault(number) else f"{number[6:10]}-{number[10:12]}-{number[12:14]}"


def id_number_sex(number: str) -> str | None:
    """The sex in a faultless number: its 17th digit is odd for men."""
    number = long_id_number(number)
    return None if id_number_fault(number) else ("男" if int(number[16]) % 2 else "女")


def same_date(left: str, right: str) -> bool:
    """Whether two dates in normal form agree as far as both are precise."""
    return left.startswith(right) or right.startswith(left)


def _date_of(match: re.Match[str]) -> str | None:
    groups = match.groupdict()
    year_text = "".join(_CHINESE_DIGITS.get(char, char) for char in groups["y"] if not char.isspace())
    year = int(year_text)
    if not 1900 <= year <= 2099:
        return None
    month = _small_number(groups.get("m"))
    if month is None:
        return f"{year:04d}" if not groups.get("m") else None
    if not 1 <= month <= 12:
        return None
    day = _small_number(groups.get("d"))
    if day is None:
        return f"{year:04d}-{month:02d}" if not groups.get("d") else None
    return f"{year:04d}-{month:02d}-{day:02d}" if 1 <= day <= monthrange(year, month)[1] else None


def _small_number(text: str | None) -> int | None:
    if not text:
        return None
    return int(text) if text.isdigit() and text.isascii() else chinese_number(text)
