"""Figures beside the ratios: SQLite, the command line, a wide map, and one person with 100,000 rows."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median
from time import perf_counter

import psycopg

from bench import engine, shop, wide

TROTH = [sys.executable, "-m", "troth.main"]
WIDE_TABLES, WIDE_COLUMNS, WIDE_ROWS = 1_200, 22_000, 300
MANY_ROWS = 100_000
Figure = tuple[str, str]


def figures(new: Callable[[], str], shop_url: str) -> Iterator[Figure]:
    """(what, measured) one by one; `new` gives an empty database."""
    yield "`troth --help`", f"{_quickest([*TROTH, '--help']):.2f} s"
    yield "importing what `erase` needs", f"{_imports():.2f} s"
    yield from _wide(new())
    yield from _many(new())
    yield from _sqlite(shop_url)


def _quickest(command: Sequence[str]) -> float:
    def once() -> float:
        began = perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        return perf_counter() - began

    return min(once() for _ in range(5))


def _imports() -> float:
    """Seconds beyond a bare interpreter's."""
    said = "import troth.workflows.erase, troth.workflows.durable, troth.workflows.approve, troth.stores.postgres, dbos, django"
    return _quickest([sys.executable, "-c", said]) - _quickest([sys.executable, "-c", "pass"])


def _troth(folder: str, *arguments: str) -> tuple[float, float]:
    """Seconds and peak MB of one command in a process of its own."""
    began = perf_counter()
    process = subprocess.Popen(
        [*TROTH, *arguments], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    assert process.stderr is not None
    said = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stderr.close()
    assert process.returncode == 0, (arguments[0], process.returncode, said[-800:])
    return perf_counter() - began, used.ru_maxrss / 1024


def _wide(url: str) -> Iterator[Figure]:
    """A map of a wide database in which no key is declared: by names and types, then with a look at its rows."""
    wide.build(url, WIDE_TABLES, WIDE_COLUMNS, WIDE_ROWS)
    what = f"`map` of {WIDE_TABLES:,} tables, {WIDE_COLUMNS:,} columns"
    for options, how in ((["--no-values"], "without values"), ([], "with sampling")):
        with tempfile.TemporaryDirectory() as folder:
            seconds, memory = _troth(folder, "map", f"wide={url}", *options)
        yield f"{what}, {how}", f"{seconds:.1f} s, {memory:.0f} MB"


def _many(url: str) -> Iterator[Figure]:
    """One person with 100,000 rows, by the command line: export, then erasure."""
    with psycopg.connect(url, autocommit=True) as database:
        database.execute("CREATE TABLE people (id int PRIMARY KEY, full_name text, email text)")
        database.execute(
            "INSERT INTO people VALUES (1, 'Ida Eksempel', 'ida@eksempel.test'), (2, 'Bo Eksempel', 'bo@eksempel.test')"
        )
        database.execute(
            f"CREATE TABLE visits (id int PRIMARY KEY, person_id int REFERENCES people, page text, seen timestamptz, note text);"
            f"INSERT INTO visits SELECT g, 1 + g % 11 / 10, '/side/' || g % 90, now() - g * interval '1 minute', 'besøg ' || g "
            f"FROM generate_series(0, {MANY_ROWS * 11 // 10 - 1}) g;"
            "CREATE INDEX ON visits (person_id)".encode()
        )
    with tempfile.TemporaryDirectory() as folder:
        _troth(folder, "map", f"many={url}")
        seconds, memory = _troth(folder, "export", "ida@eksempel.test", "-o", "copy")
        yield f"`export` of one person's {MANY_ROWS:,} rows", f"{seconds:.1f} s, {memory:.0f} MB"
        seconds, memory = _troth(folder, "erase", "ida@eksempel.test", "--yes")
        yield "`erase` of them, the whole command", f"{seconds:.1f} s, {memory:.0f} MB"


def _sqlite(shop_url: str) -> Iterator[Figure]:
    """The same shop in a SQLite file: one customer, and the one with 60,000 rows, beside plain deletes."""
    with tempfile.TemporaryDirectory() as folder:
        source, path = Path(folder) / "shop.sqlite", Path(folder) / "copy.sqlite"
        _to_sqlite(shop_url, source)
        for who, address, customer in (
            ("one customer", shop.email(42), 42),
            ("20,000 orders, 40,000 items", shop.HEAVY_EMAIL, shop.HEAVY),
        ):
            took, hand = [], []
            for number in range(4):
                path.write_bytes(source.read_bytes())
                home = Path(folder) / f"{customer}-{number}"
                home.mkdir()
                map_path = engine.prepare(home, f"sqlite:///{path}")
                took.append(engine.run(map_path, f"sqlite:///{path}", [address]).receipts)
                path.write_bytes(source.read_bytes())
                hand.append(_by_hand(path, customer))
            ours, theirs = median(took[1:]), median(hand[1:])
            yield f"SQLite, {who}", f"{ours:.2f} s, plain deletes {theirs:.2f} s"


def _to_sqlite(url: str, path: Path) -> None:
    with psycopg.connect(url) as source, sqlite3.connect(path) as target:
        for statement in shop.TABLES.replace("jsonb", "json").split(";"):
            target.execute(statement)
        tables = source.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY oid"
        )
        for (table,) in tables.fetchall():
            cursor = source.execute(f"SELECT * FROM {table}".encode())
            rows = [
                tuple(cell if isinstance(cell, int | str) or cell is None else str(cell) for cell in row)
                for row in cursor
            ]
            target.executemany(
                f"INSERT INTO {table} VALUES ({', '.join('?' * len(cursor.description or ()))})", rows
            )
        for table, column in shop.INDEXED:
            target.execute(f"CREATE INDEX {table}_{column} ON {table} ({column})")
    target.close()


def _by_hand(path: Path, customer: int) -> float:
    orders = f"IN (SELECT id FROM orders WHERE customer_id = {customer})"
    tickets = f"IN (SELECT id FROM tickets WHERE customer_id = {customer})"
    wheres = [
        ("order_items", f"order_id {orders}"),
        ("payments", f"order_id {orders}"),
        ("orders", f"customer_id = {customer}"),
    ]
    wheres += [("messages", f"ticket_id {tickets}")]
    wheres += [(table, f"customer_id = {customer}") for table in ("tickets", "events", "notes", "addresses")]
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("PRAGMA foreign_keys=ON")
    began = perf_counter()
    database.execute("BEGIN IMMEDIATE")
    for table, where in [*wheres, ("customers", f"id = {customer}")]:
        database.execute(f"DELETE FROM {table} WHERE {where}")
    database.execute("COMMIT")
    took = perf_counter() - began
    database.close()
    return took


def machine(version: str, store: str) -> str:
    """One line about where it was measured."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    python, load = sys.version.split()[0], os.getloadavg()[0]
    return f"{len(os.sched_getaffinity(0))} cores, {memory:.0f} GB, load {load:.1f} at the start, Python {python}, {store} {version}"
