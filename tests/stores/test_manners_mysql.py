"""MariaDB without transactions, under locks, with few grants: what is done is known, and what is not seen is said."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from mysql_shop import OWNED, PEOPLE, rows, world

import mariadb_server
from live import Live, hand, one
from mariadb_server import MariaServer
from troth.datamap.manners import Manners
from troth.datamap.model import Ref
from troth.datamap.reader import ByValues, Everything, Select
from troth.planning.plan import New, Step
from troth.stores.mysql import STORE
from troth.terms.errors import StoreError, StoreUnreachableError

pytestmark = pytest.mark.mysql


@pytest.fixture
def live(new_live: Callable[..., Live]) -> Live:
    return new_live("mysql")


# -- no transaction ---------------------------------------------------------------------------------------------------------------

ISAM = (
    "CREATE TABLE note (id INTEGER PRIMARY KEY, person_id INTEGER, body VARCHAR(80)) ENGINE = MyISAM;"
    "INSERT INTO note VALUES (1, 1, 'one'), (2, 1, 'two'), (3, 2, 'three');"
)
NOTE = {"key": ["id"], "fields": {"id": "key", "person_id": "key", "body": "free_text"}, "links": OWNED}


def test_a_table_without_transactions_is_named_and_what_is_done_stays_done(live: Live) -> None:
    shop = world(live, ISAM, note=NOTE)
    plan = shop.plan("person=1")
    assert [(q.place, q.blocking) for q in plan.questions if q.id == "plan.Q018"] == [("shop.note", False)]
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
    live: Live,
) -> None:
    live.run(PEOPLE)
    step = Step(Ref("shop", "person"), "erase", ("id",), (), [(1,), (2,)])
    with closing(live.open(write=True, manners=Manners(lock_timeout=0.5))) as store:
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


def _rows_read(store: Any, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many rows come over the line when one chunk of 30,000 rows is wanted."""
    from pymysql.connections import MySQLResult

    read: list[int] = []
    real = MySQLResult._read_rowdata_packet_unbuffered
    monkeypatch.setattr(
        MySQLResult, "_read_rowdata_packet_unbuffered", lambda self: (read.append(1), real(self))[1]
    )
    finish = MySQLResult._finish_unbuffered_query
    monkeypatch.setattr(
        MySQLResult,
        "_finish_unbuffered_query",
        lambda self: (read.extend([1] * 99_999 * self.unbuffered_active), finish(self))[1],
    )
    stopped = store.rows(Select("many", ("id",), Everything()))
    next(stopped)
    stopped.close()
    monkeypatch.undo()
    return len(read)


def test_reading_while_reading_and_stopping_half_way_leave_the_store_usable(
    live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    live.run("CREATE TABLE many (id INTEGER PRIMARY KEY); INSERT INTO many SELECT seq FROM seq_1_to_30000;")
    with live.opened() as store:
        outer = store.rows(Select("many", ("id",), Everything()))
        first = next(outer)
        inner = [row for chunk in store.rows(Select("many", ("id",), Everything())) for row in chunk]
        assert len(inner) == 30_000
        assert len(first) + sum(map(len, outer)) == 30_000
        next(store.rows(Select("many", ("id",), Everything())))
        assert _rows_read(store, monkeypatch) < 10_000
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
    reader = as_user("SELECT, TRIGGER ON DB.*")
    with reader.opened() as store:
        schema = store.reflect()
        assert [t.blind for t in schema.tables.values()] == [()]
        assert "other tables" not in dict(schema.unsearched)
        assert schema.facts["unwritable"] == "person"
        assert len(rows(reader, Select("person", ("id",), ByValues(("id",), [(1,), (2,)])))) == 2
    step = Step(Ref("shop", "person"), "erase", ("id",), (), [(1,)])
    with reader.opened(write=True) as store:
        assert store.lacking([step]) == ("DELETE on person",)  # type: ignore[attr-defined]
        with pytest.raises(StoreError) as fault:
            store.execute(one(step.ref, [step]), hand())
    assert fault.value.permanent


def test_missing_grants_blind_us(live: Live, as_user: Callable[..., Live]) -> None:
    live.run(
        PEOPLE + "CREATE TABLE half (id INTEGER PRIMARY KEY, pay INTEGER); CREATE TABLE shut (id INTEGER);"
    )
    some = as_user("SELECT, TRIGGER ON DB.person", "SELECT (id), TRIGGER ON DB.half", "INSERT ON DB.shut")
    with some.opened() as store:
        schema = store.reflect()
    assert {name: table.blind for name, table in schema.tables.items()} == {
        "person": (),
        "half": ("SELECT on single columns only: there may be others",),
        "shut": (
            "no SELECT on the table",
            "no TRIGGER right: whether something copies its rows cannot be seen",
        ),
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
    assert any("backups" in todo.what for todo in absence.operator)
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
