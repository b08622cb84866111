"""The outbox of a material change: filled from the data map's contact fields, emptied when a person or the mail exit has sent it."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from troth.datamap.model import DataMap, Dataset
from troth.datamap.reader import Everything, Select
from troth.stores import Opened
from troth.terms.canonical import canonical
from troth.terms.errors import UsageError
from troth.workflows.books import Books, Line
from troth.workflows.house import House
from troth.workflows.notice_records import add_addresses, addresses, clear, keep, waiting
from troth.workflows.notice_records import rows as versions
from troth.workflows.propose import operator

Told = dict[str, Any]


@dataclass
class Census:
    """Whom no message can reach, and whose data a customer controls: to those the customer's own notice speaks."""

    unreachable: int = 0
    theirs: int = 0


def fill(house: House, books: Books, row: Any) -> Census:
    """Puts every person's address into a version's outbox, each once; memory is bounded by a chunk of rows."""
    from django.db import transaction

    datamap, census = house.map(), Census()
    with house.opened(datamap) as stores:
        for found in _addresses(house, datamap, stores, census):
            with transaction.atomic():
                add_addresses(books, row, found)
    return census


def _addresses(
    house: House, datamap: DataMap, stores: Mapping[str, Opened], census: Census
) -> Iterator[list[str]]:
    """Chunks of addresses: of people's own rows, and of rows that name their owner."""
    for ref, dataset in datamap.datasets.items():
        own, columns = dataset.subject is not None, _columns(datamap, dataset)
        if not own and not columns:
            continue
        beside = tuple(dict.fromkeys((*dataset.key, *([dataset.tenant] if dataset.tenant else ()))))
        names = tuple(dict.fromkeys((*columns, *beside)))
        if not names:
            raise UsageError("these people cannot be counted: the dataset has no key", place=str(ref))
        rows = 0
        for chunk in stores[ref.system].rows(Select(ref.dataset, names, Everything())):
            rows += len(chunk)
            house.progress(f"reading {ref}: {rows:,} rows")
            found: list[str] = []
            for cells in chunk:
                one = dict(zip(names, cells, strict=True))
                if _is_nobody(dataset, one):
                    continue
                if dataset.tenant and one[dataset.tenant] is not None:
                    census.theirs += own
                    continue
                here = [
                    address for name in columns if (address := canonical("email", one[name], datamap.region))
                ]
                census.unreachable += own and not here
                found.extend(here)
            yield found


def _columns(datamap: DataMap, dataset: Dataset) -> tuple[str, ...]:
    """Where a person's own addresses stand; in rows that name their owner only where no customer may control that owner."""
    emails = dataset.columns_of("email")
    if dataset.subject is not None:
        return emails
    owners = (
        datamap.datasets[link.target]
        for link in datamap.links_from.get(dataset.ref, ())
        if link.means == "OWNED_BY"
    )
    if dataset.tenant is None and any(owner.tenant for owner in owners):
        return ()
    return tuple(name for name in emails if name in dataset.identifies)


def _is_nobody(dataset: Dataset, cells: Mapping[str, object]) -> bool:
    nobody = dataset.nobody
    return nobody is not None and all(cells.get(name) == value for name, value in nobody.items())


def outbox(house: House) -> Told:
    """How many messages wait, of each version that has not come to hold yet."""
    if not house.has_state():
        return {"outbox": []}
    books = Books(house.home, house.settings)
    try:
        return {
            "outbox": [_line(books, row) for row in versions(books) if row.state in ("published", "lost")]
        }
    finally:
        books.close()


def _line(books: Books, row: Any) -> Told:
    left = waiting(books, row)
    done = row.told is not None and not left and not row.unreachable
    state = "lost" if row.state == "lost" else "gone" if done else "waiting"
    return {
        "notice": row.notice, "number": row.number, "effective": row.effective.isoformat(), "waiting": left,
        "unreachable": row.unreachable, "state": state,
    }  # fmt: skip


def write(house: House, notice: str, out: Path) -> Told:
    """Writes the addresses that wait to a new file only its owner may read, for whoever sends the messages otherwise."""
    from troth.workflows.at_work import at_work

    with at_work(house) as books:
        row = _open_box(books, notice)
        try:
            file = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as fault:
            remedy = "Name a new file."
            raise UsageError(
                f"this file cannot be written ({fault.strerror})", place=str(out), remedy=remedy
            ) from None
        count = 0
        with os.fdopen(file, "w", encoding="utf-8", newline="") as page:
            lines = csv.writer(page)
            lines.writerow(["email"])
            for one in addresses(books, row):
                lines.writerow([one])
                count += 1
        return {**_line(books, row), "written": count}


def sent(house: House, notice: str, means: str, others: bool = False) -> Told:
    """A named person says that the messages have gone, or, with `others`, that those without an address were told.

    It is entered as said, not as seen; the addresses go, and their key dies. Raises UsageError where nothing waits.
    """
    from django.db import transaction

    from troth.workflows.at_work import at_work

    if not means.strip():
        raise UsageError("say how they were told", place="--others" if others else "--sent")
    now, who = house.now(), operator(house)
    with at_work(house) as books:
        row = _open_box(books, notice)
        count = row.unreachable if others else waiting(books, row)
        if not count:
            raise UsageError("nobody is left to be told so", place=f"{row.notice} {row.number}")
        with transaction.atomic():
            if others:
                row.unreachable = 0
            else:
                clear(books, row)
            if not row.unreachable and not waiting(books, row):
                row.told = now
            keep(books, row, now)
            payload = {"number": row.number, "told": count, "means": means, "by": who, "attested": True}
            public = {"notice": row.digest, "rows": count, "outcome": "accepted"}
            books.enter([Line("notice_sent", row.name, payload, public, row.name)], now)
        return {**_line(books, row), "told": count}


def _open_box(books: Books, notice: str) -> Any:
    found = [row for row in versions(books, notice) if row.state == "published"]
    if len(found) != 1:
        raise UsageError(
            "several notices have an outbox" if found else "no version waits for its messages", place="NOTICE",
            remedy="Name one of: " + ", ".join(row.notice for row in found) if found else "See: troth notice versions",
        )  # fmt: skip
    return found[0]
