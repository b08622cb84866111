"""The data map laid over the stores as they are now: which columns to fetch, along which edges rights flow."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from string import ascii_lowercase, ascii_uppercase
from unicodedata import combining, normalize

from troth.datamap.categories import CATEGORIES
from troth.datamap.model import Atom, DataMap, Dataset, Key, Link, Ref
from troth.datamap.schema import Column, Family, Schema, Table
from troth.planning.sought import typed
from troth.terms.canonical import canonical

SHORTEST = 6  # no identifier that is looked for in text is shorter
_ASCII = str.maketrans(ascii_uppercase, ascii_lowercase)
_FOLDS: Mapping[str, Callable[[Atom], Atom] | None] = {
    "": None,
    "case": lambda part: part.lower() if isinstance(part, str) else part,
    "ascii": lambda part: part.translate(_ASCII) if isinstance(part, str) else part,
    "blanks": lambda part: part.rstrip(" ") if isinstance(part, str) else part,
    "case blanks": lambda part: part.casefold().rstrip(" ") if isinstance(part, str) else part,
    "accents": lambda part: _unaccented(part) if isinstance(part, str) else part,
}
COMPARABLE = {"integer", "decimal", "text", "date", "timestamp", "boolean", "uuid", "enum", "inet"}


def _unaccented(text: str) -> str:
    """Without case, marks and blanks at the end, as MariaDB's general collations compare."""
    bare = "".join(c for c in normalize("NFD", text.casefold()) if not combining(c))
    return bare.replace("ø", "o").replace("ł", "l").rstrip(" ")


@dataclass(frozen=True, slots=True)
class Edge:
    """Rights flow from rows of `source` to rows of `target` whose columns hold equal values.

    `down` is True when the target row holds the link (an order of a customer), False when the source row does.
    """

    link: Link
    source: Ref
    target: Ref
    source_columns: tuple[str, ...]
    target_columns: tuple[str, ...]
    owning: bool

    @property
    def down(self) -> bool:
        return self.link.means in ("OWNED_BY", "ACCESSED_BY")

    @property
    def name(self) -> str:
        """How the target dataset's rules call it."""
        return self.link.name if self.down else self.link.foreign_name


def edge_of(link: Link) -> Edge | None:
    """The direction in which a link passes rights; None for one that passes nothing."""
    if link.means in ("MENTIONS", "SAME_AS"):
        return None
    owning = link.means in ("OWNED_BY", "OWNS")
    if link.means in ("OWNED_BY", "ACCESSED_BY"):
        return Edge(link, link.target, link.source, link.target_columns, link.columns, owning)
    return Edge(link, link.source, link.target, link.columns, link.target_columns, owning)


class Estate:
    """A map and the reflected schemas of its systems, with every derived table that planning looks up."""

    def __init__(self, datamap: DataMap, schemas: Mapping[str, Schema]) -> None:
        self.map = datamap
        self.schemas = schemas
        self.datasets: dict[Ref, Dataset] = {
            ref: dataset
            for ref, dataset in datamap.datasets.items()
            if ref.system in schemas and ref.dataset in schemas[ref.system].tables
        }

    def table(self, ref: Ref) -> Table:
        return self.schemas[ref.system].tables[ref.dataset]

    def column(self, ref: Ref, name: str) -> Column:
        return self.table(ref).by_name[name]

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """The map's links between datasets that exist, plus foreign keys the map forgot (they only MENTION)."""
        links = [
            link for link in self.map.links if link.source in self.datasets and link.target in self.datasets
        ]
        # a key binds every row, also those on which a link's condition does not hold
        known = {(link.source, link.columns, link.target) for link in links if link.condition is None}
        for ref in self.datasets:
            for foreign in self.table(ref).foreign_keys:
                target = Ref(ref.system, foreign.target)
                if target in self.datasets and (ref, foreign.columns, target) not in known:
                    links.append(
                        Link(ref, foreign.columns, target, foreign.target_columns, "MENTIONS", declared=True)
                    )
        return tuple(links)

    @cached_property
    def links_from(self) -> dict[Ref, list[Link]]:
        found: dict[Ref, list[Link]] = {ref: [] for ref in self.datasets}
        for link in self.links:
            found[link.source].append(link)
        return found

    @cached_property
    def links_to(self) -> dict[Ref, list[Link]]:
        found: dict[Ref, list[Link]] = {ref: [] for ref in self.datasets}
        for link in self.links:
            found[link.target].append(link)
        return found

    @cached_property
    def edges_from(self) -> dict[Ref, list[Edge]]:
        found: dict[Ref, list[Edge]] = {ref: [] for ref in self.datasets}
        for edge in self._edges:
            found[edge.source].append(edge)
        return found

    @cached_property
    def edges_to(self) -> dict[Ref, list[Edge]]:
        found: dict[Ref, list[Edge]] = {ref: [] for ref in self.datasets}
        for edge in self._edges:
            found[edge.target].append(edge)
        return found

    @cached_property
    def _edges(self) -> tuple[Edge, ...]:
        return tuple(edge for link in self.links if (edge := edge_of(link)) is not None)

    @cached_property
    def ownable(self) -> frozenset[Ref]:
        """Datasets some row of which a person can own, by the shape of the map alone."""
        reached = {ref for ref, dataset in self.datasets.items() if dataset.subject}
        frontier = list(reached)
        while frontier:
            for edge in self.edges_from[frontier.pop()]:
                if edge.owning and edge.target not in reached:
                    reached.add(edge.target)
                    frontier.append(edge.target)
        return frozenset(reached)

    def key(self, ref: Ref) -> tuple[str, ...]:
        """What addresses a row: the map's key, else the store's, else every column that can be compared."""
        keys = self._keys
        if ref not in keys:
            table = self.table(ref)
            keys[ref] = self.datasets[ref].key or table.key
            if not keys[ref]:
                keys[ref] = tuple(c.name for c in table.columns if c.family in COMPARABLE and not c.generated)
        return keys[ref]

    @cached_property
    def _keys(self) -> dict[Ref, tuple[str, ...]]:
        return {}

    def atom(self, ref: Ref, column: str, text: str) -> Atom:
        """The text as this store would hold it in this column; None where it cannot."""
        family = self.families(ref, (column,))[0]
        value = typed(family, text)
        if not self.schemas[ref.system].loose:
            return value
        if isinstance(value, Decimal):
            return int(value) if value == value.to_integral_value() else float(value)
        return (
            value if isinstance(value, int) else text
        )  # whatever the column's type says, it may hold a text

    def carrier(
        self, ref: Ref, columns: tuple[str, ...], other: Ref, ends: tuple[str, ...]
    ) -> Callable[[Key], Key]:
        """Carries values of `columns` over to `ends` of `other`: 4711 as '4711' and back; None where they cannot stand."""
        if self.same(ref, columns, other, ends):
            return lambda value: value
        return lambda value: tuple(
            None if part is None else self.atom(other, end, str(part))
            for end, part in zip(ends, value, strict=True)
        )

    def families(self, ref: Ref, columns: tuple[str, ...]) -> tuple[Family, ...]:
        """What kinds of value the columns hold; a hidden row id is an integer."""
        by_name = self.table(ref).by_name
        return tuple(by_name[name].family if name in by_name else "integer" for name in columns)

    def folder(self, ref: Ref, columns: tuple[str, ...]) -> Callable[[Key], Key] | None:
        """Makes values of the columns the same that the store takes for equal; None where it tells all apart."""
        by_name = self.table(ref).by_name
        folds = [
            _bare if self._untyped(ref, name) else _FOLDS[by_name[name].alike if name in by_name else ""]
            for name in columns
        ]
        if not any(folds):
            return None
        return lambda value: tuple(
            part if fold is None else fold(part) for fold, part in zip(folds, value, strict=True)
        )

    def _untyped(self, ref: Ref, column: str) -> bool:
        """Whether the store keeps what it is given: 1 and '1' both stand there, and a reference takes them for equal."""
        by_name = self.table(ref).by_name
        return self.schemas[ref.system].loose and column in by_name and not by_name[column].native

    def spelled(self, ref: Ref, columns: tuple[str, ...], values: list[Key]) -> list[Key]:
        """The values in every form in which columns without a type may hold them."""
        for at, column in enumerate(columns):
            if self._untyped(ref, column):
                both = [
                    (*value[:at], part, *value[at + 1 :]) for value in values for part in _forms(value[at])
                ]
                values = list(dict.fromkeys(values + both))
        return values

    def same(self, ref: Ref, columns: tuple[str, ...], other: Ref, ends: tuple[str, ...]) -> bool:
        """Whether both hold the same kind of value, so that equal ones are equal in memory too."""
        kinds = [
            tuple(
                "" if self._untyped(place, name) else kind
                for name, kind in zip(names, self.families(place, names), strict=True)
            )
            for place, names in ((ref, columns), (other, ends))
        ]
        return kinds[0] == kinds[1]

    def alike(self, link: Link) -> bool:
        """Whether both ends of a link hold the same kind of value, so that equal ones are equal in memory too."""
        return self.same(link.source, link.columns, link.target, link.target_columns)

    def keyless(self, ref: Ref) -> bool:
        return not (self.datasets[ref].key or self.table(ref).key)

    def hidden(self, ref: Ref) -> bool:
        """Whether its rows are addressed by a number that no column holds: rewritten, they are numbered anew."""
        return not set(self.key(ref)) <= self.table(ref).by_name.keys()

    def derived(self, ref: Ref) -> bool:
        """Whether its rows are made from those of other tables: they change with them, or are refreshed, never written."""
        table = self.table(ref)
        return table.kind in ("view", "materialized") or (table.kind == "virtual" and bool(table.reads))

    def key_of(self, ref: Ref, text: str) -> Key | None:
        """The text as a key of this dataset, parts by comma; None where it cannot be one."""
        key = self.key(ref)
        parts = [text] if len(key) == 1 else [part.strip() for part in text.split(",")]
        if len(parts) != len(key) or self.keyless(ref):
            return None
        families = self.families(ref, key)
        atoms = tuple(typed(family, part) for family, part in zip(families, parts, strict=True))
        return None if None in atoms else atoms

    def spine(self, ref: Ref) -> tuple[str, ...]:
        """The columns planning needs of each row: the key first, then every end of a link and what decides."""
        if ref not in self._spines:
            dataset, columns = self.datasets[ref], list(self.key(ref))
            for link in self.links_from[ref]:
                columns += link.columns
                columns += link.condition.columns if link.condition else ()
            for link in self.links_to[ref]:
                columns += link.target_columns
            columns += [
                keep.until.start for keep in dataset.keep if keep.active and keep.until and keep.until.start
            ]
            columns += [dataset.tenant] if dataset.tenant else []
            columns += [field for field, _ in self.points(ref)]
            columns += self.names(ref) if dataset.subject else ()
            self._spines[ref] = tuple(dict.fromkeys(columns))
        return self._spines[ref]

    @cached_property
    def _spines(self) -> dict[Ref, tuple[str, ...]]:
        return {}

    def identifiers(self, ref: Ref) -> tuple[tuple[str, str], ...]:
        """(column, category) of every column whose value alone can identify one person.

        A user name is often an e-mail address, so such a column stands here as both.
        """
        found = [
            (field.name, field.category)
            for field in self.datasets[ref].fields.values()
            if CATEGORIES[field.category].unique and field.name in self.table(ref).by_name
        ]
        return (*found, *((name, "email") for name, category in found if category == "username"))

    def points(self, ref: Ref) -> tuple[tuple[str, str], ...]:
        """Those of them that name the person whose row it is: all in a person's own row, else those the map says do."""
        dataset = self.datasets[ref]
        named = self.identifiers(ref)
        return named if dataset.subject else tuple(pair for pair in named if pair[0] in dataset.identifies)

    def names(self, ref: Ref) -> tuple[str, ...]:
        return self.datasets[ref].columns_of("full_name", "first_name", "last_name")

    def full_names(self, ref: Ref, row: Sequence[Atom]) -> set[str]:
        """The canonical full names in the spine of a person's row; a single word names nobody."""
        dataset, cells = self.datasets[ref], dict(zip(self.spine(ref), row, strict=False))
        names = [cells.get(column) for column in dataset.columns_of("full_name")]
        first, last = dataset.columns_of("first_name")[:1], dataset.columns_of("last_name")[:1]
        if first and last:
            parts = [cells.get(first[0]), cells.get(last[0])]
            names.append(" ".join(map(str, parts)) if all(parts) else None)
        return {n for name in names if (n := canonical("name", name)) is not None and " " in n}

    def customer(self, ref: Ref, row: Sequence[Atom]) -> str | None:
        """The customer who controls a row, read from its spine; None where we do."""
        tenant = self.datasets[ref].tenant
        value = row[self.spine(ref).index(tenant)] if tenant else None
        return None if value is None else str(value)

    def within(self, scope: str | None, ref: Ref, row: Sequence[Atom]) -> bool:
        """Whether a row is this customer's, or its dataset knows no customers."""
        return scope is None or self.datasets[ref].tenant is None or self.customer(ref, row) == scope

    def prose(self, ref: Ref) -> tuple[str, ...]:
        """Every text, JSON or array column in which an identifier may stand: whatever the map calls it, but no key."""
        fixed = {column for link in self.links_from[ref] if link.declared for column in link.columns}
        if not self.keyless(ref):
            fixed |= set(self.key(ref))
        return tuple(
            column.name
            for column in self.table(ref).columns
            if (column.family in ("text", "json", "xml") or (column.family == "array" and _worded(column)))
            and not column.generated
            and column.name not in fixed
            and (column.length is None or column.length >= SHORTEST)
        )

    def unmapped(self, ref: Ref) -> tuple[str, ...]:
        """Columns of a mapped dataset that nobody has decided about."""
        return tuple(c.name for c in self.table(ref).columns if c.name not in self.datasets[ref].fields)

    def personal(self, ref: Ref) -> tuple[str, ...]:
        """Columns whose category says something about a person, as the map says."""
        return tuple(
            field.name
            for field in self.datasets[ref].fields.values()
            if CATEGORIES[field.category].personal and field.name in self.table(ref).by_name
        )


def _bare(part: Atom) -> Atom:
    """A number as the text it would be: 1, 1.0 and '1' are one."""
    if isinstance(part, float) and part.is_integer():
        part = int(part)
    return str(part) if isinstance(part, int | float) else part


def _forms(part: Atom) -> list[Atom]:
    text = _bare(part)
    number = typed("integer", text) if isinstance(text, str) else None
    return [text] if number is None else [text, number]


def _worded(column: Column) -> bool:
    """Whether an array's elements are text."""
    return any(word in column.native for word in ("char", "text"))
