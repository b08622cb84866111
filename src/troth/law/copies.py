"""What a person's copy must not show, and what one in a form to move holds (GDPR Art. 20(1), 11 CCR 7024(d)), as dated data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from troth.law.dated import checked, data, holding, made

FILE: Final = "copies.toml"
PLACE: Final = "law/copies.toml"


@dataclass(frozen=True, slots=True)
class Withheld:
    """Categories of the data map whose values are never disclosed under a law, though that they are held is said."""

    id: str
    regime: str
    categories: frozenset[str]
    holds_from: date
    citation: str
    mark: str
    da: str
    en: str
    holds_to: date | None = None


@dataclass(frozen=True, slots=True)
class Portable:
    """What a copy in a form to move holds: data on these bases, of these origins; an empty set asks nothing."""

    id: str
    regime: str
    bases: frozenset[str]
    origins: frozenset[str]
    holds_from: date
    citation: str
    mark: str
    da: str
    en: str
    holds_to: date | None = None


@lru_cache(maxsize=1)
def _withheld() -> tuple[Withheld, ...]:
    return checked((made(Withheld, told, PLACE) for told in data(FILE)["withheld"]), PLACE)


@lru_cache(maxsize=1)
def _portable() -> tuple[Portable, ...]:
    return checked((made(Portable, told, PLACE) for told in data(FILE)["portable"]), PLACE)


def withheld(regime: str, at: date) -> tuple[Withheld, ...]:
    """What the law forbids to show on the day; () where it forbids nothing."""
    return tuple(one for one in holding(_withheld(), at) if one.regime == regime)


def portable(regime: str, at: date) -> Portable:
    """What is portable on the day; raises KeyError where the law knows no such right then."""
    for one in holding(_portable(), at):
        if one.regime == regime:
            return one
    raise KeyError(regime)
