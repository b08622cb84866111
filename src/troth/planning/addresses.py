"""The person's postal address copied into rows that stay: cleared where the row is theirs too, asked about where it may be another's.

Equal is a street with its number together with the postal code (or the city), or the whole address in one column.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from troth.datamap.model import Atom, Key, Ref
from troth.datamap.reader import ByValues, Select
from troth.planning.closure import Ask, Asking
from troth.planning.doubts import by_hand
from troth.planning.estate import Estate
from troth.terms.canonical import canonical

if TYPE_CHECKING:
    from troth.planning.copies import FindCopies

_STREETS: Final = ("street", "address")
_PLACES: Final = ("postal_code", "city", "region", "country", "location")
_DISTINCT: Final = re.compile(r"(?=.*\d)(?=.*[^\W\d_]{3}).{6,}")  # a street with its number
Cells = dict[str, Atom]


@dataclass
class Block:
    """The columns of one address in a dataset, in table order; a row may hold several."""

    columns: dict[str, str] = field(default_factory=dict)  # column -> category

    def forms(self, cells: Cells) -> Iterator[tuple[str, str]]:
        """What an equal address is equal in: (street, place), and ("", all of it in one)."""
        street = _plain(cells[name] for name, category in self.columns.items() if category in _STREETS)
        if not _DISTINCT.fullmatch(street):
            return
        places = {c: _plain([cells[name]]) for name, c in self.columns.items() if c in _PLACES[:2]}
        place = places.get("postal_code") or places.get("city", "")
        if place:
            yield street, place
        for parts in (("postal_code", "city"), ("postal_code",), ("city",), ()):
            if all(places.get(part) for part in parts) and (parts or not places):
                yield "", " ".join([street, *(places[part] for part in parts)])

    def street(self, cells: Cells) -> str:
        return _plain(cells[name] for name, category in self.columns.items() if category in _STREETS)


def blocks(estate: Estate, ref: Ref) -> list[Block]:
    """The addresses that a row of this dataset holds: a category that comes again begins another one."""
    found, before = [Block()], ""
    for name in estate.table(ref).by_name:
        described = estate.datasets[ref].fields.get(name)
        category = described.category if described else ""
        if category in (*_STREETS, *_PLACES):
            lines = category in _STREETS and before in _STREETS
            if category in found[-1].columns.values() and not lines:
                found.append(Block())
            found[-1].columns[name] = category
            before = category
    return [block for block in found if not set(_STREETS).isdisjoint(block.columns.values())]


def copied(finder: FindCopies) -> Asking:
    """Adds to the copies what is the person's address for certain, and asks about the rest; nothing is read if none may stay."""
    estate = finder.estate
    addressed = {ref: some for ref in sorted(finder.closure.holdings) if (some := blocks(estate, ref))}
    staying = {
        ref: [
            key for key, people in finder.linked_to(ref).items() if people and _open(finder, ref, key, some)
        ]
        for ref, some in addressed.items()
    }
    if not any(staying.values()):
        return
    theirs = {ref: _own(finder, ref) for ref in addressed}
    others = {ref: set(keys) for ref, keys in finder.closure.people().items() if ref in addressed}
    known: dict[int, set[tuple[str, str]]] = {at: set() for at, _ in enumerate(finder.people)}
    foreign: set[tuple[str, str]] = set()
    asks, rows = _asks(estate, addressed, theirs, others, staying), []
    answers = (yield asks) if asks else []
    for (ref, select), answer in zip(asks, answers, strict=True):
        width = len(estate.key(ref))
        for row in (row for chunk in answer for row in chunk):
            key, cells = row[:width], dict(zip(select.columns, row, strict=True))
            forms = {form for block in addressed[ref] for form in block.forms(cells)}
            for at in finder.closure.reach(ref, key) if key in theirs[ref] else ():
                known[at] |= forms
            foreign |= forms if key in others.get(ref, ()) else set()
            rows += [(ref, key, cells)] if key in finder.linked_to(ref) else []
    _Judge(finder, known, foreign).all((ref, key, cells, addressed[ref]) for ref, key, cells in rows)


def _open(finder: FindCopies, ref: Ref, key: Key, some: Sequence[Block]) -> bool:
    """Whether the row may still hold an address that is somebody's."""
    return any(not block.columns.keys() <= finder.settled(ref, key) for block in some)


def _own(finder: FindCopies, ref: Ref) -> set[Key]:
    """Rows that say where the person lives: their own, and those that go with them."""
    return {*finder.closure.seeds.get(ref, ()), *finder.decisions.erase.get(ref, ())}


def _asks(
    estate: Estate, addressed: dict[Ref, list[Block]], *wanted: Mapping[Ref, Iterable[Key]]
) -> list[Ask]:
    asks = []
    for ref, some in addressed.items():
        keys = {key for by_ref in wanted for key in by_ref.get(ref, ())}
        key = estate.key(ref)
        columns = tuple(dict.fromkeys((*key, *(name for block in some for name in block.columns))))
        if keys:
            asks.append((ref, Select(ref.dataset, columns, ByValues(key, sorted(keys, key=repr)))))
    return asks


@dataclass
class _Judge:
    finder: FindCopies
    known: dict[int, set[tuple[str, str]]]
    foreign: set[tuple[str, str]]

    def all(self, rows: Iterable[tuple[Ref, Key, Cells, list[Block]]]) -> None:
        doubtful: dict[Ref, dict[Key, set[int]]] = {}
        for ref, key, cells, some in rows:
            for block in some:
                forms = set(block.forms(cells))
                people = {at for at in self.finder.linked_to(ref)[key] if forms & self.known.get(at, set())}
                if not people or block.columns.keys() <= self.finder.settled(ref, key):
                    continue
                if self._certain(ref, key, forms):
                    self._take(ref, key, cells, block, people)
                else:
                    doubtful.setdefault(ref, {}).setdefault(key, set()).update(people)
        for ref, keys in doubtful.items():
            self._ask(ref, keys)

    def _certain(self, ref: Ref, key: Key, forms: set[tuple[str, str]]) -> bool:
        """Theirs, and not that of somebody they live with: the row is their own too, or nobody can own such a row."""
        estate, held = self.finder.estate, self.finder.closure.holding(ref)
        if forms & self.foreign or (
            estate.datasets[ref].subject and key not in self.finder.closure.seeds.get(ref, ())
        ):
            return False
        return bool(held.own.get(key)) or ref not in estate.ownable

    def _take(self, ref: Ref, key: Key, cells: Cells, block: Block, people: set[int]) -> None:
        settled = self.finder.settled(ref, key) | set(self.finder.estate.key(ref))
        for name in block.columns:
            if name not in settled and cells[name] is not None:
                self.finder.add(self.finder.out.exact, ref, key, name, people)
                self.finder.out.cells[ref, key, name] = cells[name]

    def _ask(self, ref: Ref, keys: dict[Key, set[int]]) -> None:
        text = "hold the person's address and may be somebody else's, who lives there too; they were left"
        self.finder.out.questions.append(
            by_hand("plan.Q017", ref, self.finder.estate.key(ref), text, keys, 38)
        )


def _plain(cells: Iterable[Atom]) -> str:
    """Cells as one text without punctuation: `Vestergade 12, st. tv.` is `vestergade 12 st tv`."""
    texts = (canonical("text", cell) for cell in cells)
    return " ".join(" ".join(re.findall(r"[^\W_]+", text)) for text in texts if text)
