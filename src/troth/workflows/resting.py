"""Keeps what rests for whom, by keyed digests alone, and answers one question: may these data be used for this purpose now?"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from troth.datamap.categories import CATEGORIES
from troth.planning.sought import parse, plausible
from troth.records.cabinet import there
from troth.requests import commands as do
from troth.requests.case import Case, Event
from troth.requests.life import SYSTEM
from troth.requests.resting import WORDS, Rest, Resting, against, at_once, described, wanted, wanted_once
from troth.terms.canonical import Kind, canonical
from troth.workflows import rest_records
from troth.workflows.books import copy_of
from troth.workflows.cases import at_desk, change_within, file_of

if TYPE_CHECKING:
    from troth.workflows.books import Books
    from troth.workflows.house import House
    from troth.workflows.jobs import Task

Told = dict[str, Any]
NAMED: Final = ("email", "phone")
"""What a person says of themselves, by which a use that nobody verifies is stopped; and `identifiers`, a list."""
_BARE: Final[tuple[Kind, ...]] = ("email", "phone", "text")


def stop(house: House, task: Task) -> None:
    """The job `stop`: what must rest rests, what rests no longer ends, and what nobody verifies is decided and done at once."""
    from django.db import transaction

    region = house.map().region if house.map_path.exists() else "DK"
    with at_desk(house) as books, transaction.atomic():
        file, now = file_of(books, task.case), house.now()
        rest(books, file.case, file.events, file.asker, region, now)
        for kind in at_once(file.case):
            change_within(books, now, task.case, do.Decide(kind, "granted"), SYSTEM)
            change_within(books, now, task.case, do.Act(kind), SYSTEM)
        case = file_of(books, task.case).case
        systems = tuple(sorted(house.map().manual)) if house.map_path.exists() else ()
        if case.done and systems and not (case.verifiable or case.unclear or case.waiting or case.closed):
            change_within(books, now, task.case, do.AskOwners(systems), SYSTEM)
        task.done(now)


def rest(
    books: Books, case: Case, events: Iterable[Event], asker: Mapping[str, Any], region: str, now: datetime
) -> None:
    """Makes the rows what the case wants, within a transaction of the caller's; what was lifted is not put back.

    Only what the case has wanted is ended: where our state was put back from before, more rests than its case knows of.
    What ended because it was not wanted rests again once it is: a refusal may be taken back, and a doubt be settled.
    """
    wants = wanted(case)
    rest_records.end(books, case.name, wanted_once(case.name, events) - {one.kind for one in wants}, now)
    lifted, before = rest_records.lifted(books, case.name), rest_records.marks(books, case.name)
    proven = [str(one) for one in asker.get("proven", ())]
    named = [
        *proven,
        *(str(asker[name]) for name in NAMED if asker.get(name)),
        *map(str, asker.get("identifiers", ())),
    ]
    for one in wants:
        if one.kind not in lifted:
            marks = {
                mark for text in (proven if one.proven else named) for mark in marks_of(books, text, region)
            }
            marks |= before.get(one.kind, set())
            rest_records.begin(books, case.name, one.kind, one.rest, _purposes(one.kind, asker), marks, now)


def extend(
    books: Books, case: Case, people: Iterable[tuple[str, str]], asker: Mapping[str, Any], now: datetime
) -> None:
    """The person's other identifiers (category, canonical value), found by the search, rest as well."""
    lifted = rest_records.lifted(books, case.name)
    marks = {mark(books, CATEGORIES[category].kind, value) for category, value in people}
    for one in wanted(case):
        if one.proven and one.kind not in lifted:
            rest_records.begin(books, case.name, one.kind, one.rest, _purposes(one.kind, asker), marks, now)


def _purposes(kind: str, asker: Mapping[str, Any]) -> tuple[str, ...]:
    """The purposes that the person named, of those kinds that are about purposes; none named are all."""
    named = asker.get("purposes", ()) if kind in ("objection", "withdrawal") else ()
    return tuple(map(str, named)) or ("",)


# -- asking --------------------------------------------------------------------------------------------------------------


def may_use(house: House, identifier: str, purpose: str, at: datetime | None = None) -> Told:
    """Whether the data of whoever has this identifier may be used for a purpose, and what stands against it; nothing is changed."""
    moment, region = at or house.now(), house.map().region if house.map_path.exists() else "DK"
    parse(identifier)
    if not _there(house):
        return {"may": True, "purpose": purpose, "against": []}
    with at_desk(house) as books:
        found = resting(books, [identifier], region)
        stands = against(found, purpose, uses_of(books, purpose), moment) if found else ()
    return {
        "may": not stands, "purpose": purpose,
        "against": [{"rest": one.rest, "purpose": one.purpose, "since": one.since.isoformat()} for one in stands],
    }  # fmt: skip


def resting(books: Books, identifiers: Iterable[str], region: str) -> list[Resting]:
    """What rests, or has rested, for whoever has one of these identifiers."""
    from troth.requests.models import Resting as Row

    marks = {mark for text in identifiers for mark in marks_of(books, text, region)}
    rows = Row.objects.of(books.tenant).filter(mark__in=marks).order_by("since", "id")
    return list(dict.fromkeys(Resting(row.rest, row.purpose, row.since, row.until) for row in rows))


def of_case(books: Books, case: str) -> list[Told]:
    """What rests, or rested last, for a case's sake: of each kind once, and for nobody by name."""
    from troth.requests.models import Resting as Row

    rows = Row.objects.of(books.tenant).filter(case=case).order_by("since", "id")
    found: dict[tuple[str, str], Told] = {}
    for row in rows:
        told = {
            "kind": row.kind,
            "rest": row.rest,
            "purpose": row.purpose,
            "since": row.since,
            "until": row.until,
        }
        known = found.setdefault((row.kind, row.purpose), told)
        if known["until"] is not None and known["until"] <= row.since:  # it rests again
            found[row.kind, row.purpose] = told
    return list(found.values())


def restricted(house: House, identifiers: Iterable[str]) -> bool:
    """Whether the data of whoever has one of these identifiers may only be stored now; never, where we have no state."""
    if not _there(house):
        return False
    now = house.now()
    with at_desk(house) as books:
        found = resting(books, identifiers, house.map().region)
    return any(
        one.rest == "processing" and one.since <= now and (one.until is None or now < one.until)
        for one in found
    )


def uses_of(books: Books, purpose: str) -> frozenset[Rest] | None:
    """What a purpose is: by its own word, else by the notices in force; None where nobody has described it."""
    from troth.workflows.notice_records import in_force, notice_of, rows

    if purpose in WORDS:
        return frozenset({WORDS[purpose]})
    for name in dict.fromkeys(row.notice for row in rows(books)):
        if (row := in_force(books, name)) is None:
            continue
        notice = notice_of(books, row)
        if purpose in notice.purposes:
            told = [one for one in notice.promises.values() if purpose in one.purposes]
            acts = [act for one in told for act in one.acts]
            return described(notice.purposes[purpose].dpv, [one.basis for one in told], acts)
    return None


def marks_of(books: Books, text: str, region: str) -> Iterator[str]:
    """The keyed digests of an identifier: of the kind it names, or of every kind that a bare one could be."""
    sought = parse(text)
    kinds = (CATEGORIES[sought.category].kind,) if sought.category in CATEGORIES else _BARE
    for kind in kinds:
        if len(kinds) > 1 and not plausible(kind, sought.value):
            continue
        form = canonical(kind, sought.value, region)
        if form is not None:
            yield mark(books, kind, form)


def mark(books: Books, kind: Kind, form: str) -> str:
    """The keyed digest of an identifier in its canonical form."""
    return hmac.new(books.tombstone_key, f"resting {kind} {form}".encode(), hashlib.sha256).hexdigest()


def _there(house: House) -> bool:
    """Whether we have a state to ask, or the second copy of one that is gone: it knows what rests."""
    copy = copy_of(house.home, house.settings) / "journal.jsonl"
    return there(house.home, house.settings.database) or copy.exists()
