"""Reads and changes a MariaDB or MySQL database in sets: key sets travel as typed JSON, statements join with them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cached_property, partial
from typing import Any

import pymysql
from pymysql.cursors import Cursor

from troth.datamap.manners import DEFAULTS, Manners
from troth.datamap.model import Atom
from troth.datamap.reader import Block, Bounds, Row, Sample, Select
from troth.datamap.schema import Schema, Table
from troth.evidence.facts import Isolation, Protection, Reach, Readable
from troth.planning.executor import REWRITTEN, Absence, Hand
from troth.planning.filed import Filed
from troth.planning.neutral import made
from troth.planning.plan import FROM_CELL, Batch, Step
from troth.planning.trying import coarsening, tried
from troth.stores.faults import refuse_late
from troth.stores.mysql import filing, protecting, sampling, settling, sweeping
from troth.stores.mysql.keys import (
    BYTES,
    Document,
    documents,
    expression,
    fit,
    held,
    native,
    quote,
)  # fmt: skip
from troth.stores.mysql.line import connect, guarded, is_maria, plainly
from troth.stores.mysql.reflect import Reflected, reflect
from troth.stores.mysql.statements import Statements, cell_of, on, varying
from troth.stores.mysql.stream import Stream

CHUNK = 5000


class MysqlStore:
    """One database of a MariaDB or MySQL server; its sessions are read-only unless it is to act."""

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
        self._write = write
        self._manners = manners
        self._held: Reflected | None = None
        self._open: Callable[[], pymysql.Connection[Any]] = partial(
            connect, system, url, password, write, manners
        )
        self._plain = partial(plainly, system, url, password)
        first = self._open()
        self._idle = [first]
        with first.cursor() as cursor:
            cursor.execute("SELECT DATABASE(), @@max_allowed_packet")
            database, packet = cursor.fetchone() or ("", 1 << 20)
        self._database = str(database)
        self._packet = int(packet)
        self._most_bytes = min(BYTES, self._packet // 4)

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

    @contextmanager
    def _streamed(self, sql: str, parameters: Sequence[object] = ()) -> Iterator[Any]:
        """A cursor whose rows come as they are read; if the reader stops half-way, the rest is never fetched."""
        with self._line() as line:
            cursor: Any = line.cursor(Stream)
            if self._write and is_maria(line):  # the server counts the time that we take to read, too
                sql = f"SET STATEMENT max_statement_time = {self._manners.read_timeout} FOR {sql}"
            try:
                yield self._run(cursor, sql, parameters)
            except BaseException:
                if cursor._result is not None:  # else the driver reads all that is left before it lets go
                    cursor._result.unbuffered_active = False
                raise

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

    @cached_property
    def _sql(self) -> Statements:
        return Statements(self._all, self._most_bytes)

    def _table(self, name: str) -> Table:
        return self.reflect().tables[name]

    # -- reading ------------------------------------------------------------------------------------------------------

    def rows(self, select: Select) -> Iterator[Sequence[Row]]:
        with self._guard(select.dataset):
            for sql, parameters in self._sql.select(select):
                with self._streamed(sql, parameters) as cursor:
                    while chunk := cursor.fetchmany(CHUNK):
                        yield list(chunk)

    def sample(self, dataset: str, bounds: Bounds) -> Sample:
        """Some rows of a dataset; one that refuses says so in the sample."""
        with self._guard(dataset), self._line() as line:
            return sampling.sample(
                line, self._table(dataset), lambda c: cell_of(c, c.name), bounds, self._run
            )

    def blocks(self, dataset: str) -> Iterator[Block]:
        names, sql = sweeping.asked(self._table(dataset), dataset in self._all.versioned, self._packet)
        if names:
            with self._guard(dataset), self._streamed(sql) as cursor:
                yield from sweeping.blocks(names, cursor)

    def sizes(self) -> Mapping[str, int]:
        with self._guard("the catalogue"), self._line() as line, line.cursor() as cursor:
            return sweeping.sizes(self._run(cursor, sweeping.SIZES).fetchall())

    # -- acting -------------------------------------------------------------------------------------------------------

    def render(self, step: Step) -> list[str]:
        types = self._sql.typed(step.ref.dataset, [*step.key, *step.witness, *varying(step)])
        sample = Document(expression([t.declared(()) for t in types]), "[]")
        return [sql for sql, _ in self._sql.statements(step, sample)]

    def refused(self, step: Step) -> tuple[str, ...]:
        table = self._table(step.ref.dataset)
        constants = {
            c: v.constant
            for c, v in zip(step.columns, step.values, strict=True)
            if v.how in ("null", "constant") and not isinstance(v.constant, tuple)
        }
        coarse = coarsening(step)
        if not coarse.columns and (not table.checks or not constants):
            return ()
        told: Sequence[Row] = step.rows
        if coarse.columns:
            told, narrow = self._tried(coarse, table)
            if narrow:
                return narrow
        width = len(step.key) + len(step.witness)
        kinds = self._sql.typed(table.name, coarse.columns)
        coarser = {c: kinds[at].value(f"k.k{width + at}") for at, c in enumerate(coarse.columns)}
        new = step.action == "create"  # the row is not there yet: what the step does not say is NULL
        cells = ", ".join(
            f"{self._sql.constant(table.name, c)} AS {quote(c.name)}"
            if c.name in constants
            else f"{'NULL' if new else coarser.get(c.name, f't.{quote(c.name)}')} AS {quote(c.name)}"
            for c in table.columns
        )
        bound = [native(c, constants[c.name]) for c in table.columns if c.name in constants]
        sources = (
            [("", [])]
            if new
            else [(self._sql.source(coarse, d), [d.document]) for d in self._sql.documents(coarse, told)]
        )
        found: list[str] = []
        with self._guard(step.ref.dataset), self._line() as line, line.cursor() as cursor:
            for check in table.checks:
                test = check.expression.replace("%", "%%")
                for source, keys in sources:
                    rows = f"SELECT {cells} FROM {source or 'DUAL'}"
                    sql = f"SELECT 1 FROM ({rows}) AS x WHERE NOT ({test}) LIMIT 1"
                    if self._run(cursor, sql, [*bound, *keys]).fetchone():
                        found += [
                            name
                            for name in (*constants, *coarser)
                            if quote(name).replace("%%", "%") in check.expression
                        ]
        return tuple(dict.fromkeys(found))

    def _tried(self, step: Step, table: Table) -> tuple[list[Row], tuple[str, ...]]:
        """The step's rows with what their cells may become."""
        width, rows = len(step.key), {row[: len(step.key)]: row for row in step.rows}
        columns = ", ".join(cell_of(table.by_name[c], c) for c in (*step.key, *step.columns))
        held: list[tuple[Row, Row]] = []
        with self._guard(step.ref.dataset), self._line() as line, line.cursor() as cursor:
            for document in self._sql.documents(step):
                sql = f"SELECT {columns} FROM {self._sql.source(step, document)}"
                for row in self._run(cursor, sql, [document.document]).fetchall():
                    held.append((rows[row[:width]], row[width:]))
        made, narrow = tried(step, table, held)
        here = [table.by_name[name] for name in step.columns]
        width += len(step.witness)
        return [
            (*row[:width], *(native(c, v) for c, v in zip(here, row[width:], strict=True))) for row in made
        ], narrow

    def lacking(self, steps: Sequence[Step]) -> tuple[str, ...]:
        """`UPDATE on customer` for each right that the steps need on a whole table and this account has not."""
        rights = {"erase": "DELETE", "create": "INSERT", "keep": "", "refresh": ""}
        wanted = [(rights.get(step.action, "UPDATE"), step.ref.dataset) for step in steps]
        return tuple(
            dict.fromkeys(
                f"{right} on {name}"
                for right, name in wanted
                if right and not self._all.granted.may(right, name)
            )
        )

    def execute(self, batch: Batch, hand: Hand) -> None:
        alone = [step for step in batch.steps if step.ref.dataset in self._all.rowwise]
        stands = "What was done in a table without transactions stays done, and is not done twice."
        whole = "Nothing of this batch was changed; the person can still be found."
        remedy = f"{stands if alone else whole} Remove the cause and run `troth resume`."
        place = [batch.steps[0].ref.dataset]
        with self._guard(place[0], remedy), self._line() as line, line.cursor() as cursor:
            line.begin()
            try:
                latest = time.monotonic() + self._manners.statement_timeout
                for step in batch.steps:
                    refuse_late(latest, f"{self.system}.{step.ref.dataset}", remedy)
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
        if step.span is not None or step.action in ("create", "refresh", "keep"):
            for sql, parameters in self._sql.statements(step, Document("", "")):
                self._run(cursor, sql, parameters)
            return
        rows: list[Row] = list(step.rows)
        if varying(step):
            rows = self._new_values(cursor, step, rows, hand)
        if step.action == "erase" and (own := self._own_keys(step)):
            step, rows = self._let_go(cursor, step, rows, own)
        for document in self._sql.documents(step, rows):
            for sql, parameters in self._sql.statements(step, document):
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
        for document in self._sql.documents(step, rows):
            sql = f"SELECT {names} FROM {self._sql.source(step, document)} FOR UPDATE"
            going += self._run(cursor, sql, [document.document]).fetchall()
        bare, table = replace(step, witness=()), quote(step.ref.dataset)
        types = self._sql.typed(step.ref.dataset, step.key)
        for columns, ends in own:
            for document in documents(types, going, 0, self._most_bytes * 4, len(going) + 1):
                stays = ", ".join(f"t.{quote(end)}" for end in ends)
                sql = (
                    f"SELECT {stays} FROM {table} AS t LEFT JOIN {held(document.table)} "
                    f"ON {on(types, self._sql.sign(step.ref.dataset, step.key))} WHERE k.k0 IS NULL LIMIT 1"
                )
                if other := self._run(cursor, sql, [document.document]).fetchone():
                    sets = ", ".join(f"t.{quote(column)} = %s" for column in columns)
                    self._run(
                        cursor,
                        f"UPDATE {self._sql.source(bare, document)} SET {sets}",
                        [document.document, *other],
                    )
        return bare, going

    def _new_values(self, cursor: Cursor, step: Step, rows: list[Row], hand: Hand) -> list[Row]:
        """Appends to each row the values that differ from row to row: tokens, and texts without the identifiers."""
        texts = [c for c, v in zip(step.columns, step.values, strict=True) if v.how in FROM_CELL]
        table, width = self._table(step.ref.dataset), len(step.key)
        found: dict[Row, Row] = {}
        if texts:
            columns = ", ".join(cell_of(table.by_name[c], c) for c in (*step.key, *texts))
            for document in self._sql.documents(step):
                sql = f"SELECT {columns} FROM {self._sql.source(step, document)} FOR UPDATE"
                told = self._run(cursor, sql, [document.document]).fetchall()
                found |= {row[:width]: row[width:] for row in told}
            rows = [row for row in rows if row[:width] in found]
        grown: list[Row] = []
        for row in rows:
            cells = iter(found.get(row[:width], ()))
            extra: list[Atom] = []
            for column, value in zip(step.columns, step.values, strict=True):
                here = table.by_name[column]
                if value.how in ("token", "coarsen"):
                    cell = next(cells) if value.how == "coarsen" else None
                    new = made(value, here, cell, hand.digest(step, row[:width]))
                    extra.append(native(here, new) if value.how == "coarsen" else fit(here, new))
                elif value.how == "redact":
                    extra.append(hand.rewrite(column, next(cells)))
            grown.append((*row, *extra))
        return grown

    # -- after the act ------------------------------------------------------------------------------------------------

    def settle(self, datasets: Sequence[str], most: int = REWRITTEN) -> Absence:
        with self._guard("OPTIMIZE TABLE"), self._line() as line, line.cursor() as cursor:
            return settling.settle(
                self.system, self._all, datasets, self._write, lambda sql: self._run(cursor, sql), most
            )

    def files(self) -> Filed:
        with self._guard("the server's settings"), self._line() as line, line.cursor() as cursor:
            return filing.files(self._all, lambda sql: self._run(cursor, sql))

    def protection(self) -> Protection:
        with self._guard("the server"), self._line() as line:
            return protecting.protection(line, self._database, self._plain)

    def reach(self, role: str, forbidden: Sequence[Readable]) -> Reach:
        with self._guard("the rights"), self._line() as line:
            return protecting.reach(line, self._database, role, forbidden)

    def isolation(self, role: str, tenants: Mapping[str, str]) -> Isolation:
        return Isolation(False, "it knows no row-level security, and views are not asked")
