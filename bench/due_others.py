"""The same figures of retention on MariaDB and SQLite."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from time import perf_counter

from bench import maria
from bench.due import BATCH, DUE, KEPT, Figure, by_troth

import mariadb_server  # isort: skip

ROWS = DUE + KEPT
BEFORE = "2025-12-01"
TABLE = "CREATE TABLE visit (id bigint PRIMARY KEY, page varchar(40), ip varchar(40), seen date)"
NUMBERS = f"WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {ROWS})"
FILL = (
    f"SELECT n, 'a page', '192.0.2.1', CASE WHEN n % {ROWS // KEPT} = 0"
    " THEN '2026-02-01' ELSE '2024-01-01' END FROM n"
)
NEXT = "SELECT max(id) FROM (SELECT id FROM visit WHERE seen < {0} AND id > {0} ORDER BY id LIMIT {1}) AS k"
SPAN = "DELETE FROM visit WHERE seen < {0} AND id > {0} AND id <= {0}"
Run = Callable[[str, tuple[object, ...]], object]


def in_batches(run: Run, mark: str) -> float:
    """The next keys, a commit each."""
    last, began = 0, perf_counter()
    while (upto := run(NEXT.format(mark, BATCH), (BEFORE, last))) is not None:
        run(SPAN.format(mark), (BEFORE, last, upto))
        last = int(str(upto))
    return perf_counter() - began


def at_once(run: Run, mark: str) -> float:
    began = perf_counter()
    run(f"DELETE FROM visit WHERE seen < {mark}", (BEFORE,))
    return perf_counter() - began


def figures(
    kind: str, work: Callable[[Callable[[Run], float]], float], url: Callable[[], str], mark: str
) -> Iterator[Figure]:
    """The ratios on one kind of store; `work` fills a table and hands it over, `url` fills one and says where it is."""
    once = work(lambda run: at_once(run, mark))
    batches = work(lambda run: in_batches(run, mark))
    with tempfile.TemporaryDirectory(prefix="troth-due-") as home:
        looked, ran, statements = by_troth(url(), Path(home) / "web")
    yield (
        f"{kind}: {DUE:,} due rows of {ROWS:,}",
        f"one DELETE {once:.1f} s, in batches {batches:.1f} s, preview {looked:.1f} s, run {ran:.1f} s: "
        f"{ran / once:.1f}× and {ran / batches:.1f}×, {statements} reads",
    )


def on_sqlite() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="troth-due-sqlite-") as folder:

        def build() -> Path:
            path = Path(folder) / "visit.sqlite"
            path.unlink(missing_ok=True)
            with closing(sqlite3.connect(path)) as db:
                db.execute("PRAGMA journal_mode=WAL")
                db.execute(TABLE)
                db.execute(f"INSERT INTO visit {NUMBERS} {FILL}")
                db.commit()
                db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return path

        def work(act: Callable[[Run], float]) -> float:
            with closing(sqlite3.connect(build(), isolation_level=None)) as db:
                return act(lambda sql, bound: (db.execute(sql, bound).fetchone() or (None,))[0])

        yield from figures("SQLite", work, lambda: f"sqlite:///{build()}", "?")


def on_mariadb() -> Iterator[Figure]:
    with maria.running() as private:

        def build() -> str:
            url = private.create()
            numbers = f"INSERT INTO visit WITH n AS (SELECT seq AS n FROM seq_1_to_{ROWS})"
            maria.run(url, TABLE, f"{numbers} {FILL}", "ANALYZE TABLE visit")
            return str(url)

        def work(act: Callable[[Run], float]) -> float:
            with mariadb_server.connect(build()) as db, db.cursor() as cursor:
                cursor.execute("SET autocommit = 1")

                def run(sql: str, bound: tuple[object, ...]) -> object:
                    cursor.execute(sql, bound)
                    return (cursor.fetchone() or (None,))[0] if cursor.description else None

                return act(run)

        yield from figures("MariaDB", work, build, "%s")


if __name__ == "__main__":
    for made in (on_sqlite(), on_mariadb()):
        for what, measured in made:
            print(f"{what:<48} {measured}", flush=True)
