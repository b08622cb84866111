"""Letters as an officer sees them: looked at for a purpose that is entered, printed, put in the post, or let go.

A letter that goes by post counts as waiting until somebody says that it is in the post; who said so is entered.
"""

from __future__ import annotations

from typing import Any

from troth.documents.letter_pages import pdf
from troth.requests import commands as do
from troth.terms.errors import UsageError
from troth.workflows import mail_out
from troth.workflows.case_papers import amend_paper, letters, papers
from troth.workflows.cases import NoCaseError, at_desk, change_within, row_of
from troth.workflows.house import House
from troth.workflows.letters_out import count, offer, waits

Told = dict[str, Any]


def printing(house: House) -> list[Told]:
    """Letters that wait for an officer: those of cases that are not closed."""
    with at_desk(house) as books:
        return [one for one in letters(books) if waits(one)]


def unsent(house: House, name: str) -> list[Told]:
    """Mails of a case that are held for an officer, or that did not arrive."""
    return [one for one in mail_out.outbox(house, name)["letters"] if one["state"] in ("held", "never")]


def let_go(house: House, name: str, letter: str, by: str) -> None:
    """An officer sends a mail that was held, or tries one again; what was to be printed instead waits no more."""
    if letter not in {one["name"] for one in unsent(house, name)}:
        raise UsageError("no such letter of this case is held", place="letter")
    mail_out.release(house, letter, by)
    if not any(one["state"] == "held" for one in unsent(house, name)):
        _gone(house, name, by)


def _gone(house: House, name: str, by: str) -> None:
    """Nothing is held any more: what lay there to be printed instead waits for nobody."""
    from django.db import transaction

    with at_desk(house) as books, transaction.atomic():
        row_of(books, name, lock=True)
        now = house.now()
        for one in papers(books, name, now):
            if waits(one) and one["means"] == "held":
                told = {"posted": now.date().isoformat(), "posted_by": by}
                amend_paper(books, name, one["name"], told)
                change_within(books, now, name, do.Write(str(one["letter"]), "mail"), by)
        offer(house, books, name)
        count(house, books, name)


def posted(house: House, name: str, which: str, by: str) -> None:
    """An officer has put a printed letter in the post. Raises NoCaseError for another case's, UsageError where it does not wait."""
    from django.db import transaction

    with at_desk(house) as books, transaction.atomic():
        row_of(books, name, lock=True)
        now = house.now()
        head = next((one for one in papers(books, name, now) if one["name"] == which), None)
        if head is None:
            raise NoCaseError("there is no such paper")
        if not waits(head):
            raise UsageError("this letter does not wait for the post", place="paper")
        amend_paper(books, name, which, {"posted": now.date().isoformat(), "posted_by": by})
        change_within(books, now, name, do.Write(str(head["letter"]), "posted"), by)
        offer(house, books, name)
        count(house, books, name)


def printed(head: Told, data: bytes) -> bytes:
    """A letter as a PDF to print; raises NoCaseError for any other paper."""
    if head.get("kind") != "letter":
        raise NoCaseError("there is no such letter")
    return pdf(data.decode("utf-8"))
