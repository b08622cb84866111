"""What a store must be able to do with a plan: show the statements, try them against its constraints, do them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from troth.datamap.model import Atom, Key
from troth.planning.filed import Filed
from troth.planning.plan import Batch, Step

Rewrite = Callable[[str, Atom], Atom]
"""(column, cell) -> the cell without the erased people's identifiers; the same object where there were none."""


@dataclass(frozen=True)
class Hand:
    """What a store needs besides the batch: a keyed digest for values unique to a row, and the rewriting of text."""

    digest: Callable[[Step, Key], bytes]
    rewrite: Rewrite


REWRITTEN = 16 << 20
"""Bytes of a table that may be rewritten under a lock that also stops readers: a fraction of a second."""


@dataclass(frozen=True, slots=True)
class Todo:
    """Where bytes remain, and what ends that. `days`: after so many it ends by itself, as the server's settings say."""

    what: str
    how: str
    days: int | None = None


@dataclass(frozen=True, slots=True)
class Absence:
    """What was done about bytes that a database keeps after a row is gone, and what only the operator can do."""

    system: str
    done: tuple[str, ...]
    operator: tuple[Todo, ...]


class Executor(Protocol):
    """A store that can act. Every method raises StoreError naming dataset and constraint, never a value."""

    def render(self, step: Step) -> list[str]:
        """The statements of a step, with placeholders for its keys; nothing is run."""

    def refused(self, step: Step) -> tuple[str, ...]:
        """Columns of the step whose new value a CHECK of the store would refuse for some row; reads only."""

    def lacking(self, steps: Sequence[Step]) -> tuple[str, ...]:
        """The rights that the steps need and we have not, as sentences without a value; reads only."""

    def execute(self, batch: Batch, hand: Hand) -> None:
        """Does the batch in one transaction. Doing it again changes nothing more."""

    def settle(self, datasets: Sequence[str], most: int = REWRITTEN) -> Absence:
        """After the act: what the store can do so that the bytes are gone too, and what remains to be done.

        A table of more than `most` bytes is not rewritten where that would stop its readers.
        """

    def files(self) -> Filed:
        """The files in which it keeps what it holds, and what cannot be seen in them; changes no row."""
