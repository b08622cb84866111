"""Counts what a sweep saw and found, by place and spelling; no value of anybody's is in it, so it may be kept and shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from troth.datamap.model import Ref
from troth.planning.sweep import Found

EVERYWHERE: Final = Ref("*", "*")
_DERIVED = ("hash", "base64", "quoted-printable", "encoded twice", "Latin-1", "UTF-16")


class Place(NamedTuple):
    """Where something was found, how it is spelled, and what it is: `why` is "" for what nothing explains."""

    ref: Ref
    column: str
    spelling: str
    uncertain: bool
    why: str


@dataclass
class Tally:
    """What a sweep has seen so far; `told` and `from_told` take it through our state, so that it goes on where it stopped."""

    datasets: int = 0
    rows: int = 0
    bytes: int = 0
    done: set[Ref] = field(default_factory=set)
    skipped: dict[tuple[Ref, str], None] = field(default_factory=dict)  # in order, each once
    counts: Counter[Place] = field(default_factory=Counter)
    people: Counter[tuple[int, Place]] = field(default_factory=Counter)

    def skip(self, ref: Ref, reason: str) -> None:
        self.skipped[ref, reason] = None

    def merge(self, part: Tally) -> None:
        """Adds what one dataset gave."""
        self.datasets += part.datasets
        self.rows += part.rows
        self.bytes += part.bytes
        self.skipped |= part.skipped
        self.counts.update(part.counts)
        self.people.update(part.people)

    def add(self, ref: Ref, found: Mapping[str, Iterable[Found]], why: str = "") -> None:
        """One row with findings: counted once for each column and spelling, and so for each person."""
        hits = [
            (hit.person, Place(ref, column, hit.spelling, hit.uncertain, why))
            for column, hits in found.items()
            for hit in hits
        ]
        self.counts.update({place for _, place in hits})
        self.people.update(set(hits))

    def account(self, ref: Ref, found: Mapping[str, Iterable[Found]], why: str) -> None:
        """One row that was counted and is kept for a reason: it is no residue."""
        hits = [
            (hit.person, Place(ref, column, hit.spelling, hit.uncertain, ""))
            for column, hits in found.items()
            for hit in hits
        ]
        for place in {place for _, place in hits}:
            _move(self.counts, place, place._replace(why=why))
        for person, place in set(hits):
            _move(self.people, (person, place), (person, place._replace(why=why)))

    def left(self) -> dict[str, int]:
        """Rows by dataset that hold what nothing explains; a row with two findings may count for one."""
        found: dict[str, int] = {}
        for place, rows in self.counts.items():
            if not place.uncertain and not place.why:
                found[str(place.ref)] = max(rows, found.get(str(place.ref), 0))
        return dict(sorted(found.items()))

    def by_person(self) -> dict[int, dict[Place, int]]:
        """What was found of each person of whom anything was found."""
        found: dict[int, dict[Place, int]] = {}
        for (person, place), rows in self.people.items():
            found.setdefault(person, {})[place] = rows
        return found

    def report(
        self, known: Mapping[Ref, object], counts: Mapping[Place, int] | None = None
    ) -> dict[str, Any]:
        """As data, for everybody or for one person's `counts`; `known` are the datasets of the map."""
        places = sorted((self.counts if counts is None else counts).items())
        return {
            "searched": {"datasets": self.datasets, "rows": self.rows, "bytes": self.bytes},
            "not_searched": [
                {"system": ref.system, "dataset": ref.dataset, "reason": reason} for ref, reason in sorted(self.skipped)
            ],
            "residue": [
                {**_told(place, rows), "remedy": _remedy(place, known)}
                for place, rows in places
                if not place.why and not place.uncertain
            ],
            "uncertain": [
                {**_told(place, rows), "remedy": "Read these rows: a namesake may be meant."}
                for place, rows in places
                if place.uncertain and not place.why
            ],
            "accounted": [{**_told(place, rows), "why": place.why} for place, rows in places if place.why],
        }  # fmt: skip

    def told(self) -> dict[str, Any]:
        """As JSON can hold it."""
        return {
            "searched": [self.datasets, self.rows, self.bytes],
            "done": sorted(self.done),
            "skipped": [[*ref, reason] for ref, reason in self.skipped],
            "counts": [[*_flat(place), rows] for place, rows in self.counts.items()],
            "people": [[person, *_flat(place), rows] for (person, place), rows in self.people.items()],
        }

    @classmethod
    def from_told(cls, told: Mapping[str, Any]) -> Tally:
        """The tally that `told` wrote down; an empty one of nothing."""
        if not told:
            return cls()
        datasets, rows, size = told["searched"]
        return cls(
            datasets,
            rows,
            size,
            {Ref(*ref) for ref in told["done"]},
            {(Ref(system, dataset), reason): None for system, dataset, reason in told["skipped"]},
            Counter({_place(flat): rows for *flat, rows in told["counts"]}),
            Counter({(person, _place(flat)): rows for person, *flat, rows in told["people"]}),
        )


def _flat(place: Place) -> Iterator[Any]:
    yield from (*place.ref, place.column, place.spelling, place.uncertain, place.why)


def _place(flat: list[Any]) -> Place:
    system, dataset, *rest = flat
    return Place(Ref(system, dataset), *rest)


def _move(counts: Counter[Any], source: object, target: object) -> None:
    if counts[source] > 0:
        counts[target] += 1
        counts[source] -= 1
    if not counts[source]:
        del counts[source]


def _told(place: Place, rows: int) -> dict[str, Any]:
    return {
        "system": place.ref.system, "dataset": place.ref.dataset, "column": place.column, "rows": rows, "spelling": place.spelling,
    }  # fmt: skip


def _remedy(place: Place, known: Mapping[Ref, object]) -> str:
    if place.ref not in known:
        return "It is not in the map: add it with `troth map`, then erase again, or clear the rows by hand."
    if any(word in place.spelling for word in _DERIVED):
        return "A copy made from the value: make it anew or clear it by hand, and look for what made it."
    return "Say in the map what the column holds and erase again; if it comes back, something writes it anew."
