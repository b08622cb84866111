"""Cases in our own state: loaded from their events, changed by commands, each change with its ledger entry in one transaction.

What follows from an event (a letter, a search, a reminder) is asked for in that transaction too, so that nothing is forgotten
when the process dies in between. Nobody waits for an erasure that is going on: a case is changed without the turn.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid5

from troth.ledger import sealed
from troth.records.cabinet import alone_within, kept
from troth.requests.case import Case, Event, apply, fold
from troth.requests.commands import Command, Open, Refusal
from troth.requests.life import decide
from troth.terms.errors import UsageError
from troth.workflows.books import Books, Line, new_name
from troth.workflows.house import House
from troth.workflows.reading import here

if TYPE_CHECKING:
    from troth.requests.models import CaseRow

Told = dict[str, Any]
PART: Final = 200
"""Cases that are opened at once."""
_ONCE: Final = UUID("6f0d4c0e-6d5f-5c0b-9a63-3f8d1c2b7a51")


class DeclinedError(UsageError):
    """The case cannot take this step now; `refusal` says why."""

    exit_code = 4

    def __init__(self, refusal: Refusal) -> None:
        super().__init__("the case cannot take this step now", place=refusal.id)
        self.refusal = refusal


class NoCaseError(UsageError):
    """There is no such case."""


@dataclass(frozen=True)
class Opened:
    """A case that came to be; `link` is the secret part of the person's status address."""

    name: str
    number: str
    link: str = field(repr=False)
    fresh: bool = True  # False: it was there already


@dataclass(frozen=True)
class File:
    """A case as it lies on the desk: what it is, who asks, what happened."""

    case: Case
    number: str
    due: date | None
    opened: datetime
    asker: Mapping[str, Any] = field(repr=False)
    events: Sequence[Event] = field(repr=False)
    notes: Mapping[int, str] = field(repr=False)  # by the event's place


@contextmanager
def at_desk(house: House) -> Iterator[Books]:
    """The books for a short change, beside whatever run is going on; published if nothing went wrong."""
    with kept(house.home, begun=False):
        books = Books(house.home, house.settings)
        try:
            yield books
            books.publish()
        finally:
            books.close()


def enter_case(
    books: Books, now: datetime, command: Open, asker: Mapping[str, Any], by: str, mark: str = "", once: str = ""
) -> Opened:  # fmt: skip
    """Opens a case within a transaction of the caller's; `asker` is who asks and in which words (sealed). Raises DeclinedError.

    What bears the same `once` (a form sent twice, a mail delivered twice) is one case.
    """
    from django.db.models import Max

    from troth.requests.models import CaseRow

    alone_within("cases")  # until the transaction ends: a number is given out once
    now = here(now, books.settings)
    name = str(uuid5(_ONCE, f"{books.tenant} {once}")) if once else new_name()
    rows = CaseRow.objects.of(books.tenant)
    if once and (row := rows.filter(name=name).first()) is not None:
        return Opened(name, number(row), _link(books.key(row.key)), fresh=False)
    events = _decided(Case(name), command, now, by)
    key = books.new_keys([name])[name]
    link = _link(key)
    last = rows.aggregate(last=Max("number"))["last"] or 0
    row = CaseRow(
        tenant=books.tenant, name=name, number=last + 1, year=now.year, key=name, opened=now, changed=now, mark=mark,
        link=hashlib.sha256(link.encode()).hexdigest(), sealed=sealed_told(key, asker, b"asker"), events=0,
        received=command.received, kinds=[], regime="", country="", language="", channel="", state="",
    )  # fmt: skip
    _write(books, row, Case(name), events, key, "")
    return Opened(name, number(row), link)


def change(house: House, name: str, command: Command, by: str, note: str = "") -> File:
    """Gives a case a command; raises DeclinedError where it cannot take that step now, NoCaseError where there is none."""
    from django.db import transaction

    with at_desk(house) as books:
        with transaction.atomic():
            change_within(books, house.now(), name, command, by, note)
        return file_of(books, name)


def change_within(books: Books, now: datetime, name: str, command: Command, by: str, note: str = "") -> Case:
    """The same within a transaction of the caller's."""
    row = row_of(books, name, lock=True)
    key, (file,) = books.key(row.key), in_bulk(books, [row])
    case = file.case
    return _write(books, row, case, _decided(case, command, here(now, books.settings), by), key, note)


def _decided(case: Case, command: Command, now: datetime, by: str) -> tuple[Event, ...]:
    answer = decide(case, command, now, by)
    if isinstance(answer, Refusal):
        raise DeclinedError(answer)
    return answer


def _write(books: Books, row: CaseRow, case: Case, events: Sequence[Event], key: bytes, note: str) -> Case:
    """Events with their entries, the row as they leave it, and what follows from them."""
    from troth.requests.models import CaseEvent
    from troth.workflows.case_jobs import follow, next_day

    if not events:
        return case
    lines = [
        Line(f"request_{event.name}", case.name, {"event": event.name, "by": event.by, **event.data},
             {"step": row.events + at}, row.key)
        for at, event in enumerate(events)
    ]  # fmt: skip
    made = books.enter(lines, events[0].at, {row.key: key})
    for at, (event, (entry, _, _)) in enumerate(zip(events, made, strict=True)):
        before, case = case, apply(case, event)
        told = {"data": event.data, **({"note": note} if note and at == len(events) - 1 else {})}
        CaseEvent.objects.create(
            tenant=books.tenant, case=case.name, number=row.events + at, name=event.name, at=event.at, by=event.by,
            entry=entry, sealed=sealed_told(key, told, _place(row.events + at)),
        )  # fmt: skip
        follow(books, before, case, event)
    row.events += len(events)
    row.kinds, row.regime, row.country = list(case.kinds), case.regime, case.country
    row.language, row.channel, row.state, row.received = (
        case.language,
        case.channel,
        case.state,
        case.received,
    )
    row.assignee, row.closed, row.changed = case.assignee, case.closed, events[-1].at
    row.due = next_day(case, books.settings)
    row.save(force_insert=row.pk is None)
    return case


def row_of(books: Books, name: str, lock: bool = False) -> CaseRow:
    """The case's row; raises NoCaseError. With `lock`, nobody else changes it before the transaction ends."""
    from troth.requests.models import CaseRow

    rows = CaseRow.objects.of(books.tenant)
    row = (rows.select_for_update() if lock else rows).filter(name=name).first()
    if row is None:
        raise NoCaseError("there is no such case")
    return row  # type: ignore[no-any-return]  # reason: Django's generic manager is untyped here


def file_of(books: Books, name: str, lock: bool = False) -> File:
    """The case with all that lies in it but its papers. With `lock`, nobody else changes it before the transaction ends."""
    (file,) = in_bulk(books, [row_of(books, name, lock)])
    return file


def live(books: Books) -> Iterator[File]:
    """Every case that is not closed, a bounded part at a time."""
    from troth.requests.models import CaseRow

    yield from each(books, CaseRow.objects.of(books.tenant).filter(closed=None))


def each(books: Books, rows: Any) -> Iterator[File]:
    """The cases of a query, oldest first, a bounded part at a time: statements grow with the parts, not with the cases."""
    found = rows.order_by("id").iterator(chunk_size=PART)
    while part := list(islice(found, PART)):
        yield from in_bulk(books, part)


def in_bulk(books: Books, rows: Sequence[CaseRow]) -> Iterator[File]:
    """Some cases at once, in two statements however many they are; give it a bounded part at a time."""
    from troth.requests.models import CaseEvent

    keys, told = books.keys([row.key for row in rows]), dict[str, list[tuple[Event, str]]]()
    names = {row.name: keys[row.key] for row in rows}
    for one in CaseEvent.objects.of(books.tenant).filter(case__in=names).order_by("case", "number"):
        told.setdefault(one.case, []).append(_opened(books, one, names[one.case]))
    for row in rows:
        events = [event for event, _ in told.get(row.name, ())]
        notes = {at: note for at, (_, note) in enumerate(told.get(row.name, ())) if note}
        asker = json.loads(sealed.open_sealed(keys[row.key], bytes(row.sealed), b"asker"))
        yield File(fold(row.name, events), number(row), row.due, row.opened, asker, events, notes)


def load(house: House, name: str) -> File:
    """The case as it lies on the desk; raises NoCaseError."""
    with at_desk(house) as books:
        return file_of(books, name)


def by_link(house: House, link: str) -> str | None:
    """The name of the case whose status address this is; None where there is none."""
    from troth.requests.models import CaseRow

    with at_desk(house) as books:
        digest = hashlib.sha256(link.encode()).hexdigest()
        row = CaseRow.objects.of(books.tenant).filter(link=digest).first()
        return None if row is None else str(row.name)


def link_within(books: Books, name: str) -> str:
    """The secret part of the case's status address, for a letter to the person."""
    return _link(books.key(row_of(books, name).key))


def personal(house: House, name: str, by: str, purpose: str) -> Mapping[str, Any]:
    """Who asks and in which words, for a purpose that is entered in the ledger; raises NoCaseError."""
    from django.db import transaction

    with at_desk(house) as books:
        with transaction.atomic():
            viewed(books, house.now(), name, by, purpose)
        return file_of(books, name).asker


def viewed(books: Books, now: datetime, name: str, by: str, purpose: str) -> None:
    """Enters that somebody looks at a person's data, and what for."""
    from troth.requests.models import CaseView

    row = row_of(books, name)
    line = Line("request_viewed", name, {"by": by, "purpose": purpose}, {}, row.key)
    ((entry, _, _),) = books.enter([line], now)
    CaseView.objects.create(tenant=books.tenant, case=name, at=now, by=by, purpose=purpose, entry=entry)


def amend(books: Books, name: str, asker: Mapping[str, Any]) -> None:
    """Puts more of who asks beside what is there, within a transaction of the caller's.

    What is put there in the place of something else was read in that transaction from a case that is locked.
    """
    row = row_of(books, name, lock=True)
    key = books.key(row.key)
    known = json.loads(sealed.open_sealed(key, bytes(row.sealed), b"asker"))
    row.sealed = sealed_told(key, {**known, **asker}, b"asker")
    row.save(update_fields=["sealed"])


# -- what is sealed ------------------------------------------------------------------------------------------------------


def _opened(books: Books, one: Any, key: bytes) -> tuple[Event, str]:
    told = json.loads(sealed.open_sealed(key, bytes(one.sealed), _place(one.number)))
    return Event(one.name, here(one.at, books.settings), one.by, told["data"]), told.get("note", "")


def _place(number: int) -> bytes:
    return f"event {number}".encode()


def sealed_told(key: bytes, told: Mapping[str, Any], what: bytes) -> bytes:
    """What is told, readable with the key alone and as nothing but `what`."""
    return sealed.seal(key, json.dumps(told, ensure_ascii=False).encode(), what)


def _link(key: bytes) -> str:
    """Made from the case's key alone, so that it need not be kept; it dies with the key."""
    digest = hmac.new(key, b"status link", hashlib.sha256).digest()
    return base64.b32encode(digest[:20]).decode().lower()


def number(row: CaseRow) -> str:
    """What people call the case: 2026-0007."""
    return f"{row.year}-{row.number:04d}"
