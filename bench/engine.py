"""Erases with Troth itself, in this warm process, and says when the last receipt was in."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import Any

from troth.main import make_house
from troth.stores import Opened, Store
from troth.workflows.erase import Request, erase
from troth.workflows.house import House
from troth.workflows.mapping import make_map

RECEIPTED = "checking that nothing is left"  # what the workflow says when every batch has its receipt
SYSTEM = "bench"


@dataclass(frozen=True)
class Took:
    """Seconds and statements up to the last receipt, and the seconds after it: sweep, VACUUM, certificates."""

    receipts: float
    after: float
    statements: int
    rows: int


@dataclass
class Watch:
    """Counts the statements of every store the run opens, and notes when the receipts were in."""

    opened: list[Opened]
    at: float = 0.0
    statements: int = 0

    def progress(self, said: str) -> None:
        if said.startswith(RECEIPTED) and not self.at:
            self.at = perf_counter()
            self.statements = sum(store.statements() for store in self.opened)

    def watching(self, house: House) -> House:
        return replace(house, stores={scheme: self._watched(store) for scheme, store in house.stores.items()})

    def _watched(self, store: Store) -> Store:
        def opened(*args: Any, **options: Any) -> Opened:
            self.opened.append(store.open(*args, **options))
            return self.opened[-1]

        return replace(store, open=opened)


def prepare(home: Path, url: str) -> Path:
    """Writes the proposed map, accounting rows erased like all others: the script does so too."""
    path = home / "troth.map.yaml"
    make_map(make_house(path, lambda _: None), [f"{SYSTEM}={url}"])
    path.write_text(re.sub(r"\n +erase: anonymise", "", path.read_text()))
    return path


def run(map_path: Path, url: str, identifiers: Sequence[str]) -> Took:
    """One erasure, from identifiers to certificates, in the database at `url`."""
    os.environ[f"TROTH_URL_{SYSTEM.upper()}"] = url
    watch = Watch([])
    house = replace(watch.watching(make_house(map_path, watch.progress)), lifted=frozenset({"ceiling"}))
    began = perf_counter()
    told = erase(house, Request(tuple(identifiers)))
    ended = perf_counter()
    assert told.get("state") == "done", told
    assert not told["left"], told["left"]
    return Took(watch.at - began, ended - watch.at, watch.statements, told["erased"] + told["anonymised"])
