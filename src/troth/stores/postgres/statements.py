"""The SQL text of every question and act on PostgreSQL, values apart: pure, so that it can be shown without being run."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from ipaddress import ip_interface, ip_network
from typing import cast

from troth.datamap.model import Atom
from troth.datamap.reader import Aged, ByIdentifiers, Everything, Probe, Row, Select
from troth.datamap.schema import Column, Table
from troth.planning.plan import BY_ROW, Step
from troth.stores.aging import Aging
from troth.stores.postgres.aging import aging
from troth.stores.postgres.reflect import quote, split
from troth.stores.sql import CONSONANTS, FEW, PLUS, prefilter

_BITS = {"smallint": 16, "integer": 32, "bigint": 64}
_ADDRESSES: Mapping[str, Callable[[str], object]] = {
    "inet": ip_interface,
    "cidr": ip_network,
    "macaddr": re.compile("([0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2}").fullmatch,
    "macaddr8": re.compile("([0-9a-fA-F]{2}:){7}[0-9a-fA-F]{2}").fullmatch,
}


PLACE = ("tableoid", "ctid")
"""Where a row stands: for the length of a transaction that has locked it, the one name of a row without a key."""
_PLACE = {"tableoid": Column("tableoid", "oid", "integer"), "ctid": Column("ctid", "tid", "other")}


class Statements:
    """Statements on the tables that `table` knows by name."""

    def __init__(self, table: Callable[[str], Table]) -> None:
        self._table = table
        self._names: dict[str, str] = {}

    def name(self, dataset: str) -> str:
        """The dataset's name as SQL text."""
        if dataset not in self._names:
            self._names[dataset] = ".".join(map(quote, split(dataset)))
        return self._names[dataset]

    def select(self, select: Select) -> tuple[str, list[object]]:
        """One question and what is bound to it."""
        table = self.name(select.dataset)
        columns = ", ".join(f"t.{quote(name)}" for name in select.columns)
        where = select.where
        if isinstance(where, Everything):
            return f"SELECT {columns} FROM {table} t", []
        if isinstance(where, Aged):
            return self._aging(select, where).text()
        if isinstance(where, ByIdentifiers):
            found = prefilter(where, self._equals, self._like)
            return f"SELECT {columns} FROM {table} t WHERE {found.sql}", list(found.parameters)
        types = [self._table(select.dataset).by_name[name] for name in where.columns]
        source, parameters = self.source(types, possible(types, where.values))
        names = [quote(name) for name in where.columns]
        if where.closure:
            child, parent = names[0], quote(where.closure[0])
            return (
                f"WITH RECURSIVE w(v) AS (SELECT k0 FROM {source} UNION SELECT t.{parent} FROM {table} t JOIN w ON t.{child} = w.v) "
                f"SELECT {columns} FROM {table} t WHERE t.{child} IN (SELECT v FROM w)"
            ), parameters
        if len(names) == 1 and types[0].family != "array":
            return (
                f"SELECT {columns} FROM {table} t WHERE t.{names[0]} = ANY(%s::{cast_of(types[0])}[])",
                parameters,
            )
        on = " AND ".join(_equal(where.columns, where.values))
        return f"SELECT {columns} FROM {table} t JOIN {source} ON {on}", parameters

    def _aging(self, select: Select, due: Aged) -> Aging:
        return aging(select, due, self.name, lambda d, c: self._table(d).by_name[c], cast_of)

    def source(self, types: Sequence[Column], rows: Sequence[Row]) -> tuple[str, list[object]]:
        """`(...) AS k(k0, k1, …)`: the rows as one typed array per column, whatever their number."""
        arrays, picks = [], []
        parameters: list[object] = []
        for at, column in enumerate(types):
            cells = [row[at] for row in rows]
            if column.family == "array":  # unnest would flatten arrays of arrays
                arrays.append("%s::text[]")
                picks.append(f"u.a{at}::{cast_of(column)} AS k{at}")
                cells = [None if cell is None else _array_text(cast(Sequence[Atom], cell)) for cell in cells]
            else:
                arrays.append(f"%s::{cast_of(column)}[]")
                picks.append(f"u.a{at} AS k{at}")
            if len({type(cell) for cell in cells if cell is not None}) > 1:  # a date and `infinity`
                cells = [None if cell is None else str(cell) for cell in cells]
            if {type(cell) for cell in cells} == {datetime}:
                parameters.append("{" + ",".join([cast(datetime, cell).isoformat() for cell in cells]) + "}")
            else:
                parameters.append(_literal(cells) if column.family == "integer" else cells)
        names = ", ".join(f"a{at}" for at in range(len(types)))
        return f"(SELECT {', '.join(picks)} FROM unnest({', '.join(arrays)}) AS u({names})) AS k", parameters

    def _equals(self, probe: Probe, forms: list[str]) -> tuple[str, Sequence[object]]:
        """Cells that fold to one of the forms; of few, LIKE first asks cheaply for their characters in order."""
        cell = f"lower(t.{quote(probe.column)}::text)"
        if probe.kind == "phone":
            return f"right(regexp_replace({cell}, '[^0-9]', '', 'g'), 6) = ANY(%s)", [forms]
        bare, kept = cell, "a-z0-9"
        if probe.kind == "email":
            bare, kept = f"regexp_replace(replace({cell}, 'mailto:', ''), '{PLUS}', '@')", CONSONANTS
        folds = f"regexp_replace({bare}, '[^{kept}]', '', 'g') = ANY(%s)"
        if len(forms) > FEW:
            return folds, [forms]
        return f"({cell} LIKE ANY (%s) AND {folds})", [["%".join(["", *form, ""]) for form in forms], forms]

    def _like(self, probe: Probe, patterns: Sequence[str]) -> tuple[str, Sequence[object]]:
        """One pass over the text; in the C collation `lower` knows ASCII only, as the patterns do, and is quick."""
        if not patterns:
            return f"t.{quote(probe.column)} IS NOT NULL", ()
        return f'lower(t.{quote(probe.column)}::text COLLATE "C") LIKE ANY (%s)', [list(patterns)]

    def types(self, step: Step) -> list[Column]:
        """The columns that say which rows a step means, in the order of its rows' values."""
        by_name = self._table(step.ref.dataset).by_name
        return [by_name.get(name) or _PLACE[name] for name in (*step.key, *step.witness)]

    def on(self, step: Step, rows: Sequence[Row]) -> str:
        """When a row `t` is one of the step's rows `k`."""
        return " AND ".join(_equal((*step.key, *step.witness), rows))

    def acts(self, step: Step, rows: list[Row], types: list[Column]) -> list[tuple[str, list[object]]]:
        """What a step does, as statements with what is bound to them; `rows` may hold new values behind the keys."""
        table = self.name(step.ref.dataset)
        if step.span is not None:
            return [self._aging(Select(step.ref.dataset, (), step.span.due), step.span.due).act(step)]
        if step.action == "create":
            return [self._create(step)]
        if step.action == "refresh":
            return [(f"REFRESH MATERIALIZED VIEW {table}", [])]
        if step.action == "keep" or (step.action == "anonymise" and not step.columns):
            return []
        source, keys = self.source(types or self.types(step), rows)
        if step.action == "erase":
            return [(f"DELETE FROM {table} t USING {source} WHERE {self.on(step, rows)}", keys)]
        sets, parameters, extra = [], [], len(step.key) + len(step.witness)
        for column, value in zip(step.columns, step.values, strict=True):
            if value.how in BY_ROW:
                sets.append(f"{quote(column)} = k.k{extra}")
                extra += 1
            else:
                sets.append(f"{quote(column)} = %s::{cast_of(self._table(step.ref.dataset).by_name[column])}")
                parameters.append(value.constant)
        return [
            (
                f"UPDATE {table} t SET {', '.join(sets)} FROM {source} WHERE {self.on(step, rows)}",
                [*parameters, *keys],
            )
        ]

    def _create(self, step: Step) -> tuple[str, list[object]]:
        by_name, values, parameters = self._table(step.ref.dataset).by_name, [], []
        for column, value in zip(step.columns, step.values, strict=True):
            if isinstance(value.constant, tuple):
                _, dataset, end = value.constant
                first = ", ".join(map(quote, self._table(dataset).key or (end,)))
                values.append(
                    f"(SELECT {quote(end)} FROM {self.name(dataset)} WHERE {quote(end)} IS NOT NULL ORDER BY {first} LIMIT 1)"
                )
            else:
                values.append(f"%s::{cast_of(by_name[column])}")
                parameters.append(value.constant)
        columns = ", ".join(map(quote, step.columns))
        return (
            f"INSERT INTO {self.name(step.ref.dataset)} ({columns}) OVERRIDING SYSTEM VALUE "
            f"VALUES ({', '.join(values)}) ON CONFLICT DO NOTHING",
            parameters,
        )


def cast_of(column: Column) -> str:
    """The column's type without a length, so that a cast of a key never cuts it."""
    return re.sub(
        r"^character\(\d+\)", "bpchar", re.sub(r"^(character varying)\(\d+\)", r"\1", column.native)
    )


def _equal(names: Sequence[str], rows: Sequence[Row]) -> list[str]:
    """Tests that a row `t` holds what a row `k` says; NULL equals NULL, but only where there is one: it costs an index."""
    empty = {at for at in range(len(names)) if any(row[at] is None for row in rows)}
    return [
        f"t.{quote(name)} {'IS NOT DISTINCT FROM' if at in empty else '='} k.k{at}"
        for at, name in enumerate(names)
    ]


def possible(types: Sequence[Column], rows: Sequence[Row]) -> Sequence[Row]:
    """The rows that such columns can hold at all: of the others none is there, and to ask for them would be an error."""
    for at, column in enumerate(types):
        if column.native in _BITS:
            bound = 1 << (_BITS[column.native] - 1)
            rows = [row for row in rows if not isinstance(cell := row[at], int) or -bound <= cell < bound]
        elif column.family == "enum":
            rows = [row for row in rows if row[at] is None or row[at] in column.choices]
        elif column.native in _ADDRESSES:
            rows = [
                row for row in rows if not isinstance(cell := row[at], str) or _readable(column.native, cell)
            ]
    return rows


def _readable(native: str, text: str) -> bool:
    try:
        return bool(_ADDRESSES[native](text))
    except ValueError:
        return False


def _literal(cells: Sequence[Atom]) -> str:
    """An array of whole numbers as PostgreSQL writes it: a tenth of the driver's own time."""
    return "{" + ",".join(["NULL" if cell is None else str(cell) for cell in cells]) + "}"


def _array_text(parts: Sequence[Atom]) -> str:
    """An array literal, every element quoted; arrays within it are part of it."""
    return "{" + ",".join(map(_element, parts)) + "}"


def _element(part: object) -> str:
    if part is None:
        return "NULL"
    if isinstance(part, list | tuple):
        return _array_text(part)
    text = f"\\x{part.hex()}" if isinstance(part, bytes) else str(part)
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
