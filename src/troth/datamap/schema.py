"""What a store physically is, as frozen values: reflected at run time, never written to the map."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

Family = Literal[
    "integer", "decimal", "text", "date", "timestamp", "boolean", "json",
    "blob", "uuid", "array", "enum", "inet", "xml", "other",
]  # fmt: skip
TableKind = Literal["table", "view", "materialized", "virtual", "foreign"]
Event = Literal["insert", "update", "delete", "truncate"]
Alike = Literal["", "case", "ascii", "blanks", "case blanks", "accents"]
"""`ascii`: case of a to z; `accents`: case, accents and blanks at the end."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `native` is the store's own spelling of the type, good for a CAST."""

    name: str
    native: str
    family: Family
    nullable: bool = True
    default: str | None = None
    generated: bool = False  # GENERATED ALWAYS AS (...): never written
    identity: bool = False  # GENERATED ALWAYS AS IDENTITY, serial, AUTOINCREMENT
    length: int | None = None  # most characters, where the type says
    choices: tuple[str, ...] = ()  # enum labels, in order
    comment: str = ""
    alike: Alike = ""  # the store does not tell texts apart by this

    @property
    def moment(self) -> bool:
        """Whether a timestamp is a moment in time, not only what a clock on a wall showed."""
        return "with time zone" in self.native or re.fullmatch(r"timestamp(\(\d\))?", self.native) is not None


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """A declared reference; `on_delete` is one of NO ACTION, RESTRICT, CASCADE, SET NULL, SET DEFAULT."""

    name: str
    columns: tuple[str, ...]
    target: str
    target_columns: tuple[str, ...]
    on_delete: str = "NO ACTION"
    on_update: str = "NO ACTION"
    deferrable: bool = False


@dataclass(frozen=True, slots=True)
class Trigger:
    """A trigger as the store tells it. `body` is the code that runs (a function's source on PostgreSQL)."""

    name: str
    events: frozenset[Event]
    timing: str  # BEFORE, AFTER, INSTEAD OF
    body: str
    language: str = "sql"
    columns: tuple[str, ...] = ()  # UPDATE OF ...


@dataclass(frozen=True, slots=True)
class Check:
    """A CHECK constraint: its name and the bare boolean expression."""

    name: str
    expression: str


@dataclass(frozen=True)
class Table:
    """A dataset as the store holds it. Names outside the default schema are written `schema.table`."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()  # primary key, else a NOT NULL unique key, else () (SQLite: `rowid`)
    foreign_keys: tuple[ForeignKey, ...] = ()
    uniques: tuple[tuple[str, ...], ...] = ()  # unique constraints and unique indexes on plain columns
    distinct: tuple[str, ...] = ()  # columns of unique indexes that are partial or made of expressions
    one_null: tuple[str, ...] = ()  # columns of unique indexes for which NULL equals NULL
    checks: tuple[Check, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    indexes: tuple[tuple[str, ...], ...] = ()  # leading columns of every index, the key's included
    kind: TableKind = "table"
    partitions: tuple[
        str, ...
    ] = ()  # names of the partitions this parent covers; they are not listed themselves
    reads: tuple[str, ...] = ()  # view, materialised view, full-text index: the tables it is made from
    estimate: int = 0  # rows, by the store's own estimate
    comment: str = ""
    blind: tuple[str, ...] = ()  # reasons why we may not see (or may not change) all of it
    rowwise: str = (
        ""  # why its statements cannot be taken back (an engine without transactions); "": they can
    )

    @cached_property
    def by_name(self) -> Mapping[str, Column]:
        return {column.name: column for column in self.columns}


@dataclass(frozen=True)
class Schema:
    """Everything reflected from one system; `unsearched` names what exists there but cannot be searched, and why."""

    system: str
    tables: Mapping[str, Table]
    unsearched: tuple[tuple[str, str], ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)  # version, collation, wal level, replicas ...
    loose: bool = False  # cells are int, float, str or bytes whatever their column's type says (SQLite)
