"""What lies in a case: mails, permissions, letters, copies, certificates; each sealed under the case's key, some with an end."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from troth.ledger import sealed
from troth.workflows.books import new_name
from troth.workflows.cases import PART, NoCaseError, number, row_of, sealed_told

if TYPE_CHECKING:
    from troth.requests.models import CasePaper
    from troth.workflows.books import Books

Told = dict[str, Any]
COPY_DAYS: Final = 30
"""How long a copy lies there for the person to fetch."""


def add_paper(
    books: Books, case: str, now: datetime, *, kind: str, head: Mapping[str, Any], data: bytes, expires: datetime | None = None
) -> str:  # fmt: skip
    """Puts a paper into a case, sealed under its key; its name. Call it inside a transaction."""
    from troth.requests.models import CasePaper

    name, key = new_name(), books.key(row_of(books, case).key)
    CasePaper.objects.create(
        tenant=books.tenant, name=name, case=case, kind=kind, at=now, expires=expires, size=len(data),
        sealed_head=sealed_told(key, head, f"head {name}".encode()), sealed=sealed.seal(key, data, f"paper {name}".encode()),
    )  # fmt: skip
    return name


def papers(books: Books, case: str, now: datetime) -> list[Told]:
    """The papers of a case that have not come to their end, oldest first, without what stands in them."""
    from django.db.models import Q

    from troth.requests.models import CasePaper

    key = books.key(row_of(books, case).key)
    rows = CasePaper.objects.of(books.tenant).filter(case=case).filter(Q(expires=None) | Q(expires__gt=now))
    return [_head(row, key) for row in rows.order_by("at", "id").defer("sealed")]


def letters(books: Books) -> Iterator[Told]:
    """The letters of every case that is not closed, each with its case's name and number; a bounded part of cases at a time."""
    from troth.requests.models import CasePaper, CaseRow

    written = CasePaper.objects.of(books.tenant).filter(kind="letter").defer("sealed")
    cases = CaseRow.objects.of(books.tenant).filter(closed=None).order_by("id").iterator(chunk_size=PART)
    while part := {row.name: row for row in islice(cases, PART)}:
        keys = books.keys([row.key for row in part.values()])
        for row in written.filter(case__in=part).order_by("at", "id"):
            case = part[row.case]
            yield {"case": case.name, "number": number(case), **_head(row, keys[case.key])}


def _head(row: CasePaper, key: bytes) -> Told:
    return {
        "name": row.name, "kind": row.kind, "at": row.at, "expires": row.expires, "size": row.size,
        **json.loads(sealed.open_sealed(key, bytes(row.sealed_head), f"head {row.name}".encode())),
    }  # fmt: skip


def paper(books: Books, case: str, name: str, now: datetime) -> bytes:
    """What stands in a paper; raises NoCaseError where there is none, or its time is over."""
    from troth.requests.models import CasePaper

    row = CasePaper.objects.of(books.tenant).filter(case=case, name=name).first()
    if row is None or (row.expires is not None and row.expires <= now):
        raise NoCaseError("there is no such paper, or its time is over")
    return sealed.open_sealed(books.key(row_of(books, case).key), bytes(row.sealed), f"paper {name}".encode())


def amend_paper(books: Books, case: str, name: str, more: Mapping[str, Any]) -> None:
    """Puts more on the head of a paper, within a transaction of the caller's."""
    from troth.requests.models import CasePaper

    row = CasePaper.objects.of(books.tenant).get(case=case, name=name)
    key, place = books.key(row_of(books, case).key), f"head {name}".encode()
    known = json.loads(sealed.open_sealed(key, bytes(row.sealed_head), place))
    row.sealed_head = sealed_told(key, {**known, **more}, place)
    row.save(update_fields=["sealed_head"])
