"""Looks through opened stores for people whose tombstones are watched: rows of their own, rows that name them, text that does."""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from troth.datamap.categories import CATEGORIES
from troth.datamap.model import Atom, DataMap, Key, Link, Ref
from troth.datamap.reader import Everything, Reader, Row, Select
from troth.datamap.schema import Table
from troth.planning.estate import Estate
from troth.planning.held import KeptRows
from troth.planning.person import Node
from troth.planning.sought import Sought
from troth.planning.tombstone import DEAR, NAME, ROW, SURE, Watch
from troth.terms.canonical import canonical
from troth.workflows.sweeping import raw, unread

_DOMAIN: Final = re.compile(rb"@[A-Za-z0-9\-\x80-\xff]+(?:\.[A-Za-z0-9\-\x80-\xff]+)+")
_LOCAL: Final = bytes(
    {*string.ascii_letters.encode(), *string.digits.encode(), *b"._%+-", *range(0x80, 0x100)}
)
_NUMBER: Final = re.compile(rb"(?<!\d)\d{6}[- ]?\d{4}(?!\d)")
NONE: Final[frozenset[str]] = frozenset()


@dataclass
class Seen:
    """What a scan saw: by tombstone how the person can be named there, and the rows that show them, by key."""

    named: dict[str, set[Sought]] = field(default_factory=dict, repr=False)
    rows: dict[Ref, set[tuple[bytes, ...]]] = field(default_factory=dict, repr=False)
    uncertain: Counter[Ref] = field(
        default_factory=Counter
    )  # rows under an erased key, or with an erased address, that say they are another's
    doubted: set[Sought] = field(default_factory=set, repr=False)  # what those hold: nobody is erased by it
    gone: dict[str, set[Node]] = field(
        default_factory=dict, repr=False
    )  # by tombstone, own rows that are gone and still referred to

    def add(self, ref: Ref, place: tuple[bytes, ...], stone: str, sought: Iterable[Sought]) -> None:
        """A row that shows somebody, and how they can be named there."""
        self.rows.setdefault(ref, set()).add(place)
        self.named.setdefault(stone, set()).update(sought)

    @property
    def reachable(self) -> set[str]:
        """The tombstones of those whom something here names."""
        return {stone for stone, those in self.named.items() if those - self.doubted} | self.gone.keys()

    @property
    def visible(self) -> int:
        """Rows that show an erased person."""
        return sum(map(len, self.rows.values()))


def values_in(text: bytes) -> Iterator[tuple[str, str]]:
    """(category, text) of whatever in it could name one person for good."""
    plain = text.replace(b"%40", b"@")
    for category, those in (("email", set(_emails(plain))), ("national_id", set(_NUMBER.findall(plain)))):
        for found in those:
            yield category, found.decode("utf-8", "replace").strip(".-")


def _emails(text: bytes) -> Iterator[bytes]:
    """Addresses, from each @ backwards: a pattern that begins anywhere would read a long word once for each of its letters."""
    taken = 0  # up to here the text belongs to what was found
    for found in _DOMAIN.finditer(text):
        before = text[max(taken, text.rfind(b"@", taken, found.start()) + 1) : found.start()]
        if local := before[len(before.rstrip(_LOCAL)) :]:
            yield local + found[0]
            taken = found.end()


@dataclass
class Scan:
    """One pass over stores; what stands in cells that a law keeps (`kept`) shows nobody who should be gone."""

    datamap: DataMap
    stores: Mapping[str, Reader]
    watch: Watch
    progress: Callable[[str], None] = lambda _: None
    kept: Callable[[Ref], Iterable[KeptRows]] = lambda _: ()
    links: Sequence[Link] = ()  # of the whole map: also those that leave these stores
    elsewhere: Mapping[Ref, tuple[str, ...]] = field(
        default_factory=dict
    )  # keys' columns of people in other stores
    seen: Seen = field(default_factory=Seen)
    _held: dict[Ref, Mapping[tuple[bytes, ...], frozenset[str]]] = field(default_factory=dict, repr=False)
    _others: dict[tuple[Ref, tuple[bytes, ...]], set[Sought]] = field(default_factory=dict, repr=False)
    _standing: set[Node] = field(default_factory=set, repr=False)  # own rows that should be gone

    def run(self) -> Seen:
        """Every dataset of the map by its columns, then every text of every table."""
        schemas = {name: store.reflect() for name, store in self.stores.items()}
        self._estate = Estate(self.datamap, schemas)
        for ref, dataset in sorted(self.datamap.datasets.items()):
            if ref.system in self.stores and not dataset.unsearched and not self._estate.derived(ref):
                self._columns(ref)
        for ref in sorted({link.source for link in self.links} & self._estate.datasets.keys()):
            if not self.datamap.datasets[ref].unsearched and not self._estate.derived(ref):
                self._references(ref, [link for link in self.links if link.source == ref and link.reviewed])
        for system, schema in sorted(schemas.items()):
            for table in schema.tables.values():
                if not unread(table):
                    self._text(Ref(system, table.name), table)
        return self.seen

    # -- columns ----------------------------------------------------------------------------------------------------

    def _columns(self, ref: Ref) -> None:
        estate, people = self._estate, bool(self.datamap.datasets[ref].subject)
        named = estate.identifiers(ref)
        if not named and not people:
            return
        key = estate.key(ref)
        columns = tuple(
            dict.fromkeys((*(estate.spine(ref) if people else key), *(name for name, _ in named)))
        )
        own = people and bool(estate.table(ref).key) and not estate.hidden(ref)
        plain = [pair for pair in named if pair[1] != DEAR]
        dear = [pair for pair in named if pair[1] == DEAR]
        for chunk in self.stores[ref.system].rows(Select(ref.dataset, columns, Everything())):
            self.progress(f"looking for erased people in {ref}")
            for row in chunk:
                self._row(ref, dict(zip(columns, row, strict=True)), row, plain, dear, key if own else ())

    def _row(
        self, ref: Ref, cells: Mapping[str, Atom], row: Row,
        plain: Sequence[tuple[str, str]], dear: Sequence[tuple[str, str]], key: Sequence[str],
    ) -> None:  # fmt: skip
        people = bool(self.datamap.datasets[ref].subject)
        values = list(self._values(cells, plain))
        if people:
            values += [(NAME, name, "") for name in self._estate.full_names(ref, row)]
        numbers = ((c, v) for c, v, _ in self._values(cells, dear))
        own: Key = tuple(cells[name] for name in key)
        place = tuple(raw(cells[name]) for name in self._estate.key(ref))
        kept = self._kept(ref).get(place, NONE)
        judged = self.watch.judge(
            [(c, v) for c, v, _ in values], (ref, own) if key else None, people, numbers
        )
        for stone, verdict in judged.items():
            if key and self.watch.owned(ref, own).get(stone) == ROW:
                self._standing.add((ref, own))
            if verdict == "uncertain":
                self.seen.uncertain[ref] += 1
                theirs = {Sought(v, c) for c, v, _ in values if stone in self.watch.named(c, v)}
                self._others.setdefault((ref, place), set()).update(theirs)
                self.seen.doubted |= theirs
                continue
            hits = {(c, v) for c, v, name in values if name not in kept and stone in self.watch.named(c, v)}
            gone = bool(key) and self.watch.owned(ref, own).get(stone) == ROW
            if hits or gone:
                self.seen.add(ref, place, stone, (Sought(v, c) for c, v in hits if c in SURE))
            if key and (hits or gone):
                self.seen.add(ref, place, stone, [Sought(",".join(map(str, own)), str(ref), (ref, own))])

    def _references(self, ref: Ref, links: Sequence[Link]) -> None:
        """Rows that refer to an erased person's own row, which is not there: nothing but the link says whose they are."""
        ends = [(link, at, self._carrier(link)) for link in links if (at := self._ends(link)) is not None]
        if not ends:
            return
        key = self._estate.key(ref)
        named = [
            name
            for link, *_ in ends
            for name in (*link.columns, *(link.condition.columns if link.condition else ()))
        ]
        columns = tuple(dict.fromkeys((*key, *named)))
        for chunk in self.stores[ref.system].rows(Select(ref.dataset, columns, Everything())):
            self.progress(f"looking for erased people in {ref}")
            for row in chunk:
                cells = dict(zip(columns, row, strict=True))
                place = tuple(raw(cells[name]) for name in key)
                for link, at, carry in ends:
                    if link.condition is None or link.condition.holds(cells):
                        self._refers(link, place, tuple(cells[link.columns[i]] for i in at), carry)

    def _ends(self, link: Link) -> list[int] | None:
        """Where among the link's columns each part of its target's key is; None where it does not end in people's keys."""
        dataset = self._estate.datasets.get(link.target)
        key = self._estate.key(link.target) if dataset else self.elsewhere.get(link.target, ())
        if (dataset is not None and not dataset.subject) or not key or {*key} != {*link.target_columns}:
            return None
        return [link.target_columns.index(name) for name in key]

    def _carrier(self, link: Link) -> Callable[[Key], Key]:
        """Carries the link's values over to its target's key; as they are where the target is in other stores."""
        if link.target not in self._estate.datasets:
            return lambda value: value
        ends = self._estate.key(link.target)
        columns = tuple(link.columns[link.target_columns.index(name)] for name in ends)
        return self._estate.carrier(link.source, columns, link.target, ends)

    def _refers(self, link: Link, place: tuple[bytes, ...], value: Key, carry: Callable[[Key], Key]) -> None:
        ref, target = link.source, link.target
        if None in value or set(link.columns) <= self._kept(ref).get(place, NONE):
            return
        value = carry(value)
        if None in value or (target, value) in self._standing:
            return
        for stone, kind in self.watch.owned(target, value).items():
            if kind == ROW:
                self.seen.add(ref, place, stone, ())
                if target in self._estate.datasets:
                    self.seen.gone.setdefault(stone, set()).add((target, value))

    def _values(
        self, cells: Mapping[str, Atom], named: Iterable[tuple[str, str]]
    ) -> Iterator[tuple[str, str, str]]:
        """(category, canonical value, column) of what could name somebody."""
        for name, category in named:
            value = canonical(CATEGORIES[category].kind, cells[name], self.datamap.region)
            if value is not None:
                yield category, value, name

    def _kept(self, ref: Ref) -> Mapping[tuple[bytes, ...], frozenset[str]]:
        """The columns that a law keeps, by the row's key."""
        if ref not in self._held:
            found: dict[tuple[bytes, ...], frozenset[str]] = {}
            width = len(self._estate.key(ref)) if ref in self.datamap.datasets else 0
            for rows in self.kept(ref) if width else ():
                for row in rows.rows:
                    place = tuple(map(raw, row[:width]))
                    found[place] = found.get(place, NONE) | set(rows.columns)
            self._held[ref] = found
        return self._held[ref]

    # -- text -------------------------------------------------------------------------------------------------------

    def _text(self, ref: Ref, table: Table) -> None:
        key = self._estate.key(ref) if ref in self.datamap.datasets else table.key
        for block in self.stores[ref.system].blocks(ref.dataset):
            self.progress(f"looking for erased people in {ref}")
            if not any(True for _ in self._hits(block.data)):
                continue
            for at, piece in enumerate(block.pieces()):
                if any(True for _ in self._hits(piece)):
                    self._cells(ref, dict(zip(block.columns, block.cells(at), strict=True)), key)

    def _cells(self, ref: Ref, cells: Mapping[str, bytes], key: Sequence[str]) -> None:
        place = tuple(cells.get(name, b"") for name in key) or tuple(cells.values())
        kept = self._kept(ref).get(place, NONE)
        for name, cell in cells.items():
            if name not in kept:
                for category, value, stones in self._hits(cell):
                    if Sought(value, category) in self._others.get((ref, place), ()):
                        continue
                    for stone in stones:
                        self.seen.add(ref, place, stone, [Sought(value, category)])

    def _hits(self, data: bytes) -> Iterator[tuple[str, str, Sequence[str]]]:
        for category, text in values_in(data):
            value = canonical(CATEGORIES[category].kind, text, self.datamap.region)
            if value is not None and (stones := self.watch.named(category, value)):
                yield category, value, stones
