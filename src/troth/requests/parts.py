"""What a letter lacks of what the law demands: nothing that is missing here may be sent."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from troth.law.letters import Demand, demanded


def missing(letter: str, regime: str, parts: Collection[str], at: date) -> tuple[Demand, ...]:
    """The demands that none of the letter's parts meets, by the law of the day; () for a whole letter."""
    return tuple(one for one in demanded(letter, regime, at) if not one.parts & frozenset(parts))
