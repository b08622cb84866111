"""Mails to those who must act on a case beside us: each written once under a name of its own, with a link, and about nobody by name."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from troth.documents.task_mails import Text
from troth.terms.bilingual import Both, Lang
from troth.terms.errors import UsageError
from troth.workflows.credentials import referred
from troth.workflows.mail_out import Posted, post

if TYPE_CHECKING:
    from troth.workflows.books import Books
    from troth.workflows.house import House


HERE: Final = "http://127.0.0.1:8000"
"""Where our pages are while no address is set."""


def write(house: House, books: Books, case: str, name: str, to: str, text: Text) -> bool:
    """Puts a mail into the outbox, within a transaction of the caller's; False where one of that name was written before.

    `to` is an address, or `env:NAME` for the variable that holds it.
    """
    if written(books, case, name) is not None:
        return False
    language = language_of(house)
    letter = Posted(
        text.headline.within(language), text.text.within(language), language=language, to=address(house, to)
    )
    post(house, books, case, letter, name)
    return True


def written(books: Books, case: str, name: str) -> datetime | None:
    """When a mail of that name was written in a case; None where none was."""
    from troth.mail.models import MailOut

    row = MailOut.objects.of(books.tenant).filter(case=case, once=name).defer("sealed").first()
    return None if row is None else row.made


def address(house: House, text: str) -> str:
    """The address that the map gives, or that the variable holds to which it refers; raises UsageError, without it."""
    if not text.startswith("env:"):
        return text
    name = text.removeprefix("env:")
    found = referred(house.environment.get(name, ""), name)
    if "@" not in found:
        raise UsageError(
            "the variable that the map refers to holds no address", place=name, remedy=f"Set {name}."
        )
    return found


def language_of(house: House) -> Lang:
    """The language of those who work with us: that of the map's region."""
    return "da" if house.map().region.startswith("DK") else "en"


def page(house: House, path: Both, token: str) -> str:
    """The whole address of a page behind a link; raises UsageError where mail goes out and nobody said where people reach us."""
    if house.settings.mail and not house.settings.address:
        raise UsageError(
            "a link cannot be sent, since nobody said where people reach the server",
            place="TROTH_ADDRESS",
            remedy="Set it, as https://privacy.example.com.",
        )
    language = language_of(house)
    return f"{house.settings.address or HERE}/{language}/{path.within(language)}/{token}/"
