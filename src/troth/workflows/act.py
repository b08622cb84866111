"""Carries an approved run out, batch by batch: intent, act, receipt; whatever is repeated changes nothing more."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from troth.datamap.model import Atom, DataMap, Key
from troth.ledger import sealed
from troth.planning.executor import Hand
from troth.planning.freeze import thaw
from troth.planning.plan import COUNTED, Batch, Step
from troth.planning.redact import Needle, Needles
from troth.stores import Opened
from troth.terms.errors import StoreError, StoreUnreachableError, TimeLimitError
from troth.workflows.books import Books, Line
from troth.workflows.house import House
from troth.workflows.restraint import Rests, refuse_quiet
from troth.workflows.turn import still

PAUSES = (0.5, 1.5, 4.5)
"""Seconds before each new try: what held a lock longer than these and three timeouts will not let go by itself."""


@dataclass
class Acting:
    """One run on its way in this process; everything it must remember lies in our state, not here."""

    house: House
    books: Books
    run: str
    stores: dict[str, Opened] = field(default_factory=dict)
    _counted: int = 0  # statements that the run's outcome knows of

    # -- what was frozen ------------------------------------------------------------------------------------------

    def row(self) -> Any:
        from troth.planning.models import Run

        return Run.objects.of(self.books.tenant).get(name=self.run)

    @cached_property
    def context(self) -> dict[str, Any]:
        """What the plan said and found, as it was sealed at approval."""
        told: dict[str, Any] = json.loads(sealed.open_sealed(self.key, bytes(self.row().context), b"context"))
        return told

    @cached_property
    def key(self) -> bytes:
        return self.books.key(self.run)

    @cached_property
    def datamap(self) -> DataMap:
        return self.house.map()

    @cached_property
    def _rests(self) -> Rests:
        return Rests(self.house, self.datamap)

    def count(self) -> int:
        from troth.planning.models import FrozenBatch

        return FrozenBatch.objects.of(self.books.tenant).filter(run=self.run).count()

    def batch(self, row: Any) -> Batch:
        return thaw(sealed.open_sealed(self.key, bytes(row.sealed), b"batch"))

    def batches(self) -> Iterator[Batch]:
        """The frozen batches, in order, one at a time."""
        from troth.planning.models import FrozenBatch

        for row in (
            FrozenBatch.objects.of(self.books.tenant).filter(run=self.run).order_by("number").iterator(1)
        ):
            yield self.batch(row)

    def store(self, system: str) -> Opened:
        if system not in self.stores:
            self.stores[system] = self.house.open(self.datamap.systems[system], write=True)
        return self.stores[system]

    def close(self) -> None:
        for store in self.stores.values():
            store.close()
        self.stores.clear()
        self._counted = 0

    def so_far(self) -> dict[str, int]:
        """Rows that the batches already done erased, anonymised, pseudonymised, minimised and unlinked."""
        from troth.planning.models import FrozenBatch

        counts = dict.fromkeys(COUNTED, 0)
        names = {action: name for name, action in COUNTED.items()}
        done = FrozenBatch.objects.of(self.books.tenant).filter(run=self.run, state="done")
        for row in done.order_by("number").iterator(1):
            for step in self.batch(row).steps:
                if step.reported in names:
                    counts[names[step.reported]] += step.count
        return counts

    def count_statements(self) -> None:
        """Adds what was sent since the last count to the run's outcome; call inside the transaction of what it was sent for."""
        sent = sum(store.statements() for store in self.stores.values())
        run = self.row()
        run.outcome = {**run.outcome, "statements": run.outcome.get("statements", 0) + sent - self._counted}
        run.save(update_fields=["outcome"])
        self._counted = sent

    # -- acting ---------------------------------------------------------------------------------------------------

    def act(self, number: int) -> None:
        """Batch `number`: intent entered, rows changed, receipt entered. Done before, it does nothing."""
        from django.db import transaction

        from troth.planning.models import FrozenBatch

        batches = FrozenBatch.objects.of(self.books.tenant).filter(run=self.run)
        row = batches.get(number=number)
        if row.state == "done":
            return
        batch = self.batch(row)
        still(self.house)
        refuse_quiet(self.house, self.datamap, [batch.system])
        self._rests.wait(batch.system)
        if row.state == "frozen":
            with transaction.atomic():
                self._intend(row, batch)
        began = time.monotonic()
        self._execute(batch)
        self._rests.done(batch.system, sum(step.count for step in batch.steps), time.monotonic() - began)
        with transaction.atomic():
            if not batches.filter(number=number).exclude(state="done").update(state="done"):
                return  # whoever took this run up meanwhile has entered the receipt
            self.count_statements()
            self.books.enter(
                [self._line("receipt", batch, {"outcome": "done"})], self.house.now(), {self.run: self.key}
            )
            following = batches.filter(number=number + 1, state="frozen").first()
            if following is not None:  # one commit for this receipt and the next intent
                self._intend(following, self.batch(following))

    def _intend(self, row: Any, batch: Batch) -> None:
        row.state = "intended"
        row.save(update_fields=["state"])
        self.books.enter([self._line("intent", batch, {})], self.house.now(), {self.run: self.key})

    def _line(self, kind: str, batch: Batch, public: dict[str, int | str]) -> Line:
        rows = sum(step.count for step in batch.steps)
        payload = {
            "system": batch.system,
            "steps": [
                [step.ref.dataset, step.left or step.action, step.count, list(step.columns)]
                for step in batch.steps
            ],
        }
        return Line(kind, self.run, payload, {"step": batch.number, "rows": rows, **public}, self.run)

    def _execute(self, batch: Batch) -> None:
        """Does the batch; what may pass (a lock, a lost connection) is tried again, over a new connection."""
        hand = Hand(self._digest, self._rewrite)
        for pause in (*PAUSES, None):
            try:
                self._there(batch)
                self.store(batch.system).execute(batch, hand)
            except StoreError as fault:
                if fault.permanent or pause is None or isinstance(fault, TimeLimitError):
                    raise
            except StoreUnreachableError as fault:
                if pause is None:
                    raise StoreError(
                        fault.message,
                        permanent=False,
                        place=fault.place,
                        remedy=f"{fault.remedy} Then run `troth resume`.",
                    ) from None
            else:
                return
            self._let_go(batch.system)
            self.house.progress(f"{batch.system} is busy: trying again in {pause:g} s")
            self.house.sleep(pause)

    def _there(self, batch: Batch) -> None:
        """Raises StoreError for a dataset that has gone since the approval: without its rows nothing can be receipted."""
        tables = self.store(batch.system).reflect().tables
        for step in batch.steps:
            if step.ref.dataset not in tables:
                raise StoreError(
                    "the dataset is not there any more",
                    permanent=True,
                    place=str(step.ref),
                    remedy="Put it back, then run `troth resume`.",
                )

    def _let_go(self, system: str) -> None:
        store = self.stores.pop(system, None)
        if store is not None:
            self._counted -= store.statements()
            store.close()

    def _digest(self, step: Step, key: Key) -> bytes:
        secret = bytes.fromhex(self.context["secret"])
        return hmac.new(secret, repr((step.ref, step.columns, key)).encode(), hashlib.sha256).digest()

    def _rewrite(self, column: str, cell: Atom) -> Atom:
        return self._redactor.redact_cell(cell)[0]

    @cached_property
    def _redactor(self) -> Needles:
        return Needles(needles_of(self.context["people"]), self.datamap.region)


def needles_of(people: list[dict[str, Any]]) -> list[Needle]:
    """What is searched for in text: identifiers that prose can be trusted with, and full names."""
    from troth.planning.copies import prose_needles

    return [
        needle
        for at, person in enumerate(people)
        for needle in prose_needles(at, person["identifiers"], person["names"])
    ]
