"""What an earlier erasure kept by law stays kept: a later one finds it as a copy, and spares the cells the law needs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from troth.datamap.model import Key, Ref
from troth.datamap.reader import Row
from troth.law.rules import cited
from troth.planning.barred import Bar, Barred, HeldBy
from troth.planning.copies import Copies
from troth.planning.estate import Estate
from troth.planning.person import Person
from troth.planning.plan import Step


@dataclass(frozen=True)
class KeptRows:
    """Rows of one dataset that a law keeps, by key, the columns it needs, and its last day."""

    law: str
    columns: tuple[str, ...]
    rows: Sequence[Row] = field(repr=False)
    until: date | None = None
    left: bool = False  # to the customer who controls them, for as long as they say so
    ground: str = ""  # id of what `law` cites, where the map still names it

    @property
    def told(self) -> str:
        return f"{self.law}, until {self.until}" if self.until else self.law


Held = Callable[[Ref], Iterable[KeptRows]]


def spare(held: Held, copies: Copies, estate: Estate, at: date) -> Iterator[Step]:
    """Takes kept cells out of what `copies` would change; yields the steps that say what is kept, and why."""
    for ref in sorted({*copies.exact, *copies.inside}):
        width = len(estate.key(ref))
        for kept in held(ref):
            if kept.left or (kept.until is not None and kept.until < at):
                continue
            spared = [row[:width] for row in kept.rows if _take(copies, ref, row[:width], kept.columns)]
            if spared:
                people = Counter(p for key in spared for p in copies.people.get((ref, key), ()))
                yield Step(
                    ref, "keep", estate.key(ref), (), sorted(spared, key=repr), kept.columns, (),
                    "kept because a law says so", kept.law, kept.until, people=tuple(sorted(people.items())),
                    ground=kept.ground,
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


def spare_held(
    barred: Barred | None, bars: Iterable[Bar], copies: Copies, people: Sequence[Person]
) -> Iterator[Step]:
    """Takes cells that a legal hold bars out of what `copies` would change; yields the steps that say which, and why."""
    if barred is None:
        return
    theirs = [
        (bar, {at for at, one in enumerate(people) if one.rows & barred.found.get(bar.hold, frozenset())})
        for bar in bars
    ]
    spared: dict[tuple[Ref, HeldBy], list[Key]] = {}
    for ref in sorted({*copies.exact, *copies.inside}):
        for key in {*copies.exact.get(ref, ()), *copies.inside.get(ref, ())}:
            named = copies.people.get((ref, key), set())
            keeps = list(barred.keeps(ref, key))
            for bar, held in theirs:
                if held & named:
                    places = (
                        [columns for place, columns in bar.places if place == ref] if bar.places else [()]
                    )
                    keeps += [bar.keep(columns) for columns in places]
            taken = [keep for keep in keeps if _holds(copies, ref, key, barred.held(ref, keep))]
            for keep in taken:
                spared.setdefault((ref, keep), []).append(key)
            for keep in taken:
                _take(copies, ref, key, barred.held(ref, keep))
    for (ref, keep), keys in spared.items():
        counts = Counter(p for key in keys for p in copies.people.get((ref, key), ()))
        names = tuple(c for c in barred.estate.table(ref).by_name if c in barred.held(ref, keep))
        yield Step(
            ref, "keep", barred.estate.key(ref), (), sorted(keys, key=repr), names, (), keep.reason, cited(keep.law),
            people=tuple(sorted(counts.items())), hold=keep.hold, ground=keep.law,
        )  # fmt: skip


def _holds(copies: Copies, ref: Ref, key: Key, columns: frozenset[str]) -> bool:
    return any(
        not columns.isdisjoint(into.get(ref, {}).get(key, ())) for into in (copies.exact, copies.inside)
    )
