"""Every dataset and column needs a decision, and no decision may name what is not there (property 8)."""

from __future__ import annotations

from contextlib import ExitStack

from hypothesis import given
from hypothesis import strategies as st
from property_engine import Estate, on_sqlite, profile
from property_worlds import Annotated, annotated

from troth.datamap.check import DRIFT, Finding, check


def findings(estate: Estate) -> set[tuple[str, str]]:
    """(id, place) of everything that does not fit."""
    with ExitStack() as held:
        stores = {name: live.open(name) for name, live in estate.systems.items()}
        for store in stores.values():
            held.callback(store.close)
        found: tuple[Finding, ...] = check(
            estate.datamap, {name: store.reflect() for name, store in stores.items()}
        )
    return {(f.id, f.place) for f in found if f.id in DRIFT}


@profile(40)
@given(annotated(), st.data())
def test_what_is_new_and_what_is_gone_is_found(world: Annotated, data: st.DataObject) -> None:
    with on_sqlite(world) as estate:
        assert findings(estate) == set()
        shape = data.draw(st.sampled_from(list(world.shapes.values())))
        live, place = estate.systems[shape.system], f"{shape.system}.{shape.name}"
        change = data.draw(st.sampled_from(("new dataset", "new column", "dataset gone", "column gone")))
        if change == "new dataset":
            live.run("CREATE TABLE nobody_decided (a TEXT)")
            assert findings(estate) == {("map.M001", f"{shape.system}.nobody_decided")}
        elif change == "new column":
            live.run(f"ALTER TABLE {shape.name} ADD COLUMN nobody_decided TEXT")
            assert findings(estate) == {("map.M002", f"{place}.nobody_decided")}
        elif change == "dataset gone":
            live.run(f"PRAGMA foreign_keys=OFF; ALTER TABLE {shape.name} RENAME TO moved_away")
            assert {("map.M001", f"{shape.system}.moved_away"), ("map.M003", place)} <= findings(estate)
        else:
            column = data.draw(st.sampled_from(list(shape.columns)))
            live.run(f"ALTER TABLE {shape.name} RENAME COLUMN {column} TO nobody_decided")
            assert {("map.M002", f"{place}.nobody_decided"), ("map.M004", f"{place}.{column}")} <= findings(
                estate
            )
