"""MariaDB's own traps: each of them once erased too much, too little, or nothing at all somewhere."""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

import mariadb_server
from live import Live, World, hand, map_of, one
from mariadb_server import MariaServer
from troth.datamap.model import Ref
from troth.datamap.reader import ByIdentifiers, ByValues, Everything, Probe, Select
from troth.planning.plan import New, Step
from troth.stores.mysql import STORE
from troth.stores.mysql import line as line_module
from troth.terms.errors import StoreError, StoreUnreachableError

pytestmark = pytest.mark.mysql
PERSON = {"subject": "person", "key": ["id"], "fields": {"id": "key", "name": "full_name", "email": "email"}}
PEOPLE = (
    "CREATE TABLE person (id INTEGER PRIMARY KEY, name VARCHAR(60), email VARCHAR(80));"
    "INSERT INTO person VALUES (1, 'Alice Alstrup', 'alice@inbox.example'), (2, 'Bob Bille', 'bob@inbox.example');"
)
OWNED = [{"columns": ["person_id"], "to": "person [id]", "means": "OWNED_BY"}]


@pytest.fixture
def live(new_live: Callable[..., Live]) -> Live:
    return new_live("mysql")


def world(live: Live, script: str, **datasets: Any) -> World:
    live.run(PEOPLE + script)
    return World({"shop": live}, map_of({"shop": {"person": PERSON, **datasets}}))


def rows(live: Live, select: Select) -> list[Any]:
    with live.opened() as store:
        return [row for chunk in store.rows(select) for row in chunk]


# -- what collations equate -----------------------------------------------------------------------------------------------


def test_a_text_key_means_its_very_bytes_whatever_the_collation_equates(live: Live) -> None:
    live.run(
        "CREATE TABLE login (name VARCHAR(40), n INTEGER, KEY (name));"
        "INSERT INTO login VALUES ('müller', 1), ('muller', 2), ('MULLER ', 3), ('Müller', 4), ('muller ', 5);"
    )
    assert live.query("SELECT count(*) FROM login WHERE name = 'muller'") == [(5,)], "the trap is set"
    for name, n in (("müller", 1), ("muller", 2), ("MULLER ", 3), ("muller ", 5)):
        assert rows(live, Select("login", ("n",), ByValues(("name",), [(name,)]))) == [(n,)]
    step = Step(Ref("shop", "login"), "erase", ("name",), (), [("muller",)])
    with live.opened(write=True) as store:
        store.execute(one(step.ref, [step]), hand())
    assert live.query("SELECT n FROM login ORDER BY n") == [(1,), (3,), (4,), (5,)]


def test_a_search_finds_every_spelling_that_is_equal_to_us(live: Live) -> None:
    live.run(
        "CREATE TABLE c (id INTEGER PRIMARY KEY, mail VARCHAR(80) CHARACTER SET latin1 COLLATE latin1_bin, body TEXT);"
        "INSERT INTO c VALUES (1, 'Alice@Inbox.Example ', ''), (2, 'mailto:alice+x@inbox.example', ''),"
        " (3, NULL, 'to ALICE@inbox.example.'), (4, 'bob@inbox.example', 'x');"
    )
    probes = (Probe("mail", "email"), Probe("body", "text", inside=True))
    for extra in (0, 60):
        wanted = ("alice@inbox.example", *(f"p{n}@inbox.example" for n in range(extra)))
        found = rows(live, Select("c", ("id",), ByIdentifiers(probes, (("email", wanted),))))
        assert {(1,), (2,), (3,)} <= set(found)


@pytest.mark.parametrize("wanted", ["0", 0, "abc", "", "1 OR 1=1", 10**30, None, b"\x00"])
def test_a_number_is_never_compared_with_a_text(live: Live, wanted: Any) -> None:
    live.run(
        "CREATE TABLE t (n INTEGER, v VARCHAR(20)); INSERT INTO t VALUES (7, 'abc x'), (8, 'x'), (9, '12x');"
    )
    assert len(live.query("SELECT 1 FROM t WHERE v = 0")) == 2, "the trap is set"
    assert rows(live, Select("t", ("n",), ByValues(("v",), [(wanted,)]))) == []
    assert rows(live, Select("t", ("n",), ByValues(("n",), [(wanted,)]))) == []


def test_a_link_between_a_number_and_a_text_compares_what_is_written(live: Live) -> None:
    live.run("CREATE TABLE t (v VARCHAR(20)); INSERT INTO t VALUES ('7'), ('07'), ('7x'), ('7.0');")
    assert rows(live, Select("t", ("v",), ByValues(("v",), [(7,)]))) == [("7",)]


def test_a_chain_of_text_keys_is_walked_by_bytes(live: Live) -> None:
    live.run(
        "CREATE TABLE part (id VARCHAR(20), parent VARCHAR(20));"
        "INSERT INTO part VALUES ('a', 'A'), ('A', 'å'), ('å', 'å '), ('å ', NULL), ('z', NULL);"
    )
    found = rows(live, Select("part", ("id",), ByValues(("id",), [("a",)], ("parent",))))
    assert sorted(found) == [("A",), ("a",), ("å",), ("å ",)]


# -- what writing does by itself ----------------------------------------------------------------------------------------------


def test_a_stamp_that_updates_itself_stays_what_it_was(live: Live) -> None:
    shop = world(
        live,
        "CREATE TABLE bill (id INTEGER PRIMARY KEY, person_id INTEGER REFERENCES person (id), payer VARCHAR(40),"
        "issued TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP, total DECIMAL(8,2));"
        "INSERT INTO bill VALUES (1, 1, 'Alice Alstrup', '2020-02-02 02:02:02', 10.50);",
        bill={
            "key": ["id"], "erase": "anonymise", "links": OWNED,
            "fields": {"id": "key", "person_id": "key", "payer": "full_name", "issued": "date", "total": "amount"},
        },
    )  # fmt: skip
    shop.erase("person=1")
    ((payer, issued, total),) = live.query("SELECT payer, issued, total FROM bill")
    assert (payer, issued, str(total)) == (None, datetime(2020, 2, 2, 2, 2, 2), "10.50")  # noqa: DTZ001


def test_values_made_for_unique_numbers_and_mandatory_times_fit_their_types(live: Live) -> None:
    kinds = ("INT UNSIGNED", "BIGINT UNSIGNED", "SMALLINT", "MEDIUMINT UNSIGNED", "BIGINT")
    numbers = "".join(f"n{at} {kind} NOT NULL UNIQUE, " for at, kind in enumerate(kinds))
    shop = world(
        live,
        f"CREATE TABLE bill (id INTEGER PRIMARY KEY, {numbers} at TIMESTAMP NOT NULL DEFAULT '2020-01-01 00:00:00', y YEAR NOT NULL,"
        "person_id INTEGER REFERENCES person (id));"
        "INSERT INTO bill VALUES (1, 11, 11, 11, 11, 11, '2021-01-01 00:00:00', 1999, 1), (2, 12, 12, 12, 12, 12, '2021-01-01 00:00:00', 1999, 1);",
        bill={
            "key": ["id"], "erase": "anonymise", "links": OWNED,
            "fields": {"id": "key", "person_id": "key", "at": "birth_date", "y": "birth_date", **{f"n{at}": "customer_no" for at in range(5)}},
        },
    )  # fmt: skip
    shop.erase("person=1")
    left = live.query("SELECT n0, n1, n2, n3, n4, at, y FROM bill")
    assert len(left) == 2
    for at in range(5):
        assert len({row[at] for row in left} - {11, 12}) == 2
    assert {row[5] for row in left} == {datetime(1970, 1, 1, 0, 0, 1)}  # noqa: DTZ001
    assert 1999 not in {row[6] for row in left}


def test_nobody_may_have_the_number_nought(live: Live) -> None:
    live.run(
        "CREATE TABLE person (id INTEGER AUTO_INCREMENT PRIMARY KEY, name VARCHAR(40)); INSERT INTO person VALUES (5, 'Alice');"
        "CREATE TABLE deal (id INTEGER PRIMARY KEY, clerk INTEGER NOT NULL REFERENCES person (id)); INSERT INTO deal VALUES (1, 5);"
    )
    shop = World({"shop": live}, map_of({"shop": {
        "person": {"subject": "person", "key": ["id"], "nobody": {"id": 0}, "fields": {"id": "key", "name": "full_name"}},
        "deal": {"key": ["id"], "fields": {"id": "key", "clerk": "key"}, "links": [{"columns": ["clerk"], "to": "person [id]", "means": "MENTIONS"}]},
    }}))  # fmt: skip
    shop.erase("person=5")
    assert live.query("SELECT clerk FROM deal") == [(0,)]
    assert live.query("SELECT id FROM person") == [(0,)]


def test_rows_under_a_lax_server_with_zero_dates_are_found_changed_and_erased(live: Live) -> None:
    live.run(
        "SET SESSION sql_mode = 'ANSI_QUOTES'; CREATE TABLE visit (id INTEGER PRIMARY KEY, day DATE NOT NULL, person_id INTEGER, note VARCHAR(40));"
        "INSERT INTO visit VALUES (1, '0000-00-00', 1, 'Alice Alstrup'), (2, '2024-00-00', 1, 'x'), (3, '0000-00-00', 2, 'y');"
    )
    ref = Ref("shop", "visit")
    assert sorted(rows(live, Select("visit", ("id", "day"), Everything())))[0] == (1, "0000-00-00")
    steps = [
        Step(ref, "anonymise", ("id",), ("day",), [(1, "0000-00-00"), (2, "2024-00-01")], ("note",), (New("constant", "-"),)),
        Step(ref, "erase", ("id",), ("day",), [(2, "2024-00-00"), (3, "2024-00-00")]),
    ]  # fmt: skip
    with live.opened(write=True) as store:
        store.execute(one(ref, steps), hand())
    assert live.query("SELECT id, note FROM visit ORDER BY id") == [(1, "-"), (3, "y")]


def test_what_does_not_fit_is_refused_and_never_cut(live: Live) -> None:
    live.run("SET GLOBAL sql_mode = ''")
    try:
        live.run("CREATE TABLE t (id INTEGER PRIMARY KEY, v VARCHAR(3)); INSERT INTO t VALUES (1, 'abc');")
        step = Step(
            Ref("shop", "t"), "anonymise", ("id",), (), [(1,)], ("v",), (New("constant", "too long"),)
        )
        with live.opened(write=True) as store, pytest.raises(StoreError):
            store.execute(one(step.ref, [step]), hand())
        assert live.query("SELECT v FROM t") == [("abc",)]
    finally:
        live.run("SET GLOBAL sql_mode = DEFAULT")


def test_safe_updates_and_tiny_limits_of_the_server_do_not_stop_us(live: Live) -> None:
    live.run("CREATE TABLE t (a INTEGER, b TEXT); INSERT INTO t SELECT seq, 'x' FROM seq_1_to_2000;")
    live.run(
        "SET GLOBAL sql_safe_updates = 1, GLOBAL max_recursive_iterations = 5, GLOBAL sql_select_limit = 10"
    )
    try:
        step = Step(Ref("shop", "t"), "erase", ("a",), (), [(n,) for n in range(1, 2001)])
        with live.opened(write=True) as store:
            store.execute(one(step.ref, [step]), hand())
    finally:
        live.run(
            "SET GLOBAL sql_safe_updates = DEFAULT, GLOBAL max_recursive_iterations = DEFAULT, GLOBAL sql_select_limit = DEFAULT"
        )
    assert live.query("SELECT count(*) FROM t") == [(0,)]


# -- what there is beside rows ------------------------------------------------------------------------------------------------

KINDS_OF_TABLE = """
    CREATE TABLE whole (
      id INTEGER PRIMARY KEY AUTO_INCREMENT, a VARCHAR(20) INVISIBLE DEFAULT 'a', up VARCHAR(40) AS (upper(a)) STORED,
      low VARCHAR(40) AS (lower(a)) VIRTUAL, flag TINYINT(1), tiny TINYINT(2), n BIGINT UNSIGNED, bits BIT(3), doc JSON,
      mood ENUM('sad','it''s ok') NOT NULL DEFAULT 'sad', tags SET('x','y'), y YEAR, t TIMESTAMP NULL DEFAULT NULL
        ON UPDATE CURRENT_TIMESTAMP, price DECIMAL(9,2), CONSTRAINT grown CHECK (price > 0), FULLTEXT KEY words (a), KEY (n, y)
    ) COMMENT = 'All sorts';
    CREATE TABLE parts (id INTEGER, day DATE, PRIMARY KEY (id, day)) PARTITION BY RANGE (YEAR(day))
      (PARTITION old VALUES LESS THAN (2020), PARTITION new VALUES LESS THAN MAXVALUE);
    CREATE TABLE child (id INTEGER PRIMARY KEY, whole_id INTEGER, CONSTRAINT of_whole FOREIGN KEY (whole_id) REFERENCES whole (id)
      ON DELETE CASCADE ON UPDATE SET NULL);
    CREATE TABLE isam (id INTEGER PRIMARY KEY, v TEXT) ENGINE = MyISAM;
    CREATE TABLE mem (id INTEGER PRIMARY KEY) ENGINE = MEMORY;
    CREATE TABLE versioned (id INTEGER PRIMARY KEY, v TEXT) WITH SYSTEM VERSIONING;
    CREATE VIEW seen AS SELECT id FROM whole WHERE n > 0;
    CREATE SEQUENCE counter;
    CREATE PROCEDURE p() SELECT 1;
    CREATE TRIGGER stamp BEFORE UPDATE ON child FOR EACH ROW SET NEW.whole_id = NULL;
"""


def test_everything_is_reflected_in_a_fixed_number_of_statements(live: Live) -> None:
    live.run(KINDS_OF_TABLE)
    with live.opened() as store:
        schema = store.reflect()
    tables = schema.tables
    assert set(tables) == {"whole", "parts", "child", "isam", "mem", "versioned", "seen"}
    whole = tables["whole"]
    assert {name: c.family for name, c in whole.by_name.items()} == {
        "id": "integer", "a": "text", "up": "text", "low": "text", "flag": "boolean", "tiny": "integer", "n": "integer",
        "bits": "integer", "doc": "json", "mood": "enum", "tags": "enum", "y": "integer", "t": "timestamp", "price": "decimal",
    }  # fmt: skip
    assert [c.name for c in whole.columns if c.generated] == ["up", "low"]
    assert [c.name for c in whole.columns if c.identity] == ["id"]
    assert (whole.by_name["mood"].choices, whole.by_name["tags"].choices) == (
        ("sad", "it's ok"),
        ("", "x", "y"),
    )
    assert (whole.by_name["a"].length, whole.by_name["mood"].default is None, whole.by_name["n"].default) == (
        20,
        False,
        None,
    )
    assert (whole.key, whole.comment, [c.name for c in whole.checks]) == (("id",), "All sorts", ["grown"])
    assert set(whole.indexes) == {("id",), ("n", "y")}
    assert tables["parts"].partitions == ("old", "new")
    (key,) = tables["child"].foreign_keys
    assert (key.name, key.target, key.on_delete, key.on_update, key.deferrable) == (
        "of_whole", "whole", "CASCADE", "SET NULL", False,
    )  # fmt: skip
    assert (tables["seen"].kind, tables["seen"].reads) == ("view", ("whole",))
    assert [t.timing for t in tables["child"].triggers] == ["BEFORE"]
    assert "MyISAM" in tables["isam"].rowwise
    assert "MEMORY" in tables["mem"].rowwise
    assert not whole.rowwise
    assert "DELETE HISTORY" in tables["versioned"].blind[0]
    unsearched = dict(schema.unsearched)
    assert {"versioned FOR SYSTEM_TIME ALL", "routines"} <= set(unsearched)
    assert "other tables" not in unsearched


def test_a_thousand_tables_are_reflected_with_no_more_statements(
    live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pymysql.cursors import Cursor

    sent: list[str] = []
    real = Cursor.execute
    monkeypatch.setattr(Cursor, "execute", lambda *a, **k: (sent.append(a[1]), real(*a, **k))[1])
    counts = []
    for many in (1, 200):
        for n in range(many):
            live.run(f"CREATE TABLE t{many}_{n} (id INTEGER PRIMARY KEY, a INTEGER REFERENCES t{many}_0 (id), b TEXT)" if n else
                     f"CREATE TABLE t{many}_0 (id INTEGER PRIMARY KEY, b TEXT)")  # fmt: skip
        with live.opened() as store:
            sent.clear()
            started = time.perf_counter()
            store.reflect()
            counts.append(len(sent))
    assert counts[0] == counts[1] < 25
    assert time.perf_counter() - started < 5


def test_history_that_the_server_keeps_is_named_and_blocks(live: Live) -> None:
    shop = world(
        live,
        "CREATE TABLE note (id INTEGER PRIMARY KEY, person_id INTEGER, body VARCHAR(80)) WITH SYSTEM VERSIONING;"
        "INSERT INTO note VALUES (1, 1, 'Alice Alstrup'); UPDATE note SET body = 'Alice Alstrup called';",
        note={
            "key": ["id"],
            "fields": {"id": "key", "person_id": "key", "body": "free_text"},
            "links": OWNED,
        },
    )
    plan = shop.plan("person=1")
    assert ("plan.Q009", "shop.note") in {(q.id, q.place) for q in plan.blocked}
    assert any("SYSTEM_TIME" in what for what, _ in plan.not_searched)
    shop.accepted = frozenset(["plan.Q009@shop.note"])
    shop.erase("person=1")
    assert live.query("SELECT count(*) FROM note") == [(0,)]
    assert live.query("SELECT count(*) FROM note FOR SYSTEM_TIME ALL") == [(2,)]
    with live.opened(write=True) as store:
        told = store.settle(["note"]).operator
    assert any("DELETE HISTORY FROM note" in line for line in told)


def test_a_partitioned_table_is_one_dataset(live: Live) -> None:
    shop = world(
        live,
        "CREATE TABLE paid (id INTEGER, day DATE, person_id INTEGER, payer VARCHAR(40), PRIMARY KEY (id, day)) PARTITION BY RANGE"
        " (YEAR(day)) (PARTITION a VALUES LESS THAN (2024), PARTITION b VALUES LESS THAN MAXVALUE);"
        "INSERT INTO paid VALUES (1, '2023-05-05', 1, 'Alice Alstrup'), (2, '2025-05-05', 1, 'Alice Alstrup'), (1, '2025-05-05', 2, 'Bob Bille');",
        paid={"key": ["id", "day"], "fields": {"id": "key", "day": "date", "person_id": "key", "payer": "full_name"}, "links": OWNED},
    )  # fmt: skip
    plan = shop.erase("person=1")
    assert {step.ref.dataset: len(step.rows) for step in plan.steps} == {"paid": 2, "person": 1}
    assert live.query("SELECT payer FROM paid") == [("Bob Bille",)]


# -- no transaction ---------------------------------------------------------------------------------------------------------------

ISAM = (
    "CREATE TABLE note (id INTEGER PRIMARY KEY, person_id INTEGER, body VARCHAR(80)) ENGINE = MyISAM;"
    "INSERT INTO note VALUES (1, 1, 'one'), (2, 1, 'two'), (3, 2, 'three');"
)
NOTE = {"key": ["id"], "fields": {"id": "key", "person_id": "key", "body": "free_text"}, "links": OWNED}


def test_a_table_without_transactions_is_named_and_what_is_done_stays_done(live: Live) -> None:
    shop = world(live, ISAM, note=NOTE)
    plan = shop.plan("person=1")
    assert [(q.place, q.blocking) for q in plan.questions if q.id == "plan.Q017"] == [("shop.note", False)]
    live.run("CREATE TABLE hold (id INTEGER REFERENCES person (id)); INSERT INTO hold VALUES (1);")
    steps = [s for s in plan.steps if s.action == "erase"]
    assert [s.ref.dataset for s in steps] == ["note", "person"], "the person goes last"
    with live.opened(write=True) as store:
        with pytest.raises(StoreError) as fault:
            store.execute(one(steps[0].ref, steps), hand())
        assert "stays done" in fault.value.remedy
        assert live.query("SELECT id FROM note") == [(3,)]
        assert live.query("SELECT count(*) FROM person") == [(2,)], "and can still be found"
        live.run("DROP TABLE hold")
        store.execute(one(steps[0].ref, steps), hand())
    assert live.query("SELECT id FROM person") == [(2,)]


def test_what_stands_before_a_table_without_transactions_is_committed_first(live: Live) -> None:
    live.run(
        PEOPLE
        + ISAM.replace("note", "diary")
        + "CREATE TABLE safe (id INTEGER PRIMARY KEY); INSERT INTO safe VALUES (1);"
    )
    steps = [
        Step(Ref("shop", "safe"), "erase", ("id",), (), [(1,)]),
        Step(Ref("shop", "diary"), "erase", ("id",), (), [(1,)]),
        Step(Ref("shop", "person"), "anonymise", ("id",), (), [(1,)], ("email",), (New("constant", "x" * 99),)),
    ]  # fmt: skip
    with live.opened(write=True) as store, pytest.raises(StoreError):
        store.execute(one(steps[0].ref, steps), hand())
    assert live.query("SELECT count(*) FROM safe") == [(0,)]
    assert live.query("SELECT count(*) FROM diary WHERE id = 1") == [(0,)]


# -- locks and lost connections ----------------------------------------------------------------------------------------------------


@contextmanager
def held(live: Live, script: str) -> Iterator[Any]:
    with mariadb_server.connect(live.url) as other:
        other.begin()
        mariadb_server.execute(other, script)
        yield other
        other.rollback()


def test_a_lock_that_does_not_come_is_transient_and_changes_nothing(
    live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line_module, "LOCK_SECONDS", 1)
    live.run(PEOPLE)
    step = Step(Ref("shop", "person"), "erase", ("id",), (), [(1,), (2,)])
    with live.opened(write=True) as store:
        store.reflect()
        with held(live, "UPDATE person SET name = name WHERE id = 2"), pytest.raises(StoreError) as fault:
            store.execute(one(step.ref, [step]), hand())
        assert (fault.value.permanent, "1205" in str(fault.value)) == (False, True)
        assert live.query("SELECT count(*) FROM person") == [(2,)]
        store.execute(one(step.ref, [step]), hand())
    assert live.query("SELECT count(*) FROM person") == [(0,)]


def test_a_deadlock_is_transient(live: Live) -> None:
    live.run(PEOPLE + "CREATE TABLE note (id INTEGER PRIMARY KEY); INSERT INTO note VALUES (1);")
    steps = [
        Step(Ref("shop", "person"), "anonymise", ("id",), (), [(1,)], ("name",), (New("constant", "x"),)),
        Step(Ref("shop", "note"), "erase", ("id",), (), [(1,)]),
    ]
    other = mariadb_server.connect(live.url)
    other.begin()  # it has changed more than we: InnoDB lets the smaller one go
    mariadb_server.execute(
        other, "INSERT INTO note SELECT seq FROM seq_100_to_500; UPDATE note SET id = 2 WHERE id = 1"
    )
    late = threading.Timer(1.0, mariadb_server.execute, (other, "UPDATE person SET name = 'y' WHERE id = 1"))
    late.start()
    with live.opened(write=True) as store, pytest.raises(StoreError) as fault:
        store.execute(one(steps[0].ref, steps), hand())
    late.join()
    other.rollback()
    other.close()
    assert (fault.value.permanent, "1213" in str(fault.value)) == (False, True)


def test_a_killed_connection_is_transient_and_the_batch_is_not_half_done(live: Live) -> None:
    live.run(PEOPLE + "CREATE TABLE note (id INTEGER PRIMARY KEY); INSERT INTO note VALUES (1);")
    steps = [
        Step(Ref("shop", "note"), "erase", ("id",), (), [(1,)]),
        Step(Ref("shop", "person"), "erase", ("id",), (), [(1,)]),
    ]

    def kill() -> None:
        for number, _ in live.query(
            "SELECT id, info FROM information_schema.processlist WHERE info LIKE 'DELETE%person%'"
        ):
            live.run(f"KILL {number}")

    with live.opened(write=True) as store:
        store.reflect()
        with held(live, "UPDATE person SET name = 'z' WHERE id = 1"):
            late = threading.Timer(1.0, kill)
            late.start()
            with pytest.raises(StoreError) as fault:
                store.execute(one(steps[0].ref, steps), hand())
            late.join()
        assert not fault.value.permanent
        assert live.query("SELECT count(*) FROM note") == [(1,)]
        store.execute(one(steps[0].ref, steps), hand())
    assert live.query("SELECT count(*) FROM note") == [(0,)]


def test_reading_while_reading_and_stopping_half_way_leave_the_store_usable(live: Live) -> None:
    live.run("CREATE TABLE many (id INTEGER PRIMARY KEY); INSERT INTO many SELECT seq FROM seq_1_to_30000;")
    with live.opened() as store:
        outer = store.rows(Select("many", ("id",), Everything()))
        first = next(outer)
        inner = [row for chunk in store.rows(Select("many", ("id",), Everything())) for row in chunk]
        assert len(inner) == 30_000
        assert len(first) + sum(map(len, outer)) == 30_000
        next(store.rows(Select("many", ("id",), Everything())))
        wanted = [(n,) for n in range(1, 30_001)]
        assert sum(map(len, store.rows(Select("many", ("id",), ByValues(("id",), wanted))))) == 30_000


# -- grants -----------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def as_user(live: Live, maria_server: MariaServer) -> Iterator[Callable[..., Live]]:
    """Grants -> the same database as an account that has these alone."""
    name = f"u_{live.url[-8:]}"
    database = live.url.rpartition("/")[2]

    def make(*grants: str) -> Live:
        live.run(f"CREATE USER '{name}'@'127.0.0.1' IDENTIFIED BY 'pw'")
        for grant in grants:
            live.run(f"GRANT {grant.replace('DB', database)} TO '{name}'@'127.0.0.1'")
        return Live("mysql", f"mysql://{name}:pw@127.0.0.1:{maria_server.port}/{database}")

    yield make
    live.run(f"DROP USER IF EXISTS '{name}'@'127.0.0.1'")


def test_an_account_that_may_only_read_reads_all_and_changes_nothing(
    live: Live, as_user: Callable[..., Live]
) -> None:
    live.run(PEOPLE)
    reader = as_user("SELECT ON DB.*")
    with reader.opened() as store:
        schema = store.reflect()
        assert [t.blind for t in schema.tables.values()] == [()]
        assert "other tables" not in dict(schema.unsearched)
        assert schema.facts["unwritable"] == "person"
        assert len(rows(reader, Select("person", ("id",), ByValues(("id",), [(1,), (2,)])))) == 2
    step = Step(Ref("shop", "person"), "erase", ("id",), (), [(1,)])
    with reader.opened(write=True) as store, pytest.raises(StoreError) as fault:
        store.execute(one(step.ref, [step]), hand())
    assert fault.value.permanent


def test_missing_grants_blind_us(live: Live, as_user: Callable[..., Live]) -> None:
    live.run(
        PEOPLE + "CREATE TABLE half (id INTEGER PRIMARY KEY, pay INTEGER); CREATE TABLE shut (id INTEGER);"
    )
    some = as_user("SELECT ON DB.person", "SELECT (id) ON DB.half", "INSERT ON DB.shut")
    with some.opened() as store:
        schema = store.reflect()
    assert {name: table.blind for name, table in schema.tables.items()} == {
        "person": (),
        "half": ("SELECT on single columns only: there may be others",),
        "shut": ("no SELECT on the table",),
    }
    assert {"other tables", "shut"} <= set(dict(schema.unsearched))


def test_keys_of_another_database_are_named(live: Live, maria_server: MariaServer) -> None:
    live.run(PEOPLE)
    other = maria_server.create()
    try:
        with mariadb_server.connect(other) as connection:
            database = live.url.rpartition("/")[2]
            mariadb_server.execute(
                connection,
                f"CREATE TABLE far (p INTEGER, FOREIGN KEY (p) REFERENCES {database}.person (id) ON DELETE CASCADE)",
            )
        with live.opened() as store:
            (blind,) = store.reflect().tables["person"].blind
        assert "another database" in blind
        assert "CASCADE" in blind
    finally:
        maria_server.drop(other)


# -- bytes ------------------------------------------------------------------------------------------------------------------------


def test_the_files_hold_nothing_of_an_erased_row_after_it_was_settled(
    live: Live, maria_server: MariaServer
) -> None:
    live.run(
        "CREATE TABLE note (id INTEGER PRIMARY KEY, body TEXT, FULLTEXT KEY (body));"
        "INSERT INTO note SELECT seq, concat('zebrafinch', seq) FROM seq_1_to_200;"
    )
    folder = maria_server.folder / "data" / live.url.rpartition("/")[2]

    def held_bytes() -> bool:
        live.run("FLUSH TABLES note FOR EXPORT; UNLOCK TABLES")
        return b"zebrafinch" in b"".join(path.read_bytes() for path in folder.glob("note*.ibd"))

    assert held_bytes(), "the sweep can find it"
    step = Step(Ref("shop", "note"), "erase", ("id",), (), [(n,) for n in range(1, 201)])
    with live.opened(write=True) as store:
        store.execute(one(step.ref, [step]), hand())
        absence = store.settle(["note"])
    assert absence.done == ("1 tables were rebuilt without the dead rows (OPTIMIZE)",)
    assert any("backups" in line for line in absence.operator)
    assert not held_bytes()


# -- passwords --------------------------------------------------------------------------------------------------------------------


def test_a_password_may_come_from_my_cnf_and_never_comes_out(
    live: Live, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = live.url.split(":")[2].split("@")[0]
    bare = live.url.replace(f":{secret}@", "@")
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(StoreUnreachableError) as fault:
        STORE.open("shop", bare)
    assert "wrong user or password" in str(fault.value)
    file = tmp_path / ".my.cnf"
    file.write_text(f"[client]\npassword = '{secret}'\n!includedir /nowhere\n")
    file.chmod(0o644)
    with pytest.raises(StoreUnreachableError) as fault:
        STORE.open("shop", bare)
    assert "chmod 600" in str(fault.value)
    assert secret not in "".join(traceback.format_exception(fault.value))
    file.chmod(0o600)
    store = STORE.open("shop", bare)
    assert store.reflect().tables == {}
    store.close()
