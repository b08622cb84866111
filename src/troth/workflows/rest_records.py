"""What rests for whom in our own state and its second copy: a state put back from before goes on leaving people alone.

The copy has the same keyed digests as our state, never an identifier. What the company lifted stays lifted; what ended because its case
wanted it no longer begins anew, as a row of its own, where the case wants it again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from troth.requests.resting import Rest
    from troth.workflows.books import Books

AT_ONCE: Final = 500
_PLAIN: Final = ("mark", "rest", "purpose", "kind", "case")
_Kind = tuple[str, str]
"""A case, and a kind of request in it."""


def begin(
    books: Books, case: str, kind: str, rest: Rest, purposes: Collection[str], marks: Iterable[str], now: datetime
) -> None:  # fmt: skip
    """Makes marks rest for a case's sake, within a transaction of the caller's; those that do are left as they are."""
    from troth.requests.models import Resting as Row

    rows = Row.objects.of(books.tenant).filter(case=case, kind=kind, until=None)
    there = set(rows.values_list("mark", "purpose"))
    fresh = [
        Row(tenant=books.tenant, mark=mark, rest=rest, purpose=purpose, kind=kind, case=case, since=now)
        for mark in sorted(set(marks))
        for purpose in purposes
        if (mark, purpose) not in there
    ]
    Row.objects.bulk_create(fresh)
    books.second.note({"rests": _told(row)} for row in fresh)


def there(books: Books, case: str, kind: str) -> bool:
    """Whether something rests for a case's sake under this kind now."""
    from troth.requests.models import Resting as Row

    return bool(Row.objects.of(books.tenant).filter(case=case, kind=kind, until=None).exists())


def marks(books: Books, case: str) -> dict[str, set[str]]:
    """By kind, whatever rests for a case's sake or did, those that a search found among them."""
    from troth.requests.models import Resting as Row

    found: dict[str, set[str]] = defaultdict(set)
    for kind, mark in Row.objects.of(books.tenant).filter(case=case).values_list("kind", "mark"):
        found[kind].add(mark)
    return found


def lifted(books: Books, case: str) -> frozenset[str]:
    """The kinds of a case whose rest the company lifted: the only ones that may be wanted and rest no more."""
    from troth.requests.models import Resting as Row

    rows = Row.objects.of(books.tenant).filter(case=case, lifted=True)
    return frozenset(rows.values_list("kind", flat=True).distinct())


def end(books: Books, case: str, kinds: Collection[str], now: datetime, lifted: bool = False) -> int:
    """Ends what rests for a case's sake under these kinds, within a transaction of the caller's; how many rows that were.

    `lifted`: the company lifts what the case still wants, and it does not begin again.
    """
    from troth.requests.models import Resting as Row

    rows = Row.objects.of(books.tenant).filter(case=case, kind__in=kinds, until=None)
    found = sorted(set(rows.values_list("kind", flat=True)))
    count = int(rows.update(until=now, lifted=lifted))
    books.second.note(
        {"rested": case, "kind": kind, "at": now.isoformat(), "lifted": lifted} for kind in found
    )
    return count


def everything(tenant: str) -> Iterator[dict[str, Any]]:
    """All that a new second copy must hold of it."""
    from troth.requests.models import Resting as Row

    for row in Row.objects.of(tenant).order_by("id").iterator(AT_ONCE):
        yield {"rests": _told(row)}


def take(tenant: str, lines: Iterable[Mapping[str, Any]]) -> None:
    """Takes lines over, in sets and in their order; what this state has ended is not begun again by the line that began it."""
    from troth.requests.models import Resting as Row

    begun: dict[_Kind, dict[tuple[str, ...], dict[str, Any]]] = defaultdict(dict)
    over: dict[_Kind, dict[str, bool]] = defaultdict(dict)
    for line in lines:
        if "rests" in line:
            one = {"lifted": False, **line["rests"]}
            kind = one["case"], one["kind"]
            begun[kind][*(one[name] for name in _PLAIN), one["since"]] = one
            if one["until"]:
                over[kind][one["until"]] = one["lifted"]
        elif "rested" in line:
            kind = line["rested"], line["kind"]
            lifted = over[kind][line["at"]] = bool(line.get("lifted"))
            for one in begun[kind].values():
                if one["until"] is None:
                    one.update(until=line["at"], lifted=lifted)
    for (case, name), ends in over.items():
        for at, lifted in ends.items():
            moment = datetime.fromisoformat(at)
            rows = Row.objects.of(tenant).filter(case=case, kind=name, until=None, since__lte=moment)
            rows.update(until=moment, lifted=lifted)
    told = [one for kinds in begun.values() for one in kinds.values()]
    for first in range(0, len(told), AT_ONCE):
        _add(tenant, [_row(tenant, one) for one in told[first : first + AT_ONCE]])


def _add(tenant: str, rows: list[Any]) -> None:
    """Adds those that this state has not."""
    from troth.requests.models import Resting as Row

    names = (*_PLAIN, "since")
    there = Row.objects.of(tenant).filter(mark__in={row.mark for row in rows})
    known = set(there.values_list(*names))
    fresh = [row for row in rows if tuple(getattr(row, name) for name in names) not in known]
    Row.objects.bulk_create(fresh, ignore_conflicts=True)


def _told(row: Any) -> dict[str, Any]:
    until = row.until.isoformat() if row.until else None
    plain = {name: getattr(row, name) for name in _PLAIN}
    return {**plain, "since": row.since.isoformat(), "until": until, "lifted": row.lifted}


def _row(tenant: str, told: Mapping[str, Any]) -> Any:
    from troth.requests.models import Resting as Row

    until = datetime.fromisoformat(told["until"]) if told["until"] else None
    return Row(
        tenant=tenant,
        **{name: told[name] for name in _PLAIN},
        since=datetime.fromisoformat(told["since"]),
        until=until,
        lifted=told["lifted"],
    )
