"""What legal holds bar from change: whole datasets, single columns, named rows, and the rows of the people they are about.

A held row stays as it is. The rows that lead from it to its person stay too, emptied but for what ties them together: evidence that
nobody can say whose it is proves nothing, and after the last lift the way to it must still be there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from troth.datamap.model import Keep, Key, Link, Ref
from troth.planning.closure import Closure
from troth.planning.estate import Edge, Estate
from troth.planning.person import Node
from troth.planning.sought import Sought

NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class HeldBy(Keep):
    """A ground that wins until the hold is lifted, whatever day it is; `columns` empty: every column."""

    hold: str = ""


@dataclass(frozen=True)
class Bar:
    """One hold as planning sees it. Without people and rows it holds the places for everybody; without places, all of theirs."""

    hold: str
    law: str
    reason: str
    places: tuple[tuple[Ref, tuple[str, ...]], ...] = ()
    sought: tuple[Sought, ...] = field(default=(), repr=False)
    nodes: frozenset[Node] = field(
        default=frozenset(), repr=False
    )  # people's own rows, as they were found before
    rows: tuple[tuple[Ref, str], ...] = field(default=(), repr=False)  # single rows, by key
    pending: bool = False  # a second person has not confirmed it yet

    @property
    def about_people(self) -> bool:
        return bool(self.sought or self.nodes)

    def keep(self, columns: tuple[str, ...]) -> HeldBy:
        return HeldBy(self.law, columns, None, self.reason, True, self.hold)


@dataclass
class Barred:
    """The cells that holds bar: by dataset, and by row."""

    estate: Estate
    whole: dict[Ref, list[HeldBy]] = field(default_factory=dict)
    rows: dict[Ref, dict[Key, list[HeldBy]]] = field(default_factory=dict)
    found: dict[str, frozenset[Node]] = field(default_factory=dict)  # by hold, the people's own rows

    def place(self, bars: Iterable[Bar]) -> None:
        """What the scopes name by themselves: datasets, columns, rows."""
        for bar in bars:
            for ref, text in bar.rows:
                key = self.estate.key_of(ref, text) if ref in self.estate.datasets else None
                if key is not None:
                    self._row(bar, ref, key)
            for ref, columns in bar.places if not (bar.about_people or bar.rows) else ():
                self.whole.setdefault(ref, []).append(bar.keep(columns))

    def lost(self, bars: Iterable[Bar]) -> Iterator[tuple[str, str]]:
        """(hold, place) of what a scope names and these systems have not, or not any more."""
        for bar in bars:
            for ref, columns in (*bar.places, *((ref, ()) for ref, _ in bar.rows)):
                if ref not in self.estate.datasets:
                    if ref.system in self.estate.map.systems:
                        yield bar.hold, str(ref)
                else:
                    gone = [name for name in columns if name not in self.estate.table(ref).by_name]
                    yield from ((bar.hold, f"{ref}.{name}") for name in gone)

    def people(self, bars: Mapping[int, Bar], closure: Closure) -> None:
        """What the people of a hold own or may see; `closure` has the hold's number for them."""
        for ref, held in closure.holdings.items():
            for key in held.own.keys() | held.access.keys():
                for at in closure.reach(ref, key):
                    self._row(bars[at], ref, key)

    def _row(self, bar: Bar, ref: Ref, key: Key) -> None:
        places = [columns for place, columns in bar.places if place == ref] if bar.places else [()]
        kept = self.rows.setdefault(ref, {}).setdefault(key, []) if places else []
        kept += [keep for columns in places if (keep := bar.keep(columns)) not in kept]

    def keeps(self, ref: Ref, key: Key) -> list[HeldBy]:
        """Every hold that is on this row, with the columns it holds."""
        return [*self.whole.get(ref, ()), *self.rows.get(ref, {}).get(key, ())]

    def columns(self, ref: Ref, key: Key) -> frozenset[str]:
        """The columns of the row that may not change."""
        return NONE.union(*(self.held(ref, keep) for keep in self.keeps(ref, key)))

    def held(self, ref: Ref, keep: Keep) -> frozenset[str]:
        return frozenset(keep.columns or self.estate.table(ref).by_name)

    def any(self, ref: Ref) -> bool:
        return ref in self.whole or ref in self.rows


class Standing:
    """What holds keep standing while these people are erased: held cells, and the way from each held row to its person."""

    def __init__(self, closure: Closure, barred: Barred | None) -> None:
        self.closure = closure
        self.barred = barred
        self._ties: dict[Ref, dict[Key, frozenset[str]]] = {}
        self._of: dict[tuple[Ref, Key], set[tuple[str, str, str]]] = {}  # which holds the way is kept for

    def trace(self) -> None:
        """Finds the way from every held row of these people; call once the closure is whole."""
        if self.barred is None:
            return
        for ref, held in list(self.closure.holdings.items()):
            if self.barred.any(ref):
                owned = [key for key in held.own.keys() | held.access.keys() if self.barred.keeps(ref, key)]
                self.hang(ref, owned)

    def hang(self, ref: Ref, keys: Iterable[Key]) -> list[tuple[Ref, Key]]:
        """Keeps the rows on which these hang, up to the people; the rows that are kept only since now."""
        queue, fresh = [(ref, key) for key in keys], list[tuple[Ref, Key]]()
        while queue:
            at, key = queue.pop()
            for edge, parent in self._above(at, key):
                more = self._note(parent, edge.source_columns, (at, key))
                self._note((at, key), edge.target_columns, (at, key))
                if more:
                    fresh.append(parent)
                    queue.append(parent)
        return fresh

    def refer(self, link: Link, below: Key, node: tuple[Ref, Key]) -> list[tuple[Ref, Key]]:
        """A row stays because a held one names it over this link; the rows on which it hangs, which stay since now."""
        self._note(node, link.target_columns, (link.source, below))
        return self.hang(node[0], [node[1]])

    def _above(self, ref: Ref, key: Key) -> Iterator[tuple[Edge, tuple[Ref, Key]]]:
        row = self.closure.holdings[ref].rows.get(key)
        for edge in self.closure.estate.edges_to[ref] if row is not None else ():
            source = self.closure.holdings.get(edge.source)
            if source is None or (edge.down and not self.closure.holds(edge, key)):
                continue
            get = self.closure.across(ref, edge.target_columns, edge.source, edge.source_columns)
            assert row is not None
            for other in source.at(edge.source_columns, get(row)):
                if self.closure.reach(edge.source, other) and (edge.down or self.closure.holds(edge, other)):
                    yield edge, (edge.source, other)

    def _note(self, node: tuple[Ref, Key], columns: tuple[str, ...], below: tuple[Ref, Key]) -> bool:
        """Whether this told anything new."""
        ref, key = node
        ties, why = self._ties.setdefault(ref, {}), self._of.setdefault(node, set())
        told = {(keep.law, keep.reason, keep.hold) for keep in self._keeps(*below)} | self._of.get(
            below, set()
        )
        if columns and key in ties and ties[key] >= set(columns) and why >= told:
            return False
        ties[key] = ties.get(key, NONE) | set(columns)
        why |= told
        return True

    def _keeps(self, ref: Ref, key: Key) -> list[HeldBy]:
        return self.barred.keeps(ref, key) if self.barred is not None else []

    def keys(self, ref: Ref, keys: Iterable[Key]) -> set[Key]:
        """Those of the rows that stay for a hold, whole or emptied."""
        if self.barred is None:
            return set()
        ties = self._ties.get(ref, {})
        return {key for key in keys if key in ties or self.barred.keeps(ref, key)}

    def columns(self, ref: Ref, key: Key) -> frozenset[str]:
        """The columns of the row that stay for a hold: the held ones, and what ties it to its person."""
        if self.barred is None:
            return NONE
        return self.barred.columns(ref, key) | self._ties.get(ref, {}).get(key, NONE)

    def kept(self, ref: Ref, key: Key) -> Iterator[HeldBy]:
        """The grounds, one for each hold, with the columns it keeps of this row."""
        if self.barred is None:
            return
        ties = tuple(sorted(self._ties.get(ref, {}).get(key, NONE)))
        seen = set()
        for keep in self.barred.keeps(ref, key):
            seen.add(keep.hold)
            columns = self.barred.held(ref, keep).union(ties)
            names = tuple(c for c in self.closure.estate.table(ref).by_name if c in columns)
            yield HeldBy(keep.law, names, None, keep.reason, True, keep.hold)
        for law, reason, hold in sorted(self._of.get((ref, key), ())):
            if hold not in seen:
                yield HeldBy(law, ties, None, reason, True, hold)
