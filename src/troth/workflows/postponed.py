"""Does what legal holds postponed: once the last of them is lifted, the erasure runs by itself and its certificate is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from troth.planning.person import Person
from troth.planning.plan import Plan
from troth.workflows.due import Look
from troth.workflows.hold_records import done, postponed_line, secret_of
from troth.workflows.house import House
from troth.workflows.inquiry import Inquiry

if TYPE_CHECKING:
    from datetime import datetime

    from troth.workflows.books import Books


def ready(house: House, books: Books, now: datetime) -> list[dict[str, Any]]:
    """Runs every postponed erasure of which a hold was lifted; what was done, run by run."""
    from troth.retention.models import Postponed

    rows = list(Postponed.objects.of(books.tenant).filter(ready=True).order_by("since", "id"))
    return [_Later(house, books, row, now).run() for row in rows]


class _Later(Look):
    """One postponed erasure: the same look, with whatever other holds still keep."""

    kind = "postponed"

    def __init__(self, house: House, books: Books, row: Any, now: datetime) -> None:
        secret_of(books, row.secret)
        asked = SimpleNamespace(run=row.run, due=row.since, key=row.secret, sealed=row.sealed)
        super().__init__(house, books, asked, now)
        self.postponed = row
        self.still: set[str] = set()

    def _asked(self, inquiry: Inquiry, people: Sequence[Person]) -> Plan:
        plan = super()._asked(inquiry, people)
        self.still |= {step.hold for step in plan.steps if step.hold}
        return plan

    def _act(self, run: str) -> Mapping[str, Any]:
        return {**super()._act(run), "run": run}

    def _done(self, told: dict[str, Any], back: Sequence[int]) -> None:
        """Forgets what was sealed for it, unless another hold still keeps a part, or the run stands half-way."""
        from django.db import transaction

        from troth.workflows.books import Line

        told["held"] = bool(self.still)
        if told["state"] == "stopped":
            return  # `troth resume` ends the run, and the next look finds nothing more to do
        rows = sum(told[name] for name in ("erased", "anonymised", "unlinked"))
        outcome = "incomplete" if self.still else "done"
        with transaction.atomic():
            line = Line(
                "recheck", self.postponed.run, {"run": self.postponed.run}, {"rows": rows, "outcome": outcome}
            )
            self.books.enter([line], self.now)
            if self.still:
                self.postponed.ready, self.postponed.holds = False, sorted(self.still)
                self.postponed.save(update_fields=["ready", "holds"])
                self.books.second.note([postponed_line(self.postponed)])
            else:
                done(self.books, self.postponed)
