"""Whether a recognised address or organisation begins with a place that there is: 上海市清浦区 and 颖上县 are misread.

Comes in: a text. Goes out: whether it begins with what is nearly, but not quite, the name of a province, city or county. Called by
`misreadings`. The names are those of GB/T 2260, abolished ones included, as python-stdnum carries them for identity numbers.

A place that is on no list is nothing against a reading (new districts, development zones); only one a single character away from a known
one is.
"""

from __future__ import annotations

import re
from functools import lru_cache

from rapidfuzz.distance import Levenshtein
from stdnum import numdb

_PROVINCE = re.compile(r"[\u4e00-\u9fff]{1,8}?(?:省|自治区)")
_PLACE = re.compile(r"[\u4e00-\u9fff]{1,6}?(?:自治州|自治县|[市区县旗州])")
_VALID_IN = re.compile(r"\[[^\]]*\]")  # years in which a county had that name
_NO_NAMES = frozenset(["", "市辖区", "县"])
_LONGEST = 4  # places within one another at the head of an address: 省 市 区


def misplaced(text: str) -> bool:
    """Whether one of the places at the head of the text is a character away from a known place and none itself."""
    provinces = _provinces()
    within: str | None = None
    rest = text
    head = _PROVINCE.match(text)
    if head is not None:
        if head[0] not in provinces:
            return _near(head[0], provinces)
        within, rest = head[0], text[head.end() :]
    for _ in range(_LONGEST):
        place = _PLACE.match(rest)
        if place is None:
            return False
        # 清浦区 was a district of another province: in Shanghai it is 青浦区, misread.
        known = _places_of(within) if within else _all_places() | provinces
        if place[0] in provinces:
            within = place[0]
        elif place[0] not in known:
            return _near(place[0], known)
        rest = rest[place.end() :]
    return False


def _near(name: str, known: frozenset[str]) -> bool:
    """One character replaced or lost. In a name of two characters (区 and one more) a replaced one says nothing: 新区, 园区."""
    return any(
        Levenshtein.distance(name, place, score_cutoff=1) == 1 and (len(name) < len(place) or len(name) == len(place) > 2)
        for place in known
    )


@lru_cache(maxsize=1)
def _register() -> dict[str, frozenset[str]]:
    """Province → the names of its cities and counties."""
    found: dict[str, frozenset[str]] = {}
    for _, _, _, properties, counties in numdb.get("cn/loc").prefixes:
        names = (_VALID_IN.sub("", name) for county in counties for name in county[3].get("county", "").split(","))
        found[properties.get("province", "")] = frozenset(names) - _NO_NAMES
    return {province: names for province, names in found.items() if province}


@lru_cache(maxsize=1)
def _provinces() -> frozenset[str]:
    return frozenset(_register())


@lru_cache(maxsize=1)
def _all_places() -> frozenset[str]:
    return frozenset(name for names in _register().values() for name in names)


def _places_of(province: str) -> frozenset[str]:
    return _register().get(province, frozenset())
