"""Figures of the first hour: reading values, guessing links among large tables, resolving people across three stores."""

from __future__ import annotations

import random
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from time import perf_counter

from bench import extras, wide
from troth.datamap.discovery.patterns import rate
from troth.main import make_house
from troth.workflows.inquiry import Inquiry
from troth.workflows.mapping import make_map

Figure = tuple[str, str]
TABLES, ROWS = 300, 100_000
PEOPLE = 100_000
STORES = {
    "crm": ("customer", "no TEXT PRIMARY KEY, name TEXT, email TEXT", lambda n: (f"K-{n:06}", f"Person {n} Eksempel", _mail(n))),
    "support": ("requester", "id INTEGER PRIMARY KEY, name TEXT, email TEXT", lambda n: (n, f"Person {n} Eksempel", _mail(n).upper())),
    "news": ("subscriber", "id INTEGER PRIMARY KEY, email TEXT, name TEXT", lambda n: (n, _mail(n), f"Person {n} Eksempel")),
}  # fmt: skip


def figures(new: Callable[[], str]) -> Iterator[Figure]:
    """(what, measured) one by one; `new` gives an empty PostgreSQL database."""
    values = _values()
    for fast, how in ((True, "hyperscan"), (False, "re")):
        yield f"reading values with every pattern, {how}", f"{rate(values, fast):.0f} MB/s a core"
    url = new()
    wide.build(url, TABLES, TABLES * 8, ROWS)
    with tempfile.TemporaryDirectory() as folder:
        seconds, memory = extras._troth(folder, "map", f"large={url}")
    yield f"`map` of {TABLES} tables of {ROWS:,} rows, no key declared", f"{seconds:.1f} s, {memory:.0f} MB"
    yield from _across()


def _values() -> list[str]:
    """A mix as columns hold it: addresses, numbers, names, prose."""
    dice = random.Random(3)
    kinds = (
        lambda n: _mail(n),
        lambda n: f"+45 {n % 90 + 10} {n % 89 + 10} {n % 88 + 10} {n % 87 + 10}",
        lambda n: f"Person {n} Eksempel",
        lambda n: f"kunden ringede om beholder {n} og vil gerne have svar i morgen",
        lambda n: str(n),
    )
    return [dice.choice(kinds)(n) for n in range(100_000)]


def _mail(number: int) -> str:
    return f"person{number}@eksempel.test"


def _across() -> Iterator[Figure]:
    """One and 1,000 people, who stand in each of three stores of 100,000."""
    with tempfile.TemporaryDirectory() as folder:
        for system, (table, columns, row) in STORES.items():
            with closing(sqlite3.connect(Path(folder) / f"{system}.sqlite")) as file, file:
                file.execute(f"CREATE TABLE {table} ({columns})")
                file.executemany(f"INSERT INTO {table} VALUES (?, ?, ?)", map(row, range(1, PEOPLE + 1)))
        house = make_house(Path(folder) / "troth.map.yaml", lambda _: None)
        make_map(house, [f"{system}=sqlite:///{folder}/{system}.sqlite" for system in STORES])
        for count in (1, 1_000):
            wanted = [_mail(number) for number in random.Random(5).sample(range(1, PEOPLE + 1), count)]
            datamap = house.map()
            with house.opened(datamap) as stores:
                began = perf_counter()
                people = Inquiry(datamap, stores, {}, date(2026, 11, 22)).who(wanted)
                took = perf_counter() - began
                statements = sum(store.statements() for store in stores.values())
            assert [len(person.rows) for person in people] == [3] * count
            yield (
                f"resolving {count:,} people in three stores of {PEOPLE:,}",
                f"{took:.1f} s, {statements} statements",
            )
