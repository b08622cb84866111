"""What a run remembers of each person costs in proportion to the people and to the rows, not to one times the other."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from troth.datamap.model import Ref
from troth.planning.person import Person
from troth.planning.plan import Plan, Step
from troth.workflows.tombstones import own_rows

PERSON, ORDERS = Ref("shop", "person"), Ref("shop", "orders")


class Counted(Sequence[Any]):
    """Rows that count how often they are gone through."""

    def __init__(self, rows: Sequence[Any]) -> None:
        self.rows, self.times = rows, 0

    def __iter__(self) -> Iterator[Any]:
        self.times += 1
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, at: Any) -> Any:
        return self.rows[at]


def step(ref: Ref, action: Any, rows: Sequence[Any]) -> Step:
    return Step(ref, action, ("id",), ("witness",), rows)


def told(people: Sequence[Person], *steps: Step) -> list[list[Any]]:
    return [
        [(Ref(*held["ref"]), held["gone"], json.loads(held["keys"])["c"][0][1]) for held in person]
        for person in own_rows(people, Plan("map", steps, (), (), len(people)))
    ]


def test_each_person_has_their_own_rows_those_that_go_apart_from_those_that_stay() -> None:
    people = [
        Person(frozenset({(PERSON, (1,)), (PERSON, (2,))}), frozenset(), frozenset()),
        Person(frozenset({(PERSON, (3,))}), frozenset(), frozenset()),
        Person(frozenset(), frozenset(), frozenset()),
    ]
    steps = (step(PERSON, "erase", [(1, "a"), (9, "b")]), step(PERSON, "anonymise", [(2, "c")]))
    assert told(people, *steps) == [[(PERSON, True, [1]), (PERSON, False, [2])], [(PERSON, False, [3])], []]


def test_the_rows_of_a_step_are_gone_through_once_however_many_people_there_are() -> None:
    people = [Person(frozenset({(PERSON, (n,))}), frozenset(), frozenset()) for n in range(50)]
    own, others = Counted([(n, "") for n in range(50)]), Counted([(n, "") for n in range(500)])
    found = told(people, step(ORDERS, "erase", others), step(PERSON, "erase", own))
    assert found == [[(PERSON, True, [n])] for n in range(50)]
    assert (own.times, others.times) == (1, 0)
