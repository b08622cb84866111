"""Every store leaves alone what is no longer theirs, repeats itself without effect, and never says a value aloud."""

from __future__ import annotations

import hashlib
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from live import STORES, Live, World, hand, map_of, one
from troth.datamap.model import Ref
from troth.datamap.reader import ByIdentifiers, ByValues, Everything, Probe, Select
from troth.planning.executor import Hand
from troth.planning.plan import NULL, New, Step, batches
from troth.stores import CAPABILITIES, Opened
from troth.terms.errors import StoreError, StoreUnreachableError

CANARY = "alice.canary@inbox.example"
PEOPLE = (
    "CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT, email TEXT);"
    f"INSERT INTO customer VALUES (1, 'Alice Alstrup', '{CANARY}'), (2, 'Bob Bille', 'bob@inbox.example');"
)
CUSTOMER = {
    "subject": "customer",
    "key": ["id"],
    "fields": {"id": "key", "name": "full_name", "email": "email"},
}
OWNED = [{"columns": ["customer_id"], "to": "customer [id]", "means": "OWNED_BY"}]
SHOP: dict[str, Any] = {
    "customer": CUSTOMER,
    "note": {"key": ["id"], "fields": {"id": "key", "customer_id": "key", "body": "free_text"}, "links": OWNED},
    "bill": {
        "key": ["id"], "erase": "anonymise", "links": OWNED,
        "fields": {"id": "key", "customer_id": "key", "payer": "full_name", "total": "amount"},
    },
    "log": {"key": ["id"], "fields": {"id": "key", "mail": "email", "body": "free_text"}},
}  # fmt: skip
SCRIPT = (
    PEOPLE + "CREATE TABLE note (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customer, body TEXT);"
    "CREATE TABLE bill (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customer, payer TEXT, total INTEGER);"
    "CREATE TABLE log (id INTEGER PRIMARY KEY, mail TEXT, body TEXT);"
    "INSERT INTO note VALUES (1, 1, 'one'), (2, 1, 'two'), (3, 2, 'three');"
    "INSERT INTO bill VALUES (1, 1, 'Alice Alstrup', 10), (2, 1, 'Alice Alstrup', 20), (3, 2, 'Bob Bille', 30);"
    f"INSERT INTO log VALUES (1, '{CANARY}', 'x'), (2, '{CANARY}', 'to {CANARY}'), (3, NULL, 'of {CANARY}'), (4, 'bob@inbox.example', 'y');"
)


@pytest.fixture
def shop(live: Live) -> World:
    live.run(SCRIPT)
    return World({"shop": live}, map_of({"shop": SHOP}))


CHANGED = {
    "a row that became another's": ("UPDATE note SET customer_id = 2 WHERE id = 1", "note", 1),
    "a key used again": ("DELETE FROM note WHERE id = 1; INSERT INTO note VALUES (1, 2, 'new')", "note", 1),
    "a bill that became another's": (
        "UPDATE bill SET customer_id = 2, payer = 'Bob Bille' WHERE id = 1",
        "bill",
        1,
    ),
    "a bill's key used again": (
        "DELETE FROM bill WHERE id = 1; INSERT INTO bill VALUES (1, 2, 'Bob Bille', 5)",
        "bill",
        1,
    ),
    "a copy that was replaced": (
        "UPDATE log SET mail = 'carla@inbox.example', body = 'z' WHERE id = 2",
        "log",
        2,
    ),
    "a customer number used again": (
        "DELETE FROM note WHERE customer_id = 1; DELETE FROM bill WHERE customer_id = 1; DELETE FROM customer WHERE id = 1;"
        "INSERT INTO customer VALUES (1, 'Carla Carlsen', 'carla@inbox.example')",
        "customer",
        1,
    ),
}


@pytest.mark.parametrize("what", CHANGED)
def test_what_changed_hands_between_plan_and_act_is_left_alone(what: str, shop: World) -> None:
    script, table, key = CHANGED[what]
    live = shop.systems["shop"]
    before = {row[0]: row for row in live.query(f"SELECT * FROM {table}")}
    shop.erase(CANARY, meanwhile=script)
    (now,) = live.query(f"SELECT * FROM {table} WHERE id = {key}")
    assert now != before[key]
    fresh = Live(live.kind, live.url)
    assert now in fresh.query(f"SELECT * FROM {table}")
    expected = {
        "note": (1, 2),
        "bill": (1, 2, "Bob Bille"),
        "log": (2, "carla@inbox.example", "z"),
        "customer": (1, "Carla Carlsen"),
    }
    assert now[: len(expected[table])] == expected[table]
    fresh.close()
    assert live.query("SELECT count(*) FROM note WHERE customer_id = 1") == [(0,)]


def test_doing_it_again_changes_nothing_more(shop: World) -> None:
    live = shop.systems["shop"]
    with shop.inquiry(write=True) as inquiry:
        people = inquiry.who([CANARY])
        plan = inquiry.plan(people)
        told = [{"identifiers": sorted(p.identifiers), "names": sorted(p.names)} for p in people]
        cut = batches(plan, 3)
        assert len(cut) > 2
        for batch in cut:
            inquiry.stores["shop"].execute(batch, hand(told))
        done = live.dump()
        for batch in [*cut, *reversed(cut)]:
            inquiry.stores["shop"].execute(batch, hand(told))
    assert live.dump() == done
    assert live.query("SELECT * FROM note") == [(3, 2, "three")]
    assert CANARY not in str(done)


def test_a_batch_is_done_whole_or_not_at_all(shop: World) -> None:
    live, before = shop.systems["shop"], shop.systems["shop"].dump()
    steps = [
        Step(Ref("shop", "note"), "erase", ("id",), (), [(1,), (2,)]),
        Step(Ref("shop", "bill"), "anonymise", ("id",), (), [(1,)], ("payer",), (NULL,)),
        Step(Ref("shop", "customer"), "erase", ("id",), (), [(1,)]),
    ]
    with live.opened(write=True) as store:
        with pytest.raises(StoreError) as fault:
            store.execute(one(steps[0].ref, steps), hand())
        assert live.dump() == before
        assert fault.value.permanent
        assert fault.value.place.startswith("shop.")
        store.execute(one(steps[0].ref, steps[:2]), hand())
    assert live.dump() != before


GUARD = {
    "sqlite": f"CREATE TRIGGER guard BEFORE DELETE ON note BEGIN SELECT RAISE(ABORT, '{CANARY}'); END;",
    "postgres": f"""CREATE FUNCTION guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{CANARY}' USING
        DETAIL = '{CANARY}', HINT = '{CANARY}', CONSTRAINT = '{CANARY}', TABLE = '{CANARY}', COLUMN = '{CANARY}', ERRCODE = '23505'; END $$;
        CREATE TRIGGER guard BEFORE DELETE ON note FOR EACH ROW EXECUTE FUNCTION guard();""",
    "mysql": f"""CREATE TRIGGER guard BEFORE DELETE ON note FOR EACH ROW SIGNAL SQLSTATE '23000'
        SET MYSQL_ERRNO = 1062, MESSAGE_TEXT = 'Duplicate entry "{CANARY}" for key `{CANARY}`';""",
}
FAULTS: dict[str, tuple[str, Step]] = {
    "unique": (
        "CREATE UNIQUE INDEX only_one ON customer (email)",
        Step(
            Ref("shop", "customer"), "anonymise", ("id",), (), [(2,)], ("email",), (New("constant", CANARY),)
        ),
    ),
    "not null": (
        "CREATE TABLE strict (id INTEGER PRIMARY KEY, name TEXT NOT NULL); INSERT INTO strict VALUES (1, '{canary}')",
        Step(Ref("shop", "strict"), "anonymise", ("id",), ("name",), [(1, CANARY)], ("name",), (NULL,)),
    ),
    "check": (
        "CREATE TABLE strict (id INTEGER PRIMARY KEY, name TEXT CHECK (name <> '{canary}'));INSERT INTO strict VALUES (1, 'x')",
        Step(Ref("shop", "strict"), "anonymise", ("id",), (), [(1,)], ("name",), (New("constant", CANARY),)),
    ),
    "foreign key": ("SELECT 1", Step(Ref("shop", "customer"), "erase", ("id",), ("email",), [(1, CANARY)])),
    "trigger": ("{guard}", Step(Ref("shop", "note"), "erase", ("id",), (), [(1,)])),
}


@pytest.mark.parametrize("what", FAULTS)
def test_an_error_names_place_and_constraint_and_never_a_value(
    what: str, shop: World, tmp_path: Path
) -> None:
    script, step = FAULTS[what]
    live = shop.systems["shop"]
    live.run(script.format(canary=CANARY, guard=GUARD[live.kind]))
    with live.opened(write=True) as store, pytest.raises(StoreError) as fault:
        store.execute(one(step.ref, [step]), hand())
    said = [str(fault.value), repr(fault.value), *map(str, fault.value.args)]
    said += traceback.format_exception(fault.value)
    assert [text for text in said if CANARY in text] == []
    assert fault.value.permanent
    assert "shop." in str(fault.value)


BAD_READS: dict[str, Select] = {
    "a text for a number": Select("customer", ("id",), ByValues(("id",), [(CANARY,)])),
    "a column that is not there": Select("customer", ("id", "gone"), Everything()),
    "a number too large": Select("customer", ("id",), ByValues(("id",), [(10**30,)])),
    "a null character": Select("customer", ("id",), ByValues(("name",), [(f"{CANARY}\x00",)])),
    "half a character": Select("customer", ("id",), ByValues(("name",), [(f"{CANARY}\udcff",)])),
}


@pytest.mark.parametrize("what", BAD_READS)
def test_a_question_that_cannot_be_asked_finds_nothing_or_fails_without_a_value(
    what: str, shop: World
) -> None:
    with shop.systems["shop"].opened() as store:
        found, said = [], ""
        try:
            found = _flat(store, BAD_READS[what])
        except StoreError as fault:
            said = "".join(traceback.format_exception(fault))
        assert (found, CANARY in said) == ([], False)
        assert len(list(_flat(store, Select("customer", ("id",), Everything())))) == 2, (
            "the connection still serves"
        )


def _flat(store: Opened, select: Select) -> list[Any]:
    return [row for chunk in store.rows(select) for row in chunk]


def test_a_store_opened_to_read_refuses_to_write(shop: World) -> None:
    live, before = shop.systems["shop"], shop.systems["shop"].dump()
    step = Step(Ref("shop", "note"), "erase", ("id",), (), [(1,)])
    with live.opened() as store:
        with pytest.raises(StoreError):
            store.execute(one(step.ref, [step]), hand())
        with suppress(StoreError):
            store.settle(["note"])
        assert _flat(store, Select("note", ("id",), ByValues(("id",), [(1,)]))) == [(1,)]
        assert any("note" in statement for statement in store.render(step))
    assert live.dump() == before


def test_rendering_and_asking_change_nothing_and_show_no_value(shop: World) -> None:
    before = shop.systems["shop"].dump()
    with shop.inquiry() as inquiry:
        plan = inquiry.plan(inquiry.who([CANARY]))
        rendered = [sql for step in plan.steps for sql in inquiry.stores["shop"].render(step)]
        sent = inquiry.stores["shop"].statements()
    assert sent < 40
    assert len(rendered) >= 5
    assert not [sql for sql in rendered if CANARY in sql or "Alstrup" in sql]
    assert shop.systems["shop"].dump() == before


@pytest.mark.parametrize("kind", STORES)
def test_a_store_says_how_it_stands_to_every_capability(kind: str) -> None:
    told: Mapping[str, Any] = STORES[kind].capabilities
    assert sorted(told) == sorted(CAPABILITIES)
    assert all(one.state in ("can", "could", "cannot yet", "never") for one in told.values())
    assert all(one.reason for one in told.values() if one.state != "can")


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:///no/such/file.sqlite",
        "postgresql://nobody:s3cret@127.0.0.1:1/none",
        "mysql://nobody:s3cret@127.0.0.1:1/none",
        "mariadb://nobody:s3cret@127.0.0.1:1/none?password=s3cret",
        "mysql://nobody:s3cret@127.0.0.1:1/none?init_command=s3cret",
        "mysql://nobody:s3cret@127.0.0.1:1/",
    ],
)
def test_a_store_that_is_not_there_is_one_clear_error_without_the_password(url: str) -> None:
    kind = next(store for store in STORES.values() if url.partition(":")[0] in store.schemes)
    with pytest.raises(StoreUnreachableError) as fault:
        kind.open("shop", url)
    assert "s3cret" not in "".join(traceback.format_exception(fault.value))
    assert fault.value.exit_code == 2


# -- many rows ---------------------------------------------------------------------------------------------------


def crowd(live: Live, rows: int) -> None:
    live.run(SCRIPT)
    many = {
        "postgres": "generate_series(10, {}) AS g",
        "mysql": "(SELECT seq AS g FROM seq_10_to_{}) AS n",
        "sqlite": "n",
    }[live.kind]
    head = (
        ""
        if live.kind != "sqlite"
        else "WITH RECURSIVE n(g) AS (SELECT 10 UNION ALL SELECT g + 1 FROM n WHERE g < {}) "
    )
    for table, cells in (
        ("note", "g, 1, 'text'"),
        ("bill", "g, 1, 'Alice Alstrup', 1"),
        ("log", f"g, '{CANARY}', '{CANARY} x'"),
    ):
        live.run(f"{head} INSERT INTO {table} SELECT {cells} FROM {many}".format(rows + 9))


def sent(world: World) -> tuple[int, int]:
    """(statements to plan, statements to act) for one person."""
    with world.inquiry(write=True) as inquiry:
        people = inquiry.who([CANARY])
        plan = inquiry.plan(people)
        store = inquiry.stores["shop"]
        planned = store.statements()
        told = [{"identifiers": sorted(p.identifiers), "names": sorted(p.names)} for p in people]
        for batch in batches(plan, world.batch_size):
            store.execute(batch, hand(told))
        return planned, store.statements() - planned


def test_statements_do_not_grow_with_rows(new_live: Callable[..., Live], live: Live) -> None:
    few, many = live, new_live(live.kind, "many")
    crowd(few, 10)
    crowd(many, 10_500)
    worlds = [World({"shop": one_}, map_of({"shop": SHOP}), batch_size=100_000) for one_ in (few, many)]
    assert sent(worlds[0]) == sent(worlds[1])
    for one_ in (few, many):
        assert one_.query("SELECT count(*) FROM note") == [(1,)]
        assert one_.query(f"SELECT count(*) FROM log WHERE mail = '{CANARY}' OR body LIKE '%{CANARY}%'") == [
            (0,)
        ]


def test_a_large_plan_is_cut_into_batches_that_each_stand_alone(live: Live) -> None:
    crowd(live, 10_500)
    shop = World({"shop": live}, map_of({"shop": SHOP}))
    plan = shop.plan(CANARY)
    cut = batches(plan, 10_000)
    rows = [sum(len(step.rows) for step in batch.steps) for batch in cut]
    assert (len(cut), max(rows), sum(rows)) == (
        -(-sum(rows) // 10_000),
        10_000,
        sum(len(s.rows) for s in plan.steps),
    )
    shop.erase(CANARY)
    assert live.query("SELECT count(*), sum(total), count(payer) FROM bill") == [(10_503, 10_560, 1)]
    assert live.query("SELECT * FROM customer") == [(2, "Bob Bille", "bob@inbox.example")]


def test_a_probe_answers_with_a_superset_of_what_is_meant(shop: World) -> None:
    live = shop.systems["shop"]
    spelled = [CANARY.upper(), f"  {CANARY} ", f"MAILTO:{CANARY}", CANARY]
    live.run(
        "".join(
            f"INSERT INTO log VALUES ({100 + at}, '{text}', 'Mail {text}!');"
            for at, text in enumerate(spelled)
        )
    )
    probes = (Probe("mail", "email"), Probe("body", "text", inside=True))
    with live.opened() as store:
        found = {
            row[0]
            for row in _flat(store, Select("log", ("id",), ByIdentifiers(probes, (("email", (CANARY,)),))))
        }
    assert found >= {1, 2, 3, 100, 101, 102, 103}


def test_a_value_unique_to_its_row_is_the_same_each_time_and_tells_nothing(live: Live) -> None:
    live.run(PEOPLE)
    step = Step(
        Ref("shop", "customer"), "anonymise", ("id",), (), [(1,), (2,)], ("email",), (New("token", "email"),)
    )
    held = []
    for secret in (b"a", b"a", b"b"):
        with live.opened(write=True) as store:
            store.execute(one(step.ref, [step]), _hand(secret))
        held.append(live.query("SELECT email FROM customer ORDER BY id"))
    assert held[0] == held[1] != held[2]
    assert len({cell for (cell,) in held[0]}) == 2
    assert CANARY not in str(held)


def _hand(secret: bytes) -> Hand:
    return Hand(lambda _, key: hashlib.sha256(secret + repr(key).encode()).digest(), hand().rewrite)
