"""Every cell of MariaDB that can hold an identifier is given as bytes, whatever its type, length, character set or age."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from live import Live
from troth.datamap.reader import TOO_LONG, Bounds

pytestmark = pytest.mark.mysql
CANARY = "zoë.canary@inbox.example"


@pytest.fixture
def live(new_live: Callable[..., Live]) -> Live:
    return new_live("mysql")


def swept(live: Live, table: str) -> list[dict[str, bytes]]:
    with live.opened() as store:
        told = []
        for block in store.blocks(table):  # type: ignore[attr-defined]
            assert len(block.data) == sum(map(len, block.pieces()))
            told += [dict(zip(block.columns, block.cells(at), strict=True)) for at in range(len(block))]
        return told


@pytest.mark.parametrize(
    "native",
    [
        "TEXT", "VARCHAR(60)", "CHAR(60)", "LONGTEXT", "JSON", "VARCHAR(60) CHARACTER SET latin1", "TEXT CHARACTER SET utf16",
        "VARBINARY(80)", "BLOB", f"ENUM('{CANARY}')", f"SET('{CANARY}')",
    ],
)  # fmt: skip
def test_a_text_of_any_type_is_given_in_utf8(live: Live, native: str) -> None:
    value = f'"{CANARY}"' if native == "JSON" else CANARY
    live.run(f"CREATE TABLE t (id INTEGER PRIMARY KEY, v {native})")
    live.write("INSERT INTO t VALUES (1, ?), (2, NULL)", [value])
    assert swept(live, "t") == [{"id": b"1", "v": value.encode()}, {"id": b"2", "v": b""}]


def test_numbers_are_given_in_digits_and_dates_are_not(live: Live) -> None:
    live.run(
        "CREATE TABLE t (n BIGINT UNSIGNED, d DECIMAL(12,2), b BIT(40), day DATE, ok BOOLEAN, hid VARCHAR(9) INVISIBLE DEFAULT 'seen');"
        "INSERT INTO t (n, d, b, day, ok) VALUES (18446744073709551615, 12345678.90, 99999, '2024-01-01', TRUE);"
    )
    assert swept(live, "t") == [
        {"n": b"18446744073709551615", "d": b"12345678.90", "b": b"99999", "hid": b"seen"}
    ]


def test_what_is_too_long_is_said_and_not_passed_over(live: Live) -> None:
    live.run("CREATE TABLE t (v LONGTEXT); INSERT INTO t VALUES (REPEAT('x', 9000000)), ('short');")
    assert sorted(row["v"] for row in swept(live, "t")) == sorted([TOO_LONG, b"short"])


def test_rows_that_are_only_history_are_given_too(live: Live) -> None:
    live.run(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT) WITH SYSTEM VERSIONING;"
        f"INSERT INTO t VALUES (1, '{CANARY}'); UPDATE t SET v = 'x'; DELETE FROM t;"
    )
    assert sorted(row["v"] for row in swept(live, "t")) == [b"x", CANARY.encode()]


def test_sizes_are_told_for_every_table(live: Live) -> None:
    live.run("CREATE TABLE t (v TEXT); CREATE VIEW w AS SELECT v FROM t; CREATE SEQUENCE s;")
    with live.opened() as store:
        sizes = store.sizes()  # type: ignore[attr-defined]
    assert set(sizes) == {"t"}
    assert sizes["t"] > 0


def test_a_sample_leaves_the_session_as_it_was(live: Live) -> None:
    live.run(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); INSERT INTO t SELECT seq, 'v' FROM seq_1_to_5000;"
    )
    with live.opened() as store:
        with store._line() as line, line.cursor() as cursor:  # type: ignore[attr-defined]
            cursor.execute("SELECT @@SESSION.max_statement_time")
            before = cursor.fetchone()
        seen = store.sample("t", Bounds(rows=100))  # type: ignore[attr-defined]
        assert 50 <= len(seen.rows) <= 100
        with store._line() as line, line.cursor() as cursor:  # type: ignore[attr-defined]
            cursor.execute("SELECT @@SESSION.max_statement_time")
            assert cursor.fetchone() == before
