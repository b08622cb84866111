"""Every store anonymises within its own constraints, redacts in place, and leaves every other byte as it was."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from live import Live, World, map_of

CUSTOMER = {
    "subject": "customer",
    "key": ["id"],
    "fields": {"id": "key", "name": "full_name", "email": "email"},
}
OWNED = [{"columns": ["customer_id"], "to": "customer [id]", "means": "OWNED_BY"}]
PEOPLE = (
    "CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT, email TEXT);"
    "INSERT INTO customer VALUES (1, 'Alice Alstrup', 'alice@inbox.example'), (2, 'Bob Bille', 'bob@inbox.example');"
)


def world(live: Live, script: str, **datasets: Mapping[str, Any]) -> World:
    live.run(PEOPLE + script)
    return World({"shop": live}, map_of({"shop": {"customer": CUSTOMER, **datasets}}))


def test_an_anonymised_value_satisfies_every_constraint(live: Live) -> None:
    texts = "code TEXT NOT NULL UNIQUE, email TEXT NOT NULL UNIQUE, "
    texts += "zip TEXT NOT NULL CHECK (length(zip) = 4), sex TEXT NOT NULL CHECK (sex IN ('m', 'f', 'x'))"
    shop = world(
        live,
        f"CREATE TABLE bill (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customer, {texts},"
        "city VARCHAR(3) NOT NULL,"
        " born DATE NOT NULL, pet TEXT CHECK (pet IS NULL OR pet <> ''),"
        "total INTEGER NOT NULL, CONSTRAINT named CHECK (email LIKE '%@%'));"
        "INSERT INTO bill VALUES (1, 1, 'c1', 'alice@inbox.example', '2100', 'f', 'Kbh', '1870-01-01', 'cat', 10),"
        " (2, 1, 'c2', 'alice@work.example', '2200', 'f', 'Kbh', '1870-01-01', NULL, 20),"
        " (3, 2, 'c3', 'bob@inbox.example', '2300', 'm', 'Kbh', '1871-01-01', 'dog', 30);",
        bill={
            "key": ["id"],
            "erase": "anonymise",
            "fields": {
                "id": "key", "customer_id": "key", "code": "customer_no", "email": "email", "zip": "postal_code", "sex": "gender",
                "city": "city", "born": "birth_date", "pet": "person_other", "total": "amount",
            },
            "links": OWNED,
        },
    )  # fmt: skip
    his = live.query("SELECT * FROM bill WHERE id = 3")
    shop.erase("customer=1")
    left = live.query(
        "SELECT id, customer_id, code, email, zip, sex, city, CAST(born AS TEXT), pet, total FROM bill WHERE id < 3 ORDER BY id"
    )
    assert [(row[0], row[1], row[8], row[9]) for row in left] == [(1, None, None, 10), (2, None, None, 20)]
    held = [cell for row in left for cell in row[2:8]]
    assert not {
        "c1",
        "c2",
        "alice@inbox.example",
        "alice@work.example",
        "2100",
        "f",
        "Kbh",
        "1870-01-01",
    } & set(held)
    assert left[0][2] != left[1][2], "unique values stay unique"
    assert live.query("SELECT * FROM bill WHERE id = 3") == his


def test_what_no_neutral_value_can_satisfy_is_asked_and_nothing_is_done(live: Live) -> None:
    shop = world(
        live,
        "CREATE TABLE bill (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customer, "
        "phone TEXT NOT NULL CHECK (phone LIKE '+45%'));"
        "INSERT INTO bill VALUES (1, 1, '+4511223344');",
        bill={"key": ["id"], "erase": "anonymise", "fields": {"id": "key", "customer_id": "key", "phone": "phone"}, "links": OWNED},
    )  # fmt: skip
    before = live.dump()
    assert [(q.id, q.place) for q in shop.plan("customer=1").blocked] == [("plan.Q006", "shop.bill.phone")]
    assert live.dump() == before


def test_an_erased_value_of_the_map_is_what_the_cell_holds(live: Live) -> None:
    shop = world(
        live,
        "CREATE TABLE bill (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customer, "
        "phone TEXT NOT NULL CHECK (phone LIKE '+45%'), born DATE NOT NULL);"
        "INSERT INTO bill VALUES (1, 1, '+4511223344', '1870-01-01');",
        bill={
            "key": ["id"], "erase": "anonymise", "links": OWNED,
            "fields": {"id": "key", "customer_id": "key", "phone": {"category": "phone", "erased": "+4500000000"}, "born": "birth_date"},
        },
    )  # fmt: skip
    shop.erase("customer=1")
    ((phone, born),) = live.query("SELECT phone, CAST(born AS TEXT) FROM bill")
    assert (phone, born != "1870-01-01") == ("+4500000000", True)


def test_generated_and_identity_columns_are_never_written(live: Live) -> None:
    identity = {
        "postgres": "INTEGER GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
        "sqlite": "INTEGER PRIMARY KEY AUTOINCREMENT",
        "mysql": "INTEGER AUTO_INCREMENT PRIMARY KEY",
    }[live.kind]
    shop = world(
        live,
        f"CREATE TABLE clerk (id {identity}, first TEXT NOT NULL, last TEXT NOT NULL, "
        "whole TEXT GENERATED ALWAYS AS (first || ' ' || last) STORED);"
        "INSERT INTO clerk (first, last) VALUES ('Olga', 'Oest'), ('Sam', 'Sand');"
        "CREATE TABLE visit (id INTEGER PRIMARY KEY, seller INTEGER NOT NULL REFERENCES clerk);"
        "INSERT INTO visit VALUES (1, 1), (2, 2);",
        clerk={
            "subject": "clerk", "key": ["id"], "nobody": {"id": -1},
            "fields": {"id": "key", "first": "first_name", "last": "last_name", "whole": "full_name"},
        },
        visit={
            "key": ["id"], "fields": {"id": "key", "seller": "key"},
            "links": [{"columns": ["seller"], "to": "clerk [id]", "means": "MENTIONS"}],
        },
    )  # fmt: skip
    shop.erase("clerk=1")
    assert live.query("SELECT * FROM visit ORDER BY id") == [(1, -1), (2, 2)]
    assert live.query("SELECT * FROM clerk ORDER BY id") == [
        (-1, "[erased]", "[erased]", "[erased] [erased]"),
        (2, "Sam", "Sand", "Sam Sand"),
    ]


def test_text_and_json_lose_the_identifier_and_nothing_else(live: Live) -> None:
    kept = '{"who": "Alice@Inbox.Example" , "n":1.50, "tags":["a","alice@inbox.example b"],"n":2}'
    gone = '{"who": "[erased]" , "n":1.50, "tags":["a","[erased] b"],"n":2}'
    body = "Call alice@inbox.example,\r\n  or bob@inbox.example;\tthanks  "
    shop = world(
        live,
        "CREATE TABLE event (id INTEGER PRIMARY KEY, text_json TEXT, body TEXT, raw BLOB, note TEXT);".replace(
            "BLOB", "bytea" if live.kind == "postgres" else "BLOB"
        ),
        event={
            "key": ["id"],
            "fields": {
                "id": "key",
                "text_json": "json",
                "body": "free_text",
                "raw": "none",
                "note": "free_text",
            },
        },
    )
    raw = b"\x00alice@inbox.example\xff"
    mark = "?" if live.kind == "sqlite" else "%s"
    for key, text in ((1, kept), (2, kept.replace("lice", "lfred"))):
        live.write(
            f"INSERT INTO event VALUES ({', '.join([mark] * 5)})",
            (key, text, body if key == 1 else "calm", raw, None),
        )
    two = live.query("SELECT * FROM event WHERE id = 2")
    shop.erase("customer=1")
    ((text, prose, blob),) = live.query("SELECT text_json, body, raw FROM event WHERE id = 1")
    assert (text, prose, bytes(blob)) == (gone, body.replace("alice@inbox.example", "[erased]"), raw)
    assert live.query("SELECT * FROM event WHERE id = 2") == two


def test_json_and_array_columns_keep_their_type(live: Live) -> None:
    if live.kind != "postgres":
        return  # SQLite and MariaDB have neither type; their JSON is text
    shop = world(
        live,
        "CREATE TABLE event (id INTEGER PRIMARY KEY, j json, b jsonb, a text[], n integer[], x xml);"
        """INSERT INTO event VALUES (1, '{"z": "alice@inbox.example",  "a": [1, 2.50]}',
           '{"alice@inbox.example": {"k": ["alice@inbox.example", 1]}}',
           ARRAY['alice@inbox.example', 'x, "y"', NULL, '{}'], '{1,2}', '<a>alice@inbox.example</a>'),
           (2, '{"z":  1}', '{"k": 1}', '{a}', '{1}', NULL);""",
        event={
            "key": ["id"],
            "fields": {
                "id": "key",
                "j": "json",
                "b": "json",
                "a": "free_text",
                "n": "none",
                "x": "free_text",
            },
        },
    )
    shop.erase("alice@inbox.example")
    assert live.query("SELECT j::text, b::text, a, n, x::text FROM event ORDER BY id") == [
        (
            '{"z": "[erased]",  "a": [1, 2.50]}', json.dumps({"[erased]": {"k": ["[erased]", 1]}}),
            ["[erased]", 'x, "y"', None, "{}"], [1, 2], "<a>[erased]</a>",
        ),
        ('{"z":  1}', '{"k": 1}', ["a"], [1], None),
    ]  # fmt: skip


def test_a_partitioned_table_is_one_dataset(live: Live) -> None:
    if live.kind != "postgres":
        return  # SQLite has no partitions; those of MariaDB know no foreign keys (test_traps_mysql.py)
    shop = world(
        live,
        "CREATE TABLE paid (id INTEGER, day DATE, customer_id INTEGER REFERENCES customer,"
        "payer TEXT, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);"
        "CREATE TABLE paid_1 PARTITION OF paid FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');"
        "CREATE TABLE paid_2 PARTITION OF paid DEFAULT;"
        "INSERT INTO paid VALUES (1, '2023-05-05', 1, 'Alice Alstrup'), (2, '2025-05-05', 1, 'Alice Alstrup'),"
        "(1, '2025-05-05', 2, 'Bob Bille');"
        "CREATE TABLE line (id INTEGER PRIMARY KEY, paid_id INTEGER, day DATE, FOREIGN KEY (paid_id, day) REFERENCES paid (id, day));"
        "INSERT INTO line VALUES (1, 1, '2023-05-05'), (2, 1, '2025-05-05');",
        paid={"key": ["id", "day"], "fields": {"id": "key", "day": "date", "customer_id": "key", "payer": "full_name"}, "links": OWNED},
        line={
            "key": ["id"], "fields": {"id": "key", "paid_id": "key", "day": "date"},
            "links": [{"columns": ["paid_id", "day"], "to": "paid [id, day]", "means": "OWNED_BY"}],
        },
    )  # fmt: skip
    plan = shop.erase("customer=1")
    assert {step.ref.dataset: len(step.rows) for step in plan.steps} == {"paid": 2, "line": 1, "customer": 1}
    assert live.query("SELECT id, payer FROM paid") == [(1, "Bob Bille")]
    assert live.query("SELECT id FROM line") == [(2,)]


def test_large_objects_are_named_as_not_searched(live: Live) -> None:
    if live.kind != "postgres":
        return  # SQLite and MariaDB keep blobs in their rows
    shop = world(live, "SELECT lo_from_bytea(0, 'alice@inbox.example')")
    assert any(
        "pg_largeobject" in what or "large object" in reason
        for what, reason in shop.plan("customer=1").not_searched
    )
