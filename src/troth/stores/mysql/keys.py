"""Key sets as one typed JSON document: the server compares numbers with numbers and texts byte by byte, or not at all."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation, localcontext
from typing import Any
from uuid import UUID

from troth.datamap.model import Atom
from troth.datamap.reader import Row
from troth.datamap.schema import Column

ROWS = 50_000  # of one statement: as many keys stay in the server's memory
BYTES = 4 << 20
_AT_ONCE = 1_000  # rows that are encoded column by column
_written = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode
_WIDEST = 16_000  # characters of a VARCHAR beside others; longer ones travel as LONGTEXT
_NEVER: Any = object()
"""A value that no cell of the column's type can equal."""
_WHOLE = re.compile(r"\s*[+-]?\d+\s*")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d{1,6})?")
_CLOCK = re.compile(r"-?\d{1,3}:\d\d:\d\d(\.\d{1,6})?")
_BITS = {"tinyint": 8, "smallint": 16, "mediumint": 24, "int": 32, "bigint": 64, "year": 64, "bit": 64}


def quote(name: str) -> str:
    """The name in SQL text that the driver reads for placeholders: a percent sign in it is doubled."""
    return "`" + name.replace("`", "``").replace("%", "%%") + "`"


def type_of(column: Column) -> str:
    """The bare type: `bigint` of `bigint(20) unsigned`."""
    return re.split(r"[( ]", column.native.lower(), maxsplit=1)[0]


@dataclass(frozen=True)
class Typed:
    """One column of a key set: `declared` in JSON_TABLE, `encode` a value for JSON, `test` a cell against it."""

    column: Column
    declared: Callable[[Sequence[Any]], str]
    encode: Callable[[Atom], Any]
    test: Callable[[str, str, str], str]  # (cell, key, sign)
    value: Callable[[str], str] = lambda key: key  # the key as a value to be written


def typed(column: Column, collation: tuple[str, str] | None, linked: bool = False) -> Typed:
    """How values of this column travel; `collation` is the column's character set and collation.

    `linked`: texts are compared as a reference compares them, by the collation alone.
    """
    kind = type_of(column)
    if kind in _BITS:
        unsigned = "unsigned" in column.native.lower() or kind in ("bit", "year")
        width = "BIGINT UNSIGNED" if unsigned else "BIGINT"
        low, high = (0, 2**64 - 1) if unsigned else (-(2**63), 2**63 - 1)
        return Typed(column, _always(width), lambda v: _number(v, low, high), _plainly)
    if kind == "decimal":
        size = re.search(r"\((\d+),(\d+)\)", column.native)
        digits, scale = (int(size[1]), int(size[2])) if size else (65, 30)
        return Typed(
            column, _always(f"DECIMAL({digits},{scale})"), lambda v: _decimal(v, digits, scale), _plainly
        )
    if kind in ("float", "double"):
        return Typed(column, _always("DOUBLE"), _float, _plainly)
    if kind in ("date", "datetime", "timestamp", "time"):
        held = {"date": "DATE", "time": "TIME(6)"}.get(kind, "DATETIME(6)")
        return Typed(column, _always(held), lambda v: _moment(v, kind), _plainly)
    if collation is not None:
        return _text(column, *collation, linked)
    if kind in ("uuid", "inet4", "inet6"):
        return Typed(column, _sized("ascii", "ascii_bin"), _words, _plainly)
    if kind == "json":
        return Typed(column, _sized("utf8mb4", "utf8mb4_bin"), _words, _as_bytes)
    return Typed(
        column, _sized("ascii", "ascii_bin"), _hex, lambda cell, key, sign: f"{cell} {sign} UNHEX({key})", "UNHEX({})".format
    )  # fmt: skip


def _text(column: Column, charset: str, collation: str, linked: bool) -> Typed:
    """First by the column's own collation, which its index knows; then by the bytes, which alone decide."""

    def test(cell: str, key: str, sign: str) -> str:
        near = key if charset == "utf8mb4" else f"CONVERT({key} USING {charset}) COLLATE {collation}"
        return f"{cell} {sign} {near}" if linked else f"{cell} {sign} {near} AND {_as_bytes(cell, key, sign)}"

    own = (charset, collation) if charset == "utf8mb4" else ("utf8mb4", "utf8mb4_bin")
    return Typed(column, _sized(*own), _words, test)


def _as_bytes(cell: str, key: str, sign: str) -> str:
    return f"CAST(CONVERT({cell} USING utf8mb4) AS BINARY) {sign} CAST({key} AS BINARY)"


def _plainly(cell: str, key: str, sign: str) -> str:
    return f"{cell} {sign} {key}"


def _always(declared: str) -> Callable[[Sequence[Any]], str]:
    return lambda _: declared


def _sized(charset: str, collation: str) -> Callable[[Sequence[Any]], str]:
    def declared(cells: Sequence[Any]) -> str:
        longest = max((len(cell) for cell in cells if cell is not None), default=0)
        width = f"VARCHAR({max(longest, 1)})" if longest * 4 <= _WIDEST else "LONGTEXT"
        return f"{width} CHARACTER SET {charset} COLLATE {collation}"

    return declared


# -- values -----------------------------------------------------------------------------------------------------------------


def _number(value: Atom, low: int, high: int) -> Any:
    if isinstance(value, str):
        found = int(value) if _WHOLE.fullmatch(value) else None
    elif isinstance(value, Decimal | float):
        found = int(value) if value == int(value) else None
    elif isinstance(value, bytes):
        found = int.from_bytes(value, "big")
    else:
        found = int(value) if isinstance(value, int) else None
    return found if found is not None and low <= found <= high else _NEVER


def _decimal(value: Atom, digits: int, scale: int) -> Any:
    with localcontext(prec=100):
        try:
            number = Decimal(str(value))
            fits = number.is_finite() and number == round(number, scale)
        except (InvalidOperation, ValueError):
            return _NEVER
        return f"{round(number, scale):f}" if fits and abs(number) < 10 ** (digits - scale) else _NEVER


def _float(value: Atom) -> Any:
    try:
        return float(value) if isinstance(value, int | float | Decimal | str) else _NEVER
    except (ValueError, OverflowError):
        return _NEVER


def _moment(value: Atom, kind: str) -> Any:
    if kind == "time":
        text = str(value) if isinstance(value, str | time | timedelta) else ""
        return text if _CLOCK.fullmatch(text) else _NEVER
    if isinstance(value, str):
        good = _DAY.fullmatch(value) or (kind != "date" and _MOMENT.fullmatch(value))
        return value if good else _NEVER
    if isinstance(value, datetime):
        plain = value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
        if kind == "date":
            return plain.date().isoformat() if plain.time() == time() else _NEVER
        return plain.isoformat(" ")
    return value.isoformat() if isinstance(value, date) else _NEVER


def _words(value: Atom) -> Any:
    if isinstance(value, bool):
        return str(int(value))
    return _NEVER if isinstance(value, bytes | tuple) else str(value)


def _hex(value: Atom) -> Any:
    if isinstance(value, str):
        return value.encode().hex()
    return value.hex() if isinstance(value, bytes) else _NEVER


def native(column: Column, value: Atom) -> Any:
    """A constant as the driver can bind it and the column can hold it."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, UUID):
        return value.bytes if type_of(column) in ("binary", "varbinary") else str(value)
    if isinstance(value, datetime) and type_of(column) == "timestamp":
        plain = value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
        return max(plain, datetime(1970, 1, 1, 0, 0, 1))  # noqa: DTZ001  (the first moment the type knows)
    return value


def fit(column: Column, value: Atom) -> Atom:
    """A made-up number, brought into the range of its column's type."""
    kind = type_of(column)
    if isinstance(value, bool) or not isinstance(value, int) or kind not in _BITS:
        return value
    size = 2 ** _BITS[kind]
    if "unsigned" in column.native.lower():
        return value % size
    return value if -size // 2 <= value < size // 2 else -(abs(value) % (size // 2))


# -- sets -------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Document:
    """Some rows of a set: a table expression for FROM (one placeholder), and the document to bind."""

    table: str
    document: str


def documents(
    types: Sequence[Typed],
    rows: Sequence[Row],
    extra: int = 0,
    most_bytes: int = BYTES,
    most_rows: int = ROWS,
) -> Iterator[Document]:
    """The rows, in as many documents as their size asks for; the last `extra` columns are values, not keys.

    A row with a key that no cell can equal is left out; a value that cannot be held raises ValueError.
    """
    held: list[str] = []
    cells: list[Sequence[Any]] = []
    size, keys = 0, len(types) - extra
    for begin in range(0, len(rows), _AT_ONCE):
        part = rows[begin : begin + _AT_ONCE]
        columns = [
            [None if v is None else t.encode(v) for v in column]
            for t, column in zip(types, zip(*part, strict=True), strict=True)
        ]
        for coded in zip(*columns, strict=True):
            if any(cell is _NEVER for cell in coded):
                if any(cell is _NEVER for cell in coded[:keys]):
                    continue
                raise ValueError
            text = _written(coded)
            if held and (size + len(text) > most_bytes or len(held) >= most_rows):
                yield _document(types, held, cells)
                held, cells, size = [], [], 0
            held.append(text)
            cells.append(coded)
            size += len(text) * (1 if text.isascii() else 3)
    if held:
        yield _document(types, held, cells)


def _document(types: Sequence[Typed], held: Sequence[str], cells: Sequence[Sequence[Any]]) -> Document:
    declared = [t.declared([row[at] for row in cells]) for at, t in enumerate(types)]
    return Document(expression(declared), f"[{','.join(held)}]")


def expression(declared: Sequence[str]) -> str:
    """JSON_TABLE over one placeholder, its columns k0, k1, ..."""
    columns = ", ".join(f"k{at} {kind} PATH '$[{at}]'" for at, kind in enumerate(declared))
    return f"JSON_TABLE(%s, '$[*]' COLUMNS ({columns}))"


def joined(document: str, table: str, on: str, indexed: bool) -> str:
    """`k` and `t` joined from the side that has no index: the keys, or the whole table over an index made of them."""
    if indexed:
        return f"{document} AS k STRAIGHT_JOIN {table} AS t ON {on}"
    return f"{table} AS t STRAIGHT_JOIN {held(document)} ON {on}"


def held(document: str) -> str:
    """The keys as a table of their own, to which the server makes an index; DISTINCT would fold what collates alike."""
    return f"(SELECT * FROM {document} AS j LIMIT {2**63 - 1}) AS k"


def leads(indexes: Sequence[Sequence[str]], columns: Sequence[str], types: Mapping[str, Column]) -> bool:
    """Whether an index of the table can find rows by these columns."""
    return any(index and index[0] in columns for index in indexes)
