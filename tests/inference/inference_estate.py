"""Databases without their foreign keys, as inference meets them: as they are, with keys renamed, with ids from one."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from troth.datamap.inference import Inferred, infer
from troth.datamap.model import Ref
from troth.datamap.reader import ByValues, Row, Sample, Select
from troth.datamap.schema import Schema, Table
from troth.stores.sqlite import STORE

Pair = tuple[str, tuple[str, ...], str, tuple[str, ...]]
"""One link: (table, columns, target table, target columns)."""


class Estate:
    """SQLite files, reflected without foreign keys and sampled as a store would."""

    def __init__(self, files: Mapping[str, Path], rows: int = 1_000) -> None:
        self.files = files
        self.rows = rows
        self.asked: list[tuple[Ref, Select]] = []
        declared = {name: reflected(name, path) for name, path in files.items()}
        self.truth = {
            (t.name, k.columns, k.target, k.target_columns)
            for schema in declared.values()
            for t in schema.tables.values()
            for k in t.foreign_keys
        }
        self.schemas = {name: bare(schema) for name, schema in declared.items()}

    def samples(self) -> dict[Ref, Sample]:
        found = {}
        for system, schema in self.schemas.items():
            with sqlite3.connect(self.files[system]) as db:
                for table in schema.tables.values():
                    if table.kind == "table":
                        found[Ref(system, table.name)] = sampled(db, table, self.rows)
            db.close()
        return found

    def inferred(self, values: bool = True, known: frozenset[Any] = frozenset()) -> Inferred:
        return driven(infer(self.schemas, self.samples() if values else {}, known), self)

    def answer(self, ref: Ref, select: Select) -> Iterable[Sequence[Row]]:
        self.asked.append((ref, select))
        assert isinstance(select.where, ByValues)
        names = ", ".join(f'"{c}"' for c in select.columns)
        test = ", ".join(f'"{c}"' for c in select.where.columns)
        with sqlite3.connect(self.files[ref.system]) as db:
            for values in select.where.values:
                marks = ", ".join("?" * len(values))
                found = db.execute(f'SELECT {names} FROM "{ref.dataset}" WHERE ({test}) = ({marks})', values)
                yield found.fetchall()


class Answers(Protocol):
    """Whoever looks keys up as a store would."""

    def answer(self, ref: Ref, select: Select) -> Iterable[Sequence[Row]]: ...


def driven(asking: Any, estate: Answers) -> Inferred:
    """Runs inference to its end, answering what it asks."""
    try:
        asks = next(asking)
        while True:
            asks = asking.send([estate.answer(ref, select) for ref, select in asks])
    except StopIteration as end:
        inferred: Inferred = end.value
        return inferred


def reflected(name: str, path: Path) -> Schema:
    store = STORE.open(name, f"sqlite:///{path}")
    try:
        return store.reflect()
    finally:
        store.close()


def bare(schema: Schema) -> Schema:
    """The schema as if nobody had declared a foreign key."""
    return replace(schema, tables={n: replace(t, foreign_keys=()) for n, t in schema.tables.items()})


def sampled(db: sqlite3.Connection, table: Table, rows: int) -> Sample:
    """Rows from all over the table, without bytes, as the store's own sampling gives them."""
    names = tuple(c.name for c in table.columns if c.family != "blob")
    columns = ", ".join(f'"{name}"' for name in names)
    (size,) = db.execute(f'SELECT count(*) FROM "{table.name}"').fetchone()
    step = -(-size // rows) if size > rows else 1
    query = (
        f'SELECT {columns} FROM (SELECT *, row_number() OVER () AS n_ FROM "{table.name}") WHERE n_ % ? = 0'
    )
    found = [tuple(row) for row in db.execute(query, (step,))]
    whole = step == 1
    clean = [tuple(None if isinstance(cell, bytes) else cell for cell in row) for row in found]
    return Sample(table.name, names, clean, whole, "" if whole else "rows")


# ------------------------------------------------------------------ copies with other names and numbers


def rebuilt(source: Path, target: Path, names: Mapping[tuple[str, str], str], dense: bool = False) -> None:
    """Copies tables, keys and rows; key columns get new `names` (table, column) and, if `dense`, ids from one."""
    schema = reflected("x", source)
    tables = [t for t in schema.tables.values() if t.kind == "table"]
    with sqlite3.connect(source) as old, sqlite3.connect(target) as new:
        numbers = _numbers(old, tables) if dense else {}
        for table in tables:
            new.execute(_created(table, names))
            cells = ", ".join(f'"{c.name}"' for c in table.columns)
            maps = [numbers.get((table.name, c.name)) for c in table.columns]
            rows = (
                tuple(m.get(v, v) if m is not None else v for v, m in zip(row, maps, strict=True))
                for row in old.execute(f'SELECT {cells} FROM "{table.name}"')
            )
            new.executemany(f'INSERT INTO "{table.name}" VALUES ({", ".join("?" * len(maps))})', rows)
    old.close(), new.commit(), new.close()


def _created(table: Table, names: Mapping[tuple[str, str], str]) -> str:
    def named(owner: str, column: str) -> str:
        return '"' + names.get((owner, column), column) + '"'

    parts = [
        f"{named(table.name, c.name)} {c.native}" + ("" if c.nullable else " NOT NULL") for c in table.columns
    ]
    if table.key and table.key != ("rowid",):
        parts.append(f"PRIMARY KEY ({', '.join(named(table.name, c) for c in table.key)})")
    for key in table.foreign_keys:
        ours = ", ".join(named(table.name, c) for c in key.columns)
        theirs = ", ".join(named(key.target, c) for c in key.target_columns)
        parts.append(f'FOREIGN KEY ({ours}) REFERENCES "{key.target}" ({theirs})')
    return f'CREATE TABLE "{table.name}" ({", ".join(parts)})'


def _numbers(db: sqlite3.Connection, tables: Sequence[Table]) -> dict[tuple[str, str], dict[Any, int]]:
    """(table, column) -> old id -> new id, the same along every link; ids keep their order."""
    root: dict[tuple[str, str], tuple[str, str]] = {}
    for table in tables:
        for key in table.foreign_keys:
            for ours, theirs in zip(key.columns, key.target_columns, strict=True):
                root[table.name, ours] = (key.target, theirs)
    single = {(t.name, t.key[0]) for t in tables if len(t.key) == 1}
    ends = single | set(root.values())
    found: dict[tuple[str, str], dict[Any, int]] = {}
    for owner, column in ends - set(root):
        values = [v for (v,) in db.execute(f'SELECT DISTINCT "{column}" FROM "{owner}" ORDER BY 1')]
        if all(isinstance(v, int) for v in values):
            found[owner, column] = {v: n for n, v in enumerate(values, start=1)}
    for start in root:
        end = start
        while end in root:
            end = root[end]
        if end in found:
            found[start] = found[end]
    return found


def key_columns(source: Path) -> dict[tuple[str, str], str]:
    """Every column in a primary or foreign key, in table order, with its own name."""
    schema = reflected("x", source)
    return {
        (t.name, c.name): c.name
        for t in schema.tables.values()
        if t.kind == "table"
        for c in t.columns
        if c.name in t.key or any(c.name in k.columns for k in t.foreign_keys)
    }


def by_table(source: Path) -> dict[tuple[str, str], str]:
    """k1, k2, ... in each table anew."""
    found, seen = {}, dict[str, int]()
    for owner, column in key_columns(source):
        seen[owner] = seen.get(owner, 0) + 1
        found[owner, column] = f"k{seen[owner]}"
    return found


def by_name(source: Path) -> dict[tuple[str, str], str]:
    """One opaque name for each distinct name."""
    numbers: dict[str, str] = {}
    for name in key_columns(source).values():
        numbers.setdefault(name.casefold(), f"k{len(numbers) + 1}")
    return {at: numbers[name.casefold()] for at, name in key_columns(source).items()}


def by_column(source: Path) -> dict[tuple[str, str], str]:
    """Another opaque name for every column."""
    return {at: f"k{number}" for number, at in enumerate(key_columns(source), start=1)}


def renamed_truth(truth: Iterable[Pair], names: Mapping[tuple[str, str], str]) -> set[Pair]:
    return {
        (t, tuple(names.get((t, c), c) for c in cs), u, tuple(names.get((u, c), c) for c in ucs))
        for t, cs, u, ucs in truth
    }
