"""Some rows of a SQLite table from all over it, in a few bounded statements that neither sort nor scan."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import ceil

from troth.datamap.model import Atom
from troth.datamap.reader import Bounds, Sample
from troth.datamap.schema import Table
from troth.stores.sampled import Gathered
from troth.stores.sqlite.reflect import quote

Span = tuple[Atom, Atom]  # first and last row id, or first and last value of a key
_WINDOWS = 50
_ROUNDS = 12  # row ids that leave wide gaps are narrowed down by a factor of _WINDOWS each
_AT_ONCE = 100
_STEPS = 1000  # of SQLite's machine between two looks at the clock
_STARTS = 2000  # so many beginnings of keys are looked for
_DEEPER = 4  # and so many characters behind what all of them share
_LAST = "char(1114111)"  # sorts behind every text


class Sampling:
    """One sample; `row_id` is the name of the table's own row number, where it has one."""

    def __init__(self, db: sqlite3.Connection, table: Table, row_id: str | None, bounds: Bounds) -> None:
        self._db = db
        self._table = table
        self._name = quote(table.name)
        columns = tuple(column.name for column in table.columns if column.family != "blob")
        self._cells = ", ".join(_cell(f"t.{quote(name)}", bounds.cell) for name in columns) or "NULL"
        self._order = row_id or (quote(table.key[0]) if table.key else "")
        self._numbered = row_id is not None
        self._held = Gathered(table.name, columns, bounds)
        self.sent = 0

    def sample(self) -> Sample:
        """Never raises for what a table holds or refuses: the sample says why it is short or empty."""
        seconds = self._held.bounds.seconds
        end = time.monotonic() + seconds
        self._db.set_progress_handler(lambda: time.monotonic() > end, _STEPS)
        try:
            self._db.execute(f"PRAGMA busy_timeout={int(seconds * 1000)}")
            everything = self._gathered()
            return self._held.sample(everything)
        except sqlite3.Error as fault:
            kind = getattr(fault, "sqlite_errorname", type(fault).__name__)
            if kind == "SQLITE_INTERRUPT":
                self._held.cut = "seconds"
                return self._held.sample(everything=False)
            return self._held.sample(everything=False, fault=kind)
        finally:
            self._db.set_progress_handler(None, 0)

    def _gathered(self) -> bool:
        """The same for text that is no UTF-8, which the driver itself refuses to read."""
        try:
            return self._gather()
        except sqlite3.OperationalError as fault:
            if hasattr(fault, "sqlite_errorname"):  # SQLite's own refusal
                raise
        factory, self._db.text_factory = self._db.text_factory, _text
        self._held = Gathered(self._held.dataset, self._held.columns, self._held.bounds)
        try:
            return self._gather()
        finally:
            self._db.text_factory = factory

    def _gather(self) -> bool:
        """Takes rows in; whether these are all there are."""
        most = self._held.bounds.rows
        if self._table.kind != "table" or not self._order:
            self._take(f"SELECT {self._cells} FROM {self._name} t LIMIT ?", most + 1)
            return True
        bound = f"(SELECT count(*) FROM (SELECT 1 FROM {self._name} LIMIT ?))"
        ends = f"(SELECT min({self._order}) FROM {self._name}), (SELECT max({self._order}) FROM {self._name})"
        ((count, first, last),) = self._ask(f"SELECT {bound}, {ends}", most + 1).fetchall()
        if count <= most:
            self._take(f"SELECT {self._cells} FROM {self._name} t LIMIT ?", most)
            return True
        if isinstance(first, int) and isinstance(last, int):
            self._spread(first, last)
        elif isinstance(first, str) and isinstance(last, str):
            self._windows([(start, start + chr(1114111)) for start in self._starts(first, last)])
        else:
            for way in ("ASC", "DESC"):
                half = f"SELECT {self._cells} FROM {self._name} t ORDER BY {self._order} {way} LIMIT ?"
                self._take(half, most // 2)
        self._held.cut = self._held.cut or "rows"
        return False

    def _spread(self, first: int, last: int) -> None:
        """Windows spread evenly over the row ids; where ids are dense, those are split again."""
        spans: Sequence[Span] = [(first, last)]
        for _ in range(_ROUNDS):
            if not spans or not self._held.missing():
                return
            spans = self._windows(_split(spans))

    def _windows(self, windows: Sequence[Span]) -> list[Span]:
        """The first rows of each window, all in one statement; what is left of those that hold more."""
        if not windows:
            return []
        each = ceil(self._held.missing() / len(windows))
        window = (
            f"SELECT s.{self._order} FROM {self._name} s WHERE s.{self._order} >= json_extract(w.value, '$[0]') "
            f"AND s.{self._order} <= json_extract(w.value, '$[1]') LIMIT {each}"
        )
        found: dict[int, list[Atom]] = {}
        cursor = self._ask(
            f"SELECT w.key, t.{self._order}, {self._cells} FROM json_each(?) w "
            f"CROSS JOIN {self._name} t WHERE t.{self._order} IN ({window}) LIMIT {self._held.missing()}",
            json.dumps(windows),
        )
        while rows := cursor.fetchmany(_AT_ONCE):
            for row in rows:
                found.setdefault(row[0], []).append(row[1])
            if not self._held.add(row[2:] for row in rows):
                break
        full = sorted(at for at, ids in found.items() if len(ids) >= each)
        return [
            (last + 1, windows[at][1])
            for at in full
            if isinstance(last := max(found[at]), int) and last != windows[at][1]  # type: ignore[type-var]
        ]

    def _starts(self, first: str, last: str) -> list[str]:
        """Beginnings of keys from all over: what all keys share, and as many characters more as tell enough apart."""
        shared = next((at for at, pair in enumerate(zip(first, last, strict=False)) if len(set(pair)) > 1), 0)
        starts: list[str] = []
        for length in range(shared + 1, shared + 1 + _DEEPER):
            cut = f"substr(p.v, 1, {length})"
            after = f"(SELECT min({self._order}) FROM {self._name} WHERE {self._order} > {cut} || {_LAST})"
            sql = (
                f"WITH RECURSIVE p(v) AS (SELECT ? UNION ALL SELECT {after} FROM p WHERE v IS NOT NULL LIMIT {_STARTS}) "
                f"SELECT {cut} FROM p WHERE v IS NOT NULL"
            )
            starts = [str(start) for (start,) in self._ask(sql, first)]
            if len(starts) >= _WINDOWS // 2:
                break
        return starts[:: ceil(len(starts) / _WINDOWS)]

    def _take(self, sql: str, most: int) -> None:
        cursor = self._ask(sql, most)
        while (rows := cursor.fetchmany(_AT_ONCE)) and self._held.add(rows):
            pass

    def _ask(self, sql: str, parameter: Atom) -> sqlite3.Cursor:
        self.sent += 1
        return self._db.execute(sql, (parameter,))


def _cell(column: str, most: int) -> str:
    """The value as it is, a text cut and bytes left out: SQLite keeps anything in any column."""
    return (
        f"CASE typeof({column}) WHEN 'text' THEN substr({column}, 1, {most + 1}) "
        f"WHEN 'blob' THEN NULL ELSE {column} END"
    )


def _split(spans: Iterable[Span]) -> list[Span]:
    """The same ranges in about _WINDOWS parts, in an order that leaves no region for last."""
    listed = [(int(first), int(last)) for first, last in spans]  # type: ignore[call-overload]
    parts = max(1, _WINDOWS // len(listed))
    found: list[Span] = []
    for first, last in listed:
        many = min(parts, last - first + 1)
        edges = [first + (last - first + 1) * at // many for at in range(many + 1)]
        found += [(a, b - 1) for a, b in pairwise(edges)]
    return [span for start in range(7) for span in found[start::7]]


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")
