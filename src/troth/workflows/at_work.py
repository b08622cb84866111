"""Our own state, changed by one process at a time, and published at the end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from troth.records.cabinet import kept
from troth.workflows.house import House
from troth.workflows.turn import turn

if TYPE_CHECKING:
    from troth.workflows.books import Books


@contextmanager
def at_work(house: House) -> Iterator[Books]:
    """The books, in turn with other processes; closed whatever happens, published if nothing went wrong."""
    from troth.workflows.books import Books

    with kept(house.home, begun=False), turn(house, house.progress):
        books = Books(house.home, house.settings)
        try:
            yield books
            books.publish()
        finally:
            books.close()
