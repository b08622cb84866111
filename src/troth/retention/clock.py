"""Counts by the calendar how long something is kept: leap days, ends of months, financial years; no clock is read here.

The day of the event is not counted, and the last day has the same number in its month, or is that month's last
(Regulation 1182/71 Art. 3(1), 3(2)(c)). What was kept until a day is due the day after.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from troth.datamap.model import Until
from troth.law.rules import keep_until
from troth.terms.bilingual import Both
from troth.terms.lengths import NO_DAYS, spoken

EARLIEST: Final = date(1970, 1, 2)
"""A clock that shows an earlier day shows none: zero dates, the beginning of an epoch, a program's null."""
_SPAN: Final = re.compile(r"([1-9][0-9]{0,4})([ymwd])")
_MOST: Final = {"y": 200, "m": 2400, "w": 10_000, "d": 73_000}


@dataclass(frozen=True, slots=True)
class Period:
    """A real length of time; `year_end` (month, day): it begins at the end of the financial year that holds the event."""

    years: int = 0
    months: int = 0
    days: int = 0
    year_end: tuple[int, int] | None = None

    def last_day(self, event: date) -> date:
        """The last day on which what the event began is kept."""
        if self.year_end is not None:
            whole = keep_until(Until(years=self.years, financial_year_end=self.year_end), event)
            return _later(whole, self.months) + timedelta(days=self.days)
        return _later(event, 12 * self.years + self.months) + timedelta(days=self.days)

    def due(self, event: date, at: date) -> bool:
        """Whether what the event began is kept no longer on the day `at`."""
        return self.last_day(event) < at

    def first_kept(self, at: date) -> date:
        """The earliest event whose data is still kept on the day `at`: every earlier one is due; O(log days)."""
        least, most = EARLIEST.toordinal(), at.toordinal() + 1
        while least < most:
            middle = (least + most) // 2
            if self.due(date.fromordinal(middle), at):
                least = middle + 1
            else:
                most = middle
        return date.fromordinal(least)

    def told(self) -> str:
        """As a rule file writes it."""
        parts = ((self.years, "y"), (self.months, "m"), (self.days, "d"))
        return " ".join(f"{count}{unit}" for count, unit in parts if count) or "0d"

    def spoken(self) -> Both:
        """In words: 2 years, 6 months, 90 days."""
        return spoken(self.years, self.months, self.days, none=NO_DAYS)


def period(text: str) -> Period | None:
    """The length of `2y`, `6m`, `2w`, `90d`; None for anything else, such as a reasonable time."""
    found = _SPAN.fullmatch(text)
    if found is None or int(found[1]) > _MOST[found[2]]:
        return None
    count = int(found[1])
    return {
        "y": Period(years=count), "m": Period(months=count), "w": Period(days=7 * count), "d": Period(days=count),
    }[found[2]]  # fmt: skip


def midnight(day: date, zone: str) -> datetime:
    """The moment, in UTC, at which the day begins on a place's clocks; where they skip midnight, when they go on."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def today(now: datetime, zone: str) -> date:
    """The day that a moment belongs to on a place's clocks."""
    return now.astimezone(ZoneInfo(zone)).date()


def day_of(cell: object, zone: str, epoch: int = 0, moment: bool = False) -> date | None:
    """The day that a cell of a clock shows; None where it shows none. `epoch`: ticks in a second, for numbers.

    `moment`: the column holds moments in time, so what comes without a zone is UTC.
    """
    found = _moment(cell, epoch)
    if moment and isinstance(found, datetime) and found.tzinfo is None:
        found = found.replace(tzinfo=UTC)
    if isinstance(found, datetime):
        found = today(found, zone) if found.tzinfo else found.date()
    return found if found is not None and found >= EARLIEST else None


def _moment(cell: object, epoch: int) -> date | None:
    if isinstance(cell, bool) or cell is None:
        return None
    try:
        if epoch:
            return datetime.fromtimestamp(float(str(cell)) / epoch, UTC)
        if isinstance(cell, date):
            return cell
        text = str(cell)
        return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
    except (ValueError, OverflowError, OSError):
        return None


def _later(day: date, months: int) -> date:
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
