"""Rows that may be the person's too, where an identifier names several people: an officer who has looked says which, and why.

What they say is kept in the case, under their name and with their reason; then everything is looked for again. How a row is named is
for nobody outside: it stands apart from what was proven, which customers, recipients and owners are told.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from troth.datamap.model import DataMap
from troth.planning.doubts import address
from troth.planning.sought import parse
from troth.requests import commands as do
from troth.requests.commands import Refusal
from troth.terms.errors import UsageError
from troth.workflows.cases import DeclinedError, amend, at_desk, change_within, file_of
from troth.workflows.house import House
from troth.workflows.inquiry import Inquiry
from troth.workflows.jobs import ask

_OTHERS: Final = frozenset({"find.Q001", "find.Q002", "find.Q003", "find.Q005"})
"""Questions that naming a row answers."""


def candidates(inquiry: Inquiry) -> Iterator[dict[str, Any]]:
    """Each row that was not taken for the person's: how it is named, whose customer it is, what names people in it, and what is asked."""
    estate, identified = inquiry.estate, inquiry.identified
    theirs = {node for person in identified.people for node in person.rows}
    for (ref, key), questions in identified.stopped.items():
        asked = sorted({one.id for one in questions} & _OTHERS)
        if asked and (ref, key) not in theirs:
            row = identified.rows[ref][key]
            held = zip(estate.spine(ref), row, strict=False)
            yield {
                "row": address(ref, key), "customer": estate.customer(ref, row) or "", "asks": asked,
                "cells": {name: cell for name, cell in held if cell is not None},
            }  # fmt: skip


def meant(house: House, name: str, by: str, rows: Sequence[str], why: str) -> None:
    """These rows are the person's as well. Raises DeclinedError without a reason, UsageError for what is no row of a person."""
    from django.db import transaction

    said = sorted({_row(house.map(), one) for one in rows})
    if not said or not why.strip():
        raise DeclinedError(Refusal("no_reason"))
    with at_desk(house) as books, transaction.atomic():
        now, file = house.now(), file_of(books, name, lock=True)
        if file.case.closed is not None or file.case.searched is None:
            raise DeclinedError(Refusal("not_asked", {"kind": "find.Q001"}))
        change_within(books, now, name, do.Note(), by, f"{', '.join(said)}: {why.strip()}")
        amend(books, name, {"rows": sorted({*file.asker.get("rows", ()), *said})})
        ask(books, "search", name, now)
        if file.case.outstanding:
            ask(books, "carry_out", name, now)


def _row(datamap: DataMap, text: str) -> str:
    kind = parse(text).kind
    if kind not in {str(ref) for ref, dataset in datamap.datasets.items() if dataset.subject}:
        raise UsageError("that names no row of a person", place="row", remedy="Say dataset=key.")
    return text
