"""Erasures may be cut, repeated, split and reordered: the end is the same (properties 3, 9; order independence)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import property_oracle
from hypothesis import given
from hypothesis import strategies as st
from property_engine import Estate, carry_out, named, on_sqlite, plan_for, profile
from property_oracle import At, Oracle
from property_worlds import Annotated, annotated
from test_access import drawn

from troth.planning.freeze import freeze, thaw
from troth.planning.plan import batches


@profile(60)
@given(annotated(), st.data())
def test_cut_anywhere_and_taken_up_again_it_ends_the_same(world: Annotated, data: st.DataObject) -> None:
    """A batch may have been committed without our knowing: it is done again. Everything may be done again."""
    oracle, batch = drawn(world, data)
    people = [named(oracle, person) for person in sorted(batch, key=repr)]
    with on_sqlite(world) as whole:
        planned = plan_for(whole, people)
        if planned.plan.blocked:
            return
        carry_out(whole, planned, size=2)
        end = whole.rows()
        carry_out(whole, planned, size=2)
        assert whole.rows() == end
    with on_sqlite(world) as cut:
        again = plan_for(cut, people)
        assert again.plan.hash == planned.plan.hash
        order = [thaw(freeze(batch)) for batch in batches(again.plan, 2)]
        at = data.draw(st.integers(0, len(order)))
        carry_out(cut, again, order[:at])
        assert set(_found(cut, oracle, batch)) >= _unfinished(oracle, batch, cut), (
            "a half-done run hides its people"
        )
        carry_out(cut, again, order[max(0, at - 1) :])
        assert cut.rows() == end


def _found(estate: Estate, oracle: Oracle, batch: set[Any]) -> set[Any]:
    with estate.live.inquiry() as inquiry:
        return {p for p in batch if any(person.rows for person in inquiry.who([named(oracle, p)]))}


def _unfinished(oracle: Oracle, batch: set[Any], estate: Estate) -> set[Any]:
    """People of whom any row besides their own is still to go: these must still be found."""
    fate, left = oracle.erase(batch), set()
    rows = estate.rows()
    for at in fate.gone - oracle.people.keys() - _referred(oracle, fate.gone):
        if at in rows:
            left |= oracle.own[at] & batch
    return {p for p in left if any(oracle.people[at] == p and at in fate.gone for at in oracle.people)}


def _referred(oracle: Oracle, gone: set[At]) -> set[At]:
    """What the people's own rows refer to by a foreign key: the database lets it go only after them."""
    foreign = [pair for tie in oracle.world.ties if tie.foreign for pair in oracle._references(tie)]
    found, grown = set(), {b for a, b in foreign if a in oracle.people and a in gone}
    while not grown <= found:
        found |= grown
        grown = {b for a, b in foreign if a in found}
    return found


@profile(60)
@given(annotated(), st.data())
def test_people_erased_one_by_one_in_any_order_end_like_all_at_once(
    world: Annotated, data: st.DataObject
) -> None:
    oracle, batch = drawn(world, data)
    order = data.draw(st.permutations(sorted(batch, key=repr)))
    with on_sqlite(world) as together, on_sqlite(world) as apart:
        planned = plan_for(together, [named(oracle, person) for person in order])
        if planned.plan.blocked or oracle.erase(batch).emptied_people or _uncertain(oracle, batch):
            return  # an emptied row is still somebody; what stays of them then depends on who went first
        carry_out(together, planned)
        for person in order:
            alone = plan_for(apart, [named(oracle, person)])
            if alone.plan.blocked:
                return
            carry_out(apart, alone)
        assert apart.rows() == together.rows()


def _uncertain(oracle: Oracle, batch: set[Any]) -> bool:
    """Whether erasing one of them alone empties a person, or cuts a link over which another reaches a rule or a name."""
    for person in batch:
        fate = oracle.erase({person})
        if fate.emptied_people or fate.undecided:
            return True
        for at, _ in fate.unlink:
            if oracle.reach(at, batch) or oracle.shape(at).on_erase:
                return True
        if any(oracle.own[at] - batch or not oracle.own[at] for at in fate.gone):
            return True
    return False


def test_the_oracle_is_no_engine() -> None:
    """The oracle shares no code with what it judges."""
    source = Path(property_oracle.__file__).read_text()
    assert "import troth" not in source
    assert "from troth" not in source
