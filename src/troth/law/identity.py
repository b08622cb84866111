"""What the law lets us ask somebody to show who they are, as dated data: questions, tiers, grave categories, agents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from troth.law import requests
from troth.law.dated import Ruled, broken, data, in_force, known, made

FILE: Final = "identity.toml"
PLACE: Final = "law/identity.toml"


@dataclass(frozen=True, slots=True)
class Question:
    """Something a page can ask; a `point` is an answer compared with data of these categories."""

    id: str
    point: bool
    to: str  # person or agent
    compared_with: frozenset[str]
    da: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier(Ruled):
    """How many points show who asks, whether with a declaration, and what a session is worth: `enough`, or `again` to sign in."""

    kinds: frozenset[str]
    grave: bool  # holds only where what it is about is of a grave category
    points: int
    declaration: bool
    signed_in: str
    doubted: int  # points, where an officer wrote down a doubt


@dataclass(frozen=True, slots=True, kw_only=True)
class Grave(Ruled):
    """Data categories of the map whose wrongful deletion or correction would do grave harm."""

    categories: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Agency(Ruled):
    """One of `accepts` shows that an agent may ask, of which `asks` may be asked for; `instead_of_person` spares the person."""

    kinds: frozenset[str]
    asks: frozenset[str]
    accepts: frozenset[str]
    instead_of_person: frozenset[str]


@lru_cache(maxsize=1)
def questions() -> Mapping[str, Question]:
    """Every question there is, by name, the points in the order in which they are asked."""
    found = {told["id"]: made(Question, told, PLACE) for told in data(FILE)["questions"]}
    known((one.to for one in found.values()), ("person", "agent"), PLACE, "one to ask called")
    return found


@lru_cache(maxsize=1)
def _tiers() -> tuple[Tier, ...]:
    found = requests.entries(FILE, "tiers", Tier)
    points = sum(one.point for one in questions().values())
    for one in found:
        known((one.signed_in,), ("enough", "again"), PLACE, "worth of a session")
        if not 1 <= one.points <= one.doubted <= points:
            raise broken(PLACE, f"{one.id} asks for points that there are not")
    return found


@lru_cache(maxsize=1)
def _agents() -> tuple[Agency, ...]:
    found = requests.entries(FILE, "agents", Agency)
    for one in found:
        known(one.accepts, questions(), PLACE, "question")
        known(one.asks | one.instead_of_person, one.accepts, PLACE, f"answer that {one.id} accepts called")
    return found


def tier(regime: str, kind: str, grave: bool, at: date) -> Tier | None:
    """What shows who asks for a kind, by the law of the day; None where nobody may be asked. Raises UsageError for a hole in the data."""
    if kind in requests.never_verified(regime, at):
        return None
    found = {one.grave: one for one in in_force(_tiers(), regime, at) if kind in one.kinds}
    if chosen := found.get(grave) or found.get(False):
        return chosen
    raise broken(PLACE, f"nothing says who may ask for {kind} under {regime}")


def grave_categories(regime: str, at: date) -> frozenset[str]:
    """The data categories that want the graver tier."""
    return frozenset().union(
        *(one.categories for one in in_force(requests.entries(FILE, "grave", Grave), regime, at))
    )


def agency(regime: str, kind: str, at: date) -> Agency | None:
    """What an agent shows for a kind; None where nothing may be asked of one."""
    found = (one for one in in_force(_agents(), regime, at) if kind in one.kinds)
    return next(found, None)
