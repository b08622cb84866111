"""The row that is nobody refers only to rows that stay; where none is sure to, a person decides before anything is done."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from live import KINDS, Live, World, map_of

SCRIPT = """
CREATE TABLE person (id INTEGER PRIMARY KEY, email VARCHAR(60));
CREATE TABLE desk (id INTEGER PRIMARY KEY, person_id INTEGER REFERENCES person (id));
CREATE TABLE worker (id INTEGER PRIMARY KEY, email VARCHAR(60), desk_id INTEGER NOT NULL REFERENCES desk (id));
CREATE TABLE bill (id INTEGER PRIMARY KEY, worker_id INTEGER NOT NULL REFERENCES worker (id), total INTEGER);
INSERT INTO person VALUES (1, 'alma@example.dk'), (2, 'bjarke@example.dk');
INSERT INTO desk VALUES (1, 1), (2, 2);
INSERT INTO worker VALUES (7, 'alma@example.dk', 1), (8, 'bjarke@example.dk', 2);
INSERT INTO bill VALUES (1, 7, 100), (2, 8, 200);
"""
PERSON = {"subject": "person", "key": ["id"], "fields": {"id": "key", "email": "email"}}


def office(live: Live, rules: list[dict[str, object]]) -> World:
    live.run(SCRIPT)
    link = {"declared": True}
    datasets = {
        "person": PERSON,
        "desk": {
            "key": ["id"], "fields": {"id": "key", "person_id": "key"}, "on_erase": rules,
            "links": [{"columns": ["person_id"], "to": "person [id]", "means": "ACCESSED_BY", **link}],
        },
        "worker": {
            "subject": "worker", "key": ["id"], "nobody": {"id": 0},
            "fields": {"id": "key", "email": "email", "desk_id": "key"},
            "links": [{"columns": ["desk_id"], "to": "desk [id]", "means": "MENTIONS", **link}],
        },
        "bill": {
            "key": ["id"], "fields": {"id": "key", "worker_id": "key", "total": "amount"}, "erase": "anonymise",
            "links": [{"columns": ["worker_id"], "to": "worker [id]", "means": "OWNED_BY", **link}],
        },
    }  # fmt: skip
    return World({"shop": live}, map_of({"shop": datasets}))


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_does_not_hang_on_a_row_that_goes(kind: str, new_live: Callable[..., Live]) -> None:
    world = office(new_live(kind), [{"link": "person_id", "delete_row": True}])
    blocked = world.plan("alma@example.dk").blocked
    assert [(q.id, q.place) for q in blocked] == [("plan.Q013", "shop.worker.desk_id")]


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_may_hang_on_any_row_of_a_thing_that_stays(kind: str, new_live: Callable[..., Live]) -> None:
    live = new_live(kind)
    world = office(live, [])
    world.erase("bjarke@example.dk")
    assert live.query("SELECT desk_id FROM worker WHERE id = 0") == [(1,)]
    assert live.query("SELECT worker_id, total FROM bill ORDER BY id") == [(7, 100), (0, 200)]
    assert live.dangling() == []


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_hangs_on_a_row_that_can_be_referred_to(kind: str, new_live: Callable[..., Live]) -> None:
    """The first row has no code, and NULL is no desk; found by the crash laboratory."""
    live = new_live(kind)
    live.run(
        "CREATE TABLE desk (id INTEGER PRIMARY KEY, code INTEGER UNIQUE);"
        "CREATE TABLE worker (id INTEGER PRIMARY KEY, email VARCHAR(60), code INTEGER NOT NULL REFERENCES desk (code));"
        "CREATE TABLE bill (id INTEGER PRIMARY KEY, worker_id INTEGER NOT NULL REFERENCES worker (id));"
        "INSERT INTO desk VALUES (1, NULL), (2, 102); INSERT INTO worker VALUES (7, 'alma@example.dk', 102);"
        "INSERT INTO bill VALUES (1, 7);"
    )
    datasets = {
        "desk": {"key": ["id"], "fields": {"id": "key", "code": "key"}},
        "worker": {
            "subject": "worker", "key": ["id"], "nobody": {"id": 0},
            "fields": {"id": "key", "email": "email", "code": "key"},
            "links": [{"columns": ["code"], "to": "desk [code]", "means": "MENTIONS", "declared": True}],
        },
        "bill": {
            "key": ["id"], "fields": {"id": "key", "worker_id": "key"}, "erase": "anonymise",
            "links": [{"columns": ["worker_id"], "to": "worker [id]", "means": "OWNED_BY", "declared": True}],
        },
    }  # fmt: skip
    World({"shop": live}, map_of({"shop": datasets})).erase("alma@example.dk")
    assert live.query("SELECT id, code FROM worker") == [(0, 102)]
    assert live.query("SELECT worker_id FROM bill") == [(0,)]
