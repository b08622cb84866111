"""Writes the five files anew with foreign keys on, so that they satisfy their own declarations."""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path

from troth.example import billing, crm, newsletter, product, support
from troth.example.dice import Dice, Row
from troth.example.people import Population, populate

Fill = Callable[[Population, Dice], dict[str, list[Row]]]
_FILLS: dict[str, tuple[str, Fill]] = {
    "crm": (crm.DDL, crm.rows),
    "product": (product.DDL, product.rows),
    "support": (support.DDL, support.rows),
    "billing": (billing.DDL, billing.rows),
    "newsletter": (newsletter.DDL, newsletter.rows),
}
FILES: tuple[str, ...] = tuple(f"{file}.sqlite" for file in _FILLS)


def build(folder: Path, seed: int = 1814, people: int = 300) -> None:
    """Writes the five files into `folder`, replacing files of the same names.

    Raises ValueError for fewer than 40 people, OSError or sqlite3.Error where the folder cannot be written.
    """
    population = populate(seed, people)
    folder.mkdir(parents=True, exist_ok=True)
    for file, (ddl, fill) in _FILLS.items():
        _write(folder / f"{file}.sqlite", ddl, fill(population, Dice(seed, file)))


def _write(path: Path, ddl: str, tables: Mapping[str, Sequence[Row]]) -> None:
    for old in (path, *(path.with_name(path.name + tail) for tail in ("-wal", "-shm", "-journal"))):
        old.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA foreign_keys = ON")
        db.execute("PRAGMA synchronous = OFF")
        db.executescript(ddl)
        with db:
            for table, rows in tables.items():
                if rows:
                    db.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)
