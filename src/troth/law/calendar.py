"""Which days are working days where an act is due: never a weekend, never a public holiday that is certain to be one."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from troth.law.content import eea
from troth.law.requests import calendars
from troth.terms.errors import UsageError

DAY: Final = timedelta(days=1)
MonthDay = tuple[int, int]
_SATURDAY: Final = 5


@lru_cache(maxsize=256)
def public_holidays(country: str, year: int) -> frozenset[date]:
    """The public holidays of a Member State, or with a subdivision (`DE-BY`) of that part too; raises UsageError elsewhere.

    They are those of the place where the act is due (Reg. 1182/71 Art. 2(1)). Without a subdivision only those of the
    whole country count: a deadline is then rather early than late.
    """
    import holidays

    if not has_holidays(country):
        raise UsageError(
            "there are no public holidays for this country",
            remedy="Name a country of the European Economic Area by its two letters, as DK, or a part of it, as DE-BY.",
        )
    state, _, part = country.upper().partition("-")
    return frozenset(holidays.country_holidays(state, subdiv=part or None, years=year))


@lru_cache(maxsize=64)
def has_holidays(country: str) -> bool:
    """Whether the public holidays of this country, or part of one, are known."""
    import holidays

    state, dash, part = country.upper().partition("-")
    if state not in eea() or (dash and not part):
        return False
    return not part or part in holidays.list_supported_countries().get(state, ())


def is_working_day(day: date, country: str, also: Collection[MonthDay] = ()) -> bool:
    """Whether it is neither Saturday, Sunday nor public holiday; `also`: days of the year that count as holidays too.

    Where a country's holidays are not known, none counts: a deadline is then rather early than late.
    """
    if day.weekday() >= _SATURDAY or (day.month, day.day) in also:
        return False
    return not has_holidays(country) or day not in public_holidays(country, day.year)


def next_working_day(day: date, country: str, also: Collection[MonthDay] = ()) -> date:
    """The day itself, or the first working day after it (Reg. 1182/71 Art. 3(4))."""
    while not is_working_day(day, country, also):
        day += DAY
    return day


@lru_cache(maxsize=256)
def californian_holidays(calendar: str, year: int) -> frozenset[date]:
    """The holidays a calendar counts; one on a Sunday moves to Monday, none moves to an earlier day."""
    import holidays

    told = calendars()[calendar]
    if not told.counted:
        return frozenset()
    state, _, part = told.country.partition("-")
    there = holidays.country_holidays(
        state, subdiv=part or None, years=year, observed=False, language="en_US"
    )
    days = [day for day, names in there.items() if told.counted & set(names.split("; "))]
    return frozenset(day + DAY if day.weekday() > _SATURDAY else day for day in days)


def is_business_day(day: date, calendar: str) -> bool:
    """Whether it is neither Saturday, Sunday nor a holiday of the calendar."""
    return day.weekday() < _SATURDAY and day not in californian_holidays(calendar, day.year)


def business_days_after(day: date, count: int, calendar: str) -> date:
    """The last of so many business days, the first of which comes after `day`."""
    while count:
        day += DAY
        count -= is_business_day(day, calendar)
    return day
