"""Every store ends where no key dangles: circles are cut or deferred, and what the schema does by itself reaches nobody else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from live import Live, World, map_of
from troth.planning.plan import batches


def field(*names: str, **others: str) -> dict[str, str]:
    return {**dict.fromkeys(names, "key"), **others}


def link(column: str, to: str, means: str = "OWNED_BY") -> dict[str, Any]:
    return {"columns": [column], "to": f"{to} [id]", "means": means}


def world(live: Live, script: str, **datasets: Mapping[str, Any]) -> World:
    live.run(script)
    return World({"shop": live}, map_of({"shop": {n: {"key": ["id"], **d} for n, d in datasets.items()}}))


PERSON = {"subject": "person", "fields": field("id", name="none")}


def test_rows_that_must_point_at_each_other_go_in_one_transaction(live: Live) -> None:
    if live.kind == "mysql":
        return  # InnoDB checks each key at once: the next test has what happens then
    late = "DEFERRABLE INITIALLY IMMEDIATE"
    accounts = "CREATE TABLE account (id INTEGER PRIMARY KEY, person_id INTEGER NOT NULL{});"
    people = f"CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT, account_id INTEGER NOT NULL REFERENCES account {late});"
    if live.kind == "postgres":
        script = (
            accounts.format("")
            + people
            + f"ALTER TABLE account ADD FOREIGN KEY (person_id) REFERENCES person {late};"
        )
    else:
        script = accounts.format(f" REFERENCES person {late}") + people
    rows = range(1, 31)
    script += (
        f"BEGIN; {'SET CONSTRAINTS ALL DEFERRED' if live.kind == 'postgres' else 'PRAGMA defer_foreign_keys=ON'};"
        + "".join(
            f"INSERT INTO person VALUES ({n}, 'p', {n}); INSERT INTO account VALUES ({n}, {n});" for n in rows
        )
        + "COMMIT;"
    )
    shop = world(
        live,
        script,
        person={"subject": "person", "fields": field("id", "account_id", name="none"), "links": [link("account_id", "account", "OWNS")]},
        account={"fields": field("id", "person_id"), "links": [link("person_id", "person")]},
    )  # fmt: skip
    shop.batch_size = 7
    shop.erase(*(f"person={n}" for n in rows if n != 30))
    assert (live.query("SELECT id FROM person"), live.query("SELECT id FROM account")) == ([(30,)], [(30,)])
    assert live.dangling() == []


def test_a_mandatory_circle_that_cannot_wait_is_refused(live: Live) -> None:
    accounts = "CREATE TABLE account (id INTEGER PRIMARY KEY, person_id INTEGER NOT NULL{});"
    people = "CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT, account_id INTEGER NOT NULL REFERENCES account);"
    if live.kind == "postgres" or live.kind == "mysql":
        script = (
            accounts.format("") + people + "INSERT INTO account VALUES (1, 1); INSERT INTO person VALUES (1, 'Alice', 1);"
            "ALTER TABLE account ADD FOREIGN KEY (person_id) REFERENCES person;"
        )  # fmt: skip
    else:
        script = accounts.format(" REFERENCES person") + people + (
            "BEGIN; PRAGMA defer_foreign_keys=ON; INSERT INTO account VALUES (1, 1); INSERT INTO person VALUES (1, 'Alice', 1); COMMIT;"
        )  # fmt: skip
    shop = world(
        live,
        script,
        person={"subject": "person", "fields": field("id", "account_id", name="none"), "links": [link("account_id", "account", "OWNS")]},
        account={"fields": field("id", "person_id"), "links": [link("person_id", "person")]},
    )  # fmt: skip
    before = live.dump()
    assert [q.id for q in shop.plan("person=1").blocked] == ["plan.Q007"]
    assert live.dump() == before


@pytest.mark.parametrize("mandatory", [False, True], ids=["may be empty", "mandatory"])
def test_a_tree_of_rows_goes_whole_however_small_the_batches(live: Live, mandatory: bool) -> None:
    empty = "NOT NULL" if mandatory else ""
    script = (
        "CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO person VALUES (1, 'Alice'), (2, 'Bob');"
        f"CREATE TABLE post (id INTEGER PRIMARY KEY, person_id INTEGER REFERENCES person, parent INTEGER {empty} REFERENCES post);"
    )
    live_rows = [
        f"INSERT INTO post VALUES ({n}, 1, {n - 1 if n > 1 else (1 if mandatory else 'NULL')});"
        for n in range(1, 41)
    ]
    shop = world(
        live,
        script + "".join(live_rows) + f"INSERT INTO post VALUES (100, 2, {100 if mandatory else 'NULL'});",
        person=PERSON,
        post={"fields": field("id", "person_id", "parent"), "links": [link("person_id", "person"), link("parent", "post", "MENTIONS")]},
    )  # fmt: skip
    shop.batch_size = 7
    shop.erase("person=1")
    assert live.query("SELECT id FROM post") == [(100,)]
    assert live.dangling() == []


@pytest.mark.parametrize("action", ["CASCADE", "SET NULL", "SET DEFAULT", "RESTRICT", "NO ACTION"])
def test_what_the_schema_does_by_itself_reaches_nobody_else(live: Live, action: str) -> None:
    if live.kind == "mysql" and action == "SET DEFAULT":
        return  # InnoDB refuses to make such a key
    shop = world(
        live,
        "CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO person VALUES (1, 'Alice'), (2, 'Bob'), (9, 'nine');"
        f"CREATE TABLE deal (id INTEGER PRIMARY KEY, buyer INTEGER DEFAULT 9 REFERENCES person ON DELETE {action}, "
        f"seller INTEGER REFERENCES person ON DELETE {action}, clerk INTEGER REFERENCES person ON DELETE {action});"
        "INSERT INTO deal VALUES (1, 1, 2, NULL), (2, 2, 1, NULL), (3, 1, 1, NULL), (4, 2, 2, 1);"
        f"CREATE TABLE item (id INTEGER PRIMARY KEY, deal_id INTEGER REFERENCES deal ON DELETE {action});"
        "INSERT INTO item VALUES (1, 1), (2, 2), (3, 3), (4, 4);",
        person=PERSON,
        deal={
            "fields": field("id", "buyer", "seller", "clerk"),
            "links": [link("buyer", "person"), link("seller", "person"), link("clerk", "person", "MENTIONS")],
        },
        item={"fields": field("id", "deal_id"), "links": [link("deal_id", "deal")]},
    )
    shop.erase("person=1")
    assert live.query("SELECT * FROM deal ORDER BY id") == [
        (1, None, 2, None),
        (2, 2, None, None),
        (4, 2, 2, None),
    ]
    assert live.query("SELECT * FROM item ORDER BY id") == [(1, 1), (2, 2), (4, 4)]


def test_a_cascade_into_a_table_nobody_mapped_is_refused(live: Live) -> None:
    shop = world(
        live,
        "CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO person VALUES (1, 'Alice');"
        "CREATE TABLE diary (id INTEGER PRIMARY KEY, person_id INTEGER REFERENCES person ON DELETE CASCADE);"
        "INSERT INTO diary VALUES (1, 1);",
        person=PERSON,
    )
    before = live.dump()
    assert [(q.id, q.place) for q in shop.plan("person=1").blocked] == [("plan.Q010", "shop.diary")]
    assert live.dump() == before


def test_a_mandatory_mention_is_refused_unless_nobody_can_stand_in(live: Live) -> None:
    script = (
        "CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO person VALUES (1, 'Alice');"
        "CREATE TABLE deal (id INTEGER PRIMARY KEY, clerk INTEGER NOT NULL REFERENCES person ON DELETE CASCADE);"
        "INSERT INTO deal VALUES (1, 1);"
    )
    deal = {"fields": field("id", "clerk"), "links": [link("clerk", "person", "MENTIONS")]}
    shop = world(live, script, person=PERSON, deal=deal)
    before = live.dump()
    assert [q.id for q in shop.plan("person=1").blocked] == ["plan.Q001"]
    assert live.dump() == before
    shop = world(live, "", person={**PERSON, "nobody": {"id": 0}}, deal=deal)
    shop.erase("person=1")
    assert live.query("SELECT * FROM deal") == [(1, 0)]
    assert live.query("SELECT id FROM person") == [(0,)]


def test_a_circle_over_two_links_is_cut_in_both_however_small_the_batches(live: Live) -> None:
    shop = world(
        live,
        "CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT, home INTEGER{0}, work INTEGER{0});"
        "CREATE TABLE place (id INTEGER PRIMARY KEY, person_id INTEGER REFERENCES person);{1}"
        "INSERT INTO person VALUES (1, 'Alice', NULL, NULL), (2, 'Bob', NULL, NULL);"
        "INSERT INTO place VALUES (1, 1), (2, 1), (3, 2); UPDATE person SET home = 1, work = 2 WHERE id = 1;"
        "UPDATE person SET home = 3, work = 3 WHERE id = 2;".format(
            *(
                ("", "".join(f"ALTER TABLE person ADD FOREIGN KEY ({c}) REFERENCES place;" for c in ("home", "work")))
                if live.kind != "sqlite"
                else (" REFERENCES place", "")
            )
        ),
        person={**PERSON, "fields": field("id", "home", "work", name="none"), "links": [link("home", "place"), link("work", "place")]},
        place={"fields": field("id", "person_id"), "links": [link("person_id", "person")]},
    )  # fmt: skip
    shop.batch_size = 1
    shop.erase("person=1")
    assert live.query("SELECT id FROM person") == [(2,)]
    assert live.query("SELECT id FROM place") == [(3,)]


def test_people_go_together_with_what_they_must_refer_to(live: Live) -> None:
    """A run cut off after their own rows would leave their addresses with nobody to be found by."""
    shop = world(
        live,
        "CREATE TABLE address (id INTEGER PRIMARY KEY, street TEXT);"
        "CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT, home INTEGER NOT NULL REFERENCES address);"
        "CREATE TABLE visit (id INTEGER PRIMARY KEY, person_id INTEGER REFERENCES person);"
        "INSERT INTO address VALUES (1, 'a'), (2, 'b'); INSERT INTO person VALUES (1, 'Alice', 1), (2, 'Bob', 2);"
        "INSERT INTO visit VALUES (1, 1), (2, 1), (3, 2)",
        address={"fields": field("id", street="street")},
        person={**PERSON, "fields": field("id", "home", name="none"), "links": [link("home", "address", "OWNS")]},
        visit={"fields": field("id", "person_id"), "links": [link("person_id", "person")]},
    )  # fmt: skip
    cut = batches(shop.plan("person=1"), 3)
    assert [[(s.ref.dataset, len(s.rows)) for s in batch.steps] for batch in cut] == [
        [("visit", 2)],
        [("person", 1), ("address", 1)],
    ]


def test_one_row_of_a_tree_that_refers_to_another_is_cut_loose(live: Live) -> None:
    shop = world(
        live,
        "CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT, boss INTEGER REFERENCES person ON DELETE RESTRICT);"
        "INSERT INTO person VALUES (1, 'Alice', NULL), (2, 'Bob', 1), (3, 'Carla', NULL)",
        person={**PERSON, "fields": field("id", "boss", name="none"), "links": [link("boss", "person", "MENTIONS")]},
    )  # fmt: skip
    shop.batch_size = 1
    shop.erase("person=1", "person=2")
    assert live.query("SELECT id FROM person") == [(3,)]
