"""Links over several columns: the pairs must be keys together, which single columns that fit do not promise."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import permutations
from math import log
from typing import Final

from troth.datamap.inference import names
from troth.datamap.inference.guess import Guess
from troth.datamap.inference.profile import Profile, plain
from troth.datamap.inference.weigh import fits_kind
from troth.datamap.inference.world import World
from troth.datamap.model import Ref
from troth.datamap.reader import ByValues, Row, Select

Asks = Generator[list[tuple[Ref, Select]], list[Iterable[Sequence[Row]]], None]
Single = Mapping[tuple[Ref, str], tuple[Ref, str]]
"""What each column names by itself."""
_ASKED: Final = 200  # pairs
_LEAST: Final = 0.95
_FEW: Final = 2  # pairs: fewer say nothing
_EVIDENCE: Final = 4.0  # log-odds that the pairs fit by accident
_MOST_KEYS: Final = 3


@dataclass(slots=True)
class Several:
    """Columns of one row that may name a row of `target` together."""

    source: Ref
    columns: tuple[str, ...]
    target: Ref
    target_columns: tuple[str, ...]
    named: bool
    rows: frozenset[Row] = field(repr=False)
    keys: frozenset[Row] = field(repr=False)
    whole: bool
    confirmed: set[Row] = field(default_factory=set, repr=False)
    asked: bool = False

    def counted(self) -> tuple[int, int]:
        if self.whole or self.asked:
            return len(self.rows & (self.keys | self.confirmed)), len(self.rows)
        return 0, 0

    def evidence(self) -> float:
        """Log-odds that as many pairs would be keys by accident, if each of their columns were."""
        room = 1.0
        for at in range(len(self.target_columns)):
            room *= max(1, len({row[at] for row in self.keys}))
        return len(self.rows) * log(room / max(1, len(self.keys))) if self.keys else 0.0


def candidates(world: World, single: Single) -> list[Several]:
    """Columns that bear the names of a composite key, or whose columns name what the key's columns name."""
    targets = [
        (ref, t.key)
        for ref, t in world.tables.items()
        if 1 < len(t.key) <= _MOST_KEYS and t.key != ("rowid",)
    ]
    by_name: dict[tuple[str, str], list[Ref]] = {}
    by_end: dict[tuple[Ref, str], list[tuple[Ref, str]]] = {}
    for ref, columns in world.columns.items():
        for name in columns:
            by_name.setdefault((ref.system, name.casefold()), []).append(ref)
    for at, end in single.items():
        by_end.setdefault(end, []).append(at)
    found: list[Several] = []
    for ref, key in targets:
        anchored = {source for name in key for source in by_name.get((ref.system, name.casefold()), ())}
        anchored |= {at[0] for name in key for at in by_end.get(single.get((ref, name), (ref, "")), ())}
        for source in sorted(anchored - {ref}):
            found.extend(_between(world, single, source, ref, key))
    return found


def _between(
    world: World, single: Single, source: Ref, target: Ref, key: tuple[str, ...]
) -> Iterator[Several]:
    ours, theirs = world.columns[source], world.columns[target]
    free = {name: seen for name, seen in ours.items() if (source, name) not in world.taken}
    same = {name.casefold(): name for name in free}
    if all(name.casefold() in same and not names.is_opaque(name) for name in key):
        columns = tuple(same[name.casefold()] for name in key)
        if all(fits_kind(ours[a], theirs[b]) for a, b in zip(columns, key, strict=True)):
            yield _several(world, source, columns, target, key, named=True)
        return
    if not world.samples.get(target) or not world.samples.get(source):
        return
    options = [_options(single, source, free, target, theirs[name]) for name in key]
    if all(options) and any(single.get((target, name)) for name in key):
        for columns in permutations(free, len(key)):
            if all(name in chosen for name, chosen in zip(columns, options, strict=True)):
                yield _several(world, source, columns, target, key, named=False)


def _options(single: Single, source: Ref, free: Mapping[str, Profile], target: Ref, key: Profile) -> set[str]:
    """The columns that may stand for one column of the key: those that name the same, or else hold such values."""
    end = single.get((target, key.name))
    if end is not None:
        return {name for name in free if single.get((source, name)) == end}
    return {
        name
        for name, seen in free.items()
        if (source, name) not in single and seen.values and fits_kind(seen, key)
        and (names.is_opaque(name) or names.stem(name)[1]) and len(seen.values & key.values) >= 0.9 * len(seen.values)
    }  # fmt: skip


def _several(
    world: World, source: Ref, columns: tuple[str, ...], target: Ref, key: tuple[str, ...], named: bool
) -> Several:
    whole = (sample := world.samples.get(target)) is not None and sample.whole
    return Several(
        source,
        columns,
        target,
        key,
        named,
        _tuples(world, source, columns),
        _tuples(world, target, key),
        whole,
    )


def _tuples(world: World, ref: Ref, columns: tuple[str, ...]) -> frozenset[Row]:
    sample = world.samples.get(ref)
    if sample is None or not set(columns) <= set(sample.columns):
        return frozenset()
    at = [sample.columns.index(name) for name in columns]
    return frozenset(
        values for row in sample.rows if None not in (values := tuple(plain(row[place]) for place in at))
    )


def ask(found: list[Several]) -> Asks:
    """One question for each composite key that was only sampled in part."""
    wanted: dict[tuple[Ref, tuple[str, ...]], tuple[list[Several], dict[Row, None]]] = {}
    for one in found:
        if one.rows and one.keys and not one.whole:
            ones, rows = wanted.setdefault((one.target, one.target_columns), ([], {}))
            one.rows = frozenset(sorted(one.rows, key=repr)[:: max(1, -(-len(one.rows) // _ASKED))])
            ones.append(one)
            rows.update(dict.fromkeys(sorted(one.rows, key=repr)))
    if not wanted:
        return
    answers = yield [
        (ref, Select(ref.dataset, columns, ByValues(columns, list(rows))))
        for (ref, columns), (_, rows) in wanted.items()
    ]
    for (ones, _), chunks in zip(wanted.values(), answers, strict=True):
        exist = {tuple(plain(value) for value in row) for chunk in chunks for row in chunk}
        for one in ones:
            one.confirmed, one.asked = exist, True


def guesses(world: World, found: list[Several], single: Single) -> Iterator[Guess]:
    for one in found:
        hits, looked = one.counted()
        extends = set(one.columns) == set(world.tables[one.source].key)
        if all((one.target, name) in single for name in one.target_columns):
            continue  # it only ties two others together: what names both of them needs no row of it
        if looked:
            sound = (
                looked >= _FEW
                and hits >= _LEAST * looked
                and one.evidence() >= (1.0 if one.named else _EVIDENCE)
            )
            if sound:
                reason = f"{hits} of {looked} sampled pairs are keys of {one.target.dataset}"
                yield _guess(one, 0.95, reason + (", and the names agree" if one.named else ""))
        elif one.named and not (one.rows and one.keys) and not extends:
            yield _guess(one, 0.85, f"all columns have the names of the key of {one.target.dataset}")


def _guess(one: Several, sure: float, reason: str) -> Guess:
    return Guess(one.source, one.columns, one.target, one.target_columns, sure, reason)
