"""Sets a tombstone for each erased person with the run that erased them, plans the second looks, and hands tombstones out."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from troth.datamap.model import Key, Ref
from troth.law.rules import basis
from troth.ledger import sealed
from troth.planning.estate import Estate
from troth.planning.freeze import ASKED, freeze_rows, thaw_rows
from troth.planning.person import Person
from troth.planning.plan import Plan
from troth.planning.tombstone import VERSION, Tombstone, Watch, marks
from troth.terms.settings import spans
from troth.workflows.books import Books, Line, new_name
from troth.workflows.house import House
from troth.workflows.notice_records import unaddress
from troth.workflows.second import told

if TYPE_CHECKING:
    from troth.workflows.act import Acting

BASIS = basis("eu.erasure_repeated")
AT_ONCE = 5_000


def own_rows(
    people: Sequence[Person], plan: Plan, ghosts: Mapping[Ref, Collection[Key]] = MappingProxyType({})
) -> Iterator[list[dict[str, Any]]]:
    """Each person's own rows as JSON: by dataset, the keys of those that go (or went before: `ghosts`) and that stay."""
    theirs = {ref for person in people for ref, _ in person.rows}
    gone: dict[Ref, set[Key]] = {ref: set(ghosts.get(ref, ())) for ref in theirs}
    for step in plan.steps:
        if step.action == "erase" and step.ref in theirs:
            width = len(step.key)
            gone[step.ref].update(row[:width] for row in step.rows)
    for person in people:
        kept: dict[tuple[Ref, bool], list[Key]] = {}
        for ref, key in sorted(person.rows, key=repr):
            kept.setdefault((ref, key in gone[ref]), []).append(key)
        yield [
            {"ref": list(ref), "gone": went, "keys": freeze_rows(keys).decode()}
            for (ref, went), keys in kept.items()
        ]


def rows_of(person: Mapping[str, Any], gone: bool | None = None) -> Iterable[tuple[Ref, Key]]:
    """The rows that `own_rows` wrote: all, or those that went or stayed."""
    for held in person["rows"]:
        if gone is None or held["gone"] is gone:
            ref = Ref(*held["ref"])
            yield from ((ref, key) for key in thaw_rows(held["keys"].encode()))


def set_stones(acting: Acting) -> None:
    """Sets the tombstones of a run and plans its rechecks; call inside the transaction that ends the run."""
    from troth.planning.models import Tombstone as Row

    books, row, now = acting.books, acting.row(), acting.house.now()
    schema = {ref: acting.store(ref.system).reflect() for ref in acting.datamap.datasets}

    estate = Estate(acting.datamap, {ref.system: one for ref, one in schema.items()})
    hidden = {ref for ref in estate.datasets if estate.hidden(ref)}

    def named(nodes: Iterable[tuple[Ref, Key]]) -> Iterable[tuple[Ref, Key]]:
        """Only rows with a key of their own: a hidden row number may be another row's by tomorrow."""
        return (
            node for node in nodes if schema[node[0]].tables[node[0].dataset].key and node[0] not in hidden
        )

    stones = [
        Row(
            tenant=books.tenant, name=new_name(), run=acting.run, version=VERSION, basis=BASIS, decided=row.started, done=now,
            expires=expiry(acting.house),
            marks=marks(
                books.tombstone_key, map(tuple, person["identifiers"]), person["names"],
                named(rows_of(person, True)), named(rows_of(person, False)),
            ),
        )
        for person in acting.context["people"]
    ]  # fmt: skip
    Row.objects.bulk_create(stones, batch_size=AT_ONCE)
    books.second.note({"tombstone": told(stone)} for stone in stones)
    books.enter([Line("tombstone", acting.run, {"people": len(stones), "basis": BASIS})], now)
    people = acting.context["people"]
    unaddress(
        books, [value for one in people for category, value in one["identifiers"] if category == "email"]
    )
    _plan_looks(acting, [stone.name for stone in stones], hidden, now)


def _plan_looks(acting: Acting, stones: Sequence[str], hidden: Collection[Ref], now: datetime) -> None:
    """Plans the second looks, with what they need sealed; call inside the same transaction."""
    from troth.planning.models import Recheck

    books = acting.books
    looks = spans(acting.house.settings.rechecks)
    if looks:
        name = new_name()
        key = books.new_keys([name])[name]
        needed = {part: acting.context.get(part) for part in ASKED}
        needed["people"] = [
            {**person, "rows": [held for held in person["rows"] if Ref(*held["ref"]) not in hidden]}
            for person in acting.context["people"]
        ]  # a second look by such a number would find somebody else under it
        needed["stones"] = list(stones)
        data = sealed.seal(key, json.dumps(needed).encode(), b"recheck")
        Recheck.objects.bulk_create(
            Recheck(tenant=books.tenant, run=acting.run, due=now + look, key=name, sealed=data)
            for look in looks
        )


def expiry(house: House) -> datetime:
    """Until when somebody erased now is recognised."""
    return house.now() + timedelta(days=house.settings.tombstone_days)


def watch(books: Books, since: datetime | None = None, at: datetime | None = None) -> Watch:
    """The tombstones of erasures done since a moment; or (`at`) all that are in force and whose people have not come back."""
    from troth.planning.models import Tombstone as Row

    rows = Row.objects.of(books.tenant)
    if since is not None:
        rows = rows.filter(done__gte=since)
    if at is not None:
        rows = rows.filter(expires__gt=at, returned=None)
    return Watch(books.tombstone_key, map(_stone, rows.order_by("id").iterator(AT_ONCE)))


def _stone(row: Any) -> Tombstone:
    return Tombstone(
        row.name, row.run, row.basis, row.decided, row.done, row.expires, row.marks, row.returned, row.version
    )


def came_back(books: Books, names: Sequence[str], now: datetime) -> None:
    """Notes that people came back of their own accord; call inside a transaction."""
    from troth.planning.models import Tombstone as Row

    Row.objects.of(books.tenant).filter(name__in=names).update(returned=now)
    books.second.note({"returned": name, "at": now.isoformat()} for name in names)
    books.enter([Line("returned", "", {"people": len(names)})], now)


def expire(books: Books, now: datetime) -> int:
    """Deletes the tombstones whose time is over; how many."""
    from django.db import transaction

    from troth.planning.models import Tombstone as Row

    with transaction.atomic():
        over = list(Row.objects.of(books.tenant).filter(expires__lte=now).values_list("name", flat=True))
        if over:
            Row.objects.of(books.tenant).filter(expires__lte=now).delete()
            books.second.note([{"expired": over}])
            books.enter([Line("tombstone_expired", "", {"people": len(over)})], now)
    return len(over)


def people_of(told: Mapping[str, Any]) -> list[Person]:
    """The people of a sealed recheck."""
    return [
        Person(
            frozenset(rows_of(person)),
            frozenset((c, v) for c, v in person["identifiers"]),
            frozenset(person["names"]),
        )
        for person in told["people"]
    ]
