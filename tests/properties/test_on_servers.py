"""The same random estates on PostgreSQL and MariaDB: every cell is what the definition says there, too."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st
from property_engine import carry_out, judge, named, on_server, plan_for, profile
from property_worlds import Annotated, annotated
from test_access import drawn, expected, shown
from test_erasure import allowed

from live import Live


@profile(30)
@given(world=annotated(), data=st.data())
def test_on_a_server_every_cell_is_what_the_definition_says(
    lives: Mapping[str, Live], world: Annotated, data: st.DataObject
) -> None:
    oracle, batch = drawn(world, data)
    fate = oracle.erase(batch)
    wanted, _ = expected(oracle, batch)
    estate = on_server(world, lives)
    seen, _ = shown(estate, oracle, batch)
    assert seen.keys() == wanted.keys()
    before = estate.rows()
    planned = plan_for(estate, [named(oracle, person) for person in sorted(batch, key=repr)])
    if allowed(world, fate, planned):
        return
    order = data.draw(st.sampled_from((10_000, 1, 3)))
    carry_out(estate, planned, size=order)
    judge(oracle, fate, before, estate.rows())
    assert estate.dangling() == []
    carry_out(estate, planned, size=order)
    judge(oracle, fate, before, estate.rows())
