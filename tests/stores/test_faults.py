"""What may pass is tried again and what cannot is not; each refusal says what lies behind it, and changes nothing of its batch."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from typing import Any

import psycopg
import pytest

import mariadb_server
from live import KINDS, Live, hand, one
from troth.datamap.manners import Manners
from troth.datamap.model import Ref
from troth.planning.plan import New, Step
from troth.stores.faults import ADVICE, LOST
from troth.terms.errors import StoreError, TimeLimitError

PEOPLE = (
    "CREATE TABLE person (id INTEGER PRIMARY KEY, name VARCHAR(60));"
    "CREATE TABLE note (id INTEGER PRIMARY KEY, body VARCHAR(60));"
    "INSERT INTO person VALUES (1, 'Alice'), (2, 'Bob'); INSERT INTO note VALUES (1, 'x'), (2, 'y');"
)
PATIENT = Manners(lock_timeout=1)
STEPS = (
    Step(Ref("shop", "note"), "erase", ("id",), (), [(1,)]),
    Step(Ref("shop", "person"), "erase", ("id",), (), [(1,)]),
)


@contextmanager
def another(live: Live) -> Iterator[Callable[[str], Any]]:
    """Somebody else's transaction on the same database; what it did is undone at the end."""
    if live.kind == "postgres":
        with psycopg.connect(live.url) as db:
            yield lambda sql: db.execute(sql.encode())
            db.rollback()
    elif live.kind == "mysql":
        with closing(mariadb_server.connect(live.url)) as line:
            line.begin()
            yield lambda sql: mariadb_server.execute(line, sql)
            line.rollback()
    else:
        with closing(sqlite3.connect(live.path, isolation_level=None, check_same_thread=False)) as file:
            file.execute("BEGIN IMMEDIATE")
            yield file.execute
            file.execute("ROLLBACK")


def refused(
    live: Live, manners: Manners = PATIENT, meanwhile: Callable[[Any], None] | None = None
) -> StoreError:
    with closing(live.open(write=True, manners=manners)) as store:
        store.reflect()
        if meanwhile:
            meanwhile(store)
        with pytest.raises(StoreError) as fault:
            store.execute(one(STEPS[0].ref, STEPS), hand())
    return fault.value


def untouched(live: Live) -> bool:
    return [live.query(f"SELECT count(*) FROM {table}") for table in ("person", "note")] == [[(2,)], [(2,)]]


@pytest.mark.parametrize("kind", KINDS)
def test_a_lock_of_others_is_waited_for_as_long_as_manners_say(
    kind: str, new_live: Callable[..., Live]
) -> None:
    live = new_live(kind)
    live.run(PEOPLE)
    with another(live) as other:
        other("UPDATE person SET name = 'z' WHERE id = 1")
        began = time.monotonic()
        fault = refused(live)
        assert 0.8 < time.monotonic() - began < 4
    assert (fault.permanent, isinstance(fault, TimeLimitError)) == (False, False)
    assert fault.remedy.startswith(ADVICE["lock"])
    assert "Nothing of this batch was changed" in fault.remedy
    assert fault.place == ("shop.note" if kind == "sqlite" else "shop.person")
    assert untouched(live)


SLOW = {
    "postgres": "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(20); RETURN OLD; END $$;"
    "CREATE TRIGGER slow BEFORE DELETE ON person FOR EACH ROW EXECUTE FUNCTION slow();",
    "mysql": "CREATE TRIGGER slow BEFORE DELETE ON person FOR EACH ROW SET @slept = SLEEP(20);",
    "sqlite": "CREATE TRIGGER slow BEFORE DELETE ON person BEGIN SELECT count(*) FROM (WITH RECURSIVE s(n) AS "
    "(SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 300000000) SELECT n FROM s); END;",
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_statement_that_takes_too_long_ends_and_is_not_tried_again(
    kind: str, new_live: Callable[..., Live]
) -> None:
    live = new_live(kind)
    live.run(PEOPLE)
    live.run(SLOW[kind])
    began = time.monotonic()
    fault = refused(live, Manners(statement_timeout=0.5))
    assert time.monotonic() - began < 10
    assert isinstance(fault, TimeLimitError)
    assert fault.remedy.startswith(ADVICE["time"])
    assert untouched(live)


@pytest.mark.parametrize("kind", KINDS)
def test_many_quick_statements_do_not_hold_locks_for_longer_either(
    kind: str, new_live: Callable[..., Live]
) -> None:
    live = new_live(kind)
    live.run(PEOPLE)

    def dawdle(store: Any) -> None:
        real = store._do

        def do(*arguments: Any) -> None:
            time.sleep(0.4)
            real(*arguments)

        store._do = do

    many = tuple(replace(STEPS[0], rows=[(n,)]) for n in range(3, 30_000)) if kind == "sqlite" else ()
    with closing(live.open(write=True, manners=Manners(statement_timeout=0.3))) as store:
        store.reflect()
        dawdle(store) if not many else None
        with pytest.raises(TimeLimitError) as fault:
            store.execute(one(STEPS[0].ref, (*STEPS, *many)), hand())
    assert fault.value.remedy.startswith(ADVICE["time"])
    assert untouched(live)


@pytest.mark.parametrize("kind", KINDS[1:])
def test_a_lost_connection_does_not_claim_to_know_what_was_committed(
    kind: str, new_live: Callable[..., Live]
) -> None:
    live = new_live(kind)
    live.run(PEOPLE)

    def cut(store: Any) -> None:
        if kind == "postgres":
            live.query("SELECT pg_terminate_backend(%s)", (store._db.info.backend_pid,))
        else:
            live.run(f"KILL {store._idle[0].thread_id()}")
        time.sleep(0.2)

    fault = refused(live, meanwhile=cut)
    assert (fault.permanent, fault.remedy) == (False, LOST)
    assert untouched(live)


@pytest.mark.parametrize("kind", KINDS[1:])
def test_a_deadlock_is_told_as_one_and_may_be_tried_again(kind: str, new_live: Callable[..., Live]) -> None:
    live = new_live(kind)
    live.run(PEOPLE)
    if kind == "postgres":  # the one that waits first looks for circles first
        live.run(f"ALTER DATABASE {live.url.rpartition('/')[2]} SET deadlock_timeout = '100ms'")
    with another(live) as other:
        if kind == "postgres":
            other("SET deadlock_timeout = '60s'")
        else:  # whoever has changed less is let go
            other("INSERT INTO person SELECT seq, 'w' FROM seq_100_to_500")
        other("UPDATE person SET name = 'z' WHERE id = 1")
        late = threading.Timer(0.7, _crossing, (other,))
        if kind == "postgres":
            late = threading.Timer(0.05, _crossing, (other,))
        held = _slow_first_step(live, late)
        late.join()
    assert held.permanent is False
    assert held.remedy.startswith(ADVICE["deadlock"])
    assert untouched(live)


def _crossing(other: Callable[[str], Any]) -> None:
    other("UPDATE note SET body = 'z' WHERE id = 1")


def _slow_first_step(live: Live, late: threading.Timer) -> StoreError:
    """Our batch has changed the note; the other waits for it, and then we for the other."""
    with closing(live.open(write=True, manners=Manners(lock_timeout=20))) as store:
        store.reflect()
        real = store._do  # type: ignore[attr-defined]

        def do(cursor: Any, step: Step, told: Any) -> None:
            if step.ref.dataset == "person":
                late.start()
                time.sleep(1.0)
            real(cursor, step, told)

        store._do = do  # type: ignore[attr-defined]
        with pytest.raises(StoreError) as fault:
            store.execute(one(STEPS[0].ref, STEPS), hand())
    return fault.value


def test_a_full_disk_of_a_file_is_told_as_one(new_live: Callable[..., Live]) -> None:
    live = new_live("sqlite")
    live.run(PEOPLE)
    grown = Step(
        Ref("shop", "note"), "anonymise", ("id",), (), [(1,)], ("body",), (New("constant", "z" * 900_000),)
    )
    with closing(live.open(write=True)) as store:
        pages = store._db.execute("PRAGMA page_count").fetchone()[0]  # type: ignore[attr-defined]
        store._db.execute(f"PRAGMA max_page_count = {pages}")  # type: ignore[attr-defined]
        with pytest.raises(StoreError) as fault:
            store.execute(one(grown.ref, [grown]), hand())
    assert fault.value.remedy.startswith(ADVICE["full"])
    assert (fault.value.permanent, untouched(live)) == (False, True)
