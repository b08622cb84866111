"""Some rows of a PostgreSQL table from all over it, in a few bounded statements that never read a large table whole."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any, NamedTuple

import psycopg

from troth.datamap.reader import Bounds, Row, Sample
from troth.datamap.schema import Column, Table
from troth.stores.postgres.reflect import quote, split
from troth.stores.sampled import Gathered

_PAGE = 8192
_SMALL = 400  # pages that may be read one and all to pick rows from
_FIRST = 50  # rows of the first portion, by whose size the next ones are cut
_SAFELY = 0.85  # of the rows wanted are aimed at, so that the last pages are not what is left out
_SPREAD = 200  # pages at least that rows come from: neighbours are often alike
_LOOKED_AT = 40  # pages from which the rows of a never analysed table are reckoned
_WELL_BEHAVED = ("integer", "bigint", "smallint", "text", "uuid", "character varying")  # elements of arrays
_LARGEST = 100_000  # bytes of an array that is sent at all
_ENDS = {"date": "date", "timestamp": "timestamptz"}  # the driver knows the years 1 to 9999 only
_AS_IT_IS = ("integer", "decimal", "boolean", "uuid")

_PROBE = """
    WITH RECURSIVE own AS (SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                           WHERE n.nspname = %s AND c.relname = %s),
    members(oid) AS (SELECT oid FROM own UNION SELECT i.inhrelid FROM pg_inherits i JOIN members m ON i.inhparent = m.oid)
    SELECT coalesce(sum(pg_relation_size(c.oid)) FILTER (WHERE c.relkind IN ('r', 'm')), 0)::bigint AS size,
           coalesce(sum(c.relpages) FILTER (WHERE c.reltuples > 0), 0)::bigint AS pages,
           coalesce(sum(c.reltuples::float8) FILTER (WHERE c.reltuples > 0), 0)::float8 AS rows,
           bool_and(c.relkind IN ('r', 'm', 'p')) AS sampled,
           (SELECT array_agg(a.attname::text) FROM pg_attribute a, own WHERE a.attrelid = own.oid AND a.attnum > 0
            AND NOT a.attisdropped AND has_column_privilege(a.attrelid, a.attnum, 'SELECT')) AS readable
    FROM members JOIN pg_class c USING (oid)"""


class _Extent(NamedTuple):
    """How large a table is, and which of its columns we may read."""

    size: int
    pages: int  # and rows: of those parts that were ever analysed
    rows: float
    sampled: bool  # TABLESAMPLE works on it
    readable: Sequence[str] | None


class Sampling:
    """One sample; `name` is the table's quoted name."""

    def __init__(self, db: psycopg.Connection[Any], table: Table, name: str, bounds: Bounds) -> None:
        self._db = db
        self._table = table
        self._name = name
        self._bounds = bounds
        self._end = time.monotonic() + bounds.seconds
        self._held = Gathered(table.name, (), bounds)
        self.sent = 0

    def sample(self) -> Sample:
        """Never raises for what a table holds or refuses: the sample says why it is short or empty."""
        try:
            with self._db.transaction(), self._db.cursor() as cursor:
                return self._held.sample(everything=self._gather(cursor))
        except psycopg.errors.QueryCanceled:
            self._held.cut = "seconds"
            return self._held.sample(everything=False)
        except psycopg.Error as fault:
            if self._db.broken:
                raise
            return self._held.sample(everything=False, fault=type(fault).__name__)

    def _gather(self, cursor: psycopg.Cursor[Any]) -> bool:
        """Takes rows in; whether these are all there are."""
        self._limit_time(cursor)
        self._ask(cursor, "SELECT setseed(0)")  # the same table, the same sample
        extent = _Extent(*self._one(cursor, _PROBE, split(self._table.name)))
        readable = set(extent.readable or ())
        columns = [c for c in self._table.columns if c.family != "blob" and c.name in readable]
        self._held.columns = tuple(column.name for column in columns)
        cells = ", ".join(_cell(column, self._bounds.cell) for column in columns) or "NULL"
        everything = len(columns) == sum(column.family != "blob" for column in self._table.columns)
        if (share := self._share(cursor, extent)) is not None:
            method = "SYSTEM" if extent.size > _SMALL * _PAGE else "BERNOULLI"
            thin = (
                min(100 / share, max(1.0, _SPREAD / (share / 100 * extent.size / _PAGE)))
                if method == "SYSTEM"
                else 1
            )
            some = f" WHERE random() < {1 / thin:.6f}" if thin > 1 else ""
            method += f" ({share * thin:.6f}) REPEATABLE (1)"
            self._take(cursor, f"SELECT {cells} FROM {self._name} t TABLESAMPLE {method}{some}")
            if self._held.rows:
                self._held.cut = self._held.cut or "rows"
                return False
        self._take(cursor, f"SELECT {cells} FROM {self._name} t")
        return everything

    def _share(self, cursor: psycopg.Cursor[Any], extent: _Extent) -> float | None:
        """The percentage of a table that is about as many rows as wanted; None: it is read from its start."""
        pages = extent.size / _PAGE
        if not extent.sampled or not pages:
            return None
        rows = pages * (extent.rows / extent.pages if extent.pages else 0)
        if not rows and pages > _SMALL:
            share = 100 * _LOOKED_AT / pages
            some = f"FROM {self._name} TABLESAMPLE SYSTEM ({share:.6f}) REPEATABLE (1)"
            counted = f"SELECT count(*), count(DISTINCT (tableoid, (ctid::text::point)[0])) {some}"
            found, of = self._one(cursor, counted)
            rows = pages * found / max(of, 1)
        elif not rows or pages <= _SMALL:
            rows = self._one(cursor, f"SELECT count(*) FROM {self._name}")[0]
        return 100 * _SAFELY * self._bounds.rows / rows if rows > self._bounds.rows else None

    def _take(self, cursor: psycopg.Cursor[Any], sql: str) -> None:
        """Reads in portions that fit the bytes left; one row more than wanted tells whether there are more."""
        name = f"troth_sample_{self.sent}"
        self._ask(cursor, f"DECLARE {name} NO SCROLL CURSOR FOR {sql} LIMIT {self._bounds.rows + 1}")
        wanted = _FIRST
        while True:
            if time.monotonic() > self._end - self._bounds.seconds / 2:
                self._limit_time(cursor)
            rows = self._ask(cursor, f"FETCH {wanted} FROM {name}").fetchall()
            if not self._held.add(map(_plain, rows)) or len(rows) < wanted:
                return
            room = self._bounds.bytes - self._held.size
            each = max(1, self._held.size // len(self._held.rows))
            wanted = min(self._held.missing() + 1, max(_FIRST, room // each))

    def _limit_time(self, cursor: psycopg.Cursor[Any]) -> None:
        """Whatever is asked next ends in time, also where it waits for a lock."""
        left = max(1, int((self._end - time.monotonic()) * 1000))
        limits = "SELECT set_config('statement_timeout', %s, true), set_config('transaction_read_only', 'on', true)"
        self._ask(cursor, limits, [str(left)])

    def _one(self, cursor: psycopg.Cursor[Any], sql: str, parameters: Sequence[object] = ()) -> Any:
        return next(iter(self._ask(cursor, sql, parameters)))

    def _ask(
        self, cursor: psycopg.Cursor[Any], sql: str, parameters: Sequence[object] = ()
    ) -> psycopg.Cursor[Any]:
        self.sent += 1
        return cursor.execute(sql.encode(), parameters, prepare=False)


def _cell(column: Column, most: int) -> str:
    """The value, or as much of its text as is wanted and one character; a date the driver cannot hold is NULL."""
    cell = f"t.{quote(column.name)}"
    if column.family in _AS_IT_IS:
        return cell
    if kind := _ENDS.get(column.family):
        return f"CASE WHEN {cell}::{kind} BETWEEN '0001-01-02' AND '9999-12-30' THEN {cell} END"
    if column.family == "array" and column.native.removesuffix("[]").partition("(")[0] in _WELL_BEHAVED:
        return f"CASE WHEN pg_column_size({cell}) <= {_LARGEST} THEN {cell}[1:{most}] END"
    return f"left({cell}::text, {most + 1})"


def _plain(row: Row) -> Row:
    """Arrays as tuples."""
    return tuple(map(_tuple, row)) if any(isinstance(cell, list) for cell in row) else row


def _tuple(cell: object) -> object:
    return tuple(map(_tuple, cell)) if isinstance(cell, list) else cell
