"""Copies that lie there for their person: until which day each can be fetched, and which of them must be made again.

A copy is there for somebody only once the letter that tells of this very copy is on its way, and a whole day is left to fetch it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from troth.workflows.case_papers import papers
from troth.workflows.reading import here

if TYPE_CHECKING:
    from troth.terms.settings import Settings
    from troth.workflows.books import Books
    from troth.workflows.cases import File
    from troth.workflows.house import House

Told = dict[str, Any]


def last_day(copy: Told, settings: Settings) -> date:
    """The last whole day, where the company is, on which a copy can be fetched."""
    return here(copy["expires"] - timedelta(days=1), settings).date()


def fetchable(house: House, books: Books, name: str) -> list[Told]:
    """The copies of a case that can be fetched for the whole of today at least, oldest first."""
    now = house.now()
    today = here(now, house.settings).date()
    return [
        one
        for one in papers(books, name, now)
        if one["kind"] == "copy" and last_day(one, house.settings) >= today
    ]


def until(copies: Sequence[Told], settings: Settings) -> date | None:
    """The last whole day on which all of them can be fetched; None where there are none."""
    return min((last_day(one, settings) for one in copies), default=None)


def lapsed(house: House, books: Books, file: File) -> tuple[str, ...]:
    """The copies that were made, and whose time ran out before the person was told."""
    case = file.case
    if case.closed is not None:
        return ()
    there = {one["of"] for one in fetchable(house, books, case.name)}
    return tuple(kind for kind in case.untold if kind in case.done and kind not in there)
