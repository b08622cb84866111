"""Reads every text of every store once for numbers that nobody may keep, and for people who were erased; counts places, never values."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from troth.datamap.discovery.numbers import born, is_card
from troth.datamap.model import DataMap, Link, Ref
from troth.datamap.schema import Table
from troth.evidence.facts import Traces
from troth.planning.held import KeptRows
from troth.planning.sought import Sought
from troth.planning.tombstone import ROW, STAYED, Tombstone, Watch, marks
from troth.stores import Opened
from troth.workflows.house import House
from troth.workflows.scanning import Scan, Seen
from troth.workflows.sweeping import unread

_CARD: Final = re.compile(rb"(?<![\d.])(?:[3-6]\d{3})(?:[ -]?\d{2,6}){2,4}(?!\d)")
_KEY: Final = re.compile(  # a UUID; a hexadecimal word with a letter in it
    rb"(?<![0-9A-Za-z])(?:[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}|[0-9]*[A-Fa-f][0-9A-Fa-f]*)(?![0-9A-Za-z])"
)
_CPR: Final = re.compile(rb"(?<![\d-])[0-9]\d[01]\d\d\d-\d{4}(?![\d-])")
_STONE: Final = "planted"
_PLANTED: Final = b"card 4539 1488 0343 6467, number 610170-1234, write to planted@vindheim.example"


def card_in(text: bytes) -> bool:
    """Whether a full payment card number stands in it: an issuer's prefix, a length, the check digit; not within a random key or digest."""
    numbers = _CARD.findall(_KEY.sub(b"x", text)) if _CARD.search(text) else ()
    return any(is_card(re.sub(rb"\D", b"", one).decode()) for one in numbers)


def id_in(text: bytes) -> bool:
    """Whether a Danish civil registration number stands in it, written with its hyphen: a real day of birth."""
    return any(born(one.replace(b"-", b"").decode()) is not None for one in _CPR.findall(text))


@dataclass
class _Seen(Seen):
    """What was seen, by whom: somebody who stands there anew, under a key of their own, has come back and is not left over."""

    watch: Watch = field(default_factory=lambda: Watch(b"", ()))
    places: dict[tuple[Ref, tuple[bytes, ...]], set[str]] = field(default_factory=dict, repr=False)
    back: set[str] = field(default_factory=set)

    def add(self, ref: Ref, place: tuple[bytes, ...], stone: str, sought: Iterable[Sought]) -> None:
        known = list(sought)
        super().add(ref, place, stone, known)
        self.places.setdefault((ref, place), set()).add(stone)
        for one in known:
            if one.node is not None and self.watch.owned(*one.node).get(stone) not in (ROW, STAYED):
                self.back.add(stone)

    def left(self) -> Counter[str]:
        """Rows by dataset that show somebody erased who has not come back."""
        return Counter(str(ref) for (ref, _), stones in self.places.items() if stones - self.back)


@dataclass
class _Trace(Scan):
    """A scan that also counts numbers while it reads the texts."""

    cards: Counter[str] = field(default_factory=Counter)
    ids: Counter[str] = field(default_factory=Counter)

    def _columns(self, ref: Ref) -> None:
        if len(self.watch):
            super()._columns(ref)

    def _references(self, ref: Ref, links: Sequence[Link]) -> None:
        if len(self.watch):
            super()._references(ref, links)

    def _text(self, ref: Ref, table: Table) -> None:
        key = self._estate.key(ref) if ref in self.datamap.datasets else table.key
        for block in self.stores[ref.system].blocks(ref.dataset):
            self.progress(f"reading {ref}")
            numbered = _CARD.search(block.data) is not None or _CPR.search(block.data) is not None
            named = bool(len(self.watch)) and any(True for _ in self._hits(block.data))
            if not numbered and not named:
                continue
            for at, piece in enumerate(block.pieces()):
                if numbered and (_CARD.search(piece) or _CPR.search(piece)):
                    self._numbers(ref, block.columns, block.cells(at))
                if named and any(True for _ in self._hits(piece)):
                    self._cells(ref, dict(zip(block.columns, block.cells(at), strict=True)), key)

    def _numbers(self, ref: Ref, columns: Sequence[str], cells: Sequence[bytes]) -> None:
        for name, cell in zip(columns, cells, strict=True):
            self.cards[f"{ref}.{name}"] += card_in(cell)
            self.ids[f"{ref}.{name}"] += id_in(cell)

    def finds(self) -> bool:
        """Whether the very same search finds a card, a civil number and an erased person that are put before it."""
        return (
            card_in(_PLANTED)
            and id_in(_PLANTED)
            and any(_STONE in stones for _, _, stones in self._hits(_PLANTED))
        )


def traces(house: House, datamap: DataMap, stores: Mapping[str, Opened], at: datetime) -> Traces:
    """One pass over the stores; nobody is looked for where no state of ours says who was erased."""
    with ExitStack() as held:
        watch, kept = _watched(house, datamap, at, held)
        seen = _Seen(watch=watch)
        scan = _Trace(datamap, dict(stores), watch, house.progress, kept, datamap.links, seen=seen)
        scan.run()
    tables = ((name, table) for name, store in stores.items() for table in store.reflect().tables.values())
    skipped = tuple(
        f"{name}.{table.name}" for name, table in tables if unread(table) and table.kind != "view"
    )
    finds = _Trace(datamap, {}, _planted(at)).finds()
    return Traces(
        +scan.cards, +scan.ids, seen.left(), sum(seen.uncertain.values()), len(watch), skipped, finds
    )  # fmt: skip


def _watched(
    house: House, datamap: DataMap, at: datetime, held: ExitStack
) -> tuple[Watch, Callable[[Ref], Iterable[KeptRows]]]:
    """Everybody who was erased and has not come back, and what a law keeps of them; the state stays open as long as `held`."""
    if not house.has_state():
        return Watch(b"", ()), lambda _: ()
    from troth.workflows.books import Books
    from troth.workflows.sweep import kept_by_law
    from troth.workflows.tombstones import watch

    books = Books(house.home, house.settings)
    held.callback(books.close)
    return watch(books, at=at), kept_by_law(books, datamap)


def _planted(at: datetime) -> Watch:
    """The tombstone of an invented person alone."""
    key = b"\x07" * 32
    signs = marks(key, [("email", "planted@vindheim.example")], (), (), ())
    return Watch(key, [Tombstone(_STONE, _STONE, "", at, at, at + timedelta(days=1), signs)])
