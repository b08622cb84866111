"""What a person can ask, under which law, and by which act it is answered; one word each, used everywhere."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

Regime = Literal["eu", "california"]
REGIMES: Final[tuple[Regime, ...]] = ("eu", "california")
Act = Literal["copy", "portable", "correct", "erase", "restrict", "weigh", "stop", "tell"]
"""What answers it: a copy, a machine-readable copy, a correction, an erasure, a restriction, a balancing of interests,
an end to some use (no decision to be made: it is simply done), or an answer in words."""
Channel = Literal["portal", "mail", "phone", "letter", "visit", "api", "signal"]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of request; `at_once`: from the day it comes in, the use it is about rests until it is decided."""

    name: str
    act: Act
    regimes: frozenset[Regime]
    at_once: bool = False


_BOTH: Final = frozenset[Regime](REGIMES)
_EU: Final = frozenset[Regime]({"eu"})
_CA: Final = frozenset[Regime]({"california"})

KINDS: Final[Mapping[str, Kind]] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            Kind("access", "copy", _EU),  # GDPR Art. 15
            Kind("know_categories", "tell", _CA),  # Civ. Code 1798.100, 110, 115
            Kind("know_specific", "copy", _CA),  # Civ. Code 1798.110(a)(5)
            Kind("portability", "portable", _BOTH),  # GDPR Art. 20; Civ. Code 1798.130(a)(3)(B)(iii)
            Kind("rectification", "correct", _BOTH),  # GDPR Art. 16; Civ. Code 1798.106
            Kind("erasure", "erase", _BOTH, at_once=True),  # GDPR Art. 17; Civ. Code 1798.105
            Kind("restriction", "restrict", _EU, at_once=True),  # GDPR Art. 18
            Kind("objection", "weigh", _EU, at_once=True),  # GDPR Art. 21(1), 18(1)(d)
            Kind("marketing_objection", "stop", _BOTH, at_once=True),  # GDPR Art. 21(2)-(3)
            Kind("withdrawal", "stop", _BOTH, at_once=True),  # GDPR Art. 7(3)
            Kind("unsubscribe", "stop", _BOTH, at_once=True),  # Danish Marketing Practices Act § 10
            Kind("opt_out", "stop", _CA, at_once=True),  # Civ. Code 1798.120
            Kind("limit", "stop", _CA, at_once=True),  # Civ. Code 1798.121
            Kind("shine", "tell", _CA),  # Civ. Code 1798.83
            Kind("question", "tell", _BOTH),
        )
    }
)

EVERYTHING: Final = ("erasure", "withdrawal", "objection", "unsubscribe")
"""What "delete everything" opens under the GDPR, as one case."""
EVERYTHING_CALIFORNIA: Final = ("erasure", "opt_out", "limit", "unsubscribe")
STOP: Final = ("marketing_objection", "withdrawal", "unsubscribe")
"""What "stop contacting me" opens."""


def regime_of(country: str, state: str) -> Regime:
    """Under which law a request is answered: who lives in California has California's, everybody else the GDPR."""
    return "california" if (country, state) == ("US", "CA") else "eu"


def ordered(kinds: Collection[str]) -> tuple[str, ...]:
    """The kinds once each, in the order of `KINDS`; raises KeyError for one that there is not."""
    asked = set(kinds)
    for name in asked:
        KINDS[name]
    return tuple(name for name in KINDS if name in asked)
