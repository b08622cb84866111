"""Questions that stand before a copy: each is settled at its own place, under the officer's name and with their reason.

What may be said is a list by question, and never more than the copy can carry out: take it in as the person's, or leave it out and say so.
Whose rows they are (`find.Q001`, `find.Q004`) is answered by proving another identifier, and a customer answers for their own.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from troth.datamap.model import Key, Ref
from troth.planning.closure import Closure
from troth.planning.paths import Paths
from troth.requests import commands as do
from troth.requests.commands import Refusal
from troth.requests.kinds import KINDS

if TYPE_CHECKING:
    from troth.workflows.books import Books
    from troth.workflows.cases import File
    from troth.workflows.house import House

Told = dict[str, Any]
PAPER: Final = "copy_questions"
THEIRS: Final = "theirs"
LEAVE: Final = "leave"
ANSWERS: Final[Mapping[str, Sequence[str]]] = {
    "find.Q006": (LEAVE,),  # it was not followed; that it is right, the map says
    "plan.Q011": (LEAVE, THEIRS),
    "port.Q001": (LEAVE, THEIRS),
    "port.Q002": (LEAVE, THEIRS),
}
"""What may be said to each question."""


def named(question: Mapping[str, Any]) -> str:
    """What a question is called at its own place."""
    return f"{question['id']}@{question['place']}"


def answered(asked: Iterable[Told], settled: Mapping[str, str]) -> list[Told]:
    """The questions; those that were settled, in a way they can be, stand before nothing any more."""
    return [
        {**one, "blocking": one["blocking"] and settled.get(named(one)) not in ANSWERS.get(one["id"], ())}
        for one in asked
    ]


def left_out(closure: Closure, settled: Mapping[str, str]) -> dict[Ref, set[Key]]:
    """Rows that only unconfirmed links make theirs, but for those over a link of which an officer said that it is right."""
    if not any(name.startswith("plan.Q011@") for name in settled):
        return {}
    guessed, estate = Paths(closure).guessed, closure.estate
    right = {name for name, how in settled.items() if how == THEIRS}
    taken: dict[Ref, set[Key]] = {}
    frontier = [
        (edge.target, key)
        for edges in estate.edges_to.values()
        for edge in edges
        if edge.link.is_guess and f"plan.Q011@{edge.link.source} ({edge.link.name})" in right
        for key in guessed.get(edge.target, ())
        if closure.reached_over(edge, key)
    ]
    while frontier:
        ref, key = frontier.pop()
        if key in guessed.get(ref, ()) and key not in taken.setdefault(ref, set()):
            taken[ref].add(key)
            frontier += [
                (edge.target, other)
                for edge in estate.edges_from[ref]
                if edge.target in closure.holdings and not edge.link.is_guess
                for other in closure.below(edge, (key,))
            ]
    return {ref: keys - taken.get(ref, set()) for ref, keys in guessed.items()}


# -- in a case -----------------------------------------------------------------------------------------------------------


def settled_in(asker: Mapping[str, Any]) -> dict[str, str]:
    """What was settled in a case, by question."""
    return {name: one["how"] for name, one in asker.get("settled", {}).items()}


def put(house: House, case: str, asked: Sequence[Told]) -> None:
    """Lays the questions that stand before a copy into its case, where they have changed."""
    from django.db import transaction

    from troth.workflows.case_acts import latest
    from troth.workflows.case_papers import add_paper
    from troth.workflows.cases import at_desk

    waiting = [one for one in asked if one["blocking"]]
    with at_desk(house) as books, transaction.atomic():
        before = latest(books, house, case, PAPER)
        if before is None or before[1] != {"asked": waiting}:
            data = json.dumps({"asked": waiting}).encode()
            add_paper(books, case, house.now(), kind=PAPER, head={}, data=data)


def standing(books: Books, house: House, file: File) -> list[Told]:
    """The questions that stand before the copies of a case now, each under its name and with what may be said to it."""
    from troth.workflows.case_acts import latest

    again = set(file.case.untold) & file.case.done  # nobody was told of them, so they may be made again
    copies = [kind for kind in (*file.case.outstanding, *again) if KINDS[kind].act in ("copy", "portable")]
    found = latest(books, house, file.case.name, PAPER) if copies else None
    settled = settled_in(file.asker)
    return [
        {**one, "name": named(one), "answers": ANSWERS.get(one["id"], ())}
        for one in (found[1]["asked"] if found else ())
        if named(one) not in settled
    ]


def settle(house: House, case: str, by: str, given: Mapping[str, str]) -> None:
    """One question is settled: recorded in case and ledger with its reason, and the copy is tried again. Raises DeclinedError."""
    from django.db import transaction

    from troth.workflows.books import Line
    from troth.workflows.cases import DeclinedError, amend, at_desk, change_within, file_of, row_of
    from troth.workflows.jobs import ask

    name, how, why = given.get("question", ""), given.get("how", ""), given.get("why", "").strip()
    with at_desk(house) as books, transaction.atomic():
        row, now = row_of(books, case, lock=True), house.now()
        file = file_of(books, case)
        asked = {one["name"]: one for one in standing(books, house, file)}
        if name not in asked or how not in asked[name]["answers"]:
            raise DeclinedError(Refusal("not_asked", {"kind": name}))
        if not why:
            raise DeclinedError(Refusal("no_reason"))
        said = {"how": how, "why": why, "by": by, "at": now.isoformat()}
        amend(books, case, {"settled": {**file.asker.get("settled", {}), name: said}})
        change_within(books, now, case, do.Note(), by, f"{name}: {how}. {why}")
        payload = {"id": asked[name]["id"], "place": asked[name]["place"], "by": by, "how": how, "why": why}
        books.enter(
            [
                Line(
                    "question_decided",
                    case,
                    payload,
                    {"outcome": "accepted" if how == THEIRS else "refused"},
                    row.key,
                )
            ],
            now,
        )
        ask(books, "carry_out", case, now)
