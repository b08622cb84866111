"""Streams whole tables of PostgreSQL by COPY, in its binary form: a row comes as the bytes of its cells and their lengths."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg

from troth.datamap.reader import LONGEST_CELL, TOO_LONG, Block
from troth.datamap.schema import Column, Table
from troth.stores.postgres.reflect import spell, split

BLOCK = 262_144
_HEADER = 19  # signature, flags, no extension
_END = b"\xff\xff"
_LENGTH = struct.Struct("!i")
_NEVER = ("boolean", "date", "timestamp")  # an identifier cannot stand in these
SIZES = """
    SELECT n.nspname AS schema, c.relname AS name, sum(pg_table_size(coalesce(p.relid, c.oid)))::bigint AS size
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN LATERAL pg_partition_tree(c.oid) p ON c.relkind = 'p'
    WHERE c.relkind IN ('r', 'p', 'm') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
    GROUP BY 1, 2"""
READABLE = """
    SELECT attname::text FROM pg_attribute
    WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND has_column_privilege(attrelid, attnum, 'SELECT')"""


@dataclass(frozen=True, slots=True)
class Messages:
    """Rows as the server sent them."""

    columns: tuple[str, ...]
    rows: Sequence[Any] = field(repr=False)
    data: bytes = field(repr=False)

    def __len__(self) -> int:
        return len(self.rows)

    def pieces(self) -> Iterable[bytes]:
        return map(bytes, self.rows)

    def cells(self, row: int) -> Sequence[bytes]:
        told, at = bytes(self.rows[row]), 2
        found = []
        for _ in self.columns:
            (length,) = _LENGTH.unpack_from(told, at)
            at += _LENGTH.size
            found.append(told[at : at + max(length, 0)])
            at += max(length, 0)
        return found


def blocks(connection: psycopg.Connection[Any], table: Table) -> Iterator[Block]:
    """The rows in blocks of about `BLOCK` bytes, in one statement that may take its time; raises psycopg.Error."""
    source = ".".join(map(_quote, split(table.name)))
    readable = set(table.by_name)
    if table.blind:
        readable &= {name for (name,) in connection.execute(READABLE, [source]).fetchall()}
    columns = [column for column in table.columns if column.name in readable and column.family not in _NEVER]
    if not columns:
        return
    names = tuple(column.name for column in columns)
    asked = f"COPY (SELECT {', '.join(map(_cell, columns))} FROM {source} t) TO STDOUT (FORMAT binary)"
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0; SET LOCAL client_encoding = 'UTF8'")
        with cursor.copy(asked.encode()) as copy:
            rows: list[Any] = []
            size, skip = 0, _HEADER
            for message in copy:
                row = message[skip:] if skip else message
                skip = 0
                if row == _END:
                    continue
                rows.append(row)
                size += len(row)
                if size >= BLOCK:
                    yield Messages(names, rows, b"".join(rows))
                    rows, size = [], 0
            if rows:
                yield Messages(names, rows, b"".join(rows))


def _quote(name: str) -> str:
    """The name as SQL; COPY has no placeholders, so a percent sign stays single."""
    return '"' + name.replace('"', '""') + '"'


def _cell(column: Column) -> str:
    """Bytes as they are, everything else as text."""
    cell = f"t.{_quote(column.name)}"
    if column.family in ("integer", "uuid", "inet", "enum") or (
        column.length and column.length < LONGEST_CELL // 4
    ):
        return f"{cell}::text"
    size = f"octet_length({cell})" if column.family in ("text", "blob") else f"pg_column_size({cell})"
    long = "".join(f"\\x{byte:02x}" for byte in TOO_LONG)
    if column.family == "blob":
        return f"CASE WHEN {size} > {LONGEST_CELL} THEN '\\x{TOO_LONG.hex()}'::bytea ELSE {cell} END"
    return f"CASE WHEN {size} > {LONGEST_CELL} THEN E'{long}' ELSE {cell}::text END"


def sizes(connection: psycopg.Connection[Any]) -> Mapping[str, int]:
    """Bytes on disk of each table with its long values, without indexes; one statement."""
    return {spell(schema, name): int(size) for schema, name, size in connection.execute(SIZES.encode())}
