"""Every store finds rows by keys of any type and name, changes exactly those, and leaves the others as they were."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from ipaddress import ip_address
from typing import Any
from uuid import UUID

import pytest

from live import Live, Row, hand, one
from troth.datamap.model import Ref
from troth.datamap.reader import ByValues, Everything, Select
from troth.planning.freeze import freeze, thaw
from troth.planning.plan import NULL, New, Step
from troth.stores import Opened

TEXTS = [
    "plain", "it's", 'say "hi"', "50%", "%s", "a_b", "back\\slash", "two\nlines", "tab\t", " padded ", "", "Case", "case",
    "Æblegård", "æblegård", "'; DROP TABLE thing; --", "{1,2}", "NULL", "😀", "?", ":name", "$1",
]  # fmt: skip
COMMON: dict[str, Sequence[Any]] = {
    "INTEGER": [0, -1, 7, 2**31 - 1],
    "BIGINT": [2**62, -(2**62), 5],
    "TEXT": TEXTS,
    "VARCHAR(30)": ["a", "a ", "A", "x" * 30],
}
ONLY: dict[str, dict[str, Sequence[Any]]] = {
    "sqlite": {
        "BLOB": [b"", b"\x00\xff", b"abc"],
        "NUMERIC": [1, 1.5, "1.50x"],
        "REAL": [0.1, 1e300, -2.0],
        "DATE": ["2024-02-29", "2024-03-01"],
        "": [1, "1", b"1", 1.5],
    },
    "postgres": {
        "bytea": [b"", b"\x00\xff", b"abc"],
        "uuid": [UUID(int=1), UUID("6fa459ea-ee8a-3ca4-894e-db77e160355e")],
        "numeric(12,2)": [Decimal("1.00"), Decimal("1.50"), Decimal("-9999999999.99")],
        "double precision": [0.1, 1e300, -2.0],
        "date": [date(2024, 2, 29), date(1, 1, 1), date(9999, 12, 31)],
        "timestamp": [datetime(2024, 1, 1, 12, 0, 0, 5), datetime(1900, 1, 1)],  # noqa: DTZ001  (a type without a zone)
        "timestamptz": [datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 7, 1, 10, 30, tzinfo=UTC)],
        "time": [time(0, 0), time(23, 59, 59, 999999)],
        "boolean": [True, False],
        "mood": ["so so", "Good", "it's bad"],
        "char(5)": ["a", "ab", "abcde"],
        "text[]": [[], ["a", "b"], ["it's", 'q"', "c,d", "{}", "", "NULL"], [None]],
        "integer[]": [[], [1, 2], [2, 1]],
        "inet": [ip_address("192.0.2.1"), ip_address("2001:db8::1")],
    },
    "mysql": {
        "BLOB": [b"", b"\x00\xff", b"abc"],
        "VARBINARY(16)": [b"", b"a", b"a ", b"a\x00", b"A"],
        "BINARY(4)": [b"abcd", b"\x00\xff\x00\x00"],
        "BIGINT UNSIGNED": [0, 2**63, 2**64 - 1],
        "TINYINT(1)": [0, 1, -5],
        "BIT(1)": [0, 1],
        "BIT(64)": [0, 2**64 - 1, 5],
        "YEAR": [0, 1901, 2155],
        "DECIMAL(12,2)": [Decimal("1.00"), Decimal("1.50"), Decimal("-9999999999.99")],
        "DECIMAL(65,30)": [Decimal("0." + "0" * 29 + "1"), Decimal("12345678901234567890123456789012345.5")],
        "DOUBLE": [0.1, 1e300, -2.0, 1 / 3],
        "FLOAT": [0.1, 16777217.0, 1 / 3],
        "DATE": [date(2024, 2, 29), date(1, 1, 1), date(9999, 12, 31), "0000-00-00", "2024-00-00"],
        "DATETIME(6)": [datetime(2024, 1, 1, 12, 0, 0, 5), datetime(1000, 1, 1), "0000-00-00 00:00:00"],  # noqa: DTZ001  (a type without a zone)
        "TIMESTAMP NULL": [datetime(2024, 10, 27, hour, 30) for hour in (0, 1, 2)],  # noqa: DTZ001  (winter begins)
        "TIME(6)": ["00:00:00", "23:59:59.999999", "-838:59:59", "300:00:01"],
        "CHAR(5)": ["a", "A", "å", "abcde"],
        "VARCHAR(40)": [
            "müller",
            "muller",
            "MULLER",
            "muller ",
            " muller",
            "müller\u200b",
            "ＭULLER",
            "ß",
            "ss",
            "0",
            "00",
            "0x",
        ],
        "VARCHAR(30) CHARACTER SET latin1": ["æ", "ae", "Æ", "æ ", "?", "a"],
        "VARCHAR(30) CHARACTER SET utf8mb3 COLLATE utf8mb3_danish_ci": ["å", "aa", "AA", "Å"],
        "VARCHAR(30) CHARACTER SET utf16": ["😀", "a", "A "],
        "LONGTEXT": ["x" * 70_000, "x" * 69_999 + "X", "y"],
        "ENUM('so so','Good','it''s bad')": ["so so", "Good", "it's bad"],
        "SET('a','b','c')": ["", "a", "a,b", "c"],
        "JSON": ['{"a": 1}', '{"a":1}', "[]"],
        "UUID": ["00000000-0000-0000-0000-000000000001", "6fa459ea-ee8a-3ca4-894e-db77e160355e"],
        "INET6": ["::1", "2001:db8::1"],
    },
}
TYPES = [(kind, t) for kind in ONLY for t in (*COMMON, *ONLY[kind])]


def fill(live: Live, table: str, rows: Sequence[Row], columns: int) -> None:
    if live.kind == "postgres":
        with live.postgres().cursor() as cursor:
            marks = ", ".join(["%s"] * columns)
            cursor.executemany(
                f"INSERT INTO {table.replace(chr(37), chr(37) * 2)} VALUES ({marks})".encode(), rows
            )
        return
    if live.kind == "mysql":
        with live.mysql().cursor() as cursor:
            marks = ", ".join(["%s"] * columns)
            cursor.executemany(f"INSERT INTO {table.replace(chr(37), chr(37) * 2)} VALUES ({marks})", rows)
        return
    for row in rows:
        live.write(f"INSERT INTO {table} VALUES ({', '.join('?' * columns)})", row)


def read(store: Opened, table: str, columns: tuple[str, ...], where: Any = None) -> list[Row]:
    return [row for chunk in store.rows(Select(table, columns, where or Everything())) for row in chunk]


@pytest.mark.parametrize(
    ("kind", "native"),
    [pytest.param(k, t, marks=[getattr(pytest.mark, k)] if k != "sqlite" else []) for k, t in TYPES],
)
def test_a_key_of_any_type_names_its_row_and_no_other(kind: str, native: str, new_live: Any) -> None:
    live: Live = new_live(kind)
    values = COMMON.get(native) or ONLY[kind][native]
    mood = "CREATE TYPE mood AS ENUM ('so so', 'Good', 'it''s bad');" if native == "mood" else ""
    live.run(f"{mood}CREATE TABLE thing (k {native}, v TEXT, w TEXT);")
    fill(live, "thing", [(value, "secret", "stays") for value in values], 3)
    with live.opened(write=True) as store:
        keys = [(row[0],) for row in read(store, "thing", ("k",))]
        assert len(keys) == len(values)
        for wanted in (keys[:1], keys[1:], keys):
            assert sorted(map(repr, read(store, "thing", ("k",), ByValues(("k",), wanted)))) == sorted(
                map(repr, wanted)
            )
        step = Step(Ref("shop", "thing"), "anonymise", ("k",), (), keys[:-1], ("v",), (NULL,))
        store.execute(thaw(freeze(one(step.ref, [step]))), hand())
        assert [row for row in read(store, "thing", ("k", "v")) if row[1]] == [(keys[-1][0], "secret")]
        step = Step(Ref("shop", "thing"), "erase", ("k",), ("w",), [(*keys[0], "stays")])
        store.execute(thaw(freeze(one(step.ref, [step]))), hand())
        left = read(store, "thing", ("k",))
        assert sorted(map(repr, left)) == sorted(map(repr, keys[1:]))


NAMES = [
    "order", "select", "MiXed", "50% off", 'say "hi"', "it's", "a.b", "a b", "%s", "with;semicolon", "naïve", "rowid", "k0",
    "t", "(x)", "v",
]  # fmt: skip


def test_a_name_may_be_any_name(live: Live) -> None:
    quoted = ['"' + name.replace('"', '""') + '"' for name in NAMES]
    for name in quoted:
        live.run(
            f"CREATE TABLE {name} (k TEXT PRIMARY KEY, {', '.join(f'{column} TEXT' for column in quoted)})"
        )
        fill(live, name, [(key, *([f"old {key}"] * len(NAMES))) for key in ("1", "2")], len(NAMES) + 1)
    with live.opened(write=True) as store:
        tables = store.reflect().tables
        assert len(tables) == len(NAMES)
        for dataset, table in tables.items():
            assert [column.name for column in table.columns] == ["k", *NAMES]
            ref = Ref("shop", dataset)
            columns, values = tuple(NAMES), tuple(New("constant", f"new {name}") for name in NAMES)
            steps = [
                Step(
                    ref, "anonymise", ("k",), ("order", "50% off"), [("1", "old 1", "old 1")], columns, values
                ),
                Step(
                    ref,
                    "redact",
                    ("k",),
                    (),
                    [("1",)],
                    ("%s", 'say "hi"'),
                    (New("redact"), New("token", "text")),
                ),
                Step(ref, "anonymise", ("order",), (), [("new order",)], ("MiXed",), (New("token", "text"),)),
            ]
            store.execute(one(ref, steps), hand())
            assert store.refused(steps[0]) == ()
            rows = {row[0]: row[1:] for row in read(store, dataset, ("k", *NAMES))}
            assert rows["2"] == ("old 2",) * len(NAMES)
            changed = dict(zip(NAMES, rows["1"], strict=True))
            assert {n: c for n, c in changed.items() if n not in ("MiXed", 'say "hi"')} == {
                n: f"new {n}" for n in NAMES if n not in ("MiXed", 'say "hi"')
            }
            assert len({changed["MiXed"], changed['say "hi"'], "new MiXed"}) == 3


def test_a_schema_may_be_any_schema(live: Live) -> None:
    if live.kind != "postgres":
        return  # a SQLite file has one schema; on MariaDB another schema is another database, a system of its own
    live.run(
        'CREATE SCHEMA "Other One"; CREATE SCHEMA billing; CREATE TABLE billing.note (id int PRIMARY KEY, t text);'
    )
    live.run(
        'CREATE TABLE "Other One"."Note.s" (id int PRIMARY KEY, t text); CREATE TABLE note (id int PRIMARY KEY, t text);'
    )
    for table in ("billing.note", '"Other One"."Note.s"', "note"):
        live.run(f"INSERT INTO {table} VALUES (1, 'a'), (2, 'b')")
    with live.opened(write=True) as store:
        datasets = list(store.reflect().tables)
        assert len(datasets) == 3
        for dataset in datasets:
            step = Step(Ref("shop", dataset), "erase", ("id",), (), [(1,)])
            store.execute(one(step.ref, [step]), hand())
        assert [read(store, dataset, ("id", "t")) for dataset in datasets] == [[(2, "b")]] * 3
        done = store.settle(datasets).done
        assert any(line.startswith("3 tables were rewritten") for line in done), done


def test_rows_are_addressed_with_or_without_a_primary_key(live: Live) -> None:
    tail = " WITHOUT ROWID" if live.kind == "sqlite" else ""
    live.run(
        f"CREATE TABLE pair (a INTEGER, b VARCHAR(20), c TEXT, PRIMARY KEY (a, b)){tail};"
        "INSERT INTO pair VALUES (1, 'x', 'a'), (1, 'y', 'b'), (2, 'x', 'c'), (2, 'y', 'd');"
        "CREATE TABLE loose (a INTEGER, b TEXT, c TEXT);"
        "INSERT INTO loose VALUES (1, 'x', 'a'), (1, NULL, 'b'), (NULL, NULL, NULL), (1, 'x', 'a'), (2, 'x', 'c');"
    )
    with live.opened(write=True) as store:
        pair, loose = Ref("shop", "pair"), Ref("shop", "loose")
        columns = ("a", "b", "c")
        assert sorted(read(store, "pair", columns, ByValues(("a", "b"), [(1, "y"), (2, "x")]))) == [
            (1, "y", "b"),
            (2, "x", "c"),
        ]
        store.execute(one(pair, [Step(pair, "erase", ("a", "b"), (), [(1, "y"), (2, "x")])]), hand())
        store.execute(
            one(
                pair,
                [
                    Step(
                        pair, "anonymise", ("a", "b"), ("c",), [(1, "x", "a"), (2, "y", "?")], ("c",), (NULL,)
                    )
                ],
            ),
            hand(),
        )
        assert sorted(read(store, "pair", columns), key=repr) == [(1, "x", None), (2, "y", "d")]
        assert store.reflect().tables["loose"].key in ((), ("rowid",))
        assert read(store, "loose", columns, ByValues(columns, [(1, None, "b")])) == [(1, None, "b")]
        gone: list[Row] = [(1, "x", "a"), (1, None, "b"), (None, None, None)]
        store.execute(one(loose, [Step(loose, "erase", columns, (), gone)]), hand())
        assert read(store, "loose", columns) == [(2, "x", "c")]


def test_a_chain_of_links_is_walked_to_its_end_in_one_statement(live: Live) -> None:
    live.run("CREATE TABLE part (id INTEGER PRIMARY KEY, of_part INTEGER);")
    fill(live, "part", [(n, n - 1 or None) for n in range(1, 400)], 2)
    live.run(
        "UPDATE part SET of_part = 399 WHERE id = 1; INSERT INTO part VALUES (1000, 1000), (1001, NULL);"
    )
    with live.opened() as store:
        before = store.statements()
        found = read(store, "part", ("id",), ByValues(("of_part",), [(5,)], ("id",)))
        assert {row[0] for row in found} == set(range(1, 400)), "a circle, walked once"
        assert store.statements() - before <= 2
