"""Which cases somebody must be reminded of, and when it becomes somebody else's: by their days alone, never by who asks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

Why = Literal["overdue", "soon", "nobody"]
SOON: Final = timedelta(days=3)
"""How long before a deadline its case is spoken of every day."""


@dataclass(frozen=True, slots=True)
class Watched:
    """One live case, by its number, deadline and who looks after it."""

    number: str
    due: date | None
    assignee: str = ""
    deputy: str = ""
    opened: date | None = None


@dataclass(frozen=True, slots=True)
class Reminder:
    """What somebody must hear about a case; `to` is the deputy once the deadline has passed."""

    number: str
    why: Why
    due: date | None
    to: str


def reminders(cases: Iterable[Watched], today: date, unassigned_days: int) -> tuple[Reminder, ...]:
    """What is to be said today, the most urgent first: past deadlines (to the deputy), near ones, cases nobody has taken up."""
    found: list[Reminder] = []
    for one in cases:
        if one.due is not None and one.due < today:
            found.append(Reminder(one.number, "overdue", one.due, one.deputy or one.assignee))
        elif one.due is not None and one.due <= today + SOON:
            found.append(Reminder(one.number, "soon", one.due, one.assignee))
        elif (
            not one.assignee
            and one.opened is not None
            and today - one.opened >= timedelta(days=unassigned_days)
        ):
            found.append(Reminder(one.number, "nobody", one.due, ""))
    order: dict[Why, int] = {"overdue": 0, "soon": 1, "nobody": 2}
    return tuple(sorted(found, key=lambda one: (order[one.why], one.due or date.max, one.number)))
