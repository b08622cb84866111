"""What a PostgreSQL database (13 or later) holds, blind spots included; the number of statements is fixed."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

import psycopg
from psycopg.rows import namedtuple_row

from troth.datamap.schema import Check, Column, Event, Family, ForeignKey, Schema, Table, TableKind, Trigger
from troth.stores.postgres.catalogue import DEFAULT_SCHEMA, FACTS, OTHER_DATABASES, QUERIES

_KINDS: Mapping[str, TableKind] = {
    "r": "table", "p": "table", "v": "view", "m": "materialized", "f": "foreign",
}  # fmt: skip
_ACTIONS = {"a": "NO ACTION", "r": "RESTRICT", "c": "CASCADE", "n": "SET NULL", "d": "SET DEFAULT"}
_REACH = ("NO ACTION", "RESTRICT", "SET DEFAULT", "SET NULL", "CASCADE")
_FAMILIES: Mapping[str, Family] = {
    "int2": "integer", "int4": "integer", "int8": "integer",
    "numeric": "decimal", "float4": "decimal", "float8": "decimal", "money": "decimal",
    "text": "text", "varchar": "text", "bpchar": "text", "name": "text", "char": "text", "citext": "text",
    "date": "date", "timestamp": "timestamp", "timestamptz": "timestamp", "bool": "boolean",
    "json": "json", "jsonb": "json", "bytea": "blob", "uuid": "uuid", "xml": "xml",
    "inet": "inet", "cidr": "inet", "macaddr": "inet", "macaddr8": "inet",
}  # fmt: skip
_BITS: tuple[tuple[int, Event], ...] = ((4, "insert"), (8, "delete"), (16, "update"), (32, "truncate"))
_RULE_EVENTS: Mapping[str, Event] = {"2": "update", "3": "insert", "4": "delete"}


def reflect(connection: psycopg.Connection[Any], system: str) -> Schema:
    """Every table, view and foreign table of all schemas but the system's own; raises psycopg.Error."""
    with connection.transaction(), _cursor(connection) as cursor:
        path = _one(cursor, "SELECT current_setting('search_path') AS path").path
        cursor.execute("SELECT set_config('search_path', '', true)")  # so that every name comes out qualified
        catalogue = _Catalogue(
            {name: cursor.execute(query.encode()).fetchall() for name, query in QUERIES.items()}
        )
        facts = _one(cursor, FACTS)._asdict()
        databases = [row.name for row in cursor.execute(OTHER_DATABASES).fetchall()]
        cursor.execute("SELECT set_config('search_path', %s, true)", (path,))
    tables = {table.name: table for table in map(catalogue.table, catalogue.listed)}
    return Schema(
        system=system,
        tables=tables,
        unsearched=tuple(_unsearched(catalogue, tables, facts, databases)),
        facts=facts | catalogue.facts(),
    )


def spell(schema: str, table: str) -> str:
    """`table` in the default schema, else `schema.table`; a part with a dot or quote is double-quoted."""
    parts = (table,) if schema == DEFAULT_SCHEMA else (schema, table)
    return ".".join(
        '"' + part.replace('"', '""') + '"' if re.search('[."]', part) else part for part in parts
    )


def split(name: str) -> tuple[str, str]:
    """The schema and table behind a name: the inverse of `spell`, for every identifier PostgreSQL allows."""
    parts = re.findall(r'"((?:[^"]|"")+)"|([^."]+)', name)
    plain = [quoted.replace('""', '"') if quoted else bare for quoted, bare in parts]
    return (DEFAULT_SCHEMA, plain[0]) if len(plain) == 1 else (plain[0], plain[1])


def quote(name: str) -> str:
    """The name in SQL text that the driver reads for placeholders: a percent sign in it is doubled."""
    return '"' + name.replace('"', '""').replace("%", "%%") + '"'


def _cursor(connection: psycopg.Connection[Any]) -> psycopg.Cursor[Any]:
    return connection.cursor(row_factory=namedtuple_row)


def _one(cursor: psycopg.Cursor[Any], query: str) -> Any:
    return cursor.execute(query.encode()).fetchone()


def _unsearched(
    catalogue: _Catalogue, tables: Mapping[str, Table], facts: Mapping[str, str], databases: Iterable[str]
) -> Iterator[tuple[str, str]]:
    for relation in catalogue.listed:
        name = catalogue.name(relation)
        if relation.kind == "f":
            yield name, "a foreign table: its rows live in another system, which has its own place in the map"
        if not catalogue.readable(relation):
            yield name, tables[name].blind[0]
    if int(facts["large_objects"]):
        yield "pg_largeobject", f"{facts['large_objects']} large objects: bytes outside every table"
    if others := len(list(databases)):
        yield "other databases", f"{others} other database{'s' if others > 1 else ''} of the same cluster"


class _Catalogue:
    """The rows of the catalogues by relation, with partitions led back to the parent that covers them."""

    def __init__(self, rows: Mapping[str, Sequence[Any]]) -> None:
        self.relations = {row.oid: row for row in rows["relations"]}
        self.types = {row.oid: row for row in rows["types"]}
        self.columns = _grouped(rows["columns"])
        self.constraints = _grouped(rows["constraints"])
        self.indexes = _grouped(rows["indexes"])
        self.triggers = _grouped(rows["triggers"])
        self.rules = _grouped(rows["rules"])
        self.reads = _grouped(rows["reads"])
        self.parents: dict[int, list[int]] = defaultdict(list)
        for row in rows["inheritance"]:
            if row.child in self.relations:
                self.parents[row.child].append(row.parent)
        self.label = {
            (oid, column.number): str(column.name)
            for oid, columns in self.columns.items()
            for column in columns
        }

    @cached_property
    def root(self) -> Mapping[int, int]:
        """Every relation -> the one in whose name it is listed: itself, or the parent that covers it."""
        return {oid: self._climb(oid) for oid in self.relations}

    def _climb(self, oid: int) -> int:
        while len(parents := self.parents.get(oid, [])) == 1 and not any(
            column.own for column in self.columns[oid]
        ):
            oid = parents[0]
        return oid

    @cached_property
    def listed(self) -> list[Any]:
        return [row for oid, row in self.relations.items() if self.root[oid] == oid]

    @cached_property
    def members(self) -> Mapping[int, list[int]]:
        """A listed relation -> itself and everything folded into it."""
        members: dict[int, list[int]] = defaultdict(list)
        for oid, root in self.root.items():
            members[root].insert(0 if oid == root else len(members[root]), oid)
        return members

    @cached_property
    def strangers(self) -> Mapping[int, list[int]]:
        """A listed relation -> inheritance children with columns of their own: their rows are in it too."""
        found: dict[int, list[int]] = defaultdict(list)
        for child, parents in self.parents.items():
            for parent in {self.root[parent] for parent in parents if self.root[child] == child}:
                found[parent].append(child)
        return found

    def leaves(self, oid: int) -> list[int]:
        return [member for member in self.members[oid][1:] if self.relations[member].kind != "p"]

    def name(self, relation: Any) -> str:
        return spell(relation.schema, relation.name)

    def readable(self, relation: Any) -> bool:
        columns = self.columns[relation.oid]
        return relation.reachable and (not columns or any(column.readable for column in columns))

    def facts(self) -> dict[str, str]:
        """Tables, one a line: not ours to change; with a key that no single index enforces."""
        loose = [row for row in self.listed if row.kind == "r" and self.leaves(row.oid)]
        fixed = [row for row in self.listed if row.kind in "rp" and not (row.writable and row.reachable)]
        found = {"unwritable": fixed, "unenforced_keys": loose}
        return {fact: "\n".join(map(self.name, rows)) for fact, rows in found.items() if rows}

    def table(self, relation: Any) -> Table:
        oid = relation.oid
        columns = tuple(map(self.column, self.columns[oid]))
        uniques = self._uniques(oid)
        filled = {column.name for column in columns if not column.nullable}
        keys = [names for primary, names in uniques if primary or filled.issuperset(names)]
        sources = {self.root[row.source] for row in self.reads[oid] if row.source in self.root}
        return Table(
            name=self.name(relation),
            columns=columns,
            key=keys[0] if keys else (),
            foreign_keys=tuple(self._foreign_keys(oid)),
            uniques=tuple(dict.fromkeys(names for _, names in uniques)),
            distinct=tuple(dict.fromkeys(self._distinct(relation.oid))),
            one_null=tuple({name for row in self.indexes[oid] if row.one_null for name in self._named(row)}),
            checks=tuple(self._checks(oid)),
            triggers=tuple(self._triggers(oid)),
            indexes=self._indexes(relation),
            kind=_KINDS[relation.kind],
            partitions=tuple(self.name(self.relations[leaf]) for leaf in self.leaves(oid)),
            reads=tuple(sorted(self.name(self.relations[source]) for source in sources)),
            estimate=sum(
                self.relations[m].estimate for m in self.leaves(oid) + [oid] * (relation.kind != "p")
            ),
            comment=relation.comment or "",
            blind=tuple(self._blind(relation)),
        )

    def _base(self, column: Any) -> tuple[Any, int, bool]:
        """The type under all domains (None: a composite), its modifier, whether a domain forbids NULL."""
        found, modifier, filled = self.types.get(column.type), column.modifier, False
        while found is not None and found.kind == "d":
            modifier, filled = found.modifier if modifier < 0 else modifier, filled or found.filled
            found = self.types.get(found.base)
        return found, modifier, filled

    def column(self, row: Any) -> Column:
        base, modifier, filled = self._base(row)
        expression = row.expression or ""
        sized = base is not None and base.name in ("varchar", "bpchar") and modifier > 4
        return Column(
            name=row.name,
            native=row.native,
            family=_family(base),
            nullable=not (row.filled or filled),
            default=None if row.generated else row.expression,
            generated=row.generated,
            identity=row.identity or expression.startswith("nextval("),
            length=modifier - 4 if sized else None,
            choices=tuple(base.labels or ()) if base is not None else (),
            comment=row.comment or "",
            alike="case" if base is not None and base.name == "citext" else "",
        )

    def _foreign_keys(self, root: int) -> Iterable[ForeignKey]:
        """Each reference once, also where only partitions declare it; of two actions the farther."""
        found: dict[object, ForeignKey] = {}
        for oid in self.members[root]:
            for row in self.constraints[oid]:
                if row.kind != "f" or row.target not in self.root:
                    continue
                columns = self._labels(oid, row.columns)
                target = self.name(self.relations[self.root[row.target]])
                target_columns = self._labels(row.target, row.target_columns)
                actions = _ACTIONS[row.on_delete], _ACTIONS[row.on_update]
                key = ForeignKey(row.name, columns, target, target_columns, *actions, row.deferrable)
                known = found.setdefault((columns, target, target_columns), key)
                found[columns, target, target_columns] = replace(
                    known,
                    on_delete=max(known.on_delete, key.on_delete, key=_REACH.index),
                    on_update=max(known.on_update, key.on_update, key=_REACH.index),
                    deferrable=known.deferrable and key.deferrable,
                )
        return found.values()

    def _checks(self, oid: int) -> Iterator[Check]:
        for row in self.constraints[oid]:
            if row.kind == "c":
                yield Check(row.name, row.expression)
        for column in self.columns[oid]:
            found = self.types.get(column.type)
            while found is not None and found.kind == "d":
                quoted = '"' + column.name.replace('"', '""') + '"'
                for name, expression in zip(found.checks or (), found.expressions or (), strict=True):
                    yield Check(name, re.sub(r"\bVALUE\b", quoted.replace("\\", r"\\"), expression))
                found = self.types.get(found.base)

    def _uniques(self, oid: int) -> list[tuple[bool, tuple[str, ...]]]:
        """(is the primary key, columns) of each unique index on plain columns, the primary key first."""
        return [
            (row.is_primary, self._labels(oid, row.columns[: row.width]))
            for row in self.indexes[oid]
            if row.is_unique and row.predicate is None and 0 not in row.columns[: row.width]
        ]

    def _named(self, index: Any) -> tuple[str, ...]:
        """The plain columns of an index's key."""
        return self._labels(index.relation, [number for number in index.columns[: index.width] if number])

    def _distinct(self, root: int) -> Iterator[str]:
        """Columns in which rows must differ under some condition, or after some function, or in one partition."""
        for oid in self.members[root]:
            for row in self.indexes[oid]:
                keys = row.columns[: row.width]
                if row.distinct_rows and (oid != root or row.predicate or not row.is_unique or 0 in keys):
                    yield from self._named(row)
                    words = set(re.findall(r"\w+", row.expressions or ""))
                    yield from (
                        c.name for c in self.columns[oid] if words.issuperset(re.findall(r"\w+", c.name))
                    )

    def _indexes(self, relation: Any) -> tuple[tuple[str, ...], ...]:
        """Indexes that serve the whole dataset, its partitions included."""
        own = dict.fromkeys(self._searchable(relation.oid))
        if leaves := self.leaves(relation.oid):
            shared = set.intersection(*(set(self._searchable(leaf)) for leaf in leaves))
            own = dict.fromkeys(
                [*own, *sorted(shared - own.keys())]
                if relation.kind == "p"
                else [i for i in own if i in shared]
            )
        return tuple(own)

    def _searchable(self, oid: int) -> Iterator[tuple[str, ...]]:
        for row in self.indexes[oid]:
            keys = row.columns[: row.width]
            names = self._labels(oid, keys[: keys.index(0)] if 0 in keys else keys)
            partial = row.predicate and not re.fullmatch(r"\((\w+|\"[^\"]+\") IS NOT NULL\)", row.predicate)
            if names and not partial and row.method in ("btree", "hash"):
                yield names

    def _triggers(self, root: int) -> Iterator[Trigger]:
        seen = set()
        for oid in self.members[root]:
            for trigger in self._own_triggers(oid):
                if trigger not in seen:
                    seen.add(trigger)
                    yield trigger

    def _own_triggers(self, oid: int) -> Iterator[Trigger]:
        for row in self.triggers[oid]:
            call = row.definition.partition(" EXECUTE FUNCTION ")[2]
            yield Trigger(
                name=row.name,
                events=frozenset(event for bit, event in _BITS if row.bits & bit),
                timing="INSTEAD OF" if row.bits & 64 else "BEFORE" if row.bits & 2 else "AFTER",
                body=call if row.language in ("internal", "c") else row.body,
                language=row.language,
                columns=self._labels(oid, row.columns),
            )
        for row in self.rules[oid]:
            timing = "INSTEAD OF" if row.instead else "AFTER"
            yield Trigger(row.name, frozenset({_RULE_EVENTS[row.event]}), timing, row.body, "rule")

    def _blind(self, relation: Any) -> Iterator[str]:
        if not relation.reachable:
            yield f"no USAGE on the schema {relation.schema}"
        elif not self.readable(relation):
            yield "no SELECT on the table"
        elif hidden := [column.name for column in self.columns[relation.oid] if not column.readable]:
            yield f"no SELECT on the columns {', '.join(hidden)}"
        if relation.secured:
            yield "row level security applies to us: some rows may be hidden"
        for column in self.columns[relation.oid]:
            base = self._base(column)[0]
            if relation.kind in "rpf" and base is not None and base.name == "oid":
                yield f"{column.name} may name a large object, whose bytes lie outside the table"
        for leaf in self.leaves(relation.oid):
            if self.relations[leaf].kind == "f":
                yield f"the partition {self.name(self.relations[leaf])} lives in another system"
        for child in self.strangers.get(relation.oid, ()):
            yield f"its rows include those of {self.name(self.relations[child])}, a dataset of its own"

    def _labels(self, oid: int, numbers: Iterable[int]) -> tuple[str, ...]:
        return tuple(self.label[oid, number] for number in numbers)


def _grouped(rows: Iterable[Any]) -> dict[int, list[Any]]:
    groups: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        groups[row.relation].append(row)
    return groups


def _family(base: Any) -> Family:
    if base is None:
        return "other"
    if base.kind == "e":
        return "enum"
    if base.category == "A":
        return "array"
    return _FAMILIES.get(base.name, "text" if base.category == "S" else "other")
