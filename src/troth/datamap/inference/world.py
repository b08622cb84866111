"""All columns and keys of all stores at once, indexed so that no column is ever compared with every key."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from troth.datamap.inference import names
from troth.datamap.inference.affinity import noun_class
from troth.datamap.inference.profile import Key, Profile, keys, own_key, profiles
from troth.datamap.model import Ref
from troth.datamap.reader import Sample
from troth.datamap.schema import Schema, Table
from troth.datamap.words import Seq

if TYPE_CHECKING:
    from troth.datamap.meanings import Identity

_READ: Final = ("table", "foreign")


@dataclass
class World:
    """What is known before anything is weighed. `taken` columns have a link already; nothing is guessed for them."""

    schemas: Mapping[str, Schema]
    samples: Mapping[Ref, Sample]
    known: Set[Identity]
    tables: dict[Ref, Table] = field(default_factory=dict)
    columns: dict[Ref, dict[str, Profile]] = field(default_factory=dict)
    keys: dict[Ref, list[Key]] = field(default_factory=dict)
    prefix: dict[Ref, str] = field(default_factory=dict)
    plain: dict[Ref, str] = field(
        default_factory=dict
    )  # a table's name without what all tables of its system begin with
    classes: dict[Ref, str] = field(default_factory=dict)
    taken: set[tuple[Ref, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        for system, schema in self.schemas.items():
            house = names.house(schema.tables)
            for table in schema.tables.values():
                if table.kind in _READ and not table.reads:
                    self.plain[Ref(system, table.name)] = names.without_house(table.name, house)
                    self._add(Ref(system, table.name), table)
        self._take()
        self.by_noun: dict[tuple[str, Seq], list[Key]] = defaultdict(list)
        self.by_short: dict[tuple[str, str], list[Key]] = defaultdict(list)
        self.by_idea: dict[Seq, list[Key]] = defaultdict(list)
        self.by_class: dict[tuple[str, str], list[Key]] = defaultdict(list)
        self.by_key_name: dict[tuple[str, str], list[Key]] = defaultdict(list)
        for key in self.all_keys():
            self._index(key)
        self.key_names = Counter(key.name.casefold() for key in self.all_keys() if key.primary)

    def _add(self, ref: Ref, table: Table) -> None:
        self.columns[ref] = profiles(ref, table, self.samples.get(ref))
        presumed = own_key(table, self.columns[ref])
        self.tables[ref] = replace(table, key=(presumed,)) if presumed else table
        self.keys[ref] = keys(ref, self.tables[ref], self.columns[ref], presumed)
        self.prefix[ref] = names.common_prefix([column.name for column in table.columns])
        self.classes[ref] = noun_class(self.plain[ref])

    def _take(self) -> None:
        for ref, table in self.tables.items():
            self.taken |= {(ref, name) for key in table.foreign_keys for name in key.columns}
        self.taken |= {(source, name) for source, columns, *_ in self.known for name in columns}

    def noun(self, ref: Ref) -> Seq:
        """The roots of a table's own noun."""
        return names.table_words(self.plain[ref])

    def all_keys(self) -> Iterator[Key]:
        for found in self.keys.values():
            yield from found

    def _index(self, key: Key) -> None:
        system, noun = key.ref.system, self.noun(key.ref)
        for start in range(len(noun)):
            self.by_noun[system, noun[start:]].append(key)
            if start:
                self.by_noun[system, noun[:start]].append(key)
        for short in names.shorts(noun):
            self.by_short[system, short].append(key)
        idea = names.table_idea(self.plain[key.ref])
        if idea:
            self.by_idea[idea].append(key)
        self.by_class[system, self.classes[key.ref]].append(key)
        self.by_key_name[system, key.name.casefold()].append(key)
