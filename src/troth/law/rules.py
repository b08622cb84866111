"""Rules of law as dated data: what holds on a day, on which ground of GDPR Art. 17(3), and when it lapses."""

from __future__ import annotations

import tomllib
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final, Protocol

CALENDAR_YEAR: Final = (12, 31)


@dataclass(frozen=True, slots=True)
class Ground:
    """One of the five grounds on which erasure may be refused; the list is closed (GDPR Art. 17(3))."""

    id: str
    article: str
    da: str
    en: str


@dataclass(frozen=True, slots=True)
class LawRule:
    """One rule as it holds from a day on; `mark` says how well its source was checked (V, K or ?)."""

    id: str
    ground: str
    region: str
    holds_from: date
    years: int
    from_end_of_financial_year: bool
    citation: str
    mark: str
    da: str
    en: str
    holds_to: date | None = None  # last day; None: until a later entry takes its place


class Period(Protocol):
    """A keep rule's own end, as the data map writes it."""

    @property
    def on(self) -> date | None: ...
    @property
    def years(self) -> int: ...
    @property
    def financial_year_end(self) -> tuple[int, int] | None: ...


@lru_cache(maxsize=1)
def _data() -> Mapping[str, Any]:
    return tomllib.loads(files("troth.law").joinpath("rules.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def grounds() -> Mapping[str, Ground]:
    """The five grounds by id."""
    return {ground["id"]: Ground(**ground) for ground in _data()["grounds"]}


@lru_cache(maxsize=1)
def all_rules() -> tuple[LawRule, ...]:
    """Every dated entry, oldest first."""
    return tuple(sorted((LawRule(**entry) for entry in _data()["rules"]), key=lambda r: (r.id, r.holds_from)))


def is_known(name: str) -> bool:
    """Whether the id names a rule or a ground, at any time."""
    return name in grounds() or any(entry.id == name for entry in all_rules())


def rule(name: str, at: date) -> LawRule:
    """The entry that holds on the day; raises KeyError where none does."""
    held = [entry for entry in all_rules() if entry.id == name and entry.holds_from <= at]
    if not held or ((last := held[-1].holds_to) is not None and at > last):
        raise KeyError(name)
    return held[-1]


def newest(name: str) -> LawRule:
    """The latest entry, for proposals; raises KeyError where there is none."""
    held = [entry for entry in all_rules() if entry.id == name]
    if not held:
        raise KeyError(name)
    return held[-1]


def basis(name: str, regime: str = "") -> str:
    """The article on which we keep something of our own accord, as `eu.erasure_repeated`; KeyError for an unknown one.

    Where each law has its own: that of the regime, and all of them where none is named.
    """
    found = [entry for entry in _data()["bases"] if entry["id"] == name]
    if not found:
        raise KeyError(name)
    theirs = [entry for entry in found if regime in ("", entry.get("regime", regime))]
    return "; ".join(str(entry["article"]) for entry in theirs or found)


def keeps(name: str) -> bool:
    """Whether what is named so lets us keep data: a rule, a ground, a basis, the map's own words; not that data is still personal."""
    return all(entry.get("keeps", True) for entry in _data()["bases"] if entry["id"] == name)


def bases(name: str) -> frozenset[str]:
    """Everything as which a basis may stand written: by one law, or by all of them."""
    regimes = {entry.get("regime", "") for entry in _data()["bases"] if entry["id"] == name}
    return frozenset(basis(name, regime) for regime in regimes | {""})


def cited(name: str, regime: str = "") -> str:
    """How a law is named to people: the citation of a known rule, ground or basis, else the map's own words."""
    if name in grounds():
        return grounds()[name].article
    if any(entry["id"] == name for entry in _data()["bases"]):
        return basis(name, regime)
    return newest(name).citation if is_known(name) else name


def keep_until(
    period: LawRule | Period, start: date | None, financial_year_end: tuple[int, int] = CALENDAR_YEAR
) -> date:
    """The last day on which what concerns `start` is kept; erasure is due the day after.

    A rule that counts from the end of the financial year uses `financial_year_end` (month, day); a period
    carries its own. Raises ValueError when the period has neither a date nor a start.
    """
    if isinstance(period, LawRule):
        year_end = financial_year_end if period.from_end_of_financial_year else None
    else:
        if period.on is not None:
            return period.on
        year_end = period.financial_year_end
    if start is None:
        raise ValueError("the period has no start")
    if year_end is None:
        return _day(start.year + period.years, start.month, start.day)
    end = financial_year_of(start, year_end)
    return _day(end.year + period.years, *_whole_february(year_end))


def financial_year_of(day: date, year_end: tuple[int, int] = CALENDAR_YEAR) -> date:
    """The last day of the financial year that holds `day`; February ends on its last day."""
    month, last = _whole_february(year_end)
    end = _day(day.year, month, last)
    return end if day <= end else _day(day.year + 1, month, last)


def has_lapsed(until: date, at: date) -> bool:
    """Whether a rule that keeps until a day has ended by `at`."""
    return at >= until + timedelta(days=1)


def _whole_february(year_end: tuple[int, int]) -> tuple[int, int]:
    return (2, 29) if year_end in ((2, 28), (2, 29)) else year_end


def _day(year: int, month: int, day: int) -> date:
    """The day, or the month's last where it has none (Regulation 1182/71 Art. 3(2)(c))."""
    return date(year, month, min(day, monthrange(year, month)[1]))
