"""Places, confirms, reviews and lifts legal holds, two people for each act, and tells planning what stands.

Whom a hold is about stands sealed under a key of its own, which dies when the hold is lifted; the ledger says that a hold was
placed, confirmed, reviewed and lifted, and never about whom.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from troth.datamap.model import DataMap
from troth.law.rules import cited
from troth.planning.barred import Bar
from troth.planning.person import Node
from troth.retention.holds import AUTHORITIES, GROUNDS, Hold, check, check_necessity, check_review
from troth.terms.errors import UsageError
from troth.workflows.at_work import at_work
from troth.workflows.books import Books, Line, new_name
from troth.workflows.erase import Request, inquire, question_told
from troth.workflows.hold_records import LIVE, bars, end, load, opening_key, save
from troth.workflows.house import House
from troth.workflows.inquiry import NAMES_NOBODY
from troth.workflows.propose import ApprovalError, operator, same

if TYPE_CHECKING:
    from datetime import datetime

Told = dict[str, Any]
__all__ = [
    "AUTHORITIES",
    "GROUNDS",
    "confirm",
    "day",
    "lift",
    "listing",
    "overdue",
    "place",
    "placed",
    "review",
]


def place(house: House, hold: Hold) -> Told:
    """Places a hold for somebody else to confirm; `blocked` where it is not clear whom it is about. Raises UsageError."""
    from django.db import transaction

    datamap, now, who = house.map(), house.now(), operator(house)
    check(hold, datamap, now.date())
    nodes, people, questions = _people(house, hold.people)
    told: Told = {"people": people, "questions": questions, "blocked": any(q["blocking"] for q in questions)}
    if told["blocked"]:
        return {**told, "name": None, "state": None}
    hold, name = replace(hold, by=(who,), nodes=nodes), new_name()
    with at_work(house) as books, transaction.atomic():
        keys = books.new_keys([name])
        save(books, name, hold, "placed", now)
        books.enter([_line("hold_placed", name, hold, who)], now, keys)
    return {**told, "name": name, "state": "placed"}


def _people(house: House, identifiers: Sequence[str]) -> tuple[frozenset[Node], int, list[Told]]:
    """The own rows of whoever is named now, how many people they are, and the questions; nobody yet is no fault."""
    if not identifiers:
        return frozenset(), 0, []
    with house.opened(house.map()) as stores:
        inquiry = inquire(house, stores, Request(tuple(identifiers)), holds=False)
        found = [person for person in inquiry.who(identifiers) if person.rows]
        asked = [
            replace(q, blocking=q.blocking and q.id != NAMES_NOBODY) for q in inquiry.identified.questions
        ]
    nodes = frozenset(node for person in found for node in person.rows)
    return nodes, len(found), [question_told(question) for question in asked]


def confirm(house: House, name: str) -> Told:
    """A second person confirms that the hold is placed, or lifted. Raises ApprovalError where it is the first one."""
    from django.db import transaction

    now, who = house.now(), operator(house)
    with at_work(house) as books, transaction.atomic():
        row, hold = load(books, name)
        name, keys = row.name, opening_key(books, row.name)
        if row.state not in ("placed", "lifting"):
            raise _nothing_to_do(name, f"it is {row.state}")
        first = hold.by[0] if row.state == "placed" else hold.lifting
        if same(first, who):
            raise ApprovalError(
                "one person alone neither places nor lifts a hold; nothing was done", place=name,
                remedy=f"Somebody else says: troth hold confirm {name}",
            )  # fmt: skip
        if row.state == "placed":
            save(books, name, replace(hold, by=(*hold.by, who)), "standing", now)
            books.enter([_line("hold_confirmed", name, hold, who)], now, keys)
            return {"name": name, "state": "standing", "postponed": 0}
        waiting = end(books, row, "lifted", now)
        books.enter([_line("hold_lifted", name, hold, who, outcome="done")], now, keys)
    return {"name": name, "state": "lifted", "postponed": waiting}


def lift(house: House, name: str) -> Told:
    """Asks to lift a hold, for somebody else to confirm; one that nobody confirmed yet is withdrawn at once."""
    from django.db import transaction

    now, who = house.now(), operator(house)
    with at_work(house) as books, transaction.atomic():
        row, hold = load(books, name)
        name, keys = row.name, opening_key(books, row.name)
        if row.state == "placed":
            waiting = end(books, row, "withdrawn", now)
            books.enter([_line("hold_lifted", name, hold, who, outcome="skipped")], now, keys)
            return {"name": name, "state": "withdrawn", "postponed": waiting}
        if row.state != "standing":
            raise _nothing_to_do(name, "somebody asked already, and somebody else confirms")
        save(books, name, replace(hold, lifting=who), "lifting", now)
        books.enter([_line("hold_lifted", name, hold, who, outcome="deferred")], now, keys)
    return {"name": name, "state": "lifting", "postponed": 0}


def review(house: House, name: str, until: date, note: str) -> Told:
    """Looks again at a hold: why it is still necessary, and when somebody must look next. Raises UsageError.

    Whoever says that it is necessary says that it is not to be lifted: a wish to lift it is over.
    """
    from django.db import transaction

    now, who = house.now(), operator(house)
    check_necessity(note)
    check_review(until, now.date())
    with at_work(house) as books, transaction.atomic():
        row, hold = load(books, name)
        name, keys = row.name, opening_key(books, row.name)
        if row.state not in LIVE:
            raise _nothing_to_do(name, f"it is {row.state}")
        hold = replace(hold, review=until, note=note, lifting="")
        save(books, name, hold, "standing", now)
        books.enter([_line("hold_reviewed", name, hold, who)], now, keys)
    return {"name": name, "state": "standing", "review": until.isoformat()}


def _nothing_to_do(name: str, why: str) -> UsageError:
    return UsageError(f"nothing waits here for you: {why}", place=name, remedy="See: troth hold list")


def _line(kind: str, name: str, hold: Hold, who: str, **public: str) -> Line:
    payload = {
        "hold": name, "by": who, "authority": hold.authority, "law": hold.law, "review": hold.review.isoformat(),
    }  # fmt: skip
    return Line(kind, name, payload, public, name)


def overdue(books: Books, now: datetime) -> list[str]:
    """The names of holds whose review date has passed, for `troth due`."""
    from troth.retention.models import Hold as Row

    rows = Row.objects.of(books.tenant).filter(state__in=("placed", *LIVE), review__lte=now.date())
    return list(rows.order_by("review", "id").values_list("name", flat=True))


def listing(house: House, rows: bool = False) -> Told:
    """Every hold that is not over; with `rows`, what is restricted because of them, by dataset and key."""
    told: Told = {"holds": [], "overdue": 0, "postponed": 0}
    if not house.has_state():
        return {**told, **({"restricted": []} if rows else {})}
    now = house.now()
    books = Books(house.home, house.settings)  # opens our state: only then are there tables
    from troth.retention.models import Hold as Row
    from troth.retention.models import Postponed

    try:
        for row in Row.objects.of(books.tenant).filter(state__in=("placed", *LIVE)).order_by("review", "id"):
            told["holds"].append(_shown(row, load(books, row.name)[1], now))
        told["postponed"] = Postponed.objects.of(books.tenant).count()
        standing = bars(books)
    finally:
        books.close()
    told["overdue"] = sum(hold["overdue"] for hold in told["holds"])
    if rows:
        told["restricted"] = _restricted(house, [bar for bar in standing if not bar.pending])
    return told


def _shown(row: Any, hold: Hold, now: datetime) -> Told:
    return {
        "name": row.name, "state": row.state, "authority": hold.authority, "law": cited(hold.law), "note": hold.note,
        "review": hold.review.isoformat(), "overdue": hold.review <= now.date(), "placed": row.placed.isoformat(),
        "people": len(hold.people), "found": len(hold.nodes),
        "places": [".".join((str(place.ref), *place.columns)) for place in hold.places if not place.key],
        "rows": sum(bool(place.key) for place in hold.places),
        "by": list(hold.by), "lifting": hold.lifting,
    }  # fmt: skip


def _restricted(house: House, standing: Sequence[Bar]) -> list[Told]:
    """What may be read for a hold's purpose only (GDPR Art. 18(2)): datasets, or rows by key, and which columns."""
    datamap = house.map()
    with house.opened(datamap) as stores:
        inquiry = inquire(house, stores, Request(()))
        inquiry.bars = standing
        inquiry.look()
        barred = inquiry.barred
        found: list[Told] = []
        for ref in sorted({*barred.whole, *barred.rows} & inquiry.estate.datasets.keys()) if barred else ():
            assert barred is not None
            groups: dict[tuple[str, tuple[str, ...]], list[list[Any]]] = {}
            for key, keeps in barred.rows.get(ref, {}).items():
                for keep in keeps:
                    groups.setdefault((keep.hold, tuple(sorted(barred.held(ref, keep)))), []).append(
                        list(key)
                    )
            place = {"system": ref.system, "dataset": ref.dataset, "key": list(inquiry.estate.key(ref))}
            for keep in barred.whole.get(ref, ()):
                found.append(
                    {**place, "hold": keep.hold, "columns": sorted(barred.held(ref, keep)), "rows": "all"}
                )
            for (hold, columns), keys in groups.items():
                found.append(
                    {**place, "hold": hold, "columns": list(columns), "rows": sorted(keys, key=repr)}
                )
    return found


def placed(fields: Mapping[str, Any], datamap: DataMap) -> Hold:
    """A hold from what was typed; raises UsageError for a place or a day that is none."""
    from troth.retention.holds import place_of, row_of

    places = [place_of(text, datamap) for text in fields["on"]] + [
        row_of(text, datamap) for text in fields["rows"]
    ]
    return Hold(
        fields["authority"], fields["ground"], fields["note"], day(fields["review"]), tuple(fields["people"]), tuple(places)
    )  # fmt: skip


def day(text: str) -> date:
    """The day; raises UsageError for what is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError("this is no date", place="--review", remedy="Write it as 2027-03-01.") from None
