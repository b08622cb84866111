"""What the law demands of a letter, as dated data: the parts that must stand in it, each with its source."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from troth.law import requests
from troth.law.dated import Ruled, broken, in_force

FILE: Final = "letters.toml"
PLACE: Final = "law/letters.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand(Ruled):
    """One of `parts` must stand in these letters."""

    letters: frozenset[str]
    parts: frozenset[str]


@lru_cache(maxsize=1)
def demands() -> tuple[Demand, ...]:
    """Every dated entry."""
    found = requests.entries(FILE, "demands", Demand)
    for one in found:
        if not one.letters or not one.parts:
            raise broken(PLACE, f"{one.id} demands nothing")
    return found


def demanded(letter: str, regime: str, at: date) -> tuple[Demand, ...]:
    """What a letter under this law must have on the day; () where it is written of our own accord."""
    return tuple(one for one in in_force(demands(), regime, at) if letter in one.letters)
