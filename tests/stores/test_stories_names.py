"""A schema, a table or a column may have any name that its store allows: in the map, in the plan and in the act."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from live import Live, World
from troth.datamap.mapfile import loads
from troth.datamap.mapwrite import dump
from troth.datamap.model import DataMap, Ref
from troth.datamap.propose import propose
from troth.stores.postgres.reflect import spell

ALICE, BOB = "alice@inbox.example", "bob@inbox.example"
NAMES = [
    "Mixed Case",
    "order",
    "100% {x}",
    'say "hi"',
    "it's",
    "a.b",
    "t",
    "k",
    "u",
    "a0",
    "k0",
    "Ærlig",
    "[x]",
    "rowid",
]


@pytest.mark.parametrize("name", NAMES)
def test_in_sqlite(name: str, new_live: Callable[..., Live]) -> None:
    live, q = new_live("sqlite"), quoted(name)
    live.run(
        f"CREATE TABLE {q} (k1 INTEGER PRIMARY KEY, {q} TEXT); INSERT INTO {q} VALUES (1, '{ALICE}'), (2, '{BOB}');"
        f"CREATE TABLE post (id INTEGER PRIMARY KEY, {q} INTEGER REFERENCES {q}, said TEXT);"
        f"INSERT INTO post VALUES (1, 1, 'x'), (2, 2, 'of {ALICE}')"
    )
    people, post = Ref("shop", name), Ref("shop", "post")
    shop = World({"shop": live}, reviewed(live, people, {name: "email"}, {post: {"said": "free_text"}}))
    shop.erase(ALICE)
    assert live.query("SELECT id, said FROM post") == [(2, "of [erased]")]
    assert live.query(f"SELECT k1 FROM {q}") == [(2,)]


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


@pytest.mark.postgres
@pytest.mark.parametrize("name", NAMES)
def test_in_postgres(name: str, new_live: Callable[..., Live]) -> None:
    live, q = new_live("postgres"), quoted(name)
    live.run(
        f"CREATE SCHEMA {q}; CREATE TABLE {q}.{q} (k1 int PRIMARY KEY, {q} text, CHECK ({q} <> 'x'));"
        f"CREATE TABLE {q}.post (id int PRIMARY KEY, {q} int REFERENCES {q}.{q}, said text,"
        " mail text NOT NULL UNIQUE CHECK (mail LIKE '%@%'));"
        f"INSERT INTO {q}.{q} VALUES (1, '{ALICE}'), (2, '{BOB}');"
        f"INSERT INTO {q}.post VALUES (1, 1, 'x', 'a@x.example'), (2, 2, 'of {ALICE}', 'b@x.example'), (3, 1, 'y', 'c@x.example')"
    )
    people, post = Ref("shop", spell(name, name)), Ref("shop", spell(name, "post"))
    shop = World(
        {"shop": live},
        reviewed(live, people, {name: "email"}, {post: {"said": "free_text", "mail": "email"}}),
    )
    shop.erase(ALICE)
    assert live.query(f"SELECT k1 FROM {q}.{q}") == [(2,)]
    assert live.query(f"SELECT id, said FROM {q}.post") == [(2, "of [erased]")]


def reviewed(
    live: Live, people: Ref, named: Mapping[str, str], others: Mapping[Ref, Mapping[str, str]]
) -> DataMap:
    """The map that is proposed, written, corrected by a person, and read again."""
    with live.opened() as store:
        proposed = propose({"shop": store.reflect()}, {"shop": "postgresql://host/shop"}).map
    datasets = dict(proposed.datasets)
    for ref, categories in {people: named, **others}.items():
        fields = {
            n: replace(f, category=categories.get(n, "key"), reviewed=True)
            for n, f in datasets[ref].fields.items()
        }
        subject = "person" if ref == people else None
        datasets[ref] = replace(
            datasets[ref], fields=fields, subject=subject, nobody=None, on_erase_default="erase"
        )
    links = tuple(replace(one, means="OWNED_BY", reviewed=True) for one in proposed.links)
    return loads(dump(replace(proposed, datasets=datasets, links=links)))
