"""The files in which a store keeps what it holds, as far as they can be named: places, never contents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

Part = Literal["table", "index", "toast", "free", "journal", "statistics", "log", "undo", "file"]
AFTER: frozenset[Part] = frozenset({"log", "undo"})
"""Parts that outlive every act by design: they are the operator's to end, and certificates say so."""


@dataclass(frozen=True, slots=True)
class File:
    """One file: its place under the store's folder, what it is, and whose rows are in it ("" for everybody's)."""

    path: str
    part: Part
    dataset: str = ""
    pages: Mapping[int, tuple[Part, str]] = field(default_factory=dict)  # where one file holds many tables
    page: int = 0  # bytes of each; 0 where the file is all of one part


@dataclass(frozen=True, slots=True)
class Filed:
    """A store's folder and its files; `unseen` says why bytes may be there that nobody can see in them."""

    folder: Path | None
    files: tuple[File, ...]
    unseen: tuple[str, ...]
