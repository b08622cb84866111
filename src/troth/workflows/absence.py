"""Looks for the bytes of erased people in the stores' own files, and tells live rows from what should be gone.

Identifiers come from whoever asks and are kept nowhere. Rows that are there (kept by law, or not erased) explain their bytes.
"""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from troth.datamap.model import Ref
from troth.datamap.reader import Block, Bounds, Reader, Row, Sample, Select
from troth.datamap.schema import Schema
from troth.planning.filed import AFTER, File, Filed, Part
from troth.planning.physical import Spotter, Trace
from troth.planning.residue import Tally
from troth.planning.sought import parse
from troth.planning.written import Wanted
from troth.terms.errors import UsageError
from troth.workflows.house import House
from troth.workflows.sweep import kept_by_law, state, typed
from troth.workflows.sweeping import Sweep, distinct

Told = dict[str, Any]
Live = Counter[tuple[Ref, Trace]]
REMEDIES: Mapping[Part, str] = {
    "table": "Rewrite the table: VACUUM (FULL), OPTIMIZE TABLE, or VACUUM of the file.",
    "index": "Rewrite the table with its indexes: VACUUM (FULL), OPTIMIZE TABLE, or VACUUM of the file.",
    "toast": "Rewrite the table: VACUUM (FULL) takes its TOAST along.",
    "free": "VACUUM the file.",
    "journal": "End the transactions of other connections, then PRAGMA wal_checkpoint(TRUNCATE), or remove the journal.",
    "statistics": "ANALYZE the touched tables, then VACUUM (FULL) pg_statistic; on MariaDB ANALYZE … PERSISTENT FOR ALL.",
    "log": "It outlives every erasure: see the certificate for the day by which it ends.",
    "undo": "It outlives every erasure: see the certificate for the day by which it ends.",
    "file": "Find out what wrote it; remove it, or erase again in what is restored from it.",
}


@dataclass
class Listened:
    """A store whose blocks are also searched for bytes while the sweep reads them."""

    store: Reader
    system: str
    spotter: Spotter
    live: Live = field(default_factory=Counter)

    def reflect(self) -> Schema:
        return self.store.reflect()

    def rows(self, select: Select) -> Iterator[Sequence[Row]]:
        return self.store.rows(select)

    def blocks(self, dataset: str) -> Iterator[Block]:
        for block in self.store.blocks(dataset):
            for trace, count in self.spotter.count(bytes(block.data)).items():
                self.live[Ref(self.system, dataset), trace] += count
            yield block

    def sizes(self) -> Mapping[str, int]:
        return self.store.sizes()

    def sample(self, dataset: str, bounds: Bounds) -> Sample:
        return self.store.sample(dataset, bounds)

    def statements(self) -> int:
        return self.store.statements()

    def close(self) -> None:
        self.store.close()


def absence(house: House, identifiers: Sequence[str], elsewhere: Sequence[Path] = ()) -> Told:
    """What stands in which file, by kind of identifier, with its verdict; `absent` is whether nothing is there that should be gone.

    `elsewhere`: folders or files to read instead of the stores' own. Raises UsageError where nothing can be read.
    """
    datamap = house.map()
    for path in elsewhere:
        if not path.exists():
            raise UsageError(
                "there is no such file or folder", place=str(path), remedy="Name one with --files."
            )
    wanted = [one for at, text in enumerate(identifiers) for one in typed(at, parse(text), datamap.region)]
    spotter = Spotter([one for one in wanted if distinct(one)], datamap.region)
    unseen = _unsearchable(wanted, spotter)
    look = _Look(house, spotter, tuple(elsewhere), unseen)
    with house.opened(datamap) as stores:
        listened = {name: Listened(store, name, spotter) for name, store in stores.items()}
        residue = _sweep(house, listened, wanted).report(datamap.datasets)["residue"]
        for name, store in stores.items():
            look.store(name, store.files(), listened[name].live)
    if not look.files:
        raise UsageError(
            "no file of any store can be read here",
            remedy="Run this on the database's machine as a user who may read its files, or name a copy with --files.",
        )
    dead = [one for one in look.found if one["verdict"] == "dead" and not one["uncertain"]]
    return {
        "absent": not dead and not residue, "found": look.found, "residue": residue,
        "read": {"files": look.files, "bytes": look.bytes}, "not_seen": look.unseen,
    }  # fmt: skip


def _unsearchable(wanted: Sequence[Wanted], spotter: Spotter) -> list[Told]:
    short = any(not distinct(one) for one in wanted) or spotter.unsearchable
    if short and len(spotter.unsearchable) + sum(not distinct(one) for one in wanted) == len(wanted):
        raise UsageError(
            "too short to be looked for in files: such bytes stand anywhere by accident",
            remedy="Give a whole e-mail address, phone number, national id or full name.",
        )
    reason = "names of one word and short numbers: such bytes stand anywhere by accident"
    return [{"system": "*", "reason": reason}] if short else []


def _sweep(house: House, listened: Mapping[str, Listened], wanted: Sequence[Wanted]) -> Tally:
    """The sweep of live rows: what a law keeps is accounted for, the rest should not be there."""
    datamap, books = house.map(), state(house)
    try:
        kept = kept_by_law(books, datamap) if books else None
        return Sweep(datamap, listened, wanted, house.progress, kept or (lambda _: ())).run()
    finally:
        if books:
            books.close()


def _own(filed: Filed) -> Iterator[tuple[Path, File]]:
    """The store's own files, each with its further segments."""
    folder = filed.folder
    if folder is None or not os.access(folder, os.R_OK | os.X_OK):
        return
    for file in filed.files:
        path = folder / file.path
        every = [*path.iterdir()] if os.path.isdir(path) else [path, *path.parent.glob(f"{path.name}.[0-9]*")]
        yield from ((one, file) for one in sorted(every) if os.path.isfile(one))


def _elsewhere(places: Sequence[Path], filed: Filed) -> Iterator[tuple[Path, File]]:
    """Every file at other places; one that the store would name alike is what it says."""
    known = {file.path: file for file in filed.files if not file.pages}
    for place in places:
        for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
            inside = str(path.relative_to(place)) if place.is_dir() else path.name
            file = (
                known.get(inside)
                or known.get(inside.rpartition(".")[0])
                or known.get(str(Path(inside).parent))
            )
            if path.is_file():
                yield path, file or File(inside, "file")


@dataclass
class _Look:
    """A look at the files of one store after another; holds one window of one file at a time."""

    house: House
    spotter: Spotter
    elsewhere: tuple[Path, ...]
    unseen: list[Told]
    found: list[Told] = field(default_factory=list)
    files: int = 0
    bytes: int = 0

    def store(self, system: str, filed: Filed, live: Live) -> None:
        self.unseen += [{"system": system, "reason": reason} for reason in filed.unseen]
        places = list(_elsewhere(self.elsewhere, filed) if self.elsewhere else _own(filed))
        if not places:
            reason = "its files cannot be read here: run this where they are, or name them with --files"
            self.unseen.append({"system": system, "reason": reason})
        for path, file in places:
            self.house.progress(f"reading {path.name}")
            self._file(system, path, file, live)

    def _file(self, system: str, path: Path, file: File, live: Live) -> None:
        """One file's findings, by part and dataset; a file that cannot be read is said."""
        hits: dict[tuple[Part, str], Counter[Trace]] = defaultdict(Counter)
        try:
            with path.open("rb") as opened:
                for at, trace in self.spotter.stream(opened):
                    hits[_whose(file, at)][trace] += 1
                self.bytes += opened.tell()
                self.files += 1
        except OSError:
            self.unseen.append({"system": system, "reason": f"{path.name}: this user may not read it"})
        for (part, dataset), counts in sorted(hits.items()):
            for trace, count in sorted(counts.items()):
                rows = sum(
                    n for (ref, one), n in live.items() if one == trace and dataset in ("", ref.dataset)
                )
                verdict = (
                    "later" if part in AFTER else "live" if rows and part not in ("free", "file") else "dead"
                )
                self.found.append({
                    "system": system, "file": path.name, "part": part, "dataset": dataset, "person": trace.person,
                    "kind": trace.kind, "uncertain": trace.uncertain, "times": count, "live": rows, "verdict": verdict,
                    "remedy": REMEDIES[part] if verdict != "live" else "",
                })  # fmt: skip


def _whose(file: File, at: int) -> tuple[Part, str]:
    """The part and the dataset of a place in a file; a page that is nobody's is free."""
    if not file.pages:
        return file.part, file.dataset
    return file.pages.get(at // file.page + 1, ("free", ""))
