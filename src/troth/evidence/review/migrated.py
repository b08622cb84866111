"""What migrations of the change do to the stores, held against the map: a column or table that the map does not know is told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from troth.datamap.lexicon import classify_field
from troth.datamap.model import Ref
from troth.datamap.schema import Family
from troth.evidence.review.change import Change, Spot, category, change, joined
from troth.evidence.review.charted import Charted, bare, is_telling
from troth.terms.bilingual import Both

_FAMILIES: Final[tuple[tuple[str, Family], ...]] = (
    ("interval", "text"), ("point", "text"), ("bool", "boolean"), ("bit", "boolean"), ("json", "json"), ("uuid", "uuid"),
    ("inet", "inet"), ("blob", "blob"), ("bytea", "blob"), ("binary", "blob"), ("date", "timestamp"), ("time", "timestamp"),
    ("serial", "integer"), ("int", "integer"), ("decimal", "decimal"), ("numeric", "decimal"), ("float", "decimal"),
    ("double", "decimal"), ("real", "decimal"), ("money", "decimal"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """A column that a migration makes, with its type as written there."""

    name: str
    type: str
    spot: Spot

    @property
    def family(self) -> Family:
        written = self.type.lower()
        return next((family for part, family in _FAMILIES if part in written), "text")


@dataclass(frozen=True)
class Made:
    """What one migration does to one table; `names` are what the table may be called in a map."""

    names: tuple[str, ...]
    spot: Spot
    whole: bool = False  # the table itself is new
    columns: tuple[Column, ...] = ()
    dropped: tuple[str, ...] = ()  # columns; "" is the table


@dataclass(frozen=True)
class Migrated:
    """What all changed migrations do; `unread` says of a file why it could not be read."""

    made: tuple[Made, ...] = ()
    unread: Mapping[str, Both] = field(default_factory=dict)

    @property
    def dropped(self) -> frozenset[tuple[str, str]]:
        """(table, column) of what goes for good, in lower case and without schemas: not what is made anew."""
        pairs = [(bare(name), one) for one in self.made for name in one.names]
        gone = {(table, column.lower()) for table, one in pairs for column in one.dropped}
        made = {(table, column.name.lower()) for table, one in pairs for column in one.columns}
        return frozenset(gone - made - {(table, "") for table, one in pairs if one.whole})

    def without(self, other: Migrated) -> Migrated:
        """What the other side's migrations did not do already: a file may have been moved or corrected."""
        known = {key for one in other.made for key in _keys(one)}
        made = tuple(part for one in self.made if (part := _less(one, known)) is not None)
        return Migrated(made, self.unread)


def _keys(one: Made) -> Iterator[tuple[str, str, str]]:
    for name in one.names:
        yield "table" if one.whole else "", name.lower(), ""
        for column in one.columns:
            yield "column", name.lower(), column.name.lower()
        for dropped in one.dropped:
            yield "dropped", name.lower(), dropped.lower()


def _less(one: Made, known: set[tuple[str, str, str]]) -> Made | None:
    """The same without what is known; None where nothing is left."""

    def fresh(kind: str, column: str) -> bool:
        return all((kind, name.lower(), column.lower()) not in known for name in one.names)

    columns = tuple(column for column in one.columns if fresh("column", column.name))
    dropped = tuple(name for name in one.dropped if fresh("dropped", name))
    whole = one.whole and fresh("table", "")
    return Made(one.names, one.spot, whole, columns, dropped) if whole or columns or dropped else None


def migrated(done: Migrated, maps: tuple[Charted, ...]) -> Iterator[Change]:
    """What migrations add that no map knows, and migrations that nobody could read."""
    for file, why in done.unread.items():
        yield change("V082", Spot(file, 1), why=why)
    for one in done.made:
        held = [(side, ref) for side in maps for ref in side.datasets if _is(one, ref)]
        if held:
            yield from _columns(one, held)
        elif not any(_is(one, ref) for side in maps for ref, _ in side.map.unmapped):
            yield from _table(one)


def _is(one: Made, ref: Ref) -> bool:
    return bare(ref.dataset) in map(bare, one.names)


def _columns(one: Made, held: list[tuple[Charted, Ref]]) -> Iterator[Change]:
    known = {name.lower() for side, ref in held for name in side.datasets[ref].fields}
    side, ref = held[0]
    siblings = tuple(side.datasets[ref].fields)
    for column in one.columns:
        if column.name.lower() not in known:
            looks = _looks(ref.dataset, column, siblings)
            if looks is None:
                yield change("V081", column.spot, ref, column.name)
            else:
                yield change("V080", column.spot, ref, column.name, looks=looks)


def _table(one: Made) -> Iterator[Change]:
    """A table that no map has: told as one."""
    if not (one.whole or one.columns):
        return
    name = one.names[0]
    siblings = tuple(column.name for column in one.columns)
    found = [(column, looks) for column in one.columns if (looks := _looks(name, column, siblings))]
    listed = ", ".join(column.name for column, _ in found) or ", ".join(siblings)
    where = f"{name}: {listed}" if listed else name
    spot = one.spot if one.whole or not one.columns else one.columns[0].spot
    if found:
        looks = joined(list(dict.fromkeys(looks for _, looks in found)))
        yield change("V080", spot, Ref("", name), where=where, looks=looks)
    else:
        yield change("V081", spot, Ref("", name), where=where)


def _looks(table: str, column: Column, siblings: tuple[str, ...]) -> Both | None:
    found = classify_field(table, column.name, column.family, siblings=siblings)
    return category(found.category) if is_telling(found) else None
