"""A column's sampled values, once each, as text: bounded, held in memory only, and never shown by a repr."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from ipaddress import IPv4Address, IPv4Interface, IPv6Address, IPv6Interface
from typing import Final, Literal

from troth.datamap.discovery.patterns import LATER, lines_of, matches, read
from troth.datamap.model import Atom
from troth.terms.canonical import PLACEHOLDERS

MOST: Final = 150  # distinct values read of one column
_ROOM: Final = 64_000  # characters read of one column
_CELL: Final = 2_000  # characters read of one value
Shape = Literal["text", "integer", "decimal", "date", "timestamp", "boolean", "structure", "none"]
_SHAPES: Final[Mapping[type, Shape]] = {
    str: "text",
    int: "integer",
    float: "decimal",
    Decimal: "decimal",
    date: "date",
    datetime: "timestamp",
    bool: "boolean",
    dict: "structure",
    list: "structure",
    IPv4Address: "text",
    IPv6Address: "text",
    IPv4Interface: "text",
    IPv6Interface: "text",
}
_PLAIN: Final = {str, int, bool, date, datetime}  # cells that compare and hash without surprises


@dataclass(frozen=True)
class Values:
    """`cells` are the sampled values in row order, None for empty; `texts` the distinct ones, at most `MOST`."""

    cells: Sequence[Atom] = field(repr=False)
    texts: tuple[str, ...] = field(repr=False)
    shape: Shape
    filled: int  # rows that hold a value
    distinct: int

    @cached_property
    def lines(self) -> bytes:
        return lines_of(self.texts)

    @cached_property
    def matched(self) -> Mapping[str, frozenset[int]]:
        """Which of `texts` each pattern matches."""
        return read(self.lines)

    def share(self, pattern: str) -> float:
        if not self.texts:
            return 0.0
        if pattern in LATER:
            return len(matches(self.lines, (pattern,), False)[pattern]) / len(self.texts)
        return len(self.matched[pattern]) / len(self.texts)

    @property
    def repeats(self) -> float:
        """How often a value comes back: rows to a distinct value."""
        return self.filled / self.distinct if self.distinct else 0.0


def values_of(cells: Sequence[Atom]) -> Values:
    """What a column holds, without nulls, blanks and what people write for nothing."""
    present = [cell for cell in cells if cell is not None and cell != ""]
    if not present:
        return Values(cells, (), "none", 0, 0)
    kinds = {type(cell) for cell in present}
    shape = _shape(kinds)
    if shape == "structure":
        texts = [json.dumps(cell, ensure_ascii=False, default=str) for cell in present[:MOST]]
        return Values(cells, tuple(_bounded(texts)), shape, len(present), len(set(texts)))
    distinct = list(dict.fromkeys(present if kinds <= _PLAIN else map(_text, present)))
    kept = tuple(_bounded(map(_text, distinct[: MOST * 2])))
    told = len(present) if kept else 0
    return Values(cells, kept, shape if kept else "none", told, len(distinct))


def _shape(kinds: set[type]) -> Shape:
    shapes = {_SHAPES.get(kind, "text") for kind in kinds}
    if len(shapes) == 1:
        return shapes.pop()
    if shapes <= {"integer", "decimal"}:
        return "decimal"
    if shapes <= {"date", "timestamp"}:
        return "timestamp"
    return "structure" if "structure" in shapes else "text"


def _text(cell: Atom) -> str:
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, list | tuple):
        return " ".join(str(part) for part in cell)
    return str(cell)


def _bounded(texts: Iterable[str]) -> Iterable[str]:
    room, left = _ROOM, MOST
    for text in texts:
        text = text.strip()[:_CELL]
        if not text or (len(text) < 16 and (text.lower() in PLACEHOLDERS or not any(map(str.isalnum, text)))):
            continue
        room -= len(text)
        left -= 1
        if room < 0 or left < 0:
            return
        yield text


def columns_of(names: Sequence[str], rows: Sequence[Sequence[Atom]]) -> dict[str, Values]:
    """The values of each column; a row that is shorter than the names is a fault of the store."""
    turned = list(zip(*rows, strict=True)) if rows else [()] * len(names)
    return {name: values_of(cells) for name, cells in zip(names, turned, strict=True)}
