"""Looks at a few rows of each table within one budget of rows, bytes and seconds; what was seen is held in memory only."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from troth.datamap.inference import Inferred, infer
from troth.datamap.model import DataMap, Ref
from troth.datamap.reader import Bounds, Reader, Row, Sample, Select
from troth.datamap.schema import Schema
from troth.terms.errors import StoreError

ROWS: Final = 200_000  # of all tables together: each may give less, the more there are …
FEWEST: Final = 60  # … but not fewer than these
BYTES: Final = 256_000_000
SECONDS: Final = 30.0  # a table whose turn comes later is known by its names and types only

Announce = Callable[[str, int, int], None]  # system, rows of each table, tables


@dataclass
class Looked:
    """What was looked at. The values live in `samples` only, and as long as it does."""

    samples: dict[Ref, Sample] = field(default_factory=dict, repr=False)
    rows: int = 0
    bytes: int = 0
    seconds: float = 0.0
    passed_over: list[tuple[Ref, str]] = field(default_factory=list)

    def told(self) -> dict[str, Any]:
        return {
            "datasets": len(self.samples), "rows": self.rows, "bytes": self.bytes, "seconds": round(self.seconds, 3),
        }  # fmt: skip


def worth_looking(schemas: Mapping[str, Schema], existing: DataMap | None) -> dict[str, list[str]]:
    """The tables to sample by system: all, as long as one column anywhere is undecided; none where all is decided.

    A decided table is looked at too: a link from a new one may lead there.
    """
    before = existing or DataMap({}, {}, ())
    unmapped = {ref for ref, _ in before.unmapped}
    tables: dict[str, list[str]] = {}
    undecided = False
    for system, schema in schemas.items():
        for name, table in schema.tables.items():
            ref = Ref(system, name)
            dataset = before.datasets.get(ref)
            if table.kind == "view" or ref in unmapped or (dataset is not None and dataset.unsearched):
                continue
            tables.setdefault(system, []).append(name)
            held = dataset.fields if dataset is not None else {}
            undecided |= any(c.name not in held or not held[c.name].reviewed for c in table.columns)
    return tables if undecided else {}


def look(
    stores: Mapping[str, Reader],
    tables: Mapping[str, Sequence[str]],
    rows: int,
    progress: Callable[[str], None],
    announce: Announce,
) -> Looked:
    """A sample of each table, of at most `rows` rows; a table that refuses or takes too long is named, and no more."""
    looked, begun = Looked(), time.monotonic()
    many = max(1, sum(map(len, tables.values())))
    bounds = Bounds(rows=min(rows, max(FEWEST, ROWS // many)), bytes=min(Bounds().bytes, BYTES // many))
    for system, names in tables.items():
        announce(system, bounds.rows, len(names))
        for at, name in enumerate(names, start=1):
            progress(f"sampling {system}: table {at:,} of {len(names):,}")
            left = begun + SECONDS - time.monotonic()
            if left <= 0:
                looked.passed_over.append((Ref(system, name), "no time was left to look at it"))
                continue
            sample = stores[system].sample(name, replace(bounds, seconds=min(bounds.seconds, left)))
            _keep(looked, Ref(system, name), sample)
    looked.seconds = time.monotonic() - begun
    return looked


def _keep(looked: Looked, ref: Ref, sample: Sample) -> None:
    if sample.fault:
        looked.passed_over.append((ref, f"the store refused: {sample.fault}"))
    elif sample.cut == "seconds" and not sample.rows:
        looked.passed_over.append((ref, "it did not answer in time"))
    else:
        looked.samples[ref] = sample
        looked.rows += len(sample.rows)
        looked.bytes += sample.bytes


class _UnansweredError(Exception):
    """A store could not answer about a table."""

    def __init__(self, ref: Ref) -> None:
        super().__init__()
        self.ref = ref


def inferred(
    stores: Mapping[str, Reader],
    schemas: Mapping[str, Schema],
    looked: Looked,
    progress: Callable[[str], None],
) -> Inferred:
    """The links nobody declared; a table that cannot answer is judged by its names and types."""
    samples = dict(looked.samples)
    while True:
        try:
            return _answered(stores, schemas, samples, progress)
        except _UnansweredError as fault:
            if samples.pop(fault.ref, None) is None:
                raise


def _answered(
    stores: Mapping[str, Reader],
    schemas: Mapping[str, Schema],
    samples: Mapping[Ref, Sample],
    progress: Callable[[str], None],
) -> Inferred:
    progress("looking for links that nobody declared")
    asking = infer(schemas, samples, frozenset())  # decisions are held against it later: so it stays the same
    try:
        asks = next(asking)
        while True:
            asks = asking.send([_rows(stores, ref, select, progress) for ref, select in asks])
    except StopIteration as end:
        found: Inferred = end.value
        return found


def _rows(
    stores: Mapping[str, Reader], ref: Ref, select: Select, progress: Callable[[str], None]
) -> list[Sequence[Row]]:
    progress(f"reading {ref}")
    try:
        return list(stores[ref.system].rows(select))
    except StoreError:
        raise _UnansweredError(ref) from None
