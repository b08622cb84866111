"""What the owners of systems kept by hand have answered: the sentence that stands in outputs and on certificates, by whom and when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from troth.requests.case import Event, Manual

SAYS: Final[Mapping[Manual, str]] = MappingProxyType(
    {
        "open": "its owner is asked in each case",
        "found": "something was found on {day}, and is not done yet",
        "done": "what was asked was done, as attested on {day}",
        "nothing": "nothing is held, as attested on {day}",
    }
)


@dataclass(frozen=True, slots=True)
class Attested:
    """The last that an owner said, the day on which, and under whose name."""

    said: Manual
    on: date
    by: str = ""


def attested(events: Iterable[Event], stop: bool = False) -> dict[str, Attested]:
    """The last answer of each system's owner on what they hold, or on what they were to stop; who has not answered is not in it."""
    found: dict[str, Attested] = {}
    for event in events:
        if event.name == "manual_answered" and bool(event.data.get("stop")) == stop:
            found[event.data["system"]] = Attested(event.data["said"], event.at.date(), event.by)
    return found


def by_hand(owner: str, answer: Attested | None = None) -> str:
    """Why a system kept by hand was not searched, and what its owner says instead."""
    said = SAYS["open"] if answer is None else SAYS[answer.said].format(day=answer.on.isoformat())
    return f"kept by {owner} by hand, no program looks into it: {said}"
