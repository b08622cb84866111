"""How a row was reached: one way to each row, over confirmed links where there is one, from what was typed.

Nothing here runs while people are erased, except to tell guesses from what is certain; a way costs one edge and one key a row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from troth.datamap.model import Key, Link, Ref
from troth.planning.closure import Closure
from troth.planning.estate import Edge
from troth.planning.person import Identified, Node, Reason

How = Literal["asked", "identifier", "same_as", "owned", "seen", "copy"]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a chain: this row, and by which of its columns the one before led here.

    `value` is what both hold; `via` is the row of theirs in which an identifier stands; a guess is a link nobody confirmed.
    """

    row: Node
    how: How
    columns: tuple[str, ...]
    category: str = ""
    value: str = field(default="", repr=False)
    via: Node | None = None
    link: Link | None = None
    guess: bool = False


@dataclass
class Paths:
    """One parent for every row of a finished closure; `guessed` are rows that only unconfirmed links make somebody's."""

    closure: Closure
    parents: dict[Ref, dict[Key, tuple[Edge, Key]]] = field(default_factory=dict)
    guessed: dict[Ref, set[Key]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        edges = [edge for those in self.closure.estate.edges_from.values() for edge in those]
        guesses = any(edge.link.is_guess for edge in edges)
        for owning in (True, False):
            self._spread(owning, sure=True)
            if guesses:
                self._note(owning)
        if guesses:
            self._spread(owning=False, sure=False)

    def _spread(self, owning: bool, sure: bool) -> None:
        """Gives a parent to every row that edges lead to from those that have one: owning ones only, confirmed ones only."""
        known = {ref: {*rows} for ref, rows in self.closure.seeds.items()}
        for ref, rows in self.parents.items():
            known.setdefault(ref, set()).update(rows)
        frontier = {ref: list(keys) for ref, keys in known.items()}
        while frontier:
            grown: dict[Ref, list[Key]] = {}
            for ref, keys in frontier.items():
                for edge in self.closure.estate.edges_from[ref]:
                    if (edge.owning or not owning) and not (sure and edge.link.is_guess):
                        there = known.setdefault(edge.target, set())
                        for key, other in self._pairs(edge, keys):
                            if other not in there:
                                there.add(other)
                                self.parents.setdefault(edge.target, {})[other] = (edge, key)
                                grown.setdefault(edge.target, []).append(other)
            frontier = grown

    def _pairs(self, edge: Edge, keys: Iterable[Key]) -> Iterator[tuple[Key, Key]]:
        for key in keys:
            for other in self.closure.below(edge, (key,)):
                yield key, other

    def _note(self, owning: bool) -> None:
        """Rows that are owned, or seen, and not reached so far."""
        for ref, held in self.closure.holdings.items():
            rows = held.own if owning else held.access
            known = self.parents.get(ref, {}).keys() | self.closure.seeds.get(ref, {}).keys()
            missed = {key for key, people in rows.items() if people} - known
            if missed:
                self.guessed.setdefault(ref, set()).update(missed)

    def to(self, ref: Ref, key: Key, identified: Identified) -> list[Step]:
        """The chain from what was typed to a row of the closure."""
        steps: list[Step] = []
        while key not in self.closure.seeds.get(ref, {}):
            edge, parent = self.parents[ref][key]
            held = self.closure.holding(ref)
            columns = edge.target_columns
            value = ", ".join(str(part) for part in held.value(key, columns))
            steps.append(
                Step((ref, key), "owned" if held.own.get(key) else "seen", columns, value=value, link=edge.link,
                     guess=edge.link.is_guess)
            )  # fmt: skip
            ref, key = edge.source, parent
        return [*way(identified, (ref, key)), *reversed(steps)]


def way(identified: Identified, node: Node, last: Reason | None = None) -> list[Step]:
    """The chain from what was typed to a row that is a person; `last` is a reason that was not followed."""
    steps: list[Step] = []
    reason = last or identified.reasons.get(node)
    while reason is not None:
        row, columns = reason.here
        how: How = "asked" if reason.origin is None else "same_as" if reason.link else "identifier"
        via = row if row != node else None
        steps.append(
            Step(node, how, columns, reason.category, reason.value, via, reason.link, guess=reason is last)
        )
        if reason.origin is None:
            break
        node = reason.origin
        reason = identified.reasons.get(node)
    return steps[::-1]
