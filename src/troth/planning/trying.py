"""The cells that a strategy will make are made before the act too, so that no statement fails on them half-way; pure.

Noise is drawn only in the act: both ends of what it may draw are tried.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Final

from troth.datamap.model import Atom, Strategy
from troth.datamap.reader import Row
from troth.datamap.schema import Column, Table
from troth.datamap.strategies import Unreadable, ends
from troth.planning.plan import New, Step

_BITS: Final = {"tinyint": 8, "smallint": 16, "mediumint": 24, "int": 32, "integer": 32, "bigint": 64}
_DIGITS: Final = re.compile(r"(?:numeric|decimal)\((\d+)(?:,\s*(\d+))?\)", re.IGNORECASE)


def coarsening(step: Step) -> Step:
    """The step with those columns only that a strategy makes coarser."""
    pairs = [(c, v) for c, v in zip(step.columns, step.values, strict=True) if v.how == "coarsen"]
    return replace(step, columns=tuple(c for c, _ in pairs), values=tuple(v for _, v in pairs))


def tried(step: Step, table: Table, held: Iterable[tuple[Row, Row]]) -> tuple[list[Row], tuple[str, ...]]:
    """Rows of `coarsening(step)` with what its cells may become, and the columns that are too narrow for it.

    `held` are the step's rows, each with its cells as they stand.
    """
    rows: list[Row] = []
    narrow: dict[str, None] = {}
    for row, cells in held:
        made = [_ends(new, cell) for new, cell in zip(step.values, cells, strict=True)]
        rows += [
            (*row, *(pair[end] for pair in made))
            for end in (0, 1)
            if not end or any(pair[0] != pair[1] for pair in made)
        ]
        narrow |= {
            name: None
            for name, pair in zip(step.columns, made, strict=True)
            if not all(_holds(table.by_name[name], cell) for cell in pair)
        }
    return rows, tuple(narrow)


def _ends(new: New, cell: Atom) -> tuple[Atom, Atom]:
    assert isinstance(new.constant, tuple)
    word, by, otherwise = new.constant
    low, high = ends(Strategy(word, by), cell)
    return (
        otherwise if isinstance(low, Unreadable) else low,
        otherwise if isinstance(high, Unreadable) else high,
    )


def _holds(column: Column, cell: Atom) -> bool:
    """Whether the column's declared width and sign admit the cell."""
    if cell is None:
        return column.nullable
    if isinstance(cell, str):
        return column.length is None or len(cell) <= column.length
    if isinstance(cell, date | bool):
        return True
    kind = re.match(r"[a-z]*", column.native.lower())
    if isinstance(cell, int) and kind and kind[0] in _BITS:
        size: int = 2 ** _BITS[kind[0]]
        return 0 <= cell < size if "unsigned" in column.native.lower() else -size // 2 <= cell < size // 2
    if isinstance(cell, int | Decimal | float) and (digits := _DIGITS.match(column.native)):
        most: int = 10 ** (int(digits[1]) - int(digits[2] or 0))
        return -most < cell < most
    return True
