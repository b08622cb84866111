"""How this company reads the open words of the law, from its settings; and which day it is where the company is."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from troth.requests.deadlines import Reading
from troth.terms.settings import Settings, month_days


def reading(settings: Settings) -> Reading:
    """What the deadlines of a case are counted with."""
    return Reading(
        country=settings.country,
        holidays_too=month_days(settings.holidays_too),
        from_receipt=settings.california_first_day == "receipt",
        calendar=settings.california_holidays,
        promptly_days=settings.identity_days,
    )


def here(at: datetime, settings: Settings) -> datetime:
    """The same moment where the company is: its date is the day that counts for a case."""
    return at.astimezone(ZoneInfo(settings.time_zone))
