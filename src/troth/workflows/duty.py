"""Where each of the staff is reminded, and who stands in for them while they are away: each says so of themselves, and it is entered."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING, Any

from troth.mail.message import address
from troth.requests.watch import Away
from troth.terms.errors import UsageError
from troth.workflows.books import Line, new_name
from troth.workflows.cases import at_desk
from troth.workflows.reading import here

if TYPE_CHECKING:
    from troth.workflows.books import Books
    from troth.workflows.house import House

Told = dict[str, Any]


def say(
    house: House,
    who: str,
    names: Collection[str],
    mail: str,
    since: date | None,
    until: date | None,
    deputy: str,
) -> None:
    """Keeps what somebody says of themselves in place of what they said before; `names` are those of all open accounts.

    Raises UsageError naming the field that cannot be.
    """
    from django.db import transaction

    from troth.security.models import Duty

    mail, deputy = mail.strip(), deputy.strip().lower()
    if mail:
        address(mail)
    with at_desk(house) as books, transaction.atomic():
        now = house.now()
        _refuse(who, since, until, deputy, names, here(now, house.settings).date())
        told = {"mail": mail, "since": since, "until": until, "deputy": deputy, "changed": now}
        Duty.objects.of(books.tenant).update_or_create(tenant=books.tenant, name=who, defaults=told)
        run = new_name()
        entered = {"who": who, "away": since is not None}
        books.enter([Line("staff_duty", run, entered, key=run)], now, books.new_keys([run]))


def _refuse(
    who: str, since: date | None, until: date | None, deputy: str, names: Collection[str], today: date
) -> None:
    if (since is None) != (until is None):
        raise UsageError(
            "an absence has a first and a last day", place="since" if since is None else "until", remedy="Write both, or neither."
        )  # fmt: skip
    if since is not None and until is not None and not max(since, today) <= until:
        raise UsageError("this absence is over before it begins, or already", place="until")
    if deputy and (deputy == who or deputy not in names):
        raise UsageError(
            "nobody else of this name is on the staff", place="deputy", remedy="Write their sign-in name."
        )


def said(house: House, who: str) -> Told:
    """What somebody said of themselves: `mail`, `since`, `until`, `deputy`; empty where nothing was said."""
    from troth.security.models import Duty

    with at_desk(house) as books:
        row = Duty.objects.of(books.tenant).filter(name=who).first() or Duty()
        return {name: getattr(row, name) for name in ("mail", "since", "until", "deputy")}


def away(books: Books) -> dict[str, Away]:
    """Who is away, was, or will be, by sign-in name."""
    from troth.security.models import Duty

    rows = Duty.objects.of(books.tenant).exclude(since=None)
    return {row.name: Away(row.since, row.until, row.deputy) for row in rows}


def reached(books: Books) -> dict[str, str]:
    """The address of each of the staff who gave one, by sign-in name."""
    from troth.security.models import Duty

    rows = Duty.objects.of(books.tenant).exclude(mail="")
    return {str(name): str(mail) for name, mail in rows.values_list("name", "mail")}
