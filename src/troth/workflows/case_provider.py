"""Showing who one is at a provider outside: the person goes there by a link, and only the provider's one word comes back.

The provider is told no address that opens anything, so the person comes back to a page that knows nobody. Its word is therefore asked for
when they open their case again, and a few times by itself, so that a case goes on of which nobody opens the page.
"""

from __future__ import annotations

import logging
import secrets
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

from troth.requests import commands as do
from troth.requests.identity import PROVIDER
from troth.requests.life import PERSON
from troth.requests.provider import minimum
from troth.terms.errors import UsageError, whereabouts
from troth.workflows.case_identity import questions, shown
from troth.workflows.cases import amend, at_desk, change_within, file_of, load
from troth.workflows.house import House
from troth.workflows.jobs import Task, ask

ASKED_AFTER: Final = (timedelta(minutes=10), timedelta(hours=1), timedelta(days=1))
"""When the provider is asked by itself, counted from when the person went there."""
_log: Final = logging.getLogger("troth.provider")


def begin(house: House, name: str, back: str) -> str:
    """The address at the provider; a fresh reference is kept, sealed, in the case. Raises UsageError where it may not be asked."""
    from django.db import transaction

    provider = house.provider
    if provider is None or PROVIDER not in questions(house, name):
        raise UsageError("this may not be asked now", place=PROVIDER)
    reference = secrets.token_urlsafe(24)
    with at_desk(house) as books, transaction.atomic():
        file = file_of(books, name, lock=True)
        amend(books, name, {"provider": reference})
        for span in ASKED_AFTER:
            due = (house.now() + span).replace(second=0, microsecond=0)
            ask(books, "provider", name, due, f"{name} provider {due.isoformat()}")
        given = minimum(provider, {**file.asker, "country": file.case.country})
    address = provider.begin(reference, back, given)
    if urlsplit(address).scheme != "https":
        raise UsageError("the identity provider gave no https address", place=provider.name)
    return address


def settle(house: House, name: str) -> None:
    """Asks the provider how it went, where the person went there and nothing is known yet; a reference is good once.

    The person's page stays open to them whatever the provider does: one that fails has not answered yet.
    """
    from django.db import transaction

    provider = house.provider
    file = load(house, name)
    reference = str(file.asker.get("provider", ""))
    if provider is None or not reference or file.case.closed is not None:
        return
    try:
        verdict = provider.verdict(reference)
    except Exception as fault:  # noqa: BLE001  (a plug-in: what it says may name the person)
        _log.error("provider failed", extra={"told": {"fault": whereabouts(fault)}})
        return
    if verdict == "open":
        return
    with at_desk(house) as books, transaction.atomic():
        file = file_of(books, name, lock=True)  # the page and the job may come at once
        if file.asker.get("provider") != reference or file.case.closed is not None:
            return
        amend(books, name, {"provider": ""})
        if verdict == "shown":
            shown(house, books, name, {PROVIDER})
        else:
            change_within(books, house.now(), name, do.Note(), PERSON, f"{provider.name}: {verdict}")


def settle_job(house: House, task: Task) -> None:
    """The job `provider`: how it went, for a person who has not opened their case since."""
    from django.db import transaction

    settle(house, task.case)
    with at_desk(house), transaction.atomic():
        task.done(house.now())
