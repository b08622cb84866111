"""The inbox in parts: each list says how many there are in all, and the next part begins after the last case of this one.

A part begins after a case and not after a number of cases: what was closed meanwhile pushes none out of sight.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from troth.requests.watch import SOON
from troth.terms.errors import UsageError
from troth.workflows.cases import at_desk, number
from troth.workflows.house import House
from troth.workflows.reading import here

if TYPE_CHECKING:
    from troth.requests.models import CaseRow
    from troth.workflows.books import Books

Told = dict[str, Any]
SECTIONS: Final = ("overdue", "soon", "later", "closed", "nobody")
"""The lists of the inbox; a case stands in one of the first four, and in the last beside it while nobody looks after it."""
FIRST: Final = 50
PART: Final = 200
"""How many cases the inbox shows of a list, and how many one page of that list alone."""
_NEVER: Final = "-"
_NUMBER: Final = re.compile(r"\s*([0-9]{4})-([0-9]{1,8})\s*")


@dataclass(frozen=True)
class Part:
    """Some cases of a list: how many the list holds in all, and where the next part begins; '' where this is the last."""

    cases: Sequence[Told]
    total: int
    next: str


def part(house: House, section: str, after: str = "", most: int = PART) -> Part:
    """One part of a list, by the next day on which something is due, closed ones newest first.

    Raises UsageError for no list of ours, or a place that is none.
    """
    with at_desk(house) as books:
        return part_within(books, house, section, after, most)


def part_within(books: Books, house: House, section: str, after: str = "", most: int = FIRST) -> Part:
    """The same with the books open."""
    if section not in SECTIONS:
        raise UsageError("there is no such list", place="section")
    rows = _rows(books, house, section)
    found = list(_ordered(_following(rows, section, after), section)[: most + 1])
    more = len(found) > most
    shown = [told(row) for row in found[:most]]
    return Part(shown, rows.count(), _place(section, found[most - 1]) if more else "")


def inbox(house: House) -> list[Told]:
    """Every case as the inbox lists it, closed ones last; nothing of a person is opened."""
    with at_desk(house) as books:
        return list(_all(books, house))


def named(house: House, wanted: str) -> str | None:
    """The case that people call so, 2026-0007 or 2026-7; None where there is none."""
    from troth.requests.models import CaseRow

    if not (told := _NUMBER.fullmatch(wanted)):
        return None
    with at_desk(house) as books:
        rows = CaseRow.objects.of(books.tenant).filter(year=int(told[1]), number=int(told[2]))
        return rows.values_list("name", flat=True).first()


def _all(books: Books, house: House) -> Iterator[Told]:
    for section in SECTIONS[:4]:
        rows = _ordered(_rows(books, house, section), section).iterator(chunk_size=PART)
        while several := list(islice(rows, PART)):
            yield from map(told, several)


def _rows(books: Books, house: House, section: str) -> Any:
    from django.db.models import Q

    from troth.requests.models import CaseRow

    now = here(house.now(), house.settings)
    today, waited = now.date(), timedelta(days=house.settings.unassigned_days)
    open_ = Q(closed=None)
    meant = {
        "overdue": open_ & Q(due__lt=today),
        "soon": open_ & Q(due__gte=today, due__lte=today + SOON),
        "later": open_ & (Q(due=None) | Q(due__gt=today + SOON)),
        "closed": ~open_,
        "nobody": open_ & Q(assignee="", opened__lt=_midnight(now) - waited + timedelta(days=1)),
    }
    return CaseRow.objects.of(books.tenant).filter(meant[section]).defer("sealed")


def _midnight(now: Any) -> Any:
    return now.replace(hour=0, minute=0, second=0, microsecond=0)


def _ordered(rows: Any, section: str) -> Any:
    from django.db.models import F

    if section == "closed":
        return rows.order_by("-number")
    return rows.order_by(F("due").asc(nulls_last=True), "number")


def _following(rows: Any, section: str, after: str) -> Any:
    """What comes after a place that `_place` has told."""
    from django.db.models import Q

    if not after:
        return rows
    day, _, told = after.partition(".")
    try:
        last, due = int(told), None if day == _NEVER else date.fromisoformat(day)
    except ValueError:
        raise UsageError("no list goes on there", place="after") from None
    if section == "closed":
        return rows.filter(number__lt=last)
    if due is None:
        return rows.filter(due=None, number__gt=last)
    return rows.filter(Q(due__gt=due) | Q(due=due, number__gt=last) | Q(due=None))


def _place(section: str, row: CaseRow) -> str:
    day = None if section == "closed" else row.due
    return f"{day.isoformat() if day else _NEVER}.{row.number}"


def told(row: CaseRow) -> Told:
    """A case as lists show it."""
    return {
        "name": row.name, "number": number(row), "kinds": row.kinds, "regime": row.regime, "country": row.country,
        "language": row.language, "channel": row.channel, "state": row.state, "received": row.received,
        "due": row.due, "assignee": row.assignee, "closed": row.closed, "opened": row.opened,
    }  # fmt: skip
