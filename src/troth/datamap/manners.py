"""How gently a run treats a system: limits, pauses and hours, read strictly from words; nothing here decides what is erased.

Each word may stand in the map, and on the command line, which wins. None of them is part of the map's hash: a run that was
approved must be able to go on with a shorter lock timeout or a smaller rate.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final
from zoneinfo import ZoneInfo

Said = Mapping[str, str]
"""Words by name, as somebody wrote them: `{"lock_timeout": "5s"}`; quiet hours are joined by semicolons."""

MOST_KEYS: Final = 10_000  # of one statement: beyond, every store's planner falls off a cliff
_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LENGTH: Final = re.compile(r"(\d{1,7}(?:\.\d{1,3})?)\s*(ms|s|min|h)")
_SECONDS: Final = {"ms": 0.001, "s": 1.0, "min": 60.0, "h": 3600.0}
_COUNT: Final = re.compile(r"\d{1,12}|\d{1,3}(?:[,_]\d{3}){1,3}")
_HOURS: Final = re.compile(
    r"(?:(?P<first>[A-Za-z]{3})(?:-(?P<last>[A-Za-z]{3}))?\s+)?"
    r"(?P<begin>\d\d:\d\d)-(?P<end>\d\d:\d\d)\s+(?P<zone>[A-Za-z_]+(?:[/+-][A-Za-z0-9_+-]+)*)"
)


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours in which nothing is written, by the clocks of a place; `begin` after `end` goes past midnight."""

    days: frozenset[int]  # on which they begin; Monday is 0
    begin: int  # minutes after midnight
    end: int
    zone: str

    def until(self, at: datetime) -> datetime | None:
        """When the quiet hours that hold `at` end, on that place's clocks; None where `at` is in none of them."""
        here = at.astimezone(ZoneInfo(self.zone))
        long = self.end - self.begin if self.end > self.begin else self.end - self.begin + 24 * 60
        for back in (0, 1):
            day = here.date() - timedelta(days=back)
            since = (here.hour * 60 + here.minute) + back * 24 * 60 - self.begin
            if day.weekday() in self.days and 0 <= since < long:
                over = self.begin + long
                ends = datetime(day.year, day.month, day.day, tzinfo=here.tzinfo) + timedelta(
                    days=over // 1440
                )
                return ends.replace(hour=over % 1440 // 60, minute=over % 60)
        return None


@dataclass(frozen=True, slots=True)
class Manners:
    """The limits of one system in one run. Seconds, rows and keys; a rate or ceiling of 0 is none."""

    lock_timeout: float = 10.0
    statement_timeout: float = 600.0
    read_timeout: float = 7200.0
    batch: int = MOST_KEYS
    rate: int = 0
    pause: float = 0.0
    quiet: tuple[Quiet, ...] = ()
    max_rows: int = 100_000
    max_people: int = 1_000
    max_due: int = 1_000_000  # rows of one retention run, which asks nobody

    @property
    def keys(self) -> int:
        """Most keys of one transaction: with a rate, no more than a second's worth."""
        return min(self.batch, self.rate) if self.rate else self.batch

    def rest(self, rows: int, took: float) -> float:
        """Seconds to wait after a batch of so many rows that took so long."""
        return max(self.pause, rows / self.rate - took if self.rate else 0.0, 0.0)

    def quiet_until(self, at: datetime) -> datetime | None:
        """When the quiet hours around `at` end, those that follow on without a gap included; None: there are none now."""
        over: datetime | None = None
        for _ in range(16):
            ends = [found for hours in self.quiet if (found := hours.until(over or at))]
            if not ends:
                break
            over = max(ends)
        return over


DEFAULTS: Final = Manners()


class UnreadableError(ValueError):
    """A word that says no manner; its text says what can be written instead."""


def manners(*layers: Said) -> Manners:
    """What the layers say, a later one winning word by word; raises UnreadableError."""
    said = {name: text for layer in layers for name, text in layer.items()}
    values: dict[str, Any] = {name: READ[name](name, text) for name, text in said.items()}
    return Manners(**values)


def _seconds(name: str, text: str, least: float, most: float) -> float:
    found = _LENGTH.fullmatch(text.strip())
    value = float(found[1]) * _SECONDS[found[2]] if found else -1.0
    if not least <= value <= most:
        raise UnreadableError(
            f"{name}: write a length of time such as 500ms, 10s, 5min or 2h, up to {most / 3600:g}h"
        )
    return value


def _timeout(name: str, text: str) -> float:
    return _seconds(name, text, 0.05, 24 * 3600)


def _pause(name: str, text: str) -> float:
    return 0.0 if text.strip() == "0" else _seconds(name, text, 0, 3600)


def _count(name: str, text: str) -> int:
    if not _COUNT.fullmatch(text.strip()):
        raise UnreadableError(f"{name}: write a whole number, 0 for no limit")
    return int(re.sub(r"[,_]", "", text))


def _batch(name: str, text: str) -> int:
    keys = _count(name, text)
    if not 1 <= keys <= MOST_KEYS:
        raise UnreadableError(f"{name}: write 1 to {MOST_KEYS}")
    return keys


def _quiet(name: str, text: str) -> tuple[Quiet, ...]:
    return tuple(_hours(name, part) for part in text.split(";") if part.strip())


def _hours(name: str, text: str) -> Quiet:
    wrong = UnreadableError(
        f"{name}: write hours and a place's clocks, such as Mon-Fri 08:00-18:00 Europe/Copenhagen"
    )
    found = _HOURS.fullmatch(text.strip())
    if found is None:
        raise wrong
    begin, end = (_minutes(found[part], wrong) for part in ("begin", "end"))
    try:
        ZoneInfo(found["zone"])
        days = _days(found["first"], found["last"])
    except (KeyError, ValueError, OSError):
        raise wrong from None
    if begin == end or begin == 24 * 60:
        raise wrong
    return Quiet(days, begin, end, found["zone"])


def _minutes(text: str, wrong: UnreadableError) -> int:
    hour, minute = map(int, text.split(":"))
    if minute > 59 or hour * 60 + minute > 24 * 60:
        raise wrong
    return hour * 60 + minute


def _days(first: str | None, last: str | None) -> frozenset[int]:
    if first is None:
        return frozenset(range(7))
    begin = _DAYS.index(first.casefold())
    end = _DAYS.index((last or first).casefold())
    return frozenset((begin + step) % 7 for step in range((end - begin) % 7 + 1))


READ: Final[Mapping[str, Callable[[str, str], Any]]] = MappingProxyType(
    {
        "lock_timeout": _timeout,
        "statement_timeout": _timeout,
        "read_timeout": _timeout,
        "batch": _batch,
        "rate": _count,
        "pause": _pause,
        "quiet": _quiet,
        "max_rows": _count,
        "max_people": _count,
        "max_due": _count,
    }
)
"""Every word of manners and how it is read."""
