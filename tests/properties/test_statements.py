"""The number of statements grows with datasets and batches, never with rows, people or the depth of a chain."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from property_engine import Estate, carry_out, named, on_sqlite, plan_for, profile
from property_worlds import Annotated, Shape, annotated
from test_access import drawn

from live import Live, map_of
from troth.planning.plan import batches

READING = 8  # statements a dataset costs at most while planning: identity, links both ways, copies, names
WRITING = 5  # statements a step costs at most: load the keys, read texts, load the new ones, write


@profile(40)
@given(annotated(), st.data())
def test_statements_are_bounded_by_datasets_links_and_batches(world: Annotated, data: st.DataObject) -> None:
    oracle, batch = drawn(world, data)
    with on_sqlite(world) as estate:
        planned = plan_for(estate, [named(oracle, person) for person in sorted(batch, key=repr)])
        rounds = (
            len(world.shapes) + 2
        )  # a random estate passes rights on over no longer a way than it has datasets
        bound = READING * len(world.shapes) + 2 * rounds * (len(world.ties) + 1)
        assert planned.statements <= bound
        if not planned.plan.blocked:
            cut = batches(planned.plan, 3)
            written = carry_out(estate, planned, cut)
            assert written <= WRITING * sum(len(part.steps) for part in cut)


CHAIN = {
    "shop": {
        "person": {"subject": "person", "key": ["id"], "fields": {"id": "key", "email": "email"}},
        "node": {
            "key": ["id"],
            "fields": {"id": "key", "person_id": "key", "parent_id": "key", "note": "free_text"},
            "links": [
                {"columns": ["person_id"], "to": "person [id]", "means": "OWNED_BY", "declared": True},
                {"columns": ["parent_id"], "to": "node [id]", "means": "OWNED_BY", "declared": True},
            ],
        },
    }
}


def _chain(folder: Path, people: int, deep: int) -> tuple[Estate, list[str]]:
    """People, each with a chain of `deep` rows of which only the first names them."""
    live = Live("sqlite", f"sqlite:///{folder / f'chain_{people}_{deep}'}.sqlite")
    with closing(sqlite3.connect(live.path)) as db:
        db.executescript(
            "CREATE TABLE person (id INTEGER PRIMARY KEY, email TEXT);"
            "CREATE TABLE node (id INTEGER PRIMARY KEY, person_id INTEGER REFERENCES person, "
            "parent_id INTEGER REFERENCES node, note TEXT); CREATE INDEX up ON node (parent_id); CREATE INDEX whose ON node (person_id);"
        )
        mails = [f"p{at}@kaede.example" for at in range(people)]
        db.executemany("INSERT INTO person VALUES (?, ?)", enumerate(mails))
        db.executemany(
            "INSERT INTO node VALUES (?, ?, ?, ?)",
            (
                (at * deep + down, at if down == 0 else None, at * deep + down - 1 if down else None, "kept")
                for at in range(people)
                for down in range(deep)
            ),
        )
        db.commit()
    names = {name: Shape(name, "shop", ("id",), {}) for name in ("person", "node")}
    return Estate(Annotated(("shop",), names, []), {"shop": live}, map_of(CHAIN)), mails


@pytest.mark.parametrize(("people", "deep"), [(1, 1), (1, 400), (60, 1), (60, 40)])
def test_a_deep_chain_and_many_people_cost_what_one_costs(tmp_path: Path, people: int, deep: int) -> None:
    estate, mails = _chain(tmp_path, people, deep)
    planned = plan_for(estate, mails)
    written = carry_out(estate, planned)
    assert estate.systems["shop"].query("SELECT count(*) FROM node") == [(0,)]
    assert estate.systems["shop"].query("SELECT count(*) FROM person") == [(0,)]
    assert planned.statements <= 24
    assert written <= 12
