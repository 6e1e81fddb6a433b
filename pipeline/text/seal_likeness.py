"""Whether the name on a seal is the one expected: several readings of the ring against the names that the material knows.

Comes in: the readings of one seal, an expected name, the keys of all organisations in the material, and the rulebook's word lists. Goes
out: same, other or unclear. Called by `check_paper`.

A ring is verified rather than read. What recognition does to one was measured on drawn seals (see `seal_other_below` in
`rulebook/findings.yaml`): it drops thin characters (工, 上), adds scraps at both ends, and gives another character in one reading that it
has right in the next. So characters may be missing and scraps may stand around; but a character that no reading shows right, or one too
many inside the name, may well be another organisation's.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from rapidfuzz.distance import LCSseq, Levenshtein

from pipeline.text.likeness import Likeness, distinctive, organisation_key
from schemas.rules import Comparison

_SHORTEST_CORE = 2  # characters; of less nothing can be said
_TELLING = 3  # characters of a reading's own that make it another's


def compare_seal(readings: Sequence[str], expected: str, comparison: Comparison, known: Collection[str] = ()) -> Likeness:
    """Whether the seal with these readings is the expected organisation's. `known` holds the `organisation_key`s of all organisations in
    the material.

    `same`: one reading shows the name's distinctive part, at most a quarter of it unread, and nothing known fits better. `other`: a known
    organisation's name stands there, or no reading has much in common with the expected name. Everything between is unclear.
    """
    keys = [key for reading in readings if (key := organisation_key(reading, comparison))]
    wanted = organisation_key(expected, comparison)
    if not keys or not wanted:
        return "unclear"
    others = {name for name in known if name != wanted}
    if keys[0] in others:
        # The best reading is letter by letter a known name; with the expected one in it, a branch's unless only 上海市 or 工会 is added.
        if wanted not in keys[0]:
            return "other"
        return "unclear" if distinctive(keys[0].replace(wanted, "", 1), comparison) else "same"
    if any(wanted in key for key in keys):
        return "same"
    loss = min((lost for key in keys if (lost := _unread(key, wanted, comparison)) is not None), default=None)
    rivals = [lost for name in others for key in keys if (lost := _unread(key, name, comparison)) is not None]
    if loss is not None:
        return "same" if loss < min(rivals, default=1.0) else "unclear"
    if min(rivals, default=1.0) == 0.0:
        return "other"
    return "other" if _is_unlike(keys, wanted, comparison) else "unclear"


def _unread(key: str, wanted: str, comparison: Comparison) -> float | None:
    """The share of a name's distinctive part that a reading lacks, if it otherwise shows it; None where it may be another's."""
    first, last = _core_of(wanted, comparison)
    core = wanted[first:last]
    if LCSseq.similarity(core, key) < len(core) * (1 - comparison.seal_unread_share):
        return None
    unread = doubtful = 0
    begun = first == 0
    for operation in Levenshtein.opcodes(wanted, key):
        within = max(0, min(last, operation.src_end) - max(first, operation.src_start))
        if operation.tag == "insert":
            # Scraps stand at the ends; what stands inside the name makes it another: 闵行区 in 上海市闵行区市场监督管理局.
            # Not so the 市 of 上海市.
            spelt = key[: operation.dest_end].endswith(tuple(comparison.generic_words)) and operation.src_start <= first
            inside = begun and 0 < operation.src_start < last and not spelt
            if inside or (not begun and _other_place(key[: operation.dest_end], wanted, comparison)):
                return None
        elif operation.tag == "replace" and (within or _other_place(key[: operation.dest_end], wanted, comparison)):
            return None
        elif operation.tag == "delete":
            unread += within
        elif not begun and operation.src_end > first and operation.dest_start >= _SHORTEST_CORE:
            return None  # other words than the expected ones stand before the name: 三菱纺织 for 上海纺织
        begun = begun or operation.tag == "equal"
        doubtful += operation.tag != "equal"
    return None if unread > len(core) * comparison.seal_unread_share else unread / len(core) + doubtful / 1000


def _core_of(wanted: str, comparison: Comparison) -> tuple[int, int]:
    """Where the distinctive part of a name begins and ends, general words at its two ends left out; the whole name if little is left."""
    first, last = 0, len(wanted)
    words = sorted(comparison.generic_words, key=len, reverse=True)
    while word := next((word for word in words if wanted.startswith(word, first) and last - first > len(word)), None):
        first += len(word)
    while word := next((word for word in words if wanted.endswith(word, first, last) and last - first > len(word)), None):
        last -= len(word)
    return (first, last) if last - first >= _SHORTEST_CORE else (0, len(wanted))


def _other_place(before: str, wanted: str, comparison: Comparison) -> bool:
    """Whether a general word that the name has not stands before it: 中国 before a name that begins with 上海市."""
    return any(word in before for word in comparison.generic_words if word not in wanted and not wanted.startswith(word[:2]))


def _is_unlike(keys: Sequence[str], wanted: str, comparison: Comparison) -> bool:
    """Whether every reading has enough characters of its own of which few stand in the expected name in this order."""
    cores = [core for key in keys if len(core := distinctive(key, comparison)) >= _TELLING]
    if not cores:
        return False
    return max(LCSseq.similarity(core, wanted) / len(core) for core in cores) < comparison.seal_other_below
