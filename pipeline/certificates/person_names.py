"""Persons' names on certificates: told from teams and organisations, found behind a post or department, taken out of lists.

Comes in: stretches of a certificate, as printed or squeezed. Goes out: names and kinds of holders. Called by `certificate_holder` and, for
recipients that were read, by `pipeline.honours`.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

from pipeline.text.normal_forms import squeeze
from schemas.rules import CertificateWording

HolderKind = Literal["person", "team", "organisation", "unknown"]
_NAME = re.compile(r"[\u3400-\u9fff]{2,4}|[\u3400-\u9fff]{1,10}(?:·[\u3400-\u9fff]{1,10})+")
_DOTS = str.maketrans(dict.fromkeys("•．・‧∙⋅", "·"))
# Between two separators, or the ends of the list: two parts with a sign between them.
_MISREAD_DOT = re.compile(
    r"(?<![\u3400-\u9fff])(?P<left>[\u3400-\u9fff]{2,8})(?P<sign>[:：.。])\s*(?P<right>[\u3400-\u9fff]{2,8})(?=$|[、,，;；/\n(（\[])"
)
_COUNT = r"(?:\d+|[一二三四五六七八九十两]+)?(?:人|名|位|同志)?"


def plain_dots(text: str) -> str:
    """The text with every middle dot the same."""
    return text.translate(_DOTS)


def mended_dots(text: str, words: CertificateWording) -> str:
    """A list of names with the middle dot in every place where a colon or stop between two parts of a name was read for it.

    叶尔兰：别克 is one person; 组长：张三 is a role and a name. Whoever uses the result must leave it to a person."""

    def mended(match: re.Match[str]) -> str:
        left, sign, right = match["left"], match["sign"], match["right"]
        two = sign not in ":：" and is_plain_name(left, words) and is_plain_name(right, words)
        return match[0] if two or left in words.roles_in_brackets else f"{left}·{right}"

    return _MISREAD_DOT.sub(mended, text)


def holder_kind(text: str, words: CertificateWording) -> HolderKind:
    """What a squeezed text names: a person, a team, an organisation; `unknown` if it can be neither told nor guessed."""
    bare = plain_dots(text)
    for honorific in words.honorifics:
        if bare.endswith(honorific) and _NAME.fullmatch(bare.removesuffix(honorific)):
            return "person"
    # 质量管理小组(追风小组) is a team, 某某(上海)有限公司 a company.
    if without_brackets(bare).endswith(words.team_suffixes) and len(bare) > 2:
        return "team"
    if without_brackets(bare).endswith(words.employer_suffixes):
        return "organisation"
    return "person" if _NAME.fullmatch(bare) else "unknown"


def is_plain_name(text: str, words: CertificateWording) -> bool:
    """Whether a squeezed text is a person's name by its surname, or by the dot of a name from another language."""
    bare = plain_dots(text)
    if not _NAME.fullmatch(bare):
        return False
    if "·" in bare or bare[:2] in words.compound_surnames:
        return len(bare) > 2
    return 2 <= len(bare) <= 3 and bare[0] in words.surnames


def without_brackets(text: str) -> str:
    """The squeezed text without what stands in brackets at its end, unless that is all of it."""
    return re.sub(r"[(\[][^()\[\]]*[)\]]$", "", text) or text


def name_behind_attribute(raw: str, words: CertificateWording) -> str:
    """The person's name at the end of `高级工程师 常乐` or `质量管理部武强`; '' where it cannot be told.

    White space before the name, or a word that ends what may stand before one, parts the two; the surname must be a known one.
    """
    text = unicodedata.normalize("NFKC", plain_dots(raw)).strip(" :,。;\n")
    tokens = text.split()
    ends = (*words.person_attributes, *words.employer_suffixes, *words.team_suffixes)
    if len(tokens) > 1 and is_plain_name(tokens[-1], words) and "".join(tokens[:-1]).endswith(ends):
        return tokens[-1]
    bare = squeeze(text)
    sizes = sorted(range(2, min(5, len(bare) - 1)), key=lambda size: (bare[-size:][:2] not in words.compound_surnames, size != 3, -size))
    for size in sizes:
        if is_plain_name(bare[-size:], words) and bare[:-size].endswith(ends):
            return bare[-size:]
    return ""


def split_names(raw: str, words: CertificateWording, *, listed_in_columns: bool = False) -> tuple[list[str], bool]:
    """The persons' names in a list as printed, and whether every piece of it was one.

    Names are separated by 、 and the like, or stand in columns; 张 三 is one name; a name may be broken over two lines. What stands in
    brackets (组长) is left out; 等 at the end makes the list incomplete but is no name. Of a list that may be `listed_in_columns`, two
    names that were read as one are parted where only one way is possible; such a list is never whole."""
    text = mended_dots(_without_remarks(plain_dots(unicodedata.normalize("NFKC", raw))), words)
    lines = [line for line in re.split(r"\n", text) if line.strip()]
    listed = any(re.search(r"[、,;/]", line) for line in lines)
    pieces: list[str] = []
    open_ended = True
    for line in lines:
        parts = [part for chunk in re.split(r"[、,;/:]", line) for part in _spaced_names(chunk)]
        if listed and pieces and parts and not open_ended and not re.match(r"\s*[、,;/]", line) and _one_name(pieces[-1], parts[0], words):
            pieces[-1] += parts.pop(0)
        pieces += parts
        open_ended = bool(re.search(r"[、,;/]\s*$", line))
    names = [without_others(piece.strip("。. ()"), words) for piece in pieces]
    good: list[str] = []
    for name in names:
        good += [name] if _NAME.fullmatch(name) else (_run_together(name, words) if listed_in_columns else [])
    return good, len(good) == len([name for name in names if name])


def _without_remarks(text: str) -> str:
    """The text without what stands in brackets, brackets within brackets included: 尹玉欣(某某(上海)有限公司)."""
    shorter = re.sub(r"[(\[][^()\[\]]*[)\]]", "", text)
    return shorter if shorter == text else _without_remarks(shorter)


def is_incomplete(raw: str, words: CertificateWording) -> bool:
    """Whether a list of names says that it leaves some out (张三等5人)."""
    bare = squeeze(raw)
    return any(re.search(rf"{re.escape(word)}{_COUNT}。?$", bare) for word in words.and_others)


def without_others(piece: str, words: CertificateWording) -> str:
    """A name without 等5人 behind it and without the role that may follow it."""
    for word in words.and_others:
        piece = re.sub(rf"{re.escape(word)}{_COUNT}$", "", piece)
    for role in words.roles_in_brackets:
        piece = piece.removesuffix(role) if len(piece) > len(role) + 1 else piece
    return piece


def _run_together(text: str, words: CertificateWording) -> list[str]:
    """Two names between which the gap was not read (赖斌俊龙娜雯), if there is only one way to part them."""
    ways = [(text[:cut], text[cut:]) for cut in (2, 3) if is_plain_name(text[:cut], words) and is_plain_name(text[cut:], words)]
    return list(ways[0]) if len(ways) == 1 else []


def _spaced_names(chunk: str) -> list[str]:
    """The names in a stretch without separators: columns are set apart by white space, and so are the two characters of a short name."""
    tokens = chunk.split()
    if tokens and all(len(token) == 1 for token in tokens) and len(tokens) <= 4:
        return ["".join(tokens)]
    names: list[str] = []
    single = ""
    for token in tokens:
        if len(token) == 1 and "\u3400" <= token <= "\u9fff":
            names, single = ([*names, single + token], "") if single else (names, token)
        else:
            names += [single] if single else []
            names.append(token)
            single = ""
    return [*names, single] if single else names


def _one_name(left: str, right: str, words: CertificateWording) -> bool:
    """Whether the end of one line and the start of the next are one broken name rather than two."""
    right = without_others(right, words)
    joined = left + right
    if len(left) == 1 or len(right) == 1 or left.endswith("·") or right.startswith("·"):
        return bool(_NAME.fullmatch(joined))
    return len(joined) == 4 and joined[:2] in words.compound_surnames and len(left) == 2
