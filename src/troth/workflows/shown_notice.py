"""Which notice speaks: the version in force, with its own day and number. What lies in the folder is a draft: it speaks while none is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troth.notice.model import Notice
from troth.terms.errors import TamperedError, UsageError
from troth.workflows.checks import notice_of

if TYPE_CHECKING:
    from troth.workflows.books import Books
    from troth.workflows.house import House


def shown_notice(house: House) -> Notice:
    """What everybody is told: the version in force; the folder's own words where that is not what was published any more."""
    try:
        return held_notice(house)
    except TamperedError:
        return notice_of(house)


def shown_within(books: Books, house: House) -> Notice:
    """The same for whoever has the books open: nothing of a transaction is touched."""
    try:
        return held_within(books, house)
    except TamperedError:
        return notice_of(house)


def held_notice(house: House) -> Notice:
    """The version in force, or what lies in the folder while none is.

    Raises TamperedError where it is not what was published any more, UsageError where there is nothing that can be read.
    """
    from troth.workflows.books import Books

    if not house.has_state():
        return notice_of(house)
    books = Books(house.home, house.settings)
    try:
        return held_within(books, house)
    finally:
        books.close()


def held_within(books: Books, house: House) -> Notice:
    """The same for whoever has the books open."""
    from troth.workflows.notice_records import as_published, in_force
    from troth.workflows.notice_records import notice_of as published

    try:
        drafted = notice_of(house)
    except UsageError:  # half written, or gone: what was published holds all the same
        if (row := _only(books)) is None:
            raise
        return published(books, row)
    row = in_force(books, drafted.id)
    if row is None:
        return drafted
    return as_published(row, drafted) if row.digest == drafted.digest else published(books, row)


def _only(books: Books) -> Any | None:
    """The version in force where one notice alone has one."""
    from troth.workflows.notice_records import in_force, rows

    found = [row for name in {row.notice for row in rows(books)} if (row := in_force(books, name))]
    return found[0] if len(found) == 1 else None
