"""What an earlier erasure kept by law stays kept: a later one finds it as a copy, and spares the cells the law needs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from troth.datamap.model import Key, Ref
from troth.datamap.reader import Row
from troth.planning.copies import Copies
from troth.planning.estate import Estate
from troth.planning.plan import Step


@dataclass(frozen=True)
class KeptRows:
    """Rows of one dataset that a law keeps, by key, the columns it needs, and its last day."""

    law: str
    columns: tuple[str, ...]
    rows: Sequence[Row] = field(repr=False)
    until: date | None = None

    @property
    def told(self) -> str:
        return f"{self.law}, until {self.until}" if self.until else self.law


Held = Callable[[Ref], Iterable[KeptRows]]


def spare(held: Held, copies: Copies, estate: Estate, at: date) -> Iterator[Step]:
    """Takes kept cells out of what `copies` would change; yields the steps that say what is kept, and why."""
    for ref in sorted({*copies.exact, *copies.inside}):
        width = len(estate.key(ref))
        for kept in held(ref):
            if kept.until is not None and kept.until < at:
                continue
            spared = [row[:width] for row in kept.rows if _take(copies, ref, row[:width], kept.columns)]
            if spared:
                people = Counter(p for key in spared for p in copies.people.get((ref, key), ()))
                yield Step(
                    ref, "keep", estate.key(ref), (), sorted(spared, key=repr), kept.columns, (),
                    "kept because a law says so", kept.law, kept.until, people=tuple(sorted(people.items())),
                )  # fmt: skip


def _take(copies: Copies, ref: Ref, key: Key, columns: Iterable[str]) -> bool:
    """Takes these cells out; whether one of them was there."""
    found = False
    for into in (copies.exact, copies.inside):
        held = into.get(ref, {}).get(key, set())
        found = found or not held.isdisjoint(columns)
        held.difference_update(columns)
        if not held and ref in into:
            into[ref].pop(key, None)
            if not into[ref]:
                del into[ref]
    return found
