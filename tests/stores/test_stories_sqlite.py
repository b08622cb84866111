"""What SQLite files in production do to an erasure: the person goes, and nobody else loses a cell."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from store_stories import ALICE, BOB, PEOPLE, PERSON, dataset, link, world

from live import Live


@pytest.fixture
def live(new_live: Callable[..., Live]) -> Live:
    return new_live("sqlite")


def test_keys_that_differ_in_case_alone_are_one_where_the_table_says_so(live: Live) -> None:
    shop = world(
        live,
        "CREATE TABLE person (login TEXT COLLATE NOCASE PRIMARY KEY, email TEXT) WITHOUT ROWID;"
        f"INSERT INTO person VALUES ('Alice', '{ALICE}'), ('bob', '{BOB}');"
        "CREATE TABLE post (id INTEGER PRIMARY KEY, author TEXT COLLATE NOCASE REFERENCES person, editor "
        "VARCHAR(9) COLLATE nocase REFERENCES person);"
        "INSERT INTO post VALUES (1, 'ALICE', 'bob'), (2, 'BOB', 'aLICE'), (3, 'Bob', NULL)",
        person={"subject": "person", "key": ["login"], "fields": {"login": "username", "email": "email"}},
        post=dataset(
            "id:key author:key editor:key",
            link("author", "person [login]"),
            link("editor", "person [login]", "MENTIONS"),
        ),
    )
    shop.erase(ALICE)
    assert live.query("SELECT * FROM post ORDER BY id") == [(2, "BOB", None), (3, "Bob", None)]
    assert live.query("SELECT login FROM person") == [("bob",)]
    assert live.dangling() == []


def test_a_number_kept_as_text_is_still_the_key_it_names(live: Live) -> None:
    """Columns without affinity keep what they are given: 1 and '1' are not equal to SQLite, but a programme means the same."""
    shop = world(
        live,
        PEOPLE + "CREATE TABLE post (id INTEGER PRIMARY KEY, author, n NUMERIC, t TEXT, r REAL);"
        "INSERT INTO post VALUES (1, 1, NULL, NULL, NULL), (2, NULL, '1', NULL, NULL), (3, NULL, NULL, 1, NULL), "
        "(4, NULL, NULL, NULL, 1), (5, 2, 2, 2, 2)",
        person=PERSON,
        post=dataset(
            "id:key author:key n:key t:key r:key",
            *(link(c, "person [id]") for c in ("author", "n", "t", "r")),
        ),
    )
    shop.erase(ALICE)
    assert live.query("SELECT id FROM post") == [(5,)]


def test_a_strict_table_gets_values_of_its_types(live: Live) -> None:
    shop = world(
        live,
        PEOPLE
        + "CREATE TABLE bill (id INT PRIMARY KEY, person_id INT REFERENCES person, born TEXT NOT NULL, height REAL NOT NULL,"
        " shoe INT NOT NULL, photo BLOB NOT NULL, note ANY NOT NULL, total INT) STRICT;"
        "INSERT INTO bill VALUES (1, 1, '1870-01-01', 1.7, 38, x'01', 'n', 5), (2, 2, '1871-01-01', 1.8, 42, x'02', 'm', 6)",
        person=PERSON,
        bill=dataset(
            "id:key person_id:key born:birth_date height:person_other shoe:person_other photo:person_other note:free_text total:amount",
            link("person_id", "person [id]"),
            erase="anonymise",
        ),
    )
    shop.erase(ALICE)
    one, two = live.query("SELECT * FROM bill ORDER BY id")
    assert two == (2, 2, "1871-01-01", 1.8, 42, b"\x02", "m", 6)
    assert (one[0], one[1], one[-1]) == (1, None, 5)
    assert not {"1870-01-01", 1.7, 38, b"\x01", "n"} & set(one)


def test_unique_under_a_condition_or_a_function(live: Live) -> None:
    shop = world(
        live,
        PEOPLE
        + "CREATE TABLE bill (id INTEGER PRIMARY KEY, person_id INTEGER REFERENCES person, mail TEXT NOT NULL, "
        "payer TEXT NOT NULL, gone TEXT);"
        "CREATE UNIQUE INDEX one ON bill (lower(mail)); CREATE UNIQUE INDEX two ON bill (payer COLLATE NOCASE) WHERE gone IS NULL;"
        "INSERT INTO bill VALUES (1, 1, 'a1@x.example', 'Alice A', NULL), (2, 1, 'a2@x.example', 'Alice B', "
        "NULL), (3, 2, 'b@x.example', 'Bob', NULL)",
        person=PERSON,
        bill=dataset(
            "id:key person_id:key mail:email payer:full_name gone:date",
            link("person_id", "person [id]"),
            erase="anonymise",
        ),
    )
    shop.erase("person=1")
    assert len({c for row in live.query("SELECT mail, payer FROM bill WHERE id < 3") for c in row}) == 4
    assert live.query("SELECT mail, payer FROM bill WHERE id = 3") == [("b@x.example", "Bob")]


def test_generated_columns_are_searched_but_never_written(live: Live) -> None:
    shop = world(
        live,
        PEOPLE
        + "CREATE TABLE log (id INTEGER PRIMARY KEY, raw TEXT, low TEXT AS (lower(raw)) STORED, up TEXT GENERATED "
        "ALWAYS AS (upper(raw)) VIRTUAL);"
        f"INSERT INTO log (id, raw) VALUES (1, 'to {ALICE} x'), (2, 'to {BOB} x')",
        person=PERSON,
        log=dataset("id:key raw:free_text low:free_text up:free_text"),
    )
    shop.erase(ALICE)
    assert live.query("SELECT * FROM log ORDER BY id") == [
        (1, "to [erased] x", "to [erased] x", "TO [ERASED] X"),
        (2, f"to {BOB} x", f"to {BOB} x", f"TO {BOB} X".upper()),
    ]


def test_a_full_text_index_forgets_too(live: Live) -> None:
    body = (
        "CREATE TABLE mail (id INTEGER PRIMARY KEY, body TEXT); CREATE VIRTUAL TABLE found USING fts5(body, "
        "content=mail, content_rowid=id);"
    )
    rows = f"INSERT INTO mail VALUES (1, 'dear {ALICE}'), (2, 'dear {BOB}'); INSERT INTO found(found) VALUES ('rebuild');"
    alone = (
        f"CREATE VIRTUAL TABLE words USING fts5(said); INSERT INTO words VALUES ('of {ALICE}'), ('of {BOB}');"
    )
    shop = world(
        live,
        PEOPLE + body + rows + alone,
        person=PERSON,
        mail=dataset("id:key body:free_text"),
        found={"key": ["rowid"], "fields": {"body": "free_text"}},
        words={"key": ["rowid"], "fields": {"said": "free_text"}},
    )
    shop.erase(ALICE)
    assert live.query("SELECT rowid FROM found WHERE found MATCH 'inbox'") == [(2,)]
    assert live.query("SELECT body FROM mail ORDER BY id") == [("dear [erased]",), (f"dear {BOB}",)]
    assert live.query("SELECT said FROM words ORDER BY rowid") == [("of [erased]",), (f"of {BOB}",)]
    assert live.query("SELECT count(*) FROM words WHERE words MATCH 'alice'") == [(0,)]


def test_a_cascade_reaches_nobody_else(live: Live) -> None:
    shop = world(
        live,
        PEOPLE
        + "CREATE TABLE team (id INTEGER PRIMARY KEY, boss INTEGER NOT NULL REFERENCES person ON DELETE CASCADE);"
        "CREATE TABLE member (id INTEGER PRIMARY KEY, team INTEGER NOT NULL REFERENCES team ON DELETE CASCADE, "
        "person_id INTEGER REFERENCES person ON DELETE CASCADE, note TEXT);"
        "INSERT INTO team VALUES (1, 1), (2, 2); INSERT INTO member VALUES (1, 1, 1, 'hers'), (2, 1, 2, 'his'), (3, 2, 2, 'his')",
        person=PERSON,
        team=dataset("id:key boss:key", link("boss", "person [id]")),
        member=dataset(
            "id:key team:key person_id:key note:free_text",
            link("person_id", "person [id]"),
            link("team", "team [id]", "MENTIONS"),
        ),
    )
    shop.erase(ALICE)
    assert live.query("SELECT * FROM member ORDER BY id") == [(2, 1, 2, "his"), (3, 2, 2, "his")]
    assert live.query("SELECT * FROM team ORDER BY id") == [(1, 1), (2, 2)], "his row must refer to it"


def test_text_that_is_no_text(live: Live) -> None:
    """A cell of bytes in a text column, and text that is not UTF-8, stop nothing and stay as they are."""
    shop = world(
        live,
        PEOPLE + "CREATE TABLE log (id INTEGER PRIMARY KEY, said TEXT, n INTEGER);"
        f"INSERT INTO log VALUES (1, x'00ff', 'many'), (2, 'of {ALICE}', 1), (3, CAST(x'c328' AS TEXT), 1), (4, 17, 1.5)",
        person=PERSON,
        log=dataset("id:key said:free_text n:quantity"),
    )
    shop.erase(ALICE)
    assert live.query("SELECT id, hex(said) FROM log WHERE id <> 2") == [
        (1, "00FF"),
        (3, "C328"),
        (4, "3137"),
    ]
    assert live.query("SELECT said FROM log WHERE id = 2") == [("of [erased]",)]


def test_an_index_over_an_expression_and_a_check_over_two_columns(live: Live) -> None:
    shop = world(
        live,
        PEOPLE
        + "CREATE TABLE bill (id INTEGER PRIMARY KEY, person_id INTEGER REFERENCES person, org_id INTEGER, payer TEXT,"
        " CHECK (person_id IS NOT NULL OR org_id IS NOT NULL)); CREATE INDEX low ON bill (lower(payer));"
        "INSERT INTO bill VALUES (1, 1, NULL, 'Alice Alstrup'), (2, 1, 7, 'Alice Alstrup'), (3, 2, NULL, 'Bob Bille')",
        person=PERSON,
        bill=dataset(
            "id:key person_id:key org_id:key payer:full_name",
            link("person_id", "person [id]"),
            erase="anonymise",
        ),
    )
    plan = shop.erase(ALICE)
    assert not plan.blocked
    assert live.query("SELECT id, payer FROM bill ORDER BY id") == [(1, None), (2, None), (3, "Bob Bille")]
    assert live.query("SELECT id, name, email FROM person ORDER BY id") == [
        (1, None, None),
        (2, "Bob Bille", BOB),
    ]
