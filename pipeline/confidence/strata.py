"""Which readings are alike: the groups within which a score means the same.

Comes in: a value's method and signals. Goes out: the names of its strata, from the narrowest to the widest, so that a narrow one with few
examples can lean on a wider one; and which of them a person sees whatever the score. Called by `calibrate` and `fit`.
"""

from __future__ import annotations

from schemas.calibration import Signals
from schemas.layout import Method

_LONG = 24  # characters: running text, of which any wrong one makes the value wrong
_SAME = 0.005  # scores less far apart are equal but for rounding
_UNREAD = 0.5  # of the least certain character; the readers state it where ink lies between the characters that no reading accounts for
EVERYTHING = "all"


def strata(method: Method, signals: Signals) -> tuple[str, ...]:
    """The value's strata, narrowest first; the last is always `all`."""
    support = _support(signals)
    if method is not Method.OCR:
        return f"typed/{support}", "typed", EVERYTHING
    content = f"ocr/{support}/{_content(signals)}"
    return f"{content}/{signals.document}", content, f"ocr/{support}", "ocr", EVERYTHING


def must_be_seen(method: Method, signals: Signals) -> bool:
    """Whether a person looks at a value whatever its score: a stage's doubt, a recognised text that contradicts its own form, or
    handwriting that no closed list or check digit confirms.

    Handwritten lines are right 99.5 % only where three in four go to a person: the recogniser gives 重 for 量 the score 0.999.
    """
    if signals.doubtful or method is not Method.OCR:
        return signals.doubtful
    return signals.check == "failed" or (signals.by_hand and signals.check != "listed")


def _support(signals: Signals) -> str:
    """What speaks for the reading beside its score, or against it."""
    if signals.doubtful:
        return "doubtful"
    if signals.check == "failed":
        return "failed"
    if signals.by_hand:
        return "hand"
    if signals.disputed:
        return "disputed"
    if signals.least is not None and signals.least <= _UNREAD:
        return "unread"  # ink was passed over, or a character guessed
    if signals.line is not None and signals.score < signals.line - _SAME:
        return "weak"  # found without a word or place that says what it is
    if signals.line is not None and signals.score > signals.line + _SAME:
        return "proved"  # another part of the document says the same
    return "plain"


def _content(signals: Signals) -> str:
    if signals.check in ("listed", "plausible"):
        return signals.check
    return "long" if signals.length > _LONG else "short"
