"""Reads and changes a SQLite file in sets: key sets go into a temporary table in memory, statements join with it."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote as urlquote

from troth.datamap.manners import DEFAULTS, Manners
from troth.datamap.model import Atom
from troth.datamap.reader import Aged, Block, Bounds, ByIdentifiers, Everything, Probe, Row, Sample, Select
from troth.datamap.schema import Schema, Table
from troth.planning.executor import REWRITTEN, Absence, Hand
from troth.planning.filed import Filed
from troth.planning.neutral import fitted, made, trial
from troth.planning.plan import BY_ROW, FROM_CELL, Batch, Step
from troth.planning.trying import coarsening, tried
from troth.stores.faults import Cause, refusal
from troth.stores.sql import fold, prefilter
from troth.stores.sqlite import settling, sweeping
from troth.stores.sqlite.aging import aging
from troth.stores.sqlite.binding import native
from troth.stores.sqlite.faults import named
from troth.stores.sqlite.protecting import Protected, writable
from troth.stores.sqlite.reflect import ROW_IDS, quote, reflect
from troth.stores.sqlite.sampling import Sampling
from troth.terms.errors import StoreError, StoreUnreachableError

CHUNK = 2000
STEPS = 50_000  # of its virtual machine, after which SQLite asks whether the time has run out
_CAUSES: Mapping[str, Cause] = {
    "SQLITE_BUSY": "lock", "SQLITE_LOCKED": "lock", "SQLITE_INTERRUPT": "time", "SQLITE_FULL": "full", "SQLITE_IOERR": "full",
}  # fmt: skip
_UNBINDABLE = (OverflowError, UnicodeError)  # a number or text that SQLite cannot hold
_PERMANENT = (sqlite3.IntegrityError, sqlite3.ProgrammingError, sqlite3.DataError, *_UNBINDABLE)


def path_of(url: str) -> Path:
    """The file a `sqlite:///` address names."""
    return Path(url.removeprefix("sqlite:///").split("?", 1)[0])


class SqliteStore(Protected):
    """One SQLite file; opened read-only unless it is to act."""

    def __init__(self, system: str, url: str, write: bool = False, manners: Manners = DEFAULTS) -> None:
        self.system = system
        self.path = path_of(url)
        self._manners = manners
        self._sent = 0
        self._schema: Schema | None = None
        if not self.path.is_file():
            raise StoreUnreachableError(
                "there is no such file", place=f"{system} ({self.path})", remedy="Check the path."
            )
        try:
            uri = f"file:{urlquote(str(self.path.resolve()))}?mode={'rw' if write else 'ro'}"
            # a workflow that is taken up again acts in a thread of its own, one at a time; the main thread closes
            self._db = sqlite3.connect(
                uri, uri=True, timeout=manners.lock_timeout, isolation_level=None, check_same_thread=False
            )
            self._db.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except sqlite3.Error as fault:
            raise StoreUnreachableError(
                f"the file cannot be opened as a SQLite database ({named(fault)})",
                place=f"{system} ({self.path})",
                remedy="Check that it is a SQLite file and that you may read it.",
            ) from None
        for pragma in ("temp_store=MEMORY", "foreign_keys=ON", "secure_delete=ON"):
            self._db.execute(f"PRAGMA {pragma}")
        self._db.create_function("troth_fold", 2, _fold, deterministic=True)

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
    def _guard(self, dataset: str) -> Iterator[None]:
        """SQLite's messages name tables and constraints, never values; only its class and constraint pass through."""
        try:
            yield
        except (sqlite3.Error, *_UNBINDABLE) as fault:
            raise StoreError(
                f"SQLite refused: {named(fault)}",
                place=f"{self.system}.{dataset}",
                permanent=isinstance(fault, _PERMANENT),
                remedy="Nothing of this batch was changed.",
            ) from None

    # -- reading --------------------------------------------------------------------------------------------------

    def rows(self, select: Select) -> Iterator[Sequence[Row]]:
        with self._guard(select.dataset):
            sql, parameters = self._select(select)
            self._sent += 1
            cursor = self._db.execute(sql, parameters)
            while chunk := cursor.fetchmany(CHUNK):
                yield chunk

    def blocks(self, dataset: str) -> Iterator[Block]:
        with self._guard(dataset):
            self._sent += 1
            yield from sweeping.blocks(
                self._db, self._table(dataset), utf8=self.reflect().facts["encoding"] == "UTF-8"
            )

    def sizes(self) -> Mapping[str, int]:
        return sweeping.sizes(self.reflect())

    def sample(self, dataset: str, bounds: Bounds) -> Sample:
        sampling = Sampling(self._db, self._table(dataset), self._hidden(dataset), bounds)
        try:
            return sampling.sample()
        finally:
            self._sent += sampling.sent
            self._db.execute(f"PRAGMA busy_timeout={round(self._manners.lock_timeout * 1000)}")

    def _select(self, select: Select) -> tuple[str, Sequence[object]]:
        table = quote(select.dataset)
        columns = ", ".join(f"t.{self._name(select.dataset, name)}" for name in select.columns)
        where = select.where
        if isinstance(where, Everything):
            return f"SELECT {columns} FROM {table} t", ()
        if isinstance(where, Aged):
            return aging(select, where, self._name).text()
        if isinstance(where, ByIdentifiers):
            found = prefilter(where, self._equals, self._like)
            return f"SELECT {columns} FROM {table} t WHERE {found.sql}", found.parameters
        keys = self._load(where.values, len(where.columns))
        names = [self._name(select.dataset, name) for name in where.columns]
        if where.closure:
            child, parent = names[0], self._name(select.dataset, where.closure[0])
            return (
                f"WITH RECURSIVE w(v) AS (SELECT k0 FROM {keys} UNION SELECT t.{parent} FROM {table} t JOIN w ON t.{child} = w.v) "
                f"SELECT {columns} FROM w CROSS JOIN {table} t ON t.{child} = w.v"
            ), ()
        on = " AND ".join(f"t.{name} IS k.k{at}" for at, name in enumerate(names))
        return f"SELECT {columns} FROM {keys} k CROSS JOIN {table} t ON {on}", ()

    def _equals(self, probe: Probe, forms: list[str]) -> tuple[str, Sequence[object]]:
        import json

        return (
            f"troth_fold('{probe.kind}', t.{quote(probe.column)}) IN (SELECT value FROM json_each(?))",
            [json.dumps(forms)],
        )

    def _like(self, probe: Probe, patterns: Sequence[str]) -> tuple[str, Sequence[object]]:
        column = f"t.{quote(probe.column)}"
        return " OR ".join(
            [f"{column} LIKE ? ESCAPE '\\'"] * len(patterns)
        ) or f"{column} IS NOT NULL", patterns

    def _name(self, dataset: str, column: str) -> str:
        return column if column not in self._table(dataset).by_name else quote(column)

    def _load(self, rows: Sequence[Row], width: int, name: str = "troth_keys") -> str:
        """Puts rows into a temporary table, typed as they are; values meet no SQL text."""
        columns = ", ".join(f"k{at}" for at in range(width))
        self._db.execute(f"DROP TABLE IF EXISTS temp.{name}")
        self._db.execute(f"CREATE TEMP TABLE {name} ({columns})")
        marks = ", ".join("?" * width)
        self._db.executemany(
            f"INSERT INTO temp.{name} VALUES ({marks})", [tuple(map(native, row)) for row in rows]
        )
        self._sent += 1
        return f"temp.{name}"

    # -- acting -----------------------------------------------------------------------------------------------------

    def render(self, step: Step) -> list[str]:
        return [sql for sql, _ in self._statements(step, "temp.troth_keys")]

    def refused(self, step: Step) -> tuple[str, ...]:
        table = self._table(step.ref.dataset)
        trials = {
            c: native(trial(v, table.by_name[c].length))
            for c, v in zip(step.columns, step.values, strict=True)
            if v.how not in FROM_CELL and not isinstance(v.constant, tuple)
        }
        new = step.action == "create"  # the row is not there yet: what the step does not say is NULL
        coarse, width = coarsening(step), len(step.key) + len(step.witness)
        coarser = {c: f"k.k{width + at}" for at, c in enumerate(coarse.columns)}
        found: list[str] = []
        with self._guard(step.ref.dataset):
            told: Sequence[Row] = step.rows
            if coarser:
                held = self._held(coarse, step.rows)
                there = [
                    (row, was) for row in step.rows if (was := held.get(row[: len(step.key)])) is not None
                ]
                told, narrow = tried(coarse, table, there)
                found += narrow
            keys = "" if new else self._load(told, width + len(coarser))
            for check in table.checks:
                cells = ", ".join(
                    f"? AS {quote(c.name)}"
                    if c.name in trials
                    else f"{'NULL' if new else coarser.get(c.name, f't.{quote(c.name)}')} AS {quote(c.name)}"
                    for c in table.columns
                )
                parameters = [trials[c.name] for c in table.columns if c.name in trials]
                those = "" if new else f" FROM {quote(table.name)} t JOIN {keys} k ON {self._on(step)}"
                source = f"SELECT {cells}{those}"
                sql = f"SELECT 1 FROM ({source}) WHERE NOT ({check.expression}) LIMIT 1"
                self._sent += 1
                if self._db.execute(sql, parameters).fetchone():
                    found += [c for c in (*trials, *coarser) if c in check.expression]
        return tuple(dict.fromkeys(found))

    def lacking(self, steps: Sequence[Step]) -> tuple[str, ...]:
        beside = [self.path.with_name(self.path.name + end) for end in ("-wal", "-shm")]
        files = [self.path, *(path for path in beside if path.exists())]
        found = [f"to write the file {path.name}" for path in files if not writable(path)]
        return (*found, *([] if writable(self.path.resolve().parent) else ["to write the file's folder"]))

    def execute(self, batch: Batch, hand: Hand) -> None:
        place = batch.steps[0].ref.dataset
        try:
            self._db.execute("BEGIN IMMEDIATE")
            latest = time.monotonic() + self._manners.statement_timeout
            self._db.set_progress_handler(lambda: time.monotonic() > latest, STEPS)
            self._db.execute("PRAGMA defer_foreign_keys=ON")
            for step in batch.steps:
                place = step.ref.dataset
                self._do(step, hand)
            self._db.execute("COMMIT")
        except (sqlite3.Error, *_UNBINDABLE) as fault:
            raise refusal(
                f"SQLite refused: {named(fault)}",
                place=f"{self.system}.{place}",
                permanent=isinstance(fault, _PERMANENT),
                remedy="Nothing of this batch was changed; the person can still be found. Remove the cause and run `troth resume`.",
                cause=_CAUSES.get("_".join(named(fault).split("_")[:2]), ""),
            ) from None
        finally:
            self._db.set_progress_handler(None, 0)
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")

    def _do(self, step: Step, hand: Hand) -> None:
        rows: list[Row] = list(step.rows)
        width = len(step.key) + len(step.witness)
        if step.span is None and step.action in ("anonymise", "redact", "unlink"):
            rows = self._new_values(step, rows, hand)
            width += sum(value.how in BY_ROW for value in step.values)
        if step.span is None and step.action not in ("create", "refresh"):
            if not rows:
                return
            self._load(rows, width)
        for sql, parameters in self._statements(step, "temp.troth_keys"):
            self._sent += 1
            self._db.execute(sql, parameters)

    def _held(self, step: Step, rows: Sequence[Row]) -> dict[Row, Row]:
        """The cells of the step's columns as they stand, by key."""
        key, keys = len(step.key), self._load(rows, len(step.key) + len(step.witness))
        told = ", ".join([*(f"k.k{at}" for at in range(key)), *(f"t.{quote(c)}" for c in step.columns)])
        sql = f"SELECT {told} FROM {keys} k JOIN {quote(step.ref.dataset)} t ON {self._on(step)}"
        self._sent += 1
        return {row[:key]: row[key:] for row in self._db.execute(sql)}

    def _new_values(self, step: Step, rows: list[Row], hand: Hand) -> list[Row]:
        """Appends to each row the values that differ from row to row: tokens, and texts without the identifiers."""
        texts = [c for c, v in zip(step.columns, step.values, strict=True) if v.how in FROM_CELL]
        key = len(step.key)
        if texts:
            found = self._held(replace(step, columns=tuple(texts)), rows)
            rows = [row for row in rows if row[:key] in found]
        table, grown = self._table(step.ref.dataset), []
        for row in rows:
            extra: list[Atom] = []
            cells = iter(found[row[:key]]) if texts else iter(())
            for column, value in zip(step.columns, step.values, strict=True):
                if value.how in ("token", "coarsen"):
                    cell = next(cells) if value.how == "coarsen" else None
                    digest = hand.digest(step, row[:key])
                    extra.append(native(made(value, table.by_name[column], cell, digest)))
                elif value.how == "redact":
                    extra.append(fitted(hand.rewrite(column, next(cells)), table.by_name[column].length))
            grown.append((*row, *extra))
        return grown

    def _on(self, step: Step) -> str:
        names = [*step.key, *step.witness]
        return " AND ".join(f"t.{self._name(step.ref.dataset, n)} IS k.k{at}" for at, n in enumerate(names))

    def _statements(self, step: Step, keys: str) -> list[tuple[str, Sequence[object]]]:
        table = quote(step.ref.dataset)
        if step.span is not None:
            return [aging(Select(step.ref.dataset, (), step.span.due), step.span.due, self._name).act(step)]
        if step.action == "create":
            return [self._create(step)]
        if step.action == "refresh":
            return [(f"INSERT INTO {table}({table}) VALUES ('rebuild')", ())]
        address = self._address(step)
        chosen = f"SELECT {', '.join(f't.{name}' for name in address)} FROM {keys} k CROSS JOIN {table} t ON {self._on(step)}"
        where = f"({', '.join(address)}) IN ({chosen})" if len(address) > 1 else f"{address[0]} IN ({chosen})"
        if step.action == "erase":
            return [(f"DELETE FROM {table} WHERE {where}", ())]
        if step.action == "keep" or (step.action == "anonymise" and not step.columns):
            return []
        sets, parameters, extra = [], [], len(step.key) + len(step.witness)
        varying = any(value.how in BY_ROW for value in step.values)
        for column, value in zip(step.columns, step.values, strict=True):
            if value.how in BY_ROW:
                sets.append(f"{quote(column)} = k.k{extra}")
                extra += 1
            else:
                sets.append(f"{quote(column)} = ?")
                parameters.append(native(value.constant))
        if varying:
            return [
                (
                    f"UPDATE {table} AS t SET {', '.join(sets)} FROM {keys} k WHERE {self._on(step)}",
                    parameters,
                )
            ]
        return [(f"UPDATE {table} SET {', '.join(sets)} WHERE {where}", parameters)]

    def _address(self, step: Step) -> tuple[str, ...]:
        hidden = self._hidden(step.ref.dataset)
        return (hidden,) if hidden else tuple(map(quote, step.key))

    def _hidden(self, dataset: str) -> str | None:
        """The name under which the table's own row number can be read, if it has one."""
        taken = {name.casefold() for name in self._table(dataset).by_name}
        keyed = self.reflect().facts.get(f"table:{dataset}") == "without rowid"
        return None if keyed else next((name for name in ROW_IDS if name not in taken), None)

    def _create(self, step: Step) -> tuple[str, Sequence[object]]:
        columns = ", ".join(map(quote, step.columns))
        values, parameters = [], []
        for value in step.values:
            if isinstance(value.constant, tuple):
                _, dataset, column = value.constant
                first = ", ".join(map(quote, self._table(dataset).key or (column,)))
                values.append(
                    f"(SELECT {quote(column)} FROM {quote(dataset)} WHERE {quote(column)} IS NOT NULL ORDER BY {first} LIMIT 1)"
                )
            else:
                values.append("?")
                parameters.append(native(value.constant))
        return (
            f"INSERT INTO {quote(step.ref.dataset)} ({columns}) VALUES ({', '.join(values)}) ON CONFLICT DO NOTHING",
            parameters,
        )

    def settle(self, datasets: Sequence[str], most: int = REWRITTEN) -> Absence:
        with self._guard("the file"):
            self._sent += 1
            return settling.settle(self.system, self.path, self._db, datasets)

    def files(self) -> Filed:
        with self._guard("the file"):
            return settling.files(self.path)


def _fold(kind: str, cell: object) -> str | None:
    return None if cell is None or isinstance(cell, bytes) else fold(kind, str(cell))
