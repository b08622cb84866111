"""By which day what must have happened to a case: months as the EU counts them, business and calendar days as California does.

EU (Reg. 1182/71 Art. 3): the day of receipt is not counted; the month ends with the day of the same number, or the last there is;
where that is no working day, with the next. California: days are days, the clock never stands still (11 CCR 7021(b)). Where the law
lets the clock stand still while identity is promptly asked for, the days from asking to knowing are added to the nominal end; a pause
without an end adds nothing yet, so that no day is promised which nobody can know.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from troth.law import calendar, requests
from troth.law.requests import Clock
from troth.requests.case import Case
from troth.requests.kinds import KINDS
from troth.terms.errors import UsageError

Pauses = Sequence[tuple[date, date | None]]


@dataclass(frozen=True, slots=True)
class Reading:
    """How words of the law are read that have more than one answer; each is a setting (docs/requests.md)."""

    country: str = "DK"  # in which the company acts: its public holidays count (Reg. 1182/71 Art. 2(1))
    holidays_too: frozenset[tuple[int, int]] = frozenset()  # as (6, 5): counted as public holidays in the EU
    from_receipt: bool = False  # California: the day of receipt is day one
    calendar: str = "state"  # California: whose holidays are no business days
    promptly_days: int | None = None  # within which identity is asked promptly; None: as the data says


USUAL: Final = Reading()


@dataclass(frozen=True, slots=True)
class Due:
    """One clock of a case: the last day for these kinds, the clock's law, and whether nothing is left to do for it.

    `stands`: it stands still today, since the person was promptly asked who they are; the end may come later, never earlier.
    """

    clock: Clock
    kinds: tuple[str, ...]
    day: date
    met: bool
    stands: bool


@dataclass(frozen=True, slots=True)
class Extension:
    """More time may be taken for these kinds until `until`, if the person is told, with reasons, by `last`."""

    kinds: tuple[str, ...]
    last: date
    until: date
    clock: Clock


def local_day(at: datetime, zone: str) -> date:
    """The day on which a request came in, where the controller is; raises ValueError for a time without a zone."""
    if at.tzinfo is None:
        raise ValueError("a time without a zone falls on no certain day")
    return at.astimezone(ZoneInfo(zone)).date()


def months_after(day: date, count: int) -> date:
    """The day of the same number so many months later, or the last of that month (Reg. 1182/71 Art. 3(2)(c))."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def end_of(clock: Clock, received: date, pauses: Pauses = (), reading: Reading = USUAL) -> date:
    """The last day of a clock for what came in on `received`."""
    if clock.unit == "business_days":
        return _business(clock.count, received, reading)
    if clock.regime != "eu":
        return received + timedelta(days=clock.count - reading.from_receipt)
    nominal = _nominal(clock, received)
    due = calendar.next_working_day(nominal, reading.country, reading.holidays_too)
    for since, days in _stood(clock.regime, received, pauses, reading):
        if since <= due:
            nominal = (nominal if since <= nominal else due) + timedelta(days=days)
            due = calendar.next_working_day(nominal, reading.country, reading.holidays_too)
    return due


def _nominal(clock: Clock, received: date) -> date:
    if clock.unit == "months":
        return months_after(received, clock.count)
    return received + timedelta(days=clock.count)


def _business(count: int, received: date, reading: Reading) -> date:
    if reading.from_receipt and calendar.is_business_day(received, reading.calendar):
        count -= 1
    return calendar.business_days_after(received, count, reading.calendar)


def _stood(regime: str, received: date, pauses: Pauses, reading: Reading) -> list[tuple[date, int]]:
    """When the clock stood still and for how many days, overlaps counted once; only what was asked promptly counts."""
    stood, after = [], received
    for since, until in sorted((one for one in pauses if one[1] is not None), key=lambda one: one[0]):
        assert until is not None
        start = max(since, after)
        if not _stops(regime, received, since, reading) or until <= start:
            continue
        stood.append((start, (until - start).days))
        after = until
    return stood


def _stops(regime: str, received: date, since: date, reading: Reading) -> bool:
    """Whether asking who the person is on `since` stops the clocks of what came in on `received`."""
    rule = requests.pause(regime, received)
    if rule is None or not rule.stops:
        return False
    promptly = rule.promptly_days if reading.promptly_days is None else reading.promptly_days
    return since <= received + timedelta(days=promptly)


def _stands(case: Case, clock: Clock, reading: Reading) -> bool:
    return any(
        until is None and _stops(clock.regime, case.received, since, reading) for since, until in case.pauses
    )


def dues(case: Case, reading: Reading = USUAL) -> tuple[Due, ...]:
    """Every clock of the case, the earliest first. What nobody has understood yet may be anything: all clocks run for it.

    Raises UsageError where no law held on the day of receipt: a mistyped year must not make a case without a deadline.
    """
    kinds = case.kinds or tuple(kind for kind in KINDS if case.regime in KINDS[kind].regimes)
    running: dict[str, tuple[Clock, list[str]]] = {}
    for kind in kinds:
        clocks = _running(case, kind)
        if not clocks and case.kinds:
            raise _no_law(case)
        for clock in clocks:
            running.setdefault(clock.id, (clock, []))[1].append(kind)
    if not running:
        raise _no_law(case)
    found = [
        Due(
            clock,
            tuple(named),
            end_of(clock, case.received, case.pauses, reading),
            met := _met(case, clock, named),
            not met and _stands(case, clock, reading),
        )
        for clock, named in running.values()
    ]
    return tuple(sorted(found, key=lambda due: (due.day, due.clock.id)))


def _no_law(case: Case) -> UsageError:
    return UsageError(
        f"no law gave a right to this on {case.received}",
        place=case.name,
        remedy="Correct the day on which the request was received, or what is asked.",
    )


def _running(case: Case, kind: str) -> list[Clock]:
    clocks = requests.clocks(case.regime, kind, case.received)
    longer = clocks.pop("extended", None)
    other = clocks.pop("elsewhere", None)
    if case.elsewhere and other is not None:
        clocks["answer"] = other
    if case.extended and longer is not None:
        clocks["answer"] = longer
    return list(clocks.values())


def _met(case: Case, clock: Clock, kinds: Sequence[str]) -> bool:
    if case.closed is not None:
        return True
    if clock.clock == "confirm":
        return case.acknowledged is not None
    if clock.clock == "act":
        return case.acted(kinds)
    return case.delivered is not None


def next_due(case: Case, reading: Reading = USUAL) -> date | None:
    """The next day by which something must have happened; None once nothing must."""
    return next((due.day for due in dues(case, reading) if not due.met), None)


def extension(case: Case, reading: Reading = USUAL) -> Extension | None:
    """Until when more time may be taken, and by when the person must be told; None where the law has no more to give."""
    if case.extended or case.closed is not None:
        return None
    found: list[tuple[str, Clock, Clock]] = []
    for kind in case.kinds:
        clocks = requests.clocks(case.regime, kind, case.received)
        if "answer" in clocks and "extended" in clocks:
            found.append((kind, clocks["answer"], clocks["extended"]))
    if not found:
        return None

    def end(clock: Clock) -> date:
        return end_of(clock, case.received, case.pauses, reading)

    return Extension(
        tuple(kind for kind, _, _ in found),
        min(end(answer) for _, answer, _ in found),
        min(end(longer) for _, _, longer in found),
        found[0][2],
    )


def may_ask_again(regime: str, kind: str, received: date, before: Sequence[tuple[str, date]]) -> bool:
    """Whether the law still gives a right to the request, after the earlier ones `before`: each a kind and its day of receipt.

    A right used up is a ground to refuse, never a duty to: an officer decides.
    """
    limit = requests.limit(regime, kind, received)
    if limit is None:
        return True
    counted = {day for asked, day in before if asked in limit.kinds}  # two kinds of one day are one request
    if limit.window == "calendar_year":
        used = [day for day in counted if day.year == received.year and day <= received]
    else:
        used = [day for day in counted if months_after(received, -limit.months) < day <= received]
    return len(used) < limit.count


def kept_until(regime: str, closed: date, months: int) -> date:
    """The last day on which the record of a case is kept: `months` after its end, never less than the law wants."""
    return months_after(closed, max(months, requests.record_months(regime, closed)))
