"""A chain of tables, each row referring to one of the table before, and the script that erases along it."""

from __future__ import annotations

import psycopg

PEOPLE = 100


def email(person: int) -> str:
    return f"person{person}@eksempel.test"


def build(url: str, tables: int) -> None:
    """Fills an empty database: `people` and `tables` more, every key declared and indexed."""
    with psycopg.connect(url) as database:
        database.execute("CREATE TABLE people (id int PRIMARY KEY, email text NOT NULL UNIQUE)")
        database.execute(
            f"INSERT INTO people SELECT g, 'person' || g || '@eksempel.test' FROM generate_series(1, {PEOPLE}) g".encode()
        )
        above = "people"
        for number in range(1, tables + 1):
            name = f"step_{number:03}"
            database.execute(
                f"CREATE TABLE {name} (id int PRIMARY KEY, above_id int NOT NULL REFERENCES {above}, amount numeric(10,2));"
                f"CREATE INDEX ON {name} (above_id); INSERT INTO {name} SELECT g, g, g FROM generate_series(1, {PEOPLE}) g".encode()
            )
            above = name
    with psycopg.connect(url, autocommit=True) as database:
        database.execute("VACUUM ANALYZE")


def erase(url: str, tables: int, address: str) -> None:
    """One round trip: a block that walks down collecting keys, and up deleting."""
    names = [f"step_{number:03}" for number in range(1, tables + 1)]
    down, before = ["SELECT array_agg(id) INTO k0 FROM people WHERE lower(email) = '" + address + "';"], "k0"
    for number, name in enumerate(names, start=1):
        down.append(f"SELECT array_agg(id) INTO k{number} FROM {name} WHERE above_id = ANY({before});")
        before = f"k{number}"
    up = [
        f"DELETE FROM {name} WHERE id = ANY(k{number});"
        for number, name in reversed(list(enumerate(names, start=1)))
    ]
    up.append("DELETE FROM people WHERE id = ANY(k0);")
    variables = " ".join(f"k{number} int[];" for number in range(tables + 1))
    block = f"DO $$ DECLARE {variables} BEGIN {' '.join(down)} {' '.join(up)} END $$"
    with psycopg.connect(url) as database:
        database.execute(block.encode())
