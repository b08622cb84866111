"""Carries an approved run out, batch by batch: intent, act, receipt; whatever is repeated changes nothing more."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from troth.datamap.model import Atom, Key, System
from troth.datamap.reader import ByValues, Select
from troth.ledger import sealed
from troth.planning.executor import Hand
from troth.planning.freeze import thaw
from troth.planning.plan import Batch, Step
from troth.planning.redact import Needle, Needles
from troth.stores import Opened
from troth.terms.errors import StoreError
from troth.workflows.books import Books, Line
from troth.workflows.house import House

TRIES = 3
PAUSE_SECONDS = 0.5


@dataclass
class Acting:
    """One run on its way in this process; everything it must remember lies in our state, not here."""

    house: House
    books: Books
    run: str
    stores: dict[str, Opened] = field(default_factory=dict)
    _context: dict[str, Any] | None = None

    # -- what was frozen ------------------------------------------------------------------------------------------

    def row(self) -> Any:
        from troth.planning.models import Run

        return Run.objects.of(self.books.tenant).get(name=self.run)

    def context(self) -> dict[str, Any]:
        if self._context is None:
            data = sealed.open_sealed(self.key, bytes(self.row().context), b"context")
            self._context = json.loads(data)
        return self._context

    @property
    def key(self) -> bytes:
        if not hasattr(self, "_key"):
            self._key = self.books.key(self.run)
        return self._key

    def count(self) -> int:
        from troth.planning.models import FrozenBatch

        return FrozenBatch.objects.of(self.books.tenant).filter(run=self.run).count()

    def batch(self, row: Any) -> Batch:
        return thaw(sealed.open_sealed(self.key, bytes(row.sealed), b"batch"))

    def store(self, system: str, datamap: Mapping[str, System]) -> Opened:
        if system not in self.stores:
            self.stores[system] = self.house.open(datamap[system], write=True)
        return self.stores[system]

    def close(self) -> None:
        for store in self.stores.values():
            store.close()
        self.stores.clear()

    # -- acting ---------------------------------------------------------------------------------------------------

    def act(self, number: int, systems: Mapping[str, System]) -> None:
        """Batch `number`: intent entered, rows changed, receipt entered. Done before, it does nothing."""
        from django.db import transaction

        from troth.planning.models import FrozenBatch

        batches = FrozenBatch.objects.of(self.books.tenant).filter(run=self.run)
        row = batches.get(number=number)
        if row.state == "done":
            return
        batch = self.batch(row)
        if row.state == "frozen":
            with transaction.atomic():
                self._intend(row, batch)
        self._execute(self.store(batch.system, systems), batch)
        with transaction.atomic():
            row.state = "done"
            row.save(update_fields=["state"])
            self.books.enter([self._line("receipt", batch, {"outcome": "done"})], self.house.now(), {self.run: self.key})
            following = batches.filter(number=number + 1, state="frozen").first()
            if following is not None:  # one commit for this receipt and the next intent
                self._intend(following, self.batch(following))

    def _intend(self, row: Any, batch: Batch) -> None:
        row.state = "intended"
        row.save(update_fields=["state"])
        self.books.enter([self._line("intent", batch, {})], self.house.now(), {self.run: self.key})

    def _line(self, kind: str, batch: Batch, public: dict[str, int | str]) -> Line:
        rows = sum(len(step.rows) for step in batch.steps)
        payload = {
            "system": batch.system,
            "steps": [[step.ref.dataset, step.action, len(step.rows), list(step.columns)] for step in batch.steps],
        }
        return Line(kind, self.run, payload, {"step": batch.number, "rows": rows, **public}, self.run)

    def _execute(self, store: Opened, batch: Batch) -> None:
        hand = Hand(self._digest, self._rewrite)
        for attempt in range(1, TRIES + 1):
            try:
                store.execute(batch, hand)
                return
            except StoreError as fault:
                if fault.permanent or attempt == TRIES:
                    raise
                time.sleep(PAUSE_SECONDS * attempt)

    def _digest(self, step: Step, key: Key) -> bytes:
        secret = bytes.fromhex(self.context()["secret"])
        return hmac.new(secret, repr((step.ref, step.columns, key)).encode(), hashlib.sha256).digest()

    def _rewrite(self, column: str, cell: Atom) -> Atom:
        return self._needles().redact_cell(cell)[0]

    def _needles(self) -> Needles:
        if not hasattr(self, "_redactor"):
            self._redactor = Needles(needles_of(self.context()["people"]))
        return self._redactor

    # -- after the act --------------------------------------------------------------------------------------------

    def left(self, systems: Mapping[str, System]) -> dict[str, int]:
        """Rows that were to be erased and still stand under their frozen keys, by dataset (somebody else's, by now)."""
        from troth.planning.models import FrozenBatch

        left: Counter[str] = Counter()
        for row in FrozenBatch.objects.of(self.books.tenant).filter(run=self.run).order_by("number"):
            batch = self.batch(row)
            for step in batch.steps:
                if step.action == "erase" and step.rows:
                    keys = [key[: len(step.key)] for key in step.rows]
                    select = Select(step.ref.dataset, step.key, ByValues(step.key, keys))
                    store = self.store(batch.system, systems)
                    left[str(step.ref)] += sum(len(chunk) for chunk in store.rows(select))
        return {place: rows for place, rows in left.items() if rows}

    def settle(self, systems: Mapping[str, System]) -> list[dict[str, Any]]:
        """Makes the bytes go too, store by store, and says what only the operator can do."""
        touched: dict[str, set[str]] = {}
        for entry in self.context()["explain"]:
            if entry["action"] != "keep":
                touched.setdefault(entry["system"], set()).add(entry["dataset"])
        told = []
        for system, datasets in sorted(touched.items()):
            if self.house.settings.vacuum:
                absence = self.store(system, systems).settle(sorted(datasets))
                done, operator = absence.done, absence.operator
            else:
                done, operator = (), ("VACUUM was switched off (TROTH_VACUUM=no): run it",)
            told.append({"system": system, "at": _stamp(self.house), "done": list(done), "operator": list(operator)})
        return told

    def totals(self) -> dict[str, Any]:
        """Counts for the answer: rows erased and anonymised, and what is kept."""
        explain = self.context()["explain"]
        return {
            "erased": sum(e["rows"] for e in explain if e["action"] == "erase"),
            "anonymised": sum(e["rows"] for e in explain if e["action"] == "anonymise"),
            "unlinked": sum(e["rows"] for e in explain if e["action"] == "unlink"),
            "kept": [e for e in explain if e["action"] == "keep"],
        }


def needles_of(people: list[dict[str, Any]]) -> list[Needle]:
    """What is searched for in text: identifiers that prose can be trusted with, and full names."""
    from troth.planning.copies import prose_needles

    return [needle for at, person in enumerate(people) for needle in prose_needles(at, person["identifiers"], person["names"])]


def _stamp(house: House) -> str:
    return house.now().strftime("%Y-%m-%dT%H:%M:%SZ")
