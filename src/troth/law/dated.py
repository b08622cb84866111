"""Dated legal data is refused as a whole where an entry lacks its source, is misspelt, or leaves days without law."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise
from typing import Any, Final, TypeVar

from troth.terms.errors import UsageError

MARKS: Final = frozenset({"V", "K", "?"})
"""V checked in a copy of the source named, K well-known text not re-read, ? uncertain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """An entry that holds from a day on, until another with its id takes its place or its last day is over."""

    id: str
    holds_from: date
    citation: str
    mark: str
    holds_to: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruled(Dated):
    """An entry of one law, named by its regime."""

    regime: str


Entry = TypeVar("Entry", bound=Dated)
Under = TypeVar("Under", bound=Ruled)
Made = TypeVar("Made")


@lru_cache(maxsize=8)
def data(name: str) -> Mapping[str, Any]:
    """A file of this room, as it stands."""
    return tomllib.loads(files("troth.law").joinpath(name).read_text(encoding="utf-8"))


def made(cls: type[Made], told: Mapping[str, Any], place: str) -> Made:
    """The entry as a frozen value, its lists as frozen sets; raises UsageError for a field that is missing or unknown."""
    values = {name: frozenset(value) if isinstance(value, list) else value for name, value in told.items()}
    try:
        return cls(**values)
    except TypeError as fault:
        raise broken(place, f"an entry has the wrong fields ({told.get('id', 'without id')})") from fault


def broken(place: str, what: str) -> UsageError:
    """What is wrong with our own data."""
    return UsageError(
        what, place=place, remedy="The legal data is damaged: mend the entry, or install Troth anew."
    )


def known(names: Iterable[str], there_are: Collection[str], place: str, what: str) -> None:
    """Raises UsageError for a name that there is not."""
    if unknown := sorted(set(names) - set(there_are)):
        raise broken(place, f"there is no {what} {unknown[0]}")


def checked(entries: Iterable[Entry], place: str) -> tuple[Entry, ...]:
    """The entries by id and day; raises UsageError for a missing source, an unknown mark, or dates that clash or gape."""
    ordered = sorted(entries, key=lambda entry: (entry.id, entry.holds_from))
    for entry in ordered:
        if not entry.citation.strip():
            raise broken(place, f"{entry.id} names no source")
        if entry.mark not in MARKS:
            raise broken(place, f"{entry.id} does not say how well its source was checked")
        if entry.holds_to is not None and entry.holds_to < entry.holds_from:
            raise broken(place, f"{entry.id} ends before it begins")
    for one, after in pairwise(ordered):
        if one.id != after.id:
            continue
        if after.holds_from == one.holds_from:
            raise broken(place, f"{one.id} stands twice from {one.holds_from}")
        if one.holds_to is not None and after.holds_from != one.holds_to + timedelta(days=1):
            raise broken(place, f"{one.id} leaves days without law, or with two, after {one.holds_to}")
    return tuple(ordered)


def holding(entries: Sequence[Entry], at: date) -> tuple[Entry, ...]:
    """Of each id, the entry that holds on the day."""
    latest = {entry.id: entry for entry in entries if entry.holds_from <= at}
    return tuple(entry for entry in latest.values() if entry.holds_to is None or at <= entry.holds_to)


def in_force(entries: Sequence[Under], regime: str, at: date) -> tuple[Under, ...]:
    """Of each id, the entry of one law that holds on the day."""
    return tuple(entry for entry in holding(entries, at) if entry.regime == regime)
