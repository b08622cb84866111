"""The least fixpoint of ownership and access over the links, for a batch of people at once.

`owners(row)` and `accessors(row)` are sets of people; a link passes both in one direction, an accessing link passes
both as access only (K9db, SOSP 2023). The fixpoint asks for rows by *yielding* questions and is handed the answers, so
it knows no database: one question per edge and round, whatever the number of rows and people.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter

from troth.datamap.model import Atom, Key, Ref
from troth.datamap.reader import ByValues, Row, Select
from troth.planning.estate import Edge, Estate

Ask = tuple[Ref, Select]
People = frozenset[int]
NOBODY: People = frozenset()
Asking = Generator[list[Ask], list[Iterable[Sequence[Row]]], None]


class Holding:
    """The known rows of one dataset, their owners and accessors, and an index over every column a link ends in."""

    def __init__(self, estate: Estate, ref: Ref) -> None:
        self.ref = ref
        self.columns = estate.spine(ref)
        self.width = len(estate.key(ref))
        self.place = {name: at for at, name in enumerate(self.columns)}
        self.rows: dict[Key, Row] = {}
        self.own: dict[Key, People] = {}
        self.access: dict[Key, People] = {}
        self.index: dict[tuple[str, ...], dict[Key, list[Key]]] = {}
        plain = estate.key(ref) if estate.folder(ref, estate.key(ref)) is None else None
        for edge in (*estate.edges_from[ref], *estate.edges_to[ref]):
            for end in ((edge.source, edge.source_columns), (edge.target, edge.target_columns)):
                if end[0] == ref and end[1] != plain:
                    self.index.setdefault(end[1], {})
        for link in estate.links_from[ref]:
            if link.columns != plain:
                self.index.setdefault(link.columns, {})
        for link in estate.links_to[ref]:
            if link.target_columns != plain:
                self.index.setdefault(link.target_columns, {})
        self._folds = {columns: fold for columns in self.index if (fold := estate.folder(ref, columns))}
        self._get = {columns: self._reading(columns) for columns in self.index}

    def _reading(self, columns: tuple[str, ...]) -> Callable[[Row], Key]:
        """Reads `columns` of a row as the index files them: texts that the store takes for equal are the same."""
        get, fold = self.getter(columns), self._folds.get(columns)
        return get if fold is None else lambda row: fold(get(row))

    def getter(self, columns: tuple[str, ...]) -> itemgetter[tuple[Atom, ...]]:
        """Reads `columns` of a row as a tuple."""
        places = [self.place[name] for name in columns]
        if len(places) == 1:
            return itemgetter(slice(places[0], places[0] + 1))  # type: ignore[arg-type]  # reason: a slice is an index of a tuple
        return itemgetter(*places)

    def add(self, rows: Iterable[Row]) -> list[Key]:
        """Keys of the rows that were not known before."""
        width, known = self.width, self.rows
        fresh = {key: row for row in rows if (key := row[:width]) not in known}
        known.update(fresh)
        for columns, get in self._get.items():
            index = self.index[columns]
            for key, row in fresh.items():
                index.setdefault(get(row), []).append(key)
        return list(fresh)

    def value(self, key: Key, columns: tuple[str, ...]) -> Key:
        row = self.rows[key]
        return tuple(row[self.place[name]] for name in columns)

    def at(self, columns: tuple[str, ...], value: Key) -> Sequence[Key]:
        """Known rows whose `columns` hold `value`; NULL equals nothing."""
        if None in value:
            return ()
        if columns in self.index:
            fold = self._folds.get(columns)
            return self.index[columns].get(value if fold is None else fold(value), ())
        return (value,) if value in self.rows else ()

    def as_dict(self, key: Key) -> dict[str, Atom]:
        return dict(zip(self.columns, self.rows[key], strict=True))


@dataclass
class Closure:
    """The fixpoint: holdings by dataset, and `shared`, the keys of rows that somebody outside the batch owns too."""

    estate: Estate
    seeds: Mapping[Ref, Mapping[Key, People]]
    holdings: dict[Ref, Holding] = field(default_factory=dict)
    shared: dict[Ref, set[Key]] = field(default_factory=dict)
    rounds: int = 0
    _others: dict[Ref, set[Key]] = field(default_factory=dict)
    _asked: dict[tuple[Ref, tuple[str, ...]], set[Key]] = field(default_factory=dict)
    _unions: dict[tuple[People, People], People] = field(default_factory=dict)

    def holding(self, ref: Ref) -> Holding:
        if ref not in self.holdings:
            self.holdings[ref] = Holding(self.estate, ref)
        return self.holdings[ref]

    def union(self, a: People, b: People) -> People:
        """a ∪ b, one object per distinct set, so that equal sets are the same object."""
        if a is b or not b:
            return a
        if not a:
            return b
        found = self._unions.get((a, b))
        if found is None:
            found = a if b <= a else (b if a <= b else a | b)
            self._unions[a, b] = found
        return found

    # -- asking ------------------------------------------------------------------------------------------------

    def wanted(
        self, ref: Ref, columns: tuple[str, ...], values: Iterable[Key], loop: Edge | None = None
    ) -> list[Ask]:
        """The question for rows of `ref` whose `columns` hold a value not asked for yet; [] when there is none.

        `loop` marks a link of a dataset to itself: the store then walks it to its end in one statement.
        """
        asked = self._asked.setdefault((ref, columns), set())
        holding = self.holding(ref)
        unique = columns == self.estate.key(ref)
        new = [v for v in set(values) - asked if None not in v and not (unique and v in holding.rows)]
        asked.update(new)
        if not new:
            return []
        new = self.estate.spelled(ref, columns, new)
        closure = loop.source_columns if loop is not None and len(columns) == 1 else ()
        return [(ref, Select(ref.dataset, holding.columns, ByValues(columns, new, closure, linked=True)))]

    def take(self, ask: Ask, answer: Iterable[Sequence[Row]]) -> list[Key]:
        """Stores the rows of an answer and returns the keys that are new."""
        ref, select = ask
        holding = self.holding(ref)
        fresh = [key for chunk in answer for key in holding.add(chunk)]
        where = select.where
        if isinstance(where, ByValues) and where.closure:  # everything below these rows was walked too
            walked = self._asked[ref, where.columns]
            walked.update(holding.value(key, where.closure) for key in fresh)
        return fresh

    def across(
        self, ref: Ref, columns: tuple[str, ...], other: Ref, ends: tuple[str, ...]
    ) -> Callable[[Row], Key]:
        """Reads `columns` of a row of `ref` as values that `ends` of `other` could hold (4711 as '4711' and back)."""
        get = self.holding(ref).getter(columns)
        if self.estate.same(ref, columns, other, ends):
            return get
        carry = self.estate.carrier(ref, columns, other, ends)
        return lambda row: carry(get(row))

    def holds(self, edge: Edge, key: Key) -> bool:
        """Whether the edge's condition is true of the row that carries the link."""
        condition = edge.link.condition
        return condition is None or condition.holds(self.holding(edge.link.source).as_dict(key))

    # -- forward: whose is it ------------------------------------------------------------------------------------

    def forward(self) -> Asking:
        """Grows the closure from the seeds until nothing changes."""
        dirty: dict[Ref, set[Key]] = {}
        for ref, rows in self.seeds.items():
            holding = self.holding(ref)
            for key, people in rows.items():
                holding.own[key] = self.union(holding.own.get(key, NOBODY), people)
            dirty[ref] = set(rows)
        while dirty:
            self.rounds += 1
            yield from self._fetch(dirty)
            changed: dict[Ref, set[Key]] = {}
            for ref, keys in dirty.items():
                for edge in self.estate.edges_from[ref]:
                    self._pass_on(edge, keys, changed)
            dirty = changed

    def _fetch(self, dirty: Mapping[Ref, set[Key]]) -> Asking:
        asks: list[Ask] = []
        for ref, keys in dirty.items():
            for edge in self.estate.edges_from[ref]:
                asks += self.following(edge, keys)
        if asks:
            answers = yield asks
            for ask, answer in zip(asks, answers, strict=True):
                self.take(ask, answer)

    def following(self, edge: Edge, keys: Iterable[Key]) -> list[Ask]:
        """The question for the rows that the edge leads to from these; [] when all were asked for."""
        return self.wanted(edge.target, edge.target_columns, self._values(edge, keys), _loop(edge))

    def _values(self, edge: Edge, keys: Iterable[Key]) -> list[Key]:
        holding = self.holding(edge.source)
        if edge.source_columns == self.estate.key(edge.source) and self.estate.alike(edge.link):
            values = list(keys)
        else:
            get, rows = (
                self.across(edge.source, edge.source_columns, edge.target, edge.target_columns),
                holding.rows,
            )
            values = [get(rows[key]) for key in keys]
        if edge.link.condition is not None and not edge.down:
            values = [v for v, key in zip(values, keys, strict=True) if self.holds(edge, key)]
        return values

    def _pass_on(self, edge: Edge, keys: Iterable[Key], changed: dict[Ref, set[Key]]) -> None:
        source, target = self.holding(edge.source), self.holding(edge.target)
        get = self.across(edge.source, edge.source_columns, edge.target, edge.target_columns)
        own, access = target.own, target.access
        conditional = edge.link.condition is not None
        touched = changed.setdefault(edge.target, set())
        for key in keys:
            if conditional and not edge.down and not self.holds(edge, key):
                continue
            owners = source.own.get(key, NOBODY)
            accessors = source.access.get(key, NOBODY)
            if not edge.owning:
                accessors, owners = self.union(accessors, owners), NOBODY
            for other in target.at(edge.target_columns, get(source.rows[key])):
                if conditional and edge.down and not self.holds(edge, other):
                    continue
                had_own, had_access = own.get(other, NOBODY), access.get(other, NOBODY)
                if had_own is owners and had_access is accessors:
                    continue
                now_own, now_access = self.union(had_own, owners), self.union(had_access, accessors)
                if now_own is not had_own or now_access is not had_access:
                    own[other], access[other] = now_own, now_access
                    touched.add(other)
        if not touched:
            del changed[edge.target]

    # -- backward: who else's is it -------------------------------------------------------------------------------

    def outside(self, start: Mapping[Ref, Iterable[Key]] | None = None) -> Asking:
        """Finds the rows of the closure that people outside the batch own too, and fills `shared`.

        Walks owning edges backwards from every owned row (or from `start`) to rows that are other people, then
        forwards again.
        """
        if start is None:
            start = {
                ref: [key for key, own in held.own.items() if own] for ref, held in self.holdings.items()
            }
        queue = {ref: set(keys) for ref, keys in start.items()}
        seen: dict[Ref, set[Key]] = {}
        while queue:
            ways: list[tuple[Edge, set[Key]]] = []
            for ref, keys in queue.items():
                self._meet(ref, keys)
                seen.setdefault(ref, set()).update(keys)
                ways += self._upwards(ref, keys)
            asks = [
                ask for edge, values in ways for ask in self.wanted(edge.source, edge.source_columns, values)
            ]
            answers = (yield asks) if asks else []
            for ask, answer in zip(asks, answers, strict=True):
                self.take(ask, answer)
            queue = {}
            for edge, values in ways:  # a parent may be known already, as a row that the batch may only see
                held, known = self.holding(edge.source), seen.get(edge.source, set())
                for value in values:
                    for key in held.at(edge.source_columns, value):
                        if key not in known and (edge.down or self.holds(edge, key)):
                            queue.setdefault(edge.source, set()).add(key)
        self.shared = self.theirs({})

    def _meet(self, ref: Ref, keys: set[Key]) -> None:
        """Notes the rows among these that are people outside the batch."""
        if self.estate.datasets[ref].subject:
            others = keys - self.seeds.get(ref, {}).keys() - {self.nobody(ref)}
            self._others.setdefault(ref, set()).update(others)

    def nobody(self, ref: Ref) -> Key | None:
        """The key of the pseudo-subject of a dataset, which never owns."""
        nobody = self.estate.datasets[ref].nobody
        return None if nobody is None else tuple(nobody[name] for name in self.estate.key(ref))

    def _upwards(self, ref: Ref, keys: set[Key]) -> Iterator[tuple[Edge, set[Key]]]:
        """The owning edges into these rows, with the values that their sources hold."""
        rows = self.holding(ref).rows
        for edge in self.estate.edges_to[ref]:
            if not edge.owning or edge.source not in self.estate.ownable:
                continue
            get = self.across(ref, edge.target_columns, edge.source, edge.source_columns)
            conditional = edge.link.condition is not None and edge.down
            yield edge, {get(rows[key]) for key in keys if not conditional or self.holds(edge, key)}

    def theirs(self, without: Mapping[Ref, Collection[Key]]) -> dict[Ref, set[Key]]:
        """The known rows that people outside the batch own, as if the rows of `without` passed nothing on."""
        found = {ref: keys - set(without.get(ref, ())) for ref, keys in self._others.items() if keys}
        frontier = {ref: set(keys) for ref, keys in found.items()}
        while frontier:
            grown: dict[Ref, set[Key]] = {}
            for ref, keys in frontier.items():
                for edge in self.estate.edges_from[ref]:
                    if edge.owning and edge.target in self.holdings:
                        known = found.setdefault(edge.target, set())
                        barred = without.get(edge.target, ())
                        fresh = {k for k in self.below(edge, keys) if k not in known and k not in barred}
                        known |= fresh
                        if fresh:
                            grown.setdefault(edge.target, set()).update(fresh)
            frontier = grown
        return found

    def below(self, edge: Edge, keys: Iterable[Key]) -> Iterator[Key]:
        """The known rows that the edge leads to from these."""
        source, target = self.holding(edge.source), self.holding(edge.target)
        get = self.across(edge.source, edge.source_columns, edge.target, edge.target_columns)
        for key in keys:
            if edge.down or self.holds(edge, key):
                for other in target.at(edge.target_columns, get(source.rows[key])):
                    if not edge.down or self.holds(edge, other):
                        yield other

    def people(self) -> Mapping[Ref, Collection[Key]]:
        """The rows outside the batch that are people, as far as `outside` met them."""
        return self._others

    # -- what came of it ------------------------------------------------------------------------------------------

    def owned(self, ref: Ref) -> Collection[Key]:
        """The keys of the rows that people of the batch own."""
        held = self.holdings.get(ref)
        return () if held is None else {key for key, people in held.own.items() if people}

    def reach(self, ref: Ref, key: Key) -> People:
        """People who own the row or may see it."""
        holding = self.holdings[ref]
        return self.union(holding.own.get(key, NOBODY), holding.access.get(key, NOBODY))

    def reached_over(self, edge: Edge, key: Key) -> People:
        """The people whose rights reach this row (of `edge.target`) over this very edge."""
        if edge.source not in self.holdings or (edge.down and not self.holds(edge, key)):
            return NOBODY
        get = self.across(edge.target, edge.target_columns, edge.source, edge.source_columns)
        value = get(self.holdings[edge.target].rows[key])
        found = NOBODY
        for other in self.holdings[edge.source].at(edge.source_columns, value):
            if edge.down or self.holds(edge, other):
                found = self.union(found, self.reach(edge.source, other))
        return found


def _loop(edge: Edge) -> Edge | None:
    return edge if edge.source == edge.target and edge.link.condition is None else None
