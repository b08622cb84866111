"""Erasure, holds and their lifting, in any order, end as erasure alone; and no held cell ever changes before that."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext

from hypothesis import assume, event, given
from hypothesis import strategies as st
from property_engine import Estate, on_server, on_sqlite, profile
from property_engine import named as typed
from property_holds import Running, drawn_hold, unlike
from property_oracle import Oracle
from property_worlds import Annotated, annotated

from live import AT, Live

Made = Callable[[Annotated], AbstractContextManager[Estate]]


def composed(world: Annotated, data: st.DataObject, made: Made) -> None:
    """Properties 17 and 18 of the engine: composition with holds, and exemptions that lapse."""
    oracle = Oracle(world, AT)
    everybody = sorted(set(oracle.people.values()), key=repr)
    assume(everybody)
    batch = data.draw(st.lists(st.sampled_from(everybody), min_size=1, max_size=2, unique=True))
    identifiers = {person: typed(oracle, person) for person in everybody}
    names = [f"hold-{at}" for at in range(data.draw(st.integers(1, 3)))]
    holds = [drawn_hold(oracle, name, identifiers, data) for name in names]
    size = data.draw(st.sampled_from((10_000, 1)))
    with made(world) as estate:
        before, alone = estate.rows(), Running(estate)
        plan = alone.asked([identifiers[person] for person in batch], [])
        if plan.blocked:
            return
        alone.act(plan, size)
        wanted = estate.rows()
    with made(world) as estate:
        running = Running(estate)
        plan = running.asked([identifiers[person] for person in batch], [one.bar for one in holds])
        assert not plan.blocked, [(q.id, q.place, q.text) for q in plan.blocked]
        event(f"kept by {len({step.hold for step in plan.steps if step.hold})} holds")
        while True:
            running.act(plan, size)
            now = estate.rows()
            for one in holds:
                for at, column in one.cells:
                    assert at in now, f"{at} went, held by {one.bar}"
                    assert now[at][column] == before[at][column], f"{at}.{column}, held by {one.bar}"
            for at in before.keys() & wanted.keys():
                for column, cell in before[at].items():
                    if wanted[at][column] == cell:
                        assert now[at][column] == cell, f"{at}.{column} is nothing of theirs"
            assert estate.dangling() == []
            if not holds:
                break
            holds.pop(data.draw(st.integers(0, len(holds) - 1)))
            plan = running.again([one.bar for one in holds])
            assert not plan.blocked, [(q.id, q.place, q.text) for q in plan.blocked]
        assert unlike(before, wanted, now) == []


@profile(80)
@given(annotated(), st.data())
def test_in_any_order_they_end_as_erasure_alone(world: Annotated, data: st.DataObject) -> None:
    composed(world, data, on_sqlite)


@profile(12)
@given(world=annotated(), data=st.data())
def test_on_a_server_too(lives: Mapping[str, Live], world: Annotated, data: st.DataObject) -> None:
    composed(world, data, lambda one: nullcontext(on_server(one, lives)))
