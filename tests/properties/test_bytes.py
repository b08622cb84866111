"""After an erasure the person's bytes are nowhere in a SQLite file or beside it (property 13)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

import live
from live import map_of

CANARY = ("kanariefugl@bur.example", "Kanarie Fuglebur", "Fuglevej 4471")
MAP = {
    "shop": {
        "person": {
            "subject": "person",
            "key": ["id"],
            "fields": {"id": "key", "email": "email", "name": "full_name"},
        },
        "parcel": {
            "key": ["id"],
            "erase": "anonymise",
            "fields": {"id": "key", "person_id": "key", "street": "street", "weight": "quantity"},
            "links": [{"columns": ["person_id"], "to": "person [id]", "means": "OWNED_BY", "declared": True}],
        },
        "remark": {"key": ["id"], "fields": {"id": "key", "said": "free_text"}},
    }
}


def holding(folder: Path, texts: tuple[str, ...] = CANARY) -> set[tuple[str, str]]:
    """(file, text) wherever the bytes of one of the texts stand, in any file of the folder."""
    return {
        (path.name, text)
        for path in folder.iterdir()
        for text in texts
        if text.encode() in path.read_bytes() or text.casefold().encode() in path.read_bytes()
    }


@contextmanager
def another(path: Path) -> Iterator[sqlite3.Connection]:
    """The application's own connection, open all the while."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        yield db


@pytest.mark.parametrize("journal", ["wal", "delete", "truncate", "persist"])
@pytest.mark.parametrize("watched", [False, True], ids=["alone", "while the application is connected"])
def test_no_byte_of_the_person_is_left(tmp_path: Path, journal: str, watched: bool) -> None:
    database = live.Live("sqlite", f"sqlite:///{tmp_path / 'shop'}.sqlite")
    with another(database.path) as app:
        _fill(app, journal)
        assert {text for _, text in holding(tmp_path)} == set(CANARY), "the sweep cannot find what is there"
        app.execute("DELETE FROM person WHERE id = 900")  # an old row of the same name: freed, not blanked
        assert any(text == "Kanarie Fuglebur" for _, text in holding(tmp_path))
        if not watched:
            app.close()
        world = live.World({"shop": database}, map_of(MAP))
        world.erase(CANARY[0])
        with database.opened(write=True) as store:
            absence = store.settle(["person", "parcel", "remark"])
        assert holding(tmp_path) == set()
        assert absence.done
        assert absence.operator


def _fill(app: sqlite3.Connection, journal: str) -> None:
    assert app.execute("PRAGMA secure_delete").fetchone() == (0,), "blanked pages would prove nothing"
    app.execute(f"PRAGMA journal_mode={journal}")
    app.executescript(
        "CREATE TABLE person (id INTEGER PRIMARY KEY, email TEXT, name TEXT);"
        "CREATE TABLE parcel (id INTEGER PRIMARY KEY, person_id INTEGER REFERENCES person, street TEXT, weight INTEGER);"
        "CREATE TABLE remark (id INTEGER PRIMARY KEY, said TEXT);"
    )
    mail, name, street = CANARY
    app.executemany(
        "INSERT INTO person VALUES (?, ?, ?)",
        [(7, mail, name), (8, "anden@bur.example", "En Anden"), (900, None, name)],
    )
    app.executemany("INSERT INTO parcel VALUES (?, 7, ?, 3)", [(at, street) for at in range(200)])
    app.executemany(
        "INSERT INTO remark VALUES (?, ?)", [(at, f"{mail} called " + "x" * 900) for at in range(40)]
    )
    app.execute("UPDATE remark SET said = 'x' WHERE id > 30")
