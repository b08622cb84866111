"""Which cases somebody must be reminded of, and when it becomes somebody else's: by their days alone, never by who asks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final, Literal

Why = Literal["overdue", "soon", "nobody"]
SOON: Final = timedelta(days=3)
"""How long before a deadline its case is spoken of every day."""
LAST: Final = timedelta(days=1)
"""How long before it the deputy hears too, if the responsible one has not touched the case since it was first spoken of."""


@dataclass(frozen=True, slots=True)
class Away:
    """Somebody is away, these two days included; `deputy` stands in for them where a case names nobody."""

    since: date
    until: date
    deputy: str = ""

    def on(self, day: date) -> bool:
        """Whether they are away on the day."""
        return self.since <= day <= self.until


@dataclass(frozen=True, slots=True)
class Watched:
    """One live case, by its number, deadline and who looks after it; `touched`: the day on which staff last did something in it."""

    number: str
    due: date | None
    assignee: str = ""
    deputy: str = ""
    opened: date | None = None
    touched: date | None = None


@dataclass(frozen=True, slots=True)
class Reminder:
    """What one of the staff must hear about a case; `to` is "" where it is nobody's, or everybody who looks after it is away."""

    number: str
    why: Why
    due: date | None
    to: str


def reminders(
    cases: Iterable[Watched],
    today: date,
    unassigned_days: int,
    away: Mapping[str, Away] = MappingProxyType({}),
) -> tuple[Reminder, ...]:
    """What is to be said today, the most urgent first: past deadlines, near ones, cases nobody has taken up.

    Past its deadline a case is the deputy's. Before, it is the responsible one's; the deputy's while they are away, and the
    deputy's too on the last days if they have done nothing.
    """
    found: list[Reminder] = []
    for one in cases:
        if one.due is not None and one.due <= today + SOON:
            why: Why = "overdue" if one.due < today else "soon"
            found += [Reminder(one.number, why, one.due, to) for to in _addressees(one, one.due, today, away)]
        elif (
            not one.assignee
            and one.opened is not None
            and today - one.opened >= timedelta(days=unassigned_days)
        ):
            found.append(Reminder(one.number, "nobody", one.due, ""))
    order: dict[Why, int] = {"overdue": 0, "soon": 1, "nobody": 2}
    return tuple(sorted(found, key=lambda one: (order[one.why], one.due or date.max, one.number)))


def _addressees(one: Watched, due: date, today: date, away: Mapping[str, Away]) -> Iterator[str]:
    """Whoever must hear of a case whose deadline is near or past."""
    gone = {name for name, absence in away.items() if absence.on(today)}
    deputy = one.deputy or (away[one.assignee].deputy if one.assignee in gone else "")
    first, second = (deputy, one.assignee) if due < today else (one.assignee, deputy)
    here = [name for name in (first, second) if name and name not in gone]
    yield here[0] if here else ""
    idle = one.touched is not None and one.touched < due - SOON
    if today <= due <= today + LAST and idle:
        yield from here[1:]
