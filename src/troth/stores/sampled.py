"""Gathers sampled rows until a bound is reached: what is held stays within it, and what was cut is said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from troth.datamap.reader import Bounds, Row, Sample

_PLAIN = 8  # bytes reckoned for a value that is no text


@dataclass
class Gathered:
    """The rows so far. Texts arrive with one character more than the bound where there is more of them."""

    dataset: str
    columns: tuple[str, ...]
    bounds: Bounds
    rows: list[Row] = field(default_factory=list, repr=False)
    size: int = 0
    cut: str = ""
    shortened: bool = False

    def add(self, rows: Iterable[Row]) -> bool:
        """Takes rows in; says whether there is room for more."""
        for row in rows:
            if len(self.rows) >= self.bounds.rows:
                self.cut = "rows"
            elif self.size >= self.bounds.bytes:
                self.cut = "bytes"
            if self.cut:
                return False
            self.rows.append(self._within(row))
        return True

    def missing(self) -> int:
        return 0 if self.cut else self.bounds.rows - len(self.rows)

    def _within(self, row: Row) -> Row:
        lengths = [len(cell) for cell in row if isinstance(cell, str)]
        self.size += sum(lengths) + _PLAIN * (len(row) - len(lengths))
        if not lengths or max(lengths) <= (most := self.bounds.cell):
            return row
        self.shortened = True
        self.size -= sum(length - most for length in lengths if length > most)
        return tuple(cell[:most] if isinstance(cell, str) else cell for cell in row)

    def sample(self, everything: bool, fault: str = "") -> Sample:
        """`everything`: no row was passed over."""
        whole = everything and not (self.cut or self.shortened or fault)
        return Sample(self.dataset, self.columns, tuple(self.rows), whole, self.cut, fault, self.size)
