"""Large shapes: a batch of thousands, one person with a million rows, one or a thousand people by a column without index, a writer beside.

`python -m bench.many URL SHAPE` runs one shape in this process on the database at URL and prints what it measured as JSON.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from multiprocessing import Event, Process, Queue
from pathlib import Path
from time import perf_counter, sleep, time
from typing import Any

import psycopg

from bench import engine, maria, server
from troth.main import make_house
from troth.workflows.erase import Request, preview
from troth.workflows.mapping import decide_map

import mariadb_server  # isort: skip

PEOPLE = 100_000
BATCH = 10_000
HEAVY = 1_000_000
WIDE = 10_000_000
ALONE = 5  # seconds in which the writer has the tables for itself
LIMIT = 360  # seconds after which a shape is ended and said to have been too slow
Figure = tuple[str, str]


def email(person: int) -> str:
    return f"kunde{person}@eksempel.test"


def build(url: str, rows: int, heavy: int = 0, index: bool = True) -> None:
    """`people`, and `visits` of theirs by turns, without any text; the first of them has `heavy` more."""
    mine = url.startswith("mysql")
    series, at = ("seq_1_to_{} AS s", "seq") if mine else ("generate_series(1, {}) g", "g")
    statements = [
        "CREATE TABLE people (id int PRIMARY KEY, full_name varchar(100) NOT NULL, email varchar(190) NOT NULL UNIQUE, phone varchar(30))",
        "CREATE TABLE visits (id int PRIMARY KEY, person_id int NOT NULL, amount int NOT NULL)",
        f"INSERT INTO people SELECT {at}, 'Kunde Nr' || lpad(concat({at}), 7, '0'), 'kunde' || {at} || '@eksempel.test', "
        f"'+45' || (20000000 + {at}) "
        f"FROM {series.format(PEOPLE)}",
        f"INSERT INTO visits SELECT {at}, 1 + {at} % {PEOPLE}, {at} % 97 FROM {series.format(rows)}",
    ]
    if heavy:
        statements.append(f"INSERT INTO visits SELECT {rows} + {at}, 1, 7 FROM {series.format(heavy)}")
    if index:
        statements.append("CREATE INDEX visits_of ON visits (person_id)")
    if mine:
        maria.run(url, *statements, "ANALYZE TABLE people, visits")
        return
    with psycopg.connect(url, autocommit=True) as database:
        for statement in (*statements, "VACUUM ANALYZE"):
            database.execute(statement.encode())


def figures(new: Any, store: str) -> Iterator[Figure]:
    """(what, measured), each shape in a process of its own that is ended when its time is over."""
    url = new()
    build(url, 1_000_000)
    yield f"{store}: writing alone, and beside an erasure of {BATCH:,}", _shape(url, "writer")
    url = new()
    build(url, 1_000_000, HEAVY)
    yield f"{store}: a batch of {BATCH:,}, 10 rows each", _shape(url, "batch")
    yield f"{store}: one person with {HEAVY:,} rows", _shape(url, "heavy")
    url = new()
    build(url, WIDE, index=False)
    yield f"{store}: 1 and 1,000 people, {WIDE:,} rows without index", _shape(url, "unindexed")


def _shape(url: str, shape: str) -> str:
    command = [sys.executable, "-m", "bench.many", url, shape]
    try:
        done = subprocess.run(
            command, cwd=server.ROOT, capture_output=True, text=True, check=False, timeout=LIMIT
        )
    except subprocess.TimeoutExpired:
        return f"not done within {LIMIT} s"
    assert done.returncode == 0, done.stderr[-2000:]
    told: dict[str, Any] = json.loads(done.stdout)
    return ", ".join(f"{name} {value}" for name, value in told.items())


def case(url: str, shape: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="troth-bench-") as folder:
        home = Path(folder) / "home"
        home.mkdir()
        os.environ |= {"TROTH_HOME": f"{folder}/state", "TROTH_COPY": f"{folder}/copy"}
        path = _map(home, url)
        told = {"batch": _batch, "heavy": _heavy, "unindexed": _unindexed, "writer": _writer}[shape](
            path, url
        )
    return {**told, "peak MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}


def _map(home: Path, url: str) -> Path:
    """No key is declared between the two tables: the map says whose a visit is."""
    path = engine.prepare(home, url)
    decide_map(make_house(path, lambda _: None), above=0.5)
    return path


def _told(took: engine.Took) -> dict[str, Any]:
    return {
        "receipts s": round(took.receipts, 1), "after s": round(took.after, 1), "keys": took.rows,
        "keys/s": round(took.rows / took.receipts), "statements": took.statements,
    }  # fmt: skip


def _batch(path: Path, url: str) -> dict[str, Any]:
    return _told(engine.run(path, url, [email(2 + at) for at in range(BATCH)]))


def _heavy(path: Path, url: str) -> dict[str, Any]:
    return _told(engine.run(path, url, [email(1)]))


def _unindexed(path: Path, url: str) -> dict[str, Any]:
    """The plan alone: it reads all that is read, and changes nothing, so that both meet the same rows."""
    os.environ[f"TROTH_URL_{engine.SYSTEM.upper()}"] = url
    took = {}
    for people in (1, 1_000, 1, 1_000):  # the first pair warms up
        began = perf_counter()
        told = preview(
            make_house(path, lambda _: None), Request(tuple(email(9 + at) for at in range(people)))
        )
        took[people] = perf_counter() - began
        assert sum(step["rows"] for step in told["plan"]) >= people * WIDE // PEOPLE
    return {**{f"{n:,} s": round(s, 2) for n, s in took.items()}, "ratio": round(took[1_000] / took[1], 2)}


def _writer(path: Path, url: str) -> dict[str, Any]:
    """Somebody updates rows of others one by one, committing each: first alone, then beside the erasure."""
    stop, started, answer = Event(), Event(), Queue()
    writer = Process(target=_write, args=(url, started, stop, answer), daemon=True)
    writer.start()
    started.wait(LIMIT)
    sleep(ALONE)
    began = time()
    took = engine.run(path, url, [email(2 + at) for at in range(BATCH)])
    stop.set()
    done: list[tuple[float, float]] = answer.get(timeout=LIMIT)
    writer.join()
    alone = [wait for at, wait in done if at < began]
    beside = [wait for at, wait in done if began <= at < began + took.receipts]
    return {
        **_told(took), "alone /s": round(len(alone) / ALONE), "beside /s": round(len(beside) / took.receipts),
        "slowest alone ms": round(max(alone) * 1000), "slowest beside ms": round(max(beside) * 1000),
    }  # fmt: skip


def _write(url: str, started: Event, stop: Event, answer: Queue[list[tuple[float, float]]]) -> None:
    """Says of each update when it began and how long it took; a process of its own, for the engine is not to wait for it."""
    mine = url.startswith("mysql")
    database: Any = mariadb_server.connect(url) if mine else psycopg.connect(url, autocommit=True)
    done: list[tuple[float, float]] = []
    with closing(database):
        cursor = database.cursor()
        started.set()
        while not stop.is_set():
            person = BATCH + 2 + 7 * len(done) % (PEOPLE - BATCH - 2)
            began, at = time(), perf_counter()
            cursor.execute("UPDATE visits SET amount = amount + 1 WHERE person_id = %s", (person,))
            done.append((began, perf_counter() - at))
    answer.put(done)


if __name__ == "__main__":
    print(json.dumps(case(sys.argv[1], sys.argv[2])))
