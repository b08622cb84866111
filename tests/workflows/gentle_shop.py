"""A small shop in one file, whose clock and whose sleep the test holds: for manners, proposals and full disks."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from troth.stores.sqlite import STORE
from troth.terms.settings import Settings
from troth.workflows.house import House

MAP = """troth: 1
systems:
  shop:
    url: sqlite:///shop.sqlite
    manners: {{{manners}}}
    datasets:
      person:
        subject: person
        key: [id]
        fields: {{id: key, email: email}}
      note:
        key: [id]
        fields: {{id: key, person_id: key, body: free_text}}
        links:
          - {{columns: [person_id], to: 'person [id]', means: OWNED_BY}}
"""
ALICE, BOB = "alice@inbox.example", "bob@inbox.example"
NOTES = 10


@dataclass
class Shop:
    """A file with two people and their notes, and a house whose clock and sleep are ours."""

    folder: Path
    now: datetime = datetime(2026, 11, 23, 12, tzinfo=UTC)
    slept: list[float] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    at_sleep: Callable[[], None] = lambda: None

    def map(self, manners: str) -> None:
        (self.folder / "troth.map.yaml").write_text(MAP.format(manners=manners))

    def house(self, *lifted: str, **said: str) -> House:
        def sleep(seconds: float) -> None:
            self.slept.append(seconds)
            self.at_sleep()

        return House(
            Settings(vacuum=False), {"sqlite": STORE}, {}, self.folder / "troth.map.yaml", self.said.append,
            said=said, lifted=frozenset(lifted), clock=lambda: self.now, sleep=sleep,
        )  # fmt: skip

    def left(self) -> tuple[int, int]:
        with closing(sqlite3.connect(self.folder / "shop.sqlite")) as db:
            return tuple(db.execute(f"SELECT count(*) FROM {t}").fetchone()[0] for t in ("person", "note"))  # type: ignore[return-value]


def new_shop(folder: Path) -> Shop:
    """A fresh one in an empty folder; `map` comes next."""
    with closing(sqlite3.connect(folder / "shop.sqlite")) as db:
        db.executescript(
            "CREATE TABLE person (id INTEGER PRIMARY KEY, email TEXT);"
            "CREATE TABLE note (id INTEGER PRIMARY KEY, person_id INTEGER REFERENCES person, body TEXT);"
        )
        db.executemany("INSERT INTO person VALUES (?, ?)", [(1, ALICE), (2, BOB)])
        db.executemany("INSERT INTO note VALUES (?, ?, 'x')", [(n, n % 2 + 1) for n in range(2 * NOTES)])
        db.commit()
    return Shop(folder)
