"""What a store must offer so that a backup can be restored for a drill without anybody there: an empty place, gone at the end."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

Identity = tuple[str, str]
"""Which server runs, and which database of it: the same by whatever address it was reached."""


@dataclass(frozen=True)
class Scratch:
    """Where a backup may be restored: a server (never the original's), and a private folder."""

    system: str
    url: str
    folder: Path


class Empty(Protocol):
    """A database that was made for this, with nothing in it."""

    @property
    def url(self) -> str:
        """Its address, without the password."""

    @property
    def password(self) -> str | None: ...

    def pour(self, dump: Path, seconds: float) -> None:
        """Restores what the store's own dump program wrote. Raises UsageError where that is not whole, or took too long."""


Restoring = Callable[[Scratch], AbstractContextManager[Empty]]
"""The place for the length of a `with`; dropped at its end, whatever happens. Raises UsageError with a remedy."""
Recognise = Callable[[str, str, str | None], Identity]
"""The identity of what answers at an address (system, url, password). Raises StoreError where nothing does."""
