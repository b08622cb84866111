"""Nobody pays for having asked: what the map calls entitlements is read before a case's acts and after them, and compared.

What is kept are keyed digests, sealed in the case. A difference that nobody was told of beforehand is noted for the officer, by the
name of the column and never by what stood there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from troth.requests import commands as do
from troth.requests.case import Case
from troth.requests.life import SYSTEM
from troth.requests.retaliation import Effect, Snapshot, retaliated, snapshot
from troth.workflows.case_papers import add_paper, paper, papers
from troth.workflows.cases import File, at_desk, change_within, file_of, load, row_of
from troth.workflows.jobs import Task, ask

if TYPE_CHECKING:
    from datetime import datetime

    from troth.datamap.model import Atom, DataMap
    from troth.workflows.books import Books
    from troth.workflows.house import House
    from troth.workflows.inquiry import Inquiry

Told = dict[str, Any]
BEFORE: Final = "entitled"
AGAIN: Final = timedelta(days=30)
"""How long after the first look a second one follows: a price is raised quietly, and later."""


def held(inquiry: Inquiry) -> Iterator[tuple[str, Atom]]:
    """What the people found are entitled to, each as `system.dataset.column` with its value; their own rows only."""
    for ref, holding in sorted(inquiry.closure.holdings.items()):
        columns = inquiry.estate.datasets[ref].entitlements
        keys = [key for key in holding.rows if holding.own.get(key)] if columns else []
        width = len(inquiry.estate.key(ref))
        for chunk in inquiry.full_rows(ref, keys, columns) if keys else ():
            for row in chunk:
                yield from ((f"{ref}.{name}", cell) for name, cell in zip(columns, row[width:], strict=True))


def remember(books: Books, case: str, now: datetime, found: Snapshot) -> None:
    """Keeps what the person is entitled to before anything is done, within a transaction of the caller's."""
    if not any(one["kind"] == BEFORE for one in papers(books, case, now)):
        add_paper(books, case, now, kind=BEFORE, head={}, data=json.dumps(found).encode())


def key_of(books: Books, case: str) -> bytes:
    """The key of a case's digests: that of the case, and dead with it."""
    return books.key(row_of(books, case).key)


def compare(house: House, task: Task) -> None:
    """The job `entitled`: looks again once everything is done, and a while later; what nobody declared is noted, once."""
    from django.db import transaction

    file = load(house, task.case)
    before = _before(house, task.case)
    after = _now(house, file) if before is not None else {}
    with at_desk(house) as books, transaction.atomic():
        now, file = house.now(), file_of(books, task.case)
        if before is not None:
            for one in retaliated(before, after, declared(file.case, house.map())):
                words = f"{_NOTE}{one.name}: {one.effect}"
                if words not in file.notes.values():
                    change_within(books, now, task.case, do.Note(), SYSTEM, words)
            ask(books, "entitled", task.case, now + AGAIN, f"{task.case} entitled later")
        task.done(now)


_NOTE: Final = "entitlement changed undeclared: "


def declared(case: Case, datamap: DataMap) -> dict[str, Effect]:
    """What the person was told before they confirmed: with an erasure ends what hung on the data; nothing else declares anything."""
    if "erasure" not in case.done:
        return {}
    return {
        f"{ref}.{name}": "ends" for ref, dataset in datamap.datasets.items() for name in dataset.entitlements
    }


def changed(file: File) -> list[str]:
    """The findings of a case: each entitlement that is not what it was, with what became of it (`crm.plan.edition: ends`)."""
    return [words.removeprefix(_NOTE) for words in file.notes.values() if words.startswith(_NOTE)]


def _before(house: House, case: str) -> Snapshot | None:
    with at_desk(house) as books:
        kept = [one["name"] for one in papers(books, case, house.now()) if one["kind"] == BEFORE]
        if not kept:
            return None
        told: dict[str, list[str]] = json.loads(paper(books, case, kept[0], house.now()))
    return {name: tuple(digests) for name, digests in told.items()}


def _now(house: House, file: File) -> Snapshot:
    from troth.workflows.case_acts import request_of
    from troth.workflows.erase import inquire

    with at_desk(house) as books:
        key = key_of(books, file.case.name)
    with house.opened(house.map()) as stores:
        inquiry = inquire(house, stores, request_of(file), holds=False)
        inquiry.closure = inquiry.whose(inquiry.who(request_of(file).identifiers))
        return snapshot(key, held(inquiry))
