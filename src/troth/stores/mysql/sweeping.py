"""Streams whole tables of MariaDB and MySQL as raw bytes, rows kept as history included: nothing is passed over unsaid."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from troth.datamap.reader import LONGEST_CELL, TOO_LONG, Block
from troth.datamap.schema import Column, Table
from troth.stores.mysql.keys import quote, type_of

BLOCK = 262_144
AT_ONCE = 64
_BETWEEN = b"\x1f"
_NEVER = ("boolean", "date", "timestamp")  # an identifier cannot stand in these
_BYTES = ("binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob")
SIZES = """
    SELECT table_name, coalesce(data_length, 0) FROM information_schema.tables
    WHERE table_schema = DATABASE() AND table_type NOT LIKE '%%VIEW' AND table_type <> 'SEQUENCE'"""


@dataclass(frozen=True, slots=True)
class Cells:
    """Rows as tuples of bytes."""

    columns: tuple[str, ...]
    rows: Sequence[tuple[bytes, ...]] = field(repr=False)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def data(self) -> bytes:
        return _BETWEEN.join((*chain.from_iterable(self.rows), b""))

    def pieces(self) -> Iterable[bytes]:
        return (_BETWEEN.join((*row, b"")) for row in self.rows)

    def cells(self, row: int) -> Sequence[bytes]:
        return self.rows[row]


def asked(table: Table, versioned: bool, packet: int) -> tuple[tuple[str, ...], str]:
    """The columns that can hold an identifier, and the statement that reads them; ((), "") where there is none."""
    columns = [column for column in table.columns if column.family not in _NEVER]
    if not columns:
        return (), ""
    longest = min(LONGEST_CELL, packet // 4)  # the server gives NULL for a conversion longer than a packet
    cells = ", ".join(_cell(column, longest) for column in columns)
    history = " FOR SYSTEM_TIME ALL" if versioned else ""
    return tuple(c.name for c in columns), f"SELECT {cells} FROM {quote(table.name)}{history} AS t"


def blocks(names: tuple[str, ...], cursor: Any) -> Iterator[Block]:
    """The rows of an executed statement in blocks of about `BLOCK` bytes; raises pymysql.Error."""
    rows: list[tuple[bytes, ...]] = []
    size = 0
    while fetched := cursor.fetchmany(AT_ONCE):
        rows += fetched
        size += sum(map(len, chain.from_iterable(fetched)))
        if size >= BLOCK:
            yield Cells(names, rows)
            rows, size = [], 0
    if rows:
        yield Cells(names, rows)


def sizes(rows: Iterable[Sequence[Any]]) -> Mapping[str, int]:
    """Bytes of each table without its indexes, by the server's estimate."""
    return {str(name): int(size) for name, size in rows}


def _cell(column: Column, longest: int) -> str:
    """Bytes as they are, everything else as the UTF-8 of its text."""
    cell = f"t.{quote(column.name)}"
    kind = type_of(column)
    told = (
        cell
        if kind in _BYTES or column.family == "other"
        else f"CAST(CONVERT({cell} USING utf8mb4) AS BINARY)"
    )
    if kind == "bit":
        told = f"CAST(CONVERT(CAST({cell} AS UNSIGNED) USING utf8mb4) AS BINARY)"
    if column.family in ("text", "json", "blob", "other") and not (
        column.length and column.length * 4 < longest
    ):
        told = f"CASE WHEN OCTET_LENGTH({cell}) > {longest} THEN x'{TOO_LONG.hex()}' ELSE {told} END"
    return f"COALESCE(CAST({told} AS BINARY), x'')"
