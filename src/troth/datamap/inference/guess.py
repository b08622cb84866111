"""What inference answers with: links it thinks likely, and keys it sees but nobody can follow. No value is in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from troth.datamap.condition import Condition
from troth.datamap.model import Ref

if TYPE_CHECKING:
    from troth.datamap.meanings import Identity


@dataclass(frozen=True, slots=True)
class Guess:
    """A link nobody declared: likelier than not (`confidence` >= 0.5), and why in one sentence without a value."""

    source: Ref
    columns: tuple[str, ...]
    target: Ref
    target_columns: tuple[str, ...]
    confidence: float
    reason: str
    condition: Condition | None = None  # of a polymorphic link: which rows point here

    @property
    def identity(self) -> Identity:
        return (self.source, self.columns, self.target, self.target_columns)


@dataclass(frozen=True, slots=True)
class Inside:
    """Keys of `target` in an array or in JSON: `path` says where (`items[].product_id`; empty: the array itself)."""

    source: Ref
    column: str
    path: str
    target: Ref
    target_columns: tuple[str, ...]
    confidence: float
    reason: str


@dataclass(frozen=True, slots=True)
class Inferred:
    """All that was inferred, most certain first within each dataset."""

    links: tuple[Guess, ...] = ()
    inside: tuple[Inside, ...] = ()
