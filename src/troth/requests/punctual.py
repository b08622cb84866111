"""Whether a case was answered within its own days: each of its clocks, met in time, met late, or run out with nothing done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from troth.requests.case import Case, Event, acted_on
from troth.requests.deadlines import USUAL, Due, Reading, dues


def late(case: Case, events: Sequence[Event], today: date, reading: Reading = USUAL) -> tuple[Due, ...]:
    """The clocks of the case that ran out before what they ask for was done, or with it still undone; raises UsageError as `dues`."""
    return tuple(
        due
        for due in dues(case, reading)
        if not due.stands and (_met_on(case, events, due) or today) > due.day
    )


def _met_on(case: Case, events: Sequence[Event], due: Due) -> date | None:
    """The day on which a clock had what it asks for; None where it has not. A case that ended otherwise had it at its end."""
    if due.clock.clock == "confirm":
        found = case.acknowledged
    elif due.clock.clock == "act":
        found = acted_on(case.name, events, due.kinds)
    else:
        found = case.delivered
    return found if found is not None else case.closed
