"""Erasure does to a random estate exactly what a naive reading of the definition says: all of it, and nothing more."""

from __future__ import annotations

from hypothesis import assume, event, given
from hypothesis import strategies as st
from property_engine import Planned, carry_out, judge, named, on_sqlite, plan_for, profile
from property_oracle import Fate, Oracle
from property_worlds import Annotated, annotated

from live import AT


@profile(120)
@given(annotated(), st.data())
def test_every_cell_is_what_the_definition_says(world: Annotated, data: st.DataObject) -> None:
    """Properties 1, 2, 3, 6, 7, 19."""
    oracle = Oracle(world, AT)
    people = sorted(set(oracle.people.values()), key=repr)
    assume(people)  # the pseudo-subject alone is nobody
    batch = set(data.draw(st.lists(st.sampled_from(people), min_size=1, max_size=3, unique=True)))
    fate = oracle.erase(batch)
    size = data.draw(st.sampled_from((10_000, 1, 2)))
    with on_sqlite(world) as estate:
        before = estate.rows()
        planned = plan_for(estate, [named(oracle, person) for person in sorted(batch, key=repr)])
        if allowed(world, fate, planned):
            return
        carry_out(estate, planned, size=size)
        judge(oracle, fate, before, estate.rows())
        assert estate.dangling() == []


def allowed(world: Annotated, fate: Fate, planned: Planned) -> bool:
    """Whether a person must decide first; raises AssertionError where nothing calls for a decision, or one is missed."""
    blocking = {q.id for q in planned.plan.blocked}
    event(f"blocked by {sorted(blocking)}")
    asked = "plan.Q001" in blocking
    assert asked or not fate.undecided, fate
    assert fate.doubtful or not asked, planned.plan.blocked
    known = {"plan.Q001", "plan.Q007", *(["plan.Q013"] if _homeless(world) else [])}
    assert blocking <= known, planned.plan.blocked
    return bool(blocking)


def _homeless(world: Annotated) -> bool:
    """Whether some pseudo-subject would itself have to refer to something."""
    return any(
        not shape.columns[column].nullable
        for tie in world.ties
        if (shape := world.shapes[tie.source]).nobody is not None
        for column in tie.columns
    )
