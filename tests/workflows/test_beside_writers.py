"""A preview locks nothing, and an erasure in batches keeps no writer waiting for longer than a batch may take."""

from __future__ import annotations

import random
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

import mariadb_server
from live import STORES, Live
from troth.terms.settings import Settings
from troth.workflows.erase import Request, erase, preview
from troth.workflows.house import House

ALICE = "alice@inbox.example"
SERVERS = (
    pytest.param("postgres", marks=pytest.mark.postgres),
    pytest.param("mysql", marks=pytest.mark.mysql),
)
THEIRS, OTHERS, WRITERS = 12_000, 3_000, 3
MAP = """troth: 1
systems:
  shop:
    url: URL
    manners: {batch: 400, lock_timeout: 3s, statement_timeout: 3s}
    datasets:
      person:
        subject: person
        key: [id]
        fields: {id: key, email: email, seen: quantity}
      visit:
        key: [id]
        fields: {id: key, person_id: key, words: free_text}
        links:
          - {columns: [person_id], to: 'person [id]', means: OWNED_BY}
"""
NUMBERS = {
    "postgres": "SELECT n FROM generate_series(1, {}) AS s(n)",
    "mysql": "SELECT seq AS n FROM seq_1_to_{}",
    "sqlite": "WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {}) SELECT n FROM s",
}


@pytest.fixture
def make(new_live: Callable[..., Live], tmp_path: Path) -> Callable[[str], tuple[Live, House]]:
    def new(kind: str) -> tuple[Live, House]:
        live = new_live(kind)
        numbers = NUMBERS[kind].format(THEIRS + OTHERS)
        live.run(
            "CREATE TABLE person (id INTEGER PRIMARY KEY, email VARCHAR(80), seen INTEGER);"
            "CREATE TABLE visit (id INTEGER PRIMARY KEY, person_id INTEGER REFERENCES person (id), words VARCHAR(90));"
            "CREATE INDEX by_person ON visit (person_id);"
            f"INSERT INTO person VALUES (1, '{ALICE}', 0), (2, 'bob@inbox.example', 0);"
            f"INSERT INTO visit SELECT n, CASE WHEN n <= {THEIRS} THEN 1 ELSE 2 END, 'some words' FROM ({numbers}) AS t;"
        )
        scheme, bare = live.url.partition(":")[0], live.url
        if kind != "sqlite":
            head, _, tail = live.url.partition("@")
            bare = f"{head.rpartition(':')[0]}@{tail}"
        (tmp_path / "troth.map.yaml").write_text(MAP.replace("URL", bare))
        house = House(
            Settings(vacuum=False),
            {scheme: STORES[kind]},
            {"TROTH_URL_SHOP": live.url},
            tmp_path / "troth.map.yaml",
        )
        return live, house

    return new


@contextmanager
def line(live: Live) -> Iterator[Callable[..., None]]:
    """(sql, values) on a connection of somebody else's own, each statement committed."""
    if live.kind == "postgres":
        with psycopg.connect(live.url, autocommit=True) as db:
            yield lambda sql, values=(): db.execute(sql.encode(), values) and None
    else:
        with closing(mariadb_server.connect(live.url)) as db, db.cursor() as cursor:
            yield lambda sql, values=(): cursor.execute(sql, values) and None


def hammer(live: Live, seed: int, stop: threading.Event, waits: list[float]) -> None:
    """Writes to the same tables as fast as it can, also to rows that go, and notes how long each statement took."""
    dice = random.Random(seed)
    with line(live) as write:
        fresh = 1_000_000 * (seed + 1)
        while not stop.is_set():
            fresh += 1
            for sql, values in (
                ("UPDATE visit SET words = 'other words' WHERE id = %s", (dice.randint(1, THEIRS),)),
                ("UPDATE visit SET words = 'other words' WHERE id = %s", (THEIRS + dice.randint(1, OTHERS),)),
                ("UPDATE person SET seen = seen + 1 WHERE id = %s", (2,)),
                ("INSERT INTO visit VALUES (%s, 2, 'new')", (fresh,)),
            ):
                began = time.monotonic()
                write(sql, values)
                waits.append(time.monotonic() - began)


@pytest.mark.parametrize("kind", SERVERS)
def test_no_writer_waits_longer_than_a_batch_may_take(
    kind: str, make: Callable[[str], tuple[Live, House]], record_property: Callable[[str, object], None]
) -> None:
    live, house = make(kind)
    stop, waits = threading.Event(), [[] for _ in range(WRITERS)]  # type: list[list[float]]
    stop = threading.Event()
    threads = [threading.Thread(target=hammer, args=(live, at, stop, waits[at])) for at in range(WRITERS)]
    for thread in threads:
        thread.start()
    began = time.monotonic()
    try:
        told = erase(house, Request([ALICE]))
    finally:
        took = time.monotonic() - began
        stop.set()
        for thread in threads:
            thread.join()
    assert told["state"] == "done", told
    assert live.query("SELECT count(*) FROM visit WHERE person_id = 1") == [(0,)]
    assert live.query(f"SELECT count(*) FROM visit WHERE person_id = 2 AND id <= {THEIRS + OTHERS}") == [
        (OTHERS,)
    ]
    longest, writes = max(map(max, waits)), sum(map(len, waits))
    record_property("longest wait", longest)
    print(
        f"\n{kind}: {writes} writes beside an erasure of {took:.1f} s, the longest waited {longest * 1000:.0f} ms"
    )
    assert writes > 200
    assert longest < 3, "the batch's timeout"
    assert longest < took / 2, "no lock spans the run"


# -- a preview costs no lock ----------------------------------------------------------------------------------------------


def test_a_preview_takes_nothing_but_the_right_to_read_on_postgres(
    make: Callable[[str], tuple[Live, House]],
) -> None:
    pytest.importorskip("psycopg")
    live, house = make("postgres")
    modes: set[str] = set()
    stop = threading.Event()

    def look() -> None:
        with psycopg.connect(live.url, autocommit=True) as db:
            while not stop.is_set():
                modes.update(
                    mode
                    for (mode,) in db.execute(
                        "SELECT l.mode FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE a.application_name = 'troth' "
                        "AND a.datname = current_database() AND l.locktype IN ('relation', 'tuple', 'transactionid', 'advisory')"
                    )
                )

    watcher = threading.Thread(target=look)
    watcher.start()
    with psycopg.connect(
        live.url
    ) as writer:  # holds every row and may write on: the preview neither waits nor is waited for
        writer.execute("UPDATE person SET seen = 1")
        writer.execute("UPDATE visit SET words = 'mine'")
        told = preview(house, Request([ALICE]), with_sql=True)
        writer.execute("SET lock_timeout = '100ms'")
        writer.execute("LOCK TABLE visit IN ACCESS EXCLUSIVE MODE")
        writer.rollback()
    stop.set()
    watcher.join()
    assert sum(step["rows"] for step in told["plan"]) == THEIRS + 1
    assert modes == {"AccessShareLock"}


def test_a_preview_locks_no_row_on_mariadb(make: Callable[[str], tuple[Live, House]]) -> None:
    live, house = make("mysql")
    live.run(
        "SET GLOBAL general_log_file = 'preview.log'; SET GLOBAL log_output = 'TABLE'; SET GLOBAL general_log = 1;"
    )
    database = live.url.rpartition("/")[2]
    try:
        with closing(mariadb_server.connect(live.url)) as writer:
            writer.begin()
            mariadb_server.execute(writer, "UPDATE person SET seen = 1; UPDATE visit SET words = 'mine'")
            told = preview(house, Request([ALICE]), with_sql=True)
            locked = live.query(
                "SELECT count(*) FROM information_schema.innodb_trx WHERE trx_rows_locked > 0"
            )
            writer.rollback()
    finally:
        live.run("SET GLOBAL general_log = 0;")
    sent = [
        bytes(text).decode("utf-8", "replace").upper() if isinstance(text, bytes) else str(text).upper()
        for (text,) in live.query("SELECT argument FROM mysql.general_log WHERE command_type = 'Query'")
    ]
    assert any("VISIT" in text and "JSON_TABLE" in text for text in sent), (
        database,
        "the log saw the preview",
    )
    assert not [t for t in sent if "FOR UPDATE" in t or "SHARE MODE" in t or "LOCK TABLES" in t]
    assert locked == [(1,)], "the writer's own transaction alone"
    assert sum(step["rows"] for step in told["plan"]) == THEIRS + 1


@pytest.mark.parametrize("journal", ["wal", "delete"])
def test_a_preview_keeps_nobody_from_writing_a_file(
    make: Callable[[str], tuple[Live, House]], journal: str
) -> None:
    live, house = make("sqlite")
    with closing(sqlite3.connect(live.path, isolation_level=None, timeout=0)) as writer:
        writer.execute(f"PRAGMA journal_mode = {journal}")
        writer.execute("BEGIN IMMEDIATE")  # a preview that wanted to write would have to wait for this
        writer.execute("UPDATE person SET seen = 1")
        told = preview(house, Request([ALICE]))
        writer.execute("COMMIT")
        assert sum(step["rows"] for step in told["plan"]) == THEIRS + 1
        if journal == "wal":  # and one that reads now keeps nobody from writing
            with closing(live.open()) as reading:
                from troth.datamap.reader import Everything, Select

                stream: Any = reading.rows(Select("visit", ("id",), Everything()))
                next(stream)
                writer.execute("UPDATE visit SET words = 'new' WHERE id = 1")
                stream.close()
