"""What may go wrong at one point of a run: installed in the process that runs, and told to its log when it strikes."""

from __future__ import annotations

import os
import random
import resource
import signal
import sqlite3
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import crash_driver
import psycopg
import pymysql
from chaos_proxy import Proxy

import live_mysql

ANYWHERE = ("kill", "disk full")
AT_ANY_STORE = ("busy", "kill at a store")
AT_A_SERVER = ("connection ended", "server killed", "statement timeout", "line cut")
AT_POSTGRES = ("backend killed", "statement cancelled")
OF_THE_WHOLE_RUN = ("clock", "line cut")  # nothing to strike at a point
SEVERAL = "+ several tables of a server in one transaction"
_WAIT = "80ms"


@dataclass(frozen=True)
class Fault:
    """One fault: what, at which of the points it may strike at, and the dice for the rest."""

    name: str
    at: int = 0
    seed: int = 0
    jumps: bool = False  # the clock jumps, too
    ports: Mapping[str, int] = field(default_factory=dict)  # system -> the server's port
    pids: Mapping[str, int] = field(default_factory=dict)  # system -> the server's process
    urls: Mapping[str, str] = field(default_factory=dict)  # system -> its address, past every proxy

    def told(self) -> dict[str, Any]:
        return asdict(self)


class Points:
    """Counts the points a fault can strike at, keeps the names of all, and strikes once."""

    def __init__(self, fault: Fault, log: Path) -> None:
        self.fault, self.count, self.struck = fault, 0, False
        self.dice = random.Random(fault.seed)
        self._log = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        self.within = threading.Event()  # a step of a batch has been done, and is not committed

    def note(self, what: str) -> None:
        os.write(self._log, f"{what}\n".encode())

    def here(self, what: str, store: Any = None, batch: Any = None) -> None:
        self.note(what)
        if what.endswith(" within"):
            self.within.set()
        if self.struck or not self._possible(what, store, batch):
            return
        self.count += 1
        if self.count == self.fault.at:
            self.struck = True
            self.note(f"! {self.fault.name}")
            _STRIKES[self.fault.name](self, store, batch)

    def _possible(self, what: str, store: Any, batch: Any) -> bool:
        name, kind = self.fault.name, _kind(store)
        if name in ANYWHERE:
            return True
        if store is None or name in OF_THE_WHOLE_RUN or not name:
            return False
        if name in ("busy", "statement timeout", "deadlock"):
            server = name == "busy" or kind != "sqlite"
            return what.endswith(" before") and server and (name != "deadlock" or len(_tables(batch)) > 1)
        if name in AT_POSTGRES:
            return kind == "postgres"
        return name in AT_ANY_STORE or kind != "sqlite"


def _kind(store: Any) -> str:
    return "" if store is None else type(store).__name__.removesuffix("Store").lower()


def install(fault: Fault, log: Path, environment: dict[str, str]) -> None:
    """Makes this process one in which the fault will strike."""
    points = Points(fault, log)
    crash_driver.watch_sqlite(points)
    crash_driver.watch_files(points)
    _watch_stores(points)
    if fault.jumps or fault.name == "clock":
        _jumping_clock(points)
    if fault.name == "line cut":
        dice, proxies = points.dice, {}
        for system, port in fault.ports.items():
            if port not in proxies:  # one of the servers
                told = partial(points.note, "! line cut")
                proxies[port] = Proxy(port, fault.at, dice.random() < 0.5, dice.choice((0, 0, 1, 4)), told)
            variable = f"TROTH_URL_{system.upper()}"
            environment[variable] = environment[variable].replace(f":{port}/", f":{proxies[port].port}/")


def _watch_stores(points: Points) -> None:
    from troth.stores.mysql.store import MysqlStore
    from troth.stores.postgres.store import PostgresStore
    from troth.stores.sqlite.store import SqliteStore
    from troth.terms.errors import TrothError

    for kind in (SqliteStore, PostgresStore, MysqlStore):
        real_execute, real_do = kind.execute, kind._do

        def execute(self: Any, batch: Any, *more: Any, real: Any = real_execute) -> None:
            points.within.clear()
            if _kind(self) != "sqlite" and len(_tables(batch)) > 1:
                points.note(SEVERAL)
            points.here(f"{self.system} before", self, batch)
            try:
                real(self, batch, *more)
            except TrothError as told:
                points.note(f"? {told.message}")
                raise
            points.here(f"{self.system} after its commit", self, batch)

        def do(self: Any, *arguments: Any, real: Any = real_do) -> None:
            real(self, *arguments)
            points.here(f"{self.system} within", self)

        kind.execute, kind._do = execute, do  # type: ignore[method-assign, assignment]


def _jumping_clock(points: Points) -> None:
    from troth.workflows.house import House

    real = House.now

    def now(self: House) -> datetime:
        return real(self) + timedelta(seconds=points.dice.uniform(-400, 400) * 86_400)

    House.now = now  # type: ignore[method-assign]
    points.note("! clock")


# -- the strikes ---------------------------------------------------------------------------------------------------------


def _kill(_points: Points, _store: Any, _batch: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _disk_full(points: Points, _store: Any, _batch: Any) -> None:
    """No file grows beyond a length that some of ours nearly have."""
    sizes = [path.stat().st_size for path in Path(".troth").glob("*") if path.is_file()]
    room = max(16_384, points.dice.choice(sizes or [0])) + points.dice.choice((0, 512, 4096, 20_000))
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))


def _server_killed(points: Points, store: Any, _batch: Any) -> None:
    """PostgreSQL stops as its immediate mode does, without a checkpoint; MariaDB knows nothing between that and orderly."""
    os.kill(points.fault.pids[store.system], signal.SIGQUIT if _kind(store) == "postgres" else signal.SIGKILL)
    if points.dice.random() < 0.5:
        time.sleep(0.3)  # it is back, or at least on its way, before we go on


def _backend_killed(_points: Points, store: Any, _batch: Any) -> None:
    os.kill(store._db.info.backend_pid, signal.SIGKILL)


def _connection_ended(points: Points, store: Any, _batch: Any) -> None:
    url = points.fault.urls[store.system]
    if _kind(store) == "postgres":
        with psycopg.connect(url, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s)", (store._db.info.backend_pid,))
        return
    with live_mysql.connect(url) as other, other.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM information_schema.processlist WHERE id <> CONNECTION_ID() AND db = DATABASE()"
        )
        for (number,) in cursor.fetchall():
            with suppress(pymysql.Error):
                cursor.execute(f"KILL CONNECTION {int(number)}")


def _cancelled(points: Points, store: Any, _batch: Any) -> None:
    """Whatever runs a moment later is cancelled from outside."""

    pid = store._db.info.backend_pid

    def cancel() -> None:
        time.sleep(points.dice.uniform(0, 0.02))
        with psycopg.connect(points.fault.urls[store.system], autocommit=True) as other:
            other.execute("SELECT pg_cancel_backend(%s)", (pid,))

    threading.Thread(target=cancel, daemon=True, name="rival listener").start()


def _busy(points: Points, store: Any, batch: Any) -> None:
    """Somebody holds what the batch needs, for longer than we wait; sometimes for longer than we try."""
    _rival(points, store, batch, _patience)


def _statement_timeout(points: Points, store: Any, batch: Any) -> None:
    _rival(points, store, batch, _haste)


def _rival(points: Points, store: Any, batch: Any, limit: Callable[[Any], None]) -> None:
    for_long = points.dice.random() < 0.4
    release = _hold(points.fault.urls.get(store.system, ""), store, points.dice.choice(_tables(batch)))
    timer = threading.Timer(4.0 if for_long else 0.15, release)
    timer.daemon = True
    timer.start()
    limit(store)
    if for_long:  # connections made anew are as hasty
        real = type(store).execute

        def execute(self: Any, *arguments: Any) -> None:
            limit(self)
            real(self, *arguments)

        type(store).execute = execute


def _tables(batch: Any) -> list[str]:
    return list(dict.fromkeys(step.ref.dataset for step in batch.steps if step.rows)) or [
        batch.steps[0].ref.dataset
    ]


def _hold(url: str, store: Any, table: str) -> Callable[[], None]:
    """Locks a table's rows; returns what lets them go."""
    if _kind(store) == "sqlite":
        file = sqlite3.connect(store.path, isolation_level=None, check_same_thread=False)
        file.execute("BEGIN IMMEDIATE")
        return file.close
    if _kind(store) == "postgres":
        held = psycopg.connect(url)
        held.execute(f"SELECT 1 FROM {table} FOR UPDATE")
        return held.close
    maria = live_mysql.connect(url)
    maria.begin()
    live_mysql.query(maria, f"SELECT 1 FROM {table} FOR UPDATE")
    return maria.close


def _patience(store: Any) -> None:
    """How long the session waits for a lock: hardly."""
    if _kind(store) == "sqlite":
        store._db.execute("PRAGMA busy_timeout=50")
    elif _kind(store) == "postgres":
        store._db.execute(f"SET lock_timeout = '{_WAIT}'")
    else:
        _tell_maria(store, "SET SESSION innodb_lock_wait_timeout = 0")


def _haste(store: Any) -> None:
    """How long a statement may take: hardly."""
    if _kind(store) == "postgres":
        store._db.execute(f"SET statement_timeout = '{_WAIT}'")
    else:
        _tell_maria(store, "SET SESSION max_statement_time = 0.08")


def _tell_maria(store: Any, sql: str) -> None:
    with store._line() as line, line.cursor() as cursor:
        cursor.execute(sql)


def _deadlock(points: Points, store: Any, batch: Any) -> None:
    """Somebody locks the last table, and wants the first once we have it."""
    tables, url = _tables(batch), points.fault.urls[store.system]
    first, last = (f"SELECT 1 FROM {name} FOR UPDATE" for name in (tables[0], tables[-1]))
    ready = threading.Event()

    def rival() -> None:
        with suppress(psycopg.Error, pymysql.Error):
            if _kind(store) == "postgres":
                with psycopg.connect(url) as other:
                    other.execute(last)
                    ready.set()
                    points.within.wait(2)
                    other.execute(first)
                    other.rollback()
            else:
                with live_mysql.connect(url) as maria:
                    maria.begin()
                    live_mysql.query(maria, last)
                    ready.set()
                    points.within.wait(2)
                    live_mysql.query(maria, first)
                    maria.rollback()

    threading.Thread(target=rival, daemon=True, name="rival listener").start()
    ready.wait(2)


_STRIKES: Mapping[str, Callable[[Points, Any, Any], None]] = {
    "kill": _kill,
    "kill at a store": _kill,
    "disk full": _disk_full,
    "server killed": _server_killed,
    "backend killed": _backend_killed,
    "connection ended": _connection_ended,
    "statement cancelled": _cancelled,
    "busy": _busy,
    "statement timeout": _statement_timeout,
    "deadlock": _deadlock,
}
