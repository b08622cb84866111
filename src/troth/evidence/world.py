"""What a store must offer to be proved: two identical clones of one database, of which only the clones are ever written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from troth.datamap.model import Atom
from troth.datamap.reader import Row

MARK = "troth_twin_"
"""Every clone on a server, and every folder of clones, is named so: what a killed run left behind is recognised by it."""
Hurdle = Literal["unique", "check", "foreign", "null", "fit", "other"]


class UnplantableError(Exception):
    """The clone refused a row. `hurdle` says why, `name` which constraint or column; never a value."""

    def __init__(self, hurdle: Hurdle, name: str = "") -> None:
        super().__init__(f"{hurdle} {name}".strip())
        self.hurdle = hurdle
        self.name = name


@dataclass(frozen=True)
class Origin:
    """The database to be cloned, and where: `scratch` is a server's address or a folder, "" beside the original."""

    system: str
    url: str
    password: str | None
    scratch: str
    folder: Path  # private to this run, gone with it


class Twin(Protocol):
    """One clone, which may be written."""

    @property
    def url(self) -> str:
        """Its address, without the password."""

    @property
    def password(self) -> str | None: ...

    def plant(self, dataset: str, cells: Mapping[str, Atom], told: Sequence[str], trial: bool = False) -> Row:
        """Inserts one row, triggers firing as they would; returns the cells `told` of it. Raises UnplantableError.

        A trial is taken back at once; where it cannot be (no transactions), it is refused without being made.
        """

    def amend(self, dataset: str, key: Mapping[str, Atom], cells: Mapping[str, Atom]) -> int:
        """Changes cells of the rows that have this key; how many they are. Raises UnplantableError, nothing changed."""

    def refresh(self) -> None:
        """Computes every materialised copy anew."""

    def indexed(self, dataset: str, word: str) -> int:
        """How many entries of a full-text index hold the word; 0 where there is no such index."""


Twins = Callable[[Origin], AbstractContextManager[tuple[Twin, Twin]]]
"""Two identical clones for the length of a `with`; dropped at its end, whatever happens. Raises UsageError with a remedy."""
