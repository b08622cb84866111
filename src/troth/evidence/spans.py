"""How long a promised duration is, counted from a day on as calendars count."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from troth.notice.length import length
from troth.retention.clock import Period
from troth.terms.bilingual import Both
from troth.terms.errors import UsageError

ANY_DAY: Final = date(2024, 1, 1)


def in_words(text: str) -> Both:
    """An ISO 8601 duration in words; what is none as it is."""
    found = length(text)
    return found.spoken() if found is not None else Both(text, text)


def span(text: str, usual: timedelta, since: date = ANY_DAY) -> timedelta:
    """An ISO 8601 duration as a length of time; `usual` where there is none. Raises UsageError for what is no duration."""
    if not text:
        return usual
    found = length(text)
    if found is None:
        raise UsageError("this is no duration", place=text[:40], remedy="Write ISO 8601: P1D, P6M, PT1H.")
    days, seconds = divmod(found.seconds, 86_400)
    last = Period(months=found.months, days=days).last_day(since)
    return last - since + timedelta(seconds=seconds)
