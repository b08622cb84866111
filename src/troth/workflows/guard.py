"""Before a restored backup is opened for reading, whatever was decided since it was taken is done again on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from troth.datamap.model import DataMap, Ref, System
from troth.records.cabinet import kept
from troth.terms.errors import UsageError
from troth.workflows.house import House
from troth.workflows.inquiry import NAMES_NOBODY

if TYPE_CHECKING:
    from troth.planning.tombstone import Watch
    from troth.workflows.books import Books
    from troth.workflows.erase import Request
    from troth.workflows.scanning import Seen

Told = dict[str, Any]
EXPIRED = "expired"
"""What --accept calls it that some tombstones since the backup are over."""
_FIRST = timezone(timedelta(hours=14))  # where a day begins first on earth


class UnfinishedError(UsageError):
    """An erasure was decided and cut off, so nobody knows yet what must be repeated."""

    exit_code = 4


class ForgottenError(UsageError):
    """The backup is older than tombstones are kept, so whom some erasures were about can be known no more."""

    exit_code = 4

    def __init__(self, gone: int) -> None:
        super().__init__(
            f"{gone} erasure{'s were' if gone > 1 else ' was'} done since this backup was taken whose tombstones are over",
            place="--backup-taken",
            remedy=f"Take a newer backup; or repeat those by hand, and say --accept {EXPIRED}.",
        )


def restore_guard(
    house: House, url: str, taken: str, accepted: Iterable[str] = (),
    scope: str | None = None, instructed: Mapping[str, str] = MappingProxyType({}),
    left_to: Mapping[str, str] = MappingProxyType({}),
) -> Told:  # fmt: skip
    """Erases again, on the restored system at `url`, everybody whose erasure was done since the backup was taken.

    Returns {"system", "replayed": {"erasures"}, "still_visible", "uncertain", "questions"}. Raises UsageError where nothing
    can be known: no state of ours, a moment without its offset from UTC, a system that the map does not tell.
    """
    from troth.workflows.erase import Request
    from troth.workflows.tombstones import watch as tombstones
    from troth.workflows.turn import turn

    accepted, moment = frozenset(accepted), moment_of(taken, house.now())
    there = restored(house, url)
    (system,) = there.map().systems
    with ExitStack() as held:
        with kept(house.home, begun=False):
            books = _books(house)
            held.callback(books.close)
            with turn(house, house.progress):  # another guard may be at work on another system
                _put_aside(books)
            if EXPIRED not in accepted:
                _remembered(books, moment)
            watch = tombstones(books, since=moment)
        told: Told = {
            "system": system, "taken": moment.isoformat(), "replayed": {"erasures": 0}, "still_visible": 0, "uncertain": 0,
            "questions": [],
        }  # fmt: skip
        if len(watch):
            before = _scan(house, there, books, watch)
            if before.named:
                told |= _replay(there, before, Request((), scope, instructed, accepted, left_to=left_to))
            after = _scan(house, there, books, watch)
            told |= {
                "still_visible": after.visible,
                "uncertain": sum(after.uncertain.values()),
                "places": [
                    {"dataset": str(r), "rows": len(rows)} for r, rows in sorted(after.rows.items()) if rows
                ],
            }
            told["replayed"]["erasures"] = len(before.reachable) if not told.get("blocked") else 0
        _enter(house, books, told)
    return told


def _replay(there: House, seen: Seen, request: Request) -> Told:
    """The real erasure of everybody seen, on the restored system alone."""
    from troth.workflows.erase import erase

    sought = sorted({one for those in seen.named.values() for one in those} - seen.doubted, key=repr)
    gone = tuple(frozenset(nodes) for _, nodes in sorted(seen.gone.items()))
    answers = request.accepted | {NAMES_NOBODY}
    told = erase(there, replace(request, identifiers=sought, accepted=answers, gone=gone), kind="replay")
    if told.get("state") == "stopped":
        raise UsageError(
            told["stopped"]["message"], place=told["stopped"]["place"],
            remedy="The backup must stay closed. Remove the cause and run `troth restore-guard` again.",
        )  # fmt: skip
    return {"questions": told["questions"], "blocked": told["blocked"]}


def _scan(house: House, there: House, books: Books, watch: Watch) -> Seen:
    from troth.workflows.scanning import Scan
    from troth.workflows.sweep import kept_by_law

    datamap, whole = there.map(), house.map()
    links = [link for link in whole.links if link.source.system in datamap.systems]
    people = {
        ref: one.key for ref, one in whole.datasets.items() if one.subject and ref not in datamap.datasets
    }
    with there.opened(datamap) as stores:
        kept = kept_by_law(books, datamap)
        return Scan(datamap, stores, watch, there.progress, kept, links, people).run()


def _books(house: House) -> Books:
    from troth.workflows.books import Books

    if not house.has_state():
        raise UsageError(
            "there is no state of ours, so nobody can know what was erased", place=str(house.home),
            remedy="Put back .troth (or its second copy) first; see docs/backups.md.",
        )  # fmt: skip
    return Books(house.home, house.settings)


def _put_aside(books: Books) -> None:
    """Forgets what an earlier guard left half done, for this one does all of it; raises UnfinishedError for another run."""
    from troth.planning.models import FrozenBatch, Run

    runs = Run.objects.of(books.tenant).exclude(state="done")
    for row in runs.filter(kind="replay"):
        FrozenBatch.objects.of(books.tenant).filter(run=row.name).delete()
        row.state, row.context = "done", b""
        row.save(update_fields=["state", "context"])
    if runs.exclude(kind="replay").exists():
        raise UnfinishedError(
            "an erasure was decided and cut off, so it has no tombstone yet", place=str(books.home),
            remedy="Finish it first: troth resume",
        )  # fmt: skip


def _remembered(books: Books, since: datetime) -> None:
    """Raises ForgottenError where an erasure was done since then whose tombstones are over, or are of another version."""
    from troth.ledger.entry import parse
    from troth.ledger.models import Entry
    from troth.planning.models import Tombstone
    from troth.planning.tombstone import VERSION

    known = set(Tombstone.objects.of(books.tenant).filter(version=VERSION).values_list("run", flat=True))
    entered = Entry.objects.of(books.tenant).filter(kind="tombstone").order_by("index").iterator(5_000)
    gone = sum(row.run not in known and parse(bytes(row.leaf)).at >= since for row in entered)
    if gone:
        raise ForgottenError(gone)


def _enter(house: House, books: Books, told: Mapping[str, Any]) -> None:
    from django.db import transaction

    from troth.workflows.books import Line

    outcome = "incomplete" if told["still_visible"] or told["uncertain"] else "done"
    payload = {name: told[name] for name in ("system", "taken", "replayed", "still_visible", "uncertain")}
    with transaction.atomic():
        books.enter([Line("backup_replayed", "", payload, {"outcome": outcome})], house.now())
    books.publish()


def moment_of(text: str, now: datetime, place: str = "--backup-taken") -> datetime:
    """A moment with its offset, or a day, which means its first moment anywhere on earth."""
    try:
        if len(text) == len("2026-11-22"):
            moment = datetime.combine(date.fromisoformat(text), time(), _FIRST)
        else:
            moment = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(
            "this is no moment", place=place, remedy="Write 2026-11-22T03:00+01:00, or 2026-11-22."
        ) from None
    if moment.tzinfo is None:
        raise UsageError(
            "a moment without its offset from UTC could be hours off", place=place,
            remedy=f"Write {text}Z or {text}+01:00.",
        )  # fmt: skip
    if moment > now:
        raise UsageError(
            "this lies in the future",
            place=place,
            remedy="Give the moment at which the backup was begun.",
        )
    return moment.astimezone(UTC)


def restored(house: House, text: str) -> House:
    """The house as if one system of the map were the restored one, and the only one. The map is asked which it is."""
    from troth.workflows.mapping import address_named

    given, url = address_named(text, "the restored backup")
    datamap = house.map()
    if text.partition("=")[0] == given:
        if given not in datamap.systems:
            raise UsageError(
                f"the map has no system {given}",
                place=given,
                remedy=f"It has {', '.join(sorted(datamap.systems))}.",
            )
        return house.only(given, url)
    store = house.kind(url, "the restored backup")
    alike = [name for name, system in datamap.systems.items() if house.kind(system.url, name) is store]
    fitting = (
        [name for name in alike if _fits(house, datamap, datamap.systems[name], url)]
        if len(alike) > 1
        else alike
    )
    if len(fitting) != 1:
        raise UsageError(
            "the map does not tell which system this is a backup of", place="the restored backup",
            remedy=f"Say it: NAME=URL, with one of {', '.join(sorted(alike or datamap.systems))}.",
        )  # fmt: skip
    return house.only(fitting[0], url)


def _fits(house: House, datamap: DataMap, system: System, url: str) -> bool:
    """Whether every dataset that the map has of the system stands there."""
    opened = house.only(system.name, url).open(system)
    try:
        tables = opened.reflect().tables
    finally:
        opened.close()
    return all(ref.dataset in tables for ref in datamap.datasets if Ref(system.name, ref.dataset) == ref)
