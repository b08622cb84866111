"""Reads and changes a MariaDB or MySQL database in sets: key sets travel as typed JSON, statements join with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

import pymysql
from pymysql.cursors import Cursor, SSCursor

from troth.datamap.model import Atom
from troth.datamap.reader import ByIdentifiers, ByValues, Everything, Row, Select
from troth.datamap.schema import Column, Schema, Table
from troth.planning.executor import Absence, Hand
from troth.planning.neutral import token
from troth.planning.plan import Batch, Step
from troth.stores.mysql import settling
from troth.stores.mysql.keys import (
    BYTES,
    Document,
    Typed,
    documents,
    expression,
    fit,
    held,
    joined,
    leads,
    native,
    quote,
    type_of,
    typed,
)  # fmt: skip
from troth.stores.mysql.line import connect, guarded
from troth.stores.mysql.reflect import Reflected, reflect
from troth.stores.mysql.searching import equals, like
from troth.stores.sql import prefilter

CHUNK = 5000


class MysqlStore:
    """One database of a MariaDB or MySQL server; its sessions are read-only unless it is to act."""

    def __init__(self, system: str, url: str, password: str | None = None, write: bool = False) -> None:
        self.system = system
        self._sent = 0
        self._write = write
        self._held: Reflected | None = None
        self._open: Callable[[], pymysql.Connection[Any]] = partial(connect, system, url, password, write)
        first = self._open()
        self._idle = [first]
        with first.cursor() as cursor:
            cursor.execute("SELECT DATABASE(), @@max_allowed_packet")
            database, packet = cursor.fetchone() or ("", 1 << 20)
        self._database = str(database)
        self._most_bytes = min(BYTES, int(packet) // 4)

    def close(self) -> None:
        while self._idle:
            with suppress(pymysql.Error):
                self._idle.pop().close()

    def statements(self) -> int:
        return self._sent

    @contextmanager
    def _line(self) -> Iterator[pymysql.Connection[Any]]:
        """A connection nobody else reads from; one on which anything failed is not used again."""
        line = self._idle.pop() if self._idle else self._open()
        try:
            yield line
        except BaseException:
            with suppress(pymysql.Error, OSError):
                line.close()
            raise
        self._idle.append(line)

    def _guard(self, dataset: str, remedy: str = "") -> Any:
        known = self._held.names if self._held else ()
        return guarded(f"{self.system}.{dataset}", known, remedy)

    def _run(self, cursor: Cursor, sql: str, parameters: Sequence[object] = ()) -> Cursor:
        self._sent += 1
        cursor.execute(sql, tuple(parameters))
        return cursor

    # -- what there is ------------------------------------------------------------------------------------------------

    def reflect(self) -> Schema:
        return self._all.schema

    @property
    def _all(self) -> Reflected:
        if self._held is None:
            with self._guard("the catalogue"), self._line() as line:
                self._held = reflect(line, self.system, self._database)
        return self._held

    def _table(self, name: str) -> Table:
        return self.reflect().tables[name]

    def _typed(self, dataset: str, names: Sequence[str]) -> list[Typed]:
        by_name, collations = self._table(dataset).by_name, self._all.collations
        return [typed(by_name[name], collations.get((dataset, name))) for name in names]

    def _indexed(self, dataset: str, names: Sequence[str]) -> bool:
        table = self._table(dataset)
        return leads(table.indexes, names, table.by_name)

    # -- reading ------------------------------------------------------------------------------------------------------

    def rows(self, select: Select) -> Iterator[Sequence[Row]]:
        with self._guard(select.dataset):
            for sql, parameters in self._select(select):
                with self._line() as line, line.cursor(SSCursor) as cursor:
                    self._run(cursor, sql, parameters)
                    while chunk := cursor.fetchmany(CHUNK):
                        yield list(chunk)

    def _select(self, select: Select) -> Iterator[tuple[str, Sequence[object]]]:
        table, where = quote(select.dataset), select.where
        by_name = self._table(select.dataset).by_name
        columns = ", ".join(_cell(by_name.get(name), name) for name in select.columns)
        if isinstance(where, Everything):
            yield f"SELECT {columns} FROM {table} AS t", ()
        elif isinstance(where, ByIdentifiers):
            found = prefilter(where, equals, like)
            yield f"SELECT {columns} FROM {table} AS t WHERE {found.sql}", found.parameters
        elif isinstance(where, ByValues):
            types = self._typed(select.dataset, where.columns)
            names = [quote(name) for name in where.columns]
            on = _on(types, self._sign(select.dataset, where.columns))
            indexed = self._indexed(select.dataset, where.columns)
            for document in documents(types, where.values, 0, self._most_bytes):
                if where.closure:
                    yield (
                        _closure(columns, table, types[0], names[0], quote(where.closure[0]), document.table),
                        [document.document],
                    )
                else:
                    yield (
                        f"SELECT {columns} FROM {joined(document.table, table, on, indexed)}",
                        [document.document],
                    )

    def _sign(self, dataset: str, columns: Sequence[str]) -> str:
        """Rows without a key are addressed by all their cells, NULL ones too."""
        table = self._table(dataset)
        keyless = not table.key and any(table.by_name[name].nullable for name in columns)
        return "<=>" if keyless else "="

    # -- acting -------------------------------------------------------------------------------------------------------

    def render(self, step: Step) -> list[str]:
        types = self._typed(step.ref.dataset, [*step.key, *step.witness, *_varying(step)])
        sample = Document(expression([t.declared(()) for t in types]), "[]")
        return [sql for sql, _ in self._statements(step, sample)]

    def refused(self, step: Step) -> tuple[str, ...]:
        table = self._table(step.ref.dataset)
        constants = {
            c: v.constant
            for c, v in zip(step.columns, step.values, strict=True)
            if v.how in ("null", "constant") and not isinstance(v.constant, tuple)
        }
        if not table.checks or not constants:
            return ()
        new = step.action == "create"  # the row is not there yet: what the step does not say is NULL
        cells = ", ".join(
            f"{self._constant(table.name, c)} AS {quote(c.name)}"
            if c.name in constants
            else f"{'NULL' if new else f't.{quote(c.name)}'} AS {quote(c.name)}"
            for c in table.columns
        )
        bound = [native(c, constants[c.name]) for c in table.columns if c.name in constants]
        sources = [("", [])] if new else [(self._from(step, d), [d.document]) for d in self._documents(step)]
        found: list[str] = []
        with self._guard(step.ref.dataset), self._line() as line, line.cursor() as cursor:
            for check in table.checks:
                test = check.expression.replace("%", "%%")
                for source, keys in sources:
                    rows = f"SELECT {cells} FROM {source or 'DUAL'}"
                    sql = f"SELECT 1 FROM ({rows}) AS x WHERE NOT ({test}) LIMIT 1"
                    if self._run(cursor, sql, [*bound, *keys]).fetchone():
                        found += [
                            name for name in constants if quote(name).replace("%%", "%") in check.expression
                        ]
        return tuple(dict.fromkeys(found))

    def _constant(self, dataset: str, column: Column) -> str:
        """A placeholder that compares as the column does."""
        if (of := self._all.collations.get((dataset, column.name))) is not None:
            return f"CONVERT(%s USING {of[0]}) COLLATE {of[1]}"
        return "%s"

    def execute(self, batch: Batch, hand: Hand) -> None:
        alone = [step for step in batch.steps if step.ref.dataset in self._all.rowwise]
        stands = "What was done in a table without transactions stays done, and is not done twice."
        whole = "Nothing of this batch was changed; the person can still be found."
        remedy = f"{stands if alone else whole} Remove the cause and run `troth resume`."
        place = [batch.steps[0].ref.dataset]
        with self._guard(place[0], remedy), self._line() as line, line.cursor() as cursor:
            line.begin()
            try:
                for step in batch.steps:
                    with self._guard(step.ref.dataset, remedy):
                        if step in alone:  # what stands before it must be certain: order is all that it has
                            line.commit()
                        self._do(cursor, step, hand)
                line.commit()
            except BaseException:
                with suppress(pymysql.Error, OSError):
                    line.rollback()
                raise

    def _do(self, cursor: Cursor, step: Step, hand: Hand) -> None:
        if step.action in ("create", "refresh", "keep"):
            for sql, parameters in self._statements(step, Document("", "")):
                self._run(cursor, sql, parameters)
            return
        rows: list[Row] = list(step.rows)
        if _varying(step):
            rows = self._new_values(cursor, step, rows, hand)
        if step.action == "erase" and (own := self._own_keys(step)):
            step, rows = self._let_go(cursor, step, rows, own)
        for document in self._documents(step, rows):
            for sql, parameters in self._statements(step, document):
                self._run(cursor, sql, parameters)

    def _own_keys(self, step: Step) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
        """Mandatory references of the table to itself: InnoDB checks them row by row, whatever the order."""
        table = self._table(step.ref.dataset)
        return [
            (foreign.columns, foreign.target_columns)
            for foreign in table.foreign_keys
            if foreign.target == table.name and not any(table.by_name[c].nullable for c in foreign.columns)
        ]

    def _let_go(
        self,
        cursor: Cursor,
        step: Step,
        rows: list[Row],
        own: Sequence[tuple[tuple[str, ...], tuple[str, ...]]],
    ) -> tuple[Step, list[Row]]:
        """Lets the rows refer to one that stays, for the moment before they go; they are locked from here on."""
        from dataclasses import replace

        going: list[Row] = []
        names = ", ".join(f"t.{quote(name)}" for name in step.key)
        for document in self._documents(step, rows):
            sql = f"SELECT {names} FROM {self._from(step, document)} FOR UPDATE"
            going += self._run(cursor, sql, [document.document]).fetchall()
        bare, table = replace(step, witness=()), quote(step.ref.dataset)
        types = self._typed(step.ref.dataset, step.key)
        for columns, ends in own:
            for document in documents(types, going, 0, self._most_bytes * 4, len(going) + 1):
                stays = ", ".join(f"t.{quote(end)}" for end in ends)
                sql = (
                    f"SELECT {stays} FROM {table} AS t LEFT JOIN {held(document.table)} "
                    f"ON {_on(types, self._sign(step.ref.dataset, step.key))} WHERE k.k0 IS NULL LIMIT 1"
                )
                if other := self._run(cursor, sql, [document.document]).fetchone():
                    sets = ", ".join(f"t.{quote(column)} = %s" for column in columns)
                    self._run(
                        cursor, f"UPDATE {self._from(bare, document)} SET {sets}", [document.document, *other]
                    )
        return bare, going

    def _documents(self, step: Step, rows: Sequence[Row] | None = None) -> Iterator[Document]:
        extra = _varying(step) if rows is not None else ()
        types = self._typed(step.ref.dataset, [*step.key, *step.witness, *extra])
        try:
            yield from documents(types, step.rows if rows is None else rows, len(extra), self._most_bytes)
        except ValueError:
            raise pymysql.err.DataError(1264, "") from None

    def _from(self, step: Step, document: Document) -> str:
        names = [*step.key, *step.witness]
        types = self._typed(step.ref.dataset, names)
        keyless = self._sign(step.ref.dataset, step.key)
        on = _on(types, *[keyless] * len(step.key), *["<=>"] * len(step.witness))
        return joined(document.table, quote(step.ref.dataset), on, self._indexed(step.ref.dataset, step.key))

    def _new_values(self, cursor: Cursor, step: Step, rows: list[Row], hand: Hand) -> list[Row]:
        """Appends to each row the values that differ from row to row: tokens, and texts without the identifiers."""
        texts = [c for c, v in zip(step.columns, step.values, strict=True) if v.how == "redact"]
        table, width = self._table(step.ref.dataset), len(step.key)
        found: dict[Row, Row] = {}
        if texts:
            columns = ", ".join(_cell(table.by_name[c], c) for c in (*step.key, *texts))
            for document in self._documents(step):
                sql = f"SELECT {columns} FROM {self._from(step, document)} FOR UPDATE"
                told = self._run(cursor, sql, [document.document]).fetchall()
                found |= {row[:width]: row[width:] for row in told}
            rows = [row for row in rows if row[:width] in found]
        grown: list[Row] = []
        for row in rows:
            cells = iter(found.get(row[:width], ()))
            extra: list[Atom] = []
            for column, value in zip(step.columns, step.values, strict=True):
                here = table.by_name[column]
                if value.how == "token":
                    extra.append(
                        fit(here, token(value.constant, hand.digest(step, row[:width]), here.length))
                    )
                elif value.how == "redact":
                    extra.append(hand.rewrite(column, next(cells)))
            grown.append((*row, *extra))
        return grown

    def _statements(self, step: Step, document: Document) -> list[tuple[str, list[object]]]:
        if step.action == "create":
            return [self._create(step)]
        if step.action in ("refresh", "keep") or (step.action == "anonymise" and not step.columns):
            return []
        source = self._from(step, document)
        if step.action == "erase":
            return [(f"DELETE t FROM {source}", [document.document])]
        by_name = self._table(step.ref.dataset).by_name
        sets, parameters, extra = [], [], len(step.key) + len(step.witness)
        for column, value in zip(step.columns, step.values, strict=True):
            if value.how in ("token", "redact"):
                (kind,) = self._typed(step.ref.dataset, [column])
                sets.append(f"t.{quote(column)} = {kind.value(f'k.k{extra}')}")
                extra += 1
            else:
                sets.append(f"t.{quote(column)} = %s")
                parameters.append(native(by_name[column], value.constant))
        for column in self._all.stamps.get(step.ref.dataset, ()):
            if column not in step.columns:  # a cell that the plan does not name stays as it is
                sets.append(f"t.{quote(column)} = t.{quote(column)}")
        return [(f"UPDATE {source} SET {', '.join(sets)}", [document.document, *parameters])]

    def _create(self, step: Step) -> tuple[str, list[object]]:
        by_name, values = self._table(step.ref.dataset).by_name, []
        parameters: list[object] = []
        for column, value in zip(step.columns, step.values, strict=True):
            if isinstance(value.constant, tuple):
                _, dataset, end = value.constant
                first = ", ".join(map(quote, self._table(dataset).key or (end,)))
                values.append(f"(SELECT {quote(end)} FROM {quote(dataset)} ORDER BY {first} LIMIT 1)")
            else:
                values.append("%s")
                parameters.append(native(by_name[column], value.constant))
        document = next(iter(documents(self._typed(step.ref.dataset, step.key), step.rows)))
        columns = ", ".join(map(quote, step.columns))
        there = f"SELECT 1 FROM {self._from(step, document)}"
        return (
            f"INSERT INTO {quote(step.ref.dataset)} ({columns}) SELECT {', '.join(values)} FROM DUAL WHERE NOT EXISTS ({there})",
            [*parameters, document.document],
        )

    # -- after the act ------------------------------------------------------------------------------------------------

    def settle(self, datasets: Sequence[str]) -> Absence:
        with self._guard("OPTIMIZE TABLE"), self._line() as line, line.cursor() as cursor:
            return settling.settle(
                self.system, self._all, datasets, self._write, lambda sql: self._run(cursor, sql)
            )


def _varying(step: Step) -> list[str]:
    return [c for c, v in zip(step.columns, step.values, strict=False) if v.how in ("token", "redact")]


def _on(types: Sequence[Typed], *signs: str) -> str:
    """The join of `t` with `k`; a single sign stands for all."""
    each = signs * len(types) if len(signs) == 1 else signs
    return " AND ".join(
        t.test(f"t.{quote(t.column.name)}", f"k.k{at}", sign) for at, (t, sign) in enumerate(zip(types, each, strict=True))
    )  # fmt: skip


def _cell(column: Column | None, name: str) -> str:
    """The cell as a value that can be a key: a FLOAT in full, bits as a number, addresses as text."""
    cell = f"t.{quote(name)}"
    kind = type_of(column) if column else ""
    if kind == "float":
        return f"CAST({cell} AS DOUBLE)"
    if kind == "bit":
        return f"CAST({cell} AS UNSIGNED)"
    return f"CAST({cell} AS CHAR)" if kind in ("uuid", "inet4", "inet6") else cell


def _closure(columns: str, table: str, kind: Typed, child: str, parent: str, document: str) -> str:
    """All rows reached from the keys along parent -> child; texts go by their bytes, for UNION folds what collates."""
    if "CHARACTER SET" not in kind.declared(()):
        start, step, last = "k.k0", f"t.{parent}", f"t.{child} = w.v"
    else:
        start, step = "CAST(k.k0 AS BINARY)", f"CAST(CONVERT(t.{parent} USING utf8mb4) AS BINARY)"
        last = kind.test(f"t.{child}", "CONVERT(w.v USING utf8mb4)", "=")
    return (
        f"WITH RECURSIVE w(v) AS (SELECT {start} FROM {document} AS k UNION "
        f"SELECT {step} FROM w STRAIGHT_JOIN {table} AS t ON {last}) "
        f"SELECT {columns} FROM {table} AS t JOIN w ON {last}"
    )
