"""Approves a plan: key sets are frozen and sealed, and the approval entered, before anything is written anywhere."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from troth.datamap.categories import CATEGORIES
from troth.datamap.model import Ref
from troth.ledger import sealed
from troth.planning.closure import NOBODY
from troth.planning.freeze import freeze, freeze_rows
from troth.planning.person import Person
from troth.planning.plan import Batch, Plan, batches
from troth.terms.canonical import mask
from troth.workflows.books import Books, Line, new_name
from troth.workflows.hold_records import note_held
from troth.workflows.house import House
from troth.workflows.inquiry import Inquiry
from troth.workflows.restraint import CEILING
from troth.workflows.tombstones import own_rows

PLAN_FORMAT = 1
"""The version of what a frozen run looks like; a run is resumed only by a program that knows it."""


@dataclass(frozen=True)
class Approved:
    """A run that may act."""

    run: str
    batches: int


def approve(
    house: House,
    books: Books,
    inquiry: Inquiry,
    people: Sequence[Person],
    plan: Plan,
    kind: str = "erase",
    by: Mapping[str, Any] | None = None,
    name: str = "",
) -> Approved:
    """Freezes the plan's key sets and enters its approval, and `by` whom, in one transaction of our own state.

    The run bears the `name` that it is given; there can be but one of that name.
    """
    from django.db import transaction

    from troth.planning.models import Proposal, Run

    run, now, tenant = name or new_name(), house.now(), books.tenant
    systems = inquiry.datamap.systems
    cut = batches(plan, {name: house.manners(system).keys for name, system in systems.items()})
    with transaction.atomic():
        names = [new_name() for _ in people]
        keys = books.new_keys([run, *names])
        told = _context(inquiry, people, names, plan)
        context = json.dumps(told).encode()
        Run.objects.create(
            tenant=tenant, name=run, kind=kind, state="approved", plan=plan.hash, map=plan.map_hash, people=len(people), started=now,
            outcome={"statements": sum(store.statements() for store in inquiry.stores.values())},
            context=sealed.seal(keys[run], context, b"context"),
        )  # fmt: skip
        _freeze(tenant, run, keys[run], plan, cut)
        books.enter(_lines(run, inquiry, plan, by or {}), now, keys)
        note_held(books, plan, inquiry.barred.found if inquiry.barred else {}, told, run, kind, now)
        Proposal.objects.of(tenant).filter(plan=plan.hash).delete()
    return Approved(run, len(cut))


def _context(inquiry: Inquiry, people: Sequence[Person], names: Sequence[str], plan: Plan) -> dict[str, Any]:
    """What a resumed run and its certificates need to know; `names` are the people's keys, in their order."""
    return {
        "format": PLAN_FORMAT,
        "people": [
            {**_person(person, name, inquiry.found_copies.others), "rows": rows}
            for person, name, rows in zip(people, names, own_rows(people, plan, inquiry.ghosts), strict=True)
        ],
        "per_person": _per_person(plan, len(people)),
        "found": _found(inquiry, len(people)),
        "kept": sum(len(step.rows) for step in plan.steps if step.action == "keep"),
        "searched": _searched(inquiry),
        "not_searched": [list(item) for item in plan.not_searched],
        "questions": [_told(question) for question in plan.questions if question.id != CEILING],
        "secret": sealed.new_key().hex(),
        "explain": plan.explain(),
        "scope": inquiry.scope,
        "instructed": dict(inquiry.instructed),
        "left_to": dict(inquiry.left_to),
        "accepted": sorted(inquiry.accepted),
    }


def _freeze(tenant: str, run: str, key: bytes, plan: Plan, cut: Sequence[Batch]) -> None:
    """Seals the key sets of every batch, and of the rows that are kept."""
    from troth.planning.models import FrozenBatch, Kept

    FrozenBatch.objects.bulk_create(
        FrozenBatch(
            tenant=tenant, run=run, number=batch.number, system=batch.system, state="frozen",
            sealed=sealed.seal(key, freeze(batch), b"batch"),
        )
        for batch in cut
    )  # fmt: skip
    Kept.objects.bulk_create(
        Kept(
            tenant=tenant, run=run, system=step.ref.system, dataset=step.ref.dataset, law=step.law, until=step.until,
            rows=len(step.rows), sealed=sealed.seal(key, freeze_rows(step.rows), b"kept"),
        )
        for step in plan.steps
        if step.action == "keep" and not step.hold
    )  # fmt: skip


def _lines(run: str, inquiry: Inquiry, plan: Plan, by: Mapping[str, Any]) -> list[Line]:
    """The approval, and each question that was accepted with it."""
    rows = sum(len(step.rows) for step in plan.steps)
    public = {"steps": len(plan.steps), "rows": rows, "datasets": len({step.ref for step in plan.steps})}
    approval = {"plan": plan.hash, "map": plan.map_hash, "format": PLAN_FORMAT, **by}
    return [
        Line("plan_approved", run, approval, public, run),
        *(
            Line("question_decided", run, _told(question), {"outcome": "accepted"}, run)
            for question in plan.questions
            if {question.id, f"{question.id}@{question.place}"} & inquiry.accepted
        ),
    ]


def _person(person: Person, key: str, others: set[tuple[str, str]]) -> dict[str, Any]:
    theirs = [(c, v) for c, v in sorted(person.identifiers) if (CATEGORIES[c].kind, v) not in others]
    about = [
        {"kind": category, "masked": mask(CATEGORIES[category].kind, value), "value": value}
        for category, value in sorted(person.identifiers)
    ]
    return {"key": key, "about": about, "identifiers": theirs, "names": sorted(person.names)}


def _per_person(plan: Plan, people: int) -> list[list[dict[str, Any]]]:
    """What the plan does with each person's rows; no row of anybody else is counted."""
    told: list[list[dict[str, Any]]] = [[] for _ in range(people)]
    for step in plan.steps:
        if step.action in ("create", "refresh"):
            continue
        counts = dict(step.people)
        for person, rows in counts.items():
            told[person].append(
                {
                    "system": step.ref.system, "dataset": step.ref.dataset,
                    "action": step.reported, "rows": rows, "columns": list(step.columns),
                    "reason": step.reason, "law": step.law, "until": step.until.isoformat() if step.until else None,
                    **({"hold": step.hold} if step.hold else {}),
                    **({"grounded": True} if step.grounded else {}),
                }
            )  # fmt: skip
    return told


def _found(inquiry: Inquiry, people: int) -> list[list[list[Any]]]:
    """Rows found of each person as [system, dataset, rows]: theirs, theirs to see, or holding a copy; each row once."""
    closure, copies = inquiry.closure, inquiry.found_copies.people
    counts: list[Counter[Ref]] = [Counter() for _ in range(people)]
    for ref, held in closure.holdings.items():
        for key in held.own.keys() | held.access.keys():
            for person in held.own.get(key, NOBODY) | held.access.get(key, NOBODY):
                counts[person][ref] += 1
    for (ref, key), concerned in copies.items():
        other = closure.holdings.get(ref)
        known = other.own.get(key, NOBODY) | other.access.get(key, NOBODY) if other else NOBODY
        for person in concerned - known:
            counts[person][ref] += 1
    return [[[*ref, rows] for ref, rows in sorted(count.items())] for count in counts]


def _searched(inquiry: Inquiry) -> list[dict[str, Any]]:
    return [
        {
            "system": ref.system,
            "dataset": ref.dataset,
            "columns": sorted({*(c for c, _ in inquiry.estate.identifiers(ref)), *inquiry.estate.prose(ref)}),
        }
        for ref in sorted(inquiry.estate.datasets)
        if not inquiry.estate.datasets[ref].unsearched
    ]


def _told(question: Any) -> dict[str, Any]:
    return {
        "id": question.id,
        "place": question.place,
        "text": question.text,
        "remedy": question.remedy,
        "people": sorted(question.people),
    }
