"""Showing who one is at a provider outside: the person goes there by a link, and only the provider's one word comes back."""

from __future__ import annotations

import secrets
from urllib.parse import urlsplit

from troth.requests import commands as do
from troth.requests.identity import PROVIDER
from troth.requests.life import PERSON
from troth.requests.provider import minimum
from troth.terms.errors import UsageError
from troth.workflows.case_identity import questions, shown
from troth.workflows.cases import amend, at_desk, change_within, file_of
from troth.workflows.house import House


def begin(house: House, name: str, back: str) -> str:
    """The address at the provider; a fresh reference is kept, sealed, in the case. Raises UsageError where it may not be asked."""
    from django.db import transaction

    provider = house.provider
    if provider is None or PROVIDER not in questions(house, name):
        raise UsageError("this may not be asked now", place=PROVIDER)
    reference = secrets.token_urlsafe(24)
    with at_desk(house) as books, transaction.atomic():
        file = file_of(books, name)
        amend(books, name, {"provider": reference})
        given = minimum(provider, {**file.asker, "country": file.case.country})
    address = provider.begin(reference, back, given)
    if urlsplit(address).scheme != "https":
        raise UsageError("the identity provider gave no https address", place=provider.name)
    return address


def settle(house: House, name: str) -> None:
    """Asks the provider how it went, where the person went there and nothing is known yet; a reference is good once."""
    from django.db import transaction

    provider = house.provider
    with at_desk(house) as books:
        reference = str(file_of(books, name).asker.get("provider", ""))
    if provider is None or not reference or (verdict := provider.verdict(reference)) == "open":
        return
    with at_desk(house) as books, transaction.atomic():
        if file_of(books, name).asker.get("provider") != reference:
            return
        amend(books, name, {"provider": ""})
        if verdict == "shown":
            shown(house, books, name, {PROVIDER})
        else:
            change_within(books, house.now(), name, do.Note(), PERSON, f"{provider.name}: {verdict}")
