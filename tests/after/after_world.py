"""A company with three tables on one store, a clock that the test sets, and copies of its database as a backup would be."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from live import STORES, Live
from troth.terms.settings import Settings
from troth.workflows.credentials import split_password
from troth.workflows.due import due
from troth.workflows.erase import Request, erase
from troth.workflows.guard import restore_guard
from troth.workflows.house import House

ALMA, BO = "alma@vindheim.example", "bo@vindheim.example"
START = datetime(2026, 3, 1, 12, tzinfo=UTC)
TABLES = """
CREATE TABLE person (id INTEGER PRIMARY KEY, email VARCHAR(80), name VARCHAR(80), phone VARCHAR(40));
CREATE TABLE orders (id INTEGER PRIMARY KEY, person INTEGER, item VARCHAR(80));
CREATE TABLE invoice (id INTEGER PRIMARY KEY, person INTEGER, bill_to VARCHAR(80), memo VARCHAR(200));
CREATE TABLE note (id INTEGER PRIMARY KEY, body VARCHAR(200));
CREATE TABLE loose (id INTEGER PRIMARY KEY, txt VARCHAR(200));
"""
ROWS = f"""
INSERT INTO person VALUES (1, '{ALMA}', 'Alma Vind', '+45 20 30 40 50'), (2, '{BO}', 'Bo Holm', '+45 20 30 40 51');
INSERT INTO orders VALUES (1, 1, 'a kite'), (2, 2, 'a rope'), (3, 1, 'a lamp');
INSERT INTO invoice VALUES (1, 1, '{ALMA}', 'for Alma Vind'), (2, 2, '{BO}', 'paid');
INSERT INTO note VALUES (1, 'write to {ALMA} soon'), (2, 'write to {BO}');
INSERT INTO loose VALUES (1, 'nothing'), (2, '');
"""
MAP = """
troth: 1
systems:
  crm:
    url: {url}
    datasets:
      person:
        subject: customer
        key: [id]
        fields: {{id: key, email: email, name: full_name, phone: phone}}
      orders:
        key: [id]
        fields: {{id: key, person: key, item: product}}
        links:
          - {{columns: [person], to: "person [id]", means: OWNED_BY}}
      invoice:
        key: [id]
        erase: anonymise
        fields: {{id: key, person: key, bill_to: email, memo: free_text}}
        links:
          - {{columns: [person], to: "person [id]", means: OWNED_BY}}
        keep:
          - {{law: dk.bookkeeping, columns: [bill_to], until: 2031-12-31, active: true}}
      note:
        key: [id]
        fields: {{id: key, body: free_text}}
    unmapped:
      loose: nothing about people
"""


@dataclass(frozen=True)
class Clocked(House):
    """A house whose clock stands where the test puts it."""

    clock: list[datetime] = field(default_factory=lambda: [START])

    def now(self) -> datetime:
        return self.clock[0]


@dataclass
class Company:
    """The live database, its map and its state."""

    live: Live
    folder: Path
    settings: dict[str, Any] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    clock: list[datetime] = field(default_factory=lambda: [START])

    def __post_init__(self) -> None:
        self.folder.mkdir(exist_ok=True)
        self.live.run(TABLES + ROWS)
        (self.folder / "troth.map.yaml").write_text(
            MAP.format(url=split_password(self.live.url)[0]), encoding="utf-8"
        )

    @property
    def home(self) -> Path:
        return self.folder / ".troth"

    def house(self) -> Clocked:
        stores = {scheme: store for store in STORES.values() for scheme in store.schemes}
        return Clocked(
            Settings(**self.settings),
            stores,
            {"TROTH_URL_CRM": self.live.url, **self.variables},
            self.folder / "troth.map.yaml",
            clock=self.clock,
        )

    def later(self, **span: float) -> datetime:
        self.clock[0] += timedelta(**span)
        return self.clock[0]

    def erase(self, *identifiers: str) -> dict[str, Any]:
        told = erase(self.house(), Request(identifiers))
        assert told.get("state") == "done", told["questions"]
        return told

    def due(self) -> dict[str, Any]:
        return due(self.house())

    def guard(self, url: str, taken: datetime | str, *accepted: str) -> dict[str, Any]:
        moment = taken if isinstance(taken, str) else taken.isoformat()
        return restore_guard(self.house(), url, moment, accepted)

    def names(self, live: Live | None = None) -> dict[str, list[Any]]:
        """What each table holds."""
        tables = ("person", "orders", "invoice", "note", "loose")
        return {name: (live or self.live).query(f"SELECT * FROM {name} ORDER BY id") for name in tables}


def backup(live: Live, folder: Path, tools: Path = Path()) -> Path:
    """What the store's own tool writes: a copy of the file, pg_dump's archive, mariadb-dump's script."""
    target = folder / f"{live.url.rpartition('/')[2]}.backup"
    if live.kind == "sqlite":
        import sqlite3
        from contextlib import closing

        with closing(sqlite3.connect(live.path)) as source, closing(sqlite3.connect(target)) as copy:
            source.backup(copy)
    elif live.kind == "postgres":
        command = [tools / "pg_dump", "--format=custom", "--no-owner", f"--file={target}", live.url]
        subprocess.run(command, check=True)
    else:
        with target.open("wb") as file:
            subprocess.run(_maria("mariadb-dump", live.url), stdout=file, check=True)
    return target


def restore(archive: Path, target: Live, tools: Path = Path()) -> None:
    """Puts a backup into an empty database."""
    if target.kind == "sqlite":
        shutil.copyfile(archive, target.path)
    elif target.kind == "postgres":
        subprocess.run([tools / "pg_restore", "--no-owner", f"--dbname={target.url}", archive], check=True)
    else:
        with archive.open("rb") as file:
            subprocess.run(_maria("mariadb", target.url), stdin=file, check=True)


def _maria(program: str, url: str) -> list[str]:
    parts = urlsplit(url)
    return [
        program, "--no-defaults", f"--host={parts.hostname}", f"--port={parts.port}", f"--user={parts.username}",
        f"--password={parts.password}", parts.path.strip("/"),
    ]  # fmt: skip
