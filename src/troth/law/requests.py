"""The law of requests as dated data: which clock runs, when it stands still, how often one may ask, on what it may be refused."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import product
from typing import Any, Final, cast

from troth.law.dated import Dated, Entry, Ruled, broken, checked, data, holding, in_force, known, made

FILE: Final = "requests.toml"
PLACE: Final = "law/requests.toml"
CLOCKS: Final = ("confirm", "act", "answer", "extended", "elsewhere")
UNITS: Final = frozenset({"months", "days", "business_days"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock(Ruled):
    """One deadline: `count` units from the day a request came in; `extended` takes the place of `answer` once it was told in time."""

    clock: str
    kinds: frozenset[str]
    count: int
    unit: str
    da: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause(Ruled):
    """Whether the clocks stand still while identity is open, if it was asked within `promptly_days` of receipt."""

    stops: bool
    promptly_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unverified(Ruled):
    """Kinds for which nobody may be asked who they are."""

    kinds: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit(Ruled):
    """So many requests of these kinds in so many months, or in one calendar year."""

    kinds: frozenset[str]
    count: int
    window: str
    months: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait(Ruled):
    """So many months in which nobody who said no may be asked to say yes again."""

    kinds: frozenset[str]
    months: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling(Ruled):
    """Kinds that are simply stopped, and of which whoever received the data is told."""

    kinds: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record(Ruled):
    """The least number of months for which the record of a request is kept."""

    months: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar(Dated):
    """The holidays that are no business days in California, by the names of the `holidays` library."""

    country: str
    counted: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Metrics(Ruled):
    """What a business with at least so many consumers a year publishes: `groups` of kinds, counted together, by a day of the next year."""

    consumers: int
    by_month: int
    by_day: int
    groups: Mapping[str, Sequence[str]]
    denials: Mapping[str, Sequence[str]]  # why a request was denied: grounds by the law's word


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused(Ruled):
    """On what a request may be refused; `fee`: or a reasonable fee taken; `shown_by_us`: we carry the burden of proof."""

    kinds: frozenset[str]
    fee: bool
    shown_by_us: bool
    da: str
    en: str
    used_up: bool = False  # holds only where the law's number of requests is used up (`limit`)


@lru_cache(maxsize=1)
def kinds() -> dict[str, frozenset[str]]:
    """What can be asked under each law."""
    return {regime: frozenset(names) for regime, names in data(FILE)["kinds"].items()}


def entries(file: str, name: str, cls: type[Entry]) -> tuple[Entry, ...]:
    """Entries of one table of a file; each is of a known law, and of what can be asked under it."""
    return cast("tuple[Entry, ...]", _entries(file, name, cast("Hashable", cls)))


@lru_cache(maxsize=32)
def _entries(file: str, name: str, cls: Any) -> tuple[Dated, ...]:
    place = f"law/{file}"
    found = checked((made(cls, told, place) for told in data(file)[name]), place)
    for one in found:
        if isinstance(one, Ruled):
            known((one.regime,), kinds(), place, "law")
            known(getattr(one, "kinds", ()), kinds()[one.regime], place, f"request under {one.regime} called")
    return found


@lru_cache(maxsize=1)
def _clocks() -> tuple[Clock, ...]:
    found = entries(FILE, "clocks", Clock)
    for one in found:
        known((one.clock,), CLOCKS, PLACE, "clock")
        known((one.unit,), UNITS, PLACE, "unit")
        if one.count < 1 or not one.da or not one.en:
            raise broken(PLACE, f"{one.id} says nothing")
    for regime, told in kinds().items():
        for kind in sorted(told):
            named = {one.id for one in found if one.regime == regime and kind in one.kinds}
            if not any(one.clock in ("act", "answer") for one in found if one.id in named):
                raise broken(PLACE, f"no clock runs for {kind} under {regime}")
    for a, b in product(found, found):
        if a.id < b.id and (a.regime, a.clock) == (b.regime, b.clock) and a.kinds & b.kinds:
            raise broken(PLACE, f"{a.id} and {b.id} are two clocks for one thing")
    return found


@lru_cache(maxsize=1)
def _limits() -> tuple[Limit, ...]:
    found = entries(FILE, "limits", Limit)
    known((one.window for one in found), ("months", "calendar_year"), PLACE, "window")
    return found


@lru_cache(maxsize=1)
def _metrics() -> tuple[Metrics, ...]:
    found = entries(FILE, "metrics", Metrics)
    for one in found:
        named = [kind for group in one.groups.values() for kind in group]
        known(named, kinds()[one.regime], PLACE, f"request under {one.regime} called")
        if len(named) != len(set(named)):
            raise broken(PLACE, f"{one.id} counts one kind twice")
        grounds = [ground for told in one.denials.values() for ground in told]
        known(
            grounds,
            {each.id for each in entries(FILE, "refusals", Refused)},
            PLACE,
            "ground to refuse called",
        )
    return found


def clocks(regime: str, kind: str, at: date) -> dict[str, Clock]:
    """The clocks that run for a kind received on the day, by name; {} before the law held."""
    return {one.clock: one for one in in_force(_clocks(), regime, at) if kind in one.kinds}


def pause(regime: str, at: date) -> Pause | None:
    """Whether clocks stand still while identity is open, as the law of the day has it; None before it held."""
    return next(iter(in_force(entries(FILE, "pauses", Pause), regime, at)), None)


def never_verified(regime: str, at: date) -> frozenset[str]:
    """The kinds for which nobody may be asked who they are."""
    found = (one.kinds for one in in_force(entries(FILE, "unverified", Unverified), regime, at))
    return frozenset().union(*found)


def limit(regime: str, kind: str, at: date) -> Limit | None:
    """How often a kind may be asked; None where the law has no number."""
    found = (one for one in in_force(_limits(), regime, at) if kind in one.kinds)
    return next(found, None)


def wait_months(regime: str, kinds_: Collection[str], at: date) -> int | None:
    """For how long nobody may be asked to take back a no of these kinds; None where the law has no number."""
    found = [
        one.months for one in in_force(entries(FILE, "waits", Wait), regime, at) if one.kinds & set(kinds_)
    ]
    return max(found, default=None)


def told_recipients(regime: str, at: date) -> frozenset[str]:
    """The kinds that are simply stopped and of which recipients are told."""
    found = in_force(entries(FILE, "tellings", Telling), regime, at)
    return frozenset[str]().union(*(one.kinds for one in found))


def record_months(regime: str, at: date) -> int:
    """The least number of months for which the record of a request is kept; 0 where the law has no number."""
    return next((one.months for one in in_force(entries(FILE, "records", Record), regime, at)), 0)


def metrics(regime: str, at: date) -> Metrics | None:
    """What must be published of requests; None where the law of the day asks for nothing."""
    return next(iter(in_force(_metrics(), regime, at)), None)


@lru_cache(maxsize=1)
def calendars() -> dict[str, Calendar]:
    """The calendars of business days in California, by name."""
    return {one.id: one for one in entries(FILE, "calendars", Calendar)}


def refusals(regime: str, kind: str, at: date) -> tuple[Refused, ...]:
    """On what a kind may be refused on the day, beside the grounds to keep data (`rules.grounds`)."""
    return tuple(one for one in in_force(entries(FILE, "refusals", Refused), regime, at) if kind in one.kinds)


def refusal(name: str, at: date) -> Refused | None:
    """The ground of this name as it holds on the day; None where no request is refused on it."""
    return next((one for one in holding(entries(FILE, "refusals", Refused), at) if one.id == name), None)
