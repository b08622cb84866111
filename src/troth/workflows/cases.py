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


def open_case(
    house: House, command: Open, asker: Mapping[str, Any], by: str, mark: str = "", papers: Sequence[Told] = (), once: str = "",
) -> Opened:  # fmt: skip
    """Opens a case; `asker` is who asks and in which words (sealed), `papers` what came with it. Raises DeclinedError.

    What bears the same `once` (a form sent twice, a mail delivered twice) is one case.
    """
    from django.db import transaction

    with at_desk(house) as books:
        with transaction.atomic():
            opened = enter_case(books, house.now(), command, asker, by, mark, once)
            for paper in papers if opened.fresh else ():
                add_paper(books, opened.name, house.now(), **paper)
        return opened


def enter_case(
    books: Books, now: datetime, command: Open, asker: Mapping[str, Any], by: str, mark: str = "", once: str = ""
) -> Opened:  # fmt: skip
    """The same within a transaction of the caller's."""
    from django.db.models import Max

    from troth.requests.models import CaseRow

    alone_within("cases")  # until the transaction ends: a number is given out once
    now = here(now, books.settings)
    name = str(uuid5(_ONCE, f"{books.tenant} {once}")) if once else new_name()
    rows = CaseRow.objects.of(books.tenant)
    if once and (row := rows.filter(name=name).first()) is not None:
        return Opened(name, _number(row), _link(books.key(row.key)), fresh=False)
    events = _decided(Case(name), command, now, by)
    key = books.new_keys([name])[name]
    link = _link(key)
    last = rows.aggregate(last=Max("number"))["last"] or 0
    row = CaseRow(
        tenant=books.tenant, name=name, number=last + 1, year=now.year, key=name, opened=now, changed=now, mark=mark,
        link=hashlib.sha256(link.encode()).hexdigest(), sealed=_sealed(key, asker, b"asker"), events=0,
        received=command.received, kinds=[], regime="", country="", language="", channel="", state="",
    )  # fmt: skip
    _write(books, row, Case(name), events, key, "")
    return Opened(name, _number(row), link)


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
    key = books.key(row.key)
    case = fold(name, _events(books, row, key))
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
            entry=entry, sealed=_sealed(key, told, _place(row.events + at)),
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


def file_of(books: Books, name: str) -> File:
    """The case with all that lies in it but its papers."""
    row = row_of(books, name)
    key = books.key(row.key)
    events, notes = [], {}
    for at, (event, note) in enumerate(_told(books, row, key)):
        events.append(event)
        if note:
            notes[at] = note
    asker = json.loads(sealed.open_sealed(key, bytes(row.sealed), b"asker"))
    return File(fold(name, events), _number(row), row.due, row.opened, asker, events, notes)


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
        yield File(fold(row.name, events), _number(row), row.due, row.opened, asker, events, notes)


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


def link_of(house: House, name: str) -> str:
    """The secret part of the case's status address, for a letter to the person."""
    with at_desk(house) as books:
        return link_within(books, name)


def link_within(books: Books, name: str) -> str:
    """The same with the books in hand."""
    return _link(books.key(row_of(books, name).key))


def inbox(house: House, states: Sequence[str] = (), most: int = 500) -> list[Told]:
    """Cases as the inbox lists them: by the next day on which something is due; nothing of a person is opened."""
    from django.db.models import F

    from troth.requests.models import CaseRow

    with at_desk(house) as books:
        rows = CaseRow.objects.of(books.tenant)
        if states:
            rows = rows.filter(state__in=states)
        return [
            {
                "name": row.name, "number": _number(row), "kinds": row.kinds, "regime": row.regime, "country": row.country,
                "language": row.language, "channel": row.channel, "state": row.state, "received": row.received,
                "due": row.due, "assignee": row.assignee, "closed": row.closed, "opened": row.opened,
            }
            for row in rows.order_by(F("due").asc(nulls_last=True), "number")[:most]
        ]  # fmt: skip


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
    """Puts more of who asks beside what is there, within a transaction of the caller's."""
    row = row_of(books, name, lock=True)
    key = books.key(row.key)
    known = json.loads(sealed.open_sealed(key, bytes(row.sealed), b"asker"))
    row.sealed = _sealed(key, {**known, **asker}, b"asker")
    row.save(update_fields=["sealed"])


# -- papers --------------------------------------------------------------------------------------------------------------


def add_paper(
    books: Books, case: str, now: datetime, *, kind: str, head: Mapping[str, Any], data: bytes, expires: datetime | None = None
) -> str:  # fmt: skip
    """Puts a paper into a case, sealed under its key; its name. Call it inside a transaction."""
    from troth.requests.models import CasePaper

    name, key = new_name(), books.key(row_of(books, case).key)
    CasePaper.objects.create(
        tenant=books.tenant, name=name, case=case, kind=kind, at=now, expires=expires, size=len(data),
        sealed_head=_sealed(key, head, f"head {name}".encode()), sealed=sealed.seal(key, data, f"paper {name}".encode()),
    )  # fmt: skip
    return name


def papers(books: Books, case: str, now: datetime) -> list[Told]:
    """The papers of a case that have not come to their end, oldest first, without what stands in them."""
    from django.db.models import Q

    from troth.requests.models import CasePaper

    key = books.key(row_of(books, case).key)
    rows = CasePaper.objects.of(books.tenant).filter(case=case).filter(Q(expires=None) | Q(expires__gt=now))
    return [
        {
            "name": row.name, "kind": row.kind, "at": row.at, "expires": row.expires, "size": row.size,
            **json.loads(sealed.open_sealed(key, bytes(row.sealed_head), f"head {row.name}".encode())),
        }
        for row in rows.order_by("at", "id").defer("sealed")
    ]  # fmt: skip


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
    row.sealed_head = _sealed(key, {**known, **more}, place)
    row.save(update_fields=["sealed_head"])


# -- what is sealed ------------------------------------------------------------------------------------------------------


def _told(books: Books, row: CaseRow, key: bytes) -> Iterator[tuple[Event, str]]:
    from troth.requests.models import CaseEvent

    for one in CaseEvent.objects.of(books.tenant).filter(case=row.name).order_by("number"):
        yield _opened(books, one, key)


def _opened(books: Books, one: Any, key: bytes) -> tuple[Event, str]:
    told = json.loads(sealed.open_sealed(key, bytes(one.sealed), _place(one.number)))
    return Event(one.name, here(one.at, books.settings), one.by, told["data"]), told.get("note", "")


def _events(books: Books, row: CaseRow, key: bytes) -> Iterator[Event]:
    return (event for event, _ in _told(books, row, key))


def _place(number: int) -> bytes:
    return f"event {number}".encode()


def _sealed(key: bytes, told: Mapping[str, Any], what: bytes) -> bytes:
    return sealed.seal(key, json.dumps(told, ensure_ascii=False).encode(), what)


def _link(key: bytes) -> str:
    """Made from the case's key alone, so that it need not be kept; it dies with the key."""
    digest = hmac.new(key, b"status link", hashlib.sha256).digest()
    return base64.b32encode(digest[:20]).decode().lower()


def _number(row: CaseRow) -> str:
    return f"{row.year}-{row.number:04d}"
