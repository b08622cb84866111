"""JSON and XML columns of real stores: anonymised in place, still of their type, everything else in them to the byte."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from live import KINDS, Live, World, map_of

JSON = '{"n": 12345678901234567890, "f": 1.10, '
JSON += (
    '"by": {"tlf": [61718191, "+45 61 71 81 91"], "mail": "ALICE@home.example"}, "to": "bob@home.example"}'
)
LEFT = '{"n": 12345678901234567890, "f": 1.10, "by": {"tlf": ["[erased]", "[erased]"], "mail": "[erased]"}, "to": "bob@home.example"}'
XML = '<post til="bob@home.example"><fra tlf="61718191">alice&#64;home.example</fra><j>{&quot;t&quot;: 61718191}</j></post>'
XML_LEFT = '<post til="bob@home.example"><fra tlf="[erased]">[erased]</fra><j>{&quot;t&quot;: &quot;[erased]&quot;}</j></post>'
DATASETS: dict[str, Any] = {
    "person": {"subject": "person", "key": ["id"], "fields": {"id": "key", "name": "full_name", "email": "email", "phone": "phone"}},
    "event": {"key": ["id"], "fields": {"id": "key", "plain": "json", "binary": "json", "form": "json", "several": "free_text"}},
}  # fmt: skip


@pytest.fixture
def made(new_live: Callable[..., Live]) -> Callable[[str], World]:
    def make(kind: str) -> World:
        live = new_live(kind)
        types = ("json", "jsonb", "xml", "text[]") if kind == "postgres" else ("TEXT",) * 4
        live.run(
            "CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT, email TEXT, phone TEXT);"
            "CREATE TABLE event (id INTEGER PRIMARY KEY, plain {}, binary {}, form {}, several {});"
            "INSERT INTO person VALUES (1, 'Alice Jensen', 'alice@home.example', '61718191'),"
            "(2, 'Bob Holm', 'bob@home.example', '71819191');"
            .replace("binary", '"binary"').format(*types)
        )  # fmt: skip
        mark = "%s" if kind == "postgres" else "?"
        several = (
            ["alice@home.example", "bob@home.example"]
            if kind == "postgres"
            else "alice@home.example, bob@home.example"
        )
        live.write(
            f"INSERT INTO event VALUES (1, {mark}, {mark}, {mark}, {mark})", (JSON, JSON, XML, several)
        )
        return World({"shop": live}, map_of({"shop": DATASETS}))

    return make


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_hers_goes_from_every_kind_of_column(made: Callable[[str], World], kind: str) -> None:
    world = made(kind)
    cast = "::text" if kind == "postgres" else ""
    read = f'SELECT plain{cast}, "binary"{cast}, form{cast}, several FROM event'
    ((_, before, _, _),) = world.systems["shop"].query(read)
    world.erase("alice@home.example")
    ((plain, binary, form, several),) = world.systems["shop"].query(read)
    assert plain == LEFT
    assert form == XML_LEFT
    for hers in ("61718191", '"+45 61 71 81 91"', '"ALICE@home.example"'):
        before = before.replace(hers, '"[erased]"')
    assert binary == before
    assert several == (
        ["[erased]", "bob@home.example"] if kind == "postgres" else "[erased], bob@home.example"
    )
    assert not world.plan("alice@home.example").steps
