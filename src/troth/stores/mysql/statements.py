"""The statements for MariaDB and MySQL: a key set is one document, a step is one statement over it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pymysql

from troth.datamap.reader import Aged, ByIdentifiers, ByValues, Everything, Row, Select
from troth.datamap.schema import Column, Table
from troth.planning.plan import BY_ROW, Step
from troth.stores.aging import Aging
from troth.stores.mysql.aging import aging
from troth.stores.mysql.keys import Document, Typed, documents, joined, leads, native, quote, type_of, typed
from troth.stores.mysql.reflect import Reflected
from troth.stores.mysql.searching import equals, like
from troth.stores.sql import prefilter


@dataclass(frozen=True)
class Statements:
    """Statements over one reflected database; `most_bytes` of a key set go into one of them."""

    known: Reflected
    most_bytes: int

    def table(self, name: str) -> Table:
        return self.known.schema.tables[name]

    def column(self, dataset: str, name: str) -> Column:
        return self.table(dataset).by_name[name]

    def typed(self, dataset: str, names: Sequence[str], linked: bool = False) -> list[Typed]:
        by_name, collations = self.table(dataset).by_name, self.known.collations
        return [typed(by_name[name], collations.get((dataset, name)), linked) for name in names]

    def indexed(self, dataset: str, names: Sequence[str]) -> bool:
        table = self.table(dataset)
        return leads(table.indexes, names, table.by_name)

    def select(self, select: Select) -> Iterator[tuple[str, Sequence[object]]]:
        table, where = quote(select.dataset), select.where
        by_name = self.table(select.dataset).by_name
        columns = ", ".join(cell_of(by_name.get(name), name) for name in select.columns)
        if isinstance(where, Everything):
            yield f"SELECT {columns} FROM {table} AS t", ()
        elif isinstance(where, Aged):
            yield self._aging(select, where).text()
        elif isinstance(where, ByIdentifiers):
            found = prefilter(where, equals, like)
            yield f"SELECT {columns} FROM {table} AS t WHERE {found.sql}", found.parameters
        elif isinstance(where, ByValues):
            types = self.typed(select.dataset, where.columns, where.linked)
            names = [quote(name) for name in where.columns]
            how = on(types, self.sign(select.dataset, where.columns))
            indexed = self.indexed(select.dataset, where.columns)
            for document in documents(types, where.values, 0, self.most_bytes):
                if where.closure:
                    yield (
                        _closure(columns, table, types[0], names[0], quote(where.closure[0]), document.table),
                        [document.document],
                    )
                else:
                    yield (
                        f"SELECT {columns} FROM {joined(document.table, table, how, indexed)}",
                        [document.document],
                    )

    def _aging(self, select: Select, due: Aged) -> Aging:
        return aging(select, due, self.column, lambda c: cell_of(c, c.name), self.constant)

    def sign(self, dataset: str, columns: Sequence[str]) -> str:
        """Rows without a key are addressed by all their cells, NULL ones too."""
        table = self.table(dataset)
        keyless = not table.key and any(table.by_name[name].nullable for name in columns)
        return "<=>" if keyless else "="

    def constant(self, dataset: str, column: Column) -> str:
        """A placeholder that compares as the column does."""
        if (of := self.known.collations.get((dataset, column.name))) is not None:
            return f"CONVERT(%s USING {of[0]}) COLLATE {of[1]}"
        return "%s"

    def documents(self, step: Step, rows: Sequence[Row] | None = None) -> Iterator[Document]:
        extra = varying(step) if rows is not None else ()
        types = self.typed(step.ref.dataset, [*step.key, *step.witness, *extra])
        try:
            yield from documents(types, step.rows if rows is None else rows, len(extra), self.most_bytes)
        except ValueError:
            raise pymysql.err.DataError(1264, "") from None

    def source(self, step: Step, document: Document) -> str:
        names = [*step.key, *step.witness]
        types = self.typed(step.ref.dataset, names)
        keyless = self.sign(step.ref.dataset, step.key)
        how = on(types, *[keyless] * len(step.key), *["<=>"] * len(step.witness))
        return joined(document.table, quote(step.ref.dataset), how, self.indexed(step.ref.dataset, step.key))

    def statements(self, step: Step, document: Document) -> list[tuple[str, list[object]]]:
        if step.span is not None:
            stamps = [
                name for name in self.known.stamps.get(step.ref.dataset, ()) if name not in step.columns
            ]
            return [
                self._aging(Select(step.ref.dataset, (), step.span.due), step.span.due).act(
                    step, map(quote, stamps)
                )
            ]
        if step.action == "create":
            return [self._create(step)]
        if step.action in ("refresh", "keep") or (step.action == "anonymise" and not step.columns):
            return []
        source = self.source(step, document)
        if step.action == "erase":
            return [(f"DELETE t FROM {source}", [document.document])]
        by_name = self.table(step.ref.dataset).by_name
        sets, parameters, extra = [], [], len(step.key) + len(step.witness)
        for column, value in zip(step.columns, step.values, strict=True):
            if value.how in BY_ROW:
                (kind,) = self.typed(step.ref.dataset, [column])
                sets.append(f"t.{quote(column)} = {kind.value(f'k.k{extra}')}")
                extra += 1
            else:
                sets.append(f"t.{quote(column)} = %s")
                parameters.append(native(by_name[column], value.constant))
        for column in self.known.stamps.get(step.ref.dataset, ()):
            if column not in step.columns:  # a cell that the plan does not name stays as it is
                sets.append(f"t.{quote(column)} = t.{quote(column)}")
        return [(f"UPDATE {source} SET {', '.join(sets)}", [document.document, *parameters])]

    def _create(self, step: Step) -> tuple[str, list[object]]:
        by_name, values = self.table(step.ref.dataset).by_name, []
        parameters: list[object] = []
        for column, value in zip(step.columns, step.values, strict=True):
            if isinstance(value.constant, tuple):
                _, dataset, end = value.constant
                first = ", ".join(map(quote, self.table(dataset).key or (end,)))
                values.append(
                    f"(SELECT {quote(end)} FROM {quote(dataset)} WHERE {quote(end)} IS NOT NULL ORDER BY {first} LIMIT 1)"
                )
            else:
                values.append("%s")
                parameters.append(native(by_name[column], value.constant))
        document = next(iter(documents(self.typed(step.ref.dataset, step.key), step.rows)))
        columns = ", ".join(map(quote, step.columns))
        there = f"SELECT 1 FROM {self.source(step, document)}"
        return (
            f"INSERT INTO {quote(step.ref.dataset)} ({columns}) SELECT {', '.join(values)} FROM DUAL WHERE NOT EXISTS ({there})",
            [*parameters, document.document],
        )


def varying(step: Step) -> list[str]:
    return [c for c, v in zip(step.columns, step.values, strict=False) if v.how in BY_ROW]


def on(types: Sequence[Typed], *signs: str) -> str:
    """The join of `t` with `k`; a single sign stands for all."""
    each = signs * len(types) if len(signs) == 1 else signs
    return " AND ".join(
        t.test(f"t.{quote(t.column.name)}", f"k.k{at}", sign) for at, (t, sign) in enumerate(zip(types, each, strict=True))
    )  # fmt: skip


def cell_of(column: Column | None, name: str) -> str:
    """The cell as a value that can be a key: a FLOAT in full, bits as a number, addresses as text."""
    cell = f"t.{quote(name)}"
    kind = type_of(column) if column else ""
    if kind == "float":
        return f"CAST({cell} AS DOUBLE)"
    if kind == "bit":
        return f"CAST({cell} AS UNSIGNED)"
    return f"CAST({cell} AS CHAR)" if kind in ("uuid", "inet4", "inet6") else cell


def _closure(columns: str, table: str, kind: Typed, child: str, parent: str, document: str) -> str:
    """All rows reached from the keys along parent -> child; texts go by their bytes, for UNION folds what collates."""
    if "CHARACTER SET" not in kind.declared(()):
        start, step, last = "k.k0", f"t.{parent}", f"t.{child} = w.v"
    else:
        start, step = "CAST(k.k0 AS BINARY)", f"CAST(CONVERT(t.{parent} USING utf8mb4) AS BINARY)"
        last = kind.test(f"t.{child}", "CONVERT(w.v USING utf8mb4)", "=")
    return (
        f"WITH RECURSIVE w(v) AS (SELECT {start} FROM {document} AS k UNION "
        f"SELECT {step} FROM w STRAIGHT_JOIN {table} AS t ON {last}) "
        f"SELECT {columns} FROM {table} AS t JOIN w ON {last}"
    )
