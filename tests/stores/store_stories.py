"""How the stories about stores are told: a script, a map in few words, and two people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from live import Live, World, map_of

ALICE, BOB = "alice@inbox.example", "bob@inbox.example"


def link(columns: str, to: str, means: str = "OWNED_BY", **more: Any) -> dict[str, Any]:
    return {"columns": columns.split(), "to": to, "means": means, "declared": True, **more}


def dataset(fields: str, *links: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """`name:category name:category`, the first being the key."""
    told = dict(part.split(":") for part in fields.split())
    return {"key": [next(iter(told))], "fields": told, "links": list(links), **more}


PERSON = dataset("id:key name:full_name email:email", subject="person")
PEOPLE = (  # in SQL that every store reads
    "CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT, email TEXT);"
    f"INSERT INTO person VALUES (1, 'Alice Alstrup', '{ALICE}'), (2, 'Bob Bille', '{BOB}');"
)


def world(live: Live, script: str, **datasets: Mapping[str, Any]) -> World:
    live.run(script)
    return World({"shop": live}, map_of({"shop": datasets}))
