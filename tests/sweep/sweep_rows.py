"""A block of rows that came from no store."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass
class Rows:
    """Rows of one column, as a store would hand them over."""

    cellar: Sequence[bytes]
    columns: tuple[str, ...] = ("cell",)

    def __len__(self) -> int:
        return len(self.cellar)

    @property
    def data(self) -> bytes:
        return b"\0".join((*self.cellar, b""))

    def pieces(self) -> Iterable[bytes]:
        return (cell + b"\0" for cell in self.cellar)

    def cells(self, row: int) -> Sequence[bytes]:
        return (self.cellar[row],)
