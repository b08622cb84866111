"""Runs what is due: second looks at finished erasures, and the end of tombstones whose time is over.

A row written while the act went on, or after it by a job that still knew the person, is erased again. A person who stands there
anew under a key of their own has come back: they are flagged and left alone, for nobody asked to erase them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from troth.planning.identify import Identify
from troth.planning.person import Person
from troth.planning.plan import COUNTED, Plan
from troth.planning.sought import Sought
from troth.planning.tombstone import SURE
from troth.records.cabinet import is_shared, kept
from troth.workflows.apart import apart
from troth.workflows.erase import asked_again, inquire, none_half_way, question_told
from troth.workflows.house import House
from troth.workflows.inquiry import Inquiry, drive
from troth.workflows.restraint import QUIET, before
from troth.workflows.retain import daily, path_of
from troth.workflows.sweep import kept_by_law

if TYPE_CHECKING:
    from datetime import datetime

    from troth.workflows.books import Books

Told = dict[str, Any]


def due(house: House) -> Told:
    """Looks again wherever it is time; what was found and done, run by run."""
    from troth.workflows import scheduled
    from troth.workflows.backups import settle
    from troth.workflows.books import Books
    from troth.workflows.case_ends import expire_cases
    from troth.workflows.checks import folder_of
    from troth.workflows.checks_due import due_checks
    from troth.workflows.hold_records import settle_keys
    from troth.workflows.holding import overdue
    from troth.workflows.postponed import ready
    from troth.workflows.tombstones import expire
    from troth.workflows.turn import turn

    told: Told = {"rechecks": [], "waiting": 0, "next": None, "expired": 0, "postponed": []}
    if not (house.has_state() or path_of(house).exists() or folder_of(house).is_dir()):
        return told
    with turn(house, house.progress), ExitStack() as held, kept(house.home, begun=False):
        books = Books(house.home, house.settings)
        held.callback(books.close)
        none_half_way(house, books)
        from troth.planning.models import Recheck

        now = house.now()
        told["expired"] = expire(books, now)
        if over := expire_cases(books, now):
            told["cases"] = over
        settle_keys(books)
        told["postponed"] = ready(house, books, now)
        if names := overdue(books, now):
            told["reviews"] = names
        looks = Recheck.objects.of(books.tenant)
        for row in looks.filter(due__lte=now).order_by("due", "id"):
            told["rechecks"].append(Look(house, books, row, now).run())
        waiting = looks.filter(due__gt=now).order_by("due")
        first = waiting.first()
        told |= {"waiting": waiting.count(), "next": first.due.isoformat() if first else None}
        if (kept_no_longer := daily(house, books)) is not None:
            told["retention"] = kept_no_longer
        drills = scheduled.due(house, books)
        if (standing := settle(house, books, now)) is not None:
            told["backups"] = standing
        books.publish()
    apart_ = drills and is_shared()  # a drill has a state of its own, and others are at work on ours
    if made := apart(house, ("due",)).get("drills", []) if apart_ else scheduled.make(house, drills):
        told["drills"] = made
        if "backups" in told:
            done = {one["system"] for one in made if one["passed"]}
            told["backups"]["drills"] = [name for name in told["backups"]["drills"] if name not in done]
    if (promises := due_checks(house)) is not None:
        told["checks"] = promises
    return told


class Look:
    """One second look."""

    kind = "recheck"

    def __init__(self, house: House, books: Books, row: Any, now: datetime) -> None:
        self.house = house
        self.books = books
        self.row = row
        self.now = now
        self.stones: list[str] = []  # of the people, in their order

    def run(self) -> Told:
        from troth.ledger import sealed
        from troth.workflows.tombstones import people_of

        data = sealed.open_sealed(self.books.key(self.row.key), bytes(self.row.sealed), b"recheck")
        context = json.loads(data)
        self.house.progress("looking again whether anything came after an erasure")
        people = people_of(context)
        request = asked_again(context)
        told: Told = {
            "run": self.row.run, "due": self.row.due.isoformat(), "people": len(people), "state": "clean",
            "returned": 0, **dict.fromkeys(COUNTED, 0), "left": {}, "questions": [],
        }  # fmt: skip
        self.stones = context["stones"]
        datamap = self.house.map()
        with self.house.opened(datamap) as stores:
            inquiry = inquire(self.house, stores, request, acting=True, held=kept_by_law(self.books, datamap))
            known = inquiry.look().datasets  # the map may have lost one since
            people = [replace(one, rows=frozenset(n for n in one.rows if n[0] in known)) for one in people]
            back = self._returned(inquiry, people)
            told["returned"] = len(back)
            sought = [replace(one, identifiers=frozenset(), names=frozenset()) if at in back else one
                      for at, one in enumerate(people)]  # fmt: skip
            plan, concerned = self._plan(inquiry, sought)
            told["questions"] = [question_told(question) for question in plan.questions if concerned]
            if concerned and plan.blocked:
                told["state"] = (
                    "later" if {question.id for question in plan.blocked} == {QUIET} else "blocked"
                )
                return told  # it stays due: until the quiet hours are over, or somebody has decided
            run = self._approve(inquiry, concerned, plan) if concerned else ""
        told |= self._act(run) if run else {}
        self._done(told, back)
        return told

    def _returned(self, inquiry: Inquiry, people: Sequence[Person]) -> list[int]:
        """Whoever stands in a dataset of people under a key that was not theirs when they were erased."""
        walk = Identify(inquiry.estate, [], inquiry.scope)
        kinds = {category for category in SURE if category in walk.kinds()}
        sought = [
            (at, Sought(value, category))
            for at, person in enumerate(people)
            for category, value in sorted(person.identifiers)
            if category in kinds
        ]
        walk.sought = [one for _, one in sought]
        drive(walk.run(), inquiry.stores, self.house.progress)
        by_value = {one.value: at for at, one in sought}
        return sorted(
            {
                by_value[value]
                for found in walk.found.people
                for _, value in found.identifiers
                if value in by_value and found.rows - people[by_value[value]].rows
            }
        )

    def _plan(self, inquiry: Inquiry, people: Sequence[Person]) -> tuple[Plan, list[Person]]:
        """What must still go, and of whom; only they stand in the plan."""
        inquiry.recall(people)
        plan = self._asked(inquiry, people)
        theirs = sorted(
            {at for step in plan.steps if step.action in _WRITES for at, rows in step.people if rows}
        )
        concerned = [people[at] for at in theirs]
        return (self._asked(inquiry, concerned) if 0 < len(concerned) < len(people) else plan), concerned

    def _asked(self, inquiry: Inquiry, people: Sequence[Person]) -> Plan:
        """The plan, with what its systems' manners ask before it."""
        plan = inquiry.plan(people)
        return replace(plan, questions=(*before(self.house, inquiry.datamap, plan, True), *plan.questions))

    def _approve(self, inquiry: Inquiry, people: Sequence[Person], plan: Plan) -> str:
        from troth.workflows.approve import approve

        return approve(self.house, self.books, inquiry, people, plan, kind=self.kind).run

    def _act(self, run: str) -> Mapping[str, Any]:
        from troth.workflows.durable import executor

        with executor(self.house, self.books) as execute:
            outcome = execute(run)
        counts = {name: outcome.get(name, 0) for name in COUNTED}
        state = "stopped" if outcome["state"] == "stopped" else "erased"
        fault: Told = {name: outcome[name] for name in ("place", "message", "remedy") if name in outcome}
        return {
            **counts,
            **fault,
            "state": state,
            "left": outcome.get("left", {}),
            "certificates": outcome.get("paths", []),
        }

    def _done(self, told: Told, back: Sequence[int]) -> None:
        """The look is over: its outcome is entered, and with the last one the key of what was sealed for it is destroyed."""
        from django.db import transaction

        from troth.planning.models import Recheck
        from troth.workflows.books import Line
        from troth.workflows.tombstones import came_back

        rows = sum(told[name] for name in COUNTED)
        with transaction.atomic():
            if back:
                came_back(self.books, [self.stones[at] for at in back], self.now)
            outcome = {"clean": "nothing", "erased": "done", "stopped": "stopped"}[told["state"]]
            line = Line("recheck", self.row.run, {"run": self.row.run}, {"rows": rows, "outcome": outcome})
            self.books.enter([line], self.now)
            looks = Recheck.objects.of(self.books.tenant)
            looks.filter(id=self.row.id).delete()
            if not looks.filter(key=self.row.key).exists():
                self.books.forget(self.row.key)


_WRITES = ("erase", "anonymise", "redact", "unlink")
