"""Streams whole tables of a SQLite file as raw bytes: whatever a cell's declared type says, its bytes are given."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from troth.datamap.reader import LONGEST_CELL, TOO_LONG, Block
from troth.datamap.schema import Schema, Table
from troth.stores.sqlite.reflect import quote

BLOCK = 262_144
AT_ONCE = 16  # rows fetched before their bytes are counted
_BETWEEN = b"\x1f"


@dataclass(frozen=True, slots=True)
class Cells:
    """Rows as tuples of bytes."""

    columns: tuple[str, ...]
    rows: Sequence[tuple[bytes, ...]] = field(repr=False)
    data: bytes = field(repr=False)

    def __len__(self) -> int:
        return len(self.rows)

    def pieces(self) -> Iterable[bytes]:
        return (_BETWEEN.join((*row, b"")) for row in self.rows)

    def cells(self, row: int) -> Sequence[bytes]:
        return self.rows[row]


def blocks(connection: sqlite3.Connection, table: Table, utf8: bool) -> Iterator[Block]:
    """The rows in blocks of about `BLOCK` bytes; raises sqlite3.Error."""
    names = tuple(table.by_name)
    if not names:
        return
    cursor = connection.execute(
        f"SELECT {', '.join(_cell(name, utf8) for name in names)} FROM {quote(table.name)}"
    )
    rows: list[tuple[bytes, ...]] = []
    size = 0
    while fetched := _fetch(connection, cursor):
        rows += fetched
        size += sum(map(len, chain.from_iterable(fetched)))
        if size >= BLOCK:
            yield _block(names, rows)
            rows, size = [], 0
    if rows:
        yield _block(names, rows)


def _block(names: tuple[str, ...], rows: Sequence[tuple[bytes, ...]]) -> Cells:
    return Cells(names, rows, _BETWEEN.join((*chain.from_iterable(rows), b"")))


def _fetch(connection: sqlite3.Connection, cursor: sqlite3.Cursor) -> list[tuple[bytes, ...]]:
    """The next rows, their text as bytes: others who use the connection meanwhile get text as ever."""
    usual, connection.text_factory = connection.text_factory, bytes
    try:
        return cursor.fetchmany(AT_ONCE)
    finally:
        connection.text_factory = usual


def _cell(name: str, utf8: bool) -> str:
    """Text and bytes as they are, numbers in digits, NULL as nothing."""
    cell = quote(name)
    bare = (
        f"CAST({cell} AS BLOB)"
        if utf8
        else f"CASE typeof({cell}) WHEN 'blob' THEN {cell} ELSE {cell} || '' END"
    )
    return f"CASE WHEN length({cell}) > {LONGEST_CELL} THEN x'{TOO_LONG.hex()}' ELSE coalesce({bare}, '') END"


def sizes(schema: Schema) -> Mapping[str, int]:
    """The file's size, shared out by each table's bound on rows and its columns."""
    facts = schema.facts
    whole = int(facts["page_count"]) * int(facts["page_size"])
    weights = {
        name: table.estimate * (len(table.columns) + 1)
        for name, table in schema.tables.items()
        if table.kind != "view"
    }
    total = sum(weights.values()) or 1
    return {name: whole * weight // total for name, weight in weights.items()}
