"""Rows that are hard to name on PostgreSQL, in chains, circles, partitions and without a key: each is changed alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from store_stories import ALICE, BOB, PEOPLE, PERSON, dataset, link, world

from live import Live

pytestmark = pytest.mark.postgres


@pytest.fixture
def live(new_live: Callable[..., Live]) -> Live:
    return new_live("postgres")


def test_rows_without_a_key_that_differ_in_a_text_alone_keep_it(live: Live) -> None:
    shop = world(
        live,
        PEOPLE + "CREATE TABLE log (mail text, at timestamptz, body json, tags varchar(30)[]);"
        "INSERT INTO log VALUES ('b@x.example', '2024-01-01', '{\"m\": \"alice@inbox.example\"}', '{a}'),"
        "('b@x.example', '2024-01-01', '{\"m\":  \"x\"}', '{alice@inbox.example,\"\"}'),"
        "('b@x.example', '2024-01-01', NULL, NULL), ('b@x.example', NULL, '{\"m\": \"alice@inbox.example\"}', '{b}')",
        person=PERSON,
        log={"key": [], "fields": {"mail": "email", "at": "date", "body": "json", "tags": "free_text"}},
    )
    shop.erase(ALICE)
    assert sorted(live.query("SELECT body::text, tags::text FROM log"), key=repr) == [
        ('{"m":  "x"}', '{[erased],""}'),
        ('{"m": "[erased]"}', "{a}"),
        ('{"m": "[erased]"}', "{b}"),
        (None, None),
    ]


def test_an_array_of_arrays_of_short_texts(live: Live) -> None:
    shop = world(
        live,
        PEOPLE + "CREATE TABLE room (id int PRIMARY KEY, mails varchar(40)[], codes char(20)[]);"
        f"INSERT INTO room VALUES (1, '{{{{{ALICE},x}},{{y,z}}}}', '{{{ALICE}}}'), (2, '{{{BOB}}}', NULL)",
        person=PERSON,
        room=dataset("id:key mails:free_text codes:free_text"),
    )
    shop.erase(ALICE)
    assert live.query("SELECT mails::text, rtrim(codes[1]) FROM room ORDER BY id") == [
        ("{{[erased],x},{y,z}}", "[erased]"),
        (f"{{{BOB}}}", None),
    ]


def test_null_may_stand_only_once(live: Live) -> None:
    if live.postgres().info.server_version < 150_000:
        return  # NULLS NOT DISTINCT is of PostgreSQL 15
    shop = world(
        live,
        PEOPLE + "CREATE TABLE bill (id int PRIMARY KEY, person_id int REFERENCES person, mail text,"
        " UNIQUE NULLS NOT DISTINCT (mail)); INSERT INTO bill VALUES (1, 1, 'a1@x.example'), (2, 1, 'a2@x.example')",
        person=PERSON,
        bill=dataset("id:key person_id:key mail:email", link("person_id", "person [id]"), erase="anonymise"),
    )
    shop.erase("person=1")
    (one,), (two,) = live.query("SELECT mail FROM bill")
    assert one != two
    assert not {"a1@x.example", "a2@x.example"} & {one, two}


def test_what_follows_a_changed_key_by_itself_is_let_go_first(live: Live) -> None:
    shop = world(
        live,
        PEOPLE + "ALTER TABLE person ADD UNIQUE (email); CREATE TABLE post (id int PRIMARY KEY, body text,"
        f" author text DEFAULT '{BOB}' REFERENCES person (email) ON UPDATE CASCADE ON DELETE SET DEFAULT);"
        f"INSERT INTO post VALUES (1, 'x', '{ALICE}'), (2, 'y', '{BOB}')",
        person=PERSON,
        post=dataset("id:key body:free_text author:email", link("author", "person [email]", "MENTIONS")),
    )
    shop.erase(ALICE)
    assert live.query("SELECT * FROM post ORDER BY id") == [(1, "x", None), (2, "y", BOB)]


def test_a_thread_of_two_people_loses_one_of_them(live: Live) -> None:
    shop = world(
        live,
        PEOPLE
        + "CREATE TABLE c (id int PRIMARY KEY, author int REFERENCES person, body text, parent int REFERENCES c ON DELETE CASCADE);"
        "INSERT INTO c VALUES (1, 1, 'a', NULL), (2, 2, 'b', 1), (3, 1, 'c', 2), (4, 2, 'd', 3)",
        person=PERSON,
        c=dataset(
            "id:key author:key body:free_text parent:key",
            link("author", "person [id]"),
            link("parent", "c [id]", "MENTIONS"),
        ),
    )
    shop.erase(ALICE)
    assert live.query("SELECT id, body, parent FROM c ORDER BY id") == [(2, "b", None), (4, "d", None)]


def test_a_thread_that_must_have_a_beginning_keeps_it_emptied(live: Live) -> None:
    shop = world(
        live,
        PEOPLE
        + "CREATE TABLE c (id int PRIMARY KEY, author int REFERENCES person, body text, root int NOT NULL REFERENCES c ON DELETE CASCADE);"
        "INSERT INTO c VALUES (1, 1, 'a', 1), (2, 2, 'b', 1), (3, 1, 'c', 1), (4, 2, 'd', 4)",
        person=PERSON,
        c=dataset(
            "id:key author:key body:free_text root:key",
            link("author", "person [id]"),
            link("root", "c [id]", "MENTIONS"),
        ),
    )
    shop.erase(ALICE)
    assert live.query("SELECT id, author, body FROM c ORDER BY id") == [
        (1, None, None),
        (2, 2, "b"),
        (4, 2, "d"),
    ]


def test_partitions_of_partitions_are_one_dataset(live: Live) -> None:
    shop = world(
        live,
        PEOPLE
        + "CREATE TABLE past (id int, day date, owner int NOT NULL REFERENCES person ON DELETE CASCADE,"
        " other int REFERENCES person, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);"
        "CREATE TABLE p1 PARTITION OF past FOR VALUES FROM ('2020-01-01') TO ('2021-01-01') PARTITION BY LIST (id);"
        "CREATE TABLE p11 PARTITION OF p1 DEFAULT; CREATE TABLE p2 PARTITION OF past DEFAULT;"
        "INSERT INTO past VALUES (1, '2020-02-01', 1, 2), (2, '2020-02-01', 2, 1), (3, '2022-01-01', 1, NULL), (4, '2022-01-01', 2, 1)",
        person=PERSON,
        past={
            **dataset(
                "id:key day:date owner:key other:key",
                link("owner", "person [id]"),
                link("other", "person [id]", "MENTIONS"),
            ),
            "key": ["id", "day"],
        },
    )
    shop.erase(ALICE)
    assert live.query("SELECT id, owner, other FROM past ORDER BY id") == [(2, 2, None), (4, 2, None)]
