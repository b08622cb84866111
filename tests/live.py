"""Real stores for tests: fresh databases of each kind, their rows before and after, and the engine run over them."""

from __future__ import annotations

import hashlib
import hmac
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pymysql
import pytest
import yaml

import live_mysql
from troth.datamap.manners import DEFAULTS, Manners
from troth.datamap.mapfile import loads
from troth.datamap.model import DataMap
from troth.planning.executor import Hand
from troth.planning.plan import Batch, Plan, Step, batches
from troth.planning.redact import Needles
from troth.stores import Opened
from troth.stores.mysql import STORE as MYSQL
from troth.stores.postgres import STORE as POSTGRES
from troth.stores.sqlite import STORE as SQLITE
from troth.workflows.act import needles_of
from troth.workflows.find import gather
from troth.workflows.inquiry import Inquiry

AT = date(2026, 3, 1)
KINDS = (
    "sqlite",
    pytest.param("postgres", marks=pytest.mark.postgres),
    pytest.param("mysql", marks=pytest.mark.mysql),
)
STORES = {"sqlite": SQLITE, "postgres": POSTGRES, "mysql": MYSQL}
Row = tuple[Any, ...]


@dataclass
class Live:
    """A database of its own for one test, reached without Troth: what is there, there is."""

    kind: str
    url: str
    _db: psycopg.Connection[Row] | None = None
    _maria: pymysql.Connection[Any] | None = None

    def postgres(self) -> psycopg.Connection[Row]:
        """One connection for the whole test, committing each statement."""
        if self._db is None:
            self._db = psycopg.connect(self.url, autocommit=True)
        return self._db

    def mysql(self) -> pymysql.Connection[Any]:
        """One connection for the whole test, committing each statement; its SQL is read as the standard has it."""
        if self._maria is None:
            self._maria = live_mysql.connect(self.url)
        return self._maria

    def close(self) -> None:
        for db in (self._db, self._maria):
            if db is not None:
                db.close()

    def run(self, script: str) -> None:
        """Runs statements, foreign keys enforced."""
        if self.kind == "postgres":
            self.postgres().execute(script.encode())
            return
        if self.kind == "mysql":
            live_mysql.run(self.mysql(), script)
            return
        with closing(sqlite3.connect(self.path, isolation_level=None)) as db:
            db.executescript("PRAGMA foreign_keys=ON; PRAGMA synchronous=OFF;" + script)

    def write(self, sql: str, parameters: Sequence[object] = ()) -> None:
        """One statement with its values, committed."""
        if self.kind == "postgres":
            self.postgres().execute(sql.encode(), parameters)
            return
        if self.kind == "mysql":
            with self.mysql().cursor() as cursor:
                cursor.execute(live_mysql.marked(sql), tuple(parameters))
            return
        with closing(sqlite3.connect(self.path, isolation_level=None)) as db:
            db.execute(sql, parameters)

    def query(self, sql: str, parameters: Sequence[object] = ()) -> list[Row]:
        if self.kind == "postgres":
            return [tuple(row) for row in self.postgres().execute(sql.encode(), parameters or None)]
        if self.kind == "mysql":
            return live_mysql.query(self.mysql(), sql, parameters)
        with closing(sqlite3.connect(self.path)) as db:
            return [tuple(row) for row in db.execute(sql, parameters)]

    @property
    def path(self) -> Path:
        return Path(self.url.removeprefix("sqlite:///"))

    def tables(self) -> list[str]:
        """Every table with rows of its own, as SQL spells it."""
        if self.kind == "postgres":
            return [
                row[0]
                for row in self.query(
                    "SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
                    "WHERE c.relkind IN ('r', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') ORDER BY 1"
                )
            ]
        if self.kind == "mysql":
            return live_mysql.tables(self.mysql())
        rows = self.query(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY 1"
        )
        return [f'"{name}"' for (name,) in rows]

    def dump(self) -> dict[str, Counter[Row]]:
        """All rows of all tables, exactly: a float and its text differ."""
        return {table: Counter(map(_exact, self.query(self._all(table)))) for table in self.tables()}

    def _all(self, table: str) -> str:
        return (
            f"SELECT t::text, t.* FROM ONLY {table} t"
            if self.kind == "postgres"
            else f"SELECT * FROM {table}"
        )

    def open(self, system: str = "shop", write: bool = False, manners: Manners = DEFAULTS) -> Opened:
        return STORES[self.kind].open(system, self.url, write=write, manners=manners)

    @contextmanager
    def opened(self, write: bool = False) -> Iterator[Opened]:
        store = self.open(write=write)
        try:
            yield store
        finally:
            store.close()

    def dangling(self) -> list[Row]:
        """Foreign keys that point nowhere; [] when the database keeps its own promises."""
        if self.kind == "sqlite":
            return self.query("PRAGMA foreign_key_check")
        if self.kind == "mysql":
            return live_mysql.dangling(self.mysql())
        broken = []
        for name, table in self.query(
            "SELECT quote_ident(conname), conrelid::regclass::text FROM pg_constraint "
            "WHERE contype = 'f' AND conparentid = 0"
        ):
            with psycopg.connect(self.url) as db:
                (definition,) = db.execute(
                    "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE quote_ident(conname) = %s AND conrelid = %s::regclass",
                    (name, table),
                ).fetchone() or ("",)
                try:
                    db.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}".encode())
                    db.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}".encode())
                except psycopg.errors.ForeignKeyViolation:
                    broken.append((table, name))
                db.rollback()
        return broken


def _exact(row: Row) -> Row:
    return tuple((type(cell).__name__, cell if cell.__hash__ else repr(cell)) for cell in row)


@dataclass
class World:
    """Systems on real stores under one map, and the engine's own steps without our state: look, plan, act."""

    systems: Mapping[str, Live]
    datamap: DataMap
    scope: str | None = None
    instructed: Mapping[str, str] = field(default_factory=dict)
    accepted: frozenset[str] = frozenset()
    at: date = AT
    batch_size: int = 10_000

    @contextmanager
    def inquiry(self, write: bool = False) -> Iterator[Inquiry]:
        """An inquiry over all systems; `sent()` of its stores counts statements."""
        stores = {name: live.open(name, write=write) for name, live in self.systems.items()}
        try:
            yield Inquiry(
                self.datamap, stores, {name: live.kind for name, live in self.systems.items()}, self.at,
                self.scope, self.instructed, self.accepted,
            )  # fmt: skip
        finally:
            for store in stores.values():
                store.close()

    def see(self, *identifiers: str) -> dict[str, list[dict[str, Any]]]:
        """What access shows these people: rows by dataset, hidden cells None."""
        with self.inquiry() as inquiry:
            inquiry.who(identifiers)
            return {
                f"{group.ref}{' (copy)' if group.copy else ''}": [match.row for match in group.matches]
                for group in gather(inquiry)
            }

    def plan(self, *identifiers: str) -> Plan:
        with self.inquiry() as inquiry:
            return inquiry.plan(inquiry.who(identifiers))

    def erase(self, *identifiers: str, meanwhile: str = "") -> Plan:
        """Plans and acts; `meanwhile` is SQL run by somebody else between the two. Fails on a blocked plan."""
        with self.inquiry(write=True) as inquiry:
            people = inquiry.who(identifiers)
            plan = inquiry.plan(people)
            assert not plan.blocked, [(q.id, q.place, q.text) for q in plan.blocked]
            if meanwhile:
                next(iter(self.systems.values())).run(meanwhile)
            told = [{"identifiers": sorted(p.identifiers), "names": sorted(p.names)} for p in people]
            for batch in batches(plan, self.batch_size):
                inquiry.stores[batch.system].execute(batch, hand(told))
        return plan


def hand(people: list[dict[str, Any]] | None = None) -> Hand:
    """What a store needs besides the batch."""
    needles = Needles(needles_of(people or []))
    return Hand(digest, lambda _, cell: needles.redact_cell(cell)[0])


def digest(step: Step, key: Row) -> bytes:
    return hmac.new(b"a key", repr((step.ref, step.columns, key)).encode(), hashlib.sha256).digest()


def map_of(systems: Mapping[str, Mapping[str, Any]], **top: Any) -> DataMap:
    """The map as its file would say it: system -> dataset -> what a map file writes below a dataset."""
    told = {
        "troth": 1,
        **top,
        "systems": {
            name: {"url": f"sqlite:///{name}.sqlite", "datasets": dict(datasets)}
            for name, datasets in systems.items()
        },
    }
    return loads(yaml.dump(told, Dumper=_Plain, sort_keys=False, allow_unicode=True))


class _Plain(yaml.SafeDumper):
    """Writes what is said twice twice: a map knows no aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def one(ref: Any, steps: Iterable[Step]) -> Batch:
    """A single batch of these steps."""
    return Batch(0, ref.system, tuple(steps))
