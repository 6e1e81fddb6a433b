"""A moment as a person types it.

Comes in: a date or a time of day. Goes out: an instant in Shanghai's time. Called by the commands.
"""

from __future__ import annotations

from datetime import date, datetime, time

from flows.inbox import SHANGHAI
from schemas.errors import GongjiangError


def moment_typed(text: str) -> datetime:
    """A moment; a mere date is the end of that day, since whoever says "until the 20th" means the whole 20th.

    Raises:
        GongjiangError: it is neither a date nor a time.
    """
    found = understood(text)
    if found is None:
        raise GongjiangError(f"看不懂时间“{text}”。", "请写成 2024-03-20 或 2024-03-20T18:00 的形式。")
    return found


def understood(text: str) -> datetime | None:
    """As `moment_typed`; None for what is no moment."""
    try:
        if len(text.strip()) == len("2024-03-20"):
            return datetime.combine(date.fromisoformat(text.strip()), time.max, SHANGHAI)
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=SHANGHAI)
