"""Reads and changes a PostgreSQL database in sets: key sets travel as typed arrays, statements join with them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, cast

import psycopg
from psycopg.types.string import TextLoader

from troth.datamap.model import Atom
from troth.datamap.reader import ByIdentifiers, ByValues, Everything, Probe, Row, Select
from troth.datamap.schema import Column, Schema, Table
from troth.planning.executor import Absence, Hand
from troth.planning.neutral import token
from troth.planning.plan import Batch, Step
from troth.stores.postgres.reflect import reflect, split
from troth.stores.sql import CONSONANTS, FEW, PLUS, prefilter
from troth.terms.errors import StoreError, StoreUnreachableError

CHUNK = 5000
LOCK_TIMEOUT = "10s"
STATEMENT_TIMEOUT = "10min"
_TRANSIENT = (
    "08",
    "40",
    "53",
    "55",
    "57",
)  # connection, serialisation, resources, locks, operator: try again

_NAMES_TRULY = (
    "nbtinsert.c",
    "execIndexing.c",
    "execMain.c",
    "ri_triggers.c",
    "execExpr.c",
    "execPartition.c",
)
"""Where the server itself names a constraint and a table; a trigger's RAISE may put any value there."""


def quote(name: str) -> str:
    """The name in SQL text that the driver reads for placeholders: a percent sign in it is doubled."""
    return '"' + name.replace('"', '""').replace("%", "%%") + '"'


class PostgresStore:
    """One PostgreSQL database; its session is read-only unless it is to act."""

    def __init__(self, system: str, url: str, password: str | None = None, write: bool = False) -> None:
        self.system = system
        self._sent = 0
        self._schema: Schema | None = None
        self._tables: dict[str, str] = {}
        extra: dict[str, Any] = {"password": password} if password else {}
        try:
            self._db: psycopg.Connection[Any] = psycopg.connect(
                url, autocommit=True, prepare_threshold=None, connect_timeout=10, application_name="troth",
                options=f"-c timezone=UTC -c datestyle=ISO -c lock_timeout={LOCK_TIMEOUT} "
                f"-c statement_timeout={STATEMENT_TIMEOUT} -c default_transaction_read_only={'off' if write else 'on'}",
                **extra,
            )  # fmt: skip
        except psycopg.Error as fault:
            raise StoreUnreachableError(
                f"PostgreSQL did not let us in ({_reason(fault)})",
                place=system,
                remedy="Check host, database, user and password; a password goes into "
                f"TROTH_URL_{system.upper()}, pgpass or .troth/credentials.",
            ) from None
        for kind in ("json", "jsonb"):  # as the text it is, decoded by the driver itself
            self._db.adapters.register_loader(kind, TextLoader)

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

    def _name(self, dataset: str) -> str:
        if dataset not in self._tables:
            self._tables[dataset] = ".".join(map(quote, split(dataset)))
        return self._tables[dataset]

    @contextmanager
    def _guard(self, dataset: str, remedy: str = "") -> Iterator[None]:
        """Messages of the server may quote values: only the condition and the constraint's name pass through."""
        try:
            yield
        except psycopg.Error as fault:
            state = fault.sqlstate or "08000"
            named = fault.diag.source_file in _NAMES_TRULY
            raise StoreError(
                f"PostgreSQL refused: {_condition(fault)}",
                place=f"{self.system}.{(named and fault.diag.table_name) or dataset}",
                permanent=not state.startswith(_TRANSIENT),
                remedy=remedy,
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
        sql, parameters = self._select(select)
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

    def _select(self, select: Select) -> tuple[str, list[object]]:
        table = self._name(select.dataset)
        columns = ", ".join(f"t.{quote(name)}" for name in select.columns)
        where = select.where
        if isinstance(where, Everything):
            return f"SELECT {columns} FROM {table} t", []
        if isinstance(where, ByIdentifiers):
            found = prefilter(where, self._equals, self._like)
            return f"SELECT {columns} FROM {table} t WHERE {found.sql}", list(found.parameters)
        types = [self._table(select.dataset).by_name[name] for name in where.columns]
        source, parameters = self._source(types, where.values)
        names = [quote(name) for name in where.columns]
        if where.closure:
            child, parent = names[0], quote(where.closure[0])
            return (
                f"WITH RECURSIVE w(v) AS (SELECT k0 FROM {source} UNION SELECT t.{parent} FROM {table} t JOIN w ON t.{child} = w.v) "
                f"SELECT {columns} FROM {table} t WHERE t.{child} IN (SELECT v FROM w)"
            ), parameters
        if len(names) == 1 and types[0].family != "array":
            return (
                f"SELECT {columns} FROM {table} t WHERE t.{names[0]} = ANY(%s::{_cast(types[0])}[])",
                parameters,
            )
        on = " AND ".join(
            f"t.{name} IS NOT DISTINCT FROM k.k{at}"
            if self._keyless(select.dataset, where.columns)
            else f"t.{name} = k.k{at}"
            for at, name in enumerate(names)
        )
        return f"SELECT {columns} FROM {table} t JOIN {source} ON {on}", parameters

    def _keyless(self, dataset: str, columns: Sequence[str]) -> bool:
        table = self._table(dataset)
        return not table.key and any(table.by_name[name].nullable for name in columns)

    def _source(self, types: Sequence[Column], rows: Sequence[Row]) -> tuple[str, list[object]]:
        """`(...) AS k(k0, k1, …)`: the rows as one typed array per column, whatever their number."""
        arrays, picks = [], []
        parameters: list[object] = []
        for at, column in enumerate(types):
            cells = [row[at] for row in rows]
            if column.family == "array":  # unnest would flatten arrays of arrays
                arrays.append("%s::text[]")
                picks.append(f"u.a{at}::{_cast(column)} AS k{at}")
                cells = [None if cell is None else _array_text(cast(Sequence[Atom], cell)) for cell in cells]
            else:
                arrays.append(f"%s::{_cast(column)}[]")
                picks.append(f"u.a{at} AS k{at}")
            parameters.append(_literal(cells) if column.family == "integer" else cells)
        names = ", ".join(f"a{at}" for at in range(len(types)))
        return f"(SELECT {', '.join(picks)} FROM unnest({', '.join(arrays)}) AS u({names})) AS k", parameters

    def _equals(self, probe: Probe, forms: list[str]) -> tuple[str, Sequence[object]]:
        """Cells that fold to one of the forms; of few, LIKE first asks cheaply for their characters in order."""
        cell = f"lower(t.{quote(probe.column)}::text)"
        if probe.kind == "phone":
            return f"right(regexp_replace({cell}, '[^0-9]', '', 'g'), 6) = ANY(%s)", [forms]
        bare, kept = cell, "a-z0-9"
        if probe.kind == "email":
            bare, kept = f"regexp_replace(replace({cell}, 'mailto:', ''), '{PLUS}', '@')", CONSONANTS
        folds = f"regexp_replace({bare}, '[^{kept}]', '', 'g') = ANY(%s)"
        if len(forms) > FEW:
            return folds, [forms]
        return f"({cell} LIKE ANY (%s) AND {folds})", [["%".join(["", *form, ""]) for form in forms], forms]

    def _like(self, probe: Probe, patterns: Sequence[str]) -> tuple[str, Sequence[object]]:
        """One pass over the text; in the C collation `lower` knows ASCII only, as the patterns do, and is quick."""
        if not patterns:
            return f"t.{quote(probe.column)} IS NOT NULL", ()
        return f'lower(t.{quote(probe.column)}::text COLLATE "C") LIKE ANY (%s)', [list(patterns)]

    # -- acting -----------------------------------------------------------------------------------------------------

    def render(self, step: Step) -> list[str]:
        return [sql for sql, _ in self._statements(step, list(step.rows), [])]

    def refused(self, step: Step) -> tuple[str, ...]:
        table = self._table(step.ref.dataset)
        constants = {
            c: v
            for c, v in zip(step.columns, step.values, strict=True)
            if v.how in ("null", "constant") and not isinstance(v.constant, tuple)
        }
        if not table.checks or not constants:
            return ()
        new = step.action == "create"  # the row is not there yet: what the step does not say is NULL
        source, parameters = ("", []) if new else self._source(self._types(step), step.rows)
        rows = "" if new else f" FROM {self._name(table.name)} t JOIN {source} ON {self._on(step)}"
        cells = ", ".join(
            f"%s::{_cast(c)} AS {quote(c.name)}"
            if c.name in constants
            else (f"NULL::{_cast(c)} AS {quote(c.name)}" if new else f"t.{quote(c.name)}")
            for c in table.columns
        )
        bound = [constants[c.name].constant for c in table.columns if c.name in constants]
        found: list[str] = []
        with self._guard(step.ref.dataset), self._db.cursor() as cursor:
            for check in table.checks:
                expression = check.expression.replace("%", "%%")
                sql = f"SELECT 1 FROM (SELECT {cells}{rows}) AS t WHERE NOT ({expression}) LIMIT 1"
                if self._run(cursor, sql, [*bound, *parameters]).fetchone():
                    found += [name for name in constants if name in check.expression]
        return tuple(dict.fromkeys(found))

    def execute(self, batch: Batch, hand: Hand) -> None:
        remedy = "Nothing of this batch was changed; the person can still be found. Remove the cause and run `troth resume`."
        place = [batch.steps[0].ref.dataset]
        with self._guard(place[0], remedy), self._db.transaction(), self._db.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            for step in batch.steps:
                self._do(cursor, step, hand)

    def _do(self, cursor: psycopg.Cursor[Any], step: Step, hand: Hand) -> None:
        rows: list[Row] = list(step.rows)
        types = self._types(step)
        varying = [c for c, v in zip(step.columns, step.values, strict=False) if v.how in ("token", "redact")]
        if varying and step.action != "create":
            rows = self._new_values(cursor, step, rows, hand)
            types = [*types, *(self._table(step.ref.dataset).by_name[c] for c in varying)]
            if not rows:
                return
        with self._guard(step.ref.dataset):
            for sql, parameters in self._statements(step, rows, types):
                self._run(cursor, sql, parameters)

    def _types(self, step: Step) -> list[Column]:
        by_name = self._table(step.ref.dataset).by_name
        return [by_name[name] for name in (*step.key, *step.witness)]

    def _on(self, step: Step) -> str:
        keyless = self._keyless(step.ref.dataset, step.key)
        tests = [
            f"t.{quote(name)} {'IS NOT DISTINCT FROM' if keyless else '='} k.k{at}"
            for at, name in enumerate(step.key)
        ]
        tests += [
            f"t.{quote(name)} IS NOT DISTINCT FROM k.k{at}"
            for at, name in enumerate(step.witness, start=len(step.key))
        ]
        return " AND ".join(tests)

    def _new_values(self, cursor: psycopg.Cursor[Any], step: Step, rows: list[Row], hand: Hand) -> list[Row]:
        """Appends to each row the values that differ from row to row: tokens, and texts without the identifiers."""
        texts = [c for c, v in zip(step.columns, step.values, strict=True) if v.how == "redact"]
        table, width, found = self._table(step.ref.dataset), len(step.key), {}
        if texts:
            source, parameters = self._source(self._types(step), rows)
            columns = ", ".join(f"t.{quote(c)}" for c in (*step.key, *texts))
            sql = f"SELECT {columns} FROM {self._name(table.name)} t JOIN {source} ON {self._on(step)} FOR UPDATE OF t"
            found = {
                row[:width]: row[width:] for row in _plain(self._run(cursor, sql, parameters).fetchall())
            }
            rows = [row for row in rows if row[:width] in found]
        grown: list[Row] = []
        for row in rows:
            cells = iter(found.get(row[:width], ()))
            extra: list[Atom] = []
            for column, value in zip(step.columns, step.values, strict=True):
                if value.how == "token":
                    extra.append(
                        token(value.constant, hand.digest(step, row[:width]), table.by_name[column].length)
                    )
                elif value.how == "redact":
                    extra.append(hand.rewrite(column, next(cells)))
            grown.append((*row, *extra))
        return grown

    def _statements(self, step: Step, rows: list[Row], types: list[Column]) -> list[tuple[str, list[object]]]:
        table = self._name(step.ref.dataset)
        if step.action == "create":
            return [self._create(step)]
        if step.action == "refresh":
            return [(f"REFRESH MATERIALIZED VIEW {table}", [])]
        if step.action == "keep" or (step.action == "anonymise" and not step.columns):
            return []
        source, keys = self._source(types or self._types(step), rows)
        if step.action == "erase":
            return [(f"DELETE FROM {table} t USING {source} WHERE {self._on(step)}", keys)]
        sets, parameters, extra = [], [], len(step.key) + len(step.witness)
        for column, value in zip(step.columns, step.values, strict=True):
            if value.how in ("token", "redact"):
                sets.append(f"{quote(column)} = k.k{extra}")
                extra += 1
            else:
                sets.append(f"{quote(column)} = %s::{_cast(self._table(step.ref.dataset).by_name[column])}")
                parameters.append(value.constant)
        return [
            (
                f"UPDATE {table} t SET {', '.join(sets)} FROM {source} WHERE {self._on(step)}",
                [*parameters, *keys],
            )
        ]

    def _create(self, step: Step) -> tuple[str, list[object]]:
        by_name, values, parameters = self._table(step.ref.dataset).by_name, [], []
        for column, value in zip(step.columns, step.values, strict=True):
            if isinstance(value.constant, tuple):
                _, dataset, end = value.constant
                first = ", ".join(map(quote, self._table(dataset).key or (end,)))
                values.append(f"(SELECT {quote(end)} FROM {self._name(dataset)} ORDER BY {first} LIMIT 1)")
            else:
                values.append(f"%s::{_cast(by_name[column])}")
                parameters.append(value.constant)
        columns = ", ".join(map(quote, step.columns))
        return (
            f"INSERT INTO {self._name(step.ref.dataset)} ({columns}) OVERRIDING SYSTEM VALUE "
            f"VALUES ({', '.join(values)}) ON CONFLICT DO NOTHING",
            parameters,
        )

    def settle(self, datasets: Sequence[str]) -> Absence:
        tables = [name for name in datasets if self._table(name).kind in ("table", "materialized")]
        skipped: list[str] = []  # the server only warns when the role may not vacuum a table

        def notice(told: psycopg.errors.Diagnostic) -> None:
            if told.severity_nonlocalized == "WARNING":
                skipped.append(told.sqlstate or "")

        self._db.add_notice_handler(notice)
        try:
            with self._guard("VACUUM"), self._db.cursor() as cursor:
                if tables:
                    self._run(cursor, f"VACUUM (TRUNCATE off) {', '.join(map(self._name, tables))}")
        finally:
            self._db.remove_notice_handler(notice)
        facts = self.reflect().facts
        operator = [
            "the write-ahead log holds the rows until its segments are recycled or archived ones expire",
            "backups and archived WAL made before hold the rows until they expire",
        ]
        if facts.get("replication_slots", "0") not in ("", "0"):
            operator.append(
                f"{facts['replication_slots']} replication slots: replicas apply the change as they catch up"
            )
        if skipped:
            operator.insert(
                0,
                "this role may not VACUUM every touched table: their owner must, or autovacuum will in time",
            )
        done = (f"dead rows of {len(tables)} tables were removed (VACUUM)",) if tables and not skipped else ()
        return Absence(self.system, done, tuple(operator))


def _cast(column: Column) -> str:
    """The column's type without a length, so that a cast of a key never cuts it."""
    native = column.native
    return (
        "bpchar"
        if native.startswith("character(")
        else native.split("(")[0]
        if native.startswith("character varying")
        else native
    )


def _plain(rows: Sequence[Row]) -> Sequence[Row]:
    """Rows whose cells can be keys: arrays as tuples, byte views as bytes."""
    if rows and any(isinstance(cell, list | memoryview) for cell in rows[0]):
        return [tuple(_cell(cell) for cell in row) for row in rows]
    return rows


def _cell(cell: Atom) -> Atom:
    if isinstance(cell, list):
        return tuple(_cell(part) for part in cell)
    return bytes(cell) if isinstance(cell, memoryview) else cell


def _literal(cells: Sequence[Atom]) -> str:
    """An array of whole numbers as PostgreSQL writes it: a tenth of the driver's own time."""
    return "{" + ",".join(["NULL" if cell is None else str(cell) for cell in cells]) + "}"


def _array_text(parts: Sequence[Atom]) -> str:
    """An array literal, every element quoted."""
    return (
        "{"
        + ",".join(
            "NULL" if p is None else '"' + str(p).replace("\\", "\\\\").replace('"', '\\"') + '"'
            for p in parts
        )
        + "}"
    )


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
