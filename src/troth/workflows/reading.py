"""How this company reads the open words of the law, from its settings."""

from __future__ import annotations

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
