"""A mail to somebody who must act on a case: written and sealed in the case, with what demands it; the job `post` sends it.

Each has a name of its own within the case (`manual archive 1`). It is written once, and its Message-ID is made of the case's key
and that name, so that what is sent again after a kill is the same message. No address stands anywhere in the clear.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final

from troth.terms.bilingual import Both, Lang
from troth.terms.errors import UsageError
from troth.workflows.cases import add_paper, papers, row_of
from troth.workflows.credentials import referred
from troth.workflows.jobs import ask

if TYPE_CHECKING:
    from troth.workflows.books import Books
    from troth.workflows.house import House

KIND: Final = "mail_out"
OFFICER: Final = "officer"
"""The addressee of what the officer must see: `post` knows the address."""


@dataclass(frozen=True)
class Mail:
    """What is written to somebody: never what a person could be known by, which stands behind the link."""

    name: str
    to: str = field(repr=False)
    language: Lang
    headline: str
    text: str = field(repr=False)


def write(books: Books, case: str, now: datetime, mail: Mail) -> bool:
    """Puts the mail into the case and asks for it to be sent, within a transaction of the caller's; False where it was written before."""
    if mail.name in written(books, case, now):
        return False
    head = {
        "message": mail.name, "id": message_id(books, case, mail.name), "to": mail.to, "language": mail.language,
        "headline": mail.headline, "type": "text/plain",
    }  # fmt: skip
    paper = add_paper(books, case, now, kind=KIND, head=head, data=mail.text.encode())
    ask(books, "post", case, now, f"{case} post {paper}")
    return True


def written(books: Books, case: str, now: datetime) -> frozenset[str]:
    """The names of the mails that were written in a case."""
    return frozenset(one["message"] for one in papers(books, case, now) if one["kind"] == KIND)


def message_id(books: Books, case: str, name: str) -> str:
    """The part of the Message-ID before the @: the same for the same mail, and nothing that tells the case."""
    digest = hmac.new(books.key(row_of(books, case).key), f"message {name}".encode(), hashlib.sha256).digest()
    return base64.b32encode(digest[:20]).decode().lower()


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


def page(house: House, language: Lang, path: Both, token: str) -> str:
    """The whole address of a page behind a link; raises UsageError where nobody said where people reach the server."""
    if not house.settings.address:
        raise UsageError(
            "a link cannot be sent, since nobody said where people reach the server",
            place="TROTH_ADDRESS",
            remedy="Set it, as https://privacy.example.com.",
        )
    return f"{house.settings.address}/{language}/{path.within(language)}/{token}"
