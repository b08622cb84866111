"""What rests for whom in our own state and its second copy: a state put back from before goes on leaving people alone.

The copy has the same keyed digests as our state, never an identifier. What rested once and was ended stays ended.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from troth.requests.resting import Rest
    from troth.workflows.books import Books

AT_ONCE: Final = 500
_PLAIN: Final = ("mark", "rest", "purpose", "kind", "case")


def begin(
    books: Books, case: str, kind: str, rest: Rest, purposes: Collection[str], marks: Iterable[str], now: datetime
) -> None:  # fmt: skip
    """Makes marks rest for a case's sake, within a transaction of the caller's; those that do, or did, are left as they are."""
    from troth.requests.models import Resting as Row

    rows = Row.objects.of(books.tenant).filter(case=case, kind=kind)
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


def end(books: Books, case: str, kinds: Collection[str], now: datetime) -> int:
    """Ends what rests for a case's sake under these kinds, within a transaction of the caller's; how many rows that were."""
    from troth.requests.models import Resting as Row

    rows = Row.objects.of(books.tenant).filter(case=case, kind__in=kinds, until=None)
    found = sorted(set(rows.values_list("kind", flat=True)))
    count = int(rows.update(until=now))
    books.second.note({"rested": case, "kind": kind, "at": now.isoformat()} for kind in found)
    return count


def everything(tenant: str) -> Iterator[dict[str, Any]]:
    """All that a new second copy must hold of it."""
    from troth.requests.models import Resting as Row

    for row in Row.objects.of(tenant).order_by("id").iterator(AT_ONCE):
        yield {"rests": _told(row)}


def take(tenant: str, lines: Iterable[Mapping[str, Any]]) -> None:
    """Takes lines over, in sets and in their order; what this state has ended is not begun again."""
    from troth.requests.models import Resting as Row

    begun: dict[tuple[str, ...], Mapping[str, Any]] = {}
    over: dict[tuple[str, str], str] = {}
    for line in lines:
        if "rests" in line:
            begun[tuple(line["rests"][name] for name in _PLAIN)] = line["rests"]
        elif "rested" in line:
            over[line["rested"], line["kind"]] = line["at"]
    told = list(begun.values())
    for at in range(0, len(told), AT_ONCE):
        Row.objects.bulk_create([_row(tenant, one) for one in told[at : at + AT_ONCE]], ignore_conflicts=True)
    ended = {(one["case"], one["kind"]): one["until"] for one in told if one["until"]} | over
    for (case, kind), until in ended.items():
        rows = Row.objects.of(tenant).filter(case=case, kind=kind, until=None)
        rows.update(until=datetime.fromisoformat(until))


def _told(row: Any) -> dict[str, Any]:
    until = row.until.isoformat() if row.until else None
    return {**{name: getattr(row, name) for name in _PLAIN}, "since": row.since.isoformat(), "until": until}


def _row(tenant: str, told: Mapping[str, Any]) -> Any:
    from troth.requests.models import Resting as Row

    until = datetime.fromisoformat(told["until"]) if told["until"] else None
    return Row(
        tenant=tenant,
        **{name: told[name] for name in _PLAIN},
        since=datetime.fromisoformat(told["since"]),
        until=until,
    )
