"""What the law demands of a letter, as dated data: the parts that must stand in it, each with its source."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from troth.law import requests
from troth.law.dated import broken, checked, data, holding, known, made

FILE: Final = "letters.toml"
PLACE: Final = "law/letters.toml"


@dataclass(frozen=True, slots=True)
class Demand:
    """One of `parts` must stand in these letters."""

    id: str
    regime: str
    letters: frozenset[str]
    parts: frozenset[str]
    holds_from: date
    citation: str
    mark: str
    holds_to: date | None = None


@lru_cache(maxsize=1)
def demands() -> tuple[Demand, ...]:
    """Every dated entry."""
    found = checked((made(Demand, told, PLACE) for told in data(FILE)["demands"]), PLACE)
    for one in found:
        known((one.regime,), requests.kinds(), PLACE, "law")
        if not one.letters or not one.parts:
            raise broken(PLACE, f"{one.id} demands nothing")
    return found


def demanded(letter: str, regime: str, at: date) -> tuple[Demand, ...]:
    """What a letter under this law must have on the day; () where it is written of our own accord."""
    return tuple(one for one in holding(demands(), at) if one.regime == regime and letter in one.letters)
