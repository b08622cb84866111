"""The world that checks ask: every fact is fetched once in a run, read-only, and one that cannot be had is refused to each who asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from datetime import date, timedelta
from typing import Any, TypeVar, cast

from troth.datamap.model import DataMap
from troth.datamap.schema import Schema
from troth.evidence.check import Promise
from troth.evidence.facts import (
    Attestation,
    Book,
    Event,
    Guarded,
    Held,
    Isolation,
    Keeping,
    Outside,
    Portable,
    Protection,
    Published,
    Reach,
    Readable,
    Requests,
    Shown,
    Tally,
    Traces,
    Uninstructed,
)
from troth.notice.findings import Finding as Fault
from troth.notice.model import Notice
from troth.planning.estate import Estate
from troth.retention.trials import Facts as Trials
from troth.stores import Opened
from troth.terms.errors import TamperedError, TrothError
from troth.workflows.house import House

T = TypeVar("T")
GRACE = timedelta(days=1)
"""What fell due since is the daily run's to work off; only what stood longer is kept too long."""


class Facts:
    """The world at one moment; close it at the end."""

    def __init__(
        self,
        house: House,
        notice: Notice,
        promises: Sequence[Promise],
        attestations: Mapping[str, Attestation],
    ) -> None:
        self.house, self.notice, self.promises, self.at = house, notice, promises, house.now()
        self._attestations = attestations
        self._known: dict[str, Any] = {}
        self._refused: dict[str, TrothError] = {}
        self._held = ExitStack()

    def close(self) -> None:
        self._held.close()

    def _once(self, name: str, ask: Callable[[], T]) -> T:
        """What was answered the first time; what was refused then is refused again without being asked."""
        if name in self._refused:
            raise self._refused[name]
        if name not in self._known:
            try:
                self._known[name] = ask()
            except TrothError as fault:
                self._refused[name] = fault
                raise
        return cast(T, self._known[name])

    # -- stores -----------------------------------------------------------------------------------------------------------

    @property
    def map(self) -> DataMap:
        return self._once("map", self.house.map)

    def store(self, system: str) -> Opened:
        def opened() -> Opened:
            self.house.progress(f"opening {system}")
            store = self.house.open(self.map.systems[system])
            self._held.callback(store.close)
            return store

        return self._once(f"store {system}", opened)

    @property
    def stores(self) -> dict[str, Opened]:
        return {name: self.store(name) for name in self.map.systems}

    @property
    def schemas(self) -> Mapping[str, Schema]:
        return self._once("schemas", lambda: {name: one.reflect() for name, one in self.stores.items()})

    @property
    def estate(self) -> Estate:
        return self._once("estate", lambda: Estate(self.map, self.schemas))

    def _guarded(self, system: str) -> Guarded | None:
        store = self.store(system)
        return cast(Guarded, store) if hasattr(store, "protection") and hasattr(store, "reach") else None

    def protection(self, system: str) -> Protection:
        def asked() -> Protection:
            store = self._guarded(system)
            why = dict.fromkeys(("tls", "at_rest", "keys"), "this kind of store cannot be asked")
            return store.protection() if store is not None else Protection(network=True, why=why)

        return self._once(f"protection {system}", asked)

    def reach(self, system: str, role: str, forbidden: Sequence[Readable]) -> Reach:
        store = self._guarded(system)
        return (
            Reach(False, "this kind of store cannot be asked")
            if store is None
            else store.reach(role, forbidden)
        )

    def isolation(self, system: str, role: str, tenants: Mapping[str, str]) -> Isolation:
        store = self._guarded(system)
        why = "this kind of store cannot be asked"
        return Isolation(False, why) if store is None else store.isolation(role, tenants)

    @property
    def traces(self) -> Traces:
        from troth.workflows.checks_traces import traces

        return self._once("traces", lambda: traces(self.house, self.map, self.stores, self.at))

    # -- rules, holds, registers ------------------------------------------------------------------------------------------

    @property
    def keeping(self) -> Keeping | None:
        from troth.workflows.retain import path_of

        return self._once("keeping", self._keeping) if path_of(self.house).exists() else None

    def _keeping(self) -> Keeping:
        from troth.retention.clock import today
        from troth.retention.rulefile import load
        from troth.workflows.retain import Retention, path_of
        from troth.workflows.retainahead import looked_ahead

        rules = load(path_of(self.house), self.map)
        retention = Retention(self.house, self.map, rules, self.stores, today(self.at - GRACE, rules.zone))
        retention.count()
        looked_ahead(retention)
        tallies = tuple(
            Tally(name, ref, score.due, score.held, score.unreadable)
            for (name, ref), score in sorted(retention.scores.items())
        )
        return Keeping(rules, tallies, tuple(retention.findings))

    @property
    def holds(self) -> Sequence[Held]:
        return self._once("holds", self._holds)

    def _holds(self) -> list[Held]:
        from troth.workflows.holding import listing

        return [
            Held(
                one["name"], one["state"], date.fromisoformat(one["review"]), one["people"], len(one["places"]) + one["rows"],
                bool(one["authority"] and one["law"] and one["note"]),
            )
            for one in listing(self.house)["holds"]
        ]  # fmt: skip

    @property
    def trials(self) -> Trials:
        from troth.workflows.backup_facts import facts

        return self._once("trials", lambda: facts(self.house))

    @property
    def notice_findings(self) -> Sequence[Fault]:
        from troth.workflows.notices import findings

        return self._once("notice", lambda: findings(self.house, self.notice))

    @property
    def versions(self) -> Sequence[Published]:
        return self._once("versions", self._versions) if self.house.has_state() else ()

    def _versions(self) -> list[Published]:
        from troth.workflows.books import Books
        from troth.workflows.notice_records import is_intact, rows, waiting

        books = Books(self.house.home, self.house.settings)
        try:
            return [
                Published(
                    row.number, row.state, is_intact(books, row), row.digest == self.notice.digest, row.effective, row.material, row.told,
                    waiting(books, row) + row.unreachable,
                )
                for row in rows(books, self.notice.id)
            ]  # fmt: skip
        finally:
            books.close()

    @property
    def requests(self) -> Requests | None:
        from troth.workflows.checks_requests import requests

        if not self.house.has_state():
            return None
        return self._once("requests", lambda: requests(self.house, self.map, self.at))

    @property
    def outside(self) -> Outside | None:
        provider = self.house.provider
        return None if provider is None else Outside(provider.name, frozenset(provider.needs))

    @property
    def portable(self) -> Portable:
        from troth.workflows.portability import unsaid

        def asked() -> Portable:
            rows, places = unsaid(self.house, self.map, self.estate)
            return Portable(rows, places)

        return self._once("portable", asked)

    @property
    def shown(self) -> Shown:
        from troth.workflows.checks_published import shown

        return self._once("shown", lambda: shown(self.house, self.notice))

    @property
    def uninstructed(self) -> Uninstructed:
        from troth.workflows.checks_trial import uninstructed

        return self._once("uninstructed", lambda: uninstructed(self.house, self.map, self.stores))

    def attested(self, promise: str) -> Attestation | None:
        return self._attestations.get(promise)

    # -- the ledger -------------------------------------------------------------------------------------------------------

    @property
    def book(self) -> Book | None:
        return self._once("book", self._book) if self.house.has_state() else None

    def _book(self) -> Book:
        from troth.workflows.books import Books
        from troth.workflows.checking import verify_ledger
        from troth.workflows.checks_records import changed

        fault, told = "", {"entries": 0, "checkpoints": 0}
        try:
            told = verify_ledger(self.house)
        except TamperedError as found:
            fault = found.message
        books = Books(self.house.home, self.house.settings)
        try:
            fault = fault or changed(books)
            return Book(
                told["entries"], fault, told["checkpoints"], _last(books), books.second.journal.size() > 0
            )
        finally:
            books.close()


def _last(books: Any) -> dict[str, Event]:
    """The last entry of each kind; one that cannot be read is left out, and the ledger does not hold then."""
    from django.db.models import Max

    from troth.ledger.entry import parse
    from troth.ledger.models import Entry

    rows = Entry.objects.of(books.tenant)
    tops = [row["top"] for row in rows.values("kind").annotate(top=Max("index"))]
    found: dict[str, Event] = {}
    for leaf in rows.filter(index__in=tops).values_list("leaf", flat=True):
        try:
            entry = parse(bytes(leaf))
        except TrothError:
            continue
        found[entry.kind] = Event(entry.at, dict(entry.public))
    return found
