"""Each column names rows of at most one key: weighed for all columns together, since what others name speaks too.

The columns that names and values leave open are drawn again and again, each given all others (Gibbs sampling, always
the same draws), so a confidence is how often a key stands in all the likely pictures of the whole database.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import pairwise
from math import exp, log
from random import Random
from typing import Final

from troth.datamap.inference.affinity import wanting
from troth.datamap.inference.candidates import Candidate
from troth.datamap.inference.profile import Profile
from troth.datamap.inference.world import World
from troth.datamap.model import Ref

_MOST: Final = 0.98  # what no evidence exceeds
_CLEAR: Final = 7.0  # log-odds by which one option leaves the others no chance
_SWEEPS: Final = (3, 1_000)  # over the open columns: fewest and most
_WORK: Final = 100_000  # options weighed in all sweeps together, about
_HEAT: Final = (4.0, 2.5, 1.7, 1.3)  # of the first sweeps, which are not counted
_NAMED: Final = 4.0  # log-odds of names that need no help from what others do
_TWICE: Final = -2.5  # two columns of a row name the same table, and no name says why
_BACK: Final = -0.7  # two tables name each other

Chosen = Candidate | None


class Assignment:
    """The candidates of every column, and the one that each names at the moment."""

    def __init__(self, world: World, found: Iterable[list[Candidate]]) -> None:
        self.world = world
        self.options = [options for options in found if options]
        self.now: list[Chosen] = [None] * len(self.options)
        self.between: Counter[tuple[Ref, Ref]] = Counter()  # links from table to table
        self.inbound: Counter[Ref] = Counter()  # links from other tables
        self.sharers: dict[Ref, dict[int, Profile]] = defaultdict(dict)  # one-to-one children
        for ref, table in world.tables.items():
            for key in table.foreign_keys:
                self._count(ref, Ref(ref.system, key.target), 1)
        for source, _, target, _ in world.known:
            self._count(source, target, 1)

    def settle(self) -> list[tuple[Candidate, float]]:
        """The likeliest key of each column with its probability, where one is likelier than not."""
        opened = self._start()
        shares = [[0.0] * len(options) for options in self.options]
        sweeps = max(
            _SWEEPS[0], min(_SWEEPS[1], _WORK // max(1, sum(len(self.options[at]) for at in opened)))
        )
        beside = self._neighbours(opened)
        draw = Random(7)  # noqa: S311  # reason: repeatable draws, no secret
        heats = _HEAT if sweeps > len(_HEAT) else _HEAT[1:2]
        for sweep in range(len(heats) + sweeps):
            heat = heats[sweep] if sweep < len(heats) else 1.0
            for at in opened:
                self._put(at, None)
                odds = self._chances(at, heat)
                self._put(at, self._drawn(at, odds, draw))
                if sweep >= len(heats):
                    shares[at] = [sum(pair) for pair in zip(shares[at], odds, strict=True)]
            for one, other in beside:
                self._exchange(one, other, draw)
        for at in set(range(len(self.options))) - set(opened):
            chosen = self.now[at]
            self._put(at, None)
            shares[at] = [chance * sweeps for chance in self._chances(at, 1.0)]
            self._put(at, chosen)
        return [
            (self.options[at][best], min(_MOST, share[best] / sweeps))
            for at, share in enumerate(shares)
            for best in [max(range(len(share)), key=share.__getitem__)]
            if share[best] >= 0.5 * sweeps
        ]

    def _neighbours(self, opened: list[int]) -> list[tuple[int, int]]:
        """Columns of one table that may name the same keys: one cannot move to the other's while that stands there."""
        tables: dict[Ref, list[int]] = defaultdict(list)
        for at in opened:
            tables[self.options[at][0].child.ref].append(at)
        return [pair for columns in tables.values() for pair in pairwise(columns)]

    def _exchange(self, one: int, other: int, draw: Random) -> None:
        """Lets two columns change keys, as often as that is likely."""
        ours, theirs = self.now[one], self.now[other]
        if ours is None or theirs is None or ours.key is theirs.key:
            return
        crossed = [self._option(one, theirs), self._option(other, ours)]
        if crossed[0] is None or crossed[1] is None:
            return
        as_is = self._together(one, other, ours, theirs)
        changed = self._together(one, other, crossed[0], crossed[1])
        if draw.random() < 1 / (1 + exp(min(60.0, as_is - changed))):
            ours, theirs = crossed[0], crossed[1]
        self._put(one, ours)
        self._put(other, theirs)

    def _option(self, at: int, like: Candidate) -> Chosen:
        return next((option for option in self.options[at] if option.key is like.key), None)

    def _together(self, one: int, other: int, first: Candidate, second: Candidate) -> float:
        """Log-odds of two choices, the second given the first; leaves both columns without one."""
        self._put(one, None)
        self._put(other, None)
        odds = first.odds + self._beside(first)
        self._put(one, first)
        odds += second.odds + self._beside(second)
        self._put(one, None)
        return odds

    def _start(self) -> list[int]:
        """Gives every column its best key by itself; returns the columns that this does not settle."""
        opened = []
        for at, options in enumerate(self.options):
            ranked = sorted([0.0, *(one.odds for one in options)], reverse=True)
            best = max(options, key=lambda one: one.odds)
            self._put(at, best if best.odds > 0 else None)
            if ranked[0] - ranked[1] < _CLEAR:
                opened.append(at)
        return opened

    def _count(self, source: Ref, target: Ref, by: int) -> None:
        self.between[source, target] += by
        if source != target:
            self.inbound[target] += by

    def _put(self, at: int, chosen: Chosen) -> None:
        before = self.now[at]
        if before is not None:
            self._count(before.child.ref, before.key.ref, -1)
            self.sharers[before.key.ref].pop(at, None)
        if chosen is not None:
            self._count(chosen.child.ref, chosen.key.ref, 1)
            if chosen.child.single:
                self.sharers[chosen.key.ref][at] = chosen.child
        self.now[at] = chosen

    def _chances(self, at: int, heat: float) -> list[float]:
        """The probability of each option, given what all other columns name at the moment."""
        weights = [exp(min(60.0, (one.odds + self._beside(one)) / heat)) for one in self.options[at]]
        whole = 1.0 + sum(weights)
        return [weight / whole for weight in weights]

    def _drawn(self, at: int, chances: list[float], draw: Random) -> Chosen:
        left = draw.random()
        for one, chance in zip(self.options[at], chances, strict=True):
            left -= chance
            if left < 0:
                return one
        return None

    def _beside(self, one: Candidate) -> float:
        """What the other columns' links say about this one."""
        source, target = one.child.ref, one.key.ref
        extra = 0.0
        if source != target and not self.inbound[target] and one.base > -3.0 and one.key.primary:
            extra += wanting(self.world.classes[target])
        if one.named < _NAMED:
            if self.between[source, target] > 0:
                extra += _TWICE
            if source != target and self.between[target, source] > 0:
                extra += _BACK
        if one.child.single and source != target:
            extra += self._complement(one, self.sharers[target].values())
        return extra

    @staticmethod
    def _complement(one: Candidate, sharers: Iterable[Profile]) -> float:
        """One-to-one children that share a parent's keys out among them leave just these free."""
        taken, ours = 0, one.child.values
        for sibling in sharers:
            if not ours.isdisjoint(sibling.values):
                return 0.0
            taken += len(sibling.values)
        covered = min(0.999, taken / max(1, one.key.size))
        return min(8.0, -len(one.child.values) * log(1 - covered))
