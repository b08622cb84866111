"""Every store shows a few rows from all over a table, within its bounds, and never changes or repeats what it saw."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import closing

import psycopg
import pytest

import live_mysql
from live import Live
from troth.datamap.reader import Bounds, Sample
from troth.stores.postgres import STORE as POSTGRES


def sample(live: Live, dataset: str, bounds: Bounds | None = None) -> Sample:
    with live.opened() as store:
        return store.sample(dataset, bounds or Bounds())


def numbers(most: int) -> str:
    """A table expression `n(i)` of 1 to `most`, for both stores."""
    return f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {most})"


def fill(live: Live, table: str, columns: str, values: str, rows: int) -> None:
    live.run(f"CREATE TABLE {table} ({columns}); INSERT INTO {table} {numbers(rows)} SELECT {values} FROM n;")


def tenths(ids: list[int], most: int) -> set[int]:
    return {(number - 1) * 10 // most for number in ids}


def test_a_small_table_is_shown_whole(live: Live) -> None:
    live.run(
        "CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO person VALUES (1, 'Alice'), (7, NULL);"
    )
    seen = sample(live, "person")
    assert (seen.columns, sorted(seen.rows, key=str), seen.whole) == (
        ("id", "name"),
        [(1, "Alice"), (7, None)],
        True,
    )
    assert (seen.cut, seen.fault) == ("", "")


def test_an_empty_table_is_seen_whole(live: Live) -> None:
    live.run("CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT)")
    seen = sample(live, "person")
    assert (tuple(seen.rows), seen.whole) == ((), True)


def test_exactly_as_many_rows_as_asked_for_are_all_there_are(live: Live) -> None:
    fill(live, "visit", "id INTEGER PRIMARY KEY", "i", 50)
    assert sample(live, "visit", Bounds(rows=50)).whole
    assert not sample(live, "visit", Bounds(rows=49)).whole


@pytest.mark.parametrize("analysed", [False, True], ids=["never analysed", "analysed"])
@pytest.mark.parametrize("rows", [3_000, 200_000])
def test_a_larger_table_is_seen_in_every_part(live: Live, rows: int, analysed: bool) -> None:
    fill(live, "visit", "id INTEGER PRIMARY KEY, word TEXT", "i, 'word number ' || i", rows)
    if analysed:
        live.run("ANALYZE visit")
    seen = sample(live, "visit", Bounds(rows=500))
    ids = [row[0] for row in seen.rows]
    assert 300 <= len(set(ids)) == len(ids) <= 500
    assert tenths(ids, rows) == set(range(10))
    assert (seen.whole, seen.cut) == (False, "rows")


def test_the_same_table_gives_the_same_sample(live: Live) -> None:
    fill(live, "visit", "id INTEGER PRIMARY KEY, word TEXT", "i, 'word number ' || i", 100_000)
    assert sample(live, "visit").rows == sample(live, "visit").rows


def test_a_large_table_costs_a_few_statements_and_no_long_look(live: Live) -> None:
    fill(live, "visit", "id INTEGER PRIMARY KEY, word TEXT", "i, 'word number ' || i", 300_000)
    with live.opened() as store:
        store.reflect()
        before, start = store.statements(), time.monotonic()
        store.sample("visit", Bounds())
        assert store.statements() - before <= 8
        assert time.monotonic() - start < 1


def test_ids_with_wide_gaps_hide_nobody(live: Live) -> None:
    kind = "INTEGER" if live.kind == "sqlite" else "BIGINT"
    live.run(
        f"CREATE TABLE visit (id {kind} PRIMARY KEY);"
        f"INSERT INTO visit {numbers(5000)} SELECT i FROM n;"
        f"INSERT INTO visit {numbers(50)} SELECT CAST(i AS BIGINT) * 1000000000 FROM n;"
        "INSERT INTO visit VALUES (-9), (9223372036854775807);"
    )
    ids = [row[0] for row in sample(live, "visit", Bounds(rows=400)).rows]
    assert len(ids) >= 300
    assert tenths([number for number in ids if 0 < number <= 5000], 5000) == set(range(10))


def test_a_table_of_text_keys_is_seen_in_every_part(live: Live) -> None:
    keyed = " WITHOUT ROWID" if live.kind == "sqlite" else ""
    live.run("CREATE TABLE customer (no TEXT PRIMARY KEY, name TEXT)" + keyed)
    live.run(f"INSERT INTO customer {numbers(20_000)} SELECT 'K-' || (100000 + i), 'n' FROM n")
    ids = [int(row[0][2:]) - 100_000 for row in sample(live, "customer", Bounds(rows=300)).rows]
    assert len(ids) >= 200
    assert len(tenths(ids, 20_000)) >= 9


def test_a_long_value_is_cut_and_then_nothing_is_called_whole(live: Live) -> None:
    live.run(
        "CREATE TABLE note (id INTEGER PRIMARY KEY, body TEXT); INSERT INTO note VALUES (1, 'short'), (2, '')"
    )
    live.write(
        f"UPDATE note SET body = {'%s' if live.kind == 'postgres' else '?'} WHERE id = 2", ["å" * 5000]
    )
    seen = sample(live, "note", Bounds(cell=100))
    assert sorted(row[1] for row in seen.rows) == ["short", "å" * 100]
    assert not seen.whole


def test_the_bytes_that_are_held_have_a_bound(live: Live) -> None:
    fill(live, "note", "id INTEGER PRIMARY KEY, body TEXT", "i, '" + "long " * 400 + "' || i", 3000)
    seen = sample(live, "note", Bounds(bytes=100_000))
    assert 40 <= len(seen.rows) <= 60
    assert (seen.whole, seen.cut) == (False, "bytes")


def test_bytes_are_not_looked_into(live: Live) -> None:
    kind = "bytea" if live.kind == "postgres" else "BLOB"
    live.run(
        f"CREATE TABLE photo (id INTEGER PRIMARY KEY, data {kind}, title TEXT); INSERT INTO photo VALUES (1, 'x', 'sea')"
    )
    seen = sample(live, "photo")
    assert (seen.columns, tuple(seen.rows), seen.whole) == (("id", "title"), ((1, "sea"),), True)


def test_a_view_and_names_of_any_kind_are_read(live: Live) -> None:
    live.run('CREATE TABLE "odd ""n% t" ("a %s" INTEGER); INSERT INTO "odd ""n% t" VALUES (4); '
             'CREATE VIEW look AS SELECT * FROM "odd ""n% t";')  # fmt: skip
    with live.opened() as store:
        for name in store.reflect().tables:
            assert tuple(store.sample(name, Bounds()).rows) == ((4,),), name


def test_no_more_seconds_are_taken_than_given(live: Live) -> None:
    endless = (
        "SELECT CAST(pg_sleep(60) AS TEXT) AS x"
        if live.kind == "postgres"
        else "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS x FROM n WHERE i < 0"
    )
    live.run(
        f"CREATE VIEW endless AS {endless}; CREATE TABLE person (id INTEGER PRIMARY KEY); INSERT INTO person VALUES (1)"
    )
    start = time.monotonic()
    with live.opened() as store:
        seen = store.sample("endless", Bounds(seconds=0.3))
        assert time.monotonic() - start < 3
        assert (tuple(seen.rows), seen.whole, seen.cut) == ((), False, "seconds")
        assert tuple(store.sample("person", Bounds()).rows) == ((1,),)


def test_a_locked_table_is_passed_over_in_time(live: Live) -> None:
    live.run("CREATE TABLE person (id INTEGER PRIMARY KEY); INSERT INTO person VALUES (1)")
    with live.opened() as store:
        store.reflect()
        if live.kind == "postgres":
            with psycopg.connect(live.url) as other:
                other.execute("LOCK TABLE person IN ACCESS EXCLUSIVE MODE")
                seen = store.sample("person", Bounds(seconds=0.3))
        elif live.kind == "mysql":
            with closing(live_mysql.connect(live.url)) as other:
                live_mysql.run(other, "LOCK TABLES person WRITE")
                seen = store.sample("person", Bounds(seconds=0.3))
        else:
            import sqlite3

            with closing(sqlite3.connect(live.path, isolation_level=None)) as other:
                other.execute("BEGIN EXCLUSIVE")
                start = time.monotonic()
                seen = store.sample("person", Bounds(seconds=0.3))
                assert time.monotonic() - start < 3
        assert (tuple(seen.rows), seen.whole, bool(seen.cut or seen.fault)) == ((), False, True)
        assert tuple(store.sample("person", Bounds()).rows) == ((1,),)


def test_looking_writes_nothing(live: Live) -> None:
    fill(live, "person", "id INTEGER PRIMARY KEY, name TEXT", "i, 'n' || i", 5000)
    before = live.dump()
    with live.opened(write=True) as store:
        store.sample("person", Bounds(rows=10))
    assert live.dump() == before
    if live.kind == "postgres":
        live.run("CREATE FUNCTION eager() RETURNS int LANGUAGE sql AS 'INSERT INTO person VALUES (0, NULL) RETURNING 1';"
                 "CREATE VIEW trap AS SELECT eager() AS x")  # fmt: skip
        with live.opened(write=True) as store:
            assert store.sample("trap", Bounds()).fault == "ReadOnlySqlTransaction"
        assert live.dump() == before


def test_a_sample_shows_no_value_where_it_is_printed(live: Live) -> None:
    live.run(
        "CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO person VALUES (1, 'Alice')"
    )
    seen = sample(live, "person")
    assert "Alice" in str(seen.rows)
    assert "Alice" not in repr(seen)


def test_text_that_is_none_does_not_end_it(sqlite_path_with_bad_text: Live) -> None:
    seen = sample(sqlite_path_with_bad_text, "note")
    assert tuple(seen.rows) == ((1, "�A"), (2, None))
    assert seen.fault == ""


@pytest.fixture
def sqlite_path_with_bad_text(new_live: Callable[..., Live]) -> Live:
    live: Live = new_live("sqlite")
    live.run("CREATE TABLE note (id INTEGER PRIMARY KEY, body TEXT);"
             "INSERT INTO note VALUES (1, CAST(x'ff41' AS TEXT)), (2, x'00ff')")  # fmt: skip
    return live


@pytest.fixture
def postgres_live(new_live: Callable[..., Live]) -> Live:
    live: Live = new_live("postgres")
    return live


def test_values_that_the_driver_cannot_hold_are_empty(postgres_live: Live) -> None:
    postgres_live.run(
        "CREATE TABLE odd (d date, t timestamptz, o time, a int[], w interval[], n numeric, i inet, r int4range);"
        "INSERT INTO odd VALUES ('infinity', '-infinity', '24:00', '{1,2}', '{1 day}', 'NaN', '::1', '[1,2)'),"
        " ('0044-03-15 BC', '20000-01-01', NULL, NULL, NULL, 1, NULL, NULL)"
    )
    seen = sample(postgres_live, "odd")
    assert seen.fault == ""
    assert [row[:2] for row in seen.rows] == [(None, None)] * 2
    assert [row[2:5] for row in seen.rows] == [("24:00:00", (1, 2), '{"1 day"}'), (None, None, None)]


def test_partitions_and_materialised_views_are_sampled_in_every_part(postgres_live: Live) -> None:
    postgres_live.run(
        "CREATE TABLE visit (id INTEGER, word TEXT) PARTITION BY RANGE (id);"
        "CREATE TABLE early PARTITION OF visit FOR VALUES FROM (0) TO (30000);"
        "CREATE TABLE late PARTITION OF visit FOR VALUES FROM (30000) TO (100001);"
        f"INSERT INTO visit {numbers(100_000)} SELECT i, 'word number ' || i FROM n;"
        "CREATE MATERIALIZED VIEW kept AS SELECT * FROM visit; CREATE MATERIALIZED VIEW none AS SELECT 1 WITH NO DATA;"
    )
    with postgres_live.opened() as store:
        for name in ("visit", "kept"):
            ids = [row[0] for row in store.sample(name, Bounds()).rows]
            assert 700 <= len(ids) <= 1000
            assert tenths(ids, 100_000) == set(range(10))
        nothing = store.sample("none", Bounds())
        assert (tuple(nothing.rows), nothing.whole, nothing.fault) == (
            (),
            False,
            "ObjectNotInPrerequisiteState",
        )


def test_rows_that_are_gone_but_not_yet_vacuumed_do_not_hide_the_rest(postgres_live: Live) -> None:
    fill(postgres_live, "visit", "id INTEGER PRIMARY KEY, word TEXT", "i, 'word number ' || i", 100_000)
    postgres_live.run("ALTER TABLE visit SET (autovacuum_enabled = off)")
    postgres_live.run("ANALYZE visit; DELETE FROM visit WHERE id > 5")
    assert sorted(row[0] for row in sample(postgres_live, "visit").rows) == [1, 2, 3, 4, 5]


def test_what_we_may_not_read_is_left_out_or_said(
    postgres: psycopg.Connection, postgres_url: str, as_role: Callable[[], psycopg.Connection]
) -> None:
    name = as_role.name  # type: ignore[attr-defined]
    postgres.execute(
        "CREATE TABLE person (id int PRIMARY KEY, name text, pay int); INSERT INTO person VALUES (1, 'Alice', 9)"
    )
    postgres.execute("CREATE TABLE secret (id int); INSERT INTO secret VALUES (5)")
    postgres.execute(f"GRANT SELECT (id, name) ON person TO {name}".encode())
    role = as_role()
    info = role.info
    url = f"postgresql://{name}:{info.password}@{info.host}:{info.port}/{info.dbname}"
    store = POSTGRES.open("shop", url)
    with closing(store):
        seen = store.sample("person", Bounds())
        assert (seen.columns, tuple(seen.rows), seen.whole) == (("id", "name"), ((1, "Alice"),), False)
        refused = store.sample("secret", Bounds())
        assert (tuple(refused.rows), refused.whole, refused.fault) == ((), False, "InsufficientPrivilege")


def test_a_foreign_table_is_read_as_far_as_it_answers(postgres_live: Live) -> None:
    try:
        postgres_live.run("CREATE EXTENSION file_fdw; CREATE SERVER files FOREIGN DATA WRAPPER file_fdw")
    except psycopg.Error:
        pytest.skip("no foreign data wrapper comes with this PostgreSQL")
    try:
        postgres_live.run("CREATE FOREIGN TABLE away (word text) SERVER files OPTIONS (program 'echo hello')")
        assert tuple(sample(postgres_live, "away").rows) == (("hello",),)
    finally:
        postgres_live.run("DROP EXTENSION file_fdw CASCADE")


def test_two_samples_at_once_do_not_meet(new_live: Callable[..., Live]) -> None:
    live = new_live("sqlite")
    fill(live, "visit", "id INTEGER PRIMARY KEY", "i", 20_000)
    seen: list[Sample] = []
    threads = [threading.Thread(target=lambda: seen.append(sample(live, "visit"))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen[0].rows == seen[1].rows
