"""What a person's copy must not show, and what one in a form to move holds (GDPR Art. 20(1), 11 CCR 7024(d)), as dated data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from troth.law import requests
from troth.law.dated import Ruled, in_force

FILE: Final = "copies.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld(Ruled):
    """Categories of the data map whose values are never disclosed under a law, though that they are held is said."""

    categories: frozenset[str]
    da: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Portable(Ruled):
    """What a copy in a form to move holds: data on these bases, of these origins; an empty set asks nothing."""

    bases: frozenset[str]
    origins: frozenset[str]
    da: str
    en: str


def withheld(regime: str, at: date) -> tuple[Withheld, ...]:
    """What the law forbids to show on the day; () where it forbids nothing."""
    return in_force(requests.entries(FILE, "withheld", Withheld), regime, at)


def portable(regime: str, at: date) -> Portable:
    """What is portable on the day; raises KeyError where the law knows no such right then."""
    for one in in_force(requests.entries(FILE, "portable", Portable), regime, at):
        return one
    raise KeyError(regime)
