"""How an anonymised cell is made coarser, as the map says it: every strategy done twice changes nothing more.

A cell that a strategy cannot read is never left as it is: the caller then writes a neutral value.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final, Literal

from troth.datamap.model import Atom, Dataset, Strategy
from troth.datamap.regions import region_of
from troth.datamap.schema import Family

Word = Literal["null", "generalise", "truncate", "noise", "token"]
PERIODS: Final = ("month", "quarter", "year", "decade")
_DIGITS: Final = re.compile(r"([1-9]) digits?")
_BANDS: Final = re.compile(r"bands of ([1-9][0-9]{0,8})")
_DAY: Final = re.compile(r"(\d{4}-\d\d-\d\d)(?:([T ]).*)?")
_NUMBER: Final = re.compile(r"-?\d{1,15}")
_COARSE: Final = ("generalise", "truncate", "noise")
_FITS: Final[dict[str, tuple[Family, ...]]] = {
    "period": ("date", "timestamp", "text"),
    "digits": ("text", "integer"),
    "bands": ("integer", "decimal", "text"),
    "truncate": ("text",),
    "region": ("text",),
}


@dataclass(frozen=True, slots=True)
class Unreadable:
    """No cell: what stood there could not be made coarser."""


UNREADABLE: Final = Unreadable()


def readable(word: str, by: str) -> bool:
    """Whether the map may say so: `generalise: year`, `2 digits`, `bands of 10`; `noise` within a period or band."""
    if word == "truncate":
        return bool(re.fullmatch(r"[1-9]\d?", by))
    if word == "token":
        return by == "row"
    known = by in PERIODS or bool(_BANDS.fullmatch(by))
    return known or (word == "generalise" and (by == "region" or bool(_DIGITS.fullmatch(by))))


def is_accounting(dataset: Dataset) -> bool:
    """Rows whose sums a law may need: they stay without the person, or a ground keeps them."""
    return dataset.on_erase_default == "anonymise" or bool(dataset.keep)


def fits(strategy: Strategy, family: Family) -> bool:
    """Whether a column of this type can hold what the strategy makes of it."""
    return family in _FITS[_kind(strategy)]


def is_coarse(strategy: Strategy | None) -> bool:
    """Whether something of the old value can still be read."""
    return strategy is not None and strategy.word in _COARSE


def coarser(strategy: Strategy, cell: Atom, digest: bytes) -> Atom | Unreadable:
    """The cell made coarser; UNREADABLE for one that is not what the strategy is for. `digest` decides the noise."""
    if cell is None:
        return None
    kind = _kind(strategy)
    if kind == "truncate":
        return cell[: int(strategy.by)] if isinstance(cell, str) else UNREADABLE
    if kind == "region":
        return (region_of(cell) or UNREADABLE) if isinstance(cell, str) else UNREADABLE
    if kind == "digits":
        match = _DIGITS.fullmatch(strategy.by)
        assert match is not None
        return _digits(int(match[1]), cell)
    random = int.from_bytes(digest[:8], "big") if strategy.word == "noise" else None
    if kind == "period":
        return _period(strategy.by, cell, random)
    match = _BANDS.fullmatch(strategy.by)
    assert match is not None
    return _band(int(match[1]), cell, random)


def ends(strategy: Strategy, cell: Atom) -> tuple[Atom | Unreadable, Atom | Unreadable]:
    """The lowest and the highest cell that the strategy may make of this one; the same where nothing is drawn."""
    low = coarser(strategy, cell, bytes(8))
    if strategy.word != "noise" or low is UNREADABLE or low is None:
        return low, low
    if strategy.by in PERIODS:
        return low, _period(strategy.by, cell, -1)
    match = _BANDS.fullmatch(strategy.by)
    assert match is not None
    return low, _band(int(match[1]), cell, -1)


def _kind(strategy: Strategy) -> str:
    if strategy.word == "truncate" or strategy.by == "region":
        return strategy.by if strategy.by == "region" else "truncate"
    if strategy.by in PERIODS:
        return "period"
    return "digits" if _DIGITS.fullmatch(strategy.by) else "bands"


def _digits(count: int, cell: Atom) -> Atom | Unreadable:
    """`8200` -> `8***`; of a number the others become 0. What has no more digits than stay goes altogether."""
    if isinstance(cell, int) and not isinstance(cell, bool):
        width = len(str(abs(cell)))
        return cell - cell % 10 ** (width - count) if cell >= 0 and width > count else UNREADABLE
    if not isinstance(cell, str) or not re.match(rf"\d{{{count}}}.", cell, re.ASCII):
        return UNREADABLE
    return cell[:count] + "*" * (len(cell) - count)


def _band(width: int, cell: Atom, random: int | None) -> Atom | Unreadable:
    """The lower end of the band a number lies in; with noise any number of that band."""
    if isinstance(cell, str):
        if not _NUMBER.fullmatch(cell):
            return UNREADABLE
        made = _band(width, int(cell), random)
        return str(made)
    if isinstance(cell, bool) or not isinstance(cell, int | Decimal | float):
        return UNREADABLE
    if not isinstance(cell, int) and not _finite(cell):
        return UNREADABLE
    low = int(cell // width) * width
    if cell < low:  # Decimal's // cuts towards zero
        low -= width
    if random is None:
        return type(cell)(low)
    if isinstance(cell, int):
        return low + random % width
    share = random % (width * 100)
    return low + Decimal(share) / 100 if isinstance(cell, Decimal) else low + share / 100


def _finite(cell: Decimal | float) -> bool:
    return cell.is_finite() if isinstance(cell, Decimal) else cell - cell == 0


def _period(period: str, cell: Atom, random: int | None) -> Atom | Unreadable:
    """The first day of the period; with noise any day of it. The time of day goes."""
    if isinstance(cell, datetime):
        day = _day(period, cell.date(), random)
        return datetime.combine(day, time(), cell.tzinfo)
    if isinstance(cell, date):
        return _day(period, cell, random)
    if isinstance(cell, str) and (match := _DAY.fullmatch(cell)):
        try:
            day = _day(period, date.fromisoformat(match[1]), random)
        except ValueError:
            return UNREADABLE
        return day.isoformat() + (f"{match[2]}00:00:00" if match[2] else "")
    return UNREADABLE


def _day(period: str, day: date, random: int | None) -> date:
    first, last = _ENDS[period](day)
    return first if random is None else first + timedelta(days=random % ((last - first).days + 1))


def _months(months: int) -> Callable[[date], tuple[date, date]]:
    """First and last day of the run of months, counted from January, that a day lies in."""

    def ends(day: date) -> tuple[date, date]:
        first = day.replace(month=(day.month - 1) // months * months + 1, day=1)
        last = first.month + months - 1
        return first, first.replace(month=last, day=calendar.monthrange(first.year, last)[1])

    return ends


def _decade(day: date) -> tuple[date, date]:
    first = date(max(day.year // 10 * 10, 1), 1, 1)
    return first, date(day.year // 10 * 10 + 9, 12, 31)


_ENDS: Final[dict[str, Callable[[date], tuple[date, date]]]] = {
    "month": _months(1),
    "quarter": _months(3),
    "year": _months(12),
    "decade": _decade,
}
