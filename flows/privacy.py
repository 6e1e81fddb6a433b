"""Personal data made unreadable in texts that are kept or sent: logs, the status page, notifications.

Comes in: any text. Goes out: the same with ID numbers, telephone numbers, e-mail addresses and street addresses replaced by a word that
says what stood there. Called by `logs`, `status_page`, `watch_state`, `notify` and `console`.

Rather too much than too little: a long number that merely looks like an ID number is masked as well. File names are part of such texts, and
people name files after ID numbers.
"""

from __future__ import annotations

import re

ID_NUMBER, PHONE, EMAIL, ADDRESS, NUMBER = "［证件号］", "［电话］", "［邮箱］", "［地址］", "［号码］"
# Digits as they are typed: ASCII, full-width, and with blanks, dashes, dots or underscores between them.
_DIGIT = "[0-9０-９]"
_GAP = r"[ \t\u00a0\u2000-\u200b\u3000\-‐‑–—－._·]{0,2}"
# The letter at an ID number's end: Latin small or capital, full-width, and what is typed for it: multiplication sign, Cyrillic.
_CHECK = "[0-9０-９XxＸｘ×Хх]"
_HASH = re.compile(r"(?<![0-9A-Za-z])(?:[0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{32}|[0-9a-f]{16})(?![0-9A-Za-z])")
_SHORTEST = re.compile(r"[0-9]{11}")  # of what is masked: a "hash" that holds such a run may be a file name with a number in it
_LONGEST_WITH_HASHES = 100_000  # characters: beyond that there are not enough private characters to stand for them


def _digits(count: int) -> str:
    return rf"(?:{_DIGIT}{_GAP}){{{count - 1}}}{_DIGIT}"


# A number within a longer run of digits is part of that run: the longest form is looked for first, and no digit may follow or precede.
_ID_NUMBER = re.compile(rf"(?<!{_DIGIT})(?:{_DIGIT}{_GAP}){{17}}{_CHECK}(?!{_DIGIT})|(?<!{_DIGIT}){_digits(15)}(?!{_DIGIT})")
_LONG_NUMBER = re.compile(rf"(?<!{_DIGIT}){_digits(16)}(?:{_GAP}{_DIGIT})*[XxＸｘ]?")
_MOBILE = re.compile(rf"(?<!{_DIGIT})(?:[+＋]?{_GAP}[8８]{_GAP}[6６]{_GAP})?[1１]{_GAP}[3-9３-９](?:{_GAP}{_DIGIT}){{9}}(?!{_DIGIT})")
_LANDLINE = re.compile(rf"(?<!{_DIGIT})[（(]?[0０]{_DIGIT}{{2,3}}[）)]?{_GAP}[2-8２-８](?:{_GAP}{_DIGIT}){{6,7}}(?!{_DIGIT})")
_EMAIL = re.compile(r"[A-Za-z0-9._%+\-]+\s?[@＠]\s?[A-Za-z0-9\-]+(?:\s?\.\s?[A-Za-z0-9\-]+)+")
_CHINESE_NUMBER = "[0-9０-９一二三四五六七八九十百甲乙丙丁A-Za-z]"
_ADDRESS = re.compile(
    rf"[\u4e00-\u9fff]{{1,24}}(?:路|街|大道|弄|巷|村|镇|胡同|公路){_GAP}{_CHINESE_NUMBER}{{1,6}}{_GAP}(?:弄|号|巷|村|组)"
    rf"(?:{_GAP}{_CHINESE_NUMBER}{{1,5}}{_GAP}(?:弄|号楼|号|幢|栋|座|楼|层|单元|室|房))*(?:{_GAP}{_DIGIT}{{2,5}}室?)?"
)


def masked(text: str) -> str:
    """A text without ID numbers (15 or 18 places, spaced, full-width, any form of x), telephone numbers, e-mail or street addresses.

    Content hashes and ids of ours (16, 32, 40 or 64 hexadecimal digits) stay: a log without them would be of no use.
    """
    kept: list[str] = []

    def keep(found: re.Match[str]) -> str:
        if _SHORTEST.search(found[0]):
            return found[0]
        kept.append(found[0])
        return f"\ue000{chr(0xE000 + len(kept))}"  # private characters: no pattern below matches them

    text = _HASH.sub(keep, text.replace("\ue000", "")) if len(text) < _LONGEST_WITH_HASHES else text
    for pattern, word in (
        (_EMAIL, EMAIL),
        (_ID_NUMBER, ID_NUMBER),
        (_LONG_NUMBER, NUMBER),
        (_MOBILE, PHONE),
        (_LANDLINE, PHONE),
        (_ADDRESS, ADDRESS),
    ):
        text = pattern.sub(word, text)
    return re.sub("\ue000(.)", lambda found: kept[ord(found[1]) - 0xE001], text)
