"""A shop with two people on MariaDB, as the tests of its traps and of its manners both need it."""

from __future__ import annotations

from typing import Any

from live import Live, World, map_of
from troth.datamap.reader import Select

PERSON = {"subject": "person", "key": ["id"], "fields": {"id": "key", "name": "full_name", "email": "email"}}
PEOPLE = (
    "CREATE TABLE person (id INTEGER PRIMARY KEY, name VARCHAR(60), email VARCHAR(80));"
    "INSERT INTO person VALUES (1, 'Alice Alstrup', 'alice@inbox.example'), (2, 'Bob Bille', 'bob@inbox.example');"
)
OWNED = [{"columns": ["person_id"], "to": "person [id]", "means": "OWNED_BY"}]


def world(live: Live, script: str, **datasets: Any) -> World:
    live.run(PEOPLE + script)
    return World({"shop": live}, map_of({"shop": {"person": PERSON, **datasets}}))


def rows(live: Live, select: Select) -> list[Any]:
    with live.opened() as store:
        return [row for chunk in store.rows(select) for row in chunk]
