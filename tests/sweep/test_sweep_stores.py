"""The contract of every store: a canary in any column of any table is found, and what is not read is said."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest

from live import KINDS, Live
from troth.datamap.mapfile import loads
from troth.datamap.reader import LONGEST_CELL
from troth.planning.residue import EVERYWHERE, Tally
from troth.planning.written import Wanted
from troth.workflows.sweeping import SAVED_EVERY, Sweep

ALMA, PHONE, CPR = "alma@vindheim.example", "31425364", "0101701234"
SOUGHT = (
    Wanted(0, "email", "email", ALMA),
    Wanted(0, "phone", "phone", f"+45{PHONE}"),
    Wanted(0, "national_id", "national_id", CPR),
)
EMPTY = "troth: 1\nsystems:\n  shop:\n    url: {url}\n    datasets: {{}}\n"


@pytest.fixture(params=KINDS)
def shop(request: pytest.FixtureRequest, new_live: Callable[..., Live]) -> Live:
    return new_live(request.param)


def sweep(
    live: Live, text: str = EMPTY, tally: Tally | None = None, wanted: tuple[Wanted, ...] = SOUGHT
) -> Tally:
    url = live.url if live.kind == "sqlite" else "postgresql://somewhere/shop"
    with live.opened() as store:
        return Sweep(loads(text.format(url=url)), {"shop": store}, wanted, tally=tally or Tally()).run()


def places(tally: Tally) -> dict[str, int]:
    return {
        f"{place.ref.dataset}.{place.column}: {place.spelling}": rows for place, rows in tally.counts.items()
    }


def reasons(tally: Tally) -> list[str]:
    """Why something was not read, the other databases of the tests' server aside."""
    return [reason for ref, reason in tally.skipped if ref.dataset != "other databases"]


def test_text_keys_and_numbers_of_tables_nobody_mapped(shop: Live) -> None:
    shop.run(
        f"CREATE TABLE a (k varchar(80) PRIMARY KEY, n bigint, note text);"
        f"INSERT INTO a VALUES ('{ALMA}', {PHONE}, 'ring {PHONE}'), ('bo@vindheim.example', 31425365, NULL), ('c', 101701234, '{CPR}');"
        f'CREATE TABLE "per cent %s 100%" ("what % it, is" text, d date, b boolean); '
        f"INSERT INTO \"per cent %s 100%\" VALUES ('til {ALMA}', NULL, NULL), (NULL, NULL, NULL);"
        "CREATE TABLE hollow (x text);"
    )
    tally = sweep(shop)
    assert places(tally) == {
        "a.k: e-mail": 1,
        "a.n: phone number, written otherwise": 1,
        "a.n: national id, written otherwise": 1,
        "a.note: phone number, in text": 1,
        "a.note: national id": 1,
        "per cent %s 100%.what % it, is: e-mail, in text": 1,
    }
    assert (tally.datasets, tally.rows) == (3, 5)
    assert tally.bytes > 100
    assert tally.report({}, tally.by_person().get(1, {}))["residue"] == []
    assert sum(place["rows"] for place in tally.report({}, tally.by_person()[0])["residue"]) == 6


def test_bytes_are_searched_and_said_to_be_only_bytes(shop: Live) -> None:
    kind = {"postgres": "bytea", "mysql": "longblob"}.get(shop.kind, "blob")
    shop.run(f"CREATE TABLE files (id integer PRIMARY KEY, body {kind})")
    bodies = [
        b"From: " + ALMA.encode() + b"\r\n\xff\xfe\x00",
        f"til {ALMA} her".encode("utf-16"),
        b"\x89PNG\r\n" + bytes(range(256)) * 4_000 + ALMA.encode() + bytes(range(256)) * 4_000,
        b"nothing",
        b"",
        None,
    ]
    mark = "%s" if shop.kind == "postgres" else "?"
    for number, body in enumerate(bodies):
        shop.write(f"INSERT INTO files VALUES ({mark}, {mark})", (number, body))
    tally = sweep(shop)
    assert places(tally) == {"files.body: e-mail, in text": 2, "files.body: e-mail, in text, UTF-16": 1}
    assert reasons(tally) == ["body: searched as bytes; what is packed or encrypted in it was not opened"]


def test_blocks_are_bounded_and_every_row_is_in_one(shop: Live) -> None:
    shop.run("CREATE TABLE log (id integer PRIMARY KEY, line text)")
    filler = "x " * 300
    rows = ", ".join(f"({at}, '{at} {filler}{ALMA if at % 500 == 7 else ''}')" for at in range(3_000))
    shop.run(f"INSERT INTO log VALUES {rows}")
    with shop.opened() as store:
        store.reflect()
        blocks = list(store.blocks("log"))
        assert sum(map(len, blocks)) == 3_000
        assert len(blocks) > 3
        for block in blocks:
            assert len(block.data) < 500_000
            assert b"".join(block.pieces()) == block.data
            assert len(list(block.pieces())) == len(block)
            assert [name for name, _ in zip(block.columns, block.cells(0), strict=True)] == ["id", "line"]
        assert blocks[0].cells(0)[0] == b"0"
    assert places(sweep(shop)) == {"log.line: e-mail, in text": 6}


def test_a_value_too_long_to_hold_is_left_out_and_said(shop: Live) -> None:
    shop.run(
        f"CREATE TABLE log (id integer PRIMARY KEY, line {'longtext' if shop.kind == 'mysql' else 'text'})"
    )
    mark = "%s" if shop.kind == "postgres" else "?"
    shop.write(f"INSERT INTO log VALUES (1, {mark})", ("x" * (LONGEST_CELL + 1) + ALMA,))
    shop.write(f"INSERT INTO log VALUES (2, {mark})", ("x" * (LONGEST_CELL // 8) + " " + ALMA,))
    tally = sweep(shop)
    assert places(tally) == {"log.line: e-mail, in text": 1}
    assert reasons(tally) == ["1 values of more than 16 MB were left out"]


def test_a_dataset_the_map_leaves_out_is_listed_and_views_are_not_read(shop: Live) -> None:
    shop.run(
        f"CREATE TABLE notes (id integer PRIMARY KEY, body text); INSERT INTO notes VALUES (1, '{ALMA}');"
        f"CREATE TABLE seen (id integer PRIMARY KEY, body text); INSERT INTO seen VALUES (1, '{ALMA}');"
        "CREATE VIEW shown AS SELECT * FROM notes;"
    )
    text = (
        "troth: 1\nsystems:\n  shop:\n    url: {url}\n    datasets:\n      notes:\n        key: [id]\n"
        "        unsearched: sealed by the court\n        fields: {{id: key, body: free_text}}\n"
    )
    tally = sweep(shop, text)
    assert places(tally) == {"seen.body: e-mail": 1}
    assert reasons(tally) == ["sealed by the court", "a view: what it shows stands in the tables it reads"]
    assert places(sweep(shop)) == {"seen.body: e-mail": 1, "notes.body: e-mail": 1}


def test_a_short_number_is_looked_for_in_columns_of_its_kind_only(shop: Live) -> None:
    shop.run(
        "CREATE TABLE crm (id integer PRIMARY KEY, customer_no text, n integer); INSERT INTO crm VALUES (1, '42', 7), (42, '421', 42);"
        "CREATE TABLE other (customer_no text); INSERT INTO other VALUES ('42');"
    )
    text = (
        "troth: 1\nsystems:\n  shop:\n    url: {url}\n    datasets:\n      crm:\n        key: [id]\n"
        "        fields: {{id: key, customer_no: customer_no, n: quantity}}\n"
    )
    tally = sweep(shop, text, wanted=(Wanted(0, "customer_no", "text", "42"),))
    assert places(tally) == {"crm.customer_no: customer or member number": 1}
    assert len(reasons(tally)) == 1
    assert EVERYWHERE in {ref for ref, _ in tally.skipped}


def test_it_goes_on_where_it_stopped(shop: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed in the third table, a sweep that takes up what was saved reads the first two no more, and counts as one."""
    for name in "abcd":
        shop.run(
            f"CREATE TABLE {name} (id integer PRIMARY KEY, t text); INSERT INTO {name} VALUES (1, '{ALMA}'), (2, 'x');"
        )
    whole = sweep(shop)
    assert len(whole.counts) == 4
    monkeypatch.setattr("troth.workflows.sweeping.SAVED_EVERY", 1)
    assert SAVED_EVERY > 1_000_000
    saved: list[dict[str, object]] = []
    url = shop.url if shop.kind == "sqlite" else "postgresql://somewhere/shop"
    with shop.opened() as store:
        real, read = store.blocks, []

        def blocks(dataset: str) -> object:
            read.append(dataset)
            if len(read) == 3:
                raise KeyboardInterrupt
            return real(dataset)

        monkeypatch.setattr(store, "blocks", blocks)
        sweeping = Sweep(loads(EMPTY.format(url=url)), {"shop": store}, SOUGHT)
        with pytest.raises(KeyboardInterrupt):
            sweeping.run(lambda tally: saved.append(tally.told()))
        first = read[:2]
        sweeping = Sweep(
            loads(EMPTY.format(url=url)), {"shop": store}, SOUGHT, tally=Tally.from_told(saved[-1])
        )
        assert sweeping.run().told() == whole.told()
        assert sorted([*first, *read[3:]]) == list("abcd")


# ------------------------------------------------------------------ what only one store has


@pytest.fixture
def postgres(new_live: Callable[..., Live]) -> Live:
    return new_live("postgres")


@pytest.mark.postgres
def test_every_kind_of_column_of_postgresql(postgres: Live) -> None:
    postgres.run(
        "CREATE TYPE mood AS (who text, how int); CREATE EXTENSION IF NOT EXISTS hstore;"
        f"CREATE TABLE t (id int PRIMARY KEY, j json, b jsonb, x xml, a text[], aa text[][], v tsvector, m mood, h hstore, c char(40),"
        f" n numeric(12), n2 varchar(30), big bigint[], d timestamptz, f double precision);"
        f'INSERT INTO t VALUES (1, \'{{"m": "alma\\u0040vindheim.example"}}\', \'{{"m": ["{ALMA}"]}}\','
        f" '<a to=\"alma&#64;vindheim.example\"/>', ARRAY['bo', '{ALMA}'], ARRAY[['x', '{ALMA}']], to_tsvector('simple', 'til {ALMA}'),"
        f" ROW('{ALMA}', 1), hstore('mail', '{ALMA}'), '{ALMA}', {CPR}, 'ALMA@VINDHEIM.EXAMPLE', ARRAY[1, {PHONE}], now(), 1.5);"
    )
    found = places(sweep(postgres))
    assert {place.partition(":")[0].removeprefix("t.") for place in found} == {
        "j", "b", "x", "a", "aa", "v", "m", "h", "c", "n", "n2", "big",
    }  # fmt: skip
    assert found["t.j: e-mail, JSON escapes"] == found["t.x: e-mail, HTML entities"] == 1
    assert found["t.c: e-mail"] == found["t.n2: e-mail, written otherwise"] == 1


@pytest.mark.postgres
def test_every_kind_of_table_of_postgresql(postgres: Live) -> None:
    postgres.run(
        f"CREATE TABLE base (id int PRIMARY KEY, t text); INSERT INTO base VALUES (1, '{ALMA}');"
        "CREATE MATERIALIZED VIEW made AS SELECT * FROM base; DELETE FROM base;"
        f"CREATE UNLOGGED TABLE fast (t text); INSERT INTO fast VALUES ('{ALMA}');"
        "CREATE TABLE parted (id int, t text) PARTITION BY RANGE (id);"
        "CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (10);"
        f"INSERT INTO parted VALUES (1, '{ALMA}');"
        f'CREATE SCHEMA other; CREATE TABLE other."odd.name" (t text); INSERT INTO other."odd.name" VALUES (\'{ALMA}\');'
        "CREATE TABLE columnless (); INSERT INTO columnless DEFAULT VALUES;"
        "SELECT lo_from_bytea(0, 'alma');"
    )
    tally = sweep(postgres)
    assert {place.ref.dataset for place in tally.counts} == {"made", "fast", "parted", 'other."odd.name"'}
    assert all(rows == 1 for rows in tally.counts.values())
    assert "pg_largeobject" in {ref.dataset for ref, _ in tally.skipped}
    with postgres.opened() as store:
        store.reflect()
        sizes = store.sizes()
        assert all(sizes[name] > 0 for name in ("made", "fast", "parted", 'other."odd.name"'))


@pytest.mark.postgres
def test_what_a_role_may_not_read_is_said_and_the_rest_is_swept(postgres: Live) -> None:
    postgres.run(
        f"CREATE TABLE mine (t text); INSERT INTO mine VALUES ('{ALMA}');"
        f"CREATE TABLE theirs (t text); INSERT INTO theirs VALUES ('{ALMA}');"
        f"CREATE TABLE half (t text, secret text); INSERT INTO half VALUES ('+45{PHONE}', 'y');"
        "DROP ROLE IF EXISTS sweeper; CREATE ROLE sweeper; GRANT SELECT ON mine TO sweeper; GRANT SELECT (t) ON half TO sweeper;"
        "GRANT USAGE ON SCHEMA public TO sweeper;"
    )
    try:
        with postgres.opened() as store:
            store._db.execute("SET ROLE sweeper")  # type: ignore[attr-defined]
            tally = Sweep(
                loads(EMPTY.format(url="postgresql://somewhere/shop")), {"shop": store}, SOUGHT
            ).run()
        assert places(tally) == {"mine.t: e-mail": 1, "half.t: phone number": 1}
        assert reasons(tally) == ["no SELECT on the table", "no SELECT on the columns secret"]
        assert tally.datasets == 2
    finally:
        postgres.run("DROP OWNED BY sweeper; DROP ROLE sweeper")


@pytest.mark.postgres
def test_a_database_in_another_encoding(postgres: Live) -> None:
    with psycopg.connect(postgres.url, autocommit=True) as admin:
        admin.execute("DROP DATABASE IF EXISTS latin")
        admin.execute("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
    url = postgres.url.rpartition("/")[0] + "/latin"
    try:
        live = Live("postgres", url)
        live.run("SET client_encoding = 'UTF8'")
        live.run("CREATE TABLE t (id int, n text); INSERT INTO t VALUES (1, 'Søren Kjærlund')")
        tally = sweep(live, wanted=(Wanted(0, "full_name", "name", "søren kjærlund"),))
        live.close()
        assert places(tally) == {"t.n: name, written otherwise": 1}
        assert tally.report({})["residue"] == []
        assert len(tally.report({})["uncertain"]) == 1
    finally:
        with psycopg.connect(postgres.url, autocommit=True) as admin:
            admin.execute("DROP DATABASE latin WITH (FORCE)")


def test_every_kind_of_table_of_sqlite(new_live: Callable[..., Live]) -> None:
    live = new_live("sqlite")
    live.run(
        f"CREATE TABLE strict (k TEXT PRIMARY KEY, v) WITHOUT ROWID; INSERT INTO strict VALUES ('{ALMA}', {PHONE});"
        f"CREATE TABLE loose (n INTEGER, d DATE, r REAL); INSERT INTO loose VALUES ('{ALMA}', '{CPR}', x'{ALMA.encode().hex()}');"
        f"CREATE VIRTUAL TABLE words USING fts5(body); INSERT INTO words VALUES ('til {ALMA} her');"
        f"CREATE TABLE made (t TEXT, u TEXT GENERATED ALWAYS AS (upper(t)) VIRTUAL); INSERT INTO made (t) VALUES ('{ALMA}');"
    )
    assert places(sweep(live)) == {
        "strict.k: e-mail": 1,
        "strict.v: phone number, written otherwise": 1,
        "loose.n: e-mail": 1,
        "loose.d: national id, written otherwise": 1,
        "loose.r: e-mail": 1,
        "words.body: e-mail, in text": 1,
        "made.t: e-mail": 1,
        "made.u: e-mail, written otherwise": 1,
    }


def test_a_sqlite_file_in_utf_16(new_live: Callable[..., Live]) -> None:
    live = new_live("sqlite")
    live.run(
        "PRAGMA encoding = 'UTF-16'; CREATE TABLE t (a TEXT, b BLOB, c INTEGER);"
        f"INSERT INTO t VALUES ('{ALMA}', x'{ALMA.encode().hex()}', {PHONE});"
    )
    assert places(sweep(live)) == {
        "t.a: e-mail": 1,
        "t.b: e-mail": 1,
        "t.c: phone number, written otherwise": 1,
    }


def test_text_is_still_text_while_a_sweep_is_under_way(new_live: Callable[..., Live]) -> None:
    from troth.datamap.reader import Everything, Select

    live = new_live("sqlite")
    live.run(f"CREATE TABLE t (a TEXT); INSERT INTO t VALUES ('{ALMA}'), ('b');")
    with live.opened() as store:
        store.reflect()
        for _ in store.blocks("t"):
            assert [row for chunk in store.rows(Select("t", ("a",), Everything())) for row in chunk] == [
                (ALMA,),
                ("b",),
            ]
