"""How many asked for what, how many got it, and how long it took: counts of frozen facts, by the groups of 11 CCR 7102."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from statistics import fmean, median
from typing import Final, Literal

from troth.law import requests as law
from troth.law.rules import keeps
from troth.requests.case import Case, Event, acted_on
from troth.requests.kinds import KINDS

Fate = Literal["granted", "partly", "refused", "retracted", "open"]
FATES: Final[tuple[Fate, ...]] = ("granted", "partly", "refused", "retracted", "open")


@dataclass(frozen=True, slots=True)
class Fact:
    """What became of one kind in one case; nothing of who asked."""

    regime: str
    kind: str
    received: date
    fate: Fate
    answered: date | None = None
    grounds: tuple[str, ...] = ()  # on which it was refused, in whole or in part

    @property
    def days(self) -> int | None:
        """From receipt to the answer; None while there is none."""
        return None if self.answered is None else (self.answered - self.received).days


@dataclass(frozen=True)
class Count:
    """Requests of one group: each has one fate, and `days` are those of the answered ones."""

    received: int
    fates: Mapping[Fate, int]
    mean_days: float | None
    median_days: float | None
    grounds: Mapping[str, int] = field(default_factory=dict)

    @property
    def complied(self) -> int:
        """In whole or in part."""
        return self.fates["granted"] + self.fates["partly"]

    @property
    def denied(self) -> int:
        return self.fates["refused"]


def facts(case: Case, events: Iterable[Event] = ()) -> tuple[Fact, ...]:
    """What became of each kind of a case; an unclear one is not counted before somebody says what it is.

    By its events it is known when a no was carried out, by whoever keeps a system by hand too: that answers it, whenever the letter
    about it went.
    """
    if case.unclear:
        return ()
    happened = tuple(events)
    return tuple(_fact(case, kind, happened) for kind in case.kinds)


def _fact(case: Case, kind: str, events: Sequence[Event]) -> Fact:
    decision, told = case.decisions.get(kind), case.delivered
    if KINDS[kind].act == "stop" and kind in case.done:
        told = acted_on(case.name, events, (kind,)) or told
    if case.retracted and kind not in case.done:
        return Fact(case.regime, kind, case.received, "retracted")
    if decision is None or told is None:
        return Fact(case.regime, kind, case.received, "open")
    return Fact(case.regime, kind, case.received, decision.outcome, told, decision.grounds)


def count(found: Iterable[Fact]) -> Count:
    """The counts of some facts, and mean and median days to the answer."""
    fates: Counter[Fate] = Counter()
    grounds: Counter[str] = Counter()
    days: list[int] = []
    for one in found:
        fates[one.fate] += 1
        grounds.update(set(one.grounds))
        if one.days is not None:
            days.append(one.days)
    return Count(
        sum(fates.values()), {fate: fates[fate] for fate in FATES}, round(fmean(days), 1) if days else None,
        float(median(days)) if days else None, dict(sorted(grounds.items())),
    )  # fmt: skip


def of_year(
    found: Sequence[Fact], regime: str, year: int, groups: Mapping[str, Sequence[str]]
) -> Mapping[str, Count]:
    """Counts of what was received in a calendar year under a law, by group; a group nobody asked for has zeros."""
    here = [one for one in found if one.regime == regime and one.received.year == year]
    return {name: count(one for one in here if one.kind in kinds) for name, kinds in groups.items()}


@dataclass(frozen=True, slots=True)
class Publication:
    """What the law wants published of a year, by when, and from how many consumers on it is a duty."""

    year: int
    by: date
    consumers: int
    citation: str
    counts: Mapping[str, Count]
    denials: Mapping[str, Mapping[str, int]]  # by group, by why: those denied in whole or in part


def publication(found: Sequence[Fact], regime: str, year: int) -> Publication | None:
    """What a law wants published of the requests of a calendar year; None where it asks for nothing."""
    rule = law.metrics(regime, date(year, 12, 31))
    if rule is None:
        return None
    by = date(year + 1, rule.by_month, rule.by_day)
    here = [one for one in found if one.regime == regime and one.received.year == year]
    denials = {
        name: _denials((one for one in here if one.kind in kinds), rule.denials)
        for name, kinds in rule.groups.items()
    }
    return Publication(
        year, by, rule.consumers, rule.citation, of_year(found, regime, year, rule.groups), denials
    )


OTHER: Final = "other"
EXEMPT: Final = "exempt"


def _denials(found: Iterable[Fact], reasons: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """How many were denied in whole or in part for each of the law's reasons; one with two reasons is counted under both."""
    counts = dict.fromkeys((*reasons, OTHER), 0)
    for one in found:
        if one.fate in ("partly", "refused"):
            for reason in {_reason(ground, reasons, one.received) for ground in one.grounds} or {OTHER}:
                counts[reason] += 1
    return counts


def _reason(ground: str, reasons: Mapping[str, Sequence[str]], at: date) -> str:
    """The law's word for a ground; whatever is none to refuse a request keeps data, in the map's own words or not: an exemption."""
    named = next((name for name, grounds in reasons.items() if ground in grounds), "")
    return named or (
        EXEMPT if EXEMPT in reasons and keeps(ground) and law.refusal(ground, at) is None else OTHER
    )
