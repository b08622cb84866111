"""Reads and changes a PostgreSQL database in sets: key sets travel as typed arrays, statements join with them."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Any

import psycopg
from psycopg.types.string import TextLoader

from troth.datamap.manners import DEFAULTS, Manners
from troth.datamap.model import Atom
from troth.datamap.reader import Block, Bounds, ByValues, Row, Sample, Select
from troth.datamap.schema import Schema, Table
from troth.evidence.facts import Isolation, Protection, Reach, Readable
from troth.planning.executor import REWRITTEN, Absence, Hand
from troth.planning.filed import Filed
from troth.planning.neutral import fitted, made, trial
from troth.planning.plan import BY_ROW, FROM_CELL, Batch, Step
from troth.planning.trying import coarsening, tried
from troth.stores.faults import Cause, refusal, refuse_late
from troth.stores.postgres import following, protecting, rights, sweeping
from troth.stores.postgres.filing import files
from troth.stores.postgres.loaders import LOADERS
from troth.stores.postgres.reflect import quote, reflect
from troth.stores.postgres.sampling import Sampling
from troth.stores.postgres.settling import Settler
from troth.stores.postgres.statements import PLACE, Statements, cast_of
from troth.terms.errors import StoreError, StoreUnreachableError

CHUNK = 5000
_TRANSIENT = (
    "08",
    "40",
    "53",
    "55",
    "57",
)  # connection, serialisation, resources, locks, operator: try again

_CAUSES: Mapping[str, Cause] = {
    "55P03": "lock", "40P01": "deadlock", "40001": "deadlock", "57014": "time", "53100": "full", "58030": "full",
    "57P01": "lost", "57P02": "lost", "57P03": "lost", "08": "lost",
}  # fmt: skip

_DURABLE = "SELECT set_config('synchronous_commit', 'local', false) WHERE current_setting('synchronous_commit') = 'off'"
"""A commit that a crash of the server may take back is no ground for a receipt; a stricter setting stays."""
_NAMES_TRULY = (
    "nbtinsert.c",
    "execIndexing.c",
    "execMain.c",
    "ri_triggers.c",
    "execExpr.c",
    "execPartition.c",
)
"""Where the server itself names a constraint and a table; a trigger's RAISE may put any value there."""


class PostgresStore:
    """One PostgreSQL database; its session is read-only unless it is to act."""

    def __init__(
        self,
        system: str,
        url: str,
        password: str | None = None,
        write: bool = False,
        manners: Manners = DEFAULTS,
    ) -> None:
        self.system = system
        self._sent = 0
        self._schema: Schema | None = None
        self._sql = Statements(self._table)
        self._manners = manners
        longest = manners.statement_timeout if write else manners.read_timeout
        extra: dict[str, Any] = {"password": password} if password else {}
        self._plain = partial(psycopg.connect, url, **extra, connect_timeout=10, sslmode="disable")
        try:
            self._db: psycopg.Connection[Any] = psycopg.connect(
                url, autocommit=True, prepare_threshold=None, connect_timeout=10, application_name="troth",
                options=f"-c timezone=UTC -c datestyle=ISO -c lock_timeout={_ms(manners.lock_timeout)} "
                f"-c statement_timeout={_ms(longest)} -c default_transaction_read_only={'off' if write else 'on'}",
                **extra,
            )  # fmt: skip
            if write:
                self._db.execute(_DURABLE)
        except psycopg.Error as fault:
            raise StoreUnreachableError(
                f"PostgreSQL did not let us in ({_reason(fault)})",
                place=system,
                remedy="Check host, database, user and password; a password goes into "
                f"TROTH_URL_{system.upper()}, pgpass or .troth/credentials.",
            ) from None
        for kind in ("json", "jsonb"):  # as the text it is, decoded by the driver itself
            self._db.adapters.register_loader(kind, TextLoader)
        for kind, loader in LOADERS.items():
            self._db.adapters.register_loader(kind, loader)

    def close(self) -> None:
        self._db.close()

    def statements(self) -> int:
        return self._sent

    def reflect(self) -> Schema:
        if self._schema is None:
            with self._guard("the catalogue"):
                self._schema = reflect(self._db, self.system)
        return self._schema

    def _table(self, name: str) -> Table:
        return self.reflect().tables[name]

    @contextmanager
    def _guard(self, dataset: str, remedy: str = "") -> Iterator[None]:
        """Messages of the server may quote values: only the condition and the constraint's name pass through."""
        try:
            yield
        except psycopg.Error as fault:
            state = fault.sqlstate or "08000"
            named = fault.diag.source_file in _NAMES_TRULY
            raise refusal(
                f"PostgreSQL refused: {_condition(fault)}",
                place=f"{self.system}.{(named and fault.diag.table_name) or dataset}",
                permanent=not state.startswith(_TRANSIENT),
                remedy=remedy,
                cause=_CAUSES.get(state) or _CAUSES.get(state[:2], ""),
            ) from None
        except UnicodeError:
            raise StoreError(
                "PostgreSQL cannot hold such a text",
                place=f"{self.system}.{dataset}",
                permanent=True,
                remedy=remedy,
            ) from None

    def _run(
        self, cursor: psycopg.Cursor[Any], sql: str, parameters: Sequence[object] = ()
    ) -> psycopg.Cursor[Any]:
        self._sent += 1
        return cursor.execute(sql, parameters, prepare=False)

    # -- reading --------------------------------------------------------------------------------------------------

    def rows(self, select: Select) -> Iterator[Sequence[Row]]:
        sql, parameters = self._sql.select(select)
        with self._guard(select.dataset):
            if isinstance(select.where, ByValues) and len(select.where.values) <= CHUNK:
                with self._db.cursor() as cursor:
                    yield _plain(self._run(cursor, sql, parameters).fetchall())
                return
            with self._db.transaction(), self._db.cursor(name="troth") as cursor:
                self._sent += 1
                cursor.execute(sql, parameters)
                while chunk := cursor.fetchmany(CHUNK):
                    yield _plain(chunk)

    def blocks(self, dataset: str) -> Iterator[Block]:
        with self._guard(dataset):
            self._sent += 1
            yield from sweeping.blocks(self._db, self._table(dataset))

    def sizes(self) -> Mapping[str, int]:
        with self._guard("the catalogue"):
            self._sent += 1
            return sweeping.sizes(self._db)

    def position(self) -> tuple[str, str]:
        """Which cluster and database this is, and how far it has written (see `following`)."""
        with self._guard("the position of its log"):
            self._sent += 1
            return following.position(self._db)

    def behind(self, position: tuple[str, str], seconds: float) -> str:
        """Why this server cannot be searched in that one's place; "" once it has come so far."""
        with self._guard("the position of its log"):
            self._sent += 1
            return following.behind(self._db, position, seconds)

    def sample(self, dataset: str, bounds: Bounds) -> Sample:
        sampling = Sampling(self._db, self._table(dataset), self._sql.name(dataset), bounds)
        try:
            with self._guard(dataset):
                return sampling.sample()
        finally:
            self._sent += sampling.sent

    # -- acting -----------------------------------------------------------------------------------------------------

    def render(self, step: Step) -> list[str]:
        return [sql for sql, _ in self._sql.acts(step, list(step.rows), [])]

    def refused(self, step: Step) -> tuple[str, ...]:
        table = self._table(step.ref.dataset)
        trials = {
            c: trial(v, table.by_name[c].length)
            for c, v in zip(step.columns, step.values, strict=True)
            if v.how not in FROM_CELL and not isinstance(v.constant, tuple)
        }
        coarse = coarsening(step)
        if not coarse.columns and (not table.checks or not trials):
            return ()
        new = step.action == "create"  # the row is not there yet: what the step does not say is NULL
        told: Sequence[Row] = step.rows
        if coarse.columns:
            told, narrow = self._tried(coarse, table)
            if narrow:
                return narrow
        width = len(step.key) + len(step.witness)
        coarser = {c: f"k.k{width + at}" for at, c in enumerate(coarse.columns)}
        types = [*self._sql.types(step), *(table.by_name[c] for c in coarser)]
        source, parameters = ("", []) if new else self._sql.source(types, told)
        rows = (
            ""
            if new
            else f" FROM {self._sql.name(table.name)} t JOIN {source} ON {self._sql.on(step, step.rows)}"
        )
        cells = ", ".join(
            f"%s::{cast_of(c)} AS {quote(c.name)}"
            if c.name in trials
            else (f"NULL::{cast_of(c)}" if new else coarser.get(c.name, f"t.{quote(c.name)}"))
            + f" AS {quote(c.name)}"
            for c in table.columns
        )
        bound = [trials[c.name] for c in table.columns if c.name in trials]
        found: list[str] = []
        with self._guard(step.ref.dataset), self._db.cursor() as cursor:
            if trials and (unfit := self._unfit(cursor, table, trials)):
                return unfit
            if coarser and not self._fits(cursor, source, parameters):
                return tuple(coarser)
            for check in table.checks:
                expression = check.expression.replace("%", "%%")
                sql = f"SELECT 1 FROM (SELECT {cells}{rows}) AS t WHERE NOT ({expression}) LIMIT 1"
                if self._run(cursor, sql, [*bound, *parameters]).fetchone():
                    found += [name for name in (*trials, *coarser) if name in check.expression]
        return tuple(dict.fromkeys(found))

    def _tried(self, step: Step, table: Table) -> tuple[list[Row], tuple[str, ...]]:
        """The step's rows with what their cells may become; a column's own type is asked later."""
        source, parameters = self._sql.source(self._sql.types(step), step.rows)
        width = len(step.key) + len(step.witness)
        told = ", ".join([*(f"k.k{at}" for at in range(width)), *(f"t.{quote(c)}" for c in step.columns)])
        sql = f"SELECT {told} FROM {self._sql.name(table.name)} t JOIN {source} ON {self._sql.on(step, step.rows)}"
        with self._guard(step.ref.dataset), self._db.cursor() as cursor:
            rows = _plain(self._run(cursor, sql, parameters).fetchall())
        return tried(step, table, [(row[:width], row[width:]) for row in rows])

    def _fits(self, cursor: psycopg.Cursor[Any], source: str, parameters: list[object]) -> bool:
        """Whether the columns' own types, domains among them, take the values."""
        try:
            self._run(cursor, f"SELECT count(*) FROM {source}", parameters)
        except (psycopg.IntegrityError, psycopg.DataError):
            return False
        return True

    def _unfit(
        self, cursor: psycopg.Cursor[Any], table: Table, trials: Mapping[str, Atom]
    ) -> tuple[str, ...]:
        """Columns whose own type, a domain, refuses the value."""
        casts = ", ".join(f"%s::{cast_of(table.by_name[name])}" for name in trials)
        try:
            self._run(cursor, f"SELECT {casts}", list(trials.values()))
        except (psycopg.IntegrityError, psycopg.DataError):
            if len(trials) == 1:
                return tuple(trials)
            alone = [self._unfit(cursor, table, {name: value}) for name, value in trials.items()]
            return tuple(name for names in alone for name in names)
        return ()

    def lacking(self, steps: Sequence[Step]) -> tuple[str, ...]:
        if self.reflect().facts.get("in_recovery") == "true":
            return ("to write at all: this server is a standby",)
        sql, parameters = rights.question(steps, self._db.info.server_version)
        with self._guard("the rights"), self._db.cursor() as cursor:
            return rights.told(steps, self._run(cursor, sql, parameters).fetchall())

    def execute(self, batch: Batch, hand: Hand) -> None:
        remedy = "Nothing of this batch was changed; the person can still be found. Remove the cause and run `troth resume`."
        place = [batch.steps[0].ref.dataset]
        with self._guard(place[0], remedy), self._db.transaction(), self._db.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            latest = time.monotonic() + self._manners.statement_timeout
            for step in batch.steps:
                refuse_late(latest, f"{self.system}.{step.ref.dataset}", remedy)
                with self._guard(step.ref.dataset, remedy):
                    self._do(cursor, step, hand)

    def _do(self, cursor: psycopg.Cursor[Any], step: Step, hand: Hand) -> None:
        rows: list[Row] = list(step.rows)
        varying = [c for c, v in zip(step.columns, step.values, strict=False) if v.how in BY_ROW]
        if varying and step.span is None and step.action != "create":
            step, rows = self._new_values(cursor, step, rows, hand)
            if not rows:
                return
        types = [*self._sql.types(step), *(self._table(step.ref.dataset).by_name[c] for c in varying)]
        for sql, parameters in self._sql.acts(step, rows, types):
            self._run(cursor, sql, parameters)

    def _new_values(
        self, cursor: psycopg.Cursor[Any], step: Step, rows: list[Row], hand: Hand
    ) -> tuple[Step, list[Row]]:
        """Appends to each row the values that differ from row to row: tokens, and texts without the identifiers.

        Of a table without a key two rows may differ in nothing but such a text: each is then named by its place.
        """
        texts = [c for c, v in zip(step.columns, step.values, strict=True) if v.how in FROM_CELL]
        table, width = self._table(step.ref.dataset), len(step.key)
        found: list[tuple[Row, Row]] = [(row, ()) for row in rows]
        place = () if table.key or not texts else PLACE
        if texts:
            source, parameters = self._sql.source(self._sql.types(step), rows)
            columns = ", ".join(f"t.{quote(c)}" for c in (*step.key, *place, *texts))
            sql = f"SELECT {columns} FROM {self._sql.name(table.name)} t JOIN {source} ON {self._sql.on(step, rows)} FOR UPDATE OF t"
            wanted, after = {row[:width]: row for row in rows}, width + len(place)
            told = _plain(self._run(cursor, sql, parameters).fetchall())
            found = [((*wanted[row[:width]], *row[width:after]), row[after:]) for row in told]
        grown: list[Row] = []
        for row, held in found:
            cells = iter(held)
            extra: list[Atom] = []
            for column, value in zip(step.columns, step.values, strict=True):
                if value.how in ("token", "coarsen"):
                    cell = next(cells) if value.how == "coarsen" else None
                    extra.append(made(value, table.by_name[column], cell, hand.digest(step, row[:width])))
                elif value.how == "redact":
                    extra.append(fitted(hand.rewrite(column, next(cells)), table.by_name[column].length))
            grown.append((*row, *extra))
        return replace(step, witness=(*step.witness, *place)), grown

    def settle(self, datasets: Sequence[str], most: int = REWRITTEN) -> Absence:
        tables = [name for name in datasets if self._table(name).kind in ("table", "materialized")]
        settler = Settler(self._db, self.system, {self._sql.name(name): name for name in tables}, most)
        try:
            with self._guard("VACUUM"):
                return settler.settle()
        finally:
            self._sent += settler.sent

    def files(self) -> Filed:
        with self._guard("the catalogue"):
            self._sent += 1
            return files(self._db)

    def protection(self) -> Protection:
        with self._guard("the catalogue"):
            return protecting.protection(self._db, self._plain)

    def reach(self, role: str, forbidden: Sequence[Readable]) -> Reach:
        with self._guard("the rights"):
            return protecting.reach(self._db, role, forbidden)

    def isolation(self, role: str, tenants: Mapping[str, str]) -> Isolation:
        with self._guard("the rights"):
            return protecting.isolation(self._db, role, tenants)


def _plain(rows: Sequence[Row]) -> Sequence[Row]:
    """Rows whose cells can be keys: arrays as tuples, byte views as bytes."""
    if rows and any(isinstance(cell, list | memoryview) for cell in rows[0]):
        return [tuple(_cell(cell) for cell in row) for row in rows]
    return rows


def _cell(cell: Atom) -> Atom:
    if isinstance(cell, list):
        return tuple(_cell(part) for part in cell)
    return bytes(cell) if isinstance(cell, memoryview) else cell


def _ms(seconds: float) -> int:
    return round(seconds * 1000)


def _condition(fault: psycopg.Error) -> str:
    name = type(fault).__name__
    known = fault.diag.constraint_name if fault.diag.source_file in _NAMES_TRULY else None
    constraint = f" (constraint {known})" if known else ""
    return f"{name}{constraint}"


def _reason(fault: psycopg.Error) -> str:
    text = str(fault)
    for sign, words in (
        ("password authentication failed", "wrong user or password"),
        ("no password supplied", "no password was given"),
        ("does not exist", "no such database or role"),
        ("Connection refused", "nothing listens at that address"),
        ("could not translate", "unknown host"),
        ("failed to resolve", "unknown host"),
        ("timeout", "no answer in time"),
    ):
        if sign in text:
            return words
    return fault.sqlstate or type(fault).__name__
